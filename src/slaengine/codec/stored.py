"""Records <-> what an event store keeps of each beside its stream, its version and the name of its event.

One JSON array whose places keep their meaning for ever, so that a row can be read with nothing but this page:

    [1, {"occurred_at":1744873200000000,"priority":"P1"}, "01963fae-...", 1744873260000000, null, null, "north"]

    form, event, id, recorded_at (null: when it occurred), correlation, causation, tenant

Nulls at the end are left out. More metadata takes further places and another form. The event is a JSON value of its
own: a later version of an event has another name, and its reader gets the old value whole.
"""

from __future__ import annotations

import msgspec

from slaengine.codec.events import decoded, encoded, event_type, name_of, nested
from slaengine.domain.recorded import Recorded
from slaengine.errors import InputError
from slaengine.instants import Instant, instant

FORM = 1

EARLIEST: Instant = instant("0001-01-01T00:00:00Z")
LATEST: Instant = instant("9999-12-31T23:59:59.999999Z")
"""Between them lie the instants that a line can tell."""


class _State(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    form: int
    event: msgspec.Raw
    id: str
    recorded_at: Instant | None = None
    correlation: str | None = None
    causation: str | None = None
    tenant: str | None = None


def check_storable(record: Recorded) -> None:
    """Raises InputError that quotes the value, for a record of which no line could be written, or read again."""
    check_name("stream", record.stream)
    check_name("id", record.id)
    _check_instant(record.stream, "recorded_at", record.recorded_at)
    for event in nested(record.event):
        name = name_of(event)
        for field in sorted(event_type(name).instants):
            if (value := getattr(event, field)) is not None:
                _check_instant(f"{record.stream}: {name}", field, value)


def check_name(what: str, text: object) -> None:
    """Raises InputError for a name that is empty, or no text that can be written."""
    if not isinstance(text, str) or not text:
        raise InputError(f"{what} is {text!r}: write text", field=what, value=text)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _half(text, what) from None


def _check_instant(where: str, field: str, value: object) -> None:
    if not isinstance(value, int) or not EARLIEST <= value <= LATEST:
        remedy = "write microseconds since 1970, in the years 1 to 9999"
        raise InputError(f"{where}: {field} is {value!r}: {remedy}", field=field, value=value)


def _half(text: str, field: str | None = None) -> InputError:
    shown = repr(text) if len(text) <= 60 else f"{text[:57]!r}..."
    what = f"{field} is {shown}" if field else shown
    return InputError(f"{what}: half a character (a lone surrogate) stands in it: write text", field=field, value=shown)


def to_state(record: Recorded) -> bytes:
    """The stored form of a record: the same bytes for the same record.

    Raises InputError for text that cannot be written, as it holds a lone surrogate.
    """
    try:
        return _state(record)
    except UnicodeEncodeError as error:
        raise _half(error.object) from None


def _state(record: Recorded) -> bytes:
    recorded_at = None if record.recorded_at == record.event.occurred_at else record.recorded_at
    metadata = [record.id, recorded_at, record.correlation, record.causation, record.tenant]
    while metadata[-1] is None:
        metadata.pop()
    return msgspec.json.encode([FORM, msgspec.Raw(encoded(record.event)), *metadata])


def from_state(state: bytes, *, type: str, stream: str, version: int, position: int) -> Recorded:
    """The record of a stored form. type: the stable name of its event.

    Raises UnknownEventType for a name that is not in the registry, InputError for bytes that are no such record.
    """
    try:
        kept = _STATE.decode(state)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InputError(f"its stored form cannot be read, or is a newer one than {FORM}: {error}") from None
    if kept.form != FORM:
        raise InputError(f"its stored form is {kept.form}, and this version reads {FORM}: use a newer slaengine")
    event = decoded(type, bytes(kept.event))
    return Recorded(
        stream=stream,
        position=position,
        version=version,
        event=event,
        id=kept.id,
        recorded_at=event.occurred_at if kept.recorded_at is None else kept.recorded_at,
        correlation=kept.correlation,
        causation=kept.causation,
        tenant=kept.tenant,
    )


_STATE = msgspec.json.Decoder(_State)
