"""The tables of `[events.map]`: which event an activity is, and what its fields hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Protocol, get_args, get_origin, get_type_hints

from attrs import NOTHING, Attribute, define, fields

from slaengine.codec.events import NAMES, event_type, from_plain, name_of
from slaengine.domain.events import TICKET_EVENTS, Corrected, Opened, TicketEvent
from slaengine.domain.vocabulary import FrozenMap
from slaengine.errors import InputError
from slaengine.importers.mapping import ActivityRule, Column, Moment, Value

_OF_THE_ROW = ("occurred_at", "by")


class FieldReading(Protocol):
    """Checks a table that fills a field from the row."""

    def __call__(self, path: str, given: Mapping[str, Any], *, is_time: bool) -> Column | Moment | None: ...


@define
class ActivityReading:
    """Reads the table of one activity, and collects what is wrong with it."""

    path: str
    faults: list[str]
    read_field: FieldReading

    def rule(self, given: Mapping[str, Any]) -> ActivityRule:
        """The rule of a table: the opening in place of an event that is none, so that the rest can be read."""
        event = self._event(given.get("event"))
        rule = ActivityRule(event or Opened)
        if event is not None:
            for name in given.keys() - {"event"}:
                self._fill(rule, name, given[name])
            self.faults += self._missing(rule, given)
        return rule

    def _event(self, name: object) -> type[TicketEvent] | None:
        known = {name: kind for name, kind in NAMES.items() if kind in TICKET_EVENTS and kind is not Corrected}
        if name not in known:
            self.faults.append(f"{self.path}.event: {name!r} is unknown: choose among {', '.join(known)}")
        return known.get(str(name))

    def _fill(self, rule: ActivityRule, name: str, value: object) -> None:
        path, known = f"{self.path}.{name}", event_type(name_of(rule.event))
        if name not in known.fields or name in _OF_THE_ROW:
            has = ", ".join(field for field in known.fields if field not in _OF_THE_ROW) or "no fields"
            self.faults.append(f"{path}: is unknown: {known.name} has {has}")
        elif kind_of(rule.event, name) is FrozenMap:
            rule.tables[name] = self._table(path, value)
        elif not isinstance(value, Mapping):
            rule.fixed[name] = value
            self.faults += _fixed_faults(path, rule.event, name, value)
        elif (read := self.read_field(path, value, is_time=name in known.instants)) is not None:
            rule.columns[name] = read

    def _table(self, path: str, given: object) -> dict[str, Value]:
        if not isinstance(given, Mapping):
            self.faults.append(f"{path}: {given!r} is no table of names and what each holds")
            return {}
        found = {name: self._entry(f"{path}.{name}", value) for name, value in given.items()}
        return {name: value for name, value in found.items() if value is not None}

    def _entry(self, path: str, value: object) -> Value | None:
        if isinstance(value, Mapping):
            read = self.read_field(path, value, is_time=False)
            return read if isinstance(read, Column) else None
        if not isinstance(value, str):
            self.faults.append(f"{path}: {value!r} is no text")
        return str(value)

    def _missing(self, rule: ActivityRule, given: Mapping[str, Any]) -> Iterator[str]:
        for attribute in _required(rule.event):
            if attribute.name not in given:
                yield f"{self.path}.{attribute.name}: is missing: {name_of(rule.event)} needs it"


def kind_of(event: type[TicketEvent], name: str) -> Any:
    """The type of a field, absence apart."""
    hint = get_type_hints(event)[name]
    present = [kind for kind in get_args(hint) if kind is not type(None)]
    return hint if get_origin(hint) is tuple or not present else present[0]


def is_required(event: type[TicketEvent], name: str) -> bool:
    """Whether an event cannot be without a field."""
    return any(attribute.name == name for attribute in _required(event))


def _required(event: type[TicketEvent]) -> list[Attribute[Any]]:
    return [it for it in fields(event) if it.default is NOTHING and it.name not in _OF_THE_ROW]


def _fixed_faults(path: str, event: type[TicketEvent], name: str, value: object) -> Iterator[str]:
    """What the event itself says of a fixed value, the other fields being in order."""
    whole = {attribute.name: _sample(kind_of(event, attribute.name)) for attribute in _required(event)}
    try:
        from_plain(name_of(event), {**whole, "occurred_at": 0, name: value})
    except InputError as error:
        yield f"{path}: {error}"


def _sample(kind: Any) -> object:
    """Any value of a type."""
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return next(iter(kind)).value
    return {int: 0, bool: False, str: "any"}.get(kind, ["any"])
