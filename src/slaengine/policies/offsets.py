"""What a zone's clocks show: its offsets from UTC over some years, and when they first read a wall time.

All values are whole seconds: of UTC since 1970-01-01T00:00Z, or of the wall clock since 1970-01-01T00:00 local time.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

Second: TypeAlias = int

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PROBE: Second = 6 * 86_400
"""No two offset changes of any IANA zone since 1970 are less than 6.96 days apart, so that no probe steps over two."""


class Offset(NamedTuple):
    """The wall clock reads UTC + `ahead` from `since` on, until the next offset."""

    since: Second
    ahead: Second


Offsets: TypeAlias = tuple[Offset, ...]


def offsets(zone: ZoneInfo, low: Second, high: Second) -> Offsets:
    """The offsets of a zone from `low` until `high`, both of UTC, each with the second at which it begins.

    Complete from 1970 on; earlier changes may lie too close together to be found.
    """
    found = [Offset(low, _ahead(zone, low))]
    for probe in range(low + _PROBE, high + _PROBE, _PROBE):
        ahead = _ahead(zone, probe)
        if ahead != found[-1].ahead:
            found.append(Offset(_change(zone, probe - _PROBE, probe), ahead))
    return tuple(found)


def first_crossings(walls: Iterable[Second], offsets: Offsets) -> Iterator[Second]:
    """For wall readings in rising order: the first second of UTC at which the clock reads so much or more.

    A reading that a change leaps over happens at the change; one that happens twice counts where it happens first.
    So crossings rise as their readings do: an interval may shrink to nothing, but never turn around.
    """
    at = 0
    for wall in walls:
        while at + 1 < len(offsets) and wall >= offsets[at + 1].since + offsets[at].ahead:
            at += 1
        yield max(wall - offsets[at].ahead, offsets[at].since)


class FrozenZone(tzinfo):
    """A zone whose clocks follow the offsets that were frozen, whatever the installed zones say by now."""

    def __init__(self, key: str, offsets: Offsets) -> None:
        self.key = key
        self.offsets = offsets
        walls = [(after.since + before.ahead, after.since + after.ahead) for before, after in pairwise(offsets)]
        self._later = [max(both) for both in walls]  # the wall readings from which a change counts, where fold is 0
        self._earlier = [min(both) for both in walls]  # and where it is 1: PEP 495

    def utcoffset(self, when: datetime | None) -> timedelta | None:
        """How far the clock is ahead of UTC at a wall reading."""
        if when is None:
            return None
        wall = (when.replace(tzinfo=UTC, fold=0) - _EPOCH) // timedelta(seconds=1)
        at = bisect_right(self._earlier if when.fold else self._later, wall)
        return timedelta(seconds=self.offsets[at].ahead)

    def fromutc(self, when: datetime) -> datetime:
        """What the clock reads at a moment of UTC; `fold` is 1 in the second pass of a repeated time."""
        utc = (when.replace(tzinfo=UTC) - _EPOCH) // timedelta(seconds=1)
        at = max(0, bisect_right(self.offsets, utc, key=lambda offset: offset.since) - 1)
        shown = when + timedelta(seconds=self.offsets[at].ahead)
        repeated = at > 0 and utc + self.offsets[at].ahead < self.offsets[at].since + self.offsets[at - 1].ahead
        return shown.replace(fold=int(repeated))

    def dst(self, when: datetime | None) -> timedelta | None:
        """Unknown: offsets do not tell."""
        return None

    def tzname(self, when: datetime | None) -> str:
        """The zone's IANA name."""
        return self.key

    def __reduce__(self) -> tuple[type["FrozenZone"], tuple[str, Offsets]]:
        return FrozenZone, (self.key, self.offsets)

    def __repr__(self) -> str:
        return f"FrozenZone({self.key!r})"

    def __str__(self) -> str:
        return self.key


def _ahead(zone: ZoneInfo, utc: Second) -> Second:
    shown = (_EPOCH + timedelta(seconds=utc)).astimezone(zone)
    return (shown.utcoffset() or timedelta()) // timedelta(seconds=1)


def _change(zone: ZoneInfo, before: Second, after: Second) -> Second:
    """The first second of the offset that holds after, where just one change lies between the two."""
    was = _ahead(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _ahead(zone, middle) == was:
            before = middle
        else:
            after = middle
    return after
