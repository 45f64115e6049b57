"""Entries of iCalendar -> their dates and windows, by the rules of RFC 5545 for its own.

A local time is meant as section 3.3.5 says: one that does not exist by the offset before the gap, one that comes twice
as the first of both. That is what Python makes of a wall time with fold 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice, takewhile
from typing import Any, TypeAlias

from attrs import define, frozen

from slaengine.instants import Instant, instant
from slaengine.policies.intervals import Interval, Intervals
from slaengine.policies.plan import Years
from slaengine.policies.recurrence import MOST, expanded

Start: TypeAlias = date | datetime
"""Of an occurrence: a date, or a naive local time."""

_DAY = timedelta(days=1)
_UNTIL = re.compile(r"UNTIL=[^;]*")


@frozen
class Bounds:
    """Some years, and the instants at which they begin and end."""

    years: Years
    low: Instant
    high: Instant


@frozen
class Entry:
    """An entry of a file within the years: the dates of its whole days, or its windows in microseconds of UTC.

    left_out: why neither counts; None if it counts.
    """

    uid: str
    summary: str
    dates: tuple[date, ...] = ()
    windows: Intervals = ()
    left_out: str | None = None


def entries(events: Sequence[Any], bounds: Bounds, zone: tzinfo | None, faults: list[str]) -> list[Entry]:
    """What every VEVENT comes to. zone: of times that are said in none; None: there must not be such.

    Appends what cannot be meant to `faults`.
    """
    moved = _moved(events)
    found = []
    for number, event in enumerate(events, start=1):
        reading = _Reading(event, bounds, zone, moved)
        try:
            found.append(reading.entry())
        except (_Fault, ValueError) as fault:
            faults.append(f"entry {number} ({reading.summary or reading.uid}): {fault}")
    return found


def _moved(events: Iterable[Any]) -> Mapping[str, list[Any]]:
    """By UID: the occurrences that an entry of their own replaces."""
    found: dict[str, list[Any]] = {}
    for event in events:
        if not event.errors and hasattr(replaced := event.get("RECURRENCE-ID"), "dt"):
            found.setdefault(str(event.get("UID", "")), []).append(replaced)
    return found


class _Fault(Exception):
    """What is wrong with an entry."""


@define
class _Reading:
    """One VEVENT."""

    event: Any
    bounds: Bounds
    zone: tzinfo | None
    moved: Mapping[str, list[Any]]

    @property
    def uid(self) -> str:
        return str(self.event.get("UID", ""))

    @property
    def summary(self) -> str:
        return " ".join(str(self.event.get("SUMMARY", "")).split())

    def entry(self) -> Entry:
        """The entry. Raises _Fault, or ValueError, for what cannot be meant."""
        self._check()
        start = self._moment("DTSTART")
        if start is None:
            raise _Fault("DTSTART is missing: it happens at no time")
        if str(self.event.get("STATUS", "")).upper() == "CANCELLED":
            return Entry(self.uid, self.summary, left_out="cancelled")
        found = self._timed(start) if isinstance(start, datetime) else self._all_day(start)
        if found.left_out is None and not (found.dates or found.windows):
            first, end = self.bounds.years
            return Entry(self.uid, self.summary, left_out=f"not in {first} to {end - 1}")
        return found

    def _check(self) -> None:
        """What the parser found and went on, and what is not read here."""
        if self.event.errors:
            raise _Fault("; ".join(f"{name or 'a line'}: {reason}" for name, reason in self.event.errors))
        if self.event.get("EXRULE") is not None:
            raise _Fault("EXRULE is no longer part of iCalendar: export it with EXDATE")
        replaced = self.event.get("RECURRENCE-ID")
        if replaced is not None and "RANGE" in replaced.params:
            raise _Fault("RECURRENCE-ID with RANGE: export each changed occurrence by itself")

    def _all_day(self, start: date) -> Entry:
        end, length = self._moment("DTEND"), self._length()
        days = (end - start).days if isinstance(end, date) else length.days if length else 1
        if isinstance(end, datetime) or days < 1:
            raise _Fault("ends before it begins, or at a time: a whole day ends with a later date")
        first, past = (date(year, 1, 1) for year in self.bounds.years)
        starts = self._starts(start, past)
        dates = {day + n * _DAY for day in starts for n in range(days)}
        return Entry(self.uid, self.summary, dates=tuple(sorted(day for day in dates if first <= day < past)))

    def _timed(self, start: datetime) -> Entry:
        end, length, zone = self._moment("DTEND"), self._length(), _zone_of(start)
        if end is None and length is None:
            return Entry(self.uid, self.summary, left_out="has no length")
        if end is not None and not isinstance(end, datetime):
            raise _Fault("begins at a time and ends with a date")
        exact = None if end is None else instant(end) - instant(start)
        if exact is not None and exact <= 0:
            raise _Fault("ends before it begins")
        past = datetime.combine(date(self.bounds.years[1], 1, 2), time())
        starts = self._starts(start.replace(tzinfo=None, fold=0), past, zone)
        windows = [_window(it, zone, exact, length) for it in starts] + [*self._periods()]
        low, high = self.bounds.low, self.bounds.high
        within = sorted((opens, closes) for opens, closes in windows if opens < high and closes > low)
        return Entry(self.uid, self.summary, windows=tuple(within))

    def _starts(self, start: Start, past: Start, zone: tzinfo | None = None) -> list[Any]:
        """When it begins, before some date or time: dates, or local times of a zone."""
        left_out = {_comparable(it) for it in self._listed("EXDATE")} | self._replaced()
        also = [_local(it, zone) for it in self._listed("RDATE") if not isinstance(it, tuple)]
        if any(isinstance(it, datetime) != isinstance(start, datetime) for it in also):
            raise _Fault("RDATE and DTSTART are not both dates, or both times")
        found = {start, *self._recurring(start, past), *also}
        days = {it for it in left_out if isinstance(it, date)}  # an EXDATE without a time leaves out the whole day
        kept = []
        for it in sorted(found):
            aware = it.replace(tzinfo=zone) if isinstance(it, datetime) else it
            day = it.date() if isinstance(it, datetime) else it
            if it < past and _comparable(aware) not in left_out and day not in days:
                kept.append(it)
        return kept

    def _replaced(self) -> set[object]:
        if self.event.get("RECURRENCE-ID") is not None:
            return set()
        return {_comparable(self._read(it)) for it in self.moved.get(self.uid, ())}

    def _recurring(self, start: Start, past: Start) -> Iterator[Start]:
        rules = self.event.get("RRULE")
        for rule in rules if isinstance(rules, list) else filter(None, [rules]):
            yield from self._by_rule(rule, start, past)

    def _by_rule(self, rule: Any, start: Start, past: Start) -> Iterator[Start]:
        text, is_timed = rule.to_ical().decode(), isinstance(start, datetime)
        begin = start if isinstance(start, datetime) else datetime.combine(start, time())
        end = past if isinstance(past, datetime) else datetime.combine(past, time())
        if until := rule.get("UNTIL"):
            text = _UNTIL.sub(f"UNTIL={self._until(until[0], start):%Y%m%dT%H%M%S}", text)
        try:
            found = list(islice(takewhile(lambda it: it < end, expanded(text, begin)), MOST + 1))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise _Fault(f"RRULE {text} cannot be read ({error})") from None
        if len(found) > MOST:
            raise _Fault(f"RRULE {text} comes more than {MOST} times: name fewer years")
        yield from found if is_timed else (it.date() for it in found)

    def _until(self, until: Start, start: Start) -> datetime:
        """The last moment of a rule as a local time; a date is meant with all of its day."""
        if not isinstance(until, datetime):
            return datetime.combine(until, time(23, 59, 59))
        if until.tzinfo is not None and isinstance(start, datetime):
            zone = self._zone_of_start()
            return until.astimezone(zone).replace(tzinfo=None)
        return until.replace(tzinfo=None)

    def _zone_of_start(self) -> tzinfo:
        start = self._moment("DTSTART")
        return _zone_of(start) if isinstance(start, datetime) else UTC

    def _periods(self) -> Iterator[Interval]:
        """RDATEs that are periods of their own."""
        for start, end in (it for it in self._listed("RDATE") if isinstance(it, tuple)):
            opens = instant(self._zoned(start))
            closes = instant(self._zoned(start) + end) if isinstance(end, timedelta) else instant(self._zoned(end))
            yield opens, closes

    def _listed(self, name: str) -> Iterator[Any]:
        given = self.event.get(name)
        for values in given if isinstance(given, list) else filter(None, [given]):
            zone_named = values.params.get("TZID") if hasattr(values, "params") else None
            for value in values.dts:
                yield self._zoned(value.dt, zone_named) if isinstance(value.dt, datetime) else value.dt

    def _moment(self, name: str) -> Start | None:
        """A date, or an aware time."""
        given = self.event.get(name)
        if given is None:
            return None
        if isinstance(given, list):
            raise _Fault(f"{name} stands more than once")
        return self._read(given)

    def _read(self, given: Any) -> Start:
        found: Start = given.dt
        return self._zoned(found, given.params.get("TZID")) if isinstance(found, datetime) else found

    def _zoned(self, local: datetime, named: str | None = None) -> datetime:
        if local.tzinfo is not None:
            return local
        if named is not None:
            raise _Fault(f"time zone {named!r} is unknown, and the file does not define it")
        if self.zone is None:
            raise _Fault(f"{local.isoformat()} is said in no time zone: name one as zone=")
        return local.replace(tzinfo=self.zone)

    def _length(self) -> timedelta | None:
        given = self.event.get("DURATION")
        if given is None:
            return None
        if given.dt <= timedelta():
            raise _Fault("DURATION is nothing, or less")
        length: timedelta = given.dt
        return length


def _window(start: datetime, zone: tzinfo, exact: int | None, length: timedelta | None) -> Interval:
    """An occurrence: as long as the first by the clock of UTC, or days by the clock of the wall and then the rest."""
    opens = _read_on(zone, start)
    if exact is not None:
        return opens, opens + exact
    length = length or timedelta()
    days = timedelta(days=length.days)
    return opens, _read_on(zone, start + days) + (length - days) // timedelta(microseconds=1)


def _read_on(zone: tzinfo, wall: datetime) -> Instant:
    """When a clock reads so: the first time, and by the offset before where it is set forward past it.

    Zones of a file's own are not as Python's are: what they say of a time that never comes hangs on the package.
    """
    moment = wall.replace(tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall:
        return instant(moment)
    before = (wall - timedelta(days=1)).replace(tzinfo=zone).utcoffset() or timedelta()
    return instant((wall - before).replace(tzinfo=UTC))


def _zone_of(start: datetime) -> tzinfo:
    return start.tzinfo or UTC


def _local(moment: Start, zone: tzinfo | None) -> Start:
    """A date as it is, a time by the clock of a zone."""
    if isinstance(moment, datetime) and zone is not None:
        return moment.astimezone(zone).replace(tzinfo=None, fold=0)
    return moment


def _comparable(moment: Start) -> object:
    """What is equal for the same date, or the same instant in whatever zone."""
    if isinstance(moment, datetime):
        return instant(moment) if moment.tzinfo is not None else moment
    return moment
