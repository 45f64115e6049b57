"""The few events that matter to an agreement: one for each thing that its rules can tell apart, the plainest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from slaengine.domain import events as e
from slaengine.domain.shapes import Shape, kind_name, shape
from slaengine.domain.vocabulary import (
    Actor,
    Coverage,
    FrozenMap,
    Party,
    ReturnReason,
    Role,
    TicketType,
)
from slaengine.instants import DAY, HOUR, Instant
from slaengine.policies.rules import LABEL, AnyOf, Where
from slaengine.policies.target import Target
from slaengine.policies.terms import Overridden, parts

Values = Mapping[str, tuple[str, ...]]
"""The values of each fact that some rule names, in order."""

AGENT, OTHER_AGENT = Actor("agent-1"), Actor("agent-2")
CUSTOMER, AUTOMATION = Actor("customer", Role.CUSTOMER), Actor("automation", Role.AUTOMATION)
ANOTHER = "another"
"""A value that no rule names."""

_AT: Instant = 0  # of events that are not yet placed in time


@frozen
class Alphabet:
    """Openings and moves, each the plainest of its kind. They occur at 0: whoever tells them places them in time."""

    openings: tuple[e.Opened, ...]
    moves: tuple[e.TicketEvent, ...]


def alphabet(targets: Iterable[Target], also: Iterable[e.TicketEvent] = ()) -> Alphabet:
    """The events that matter to some targets. also: to rules of theirs that are functions of the host's own.

    The order does not depend on that of the targets, so that two are compared alike both ways.
    """
    targets, given = tuple(targets), tuple(also)
    values = named_values(targets)
    named = sorted(_priorities(targets))
    own = [event for event in given if isinstance(event, e.Opened)]
    openings = [*_openings([*named, ANOTHER] if named else [None], values), *own]
    moves = [
        *_moves([*named, ANOTHER], values),
        *_dates(targets),
        *(it for it in given if not isinstance(it, e.Opened)),
    ]
    known = {shape(event) for event in moves}
    moves += [event for name, event in _others().items() if name in _resets(targets) - known]
    return Alphabet(tuple(dict.fromkeys(openings)), tuple(dict.fromkeys(moves)))


def named_values(targets: Iterable[Target]) -> Values:
    """The values of facts that the rules of some targets name, as far as they are no functions of the host's own."""
    found: dict[str, set[str]] = {}
    for target in targets:
        for rule in _rules(target):
            for fact, value in _named(rule):
                found.setdefault(fact, set()).add(value)
    return {fact: tuple(sorted(values)) for fact, values in found.items()}


def _rules(target: Target) -> Iterator[object]:
    yield from (target.metric.starts, target.metric.fulfilled, target.metric.cycle, target.pauses)
    if isinstance(target.terms, Overridden):
        yield from (override.where for override in target.terms.overrides)


def _named(rule: object) -> Iterator[tuple[str, str]]:
    match rule:
        case Where():
            yield from ((fact, str(it)) for fact, values in rule.allowed for it in values if isinstance(it, str))
        case AnyOf():
            yield from (named for one in rule.rules for named in _named(one))
        case _:
            yield from _of_a_place(getattr(rule, "__self__", rule))


def _of_a_place(rule: object) -> Iterator[tuple[str, str]]:
    """The tier and the team of a stay, whose methods are rules."""
    for fact in ("tier", "team"):
        value = getattr(rule, fact, None)
        if isinstance(value, str):
            yield fact, value


def _priorities(targets: Iterable[Target]) -> set[str]:
    """Those that budgets or rules name; "*" is for any other."""
    targets = tuple(targets)
    of_budgets = {it for target in targets for part in parts(target.terms) for it, _ in part.budgets}
    return (of_budgets | {*named_values(targets).get("priority", ())}) - {"*", ANOTHER}


def _resets(targets: Iterable[Target]) -> set[Shape]:
    return {shape for target in targets for shape in target.metric.resets}


# Openings -------------------------------------------------------------------------------------------------------------


def _openings(priorities: Sequence[str | None], values: Values) -> Iterator[e.Opened]:
    """One for each priority; then one for each with one more fact, of those that rules name."""
    for facts in ({}, *_facts_at_an_opening(values), {"asks": False}):
        yield from (e.Opened(occurred_at=_AT, by=CUSTOMER, priority=it, **facts) for it in priorities)


def _facts_at_an_opening(values: Values) -> Iterator[dict[str, Any]]:
    for fact, known in values.items():
        meant = _OF_AN_OPENING.get(fact)
        if fact.startswith(LABEL):
            yield from ({"labels": FrozenMap({fact.removeprefix(LABEL): it})} for it in known)
        elif meant is not None:
            yield from ({fact: meant(it)} for it in known)


_OF_AN_OPENING: Mapping[str, Callable[[str], object]] = {
    "type": TicketType,
    "category": str,
    "tier": str,
    "team": str,
    "coverage": Coverage,
}


# Moves ----------------------------------------------------------------------------------------------------------------


def _moves(priorities: Sequence[str], values: Values) -> Iterator[e.TicketEvent]:
    yield from _words()
    yield from _ends()
    yield from _waits(values)
    yield from _hand_overs(values)
    yield from (e.Prioritised(occurred_at=_AT, by=AGENT, priority=it) for it in priorities)
    yield from _statuses(values)
    yield from _classes(values)
    yield from _rest()


