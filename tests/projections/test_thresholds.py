"""Of which instants of a clock the host is told."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaengine.domain import events as e
from slaengine.errors import AgreementError
from slaengine.instants import HOUR, Duration, Instant, hours
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.policies.metrics import resolution
from slaengine.policies.rules import Where
from slaengine.policies.schedule import Schedule
from slaengine.policies.target import Target, Terms
from slaengine.policies.threshold import Threshold
from slaengine.projections.case import Case
from slaengine.projections.clocks import Clock
from slaengine.projections.thresholds import Key, thresholds
from tests.clocks.promises import (
    CALENDARS,
    TABLE,
    Asked,
    asked,
    metrics,
    read,
    reopens,
    retargets,
    target,
    until,
    within_one_promise,
)
from tests.projections.stories import ANA, OFFICE, WAITING_ON_CUSTOMER, at, opened

PERCENTS = tuple(Threshold(f"{n} %") for n in (25, 50, 75, 100, 150))
OFFSETS = tuple(
    Threshold(f"{length} {side} due")
    for length in ("30 min", "2 h by the clock", "1 working day")
    for side in ("before", "after")
)
ALL = (*PERCENTS, Threshold("due"), *OFFSETS, Threshold("50 %", level="lead"))


def _with_thresholds(metric: str, reopen: object, retarget: object) -> Target:
    return target(metric, reopen, retarget, thresholds=ALL)  # type: ignore[arg-type]


targets = st.builds(_with_thresholds, metrics, reopens, retargets)
whole = given(asked(), targets)


def fired(clocks: tuple[Clock, ...]) -> dict[Key, Instant | None]:
    return {it.key: it.at for clock in clocks for it in thresholds(clock, "T") if it.fired}


# Laws -----------------------------------------------------------------------------------------------------------------


@whole
def test_what_fired_lies_in_the_life_of_the_clock_and_what_did_not_lies_ahead(asked: Asked, target: Target) -> None:
    for clock in read(asked.events, target, asked.now):
        end = asked.now if clock.ended_at is None else clock.ended_at
        for it in thresholds(clock, "T"):
            assert (it.at is not None and clock.start <= it.at <= end) if it.fired else (it.at or end + 1) > end


@whole
def test_no_two_firings_have_one_key(asked: Asked, target: Target) -> None:
    keys = [it.key for clock in read(asked.events, target, asked.now) for it in thresholds(clock, "T")]
    assert len(keys) == len({*keys})


@whole
def test_more_percent_are_reached_no_earlier(asked: Asked, target: Target) -> None:
    for clock in read(asked.events, target, asked.now):
        of = {it.threshold: it for it in thresholds(clock, "T")}
        for less, more in pairwise(of[threshold] for threshold in PERCENTS):
            assert less.fired or not more.fired
            if less.at is not None and more.at is not None and less.fired == more.fired:
                assert less.at <= more.at


@given(asked(), targets, st.integers(1, 100).map(lambda n: n * HOUR))
def test_the_future_cannot_change_what_fired(asked: Asked, target: Target, after: Duration) -> None:
    then = fired(read(until(asked.events, asked.now), target, asked.now))
    assert then == fired(read(asked.events, target, asked.now))
    assert then.items() <= fired(read(asked.events, target, asked.now + after)).items()


@given(asked(), targets, st.integers(1, 7))
def test_asked_again_and_again_the_same_fires_as_asked_at_the_end(asked: Asked, target: Target, step: int) -> None:
    """Retargets, reopenings and ties among them."""
    start = asked.events[0].occurred_at
    live: dict[Key, Instant | None] = {}
    asked_at = {*range(start, asked.now, step * HOUR), *(event.occurred_at for event in asked.events), asked.now}
    for now in sorted(t for t in asked_at if t <= asked.now):
        for key, instant in fired(read(until(asked.events, now), target, now)).items():
            assert live.setdefault(key, instant) == instant
    assert live == fired(read(asked.events, target, asked.now))


@given(asked(within_one_promise))
def test_under_one_promise_a_share_fires_when_so_much_is_used(asked: Asked) -> None:
    for clock in read(asked.events, target(terms=TABLE["office", "low"], thresholds=PERCENTS), asked.now):
        for it, percent in zip(thresholds(clock, "T"), (25, 50, 75, 100, 150), strict=True):
            if it.fired or it.at is not None:
                assert it.at == clock.reaches(clock.limit * percent // 100)
            assert it.fired == (clock.used >= clock.limit * percent // 100)


@given(asked(within_one_promise))
def test_due_fires_when_the_limit_is_used_up(asked: Asked) -> None:
    for clock in read(asked.events, target(terms=TABLE["night", "high"], thresholds=[Threshold("due")]), asked.now):
        (it,) = thresholds(clock, "T")
        assert it.fired == (clock.used >= clock.limit)
        assert it.at == (clock.promise if it.fired else clock.due)


# By example -----------------------------------------------------------------------------------------------------------

GOLD = Agreement(
    id="gold",
    targets=[
        resolution(
            {"P1": hours(4), "P3": hours(8)},
            calendar=OFFICE,
            pauses=WAITING_ON_CUSTOMER,
            thresholds=[
                "75 %",
                "30 min before due",
                "2 h by the clock before due",
                "1 working day before due",
                "due",
                "1 h after due",
                "1 h by the clock after due",
                "1 working day after due",
            ],
        )
    ],
)
RAISED = e.Prioritised(occurred_at=at("3 13:00"), priority="P1")
LOWERED = e.Prioritised(occurred_at=at("3 13:30"), priority="P3")
HELD, RESUMED = e.PutOnHold(occurred_at=at("3 16:00"), by=ANA), e.Resumed(occurred_at=at("4 10:00"))


def shown(now: str, *events: e.TicketEvent, under: Agreement | Book = GOLD) -> dict[str, tuple[Instant | None, bool]]:
    clock = Case([opened("3 10:00"), *events], under=under).reading("resolution", at(now))
    return {it.threshold.at: (it.at, it.fired) for it in thresholds(clock, "T")}


def test_each_kind_of_threshold_has_its_instant() -> None:
    """Due on Tuesday at 10:00, of a calendar that opens from 9 to 17."""
    assert shown("3 12:00") == {
        "75 %": (at("3 16:00"), False),
        "30 min before due": (at("4 09:30"), False),
        "2 h by the clock before due": (at("4 08:00"), False),
        "1 working day before due": (at("3 10:00"), True),
        "due": (at("4 10:00"), False),
        "1 h after due": (at("4 11:00"), False),
        "1 h by the clock after due": (at("4 11:00"), False),
        "1 working day after due": (at("5 10:00"), False),
    }


def test_open_time_before_the_opening_is_counted_back_to_the_opening() -> None:
    short = Agreement(id="a", targets=[resolution(hours(8), calendar=OFFICE, thresholds=["1 h before due"])])
    assert shown("3 12:00", under=short) == {"1 h before due": (at("4 09:00"), False)}


def test_while_a_clock_stands_before_it_is_due_nobody_can_say_when() -> None:
    assert {name: it for name, it in shown("3 18:00", HELD).items() if it[0] is not None} == {
        "75 %": (at("3 16:00"), True),
        "1 working day before due": (at("3 10:00"), True),
    }
    assert shown("4 09:00", HELD, RESUMED)["due"] == (None, False)
    assert shown("4 11:00", HELD, RESUMED)["due"] == (at("4 12:00"), False)


def test_once_it_was_due_the_instants_after_it_stand_also_in_a_pause() -> None:
    held = e.PutOnHold(occurred_at=at("4 10:30"))
    after = shown("4 10:45", held)
    assert (after["1 h after due"], after["1 working day after due"]) == (
        (at("4 11:00"), False),
        (at("5 10:00"), False),
    )
    assert shown("4 12:00", held)["1 h after due"] == (at("4 11:00"), True)


def test_less_time_fires_at_the_event_and_more_time_takes_nothing_back() -> None:
    assert shown("3 13:10", RAISED)["75 %"] == (RAISED.occurred_at, True)
    assert shown("3 15:00", RAISED, LOWERED)["75 %"] == (RAISED.occurred_at, True)
    assert shown("3 15:00", LOWERED)["75 %"] == (at("3 16:00"), False)


def test_less_time_in_a_pause_fires_at_the_event_too() -> None:
    held, raised = e.PutOnHold(occurred_at=at("3 13:50")), e.Prioritised(occurred_at=at("3 15:00"), priority="P1")
    found = shown("3 18:00", held, raised)
    assert found["75 %"] == found["30 min before due"] == (raised.occurred_at, True)
    assert found["due"] == (None, False)


@pytest.mark.parametrize("end", [e.Resolved(occurred_at=at("3 15:00")), e.Cancelled(occurred_at=at("3 15:00"))])
def test_nothing_fires_after_the_end_of_a_clock(end: e.TicketEvent) -> None:
    found = shown("6 12:00", end)
    assert {name for name, (_, has_fired) in found.items() if has_fired} == {"1 working day before due"}
    assert {instant for instant, has_fired in found.values() if not has_fired} == {None}


def test_at_the_very_instant_of_the_end_it_has_fired() -> None:
    assert shown("6 12:00", e.Resolved(occurred_at=at("3 16:00")))["75 %"] == (at("3 16:00"), True)


def test_a_calendar_that_never_opens_for_so_long_gives_no_instant() -> None:
    ends = Schedule("UTC", "Mon-Fri 09:00-17:00", years=(2024, 2026))
    short = Agreement(id="a", targets=[resolution(hours(9999), calendar=ends, thresholds=["75 %", "1 h after due"])])
    assert shown("3 12:00", under=short) == {"75 %": (None, False), "1 h after due": (None, False)}


def test_what_fired_under_another_version_has_fired_and_what_had_not_is_gone() -> None:
    def version(name: str, *told: str, since: str | None = None) -> Agreement:
        promised = resolution(hours(8), calendar=OFFICE, thresholds=told)
        effective = None if since is None else at(since)
        return Agreement(
            id="a", version=name, targets=[promised], effective_from=effective, applies_to_running=since is not None
        )

    book = Book([version("1", "10 %", "90 %"), version("2", "25 %", "75 %", since="3 14:00")])
    assert shown("3 13:00", under=book) == {"10 %": (at("3 10:48"), True), "90 %": (at("4 09:12"), False)}
    assert shown("3 15:00", under=book) == {
        "25 %": (at("3 14:00"), True),  # it has never been told of before
        "75 %": (at("3 16:00"), False),
        "10 %": (at("3 10:48"), True),
    }


def test_a_date_in_the_past_fires_every_share_at_once() -> None:
    dated = Agreement(id="a", targets=[resolution("due date", calendar=OFFICE, thresholds=["50 %", "75 %", "due"])])
    past = e.DueDateSet(occurred_at=at("3 12:00"), due=at("3 09:30"))
    assert shown("3 15:00", past, under=dated) == dict.fromkeys(("50 %", "75 %", "due"), (past.occurred_at, True))


def test_working_days_before_due_on_a_calendar_without_any_are_refused() -> None:
    either = CALENDARS["office"] | CALENDARS["night"]
    with pytest.raises(AgreementError, match="'resolution' has the threshold '1 working day before due' in working"):
        resolution(hours(8), calendar=either, thresholds=["75 %", "1 working day before due"])
    elsewhere = [(Where(priority="P1"), hours(8), either)]
    with pytest.raises(AgreementError, match="in working days"):
        resolution(hours(8), calendar=OFFICE, overrides=elsewhere, thresholds=["1 working day after due"])
    assert resolution(hours(8), calendar=either, thresholds=["75 %", "10 min before due"]).thresholds


def test_terms_of_the_hosts_own_that_have_no_days_are_told_so_when_they_are_read() -> None:
    own = Terms(TABLE["office", "low"].budget, CALENDARS["office"] | CALENDARS["night"])
    clocks = read([opened()], target(terms=own, thresholds=[Threshold("1 working day after due")]), at("3 12:00"))
    with pytest.raises(AgreementError, match="has no working days"):
        thresholds(clocks[0], "T")


def test_a_key_names_ticket_kind_target_cycle_threshold_and_level() -> None:
    clocks = read([opened(priority="P1")], target(terms=TABLE["office", "low"], thresholds=ALL[-1:]), at("3 12:00"))
    (it,) = thresholds(clocks[0], "T-9")
    assert it.key == ("T-9", "SLA", "resolution", 1, "50 %", "lead")
    assert it.at == at("3 09:00") + 5 * HOUR
