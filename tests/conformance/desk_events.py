"""The events of a desk of the form of cases/gaming, as events of the engine.

Clocks are folded from kinds. The state that an event quotes is the desk's own snapshot, and may contradict what
happened before: only that of an opening counts, which has nothing before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias

import slaengine as sla

Given: TypeAlias = Mapping[str, Any]
AgreementOf: TypeAlias = Callable[[str, str | None], str]
"""(agreement, customer) -> the id of the agreement in the book."""

PHASES = {
    "new": sla.Phase.NEW,
    "open": sla.Phase.OPEN,
    "pending": sla.Phase.WAITING,
    "vendor": sla.Phase.WAITING,
    "resolved": sla.Phase.RESOLVED,
    "closed": sla.Phase.CLOSED,
    "cancelled": sla.Phase.CANCELLED,
}
PARTIES = {"pending": sla.Party.CUSTOMER, "vendor": sla.Party.SUPPLIER}
ROLES = {
    "agent": sla.Role.AGENT,
    "lead": sla.Role.LEAD,
    "customer": sla.Role.CUSTOMER,
    "system": sla.Role.AUTOMATION,
    "automation": sla.Role.AUTOMATION,
}


def event(given: Given, agreement_of: AgreementOf) -> sla.events.TicketEvent | None:
    """One event; None for a kind that is unknown, and so says nothing of a clock. Raises KeyError for what it lacks."""
    at, by = sla.instant(given["occurred_at"]), actor(given.get("actor"))
    match given["kind"]:
        case "opened":
            return _opened(given, at, by, agreement_of)
        case "assigned" | "reassigned" | "unassigned" | "escalated":
            return _handed(given, at, by)
        case "contacted":
            return _contacted(given, at, by)
        case "noted":
            minutes = given.get("minutes")
            return sla.events.Worked(occurred_at=at, by=by, minutes=minutes, note_length=given.get("text_len"))
        case "paused" | "resumed" | "resolved" | "reopened" | "closed" | "cancelled":
            return _status(given, at, by)
        case "prioritised" | "classified" | "customer_replied" | "linked" | "rated":
            return _fact(given, at, by)
        case _:
            return None


def actor(given: Given | None) -> sla.Actor | None:
    if given is None or given.get("id") is None:
        return None
    return _actor(given["id"], given.get("kind") or "")


@cache
def _actor(id: str, kind: str) -> sla.Actor:
    return sla.Actor(id, ROLES.get(kind, sla.Role.AUTOMATION))


def _opened(given: Given, at: sla.Instant, by: sla.Actor | None, agreement_of: AgreementOf) -> sla.events.Opened:
    status, agreement = given.get("status") or "new", given.get("agreement")
    return sla.events.Opened(
        occurred_at=at,
        by=by,
        requester=sla.FrozenMap({"organisation": given["customer"]} if given.get("customer") else {}),
        category=given.get("category"),
        priority=given.get("priority"),
        status=status,
        phase=PHASES.get(status, sla.Phase.OPEN),
        waiting_on=PARTIES.get(status),
        team=given.get("team"),
        tier=given.get("tier"),
        area=given.get("area"),
        owner=given.get("owner"),
        agreement=None if agreement is None else agreement_of(agreement, given.get("customer")),
        reference=given.get("reference"),
        length=given.get("text_len"),
    )


def _handed(given: Given, at: sla.Instant, by: sla.Actor | None) -> sla.events.TicketEvent:
    note, reason = given.get("text_len"), given.get("reason")
    owner, team, tier, area = (given.get(name) for name in ("owner", "team", "tier", "area"))
    from_owner, from_team = given.get("from_owner"), given.get("from_team")
    match given["kind"]:
        case "assigned":
            owner = owner or (by.id if by else "somebody")
            return sla.events.Assigned(
                occurred_at=at, by=by, owner=owner, team=team, tier=tier, area=area, note_length=note
            )
        case "unassigned":
            return sla.events.Unassigned(occurred_at=at, by=by, from_owner=from_owner, reason=reason, note_length=note)
        case kind:
            handed = sla.events.Reassigned if kind == "reassigned" else sla.events.Escalated
            return handed(
                occurred_at=at,
                by=by,
                owner=owner,
                team=team,
                tier=tier,
                area=area,
                from_owner=from_owner,
                from_team=from_team,
                reason=reason,
                note_length=note,
            )


def _contacted(given: Given, at: sla.Instant, by: sla.Actor | None) -> sla.events.CustomerContacted:
    """An answer is what is public and of a person of the desk; where nobody is named, nothing says that it is."""
    return sla.events.CustomerContacted(
        occurred_at=at,
        by=by,
        public=given.get("public") is True,
        automatic=by is None,
        length=given.get("text_len"),
        template=given.get("template"),
        reference=given.get("problem_id"),
    )


def _status(given: Given, at: sla.Instant, by: sla.Actor | None) -> sla.events.TicketEvent:
    length, reason = given.get("text_len"), given.get("reason")
    match given["kind"]:
        case "paused":
            status = "vendor" if given["waiting_on"] == "vendor" else "pending"
            return sla.events.PutOnHold(
                occurred_at=at,
                by=by,
                status=status,
                waiting_on=PARTIES[status],
                reference=given.get("reference"),
                note_length=length,
            )
        case "resumed":
            return sla.events.Resumed(occurred_at=at, by=by)
        case "resolved":
            template, problem = given.get("template"), given.get("problem_id")
            return sla.events.Resolved(occurred_at=at, by=by, length=length, template=template, problem=problem)
        case "reopened":
            return sla.events.Reopened(occurred_at=at, by=by, reason=reason, length=length)
        case "closed":
            return sla.events.Closed(occurred_at=at, by=by)
        case _:
            return sla.events.Cancelled(occurred_at=at, by=by, reason=reason)


def _fact(given: Given, at: sla.Instant, by: sla.Actor | None) -> sla.events.TicketEvent:
    note = given.get("text_len")
    match given["kind"]:
        case "prioritised":
            return sla.events.Prioritised(occurred_at=at, by=by, priority=given["new"], note_length=note)
        case "classified":
            return sla.events.Classified(occurred_at=at, by=by, category=given["new"], note_length=note)
        case "customer_replied":
            return sla.events.CustomerReplied(occurred_at=at, by=by, length=note)
        case "linked":
            to = given.get("problem_id") or given.get("reference") or "another"
            return sla.events.Linked(occurred_at=at, by=by, to=to)
        case _:
            return sla.events.Rated(occurred_at=at, by=by, score=given["score"])
