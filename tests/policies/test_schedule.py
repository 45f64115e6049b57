"""Schedules that people recognise, and those that nobody can mean."""

import pickle
import re
import subprocess
import sys
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from slaengine.errors import HorizonError, InstantError, ScheduleError
from slaengine.instants import hours, minutes
from slaengine.policies.calendar import always, as_calendar
from slaengine.policies.hours import DayHours
from slaengine.policies.schedule import Schedule

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Schedule("Europe/Berlin", "Mon-Fri 09:00-12:30 13:30-17:30; Sat 10:00-14:00", holidays="DE-BE", name="office")
NIGHTS = "Mon-Sun 22:00-06:00+1"


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def hours_open(schedule: Schedule, start: str, end: str) -> float:
    return schedule.elapsed(berlin(start), berlin(end)) / timedelta(hours=1)


def test_the_lunch_break_does_not_count() -> None:
    assert hours_open(OFFICE, "2025-03-03 12:00", "2025-03-03 14:00") == 1
    assert not OFFICE.is_open(berlin("2025-03-03 12:30"))
    assert OFFICE.is_open(berlin("2025-03-03 13:30"))


def test_four_hours_from_friday_afternoon_are_due_on_saturday() -> None:
    assert OFFICE.due(berlin("2025-03-14 15:30"), hours(4)) == berlin("2025-03-15 12:00")


def test_due_is_the_closing_and_breach_the_next_opening() -> None:
    asked = berlin("2025-03-03 09:00")
    assert OFFICE.due(asked, hours(3.5)) == berlin("2025-03-03 12:30")
    assert OFFICE.breach(asked, hours(3.5)) == berlin("2025-03-03 13:30")


def test_subtract_is_the_latest_moment_from_which_the_time_passes() -> None:
    assert OFFICE.subtract(berlin("2025-03-03 14:30"), hours(1)) == berlin("2025-03-03 13:30")
    assert OFFICE.subtract(berlin("2025-03-03 14:30"), minutes(90)) == berlin("2025-03-03 12:00")


def test_next_open_is_now_or_the_next_opening() -> None:
    assert OFFICE.next_open(berlin("2025-03-08 20:00")) == berlin("2025-03-10 09:00")
    assert OFFICE.next_open(berlin("2025-03-10 09:17")) == berlin("2025-03-10 09:17")


def test_durations_may_be_timedeltas_and_moments_text() -> None:
    assert OFFICE.due("2025-03-03T08:00Z", timedelta(hours=1)) == OFFICE.due(berlin("2025-03-03 09:00"), hours(1))


def test_answers_are_in_the_zone_of_the_schedule() -> None:
    assert OFFICE.due("2025-07-01T08:00Z", hours(1)).isoformat() == "2025-07-01T11:00:00+02:00"


def test_public_holidays_are_those_of_the_subdivision() -> None:
    womens_day = "2024-03-08 09:00", "2024-03-08 17:30"
    assert hours_open(OFFICE, *womens_day) == 0
    assert hours_open(Schedule("Europe/Berlin", "Mon-Fri 09:00-17:30", holidays="DE"), *womens_day) == 8.5


def test_public_holidays_and_dates_may_be_mixed_and_are_frozen_to_dates() -> None:
    mixed = Schedule(
        "UTC", "Mon-Fri 09:00-17:00", holidays=["DE", "2025-12-24", date(2025, 12, 31)], years=(2025, 2026)
    )
    assert date(2025, 12, 24) in mixed.plan.holidays
    assert date(2025, 12, 31) in mixed.plan.holidays
    assert date(2025, 12, 25) in mixed.plan.holidays
    written_out = Schedule("UTC", "Mon-Fri 09:00-17:00", holidays=mixed.plan.holidays, years=(2025, 2026))
    assert written_out == mixed


