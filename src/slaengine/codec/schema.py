"""JSON Schemas of what people and other programs write: canonical lines, and agreement files.

Built from the classes that read them, so that they cannot drift; published in docs/reference. A schema describes the
form; what only a reader can tell (an instant that there is not, a calendar that never opens) is told by the reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from inspect import cleandoc
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, fields

from slaengine.codec.agreement_tables import (
    AgreementDocument,
    BookDocument,
    CreditDocument,
    ObjectiveDocument,
    OverrideDocument,
    TargetDocument,
    ThresholdDocument,
)
from slaengine.codec.calendar_tables import (
    ALWAYS,
    CalendarDocument,
    ComplementDocument,
    FrozenDocument,
    IntersectionDocument,
    UnionDocument,
    VersionDocument,
    WindowsDocument,
)
from slaengine.codec.events import NAMES
from slaengine.codec.lines import REQUIRED
from slaengine.codec.ready_metrics import CALLBACK, METRICS, OWNERSHIP
from slaengine.domain.events import TICKET_EVENTS, TicketEvent
from slaengine.domain.situation import Situation
from slaengine.domain.vocabulary import Actor, Channel, FrozenMap, TicketType
from slaengine.instants import Instant
from slaengine.policies.agreement import ENTITLED
from slaengine.policies.objective import CountedBy, Period
from slaengine.policies.rules import FACTS
from slaengine.policies.target import Kind, Pin, Reopen, Retarget
from slaengine.projections.gaming.parameters import DETECTORS, bounds

Schema: TypeAlias = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer", "minimum": 0}
_INSTANT: Schema = {
    "description": "ISO 8601, with an offset from UTC",
    "type": "string",
    "format": "date-time",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*(Z|[+-][0-9]{2}:?[0-9]{2})$",
}
_TEXT_BY_TEXT: Schema = {"type": "object", "additionalProperties": _TEXT}


def events_schema() -> Schema:
    """The form of one canonical line: the envelope, and for each type of event the fields of its `data`."""
    names = {cls: name for name, cls in NAMES.items()}
    return {
        "$schema": _DIALECT,
        "title": "A record of slaengine, one a line",
        **_object(
            {
                "stream": {"description": "The ticket's id, or the name of a stream of the desk", **_TEXT},
                "position": {"description": "Its number in the log; by default that of its line", **_WHOLE},
                "version": {"description": "Its number in the stream, from 1; by default it is counted", **_WHOLE},
                "id": {"description": "Unique in the log; by default stream/position", **_TEXT},
                "type": {"enum": list(NAMES)},
                "occurred_at": _INSTANT,
                "recorded_at": {**_INSTANT, "description": "When it was written down; by default when it occurred"},
                "correlation": {"description": "The id of the request that led to it", **_or_null(_TEXT)},
                "causation": {"description": "The id of the record that led to it", **_or_null(_TEXT)},
                "tenant": {"description": "Whose log it is, where several share a store", **_or_null(_TEXT)},
                "data": {"description": "The fields of the event", "type": "object"},
            },
            required=REQUIRED,
        ),
        "allOf": [_has_data_of(name, cls) for name, cls in NAMES.items()],
        "$defs": {
            "actor": _class(Actor),
            "event": {
                **_object(
                    {
                        "type": {"enum": [names[cls] for cls in TICKET_EVENTS]},
                        "occurred_at": _INSTANT,
                        "data": {"type": "object"},
                    },
                    required=("type", "occurred_at"),
                ),
                "allOf": [_has_data_of(names[cls], cls) for cls in TICKET_EVENTS],
            },
            **{name: _data(cls) for name, cls in NAMES.items()},
        },
    }


def _has_data_of(name: str, cls: type) -> Schema:
    """Where the type is this one, data are of that kind, and there, if the event cannot be without."""
    needed = ["data"] if _data(cls)["required"] else []
    found = {"properties": {"data": {"$ref": f"#/$defs/{name}"}}, "required": needed}
    return {"if": {"properties": {"type": {"const": name}}, "required": ["type"]}, "then": found}


def _data(cls: type) -> Schema:
    return _class(cls, without=("occurred_at",))


def _class(cls: type, without: tuple[str, ...] = ()) -> Schema:
    hints = get_type_hints(cls, include_extras=True)
    kept = [attribute for attribute in fields(cls) if attribute.name not in without]
    made = _object(
        {attribute.name: _of(hints[attribute.name]) for attribute in kept},
        required=tuple(attribute.name for attribute in kept if attribute.default is NOTHING),
    )
    return {"description": _described(cls), **made} if cls.__doc__ else made


def _object(properties: Mapping[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _of(hint: Any) -> Schema:
    """The schema of a field by its type."""
    if hint == Instant:
        return _INSTANT
    if get_origin(hint) in (UnionType, Union):
        return _of_union(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": [str(word) for word in hint]}
    return _SIMPLE.get(hint, {})


def _of_union(hint: Any) -> Schema:
    members = [member for member in get_args(hint) if member is not NoneType]
    if set(members) >= {*get_args(TicketEvent)}:
        return _or_null({"$ref": "#/$defs/event"})
    (member,) = members
    return _or_null(_of(member))


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


_SIMPLE: Mapping[Any, Schema] = {
    str: _TEXT,
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    tuple[str, ...]: {"type": "array", "items": _TEXT},
    FrozenMap: _TEXT_BY_TEXT,
    Actor: {"$ref": "#/$defs/actor"},
}


def agreements_schema() -> Schema:
    """The form of an agreement file, as JSON; TOML may write dates and times of its own kind for text."""
    return {
        "$schema": _DIALECT,
        "title": "An agreement file of slaengine",
        **_document(
            BookDocument,
            agreements=_list_of("agreement"),
            calendars={
                "type": "object",
                "propertyNames": {"not": {"const": ALWAYS}},
                "additionalProperties": {"$ref": "#/$defs/calendar"},
            },
            levels={"description": "Of a requester's path, the nearest first", "type": "array", "items": _TEXT},
            labels=_or_null(
                {"description": "Name -> the values of a label", **_by_text({"type": "array", "items": _TEXT})}
            ),
        ),
        "$defs": {
            "agreement": _agreement(),
            "target": _target(),
            "override": _document(
                OverrideDocument, where=_RULE, budgets=_budgets(), calendar=_or_null({**_CALENDAR, **_TEXT})
            ),
            "threshold": _document(ThresholdDocument, at=_THRESHOLD, level=_or_null(_TEXT)),
            "objective": _objective(),
            "credit": _document(CreditDocument, below=_SHARE, percent=_above(0, 100)),
            "calendar": {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in _calendars()]},
            **_calendars(),
            "version": _document(
                VersionDocument,
                effective_from=_INSTANT,
                calendar={"description": "In force from then on: the name of a calendar of this file", **_TEXT},
            ),
            "where": {
                "description": "Holds where every named fact has the value, or one of the values",
                **_object(dict(_facts())),
            },
        },
    }


def _agreement() -> Schema:
    return _document(
        AgreementDocument,
        id={**_TEXT, "minLength": 1},
        targets=_list_of("target"),
        version=_TEXT,
        scope={"description": "Level -> id; empty: everybody", **_TEXT_BY_TEXT},
        covers={"description": "Fact of the opening -> what the contract entitles to", **_object(dict(_entitled()))},
        best_effort={"description": "For whom no other agreement covers", "type": "boolean"},
        effective_from=_or_null(_INSTANT),
        effective_until=_or_null(_INSTANT),
        applies_to_running={"description": "To clocks that run when it takes effect too", "type": "boolean"},
        contract=_or_null(_TEXT),
        objectives={"type": "array", "items": {"$ref": "#/$defs/objective"}},
        detectors=_object({name: _numbers(cls) for name, cls in DETECTORS.items()}),
    )


def _target() -> Schema:
    only_of_ownership = {"if": {"properties": {"metric": {"const": OWNERSHIP}}}, "else": _none_of("tier", "team")}
    all_but_callback = {"if": {"properties": {"metric": {"const": CALLBACK}}}, "else": {"required": ["budgets"]}}
    return {
        **_document(
            TargetDocument,
            metric={"enum": list(METRICS)},
            calendar={**_CALENDAR, **_TEXT},
            budgets=_budgets(),
            name=_or_null(_TEXT),
            kind=_or_null(_words(Kind)),
            tier=_or_null({"description": "Of an ownership", **_TEXT}),
            team=_or_null({"description": "Of an ownership", **_TEXT}),
            overrides={
                "description": "Budgets where a rule holds: the first that does",
                "type": "array",
                "items": {"$ref": "#/$defs/override"},
            },
            pauses=_RULE,
            fulfilled=_RULE,
            reopen=_or_null(_words(Reopen)),
            retarget=_words(Retarget),
            pin=_words(Pin),
            thresholds={"type": "array", "items": {"anyOf": [_THRESHOLD, {"$ref": "#/$defs/threshold"}]}},
        ),
        "allOf": [only_of_ownership, all_but_callback],
    }


def _none_of(*names: str) -> Schema:
    return {"properties": {name: {"type": "null"} for name in names}}


def _budgets() -> Schema:
    return {
        "description": 'One budget, or one for each priority; "*": for all that are not named',
        "anyOf": [_BUDGET, {"type": "object", "minProperties": 1, "additionalProperties": _BUDGET}],
    }


def _objective() -> Schema:
    return _document(
        ObjectiveDocument,
        target={"description": "The name of a target of the agreement", **_TEXT},
        share=_SHARE,
        period=_words(Period),
        where=_RULE,
        excluding=_RULE,
        minimum=_WHOLE,
        counted_by=_words(CountedBy),
        zone=_or_null({"description": "An IANA name", **_TEXT}),
        name=_TEXT,
        credits={"type": "array", "items": {"$ref": "#/$defs/credit"}},
    )


def _entitled() -> Iterator[tuple[str, Schema]]:
    """Each fact by which an agreement may say what it covers: a value, or several."""
    words: Mapping[str, Schema] = {"type": _words(TicketType), "channel": _words(Channel)}
    for name in ENTITLED:
        one = words.get(name, _TEXT)
        yield name, {"anyOf": [one, {"type": "array", "items": one}]}


def _calendars() -> dict[str, Schema]:
    """The kinds of calendar, each told by the key that only it has."""
    zone: Schema = {"description": "An IANA name, as in Europe/Berlin", **_TEXT}
    years: Schema = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
    names: Schema = {"description": "Names of calendars of this file", "type": "array", "items": _TEXT, "minItems": 1}
    rest: dict[str, Schema] = {
        "minus": {"description": "Calendars that are taken away", "type": "array", "items": _TEXT},
        "versions": {"type": "array", "items": {"$ref": "#/$defs/version"}},
        "effective_until": _or_null({**_INSTANT, "description": "Closed for good from then on"}),
        "name": _or_null({"description": "How results call it; by default its key", **_TEXT}),
    }
    frozen: Schema = {
        "description": "A file of write_schedule, or what stands in it",
        "anyOf": [_TEXT, {"type": "object", "required": ["form", "seal"]}],
    }
    return {
        "hours": _document(
            CalendarDocument,
            zone=zone,
            hours={"anyOf": [_TEXT, _TEXT_BY_TEXT]},
            holidays=_ONE_OR_MORE,
            special_hours={"description": "Date -> hours", **_TEXT_BY_TEXT},
            breaks={"description": "Date -> hours", **_TEXT_BY_TEXT},
            holiday_cuts={"enum": ["date", "shift"]},
            years=years,
            **rest,
        ),
        "windows": _document(
            WindowsDocument,
            zone=zone,
            rule={"description": "RFC 5545, as in FREQ=MONTHLY;BYDAY=2SA", **_TEXT},
            start={"description": "Local time, as in 2025-01-11T22:00", **_TEXT},
            length=_LENGTH,
            exclude=_ONE_OR_MORE,
            years=years,
            **rest,
        ),
        "union": _document(UnionDocument, union=names, **rest),
        "intersection": _document(IntersectionDocument, intersection=names, **rest),
        "complement": _document(ComplementDocument, complement=_TEXT, **rest),
        "frozen": _document(FrozenDocument, frozen=frozen, **rest),
    }


_ONE_OR_MORE: Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}

_LENGTH: Schema = {
    "description": "As in 30 min, 4 h, 2 h 30 min",
    "type": "string",
    "pattern": r"^\s*([0-9]+(\.[0-9]+)?\s*[A-Za-z]+\s*)+$",
}
_BUDGET: Schema = {
    "description": "As in 4 h, 24 h by the clock, 2 working days, next working day by 16:00, due date",
    "type": "string",
    "pattern": r"^\s*([0-9]|next\s|due\s|callback)",
}
_THRESHOLD: Schema = {
    "description": "As in 75 %, 30 min before due, 1 working day after due, due",
    "type": "string",
    "pattern": r"^\s*([0-9].*(%|\sdue)|due)\s*$",
}
_CALENDAR: Schema = {"description": "The name of a calendar of this file"}
_RULE: Schema = {
    "description": "A condition, or several of which one must hold",
    "anyOf": [{"$ref": "#/$defs/where"}, {"type": "array", "items": {"$ref": "#/$defs/where"}}],
}


def _above(least: float, most: float) -> Schema:
    return {"type": "number", "exclusiveMinimum": least, "maximum": most}


_SHARE: Schema = {
    "description": "As in 95 %, or 0.95",
    "anyOf": [{"type": "string", "pattern": r"^\s*[0-9]+(\.[0-9]+)? ?%\s*$"}, _above(0, 1)],
}


def _by_text(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}


def _document(cls: type, **properties: Schema) -> Schema:
    """A table of a file."""
    required = tuple(attribute.name for attribute in fields(cls) if attribute.default is NOTHING)
    return {"description": _described(cls), **_object(properties, required)}


def _described(cls: type) -> str:
    """The docstring as Python 3.13 keeps it, on every version."""
    return cleandoc(cls.__doc__ or "")


def _list_of(definition: str) -> Schema:
    return {"type": "array", "items": {"$ref": f"#/$defs/{definition}"}, "minItems": 1}


def _words(kind: type[StrEnum]) -> Schema:
    return {"enum": [str(word) for word in kind]}


def _numbers(cls: type) -> Schema:
    within = {attribute.name: bounds(attribute.name) for attribute in fields(cls)}
    return _object(
        {name: {"type": "number", "minimum": least, "maximum": most} for name, (least, most) in within.items()}
    )


def _facts() -> Iterator[tuple[str, Schema]]:
    """Each fact of a situation that a rule may ask for: a value, or several. `responded` is true or false."""
    hints = get_type_hints(Situation)
    for name in FACTS:
        yield name, _one_or_more(_of(hints.get(name, bool)))
    yield "labels", {"description": "Name -> value, or several", **_by_text(_one_or_more(_TEXT))}


def _one_or_more(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
