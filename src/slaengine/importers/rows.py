"""A row of a CSV log: which ticket, when, by whom, and what it tells."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from typing import Generic, TypeVar

from attrs import define, field, frozen

from slaengine.domain.vocabulary import Actor, Role
from slaengine.errors import InputError
from slaengine.importers.columns import Cells, Columns, Reader
from slaengine.importers.facts import one_of
from slaengine.importers.mapping import ActorRule, LogMapping, Moment
from slaengine.instants import Instant

T = TypeVar("T")

WHOLE = "\x00"
"""The name of a column with all that a row holds, be it mapped or not: for rows that hold more than their columns."""


@frozen
class Row(Generic[T]):
    """line: where it begins, from 1. source_ref: which row of its log it is, the same at every import."""

    line: int
    ticket: str
    at: Instant
    by: Actor | None
    opened_at: Instant | None
    source_ref: str
    told: T


@define
class RowReader(Generic[T]):
    """Reads rows one after the other."""

    told: Reader[T]
    ticket: Reader[str]
    at: Reader[Instant | None]
    at_column: str
    by: Reader[Actor | None]
    opened_at: Reader[Instant | None]
    source_ref: Callable[[int, Cells], str]

    @classmethod
    def of(
        cls, mapping: LogMapping, columns: Columns, told: Callable[[LogMapping, Columns], Reader[T]]
    ) -> RowReader[T]:
        """The reader of a file with these columns; `told` makes that of what a row tells.

        The ids of a row's events rest on all that the row holds, or on its column WHOLE, if it has one.
        """
        whole = slice(columns.names.index(WHOLE), None) if WHOLE in columns.names else slice(None)
        return cls(
            told=columns.remembered(partial(told, mapping)),
            ticket=columns.required(mapping.ticket),
            at=columns.moment(mapping.occurred_at),
            at_column=mapping.occurred_at.column,
            by=columns.remembered(partial(actor_reader, mapping.actor)),
            opened_at=columns.moment(mapping.opening) if isinstance(mapping.opening, Moment) else _nothing,
            source_ref=_Contents(whole)
            if mapping.record is None
            else _Numbers(mapping.record, columns.required(mapping.record)),
        )

    def ticket_of(self, cells: Cells) -> str | None:
        """The ticket of a row of which something else may be wrong."""
        try:
            return self.ticket(cells)
        except InputError:
            return None

    def read(self, line: int, cells: Cells) -> Row[T]:
        """The row. Raises InputError with the field and the value that are wrong."""
        ticket, at = self.ticket(cells), self.at(cells)
        if at is None:
            raise InputError("is empty: every row must hold it", field=self.at_column)
        by, opened_at, told = self.by(cells), self.opened_at(cells), self.told(cells)
        return Row(line, ticket, at, by, opened_at, self.source_ref(line, cells), told)


def _nothing(_: Cells) -> None:
    return None


def actor_reader(rule: ActorRule | None, columns: Columns) -> Reader[Actor | None]:
    """Reads who did it, if the mapping tells that."""
    if rule is None:
        return _nothing
    id, role = columns.text(rule.id), one_of(Role, "role", rule.role, columns)

    def read(cells: Cells) -> Actor | None:
        found = id(cells)
        return None if found is None else Actor(found, role(cells) or Role.AGENT)

    return read


@define
class _Contents:
    """Which row it is, by all that it holds; among equal ones, which of them."""

    whole: slice
    counts: dict[bytes, int] = field(factory=dict)

    def __call__(self, _: int, cells: Cells) -> str:
        digest = blake2b("\x1f".join(cells[self.whole]).encode(), digest_size=16).digest()
        count = self.counts[digest] = self.counts.get(digest, 0) + 1
        return f"{digest.hex()}#{count}"


@define
class _Numbers:
    """Which row it is, by the source's own id, which must not stand twice."""

    column: str
    id: Reader[str]
    lines: dict[str, int] = field(factory=dict)

    def __call__(self, line: int, cells: Cells) -> str:
        found = self.id(cells)
        if (taken := self.lines.setdefault(found, line)) != line:
            raise InputError(f"line {taken} has this id already", field=self.column, value=found)
        return found
