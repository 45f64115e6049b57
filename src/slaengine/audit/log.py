"""What an audit reads: the records of a log, what of it could not be read, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from slaengine.domain.events import TicketEvent
from slaengine.domain.recorded import Recorded


@frozen(kw_only=True)
class Rejected:
    """What could not be read, or has no lawful reading: nothing of a log is dropped in silence.

    line: its number in the source, from 1; None where the source has no lines. field, value: what is wrong.
    """

    line: int | None
    field: str | None
    value: str | None
    reason: str
    stream: str | None = None


def _records(given: Iterable[Recorded]) -> tuple[Recorded, ...]:
    return tuple(sorted(given, key=lambda record: record.position))


def _rejected(given: Iterable[Rejected]) -> tuple[Rejected, ...]:
    return tuple(given)


@frozen(kw_only=True, eq=False)
class Log:
    """Records, put in the order in which they were written down: that of their positions.

    lacks: the kinds of event that the source never holds, so that their absence says nothing: a clock that needs one
    is not measurable. lines: where each record came from, by its position; empty for a store.
    """

    source: str
    records: tuple[Recorded, ...] = field(converter=_records)
    rejected: tuple[Rejected, ...] = field(default=(), converter=_rejected)
    lacks: frozenset[type[TicketEvent]] = frozenset()
    lines: dict[int, int] = field(factory=dict, repr=False)


def as_log(records: Log | Iterable[Recorded]) -> Log:
    """A log of bare records, or the log as it is."""
    return records if isinstance(records, Log) else Log(source="records", records=records)
