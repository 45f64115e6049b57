"""Mapping files, TOML -> a mapping, with every mistake of a file reported at once under its path.

One rule holds throughout: a plain value is meant as it stands, `{ column = "..." }` is read from the row.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from attrs import define, field, frozen

from slaengine.codec.events import NAMES
from slaengine.codec.files import read_text
from slaengine.codec.structure import Faults, structured
from slaengine.domain.events import TICKET_EVENTS, Opened, TicketEvent
from slaengine.domain.vocabulary import Party, Phase, Role
from slaengine.errors import InputError
from slaengine.importers.activity_rules import ActivityReading
from slaengine.importers.facts import FACTS, words_of
from slaengine.importers.mapping import (
    ActorRule,
    Column,
    EventsRule,
    FactsRule,
    Length,
    LogMapping,
    Measure,
    Moment,
    Opening,
    Rows,
    Status,
    StatusRule,
    Unchanged,
    Value,
)
from slaengine.importers.moments import ISO, TimeFormat
from slaengine.instants import Instant
from slaengine.policies.looked_up import zone_of

Word = TypeVar("Word", bound=StrEnum)


@frozen(kw_only=True)
class ColumnDocument:
    """{ column = "..." }"""

    column: str


@frozen(kw_only=True)
class MomentDocument:
    """{ column = "...", format = "...", zone = "..." }"""

    column: str
    format: str | list[str] = ISO
    zone: str | None = None


@frozen(kw_only=True)
class ActorDocument:
    """[actor]"""

    id: str | Column
    role: str | Column = Role.AGENT.value


@frozen(kw_only=True)
class PhaseDocument:
    """What a status means."""

    phase: str
    waiting_on: str | None = None
    queued: bool = False


@frozen(kw_only=True)
class StatusDocument:
    """[status]"""

    column: str
    map: dict[str, str | PhaseDocument]


@frozen(kw_only=True)
class LengthDocument:
    """{ column = "...", measure = "length" }"""

    column: str
    measure: str


@frozen(kw_only=True)
class EventsDocument:
    """[events]"""

    column: str
    map: dict[str, Any]


@frozen(kw_only=True)
class MappingDocument:
    """A whole mapping file."""

    source: str
    rows: str
    ticket: ColumnDocument
    occurred_at: MomentDocument
    record: ColumnDocument | None = None
    actor: ActorDocument | None = None
    opening: str | MomentDocument = Opening.FIRST_ROW.value
    null: str | list[str] = ""
    delimiter: str = ","
    lacks: str | list[str] = field(factory=list)
    facts: dict[str, str | Column] = field(factory=dict)
    requester: dict[str, str | Column] = field(factory=dict)
    labels: dict[str, str | Column] = field(factory=dict)
    status: StatusDocument | None = None
    unchanged: str | None = None
    tiers: str | list[str] = field(factory=list)
    events: EventsDocument | None = None


def read_mapping(path: str | Path) -> LogMapping:
    """The mapping of a TOML file.

    Raises InputError for a file that cannot be read, or that cannot be meant: all mistakes, each with its path.
    """
    try:
        return mapping(tomllib.loads(read_text(path, "mapping file")))
    except Faults as error:
        raise InputError(f"{path}: {'; '.join(error.faults)}") from None
    except RecursionError:
        raise InputError(f"{path}: is nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: is no TOML: {error}") from None


def mapping(document: Mapping[str, Any]) -> LogMapping:
    """The mapping of a document: the plain data of a mapping file. Raises Faults with all mistakes."""
    given = structured(document, MappingDocument)
    reading = _Reading()
    found = reading.mapping(given)
    if reading.faults:
        raise Faults(reading.faults)
    return found


@define
class _Reading:
    """Reads one document, and collects what is wrong with it: what it gives counts only if nothing is."""

    faults: list[str] = field(factory=list)

    def mapping(self, given: MappingDocument) -> LogMapping:
        events = self._events(given.events) if given.events else None
        self.faults += _contradictions(given, events)
        return LogMapping(
            source=given.source,
            rows=self._word("rows", given.rows, Rows, Rows.EVENTS),
            ticket=given.ticket.column,
            occurred_at=self._moment("occurred_at", given.occurred_at),
            record=given.record.column if given.record else None,
            actor=self._actor(given.actor) if given.actor else None,
            opening=self._opening(given.opening),
            null=frozenset(_listed(given.null)),
            delimiter=given.delimiter,
            facts=self._facts(given),
            status=self._status(given.status) if given.status else None,
            unchanged=self._word("unchanged", given.unchanged or Unchanged.STATUS_CHANGED, Unchanged, Unchanged.IGNORE),
            tiers=tuple(_listed(given.tiers)),
            events=events,
            lacks=self._lacks(_listed(given.lacks)),
        )

    def _word(self, path: str, text: str, kind: type[Word], otherwise: Word) -> Word:
        try:
            return kind(text)
        except ValueError:
            self.faults.append(f"{path}: {text!r} is unknown: choose among {', '.join(kind)}")
            return otherwise

    def _moment(self, path: str, given: MomentDocument) -> Moment:
        form = TimeFormat(tuple(_listed(given.format)), self._zone(f"{path}.zone", given.zone))
        if form.zone is not None or given.zone is None:
            self.faults += [f"{path}.{fault}" for fault in form.faults()]
        return Moment(given.column, form)

    def _zone(self, path: str, name: str | None) -> ZoneInfo | None:
        try:
            return None if name is None else zone_of(name)
        except (KeyError, ValueError, OSError):
            self.faults.append(f"{path}: {name!r} is unknown: write an IANA name, as in Europe/Berlin")
            return None

    def _opening(self, given: str | MomentDocument) -> Opening | Moment:
        if isinstance(given, str):
            return self._word("opening", given, Opening, Opening.FIRST_ROW)
        return self._moment("opening", given)

    def _actor(self, given: ActorDocument) -> ActorRule:
        self._words("actor.role", given.role, Role)
        return ActorRule(given.id, given.role)

    def _words(self, path: str, value: Value, kind: type[StrEnum]) -> None:
        """Checks that all that is fixed of a value is among the words of its kind."""
        for where, text in _fixed(path, value):
            self._word(where, text, kind, next(iter(kind)))

    def _facts(self, given: MappingDocument) -> FactsRule:
        for name, value in given.facts.items():
            if name not in FACTS:
                self.faults.append(f"facts.{name}: is unknown: choose among {', '.join(FACTS)}")
            if kind := words_of(name):
                self._words(f"facts.{name}", value, kind)
        return FactsRule(given.facts, given.requester, given.labels)

    def _status(self, given: StatusDocument) -> StatusRule:
        if not given.map:
            self.faults.append("status.map: is empty: say which phase each status is")
        return StatusRule(given.column, {name: self._phase(name, meant) for name, meant in given.map.items()})

    def _phase(self, name: str, given: str | PhaseDocument) -> Status:
        meant = PhaseDocument(phase=given) if isinstance(given, str) else given
        path = f"status.map.{name}"
        phase = self._word(path, meant.phase, Phase, Phase.OPEN)
        if (phase is Phase.WAITING) != (meant.waiting_on is not None):
            wanted = f"waiting_on is missing: choose among {', '.join(Party)}"
            self.faults.append(f"{path}: {wanted if phase is Phase.WAITING else f'{phase} waits on nobody'}")
        party = self._word(path, meant.waiting_on, Party, Party.OTHER) if meant.waiting_on else None
        return Status(name, phase, party, meant.queued)

    def _events(self, given: EventsDocument) -> EventsRule:
        if not given.map:
            self.faults.append("events.map: is empty: say which event each activity is")
        reading = ActivityReading(self.faults, self._field)
        return EventsRule(
            given.column, {name: reading.activity(f"events.map.{name}", meant) for name, meant in given.map.items()}
        )

    def _field(self, path: str, given: Mapping[str, Any], kind: Any) -> Column | Moment | Length | None:
        """What fills a field of an event from the row."""
        try:
            if kind is Instant:
                return self._moment(path, structured(given, MomentDocument))
            if kind is int and "measure" in given:
                return self._length(path, structured(given, LengthDocument))
            return structured(given, Column)
        except Faults as error:
            self.faults += [f"{path}.{fault}" for fault in error.faults]
            return None

    def _length(self, path: str, given: LengthDocument) -> Length:
        self._word(f"{path}.measure", given.measure, Measure, Measure.LENGTH)
        return Length(given.column)

    def _lacks(self, names: list[str]) -> frozenset[type[TicketEvent]]:
        known = {name: kind for name, kind in NAMES.items() if kind in TICKET_EVENTS}
        self.faults += [
            f"lacks: {name!r} is unknown: choose among {', '.join(known)}" for name in names if name not in known
        ]
        return frozenset(known[name] for name in names if name in known)


def _listed(given: str | list[str]) -> list[str]:
    return [given] if isinstance(given, str) else given


def _fixed(path: str, value: Value) -> Iterator[tuple[str, str]]:
    """The texts that a value can yield whatever the row holds, each with its path."""
    if isinstance(value, str):
        yield path, value
        return
    yield from ((f"{path}.map.{text}", meant) for text, meant in value.map.items())
    if value.otherwise is not None:
        yield f"{path}.otherwise", value.otherwise


def _contradictions(given: MappingDocument, events: EventsRule | None) -> Iterator[str]:
    """Keys that do not go together."""
    if not given.source:
        yield "source: is empty: name the log, for the ids of its events"
    if len(given.delimiter) != 1:
        yield f"delimiter: {given.delimiter!r}: write one character"
    yield from _events_contradictions(given, events) if given.rows == Rows.EVENTS else _snapshot_contradictions(given)


def _events_contradictions(given: MappingDocument, events: EventsRule | None) -> Iterator[str]:
    for key in ("status", "unchanged", "tiers"):
        if getattr(given, key):
            yield f'{key}: goes with rows = "snapshots" only'
    if events is None:
        yield 'events: is missing: rows = "events" needs the column and the map of its activities'
        return
    if events.asks_the_role() and given.actor is None:
        yield "actor: is missing: an activity in events.map differs by the role of whoever did it"
    opens = events.tells(Opened)
    if given.opening == Opening.EVENT and not opens:
        yield 'opening: "event" needs an activity in events.map that is "opened"'
    if isinstance(given.opening, MomentDocument) and opens:
        yield 'opening: has a column, yet an activity in events.map is "opened" too: leave one of them out'


def _snapshot_contradictions(given: MappingDocument) -> Iterator[str]:
    if given.events is not None:
        yield 'events: goes with rows = "events" only'
    if given.opening == Opening.EVENT:
        yield 'opening: "event" goes with rows = "events" only: write "first-row", or name a column'
    if given.status is None and not given.facts:
        yield "status: is missing, and facts too: say what may change from row to row"
    for name in sorted({"impact", "urgency"} & given.facts.keys()):
        if "priority" not in given.facts:
            yield f"facts.{name}: a change of it is told with the priority: name facts.priority too"
    if given.tiers and "tier" not in given.facts:
        yield "tiers: facts.tier is missing: which column holds them?"
