"""Random calendars in the form of conformance cases, what is made of them, and instants near what is odd about them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from attrs import frozen
from hypothesis import reject
from hypothesis import strategies as st

from slaengine.errors import ScheduleError
from slaengine.instants import HOUR, MINUTE, SECOND, Duration, Instant, instant, to_datetime
from slaengine.policies.calendar import Calendar, Hours
from slaengine.policies.open_time import OpenTime
from slaengine.policies.plan import Years
from slaengine.policies.schedule import Schedule, windows
from tests.conformance.calendar import schedule
from tests.policies.oracle import RULES, open_minutes, windows_minutes

Given: TypeAlias = Mapping[str, Any]

ODDITIES = (
    ("Africa/Cairo", 2010),  # summer time suspended for a month
    ("Africa/Cairo", 2014),  # four changes
    ("Africa/Casablanca", 2024),  # an hour less for one month
    ("America/Caracas", 2007),  # half an hour, for good
    ("America/New_York", 2025),
    ("America/Sao_Paulo", 2018),  # midnight did not happen
    ("America/St_Johns", 2010),  # changes one minute past midnight
    ("America/St_Johns", 1988),  # by two hours
    ("Antarctica/Casey", 2020),  # by three
    ("Antarctica/Troll", 2024),  # by two
    ("Asia/Gaza", 2023),
    ("Asia/Kathmandu", 1986),  # by a quarter of an hour, at midnight
    ("Asia/Pyongyang", 2018),
    ("Asia/Tehran", 2022),
    ("Australia/Lord_Howe", 2024),  # by half an hour
    ("Europe/Berlin", 2025),
    ("Europe/Dublin", 2025),  # winter time is the exception
    ("Europe/London", 1975),
    ("Pacific/Apia", 2011),  # 30 December did not happen
    ("Pacific/Chatham", 2037),
    ("Pacific/Kwajalein", 1993),  # nor did 21 August
    ("UTC", 2024),
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)


@frozen
class Desk:
    """A calendar as given, and as built for the year of its oddity, the one before and the one after."""

    given: Given
    year: int

    @property
    def schedule(self) -> Schedule:
        return schedule(self.given, (self.year - 1, self.year + 2))

    @property
    def odd_days(self) -> tuple[date, ...]:
        return odd_days(self.given["tz"], self.year)

    def calendar(self, years: Years) -> Calendar:
        return schedule(self.given, years).calendar

    def walk(self, start: datetime, minutes: int) -> list[bool]:
        return open_minutes(self.given, start, minutes)


@frozen
class Recurring:
    """Windows that come again, as given."""

    given: Given
    year: int

    @property
    def odd_days(self) -> tuple[date, ...]:
        return odd_days(self.given["tz"], self.year)

    def calendar(self, years: Years) -> Calendar:
        it = self.given
        length = it["length"] * MINUTE
        made = windows(it["tz"], it["rule"], start=it["start"], length=length, exclude=it["exclude"], years=years)
        return made.calendar

    def walk(self, start: datetime, minutes: int) -> list[bool]:
        return windows_minutes(self.given, start, minutes)


COMBINED: Mapping[str, tuple[Callable[[Hours, Hours], Calendar], Callable[[bool, bool], bool]]] = {
    "|": (lambda a, b: a.union(b), lambda a, b: a or b),  # type: ignore[union-attr]
    "&": (lambda a, b: a.intersection(b), lambda a, b: a and b),  # type: ignore[union-attr]
    "-": (lambda a, b: a.difference(b), lambda a, b: a and not b),  # type: ignore[union-attr]
}


@frozen
class Made:
    """A calendar made of two others, or of one."""

    sign: str  # | & - ~ or "amended"
    parts: tuple["World", ...]
    at: Instant  # from which on the second is in force

    @property
    def year(self) -> int:
        return self.parts[0].year

    @property
    def odd_days(self) -> tuple[date, ...]:
        return tuple(day for part in self.parts for day in part.odd_days)

    def calendar(self, years: Years) -> Calendar:
        one, *others = (part.calendar(years) for part in self.parts)
        if self.sign == "~":
            return ~one
        if self.sign == "amended":
            return one.amended(others[0], effective_from=to_datetime(self.at))
        return COMBINED[self.sign][0](one, others[0])

    def walk(self, start: datetime, minutes: int) -> list[bool]:
        one, *others = (part.walk(start, minutes) for part in self.parts)
        if self.sign == "~":
            return [not is_open for is_open in one]
        if self.sign == "amended":
            before = min(max(0, (self.at - instant(start)) // MINUTE), minutes)
            return one[:before] + others[0][before:]
        return [COMBINED[self.sign][1](a, b) for a, b in zip(one, others[0], strict=True)]


World: TypeAlias = Desk | Recurring | Made


def usual_years(world: World) -> Years:
    """That of the oddity, the one before and the one after."""
    return world.year - 1, world.year + 2


@cache
def odd_days(zone: str, year: int) -> tuple[date, ...]:
    """The days of a year on which the offset changes, and one that is like any other."""
    tz = ZoneInfo(zone)
    noons = [datetime(year, 1, 2, 12, tzinfo=UTC) + n * DAY for n in range(360)]
    offsets = [noon.astimezone(tz).utcoffset() for noon in noons]
    changed = [noon.date() for noon, was, then in zip(noons[1:], offsets, offsets[1:], strict=False) if was != then]
    return (*changed, date(year, 6, 12))


times = st.sampled_from(["00:00", "02:00", "02:30", "03:00", "24:00"]) | st.builds(
    "{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 45])
)
shifts = st.tuples(times, times).filter(
    lambda shift: shift[0] not in (shift[1], "24:00") and shift != ("00:00", "24:00")
)
day_hours = st.lists(shifts, max_size=3)
weeks = st.dictionaries(st.sampled_from(WEEKDAYS), day_hours, min_size=2).filter(lambda week: any(week.values()))


@st.composite
def desks(draw: st.DrawFn, oddities: Sequence[tuple[str, int]] = ODDITIES) -> Desk:
    """A zone in a year in which something happens to its clocks, and hours that are special around that day."""
    zone, year = draw(st.sampled_from(oddities))
    around = draw(st.sampled_from(odd_days(zone, year)))
    days = st.integers(-3, 3).map(lambda n: (around + n * DAY).isoformat())
    given = {
        "tz": zone,
        "hours": draw(weeks),
        "holidays": sorted(draw(st.sets(days, max_size=3))),
        "special_hours": draw(st.dictionaries(days, day_hours, max_size=2)),
        "breaks": draw(st.dictionaries(days, day_hours, max_size=2)),
        "holiday_cuts": draw(st.sampled_from(["date", "shift"])),
    }
    return Desk(given, year)


@st.composite
def recurring(draw: st.DrawFn, oddities: Sequence[tuple[str, int]] = ODDITIES) -> Recurring:
    """Windows in a zone, from some day of the year before on."""
    zone, year = draw(st.sampled_from(oddities))
    start = datetime(year - 1, 1, 1) + draw(st.integers(0, 40)) * DAY + draw(st.integers(0, 95)) * timedelta(minutes=15)
    given: dict[str, Any] = {
        "tz": zone,
        "rule": draw(st.sampled_from(list(RULES))),
        "start": start,
        "length": draw(st.sampled_from([15, 90, 240, 1440, 3000])),
        "exclude": [],
    }
    windows_ = (
        Recurring(given, year).calendar((year - 1, year + 2)).intervals(f"{year}-01-03T00:00Z", f"{year}-12-20T00:00Z")
    )
    dates = sorted({opens.date().isoformat() for opens, _ in windows_ if opens.time() == start.time()})
    return Recurring({**given, "exclude": draw(st.lists(st.sampled_from(dates), max_size=2)) if dates else []}, year)


@st.composite
def made(draw: st.DrawFn) -> Made:
    """Two desks, or a desk and windows, in zones that may differ, combined; or one version after the other."""
    one = draw(desks())
    same_year = [(zone, one.year) for zone, _ in ODDITIES]
    other: World = draw(desks(same_year) | recurring(same_year))
    sign = draw(st.sampled_from(["|", "&", "-", "~", "amended"]))
    around = draw(st.sampled_from([*one.odd_days, *other.odd_days]))
    at = instant(datetime.combine(around, datetime.min.time(), UTC)) + draw(st.integers(-1440, 1440)) * MINUTE
    found = Made(sign, (one,) if sign == "~" else (one, other), at)
    return found if opens_enough(found) else reject()


def opens_enough(world: World) -> bool:
    """Whether what the laws ask for can be worked off within the years, forwards and backwards."""
    try:
        m = world.calendar(usual_years(world)).open_time
    except ScheduleError:
        return False
    first, last = (instant(datetime(year, 1, 1, tzinfo=UTC)) for year in (world.year, world.year + 1))
    return min(m.elapsed(m.low, first - 5 * 24 * HOUR), m.elapsed(last + 5 * 24 * HOUR, m.high)) > 13 * HOUR


worlds: st.SearchStrategy[World] = st.one_of(desks(), made(), recurring().filter(opens_enough))
"""All kinds of calendars."""


@st.composite
def instants(draw: st.DrawFn, world: World) -> Instant:
    """An instant of the year: mostly within days of an oddity, often on a minute or next to it."""
    around = draw(st.sampled_from(world.odd_days))
    midnight = instant(datetime.combine(around, datetime.min.time(), UTC))
    near = st.integers(-4 * 1440, 4 * 1440).map(lambda n: midnight + n * MINUTE)
    anywhere = st.integers(0, 364 * 86_400).map(lambda n: instant(datetime(world.year, 1, 1, tzinfo=UTC)) + n * SECOND)
    return draw(near | anywhere) + draw(st.sampled_from([0, 0, 0, -1, 1]))


@st.composite
def open_times(draw: st.DrawFn, asked: int) -> tuple[OpenTime, list[Instant]]:
    """The open time of a calendar of any kind, with so many instants."""
    world = draw(worlds)
    return world.calendar(usual_years(world)).open_time, [draw(instants(world)) for _ in range(asked)]


positive: st.SearchStrategy[Duration] = st.integers(1, 20).map(lambda n: n * 15 * MINUTE) | st.integers(1, 3 * HOUR)
"""So short that the sparsest desk works it off within a year: a minute at a time would not do."""

lengths: st.SearchStrategy[Duration] = st.just(0) | positive
