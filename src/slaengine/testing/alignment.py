"""Two ledgers laid side by side: line by line, by instant and event, with the columns that differ marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

from attrs import evolve as but
from attrs import frozen

from slaengine.projections.explain import Explanation
from slaengine.projections.ledger_text import HEAD, NUMBERS

_HEADING = re.compile(r"^ *#  +when  +event .* rule$")
_USED = re.compile(r"^(?P<effect>.*?) *(?P<used>-?\d+:\d\d:\d\d)?$")
_WHEN, _EVENT = 1, 2


@frozen
class _Item:
    """A line of the text around a table, with one cell; or a row of a table, with eight."""

    cells: tuple[str, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two lines the same line: a row by its instant and its event."""
        return self.cells[_WHEN : _EVENT + 1] if self.is_row else self.cells

    @property
    def is_row(self) -> bool:
        return len(self.cells) > 1

    @property
    def told(self) -> tuple[str, ...]:
        """What a difference is judged by: the number of a row shifts with what is inserted before it."""
        return self.cells[_WHEN:] if self.is_row else self.cells


_Pair: TypeAlias = tuple[_Item | None, _Item | None]


def aligned(ledger_a: Explanation | str, ledger_b: Explanation | str) -> str:
    """The differences of two ledgers, or of their texts; "" where nothing differs.

    Equal lines stand once. Of others "-" is the first ledger's and "+" the second's; below them a line "?" marks the
    columns that differ, and names them. A text may hold several ledgers.
    """
    pairs = list(_paired(_items(str(ledger_a)), _items(str(ledger_b))))
    if all(a is not None and b is not None and a.told == b.told for a, b in pairs):
        return ""
    widths = _widths(item for pair in pairs for item in pair if item is not None)
    return "\n".join(line for pair in pairs for line in _lines(pair, widths))


def _items(text: str) -> list[_Item]:
    """The lines of a text; what of a row goes on in the next line is put together again."""
    items: list[_Item] = []
    heading: str | None = None
    for line in text.rstrip("\n").splitlines():
        if _HEADING.match(line):
            heading = line
            items.append(_Item(HEAD))
        elif heading is None or not line.strip():
            heading = None
            items.append(_Item((line.rstrip(),)))
        else:
            cells = _cells(line, heading)
            if cells[0]:
                items.append(_Item(cells))
            else:
                items[-1] = _continued(items[-1], cells)
    return items


def _continued(row: _Item, more: Sequence[str]) -> _Item:
    return but(row, cells=tuple(f"{cell} {rest}".strip() for cell, rest in zip(row.cells, more, strict=True)))


def _cells(line: str, heading: str) -> tuple[str, ...]:
    """The cells of a row by where the columns of its heading stand: numbers stand to the right."""
    when, event, effect, due, rule = (
        heading.index(f" {name}") + 1 for name in ("when", "event", "effect", "due", "rule")
    )
    used = heading.index(" used") + len(" used")
    found = _USED.match(line[effect:used].strip())
    told = ("", "") if found is None else (found["effect"], found["used"] or "")
    parts = (line[:when], line[when:event], line[event:effect], *told, line[used:due], line[due:rule], line[rule:])
    return tuple(part.strip() for part in parts)


def _paired(a: Sequence[_Item], b: Sequence[_Item]) -> Iterator[_Pair]:
    matcher = SequenceMatcher(None, [it.key for it in a], [it.key for it in b], autojunk=False)
    for _, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if a_end - a_start == b_end - b_start:
            yield from zip(a[a_start:a_end], b[b_start:b_end], strict=True)
        else:
            yield from ((item, None) for item in a[a_start:a_end])
            yield from ((None, item) for item in b[b_start:b_end])


def _widths(items: Iterable[_Item]) -> list[int]:
    rows = [item.cells for item in items if item.is_row]
    return [max((len(row[column]) for row in rows), default=0) for column in range(len(HEAD))]


def _lines(pair: _Pair, widths: Sequence[int]) -> Iterator[str]:
    a, b = pair
    if a is not None and b is not None and a.told == b.told:
        yield _line(" ", a, widths)
        return
    if a is not None:
        yield _line("-", a, widths)
    if b is not None:
        yield _line("+", b, widths)
    if a is not None and b is not None and a.is_row and b.is_row:
        yield from _marks(a, b, widths)


def _line(mark: str, item: _Item, widths: Sequence[int]) -> str:
    return f"{mark} {_row(item.cells, widths) if item.is_row else item.cells[0]}".rstrip()


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(
        cell.rjust(width) if column in NUMBERS else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )


def _marks(a: _Item, b: _Item, widths: Sequence[int]) -> Iterator[str]:
    """Signs below the columns that differ, and their names."""
    differ = [column for column in range(_WHEN, len(HEAD)) if a.cells[column] != b.cells[column]]
    signs = ["^" * max(len(a.cells[c]), len(b.cells[c])) if c in differ else "" for c in range(len(HEAD))]
    names = ", ".join(HEAD[column] for column in differ)
    yield f"? {_row(signs, widths).rstrip()}  {names}"
