"""Entries of iCalendar -> their dates and windows, by the rules of RFC 5545 for its own.

A local time is meant as section 3.3.5 says: one that does not exist by the offset before the gap, one that comes twice
as the first of both. That is what Python makes of a wall time with fold 0. Where a rule would put an occurrence at one
that does not exist, there is none, as section 3.3.10 says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import chain, islice
from typing import Any, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from attrs import define, field, frozen
from attrs import evolve as but

from slaengine.instants import Duration, Instant, instant, to_datetime
from slaengine.policies.intervals import Interval, Intervals, clipped, normal_form
from slaengine.policies.looked_up import is_of_the_machine
from slaengine.policies.plan import Years
from slaengine.policies.recurrence import MOST, expanded

T = TypeVar("T")

Start: TypeAlias = date | datetime
"""Of an occurrence: a date, or an aware time."""

Length: TypeAlias = Duration | timedelta
"""Exact, as it is where an end is given, or by the clock on the wall in its days."""

_DAY = timedelta(days=1)
_LONGEST = 100 * 366 * _DAY
_MIXED = "RDATE and DTSTART are not both dates, or both times"
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

    left_out: why neither counts; None if it counts. in_vain: what of it has no effect, each in words.
    """

    uid: str
    summary: str
    dates: tuple[date, ...] = ()
    windows: Intervals = ()
    left_out: str | None = None
    in_vain: tuple[str, ...] = ()


