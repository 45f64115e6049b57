"""Loopholes: found where there is one, closed where the remedy is taken, and never longer than need be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

import slaengine as sla
from slaengine import LoopholeKind as Kind
from slaengine.domain import events as e
from slaengine.domain.situation import Situation
from slaengine.projections.alphabet import alphabet
from slaengine.projections.loopholes import HAND_OVERS, _is_contact, _is_of_the_desk
from slaengine.projections.staging import Stage, opening, told
from tests.projections.golden import check_golden

OFFICE = sla.Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", name="office", years=(2024, 2027))
BUDGETS = {"P1": "4 h", "P2": "8 h"}
ANSWERED = sla.Where(phase=("resolved", "closed"), responded=True)
ASKED = sla.Where(waiting_on="customer", responded=True, asking=False)


def always(_: Situation) -> bool:
    return True


def of(target: sla.Target) -> sla.Agreement:
    return sla.Agreement(id="acme", targets=[target])


def resolution(budgets: object = "8 h", **rules: object) -> sla.Target:
    return sla.resolution(budgets, calendar=OFFICE, **rules)  # type: ignore[arg-type]


ANSWER_METRIC = sla.Metric(name="answer", starts=always, fulfilled=sla.Where(responded=True))
ANSWER = sla.target(ANSWER_METRIC, "8 h", calendar=OFFICE, reopen="first-only", pin="all")
"""Nothing but an answer ends it."""

HAS: dict[Kind, sla.Target] = {
    Kind.STOPS_WITHOUT_CONTACT: resolution(),
    Kind.CANCELLED_WITHOUT_CONTACT: resolution(),
    Kind.LEFT_WITHOUT_PROMISE: resolution(BUDGETS),
    Kind.PAUSES_WITHOUT_ASKING: resolution(pauses=sla.Where(waiting_on="customer")),
    Kind.PAUSES_FOR_EVER: resolution(pauses=sla.Where(waiting_on="customer", responded=True)),
    Kind.RESET_BY_REASSIGNMENT: sla.ownership(within="8 h", calendar=OFFICE, team="network"),
    Kind.RESET_BY_PRIORITY: resolution(BUDGETS, retarget="restart"),
    Kind.RESET_BY_REOPENING: resolution(reopen="restart"),
    Kind.LOOSENED_BY_PRIORITY: resolution(BUDGETS),
    Kind.MOVED_BY_HAND: resolution(),
}
"""A target with the loophole."""

HAS_NOT: dict[Kind, sla.Target] = {
    Kind.STOPS_WITHOUT_CONTACT: resolution(fulfilled=ANSWERED),
    Kind.CANCELLED_WITHOUT_CONTACT: ANSWER,
    Kind.LEFT_WITHOUT_PROMISE: resolution({**BUDGETS, "*": "16 h"}),
    Kind.PAUSES_WITHOUT_ASKING: resolution(pauses=ASKED),
    Kind.PAUSES_FOR_EVER: resolution(pauses=sla.Where(waiting_on="customer", asking=False)),
    Kind.RESET_BY_REASSIGNMENT: resolution(overrides=[(sla.Where(team="network"), "4 h")]),
    Kind.RESET_BY_PRIORITY: resolution(BUDGETS, retarget="carry"),
    Kind.RESET_BY_REOPENING: resolution(reopen="include-closed"),
    Kind.LOOSENED_BY_PRIORITY: resolution({**BUDGETS, "*": "16 h"}, pin="all"),
    Kind.MOVED_BY_HAND: resolution(pin="all"),
}
"""A like target whose rules close it, as the remedy says."""

MORE = {
    "an automatic answer counts": sla.first_response(
        "1 h", calendar=OFFICE, fulfilled=sla.Where(answered=("automatic", "human"))
    ),
    "each message": sla.next_response("4 h", calendar=OFFICE),
    "a note is progress": sla.target(
        sla.Metric(name="progress", starts=always, fulfilled=ANSWERED, resets=[e.Worked]), "4 h", calendar=OFFICE
    ),
    "another team has less time": resolution(overrides=[(sla.Where(team="network"), "4 h")], retarget="restart"),
    "a status pauses": resolution(pauses=sla.Where(status="pending")),
    "updates": sla.periodic_update("8 h", calendar=OFFICE),
}
TARGETS: dict[str, sla.Target] = {
    **{f"with {kind}": target for kind, target in HAS.items()},
    **{f"without {kind}": target for kind, target in HAS_NOT.items()},
    **MORE,
}


@cache
def found(name: str) -> sla.Loopholes:
    return sla.loopholes(of(TARGETS[name]))


def kinds(name: str) -> list[Kind]:
    return [loophole.kind for loophole in found(name)]


@pytest.mark.parametrize("kind", Kind)
def test_each_loophole_is_found_where_there_is_one_and_closed_by_its_remedy(kind: Kind) -> None:
    assert kind in kinds(f"with {kind}")
    assert kind not in kinds(f"without {kind}")


def test_an_agreement_without_any_loophole_is_told_so_and_how_far_it_was_searched() -> None:
    none = found(f"without {Kind.CANCELLED_WITHOUT_CONTACT}")
    (searched,) = none.searched
    assert (len(none), searched.whole) == (0, True)
    assert searched.states > 100
    assert none.text().startswith("Agreement acme@1: 0 loopholes\n")


@pytest.mark.parametrize(
    ("name", "kind", "history"),
    [
        ("an automatic answer counts", Kind.STOPS_WITHOUT_CONTACT, [e.Opened, e.CustomerContacted]),
        ("each message", Kind.STOPS_WITHOUT_CONTACT, [e.Opened, e.NoAnswerNeeded]),
        ("a note is progress", Kind.STOPS_WITHOUT_CONTACT, [e.Opened, e.Worked]),
        ("another team has less time", Kind.RESET_BY_REASSIGNMENT, [e.Opened, e.Reassigned]),
        ("a status pauses", Kind.PAUSES_WITHOUT_ASKING, [e.Opened, e.StatusChanged]),
        ("updates", Kind.RESET_BY_REOPENING, [e.Opened, e.Resolved, e.Reopened]),
        (f"with {Kind.PAUSES_FOR_EVER}", Kind.PAUSES_FOR_EVER, None),
        (f"with {Kind.RESET_BY_REASSIGNMENT}", Kind.RESET_BY_REASSIGNMENT, [e.Opened, e.Reassigned, e.Reassigned]),
    ],
)
def test_the_history_is_the_plainest_one(name: str, kind: Kind, history: list[type] | None) -> None:
    (loophole,) = (it for it in found(name) if it.kind is kind)
    usual = [e.Opened, e.CustomerContacted, e.PutOnHold, e.CustomerReplied]
    assert [type(event) for event in loophole.events] == (history or usual)


def test_a_loophole_is_told_by_a_ledger_at_instants_of_open_time() -> None:
    (loophole,) = (it for it in found(f"with {Kind.MOVED_BY_HAND}") if it.kind is Kind.MOVED_BY_HAND)
    calendar = OFFICE.calendar
    assert all(calendar.open_time.is_open(event.occurred_at) for event in loophole.events)
    assert [line.what for line in loophole.ledger.lines if line.record] == [
        "opened, by customer",
        "due date set, resolution, by agent",
    ]
    assert loophole.data()["events"][1]["what"] == "due date set, resolution, by agent"


# No shorter one -------------------------------------------------------------------------------------------------------


@frozen
class Told:
    """A history as readings: every clock before and after its last event."""

    events: Sequence[e.TicketEvent]
    before: Sequence[sla.Clock]
    after: Sequence[sla.Clock]
    was: Situation
    now: Situation

    @property
    def last(self) -> e.TicketEvent:
        return self.events[-1]


def readings(target: sla.Target, events: Sequence[e.TicketEvent]) -> Told | None:
    agreement = of(target)
    stage = Stage(OFFICE.calendar, opening(agreement, OFFICE.calendar))
    case = told(events, agreement, stage)
    if case.history.quarantined:
        return None
    at = [*stage.instants(len(events))][-2]
    *_, was, now = case.timeline
    before, after = case.clocks(at - 1), case.clocks(at)
    return Told(stage.placed(events), before, after, was.situation, now.situation)


LIVING = (sla.State.RUNNING, sla.State.PAUSED)


def has(kind: Kind, it: Told) -> bool:
    """The same as the search looks for, said of figures."""
    before = it.before[-1] if it.before else None
    after = it.after[before.cycle - 1] if before else None
    lived = before is not None and before.state in LIVING
    silent = not any(_is_contact(event) for event in it.events)
    desk = _is_of_the_desk(it.last)
    latest = it.after[-1] if it.after else None
    lost = lived and before is not None and before.used > 0 and latest is not None and latest.used == 0
    match kind:
        case Kind.STOPS_WITHOUT_CONTACT:
            return bool(desk and lived and silent and after and after.ended_at == it.last.occurred_at)
        case Kind.CANCELLED_WITHOUT_CONTACT:
            return bool(lived and silent and isinstance(it.last, e.Cancelled) and after and _cancelled(after))
        case Kind.LEFT_WITHOUT_PROMISE:
            return bool(desk and lived and it.now.phase is not sla.Phase.CANCELLED and after and _cancelled(after))
        case Kind.PAUSES_WITHOUT_ASKING:
            paused = latest is not None and latest.state is sla.State.PAUSED
            was = before is not None and before.state is sla.State.PAUSED
            return desk and paused and not was and (silent or it.now.asking)
        case Kind.PAUSES_FOR_EVER:
            paused = before is not None and before.state is sla.State.PAUSED and after is not None
            stands = paused and after is not None and after.state is sla.State.PAUSED
            return isinstance(it.last, e.CustomerReplied) and stands and it.now.waiting_on in (None, "customer")
        case Kind.RESET_BY_REASSIGNMENT:
            return isinstance(it.last, HAND_OVERS) and (lost or _was_cut(it))
        case Kind.RESET_BY_PRIORITY:
            return isinstance(it.last, e.Prioritised | e.Classified | e.Labelled) and lost
        case Kind.RESET_BY_REOPENING:
            again = desk and it.was.phase.is_over and not it.now.phase.is_over
            used = before is not None and before.used > 0 and latest is not None and latest.used == 0
            return again and used and not any(isinstance(event, e.CustomerReplied) for event in it.events)
        case Kind.LOOSENED_BY_PRIORITY:
            fact = desk and not lost and not isinstance(it.last, e.DueDateSet)
            return bool(fact and lived and after and _lives(after) and _later(before, after))
        case Kind.MOVED_BY_HAND:
            by_hand = isinstance(it.last, e.DueDateSet) and lived and after is not None
            return by_hand and before is not None and after is not None and before.promise != after.promise


def _was_cut(it: Told) -> bool:
    """Whether there is a new clock, and the one before was ended by a hand-over."""
    if len(it.after) == len(it.before) or not it.before:
        return False
    ends = {event.occurred_at for event in it.events if isinstance(event, HAND_OVERS)}
    return it.after[-2].ended_at in ends


def _cancelled(clock: sla.Clock) -> bool:
    return clock.state is sla.State.CANCELLED


def _lives(clock: sla.Clock) -> bool:
    return clock.state in LIVING


def _later(before: sla.Clock | None, after: sla.Clock) -> bool:
    """By other terms: a pause moves the due instant too."""
    if before is None or before.promise is None or after.promise is None:
        return False
    other = before.limit != after.limit or before.calendar != after.calendar
    return other and before.cycle == after.cycle and before.start == after.start and before.promise < after.promise


def histories(target: sla.Target, length: int) -> Iterator[tuple[e.TicketEvent, ...]]:
    letters = alphabet([target])
    yield from product(letters.openings, *[letters.moves] * (length - 1))


@pytest.mark.parametrize("name", TARGETS)
def test_a_history_that_is_found_has_its_loophole_as_its_figures_tell(name: str) -> None:
    for loophole in found(name):
        case = readings(TARGETS[name], loophole.events)
        assert case is not None
        assert has(loophole.kind, case), loophole.kind


def shown(target: sla.Target, events: Sequence[e.TicketEvent]) -> set[Kind]:
    """The loopholes that a history goes through with its last event."""
    case = readings(target, events)
    if case is None:
        return set()
    asked = [*Kind] if target.kind is sla.Kind.SLA else [kind for kind in Kind if kind not in OF_CUSTOMERS]
    return {kind for kind in asked if has(kind, case)}


OF_CUSTOMERS = (Kind.STOPS_WITHOUT_CONTACT, Kind.CANCELLED_WITHOUT_CONTACT, Kind.PAUSES_WITHOUT_ASKING)
"""Kinds that are asked of what the desk promises a customer only."""


def check_none_is_shorter(name: str, length: int) -> None:
    lengths = {loophole.kind: len(loophole.events) for loophole in found(name)}
    for events in histories(TARGETS[name], length):
        for kind in shown(TARGETS[name], events):
            assert lengths[kind] <= length, (kind, events)


@pytest.mark.parametrize("name", TARGETS)
def test_no_history_of_two_events_has_a_loophole_that_was_found_in_a_longer_one(name: str) -> None:
    check_none_is_shorter(name, 2)


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_no_history_of_three_events_has_a_loophole_that_was_found_in_a_longer_one(name: str) -> None:
    check_none_is_shorter(name, 3)


@settings(max_examples=150)
@given(st.data())
def test_what_is_not_found_no_history_has(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([*TARGETS]))
    target = TARGETS[name]
    letters = alphabet([target])
    opened = data.draw(st.sampled_from(letters.openings))
    moves = data.draw(st.lists(st.sampled_from(letters.moves), min_size=1, max_size=7))
    assert shown(target, [opened, *moves]) <= {*kinds(name)}


# What rules look at ---------------------------------------------------------------------------------------------------


def quiet(situation: Situation) -> bool:
    """A rule that no file can say."""
    return situation.status == "parked" and situation.owned


def test_a_rule_of_ones_own_is_asked_and_the_events_that_matter_to_it_are_named() -> None:
    agreement = of(resolution(pauses=quiet))
    parked = e.StatusChanged(occurred_at=0, by=sla.Actor("a"), status="parked")
    assert Kind.PAUSES_WITHOUT_ASKING not in [it.kind for it in sla.loopholes(agreement)]
    (loophole,) = (it for it in sla.loopholes(agreement, also=[parked]) if it.kind is Kind.PAUSES_WITHOUT_ASKING)
    assert [type(event) for event in loophole.events] == [e.Opened, e.Assigned, e.StatusChanged]


def test_a_rule_that_remembers_its_answers_is_not_taken_to_look_at_everything() -> None:
    agreement = of(resolution(pauses=cache(quiet)))
    states = [sla.loopholes(it).searched[0].states for it in (agreement, of(resolution(pauses=quiet)))]
    assert states[0] == states[1]


def test_too_many_states_are_refused_with_what_the_rules_look_at() -> None:
    with pytest.raises(sla.AgreementError, match=r"more than 50 states .* look at so many facts \(asking, .*status"):
        sla.loopholes(of(resolution(pauses=sla.Where(status="pending"))), most=50)


def test_progress_is_told_target_by_target() -> None:
    told_of: list[tuple[int, int]] = []
    targets = [resolution(), resolution(name="other")]
    sla.loopholes(sla.Agreement(id="a", targets=targets), progress=lambda done, total: told_of.append((done, total)))
    assert told_of == [(1, 2), (2, 2)]


def test_kinds_that_are_accepted_are_left_out() -> None:
    every = found(f"with {Kind.MOVED_BY_HAND}")
    assert [it.kind for it in every.accepting(["moved-by-hand", Kind.CANCELLED_WITHOUT_CONTACT])] == [
        Kind.STOPS_WITHOUT_CONTACT
    ]


def test_an_agreement_that_is_over_or_for_few_is_checked_all_the_same() -> None:
    agreement = sla.Agreement(
        id="acme",
        targets=[resolution()],
        scope={"site": "north"},
        covers={"category": "network"},
        best_effort=True,
        effective_from="2024-03-01T00:00Z",
        effective_until="2024-04-01T00:00Z",
    )
    first = next(iter(sla.loopholes(agreement)))
    assert sla.iso(first.events[0].occurred_at) == "2024-03-01T08:00:00Z"


def test_the_text_of_a_check_is_as_it_was() -> None:
    target = resolution(BUDGETS, pauses=sla.Where(waiting_on="customer"), retarget="restart", reopen="new-cycle")
    check_golden("loopholes.txt", sla.loopholes(of(target)).text() + "\n")
