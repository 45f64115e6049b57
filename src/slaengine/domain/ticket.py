"""A ticket: what its events say. The situation that rules look at, and the ids and counts that they must not see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from attrs import frozen

from slaengine.domain import events as e
from slaengine.domain.changed import changed
from slaengine.domain.situation import Situation, evolve
from slaengine.domain.vocabulary import Escalation, FrozenMap, Phase
from slaengine.errors import UnlawfulEvent
from slaengine.instants import Instant


@frozen(kw_only=True, slots=False)
class Ticket:
    """The aggregate at one version: the number of events that it was rebuilt from."""

    id: str
    version: int
    situation: Situation
    opened_at: Instant
    changed_at: Instant
    requester: FrozenMap = FrozenMap()
    owner: str | None = None
    area: str | None = None
    service: str | None = None
    product: str | None = None
    asset: str | None = None
    account: str | None = None
    due: Instant | None = None
    callback_at: Instant | None = None
    contacted_at: Instant | None = None
    resolved_at: Instant | None = None
    closed_at: Instant | None = None
    merged_into: str | None = None
    links: tuple[str, ...] = ()
    reassignments: int = 0
    escalations: int = 0
    reopenings: int = 0
    contacts: int = 0
    messages: int = 0
    worked_minutes: int = 0
    score: int | None = None


class Changes(TypedDict, total=False):
    """The fields of a ticket that an event changes, beside its situation."""

    owner: str | None
    area: str | None
    service: str | None
    product: str | None
    asset: str | None
    due: Instant | None
    callback_at: Instant | None
    contacted_at: Instant | None
    resolved_at: Instant | None
    closed_at: Instant | None
    merged_into: str | None
    links: tuple[str, ...]
    reassignments: int
    escalations: int
    reopenings: int
    contacts: int
    messages: int
    worked_minutes: int
    score: int | None


def rebuilt(id: str, events: Iterable[e.TicketEvent]) -> Ticket | None:
    """The ticket of a history that stands in its order; None of an empty one.

    Raises UnlawfulEvent for an event that has no reading after the ones before it.
    """
    ticket: Ticket | None = None
    for event in events:
        ticket = after(id, ticket, event)
    return ticket


def after(id: str, was: Ticket | None, event: e.TicketEvent) -> Ticket:
    """The ticket after one more event."""
    situation = evolve(was.situation if was else None, event)
    if was is None:
        return _opened(id, situation, event)
    reopened = was.situation.phase.is_over and not situation.phase.is_over
    counted = {"reopenings": was.reopenings + reopened, "version": was.version + 1, "changed_at": event.occurred_at}
    return changed(was, {"situation": situation, **counted, **_ended(was, situation, event), **_changes(was, event)})


def _opened(id: str, situation: Situation, event: e.TicketEvent) -> Ticket:
    if not isinstance(event, e.Opened):
        raise UnlawfulEvent("a ticket begins with its opening", event=event, situation=None)
    return Ticket(
        id=id,
        version=1,
        situation=situation,
        opened_at=event.occurred_at,
        changed_at=event.occurred_at,
        requester=event.requester,
        owner=event.owner,
        area=event.area,
        service=event.service,
        product=event.product,
        asset=event.asset,
        account=event.account,
        messages=int(event.asks),
    )


def _ended(was: Ticket, now: Situation, event: e.TicketEvent) -> Changes:
    """When it was last resolved and closed, whichever event did it; None again once it lives."""
    if now.phase is was.situation.phase and not isinstance(event, e.Resolved | e.Closed):
        return {}
    match now.phase:
        case Phase.RESOLVED:
            return {"resolved_at": event.occurred_at}
        case Phase.CLOSED | Phase.CANCELLED:
            return {"closed_at": event.occurred_at, "resolved_at": was.resolved_at or event.occurred_at}
        case _:
            return {"resolved_at": None, "closed_at": None}


def _changes(was: Ticket, event: e.TicketEvent) -> Changes:
    match event:
        case e.CustomerContacted(public=True, occurred_at=at):
            return {"contacts": was.contacts + 1, "contacted_at": at}
        case e.CustomerReplied():
            return {"messages": was.messages + 1}
        case e.Worked(minutes=minutes):
            return {"worked_minutes": was.worked_minutes + (minutes or 0)}
        case e.Assigned(owner=owner, area=area):
            return {"owner": owner, "area": area or was.area}
        case e.Accepted(owner=owner, by=by):
            return {"owner": owner or (by.id if by else was.owner)}
        case e.Unassigned():
            return {"owner": None}
        case e.Queued(area=area):
            return {"owner": None, "area": area or was.area, "reassignments": was.reassignments + 1}
        case e.Returned(owner=owner):
            return {"owner": owner, "reassignments": was.reassignments + 1}
        case e.Reassigned(owner=owner, area=area):
            return {"owner": owner, "area": area or was.area, "reassignments": was.reassignments + 1}
        case e.Escalated():
            return _escalated(was, event)
        case e.Classified(service=service, product=product, asset=asset):
            return {"service": service or was.service, "product": product or was.product, "asset": asset or was.asset}
        case e.DueDateSet(target=None, due=due):
            return {"due": due}
        case e.CallbackPromised(callback_at=at):
            return {"callback_at": at}
        case e.CallbackKept():
            return {"callback_at": None}
        case e.Linked(to=to):
            return {"links": (*was.links, to)}
        case e.Split(into=into):
            return {"links": (*was.links, *into)}
        case e.Merged(into=into):
            return {"merged_into": into}
        case e.Rated(score=score):
            return {"score": score}
        case _:
            return {}


def _escalated(was: Ticket, event: e.Escalated) -> Changes:
    counted: Changes = {"escalations": was.escalations + 1}
    if event.kind is Escalation.HIERARCHICAL and event.owner is None and event.team is None and event.tier is None:
        return counted
    return {**counted, "owner": event.owner, "area": event.area or was.area}
