"""Open time made of open time: a source that asks its parts for the same window, so that it grows as they do."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import TypeAlias

from attrs import Attribute, field, frozen

from slaengine.errors import ScheduleError
from slaengine.instants import Instant
from slaengine.policies import intervals
from slaengine.policies.intervals import Intervals
from slaengine.policies.open_time import OpenTime, Source

How: TypeAlias = Callable[[Sequence[Intervals], Instant, Instant], Intervals]
"""(what each part is open, low, high) -> what the whole is open, in low <= t < high."""

_DEEPEST = 100
"""Far from where Python's own recursion ends, in here and in pickle."""


@frozen(eq=False)
class Made:
    """A source made of others. Keeps calendars picklable, and asks nothing until open time is asked.

    Raises ScheduleError where parts are made of parts too often.
    """

    how: How
    of: tuple[OpenTime, ...]
    depth: int = field(init=False)

    @depth.default
    def _one_more(self) -> int:
        sources = (part.source for part in self.of)
        return 1 + max(source.depth if isinstance(source, Made) else 0 for source in sources)

    @depth.validator
    def _no_deeper(self, _: "Attribute[int]", depth: int) -> None:
        if depth > _DEEPEST:
            remedy = "name many at once, as in one.union(*others)"
            raise ScheduleError([f"calendars are nested more than {_DEEPEST} deep: {remedy}"])

    def __call__(self, low: Instant, high: Instant) -> Intervals:
        return compiled(self, low, high, {})


def compiled(source: Source, low: Instant, high: Instant, known: dict[int, Intervals]) -> Intervals:
    """What a source says of a window. `known`: what its parts say, by their `id`; each that is not there yet is asked
    once, however often it is a part."""
    if id(source) not in known:
        if isinstance(source, Made):
            parts = [compiled(part.source, low, high, known) for part in source.of]
            known[id(source)] = source.how(parts, low, high)
        else:
            known[id(source)] = source(low, high)
    return known[id(source)]


def union(parts: Sequence[Intervals], low: Instant, high: Instant) -> Intervals:
    """Open where any is."""
    return intervals.normal_form(interval for part in parts for interval in part)


def intersection(parts: Sequence[Intervals], low: Instant, high: Instant) -> Intervals:
    """Open where all are."""
    return reduce(intervals.intersection, parts)


def difference(parts: Sequence[Intervals], low: Instant, high: Instant) -> Intervals:
    """Open where the first is and none of the others."""
    return reduce(intervals.difference, parts)


def complement(parts: Sequence[Intervals], low: Instant, high: Instant) -> Intervals:
    """Open where the only one is not."""
    (part,) = parts
    return intervals.complement(part, low, high)


def versions(at: Instant, parts: Sequence[Intervals], low: Instant, high: Instant) -> Intervals:
    """Open where the first is until before the instant, and from it on where the second is."""
    before, after = parts
    return intervals.union(intervals.clipped(before, low, at), intervals.clipped(after, at, high))


def ended(at: Instant, parts: Sequence[Intervals], low: Instant, high: Instant) -> Intervals:
    """Open where the only one is until before the instant."""
    (part,) = parts
    return intervals.clipped(part, low, at)
