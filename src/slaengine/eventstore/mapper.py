"""The library's mapper on our own envelope: topics are stable names, and a state is the form that the codec defines.

The library's mapper would read `vars()` of an event, which slotted ones do not have, write the import path of its class
into every row, and call no validator on load. See docs/adr/0005-own-envelope-over-eventsourcing.md.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen
from eventsourcing.persistence import Mapper, Notification, StoredEvent

from slaengine.codec.events import name_of
from slaengine.codec.stored import from_state, to_state
from slaengine.domain.recorded import Recorded


@frozen
class Envelope:
    """A record as the library sees it: its protocol asks for two properties."""

    record: Recorded

    @property
    def originator_id(self) -> str:
        return self.record.stream

    @property
    def originator_version(self) -> int:
        return self.record.version


class RecordMapper(Mapper[str]):
    """Records <-> rows. A row that came without a position (it is no notification) gives a record at position 0."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        record: Recorded = domain_event.record
        return StoredEvent(record.stream, record.version, name_of(record.event), to_state(record))

    def to_domain_event(self, stored_event: StoredEvent) -> Envelope:
        return Envelope(
            from_state(
                stored_event.state,
                type=stored_event.topic,
                stream=str(stored_event.originator_id),
                version=stored_event.originator_version,
                position=stored_event.id if isinstance(stored_event, Notification) else 0,
            )
        )
