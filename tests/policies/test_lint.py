"""What is legal but odd is said, and nothing is said of what is usual."""

from typing import Any

import pytest

from slaengine.policies.schedule import Schedule, windows

USUAL: dict[str, Any] = {"zone": "Europe/Berlin", "hours": "Mon-Fri 09:00-12:30 13:30-17:30"}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"holidays": ["DE-BE", "2025-12-24"]},
        {"hours": "Mon-Sun 00:00-24:00"},
        {"hours": "Mon-Fri 22:00-06:00+1"},
        {"hours": "Mon 18:00-24:00; Tue 00:00-06:00"},
        {"special_hours": {"2025-05-01": "09:00-12:30 13:30-17:30"}, "holidays": "DE"},  # open although it is a holiday
        {"special_hours": {"2025-12-24": "09:00-12:00", "2025-12-27": "09:00-12:00"}},
        {"breaks": {"2025-05-14": "12:00-14:00"}},
        {"hours": "Mon-Fri 22:00-06:00+1", "breaks": {"2025-05-14": "02:00-03:00"}},  # of the night before
        {"years": (2025, 2026), "holidays": "2025-12-24", "breaks": {"2025-12-31": "12:00-14:00"}},
    ],
)
def test_nothing_is_said_of_what_is_usual(given: dict[str, Any]) -> None:
    assert Schedule(**{**USUAL, **given}).lint() == ()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"hours": "Mon-Fri 09:00-12:00 12:00-17:00"},
            "Mon, Tue, Wed, Thu, Fri: 09:00-12:00 and 12:00-17:00 touch and count as one shift",
        ),
        (
            {"hours": "Mon-Fri 09:00-17:00; Wed 16:00-20:00"},
            "Wed: 09:00-17:00 and 16:00-20:00 overlap and count as one shift",
        ),
        (
            {"hours": "Fri 22:00-06:00+1; Sat 05:00-12:00"},
            "the night of Fri runs into the hours of Sat: 05:00-06:00 count once",
        ),
        (
            {"hours": "Sun 22:00-06:00+1; Mon 05:00-12:00"},
            "the night of Sun runs into the hours of Mon: 05:00-06:00 count once",
        ),
        (
            {"hours": "Mon,Tue 18:00-23:59"},
            "Mon, Tue 18:00-23:59 ends just before midnight, and the rest is out of hours: to the end of the day",
        ),
        (
            {"special_hours": {"2025-05-03": "18:00-23:59:59"}},
            "special hours 2025-05-03 18:00-23:59:59 ends just before midnight, and the rest is out of hours",
        ),
        ({"holidays": "2025-12-28"}, "holiday 2025-12-28 is a Sunday without hours: it takes nothing away"),
        (
            {"holidays": "2025-12-24", "special_hours": {"2025-12-24": "09:00-12:00"}},
            "holiday 2025-12-24 is lifted by the special hours of that date",
        ),
        (
            {"special_hours": {"2025-05-06": "13:30-17:30 09:00-12:30"}},
            "special hours 2025-05-06 are those of every Tuesday",
        ),
        (
            {"special_hours": {"2025-05-06": "09:00-12:00 11:00-13:00"}},
            "special hours 2025-05-06: 09:00-12:00 and 11:00-13:00 overlap and count as one shift",
        ),
        ({"breaks": {"2025-05-06": "12:30-13:30"}}, "break 2025-05-06 12:30-13:30 lies out of hours: it takes"),
        ({"breaks": {"2025-05-06": "12:00-13:00 12:30-13:30"}}, "break 2025-05-06: 12:00-13:00 and 12:30-13:30"),
        ({"holidays": "2070-12-24"}, "holiday 2070-12-24 lies outside the years 1970 to 2069"),
        ({"hours": "", "special_hours": {"2025-05-06": "09:00-12:00"}}, "no weekday has hours: it opens on"),
    ],
)  # fmt: skip
def test_what_is_odd_is_said(given: dict[str, Any], said: str) -> None:
    (found,) = Schedule(**{**USUAL, **given}).lint()
    assert found.startswith(said)


def test_windows_are_no_special_hours_that_somebody_wrote() -> None:
    assert windows("UTC", "FREQ=DAILY", start="1970-01-01T09:00", length="1 h").lint() == ()


def test_what_is_taken_away_in_vain_is_said_of_a_calendar_made_of_others() -> None:
    office = Schedule(**USUAL, name="office")
    weekends = Schedule("Europe/Berlin", "Sat 09:00-12:00", name="weekends")
    lunch = Schedule("Europe/Berlin", "Mon 12:00-13:00", name="lunch")
    vain = ("minus weekends lies out of hours: it takes nothing away",)
    assert office.difference(lunch, weekends).lint() == vain
    assert office.difference(weekends).amended(lunch, effective_from="2026-01-01T00:00Z").lint() == vain
    assert (office - weekends.calendar.named("")).lint() == (
        "minus a calendar lies out of hours: it takes nothing away",
    )
    usual = office.calendar, office - lunch, ~(office - weekends), office | weekends, (office - weekends) | lunch
    assert [it.lint() for it in usual] == [()] * len(usual)
