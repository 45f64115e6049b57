"""Instants and durations: whole microseconds, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaengine as sla
from slaengine.instants import HOUR, MINUTE, SECOND, as_instant


@given(st.integers(0, 10**9))
def test_a_number_of_hours_minutes_or_seconds_is_exact(n: int) -> None:
    assert (sla.hours(n), sla.minutes(n), sla.seconds(n)) == (n * HOUR, n * MINUTE, n * SECOND)


@pytest.mark.parametrize("made", [sla.hours, sla.minutes, sla.seconds])
def test_text_is_no_number_and_is_not_repeated(made: object) -> None:
    with pytest.raises(sla.InstantError, match="'4' is no number: write one"):
        made("4")  # type: ignore[operator]


@pytest.mark.parametrize("n", [float("nan"), float("inf")])
def test_what_is_not_finite_is_no_length(n: float) -> None:
    with pytest.raises(sla.InstantError, match="write a finite number"):
        sla.hours(n)


@pytest.mark.parametrize("text", ["9" * 5000 + " h", "9" * 200 + " h"])
def test_a_length_beyond_all_reason_is_refused_and_quoted_in_part(text: str) -> None:
    with pytest.raises(sla.InstantError, match=r"'9{99,100}' is no length of time"):
        sla.duration(text)


@pytest.mark.parametrize("t", [10**18, -(10**17)])
def test_an_integer_outside_the_years_is_no_instant(t: int) -> None:
    with pytest.raises(sla.InstantError, match="outside the years 1 to 9999"):
        as_instant(t)


@given(st.integers(-(2**61), 2**59))
def test_an_instant_reads_again_as_it_was_written(t: int) -> None:
    written = t % (sla.instant("2100-01-01T00:00Z"))
    assert sla.instant(sla.iso(written)) == written
    assert sla.instant(sla.to_datetime(written)) == written


@given(st.integers(0, 10**6))
def test_whole_seconds_in_words_read_again_as_the_same_length(n: int) -> None:
    assert sla.duration(sla.in_words(n * SECOND)) == n * SECOND
