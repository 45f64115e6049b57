"""A month of a calendar: when it is open day by day on the clock of the wall, and what is special about a day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeAlias, cast
from zoneinfo import ZoneInfo

from attrs import frozen

from slaengine.instants import DAY, SECOND, Duration, Instant, in_words, to_datetime
from slaengine.policies.calendar import Calendar
from slaengine.policies.closing import closing
from slaengine.policies.hours import DAY_SECONDS, shift_text
from slaengine.policies.intervals import Interval, Intervals, normal_form
from slaengine.policies.offsets import Offsets, first_crossings, offsets
from slaengine.policies.plan import day_number
from slaengine.policies.schedule import Schedule

Days: TypeAlias = Mapping[date, Intervals]
"""Seconds since the midnight of each date, on the clock of the wall."""


@frozen
class Day:
    """A date. Intervals are in seconds since its midnight, as the clock on the wall reads them.

    skipped, repeated: what the clock leaps over, and what it reads twice. notes: what is special, in words.
    """

    date: date
    open: Intervals
    skipped: Intervals
    repeated: Intervals
    worked: Duration
    is_holiday: bool
    notes: tuple[str, ...]


@frozen
class Month:
    """A month of a calendar in its zone."""

    name: str
    zone: str
    days: tuple[Day, ...]

    @property
    def worked(self) -> Duration:
        """The open time of the whole month."""
        return sum(day.worked for day in self.days)

    @property
    def title(self) -> str:
        """ "office (Europe/Berlin), March 2025: 168 h open"."""
        name = f"{self.name} ({self.zone})" if self.name else self.zone
        return f"{name}, {self.days[0].date:%B %Y}: {in_words(self.worked)} open"


def month(calendar: Calendar, year: int, number: int, *, schedules: Sequence[Schedule] = ()) -> Month:
    """The days of a month. Raises HorizonError for one that lies beyond the calendar's years.

    schedules: that of the calendar, or those it may be made of, which know why a day is as it is; a calendar alone
    knows only when it is open.
    """
    dates = [date(year, number, day) for day in range(1, monthrange(year, number)[1] + 1)]
    clocks = _clocks(calendar, dates)
    midnights = (day_number(day) * DAY_SECONDS for day in (*dates, dates[-1] + timedelta(days=1)))
    edges = [second * SECOND for second in first_crossings(midnights, clocks)]
    opened = _by_date(_walls(calendar.open_time.intervals(edges[0], edges[-1]), clocks))
    skipped, repeated = (_by_date(walls) for walls in _changes(clocks))
    whole = next((it for it in schedules if it.calendar == calendar), None)
    holidays = _all_holidays(whole, dates) if whole else _closing_holidays(calendar, schedules, dates)
    return Month(
        name=calendar.name,
        zone=str(calendar.zone),
        days=tuple(
            Day(
                date=day,
                open=opened.get(day, ()),
                skipped=skipped.get(day, ()),
                repeated=repeated.get(day, ()),
                worked=calendar.open_time.elapsed(start, end),
                is_holiday=day in holidays,
                notes=(
                    *_notes(day, holidays.get(day), whole),
                    *_told(skipped.get(day, ()), repeated.get(day, ())),
                ),
            )
            for day, (start, end) in zip(dates, pairwise(edges), strict=True)
        ),
    )


def month_of(calendar: Calendar, at: Instant) -> Month:
    """The month in which an instant lies, in the calendar's zone."""
    local = to_datetime(at, calendar.zone)
    return month(calendar, local.year, local.month)


def _clocks(calendar: Calendar, dates: list[date]) -> Offsets:
    low, high = (day_number(day) * DAY_SECONDS for day in (dates[0], dates[-1]))
    return offsets(cast(ZoneInfo, calendar.zone), low - 2 * DAY_SECONDS, high + 3 * DAY_SECONDS)


def _walls(intervals: Intervals, clocks: Offsets) -> Iterator[Interval]:
    """What the wall clock reads in some intervals of UTC, cut where it is changed."""
    ends = [*(offset.since * SECOND for offset in clocks[1:]), clocks[-1].since * SECOND + 10**6 * DAY]
    for offset, end in zip(clocks, ends, strict=True):
        for opens, closes in intervals:
            start, stop = max(opens, offset.since * SECOND), min(closes, end)
            if start < stop:
                yield start // SECOND + offset.ahead, -(-stop // SECOND) + offset.ahead


def _changes(clocks: Offsets) -> tuple[list[Interval], list[Interval]]:
    """The wall readings that are leapt over, and those that come twice."""
    both = [(now.since + was.ahead, now.since + now.ahead) for was, now in pairwise(clocks)]
    return [(a, b) for a, b in both if a < b], [(b, a) for a, b in both if b < a]


def _by_date(walls: Iterable[Interval]) -> Days:
    found: dict[date, list[Interval]] = {}
    for start, end in walls:
        for number in range(start // DAY_SECONDS, (end - 1) // DAY_SECONDS + 1):
            midnight = number * DAY_SECONDS
            part = max(start - midnight, 0), min(end - midnight, DAY_SECONDS)
            found.setdefault(date(1970, 1, 1) + timedelta(days=number), []).append(part)
    return {day: normal_form(parts) for day, parts in found.items()}


def _all_holidays(schedule: Schedule, dates: Sequence[date]) -> dict[date, str]:
    """The names of a schedule's holidays, also of those that close nothing."""
    names = schedule.holiday_names(dates[0].year)
    return {day: names.get(day, "holiday") for day in dates if day in schedule.plan.holidays}


def _closing_holidays(calendar: Calendar, schedules: Sequence[Schedule], dates: Sequence[date]) -> dict[date, str]:
    """The names of the holidays that close something of a calendar made of schedules, and of others."""
    closed = {day: [_all_holidays(it, [day])[day] for it in closing(calendar, schedules, day)] for day in dates}
    return {day: "; ".join(dict.fromkeys(names)) for day, names in closed.items() if names}


def _notes(day: date, holiday: str | None, whole: Schedule | None) -> Iterator[str]:
    special = dict(whole.plan.special_hours) if whole else {}
    breaks = dict(whole.plan.breaks) if whole else {}
    if holiday:
        yield f"{holiday}, yet open" if special.get(day) else holiday
    if day in special and whole and whole.origin.windows is None:
        yield f"special hours {_texts(special[day])}"
    if day in breaks:
        yield f"break {_texts(breaks[day])}"


def _texts(shifts: Intervals) -> str:
    return " ".join(map(shift_text, shifts)) or "closed"


def _told(skipped: Intervals, repeated: Intervals) -> Iterator[str]:
    yield from (f"{span(it)} is skipped" for it in skipped)
    yield from (f"{span(it)} comes twice" for it in repeated)


def span(interval: Interval) -> str:
    """Seconds of a day as the wall clock reads them: "09:00-17:30"."""
    return "-".join(f"{second // 3600:02}:{second // 60 % 60:02}" for second in interval)
