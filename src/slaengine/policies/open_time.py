"""Open time as a measure: M(t), the open time before t, is non-decreasing, and a deadline is its inverse.

Elapsed time is a difference of M, so no answer costs more when more days lie between. M has two inverses, which differ
where a closing is followed by a later opening: `due` takes the closing, `breach` the opening. See
docs/adr/0003-due-versus-breach.md. Everything here is in integer microseconds of UTC.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import partial
from itertools import accumulate, chain
from typing import Self, TypeAlias

from attrs import define, field, frozen

from slaengine.errors import HorizonError
from slaengine.instants import DAY, FOREVER, Duration, Instant, iso
from slaengine.policies.intervals import Intervals, clipped

Source: TypeAlias = Callable[[Instant, Instant], Intervals]
"""(low, high) -> the open intervals in low <= t < high, in normal form. Pure, and the same for every wider window."""

_YEAR: Duration = 366 * DAY


@define(eq=False)
class OpenTime:
    """The open time of a calendar within its bounds, compiled on demand, a year and more at a time.

    Threads may share it: growth compiles a new table and publishes it by one assignment, and no call reads two tables.
    Every method raises HorizonError where the answer lies beyond the bounds.
    """

    source: Source = field(repr=False)
    low: Instant
    high: Instant
    name: str = ""
    _table: "_Table" = field(init=False, repr=False, factory=lambda: _COLD)

    @classmethod
    def compiled(cls, intervals: Intervals, low: Instant, high: Instant, name: str = "") -> Self:
        """Open time that is known as a whole and so never grows."""
        whole = cls(partial(clipped, intervals), low, high, name)
        whole._table = _tabulated(intervals, low, high)
        return whole

    def worked(self, t: Instant) -> Duration:
        """M(t): the open time from the calendar's first instant to t. Where a difference will do, `elapsed` is cheaper:
        it compiles no years but those between its arguments."""
        return self.elapsed(self.low, t)

    def elapsed(self, start: Instant, end: Instant) -> Duration:
        """The open time from start to end; negative where end is the earlier one."""
        table = self._table
        if not (table.low <= start <= table.high and table.low <= end <= table.high):
            table = self._covering(start, end)
        edges, base = table.edges, table.base
        i, j = bisect_right(edges, start), bisect_right(edges, end)
        return (base[j] + end if j & 1 else base[j]) - (base[i] + start if i & 1 else base[i])

    def is_open(self, t: Instant) -> bool:
        """Whether t lies in open time: elapsed(t, t + 1)."""
        table = self._table
        if not table.low <= t < table.high:
            table = self._covering(t, t + 1)
        return bisect_right(table.edges, t) & 1 == 1

    def intervals(self, start: Instant, end: Instant) -> Intervals:
        """The open intervals in start <= t < end, in normal form; none where end is not the later one."""
        if end <= start:
            return ()
        table = self._table
        if not (table.low <= start and end <= table.high):
            table = self._covering(start, end)
        return table.intervals(start, end)

    def next_open(self, t: Instant) -> Instant:
        """The first open instant at or after t."""
        return self.breach(t, 0)

    def due(self, start: Instant, length: Duration) -> Instant:
        """The least u >= start with elapsed(start, u) >= length, and so `start` for 0.

        A negative length asks for an instant in the past: the least u with elapsed(start, u) >= length.
        """
        return self.first(start, length) if length else start

    def first(self, start: Instant, length: Duration) -> Instant:
        """The least u with elapsed(start, u) >= length, whatever its sign; for 0 out of hours: the closing before."""
        found = self._table.due(start, length)
        return self._search(_Table.due, start, length, upwards=length > 0) if found is None else found

    def breach(self, start: Instant, length: Duration) -> Instant:
        """The greatest u with elapsed(start, u) <= length, which is the last instant at which no more was used.

        A negative length asks for an instant in the past, by the same words.
        """
        found = self._table.breach(start, length)
        return self._search(_Table.breach, start, length, upwards=length >= 0) if found is None else found

    def subtract(self, end: Instant, length: Duration) -> Instant:
        """The greatest u <= end with elapsed(u, end) = length, and so `end` for 0: the dual of `due`."""
        return self.breach(end, -length) if length else end

    def _search(self, inverse: "_Inverse", start: Instant, length: Duration, *, upwards: bool) -> Instant:
        """An inverse of M that the present table does not reach: grow towards it, twice as far each time."""
        table = self._covering(start, start)
        while (found := inverse(table, start, length)) is None:
            beyond = table.high + 1 if upwards else table.low - 1
            table = self._covering(start, beyond)
        return found

    def _covering(self, one: Instant, other: Instant) -> "_Table":
        """A table in which both instants lie, published for later calls."""
        low, high = min(one, other), max(one, other)
        if low < self.low or high > self.high:
            raise self._beyond(low if low < self.low else high)
        table = self._table
        if low < table.low or high > table.high:
            self._table = table = self._grown(table, low, high)
        return table

    def _grown(self, table: "_Table", low: Instant, high: Instant) -> "_Table":
        """A new table for what the old one holds and the instants asked for; it doubles, or has a year more."""
        margin = max(_YEAR, table.high - table.low)
        low = max(self.low, low - margin) if low < table.low else table.low
        high = min(self.high, high + margin) if high > table.high else table.high
        return _tabulated(self.source(low, high), low, high)

    def _beyond(self, t: Instant) -> HorizonError:
        where = f"calendar {self.name!r}" if self.name else "this calendar"
        which = "before" if t < self.low else "after"
        return HorizonError(
            f"the answer lies {which} the years of {where}, {iso(self.low)} to {iso(self.high)}: "
            "define it with more years, as in years = [1970, 2100], unless its hours have come to an end"
        )


@frozen(eq=False)
class _Table:
    """M over low <= t <= high, counted from low, as two bisects can read it. Never changed once built."""

    low: Instant
    high: Instant
    edges: tuple[Instant, ...]  # opening, closing, opening, ...: t is open if an odd number lies at or before it
    base: tuple[Duration, ...]  # by that number: M(t), or in open time M(t) - t
    sums: tuple[Duration, ...]  # M at each closing
    lead: tuple[Duration, ...]  # M(t) - t in each interval

    def intervals(self, start: Instant, end: Instant) -> Intervals:
        """The open intervals, cut at both ends."""
        first, last = bisect_right(self.edges, start) & ~1, bisect_left(self.edges, end)
        edges = self.edges[first : last + (last & 1)]
        return clipped(tuple(zip(edges[::2], edges[1::2], strict=True)), start, end)

    def due(self, start: Instant, length: Duration) -> Instant | None:
        """The least instant before which so much more lies open than before start; None if this table ends too soon."""
        if not self.low <= start <= self.high:
            return None
        i = bisect_right(self.edges, start)
        worked = self.base[i] + (start + length if i & 1 else length)
        k = bisect_left(self.sums, worked, i >> 1 if length > 0 else 0)
        return worked - self.lead[k] if worked > 0 and k < len(self.sums) else None

    def breach(self, start: Instant, length: Duration) -> Instant | None:
        """The greatest instant before which no more lies open; None if this table ends too soon."""
        if not self.low <= start <= self.high:
            return None
        i = bisect_right(self.edges, start)
        worked = self.base[i] + (start + length if i & 1 else length)
        k = bisect_right(self.sums, worked, i >> 1 if length > 0 else 0)
        return worked - self.lead[k] if worked >= 0 and k < len(self.sums) else None


_Inverse: TypeAlias = Callable[[_Table, Instant, Duration], Instant | None]

_COLD: _Table = _Table(FOREVER, -FOREVER, (), (0,), (), ())
"""No instant lies in it."""


def _tabulated(intervals: Intervals, low: Instant, high: Instant) -> _Table:
    edges = tuple(chain.from_iterable(intervals))
    sums = tuple(accumulate(end - start for start, end in intervals))
    lead = tuple(worked - end for worked, (_, end) in zip(sums, intervals, strict=True))
    return _Table(low, high, edges, (0, *chain.from_iterable(zip(lead, sums, strict=True))), sums, lead)
