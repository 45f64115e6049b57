"""Business time in columns: what a calendar says of one instant, said of whole arrays of them at once.

A plain binary search pays for each of its steps with a miss of the cache. Here time is cut into buckets, so narrow that
hardly ever two open intervals meet in one: the bucket of an instant names its interval, and within an interval M(t) is
clipping. Every answer is that of the calendar for each element on its own (law 17).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, NoReturn, TypeAlias

import numpy as np
from attrs import define, field, frozen
from numpy.typing import ArrayLike, NDArray

from slaengine.errors import HorizonError, InstantError
from slaengine.instants import DAY, FOREVER, Duration, Instant
from slaengine.policies.calendar import Calendar, as_calendar
from slaengine.policies.intervals import Intervals
from slaengine.policies.open_time import OpenTime

Integers: TypeAlias = NDArray[np.int64]
Truths: TypeAlias = NDArray[np.bool_]

_YEAR: Duration = 366 * DAY
_AT_ONCE: Final = 1 << 15
"""So many elements at a time: what lies between two steps of the arithmetic stays in the cache."""

_BUCKETS: Final = 64
"""At most so many buckets for each boundary."""

_STEPS: Final = 8
"""Where so many boundaries share a bucket, a binary search is as good."""

_LATEST: Final = 2**63 - 1


@define(eq=False)
class BatchTime:
    """A calendar, or the calendar of a schedule, asked with arrays.

    Instants are whole microseconds since 1970-01-01T00:00Z and durations whole microseconds: arrays of integers, or
    single ones that stand beside every element. Answers are arrays of the common shape. What is no integer is refused
    with InstantError: floats are not exact, datetime64 of numpy says no zone, and what is masked says nothing. So are
    arrays that have no common shape.

    Where an answer lies beyond the calendar's years, HorizonError names the first element (flattened) of which that is
    so. Threads may share one: what was compiled is published by one assignment.
    """

    calendar: Calendar = field(converter=as_calendar)
    _table: _Table | None = field(init=False, repr=False, default=None)

    def elapsed(self, starts: ArrayLike, ends: ArrayLike) -> Integers:
        """The open time from each start to its end; negative where the end is the earlier one."""
        (a, b), shape = _columns(starts, ends)
        table = self._covering(a, b, lambda n: self._open_time.elapsed(int(a[n]), int(b[n])))
        return _each(lambda a, b: table.worked(b) - table.worked(a), a, b).reshape(shape)

    def due(self, starts: ArrayLike, lengths: ArrayLike) -> Integers:
        """The earliest instants by which so much open time has passed; the start itself for 0. See Calendar.due."""
        (t, d), shape = _columns(starts, lengths)
        return self._where_it_moves(_DUE, t, d).reshape(shape)

    def breach(self, starts: ArrayLike, lengths: ArrayLike) -> Integers:
        """The last instants at which no more than so much open time has passed. See Calendar.breach."""
        (t, d), shape = _columns(starts, lengths)
        return self._searched(_BREACH, t, d).reshape(shape)

    def subtract(self, ends: ArrayLike, lengths: ArrayLike) -> Integers:
        """The latest instants from which so much open time passes until each end. See Calendar.subtract."""
        (t, d), shape = _columns(ends, lengths)
        return self._where_it_moves(_BREACH, t, -np.maximum(d, -_LATEST)).reshape(shape)

    def is_open(self, instants: ArrayLike) -> Truths:
        """Whether it is open just then. An opening time is open, a closing time is not."""
        (t,), shape = _columns(instants)
        table = self._covering(t, t + (t < FOREVER), lambda n: self._open_time.is_open(int(t[n])))
        return _each(table.is_open, t, kind=np.bool_).reshape(shape)

    def next_open(self, instants: ArrayLike) -> Integers:
        """The first open instants at or after each."""
        return self.breach(instants, 0)

    @property
    def _open_time(self) -> OpenTime:
        return self.calendar.open_time

    def _where_it_moves(self, inverse: _Inverse, t: Integers, d: Integers) -> Integers:
        """What an inverse finds; for a length of 0 the instant itself, be it beyond the calendar's years."""
        if d.all():
            return self._searched(inverse, t, d)
        answers, moves = t.copy(), np.flatnonzero(d)
        answers[moves] = self._searched(inverse, t[moves], d[moves], moves)
        return answers

    def _searched(self, inverse: _Inverse, t: Integers, d: Integers, numbers: Integers | None = None) -> Integers:
        """What an inverse finds in a table that grows until it holds all answers, or can grow no more.

        numbers: of the elements, for the error, where they are not those of `t`.
        """

        def refused(n: int) -> object:
            return inverse.scalar(self._open_time, int(t[n]), int(d[n]))

        starts, moves = self._answerable(t, d)
        table = self._covering(starts, starts, refused, numbers)
        while True:
            answers = _each(partial(inverse.ask, table), starts, moves)
            if answers.max(initial=0) < _LATEST:
                return answers
            missed = answers == _LATEST
            upwards = bool((missed & (moves >= 0)).any()) and table.high < self._open_time.high
            downwards = bool((missed & (moves < 0)).any()) and table.low > self._open_time.low
            if not (upwards or downwards):
                self._refuse(int(missed.argmax()), refused, numbers)
            table = self._grown(table, table.low - downwards, table.high + upwards)

    def _answerable(self, t: Integers, d: Integers) -> tuple[Integers, Integers]:
        """Instants within the years and lengths of which no sum overflows.

        What is none of these becomes a length that cannot be answered: so the first of all that cannot is found.
        """
        within = self._open_time
        span = within.high - within.low + 1
        if t.min(initial=within.low) < within.low or t.max(initial=within.low) > within.high:
            d = np.where((t < within.low) | (t > within.high), np.where(d < 0, -span, span), d)
            t = np.clip(t, within.low, within.high)
        if d.min(initial=0) < -span or d.max(initial=0) > span:
            d = np.clip(d, -span, span)
        return t, d

    def _covering(
        self, one: Integers, other: Integers, refused: Callable[[int], object], numbers: Integers | None = None
    ) -> _Table:
        """A table in which all instants lie, published for later calls."""
        within, table = self._open_time, self._table
        low = int(min(one.min(initial=within.high), other.min(initial=within.high)))
        high = int(max(one.max(initial=within.low), other.max(initial=within.low)))
        if not len(one):
            low = high = within.low
        if low < within.low or high > within.high:
            first, last = np.minimum(one, other), np.maximum(one, other)
            self._refuse(int(((first < within.low) | (last > within.high)).argmax()), refused, numbers)
        if table is None:
            return self._compiled(max(within.low, low - _YEAR), min(within.high, high + _YEAR))
        return table if table.low <= low and high <= table.high else self._grown(table, low, high)

    def _grown(self, table: _Table, low: Instant, high: Instant) -> _Table:
        """A table for what another holds and the instants asked for, on either side twice as wide or a year wider."""
        within, margin = self._open_time, max(_YEAR, table.high - table.low)
        return self._compiled(
            max(within.low, low - margin) if low < table.low else table.low,
            min(within.high, high + margin) if high > table.high else table.high,
        )

    def _compiled(self, low: Instant, high: Instant) -> _Table:
        self._table = table = _tabulated(self._open_time.source(low, high), low, high)
        return table

    def _refuse(self, n: int, refused: Callable[[int], object], numbers: Integers | None) -> NoReturn:
        """Raises what the calendar says of one element on its own."""
        try:
            refused(n)
        except HorizonError as error:
            raise HorizonError(f"element {n if numbers is None else numbers[n]}: {error}") from None
        raise AssertionError("the calendar answers where its columns do not")


