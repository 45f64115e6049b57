"""How people write hours: "Mon-Fri 09:00-12:30 13:30-17:30; Sat 10:00-14:00", or of one date "09:00-12:00".

A shift is an interval in seconds since local midnight of the date on which it begins. One that runs past midnight is
marked, as in 22:00-06:00+1; see docs/adr/0007-overnight-shifts-are-marked.md. Each function here appends what it cannot
read to `faults`, and what is legal but odd to `odd`, and reads on, so that all is told at once.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby, pairwise
from typing import TypeAlias

from slaengine.policies.intervals import Interval, Intervals, normal_form

DayHours: TypeAlias = str | Iterable[str | tuple[str, str]]
"""The shifts that begin on one day: "09:00-12:30 13:30-17:30", a list of such, or of (from, to). None: "closed"."""

Day: TypeAlias = date | str
"""A local date, or its ISO 8601 text."""

DatedHours: TypeAlias = Mapping[date, DayHours] | Mapping[str, DayHours] | Mapping[Day, DayHours]
"""Shifts by date."""

Week: TypeAlias = tuple[Intervals, ...]
"""The shifts that begin on each weekday, Monday first."""

Dated: TypeAlias = tuple[tuple[date, Intervals], ...]
"""The shifts that begin on some dates, in the order of dates."""

DAY_SECONDS = 86_400

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SECTION = re.compile(r"(?P<days>\D+?)\s+(?P<hours>closed|\d.*)", re.DOTALL)
_TIME = r"(\d{1,2}):(\d\d)(?::(\d\d))?"
_SHIFT = re.compile(rf"{_TIME}-{_TIME}(\+1)?")
_ANY_SHIFT = re.compile(rf"{_TIME}-{_TIME}(?:\+(\d+))?")


def read_week(written: str | Mapping[str, DayHours], faults: list[str], odd: list[str]) -> Week:
    """The shifts of each weekday; a weekday that is not named has none, one that is named twice has both."""
    shifts: list[list[Interval]] = [[] for _ in _WEEKDAYS]
    for days, hours in _sections(written, faults):
        found = read_hours(days, hours, faults)
        for weekday in _weekdays(str(days), faults):
            shifts[weekday].extend(found)
    told = [(remark, weekday) for weekday, day in enumerate(shifts) for remark in _meeting(day)]
    for remark, days_ in groupby(sorted(told), key=lambda it: it[0]):
        odd.append(f"{weekday_names(day for _, day in days_)}: {remark}")
    return tuple(normal_form(day) for day in shifts)


def read_dated(kind: str, written: DatedHours, faults: list[str], odd: list[str]) -> Dated:
    """The shifts of each date; `kind` says in a text what they were given as."""
    try:
        dated = written.items()
    except AttributeError:
        faults.append(f"{kind} {written!r} cannot be read: write hours by date, as in {{'2025-12-24': '09:00-12:00'}}")
        return ()
    read = [(read_date(kind, day, faults), read_hours(f"{kind} {day}", hours, faults)) for day, hours in dated]
    known = sorted((day, shifts) for day, shifts in read if day is not None)
    twice = sorted({day for (day, _), (again, _) in pairwise(known) if day == again})
    faults += [f"{kind} {day} is written twice: write its hours once" for day in twice]
    odd += [f"{kind} {day}: {remark}" for day, shifts in known for remark in _meeting(shifts)]
    return tuple((day, normal_form(shifts)) for day, shifts in known)


def read_date(kind: str, written: Day, faults: list[str]) -> date | None:
    """A local date, or None and a fault."""
    try:
        return date.fromisoformat(written) if isinstance(written, str) else date.fromordinal(written.toordinal())
    except (AttributeError, ValueError):
        faults.append(f"{kind} {written!r} is no date, as in 2025-12-24")
        return None


def read_hours(where: str, written: DayHours, faults: list[str]) -> list[Interval]:
    """The shifts of one day as they are written; `where` says in a fault which."""
    try:
        texts = written.replace(",", " ").split() if isinstance(written, str) else [*map(_as_text, written)]
    except TypeError:
        texts = [str(written)]
    shifts = (_shift(where, text, faults) for text in texts if text != "closed")
    return [shift for shift in shifts if shift is not None]


def shift_text(shift: Interval) -> str:
    """A shift as it is written: 09:00-12:30, 22:00-06:00+1; longer than anybody can write: 22:00-06:00+3."""
    start, end = shift
    days = (end - 1) // DAY_SECONDS
    later = f"+{days}" if days else ""
    return f"{_clock_text(start)}-{_clock_text(end - days * DAY_SECONDS)}{later}"


def shift_of(text: str) -> Interval:
    """The shift that `shift_text` wrote. Raises ValueError for what it never writes."""
    match = _ANY_SHIFT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no shift, as in 22:00-06:00+1")
    start, end = _seconds(*match.groups()[:3]), _seconds(*match.groups()[3:6]) + int(match[7] or 0) * DAY_SECONDS
    if shift_text((start, end)) != text or start >= end:
        raise ValueError(f"{text!r} is no shift, as in 22:00-06:00+1")
    return start, end


def weekday_names(weekdays: Iterable[int]) -> str:
    """Mon, Tue."""
    return ", ".join(_WEEKDAYS[day][:3].capitalize() for day in weekdays)


def _clock_text(second: int) -> str:
    hour, minute, rest = second // 3600, second // 60 % 60, second % 60
    return f"{hour:02}:{minute:02}" + (f":{rest:02}" if rest else "")


def _meeting(shifts: Iterable[Interval]) -> Iterator[str]:
    """What is odd about the shifts of one day: those that touch or overlap."""
    for before, after in pairwise(sorted(shifts)):
        if after[0] <= before[1]:
            how = "touch" if after[0] == before[1] else "overlap"
            yield f"{shift_text(before)} and {shift_text(after)} {how} and count as one shift"


def _as_text(shift: str | tuple[str, str]) -> str:
    return shift if isinstance(shift, str) else "-".join(map(str, shift))


def _sections(written: str | Mapping[str, DayHours], faults: list[str]) -> Iterator[tuple[str, DayHours]]:
    if isinstance(written, Mapping):
        yield from written.items()
        return
    try:
        sections = written.split(";")
    except AttributeError:
        faults.append(f"hours {written!r} cannot be read: write days, then hours, as in 'Mon-Fri 09:00-17:30'")
        return
    for section in filter(None, map(str.strip, sections)):
        match = _SECTION.fullmatch(re.sub(r"\s*-\s*", "-", section))
        if match:
            yield match["days"], match["hours"]
        else:
            faults.append(f"{section!r} cannot be read: write days, then hours, as in Mon-Fri 09:00-17:30")


def _weekdays(days: str, faults: list[str]) -> Iterator[int]:
    for part in days.split(","):
        first, _, last = part.partition("-")
        start = _weekday(first, faults)
        end = _weekday(last, faults) if last else start
        if start is not None and end is not None:
            yield from ((start + n) % 7 for n in range((end - start) % 7 + 1))


def _weekday(name: str, faults: list[str]) -> int | None:
    short = name.strip().lower()
    found = [n for n, weekday in enumerate(_WEEKDAYS) if weekday.startswith(short) and len(short) >= 3]
    if not found:
        faults.append(f"{name.strip()!r} is no weekday: write Mon, Tue, Wed, Thu, Fri, Sat or Sun")
    return found[0] if found else None


def _shift(where: str, text: str, faults: list[str]) -> Interval | None:
    try:
        return _interval(text)
    except ValueError as fault:
        faults.append(f"{where} {text} {fault}")
        return None


def _interval(text: str) -> Interval:
    """The seconds of a shift, or a ValueError that says why nobody works so."""
    match = _SHIFT.fullmatch(text)
    if match is None:
        raise ValueError("cannot be read: write hours as 09:00-17:30")
    start, end = _seconds(*match.groups()[:3]), _seconds(*match.groups()[3:6])
    if start == DAY_SECONDS:
        raise ValueError("begins at 24:00, which can only end a shift: write 00:00 on the day after")
    if match[7]:
        return start, _past_midnight(start, end)
    if start == end:
        raise ValueError("closes as it opens: for a whole day write 00:00-24:00")
    if start > end:
        raise ValueError(f"closes before it opens; for a shift past midnight write {text}+1")
    return start, end


def _past_midnight(start: int, end: int) -> int:
    if end > start:
        raise ValueError("is longer than 24 hours")
    return end + DAY_SECONDS


def _seconds(hour: str, minute: str, second: str | None) -> int:
    total = int(hour) * 3600 + int(minute) * 60 + int(second or 0)
    if int(minute) > 59 or int(second or 0) > 59 or total > DAY_SECONDS:
        raise ValueError("has a time outside the day: write 00:00 to 24:00")
    return total
