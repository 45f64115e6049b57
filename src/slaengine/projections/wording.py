"""Events in words, for ledgers and flags. Words say what happened and who did it, never why, and accuse nobody."""

from __future__ import annotations

import re
from typing import Any, assert_never

from attrs import evolve as but

from slaengine.domain import events as e
from slaengine.domain.vocabulary import Actor, Escalation
from slaengine.policies.rules import AnyOf, Rule, Where

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")


def printable(text: str) -> str:
    """Text of a log without what would steer a terminal or turn the direction of writing."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)


def rule_in_words(rule: Rule) -> str:
    """A rule over situations: "where waiting_on is customer or supplier"; one of the host's own by its name."""
    match rule:
        case Where():
            facts = (f"{name} is {' or '.join(map(str, values))}" for name, values in rule.facts.items())
            return f"where {' and '.join(facts)}"
        case AnyOf(rules=rules):
            return ", or ".join(map(rule_in_words, rules))
        case _:
            return f"by {getattr(rule, '__qualname__', type(rule).__qualname__)}"


def in_words(event: e.TicketEvent, *, persons: bool = True) -> str:
    """What happened, in one line: "put on hold, waiting on customer, by agent a-17".

    persons: whether ids of persons are told; without them, teams and the roles held then are: "by agent".
    """
    told = event if persons else _unnamed(event)
    return ", ".join(part for part in (_what(told), _who(told.by)) if part)


def _unnamed(event: e.TicketEvent) -> e.TicketEvent:
    """The event with a role, or the word that it was somebody, in place of each person."""
    told: dict[str, Any] = {}
    if event.by is not None:
        told["by"] = but(event.by, id="")
    if getattr(event, "owner", None) is not None:
        told["owner"] = None if isinstance(event, e.Accepted) else "a person"
    return but(event, **told)


def _who(actor: Actor | None) -> str:
    return f"by {actor.role} {actor.id}".rstrip() if actor else ""


def _what(event: e.TicketEvent) -> str:
    match event:
        case e.Opened(priority=priority, team=team):
            return _listed("opened", priority, f"team {team}" if team else None)
        case e.Acknowledged():
            return "acknowledged"
        case e.Classified(type=type, category=category):
            return _listed("classified", type, category)
        case e.Prioritised(priority=priority):
            return f"priority {priority}"
        case e.Labelled(labels=labels, removed=removed):
            return _listed("labelled", *(f"{k} = {v}" for k, v in labels.items()), *(f"{k} removed" for k in removed))
        case e.Queued(team=team, tier=tier):
            return _listed(f"queued for {team}", tier)
        case e.Assigned(owner=owner, team=team):
            return _listed(f"assigned to {owner}", team)
        case e.Unassigned(reason=reason):
            return _listed("unassigned", reason)
        case e.Accepted(owner=owner):
            return _listed("accepted", owner)
        case e.Returned(reason=reason, team=team, owner=owner):
            return _listed(f"returned{_to(owner or team, ' ')}", reason.replace("-", " "))
        case e.Reassigned(owner=owner, team=team, reason=reason, note_length=note):
            return _listed(f"reassigned{_to(owner or team, ' ')}", team if owner else None, reason, _note(note))
        case e.Escalated():
            return _escalated(event)
        case e.Worked(minutes=minutes, note_length=note):
            return _listed("worked", None if minutes is None else f"{minutes} min", _note(note))
        case e.CustomerContacted():
            return _contacted(event)
        case e.CustomerReplied():
            return "customer replied"
        case e.NoAnswerNeeded(reason=reason):
            return _listed("needs no answer", reason)
        case e.CallbackPromised():
            return "callback promised"
        case e.CallbackKept():
            return "callback kept"
        case e.StatusChanged(status=status, phase=phase, waiting_on=party):
            meaning = None if phase is None or phase == status else str(phase)
            return _listed(f"status {status}", meaning, f"waiting on {party}" if party else None)
        case e.PutOnHold(waiting_on=party, status=status):
            return _listed("put on hold", f"waiting on {party}", None if status == "waiting" else status)
        case e.Resumed():
            return "resumed"
        case e.DueDateSet(target=target, reason=reason):
            return _listed("due date set", target, reason)
        case e.Linked(to=to, relation=relation):
            return f"linked: {relation.replace('-', ' ')} {to}"
        case e.Split(into=into):
            return f"split into {', '.join(into)}"
        case e.Merged(into=into):
            return f"merged into {into}"
        case e.KnowledgeUsed(article=article):
            return f"knowledge article {article} used"
        case e.WorkaroundGiven():
            return "workaround given"
        case e.SolutionProposed():
            return "solution proposed"
        case e.Resolved(how=how):
            return _listed("resolved", how)
        case e.ConfirmedByCustomer():
            return "confirmed by the customer"
        case e.Reopened(reason=reason):
            return _listed("reopened", reason)
        case e.Closed(reason=reason):
            return _listed("closed", reason)
        case e.Cancelled(reason=reason):
            return _listed("cancelled", reason)
        case e.Rated(score=score, scale=scale):
            return f"rated {score} of {scale}"
        case e.AgreementAttached(agreement=agreement, version=version, reason=reason):
            return _listed(f"under agreement {agreement}" + (f"@{version}" if version else ""), reason)
        case e.Corrected(corrects=corrects, reason=reason):
            return _listed(f"corrects {corrects}", reason)
        case e.Waived(target=target, cycle=cycle, reason=reason):
            return _listed(f"{target} (cycle {cycle}) waived", reason)
        case e.FlagReviewed(outcome=outcome, reason=reason):
            return _listed(f"flag reviewed: {outcome}", reason)
        case _:
            assert_never(event)


def _escalated(event: e.Escalated) -> str:
    if event.kind is Escalation.HIERARCHICAL:
        return _listed(f"escalated in the hierarchy{_to(event.owner or event.team, ' ')}", event.reason)
    where = " ".join(part for part in (event.tier, event.area) if part)
    return _listed(f"escalated{_to(where, ' ')}", event.team, event.owner, event.reason, _note(event.note_length))


def _contacted(event: e.CustomerContacted) -> str:
    if not event.public:
        return _listed("internal note", _length(event.length))
    how = "automatically" if event.automatic else None
    return _listed("customer contacted", how, event.channel, _length(event.length), _template(event.template))


def _listed(first: str, *more: str | None) -> str:
    return ", ".join((first, *(str(part) for part in more if part)))


def _to(whom: str | None, space: str = "") -> str:
    return f"{space}to {whom}" if whom else ""


def _note(length: int | None) -> str | None:
    return None if length is None else f"note of {length} characters"


def _length(length: int | None) -> str | None:
    return None if length is None else f"{length} characters"


def _template(name: str | None) -> str | None:
    return f"template {name}" if name else None
