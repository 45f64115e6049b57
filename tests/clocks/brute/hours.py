"""When a calendar is open, minute by minute. Imports nothing from the package; plain and slow to build on purpose.

A calendar is plain data: {"zone", "week": {"Mon": ["09:00-12:00"]}, "holidays": [date], "cuts": "date" or "shift",
"special": {date: shifts}, "breaks": {date: shifts}, "then": (instant, calendar)}; a shift with "+1" ends a day later.
Every minute of some months is looked at once: which local date and time it is, and on which date the shift began that
covers it. All else is counting in that list. Instants are microseconds, events and shifts are on the minute.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

Plain: TypeAlias = Mapping[str, Any]

MINUTE = 60_000_000
DAY = 1440  # minutes
FIRST = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()) // 60
LAST = int(datetime(2025, 9, 1, tzinfo=UTC).timestamp()) // 60
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CLOSED = -1
AROUND_THE_CLOCK: Plain = {}


class Hours:
    """The minutes of one calendar. `began`: by minute the day (from 1970-01-01) on which its shift began, or CLOSED."""

    def __init__(self, calendar: Plain) -> None:
        self.began = list(began_on(calendar))
        self.opens = [FIRST + n for n, day in enumerate(self.began) if day != CLOSED]
        self.before = array("l", [0])
        for day in self.began:
            self.before.append(self.before[-1] + (day != CLOSED))
        if calendar:
            self.latest = array("q", latest_walls(calendar))
            shown = (wall // DAY for wall in self.latest)
            self.days = sorted({day for day, on in zip(self.began, shown, strict=True) if day == on})

    def worked(self, t: int) -> int:
        """All open time before an instant."""
        minute, rest = divmod(t, MINUTE)
        is_open = self.began[minute - FIRST] != CLOSED
        return self.before[minute - FIRST] * MINUTE + rest * is_open

    def between(self, start: int, end: int) -> int:
        """The open time between two instants, below zero where the end is the earlier one."""
        return self.worked(end) - self.worked(start)

    def reached(self, start: int, length: int) -> int:
        """The first instant before which so much more lay open than before the start: a closing, where two would do."""
        whole, rest = divmod(self.worked(start) + length, MINUTE)
        return self.opens[whole] * MINUTE + rest if rest else (self.opens[whole - 1] + 1) * MINUTE

    def passed(self, start: int, length: int) -> int:
        """The last instant before which no more lay open: an opening, where two would do."""
        whole, rest = divmod(self.worked(start) + length, MINUTE)
        return self.opens[whole] * MINUTE + rest

    # Days: of calendars that have a zone ------------------------------------------------------------------------------

    def local(self, t: int) -> tuple[int, int]:
        """The day, and the minutes since midnight, that clocks show."""
        return divmod(self.walls[t // MINUTE - FIRST], DAY)

    def at(self, day: int, clock: int) -> int:
        """The first instant at which clocks show so much, or more."""
        return (FIRST + bisect_left(self.latest, day * DAY + clock)) * MINUTE

    def working_day_after(self, day: int, n: int) -> int:
        return self.days[bisect_right(self.days, day) + n - 1]

    def closing(self, day: int) -> int:
        """When the last shift ends that began on a day."""
        near = range(self.at(day, 0) // MINUTE, self.at(day + 2, 0) // MINUTE + 1)
        return (max(minute for minute in near if self.began[minute - FIRST] == day) + 1) * MINUTE

    @property
    def walls(self) -> "array[int]":
        return self.latest


@cache
def ahead(zone: str, hour: int) -> int:
    """How many minutes the clocks of a zone are ahead in some hour of UTC."""
    offset = datetime.fromtimestamp(hour * 3600, ZoneInfo(zone)).utcoffset()
    return (offset or timedelta()) // timedelta(minutes=1)


def walls(zone: str) -> Iterator[int]:
    """What the clocks show at each minute, in minutes since 1970-01-01T00:00 local time."""
    for minute in range(FIRST, LAST):
        yield minute + ahead(zone, minute // 60)


def latest_walls(calendar: Plain) -> Iterator[int]:
    """The latest that the clocks ever showed up to each minute: in a repeated hour they show what they did before."""
    latest = 0
    for wall in walls(calendar["zone"]):
        latest = max(latest, wall)
        yield latest


def began_on(calendar: Plain) -> Iterator[int]:
    """By minute, the day on which the shift began that covers it, or CLOSED."""
    if calendar == AROUND_THE_CLOCK:
        yield from (0 for _ in range(FIRST, LAST))
        return
    at, following = calendar.get("then", (LAST * MINUTE, calendar))
    dates: dict[tuple[bool, int], list[int]] = {}
    for minute, wall in enumerate(walls(calendar["zone"]), start=FIRST):
        later, (day, clock) = minute * MINUTE >= at, divmod(wall, DAY)
        if (later, day) not in dates:
            dates[later, day] = on_date(following if later else calendar, day)
        yield dates[later, day][clock]


def on_date(calendar: Plain, day: int) -> list[int]:
    """By minute of a local date."""
    began = [CLOSED] * DAY
    for from_day in (day - 1, day):
        for start, end in shifts(calendar, from_day):
            for clock in range(start, end):
                if from_day * DAY + clock in range(day * DAY, (day + 1) * DAY):
                    began[clock % DAY] = from_day
    for start, end in closed(calendar, day):
        began[start:end] = [CLOSED] * (end - start)
    return began


def shifts(calendar: Plain, day: int) -> list[tuple[int, int]]:
    """The shifts that begin on a date."""
    named = iso(day)
    if named in calendar.get("special", {}):
        return [minutes(shift) for shift in calendar["special"][named]]
    if named in calendar.get("holidays", ()) and calendar["cuts"] == "shift":
        return []
    return [minutes(shift) for shift in calendar["week"].get(WEEKDAYS[(day + 3) % 7], ())]


def closed(calendar: Plain, day: int) -> list[tuple[int, int]]:
    """What is closed on a date, whatever the shifts say."""
    named = iso(day)
    is_cut = named in calendar.get("holidays", ()) and calendar["cuts"] == "date"
    whole = [(0, DAY)] if is_cut and named not in calendar.get("special", {}) else []
    return whole + [minutes(shift) for shift in calendar.get("breaks", {}).get(named, ())]


def iso(day: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def minutes(shift: str) -> tuple[int, int]:
    """ "22:00-06:00+1" in minutes since midnight."""
    start, _, end = shift.removesuffix("+1").partition("-")
    return clock(start), clock(end) + DAY * shift.endswith("+1")


def clock(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
