"""Sets of integers in normal form, beside plain sets."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from slaengine.policies.intervals import Interval, Intervals, clipped, difference, normal_form

anything = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)


def members(intervals: list[Interval] | Intervals) -> set[int]:
    return {n for start, end in intervals for n in range(start, end)}


@given(anything)
def test_law_13_a_normal_form_is_sorted_disjoint_non_touching_non_empty(intervals: list[Interval]) -> None:
    found = normal_form(intervals)
    assert all(start < end for start, end in found)
    assert all(before[1] < after[0] for before, after in pairwise(found))
    assert members(found) == members(intervals)


@given(anything, anything)
def test_a_difference_holds_what_is_in_one_and_not_in_the_other(one: list[Interval], other: list[Interval]) -> None:
    found = difference(normal_form(one), normal_form(other))
    assert found == normal_form(found)
    assert members(found) == members(one) - members(other)


@given(anything, st.integers(0, 40), st.integers(0, 40))
def test_what_is_clipped_lies_within(intervals: list[Interval], low: int, high: int) -> None:
    found = clipped(normal_form(intervals), low, high)
    assert found == normal_form(found)
    assert members(found) == members(intervals) & set(range(low, high))
