"""What each kind of event changes in a situation, and that nothing else does."""

from typing import Any

import pytest
from attrs import evolve as but
from attrs import fields
from hypothesis import given
from hypothesis import strategies as st

from slaengine.domain import events as e
from slaengine.domain.changed import changed
from slaengine.domain.events import TICKET_EVENTS
from slaengine.domain.situation import Situation, evolve
from slaengine.domain.vocabulary import (
    Actor,
    Answer,
    Coverage,
    Escalation,
    FrozenMap,
    Party,
    Phase,
    ReturnReason,
    ReviewOutcome,
    Role,
    TicketType,
)
from slaengine.errors import UnlawfulEvent
from tests.histories import ANA, BOT, FIXIT, KIM, LEA, START, Events, lawful

T = START
NEW = evolve(None, e.Opened(occurred_at=T, priority="P3", team="desk", tier="L1", labels=FrozenMap(vip="yes")))
OPEN = but(NEW, status="open", phase=Phase.OPEN, owned=True, accepted=True, answered=Answer.INTERNAL)
WAITING = but(OPEN, status="waiting", phase=Phase.WAITING, waiting_on=Party.CUSTOMER)
CLOSED = but(
    OPEN, status="closed", phase=Phase.CLOSED, asking=False, answered=Answer.HUMAN, confirmed=True, callback=True
)

Row = tuple[Situation, e.TicketEvent, dict[str, Any]]

LIVING = {"status": "open", "phase": Phase.OPEN, "waiting_on": None}

