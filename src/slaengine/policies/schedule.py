"""What people write of when they work, read once and frozen."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from types import MappingProxyType
from zoneinfo import ZoneInfo, available_timezones

from attrs import field, frozen

from slaengine.errors import HorizonError, ScheduleError
from slaengine.policies.calendar import Calendar, Length, When
from slaengine.policies.hours import DAY_SECONDS, DatedHours, Day, DayHours, read_date, read_dated, read_week
from slaengine.policies.offsets import Offsets, offsets
from slaengine.policies.open_time import OpenTime
from slaengine.policies.plan import HolidayCuts, Plan, Years, new_year

_NONE: Mapping[str, DayHours] = MappingProxyType({})
_YEARS = (1970, 2070)


@frozen(init=False)
class Schedule:
    """The hours of a desk in its own zone, with the calendar that is compiled from them.

    A boundary happens at the first instant at which the zone's clock reads it or later; both passes of a repeated hour
    count. Special hours beat holidays, holidays beat weekly hours, breaks are taken away last.

    The dates of holidays and the offset changes of the zone are looked up once, when a schedule is built.
    """

    zone: str
    name: str
    plan: Plan = field(repr=False)
    calendar: Calendar = field(eq=False, repr=False)

    def __init__(
        self,
        zone: str,
        hours: str | Mapping[str, DayHours],
        *,
        holidays: Day | Iterable[Day] = (),
        special_hours: DatedHours = _NONE,
        breaks: DatedHours = _NONE,
        holiday_cuts: HolidayCuts = "date",
        years: Years = _YEARS,
        name: str = "",
    ) -> None:
        """Read the hours of a week and of the dates that differ.

        - zone: an IANA name.
        - hours: "Mon-Fri 09:00-12:30 13:30-17:30; Sat 10:00-14:00", or the shifts by weekday. A shift past midnight is
          marked: 22:00-06:00+1.
        - holidays: a country, with its subdivision (DE, DE-BE), as the `holidays` package has it; or dates; or both.
        - special_hours: by date, what replaces the shifts that begin on it. They lift a holiday there.
        - breaks: by date, what is closed then.
        - holiday_cuts: a holiday closes its own "date", or each whole "shift" that begins on it.
        - years: from the first to the second, which is not in it, of local time. Not before 1970.
        - name: how messages and reports call it.

        Raises ScheduleError, which names all that cannot be meant.
        """
        faults: list[str] = []
        known, years = _zone(zone, faults), _years(years, faults)
        plan = Plan(
            week=read_week(hours, faults),
            holidays=_holidays(holidays, years, faults),
            special_hours=read_dated("special hours", special_hours, faults),
            breaks=read_dated("break", breaks, faults),
            holiday_cuts=_holiday_cuts(holiday_cuts, faults),
            years=years,
            offsets=_offsets(known, years),
        )
        if faults:
            raise ScheduleError(faults)
        self.__attrs_init__(zone, name, plan, _calendar(plan, known, name))

    def elapsed(self, start: When, end: When) -> timedelta:
        """See Calendar.elapsed."""
        return self.calendar.elapsed(start, end)

    def due(self, start: When, length: Length) -> datetime:
        """See Calendar.due."""
        return self.calendar.due(start, length)

    def breach(self, start: When, length: Length) -> datetime:
        """See Calendar.breach."""
        return self.calendar.breach(start, length)

    def subtract(self, end: When, length: Length) -> datetime:
        """See Calendar.subtract."""
        return self.calendar.subtract(end, length)

    def is_open(self, when: When) -> bool:
        """See Calendar.is_open."""
        return self.calendar.is_open(when)

    def next_open(self, when: When) -> datetime:
        """See Calendar.next_open."""
        return self.calendar.next_open(when)


def as_calendar(hours: Calendar | Schedule) -> Calendar:
    """The calendar itself, or that of a schedule: for all that takes either."""
    return hours.calendar if isinstance(hours, Schedule) else hours


def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises KeyError, ValueError or OSError for a name that is none."""
    if _is_of_the_machine(name):
        raise KeyError(name)
    return ZoneInfo(name)


def _is_of_the_machine(name: str) -> bool:
    """Whether a name that is found among the zones is none of IANA's, and means another zone on every machine."""
    return name in ("localtime", "posixrules", "Factory") or name.startswith(("posix/", "right/"))


def _zone(name: str, faults: list[str]) -> ZoneInfo:
    """The zone; UTC in place of an unknown one, so that the rest can be read."""
    try:
        return zone_of(name)
    except (KeyError, ValueError, OSError):
        zones = [zone for zone in available_timezones() if not _is_of_the_machine(zone)]
        close = get_close_matches(name, zones, n=1)
        remedy = f"did you mean {close[0]}?" if close else "write an IANA name, as in Europe/Berlin"
        faults.append(f"unknown zone {name!r}: {remedy}")
        return ZoneInfo("UTC")


def _years(years: Years, faults: list[str]) -> Years:
    """The years; the usual ones in place of none, so that the rest can be read."""
    first, end = years
    if 1970 <= first < end <= date.max.year:
        return first, end
    faults.append(f"years {first} to {end} are none: write the first and the one after the last, from 1970 on")
    return _YEARS


def _holiday_cuts(cuts: HolidayCuts, faults: list[str]) -> HolidayCuts:
    if cuts not in ("date", "shift"):
        faults.append(f"holiday_cuts {cuts!r} is unknown: write 'date' or 'shift'")
    return cuts


def _holidays(written: Day | Iterable[Day], years: Years, faults: list[str]) -> tuple[date, ...]:
    entries = [written] if isinstance(written, str | date) else written
    return tuple(sorted({day for entry in entries for day in _dates(entry, years, faults)}))


def _dates(entry: Day, years: Years, faults: list[str]) -> Iterable[date]:
    if isinstance(entry, str) and entry[:1].isalpha():
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


def _offsets(zone: ZoneInfo, years: Years) -> Offsets:
    first, end = map(new_year, years)
    return offsets(zone, first - 2 * DAY_SECONDS, end + 2 * DAY_SECONDS)


def _calendar(plan: Plan, zone: ZoneInfo, name: str) -> Calendar:
    low, high = plan.bounds
    try:
        OpenTime(plan.compile, low, high, name).next_open(low)  # one of its own: this one need not hold the first years
    except HorizonError:
        raise ScheduleError(["never opens: name a weekday or a date on which it does"]) from None
    return Calendar(plan.digest, name, zone, OpenTime(plan.compile, low, high, name))
