"""The situations that a ticket passed through: one half-open span for each event, contiguous, some of them empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from attrs import frozen

from slaengine.domain.events import DueDateSet, TicketEvent
from slaengine.domain.situation import Situation, evolve
from slaengine.instants import FOREVER, Instant


@frozen
class Span:
    """`start <= t < end`. An empty one stays: a reply in the second of its question still ends a clock.

    due: the due date in force, where one was set by hand: the one instant beside the situation that a rule may use.
    """

    start: Instant
    end: Instant
    situation: Situation
    event: TicketEvent
    due: Instant | None = None


Timeline: TypeAlias = Sequence[Span]


def timeline(events: Iterable[TicketEvent]) -> tuple[Span, ...]:
    """The spans of events that stand in their order: by the instant they occurred, then by position.

    Raises UnlawfulEvent for an event that has no reading after the ones before it.
    """
    events = tuple(events)
    ends = [event.occurred_at for event in events[1:]] + [FOREVER]
    situation: Situation | None = None
    due: Instant | None = None
    spans = []
    for event, end in zip(events, ends, strict=False):
        situation = evolve(situation, event)
        if isinstance(event, DueDateSet):
            due = event.due
        spans.append(Span(event.occurred_at, end, situation, event, due))
    return tuple(spans)
