"""Instants and durations are whole microseconds.

An `Instant` counts from 1970-01-01T00:00Z; a `Duration` is a difference of two. Integers are exact, order totally, hash
and subtract without a zone, which zoned datetimes do not: Python subtracts two datetimes of one zone by their wall
clocks and finds 24 h in a day of 23. See docs/adr/0002-instants-are-integers.md.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated, TypeAlias

from slaengine.errors import InstantError

Instant: TypeAlias = Annotated[int, "microseconds since 1970-01-01T00:00Z"]
Duration: TypeAlias = Annotated[int, "microseconds"]

SECOND: Duration = 10**6
MINUTE: Duration = 60 * SECOND
HOUR: Duration = 60 * MINUTE
DAY: Duration = 24 * HOUR

When: TypeAlias = datetime | str | Instant
"""What a caller may write for an instant: an aware datetime, ISO 8601 text with an offset, or the integer."""

FOREVER: Instant = 2**62
"""Later than every instant: the end of a span that has not ended."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = (
    (when - _EPOCH) // timedelta(microseconds=1)
    for when in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
)
_LONGEST = 100  # characters of a length of time
_MICROSECOND = timedelta(microseconds=1)  # multiplied, half the price of timedelta(microseconds=n)
_UNITS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), SECOND),
    **dict.fromkeys(("m", "min", "minute", "minutes"), MINUTE),
    **dict.fromkeys(("h", "hour", "hours"), HOUR),
}
_PART = re.compile(r"(?P<whole>\d+)(?:\.(?P<fraction>\d+))?\s*(?P<unit>[a-z]+)\s*", re.IGNORECASE)


def instant(when: str | datetime) -> Instant:
    """The instant of an aware datetime or of ISO 8601 text with an offset.

    Raises InstantError if the text cannot be read or no offset is given: a naive time is an instant in no zone.
    """
    moment = _parsed(when) if isinstance(when, str) else when
    try:
        since = moment - _EPOCH
    except TypeError:  # Python's word for a naive one; to ask for its offset first would cost a fifth more
        if not isinstance(moment, datetime):
            raise InstantError(f"{when!r} is no instant: write an aware datetime, or 2025-04-22T16:30+02:00") from None
        raise InstantError(f"{str(when)!r} has no offset from UTC: write one, as in 2025-04-22T16:30+02:00") from None
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def as_instant(when: When) -> Instant:
    """The instant of whatever a caller may write for one. Raises InstantError for a naive time, or one of no year."""
    if not isinstance(when, int):
        return instant(when)
    if not _FIRST <= when <= _LAST and abs(when) != FOREVER:
        raise InstantError(f"{when} is no instant: it lies outside the years 1 to 9999, in microseconds since 1970")
    return when


def _parsed(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InstantError(f"{text!r} is no ISO 8601 date and time, as in 2025-04-22T16:30+02:00") from None


def to_datetime(when: Instant, zone: tzinfo = UTC) -> datetime:
    """The aware datetime of an instant, in UTC or in the zone that is asked for."""
    moment = _EPOCH + when * _MICROSECOND
    return moment if zone is UTC else moment.astimezone(zone)


def iso(when: Instant) -> str:
    """The canonical text of an instant: UTC, to the second or, if it has a fraction, to the microsecond."""
    return (_EPOCH + timedelta(microseconds=when)).isoformat().replace("+00:00", "Z")


def seconds(n: float) -> Duration:
    """So many seconds, to the nearest microsecond."""
    return _times(n, SECOND)


def minutes(n: float) -> Duration:
    """So many minutes, to the nearest microsecond."""
    return _times(n, MINUTE)


def hours(n: float) -> Duration:
    """So many hours, to the nearest microsecond. A working day is no number of hours: budgets in days count days."""
    return _times(n, HOUR)


def _times(n: float | str, unit: Duration) -> Duration:
    """To the nearest microsecond. Raises InstantError for what is no number: text would be repeated so often."""
    if isinstance(n, str):
        raise InstantError(f"{n!r} is no number: write one, as in hours(4), or duration('4 h')")
    try:
        return round(n * unit)
    except (OverflowError, ValueError):
        raise InstantError(f"{n!r} is no length of time: write a finite number") from None


def duration(text: str) -> Duration:
    """The length that is written as numbers with units of s, min and h: "15 min", "4h", "2 h 30 min", "153.4 h".

    Raises InstantError for anything else, days among it: how long a day is depends on the calendar.
    """
    parts = list(_PART.finditer(text.strip()))
    whole = bool(parts) and len(text) < _LONGEST and "".join(part.group() for part in parts) == text.strip()
    if not whole or any(part["unit"].lower() not in _UNITS for part in parts):
        raise InstantError(
            f"{text[:_LONGEST]!r} is no length of time: write hours, minutes or seconds, as in '2 h 30 min'"
        )
    return sum(_length(part) for part in parts)


def _length(part: re.Match[str]) -> Duration:
    unit, fraction = _UNITS[part["unit"].lower()], part["fraction"] or ""
    return int(part["whole"]) * unit + int(fraction or 0) * unit // int("1" + "0" * len(fraction))


def in_words(length: Duration) -> str:
    """A duration as people write it, to the second, rounded towards zero: "4 h 30 min", "-12 min 5 s"."""
    whole = abs(length) // SECOND
    parts = (whole // 3600, "h"), (whole // 60 % 60, "min"), (whole % 60, "s")
    text = " ".join(f"{n} {unit}" for n, unit in parts if n) or "0 min"
    return f"-{text}" if length < 0 and whole else text
