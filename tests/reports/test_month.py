"""A month of a calendar: the days add up, the clock of the wall is told, and both drawings show it."""

import re
import xml.etree.ElementTree as ET
from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaengine.errors import HorizonError
from slaengine.instants import HOUR, SECOND, instant
from slaengine.policies.calendar import always
from slaengine.policies.schedule import Schedule
from slaengine.reports.month import Month, month, month_of
from slaengine.reports.month_svg import month_svg
from slaengine.reports.month_text import LETTERS, month_text
from tests.policies.strategies import Desk, desks

OFFICE = Schedule(
    "Europe/Berlin",
    "Mon-Fri 09:00-12:30 13:30-17:45",
    holidays=["DE-BE", "2025-05-30", "2025-05-02"],
    special_hours={"2025-05-14": "09:00-12:00", "2025-05-01": "10:00-12:00", "2025-05-15": "closed"},
    breaks={"2025-05-20": "10:00-11:00"},
    years=(2024, 2027),
    name="office",
)
NIGHT = Schedule("Europe/Berlin", "Mon-Sun 22:00-06:00+1", years=(2024, 2027), name="night")


def of(schedule: Schedule, year: int, number: int) -> Month:
    return month(schedule.calendar, year, number, schedules=[schedule])


def line(text: str, day: str) -> str:
    return next(it for it in text.splitlines() if it.startswith(day))


@given(desks(), st.integers(1, 12))
def test_the_days_of_a_month_add_up_to_its_open_time(desk: Desk, number: int) -> None:
    calendar = desk.schedule.calendar
    found = month(calendar, desk.year, number, schedules=[desk.schedule])
    days = monthrange(desk.year, number)[1]
    assert [day.date.day for day in found.days] == [*range(1, days + 1)]
    drawn = sum(end - start for day in found.days for start, end in day.open) * SECOND
    twice = sum(end - start for day in found.days for start, end in day.repeated) * SECOND
    assert found.worked == sum(day.worked for day in found.days)
    assert drawn <= found.worked <= drawn + twice + 2 * HOUR  # clocks that go back from the first go to another month
    assert ET.fromstring(month_svg(found, alone=True).text).tag.endswith("svg")  # noqa: S314  # our own
    assert all(len(it) <= 100 for it in month_text(found).splitlines())


def test_what_is_special_about_a_day_is_said_beside_it() -> None:
    notes = {day.date.day: day.notes for day in of(OFFICE, 2025, 5).days if day.notes}
    assert notes == {
        1: ("Labor Day, yet open", "special hours 10:00-12:00"),
        2: ("holiday",),
        8: (notes[8][0],),
        14: ("special hours 09:00-12:00",),
        15: ("special hours closed",),
        20: ("break 10:00-11:00",),
        29: ("Ascension Day",),
        30: ("holiday",),
    }


def test_a_calendar_alone_tells_when_it_is_open_and_no_more() -> None:
    found = month(OFFICE.calendar, 2025, 5)
    assert all(day.notes == () and not day.is_holiday for day in found.days)
    assert [day.open for day in found.days] == [day.open for day in of(OFFICE, 2025, 5).days]


def test_half_an_hour_is_a_sign() -> None:
    text = month_text(of(OFFICE, 2025, 5))
    assert line(text, "Mon  5") == "Mon  5  ··················███████··████████▄············  7 h 45 min"
    assert line(text, "Sun  4").split() == ["Sun", "4", "·" * 48]
    assert text.startswith("office (Europe/Berlin), May 2025: 120 h 15 min open\n\n        00    03    06")


def test_clock_changes_are_drawn_and_said() -> None:
    spring, autumn = (month_text(of(NIGHT, 2025, number), LETTERS) for number in (3, 10))
    assert line(spring, "Sun 30").startswith("Sun 30  ####xx######....")
    assert line(spring, "Sun 30").endswith("7 h         02:00-03:00 is skipped")
    assert line(autumn, "Sun 26").endswith("9 h         02:00-03:00 comes twice")
    picture = month_svg(of(NIGHT, 2025, 10)).text
    assert picture.count('class="twice"') == 2  # a bar, and what it says
    assert 'class="leap"' not in picture


def test_a_date_that_did_not_happen_has_no_hours() -> None:
    apia = Schedule("Pacific/Apia", "Mon-Sun 09:00-17:00", years=(2011, 2012))
    day = month(apia.calendar, 2011, 12).days[29]
    assert (day.date, day.worked, day.open, day.notes) == (date(2011, 12, 30), 0, (), ("00:00-24:00 is skipped",))
    assert "x" * 48 in month_text(month(apia.calendar, 2011, 12))


def test_the_month_of_an_instant_is_that_of_the_zone() -> None:
    assert month_of(OFFICE.calendar, instant("2025-04-30T22:30Z")).days[0].date == date(2025, 5, 1)
    assert month_of(always, instant("2025-04-30T22:30Z")).worked == 30 * 24 * HOUR


def test_a_month_beyond_the_years_is_refused() -> None:
    with pytest.raises(HorizonError):
        month(OFFICE.calendar, 2030, 1)


def test_a_hostile_name_stays_text() -> None:
    calendar = OFFICE.calendar.named("<script>\x1b[2J")
    assert "<script" not in month_svg(month(calendar, 2025, 5)).text
    assert "\x1b" not in month_text(month(calendar, 2025, 5))


def test_february_of_a_leap_year_has_29_days() -> None:
    days = of(OFFICE, 2024, 2).days
    assert days[-1].date - days[0].date == timedelta(days=28)


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        (of(OFFICE, 2025, 5), ["open", "out of hours all day", "holiday"]),
        (of(NIGHT, 2025, 3), ["open", "skipped by the clock"]),
        (of(NIGHT, 2025, 10), ["open", "comes twice"]),
    ],
)
def test_a_picture_says_what_its_colours_mean(drawn: Month, words: list[str]) -> None:
    assert re.findall(r'class="key">([^<]+)<', month_svg(drawn).text) == words
