"""Events <-> JSON. Each event has a stable name of its own, never that of its class; a later version adds ".v2".

Stored form: one object of the fields, instants as integers, what is None or empty left out. Decoding goes straight into
the frozen class by the name's decoder, which checks what a field may hold. Plain values from elsewhere are also refused
for a field that no version knows. What an event of publication carries is read in `published.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, cast, get_args, get_type_hints

import msgspec
from attrs import NOTHING, fields, frozen
from attrs import evolve as but

from slaengine.domain import desk as d
from slaengine.domain import events as e
from slaengine.domain.recorded import Event
from slaengine.domain.vocabulary import Actor, FrozenMap
from slaengine.errors import InputError, UnknownEventType
from slaengine.instants import Instant, instant, iso

NAMES: Mapping[str, type[Event]] = {
    "opened": e.Opened,
    "acknowledged": e.Acknowledged,
    "classified": e.Classified,
    "prioritised": e.Prioritised,
    "labelled": e.Labelled,
    "queued": e.Queued,
    "assigned": e.Assigned,
    "unassigned": e.Unassigned,
    "accepted": e.Accepted,
    "returned": e.Returned,
    "reassigned": e.Reassigned,
    "escalated": e.Escalated,
    "worked": e.Worked,
    "customer-contacted": e.CustomerContacted,
    "customer-replied": e.CustomerReplied,
    "no-answer-needed": e.NoAnswerNeeded,
    "callback-promised": e.CallbackPromised,
    "callback-kept": e.CallbackKept,
    "status-changed": e.StatusChanged,
    "put-on-hold": e.PutOnHold,
    "resumed": e.Resumed,
    "due-date-set": e.DueDateSet,
    "linked": e.Linked,
    "split": e.Split,
    "merged": e.Merged,
    "knowledge-used": e.KnowledgeUsed,
    "workaround-given": e.WorkaroundGiven,
    "solution-proposed": e.SolutionProposed,
    "resolved": e.Resolved,
    "confirmed-by-customer": e.ConfirmedByCustomer,
    "reopened": e.Reopened,
    "closed": e.Closed,
    "cancelled": e.Cancelled,
    "rated": e.Rated,
    "agreement-attached": e.AgreementAttached,
    "corrected": e.Corrected,
    "waived": e.Waived,
    "flag-reviewed": e.FlagReviewed,
    "agreement-published": d.AgreementPublished,
    "agreement-amended": d.AgreementAmended,
    "agreement-retired": d.AgreementRetired,
    "calendar-published": d.CalendarPublished,
    "calendar-amended": d.CalendarAmended,
    "calendar-retired": d.CalendarRetired,
    "absence-recorded": d.AbsenceRecorded,
    "shift-scheduled": d.ShiftScheduled,
    "skills-recorded": d.SkillsRecorded,
    "service-introduced": d.ServiceIntroduced,
    "service-withdrawn": d.ServiceWithdrawn,
    "deliverable-promised": d.DeliverablePromised,
    "deliverable-delivered": d.DeliverableDelivered,
    "deliverable-opened": d.DeliverableOpened,
}
"""The registry: names are for ever, classes may move."""


def _from_wire(kind: type, given: Any) -> Any:
    if kind is FrozenMap and isinstance(given, dict) and all(isinstance(value, str) for value in given.values()):
        return FrozenMap(given)
    raise ValueError(f"{given!r} is no object whose values are text")


@frozen
class EventType:
    """What the codec knows of one name."""

    name: str
    cls: type[Event]
    fields: tuple[str, ...]
    instants: frozenset[str]
    required: frozenset[str]
    words: Mapping[str, tuple[str, ...]]  # of the fields that hold one of a few
    decoder: msgspec.json.Decoder[Any] | None  # None: nested events need a path of their own

    @classmethod
    def of(cls, name: str, event: type[Event]) -> EventType:
        hints = get_type_hints(event, include_extras=True)
        names = tuple(attribute.name for attribute in fields(event))
        instants = frozenset(name for name in names if hints[name] in _INSTANTS)
        required = frozenset(attribute.name for attribute in fields(event) if attribute.default is NOTHING)
        decoder = None if event is e.Corrected else msgspec.json.Decoder(event, dec_hook=_from_wire)
        words = {name: found for name in names if (found := _words(hints[name]))}
        return cls(name, event, names, instants, required, words, decoder)


def _words(hint: Any) -> tuple[str, ...]:
    kinds = (kind for kind in (hint, *get_args(hint)) if isinstance(kind, type) and issubclass(kind, StrEnum))
    return tuple(str(word) for kind in kinds for word in kind)


DEEPEST = 20
"""So many corrections may stand in one another."""

_INSTANTS = (Instant, Instant | None)
_OF_AN_ACTOR = tuple(attribute.name for attribute in fields(Actor))
_NOTHING: tuple[Any, ...] = (None, [], {})
_TYPES: Mapping[str, EventType] = {name: EventType.of(name, cls) for name, cls in NAMES.items()}
_NAME_OF: Mapping[type, str] = {cls: name for name, cls in NAMES.items()}


def name_of(event: Event | type[Event]) -> str:
    """The stable name of an event's kind."""
    return _NAME_OF[event if isinstance(event, type) else type(event)]