CHANGES: list[Row] = [
    (NEW, e.Acknowledged(occurred_at=T), {"acknowledged": True}),
    (NEW, e.Classified(occurred_at=T, category="mail"), {"category": "mail"}),
    (but(NEW, category="mail"), e.Classified(occurred_at=T, type=TicketType.REQUEST), {"type": TicketType.REQUEST}),
    (NEW, e.Prioritised(occurred_at=T, priority="P1"), {"priority": "P1"}),
    (
        NEW,
        e.Labelled(occurred_at=T, labels=FrozenMap(region="north"), removed=("vip",)),
        {"labels": FrozenMap(region="north")},
    ),
    (NEW, e.Labelled(occurred_at=T, labels=FrozenMap(vip="no")), {"labels": FrozenMap(vip="no")}),
    (OPEN, e.Queued(occurred_at=T, team="network"), {"team": "network", "owned": False, "accepted": False}),
    (
        OPEN,
        e.Queued(occurred_at=T, team="desk", tier="L2"),
        {"tier": "L2", "owned": False, "accepted": False},
    ),
    (NEW, e.Assigned(occurred_at=T, owner="ana"), {"owned": True, "status": "open", "phase": Phase.OPEN}),
    (OPEN, e.Assigned(occurred_at=T, owner="ben", team="network"), {"team": "network", "accepted": False}),
    (OPEN, e.Unassigned(occurred_at=T), {"owned": False, "accepted": False}),
    (NEW, e.Accepted(occurred_at=T), {"owned": True, "accepted": True, "status": "open", "phase": Phase.OPEN}),
    (WAITING, e.Accepted(occurred_at=T), {}),
    (
        OPEN,
        e.Returned(occurred_at=T, reason=ReturnReason.NOT_OURS, team="front"),
        {"team": "front", "owned": False, "accepted": False},
    ),
    (OPEN, e.Returned(occurred_at=T, reason=ReturnReason.INCOMPLETE, owner="ana"), {"accepted": False}),
    (OPEN, e.Reassigned(occurred_at=T, owner="ben"), {"accepted": False}),
    (
        OPEN,
        e.Reassigned(occurred_at=T, team="network", tier="L2"),
        {"team": "network", "tier": "L2", "owned": False, "accepted": False},
    ),
    (OPEN, e.Escalated(occurred_at=T, tier="L2"), {"tier": "L2", "owned": False, "accepted": False}),
    (OPEN, e.Escalated(occurred_at=T, kind=Escalation.HIERARCHICAL), {}),
    (OPEN, e.Escalated(occurred_at=T, kind=Escalation.HIERARCHICAL, owner="lea"), {"accepted": False}),
    (OPEN, e.Worked(occurred_at=T, minutes=5), {}),
    (NEW, e.CustomerContacted(occurred_at=T), {"answered": Answer.HUMAN, "asking": False}),
    (NEW, e.CustomerContacted(occurred_at=T, by=LEA), {"answered": Answer.HUMAN, "asking": False}),
    (NEW, e.CustomerContacted(occurred_at=T, by=BOT), {"answered": Answer.AUTOMATIC}),
    (NEW, e.CustomerContacted(occurred_at=T, by=FIXIT), {"answered": Answer.AUTOMATIC}),
    (NEW, e.CustomerContacted(occurred_at=T, by=ANA, automatic=True), {"answered": Answer.AUTOMATIC}),
    (NEW, e.CustomerContacted(occurred_at=T, by=ANA, public=False), {"answered": Answer.INTERNAL}),
    (CLOSED, e.CustomerContacted(occurred_at=T, by=BOT, automatic=True), {}),
    (CLOSED, e.CustomerContacted(occurred_at=T, by=ANA, public=False), {}),
    (CLOSED, e.CustomerReplied(occurred_at=T), {"asking": True}),
    (NEW, e.NoAnswerNeeded(occurred_at=T, reason="thanks"), {"asking": False}),
    (NEW, e.CallbackPromised(occurred_at=T, callback_at=T), {"callback": True}),
    (CLOSED, e.CallbackKept(occurred_at=T), {"callback": False}),
    (WAITING, e.StatusChanged(occurred_at=T, status="with vendor"), {"status": "with vendor"}),
    (
        OPEN,
        e.StatusChanged(occurred_at=T, status="vendor", phase=Phase.WAITING, waiting_on=Party.SUPPLIER),
        {"status": "vendor", "phase": Phase.WAITING, "waiting_on": Party.SUPPLIER},
    ),
    (
        WAITING,
        e.StatusChanged(occurred_at=T, status="doing", phase=Phase.OPEN, waiting_on=Party.SUPPLIER),
        {"status": "doing", "phase": Phase.OPEN, "waiting_on": None},
    ),
    (
        WAITING,
        e.StatusChanged(occurred_at=T, status="done", phase=Phase.RESOLVED),
        {"status": "done", "phase": Phase.RESOLVED, "waiting_on": None, "asking": False},
    ),
    (OPEN, e.PutOnHold(occurred_at=T), {"status": "waiting", "phase": Phase.WAITING, "waiting_on": Party.CUSTOMER}),
    (WAITING, e.Resumed(occurred_at=T), LIVING),
    (OPEN, e.DueDateSet(occurred_at=T, due=T), {"dated": True}),
    (OPEN, e.Linked(occurred_at=T, to="T-2"), {}),
    (OPEN, e.Split(occurred_at=T, into=("T-2",)), {}),
    (
        WAITING,
        e.Merged(occurred_at=T, into="T-2"),
        {"status": "merged", "phase": Phase.CANCELLED, "waiting_on": None, "asking": False, "merged": True},
    ),
    (OPEN, e.KnowledgeUsed(occurred_at=T, article="KB-1"), {}),
    (OPEN, e.WorkaroundGiven(occurred_at=T), {"workaround": True}),
    (OPEN, e.SolutionProposed(occurred_at=T), {}),
    (
        WAITING,
        e.Resolved(occurred_at=T),
        {"status": "resolved", "phase": Phase.RESOLVED, "waiting_on": None, "asking": False},
    ),
    (CLOSED, e.Resolved(occurred_at=T, status="solved"), {"status": "solved", "phase": Phase.RESOLVED}),
    (OPEN, e.ConfirmedByCustomer(occurred_at=T), {"confirmed": True}),
    (CLOSED, e.Reopened(occurred_at=T), {"status": "open", "phase": Phase.OPEN, "confirmed": False}),
    (
        WAITING,
        e.Closed(occurred_at=T),
        {"status": "closed", "phase": Phase.CLOSED, "waiting_on": None, "asking": False},
    ),
    (
        WAITING,
        e.Cancelled(occurred_at=T),
        {"status": "cancelled", "phase": Phase.CANCELLED, "waiting_on": None, "asking": False},
    ),
    (OPEN, e.Rated(occurred_at=T, score=4), {}),
    (
        OPEN,
        e.AgreementAttached(occurred_at=T, agreement="gold", version="2", coverage=Coverage.BEST_EFFORT),
        {"agreement": "gold", "agreement_version": "2", "coverage": Coverage.BEST_EFFORT},
    ),
    (OPEN, e.Waived(occurred_at=T, target="resolution", reason="agreed"), {}),
    (OPEN, e.FlagReviewed(occurred_at=T, flag="1", outcome=ReviewOutcome.UPHELD, reason="seen"), {}),
]


