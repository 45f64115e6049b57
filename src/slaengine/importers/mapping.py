"""What the columns of a log mean, checked. `mapping_file.py` reads it; docs/reference/mapping.md describes the file."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from attrs import field, frozen

from slaengine.domain.events import TicketEvent
from slaengine.domain.vocabulary import Party, Phase, Role
from slaengine.importers.moments import TimeFormat


class Rows(StrEnum):
    """What a row is: something that happened, or the ticket as an update left it."""

    EVENTS = "events"
    SNAPSHOTS = "snapshots"


class Opening(StrEnum):
    """Where the opening of a ticket comes from, if it has no column of its own."""

    FIRST_ROW = "first-row"
    EVENT = "event"  # the log holds openings; none is made up


class Unchanged(StrEnum):
    """What a row tells that differs in nothing that is mapped."""

    STATUS_CHANGED = "status-changed"  # the status was stated again
    WORKED = "worked"
    IGNORE = "ignore"


class Measure(StrEnum):
    """What of a text counts, if not the text itself."""

    LENGTH = "length"  # in characters


@frozen(kw_only=True)
class Column:
    """A column, and what its texts mean: `map` for those that it names, `otherwise` for the rest of them."""

    column: str
    map: dict[str, str] = field(factory=dict)
    otherwise: str | None = None


Value: TypeAlias = str | Column
"""A text as it stands, or the column that holds it."""


@frozen
class Moment:
    """A column with a time."""

    column: str
    format: TimeFormat


@frozen
class Length:
    """A column whose texts count by their lengths alone: they stay where they are."""

    column: str


@frozen
class ActorRule:
    """The id of whoever did it, and the role in which it was done."""

    id: Value
    role: Value = Role.AGENT.value


@frozen
class Status:
    """A status of the host's own. queued: the ticket lies in its team's queue, whatever its owner column says."""

    name: str
    phase: Phase
    waiting_on: Party | None = None
    queued: bool = False


@frozen
class StatusRule:
    """The column with the status, and what each of its values means."""

    column: str
    map: Mapping[str, Status]


@frozen
class EventRule:
    """A kind of event that a row tells, with its fields: fixed ones, those that the row holds, tables of such."""

    event: type[TicketEvent]
    fixed: dict[str, Any] = field(factory=dict)
    columns: dict[str, Column | Moment | Length] = field(factory=dict)
    tables: dict[str, Mapping[str, Value]] = field(factory=dict)


Told: TypeAlias = tuple[EventRule, ...]
"""The events that a row tells, in their order; none if such rows are ignored."""

ActivityRule: TypeAlias = Mapping[Role | None, Told]
"""What an activity tells by the role of whoever did it. None: whoever else did it, or nobody that is named."""


@frozen
class EventsRule:
    """The column with the activity, and what each of its values tells."""

    column: str
    map: Mapping[str, ActivityRule]

    def tells(self, kind: type[TicketEvent]) -> bool:
        """Whether some activity is an event of that kind."""
        return any(rule.event is kind for by in self.map.values() for told in by.values() for rule in told)

    def asks_the_role(self) -> bool:
        """Whether some activity differs by who did it."""
        return any(by.keys() - {None} for by in self.map.values())


@frozen
class FactsRule:
    """What is known of a ticket beside its status: by the names of the fields of `Opened`."""

    facts: Mapping[str, Value] = field(factory=dict)
    requester: Mapping[str, Value] = field(factory=dict)
    labels: Mapping[str, Value] = field(factory=dict)


@frozen(kw_only=True)
class LogMapping:
    """How one kind of log is read.

    source: its name, part of every event's id. record: the column with the source's own id of a row. null: texts that
    mean "nothing". tiers: in rising order. lacks: kinds of event that the log never holds.
    """

    source: str
    rows: Rows
    ticket: str
    occurred_at: Moment
    record: str | None = None
    actor: ActorRule | None = None
    opening: Opening | Moment = Opening.FIRST_ROW
    null: frozenset[str] = frozenset({""})
    delimiter: str = ","
    facts: FactsRule = FactsRule()
    status: StatusRule | None = None
    unchanged: Unchanged = Unchanged.STATUS_CHANGED
    tiers: tuple[str, ...] = ()
    events: EventsRule | None = None
    lacks: frozenset[type[TicketEvent]] = frozenset()
