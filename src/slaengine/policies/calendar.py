"""A calendar answers in aware datetimes what its open time says of integers."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol, TypeAlias, Union, runtime_checkable

from attrs import field, frozen

from slaengine.errors import HorizonError, InstantError, ScheduleError
from slaengine.instants import Duration, Instant, instant, iso
from slaengine.policies import sources
from slaengine.policies.days import Days
from slaengine.policies.lint import idle
from slaengine.policies.open_time import OpenTime
from slaengine.policies.sources import How, Made

if TYPE_CHECKING:
    from slaengine.policies.schedule import FromPlan

When: TypeAlias = datetime | str
"""An aware datetime, or ISO 8601 text with an offset."""

Length: TypeAlias = Duration | timedelta
"""A duration, as `hours(4)` gives it (whole microseconds), or a timedelta."""


@runtime_checkable
class HasCalendar(Protocol):
    """What people wrote a calendar as: a schedule."""

    @property
    def calendar(self) -> "Calendar": ...


Hours: TypeAlias = Union["Calendar", HasCalendar]
"""A calendar, or the schedule from which one was compiled."""

_MICROSECOND = timedelta(microseconds=1)
_LONGEST_NAME = 200


@frozen
class Calendar:
    """When somebody works.

    Two calendars are equal if they were compiled from the same: `digest` decides, whatever they are called. Every
    method raises InstantError for a naive datetime and HorizonError for an answer beyond the calendar's years.
    Datetimes come back in the calendar's zone.
    """

    digest: str  # sha256 in hex over exactly what is compiled
    name: str = field(eq=False)
    zone: tzinfo = field(eq=False, repr=False)
    open_time: OpenTime = field(eq=False, repr=False)  # the same in integer microseconds
    days: Days | None = field(default=None, eq=False, repr=False)  # for budgets that count days; a composition has none
    made: "Composition | FromPlan | None" = field(default=None, eq=False, repr=False)  # of what
    _epoch: datetime = field(init=False, eq=False, repr=False)  # what clocks in UTC read then, labelled with the zone

    @_epoch.default
    def _labelled(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=self.zone)

    def elapsed(self, start: When, end: When) -> timedelta:
        """The open time from start to end; negative where end is the earlier one."""
        return self.open_time.elapsed(instant(start), instant(end)) * _MICROSECOND

    def due(self, start: When, length: Length) -> datetime:
        """The earliest moment by which so much open time has passed: a closing time, where two would do."""
        return self._zoned(self.open_time.due(instant(start), _duration(length)))

    def breach(self, start: When, length: Length) -> datetime:
        """The last moment at which no more than so much open time has passed: an opening time, where two would do."""
        return self._zoned(self.open_time.breach(instant(start), _duration(length)))

    def subtract(self, end: When, length: Length) -> datetime:
        """The latest moment from which exactly so much open time passes until `end`."""
        return self._zoned(self.open_time.subtract(instant(end), _duration(length)))

    def is_open(self, when: When) -> bool:
        """Whether it is open just then. An opening time is open, a closing time is not."""
        return self.open_time.is_open(instant(when))

    def next_open(self, when: When) -> datetime:
        """The first open moment at or after."""
        return self._zoned(self.open_time.next_open(instant(when)))

    def intervals(self, start: When, end: When) -> tuple[tuple[datetime, datetime], ...]:
        """The open intervals between two moments, cut at both, in order; none where end is not the later one."""
        found = self.open_time.intervals(instant(start), instant(end))
        return tuple((self._zoned(opens), self._zoned(closes)) for opens, closes in found)

    def union(self, *others: Hours) -> "Calendar":
        """Open where this one is or any of the others, in whatever zones: `|`.

        Of this, and of all that is made of calendars: the years are those common to all, the zone is that of the first
        (`always` gives way), and nothing is compiled until it is asked. Raises ScheduleError for what never opens.
        """
        return _alike("|", sources.union, [self, *map(as_calendar, others)])

    def intersection(self, *others: Hours) -> "Calendar":
        """Open where this one is and all of the others: `&`. See union."""
        return _alike("&", sources.intersection, [self, *map(as_calendar, others)])

    def difference(self, *others: Hours) -> "Calendar":
        """Open where this one is and none of the others: `-`. See union."""
        if not others:
            return self
        calendars = [self, *map(as_calendar, others)]
        digests = [self.digest, *sorted({other.digest for other in calendars[1:]})]
        return _combined("-", sources.difference, calendars, digests)

    def complement(self) -> "Calendar":
        """Open where this one is not, within its years: `~`. See union."""
        return _combined("~", sources.complement, [self], [self.digest])

    def amended(self, new: Hours, *, effective_from: When) -> "Calendar":
        """This one until before an instant, the new one from it on: two versions as one calendar.

        It keeps its name, answers in the new one's zone and covers the years from the old one's first to the new one's
        last. Raises ScheduleError where one of them does not cover the instant, or what is left never opens.
        """
        return _amended(self, as_calendar(new), instant(effective_from))

    def lint(self) -> tuple[str, ...]:
        """What is taken away in vain from what this is made of. Each is a sentence; the parts speak for themselves."""
        return tuple(idle(self.open_time))

    def ended(self, *, effective_from: When) -> "Calendar":
        """This one until before an instant, closed for good from it on.

        Raises ScheduleError where it does not cover the instant, or what is left never opens.
        """
        return _ended(self, instant(effective_from))

    def named(self, name: str) -> "Calendar":
        """The same hours under a name of one's own. The digest stays."""
        open_time = self.open_time
        renamed = OpenTime(open_time.source, open_time.low, open_time.high, name)
        return Calendar(self.digest, name, self.zone, renamed, self.days, self.made)

    def __or__(self, other: Hours) -> "Calendar":
        return self.union(other)

    def __and__(self, other: Hours) -> "Calendar":
        return self.intersection(other)

    def __sub__(self, other: Hours) -> "Calendar":
        return self.difference(other)

    def __invert__(self) -> "Calendar":
        return self.complement()

    def _zoned(self, t: Instant) -> datetime:
        """What `to_datetime` gives, in less time: half of an answer's cost is its way out of the integers."""
        return self.zone.fromutc(self._epoch + t * _MICROSECOND)


