"""The finite facts that a rule may look at, and the only place where an event becomes a fact."""

from __future__ import annotations

from typing import TypedDict, assert_never

from attrs import frozen

from slaengine.domain import events as e
from slaengine.domain.changed import changed
from slaengine.domain.shapes import is_human_of_the_desk
from slaengine.domain.vocabulary import Answer, Coverage, Escalation, FrozenMap, Party, Phase, TicketType
from slaengine.errors import UnlawfulEvent


@frozen(kw_only=True, cache_hash=True, slots=False)
class Situation:
    """What a rule may know of a ticket: few values, no counters, no ids of tickets, no text.

    status is the host's own name, phase what it means; answered is the best answer so far, asking says that a
    customer's message stands unanswered. dated: a due date was set by hand; dated_targets: those that have one of their
    own (the dates stand beside the situation).
    """

    type: TicketType | None = None
    category: str | None = None
    priority: str | None = None
    status: str = "new"
    phase: Phase = Phase.NEW
    waiting_on: Party | None = None
    tier: str | None = None
    team: str | None = None
    owned: bool = False
    accepted: bool = False
    acknowledged: bool = False
    answered: Answer = Answer.NONE
    asking: bool = False
    callback: bool = False
    workaround: bool = False
    confirmed: bool = False
    dated: bool = False
    dated_targets: frozenset[str] = frozenset()
    merged: bool = False
    agreement: str | None = None
    agreement_version: str | None = None
    coverage: Coverage = Coverage.COVERED
    labels: FrozenMap = FrozenMap()

    @property
    def responded(self) -> bool:
        """Whether a human of the desk answered in public."""
        return self.answered is Answer.HUMAN


class Changes(TypedDict, total=False):
    """The fields of a situation that an event changes."""

    type: TicketType | None
    category: str | None
    priority: str | None
    status: str
    phase: Phase
    waiting_on: Party | None
    tier: str | None
    team: str | None
    owned: bool
    accepted: bool
    acknowledged: bool
    answered: Answer
    asking: bool
    callback: bool
    workaround: bool
    confirmed: bool
    dated: bool
    dated_targets: frozenset[str]
    merged: bool
    agreement: str | None
    agreement_version: str | None
    coverage: Coverage
    labels: FrozenMap


def evolve(was: Situation | None, event: e.TicketEvent) -> Situation:
    """The situation after an event.

    Raises UnlawfulEvent only for what has no reading: an event before the opening, a second opening, an event of the
    ticket after it was merged away, a correction of nothing. What real desks do is lawful: a second resolve is a fact,
    who accepts, resumes or holds a closed ticket opens it again. Time that is booked after a close reopens nothing.
    """
    if was is None:
        return _opened(event)
    if was.merged and not isinstance(event, e.Waived | e.FlagReviewed):
        raise unlawful(event, was, "the ticket was merged into another; record it there")
    changes = _changes(was, event)
    return changed(was, changes) if changes else was


def unlawful(event: e.TicketEvent, was: Situation | None, why: str) -> UnlawfulEvent:
    """The error that says which event cannot follow what, and why."""
    return UnlawfulEvent(f"{type(event).__name__} has no reading here: {why}", event=event, situation=was)


def _opened(event: e.TicketEvent) -> Situation:
    if not isinstance(event, e.Opened):
        raise unlawful(event, None, "the ticket was not opened before")
    return Situation(
        type=event.type,
        category=event.category,
        priority=event.priority,
        status=event.status,
        phase=event.phase,
        waiting_on=event.waiting_on if event.phase is Phase.WAITING else None,
        tier=event.tier,
        team=event.team,
        owned=event.owner is not None,
        asking=event.asks,
        agreement=event.agreement,
        agreement_version=event.agreement_version,
        coverage=event.coverage,
        labels=event.labels,
    )


