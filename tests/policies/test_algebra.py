"""Calendars made of calendars and of versions: laws 12, 13 and 20, and what is refused when it is defined."""

import pickle
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from slaengine.errors import HorizonError, InstantError, ScheduleError
from slaengine.instants import Instant, hours, instant, to_datetime
from slaengine.policies.calendar import Calendar, always
from slaengine.policies.open_time import OpenTime
from slaengine.policies.schedule import Schedule
from tests.policies.strategies import ODDITIES, World, desks, instants, usual_years, worlds

BERLIN = Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", name="berlin")
TOKYO = Schedule("Asia/Tokyo", "Mon-Fri 09:00-17:00", name="tokyo")
LONGER = Schedule("Europe/Berlin", "Mon-Fri 08:00-20:00", name="longer")
NEW_YEAR = "2026-01-01T00:00+01:00"

HOUR = timedelta(hours=1)


def measures(*calendars: Calendar) -> list[OpenTime]:
    return [calendar.open_time for calendar in calendars]


def either(data: st.DataObject) -> tuple[Calendar, Calendar, Instant, Instant]:
    """A calendar of any kind and a desk of the same year, in zones that may differ, and two instants."""
    one = data.draw(worlds)
    other = data.draw(desks([(zone, one.year) for zone, _ in ODDITIES]))
    a, b = data.draw(st.tuples(instants(one), instants(other)))
    return one.calendar(usual_years(one)), other.calendar(usual_years(one)), a, b


def made(how: Any) -> Calendar:
    """What is made, unless it never opens: the draw is then put aside."""
    try:
        found: Calendar = how()
    except ScheduleError:
        assume(False)
    return found


@given(st.data())
def test_law_12_the_open_time_of_two_calendars_is_that_of_their_union_and_of_what_they_share(
    data: st.DataObject,
) -> None:
    one, other, a, b = either(data)
    m, n, together, shared, less = measures(
        one, other, one | other, made(lambda: one & other), made(lambda: one - other)
    )
    assert together.elapsed(a, b) + shared.elapsed(a, b) == m.elapsed(a, b) + n.elapsed(a, b)
    assert less.elapsed(a, b) + shared.elapsed(a, b) == m.elapsed(a, b)


@given(st.data())
def test_law_13_calendars_are_a_boolean_algebra(data: st.DataObject) -> None:
    one, other, a, b = either(data)
    a, b = sorted((a, b))

    def alike(left: Calendar, right: Calendar) -> bool:
        return left.open_time.intervals(a, b) == right.open_time.intervals(a, b)

    neither = made(lambda: ~(one | other))
    assert (one | other) == (other | one)
    assert made(lambda: one & other) == made(lambda: other & one)
    assert one | one == one & one == one
    assert alike(one | (one & other), one)
    assert alike(one & (one | other), one)
    assert alike(neither, ~one & ~other)
    assert alike(~(one & other), ~one | ~other)
    assert alike(made(lambda: one - other), one & ~other)
    assert alike(~~one, one)


@given(st.data())
def test_law_20_across_an_effective_instant_elapsed_time_is_the_sum_of_the_parts(data: st.DataObject) -> None:
    old, new, a, at = either(data)
    b = at + data.draw(st.integers(-(10**12), 10**12))
    a, b = sorted((a, b))
    m = made(lambda: old.amended(new, effective_from=to_datetime(at))).open_time
    middle = min(max(at, a), b)
    assert m.elapsed(a, b) == old.open_time.elapsed(a, middle) + new.open_time.elapsed(middle, b)
    assert m.is_open(a) == (old if a < at else new).open_time.is_open(a)


@given(st.data())
def test_a_calendar_that_has_ended_is_as_it_was_until_then_and_never_opens_again(data: st.DataObject) -> None:
    old, _, a, at = either(data)
    a, b = sorted((a, at + data.draw(st.integers(-(10**12), 10**12))))
    m = made(lambda: old.ended(effective_from=to_datetime(at))).open_time
    assert m.elapsed(a, b) == old.open_time.elapsed(min(a, at), min(b, at))
    assert m.is_open(a) == (a < at and old.open_time.is_open(a))


def test_a_calendar_that_has_ended_has_no_more_working_days() -> None:
    ended = BERLIN.ended(effective_from="2025-07-02T12:00+02:00")
    assert ended.days is not None
    tuesday = ended.days.local(instant("2025-07-01T00:00Z"))[0]
    assert ended.days.shift(tuesday, 1) == tuesday + 1
    assert ended.days.closing(tuesday + 1) == instant("2025-07-02T12:00+02:00")
    with pytest.raises(HorizonError):
        ended.days.shift(tuesday, 2)


