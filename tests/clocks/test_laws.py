"""Laws 23 to 30 of clocks, and what a due instant is; numbers as in laws.md."""

from collections.abc import Sequence
from itertools import pairwise

from attrs import evolve as but
from hypothesis import assume, given
from hypothesis import strategies as st

from slaengine.domain import events as e
from slaengine.domain.history import history
from slaengine.domain.recorded import Recorded
from slaengine.domain.vocabulary import Phase
from slaengine.instants import HOUR, MINUTE, Duration, Instant, instant
from slaengine.policies.budget import Within
from slaengine.policies.calendar import always
from slaengine.policies.metrics import resolution_metric
from slaengine.policies.rules import Where, never
from slaengine.policies.schedule import Schedule
from slaengine.policies.target import LIVE, Metric, Mode, Pin, Reopen, Retarget, Target, Terms
from slaengine.projections.clocks import Clock, State, Verdict, measure
from tests.clocks.promises import (
    CALENDARS,
    MOVES,
    OPENINGS,
    RETARGETS,
    TABLE,
    Asked,
    Table,
    asked,
    figures,
    metrics,
    read,
    reopens,
    retargets,
    target,
    targets,
    until,
    within_one_promise,
)
from tests.histories import SHAPES, START, Events, hostile, lawful

OFFICE = CALENDARS["office"]
PROMISED = [*MOVES, *RETARGETS, *SHAPES]
"""Under the openings of promises, and these, there are clocks: no other agreement promises anything here."""

FOUR_HOURS = Terms(Within(4 * HOUR), OFFICE)


def read_all(asked: Asked, target: Target) -> list[tuple[object, ...]]:
    return [figures(clock) for clock in read(asked.events, target, asked.now)]


# 23 to 25 -------------------------------------------------------------------------------------------------------------


@given(asked(), targets)
def test_law_23_what_occurs_later_cannot_change_a_reading(asked: Asked, target: Target) -> None:
    assert read_all(asked, target) == read_all(Asked(until(asked.events, asked.now), asked.now), target)


@given(hostile(PROMISED, OPENINGS), st.integers(0, 48).map(lambda n: START + n * 30 * MINUTE), targets)
def test_law_23_what_is_recorded_later_cannot_change_a_reading(
    records: list[Recorded], known_at: Instant, target: Target
) -> None:
    then = history(records, known_at).timeline
    heard = history([record for record in records if record.recorded_at <= known_at]).timeline
    now = START + 99 * HOUR
    assert [*map(figures, measure(then, target, now))] == [*map(figures, measure(heard, target, now))]


@given(asked(), targets, st.integers(0, 100).map(lambda n: n * HOUR))
def test_law_24_a_breach_once_found_stays(asked: Asked, target: Target, after: Duration) -> None:
    early, late = (read(asked.events, target, now) for now in (asked.now, asked.now + after))
    assert len(early) <= len(late)
    for was, now in zip(early, late, strict=False):
        if was.breached_at is not None:
            assert (now.breached_at, now.verdict) == (was.breached_at, Verdict.BREACHED)


@given(asked(), targets)
def test_law_24_a_breach_is_found_as_soon_as_it_happened(asked: Asked, target: Target) -> None:
    """At its instant the promise can still be kept, a microsecond later it cannot, unless an event did it."""
    at_an_event = {event.occurred_at for event in asked.events}
    for clock in read(asked.events, target, asked.now):
        breach = clock.breached_at
        if breach is None or breach in at_an_event or breach == asked.now:
            continue
        before, after = (read(asked.events, target, now)[clock.cycle - 1] for now in (breach, breach + 1))
        assert (before.breached_at, after.breached_at) == (None, breach)
        assert (before.used, after.used) == (before.limit, before.limit + 1)