@frozen(eq=False)
class _Table:
    """Open time over low <= t <= high, counted from low. Never changed once built."""

    low: Instant
    high: Instant
    opens: Integers
    closes: Integers
    lead: Integers  # M(t) - t within each interval
    total: Duration
    by_instant: _Boundaries
    by_sum: _Boundaries

    def worked(self, t: Integers) -> Integers:
        """M(t), the open time before t."""
        at = self.by_instant.passed(t)
        found: Integers = np.maximum(t, self.opens.take(at))
        np.minimum(found, self.closes.take(at), out=found)
        found += self.lead.take(at)
        return found

    def is_open(self, t: Integers) -> Truths:
        """Whether t lies in an interval."""
        at = self.by_instant.passed(t)
        found: Truths = (self.opens.take(at) <= t) & (t < self.closes.take(at))
        return found

    def due(self, t: Integers, d: Integers) -> Integers:
        """The least instants before which so much more lies open than before t; _LATEST: not in this table."""
        worked = self.worked(t) + d
        return self._at(worked, worked - 1)

    def breach(self, t: Integers, d: Integers) -> Integers:
        """The greatest instants before which no more lies open; _LATEST: not in this table."""
        worked = self.worked(t) + d
        return self._at(worked, worked)

    def _at(self, worked: Integers, passed: Integers) -> Integers:
        """The instants with so much before them, each in the first interval whose closing has more than `passed`."""
        within = np.minimum(passed.view(np.uint64), self.total).view(np.int64)  # the total for what is negative too
        found = worked - self.lead.take(self.by_sum.passed(within))
        return np.where(within < self.total, found, _LATEST)


