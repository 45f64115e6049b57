"""Whose holiday closes a date in a calendar that is made of schedules."""

from datetime import date
from typing import Any

import pytest

from slaengine.policies.calendar import Calendar, always
from slaengine.policies.closing import closing
from slaengine.policies.schedule import Schedule

DAY = date(2025, 5, 1)  # a Thursday


def desk(name: str, hours: str = "Mon-Fri 09:00-17:00", zone: str = "Europe/Berlin", **given: Any) -> Schedule:
    return Schedule(zone, hours, **{"holidays": ["2025-05-01"], "years": (2024, 2027), "name": name, **given})


OFFICE, SHOP = desk("office"), desk("shop", "Mon-Sat 10:00-18:00")
SHARED, LUNCH = desk("shared", holidays=()), desk("lunch", "Mon-Fri 12:00-13:00")
WEEKEND, TOKYO = desk("weekend", "Sat 09:00-12:00"), desk("tokyo", zone="Asia/Tokyo")
NIGHTS = desk("nights", "Mon-Sun 22:00-06:00+1", holiday_cuts="shift")
ALL = [OFFICE, SHOP, SHARED, LUNCH, WEEKEND, TOKYO, NIGHTS]


@pytest.mark.parametrize(
    ("calendar", "closed_by"),
    [
        (OFFICE - SHARED.calendar.amended(LUNCH, effective_from="2024-02-01T00:00Z"), ["office"]),
        (OFFICE | SHOP, ["office", "shop"]),
        (OFFICE & SHOP, ["office", "shop"]),  # either would do
        (OFFICE | SHARED, []),  # the other is open then
        (OFFICE & SHARED, ["office"]),
        (OFFICE | WEEKEND, ["office"]),
        (OFFICE | TOKYO, ["office", "tokyo"]),
        (SHARED | NIGHTS, ["nights"]),
        (SHARED - OFFICE.calendar.amended(SHARED, effective_from="2026-01-01T00:00Z"), []),  # it opens on that day only
        (always - OFFICE, []),
        (SHOP.amended(OFFICE, effective_from="2025-05-02T00:00+02:00"), ["shop"]),
        (SHOP.amended(OFFICE, effective_from="2025-05-01T00:00+02:00"), ["office"]),
        ((OFFICE - LUNCH).named("support"), ["office"]),
        (OFFICE.calendar, ["office"]),
        (WEEKEND.calendar, []),
    ],
)  # fmt: skip
def test_a_holiday_closes_a_date_if_more_would_be_open_without_it(calendar: Calendar, closed_by: list[str]) -> None:
    assert [it.name for it in closing(calendar, ALL, DAY)] == closed_by
    assert closing(calendar, ALL, date(2025, 5, 8)) == []
    assert closing(calendar, [], DAY) == []
