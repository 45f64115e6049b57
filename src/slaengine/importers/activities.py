"""`rows = "events"`: each row tells what was done, which may be several events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from attrs import evolve as but
from attrs import frozen

from slaengine.codec.events import from_plain, name_of
from slaengine.domain.events import Opened, TicketEvent
from slaengine.domain.vocabulary import Actor
from slaengine.errors import InputError
from slaengine.importers.activity_rules import is_required, kind_of
from slaengine.importers.columns import Cells, Columns, Reader, unmapped
from slaengine.importers.facts import Facts, facts_reader, texts_reader
from slaengine.importers.mapping import Column, EventRule, EventsRule, Length, LogMapping, Moment, Opening, Told
from slaengine.importers.rows import Row, actor_reader
from slaengine.instants import Instant


@frozen
class Activity:
    """What a row tells: events, their instant and actor apart; none, if the mapping says so.

    facts: those of the ticket, should the row have to stand for its opening.
    """

    events: tuple[TicketEvent, ...]
    facts: Facts


def activity_reader(mapping: LogMapping, columns: Columns) -> Reader[Activity]:
    """Reads what a row tells."""
    facts = facts_reader(mapping.facts, columns)
    events = columns.remembered(lambda own: _events_reader(mapping, own, facts_reader(mapping.facts, own)))
    return lambda cells: Activity(events(cells), facts(cells))


def tell_activities(
    mapping: LogMapping, rows: Sequence[Row[Activity]], opening: Instant | None
) -> Iterator[tuple[Row[Activity], list[TicketEvent]]]:
    """The events of one ticket, each row with its own. `rows` stand in the order of time.

    opening: when the ticket was opened, if a column tells it.
    """
    awaited = mapping.opening is not Opening.EVENT
    for row in rows:
        events: list[TicketEvent] = [but(event, occurred_at=row.at, by=row.by) for event in row.told.events]
        if not events:
            continue
        yield row, [_opened(row, opening), *events] if awaited and not isinstance(events[0], Opened) else events
        awaited = False


def _opened(row: Row[Activity], opening: Instant | None) -> Opened:
    at, by = (row.at, row.by) if opening is None else (opening, None)
    return row.told.facts.opened(at, by)


def _events_reader(mapping: LogMapping, columns: Columns, facts: Reader[Facts]) -> Reader[tuple[TicketEvent, ...]]:
    rule = mapping.events or EventsRule("", {})
    at, column = columns.index(rule.column), rule.column
    who = actor_reader(mapping.actor if rule.asks_the_role() else None, columns)
    readers = {
        activity: {role: _told_reader(told, columns, facts) for role, told in by.items()}
        for activity, by in rule.map.items()
    }

    def read(cells: Cells) -> tuple[TicketEvent, ...]:
        known, actor = readers.get(cells[at]), who(cells)
        if known is None:
            raise unmapped(column, cells[at])
        reader = known.get(actor.role if actor else None) or known.get(None)
        if reader is None:
            raise _unmapped_by(actor, column, cells[at])
        return reader(cells)

    return read


def _unmapped_by(actor: Actor | None, column: str, text: str) -> InputError:
    doer = f"by the role {actor.role}" if actor else "by nobody that is named"
    return InputError(f"is not in the map as done {doer}: add what it means, or otherwise", field=column, value=text)


def _told_reader(told: Told, columns: Columns, facts: Reader[Facts]) -> Reader[tuple[TicketEvent, ...]]:
    readers = [_event_reader(rule, columns, facts) for rule in told]
    return lambda cells: tuple(read(cells) for read in readers)


def _event_reader(rule: EventRule, columns: Columns, facts: Reader[Facts]) -> Reader[TicketEvent]:
    name, fixed = name_of(rule.event), {"occurred_at": 0, **rule.fixed}
    fields = {field: _field_reader(rule.event, field, given, columns) for field, given in rule.columns.items()}
    tables = {field: texts_reader(given, columns) for field, given in rule.tables.items()}

    def read(cells: Cells) -> TicketEvent:
        held = {field: value for field, reader in fields.items() if (value := reader(cells)) is not None}
        held |= {field: dict(reader(cells)) for field, reader in tables.items()}
        told = {**fixed, **held}
        return cast(TicketEvent, from_plain(name, facts(cells).behind(told) if rule.event is Opened else told))

    return read


def _field_reader(
    event: type[TicketEvent], field: str, given: Column | Moment | Length, columns: Columns
) -> Reader[Any]:
    read = _unchecked(event, field, given, columns)
    if not is_required(event, field):
        return read

    def required(cells: Cells) -> Any:
        found = read(cells)
        if found is None:
            raise InputError(f"is empty: {name_of(event)} needs its {field}", field=given.column)
        return found

    return required


def _unchecked(event: type[TicketEvent], field: str, given: Column | Moment | Length, columns: Columns) -> Reader[Any]:
    match given:
        case Moment():
            return columns.moment(given)
        case Length(column):
            return columns.length(column)
        case Column():
            return _converted(event, field, given, columns)


def _converted(event: type[TicketEvent], field: str, given: Column, columns: Columns) -> Reader[Any]:
    """Reads a field that is no text as what it is; the event itself checks words."""
    text, kind = columns.text(given), kind_of(event, field)
    convert = _converter(kind)

    def read(cells: Cells) -> Any:
        found = text(cells)
        try:
            return None if found is None else convert(found)
        except (KeyError, ValueError):
            word = "whole number" if kind is int else "true or false"
            raise InputError(f"is no {word}, as {field} must be", field=given.column, value=found) from None

    return read


def _converter(kind: Any) -> Callable[[str], Any]:
    if kind is int:
        return int
    if kind is bool:
        return _TRUTH.__getitem__
    return str if isinstance(kind, type) else _alone


_TRUTH: Mapping[str, bool] = {"true": True, "false": False}


def _alone(text: str) -> list[str]:
    return [text]