def entries(events: Sequence[Any], bounds: Bounds, zone: tzinfo | None, faults: list[str]) -> list[Entry]:
    """What every component comes to. zone: of times that are said in none; None: there must not be such.

    Appends what cannot be meant to `faults`.
    """
    moved = _moved(events)
    found = []
    for number, event in enumerate(events, start=1):
        reading = _Reading(event, bounds, zone, moved)
        try:
            found.append(reading.entry())
        except (_Fault, ValueError, OverflowError) as fault:
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
    """One VEVENT, or another component, which counts for nothing."""

    event: Any
    bounds: Bounds
    zone: tzinfo | None
    moved: Mapping[str, list[Any]]
    in_vain: list[str] = field(factory=list)

    @property
    def uid(self) -> str:
        return str(self.event.get("UID", ""))

    @property
    def summary(self) -> str:
        return " ".join(str(self.event.get("SUMMARY", "")).split())

    def entry(self) -> Entry:
        """The entry. Raises _Fault, ValueError or OverflowError for what cannot be meant."""
        if self.event.name != "VEVENT":
            return self._entry(left_out=f"{self.event.name} is not read")
        self._check()
        start = self._moment("DTSTART")
        if start is None:
            raise _Fault("DTSTART is missing: it happens at no time")
        if str(self._only("STATUS")).upper() == "CANCELLED":
            return self._entry(left_out="cancelled")
        found = self._timed(start) if isinstance(start, datetime) else self._all_day(start)
        if found.left_out is None and not (found.dates or found.windows):
            first, end = self.bounds.years
            return but(found, left_out=f"not in {first} to {end - 1}")
        return found

    def _entry(self, **what: Any) -> Entry:
        return Entry(self.uid, self.summary, in_vain=tuple(self.in_vain), **what)

    def _check(self) -> None:
        """What the parser found and went on, and what is not read here."""
        if self.event.errors:
            raise _Fault("; ".join(f"{name or 'a line'}: {reason}" for name, reason in self.event.errors))
        if self.event.get("EXRULE") is not None:
            raise _Fault("EXRULE is no longer part of iCalendar: export it with EXDATE")
        replaced = self._only("RECURRENCE-ID")
        if replaced is not None and "RANGE" in replaced.params:
            raise _Fault("RECURRENCE-ID with RANGE: export each changed occurrence by itself")

    def _all_day(self, start: date) -> Entry:
        extent = self._extent() or _DAY
        length = extent if isinstance(extent, timedelta | datetime) else extent - start
        if not isinstance(length, timedelta) or length < _DAY or length % _DAY:
            raise _Fault("ends before it begins, or at a time: a whole day ends with a later date")
        if any(isinstance(it, datetime) for it, _ in self._listed("RDATE")):
            raise _Fault(_MIXED)
        recurring = (it.date() for it in self._recurring(datetime.combine(start, time())))
        starts = {start, *recurring, *(it for it, _ in self._listed("RDATE"))}
        spans = ((n, n + length.days) for n in (it.toordinal() for it in self._kept({it: (it,) for it in starts})))
        first, past = (date(year, 1, 1).toordinal() for year in self.bounds.years)
        within = clipped(normal_form(spans), first, past)
        return self._entry(dates=tuple(date.fromordinal(n) for n in chain.from_iterable(range(*it) for it in within)))

    def _timed(self, start: datetime) -> Entry:
        extent, zone = self._extent(), start.tzinfo or UTC
        if extent is None and all(end is None for _, end in self._listed("RDATE")):
            return self._entry(left_out="has no length")
        length = timedelta() if extent is None else _length(start, extent)
        recurring = (it.replace(tzinfo=zone) for it in self._recurring(start.replace(tzinfo=None), zone))
        windows = dict([_window(it, length) for it in (start, *recurring)] + [*self._also(zone, length)])
        kept = self._kept({it: (it[0], to_datetime(it[0], zone).date()) for it in windows.items()})
        low, high = self.bounds.low, self.bounds.high
        return self._entry(windows=tuple(sorted(it for it in kept if it[0] < min(it[1], high) and it[1] > low)))

    def _also(self, zone: tzinfo, length: Length) -> Iterator[Interval]:
        """RDATEs. A period has its own length, also where it begins as an occurrence of the rule does."""
        for it, end in self._listed("RDATE"):
            if not isinstance(it, datetime):
                raise _Fault(_MIXED)
            yield _window(it.astimezone(zone), length if end is None else _length(it, end))

    def _kept(self, found: Mapping[T, Iterable[object]]) -> list[T]:
        """Of occurrences with their dates and instants, all that nothing takes out. What takes out none is in vain."""
        out = self._taken_out()
        known = set(chain.from_iterable(found.values()))
        self.in_vain += [what for key, what in out.items() if key not in known and self._is_within(key)]
        return [it for it, keys in found.items() if out.keys().isdisjoint(keys)]

    def _taken_out(self) -> Mapping[date | Instant, str]:
        """EXDATEs, and occurrences that have an entry of their own, in words. A date stands for all of its day."""
        out = [("EXDATE", it) for it, _ in self._listed("EXDATE")]
        if self.event.get("RECURRENCE-ID") is None:
            out += [
                ("RECURRENCE-ID", self._start("RECURRENCE-ID", it.dt, _zone_named(it)))
                for it in self.moved.get(self.uid, ())
            ]
        return {_key(it): f"{name} {it} fits no occurrence" for name, it in out}

    def _is_within(self, key: date | Instant) -> bool:
        """Whether it lies before the end of the years: what comes after is not looked up."""
        return key < self.bounds.high if isinstance(key, int) else key.year < self.bounds.years[1]

    def _recurring(self, start: datetime, zone: tzinfo | None = None) -> Iterator[datetime]:
        """When its rules let it begin, as local times of a zone; without one, as midnights of dates."""
        for rule in self._all("RRULE"):
            yield from self._by_rule(rule, start, zone)

    def _by_rule(self, rule: Any, start: datetime, zone: tzinfo | None) -> Sequence[datetime]:
        text = rule.to_ical().decode()
        if rule.get("FREQ", ["SECONDLY"])[0] == "SECONDLY":
            raise _Fault(f"RRULE {text!r} has no FREQ, or one of seconds: write MINUTELY, HOURLY, DAILY, ... YEARLY")
        if min(rule.get(part, [1])[0] for part in ("INTERVAL", "COUNT")) < 1:
            raise _Fault(f"RRULE {text!r} has an INTERVAL or a COUNT of nothing, or less: write 1 or more")
        if "BYSETPOS" in rule and rule["FREQ"][0] in ("HOURLY", "MINUTELY"):
            raise _Fault(f"RRULE {text!r} has BYSETPOS within an hour or a minute: write BYMINUTE, or BYSECOND")
        end = datetime.combine(date(self.bounds.years[1], 1, 3), time())  # zones lie within two days of each other
        until, wall = rule.get("UNTIL", [None])[0], text
        if isinstance(until, datetime) and until.tzinfo is not None:
            last = min(until, end.replace(tzinfo=UTC)).astimezone(zone or UTC)
            wall = _UNTIL.sub(f"UNTIL={last.replace(tzinfo=None).isoformat()}", text)

        def is_real(it: datetime) -> bool:
            return zone is None or it == start or _exists(it.replace(tzinfo=zone))

        try:
            found = list(islice(expanded(wall, start, end, is_real), MOST + 1))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise _Fault(f"RRULE {text!r} cannot be read ({error})") from None
        if len(found) > MOST:
            raise _Fault(f"RRULE {text!r} comes more than {MOST} times: name fewer years")
        return found

    def _extent(self) -> Start | timedelta | None:
        """DTEND or DURATION, of which there may be one."""
        end, length = self._moment("DTEND"), self._only("DURATION")
        if length is None:
            return end
        text = f"DURATION {length.to_ical().decode()}"
        if end is not None:
            raise _Fault(f"DTEND {end} and {text} stand both: export it with one of them")
        if not _is_length(length.dt):
            raise _Fault(f"{text} is nothing, less, or more than 100 years")
        found: timedelta = length.dt
        return found

    def _listed(self, name: str) -> Iterator[tuple[Start, Any]]:
        """Dates or aware times, each with the end or length of its own that a period has."""
        for values in self._all(name):
            for value in values.dts:
                start, end = value.dt if isinstance(value.dt, tuple) else (value.dt, None)
                yield self._start(name, start, _zone_named(values)), self._aware(end, _zone_named(values))

    def _moment(self, name: str) -> Start | None:
        given = self._only(name)
        return None if given is None else self._start(name, given.dt, _zone_named(given))

    def _start(self, name: str, given: object, named: str | None) -> Start:
        found = self._aware(given, named)
        if not isinstance(found, date):
            raise _Fault(f"{name} is neither a date nor a time")
        return found

    def _only(self, name: str) -> Any:
        given = self.event.get(name)
        if isinstance(given, list):
            raise _Fault(f"{name} stands more than once")
        return given

    def _all(self, name: str) -> Sequence[Any]:
        given = self.event.get(name, [])
        return given if isinstance(given, list) else [given]

    def _aware(self, given: T, named: str | None) -> T:
        """The same, but a time in a zone."""
        if not isinstance(given, datetime):
            return given
        if isinstance(given.tzinfo, ZoneInfo) and is_of_the_machine(given.tzinfo.key):
            raise _Fault(f"time zone {given.tzinfo.key!r} is another on every machine: export it with an IANA name")
        if given.tzinfo is not None:
            return given
        if named is not None:
            raise _Fault(f"time zone {named!r} is unknown, and the file does not define it")
        if self.zone is None:
            raise _Fault(f"{given.isoformat()} is said in no time zone: name one as zone=")
        return given.replace(tzinfo=self.zone)


