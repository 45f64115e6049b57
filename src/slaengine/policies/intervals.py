"""Sets of integers as half-open intervals in normal form: sorted, disjoint, non-touching, non-empty.

Two sets are equal if and only if their normal forms are. Nothing here knows what an integer counts: seconds of a wall
clock and microseconds of UTC are treated alike.
"""

from collections.abc import Iterable, Iterator
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


def union(one: Intervals, other: Intervals) -> Intervals:
    """What lies in either set."""
    return normal_form((*one, *other))


def intersection(one: Intervals, other: Intervals) -> Intervals:
    """What lies in both sets."""
    return tuple(_shared(one, other))


def complement(intervals: Intervals, low: int, high: int) -> Intervals:
    """What of low <= n < high lies not in the set."""
    return difference(((low, high),) if low < high else (), intervals)


def difference(whole: Intervals, holes: Intervals) -> Intervals:
    """What lies in the first set and not in the second."""
    return tuple(_pieces(whole, holes))


def clipped(intervals: Intervals, low: int, high: int) -> Intervals:
    """The part of a set in low <= n < high."""
    inside = ((max(start, low), min(end, high)) for start, end in intervals)
    return tuple((start, end) for start, end in inside if start < end)


def _shared(one: Intervals, other: Intervals) -> Iterator[Interval]:
    first = 0  # the first of the others that does not end before the interval at hand
    for start, end in one:
        while first < len(other) and other[first][1] <= start:
            first += 1
        for opens, closes in _from(other, first, end):
            yield max(start, opens), min(end, closes)


def _pieces(whole: Intervals, holes: Intervals) -> Iterator[Interval]:
    first = 0  # the first hole that does not end before the interval at hand
    for start, end in whole:
        while first < len(holes) and holes[first][1] <= start:
            first += 1
        yield from _around(start, end, holes, first)


def _around(start: int, end: int, holes: Intervals, first: int) -> Iterator[Interval]:
    """One interval less the holes from the first on."""
    for opens, closes in _from(holes, first, end):
        if start < opens:
            yield start, opens
        start = closes
    if start < end:
        yield start, end


def _from(intervals: Intervals, first: int, end: int) -> Iterator[Interval]:
    """Those from the first on that begin before the end."""
    for n in range(first, len(intervals)):
        if intervals[n][0] >= end:
            break
        yield intervals[n]