def _words() -> Iterator[e.TicketEvent]:
    yield e.CustomerContacted(occurred_at=_AT, by=AGENT)
    yield e.CustomerReplied(occurred_at=_AT, by=CUSTOMER)
    yield e.CustomerContacted(occurred_at=_AT, by=AGENT, public=False)
    yield e.CustomerContacted(occurred_at=_AT, by=AUTOMATION, automatic=True)
    yield e.NoAnswerNeeded(occurred_at=_AT, by=AGENT, reason="thanks")


def _ends() -> Iterator[e.TicketEvent]:
    yield e.Resolved(occurred_at=_AT, by=AGENT)
    yield e.Reopened(occurred_at=_AT, by=AGENT)
    yield e.Reopened(occurred_at=_AT, by=CUSTOMER)
    yield e.Closed(occurred_at=_AT, by=AGENT)
    yield e.Cancelled(occurred_at=_AT, by=AGENT)
    yield e.ConfirmedByCustomer(occurred_at=_AT, by=CUSTOMER)


def _waits(values: Values) -> Iterator[e.TicketEvent]:
    named = [Party(it) for it in values.get("waiting_on", ())]
    for party in dict.fromkeys([Party.CUSTOMER, Party.SUPPLIER, *named]):
        yield e.PutOnHold(occurred_at=_AT, by=AGENT, waiting_on=party)
    yield e.Resumed(occurred_at=_AT, by=AGENT)


def _hand_overs(values: Values) -> Iterator[e.TicketEvent]:
    """Within the team, and to each team and tier that matters."""
    yield e.Assigned(occurred_at=_AT, by=AGENT, owner=AGENT.id)
    yield e.Accepted(occurred_at=_AT, by=AGENT)
    yield e.Reassigned(occurred_at=_AT, by=AGENT, owner=OTHER_AGENT.id)
    yield e.Unassigned(occurred_at=_AT, by=AGENT)
    for team in (*(values.get("team") or ("team-1",)), ANOTHER):
        yield e.Reassigned(occurred_at=_AT, by=AGENT, team=team)
        yield e.Queued(occurred_at=_AT, by=AGENT, team=team)
        yield e.Returned(occurred_at=_AT, by=AGENT, reason=ReturnReason.NOT_OURS, team=team)
    for tier in (*(values.get("tier") or ("L1",)), ANOTHER):
        yield e.Escalated(occurred_at=_AT, by=AGENT, tier=tier)


def _statuses(values: Values) -> Iterator[e.TicketEvent]:
    """Each name that a rule knows, of any phase and of one that waits."""
    for status in values.get("status", ()):
        yield e.StatusChanged(occurred_at=_AT, by=AGENT, status=status)
        yield e.PutOnHold(occurred_at=_AT, by=AGENT, status=status)


def _classes(values: Values) -> Iterator[e.TicketEvent]:
    types = [TicketType(it) for it in values.get("type", ())]
    others = [it for it in TicketType if types and it not in types]
    yield from (e.Classified(occurred_at=_AT, by=AGENT, type=it) for it in [*types, *others[:1]])
    categories = values.get("category", ())
    for category in (*categories, *((ANOTHER,) if categories else ())):
        yield e.Classified(occurred_at=_AT, by=AGENT, category=category)
    for fact, known in values.items():
        if fact.startswith(LABEL):
            name = fact.removeprefix(LABEL)
            yield from (e.Labelled(occurred_at=_AT, by=AGENT, labels=FrozenMap({name: it})) for it in known)
            yield e.Labelled(occurred_at=_AT, by=AGENT, removed=(name,))


def _rest() -> Iterator[e.TicketEvent]:
    yield e.Acknowledged(occurred_at=_AT, by=AGENT)
    yield e.WorkaroundGiven(occurred_at=_AT, by=AGENT)
    yield e.CallbackPromised(occurred_at=_AT, by=AGENT, callback_at=_AT + 4 * HOUR)
    yield e.CallbackKept(occurred_at=_AT, by=AGENT)


def _dates(targets: Iterable[Target]) -> Iterator[e.TicketEvent]:
    """A due date for all targets, and one for each of these. Far off, so that most are later than what is promised."""
    for name in (None, *sorted({target.name for target in targets})):
        yield e.DueDateSet(occurred_at=_AT, by=AGENT, due=_AT + 28 * DAY, target=name)


def _others() -> Mapping[Shape, e.TicketEvent]:
    """What changes nothing in a situation, and matters only where it ends a clock."""
    others: tuple[e.TicketEvent, ...] = (
        e.Worked(occurred_at=_AT, by=AGENT),
        e.SolutionProposed(occurred_at=_AT, by=AGENT),
        e.KnowledgeUsed(occurred_at=_AT, by=AGENT, article="article"),
        e.Linked(occurred_at=_AT, by=AGENT, to="another ticket"),
        e.Split(occurred_at=_AT, by=AGENT, into=("another ticket",)),
        e.Rated(occurred_at=_AT, by=CUSTOMER, score=3),
    )
    return {kind_name(type(event)): event for event in others}