@given(asked(), targets)
def test_law_25_nothing_is_breached_before_it_is_due(asked: Asked, target: Target) -> None:
    for clock in read(asked.events, target, asked.now):
        if clock.breached_at is not None:
            then = read(asked.events, target, clock.breached_at)[clock.cycle - 1]
            assert then.promise is not None
            if then.limit == clock.breached_limit:  # else another change of that very instant moved the promise on
                assert then.promise <= clock.breached_at
        elif clock.state is State.RUNNING:
            assert clock.used <= clock.limit


@given(asked(), targets)
def test_law_25_a_clock_that_runs_on_is_breached_right_after_its_breach_instant(asked: Asked, target: Target) -> None:
    events = until(asked.events, asked.now)
    for clock in read(events, target, asked.now):
        if clock.state is State.RUNNING and clock.breached_at is None:
            breach = clock.calendar.open_time.breach(asked.now, clock.left)
            kept, broken = (read(events, target, now)[-1] for now in (breach, breach + 1))
            assert (kept.verdict, broken.verdict) == (Verdict.OPEN, Verdict.BREACHED)
            assert broken.breached_at == breach


@given(asked(), targets)
def test_due_is_the_least_instant_at_which_the_limit_is_used_up(asked: Asked, target: Target) -> None:
    events = until(asked.events, asked.now)
    for clock in read(events, target, asked.now):
        if clock.due is not None and clock.due > asked.now:
            at, just_before = (read(events, target, now)[-1] for now in (clock.due, clock.due - 1))
            assert (at.used, at.breached_at) == (
                at.limit,
                clock.breached_at,
            )  # a restart undoes no breach
            assert just_before.used == just_before.limit - 1
            assert at.due == just_before.due == clock.due


@given(asked(), metrics, reopens)
def test_a_breached_clock_keeps_the_due_instant_that_was_passed(asked: Asked, metric: str, reopen: Reopen) -> None:
    for clock in read(asked.events, target(metric, reopen, terms=FOUR_HOURS), asked.now):
        if clock.breached_at is not None:
            assert clock.passed is not None
            assert clock.passed <= clock.breached_at
            assert clock.calendar.open_time.elapsed(clock.passed, clock.breached_at) == 0
        if clock.breached_at is not None and clock.state is State.RUNNING and reopen is not Reopen.RESTART:
            assert clock.due is not None
            assert clock.due <= clock.breached_at


# 26 and 27 ------------------------------------------------------------------------------------------------------------


@given(asked(), metrics, reopens, retargets)
def test_law_26_without_its_pauses_a_clock_uses_no_less(
    asked: Asked, metric: str, reopen: Reopen, retarget: Retarget
) -> None:
    with_pauses = read(asked.events, target(metric, reopen, retarget), asked.now)
    without = read(asked.events, target(metric, reopen, retarget, pauses=never), asked.now)
    assert all(was.used <= now.used for was, now in zip(with_pauses, without, strict=True))


@given(asked(), metrics, reopens, retargets, st.data())
def test_law_26_nor_does_it_without_one_of_them(
    asked: Asked, metric: str, reopen: Reopen, retarget: Retarget, data: st.DataObject
) -> None:
    held = [n for n, event in enumerate(asked.events) if isinstance(event, e.PutOnHold)]
    assume(held)
    n = data.draw(st.sampled_from(held))
    worked_on = e.StatusChanged(occurred_at=asked.events[n].occurred_at, status="open", phase=Phase.OPEN)
    edited = (*asked.events[:n], worked_on, *asked.events[n + 1 :])
    this = target(metric, reopen, retarget)
    pairs = zip(read(asked.events, this, asked.now), read(edited, this, asked.now), strict=True)
    assert all(was.used <= now.used for was, now in pairs)


STRICTER: Table = {
    key: but(terms, budget=Within(round(terms.budget.length * 0.6)))
    for key, terms in TABLE.items()
    if isinstance(terms.budget, Within)
}