def test_two_offices_follow_the_sun() -> None:
    both = BERLIN | TOKYO
    assert both.elapsed("2025-07-01T00:00Z", "2025-07-02T00:00Z") == 15 * HOUR  # they share one
    assert both.due("2025-07-01T06:00Z", hours(3)) == datetime(2025, 7, 1, 9, tzinfo=UTC)


def test_support_time_is_the_office_less_maintenance() -> None:
    support = BERLIN - Schedule("UTC", "Wed 12:00-14:00", name="maintenance")
    assert support.elapsed("2025-07-02T00:00Z", "2025-07-03T00:00Z") == 6 * HOUR
    assert [f"{a:%H:%M}-{b:%H:%M}" for a, b in support.intervals("2025-07-02T00:00Z", "2025-07-03T00:00Z")] == [
        "09:00-14:00",
        "16:00-17:00",
    ]


def test_out_of_hours_is_the_complement() -> None:
    assert (~BERLIN).elapsed("2025-07-02T00:00Z", "2025-07-03T00:00Z") == 16 * HOUR
    assert (always - BERLIN).elapsed("2025-07-02T00:00Z", "2025-07-03T00:00Z") == 16 * HOUR


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (BERLIN | TOKYO, "berlin | tokyo"),
        (BERLIN.calendar & LONGER, "berlin & longer"),
        ((BERLIN | TOKYO) - LONGER.calendar, "(berlin | tokyo) - longer"),
        (~(BERLIN | TOKYO), "~(berlin | tokyo)"),
        (BERLIN.union(TOKYO, LONGER), "berlin | tokyo | longer"),
        (~Schedule("UTC", "Mon 09:00-17:00"), ""),
        (BERLIN - Schedule("UTC", "Wed 12:00-14:00"), "berlin - unnamed"),
        (BERLIN.amended(TOKYO, effective_from=NEW_YEAR), "berlin"),
        ((BERLIN | TOKYO).named("desk"), "desk"),
    ],
)
def test_what_is_made_says_of_what(made: Calendar, name: str) -> None:
    assert made.name == made.open_time.name == name


def test_answers_are_in_the_zone_of_the_first_and_always_gives_way() -> None:
    assert str((TOKYO | BERLIN).zone) == "Asia/Tokyo"
    assert str((always - TOKYO).zone) == "Asia/Tokyo"
    assert str(BERLIN.amended(TOKYO, effective_from=NEW_YEAR).zone) == "Asia/Tokyo"
    assert (~always.difference(BERLIN)).zone == ZoneInfo("Europe/Berlin")


def test_a_digest_is_made_of_the_operation_and_the_digests_of_its_operands() -> None:
    made = [BERLIN | TOKYO, BERLIN & LONGER, BERLIN | LONGER, BERLIN - TOKYO, TOKYO - BERLIN, ~BERLIN]
    made += [LONGER.amended(BERLIN, effective_from=when) for when in (NEW_YEAR, "2026-01-02T00:00+01:00")]
    assert len({calendar.digest for calendar in made}) == len(made)
    again = Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", name="by another name")
    assert (again | TOKYO) == (TOKYO | BERLIN) == (TOKYO | BERLIN).named("desk")
    assert BERLIN.union() == BERLIN.intersection() == BERLIN.difference() == BERLIN.calendar
    assert BERLIN.union(TOKYO, TOKYO, LONGER) == LONGER.union(BERLIN, TOKYO)


def test_the_digest_of_what_is_made_does_not_change_between_releases() -> None:
    one, other = (Schedule("UTC", hours_, years=(2024, 2026)) for hours_ in ("Mon 09:00-17:00", "Tue 09:00-17:00"))
    made = one | other, one - other, one.amended(other, effective_from="2025-01-01T00:00Z")
    assert [calendar.digest for calendar in made] == [
        "85dbd38ab90d9df3c21ed07eadfd515cea1eacb02e6014b8e072ca91a9778627",
        "7414554537455df49f96d08521104408382c40bb60a2c79ca20ff1cefbbc6cdd",
        "432592669ad701a83e01afe7d6ccce1f1d25804916874e0cc621b3b265ad3f8f",
    ]


def test_the_years_are_those_common_to_all() -> None:
    short = Schedule("UTC", "Mon-Fri 09:00-17:00", years=(2024, 2026))
    with pytest.raises(HorizonError):
        (BERLIN | short).is_open("2026-06-01T00:00Z")
    with pytest.raises(ScheduleError, match="there is no year that all of them cover"):
        short | Schedule("UTC", "Mon-Fri 09:00-17:00", years=(2027, 2028))


