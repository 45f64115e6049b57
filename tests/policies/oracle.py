"""Open hours by walking the wall clock minute by minute. Imports nothing from the package; slow and plain on purpose.

Calendars are in the form of conformance cases. Offsets are taken to be whole minutes, as they are since 1972.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

Given: TypeAlias = Mapping[str, Any]

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def open_minutes(given: Given, start: datetime, minutes: int) -> list[bool]:
    """For each minute from start (aware, UTC): whether the wall clock has come to open hours and not to their end."""
    return [is_open_at(given, wall) for wall in furthest_readings(given["tz"], start, minutes)]


def furthest_readings(zone: str, start: datetime, minutes: int) -> Iterator[datetime]:
    """The latest time that the wall clock has shown so far: it stands while a clock that was set back catches up."""
    furthest, tz = datetime.min, ZoneInfo(zone)
    for n in range(-3 * 1440, minutes):
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
