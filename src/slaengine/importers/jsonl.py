"""Canonical JSON Lines -> a log."""

from __future__ import annotations

import json
from pathlib import Path

from attrs import define, field

from slaengine.audit.log import Log, Rejected
from slaengine.codec.lines import LineReader
from slaengine.domain.recorded import Recorded
from slaengine.errors import InputError
from slaengine.importers.reading import lines


def read_jsonl(path: str | Path) -> Log:
    """The log of a file of canonical lines; blank lines say nothing.

    A line that cannot be read, or whose id or position an earlier one has, is rejected, and reading goes on.
    Raises InputError for a file that cannot be read, ends in the middle of a line, or has not one line of use.
    """
    path = Path(path)
    reading = Lines(path)
    for number, line in enumerate(lines(path), start=1):
        if line.strip():
            reading.take(number, line)
    return reading.log()


@define
class Lines:
    """Takes canonical lines one after the other, and sets aside what cannot be read."""

    path: Path
    reader: LineReader = field(factory=LineReader)
    records: list[Recorded] = field(factory=list)
    rejected: list[Rejected] = field(factory=list)
    lines: dict[int, int] = field(factory=dict)  # of each record, by its position
    ids: dict[str, int] = field(factory=dict)  # the line of each

    def take(self, number: int, line: str) -> None:
        """One line, and its number in the file."""
        try:
            record = self.reader.read(line.encode(), number)
        except InputError as error:
            self._check_whole(number, line)
            reason, stream = str(error), _stream(line)
            self.rejected.append(
                Rejected(line=number, field=error.field, value=error.value, reason=reason, stream=stream)
            )
            return
        if twice := self._twice(number, record):
            self.reader.take_back(record)
            self.rejected.append(twice)
            return
        self.ids[record.id] = self.lines[record.position] = number
        self.records.append(record)

    def log(self) -> Log:
        """All that was taken. Raises InputError if not one line was of use."""
        if not self.records and not self.rejected:
            raise InputError(f"{self.path}: is empty: name a log with records")
        if not self.records:
            first = self.rejected[0]
            raise InputError(f"{self.path}: not one line can be read; line {first.line}: {first.reason}")
        return Log(source=self.path.name, records=self.records, rejected=self.rejected, lines=self.lines)

    def _check_whole(self, number: int, line: str) -> None:
        if not line.endswith("\n") and not _is_json(line):
            raise InputError(f"{self.path}: ends in the middle of line {number}: copy or export it again") from None

    def _twice(self, number: int, record: Recorded) -> Rejected | None:
        taken = {"id": self.ids.get(record.id), "position": self.lines.get(record.position)}
        for name, line in taken.items():
            if line is not None:
                value, reason = str(getattr(record, name)), f"line {line} has this {name} already"
                return Rejected(line=number, field=name, value=value, reason=reason, stream=record.stream)
        return None


def _stream(line: str) -> str | None:
    """Whose line it is, where at least that can be read."""
    try:
        given = json.loads(line)
        stream = given.get("stream") if isinstance(given, dict) else None
        if not isinstance(stream, str):
            return None
        stream.encode()  # a lone surrogate is the name of nothing
    except (ValueError, RecursionError):
        return None
    return stream


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    except RecursionError:  # whole or not, it is no line of ours
        return True
    return True
