"""What a desk may decide: each decision looks at the ticket and gives the events that follow, or none if nothing does.

A decision is a function `(ticket or None, instant) -> events`. It is pure: whoever carries it out brings the instant.
Asking for what is so already gives no events. What cannot be raises UnlawfulEvent with the event and the situation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from slaengine.domain import events as e
from slaengine.domain.situation import Situation, evolve, unlawful
from slaengine.domain.ticket import Ticket
from slaengine.domain.vocabulary import Actor, Channel, Coverage, Escalation, FrozenMap, Party, Phase, Role, TicketType
from slaengine.instants import Instant, When, as_instant

Decision: TypeAlias = Callable[[Ticket | None, Instant], tuple[e.TicketEvent, ...]]
Who: TypeAlias = Actor | str
"""An actor, or the id of an agent."""


def decide(ticket: Ticket | None, decision: Decision, at: Instant) -> tuple[e.TicketEvent, ...]:
    """The events of a decision taken at an instant, each of them lawful after the ones before.

    Raises UnlawfulEvent, with the event and the situation that it meets. What a correction does the log alone can tell.
    """
    decided = decision(ticket, at)
    situation = ticket.situation if ticket else None
    for event in decided:
        situation = situation if isinstance(event, e.Corrected) else evolve(situation, event)
    return decided


def record(event: e.TicketEvent) -> Decision:
    """Write down what happened, as it was, whenever that was."""
    return lambda ticket, at: (event,)


def open_ticket(
    *,
    by: Who | None = None,
    requester: FrozenMap | None = None,
    type: TicketType | None = None,
    channel: Channel | None = None,
    priority: str | None = None,
    category: str | None = None,
    service: str | None = None,
    team: str | None = None,
    tier: str | None = None,
    labels: FrozenMap | None = None,
    length: int | None = None,
) -> Decision:
    """A ticket begins. A second opening is unlawful."""

    def decided(ticket: Ticket | None, at: Instant) -> tuple[e.TicketEvent, ...]:
        return (
            e.Opened(
                occurred_at=at,
                by=_actor(by, Role.CUSTOMER),
                requester=requester or FrozenMap(),
                type=type,
                channel=channel,
                priority=priority,
                category=category,
                service=service,
                team=team,
                tier=tier,
                labels=labels or FrozenMap(),
                length=length,
            ),
        )

    return decided


def assign(*, to: str, by: Who | None = None, team: str | None = None, note_length: int | None = None) -> Decision:
    """Give the ticket an owner: an assignment where nobody has it, else a reassignment."""

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        if ticket.owner == to and team in (None, ticket.situation.team):
            return None
        if ticket.owner is None:
            return e.Assigned(occurred_at=at, by=_actor(by), owner=to, team=team, note_length=note_length)
        return e.Reassigned(
            occurred_at=at,
            by=_actor(by),
            owner=to,
            team=team,
            from_owner=ticket.owner,
            from_team=ticket.situation.team,
            note_length=note_length,
        )

    return _on_a_ticket(decided)


def queue(*, team: str, by: Who | None = None, tier: str | None = None, area: str | None = None) -> Decision:
    """Put the ticket into a team's queue, owned by nobody."""

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        now = ticket.situation
        if ticket.owner is None and now.team == team and tier in (None, now.tier):
            return None
        return e.Queued(
            occurred_at=at,
            by=_actor(by),
            team=team,
            tier=tier,
            area=area,
            from_team=ticket.situation.team,
            from_owner=ticket.owner,
        )

    return _on_a_ticket(decided)


def escalate(
    *,
    to: str,
    by: Who | None = None,
    area: str | None = None,
    team: str | None = None,
    owner: str | None = None,
    reason: str | None = None,
    note_length: int | None = None,
) -> Decision:
    """Functional escalation to a tier, and there perhaps to an area, a team, a person."""

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        if ticket.situation.tier == to and (team, owner) in ((None, None), (ticket.situation.team, ticket.owner)):
            return None
        return e.Escalated(
            occurred_at=at,
            by=_actor(by),
            kind=Escalation.FUNCTIONAL,
            tier=to,
            area=area,
            team=team,
            owner=owner,
            from_owner=ticket.owner,
            from_team=ticket.situation.team,
            reason=reason,
            note_length=note_length,
        )

    return _on_a_ticket(decided)


