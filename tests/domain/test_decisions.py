"""A decision gives the events that follow; asking for what is so already gives none; what cannot be is refused."""

import pytest
from attrs import evolve as but
from hypothesis import given
from hypothesis import strategies as st

from slaengine.domain import decisions as do
from slaengine.domain import events as e
from slaengine.domain.decisions import Decision, decide
from slaengine.domain.ticket import Ticket, after, rebuilt
from slaengine.domain.vocabulary import Actor, Channel, Escalation, FrozenMap, Party, Phase, Role, TicketType
from slaengine.errors import UnlawfulEvent
from slaengine.instants import HOUR
from tests.histories import ANA, KIM, START, Events, lawful

NOW = START + HOUR


def ticket(*events: e.TicketEvent) -> Ticket:
    found = rebuilt("T", [e.Opened(occurred_at=START, priority="P3", team="desk", tier="L1"), *events])
    assert found is not None
    return found


FRESH = ticket()
OWNED = ticket(e.Assigned(occurred_at=START, owner="ana"), e.Accepted(occurred_at=START, by=ANA))
WAITING = ticket(e.PutOnHold(occurred_at=START))
RESOLVED = ticket(e.Resolved(occurred_at=START))
CLOSED = ticket(e.Closed(occurred_at=START))
CALLED_BACK = ticket(e.CallbackPromised(occurred_at=START, callback_at=NOW))
DATED = ticket(e.DueDateSet(occurred_at=START, due=NOW + HOUR))
MERGED = ticket(e.Merged(occurred_at=START, into="T-2"))

DECIDED: list[tuple[str, Ticket, Decision, e.TicketEvent]] = [
    (
        "assign nobody's",
        FRESH,
        do.assign(to="ana", by="lea"),
        e.Assigned(occurred_at=NOW, by=Actor("lea"), owner="ana"),
    ),
    (
        "assign somebody's",
        OWNED,
        do.assign(to="ben", by=ANA, note_length=12),
        e.Reassigned(occurred_at=NOW, by=ANA, owner="ben", from_owner="ana", from_team="desk", note_length=12),
    ),
    (
        "assign to the same in another team",
        OWNED,
        do.assign(to="ana", team="network"),
        e.Reassigned(occurred_at=NOW, owner="ana", team="network", from_owner="ana", from_team="desk"),
    ),
    (
        "queue",
        OWNED,
        do.queue(team="network", by="ana", tier="L2", area="net"),
        e.Queued(occurred_at=NOW, by=ANA, team="network", tier="L2", area="net", from_team="desk", from_owner="ana"),
    ),
    (
        "queue what somebody has",
        OWNED,
        do.queue(team="desk"),
        e.Queued(occurred_at=NOW, team="desk", from_team="desk", from_owner="ana"),
    ),
    (
        "escalate",
        OWNED,
        do.escalate(to="L2", area="network", by="ana"),
        e.Escalated(
            occurred_at=NOW,
            by=ANA,
            kind=Escalation.FUNCTIONAL,
            tier="L2",
            area="network",
            from_owner="ana",
            from_team="desk",
        ),
    ),
    ("acknowledge", FRESH, do.acknowledge(by="ana"), e.Acknowledged(occurred_at=NOW, by=ANA)),
    ("accept", FRESH, do.accept(by="ana"), e.Accepted(occurred_at=NOW, by=ANA, owner="ana")),
    ("accept another's", OWNED, do.accept(by="ben"), e.Accepted(occurred_at=NOW, by=Actor("ben"), owner="ben")),
    ("prioritise", FRESH, do.prioritise(to="P1", by="ana"), e.Prioritised(occurred_at=NOW, by=ANA, priority="P1")),
    (
        "contact",
        FRESH,
        do.contact_customer(by="ana", channel=Channel.PHONE, length=80),
        e.CustomerContacted(occurred_at=NOW, by=ANA, channel=Channel.PHONE, length=80),
    ),
    ("a reply", FRESH, do.customer_replied(by="kim"), e.CustomerReplied(occurred_at=NOW, by=KIM)),
    (
        "no answer needed",
        FRESH,
        do.no_answer_needed(reason="thanks", by="ana"),
        e.NoAnswerNeeded(occurred_at=NOW, by=ANA, reason="thanks"),
    ),
    (
        "promise a call",
        FRESH,
        do.promise_callback(callback_at=NOW + HOUR, by="ana", channel=Channel.PHONE),
        e.CallbackPromised(occurred_at=NOW, by=ANA, callback_at=NOW + HOUR, channel=Channel.PHONE),
    ),
    ("keep a call", CALLED_BACK, do.keep_callback(by="ana"), e.CallbackKept(occurred_at=NOW, by=ANA)),
    (
        "set a due date",
        FRESH,
        do.set_due_date(due=NOW + HOUR, by="ana", reason="agreed"),
        e.DueDateSet(occurred_at=NOW, by=ANA, due=NOW + HOUR, reason="agreed"),
    ),
    (
        "set a due date for one target",
        DATED,
        do.set_due_date(due=NOW + HOUR, by="ana", target="resolution"),
        e.DueDateSet(occurred_at=NOW, by=ANA, due=NOW + HOUR, target="resolution"),
    ),
    (
        "attach an agreement",
        ticket(e.AgreementAttached(occurred_at=START, agreement="gold", version="1")),
        do.attach_agreement(agreement="silver", by="lea", reason="downgrade"),
        e.AgreementAttached(occurred_at=NOW, by=Actor("lea"), agreement="silver", replaces="gold", reason="downgrade"),
    ),
    (
        "waive",
        OWNED,
        do.waive(target="resolution", cycle=2, reason="agreed by phone", by="lea"),
        e.Waived(occurred_at=NOW, by=Actor("lea"), target="resolution", cycle=2, reason="agreed by phone"),
    ),
    (
        "correct",
        OWNED,
        do.correct("T/2", reason="wrong ticket", by="ana"),
        e.Corrected(occurred_at=NOW, by=ANA, corrects="T/2", reason="wrong ticket"),
    ),
    ("hold", OWNED, do.hold(by="ana"), e.PutOnHold(occurred_at=NOW, by=ANA)),
    (
        "hold for another",
        WAITING,
        do.hold(waiting_on=Party.SUPPLIER, reference="RMA-7"),
        e.PutOnHold(occurred_at=NOW, waiting_on=Party.SUPPLIER, reference="RMA-7"),
    ),
    ("resume", WAITING, do.resume(), e.Resumed(occurred_at=NOW)),
    ("resolve", OWNED, do.resolve(by="ana", how="restart"), e.Resolved(occurred_at=NOW, by=ANA, how="restart")),
    ("reopen", CLOSED, do.reopen(by=KIM), e.Reopened(occurred_at=NOW, by=KIM)),
    ("close", RESOLVED, do.close(), e.Closed(occurred_at=NOW)),
    ("cancel", OWNED, do.cancel(reason="spam"), e.Cancelled(occurred_at=NOW, reason="spam")),
    ("merge", OWNED, do.merge(into="T-2"), e.Merged(occurred_at=NOW, into="T-2")),
]


