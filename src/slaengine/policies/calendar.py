"""A calendar answers in aware datetimes what its open time says of integers."""

from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from typing import TypeAlias

from attrs import field, frozen

from slaengine.instants import Duration, Instant, instant
from slaengine.policies.open_time import OpenTime

When: TypeAlias = datetime | str
"""An aware datetime, or ISO 8601 text with an offset."""

Length: TypeAlias = Duration | timedelta
"""A duration, as `hours(4)` gives it (whole microseconds), or a timedelta."""

_MICROSECOND = timedelta(microseconds=1)


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

    def _zoned(self, t: Instant) -> datetime:
        """What `to_datetime` gives, in less time: half of an answer's cost is its way out of the integers."""
        return self.zone.fromutc(self._epoch + t * _MICROSECOND)


def _duration(length: Length) -> Duration:
    return length if isinstance(length, int) else length // _MICROSECOND


def _around_the_clock() -> Calendar:
    low, high = instant("0001-01-01T00:00Z"), instant("9999-12-31T23:59:59.999999Z")
    open_time = OpenTime.compiled(((low, high),), low, high, "24x7")
    return Calendar(sha256(b"24x7").hexdigest(), "24x7", UTC, open_time)


always = _around_the_clock()
"""Open at every moment, in every zone. Compiled as a whole, so that nothing in it ever changes."""