@frozen
class Composition:
    """Of what a calendar was made, and how: | & - ~, or at an instant "amended" or "ended"."""

    how: str
    of: tuple[Calendar, ...]
    at: Instant = 0


def as_calendar(hours: Hours) -> Calendar:
    """The calendar itself, or that of a schedule: for all that takes either. Raises TypeError for anything else."""
    if isinstance(hours, Calendar):
        return hours
    if isinstance(found := getattr(hours, "calendar", None), Calendar):
        return found
    raise TypeError(f"{hours!r} is neither a calendar nor a schedule")


def never_opens(open_time: OpenTime) -> bool:
    """Whether nothing within the bounds is open. Asks one of its own: the one given need not hold the first years."""
    try:
        OpenTime(open_time.source, open_time.low, open_time.high).next_open(open_time.low)
    except HorizonError:
        return True
    return False


def _alike(sign: str, how: How, calendars: Sequence[Calendar]) -> Calendar:
    """What comes out the same in whatever order, and however often, the calendars are named."""
    distinct = {calendar.digest: calendar for calendar in calendars}
    if len(distinct) == 1:
        return calendars[0]
    return _combined(sign, how, list(distinct.values()), sorted(distinct))


def _combined(sign: str, how: How, calendars: Sequence[Calendar], digests: Sequence[str]) -> Calendar:
    name = _sentence(sign, [calendar.name for calendar in calendars])
    low = max(calendar.open_time.low for calendar in calendars)
    high = min(calendar.open_time.high for calendar in calendars)
    if low >= high:
        raise ScheduleError([f"{name or 'these calendars'}: there is no year that all of them cover"])
    made = Made(how, tuple(calendar.open_time for calendar in calendars))
    open_time, of = OpenTime(made, low, high, name), Composition(sign, tuple(calendars))
    return _opening(_digest(sign, *digests), _zone(calendars), open_time, of=of)