def test_a_shift_of_the_night_in_which_summer_begins_is_an_hour_short() -> None:
    assert hours_open(Schedule("Europe/Berlin", NIGHTS), "2025-03-29 20:00", "2025-03-30 08:00") == 7


def test_a_shift_of_the_night_in_which_summer_ends_is_an_hour_long() -> None:
    assert hours_open(Schedule("Europe/Berlin", NIGHTS), "2025-10-25 20:00", "2025-10-26 08:00") == 9


def test_both_passes_of_a_repeated_hour_count() -> None:
    night = Schedule("Europe/Berlin", "Sun 02:00-03:00")
    assert hours_open(night, "2025-10-26 00:00", "2025-10-26 06:00") == 2


def test_an_hour_that_is_leapt_over_does_not_count_and_a_shift_begins_behind_it() -> None:
    assert hours_open(Schedule("Europe/Berlin", "Sun 02:00-03:00"), "2025-03-30 00:00", "2025-03-30 06:00") == 0
    late = Schedule("Europe/Berlin", "Sun 02:30-04:00")
    assert late.next_open("2025-03-30T00:00+01:00").isoformat() == "2025-03-30T03:00:00+02:00"
    assert hours_open(late, "2025-03-30 00:00", "2025-03-30 06:00") == 1


def test_24_00_ends_a_day_and_touches_the_next() -> None:
    split = Schedule("UTC", "Mon 18:00-24:00; Tue 00:00-06:00")
    overnight = Schedule("UTC", "Mon 18:00-06:00+1")
    asked = "2025-03-03T18:00Z", timedelta(hours=12)
    assert split.due(*asked) == overnight.due(*asked)
    assert split.breach("2025-03-03T18:00Z", hours(6)) == split.due("2025-03-03T18:00Z", hours(6))


def test_all_day_every_day_is_always() -> None:
    asked = "2025-03-28T11:11+01:00", "2025-11-02T22:22+01:00"
    assert Schedule("Europe/Berlin", "Mon-Sun 00:00-24:00").elapsed(*asked) == always.elapsed(*asked)


def test_special_hours_beat_a_holiday_and_a_holiday_beats_the_week() -> None:
    special: dict[date | str, DayHours] = {"2025-12-24": "09:00-12:00", date(2025, 12, 27): ["10:00-11:00"]}
    week, holidays = "Mon-Fri 09:00-17:00", ["2025-12-24", "2025-12-25"]
    desk = Schedule("Europe/Berlin", week, holidays=holidays, special_hours=special)
    assert hours_open(desk, "2025-12-24 00:00", "2025-12-25 00:00") == 3
    assert hours_open(desk, "2025-12-25 00:00", "2025-12-26 00:00") == 0
    assert hours_open(desk, "2025-12-27 00:00", "2025-12-28 00:00") == 1  # a Saturday


@pytest.mark.parametrize("nothing", ["closed", "", []])
def test_special_hours_of_nothing_close_a_date(nothing: Any) -> None:
    desk = Schedule("UTC", "Mon-Fri 09:00-17:00", special_hours={"2025-03-03": nothing})
    assert desk.next_open("2025-03-03T00:00Z") == datetime.fromisoformat("2025-03-04T09:00Z")


def test_special_hours_leave_the_tail_of_the_evening_before() -> None:
    desk = Schedule("Europe/Berlin", NIGHTS, special_hours={"2025-03-04": "12:00-13:00"})
    assert hours_open(desk, "2025-03-04 00:00", "2025-03-05 00:00") == 6 + 1


def test_breaks_are_taken_from_special_hours_too_and_may_run_past_midnight() -> None:
    desk = Schedule(
        "Europe/Berlin",
        NIGHTS,
        special_hours={"2025-03-04": "20:00-04:00+1"},
        breaks={"2025-03-04": "23:00-01:00+1"},
    )
    assert hours_open(desk, "2025-03-04 12:00", "2025-03-05 12:00") == 8 - 2