def _named(row: Row) -> str:
    was, event, changes = row
    return f"{type(event).__name__} of a {was.phase} ticket: {', '.join(changes) or 'nothing'}"


@pytest.mark.parametrize(("was", "event", "changes"), CHANGES, ids=map(_named, CHANGES))
def test_an_event_changes_this_and_nothing_else(was: Situation, event: e.TicketEvent, changes: dict[str, Any]) -> None:
    assert evolve(was, event) == but(was, **changes)


def test_the_table_above_has_every_kind() -> None:
    assert {type(event) for _, event, _ in CHANGES} == {*TICKET_EVENTS} - {e.Opened, e.Corrected}


def test_an_opening_gives_the_situation_that_it_tells() -> None:
    opened = e.Opened(
        occurred_at=T,
        type=TicketType.INCIDENT,
        category="mail",
        priority="P2",
        status="with customer",
        phase=Phase.WAITING,
        waiting_on=Party.CUSTOMER,
        team="desk",
        tier="L1",
        owner="ana",
        agreement="gold",
        agreement_version="2",
        coverage=Coverage.OUT_OF_SUPPORT,
        labels=FrozenMap(vip="yes"),
    )
    assert evolve(None, opened) == Situation(
        type=TicketType.INCIDENT,
        category="mail",
        priority="P2",
        status="with customer",
        phase=Phase.WAITING,
        waiting_on=Party.CUSTOMER,
        team="desk",
        tier="L1",
        owned=True,
        asking=True,
        agreement="gold",
        agreement_version="2",
        coverage=Coverage.OUT_OF_SUPPORT,
        labels=FrozenMap(vip="yes"),
    )


def test_an_opening_by_the_desk_itself_need_not_ask() -> None:
    assert not evolve(None, e.Opened(occurred_at=T, asks=False)).asking


def test_only_a_waiting_ticket_waits_on_somebody() -> None:
    assert evolve(None, e.Opened(occurred_at=T, waiting_on=Party.CUSTOMER)).waiting_on is None


@pytest.mark.parametrize("event", [event for _, event, _ in CHANGES], ids=lambda event: type(event).__name__)
def test_nothing_has_a_reading_before_the_opening(event: e.TicketEvent) -> None:
    with pytest.raises(UnlawfulEvent, match="not opened before") as caught:
        evolve(None, event)
    assert (caught.value.event, caught.value.situation) == (event, None)


def test_a_second_opening_has_no_reading() -> None:
    again = e.Opened(occurred_at=T)
    with pytest.raises(UnlawfulEvent, match="Opened has no reading here: the ticket is open already") as caught:
        evolve(NEW, again)
    assert (caught.value.event, caught.value.situation) == (again, NEW)


def test_a_correction_of_nothing_has_no_reading() -> None:
    with pytest.raises(UnlawfulEvent, match="no record 'T/7' is known that it could correct"):
        evolve(NEW, e.Corrected(occurred_at=T, corrects="T/7", reason="mistyped"))


ABOUT_THE_RECORD = (e.Waived, e.FlagReviewed)


