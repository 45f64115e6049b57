"""Sets of integers in normal form, beside plain sets."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from slaengine.policies.intervals import (
    Interval,
    Intervals,
    clipped,
    complement,
    difference,
    intersection,
    normal_form,
    union,
)

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


sets = anything.map(normal_form)


@given(sets, sets)
def test_law_13_unions_intersections_and_complements_are_those_of_plain_sets(one: Intervals, other: Intervals) -> None:
    made = {
        union(one, other): members(one) | members(other),
        intersection(one, other): members(one) & members(other),
        complement(one, 5, 35): set(range(5, 35)) - members(one),
    }
    for found, expected in made.items():
        assert found == normal_form(found)
        assert members(found) == expected


@given(sets, sets, sets)
def test_law_13_normal_forms_are_a_boolean_algebra(a: Intervals, b: Intervals, c: Intervals) -> None:
    def no(it: Intervals) -> Intervals:
        return complement(it, 0, 40)

    assert union(a, b) == union(b, a)
    assert intersection(a, b) == intersection(b, a)
    assert union(a, a) == intersection(a, a) == a
    assert union(a, intersection(a, b)) == intersection(a, union(a, b)) == a
    assert no(union(a, b)) == intersection(no(a), no(b))
    assert no(intersection(a, b)) == union(no(a), no(b))
    assert difference(a, b) == intersection(a, no(b))
    assert union(a, union(b, c)) == union(union(a, b), c)
    assert intersection(a, union(b, c)) == union(intersection(a, b), intersection(a, c))
    assert no(no(a)) == a


@given(sets, sets)
def test_law_12_the_measure_of_two_sets_is_that_of_their_union_and_of_what_they_share(
    a: Intervals, b: Intervals
) -> None:
    def size(it: Intervals) -> int:
        return sum(end - start for start, end in it)

    assert size(union(a, b)) + size(intersection(a, b)) == size(a) + size(b)
    assert size(difference(a, b)) + size(intersection(a, b)) == size(a)