def test_a_holiday_cuts_its_date_out_of_two_night_shifts() -> None:
    desk = Schedule("Europe/Berlin", NIGHTS, holidays="2025-05-01")
    assert hours_open(desk, "2025-05-01 00:00", "2025-05-02 00:00") == 0
    assert hours_open(desk, "2025-05-02 00:00", "2025-05-02 12:00") == 6


def test_a_holiday_may_cut_the_shift_that_begins_on_it_instead() -> None:
    desk = Schedule("Europe/Berlin", NIGHTS, holidays="2025-05-01", holiday_cuts="shift")
    assert hours_open(desk, "2025-05-01 00:00", "2025-05-02 00:00") == 6
    assert hours_open(desk, "2025-05-02 00:00", "2025-05-02 12:00") == 0


@pytest.mark.parametrize(
    "hours_",
    [
        "Mon-Wed 09:00-12:00 13:00-17:00",
        "mon, TUE,wednesday 13:00-17:00, 09:00-12:00",
        "Mon - Wed 9:00 - 11:00 10:00-12:00; Mon-Wed 13:00-17:00;",
        {"Mon-Wed": ["09:00-12:00", "13:00-17:00"]},
        {"mon,wed": "09:00-12:00 13:00-17:00", "Tue": [("09:00", "12:00"), ("13:00", "17:00")]},
    ],
)
def test_hours_may_be_written_in_several_ways(hours_: Any) -> None:
    assert Schedule("UTC", hours_) == Schedule("UTC", "Mon-Wed 09:00-12:00 13:00-17:00")


def test_a_range_of_weekdays_may_run_over_the_weekend() -> None:
    assert Schedule("UTC", "Fri-Mon 09:00-17:00") == Schedule("UTC", "Mon,Fri,Sat,Sun 09:00-17:00")