def _changes(was: Situation, event: e.TicketEvent) -> Changes:
    """What an event changes. The frequent kinds come first."""
    match event:
        case e.CustomerContacted():
            return _answered(was, event)
        case e.Worked() | e.Linked() | e.KnowledgeUsed() | e.SolutionProposed() | e.Rated() | e.Split():
            return {}
        case e.CustomerReplied():
            return {"asking": True}
        case e.Assigned() | e.Reassigned() | e.Queued() | e.Returned() | e.Escalated() | e.Unassigned() | e.Accepted():
            return _handed(was, event)
        case e.StatusChanged():
            return _renamed(was, event)
        case e.PutOnHold(status=status, waiting_on=party):
            return {"status": status, "phase": Phase.WAITING, "waiting_on": party, "confirmed": False}
        case e.Resumed(status=status):
            return {"status": status, "phase": Phase.OPEN, "waiting_on": None, "confirmed": False}
        case e.Resolved(status=status):
            return _over(status, Phase.RESOLVED)
        case e.Closed(status=status):
            return _over(status, Phase.CLOSED)
        case e.Cancelled(status=status):
            return _over(status, Phase.CANCELLED)
        case e.Reopened(status=status):
            return {"status": status, "phase": Phase.OPEN, "waiting_on": None, "confirmed": False}
        case e.Prioritised(priority=priority):
            return {"priority": priority}
        case e.Classified():
            return _classified(was, event)
        case e.Labelled(labels=labels, removed=removed):
            merged = {**was.labels, **labels}
            return {"labels": FrozenMap({name: value for name, value in merged.items() if name not in removed})}
        case e.Acknowledged():
            return {"acknowledged": True}
        case e.NoAnswerNeeded():
            return {"asking": False}
        case e.CallbackPromised():
            return {"callback": True}
        case e.CallbackKept():
            return {"callback": False}
        case e.DueDateSet(target=target):
            return {"dated": True} if target is None else {"dated_targets": was.dated_targets | {target}}
        case e.WorkaroundGiven():
            return {"workaround": True}
        case e.ConfirmedByCustomer():
            return {"confirmed": True}
        case e.AgreementAttached(agreement=agreement, version=version, coverage=coverage):
            return {"agreement": agreement, "agreement_version": version, "coverage": coverage}
        case e.Merged():
            return {**_over("merged", Phase.CANCELLED), "merged": True}
        case e.Waived() | e.FlagReviewed():
            return {}
        case e.Opened():
            raise unlawful(event, was, "the ticket is open already")
        case e.Corrected():
            raise unlawful(event, was, f"no record {event.corrects!r} is known that it could correct")
        case _:
            assert_never(event)


def _answered(was: Situation, event: e.CustomerContacted) -> Changes:
    if not event.public:
        return {"answered": Answer.INTERNAL} if was.answered is Answer.NONE else {}
    if is_human_of_the_desk(event):
        return {"answered": Answer.HUMAN, "asking": False}
    return {"answered": Answer.AUTOMATIC} if was.answered is not Answer.HUMAN else {}


HandedOver = e.Assigned | e.Reassigned | e.Queued | e.Returned | e.Escalated | e.Unassigned | e.Accepted


def _handed(was: Situation, event: HandedOver) -> Changes:
    """Who has the ticket now; nobody need have accepted it yet. Escalating to who decides moves nothing by itself."""
    match event:
        case e.Accepted():
            return {"owned": True, "accepted": True, **_taken_up(was)}
        case e.Unassigned():
            return {"owned": False, "accepted": False}
        case e.Assigned(team=team, tier=tier):
            return {"owned": True, "accepted": False, **_moved(was, team, tier), **_opened_by_assignment(was)}
        case e.Queued(team=team, tier=tier):
            return {"owned": False, "accepted": False, **_moved(was, team, tier)}
        case e.Returned(team=team, owner=owner):
            return {"owned": owner is not None, "accepted": False, **_moved(was, team, None)}
        case e.Escalated(kind=Escalation.HIERARCHICAL, owner=None, team=None, tier=None):
            return {}
        case e.Reassigned(owner=owner, team=team, tier=tier) | e.Escalated(owner=owner, team=team, tier=tier):
            return {"owned": owner is not None, "accepted": False, **_moved(was, team, tier)}
        case _:
            assert_never(event)


def _moved(was: Situation, team: str | None, tier: str | None) -> Changes:
    """What is not named stays as it was."""
    return {"team": was.team if team is None else team, "tier": was.tier if tier is None else tier}


def _opened_by_assignment(was: Situation) -> Changes:
    return {"status": "open", "phase": Phase.OPEN} if was.phase is Phase.NEW else {}


def _taken_up(was: Situation) -> Changes:
    """Whoever accepts a ticket works on it: a new one is open then, and so is one that was over."""
    if was.phase in (Phase.OPEN, Phase.WAITING):
        return {}
    return {"status": "open", "phase": Phase.OPEN, "waiting_on": None, "confirmed": False}


def _renamed(was: Situation, event: e.StatusChanged) -> Changes:
    """Without a phase only the name changes, and on whom a waiting ticket waits, if that is said."""
    if event.phase is None:
        still_waits = was.phase is Phase.WAITING and event.waiting_on is not None
        return {"status": event.status, "waiting_on": event.waiting_on if still_waits else was.waiting_on}
    if event.phase.is_over:
        return _over(event.status, event.phase)
    waiting_on = event.waiting_on if event.phase is Phase.WAITING else None
    return {"status": event.status, "phase": event.phase, "waiting_on": waiting_on, "confirmed": False}


def _over(status: str, phase: Phase) -> Changes:
    """Resolving answers an open message: the customer is told."""
    return {"status": status, "phase": phase, "waiting_on": None, "asking": False}


def _classified(was: Situation, event: e.Classified) -> Changes:
    """What is not named stays as it was."""
    return {
        "type": was.type if event.type is None else event.type,
        "category": was.category if event.category is None else event.category,
    }
