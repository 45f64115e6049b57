"""Working days are the local dates on which hours begin."""

from datetime import date

import pytest

from slaengine.instants import instant
from slaengine.policies.budget import WorkingDays
from slaengine.policies.schedule import Schedule

EPOCH = date(1970, 1, 1)
NIGHTS = "Mon-Fri 22:00-06:00+1"


def day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


@pytest.mark.parametrize(
    ("rules", "next_day"),
    [
        ({}, "2025-05-01"),
        ({"holidays": "2025-05-01"}, "2025-05-02"),
        ({"holidays": "2025-05-01", "holiday_cuts": "shift"}, "2025-05-02"),
        ({"holidays": "2025-05-01", "special_hours": {"2025-05-01": "23:00-01:00+1"}}, "2025-05-01"),
        ({"breaks": {"2025-05-01": "22:00-24:00"}}, "2025-05-02"),
        ({"breaks": {"2025-05-01": "22:00-23:00"}}, "2025-05-01"),
    ],
)
def test_a_date_whose_evening_is_cut_is_none_though_its_night_shift_goes_on_after_midnight(
    rules: dict[str, str | dict[str, str]], next_day: str
) -> None:
    """2025-05-01 is a Thursday."""
    days = Schedule("Europe/Berlin", NIGHTS, **rules).calendar.days  # type: ignore[arg-type]
    assert days is not None
    assert days.shift(day("2025-04-30"), 1) == day(next_day)
    assert days.shift(day("2025-05-05"), -2) == day("2025-05-01" if next_day == "2025-05-01" else "2025-04-30")


def test_the_last_working_day_ends_when_its_night_shift_does() -> None:
    nights = Schedule("Europe/Berlin", NIGHTS, holidays="2025-05-03").calendar
    start = instant("2025-05-01T12:00+02:00")
    assert WorkingDays(1, "end of day").due(start, nights, None) == instant("2025-05-03T00:00+02:00")
