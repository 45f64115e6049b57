"""Law 17 of columns: a batch gives for every element what the calendar gives for it on its own, refusals included."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaengine.audit.batch import BatchTime
from slaengine.errors import HorizonError, InstantError
from slaengine.instants import DAY, HOUR, SECOND, Duration, Instant
from slaengine.policies.calendar import Calendar, always
from slaengine.policies.intervals import normal_form
from slaengine.policies.open_time import OpenTime
from slaengine.policies.schedule import Schedule
from tests.policies.strategies import Desk, desks, instants

Ask: TypeAlias = Callable[[Sequence[int], Sequence[int]], Sequence[int]]
One: TypeAlias = Callable[[int, int], int]

METHODS = ("elapsed", "due", "breach", "subtract", "is_open", "next_open")


def batch(calendar: Calendar | Schedule, method: str) -> Ask:
    columns = BatchTime(calendar)
    ask = getattr(columns, method)
    return lambda one, other: (ask(one) if method in METHODS[4:] else ask(one, other)).tolist()


def scalar(calendar: Calendar | Schedule, method: str) -> One:
    open_time = (calendar.calendar if isinstance(calendar, Schedule) else calendar).open_time
    ask = getattr(open_time, method)
    return lambda one, other: ask(one) if method in METHODS[4:] else ask(one, other)


def each(ask: One, one: Sequence[int], other: Sequence[int]) -> list[int]:
    """The map of a scalar, which says of which element it was refused."""
    found = []
    for n, (a, b) in enumerate(zip(one, other, strict=True)):
        try:
            found.append(ask(a, b))
        except HorizonError as error:
            raise HorizonError(f"element {n}: {error}") from None
    return found


def outcome(work: Callable[[], Sequence[int]]) -> object:
    try:
        return list(work())
    except HorizonError as error:
        return str(error)


def check(calendar: Calendar | Schedule, one: Sequence[Instant], other: Sequence[int]) -> None:
    for method in METHODS:
        ours, theirs = batch(calendar, method), scalar(calendar, method)
        assert outcome(lambda: ours(one, other)) == outcome(lambda: each(theirs, one, other)), method  # noqa: B023


def compiled(intervals: Sequence[tuple[int, int]], low: Instant, high: Instant) -> Calendar:
    return Calendar("0" * 64, "", UTC, OpenTime.compiled(normal_form(intervals), low, high))


lengths: st.SearchStrategy[Duration] = st.integers(-40, 40).map(lambda n: n * HOUR // 2) | st.integers(-3, 3)


@given(desks(), st.data())
def test_law_17_a_batch_is_the_map_of_the_scalar(desk: Desk, data: st.DataObject) -> None:
    schedule, some = desk.schedule, instants(desk)
    drawn = data.draw(st.lists(st.tuples(some, some, lengths), min_size=1, max_size=12))
    edges = [
        edge for interval in schedule.calendar.open_time.source(drawn[0][0], drawn[0][0] + 9 * DAY) for edge in interval
    ]
    one = [a for a, _, _ in drawn] + edges + [edge - 1 for edge in edges]
    check(schedule, one, [b for _, b, _ in drawn] + one[len(drawn) :])
    check(schedule, one, [d for _, _, d in drawn] + [drawn[0][2]] * (len(one) - len(drawn)))


small = st.integers(-60, 60)


@given(
    st.lists(st.tuples(small, small), max_size=20),
    st.lists(st.tuples(st.integers(-70, 70), st.integers(-140, 140)), min_size=1, max_size=30),
)
def test_law_17_holds_where_intervals_and_gaps_last_a_microsecond(
    intervals: list[tuple[int, int]], asked: list[tuple[int, int]]
) -> None:
    check(compiled(intervals, -60, 60), [t for t, _ in asked], [d for _, d in asked])


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(-90, 400)), min_size=1, max_size=30))
def test_law_17_holds_where_boundaries_are_crowded_and_buckets_are_few(asked: list[tuple[int, int]]) -> None:
    """Hundreds of intervals within 400 us of a calendar of thousands of years: they share one bucket."""
    calendar = compiled([(n, n + 1) for n in range(0, 400, 2)], -6 * 10**16, 10**17)
    check(calendar, [t for t, _ in asked], [d for _, d in asked])


@given(st.lists(st.tuples(st.integers(-DAY, 400 * DAY), st.integers(-2, 2)), min_size=1), st.sampled_from([0, 3, 400]))
def test_a_first_element_beyond_the_years_is_named_whatever_the_others_do(
    asked: list[tuple[int, int]], days: int
) -> None:
    office = Schedule("UTC", "Mon-Fri 09:00-17:00", years=(1970, 1971))
    check(office, [t for t, _ in asked], [sign * days * DAY for _, sign in asked])


def test_tables_grow_from_year_to_year_and_back() -> None:
    office = Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", years=(1970, 2070))
    columns, ask = BatchTime(office), office.calendar.open_time
    for t, d in [(40 * 366 * DAY, HOUR), (40 * 366 * DAY, 9_000 * HOUR), (9 * 366 * DAY, -9_000 * HOUR), (DAY, HOUR)]:
        assert columns.breach([t, t + DAY], d).tolist() == [ask.breach(t, d), ask.breach(t + DAY, d)]


@pytest.mark.parametrize("length", [2**63 - 1, -(2**63), 10**18])
def test_no_length_is_so_long_that_a_sum_overflows(length: int) -> None:
    columns = BatchTime(Schedule("UTC", "Mon-Fri 09:00-17:00"))
    for ask in (columns.due, columns.breach, columns.subtract):
        with pytest.raises(HorizonError, match="element 1: the answer lies"):
            ask([DAY, 9 * DAY], [0 if ask != columns.breach else HOUR, length])


def test_around_the_clock_open_time_is_time() -> None:
    assert BatchTime(always).due([1, 2, 3], [5, 0, -5]).tolist() == [6, 2, -2]


def test_arrays_have_the_shape_in_which_they_were_asked_for() -> None:
    columns = BatchTime(always)
    assert columns.elapsed(0, [[SECOND], [HOUR]]).tolist() == [[SECOND], [HOUR]]
    assert columns.elapsed(0, SECOND).shape == ()
    assert columns.due(np.zeros((2, 3), np.int32), np.uint16(4)).shape == (2, 3)
    assert columns.is_open([True] and [1]).dtype == np.bool_


def test_nothing_asked_is_nothing_answered() -> None:
    columns = BatchTime(Schedule("UTC", "Mon-Fri 09:00-17:00"))
    for method in METHODS:
        ask = getattr(columns, method)
        assert ask([]).size == 0 if method in METHODS[4:] else ask([], []).size == 0


@pytest.mark.parametrize(
    "given",
    [[0.5], ["2025-01-01T00:00Z"], np.array(["2025-01-01"], "datetime64[us]"), [True], [2**64 - 1], [2**70], [None]],
    ids=str,
)
def test_what_is_no_integer_is_refused(given: object) -> None:
    with pytest.raises(InstantError, match="whole microseconds as integers"):
        BatchTime(always).is_open(given)  # type: ignore[arg-type]


def test_what_is_masked_is_refused_and_not_answered() -> None:
    masked = np.ma.masked_equal([1, 2, 3], 2)
    for given_ in (masked, [masked, masked], masked.reshape(3, 1)):
        with pytest.raises(InstantError, match=r"masked elements are no instants: leave them out"):
            BatchTime(always).is_open(given_)
    with pytest.raises(InstantError, match="masked"):
        BatchTime(always).elapsed([0, 0, 0], masked)
    assert BatchTime(always).due(np.ma.array([1, 2]), 5).tolist() == [6, 7]  # nothing of it is masked


def test_columns_of_different_lengths_are_refused_with_their_shapes() -> None:
    with pytest.raises(InstantError, match=r"the shapes \(2,\) and \(2, 3\) have no common one"):
        BatchTime(always).elapsed([1, 2], [[1, 2, 3], [4, 5, 6]])
    with pytest.raises(InstantError, match="no array of instants"):
        BatchTime(always).is_open([[1, 2], [3]])


def test_law_22_threads_over_one_cold_batch_get_the_answers_of_one() -> None:
    office = Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00")
    columns = BatchTime(office)
    asked = [np.arange(n * 300, n * 300 + 300) * DAY for n in range(1, 90, 4)]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda some: columns.due(some, 50 * HOUR).tolist(), asked))
    assert together == [BatchTime(office).due(some, 50 * HOUR).tolist() for some in asked]


def test_without_numpy_the_extra_is_named() -> None:
    hidden = "import sys, importlib.machinery as m; find = m.PathFinder.find_spec; "
    hidden += "m.PathFinder.find_spec = lambda name, *more: None if name == 'numpy' else find(name, *more); "
    program = f"{hidden}from slaengine.audit.extra import batch; batch(None)"
    left = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert "MissingExtra: numpy is not installed: pip install 'slaengine[audit]'" in left.stderr
