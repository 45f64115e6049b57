"""Budgets: when a clock is due that starts now and never pauses, by every way of promising; and their words."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaengine.errors import AgreementError
from slaengine.instants import HOUR, MINUTE, instant
from slaengine.policies.budget import Budget, CalendarTime, DueDate, OnWorkingDay, Until, Within, WorkingDays, limit
from slaengine.policies.budget_text import budget
from slaengine.policies.schedule import Schedule
from slaengine.policies.threshold import Threshold

OFFICE = Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", years=(2024, 2027)).calendar


def due(of: Budget, start: str, promised: str | None = None) -> str:
    found = of.due(instant(f"2025-03-{start}+01:00"), OFFICE, None if promised is None else instant(promised))
    return OFFICE._zoned(found).strftime("%d %H:%M")


FRIDAY = "07T15:00"


@pytest.mark.parametrize(
    ("written", "start", "expected"),
    [
        ("4 h", FRIDAY, "10 11:00"),
        ("4 h by the clock", FRIDAY, "07 19:00"),
        ("1 working day", FRIDAY, "10 15:00"),
        ("1 working day", "08T11:00", "10 11:00"),
        ("2 working days, end of day", FRIDAY, "11 17:00"),
        ("1 working day, next opening", "07T18:30", "11 09:00"),
        ("1 working day, next opening", FRIDAY, "10 15:00"),
        ("next working day by 16:00", FRIDAY, "10 16:00"),
        ("next working day by 16:00, one more after 15:00", FRIDAY, "10 16:00"),
        ("next working day by 16:00, one more after 14:59", FRIDAY, "11 16:00"),
        ("3 working days by 08:30", FRIDAY, "12 08:30"),
        ("due date, else 4 h", FRIDAY, "10 11:00"),
    ],
)
def test_a_budget_says_when_a_clock_is_due_that_never_pauses(written: str, start: str, expected: str) -> None:
    assert due(budget(written), start) == expected


def test_a_due_date_is_the_date_and_out_of_hours_the_next_opening_where_it_says_so() -> None:
    saturday = "2025-03-08T12:00+01:00"
    assert due(budget("due date, else 4 h"), FRIDAY, saturday) == "08 12:00"
    assert due(budget("due date, next opening"), FRIDAY, saturday) == "10 09:00"
    with pytest.raises(AgreementError, match="before one was set"):
        due(budget("due date"), FRIDAY)


def test_the_limit_is_the_open_time_between_and_below_zero_for_a_date_before_the_start() -> None:
    start = instant("2025-03-07T15:00+01:00")
    assert limit(budget("4 h by the clock"), start, OFFICE, None) == 2 * HOUR
    assert limit(DueDate(), start, OFFICE, instant("2025-03-07T12:00+01:00")) == -3 * HOUR


lengths = st.integers(1, 10**13)
times = st.times().map(lambda t: t.replace(tzinfo=None))
plain = (
    lengths.map(Within)
    | lengths.map(CalendarTime)
    | st.builds(WorkingDays, st.integers(1, 99), st.sampled_from(Until))
    | st.builds(OnWorkingDay, times, st.integers(1, 99), st.none() | times)
)
budgets = plain | st.builds(DueDate, st.booleans(), st.none() | plain, st.sampled_from(["due", "callback"]))


@given(budgets)
def test_what_a_budget_says_of_itself_reads_as_the_same_budget(given_: Budget) -> None:
    assert budget(str(given_)) == given_


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4",
        "2 days",
        "2 working days, soon",
        "next working day by noon",
        "next working day by 16:00, or so",
        "0 h",
        "0 working days",
        "due date, else soon",
        "working days",
        "next working day by 16:00+01:00",
    ],
)
def test_what_is_no_budget_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(AgreementError) as caught:
        budget(text)
    told = str(caught.value)
    assert "can never be met" in told or repr(text.rpartition("else ")[2]) in told


@pytest.mark.parametrize(
    "text", ["75 %", "due", "30 min before due", "1 h by the clock after due", "1 working day before due"]
)
def test_a_threshold_reads_its_words(text: str) -> None:
    assert str(Threshold(text)) == text


@pytest.mark.parametrize(
    "text", ["", "75", "half", "30 min", "soon after due", "2 working days by the clock before due"]
)
def test_what_is_no_threshold_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(AgreementError, match="is no threshold: write '75 %'"):
        Threshold(text)


def test_times_of_day_may_be_written_or_given() -> None:
    assert OnWorkingDay("16:00", one_more_after="10:00") == OnWorkingDay(time(16), 1, time(10))
    assert str(OnWorkingDay("16:00:30", days=2)) == "2 working days by 16:00:30"
    assert str(Within(90 * MINUTE)) == "1 h 30 min"
