"""A desk: the tickets and the streams of its own, kept in an event store."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from attrs import evolve as but
from attrs import field, frozen
from attrs.converters import optional

from slaengine.audit.log import Log
from slaengine.codec.files import write_whole
from slaengine.codec.lines import to_lines
from slaengine.codec.stored import check_storable
from slaengine.domain.decisions import Decision
from slaengine.domain.events import TICKET_EVENTS, TicketEvent
from slaengine.domain.history import history
from slaengine.domain.recorded import Event, Recorded
from slaengine.domain.ticket import Ticket, rebuilt
from slaengine.errors import InputError, StoreError
from slaengine.eventstore.ids import new_ids
from slaengine.eventstore.insertion import check
from slaengine.eventstore.journal import Journal
from slaengine.eventstore.retry import attempted
from slaengine.eventstore.sqlite import is_store
from slaengine.instants import FOREVER, MINUTE, Duration, Instant, When, as_instant

SKEW: Duration = MINUTE
"""By how much the clocks of the machines that write to one store may differ."""

_PAGE = 5_000
_BATCH = 5_000
_OF_A_TICKET = frozenset(TICKET_EVENTS)


def wall_clock() -> Instant:
    """Now, by the clock of this machine. Nothing below the desk asks for it."""
    return time.time_ns() // 1000


@frozen
class _Metadata:
    """What a caller says of records beside their events."""

    recorded_at: Instant | None = field(converter=optional(as_instant))
    correlation: str | None
    causation: str | None


class Desk:
    """The tickets of a desk, each of them what its events say.

        with Desk("desk.sqlite") as desk:
            desk.do("T-1042", open_ticket(by="kim", priority="P2"))
            desk.do("T-1042", assign(to="ana"))
            desk.ticket("T-1042").owner

    path: an SQLite file, or ":memory:" for a desk that is gone when it is closed. create: whether a file that does not
    exist is made; False where a store is only read, for which the right to read it suffices. clock: what tells the
    time, in microseconds since 1970.

    Threads may share a desk; processes open one each. All methods raise StoreError, with the path and what to do, for
    a store that cannot be read or written.
    """

    def __init__(self, path: str | Path, *, create: bool = True, clock: Callable[[], Instant] = wall_clock) -> None:
        self._journal = Journal.open(path, create=create)
        self._clock = clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Desk({self.source!r})"

    @property
    def source(self) -> str:
        """The path of the store."""
        return self._journal.source

    def close(self) -> None:
        """Give the file back. A closed desk answers nothing any more."""
        self._journal.close()

    # Writing ----------------------------------------------------------------------------------------------------------

    def do(
        self,
        ticket_id: str,
        decision: Decision,
        *,
        at: When | None = None,
        correlation: str | None = None,
        causation: str | None = None,
    ) -> tuple[Recorded, ...]:
        """Take a decision about a ticket and store the events that follow, all of them or none. Nothing to do: ().

        at: the instant at which it was taken, by default now. The decision looks at the ticket as it stood then, and
        its events are inserted where they occurred. correlation, causation: ids of the request and of the record that
        led to it.

        Raises UnlawfulEvent, and changes nothing, if the history would become unlawful: for a late event the message
        shows the order recorded and the order occurred. Raises ConcurrencyError if others were faster at every attempt,
        InputError for an event with a field that could not be read again, and InstantError for an instant outside the
        years 1 to 9999.
        """

        def events(stored: Sequence[Recorded], now: Instant) -> Sequence[TicketEvent]:
            then = now if at is None else as_instant(at)
            return decision(_ticket(ticket_id, stored, then), then)

        return self._append(ticket_id, events, _Metadata(None, correlation, causation))

    def record(
        self,
        stream: str,
        *events: Event,
        recorded_at: When | None = None,
        correlation: str | None = None,
        causation: str | None = None,
    ) -> tuple[Recorded, ...]:
        """Store what happened already, all of it or nothing: events of a ticket, or of the desk in a stream of its own.

        recorded_at: when it was written down, by default now. Raises as `do` does for the events of a ticket, and
        StoreError for a stream that would hold both sorts.
        """
        return self._append(stream, lambda stored, now: events, _Metadata(recorded_at, correlation, causation))

    def import_records(self, records: Log | Iterable[Recorded]) -> int:
        """Store the records of another log with their ids and the instants at which they were recorded.

        They get positions and versions of this store, behind what is there. A record whose stream holds its id already
        is the same record and is not stored again, so an import may be repeated or resumed. Facts of elsewhere are
        taken as they are: what has no lawful reading among them an audit sets aside.

        Returns how many were new. Raises StoreError for an id that is stored with another content.
        """
        given = iter(records.records if isinstance(records, Log) else records)
        imported = 0
        while batch := tuple(islice(given, _BATCH)):
            imported += len(attempted(partial(self._import, batch)))
        return imported

    # Reading ----------------------------------------------------------------------------------------------------------

    def ticket(self, ticket_id: str) -> Ticket | None:
        """The ticket as all its events tell it, corrected ones as they were corrected; None if it was never opened.

        Records without a lawful reading, which only an import can bring, count for nothing.
        """
        return _ticket(ticket_id, self._journal.stream(ticket_id))

    def history(self, ticket_id: str) -> tuple[Recorded, ...]:
        """The records of a ticket, or of another stream, in the order in which they were written down."""
        return tuple(self._journal.stream(ticket_id))

    def records(self, after: int = 0) -> Iterator[Recorded]:
        """All records behind a position, in the order of positions, which may have gaps. They are read in pages."""
        while page := self._journal.page(after=after, limit=_PAGE):
            yield from page
            after = page[-1].position

    def export_lines(self, path: str | Path) -> int:
        """Write all records as canonical JSON Lines. Returns how many.

        The file appears whole or not at all; a store is never overwritten. Raises StoreError if it cannot be written.
        """
        if is_store(path):
            raise StoreError(f"{path} is an event store or another database: name another file for the export")
        try:
            return write_whole(path, to_lines(self.records()))
        except InputError as error:
            raise StoreError(str(error)) from error

    # How --------------------------------------------------------------------------------------------------------------

    def _append(
        self,
        stream: str,
        decided: Callable[[Sequence[Recorded], Instant], Sequence[Event]],
        metadata: _Metadata,
    ) -> tuple[Recorded, ...]:
        """Load, decide, check, append; again from the start if another writer came between."""

        def once() -> tuple[Recorded, ...]:
            stored = self._journal.stream(stream)
            now = self._now(stored)
            new = _behind(stored, stream, decided(stored, now), now, metadata)
            for record in new:
                check_storable(record)
            _check(stream, stored, new)
            return self._journal.append(new)

        return attempted(once)

    def _now(self, stored: Sequence[Recorded]) -> Instant:
        """The instant of the clock, or of the latest event where that is a little ahead.

        So a decision never lies before what it looked at only because the clocks of two machines differ.
        """
        now = self._clock()
        latest = max((record.occurred_at for record in stored), default=now)
        return latest if now < latest <= now + SKEW else now

    def _import(self, batch: Sequence[Recorded]) -> tuple[Recorded, ...]:
        """Stores what of a batch its streams do not hold yet."""
        streams: dict[str, dict[str, Recorded]] = {}
        new = []
        for record in batch:
            check_storable(record)
            if record.stream not in streams:
                streams[record.stream] = {stored.id: stored for stored in self._journal.stream(record.stream)}
            held = streams[record.stream]
            if record.id in held:
                _check_same(held[record.id], record)
            else:
                held[record.id] = but(record, version=len(held) + 1)
                new.append(held[record.id])
        return self._journal.append(new)


def as_log(store: Desk | str | Path) -> Log:
    """All records of a store, for an audit. A path is opened, read whole and closed; no store is made.

    Raises StoreError for a path that is no store.
    """
    if isinstance(store, Desk):
        return Log(source=store.source, records=tuple(store.records()))
    with Desk(store, create=False) as desk:
        return as_log(desk)


def _ticket(id: str, records: Iterable[Recorded], at: Instant = FOREVER) -> Ticket | None:
    """The ticket as it stood at an instant, by what is known today."""
    lawful = history(records).records
    return rebuilt(id, (cast(TicketEvent, record.event) for record in lawful if record.occurred_at <= at))


def _behind(
    stored: Sequence[Recorded], stream: str, events: Sequence[Event], now: Instant, metadata: _Metadata
) -> list[Recorded]:
    """The records of events behind those of their stream. Their positions order them until the store gives others."""
    version, position = (stored[-1].version, stored[-1].position) if stored else (0, 0)
    return [
        Recorded(
            stream=stream,
            position=position + n,
            version=version + n,
            event=event,
            id=id,
            recorded_at=now if metadata.recorded_at is None else metadata.recorded_at,
            correlation=metadata.correlation,
            causation=metadata.causation,
        )
        for n, (event, id) in enumerate(zip(events, new_ids(now, len(events)), strict=True), start=1)
    ]


def _check(stream: str, stored: Sequence[Recorded], new: Sequence[Recorded]) -> None:
    if not new:
        return
    if len({type(record.event) in _OF_A_TICKET for record in (*stored[:1], *new)}) > 1:
        raise StoreError(
            f"{stream!r} would hold events of a ticket and events of the desk: give the desk's a stream of their own"
        )
    if type(new[0].event) in _OF_A_TICKET:
        check(stored, new)


def _check_same(held: Recorded, given: Recorded) -> None:
    """Position and version belong to the log that a record stands in; all else is the record."""
    if but(held, position=given.position, version=given.version) != given:
        raise StoreError(
            f"record {given.id!r} of {given.stream!r} is stored with another content: nothing of its batch was "
            "imported; give the record an id of its own, or correct what is stored"
        )