@given(
    asked(),
    metrics,
    reopens,
    st.sampled_from([Retarget.CARRY, Retarget.FROM_START]),
    st.sampled_from([*Pin]),
)
def test_law_26_a_stricter_budget_never_breaches_later(
    asked: Asked, metric: str, reopen: Reopen, retarget: Retarget, pin: object
) -> None:
    loose, strict = (
        read(asked.events, target(metric, reopen, retarget, terms, pin=pin), asked.now) for terms in (TABLE, STRICTER)
    )
    for easy, hard in zip(loose, strict, strict=True):
        if easy.breached_at is not None:
            assert hard.breached_at is not None
            assert hard.breached_at <= easy.breached_at


@given(asked(), targets)
def test_law_27_lines_leave_no_gap_and_time_is_charged_paused_or_neither(asked: Asked, target: Target) -> None:
    for clock in read(asked.events, target, asked.now):
        assert clock.ledger[0].start == clock.start
        assert all(line.end == following.start for line, following in pairwise(clock.ledger))
        assert all(0 <= line.charged <= line.open_time <= line.end - line.start for line in clock.ledger)
        assert all(line.charged == 0 for line in clock.ledger if line.mode is not Mode.RUNNING)
        assert clock.paused == sum(line.open_time for line in clock.ledger if line.mode is Mode.PAUSED)


@given(asked(), metrics, st.sampled_from([Reopen.CONTINUE, Reopen.NEW_CYCLE, Reopen.FIRST_ONLY]))
def test_law_27_under_carry_used_is_the_sum_of_what_was_charged(asked: Asked, metric: str, reopen: Reopen) -> None:
    for clock in read(asked.events, target(metric, reopen), asked.now):
        assert clock.used == sum(line.charged for line in clock.ledger)


@given(asked(), metrics, st.data())
def test_law_27_under_carry_elapsed_time_splits_at_any_instant(asked: Asked, metric: str, data: st.DataObject) -> None:
    this = target(metric)
    for clock in read(asked.events, this, asked.now):
        middle = data.draw(st.integers(clock.start, asked.now))
        first = read(asked.events, this, middle)[clock.cycle - 1]
        assert clock.used == first.used + sum(_charged_after(clock, middle))


def _charged_after(clock: Clock, middle: Instant) -> list[Duration]:
    running = [line for line in clock.ledger if line.mode is Mode.RUNNING and line.end > middle]
    return [line.terms.calendar.open_time.elapsed(max(middle, line.start), line.end) for line in running]


# 28 to 30 -------------------------------------------------------------------------------------------------------------


@given(asked(within_one_promise))
def test_law_28_to_continue_is_to_have_been_paused_between_fulfilled_and_reopened(asked: Asked) -> None:
    this = target(terms=FOUR_HOURS)
    held = tuple(map(_on_hold_instead, asked.events))
    for clock, paused in zip(read(asked.events, this, asked.now), read(held, this, asked.now), strict=True):
        assert (clock.start, clock.used, clock.limit) == (paused.start, paused.used, paused.limit)
        assert clock.breached_at == paused.breached_at
        if clock.ended_at is None and clock.state is not State.CANCELLED:
            assert (clock.due, clock.promise) == (paused.due, paused.promise)


def _on_hold_instead(event: e.TicketEvent) -> e.TicketEvent:
    return e.PutOnHold(occurred_at=event.occurred_at) if isinstance(event, e.Resolved) else event


@given(asked(), metrics, reopens, retargets)
def test_law_29_a_retarget_to_the_same_terms_is_none(
    asked: Asked, metric: str, reopen: Reopen, retarget: Retarget
) -> None:
    this = target(metric, reopen, retarget, terms=FOUR_HOURS)
    same = tuple(event for event in asked.events if not isinstance(event, e.Prioritised | e.AgreementAttached))
    assert read_all(asked, this) == read_all(Asked(same, asked.now), this)


IN_THE_OFFICE: Table = {key: but(terms, calendar=OFFICE) for key, terms in TABLE.items()}


@given(asked(), metrics, reopens)
def test_law_29_to_carry_is_to_count_from_the_start_where_only_the_budget_changes(
    asked: Asked, metric: str, reopen: Reopen
) -> None:
    carried, recounted = (
        target(metric, reopen, retarget, IN_THE_OFFICE) for retarget in (Retarget.CARRY, Retarget.FROM_START)
    )
    assert read_all(asked, carried) == read_all(asked, recounted)


