"""Every offset change of every zone, and zones as they were frozen."""

import pickle
from bisect import bisect_right
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest

from slaengine.instants import HOUR, MINUTE, SECOND
from slaengine.policies.looked_up import zone_offsets
from slaengine.policies.offsets import FrozenZone, Offset, Offsets
from slaengine.policies.plan import Plan
from tests.policies.oracle import furthest_readings, is_open_at
from tests.policies.strategies import ODDITIES

YEARS = (1970, 2038)
HOURS = (("00:00", "00:20"), ("00:45", "01:30"), ("02:15", "02:45"), ("03:00", "23:30"))
GIVEN = {
    "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), HOURS),
    "holidays": (),
    "special_hours": {},
    "breaks": {},
    "holiday_cuts": "date",
}
DAY = tuple((int(a[:2]) * 3600 + int(a[3:]) * 60, int(b[:2]) * 3600 + int(b[3:]) * 60) for a, b in HOURS)


def distinct() -> Iterator[tuple[str, Offsets]]:
    """Each zone that is not another's copy, with its offsets."""
    seen = set[Offsets]()
    for name in sorted(available_timezones() - {"localtime"}):
        found = zone_offsets(ZoneInfo(name), YEARS)
        if found not in seen:
            seen.add(found)
            yield name, found


def agrees_with_a_walk(name: str, offsets: Offsets, change: Offset) -> bool:
    """Whether hours with many edges are open near a change when the clock on the wall says so."""
    at = datetime.fromtimestamp(change.since, UTC).replace(second=0)
    start, minutes = at - timedelta(hours=3), 6 * 60
    low = change.since // 60 * 60 * SECOND - 3 * HOUR
    plan = Plan((DAY,) * 7, (), (), (), "date", YEARS, offsets)
    found = plan.compile(low - HOUR, low + 7 * HOUR)
    edges = [edge for interval in found for edge in interval]
    ours = [bisect_right(edges, low + n * MINUTE) & 1 == 1 for n in range(minutes)]
    return ours == [is_open_by_day(wall.time()) for wall in furthest_readings(name, start, minutes, before=240)]


@cache
def is_open_by_day(wall: time) -> bool:
    """The oracle's word on a time of day: these hours are those of every date."""
    return is_open_at(GIVEN, datetime.combine(date(2025, 6, 12), wall))


@pytest.mark.slow
def test_law_21_every_offset_change_of_every_zone_from_1970_to_2037_is_hit() -> None:
    zones, changes, differ = 0, 0, list[object]()
    for name, offsets in distinct():
        zones += 1
        for change in offsets[1:]:
            changes += 1
            if not agrees_with_a_walk(name, offsets, change):
                differ.append((name, change))
    assert differ == []
    assert zones > 250
    assert changes > 10_000


@pytest.mark.slow
def test_no_offset_of_any_zone_is_missed() -> None:
    days = range(0, 68 * 365 * 86_400, 86_400)
    for name, offsets in distinct():
        zone, sinces = ZoneInfo(name), [offset.since for offset in offsets]
        for second in days:
            shown = datetime.fromtimestamp(second, zone).utcoffset()
            assert shown == timedelta(seconds=offsets[bisect_right(sinces, second) - 1].ahead), (name, second)


@pytest.mark.parametrize(("name", "year"), ODDITIES)
def test_law_21_the_changes_of_odd_zones_are_hit(name: str, year: int) -> None:
    offsets = zone_offsets(ZoneInfo(name), (year, year + 1))
    assert all(agrees_with_a_walk(name, offsets, change) for change in offsets[1:])


@pytest.mark.parametrize(("name", "year"), ODDITIES)
def test_a_frozen_zone_reads_as_the_zone_did_when_it_was_frozen(name: str, year: int) -> None:
    zone, frozen = ZoneInfo(name), FrozenZone(name, zone_offsets(ZoneInfo(name), (year, year + 1)))
    first = datetime(year, 1, 1, 1, tzinfo=UTC)
    for n in range(365 * 48):
        moment = first + timedelta(minutes=30 * n + n % 29)
        here, there = moment.astimezone(frozen), moment.astimezone(zone)
        assert here.isoformat() == there.isoformat()
        assert (here.fold, here.astimezone(UTC)) == (there.fold, moment)
        for fold in (0, 1):  # also readings that never were, or were twice
            wall = there.replace(tzinfo=None, fold=fold)
            assert wall.replace(tzinfo=frozen).utcoffset() == wall.replace(tzinfo=zone).utcoffset()


def test_a_frozen_zone_is_known_by_its_name_and_can_be_sent() -> None:
    frozen = FrozenZone("Europe/Berlin", zone_offsets(ZoneInfo("Europe/Berlin"), (2025, 2026)))
    moment = datetime(2025, 7, 1, 12, tzinfo=UTC)
    assert (str(frozen), repr(frozen)) == ("Europe/Berlin", "FrozenZone('Europe/Berlin')")
    assert moment.astimezone(frozen).tzname() == "Europe/Berlin"
    assert moment.astimezone(frozen).dst() is None
    for copy in (pickle.loads(pickle.dumps(frozen)), deepcopy(frozen)):  # noqa: S301
        assert moment.astimezone(copy).isoformat() == "2025-07-01T14:00:00+02:00"
