"""A case as a detector sees it: who had the ticket before each event, and where a clock stood just then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from attrs import frozen

from slaengine.domain.events import CustomerContacted, TicketEvent, Worked
from slaengine.domain.recorded import Recorded, is_derived
from slaengine.domain.ticket import Ticket, after
from slaengine.domain.timeline import Span
from slaengine.domain.vocabulary import Actor, Role
from slaengine.instants import Instant
from slaengine.policies.target import Stepping
from slaengine.projections.clocks import Clock, Meter
from slaengine.projections.gaming.flag import Evidence, Position

if TYPE_CHECKING:
    from slaengine.projections.case import Case

WORK: frozenset[type[TicketEvent]] = frozenset({Worked, CustomerContacted})
STAFF = frozenset({Role.AGENT, Role.LEAD})


@frozen
class Moment:
    """One event with the ticket just before it (None: it is the opening)."""

    index: int
    record: Recorded
    span: Span
    before: Ticket | None

    @property
    def owner(self) -> str | None:
        """Who had the ticket just before."""
        return self.before.owner if self.before else None

    @property
    def team(self) -> str | None:
        """Where the ticket lay just before."""
        return self.before.situation.team if self.before else None

    @property
    def event(self) -> TicketEvent:
        return self.span.event

    @property
    def by(self) -> Actor | None:
        return self.span.event.by


def moments(case: Case) -> Sequence[Moment]:
    """Every event of a case."""
    return tuple(_moments(case))


def _moments(case: Case) -> Iterator[Moment]:
    ticket: Ticket | None = None
    for index, (record, span) in enumerate(zip(case.history.records, case.timeline, strict=True)):
        yield Moment(index, record, span, ticket)
        ticket = after(case.ticket, ticket, span.event)


Readings: TypeAlias = Mapping[tuple[Stepping, int], Mapping[int, Clock]]
"""By what a clock is measured, and its cycle: readings by the index of an event."""


def before(case: Case, clocks: Iterable[Clock], acts: Iterable[Moment]) -> Readings:
    """Each clock as it stood just before each of some events, where it lived then: one pass for all of its cycles."""
    asked = {act.index: act.span.start for act in acts}
    found: dict[tuple[Stepping, int], dict[int, Clock]] = {(clock.by, clock.cycle): {} for clock in clocks}
    for by in dict.fromkeys(by for by, _ in found):
        meter = Meter(by)
        for index, span in enumerate(case.timeline[: max(asked, default=-1) + 1]):
            if index in asked and (reading := meter.latest(asked[index])) is not None and reading.ended_at is None:
                found.setdefault((by, reading.cycle), {})[index] = reading
            meter.take(span)
    return found


def position(reading: Clock, at: Instant) -> Position:
    """Where a clock stood that was read at an instant."""
    return Position(
        at=at,
        target=reading.target.name,
        kind=str(reading.target.kind),
        cycle=reading.cycle,
        limit=reading.limit,
        used=reading.used,
        left=reading.left,
        due=reading.promise,
    )


def is_staff(actor: Actor | None) -> bool:
    """Whether a person of the desk acted. Nobody named: the log cannot tell, and so it counts for nothing."""
    return actor is not None and actor.role in STAFF


def is_work(event: TicketEvent, owner: str) -> bool:
    """Whether an event shows that this owner did something for the ticket."""
    return isinstance(event, Worked | CustomerContacted) and event.by is not None and event.by.id == owner


def evidence(case: Case, clock: Clock, acts: dict[int, str]) -> tuple[Evidence, ...]:
    """What a stranger needs to see the same: until the last act, the opening, what turned the clock, what changed the
    ticket so that a later event means what it means, and the acts.

    acts: index of a record -> its part.
    """
    turns = {id(line.span) for line in clock.ledger}
    told = moments(case)[: max(acts) + 1]
    parts = ((moment, acts.get(moment.index) or _part(moment, turns)) for moment in told)
    return tuple(
        Evidence(record=moment.record.id, part=part) for moment, part in parts if part and not is_derived(moment.record)
    )


def _part(moment: Moment, turns: set[int]) -> str | None:
    if moment.before is None:
        return "opening"
    if id(moment.span) in turns:
        return "turns the clock"
    return "changes the ticket" if _changes(moment.before, moment.event) else None


def _changes(was: Ticket, event: TicketEvent) -> bool:
    """Whether anything is another that rules or detectors look at."""
    now = after(was.id, was, event)
    return (was.situation, was.owner, was.area, was.links) != (now.situation, now.owner, now.area, now.links)


def owner_at(case: Case, at: Instant) -> str | None:
    """Who had the ticket at an instant."""
    ticket: Ticket | None = None
    for span in case.timeline:
        if span.start > at:
            break
        ticket = after(case.ticket, ticket, span.event)
    return ticket.owner if ticket else None
