"""Open time made of open time: pure functions of a window, so that what is made grows as its parts do.

Each is to be bound to its sources by `functools.partial`, which keeps calendars picklable and asks nothing until open
time is asked.
"""

from functools import reduce

from slaengine.instants import Instant
from slaengine.policies import intervals
from slaengine.policies.intervals import Intervals
from slaengine.policies.open_time import Source


def union(sources: tuple[Source, ...], low: Instant, high: Instant) -> Intervals:
    """Open where any is."""
    return intervals.normal_form(interval for source in sources for interval in source(low, high))


def intersection(sources: tuple[Source, ...], low: Instant, high: Instant) -> Intervals:
    """Open where all are."""
    return reduce(intervals.intersection, (source(low, high) for source in sources))


def difference(sources: tuple[Source, ...], low: Instant, high: Instant) -> Intervals:
    """Open where the first is and none of the others."""
    return reduce(intervals.difference, (source(low, high) for source in sources))


def complement(sources: tuple[Source, ...], low: Instant, high: Instant) -> Intervals:
    """Open where the only one is not."""
    (source,) = sources
    return intervals.complement(source(low, high), low, high)


def versions(sources: tuple[Source, ...], at: Instant, low: Instant, high: Instant) -> Intervals:
    """Open where the first is until before the instant, and from it on where the second is."""
    before, after = sources
    earlier = before(low, min(at, high)) if low < at else ()
    later = after(max(at, low), high) if at < high else ()
    return intervals.union(earlier, later)


def ended(sources: tuple[Source, ...], at: Instant, low: Instant, high: Instant) -> Intervals:
    """Open where the only one is until before the instant."""
    (source,) = sources
    return source(low, min(at, high)) if low < at else ()