NOT_READ: Events = (
    e.Worked(occurred_at=START),
    e.Rated(occurred_at=START, score=5),
    e.KnowledgeUsed(occurred_at=START, article="KB-1"),
    e.Linked(occurred_at=START, to="T-2"),
)


@given(asked(), targets, st.sampled_from(NOT_READ), st.data())
def test_law_30_what_a_target_does_not_read_may_stand_anywhere_among_the_events_of_its_instant(
    asked: Asked, target: Target, shape: e.TicketEvent, data: st.DataObject
) -> None:
    n = data.draw(st.integers(1, len(asked.events)))
    tie = but(shape, occurred_at=asked.events[n - 1].occurred_at)
    with_it = Asked((*asked.events[:n], tie, *asked.events[n:]), asked.now)
    assert read_all(with_it, target) == read_all(asked, target)


NEXT_REPLY = Metric(
    name="next-reply",
    starts=lambda situation: situation.asking,
    fulfilled=lambda situation: not situation.asking,
    reopen=Reopen.NEW_CYCLE,
)


def test_law_30_an_empty_span_charges_nothing_but_may_start_and_end_a_clock() -> None:
    events: Events = (
        e.Opened(occurred_at=START, asks=False),
        e.CustomerReplied(occurred_at=START + HOUR),
        e.CustomerContacted(occurred_at=START + HOUR),
    )
    (clock,) = read(events, Target(name="next-reply", metric=NEXT_REPLY, terms=lambda _: FOUR_HOURS), START + 9 * HOUR)
    assert (clock.used, clock.start, clock.ended_at) == (0, START + HOUR, START + HOUR)
    assert clock.verdict is Verdict.MET


# What a clock says of itself ------------------------------------------------------------------------------------------


@given(lawful(PROMISED, OPENINGS), targets, st.integers(0, 200).map(lambda n: START + n * HOUR))
def test_state_and_verdict_agree_with_the_instants(events: Events, this: Target, now: Instant) -> None:
    for clock in read(events, this, now):
        assert (clock.state is State.STOPPED) == (clock.ended_at is not None)
        waived = clock.waiver is not None and (clock.breached_at, clock.ended_at) != (None, None)
        assert (clock.verdict is Verdict.WAIVED) == waived
        assert (clock.verdict is Verdict.BREACHED) == (clock.breached_at is not None and not waived)
        assert (clock.verdict is Verdict.MET) == (
            clock.ended_at is not None and clock.breached_at is None and not waived
        )
        assert (clock.due is None) == (clock.state is not State.RUNNING)
        assert clock.counts == (clock.state is not State.CANCELLED and clock.verdict in (Verdict.MET, Verdict.BREACHED))
        assert clock.start <= now
        assert clock.last.mode in LIVE
        assert clock.left == clock.limit - clock.used
        assert clock.share * clock.limit == clock.used or abs(clock.share * clock.limit - clock.used) < 1


@given(lawful(PROMISED, OPENINGS), targets, st.integers(0, 200).map(lambda n: START + n * HOUR))
def test_cycles_are_numbered_and_follow_each_other(events: Events, this: Target, now: Instant) -> None:
    clocks = read(events, this, now)
    assert [clock.cycle for clock in clocks] == [*range(1, len(clocks) + 1)]
    for was, then in pairwise(clocks):
        assert was.ended_at is not None or was.state is State.CANCELLED
        assert was.start <= then.start


@given(asked(), targets, st.sampled_from([0.5, 0.8, 1.0]))
def test_a_part_of_the_limit_is_reached_no_later_than_the_whole(asked: Asked, target: Target, part: float) -> None:
    for clock in read(asked.events, target, asked.now):
        some, whole = clock.reaches(round(clock.limit * part)), clock.reaches(clock.limit)
        assert some is not None
        assert whole is not None
        assert some <= whole


