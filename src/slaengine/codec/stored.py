"""Records <-> what an event store keeps of each beside its stream, its version and the name of its event.

One JSON array whose places keep their meaning for ever, so that a row can be read with nothing but this page:

    [1, {"occurred_at":1744873200000000,"priority":"P1"}, "01963fae-...", 1744873260000000, null, null, "north"]

    form, event, id, recorded_at (null: when it occurred), correlation, causation, tenant

Nulls at the end are left out. More metadata takes further places and another form. The event is a JSON value of its
own: a later version of an event has another name, and its reader gets the old value whole.
"""

from __future__ import annotations

import msgspec

from slaengine.codec.events import decoded, encoded
from slaengine.domain.recorded import Recorded
from slaengine.errors import InputError
from slaengine.instants import Instant

FORM = 1


class _State(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    form: int
    event: msgspec.Raw
    id: str
    recorded_at: Instant | None = None
    correlation: str | None = None
    causation: str | None = None
    tenant: str | None = None


def to_state(record: Recorded) -> bytes:
    """The stored form of a record: the same bytes for the same record."""
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
    except msgspec.MsgspecError as error:
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
