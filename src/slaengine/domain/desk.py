"""What happened to the desk itself: in streams of its own, beside the tickets'.

An event of publication carries the agreement or the calendar as an opaque frozen value: `policies` defines it, `codec`
reads and writes it, `domain` never looks inside.
"""

from __future__ import annotations

from typing import Any, Generic, TypeAlias, TypeVar

from attrs import frozen

from slaengine.domain.vocabulary import Actor, Deliverable, FrozenMap
from slaengine.instants import Instant

A = TypeVar("A")


@frozen(kw_only=True)
class AgreementPublished(Generic[A]):
    """An agreement is in force from `effective_from` on (None: always was)."""

    occurred_at: Instant
    by: Actor | None = None
    agreement: A
    effective_from: Instant | None = None


@frozen(kw_only=True)
class AgreementAmended(Generic[A]):
    """A new version is in force from `effective_from` on; running clocks keep theirs unless it applies to them.

    affects: the tickets then open whose terms or due instants it moved.
    """

    occurred_at: Instant
    by: Actor | None = None
    agreement: A
    effective_from: Instant
    applies_to_running: bool = False
    reason: str | None = None
    affects: tuple[str, ...] = ()


@frozen(kw_only=True)
class AgreementRetired:
    """No ticket that is opened from `effective_from` on stands under the agreement."""

    occurred_at: Instant
    by: Actor | None = None
    agreement: str
    effective_from: Instant
    reason: str | None = None


@frozen(kw_only=True)
class CalendarPublished(Generic[A]):
    """A calendar is in force from `effective_from` on (None: always was)."""

    occurred_at: Instant
    by: Actor | None = None
    name: str
    calendar: A
    effective_from: Instant | None = None


@frozen(kw_only=True)
class CalendarAmended(Generic[A]):
    """A calendar has other hours from `effective_from` on."""

    occurred_at: Instant
    by: Actor | None = None
    name: str
    calendar: A
    effective_from: Instant
    reason: str | None = None


@frozen(kw_only=True)
class CalendarRetired:
    """Nothing is measured by the calendar from `effective_from` on."""

    occurred_at: Instant
    by: Actor | None = None
    name: str
    effective_from: Instant
    reason: str | None = None


@frozen(kw_only=True)
class AbsenceRecorded:
    """A person is away between two instants."""

    occurred_at: Instant
    by: Actor | None = None
    person: str
    start: Instant
    end: Instant
    reason: str | None = None


@frozen(kw_only=True)
class ShiftScheduled:
    """A person is on duty between two instants."""

    occurred_at: Instant
    by: Actor | None = None
    person: str
    team: str
    start: Instant
    end: Instant
    site: str | None = None


@frozen(kw_only=True)
class SkillsRecorded:
    """A person has these skills now: name and level, in the host's own words. They replace what was recorded before."""

    occurred_at: Instant
    by: Actor | None = None
    person: str
    skills: FrozenMap
    team: str | None = None
    tier: str | None = None


@frozen(kw_only=True)
class ServiceIntroduced:
    """The desk supports this service from `effective_from` on."""

    occurred_at: Instant
    by: Actor | None = None
    service: str
    effective_from: Instant


@frozen(kw_only=True)
class ServiceWithdrawn:
    """The desk no longer supports this service from `effective_from` on."""

    occurred_at: Instant
    by: Actor | None = None
    service: str
    effective_from: Instant
    reason: str | None = None


@frozen(kw_only=True)
class DeliverablePromised:
    """A service report or an extra service was promised to a customer."""

    occurred_at: Instant
    by: Actor | None = None
    kind: Deliverable
    id: str
    account: str
    due: Instant | None = None
    agreement: str | None = None


@frozen(kw_only=True)
class DeliverableDelivered:
    """What was promised was delivered."""

    occurred_at: Instant
    by: Actor | None = None
    kind: Deliverable
    id: str
    account: str


@frozen(kw_only=True)
class DeliverableOpened:
    """The customer opened the report, or used the service."""

    occurred_at: Instant
    by: Actor | None = None
    kind: Deliverable
    id: str
    account: str


DeskEvent: TypeAlias = (
    AgreementPublished[Any]
    | AgreementAmended[Any]
    | AgreementRetired
    | CalendarPublished[Any]
    | CalendarAmended[Any]
    | CalendarRetired
    | AbsenceRecorded
    | ShiftScheduled
    | SkillsRecorded
    | ServiceIntroduced
    | ServiceWithdrawn
    | DeliverablePromised
    | DeliverableDelivered
    | DeliverableOpened
)

DESK_EVENTS: tuple[type, ...] = (
    AgreementPublished,
    AgreementAmended,
    AgreementRetired,
    CalendarPublished,
    CalendarAmended,
    CalendarRetired,
    AbsenceRecorded,
    ShiftScheduled,
    SkillsRecorded,
    ServiceIntroduced,
    ServiceWithdrawn,
    DeliverablePromised,
    DeliverableDelivered,
    DeliverableOpened,
)
"""Every class of desk event, in the order of this page."""