@frozen(eq=False)
class _Inverse:
    """One of the two inverses of M: of columns, and of one instant as the calendar itself has it."""

    ask: Callable[[_Table, Integers, Integers], Integers]
    scalar: Callable[[OpenTime, Instant, Duration], Instant]


_DUE: Final = _Inverse(_Table.due, OpenTime.due)
_BREACH: Final = _Inverse(_Table.breach, OpenTime.breach)


@frozen(eq=False)
class _Boundaries:
    """Rising boundaries, asked how many of them a value has passed: one look-up, and so many steps at most.

    first: by bucket, a number from which it is that many steps or fewer to the right one.
    """

    low: int
    width: int  # of a bucket: two to the power of so much
    first: NDArray[np.intp]
    steps: int
    edges: Integers  # with one more at the end that no value passes

    def passed(self, values: Integers) -> NDArray[np.intp]:
        """How many boundaries lie at or before each value."""
        if self.steps > _STEPS:
            return np.searchsorted(self.edges, values, side="right")
        found = self.first.take((values - self.low) >> self.width)
        for _ in range(self.steps):
            found += self.edges.take(found) <= values
        return found


def _tabulated(intervals: Intervals, low: Instant, high: Instant) -> _Table:
    opens, closes = np.array(intervals, np.int64).reshape(-1, 2).T.copy()
    sums: Integers = np.cumsum(closes - opens)
    total = int(sums[-1]) if len(sums) else 0
    return _Table(
        low=low,
        high=high,
        opens=np.append(opens, high),  # after the last closing an empty interval, in which nothing more is worked
        closes=np.append(closes, high),
        lead=np.append(sums - closes, total - high),
        total=total,
        by_instant=_boundaries(np.append(opens, high)[1:], closes, low, high),
        by_sum=_boundaries(sums, sums, 0, total),
    )


def _boundaries(edges: Integers, early: Integers, low: int, high: int) -> _Boundaries:
    """Buckets as wide as one look-up and a step allow, or as narrow as may be.

    early: values from which on each boundary may count as passed, though it comes later. Between closing and opening
    there is nothing to tell apart, so that an opening may count from the closing before it on, and needs no step.
    """
    enough = 1 if early is edges else 0
    width = max((high - low) // (len(edges) + 1), 1).bit_length()
    found = _cut(edges, early, low, high, width)
    while found.steps > enough and width and (high - low) >> (width - 1) < _BUCKETS * (len(edges) + 1):
        width -= 1
        found = _cut(edges, early, low, high, width)
    return found


def _cut(edges: Integers, early: Integers, low: int, high: int, width: int) -> _Boundaries:
    buckets = low + (np.arange(((high - low) >> width) + 1, dtype=np.int64) << width)
    first = np.searchsorted(early, buckets, side="right")
    last = np.searchsorted(edges, buckets + ((1 << width) - 1), side="right")
    return _Boundaries(low, width, first, max(int((last - first).max()), 0), np.append(edges, _LATEST))


def _each(work: Callable[..., Any], *columns: Integers, kind: type = np.int64) -> NDArray[Any]:
    """What a piece of work gives for columns, some of their elements at a time."""
    whole: NDArray[Any] = np.empty(len(columns[0]), kind)
    for begin in range(0, len(whole), _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        whole[some] = work(*(column[some] for column in columns))
    return whole


def _columns(*given: ArrayLike) -> tuple[list[Integers], tuple[int, ...]]:
    """What was given as flat columns of one length, and the shape in which it was given."""
    columns = [_integers(column) for column in given]
    try:
        whole = np.broadcast_arrays(*columns)
    except ValueError:
        shapes = " and ".join(str(column.shape) for column in columns)
        raise InstantError(f"arrays of the shapes {shapes} have no common one: give as many of each, or one") from None
    return [column.ravel() for column in whole], whole[0].shape


def _integers(given: ArrayLike) -> Integers:
    try:
        found = np.asarray(given)
    except ValueError as error:
        raise InstantError(f"these are no array of instants: {error}") from None
    if np.ma.is_masked(np.ma.asarray(given) if found.ndim > 1 else given):  # asarray leaves masks out, of rows too
        raise InstantError("masked elements are no instants: leave them out, as column.compressed() does")
    if found.size == 0:
        return found.astype(np.int64)
    if found.dtype.kind == "i" or (found.dtype.kind == "u" and int(found.max()) <= _LATEST):
        return found.astype(np.int64, copy=False)
    remedy = "of times that are UTC: times.astype('datetime64[us]').astype('int64')"
    raise InstantError(f"an array of {found.dtype} holds no instants: give whole microseconds as integers; {remedy}")
