"""Records of a file -> a log, through a mapping: what is the same for CSV and XES.

An event has the same id at every import: the UUIDv5 of the source, the ticket, the row (its own id, or all that it
holds) and the event's number within the row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar
from uuid import UUID, uuid5

from attrs import frozen

from slaengine.audit.log import Log, Rejected
from slaengine.domain.events import Opened, TicketEvent
from slaengine.domain.recorded import Recorded
from slaengine.errors import InputError
from slaengine.importers.activities import activity_reader, tell_activities
from slaengine.importers.columns import Columns, Reader
from slaengine.importers.mapping import LogMapping, Moment, Rows
from slaengine.importers.rows import Row, RowReader
from slaengine.importers.snapshots import snapshot_reader, tell_snapshots
from slaengine.instants import Instant, iso

T = TypeVar("T")

NAMESPACE = UUID("8f875566-1e37-4194-8aab-6d72abf0e4d1")
"""Of the ids of imported events."""

Records: TypeAlias = Callable[[Sequence[str]], Iterator[tuple[int, Sequence[str]] | Rejected]]
"""The names of the columns that a mapping asks for -> the header, then each record with its line, or its rejection."""


def mapped_log(path: Path, mapping: LogMapping, records: Records) -> Log:
    """The log of the records of a file.

    A record that cannot be read is rejected, with its line, and reading goes on. Positions follow the file; the rows of
    one ticket may stand in any order and are read in that of time, those of one time in that of the file.
    Raises InputError for a file that cannot be read, does not fit the mapping, or has not one row of use.
    """
    if mapping.rows is Rows.EVENTS:
        return _read(path, mapping, records, _Way(activity_reader, tell_activities))
    return _read(path, mapping, records, _Way(snapshot_reader, tell_snapshots))


@frozen
class _Way(Generic[T]):
    """How rows are read, and how those of one ticket, in the order of time, become its events."""

    reader: Callable[[LogMapping, Columns], Reader[T]]
    tell: Callable[[LogMapping, Sequence[Row[T]], Instant | None], Iterator[tuple[Row[T], list[TicketEvent]]]]


@frozen
class _Found:
    """An event, the line of its row, and which of the row's events it is."""

    line: int
    ticket: str
    source_ref: str
    part: str
    event: TicketEvent


def _read(path: Path, mapping: LogMapping, records: Records, way: _Way[T]) -> Log:
    rejected: list[Rejected] = []
    tickets: dict[str, list[Row[T]]] = {}
    for row in _rows(path, mapping, records, way, rejected):
        tickets.setdefault(row.ticket, []).append(row)
    found = [event for rows in tickets.values() for event in _events(mapping, way, rows, rejected)]
    found.sort(key=lambda it: it.line)  # stable: the events of a row stay in their order
    if not found:
        raise _useless(path, rejected)
    return Log(
        source=mapping.source,
        records=_recorded(mapping.source, found),
        rejected=sorted(rejected, key=lambda it: it.line or 0),
        lacks=mapping.lacks,
        lines={position: it.line for position, it in enumerate(found, start=1)},
    )


def _useless(path: Path, rejected: Sequence[Rejected]) -> InputError:
    if not rejected:
        return InputError(f"{path}: has no record that tells an event: name a log with records")
    first = rejected[0]
    where = f"line {first.line}" + (f", {first.field} {first.value!r}" if first.field else "")
    return InputError(f"{path}: not one of {len(rejected)} records can be read; {where}: {first.reason}")


def _rows(
    path: Path, mapping: LogMapping, records: Records, way: _Way[T], rejected: list[Rejected]
) -> Iterator[Row[T]]:
    """The rows that can be read; the others go to `rejected`."""
    reader: RowReader[T] | None = None
    for record in records(_asked_for(mapping, way)):
        if isinstance(record, Rejected):
            rejected.append(record)
            continue
        line, cells = record
        if reader is None:  # this is the header
            columns = Columns(cells, mapping.null)
            reader = RowReader.of(mapping, columns, way.reader)
            columns.check(path)
            continue
        try:
            yield reader.read(line, cells)
        except InputError as error:
            ticket, reason = reader.ticket_of(cells), str(error)
            rejected.append(Rejected(line=line, field=error.field, value=error.value, reason=reason, stream=ticket))


def _asked_for(mapping: LogMapping, way: _Way[T]) -> Sequence[str]:
    """The names of the columns that a mapping reads: of a file without any, all of them are missing."""
    none = Columns((), mapping.null)
    RowReader.of(mapping, none, way.reader)
    return [*none.missing]


def _events(mapping: LogMapping, way: _Way[T], rows: list[Row[T]], rejected: list[Rejected]) -> Iterator[_Found]:
    """The events of one ticket."""
    rows.sort(key=lambda row: row.at)  # stable: rows of one time stay in the order of the file
    opening = next((row.opened_at for row in rows if row.opened_at is not None), None)
    if isinstance(mapping.opening, Moment):
        refused = [_unopened(mapping, mapping.opening.column, opening, row) for row in rows]
        rejected += filter(None, refused)
        rows = [row for row, reason in zip(rows, refused, strict=True) if reason is None]
    for row, events in way.tell(mapping, rows, opening):
        numbers = count(1)
        for event in events:
            part = "opening" if isinstance(event, Opened) else str(next(numbers))
            yield _Found(row.line, row.ticket, row.source_ref, part, event)


def _unopened(mapping: LogMapping, column: str, opening: Instant | None, row: Row[T]) -> Rejected | None:
    """The row, if it has no place after an opening."""
    if opening is None:
        reason = "is empty in all rows of the ticket: nothing tells when it was opened"
        return Rejected(line=row.line, field=column, value=None, reason=reason, stream=row.ticket)
    if row.at < opening:
        reason = f"is before the opening of the ticket ({column} {iso(opening)})"
        at = mapping.occurred_at.column
        return Rejected(line=row.line, field=at, value=iso(row.at), reason=reason, stream=row.ticket)
    return None


def _recorded(source: str, found: Sequence[_Found]) -> Iterator[Recorded]:
    versions: dict[str, int] = {}
    for position, it in enumerate(found, start=1):
        version = versions[it.ticket] = versions.get(it.ticket, 0) + 1
        id = uuid5(NAMESPACE, f"{source}\x1f{it.ticket}\x1f{it.source_ref}\x1f{it.part}")
        yield Recorded(
            stream=it.ticket,
            position=position,
            version=version,
            id=str(id),
            event=it.event,
            recorded_at=it.event.occurred_at,
        )