def _amended(old: Calendar, new: Calendar, at: Instant) -> Calendar:
    if faults := list(_uncovered((old, new), at)):
        raise ScheduleError(faults)
    made = Made(partial(sources.versions, at), (old.open_time, new.open_time))
    open_time = OpenTime(made, old.open_time.low, new.open_time.high, old.name)
    days = old.days.amended(new.days, at) if old.days and new.days else None
    digest, of = _digest("amended", old.digest, new.digest, iso(at)), Composition("amended", (old, new), at)
    return _opening(digest, _zone((new, old)), open_time, days, of)


def _ended(old: Calendar, at: Instant) -> Calendar:
    if faults := list(_uncovered([old], at)):
        raise ScheduleError(faults)
    made = Made(partial(sources.ended, at), (old.open_time,))
    open_time = OpenTime(made, old.open_time.low, old.open_time.high, old.name)
    days = old.days.ended(at) if old.days else None
    return _opening(_digest("ended", old.digest, iso(at)), old.zone, open_time, days, Composition("ended", (old,), at))


def _opening(
    digest: str, zone: tzinfo, open_time: OpenTime, days: Days | None = None, of: Composition | None = None
) -> Calendar:
    if never_opens(open_time):
        what = open_time.name or "a calendar made of others"
        raise ScheduleError([f"{what} never opens from {iso(open_time.low)} to {iso(open_time.high)}"])
    return Calendar(digest, open_time.name, zone, open_time, days, of)


def _uncovered(calendars: Iterable[Calendar], at: Instant) -> Iterator[str]:
    for calendar in calendars:
        low, high = calendar.open_time.low, calendar.open_time.high
        if not low <= at <= high:
            which = f"calendar {calendar.name!r}" if calendar.name else "a calendar"
            yield f"effective from {iso(at)}: {which} covers {iso(low)} to {iso(high)} only: define it with more years"


def _sentence(sign: str, names: Sequence[str]) -> str:
    """ "office | (tokyo - maintenance)", cut where it grows long; nothing where nobody gave a name."""
    if not any(names):
        return ""
    parts = [f"({name})" if " " in name else name or "unnamed" for name in names]
    sentence = f" {sign} ".join(parts) if len(parts) > 1 else sign + parts[0]
    return sentence if len(sentence) <= _LONGEST_NAME else f"{sentence[: _LONGEST_NAME - 1]}…"


def _digest(operation: str, *operands: str) -> str:
    return sha256(json.dumps([operation, *operands]).encode()).hexdigest()


def _zone(calendars: Iterable[Calendar]) -> tzinfo:
    """That of the first; `always`, which is of every zone, gives way."""
    return next((calendar.zone for calendar in calendars if calendar.zone is not UTC), UTC)


def _duration(length: Length) -> Duration:
    try:
        return length if isinstance(length, int) else length // _MICROSECOND
    except TypeError:
        remedy = "write hours(4), duration('4 h') or a timedelta"
        raise InstantError(f"{length!r} is no length of time: {remedy}") from None


def _around_the_clock() -> Calendar:
    low, high = instant("0001-01-01T00:00Z"), instant("9999-12-31T23:59:59.999999Z")
    open_time = OpenTime.compiled(((low, high),), low, high, "24x7")
    return Calendar(sha256(b"24x7").hexdigest(), "24x7", UTC, open_time)


always = _around_the_clock()
"""Open at every moment, in every zone. Compiled as a whole, so that nothing in it ever changes."""
