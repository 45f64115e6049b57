"""An event in its envelope: where it stands in which stream, and when it was written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from attrs import evolve as but
from attrs import field, frozen

from slaengine.domain.desk import DeskEvent
from slaengine.domain.events import Corrected, TicketEvent
from slaengine.instants import FOREVER, Instant

Event: TypeAlias = TicketEvent | DeskEvent


DERIVED = -1
"""In place of a version: no log has such a record."""


@frozen(kw_only=True)
class Recorded:
    """One record of a log.

    stream: the ticket's id, or the name of a stream of the desk. version: its number in the stream, from 1.
    position: its number in the whole log, from 1, perhaps with gaps. id: unique in the log. recorded_at: when it was
    written down; by default when it occurred. correlation, causation: ids of the request and of the record that led
    to it. tenant: whose log it is, where several share a store. correction: the record that put this event in the
    place of another; of no log, it is known where a history is read.
    """

    stream: str
    position: int
    event: Event
    version: int = 0
    id: str = field()
    recorded_at: Instant = field()
    correlation: str | None = None
    causation: str | None = None
    tenant: str | None = None
    correction: Recorded | None = None

    @id.default
    def _from_position(self) -> str:
        return f"{self.stream}/{self.position}"

    @recorded_at.default
    def _as_it_occurred(self) -> Instant:
        return self.event.occurred_at

    @property
    def occurred_at(self) -> Instant:
        return self.event.occurred_at


def derived(record: Recorded, event: TicketEvent, name: str) -> Recorded:
    """What follows from a record, as a record of its own beside it: of the history that is read, but of no log."""
    return but(record, event=event, id=f"{record.stream}/{name}", version=DERIVED)


def is_derived(record: Recorded) -> bool:
    """Whether a record was put into a history, and stands in no log."""
    return record.version == DERIVED


def in_order(records: Iterable[Recorded]) -> list[Recorded]:
    """By the instant at which they occurred, then by position: the order in which a history is read."""
    return sorted(records, key=lambda record: (record.event.occurred_at, record.position))


def known(records: Iterable[Recorded], known_at: Instant = FOREVER) -> list[Recorded]:
    """What was known at an instant, in the order in which it occurred.

    Drops what was recorded later, puts what did happen in the place of what was corrected, and orders. Of several
    corrections of one record the last counts. A correction is a record too: one that is itself corrected has no effect,
    or that of what stands in its place. A correction of no earlier record that is known stays in the list: it has no
    lawful reading, and whoever folds the list will say so.
    """
    told = sorted((record for record in records if record.recorded_at <= known_at), key=lambda record: record.position)
    if any(isinstance(record.event, Corrected) for record in told):
        told = [*_from_the_end(told)][::-1]
    return in_order(told)


def _from_the_end(told: Sequence[Recorded]) -> Iterator[Recorded]:
    """What stands, from the last record to the first: whatever could correct a record was read before it."""
    number = {record.id: n for n, record in enumerate(told)}
    instead: dict[str, tuple[TicketEvent | None, Recorded]] = {}
    for n, record in reversed(list(enumerate(told))):
        event, correction = instead.get(record.id, (record.event, None))
        if isinstance(event, Corrected) and number.get(event.corrects, n) < n:
            instead.setdefault(event.corrects, (event.event, correction or record))
        elif event is not None:
            yield record if correction is None else but(record, event=event, correction=correction)
