"""Open hours by walking the wall clock minute by minute. Imports nothing from the package; slow and plain on purpose.

Calendars are in the form of conformance cases; windows that come again are in the form of `RULES`. Offsets are taken to
be whole minutes, as they are since 1972.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

Given: TypeAlias = Mapping[str, Any]

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
RULES: Mapping[str, Callable[[date, date], bool]] = {
    "FREQ=DAILY": lambda day, first: True,
    "FREQ=DAILY;INTERVAL=3": lambda day, first: (day - first).days % 3 == 0,
    "FREQ=WEEKLY;BYDAY=SU,TH": lambda day, first: day.weekday() in (3, 6),
    "FREQ=MONTHLY;BYDAY=2SA": lambda day, first: day.weekday() == 5 and 8 <= day.day <= 14,
    "FREQ=MONTHLY;BYDAY=-1SU": lambda day, first: day.weekday() == 6 and (day + 7 * DAY).month != day.month,
    "FREQ=MONTHLY;BYMONTHDAY=-1": lambda day, first: (day + DAY).day == 1,
    "FREQ=MONTHLY;BYMONTHDAY=31": lambda day, first: day.day == 31,
}
"""Rules of RFC 5545, and whether they name a day, the first being the one from which they count."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def open_minutes(given: Given, start: datetime, minutes: int) -> list[bool]:
    """For each minute from start (aware, UTC): whether the wall clock has come to open hours and not to their end."""
    return [is_open_at(given, wall) for wall in furthest_readings(given["tz"], start, minutes)]


def windows_minutes(given: Given, start: datetime, minutes: int) -> list[bool]:
    """The same for windows: tz, rule, start (naive), length in minutes, excluded dates."""
    return [is_in_window(given, wall) for wall in furthest_readings(given["tz"], start, minutes)]


def is_in_window(given: Given, wall: datetime) -> bool:
    length = timedelta(minutes=given["length"])
    days = [wall.date() - n * DAY for n in range(length.days + 2)]
    return any(has_window(given, day) and opens_on(given, day) <= wall < opens_on(given, day) + length for day in days)


def has_window(given: Given, day: date) -> bool:
    first = given["start"].date()
    return day >= first and RULES[given["rule"]](day, first) and day.isoformat() not in given["exclude"]


def opens_on(given: Given, day: date) -> datetime:
    return datetime.combine(day, given["start"].time())


def furthest_readings(zone: str, start: datetime, minutes: int, before: int = 3 * 1440) -> Iterator[datetime]:
    """The latest time that the wall clock has shown so far: it stands while a clock that was set back catches up."""
    furthest, tz = datetime.min, ZoneInfo(zone)
    for n in range(-before, minutes):
        furthest = max(furthest, (start + n * MINUTE).astimezone(tz).replace(tzinfo=None))
        if n >= 0:
            yield furthest


def is_open_at(given: Given, wall: datetime) -> bool:
    days = wall.date(), wall.date() - DAY
    works = any(lies_in(wall, day, shift) for day in days for shift in shifts_on(given, day))
    rests = any(lies_in(wall, day, gap) for day in days for gap in given["breaks"].get(day.isoformat(), ()))
    return works and not rests and not holiday_cuts_date(given, wall.date())


def shifts_on(given: Given, day: date) -> list[tuple[str, str]]:
    key = day.isoformat()
    if key in given["special_hours"]:
        return list(given["special_hours"][key])
    if given["holiday_cuts"] == "shift" and key in given["holidays"]:
        return []
    return list(given["hours"].get(WEEKDAYS[day.weekday()], ()))


def holiday_cuts_date(given: Given, day: date) -> bool:
    key = day.isoformat()
    return given["holiday_cuts"] == "date" and key in given["holidays"] and key not in given["special_hours"]


def lies_in(wall: datetime, day: date, shift: tuple[str, str]) -> bool:
    start, end = (datetime.combine(day, datetime.min.time()) + since_midnight(text) for text in shift)
    return start <= wall < (end if start < end else end + DAY)


def since_midnight(text: str) -> timedelta:
    hour, minute = map(int, text.split(":"))
    return timedelta(hours=hour, minutes=minute)
