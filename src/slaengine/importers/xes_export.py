"""A log <-> XES (IEEE 1849), whole: other tools read what they know of it, slaengine reads back every record.

An event has the attributes of the standard's extensions: `concept:name` is its type, `time:timestamp` when it occurred,
`org:resource`, `org:role` and `org:group` who did it. Beside them stand the fields of the event, each typed and under
`sla:` and its name, tables as containers and lists as lists; and what its record says, under `record:`.
"""

from __future__ import annotations

import gzip
import json
import lzma
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from attrs import define, field
from attrs import evolve as but

from slaengine.audit.log import Log, as_log
from slaengine.codec.events import NAMES, event_type, name_of
from slaengine.codec.files import write_whole
from slaengine.codec.lines import to_line
from slaengine.domain.events import TICKET_EVENTS, TicketEvent
from slaengine.domain.recorded import Recorded
from slaengine.errors import InputError
from slaengine.importers.jsonl import Lines
from slaengine.importers.reading import format_of
from slaengine.importers.xes import NotXes, check_depth, key_and_value, local_name, misplaced, parsed

EXTENSION = "urn:slaengine:xes:1"
"""Says that a file holds records of this engine, in this form."""

_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="slaengine" prefix="sla" uri="{EXTENSION}"/>
<classifier name="activity" keys="concept:name"/>
"""
_AROUND = {"log": "", "trace": "log", "event": "trace"}  # in what each has its place; the first element in nothing
_OF_ACTORS = {"id": "org:resource", "role": "org:role", "team": "org:group"}
_OF_EVENTS = {"type": "concept:name", "occurred_at": "time:timestamp"}
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""


def write_xes(log: Log | Iterable[Recorded], path: str | Path) -> int:
    """Write a log as XES, whole or not at all, compressed if the path ends in `.gz` or `.xz`. Returns how many records.

    A trace is a stream. The same records give the same bytes. Raises InputError for a path that ends neither in `.xes`
    nor in `.xes.gz` or `.xes.xz`, for text that XML cannot hold, and where the file cannot be written.
    """
    given, path = as_log(log), Path(path)
    if format_of(path) != ".xes":
        known = "an XES is called .xes, perhaps with .gz or .xz after it"
        raise InputError(f"{path}: its name does not tell what it would hold: {known}")
    text = "".join(_written(given)).encode()
    write_whole(path, [_packed(path, text)])
    return len(given.records)


def read_own_xes(path: str | Path) -> Log:
    """The log of a file that `write_xes` wrote.

    Raises InputError for a file that is no XES, or another's: that needs a mapping.
    """
    path = Path(path)
    reading = _Reading(Lines(path))
    for _ in parsed(path, reading):
        pass
    return but(reading.lines.log(), lacks=reading.lacks)


def _packed(path: Path, text: bytes) -> bytes:
    match path.suffix.lower():
        case ".gz":
            return gzip.compress(text, mtime=0)
        case ".xz":
            return lzma.compress(text)
        case _:
            return text


def _written(log: Log) -> Iterator[str]:
    yield _HEAD
    if log.lacks:
        yield _attribute("sla:lacks", sorted(name_of(kind) for kind in log.lacks))
    streams: dict[str, list[Recorded]] = {}
    for record in log.records:
        streams.setdefault(record.stream, []).append(record)
    for stream, records in streams.items():
        yield f"<trace>\n{_attribute('concept:name', stream)}"
        yield from map(_event, records)
        yield "</trace>\n"
    yield "</log>\n"


def _event(record: Recorded) -> str:
    line: dict[str, Any] = json.loads(to_line(record))
    data, instants = line.pop("data", {}), event_type(line["type"]).instants
    parts = [
        _attribute("concept:name", line["type"]),
        _attribute("time:timestamp", line["occurred_at"], kind="date"),
        _attribute("lifecycle:transition", "complete"),
        *(_attribute(_OF_ACTORS[name], value) for name, value in data.pop("by", {}).items()),
        *(_attribute(f"sla:{name}", it, kind="date" if name in instants else None) for name, it in data.items()),
        *(_attribute(f"record:{name}", it) for name, it in line.items() if name not in {"stream", *_OF_EVENTS}),
    ]
    return f"<event>\n{''.join(parts)}</event>\n"


def _attribute(key: str, value: Any, *, kind: str | None = None) -> str:
    """One attribute, typed as JSON types its value."""
    named = quoteattr(_writable(key))
    match value:
        case dict():
            inner = "".join(_attribute(name, it) for name, it in value.items())
            return f"<container key={named}>\n{inner}</container>\n"
        case list():
            inner = "".join(_attribute("item", it) for it in value)
            return f"<list key={named}><values>\n{inner}</values></list>\n"
        case bool():
            return f'<boolean key={named} value="{str(value).lower()}"/>\n'
        case int() | float():
            return f'<{"int" if isinstance(value, int) else "float"} key={named} value="{value!r}"/>\n'
        case _:
            return f"<{kind or 'string'} key={named} value={quoteattr(_writable(value))}/>\n"


def _writable(text: str) -> str:
    if found := _UNWRITABLE.search(text):
        raise InputError(
            f"{text!r} holds {found.group()!r}, which XML cannot write: export canonical JSON Lines instead"
        )
    return text


@define
class _Node:
    """An element with what stands in it."""

    kind: str
    key: str
    value: str | None
    line: int
    within: list[_Node] = field(factory=list)

    def plain(self) -> Any:
        """The value as JSON has it; a number that is none stays text, which no field of numbers takes."""
        match self.kind:
            case "container":
                return {node.key: node.plain() for node in self.within}
            case "list":
                return [item.plain() for values in self.within for item in values.within]
            case "int" | "float":
                return _number(self.kind, self.value or "")
            case "boolean":
                return self.value == "true"
            case _:
                return self.value

    def fields(self, prefix: str) -> dict[str, Any]:
        """The values of its attributes under a prefix, by their names without it."""
        return {node.key.removeprefix(prefix): node.plain() for node in self.within if node.key.startswith(prefix)}

    def named(self, names: Mapping[str, str]) -> dict[str, Any]:
        """The values of those of its attributes that stand for names."""
        values = {node.key: node.plain() for node in self.within}
        return {name: values[key] for name, key in names.items() if key in values}


@define
class _Reading:
    """What expat tells, as canonical lines."""

    lines: Lines
    parser: expat.XMLParserType = field(init=False)
    is_own: bool = False
    open: list[_Node] = field(factory=list)
    lacks: frozenset[type[TicketEvent]] = frozenset()

    def begin(self, name: str, given: list[str]) -> None:
        """An element begins."""
        key, value = key_and_value(given)
        node = _Node(local_name(name), key, value, self.parser.CurrentLineNumber)
        self.is_own = self.is_own or (node.kind == "extension" and EXTENSION in given)
        self._check_place(node.kind)
        self.open.append(node)

    def end(self, _: str) -> None:
        """An element ends. What stands in it is kept with it, but for traces and events: those are let go."""
        node = self.open.pop()
        match node.kind:
            case "event":
                self.lines.take(node.line, self._line(node))
            case "log":
                self._check_own()
                self.lacks = frozenset(_kinds(node.fields("sla:").get("lacks", [])))
            case "trace":
                pass
            case _:
                self.open[-1].within.append(node)

    def taken(self) -> Sequence[None]:
        """Nothing: records are kept in lines."""
        return ()

    def _line(self, event: _Node) -> str:
        """The canonical line of an event of the trace at hand."""
        stream = self.open[-1].fields("concept:name").get("", "")
        data = event.fields("sla:")
        if by := event.named(_OF_ACTORS):
            data["by"] = by
        line = {"stream": stream, **event.named(_OF_EVENTS), **event.fields("record:"), "data": data}
        return f"{json.dumps(line)}\n"

    def _check_place(self, kind: str) -> None:
        around, depth = self.open[-1].kind if self.open else "", len(self.open) + 1
        check_depth(depth)
        if around and kind in ("trace", "event"):
            self._check_own()
        if _AROUND.get(kind, around or "log") != around:
            raise misplaced(kind, depth)

    def _check_own(self) -> None:
        if not self.is_own:
            raise NotXes("it was not written by slaengine, and needs a mapping file: name it with --mapping")


def _number(kind: str, text: str) -> int | float | str:
    try:
        return int(text) if kind == "int" else float(text)
    except ValueError:
        return text


def _kinds(names: Iterable[str]) -> Iterator[type[TicketEvent]]:
    known = {name: kind for name, kind in NAMES.items() if kind in TICKET_EVENTS}
    yield from (known[name] for name in names if name in known)
