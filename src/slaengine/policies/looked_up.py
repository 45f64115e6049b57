"""What a schedule takes from the packages installed here: the dates of holidays, the offsets of zones. The only user of
holidays."""

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from slaengine.policies.hours import DAY_SECONDS, read_date
from slaengine.policies.offsets import Offsets, offsets
from slaengine.policies.plan import Years, new_year


def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises KeyError, ValueError or OSError for a name that is none."""
    if is_of_the_machine(name):
        raise KeyError(name)
    return ZoneInfo(name)


def is_of_the_machine(name: str) -> bool:
    """Whether a name that is found among the zones is none of IANA's, and means another zone on every machine."""
    return name in ("localtime", "posixrules", "Factory") or name.startswith(("posix/", "right/"))


def zone_named(name: str, faults: list[str]) -> ZoneInfo:
    """The zone; UTC in place of an unknown one, so that the rest can be read."""
    try:
        return zone_of(name)
    except (AttributeError, KeyError, TypeError, ValueError, OSError):
        faults.append(f"unknown zone {name!r}: {_right_name(name)}")
        return ZoneInfo("UTC")


def _right_name(written: object) -> str:
    """What to write in place of what is no zone's name."""
    zones = sorted(zone for zone in available_timezones() if not is_of_the_machine(zone))
    name = str(written).strip().replace(" ", "_").casefold()
    found = [zone for zone in zones if f"/{name}/" in f"/{zone}/".casefold()]  # Berlin, europe/berlin, Europe
    found = found or get_close_matches(str(written), zones, n=1, cutoff=0.75)
    if len(found) > 1:
        return f"write a name whole, such as {', '.join(found[:3])}"
    return f"did you mean {found[0]}?" if found else "write an IANA name, as in Europe/Berlin"


def zone_offsets(zone: ZoneInfo, years: Years) -> Offsets:
    """The offsets of some years, and of two days before and after."""
    first, end = map(new_year, years)
    return offsets(zone, first - 2 * DAY_SECONDS, end + 2 * DAY_SECONDS)


def holiday_dates(written: Iterable[str], years: Years, faults: list[str]) -> tuple[date, ...]:
    """The dates of holidays that are written as a country (DE), a subdivision of one (DE-BE) or a date."""
    return tuple(sorted({day for entry in written for day in _dates(entry, years, faults)}))


def names_a_country(written: str) -> bool:
    """Whether holidays are written as those of a country, and not as a date."""
    return written[:1].isalpha()


def _dates(entry: str, years: Years, faults: list[str]) -> Iterable[date]:
    if names_a_country(entry):
        return _public_holidays(entry, years, faults)
    day = read_date("holiday", entry, faults)
    return () if day is None else (day,)


def _public_holidays(code: str, years: Years, faults: list[str]) -> Iterable[date]:
    """The holidays of a country, of its subdivision, from the year before on: a shift may begin in it."""
    from holidays import country_holidays  # slow to import, and many schedules have dates only

    country, _, subdivision = code.partition("-")
    try:
        return list(country_holidays(country, subdiv=subdivision or None, years=range(years[0] - 1, years[1])))
    except NotImplementedError:
        faults.append(f"unknown holidays {code!r}: write a country, with its subdivision, as in DE or DE-BE, or dates")
        return ()


def holiday_names(written: Iterable[str], year: int) -> dict[date, str]:
    """What the holidays of a year are called that are written as those of a country; several of one day together.

    In English where the package has it, else in its own words: never in those of this machine's settings.
    """
    found: dict[date, list[str]] = {}
    for entry in filter(names_a_country, written):
        for day, name in _named(entry, year).items():
            found.setdefault(day, []).append(name)
    return {day: "; ".join(dict.fromkeys(names)) for day, names in found.items()}


def _named(code: str, year: int) -> dict[date, str]:
    from holidays import country_holidays

    country, _, subdivision = code.partition("-")
    try:
        names = country_holidays(country, subdiv=subdivision or None, years=year, language="en_US")
        return dict(names)
    except NotImplementedError:
        return {}
