"""The situations that a ticket passed through: one half-open span for each event, contiguous, some of them empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from attrs import frozen

from slaengine.domain.events import CallbackPromised, DueDateSet, TicketEvent
from slaengine.domain.shapes import Shape, shape
from slaengine.domain.situation import Situation, evolve
from slaengine.instants import FOREVER, Instant

Dates: TypeAlias = tuple[tuple[str, Instant], ...]
"""Dates in force by name: "due", "callback", and "due/resolution" for one that is set for a target."""


@frozen
class Span:
    """`start <= t < end`. An empty one stays: a reply in the second of its question still ends a clock.

    shape: what of the event a rule may tell apart. dates: those in force, the only instants that a rule may use.
    """

    start: Instant
    end: Instant
    situation: Situation
    event: TicketEvent
    shape: Shape
    dates: Dates = ()

    def date(self, of: str, target: str) -> Instant | None:
        """The date in force: the one that was set for the target itself, else the one for all."""
        if not self.dates:
            return None
        dates = dict(self.dates)
        return dates.get(f"{of}/{target}", dates.get(of))


Timeline: TypeAlias = Sequence[Span]


def timeline(events: Iterable[TicketEvent]) -> tuple[Span, ...]:
    """The spans of events that stand in their order: by the instant they occurred, then by position.

    Raises UnlawfulEvent for an event that has no reading after the ones before it.
    """
    events = tuple(events)
    ends = [event.occurred_at for event in events[1:]] + [FOREVER]
    situation: Situation | None = None
    dates: Dates = ()
    spans = []
    for event, end in zip(events, ends, strict=False):
        situation = evolve(situation, event)
        if isinstance(event, DueDateSet | CallbackPromised):
            dates = _dated(dates, event)
        spans.append(Span(event.occurred_at, end, situation, event, shape(event), dates))
    return tuple(spans)


def _dated(was: Dates, event: DueDateSet | CallbackPromised) -> Dates:
    if isinstance(event, CallbackPromised):
        name, at = "callback", event.callback_at
    else:
        name, at = "due" if event.target is None else f"due/{event.target}", event.due
    return *((other, then) for other, then in was if other != name), (name, at)