def acknowledge(*, by: Who | None = None) -> Decision:
    """Say that the desk has the ticket."""
    return _on_a_ticket(
        lambda ticket, at: None if ticket.situation.acknowledged else e.Acknowledged(occurred_at=at, by=_actor(by))
    )


def accept(*, by: Who) -> Decision:
    """Take the work on."""

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        actor = _actor(by)
        if ticket.situation.accepted and actor is not None and ticket.owner == actor.id:
            return None
        return e.Accepted(occurred_at=at, by=actor, owner=actor.id if actor else None)

    return _on_a_ticket(decided)


def prioritise(*, to: str, by: Who | None = None, impact: str | None = None, urgency: str | None = None) -> Decision:
    """Give the ticket another priority."""

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        if ticket.situation.priority == to:
            return None
        return e.Prioritised(occurred_at=at, by=_actor(by), priority=to, impact=impact, urgency=urgency)

    return _on_a_ticket(decided)


def contact_customer(
    *,
    by: Who,
    public: bool = True,
    automatic: bool = False,
    channel: Channel | None = None,
    length: int | None = None,
    template: str | None = None,
) -> Decision:
    """Write or speak to the customer; `public=False` is a note among colleagues."""
    return _on_a_ticket(
        lambda ticket, at: e.CustomerContacted(
            occurred_at=at,
            by=_actor(by),
            public=public,
            automatic=automatic,
            channel=channel,
            length=length,
            template=template,
        )
    )


def customer_replied(*, by: Who | None = None, channel: Channel | None = None, length: int | None = None) -> Decision:
    """The customer wrote or spoke."""
    return _on_a_ticket(
        lambda ticket, at: e.CustomerReplied(
            occurred_at=at, by=_actor(by, Role.CUSTOMER), channel=channel, length=length
        )
    )


def no_answer_needed(*, reason: str, by: Who) -> Decision:
    """Judge that the customer's open message needs no answer, and say why. Where none is open nothing is to do."""

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        asking = ticket.situation.asking
        return e.NoAnswerNeeded(occurred_at=at, by=_actor(by), reason=reason) if asking else None

    return _on_a_ticket(decided)


def promise_callback(*, callback_at: When, by: Who, channel: Channel | None = None) -> Decision:
    """Promise the customer a call by an instant."""
    promised = as_instant(callback_at)

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        if ticket.callback_at == promised:
            return None
        return e.CallbackPromised(occurred_at=at, by=_actor(by), callback_at=promised, channel=channel)

    return _on_a_ticket(decided)


def keep_callback(*, by: Who) -> Decision:
    """Call the customer as promised."""

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        return e.CallbackKept(occurred_at=at, by=_actor(by)) if ticket.situation.callback else None

    return _on_a_ticket(decided)


def set_due_date(*, due: When, by: Who, target: str | None = None, reason: str | None = None) -> Decision:
    """Set a due date by hand: for one target, or for all that promise a date."""
    date = as_instant(due)

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        if target is None and ticket.due == date:
            return None
        return e.DueDateSet(occurred_at=at, by=_actor(by), due=date, target=target, reason=reason)

    return _on_a_ticket(decided)


def attach_agreement(
    *,
    agreement: str,
    version: str | None = None,
    coverage: Coverage = Coverage.COVERED,
    by: Who | None = None,
    reason: str | None = None,
) -> Decision:
    """Put the ticket under another agreement; without a version, under the one that is in force then."""

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        now = ticket.situation
        same_version = version in (None, now.agreement_version)
        if now.agreement == agreement and same_version and now.coverage is coverage:
            return None
        return e.AgreementAttached(
            occurred_at=at,
            by=_actor(by),
            agreement=agreement,
            version=version,
            coverage=coverage,
            replaces=now.agreement,
            reason=reason,
        )

    return _on_a_ticket(decided)


