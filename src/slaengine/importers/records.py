"""The records of a CSV file, each with the line on which it begins: a quoted field may hold line ends."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import define

from slaengine.audit.log import Rejected
from slaengine.errors import InputError
from slaengine.importers.reading import lines


def records(path: Path, delimiter: str) -> Iterator[tuple[int, Sequence[str]] | Rejected]:
    """The header and every record that has as many fields as it; what has not is rejected. Blank lines say nothing.

    Raises InputError for a file that cannot be read, or ends in the middle of a record.
    """
    text = _Lines(lines(path))
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    width = 0
    while True:
        begin = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if text.ended:
                raise _cut_off(path, begin, "a quote is never closed") from None
            yield Rejected(line=begin, field=None, value=None, reason=f"is no CSV: {error}")
            continue
        if not cells:
            continue
        width = width or len(cells)
        if len(cells) == width:
            yield begin, cells
        elif len(cells) < width and text.is_cut_off:
            raise _cut_off(path, begin, f"{len(cells)} of {width} fields")
        else:
            yield _of_another_width(begin, cells, width)


@define
class _Lines:
    """Lines on their way to the reader."""

    lines: Iterator[str]
    last: str = ""
    ended: bool = False

    def __iter__(self) -> Iterator[str]:
        for self.last in self.lines:  # noqa: B020  # the attribute is the point
            yield self.last
        self.ended = True

    @property
    def is_cut_off(self) -> bool:
        """Whether the latest line has no end: only the last of a file can be so."""
        return not self.last.endswith("\n")


def _cut_off(path: Path, line: int, found: str) -> InputError:
    return InputError(f"{path}: ends in the middle of the record of line {line} ({found}): copy or export it again")


def _of_another_width(line: int, cells: Sequence[str], width: int) -> Rejected:
    shown = repr(cells)
    value = shown if len(shown) <= 60 else f"{shown[:57]}..."
    reason = f"has {len(cells)} fields, the header {width}: is a delimiter or a quote missing?"
    return Rejected(line=line, field=None, value=value, reason=reason)
