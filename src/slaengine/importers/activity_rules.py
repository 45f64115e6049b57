"""The entries of `[events.map]`: which events an activity is, and what their fields hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Protocol, get_args, get_origin, get_type_hints

from attrs import NOTHING, Attribute, define, fields, frozen

from slaengine.codec.events import NAMES, event_type, from_plain, name_of
from slaengine.codec.structure import Faults, structured
from slaengine.domain.events import TICKET_EVENTS, Corrected, Opened, TicketEvent, Worked
from slaengine.domain.vocabulary import FrozenMap, Role
from slaengine.errors import InputError
from slaengine.importers.mapping import ActivityRule, Column, EventRule, Length, Moment, Told, Value
from slaengine.instants import Instant

_OF_THE_ROW = ("occurred_at", "by")


@frozen(kw_only=True)
class ByRoleDocument:
    """{ by = { ROLE = ... }, otherwise = ... }"""

    by: dict[str, Any]
    otherwise: Any = None


class FieldReading(Protocol):
    """Checks a table that fills a field from the row. kind: of the field."""

    def __call__(self, path: str, given: Mapping[str, Any], kind: Any) -> Column | Moment | Length | None: ...


@define
class ActivityReading:
    """Reads the entries of one map, and collects what is wrong with them."""

    faults: list[str]
    read_field: FieldReading

    def activity(self, path: str, given: object) -> ActivityRule:
        """What an activity tells, be it the same whoever did it or not."""
        if isinstance(given, Mapping) and "by" in given and "event" not in given:
            return self._by_role(path, given)
        return {None: self._told(path, given)}

    def _by_role(self, path: str, given: Mapping[str, Any]) -> ActivityRule:
        try:
            roles = structured(given, ByRoleDocument)
        except Faults as error:
            self.faults += [f"{path}.{fault}" for fault in error.faults]
            return {}
        if not roles.by:
            self.faults.append(f"{path}.by: is empty: say what it is by each role")
        known, choice = set(Role), ", ".join(Role)
        self.faults += [
            f"{path}.by.{role}: is unknown: choose among {choice}" for role in roles.by if role not in known
        ]
        told = {role: self._told(f"{path}.by.{role}", meant) for role, meant in roles.by.items()}
        others = {} if roles.otherwise is None else {None: self._told(f"{path}.otherwise", roles.otherwise)}
        return {Role(role): meant for role, meant in told.items() if role in known} | others

    def _told(self, path: str, given: object) -> Told:
        match given:
            case str():
                return (self._rule(path, {"event": given}),)
            case {"ignore": reason, **rest}:
                if rest or not isinstance(reason, str) or not reason.strip():
                    self.faults.append(f'{path}: write {{ ignore = "the reason" }}, and nothing beside it')
                return ()
            case Mapping():
                return (self._rule(path, given),)
            case [_, *_]:
                return tuple(self._one_of_several(path, number, it) for number, it in enumerate(given, start=1))
            case _:
                self.faults.append(f"{path}: {given!r} is no event: write its name, a table, or a list of them")
                return ()

    def _one_of_several(self, path: str, number: int, given: object) -> EventRule:
        path = f"{path}[{number}]"
        if not isinstance(given, str | Mapping):
            self.faults.append(f"{path}: {given!r} is no event: write its name, or a table")
            return EventRule(Worked)
        rule = self._rule(path, {"event": given} if isinstance(given, str) else given)
        if rule.event is Opened and number > 1:
            self.faults.append(f"{path}.event: nothing happens before a ticket is opened: write 'opened' first")
        return rule

    def _rule(self, path: str, given: Mapping[str, Any]) -> EventRule:
        """The rule of a table: any event in place of one that is none, so that the rest can be read."""
        event = self._event(path, given.get("event"))
        rule = EventRule(event or Worked)
        if event is not None:
            for name in given.keys() - {"event"}:
                self._fill(f"{path}.{name}", rule, name, given[name])
            self.faults += _missing(path, rule, given)
        return rule

    def _event(self, path: str, name: object) -> type[TicketEvent] | None:
        known = {name: kind for name, kind in NAMES.items() if kind in TICKET_EVENTS and kind is not Corrected}
        if name not in known:
            wrong = "is missing" if name is None else f"{name!r} is unknown"
            self.faults.append(f"{path}.event: {wrong}: choose among {', '.join(known)}")
        return known.get(str(name))

    def _fill(self, path: str, rule: EventRule, name: str, value: object) -> None:
        known = event_type(name_of(rule.event))
        if name not in known.fields or name in _OF_THE_ROW:
            has = ", ".join(field for field in known.fields if field not in _OF_THE_ROW) or "no fields"
            self.faults.append(f"{path}: is unknown: {known.name} has {has}")
        elif (kind := kind_of(rule.event, name)) is FrozenMap:
            rule.tables[name] = self._table(path, value)
        elif not isinstance(value, Mapping):
            rule.fixed[name] = value
            self.faults += _fixed_faults(path, rule.event, name, value)
        elif (read := self.read_field(path, value, Instant if name in known.instants else kind)) is not None:
            rule.columns[name] = read

    def _table(self, path: str, given: object) -> dict[str, Value]:
        if not isinstance(given, Mapping):
            self.faults.append(f"{path}: {given!r} is no table of names and what each holds")
            return {}
        found = {name: self._entry(f"{path}.{name}", value) for name, value in given.items()}
        return {name: value for name, value in found.items() if value is not None}

    def _entry(self, path: str, value: object) -> Value | None:
        if isinstance(value, Mapping):
            read = self.read_field(path, value, str)
            return read if isinstance(read, Column) else None
        if not isinstance(value, str):
            self.faults.append(f"{path}: {value!r} is no text")
        return str(value)


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


def _missing(path: str, rule: EventRule, given: Mapping[str, Any]) -> Iterator[str]:
    for attribute in _required(rule.event):
        if attribute.name not in given:
            yield f"{path}.{attribute.name}: is missing: {name_of(rule.event)} needs it"


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
