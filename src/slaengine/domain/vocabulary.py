"""The words of a help desk: who acts, through which channel, in which phase a ticket is, on whom it waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from attrs import frozen


class FrozenMap(Mapping[str, str]):
    """A small immutable, hashable mapping of text to text that keeps its order: labels, or the path of a requester."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, str] | None = None, /, **more: str) -> None:
        self._items: tuple[tuple[str, str], ...] = tuple({**(items or {}), **more}.items())

    def __getitem__(self, key: str) -> str:
        for name, value in self._items:
            if name == key:
                return value
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrozenMap):
            return self._items == other._items or dict(self._items) == dict(other._items)
        return dict(self._items) == dict(other) if isinstance(other, Mapping) else NotImplemented

    def __repr__(self) -> str:
        return f"FrozenMap({dict(self._items)!r})"


class Role(StrEnum):
    """The role in which an actor acted, held at that time."""

    AGENT = "agent"
    LEAD = "lead"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    AUTOMATION = "automation"


@frozen
class Actor:
    """Who did it: an id that the host's directory resolves, never a name, and the role and team held then."""

    id: str
    role: Role = Role.AGENT
    team: str | None = None


class Phase(StrEnum):
    """What a status means, whatever the host calls it."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nobody is expected to work: resolved, closed or cancelled."""
        return self in (Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED)


class Party(StrEnum):
    """On whom a waiting ticket waits."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    DESK = "desk"
    OTHER = "other"


class Answer(StrEnum):
    """The best answer a ticket had so far, in rising order."""

    NONE = "none"
    INTERNAL = "internal"
    AUTOMATIC = "automatic"
    HUMAN = "human"


class Coverage(StrEnum):
    """Whether the requester is entitled to what is asked."""

    COVERED = "covered"
    BEST_EFFORT = "best-effort"
    OUT_OF_SUPPORT = "out-of-support"


class TicketType(StrEnum):
    """What kind of thing a ticket is, after ITIL."""

    INCIDENT = "incident"
    REQUEST = "request"
    PROBLEM = "problem"
    PLANNED_EVENT = "planned-event"


class Channel(StrEnum):
    """How the desk and the customer spoke."""

    PHONE = "phone"
    VOICEMAIL = "voicemail"
    WALK_IN = "walk-in"
    DROP_OFF = "drop-off"
    ON_SITE = "on-site"
    MAIL = "mail"
    CHAT = "chat"
    PORTAL = "portal"
    MONITORING = "monitoring"
    OTHER = "other"


class Escalation(StrEnum):
    """Functional: to who knows more. Hierarchical: to who decides more."""

    FUNCTIONAL = "functional"
    HIERARCHICAL = "hierarchical"


class ReturnReason(StrEnum):
    """Why a ticket was sent back."""

    NOT_OURS = "not-ours"
    INCOMPLETE = "incomplete"


class Relation(StrEnum):
    """How this ticket stands to the one that it is linked to."""

    PARENT_OF = "parent-of"
    CHILD_OF = "child-of"
    DUPLICATE_OF = "duplicate-of"
    CAUSED_BY = "caused-by"
    CAUSE_OF = "cause-of"
    FOLLOW_UP_OF = "follow-up-of"
    ABSORBED = "absorbed"
    RELATED = "related"


class ReviewOutcome(StrEnum):
    """A reviewer's answer: the flag has an innocent reason, or it stands."""

    EXPLAINED = "explained"
    UPHELD = "upheld"


class Deliverable(StrEnum):
    """What is promised beside tickets."""

    SERVICE_REPORT = "service-report"
    EXTRA_SERVICE = "extra-service"