@pytest.mark.parametrize(("was", "decision", "event"), [row[1:] for row in DECIDED], ids=[row[0] for row in DECIDED])
def test_a_decision_gives_the_event_that_follows(was: Ticket, decision: Decision, event: e.TicketEvent) -> None:
    assert decide(was, decision, NOW) == (event,)


NOTHING_TO_DO: list[tuple[str, Ticket, Decision]] = [
    ("assign to the owner", OWNED, do.assign(to="ana")),
    ("assign to the owner in his team", OWNED, do.assign(to="ana", team="desk")),
    ("queue where it lies", FRESH, do.queue(team="desk")),
    ("queue where it lies, on its tier", FRESH, do.queue(team="desk", tier="L1")),
    ("escalate to its own tier", OWNED, do.escalate(to="L1")),
    ("acknowledge again", ticket(e.Acknowledged(occurred_at=START)), do.acknowledge()),
    ("accept again", OWNED, do.accept(by="ana")),
    ("the same priority", FRESH, do.prioritise(to="P3")),
    (
        "answer what nobody asks",
        ticket(e.CustomerContacted(occurred_at=START)),
        do.no_answer_needed(reason="-", by="a"),
    ),
    ("promise the same call", CALLED_BACK, do.promise_callback(callback_at=NOW, by="ana")),
    ("keep no promise", FRESH, do.keep_callback(by="ana")),
    ("set the same date", DATED, do.set_due_date(due=NOW + HOUR, by="ana")),
    (
        "attach the same agreement",
        ticket(e.AgreementAttached(occurred_at=START, agreement="gold", version="1")),
        do.attach_agreement(agreement="gold"),
    ),
    ("hold what waits", WAITING, do.hold()),
    ("resume what does not wait", OWNED, do.resume()),
    ("resolve what is resolved", RESOLVED, do.resolve()),
    ("resolve what is closed", CLOSED, do.resolve()),
    ("reopen what is open", OWNED, do.reopen()),
    ("close what is closed", CLOSED, do.close()),
    ("cancel what is closed", CLOSED, do.cancel()),
    ("merge again", MERGED, do.merge(into="T-2")),
]