def _zone_named(given: Any) -> str | None:
    named: str | None = given.params.get("TZID") if hasattr(given, "params") else None
    return named


def _length(start: datetime, extent: Start | timedelta) -> Length:
    """How long something lasts that has an end, or a length."""
    match extent:
        case timedelta() if _is_length(extent):
            return extent
        case datetime() if (exact := _read_on(extent) - _read_on(start)) > 0:
            return exact
        case datetime() | timedelta():
            raise _Fault(f"{start}/{extent} ends before it begins, or lasts too long")
    raise _Fault(f"{start}/{extent} begins at a time and ends with a date")


def _is_length(given: object) -> bool:
    return isinstance(given, timedelta) and timedelta() < given <= _LONGEST


def _window(start: datetime, length: Length) -> Interval:
    """An occurrence: exactly as long, or days by the clock of the wall and then the rest."""
    opens = _read_on(start)
    if isinstance(length, int):
        return opens, opens + length
    days = timedelta(days=length.days)
    begun = _read_on(start + days) if days else opens
    return opens, begun + (length - days) // timedelta(microseconds=1)


def _read_on(moment: datetime) -> Instant:
    """When a clock reads so: the first time, and by the offset before where it is set forward past it.

    Zones of a file's own are not as Python's are: what they say of a time that never comes hangs on the package.
    """
    if _exists(moment):
        return instant(moment)
    before = (moment - _DAY).utcoffset() or timedelta()
    return instant(moment.replace(tzinfo=UTC) - before)


def _exists(moment: datetime) -> bool:
    """Whether a clock ever reads so."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) == moment.replace(tzinfo=None)


def _key(moment: Start) -> date | Instant:
    """What is equal for the same date, or the same instant in whatever zone."""
    return _read_on(moment) if isinstance(moment, datetime) else moment
