"""Windows that come again by a rule."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from slaengine.errors import ScheduleError
from slaengine.instants import hours
from slaengine.policies.schedule import Schedule, windows

SECOND_SATURDAY: dict[str, Any] = {
    "zone": "Europe/Berlin",
    "rule": "FREQ=MONTHLY;BYDAY=2SA",
    "start": "2025-01-11T22:00",
    "length": "6 h",
}


def opens(schedule: Schedule, start: str, end: str) -> list[str]:
    return [f"{opens:%m-%d %H:%M}-{closes:%m-%d %H:%M}" for opens, closes in schedule.intervals(start, end)]


def test_a_maintenance_window_comes_again() -> None:
    found = opens(windows(**SECOND_SATURDAY), "2025-01-01T00:00Z", "2025-03-31T00:00Z")
    assert found == ["01-11 22:00-01-12 04:00", "02-08 22:00-02-09 04:00", "03-08 22:00-03-09 04:00"]


def test_nothing_is_open_before_the_start_and_the_rule_need_not_name_it() -> None:
    later = windows(**{**SECOND_SATURDAY, "start": "2025-01-12T22:00"})
    assert opens(later, "2024-01-01T00:00Z", "2025-02-20T00:00Z") == ["02-08 22:00-02-09 04:00"]


def test_a_window_is_as_long_as_the_clock_on_the_wall_says() -> None:
    night = windows("Europe/Berlin", "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SA", start="2025-01-01T22:00", length="6 h")
    assert night.elapsed("2025-03-29T12:00+01:00", "2025-03-30T12:00+02:00") == timedelta(hours=5)
    assert night.elapsed("2025-10-25T12:00+02:00", "2025-10-26T12:00+01:00") == timedelta(hours=7)


@pytest.mark.parametrize("left_out", ["2025-02-08", "2025-02-08T22:00", date(2025, 2, 8), [datetime(2025, 2, 8, 22)]])
def test_a_window_may_be_left_out(left_out: Any) -> None:
    found = opens(windows(**SECOND_SATURDAY, exclude=left_out), "2025-01-20T00:00Z", "2025-03-31T00:00Z")
    assert found == ["03-08 22:00-03-09 04:00"]


def test_one_of_several_windows_a_day_may_be_left_out() -> None:
    twice = windows("UTC", "FREQ=DAILY;BYHOUR=6,18", start="2025-01-01T06:00", length="1 h", exclude="2025-01-02T18:00")
    assert opens(twice, "2025-01-02T00:00Z", "2025-01-03T00:00Z") == ["01-02 06:00-01-02 07:00"]


def test_a_window_may_last_for_days_and_reach_into_the_years() -> None:
    freeze = windows("UTC", "FREQ=YEARLY", start="2020-12-20T00:00", length=timedelta(days=17), years=(2025, 2027))
    assert opens(freeze, "2025-01-01T00:00Z", "2026-01-01T00:00Z") == [
        "01-01 00:00-01-06 00:00",
        "12-20 00:00-01-01 00:00",
    ]
    assert freeze.is_open("2026-01-05T23:59Z")


def test_windows_that_overlap_merge() -> None:
    long = windows("UTC", "FREQ=DAILY;COUNT=3", start="2025-01-01T06:00", length=hours(30))
    assert opens(long, "2024-12-01T00:00Z", "2025-02-01T00:00Z") == ["01-01 06:00-01-04 12:00"]


def test_the_same_windows_by_other_words_are_the_same_calendar() -> None:
    spelt = windows(
        "Europe/Berlin", "rrule:freq=monthly;byday=sa;bysetpos=2", start=datetime(2025, 1, 1, 22), length=hours(6)
    )
    assert spelt.calendar == windows(**SECOND_SATURDAY).calendar


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"zone": "Europe/Berln"}, "unknown zone 'Europe/Berln': did you mean Europe/Berlin?"),
        ({"rule": "2nd Saturday"}, "rule '2nd Saturday' has no frequency among YEARLY, MONTHLY, WEEKLY, DAILY"),
        ({"rule": "FREQ=HOURLY"}, "rule 'FREQ=HOURLY' has no frequency among YEARLY"),
        ({"rule": "FREQ=DAILY;INTERVAL=0"}, "rule 'FREQ=DAILY;INTERVAL=0' has an interval of nothing"),
        ({"rule": "FREQ=DAILY;UNTIL=20261231T000000Z"}, "rule 'FREQ=DAILY;UNTIL=20261231T000000Z' ends in UTC"),
        ({"rule": "DTSTART:20250101\nRRULE:FREQ=DAILY"}, "rule 'DTSTART:20250101\\nRRULE:FREQ=DAILY' has a start"),
        ({"rule": "FREQ=DAILY;BYDAY=XX"}, "rule 'FREQ=DAILY;BYDAY=XX' cannot be read ("),
        ({"rule": "FREQ=DAILY;BYDY=SA"}, "rule 'FREQ=DAILY;BYDY=SA' cannot be read ("),
        ({"rule": "FREQ=DAILY;UNTIL=20240101"}, "rule 'FREQ=DAILY;UNTIL=20240101' has no window from 1970 to 2070"),
        ({"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "rule 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' has no window"),
        ({"rule": "FREQ=DAILY;BYHOUR=0,6,12,18;BYMINUTE=0,15,30,45"}, "rule 'FREQ=DAILY;BYHOUR=0,6,12,18;BYMINUTE="),
        ({"start": "2025-01-11T22:00+01:00"}, "start 2025-01-11T22:00+01:00 has an offset"),
        ({"start": "noon"}, "start 'noon' is no local time, as in 2025-01-11T22:00"),
        ({"start": "2025-01-11T22:00:00.5"}, "start 2025-01-11T22:00:00.5 is no whole second"),
        ({"length": "2 days"}, "'2 days' is no length of time"),
        ({"length": 0}, "length 0: write whole seconds, one or more"),
        ({"length": timedelta(seconds=-1)}, "length -1 day, 23:59:59: write whole seconds"),
        ({"length": 5}, "length 5: write whole seconds"),
        ({"exclude": "2025-02-09"}, "exclude 2025-02-09: the rule has no window then"),
        ({"exclude": "February"}, "exclude 'February' is no local time"),
        ({"years": (2030, 2030)}, "years (2030, 2030) are none"),
    ],
)  # fmt: skip
def test_what_nobody_can_mean_is_refused(given: dict[str, Any], fault: str) -> None:
    with pytest.raises(ScheduleError) as refused:
        windows(**{**SECOND_SATURDAY, **given})
    (found,) = refused.value.faults
    assert found.startswith(fault)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(ScheduleError) as refused:
        windows("Mars/Olympus", "often", start="noon", length="long", exclude="x", years=(3, 1))
    assert len(refused.value.faults) == 6