@pytest.mark.parametrize("event", [event for _, event, _ in CHANGES], ids=lambda event: type(event).__name__)
def test_after_a_merge_the_ticket_goes_on_elsewhere(event: e.TicketEvent) -> None:
    """Judgements about what was promised here are still said here."""
    merged = evolve(OPEN, e.Merged(occurred_at=T, into="T-2"))
    if isinstance(event, ABOUT_THE_RECORD):
        assert evolve(merged, event) == merged
    else:
        with pytest.raises(UnlawfulEvent, match="merged into another"):
            evolve(merged, event)


TAKEN_UP_AGAIN: list[e.TicketEvent] = [
    e.Accepted(occurred_at=T, by=ANA),
    e.Resumed(occurred_at=T),
    e.PutOnHold(occurred_at=T),
    e.StatusChanged(occurred_at=T, status="doing", phase=Phase.OPEN),
    e.Reopened(occurred_at=T),
]


@pytest.mark.parametrize("event", TAKEN_UP_AGAIN, ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("over", [Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED])
def test_whatever_takes_the_work_up_again_reopens(over: Phase, event: e.TicketEvent) -> None:
    assert not evolve(but(CLOSED, phase=over), event).phase.is_over


ALSO_WHEN_OVER: list[e.TicketEvent] = [
    e.Worked(occurred_at=T, minutes=5),
    e.CustomerContacted(occurred_at=T),
    e.CustomerReplied(occurred_at=T),
    e.Assigned(occurred_at=T, owner="ana"),
    e.Reassigned(occurred_at=T, owner="ben"),
    e.Queued(occurred_at=T, team="network"),
    e.Rated(occurred_at=T, score=1),
]


@pytest.mark.parametrize("event", ALSO_WHEN_OVER, ids=lambda event: type(event).__name__)
def test_what_is_merely_written_down_after_the_end_leaves_the_end(event: e.TicketEvent) -> None:
    assert evolve(CLOSED, event).phase is Phase.CLOSED


def test_a_second_resolve_is_a_fact() -> None:
    resolved = evolve(OPEN, e.Resolved(occurred_at=T))
    assert evolve(resolved, e.Resolved(occurred_at=T + 1)) == resolved


def test_somebody_outside_the_desk_gives_no_human_answer() -> None:
    outside = [Actor("kim", Role.CUSTOMER), BOT, FIXIT]
    assert not any(evolve(NEW, e.CustomerContacted(occurred_at=T, by=by)).responded for by in outside)
    assert evolve(NEW, e.CustomerContacted(occurred_at=T, by=KIM, automatic=True)).answered is Answer.AUTOMATIC


@given(lawful())
def test_no_answer_gets_worse(events: Events) -> None:
    order = [*Answer]
    answered = [situation.answered for situation in _situations(events)]
    assert answered == sorted(answered, key=order.index)


@given(lawful())
def test_only_a_waiting_ticket_ever_waits_on_somebody(events: Events) -> None:
    assert all((s.waiting_on is None) or s.phase is Phase.WAITING for s in _situations(events))


@given(lawful())
def test_equal_situations_hash_alike_however_they_came_about(events: Events) -> None:
    for situation in _situations(events):
        anew = Situation(**{a.name: getattr(situation, a.name) for a in fields(Situation)})
        assert (anew, hash(anew)) == (situation, hash(situation))


@given(st.sampled_from([NEW, OPEN, WAITING, CLOSED]), st.sampled_from([row[2] for row in CHANGES]))
def test_changed_is_attrs_evolve_and_leaves_the_old_value(was: Situation, changes: dict[str, Any]) -> None:
    copy = but(was)
    hash(was)
    assert changed(was, changes) == but(was, **changes)
    assert hash(changed(was, changes)) == hash(but(was, **changes))
    assert was == copy


def _situations(events: Events) -> list[Situation]:
    found: list[Situation] = []
    for event in events:
        found.append(evolve(found[-1] if found else None, event))
    return found
