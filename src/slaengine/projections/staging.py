"""A history that was found, told as a case: at instants of open time, so that its ledger can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve as but
from attrs import frozen

from slaengine.domain import events as e
from slaengine.domain.recorded import Recorded
from slaengine.domain.vocabulary import Coverage
from slaengine.errors import HorizonError
from slaengine.instants import DAY, HOUR, MINUTE, Duration, Instant, instant
from slaengine.policies.agreement import Agreement
from slaengine.policies.calendar import Calendar
from slaengine.projections.case import Case
from slaengine.projections.clocks import Clock
from slaengine.projections.explain import Explanation, explained
from slaengine.projections.search import book_of, under

MONDAY: Instant = instant("2025-01-06T00:00:00Z")
"""Whence an opening of the calendar is looked for, if the agreement and the calendar reach so far."""

WIDTH = 100
"""Characters in a line of words."""


@frozen
class Stage:
    """When the first event takes place, and how much later each of the next: in open time of a calendar."""

    calendar: Calendar
    start: Instant
    gap: Duration = HOUR

    def instants(self, count: int) -> Iterator[Instant]:
        """Instants in open time, one for each event and one for the reading."""
        open_time = self.calendar.open_time
        return (open_time.breach(self.start, number * self.gap) for number in range(count + 1))

    def placed(self, events: Sequence[e.TicketEvent]) -> tuple[e.TicketEvent, ...]:
        """The events at their instants, and the dates that they set as much later as they say."""
        return tuple(_at(event, at) for event, at in zip(events, self.instants(len(events)), strict=False))

    def end(self, events: Sequence[e.TicketEvent]) -> Instant:
        """When the clocks are read: as much after the last event."""
        return [*self.instants(len(events))][-1]


def stages(agreement: Agreement, calendar: Calendar) -> Iterator[Stage]:
    """When a history may take place, the plainest first: from an opening on, from late in the day on, in days."""
    first = opening(agreement, calendar)
    late = calendar.open_time.breach(first, 7 * HOUR + 30 * MINUTE)
    yield Stage(calendar, first)
    yield Stage(calendar, late)
    yield Stage(calendar, late, 5 * HOUR)


def opening(agreement: Agreement, calendar: Calendar) -> Instant:
    """The first instant of open time from a Monday on at which the agreement is in force."""
    low, high = calendar.open_time.low, calendar.open_time.high
    from_then = max(MONDAY, agreement.begins)
    if not (low <= from_then < min(high - 366 * DAY, agreement.ends)):
        from_then = max(low, agreement.begins)
    return calendar.open_time.next_open(from_then)


def told(events: Sequence[e.TicketEvent], agreement: Agreement, stage: Stage) -> Case:
    """The case of a history under an agreement."""
    opened, *more = stage.placed(events)
    if not isinstance(opened, e.Opened):
        raise TypeError("a history begins with an opening")
    records = (
        Recorded(stream="example", position=number, version=number, event=event)
        for number, event in enumerate([under(agreement, opened), *more], start=1)
    )
    return Case(records, under=book_of(agreement))


def clock(case: Case, target: str, now: Instant, cycle: int | None = None) -> Clock | None:
    """The latest clock of a target, or that of a cycle; None where nothing was promised."""
    try:
        found = [it for it in case.clocks(now) if it.target.name == target and cycle in (None, it.cycle)]
    except HorizonError:
        return None
    return found[-1] if found else None


def ledger(case: Case, target: str, now: Instant, cycle: int | None = None) -> Explanation | None:
    """The ledger of that clock, without names of persons: nobody acted."""
    found = clock(case, target, now, cycle)
    return None if found is None else explained(case, found, now, persons=False)


def opened_with(events: Sequence[e.TicketEvent]) -> str:
    """The facts of an opening that its line in a ledger does not tell, in words."""
    opened, *_ = events
    if not isinstance(opened, e.Opened):
        return ""
    told = {"type": opened.type, "category": opened.category, "tier": opened.tier, **opened.labels}
    facts = [f"{fact} {value}" for fact, value in told.items() if value is not None]
    facts += [str(opened.coverage)] if opened.coverage is not Coverage.COVERED else []
    facts += [] if opened.asks else ["nothing to answer"]
    return f", opened with {' and '.join(facts)}" if facts else ""


def _at(event: e.TicketEvent, at: Instant) -> e.TicketEvent:
    match event:
        case e.DueDateSet(occurred_at=was, due=due):
            return but(event, occurred_at=at, due=at + due - was)
        case e.CallbackPromised(occurred_at=was, callback_at=callback_at):
            return but(event, occurred_at=at, callback_at=at + callback_at - was)
        case _:
            return but(event, occurred_at=at)
