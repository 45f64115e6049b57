"""The lawful history of a ticket, with what had no reading set aside: the late event is quarantined, not the ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from attrs import frozen

from slaengine.domain.events import TICKET_EVENTS, Opened, TicketEvent
from slaengine.domain.recorded import Recorded, in_order, known
from slaengine.domain.situation import Situation, evolve, unlawful
from slaengine.domain.timeline import Span, timeline
from slaengine.errors import UnlawfulEvent
from slaengine.instants import FOREVER, Instant


@frozen
class Quarantined:
    """A record that has no lawful reading, and why."""

    record: Recorded
    reason: str


@frozen
class History:
    """What happened to one ticket, as far as it was known: records and spans stand in pairs."""

    records: tuple[Recorded, ...]
    timeline: tuple[Span, ...]
    quarantined: tuple[Quarantined, ...] = ()


def history(records: Iterable[Recorded], known_at: Instant = FOREVER) -> History:
    """The history of one ticket as it was known at an instant."""
    told = known(records, known_at)
    try:
        return History(tuple(told), timeline(_events(told)))
    except UnlawfulEvent:
        return _sifted(told)


def _sifted(told: Sequence[Recorded]) -> History:
    """Takes the records in the order in which they were written down; one that breaks the history is set aside."""
    kept: list[Recorded] = []
    aside: list[Quarantined] = []
    situation: Situation | None = None
    for record in _first_opening_first(told):
        try:
            situation = _inserted(kept, situation, record)
        except UnlawfulEvent as error:
            aside.append(Quarantined(record, str(error)))
    return History(tuple(kept), timeline(_events(kept)), tuple(aside))


def _first_opening_first(told: Sequence[Recorded]) -> list[Recorded]:
    written = sorted(told, key=lambda record: record.position)
    opening = next((record for record in written if isinstance(record.event, Opened)), None)
    return sorted(written, key=lambda record: record is not opening)


def _inserted(kept: list[Recorded], situation: Situation | None, record: Recorded) -> Situation:
    """Puts the record where it occurred and gives the situation at the end. Raises, nothing changed, if it cannot."""
    late = bool(kept) and (record.occurred_at, record.position) < (kept[-1].occurred_at, kept[-1].position)
    if not late:
        situation = evolve(situation, _ticket_event(record))
        kept.append(record)
        return situation
    trial = in_order([*kept, record])
    situation = timeline(_events(trial))[-1].situation
    kept[:] = trial
    return situation


def _events(records: Iterable[Recorded]) -> list[TicketEvent]:
    return [_ticket_event(record) for record in records]


def _ticket_event(record: Recorded) -> TicketEvent:
    """The records of a ticket hold ticket events; an event of the desk in their midst has no reading."""
    event = cast(TicketEvent, record.event)
    if type(event) not in _KINDS:
        raise unlawful(event, None, "it is an event of the desk, in the stream of a ticket")
    return event


_KINDS = frozenset(TICKET_EVENTS)
