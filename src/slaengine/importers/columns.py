"""The columns of one CSV file, and what is read from its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from attrs import define, field

from slaengine.errors import InputError
from slaengine.importers.mapping import Column, Moment, Value
from slaengine.instants import Instant

T = TypeVar("T")

Cells: TypeAlias = Sequence[str]
Reader: TypeAlias = Callable[[Cells], T]
"""Reads a row. Raises InputError with the field and the value that are wrong."""


@define
class Columns:
    """The header of a file, asked for the columns that a mapping names: those that it does not have are collected.

    A name that stands more than once means its first column; the n-th is called `name#n`.
    """

    names: Sequence[str]
    null: frozenset[str] = frozenset({""})
    used: set[int] = field(factory=set)
    measured: set[int] = field(factory=set)
    missing: dict[str, None] = field(factory=dict)  # in the order in which they were asked for
    _index: Mapping[str, int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._index = _index(self.names)

    def check(self, path: Path) -> None:
        """Raises InputError if a column was asked for that the file does not have."""
        if self.missing:
            wanted, has = ", ".join(map(repr, self.missing)), ", ".join(_addresses(self.names))
            raise InputError(f"{path}: has no column {wanted}: it has {has}; correct the mapping, or its delimiter")

    def index(self, name: str) -> int:
        """The place of a column; 0, and noted, if there is none."""
        found = self._index.get(name)
        if found is None:
            self.missing[name] = None
            return 0
        self.used.add(found)
        return found

    def text(self, value: Value) -> Reader[str | None]:
        """A text, or None where the row holds a word for nothing."""
        return _fixed(value) if isinstance(value, str) else self._mapped(value)

    def remembered(self, made: Callable[[Columns], Reader[T]]) -> Reader[T]:
        """What `made` gives, asked once for all rows that agree in the columns that it uses: they share the answer.

        Texts of which the length is asked are long and hardly ever agree: nothing is kept of those.
        """
        used, self.used = self.used, set()
        read, places = made(self), sorted(self.used)
        self.used |= used
        return _remembered(read, itemgetter(*places)) if places and self.measured.isdisjoint(places) else read

    def required(self, name: str) -> Reader[str]:
        """A text that every row must hold."""
        at, null = self.index(name), self.null

        def read(cells: Cells) -> str:
            if cells[at] in null:
                raise InputError("is empty: every row must hold it", field=name, value=cells[at])
            return cells[at]

        return read

    def length(self, name: str) -> Reader[int | None]:
        """The number of characters, or None where the row holds a word for nothing."""
        at, null = self.index(name), self.null
        self.measured.add(at)
        return lambda cells: None if cells[at] in null else len(cells[at])

    def moment(self, moment: Moment) -> Reader[Instant | None]:
        """An instant, or None where the row holds a word for nothing."""
        at, null, read_text = self.index(moment.column), self.null, cache(moment.format.read)

        def read(cells: Cells) -> Instant | None:
            text = cells[at]
            if text in null:
                return None
            try:
                return read_text(text)
            except ValueError as error:
                raise InputError(str(error), field=moment.column, value=text) from None

        return read

    def _mapped(self, column: Column) -> Reader[str | None]:
        at, null, known, otherwise = self.index(column.column), self.null, column.map, column.otherwise

        def read(cells: Cells) -> str | None:
            text = cells[at]
            if text in known:
                return known[text]
            if text in null:
                return None
            if otherwise is None and known:
                raise unmapped(column.column, text)
            return otherwise if known or otherwise is not None else text

        return read


def _remembered(read: Reader[T], key_of: Callable[[Cells], Any]) -> Reader[T]:
    known: dict[Any, T] = {}

    def remembered(cells: Cells) -> T:
        key = key_of(cells)
        if key not in known:
            known[key] = read(cells)
        return known[key]

    return remembered


def unmapped(column: str, text: str) -> InputError:
    """The error of a value that a map does not name."""
    return InputError("is not in the map of this column: add what it means", field=column, value=text)


def _fixed(text: str) -> Reader[str | None]:
    return lambda _: text


def _index(names: Sequence[str]) -> Mapping[str, int]:
    """Names and addresses; the first column of a name has its bare name too."""
    addressed = {address: at for at, address in enumerate(_addresses(names))}
    first = {name: at for at, name in reversed([*enumerate(names)])}
    return addressed | first


def _addresses(names: Sequence[str]) -> list[str]:
    """What the columns are called: the second of a name with #2 after it, and so on."""
    counts: dict[str, int] = {}
    found = []
    for name in names:
        counts[name] = counts.get(name, 0) + 1
        found.append(name if counts[name] == 1 else f"{name}#{counts[name]}")
    return found