@pytest.mark.parametrize(
    ("hours_", "fault"),
    [
        (
            "Mon 17:00-09:00",
            "Mon 17:00-09:00 closes before it opens; for a shift past midnight write 17:00-09:00+1",
        ),
        ("Mon 09:00-25:00", "Mon 09:00-25:00 has a time outside the day: write 00:00 to 24:00"),
        ("Mon 09:61-10:00", "Mon 09:61-10:00 has a time outside the day: write 00:00 to 24:00"),
        (
            "Mon 24:00-06:00+1",
            "Mon 24:00-06:00+1 begins at 24:00, which can only end a shift: write 00:00 on the day after",
        ),
        ("Mon 09:00-09:00", "Mon 09:00-09:00 closes as it opens: for a whole day write 00:00-24:00"),
        ("Mon 09:00-10:00+1", "Mon 09:00-10:00+1 is longer than 24 hours"),
        ("Mon 9-17", "Mon 9-17 cannot be read: write hours as 09:00-17:30"),
        ("Mno 09:00-17:00", "'Mno' is no weekday: write Mon, Tue, Wed, Thu, Fri, Sat or Sun"),
        ("Mon-Fr 09:00-17:00", "'Fr' is no weekday: write Mon, Tue, Wed, Thu, Fri, Sat or Sun"),
        ("Mon nine to five", "'Mon nine to five' cannot be read: write days, then hours, as in Mon-Fri 09:00-17:30"),
        ("", "never opens: name a weekday or a date on which it does"),
        ("Sun closed", "never opens: name a weekday or a date on which it does"),
    ],
)  # fmt: skip
def test_hours_that_nobody_can_mean_are_refused(hours_: str, fault: str) -> None:
    with pytest.raises(ScheduleError) as refused:
        Schedule("UTC", hours_)
    assert refused.value.faults == (fault,)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"zone": "Europe/Berln"}, "unknown zone 'Europe/Berln': did you mean Europe/Berlin?"),
        ({"zone": "Europe"}, "unknown zone 'Europe': write a name whole, such as Europe/Amsterdam, Europe/Andorra, "),
        ({"zone": "berlin"}, "unknown zone 'berlin': did you mean Europe/Berlin?"),
        ({"zone": "New York"}, "unknown zone 'New York': did you mean America/New_York?"),
        ({"zone": "Mittelerde"}, "unknown zone 'Mittelerde': write an IANA name, as in Europe/Berlin"),
        ({"zone": None}, "unknown zone None: write an IANA name, as in Europe/Berlin"),
        ({"zone": ZoneInfo("Asia/Tokyo")}, "unknown zone zoneinfo.ZoneInfo(key='Asia/Tokyo'): did you mean Asia/"),
        ({"hours": None}, "hours None cannot be read: write days, then hours, as in 'Mon-Fri 09:00-17:30'"),
        ({"hours": {"Mon": None}}, "Mon None cannot be read: write hours as 09:00-17:30"),
        ({"hours": {"Mon": [(9, 17)]}}, "Mon 9-17 cannot be read: write hours as 09:00-17:30"),
        ({"hours": {0: "09:00-17:00"}}, "'0' is no weekday: write Mon, Tue,"),
        ({"holidays": None}, "holiday None is no date, as in 2025-12-24"),
        ({"holidays": [2025]}, "holiday 2025 is no date, as in 2025-12-24"),
        ({"special_hours": "2025-12-24"}, "special hours '2025-12-24' cannot be read: write hours by date, as in {'20"),
        ({"breaks": {20251224: "12:00-13:00"}}, "break 20251224 is no date, as in 2025-12-24"),
        ({"zone": "../etc/passwd"}, "unknown zone '../etc/passwd': "),
        ({"holidays": "DE-XX"}, "unknown holidays 'DE-XX': write a country, with its subdivision"),
        ({"holidays": "Atlantis"}, "unknown holidays 'Atlantis': write a country, with its subdivision"),
        ({"holidays": ["2025-02-30"]}, "holiday '2025-02-30' is no date, as in 2025-12-24"),
        ({"special_hours": {"24.12.2025": "09:00-12:00"}}, "special hours '24.12.2025' is no date, as in 2025-12-24"),
        ({"special_hours": {"2025-12-24": "12:00-9:00"}}, "special hours 2025-12-24 12:00-9:00 closes before it opens"),
        ({"breaks": {"2025-12-24": "noon"}}, "break 2025-12-24 noon cannot be read: write hours as 09:00-17:30"),
        ({"holiday_cuts": "day"}, "holiday_cuts 'day' is unknown: write 'date' or 'shift'"),
        ({"years": (2030, 2030)}, "years (2030, 2030) are none: write the first and the one after the last, from 1970"),
        ({"years": (1960, 2030)}, "years (1960, 2030) are none"),
        ({"years": (2024, 2025, 2026)}, "years (2024, 2025, 2026) are none"),
        ({"years": 2025}, "years 2025 are none"),
    ],
)  # fmt: skip
def test_what_else_nobody_can_mean_is_refused(given: dict[str, Any], fault: str) -> None:
    with pytest.raises(ScheduleError) as refused:
        Schedule(**{"zone": "UTC", "hours": "Mon-Fri 09:00-17:00", **given})
    (found,) = refused.value.faults
    assert found.startswith(fault)


def test_a_desk_of_which_every_opening_is_taken_away_never_opens() -> None:
    with pytest.raises(ScheduleError, match="never opens"):
        Schedule("UTC", "", special_hours={"2025-03-03": "09:00-10:00"}, breaks={"2025-03-03": "08:00-12:00"})


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(ScheduleError) as refused:
        Schedule("Mars/Olympus", "Mon 17:00-09:00; Xyz 09:00-10:00", holidays="XX", years=(3, 1), breaks={"x": "9"})
    assert len(refused.value.faults) == 7


@pytest.mark.parametrize("verb", ["is_open", "next_open"])
def test_a_naive_datetime_is_refused(verb: str) -> None:
    with pytest.raises(InstantError, match="has no offset from UTC"):
        getattr(OFFICE, verb)(datetime(2025, 3, 3, 9))