@pytest.mark.parametrize(("was", "decision"), [row[1:] for row in NOTHING_TO_DO], ids=[row[0] for row in NOTHING_TO_DO])
def test_asking_for_what_is_so_already_gives_no_events(was: Ticket, decision: Decision) -> None:
    assert decide(was, decision, NOW) == ()


def test_an_opening_gives_the_first_event() -> None:
    decision = do.open_ticket(
        by="kim",
        requester=FrozenMap(organisation="acme"),
        type=TicketType.REQUEST,
        channel=Channel.MAIL,
        priority="P2",
        category="mail",
        service="exchange",
        team="desk",
        tier="L1",
        labels=FrozenMap(vip="yes"),
        length=300,
    )
    assert decide(None, decision, NOW) == (
        e.Opened(
            occurred_at=NOW,
            by=Actor("kim", Role.CUSTOMER),
            requester=FrozenMap(organisation="acme"),
            type=TicketType.REQUEST,
            channel=Channel.MAIL,
            priority="P2",
            category="mail",
            service="exchange",
            team="desk",
            tier="L1",
            labels=FrozenMap(vip="yes"),
            length=300,
        ),
    )


def test_what_happened_is_written_down_whenever_that_was() -> None:
    early = e.Worked(occurred_at=START, minutes=5)
    assert decide(FRESH, do.record(early), NOW) == (early,)


def test_a_second_opening_is_refused_with_the_event_and_the_situation() -> None:
    with pytest.raises(UnlawfulEvent, match="open already") as caught:
        decide(FRESH, do.open_ticket(), NOW)
    assert (caught.value.event, caught.value.situation) == (e.Opened(occurred_at=NOW), FRESH.situation)


@pytest.mark.parametrize("decision", [row[2] for row in DECIDED], ids=[row[0] for row in DECIDED])
def test_nothing_can_be_decided_about_a_ticket_that_was_not_opened(decision: Decision) -> None:
    with pytest.raises(UnlawfulEvent, match="the ticket was not opened before") as caught:
        decide(None, decision, NOW)
    assert caught.value.situation is None


@pytest.mark.parametrize("decision", [do.contact_customer(by="ana"), do.acknowledge(), do.merge(into="T-3")])
def test_after_a_merge_nothing_more_is_decided_here(decision: Decision) -> None:
    with pytest.raises(UnlawfulEvent, match="merged into another") as caught:
        decide(MERGED, decision, NOW)
    assert caught.value.situation == MERGED.situation
    assert caught.value.event.occurred_at == NOW


decisions = st.sampled_from([row[2] for row in DECIDED if row[0] != "correct"])  # which only a log can carry out


@given(lawful(), decisions)
def test_what_is_decided_is_lawful_and_occurs_then(events: Events, decision: Decision) -> None:
    was = rebuilt("T", events)
    decided = decide(was, decision, events[-1].occurred_at + 1)
    rebuilt("T", [*events, *decided])
    assert all(event.occurred_at == events[-1].occurred_at + 1 for event in decided)


CARRIED_OUT_ONCE = [
    do.assign(to="ana"),
    do.queue(team="network"),
    do.escalate(to="L2", team="network", owner="eve"),
    do.acknowledge(),
    do.prioritise(to="P1"),
    do.hold(),
    do.resume(),
    do.resolve(),
    do.reopen(),
    do.close(),
    do.cancel(),
]


@given(lawful(), st.sampled_from(CARRIED_OUT_ONCE))
def test_a_decision_that_was_carried_out_need_not_be_taken_again(events: Events, decision: Decision) -> None:
    now = events[-1].occurred_at
    was = rebuilt("T", events)
    for event in decide(was, decision, now):
        was = after("T", was, event)
    assert decide(was, decision, now) == ()


def test_whoever_is_named_by_id_only_is_an_agent_and_a_customer_where_customers_act() -> None:
    (opened,) = decide(None, do.open_ticket(by="kim"), NOW)
    (held,) = decide(OWNED, do.hold(by="ana"), NOW)
    (by_lead,) = decide(OWNED, do.hold(by=but(ANA, role=Role.LEAD)), NOW)
    assert [event.by and event.by.role for event in (opened, held, by_lead)] == [
        Role.CUSTOMER,
        Role.AGENT,
        Role.LEAD,
    ]


def test_a_merged_ticket_is_over() -> None:
    assert MERGED.situation.phase is Phase.CANCELLED
