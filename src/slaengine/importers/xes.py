"""XES (IEEE 1849) -> a log, through a mapping: an event is a row, its attributes are columns.

Attributes of an event go by their key, those of its trace by `case:` and their key; one that lies in another, or in a
list, by the path of keys, as in `cost/total`. The file is read in one pass that builds no tree: expat knows the line of
each event, which iterparse does not, and takes less time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar
from xml.parsers import expat

from attrs import define, field, frozen

from slaengine.audit.log import Log, Rejected
from slaengine.errors import InputError
from slaengine.importers.mapped import mapped_log
from slaengine.importers.mapping import LogMapping
from slaengine.importers.reading import blocks
from slaengine.importers.rows import WHOLE

OF_THE_TRACE = "case:"

T_co = TypeVar("T_co", covariant=True)

Record: TypeAlias = tuple[int, Sequence[str]] | Rejected


def read_mapped_xes(path: str | Path, mapping: LogMapping) -> Log:
    """The log of an XES file, plain or compressed. See mapped_log for what becomes of its events.

    An event whose attributes contradict themselves is rejected. Raises InputError for a file that is no XES, with the
    line, and for an attribute that the mapping names and no event has.
    """
    path = Path(path)
    return mapped_log(path, mapping, partial(xes_records, path))


def xes_records(path: Path, names: Sequence[str]) -> Iterator[Record]:
    """The names as a header, then each event with the line on which it begins, in the order of the file.

    The last cell holds all attributes of the event, mapped or not, for its id. Raises InputError as said above.
    """
    yield 1, [*names, WHOLE]
    reading = _Reading(Slots.of(names))
    yield from parsed(path, reading)
    _check(path, names, reading)


class Reading(Protocol[T_co]):
    """What expat tells of a file, one element after the other. Attributes of elements come as name, value, name, ..."""

    parser: expat.XMLParserType

    def begin(self, name: str, given: list[str], /) -> None: ...

    def end(self, name: str, /) -> None: ...

    def taken(self) -> Sequence[T_co]:
        """What is whole by now, once."""
        ...


def parsed(path: Path, reading: Reading[T_co]) -> Iterator[T_co]:
    """Everything that a reading makes of a file. Raises InputError for one that cannot be read, with the line."""
    parser = reading.parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler = reading.begin
    parser.EndElementHandler = reading.end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for block in blocks(path):
            parser.Parse(block)
            yield from reading.taken()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise InputError(f"{path}: {_told(error)}") from None
    except NotXes as error:
        raise InputError(f"{path}: line {parser.CurrentLineNumber}: {error}") from None
    yield from reading.taken()


def key_and_value(given: Sequence[str]) -> tuple[str, str | None]:
    """The key and the value of an attribute, in whatever order they stand; lists and containers have no value."""
    named = dict(zip(given[::2], given[1::2], strict=True))
    return named.get("key", ""), named.get("value")


def local_name(name: str) -> str:
    """The name of an element without the prefix of its namespace."""
    return name.rpartition(":")[2]


class NotXes(InputError):
    """Raised within expat, which knows the line."""


DEEPEST = 100
"""So many elements may stand in one another: twice as many as any record needs."""

_FRAME = ("log", "trace", "event")


def check_depth(depth: int) -> None:
    """Raises NotXes for an element that lies deeper in others than any needs to."""
    if depth > DEEPEST:
        raise NotXes(f"is nested too deeply: at most {DEEPEST} elements may stand in one another")


def misplaced(name: str, depth: int) -> NotXes:
    """What to raise for a log, trace or event where XES has none, and for a file that begins with no log."""
    if depth == 1:
        return NotXes(f"begins with <{name}>: an XES file begins with <log>")
    return NotXes(f"<{name}> stands where XES has none, and what it holds would be lost: export the file again")


@frozen
class Slots:
    """Where an attribute goes, by its key."""

    of_events: Mapping[str, int]
    of_traces: Mapping[str, int]
    nested: bool  # whether any lies within another

    @classmethod
    def of(cls, names: Sequence[str]) -> Slots:
        """The places of some names, in their order."""
        traces = {name.removeprefix(OF_THE_TRACE): at for at, name in enumerate(names) if name.startswith(OF_THE_TRACE)}
        nested = any("/" in name for name in names)
        return cls({name: at for at, name in enumerate(names)}, traces, nested)


@frozen
class _Event:
    """An event that was read, its trace apart. twice: an attribute of which it has two."""

    line: int
    cells: list[str]
    whole: list[str]
    twice: str | None


@define
class _Reading:
    """What expat tells of a file, one element after the other, and the events that are whole by now."""

    slots: Slots
    parser: expat.XMLParserType = field(init=False)
    ready: list[Record] = field(factory=list)
    seen: set[int] = field(factory=set)  # columns that some event or trace holds
    others: dict[str, None] = field(factory=dict)  # keys that no column asks for
    depth: int = 0
    own: int = 0  # the depth of the attributes of the trace or event at hand; 0: there is none
    known: Mapping[str, int] = field(factory=dict)  # the places of its attributes
    cells: list[str] = field(factory=list)
    whole: list[str] = field(factory=list)
    twice: str | None = None
    twice_in_trace: str | None = None
    line: int = 0
    path: list[str] = field(factory=list)  # the keys of the attribute at hand and of those around it
    trace: list[str] | None = None
    events: list[_Event] = field(factory=list)  # of the trace at hand

    def begin(self, name: str, given: list[str]) -> None:
        """An element begins: nearly always an attribute of an event."""
        depth = self.depth = self.depth + 1
        if depth == self.own and given and given[0] == "key":
            self._attribute(name, given)
        else:
            self._begin_other(local_name(name), given)

    def end(self, _: str) -> None:
        """An element ends."""
        depth, self.depth = self.depth, self.depth - 1
        if depth < self.own:
            self._whole(depth)

    def taken(self) -> list[Record]:
        """The events that are whole, once."""
        ready, self.ready = self.ready, []
        return ready

    def _attribute(self, kind: str, given: Sequence[str]) -> None:
        """An attribute of the trace or event at hand."""
        self.whole += given
        value: str | None
        if len(given) == 4 and given[0] == "key":
            _, key, _, value = given
        else:
            key, value = key_and_value(given)
        if self.slots.nested:
            self.path = [key]
        at = self.known.get(key)
        if at is None:
            self.others[key] = None
        else:
            self._take(at, key, kind, value or "")

    def _take(self, at: int, key: str, kind: str, value: str) -> None:
        if self.cells[at] and self.cells is self.trace:
            self.twice_in_trace = key
        elif self.cells[at]:
            self.twice = key
        self.seen.add(at)
        self.cells[at] = value.lower() if kind.endswith("boolean") else value

    def _begin_other(self, kind: str, given: Sequence[str]) -> None:
        if kind in _FRAME or not self.own:
            self._structure(kind)
        elif self.depth > self.own:
            self._within(kind, given)
        elif given:
            self._attribute(kind, given)

    def _within(self, kind: str, given: Sequence[str]) -> None:
        """An attribute of an attribute, or of a list."""
        check_depth(self.depth)
        self.whole += given
        if self.slots.nested:
            key, value = key_and_value(given)
            del self.path[self.depth - self.own :]
            self.path.append(key)
            path = "/".join(filter(None, self.path))
            if (at := self.known.get(path)) is not None:
                self._take(at, path, kind, value or "")

    def _structure(self, name: str) -> None:
        """A log, a trace, an event; all else (extensions, globals, classifiers) tells nothing of a ticket."""
        if name == "trace" and self.depth == 2:
            self.trace = self.cells = self._no_cells()
            self.twice_in_trace = None
            self.own, self.known, self.whole = self.depth + 1, self.slots.of_traces, []
        elif name == "event" and (self.depth == 2 or (self.depth == 3 and self.trace is not None)):
            self.cells, self.whole, self.twice = self._no_cells(), [], None
            self.own, self.known, self.line = self.depth + 1, self.slots.of_events, self.parser.CurrentLineNumber
        elif name in ("trace", "event") or (name == "log") != (self.depth == 1):
            raise misplaced(name, self.depth)

    def _whole(self, depth: int) -> None:
        """A trace or an event ends."""
        if self.known is self.slots.of_events:
            self.events.append(_Event(self.line, self.cells, self.whole, self.twice))
            if self.trace is not None:
                self.own, self.known, self.cells, self.whole = depth, self.slots.of_traces, self.trace, []
                return
        self.ready += [_record(event, self.trace, self.twice_in_trace) for event in self.events]
        self.own, self.trace, self.events = 0, None, []

    def _no_cells(self) -> list[str]:
        return [""] * len(self.slots.of_events)


def _record(event: _Event, trace: Sequence[str] | None, twice_in_trace: str | None) -> Record:
    """An event with what its trace holds, wherever in it that stood."""
    for twice, where in ((event.twice, "event"), (twice_in_trace, "trace")):
        if twice is not None:
            reason = f"stands twice in this {where}, and nothing says which counts"
            return Rejected(line=event.line, field=twice, value=None, reason=reason)
    cells = event.cells if trace is None else [own or of_all for own, of_all in zip(event.cells, trace, strict=True)]
    cells.append("\x1f".join(event.whole))
    return event.line, cells


def _refuse_doctype(*_: object) -> None:
    raise NotXes("has a document type, with which a file can be made that never ends: leave it out")


def _told(error: expat.ExpatError) -> str:
    reason = expat.ErrorString(error.code)
    if error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]:
        return f"ends in the middle, in line {error.lineno}: copy or export it again"
    return f"line {error.lineno}, column {error.offset + 1}: is no XML ({reason}): export it again"


def _check(path: Path, names: Sequence[str], reading: _Reading) -> None:
    """Raises InputError if a column was asked for that nothing in the file has."""
    missing = [name for at, name in enumerate(names) if at not in reading.seen]
    if missing and reading.depth == 0:
        wanted = ", ".join(map(repr, missing))
        has = ", ".join(sorted({*reading.others, *(name for name in names if name not in missing)}))
        raise InputError(f"{path}: no event has {wanted}: they have {has or 'nothing'}; correct the mapping")