def event_type(name: str) -> EventType:
    """What is known of a name. Raises UnknownEventType, which is never skipped in silence."""
    try:
        return _TYPES[name]
    except KeyError:
        close = get_close_matches(name, _TYPES, n=1)
        hint = f"did you mean {close[0]!r}?" if close else "docs/reference/events.md lists the known ones"
        raise UnknownEventType(f"unknown event type {name!r}: {hint}", field="type", value=name) from None


def encoded(event: Event) -> bytes:
    """The stored form."""
    return msgspec.json.encode(plain(event))


def decoded(name: str, stored: bytes) -> Event:
    """The event of a stored form. Raises InputError for bytes that are no such event."""
    decoder = event_type(name).decoder
    try:
        if decoder is None:
            return from_plain(name, msgspec.json.decode(stored, type=dict[str, Any]))
        return _typed(cast(Event, decoder.decode(stored)))
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InputError(f"{name}: {error}") from error


def nested(event: Event) -> Iterator[Event]:
    """The event and, of a correction, what it puts in place of another, and so on. Raises InputError if too deep."""
    yield event
    for _ in range(DEEPEST + 1):
        if not isinstance(event, e.Corrected) or event.event is None:
            return
        event = event.event
        yield event
    raise _too_deep()


def plain(event: Event, *, readable: bool = False) -> dict[str, Any]:
    """The fields of an event as plain values. readable: instants as ISO 8601 text.

    What is None is left out, and what is empty, unless the event cannot be without it.
    """
    known = _TYPES[_NAME_OF[type(event)]]
    found = {name: _plain(getattr(event, name), readable=readable) for name in known.fields}
    kept = {name: value for name, value in found.items() if value not in _NOTHING or name in known.required}
    if readable:
        kept.update({name: iso(kept[name]) for name in known.instants & kept.keys()})
    return kept


def _plain(value: Any, *, readable: bool) -> Any:
    if value is None or isinstance(value, str | int):  # most are, enumerations of words among them
        return value
    if type(value) in _NAME_OF:
        return _nested(value, readable=readable)
    if isinstance(value, FrozenMap):
        return dict(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Actor):
        return _actor(value)
    return _published(value)


def _published(value: Any) -> Any:
    """The JSON of an agreement or a calendar."""
    from slaengine.codec.published import plain as plain_of

    return plain_of(value)


def _actor(actor: Actor) -> dict[str, str]:
    team = {} if actor.team is None else {"team": actor.team}
    return {"id": actor.id, "role": actor.role, **team}


def _nested(event: Event, *, readable: bool) -> dict[str, Any]:
    """An event inside another, in the form of a line: a field of the event may be called type too."""
    data = plain(event, readable=readable)
    return {"type": name_of(event), "occurred_at": data.pop("occurred_at"), **({"data": data} if data else {})}


def from_plain(name: str, given: Mapping[str, Any], *, readable: bool = False) -> Event:
    """The event of plain values; instants as text where they are readable.

    Raises InputError that quotes the value for a field that is unknown, missing or cannot be read.
    """
    known = event_type(name)
    _check_fields(name, given, known.fields)
    if isinstance(given.get("by"), dict):
        _check_fields(f"{name}: by", given["by"], _OF_AN_ACTOR)
    values = dict(given)
    if readable:
        values.update({field: _instant(field, values[field]) for field in known.instants & values.keys()})
    inner = values.pop("event", None) if known.cls is e.Corrected else None
    _check_depth(inner)
    event = _convert(known, values)
    return event if inner is None else _with_nested(cast(e.Corrected, event), inner, readable=readable)


