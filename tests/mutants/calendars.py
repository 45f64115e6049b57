"""What may be wrong in a calendar: each takes what it is and gives what stands in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from attrs import evolve as but

from slaengine.instants import HOUR, MINUTE, Duration, Instant
from slaengine.policies.days import Day, Days
from slaengine.policies.intervals import Intervals
from slaengine.policies.offsets import Offsets, Second
from slaengine.policies.open_time import OpenTime
from slaengine.policies.plan import Plan


def due_a_microsecond_late(real: Callable[[OpenTime, Instant, Duration], Instant]) -> Any:
    def due(self: OpenTime, start: Instant, length: Duration) -> Instant:
        return real(self, start, length) + (length > 0)

    return due


def due_at_the_opening(_: object) -> Any:
    def due(self: OpenTime, start: Instant, length: Duration) -> Instant:
        return self.breach(start, length) if length else start

    return due


def breach_at_the_closing(_: object) -> Any:
    def breach(self: OpenTime, start: Instant, length: Duration) -> Instant:
        return self.first(start, length)

    return breach


def elapsed_with_its_end(real: Callable[[OpenTime, Instant, Instant], Duration]) -> Any:
    def elapsed(self: OpenTime, start: Instant, end: Instant) -> Duration:
        return real(self, start, end) + (start < end < self.high and self.is_open(end))

    return elapsed


def elapsed_without_a_sign(real: Callable[[OpenTime, Instant, Instant], Duration]) -> Any:
    def elapsed(self: OpenTime, start: Instant, end: Instant) -> Duration:
        return abs(real(self, start, end))

    return elapsed


def subtract_is_due_backwards(_: object) -> Any:
    def subtract(self: OpenTime, end: Instant, length: Duration) -> Instant:
        return self.due(end, -length)

    return subtract


def next_open_looks_too_late(real: Callable[[OpenTime, Instant], Instant]) -> Any:
    def next_open(self: OpenTime, t: Instant) -> Instant:
        return real(self, t + MINUTE)

    return next_open


def open_at_the_closing(real: Callable[[OpenTime, Instant], bool]) -> Any:
    def is_open(self: OpenTime, t: Instant) -> bool:
        return real(self, t) or (t > self.low and real(self, t - 1))

    return is_open


def union_forgets_the_first(real: Callable[[Sequence[Intervals], Instant, Instant], Intervals]) -> Any:
    def union(parts: Sequence[Intervals], low: Instant, high: Instant) -> Intervals:
        return real(parts[1:] or parts, low, high)

    return union


def intersection_is_the_last(_: object) -> Any:
    def intersection(parts: Sequence[Intervals], low: Instant, high: Instant) -> Intervals:
        return parts[-1]

    return intersection


def complement_ends_too_soon(real: Callable[[Intervals, int, int], Intervals]) -> Any:
    def complement(intervals: Intervals, low: int, high: int) -> Intervals:
        shorter = ((start, end - 1) for start, end in real(intervals, low, high))
        return tuple((start, end) for start, end in shorter if start < end)

    return complement


def versions_an_hour_late(real: Callable[[Instant, Sequence[Intervals], Instant, Instant], Intervals]) -> Any:
    def versions(at: Instant, parts: Sequence[Intervals], low: Instant, high: Instant) -> Intervals:
        return real(at + HOUR, parts, low, high)

    return versions


def walls_without_holidays(real: Callable[[Plan, range], Intervals]) -> Any:
    def walls(self: Plan, days: range) -> Intervals:
        return real(but(self, holidays=()), days)

    return walls


def walls_without_breaks(real: Callable[[Plan, range], Intervals]) -> Any:
    def walls(self: Plan, days: range) -> Intervals:
        return real(but(self, breaks=()), days)

    return walls


def one_offset_for_the_whole_day(real: Callable[[Iterable[Second], Offsets], Iterator[Second]]) -> Any:
    def first_crossings(walls: Iterable[Second], offsets: Offsets) -> Iterator[Second]:
        for wall in walls:
            midnight = wall // 86_400 * 86_400
            yield next(real([midnight], offsets)) + wall - midnight

    return first_crossings


def the_second_pass_only(_: object) -> Any:
    def first_crossings(walls: Iterable[Second], offsets: Offsets) -> Iterator[Second]:
        for wall in walls:
            begun = [it for it in offsets if wall >= it.since + it.ahead] or [offsets[0]]
            yield wall - begun[-1].ahead

    return first_crossings


def the_day_itself_counts(real: Callable[[Days, Day, int], Day]) -> Any:
    def shift(self: Days, day: Day, n: int) -> Day:
        return real(self, day - 1 if n > 0 else day, n)

    return shift
