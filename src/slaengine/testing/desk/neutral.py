"""The neutral form of a desk with truth, in which desks are exchanged with others: events, agreement and truth.

An event carries the state of its ticket after it. What the form has no word for (knowledge used, callbacks,
confirmations, absences and reports) is left out of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from slaengine.domain import events as e
from slaengine.domain.recorded import Recorded
from slaengine.domain.ticket import Ticket, after
from slaengine.domain.vocabulary import Actor, Party, Role
from slaengine.instants import Instant, iso
from slaengine.testing.desk.simulation import Simulation
from slaengine.testing.desk.world import AREAS, CUSTOMERS, LONGER, PROMISED, SITES, Site, World

KINDS: Mapping[type, str] = {
    e.Opened: "opened",
    e.Assigned: "assigned",
    e.Reassigned: "reassigned",
    e.Returned: "reassigned",
    e.Unassigned: "unassigned",
    e.Escalated: "escalated",
    e.CustomerContacted: "contacted",
    e.Worked: "noted",
    e.CustomerReplied: "customer_replied",
    e.PutOnHold: "paused",
    e.Resumed: "resumed",
    e.Prioritised: "prioritised",
    e.Classified: "classified",
    e.Resolved: "resolved",
    e.Reopened: "reopened",
    e.Closed: "closed",
    e.Cancelled: "cancelled",
    e.Linked: "linked",
    e.Rated: "rated",
}
WAITING = {Party.CUSTOMER: "customer", Party.SUPPLIER: "vendor"}


def write_neutral(simulation: Simulation, folder: Path) -> None:
    """Writes events.jsonl, agreement.json and truth.json into a folder, which is made where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "events.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in neutral_lines(simulation))
    for name, data in {
        "agreement.json": neutral_agreement(simulation.world),
        "truth.json": simulation.truth.data(simulation.world),
    }.items():
        (folder / name).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def neutral_lines(simulation: Simulation) -> Iterator[str]:
    """The events, one a line, as they were recorded; read to the end, the truth is whole."""
    tickets: dict[str, Ticket] = {}
    seq = 0
    for record in simulation.records:
        kind = KINDS.get(type(record.event))
        if not isinstance(record.event, e.TICKET_EVENTS):
            continue
        was = tickets.get(record.stream)
        ticket = tickets[record.stream] = after(record.stream, was, record.event)
        if kind is not None:
            yield json.dumps(_line(seq, kind, record, was, ticket), separators=(",", ":"))
            seq += 1


def _line(seq: int, kind: str, record: Recorded, was: Ticket | None, ticket: Ticket) -> Mapping[str, Any]:
    situation, event = ticket.situation, record.event
    late = record.recorded_at != record.occurred_at
    opened = {"requester": event.requester["contact"]} if isinstance(event, e.Opened) else {}
    given = {
        "seq": seq,
        "ticket_id": record.stream,
        "occurred_at": iso(record.occurred_at),
        "recorded_at": iso(record.recorded_at) if late else None,
        "kind": kind,
        "actor": _actor(event.by),
        "owner": ticket.owner,
        "team": situation.team,
        "tier": situation.tier,
        "area": ticket.area,
        "priority": situation.priority,
        "category": situation.category,
        "customer": ticket.requester.get("organisation"),
        "agreement": None if situation.agreement is None else situation.agreement.partition("-")[0],
        "status": situation.status,
        **opened,
        **_own(event, was),
    }
    return {name: value for name, value in given.items() if value is not None}


def _actor(by: Actor | None) -> Mapping[str, str] | None:
    return None if by is None else {"id": by.id, "kind": "automation" if by.role is Role.AUTOMATION else str(by.role)}


def _own(event: Any, was: Ticket | None) -> Mapping[str, Any]:
    """The fields of a kind."""
    text = getattr(event, "length", None)
    found: dict[str, Any] = {
        "text_len": getattr(event, "note_length", None) if text is None else text,
        "template": getattr(event, "template", None),
        "reference": getattr(event, "reference", None),
    }
    match event:
        case e.Opened():
            return found | {
                "channel": event.channel and str(event.channel),
                "relation": event.relation and str(event.relation),
            }
        case e.Reassigned() | e.Escalated() | e.Unassigned():
            return found | {
                "from_owner": event.from_owner,
                "from_team": getattr(event, "from_team", None),
                "reason": event.reason,
            }
        case e.Returned():
            return found | {"from_owner": event.from_owner, "from_team": event.from_team, "reason": "area"}
        case e.CustomerContacted():
            return found | {"public": event.public, "channel": event.channel and str(event.channel)}
        case e.Worked():
            return found | {"public": False, "minutes": event.minutes}
        case e.PutOnHold():
            return found | {"waiting_on": WAITING[event.waiting_on]}
        case e.Prioritised():
            return found | {"old": was and was.situation.priority, "new": event.priority}
        case e.Classified():
            return found | {"old": was and was.situation.category, "new": event.category}
        case e.Resolved():
            return found | {"problem_id": event.problem}
        case e.Reopened() | e.Cancelled():
            return found | {"reason": event.reason}
        case e.Linked():
            return found | {"reference": event.to, "relation": str(event.relation)}
        case e.Rated():
            return found | {"score": event.score}
        case _:
            return found


# What was promised ----------------------------------------------------------------------------------------------------


def neutral_agreement(world: World) -> Mapping[str, Any]:
    """Calendars, targets and rules of a world. A customer with several agreements is shown with its first."""
    promised = {customer: [name for name in customer.agreements.values() if name] for customer in CUSTOMERS}
    return {
        "version": "2025-1",
        "note": "All targets are minutes of open time in the customer's calendar; each ticket names its agreement.",
        "calendars": {site.name: _calendar(site) for site in SITES},
        "agreements": {
            name: {"response_minutes": responses, "resolution_minutes": resolutions}
            for name, (responses, resolutions) in PROMISED.items()
        },
        "resolution_factor_by_category": {name: fifths / 5 for name, fifths in LONGER.items()},
        "customers": {
            customer.id: {"agreement": names[0], "calendar": customer.site}
            for customer, names in promised.items()
            if names
        },
        "without_agreement": [customer.id for customer, names in promised.items() if not names],
        "pause_statuses": ["pending", "vendor"],
        "reopen": "continue",
        "retarget": "from_start",
        "report_period_ends": [iso(end) for end in _period_ends(world)],
        "cutoff": iso(world.end),
        "tiers": ["L1", "L2", "L3"],
        "areas": {team.id: team.area for team in world.teams.values() if team.area in AREAS},
    }


def _calendar(site: Site) -> Mapping[str, Any]:
    _days, *ranges = site.hours.replace("+1", "").split()
    hours = [part.split("-") for part in ranges]
    return {
        "tz": site.zone,
        "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), hours),
        "holidays": list(site.holidays),
        "holiday_cuts": "date",
    }


def _period_ends(world: World) -> Iterator[Instant]:
    """The Friday on which each month of four weeks ends."""
    day = (world.end - world.start) // world.plan.weeks // 7
    for number in range(world.plan.weeks * 7):
        if number % 28 == 25 or number == world.plan.weeks * 7 - 3:
            yield world.start + number * day + day * 3 // 4