# A calendar with an end -----------------------------------------------------------------------------------------------

ENDS = Schedule("UTC", "Mon-Fri 09:00-17:00", years=(2025, 2026)).calendar


LAST_DAY: Instant = instant("2025-12-31T00:00Z")


def _under(limit: Duration) -> Target:
    return target(terms=Terms(Within(limit), ENDS))


@given(within_one_promise, st.integers(1, 9).map(lambda n: n * HOUR))
def test_a_clock_whose_calendar_ends_is_never_due_and_says_so_without_an_error(events: Events, limit: Duration) -> None:
    """Eight hours are left of the last year of the calendar when the ticket is opened, and none when it is read."""
    after = LAST_DAY - events[0].occurred_at
    moved = [but(event, occurred_at=min(event.occurred_at + after, LAST_DAY + 20 * HOUR)) for event in events]
    for clock in read(moved, _under(limit), LAST_DAY + 21 * HOUR):
        if clock.promise is None:
            assert clock.due is None
            assert clock.used < clock.limit
        else:
            assert clock.promise <= ENDS.open_time.high


def test_only_what_the_calendar_still_opens_for_can_fall_due() -> None:
    opened = [e.Opened(occurred_at=LAST_DAY)]
    (kept,) = read(opened, _under(8 * HOUR), LAST_DAY)
    (never_due,) = read(opened, _under(8 * HOUR + 1), LAST_DAY)
    assert kept.due == LAST_DAY + 17 * HOUR
    assert (never_due.due, never_due.promise, never_due.state) == (None, None, State.RUNNING)


def test_more_may_have_been_used_elsewhere_than_the_calendar_now_in_force_ever_had() -> None:
    """Other terms breach a clock at their event; nobody looks for an earlier instant in years that there are not."""
    new_year = instant("2025-01-02T12:00Z")
    by_priority = {"low": Terms(Within(10**6 * HOUR), always), "high": Terms(Within(HOUR), ENDS)}
    rules = Target(name="resolution", metric=resolution_metric(), terms=lambda s: by_priority.get(s.priority or ""))
    told: Sequence[e.TicketEvent] = [
        e.Opened(occurred_at=new_year - 5000 * HOUR, priority="low"),
        e.Prioritised(occurred_at=new_year, priority="high"),
    ]
    (clock,) = read(told, rules, new_year + HOUR)
    assert (clock.breached_at, clock.used) == (new_year, 5001 * HOUR)


def test_the_ready_rules_touch_what_the_histories_of_these_laws_touch() -> None:
    """Lest the laws hold because nothing happens: every mode is met among the plainest histories."""
    modes = {
        line.mode
        for shape in (*SHAPES[:6], e.Cancelled(occurred_at=START))
        for clock in read(
            [e.Opened(occurred_at=START), but(shape, occurred_at=START + HOUR)],
            target(terms=FOUR_HOURS, pauses=Where(phase="waiting")),
            START + 2 * HOUR,
        )
        for line in clock.ledger
    }
    assert modes == {Mode.RUNNING, Mode.PAUSED, Mode.FULFILLED, Mode.OFF}


def test_under_proportion_what_was_reached_under_other_terms_is_not_reached_any_more() -> None:
    """5 of 6 hours used become 3 h 20 min of 4: the promise still lies ahead."""
    limits = {"low": 6 * HOUR, "high": 4 * HOUR}
    terms: Table = {(None, priority): Terms(Within(limit), always) for priority, limit in limits.items()}
    this = target(retarget=Retarget.PROPORTION, terms=terms)
    events: Events = (
        e.Opened(occurred_at=START, priority="low"),
        e.Prioritised(occurred_at=START + 5 * HOUR, priority="high"),
    )
    (clock,) = read(events, this, START + 5 * HOUR)
    assert (clock.used, clock.left) == (200 * MINUTE, 40 * MINUTE)
    assert clock.due == START + 5 * HOUR + 40 * MINUTE
