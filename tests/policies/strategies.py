"""Random calendars, in the form of conformance cases, and instants near what is odd about them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from attrs import frozen
from hypothesis import strategies as st

from slaengine.instants import HOUR, MINUTE, SECOND, Duration, Instant, instant
from slaengine.policies.open_time import OpenTime
from slaengine.policies.schedule import Schedule
from tests.conformance.calendar import schedule

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
def desks(draw: st.DrawFn) -> Desk:
    """A zone in a year in which something happens to its clocks, and hours that are special around that day."""
    zone, year = draw(st.sampled_from(ODDITIES))
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
def instants(draw: st.DrawFn, desk: Desk) -> Instant:
    """An instant of the year: mostly within days of an oddity, often on a minute or next to it."""
    around = draw(st.sampled_from(desk.odd_days))
    midnight = instant(datetime.combine(around, datetime.min.time(), UTC))
    near = st.integers(-4 * 1440, 4 * 1440).map(lambda n: midnight + n * MINUTE)
    anywhere = st.integers(0, 364 * 86_400).map(lambda n: instant(datetime(desk.year, 1, 1, tzinfo=UTC)) + n * SECOND)
    return draw(near | anywhere) + draw(st.sampled_from([0, 0, 0, -1, 1]))


@st.composite
def open_times(draw: st.DrawFn, asked: int) -> tuple[OpenTime, list[Instant]]:
    """The open time of a desk, with so many instants."""
    desk = draw(desks())
    return desk.schedule.calendar.open_time, [draw(instants(desk)) for _ in range(asked)]


positive: st.SearchStrategy[Duration] = st.integers(1, 20).map(lambda n: n * 15 * MINUTE) | st.integers(1, 3 * HOUR)
"""So short that the sparsest desk works it off within a year: a minute at a time would not do."""

lengths: st.SearchStrategy[Duration] = st.just(0) | positive
