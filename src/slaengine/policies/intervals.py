"""Sets of integers as half-open intervals in normal form: sorted, disjoint, non-touching, non-empty.

Two sets are equal if and only if their normal forms are. Nothing here knows what an integer counts: seconds of a wall
clock and microseconds of UTC are treated alike.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

Interval: TypeAlias = tuple[int, int]
"""start <= n < end"""

Intervals: TypeAlias = tuple[Interval, ...]
"""A set of integers in normal form."""


def normal_form(intervals: Iterable[Interval]) -> Intervals:
    """The union of any intervals: in any order, overlapping, touching or empty."""
    merged: list[Interval] = []
    for start, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def difference(whole: Intervals, holes: Intervals) -> Intervals:
    """What lies in the first set and not in the second."""
    return tuple(_pieces(whole, holes))


def clipped(intervals: Intervals, low: int, high: int) -> Intervals:
    """The part of a set in low <= n < high."""
    inside = ((max(start, low), min(end, high)) for start, end in intervals)
    return tuple((start, end) for start, end in inside if start < end)


def _pieces(whole: Intervals, holes: Intervals) -> Iterator[Interval]:
    first = 0  # the first hole that does not end before the interval at hand
    for start, end in whole:
        while first < len(holes) and holes[first][1] <= start:
            first += 1
        yield from _around(start, end, holes, first)


def _around(start: int, end: int, holes: Sequence[Interval], first: int) -> Iterator[Interval]:
    """One interval less the holes from the first on."""
    for n in range(first, len(holes)):
        opens, closes = holes[n]
        if opens >= end:
            break
        if start < opens:
            yield start, opens
        start = closes
    if start < end:
        yield start, end
