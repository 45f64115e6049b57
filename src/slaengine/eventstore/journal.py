"""The records of one database, in their streams and in one order over all. The library begins behind this page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

from attrs import evolve as but
from attrs import frozen
from eventsourcing.persistence import InfrastructureFactory, Notification, StoredEvent

from slaengine.codec.stored import check_name
from slaengine.domain.recorded import Recorded
from slaengine.errors import InputError, StoreError, UnknownEventType
from slaengine.eventstore.mapper import Envelope, RecordMapper
from slaengine.eventstore.sqlite import StreamRecorder, factory, refusing


@frozen(eq=False)
class Journal:
    """Appends and reads. Threads may share it; a process that was forked opens its own.

    Every method raises StoreError, with the path and what to do, for whatever the database complains of.
    """

    source: str
    _factory: InfrastructureFactory[Any]
    _recorder: StreamRecorder
    _mapper: RecordMapper

    @classmethod
    def open(cls, path: str | Path, *, create: bool) -> Journal:
        """The journal in an SQLite file. create: whether what does not exist is made."""
        made = factory(path, create=create)
        with refusing(str(path)):
            recorder = made.application_recorder()
            mapper = made.mapper(mapper_class=RecordMapper)
        return cls(str(path), made, cast(StreamRecorder, recorder), cast(RecordMapper, mapper))

    def append(self, records: Sequence[Recorded]) -> tuple[Recorded, ...]:
        """Stores all of them or, on an error, none; gives them back as they will be read, with their positions.

        Raises ConcurrencyError if one of the versions is taken in its stream, and InputError for an event that could
        not be read again: what is stored stays for ever.
        """
        rows = [self._mapper.to_stored_event(Envelope(record)) for record in records]
        read_back = [self._readable(row) for row in rows]
        with refusing(self.source):
            positions = self._recorder.insert_events(rows) or ()
        return tuple(but(record, position=position) for record, position in zip(read_back, positions, strict=True))

    def stream(self, name: str) -> list[Recorded]:
        """The records of a stream by version. Raises InputError for a name that no stream can have."""
        check_name("stream", name)
        with refusing(self.source):
            rows = self._recorder.select_stream(name)
        return self._records(rows)

    def page(self, *, after: int, limit: int) -> list[Recorded]:
        """At most so many records behind a position, in the order of positions, which may have gaps."""
        with refusing(self.source):
            rows = self._recorder.select_notifications(after, limit, inclusive_of_start=False)
        return self._records(rows)

    def close(self) -> None:
        """Gives all connections back. Closing twice is nothing."""
        with refusing(self.source):
            self._factory.close()

    def _readable(self, row: StoredEvent) -> Recorded:
        try:
            return self._mapper.to_domain_event(row).record
        except InputError as error:
            raise InputError(f"{row.originator_id}: {error}", field=error.field, value=error.value) from error

    def _records(self, rows: Iterable[Notification]) -> list[Recorded]:
        return [self._record(row) for row in rows]

    def _record(self, row: Notification) -> Recorded:
        try:
            return self._mapper.to_domain_event(row).record
        except UnknownEventType as error:
            raise UnknownEventType(f"{self.source}, position {row.id}: {error}") from error
        except InputError as error:
            raise StoreError(f"{self.source}, position {row.id}, {row.topic!r}: {error}") from error
