"""The lawful history of a ticket, with what had no reading set aside: the late event is quarantined, not the ticket."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import cast

from attrs import define, field, frozen

from slaengine.domain.events import TICKET_EVENTS, Opened, TicketEvent
from slaengine.domain.recorded import Recorded, known
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
    sieve = _Sieve()
    aside: list[Quarantined] = []
    for record in _first_opening_first(told):
        try:
            sieve.insert(record)
        except UnlawfulEvent as error:
            aside.append(Quarantined(record, str(error)))
    return History(tuple(sieve.kept), timeline(_events(sieve.kept)), tuple(aside))


def _first_opening_first(told: Sequence[Recorded]) -> list[Recorded]:
    written = sorted(told, key=lambda record: record.position)
    opening = next((record for record in written if isinstance(record.event, Opened)), None)
    return sorted(written, key=lambda record: record is not opening)


@define
class _Sieve:
    """The records kept so far, in the order in which they occurred, each with its place and the situation after it."""

    kept: list[Recorded] = field(factory=list)
    places: list[tuple[Instant, int]] = field(factory=list)
    situations: list[Situation] = field(factory=list)

    def insert(self, record: Recorded) -> None:
        """Puts a record where it occurred. Raises UnlawfulEvent, and changes nothing, if the history cannot have it."""
        place = record.occurred_at, record.position
        at = bisect_right(self.places, place)
        changed = self._changed(at, record)
        self.kept.insert(at, record)
        self.places.insert(at, place)
        self.situations[at : at + len(changed) - 1] = changed

    def _changed(self, at: int, record: Recorded) -> list[Situation]:
        """The situation after the record, and those after what follows it until they are what they were."""
        before = self.situations[at - 1] if at else None
        situation = evolve(before, _ticket_event(record))
        found = [situation]
        if situation == before:
            return found
        for index in range(at, len(self.kept)):
            situation = evolve(situation, _ticket_event(self.kept[index]))
            if situation == self.situations[index]:
                break
            found.append(situation)
        return found


def _events(records: Iterable[Recorded]) -> list[TicketEvent]:
    return [_ticket_event(record) for record in records]


def _ticket_event(record: Recorded) -> TicketEvent:
    """The records of a ticket hold ticket events; an event of the desk in their midst has no reading."""
    event = cast(TicketEvent, record.event)
    if type(event) not in _KINDS:
        raise unlawful(event, None, "it is an event of the desk, in the stream of a ticket")
    return event


_KINDS = frozenset(TICKET_EVENTS)