@pytest.mark.parametrize("verb", ["due", "breach", "subtract"])
@pytest.mark.parametrize("length", ["4 h", None, 4.5])
def test_a_length_that_is_none_is_refused(verb: str, length: Any) -> None:
    with pytest.raises(InstantError, match=re.escape(f"{length!r} is no length of time: write hours(4), ")):
        getattr(OFFICE, verb)("2025-03-03T09:00Z", length)


def test_an_answer_beyond_the_years_is_refused_with_what_to_do() -> None:
    short = Schedule("UTC", "Mon-Fri 09:00-17:00", years=(2024, 2026), name="short")
    said = r"after the years of calendar 'short'.*define it with more years, as in years = "
    with pytest.raises(HorizonError, match=said):
        short.due("2025-12-30T00:00Z", hours(40))


def test_the_years_of_a_schedule_are_local() -> None:
    desk = Schedule("America/Los_Angeles", "Mon-Sun 00:00-24:00", years=(2024, 2025))
    assert desk.elapsed("2024-01-01T00:00-08:00", "2025-01-01T00:00-08:00") == timedelta(days=366)
    with pytest.raises(HorizonError):
        desk.is_open("2025-01-01T00:00-08:00")


def test_schedules_are_values() -> None:
    written = "Mon-Fri 09:00-12:30 13:30-17:30; Sat 10:00-14:00"
    same = Schedule("Europe/Berlin", written, holidays="DE-BE")
    renamed = Schedule("Europe/Berlin", written, holidays="DE-BE", name="another")
    assert same.calendar == renamed.calendar == OFFICE.calendar
    assert len({same.calendar, renamed.calendar, OFFICE.calendar}) == 1
    assert same != renamed  # what people call it is part of what they wrote
    assert pickle.loads(pickle.dumps(OFFICE)) == OFFICE  # noqa: S301


@pytest.mark.parametrize(
    "other",
    [
        {"hours": "Mon-Fri 09:00-17:01"},
        {"zone": "Europe/London"},
        {"holidays": "2025-12-24"},
        {"special_hours": {"2025-12-24": "closed"}},
        {"breaks": {"2025-12-24": "09:00-10:00"}},
        {"holiday_cuts": "shift"},
        {"years": (1970, 2071)},
    ],
)  # fmt: skip
def test_the_digest_covers_all_that_is_compiled(other: dict[str, Any]) -> None:
    usual = {"zone": "Europe/Berlin", "hours": "Mon-Fri 09:00-17:00"}
    assert Schedule(**usual).calendar.digest != Schedule(**{**usual, **other}).calendar.digest  # type: ignore[arg-type]


def test_the_digest_of_a_calendar_does_not_change_between_releases() -> None:
    fixed = Schedule("UTC", "Mon-Fri 09:00-17:00", years=(2024, 2026)).calendar.digest
    assert fixed == "7e2937faf21bf5043710726144a93ffad9db60004da1d921959ed23f6b18ba17"


def test_a_schedule_is_taken_where_a_calendar_is() -> None:
    assert as_calendar(OFFICE) is OFFICE.calendar
    assert as_calendar(always) is always


def test_the_holidays_package_is_imported_only_when_a_country_is_named() -> None:
    build = (
        "from slaengine.policies.schedule import Schedule; Schedule('UTC', 'Mon 09:00-17:00', holidays='2025-12-24')"
    )
    script = f"import sys; {build}; assert 'holidays' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_date_that_is_written_twice_is_refused_however_it_is_spelt() -> None:
    twice = {"2025-03-03": "09:00-10:00", "20250303": "12:00-13:00"}
    with pytest.raises(ScheduleError, match="special hours 2025-03-03 is written twice"):
        Schedule("UTC", "Mon-Fri 09:00-17:00", special_hours=twice)