def test_versions_may_cover_years_of_their_own() -> None:
    until = Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", years=(2024, 2026))
    since = Schedule("Europe/Berlin", "Mon-Fri 08:00-20:00", years=(2026, 2028))
    both = until.amended(since, effective_from=NEW_YEAR)
    assert both.elapsed("2025-12-31T00:00+01:00", "2026-01-02T00:00+01:00") == 20 * HOUR
    with pytest.raises(ScheduleError) as refused:
        until.amended(Schedule("UTC", "Mon 09:00-17:00", years=(2027, 2028)), effective_from="2026-06-01T00:00Z")
    assert len(refused.value.faults) == 2


@pytest.mark.parametrize(
    "never",
    [
        lambda: BERLIN - always,
        lambda: BERLIN & ~BERLIN,
        lambda: ~always,
        lambda: BERLIN.ended(effective_from="1970-01-01T00:00Z"),
        lambda: Schedule("UTC", "", special_hours={"2027-03-03": "09:00-10:00"}).amended(
            Schedule("UTC", "", special_hours={"2025-03-03": "09:00-10:00"}), effective_from=NEW_YEAR
        ),
    ],
)
def test_what_never_opens_is_refused_when_it_is_defined(never: Any) -> None:
    with pytest.raises(ScheduleError, match="never opens"):
        never()


def test_an_amendment_needs_an_instant() -> None:
    with pytest.raises(InstantError, match="has no offset"):
        BERLIN.amended(LONGER, effective_from="2026-01-01T00:00")


def test_only_calendars_and_schedules_can_be_combined() -> None:
    with pytest.raises(TypeError, match="'office' is neither a calendar nor a schedule"):
        _ = BERLIN | "office"  # type: ignore[operator]


def test_intervals_are_cut_at_both_ends_and_there_are_none_backwards() -> None:
    found = BERLIN.intervals("2025-07-01T12:00+02:00", "2025-07-02T10:00+02:00")
    assert [(f"{a:%d %H:%M}", f"{b:%d %H:%M}") for a, b in found] == [
        ("01 12:00", "01 17:00"),
        ("02 09:00", "02 10:00"),
    ]
    assert BERLIN.intervals("2025-07-02T12:00+02:00", "2025-07-01T12:00+02:00") == ()
    assert BERLIN.intervals("2025-07-05T12:00+02:00", "2025-07-06T12:00+02:00") == ()
    with pytest.raises(HorizonError):
        BERLIN.intervals("2069-12-01T00:00Z", "2070-02-01T00:00Z")


@given(worlds, st.data())
def test_intervals_add_up_to_elapsed_time(world: World, data: st.DataObject) -> None:
    m = world.calendar(usual_years(world)).open_time
    a, b = sorted(data.draw(st.tuples(instants(world), instants(world))))
    assert sum(end - start for start, end in m.intervals(a, b)) == m.elapsed(a, b)


def test_a_part_is_compiled_once_however_often_it_is_one() -> None:
    made = BERLIN.calendar
    for n in range(25):
        made = (made | TOKYO.calendar.named(f"east {n}")) & (made | LONGER.calendar.named(f"west {n}"))
    assert made.elapsed("2025-07-01T00:00Z", "2025-07-02T00:00Z") == 9 * HOUR
    assert len(made.name) == 200


def test_calendars_may_be_nested_deeply_but_not_until_python_gives_up() -> None:
    days = [Schedule("UTC", "", special_hours={f"2025-{n // 28 + 1:02}-{n % 28 + 1:02}": "09:00-10:00"},
                     years=(2025, 2026)).calendar for n in range(102)]  # fmt: skip
    deep = reduce(or_, days[:-1])
    whole = "2025-01-01T00:00Z", "2025-12-31T00:00Z"
    assert pickle.loads(pickle.dumps(deep)).elapsed(*whole) == 101 * HOUR  # noqa: S301
    with pytest.raises(ScheduleError, match=r"nested more than 100 deep: name many at once, as in one.union\("):
        deep.union(days[-1])
    assert days[0].union(*days[1:]).elapsed(*whole) == 102 * HOUR


def test_what_is_made_can_be_kept_and_sent() -> None:
    made = (BERLIN | TOKYO).amended(~LONGER, effective_from=NEW_YEAR)
    sent = pickle.loads(pickle.dumps(made))  # noqa: S301
    assert sent == made
    assert sent.due("2025-12-31T00:00Z", hours(40)) == made.due("2025-12-31T00:00Z", hours(40))


def test_nothing_is_compiled_before_it_is_asked() -> None:
    cold = (BERLIN | TOKYO).open_time
    assert cold._table.low > cold._table.high
    cold.is_open(instant("2025-07-01T00:00Z"))
    assert cold._table.high - cold._table.low < hours(24 * 366 * 3)
