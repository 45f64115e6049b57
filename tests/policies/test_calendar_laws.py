"""Laws 1 to 11 of open time, 14 to 19, 21 and 22, of schedules and of what is made of them; numbers as in laws.md.

el(a, b) is the elapsed open time; all instants are integers. 12, 13 and 20 are in test_algebra.py.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from slaengine.errors import HorizonError
from slaengine.instants import DAY, HOUR, MINUTE, Duration, Instant, instant, to_datetime
from slaengine.policies.calendar import always
from slaengine.policies.intervals import normal_form
from slaengine.policies.open_time import OpenTime
from slaengine.policies.schedule import windows
from tests.conformance.calendar import schedule
from tests.policies.strategies import (
    WEEKDAYS,
    Desk,
    World,
    day_hours,
    desks,
    instants,
    lengths,
    open_times,
    positive,
    usual_years,
    weeks,
    worlds,
)

Asked = tuple[OpenTime, list[Instant]]


@given(open_times(3))
def test_law_1_elapsed_time_adds_up_and_has_a_sign(asked: Asked) -> None:
    m, (a, b, c) = asked
    assert m.elapsed(a, c) == m.elapsed(a, b) + m.elapsed(b, c)
    assert m.elapsed(a, b) == -m.elapsed(b, a)
    assert m.elapsed(a, a) == 0


@given(open_times(2))
def test_law_2_no_more_is_open_than_passes(asked: Asked) -> None:
    m, ts = asked
    a, b = sorted(ts)
    assert 0 <= m.elapsed(a, b) <= b - a


@given(open_times(1))
def test_law_3_an_instant_is_open_if_it_counts(asked: Asked) -> None:
    m, (t,) = asked
    assert m.elapsed(t, t + 1) == int(m.is_open(t))


@given(open_times(1), lengths)
def test_law_4_due_is_the_least_instant_by_which_the_length_has_passed(asked: Asked, d: Duration) -> None:
    m, (t,) = asked
    due = m.due(t, d)
    assert m.elapsed(t, due) == d
    assert due >= t
    assert d == 0 or m.elapsed(t, due - 1) < d


@given(open_times(2), positive)
def test_law_5_due_is_the_left_adjoint_of_elapsed(asked: Asked, d: Duration) -> None:
    m, ts = asked
    t, u = sorted(ts)
    for v in (u, max(t, m.due(t, d) - 1), m.due(t, d)):
        assert (m.due(t, d) <= v) == (d <= m.elapsed(t, v))


@given(open_times(2), lengths)
def test_law_6_breach_is_the_right_adjoint_of_elapsed(asked: Asked, d: Duration) -> None:
    m, ts = asked
    t, u = sorted(ts)
    for v in (u, m.breach(t, d), m.breach(t, d) + 1):
        assert (v <= m.breach(t, d)) == (m.elapsed(t, v) <= d)


@given(open_times(1), lengths)
def test_law_7_due_and_breach_differ_only_where_due_ends_an_interval(asked: Asked, d: Duration) -> None:
    m, (t,) = asked
    due, breach = m.due(t, d), m.breach(t, d)
    assert due <= breach
    assert m.elapsed(due, breach) == 0
    assert d == 0 or (due == breach) == m.is_open(due)


@given(open_times(1), lengths, lengths)
def test_law_8_two_lengths_one_after_the_other_are_their_sum(asked: Asked, d: Duration, e: Duration) -> None:
    m, (t,) = asked
    assert m.due(m.due(t, d), e) == m.due(t, d + e)
    assert m.due(t, 0) == t


@given(open_times(2), lengths, lengths)
def test_law_9_later_starts_and_longer_lengths_are_never_due_earlier(asked: Asked, d: Duration, e: Duration) -> None:
    m, ts = asked
    (t, u), (short, long) = sorted(ts), sorted((d, e))
    for inverse in (m.due, m.breach):
        assert inverse(t, d) <= inverse(u, d)
        assert inverse(t, short) <= inverse(t, long)


@given(open_times(1), positive)
def test_law_10_subtract_is_the_dual_of_due(asked: Asked, d: Duration) -> None:
    m, (t,) = asked
    u = m.subtract(t, d)
    assert u <= t
    assert m.elapsed(u, t) == d
    assert m.elapsed(u + 1, t) < d
    assert m.subtract(t, 0) == t


@given(open_times(1))
def test_law_11_next_open_is_open_and_nothing_is_before_it(asked: Asked) -> None:
    m, (t,) = asked
    n = m.next_open(t)
    assert n >= t
    assert m.is_open(n)
    assert m.elapsed(t, n) == 0
    assert m.next_open(n) == n


@given(open_times(1), positive)
def test_a_negative_length_is_due_and_breached_in_the_past_by_the_same_words(asked: Asked, d: Duration) -> None:
    m, (t,) = asked
    due, breach = m.due(t, -d), m.breach(t, -d)
    assert m.elapsed(t, due) == m.elapsed(t, breach) == -d
    assert m.elapsed(t, due - 1) < -d
    assert m.elapsed(t, breach + 1) > -d


@given(open_times(1), st.integers(0, 3000).map(lambda n: n * HOUR))
def test_law_15_around_the_clock_elapsed_time_is_time(asked: Asked, d: Duration) -> None:
    _, (t,) = asked
    m = always.open_time
    assert m.elapsed(t, t + d) == d
    assert m.due(t, d) == m.breach(t, d) == t + d
    assert m.subtract(t + d, d) == t


@given(desks(), st.data())
def test_law_15_a_holiday_or_a_break_never_adds_time(desk: Desk, data: st.DataObject) -> None:
    a, b = sorted(data.draw(st.tuples(instants(desk), instants(desk))))
    bare = Desk({**desk.given, "holidays": [], "breaks": {}}, desk.year)
    assert desk.schedule.calendar.open_time.elapsed(a, b) <= bare.schedule.calendar.open_time.elapsed(a, b)


@given(desks(), st.data())
def test_law_15_added_hours_never_take_any(desk: Desk, data: st.DataObject) -> None:
    a, b = sorted(data.draw(st.tuples(instants(desk), instants(desk))))
    more = {**desk.given["hours"], "wed": [*desk.given["hours"].get("wed", ()), *data.draw(day_hours)]}
    wider = Desk({**desk.given, "hours": more}, desk.year)
    assert desk.schedule.calendar.open_time.elapsed(a, b) <= wider.schedule.calendar.open_time.elapsed(a, b)


@given(weeks, st.integers(-12, 14), st.integers(-40, 40), lengths, st.data())
def test_law_14_without_dates_and_clock_changes_every_week_is_like_any_other(
    week: dict[str, Any], ahead: int, n: int, d: Duration, data: st.DataObject
) -> None:
    desk = Desk({"tz": f"Etc/GMT{-ahead:+}" if ahead else "UTC", "hours": week}, 2024)
    m, later = schedule(desk.given).calendar.open_time, n * 7 * DAY
    a, b = data.draw(st.tuples(instants(desk), instants(desk)))
    assert m.elapsed(a + later, b + later) == m.elapsed(a, b)
    assert m.due(a + later, d) == m.due(a, d) + later
    assert m.breach(a + later, d) == m.breach(a, d) + later


@given(worlds, lengths, st.data())
def test_law_16_a_wider_horizon_gives_the_same_answer(world: World, d: Duration, data: st.DataObject) -> None:
    a, b = data.draw(st.tuples(instants(world), instants(world)))
    narrow = world.calendar(usual_years(world)).open_time
    wide = world.calendar((max(1970, world.year - 9), world.year + 9)).open_time
    wide.worked(wide.high)  # all of it compiled
    assert narrow.elapsed(a, b) == wide.elapsed(a, b)
    assert narrow.intervals(a, b) == wide.intervals(a, b)
    for inverse in (OpenTime.due, OpenTime.breach, OpenTime.subtract):
        found = inverse(wide, a, d)
        if narrow.low <= found <= narrow.high:
            assert inverse(narrow, a, d) == found
        else:
            with pytest.raises(HorizonError):
                inverse(narrow, a, d)


@given(worlds, lengths, st.data())
def test_law_17_the_zone_in_which_an_instant_is_written_changes_nothing(
    world: World, d: Duration, data: st.DataObject
) -> None:
    t, calendar = data.draw(instants(world)), world.calendar(usual_years(world))
    here = calendar.due(to_datetime(t), d)
    assert here == calendar.due(to_datetime(t, ZoneInfo("Asia/Kathmandu")), d)
    assert instant(here) == calendar.open_time.due(t, d)
    assert here.tzinfo == calendar.zone


@given(desks(), st.randoms(use_true_random=False), st.data())
def test_law_18_the_order_of_intervals_and_their_touching_changes_nothing(
    desk: Desk, chance: Random, data: st.DataObject
) -> None:
    cut = {day: [half for shift in shifts for half in halves(shift)] for day, shifts in desk.given["hours"].items()}
    for shifts in cut.values():
        chance.shuffle(shifts)
    assert Desk({**desk.given, "hours": cut}, desk.year).schedule.calendar == desk.schedule.calendar


@given(desks(), st.data())
def test_law_18_a_shift_may_be_split_at_midnight_where_no_date_is_special(desk: Desk, data: st.DataObject) -> None:
    a, b = data.draw(st.tuples(instants(desk), instants(desk)))
    whole = {**desk.given, "special_hours": {}, "breaks": {}, "holiday_cuts": "date"}
    split: dict[str, list[tuple[str, str]]] = {day: [] for day in WEEKDAYS}
    for number, day in enumerate(WEEKDAYS):
        for start, end in whole["hours"].get(day, ()):
            overnight = start > end
            split[day].append((start, "24:00" if overnight else end))
            split[WEEKDAYS[(number + 1) % 7]] += [("00:00", end)] if overnight and end != "00:00" else []
    one, two = (Desk({**whole, "hours": hours}, desk.year).schedule for hours in (whole["hours"], split))
    assert one.calendar.open_time.elapsed(a, b) == two.calendar.open_time.elapsed(a, b)


@given(open_times(4), positive)
def test_law_19_a_pause_is_its_share_of_open_time(asked: Asked, d: Duration) -> None:
    m, ts = asked
    a, p, q, b = sorted(ts)
    assert m.elapsed(a, b) - m.elapsed(p, q) == m.elapsed(a, p) + m.elapsed(q, b)
    left = d - m.elapsed(a, p)
    assume(left > 0)
    resumed = m.due(q, left)
    assert m.elapsed(a, resumed) - m.elapsed(p, q) == d


@given(worlds, st.data())
def test_law_21_open_minutes_are_those_of_a_walk_along_the_wall_clock(world: World, data: st.DataObject) -> None:
    around = data.draw(st.sampled_from(world.odd_days))
    start, minutes = datetime.combine(around, datetime.min.time(), UTC) - timedelta(days=1), 3 * 1440
    walked = world.walk(start, minutes)
    m, t = world.calendar(usual_years(world)).open_time, instant(start)
    assert [m.is_open(t + n * MINUTE) for n in range(minutes)] == walked
    assert m.elapsed(t, t + minutes * MINUTE) == sum(walked) * MINUTE
    found = m.intervals(t, t + minutes * MINUTE)
    assert (
        found
        == normal_form(found)
        == normal_form((t + n * MINUTE, t + (n + 1) * MINUTE) for n, is_open in enumerate(walked) if is_open)
    )


@pytest.mark.parametrize("kind", ["schedule", "composition", "version"])
def test_law_22_eight_threads_over_a_cold_calendar_get_the_answers_of_one(kind: str) -> None:
    desk = {"tz": "Europe/Berlin", "hours": {"mon": [["09:00", "17:00"]], "fri": [["22:00", "06:00"]]}}
    other = {"tz": "Asia/Tokyo", "hours": {"mon": [["13:00", "19:00"]], "wed": [["09:00", "12:00"]]}}

    def cold_one() -> OpenTime:
        one, two = schedule(desk), schedule(other)
        made = {
            "schedule": one.calendar,
            "composition": (one | two)
            - windows("UTC", "FREQ=MONTHLY;BYDAY=2MO", start="1970-01-01T11:00", length="2 h"),
            "version": one.amended(two, effective_from="2003-05-05T12:00Z"),
        }
        return made[kind].open_time

    starts = [instant(datetime(1971 + 11 * n % 97, 3, 1 + n % 28, tzinfo=UTC)) for n in range(160)]

    def answers(m: OpenTime, order: int) -> list[tuple[Duration, Instant, Instant, bool]]:
        some = starts[order * 20 :] + starts[: order * 20]
        found = {t: (m.elapsed(t, t + 90 * DAY), m.due(t, 300 * HOUR), m.subtract(t, HOUR), m.is_open(t)) for t in some}
        return [found[t] for t in starts]

    alone = answers(cold_one(), 0)
    for _ in range(3):
        cold, together = cold_one(), Barrier(8)

        def one(n: int, cold: OpenTime = cold, together: Barrier = together) -> object:
            together.wait()
            return answers(cold, n)

        with ThreadPoolExecutor(8) as threads:
            assert all(found == alone for found in threads.map(one, range(8)))


@given(open_times(1))
def test_what_lies_beyond_the_years_is_refused_and_never_guessed(asked: Asked) -> None:
    m, (t,) = asked
    all_left, all_before = m.elapsed(t, m.high), m.elapsed(m.low, t)
    assume(all_left and all_before)
    assert m.elapsed(t, m.due(t, all_left)) == all_left
    beyond: list[Callable[[], object]] = [
        lambda: m.due(t, all_left + 1),
        lambda: m.breach(t, all_left),
        lambda: m.subtract(t, all_before + 1),
        lambda: m.elapsed(t, m.high + 1),
        lambda: m.elapsed(m.low - 1, t),
        lambda: m.is_open(m.high),
    ]
    for ask in beyond:
        with pytest.raises(HorizonError, match="define it with more"):
            ask()


def halves(shift: tuple[str, str]) -> list[tuple[str, str]]:
    """A shift cut at noon, if noon lies in it and it does not run past midnight."""
    start, end = shift
    return [(start, "12:00"), ("12:00", end)] if start < "12:00" < end else [shift]