def waive(*, target: str, reason: str, by: Who, cycle: int = 1) -> Decision:
    """Give one promise up, on behalf of whoever may: the clock of a target in a cycle is in no share any more."""
    return _on_a_ticket(
        lambda ticket, at: e.Waived(occurred_at=at, by=_actor(by), target=target, cycle=cycle, reason=reason)
    )


def correct(record_id: str, *, reason: str, by: Who, event: e.TicketEvent | None = None) -> Decision:
    """Say that an earlier record was wrong: what did happen (`event`) stands in its place; None: nothing did.

    Whether there is such a record, and whether the history stays lawful, is for the log to tell: `Desk.do` does.
    """
    return _on_a_ticket(
        lambda ticket, at: e.Corrected(occurred_at=at, by=_actor(by), corrects=record_id, event=event, reason=reason)
    )


def hold(
    *,
    waiting_on: Party = Party.CUSTOMER,
    by: Who | None = None,
    status: str = "waiting",
    reference: str | None = None,
    until: Instant | None = None,
) -> Decision:
    """Wait for somebody."""

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        now = ticket.situation
        if (now.phase, now.waiting_on, now.status) == (Phase.WAITING, waiting_on, status):
            return None
        return e.PutOnHold(
            occurred_at=at, by=_actor(by), waiting_on=waiting_on, status=status, reference=reference, until=until
        )

    return _on_a_ticket(decided)


def resume(*, by: Who | None = None, status: str = "open") -> Decision:
    """Work on a waiting ticket again."""

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        waiting = ticket.situation.phase is Phase.WAITING
        return e.Resumed(occurred_at=at, by=_actor(by), status=status) if waiting else None

    return _on_a_ticket(decided)


def resolve(*, by: Who | None = None, how: str | None = None, length: int | None = None) -> Decision:
    """Hold the ticket solved."""

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        if ticket.situation.phase.is_over:
            return None
        return e.Resolved(occurred_at=at, by=_actor(by), how=how, length=length)

    return _on_a_ticket(decided)


def reopen(*, by: Who | None = None, reason: str | None = None) -> Decision:
    """Begin again with what was over."""

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        over = ticket.situation.phase.is_over
        return e.Reopened(occurred_at=at, by=_actor(by), reason=reason) if over else None

    return _on_a_ticket(decided)


def close(*, by: Who | None = None, reason: str | None = None) -> Decision:
    """End the ticket for the desk."""

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        ended = ticket.situation.phase in (Phase.CLOSED, Phase.CANCELLED)
        return None if ended else e.Closed(occurred_at=at, by=_actor(by), reason=reason)

    return _on_a_ticket(decided)


def cancel(*, by: Who | None = None, reason: str | None = None) -> Decision:
    """End the ticket because nothing is asked any more."""

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        ended = ticket.situation.phase in (Phase.CLOSED, Phase.CANCELLED)
        return None if ended else e.Cancelled(occurred_at=at, by=_actor(by), reason=reason)

    return _on_a_ticket(decided)


def merge(*, into: str, by: Who | None = None, reason: str | None = None) -> Decision:
    """End the ticket in another."""

    def decided(ticket: Ticket, at: Instant) -> e.TicketEvent | None:
        if ticket.merged_into == into:
            return None
        return e.Merged(occurred_at=at, by=_actor(by), into=into, reason=reason)

    return _on_a_ticket(decided)


def _on_a_ticket(decided: Callable[[Ticket, Instant], e.TicketEvent | None]) -> Decision:
    """A decision about a ticket that exists."""

    def decision(ticket: Ticket | None, at: Instant) -> tuple[e.TicketEvent, ...]:
        event = decided(ticket or _unopened(at), at)
        if ticket is None:
            raise unlawful(event or e.Acknowledged(occurred_at=at), None, "the ticket was not opened before")
        return () if event is None else (event,)

    return decision


def _unopened(at: Instant) -> Ticket:
    """What a decision looks at where there is no ticket, to say which event cannot be."""
    return Ticket(id="", version=0, situation=Situation(), opened_at=at, changed_at=at)


def _actor(who: Who | None, role: Role = Role.AGENT) -> Actor | None:
    return Actor(who, role) if isinstance(who, str) else who
