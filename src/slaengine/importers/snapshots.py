"""`rows = "snapshots"`: a row is the ticket as an update left it; events are what changed since the row before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen

from slaengine.domain import events as e
from slaengine.domain.situation import Situation, evolve
from slaengine.domain.vocabulary import Coverage, FrozenMap, Party, Phase
from slaengine.importers.columns import Cells, Columns, Reader, unmapped
from slaengine.importers.facts import AGREED, CLASSIFYING, HANDED, PRIORITISING, Facts, facts_reader
from slaengine.importers.mapping import LogMapping, Status, StatusRule, Unchanged
from slaengine.importers.rows import Row
from slaengine.instants import Instant


@frozen
class Snapshot:
    """The ticket as a row shows it."""

    status: Status | None
    facts: Facts


def snapshot_reader(mapping: LogMapping, columns: Columns) -> Reader[Snapshot]:
    """Reads how a row shows the ticket."""
    facts, status = facts_reader(mapping.facts, columns), _status_reader(mapping.status, columns)

    def read(cells: Cells) -> Snapshot:
        shown = status(cells)
        return Snapshot(shown, facts(cells).unowned() if shown and shown.queued else facts(cells))

    return read


def tell_snapshots(
    mapping: LogMapping, rows: Sequence[Row[Snapshot]], opening: Instant | None
) -> Iterator[tuple[Row[Snapshot], list[e.TicketEvent]]]:
    """The events of one ticket, each row with those that it shows. `rows` stand in the order of time.

    opening: when the ticket was opened, if a column tells it; else that was its first row.
    After the events of a row the ticket is as the row shows it; what the row leaves empty stays as it was.
    """
    ticket = _Ticket({tier: rank for rank, tier in enumerate(mapping.tiers)}, mapping.unchanged)
    for number, row in enumerate(rows):
        yield row, ticket.goes_on(row) if number else ticket.begins(row, opening)


def _status_reader(rule: StatusRule | None, columns: Columns) -> Reader[Status | None]:
    if rule is None:
        return lambda _: None
    at, column, known, null = columns.index(rule.column), rule.column, rule.map, columns.null

    def read(cells: Cells) -> Status | None:
        text = cells[at]
        if text not in known and text not in null:
            raise unmapped(column, text)
        return known.get(text)

    return read


@define
class _Ticket:
    """A ticket as its rows have shown it so far."""

    ranks: Mapping[str, int]  # of tiers
    unchanged: Unchanged
    facts: Facts = field(factory=lambda: Facts({}))
    situation: Situation | None = None
    shown: Snapshot | None = None  # by the row before: the same object for rows that agree

    def begins(self, row: Row[Snapshot], opening: Instant | None) -> list[e.TicketEvent]:
        """The events of the first row, of which the opening takes all but a status that it cannot have had."""
        self.facts, status, self.shown = row.told.facts, row.told.status, row.told
        at, by = (row.at, row.by) if opening is None else (opening, None)
        opened = self.facts.opened(at, by, **(_as_fields(status) if status and _may_open(status, row, at) else {}))
        return self._followed([opened], row)

    def goes_on(self, row: Row[Snapshot]) -> list[e.TicketEvent]:
        """The events of a later row."""
        if row.told is self.shown:
            return self._restated(row)
        was, self.facts, self.shown = self.facts, self.facts.updated(row.told.facts), row.told
        changes = [*_described(was, self.facts, row), *_handed(was.facts, self.facts.facts, self.ranks, row)]
        return self._followed(changes, row) or self._restated(row)

    def _followed(self, events: list[e.TicketEvent], row: Row[Snapshot]) -> list[e.TicketEvent]:
        """The events, and after them those that lead to the status of the row."""
        situation = self.situation
        for event in events:
            situation = evolve(situation, event)
        if situation is not None and row.told.status is not None:
            for event in _leading_to(row.told.status, situation, row):
                situation = evolve(situation, event)
                events.append(event)
        self.situation = situation
        return events

    def _restated(self, row: Row[Snapshot]) -> list[e.TicketEvent]:
        """What a row tells that shows nothing new."""
        match self.unchanged:
            case Unchanged.IGNORE:
                return []
            case Unchanged.WORKED:
                return [e.Worked(occurred_at=row.at, by=row.by)]
            case Unchanged.STATUS_CHANGED:
                status = self.situation.status if self.situation else ""
                return [e.StatusChanged(occurred_at=row.at, by=row.by, status=status)]


def _may_open(status: Status, row: Row[Snapshot], at: Instant) -> bool:
    """A ticket opens with a new status, or with any that its first row shows at once, if it is not over by then."""
    return status.phase is Phase.NEW or (row.at == at and not status.phase.is_over)


def _as_fields(status: Status) -> Mapping[str, Any]:
    return {"status": status.name, "phase": status.phase, "waiting_on": status.waiting_on}


def _leading_to(status: Status, was: Situation, row: Row[Snapshot]) -> Iterator[e.TicketEvent]:
    """The events after which the status is the one that the row shows; none if it is so already."""
    if (was.status, was.phase, was.waiting_on) == (status.name, status.phase, status.waiting_on):
        return
    at, by, name = row.at, row.by, status.name
    if was.phase.is_over and not status.phase.is_over:
        yield e.Reopened(occurred_at=at, by=by, status=name)
    match status.phase:
        case Phase.WAITING:
            yield e.PutOnHold(occurred_at=at, by=by, status=name, waiting_on=status.waiting_on or Party.OTHER)
        case Phase.OPEN if was.phase is Phase.WAITING:
            yield e.Resumed(occurred_at=at, by=by, status=name)
        case Phase.RESOLVED if was.phase is not Phase.RESOLVED:
            yield e.Resolved(occurred_at=at, by=by, status=name)
        case Phase.CLOSED if was.phase is not Phase.CLOSED:
            yield e.Closed(occurred_at=at, by=by, status=name)
        case Phase.CANCELLED if was.phase is not Phase.CANCELLED:
            yield e.Cancelled(occurred_at=at, by=by, status=name)
        case Phase.OPEN if was.phase.is_over:
            pass  # reopened
        case _:
            yield e.StatusChanged(occurred_at=at, by=by, status=name, phase=status.phase)


def _described(was: Facts, now: Facts, row: Row[Snapshot]) -> Iterator[e.TicketEvent]:
    """What it is: a changed field is told with its new value."""
    at, by, facts = row.at, row.by, now.facts
    changed = {name for name, value in facts.items() if value != was.facts.get(name)}
    if classified := changed.intersection(CLASSIFYING):
        yield e.Classified(occurred_at=at, by=by, **{name: facts[name] for name in classified})
    if "priority" in facts and changed.intersection(PRIORITISING):
        yield e.Prioritised(occurred_at=at, by=by, **{name: facts[name] for name in PRIORITISING if name in facts})
    if "agreement" in facts and changed.intersection(AGREED):
        yield _attached(was.facts, facts, row)
    if was.labels != now.labels:
        yield _labelled(was.labels, now.labels, row)


def _attached(was: Mapping[str, Any], now: Mapping[str, Any], row: Row[Snapshot]) -> e.AgreementAttached:
    return e.AgreementAttached(
        occurred_at=row.at,
        by=row.by,
        agreement=now["agreement"],
        version=now.get("agreement_version"),
        coverage=now.get("coverage", Coverage.COVERED),
        replaces=was.get("agreement"),
    )


def _labelled(was: FrozenMap, now: FrozenMap, row: Row[Snapshot]) -> e.Labelled:
    set_now = FrozenMap({name: value for name, value in now.items() if was.get(name) != value})
    removed = tuple(name for name in was if name not in now)
    return e.Labelled(occurred_at=row.at, by=row.by, labels=set_now, removed=removed)


def _handed(
    was: Mapping[str, Any], now: Mapping[str, Any], ranks: Mapping[str, int], row: Row[Snapshot]
) -> Iterator[e.TicketEvent]:
    """Who has it: at most one event, that says where it went and whence."""
    changed = {name for name in HANDED if now.get(name) != was.get(name)}
    if not changed:
        return
    team, owner = now.get("team"), now.get("owner")
    common: dict[str, Any] = {"occurred_at": row.at, "by": row.by}
    place: dict[str, Any] = {"team": team, "tier": now.get("tier"), "area": now.get("area")}
    whence: dict[str, Any] = {"from_owner": was.get("owner"), "from_team": was.get("team")}
    if _rises(was.get("tier"), now.get("tier"), ranks):
        yield e.Escalated(**common, **place, **whence, owner=owner)
    elif owner is None and changed == {"owner"} and not _is_queued(row):
        yield e.Unassigned(**common, from_owner=was.get("owner"))
    elif owner is None and team is not None:
        yield e.Queued(**common, **place, **whence)
    elif owner is not None and was.get("owner") is None and was.get("team") in (None, team):
        yield e.Assigned(**common, **place, owner=owner)
    else:
        yield e.Reassigned(**common, **place, **whence, owner=owner)


def _rises(was: str | None, now: str | None, ranks: Mapping[str, int]) -> bool:
    return was in ranks and now in ranks and ranks[str(now)] > ranks[str(was)]


def _is_queued(row: Row[Snapshot]) -> bool:
    return row.told.status is not None and row.told.status.queued