def _typed(event: Event) -> Event:
    """The event with the agreement or the calendar that it publishes as such, not as JSON."""
    match event:
        case d.AgreementPublished(agreement=given) | d.AgreementAmended(agreement=given):
            from slaengine.codec.published import typed_agreement  # few logs hold one

            return but(event, agreement=typed_agreement(given))
        case d.CalendarPublished(calendar=given) | d.CalendarAmended(calendar=given):
            from slaengine.codec.published import typed_calendar

            return but(event, calendar=typed_calendar(given))
        case _:
            return event


def _check_depth(inner: object) -> None:
    for _ in range(DEEPEST):
        match inner:
            case {"data": {"event": deeper}}:
                inner = deeper
            case _:
                return
    raise _too_deep()


def _too_deep() -> InputError:
    return InputError(f"is nested too deeply: at most {DEEPEST} corrections may stand in one another", field="event")


def _check_fields(what: str, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    """msgspec forbids unknown fields in structs of its own only."""
    if unknown := sorted(given.keys() - {*known}):
        field = unknown[0]
        raise InputError(f"{what} has no field {field!r}: it has {', '.join(known)}", field=field, value=given[field])


def _instant(field: str, text: Any) -> Instant:
    if not isinstance(text, str):
        remedy = "write ISO 8601 text with an offset, as in '2025-04-22T16:30:00+02:00'"
        raise InputError(f"{field} is {text!r}: {remedy}", field=field, value=text)
    try:
        return instant(text)
    except ValueError as error:
        raise InputError(f"{field}: {error}", field=field, value=text) from None


def _convert(known: EventType, values: dict[str, Any]) -> Event:
    try:
        if known.decoder is None:
            return _corrected(values)
        return _typed(msgspec.convert(values, known.cls, dec_hook=_from_wire))
    except msgspec.ValidationError as error:
        raise _worded(known.name, error, values) from None


def _worded(name: str, error: msgspec.ValidationError, values: Mapping[str, Any]) -> InputError:
    """What is wrong, with the value that is."""
    message, _, path = str(error).partition(" - at `$.")
    field = path.rstrip("`").split(".")[0].split("[")[0]
    if field not in values:
        return InputError(f"{name}: {message}")
    known = _TYPES[name].words.get(field)
    hint = f"choose among {', '.join(known)}" if known and isinstance(values[field], str) else message
    return InputError(f"{name}: {field} is {values[field]!r}: {hint}", field=field, value=values[field])


@frozen(kw_only=True)
class _FlatCorrected:
    """A correction without the event that it puts in place of another."""

    occurred_at: int
    by: Actor | None = None
    corrects: str
    reason: str


def _corrected(values: dict[str, Any]) -> e.Corrected:
    flat = msgspec.convert(values, _FlatCorrected, dec_hook=_from_wire)
    return e.Corrected(occurred_at=flat.occurred_at, by=flat.by, corrects=flat.corrects, reason=flat.reason)


def _with_nested(correction: e.Corrected, inner: Any, *, readable: bool) -> e.Corrected:
    event = _from_nested(inner, readable=readable)
    if type(event) not in e.TICKET_EVENTS:
        raise InputError(f"event is {inner!r}: only an event of a ticket can stand in the place of another")
    return e.Corrected(
        occurred_at=correction.occurred_at,
        by=correction.by,
        corrects=correction.corrects,
        event=cast(e.TicketEvent, event),
        reason=correction.reason,
    )


def _from_nested(inner: Any, *, readable: bool) -> Event:
    match inner:
        case {"type": str(name), "occurred_at": occurred_at, **more} if not more.keys() - {"data"}:
            data = more.get("data", {})
            if isinstance(data, dict) and "occurred_at" not in data:
                return from_plain(name, {**data, "occurred_at": occurred_at}, readable=readable)
    remedy = "write an object with type, occurred_at and data of the event that did happen"
    raise InputError(f"event is {inner!r}: {remedy}", field="event", value=inner)
