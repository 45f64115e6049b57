"""Working days: the local dates on which hours begin, counted, read off the clock and closed."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from slaengine.errors import AgreementError, HorizonError
from slaengine.instants import DAY, HOUR, Instant, instant
from slaengine.policies.budget import WorkingDays
from slaengine.policies.calendar import Calendar, always
from slaengine.policies.days import Days
from slaengine.policies.plan import day_number
from slaengine.policies.schedule import Schedule
from slaengine.policies.target import Terms

YEARS = (2024, 2027)
OFFICE = Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", holidays=["2025-03-05"], years=YEARS)
NIGHT = Schedule("America/New_York", "Mon-Fri 22:00-06:00+1; Sun 22:00-24:00", holidays=["2025-03-05"], years=YEARS)
EVER = Schedule("Australia/Lord_Howe", "Mon-Sun 00:00-24:00", years=YEARS)
CALENDARS = [OFFICE.calendar, NIGHT.calendar, EVER.calendar]
DATES = st.dates(date(2024, 6, 1), date(2026, 6, 1))


def days(calendar: Calendar) -> Days:
    assert calendar.days is not None
    return calendar.days


def dated(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=day)


@given(st.sampled_from(CALENDARS), DATES, st.integers(1, 60))
def test_counting_on_is_walking_from_date_to_date(calendar: Calendar, day: date, n: int) -> None:
    found, left = day_number(day), n
    while left:
        found += 1
        hours = days(calendar).hours_on(found)
        left -= bool(hours) and days(calendar).local(hours[0][0])[0] == found
    assert days(calendar).shift(day_number(day), n) == found


@given(st.sampled_from(CALENDARS), DATES, st.integers(1, 60))
def test_counting_back_from_a_working_day_undoes_counting_on(calendar: Calendar, day: date, n: int) -> None:
    start = days(calendar).shift(day_number(day), 1)
    assert days(calendar).shift(days(calendar).shift(start, n), -n) == start
    assert days(calendar).shift(start, 0) == start


@given(st.sampled_from(CALENDARS), st.integers(instant("2024-02-01T00:00Z"), instant("2026-11-01T00:00Z")))
def test_a_date_and_a_clock_reading_name_the_first_instant_that_reads_so(calendar: Calendar, t: Instant) -> None:
    day, clock = days(calendar).local(t)
    again = days(calendar).at(day, clock)
    assert again in (t, t - HOUR, t - HOUR // 2)  # the second pass of a repeated hour has an earlier first one
    assert days(calendar).local(again) == (day, clock)


@given(st.sampled_from(CALENDARS), DATES)
def test_hours_close_where_open_time_ends(calendar: Calendar, day: date) -> None:
    hours = days(calendar).hours_on(day_number(day))
    assume(hours)
    closing = days(calendar).closing(day_number(day))
    assert calendar.open_time.elapsed(hours[0][0], closing) >= sum(end - start for start, end in hours)
    assert calendar.open_time.is_open(closing - 1)


def test_a_date_is_the_one_on_which_a_shift_begins_and_a_holiday_cuts_what_runs_into_it() -> None:
    tuesday = day_number(date(2025, 3, 4))
    assert days(NIGHT.calendar).closing(tuesday) == instant("2025-03-05T00:00-05:00")
    assert dated(days(NIGHT.calendar).shift(tuesday, 1)) == date(2025, 3, 6)
    assert dated(days(OFFICE.calendar).shift(tuesday, 1)) == date(2025, 3, 6)


def test_a_reading_that_a_change_of_the_clocks_leaps_over_is_the_change_itself() -> None:
    day = day_number(date(2025, 3, 30))
    assert days(OFFICE.calendar).at(day, 2 * HOUR + HOUR // 2) == instant("2025-03-30T01:00Z")
    assert days(OFFICE.calendar).at(day_number(date(2025, 10, 26)), 2 * HOUR) == instant("2025-10-26T00:00Z")


def test_an_amended_calendar_counts_old_days_before_and_new_days_after() -> None:
    four_days = Schedule("Europe/Berlin", "Mon-Thu 08:00-18:00", years=YEARS)
    calendar = OFFICE.amended(four_days, effective_from="2025-03-10T00:00+01:00")
    friday = day_number(date(2025, 3, 7))
    assert days(calendar).closing(friday) == instant("2025-03-07T17:00+01:00")
    assert dated(days(calendar).shift(friday, 5)) == date(2025, 3, 17)
    assert days(calendar).closing(friday + 3) == instant("2025-03-10T18:00+01:00")


def test_a_date_on_which_hours_change_at_noon_has_what_is_left_of_both() -> None:
    evening = Schedule("Europe/Berlin", "Mon-Fri 14:00-20:00", years=YEARS)
    calendar = OFFICE.amended(evening, effective_from="2025-03-10T12:00+01:00")
    monday = day_number(date(2025, 3, 10))
    assert sum(end - start for start, end in days(calendar).hours_on(monday)) == 9 * HOUR
    assert days(calendar).closing(monday) == instant("2025-03-10T20:00+01:00")


@pytest.mark.parametrize("n", [2000, -2000])
def test_beyond_the_years_there_is_no_answer(n: int) -> None:
    with pytest.raises(HorizonError, match="beyond the working days"):
        days(OFFICE.calendar).shift(day_number(date(2025, 3, 4)), n)


@pytest.mark.parametrize("calendar", [always, OFFICE | NIGHT, OFFICE - NIGHT])
def test_a_calendar_made_of_others_has_no_working_days_and_refuses_to_count_them(calendar: Calendar) -> None:
    assert calendar.days is None
    with pytest.raises(AgreementError, match="has no working days: promise hours, or use a schedule"):
        Terms(WorkingDays(2), calendar)


def test_a_calendar_under_another_name_keeps_its_days() -> None:
    assert OFFICE.calendar.named("desk").days is OFFICE.calendar.days
    assert DAY == 24 * HOUR
