"""A desk of the form of cases/gaming: both clocks of each ticket under an agreement, beside those of its clocks.csv."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from attrs import define, field

import slaengine as sla
from slaengine.importers.reading import lines
from tests.conformance.desk_events import event
from tests.conformance.desk_promises import OVER, Promises, read_promises
from tests.conformance.lines import refused, say

T = TypeVar("T")
Row: TypeAlias = Mapping[str, str]
"""A line of clocks.csv by column; instants in one form, to the second."""

TICKET = ("customer", "agreement")
CLOCKS: Mapping[str, tuple[str, ...]] = {
    "response": ("response_elapsed_s", "response_target_s", "response_due", "response_breached", "responded_at"),
    "resolution": (
        "resolution_elapsed_s",
        "resolution_target_s",
        "resolution_due",
        "resolution_breached",
        "resolved_at",
        "paused_business_s",
        "resolution_breach_after",
    ),
}
INSTANTS = ("response_due", "responded_at", "resolution_due", "resolved_at", "resolution_breach_after")


def main(folder: Path) -> int:
    """Compares a desk with its clocks.csv. The exit code: 0 all agree, 1 some differ, 2 something cannot be used."""
    try:
        wanted = expected(the_file(folder, "clocks.csv"))
        promises = read_promises(the_file(folder, "agreement.json"))
        desk = Desk.read(the_file(folder, "events.jsonl"), promises)
        return compared(desk, wanted)
    except sla.InputError as error:
        return refused(str(error))


def the_file(folder: Path, name: str) -> Path:
    """A file of the desk, plain or compressed. Raises InputError where it has none."""
    for path in (folder / name, folder / f"{name}.xz"):
        if path.exists():
            return path
    raise sla.InputError(f"{folder}: has no {name}, nor {name}.xz")


# The verdict of others --------------------------------------------------------------------------------------------


def expected(path: Path) -> Iterator[tuple[str, Row]]:
    """Each ticket with its row, as the file is read on.

    Raises InputError for columns that are missing, at once, and for what cannot be read, when it is reached.
    """
    reader = csv.DictReader(lines(path), strict=True)
    columns = ("ticket", *TICKET, *CLOCKS["response"], *CLOCKS["resolution"])
    if missing := [name for name in columns if name not in (reader.fieldnames or ())]:
        raise sla.InputError(f"{path}: has no column {', '.join(missing)}")
    return _rows(path, reader)


def _rows(path: Path, reader: csv.DictReader[str]) -> Iterator[tuple[str, Row]]:
    before: set[str] = set()
    try:
        for given in reader:
            row, ticket = _row(given), given["ticket"]
            if ticket in before:
                raise sla.InputError(f"ticket {ticket!r} stands twice")
            before.add(ticket)
            yield ticket, row
    except (csv.Error, ValueError) as error:
        raise sla.InputError(f"{path}: line {reader.line_num}: {error}") from None


def _row(given: Mapping[str | Any, str | Any]) -> Row:
    if None in given or None in given.values():
        raise sla.InputError("has more cells than columns, or fewer")
    return {**given, **{name: given[name] and to_the_second(sla.instant(given[name])) for name in INSTANTS}}


# The engine's own -------------------------------------------------------------------------------------------------


@define
class Desk:
    """The records of each ticket, in the order in which they were written down."""

    promises: Promises
    tickets: dict[str, list[sla.Recorded]] = field(factory=dict)
    unknown: Counter[str] = field(factory=Counter)
    unlawful: int = 0

    @classmethod
    def read(cls, path: Path, promises: Promises) -> Desk:
        """Raises InputError, with the line, for what cannot be read."""
        desk = cls(promises)
        for number, line in enumerate(progressing("events", lines(path)), start=1):
            try:
                desk.take(line)
            except KeyError as error:
                raise sla.InputError(f"{path}: line {number}: has no {error}") from None
            except (AttributeError, RecursionError, TypeError, ValueError) as error:
                raise sla.InputError(f"{path}: line {number}: {error}") from None
        return desk

    def take(self, line: str) -> None:
        """One event; what was recorded after the cutoff is not known there."""
        given = json.loads(line)
        recorded_at = sla.instant(given.get("recorded_at") or given["occurred_at"])
        if recorded_at > self.promises.cutoff:
            return
        told = event(given, self.promises.named)
        if told is None:
            self.unknown[given["kind"]] += 1
            return
        ticket, position = given["ticket_id"], given["seq"] + 1
        record = sla.Recorded(stream=ticket, position=position, event=told, recorded_at=recorded_at)
        self.tickets.setdefault(ticket, []).append(record)

    def others(self) -> Iterator[tuple[str, Row]]:
        """The tickets that were not asked for yet, of which nothing is expected."""
        yield from ((ticket, {}) for ticket in sorted(self.tickets))

    def case(self, records: list[sla.Recorded]) -> sla.Case | None:
        """A ticket as it was known at the cutoff; None if it was not opened by then."""
        cutoff = self.promises.cutoff
        try:
            case = sla.Case(records, under=self.promises.book).until(cutoff)
        except sla.InputError:
            return None
        self.unlawful += len(case.history.quarantined)
        return case if case.timeline[0].start <= cutoff else None

    def row(self, ticket: str) -> Row:
        """A ticket's line of clocks.csv, asked for once; nothing for one that was not opened by the cutoff."""
        case, cutoff = self.case(self.tickets.pop(ticket, [])), self.promises.cutoff
        if case is None:
            return {}
        spans = [span for span in case.timeline if span.start <= cutoff]
        own = of_ticket(spans[0], self.promises)
        clocks = {clock.target.name: clock for clock in case.clocks(cutoff)} if own["agreement"] else {}
        return {
            **own,
            **(of_response(clocks["first-response"], spans) if "first-response" in clocks else {}),
            **(of_resolution(clocks["resolution"], spans) if "resolution" in clocks else {}),
        }

    def remark(self) -> None:
        """What was passed over is told, beside the result."""
        if self.unknown:
            say(f"events of unknown kinds, which change no clock: {dict(self.unknown)}", sys.stderr)
        if self.unlawful:
            say(f"events without a lawful reading, which are set aside: {self.unlawful}", sys.stderr)


def of_ticket(opening: sla.Span, promises: Promises) -> Row:
    agreement = getattr(opening.event, "agreement", None)
    return {
        "customer": getattr(opening.event, "requester", {}).get("organisation", ""),
        "agreement": "" if agreement is None else promises.names[agreement],
    }


def of_response(clock: sla.Clock, spans: Sequence[sla.Span]) -> Row:
    return {
        "response_elapsed_s": in_seconds(clock.used),
        "response_target_s": in_seconds(clock.limit),
        "response_due": to_the_second(clock.promise),
        "response_breached": str(int(clock.breached_at is not None)),
        "responded_at": to_the_second(responded_at(spans)),
    }


def responded_at(spans: Sequence[sla.Span]) -> sla.Instant | None:
    """The first public answer of a person, unless the ticket was over before."""
    first = next((span for span in spans if span.situation.responded or OVER(span.situation)), None)
    return first.start if first and first.situation.responded else None


def of_resolution(clock: sla.Clock, spans: Sequence[sla.Span]) -> Row:
    is_open = clock.state is sla.State.RUNNING and clock.breached_at is None
    return {
        "resolution_elapsed_s": in_seconds(clock.used),
        "resolution_target_s": in_seconds(clock.limit),
        "resolution_due": to_the_second(clock.due if is_open else None),
        "resolution_breached": str(int(clock.breached_at is not None)),
        "resolved_at": to_the_second(resolved_at(spans)),
        "paused_business_s": in_seconds(clock.paused),
        "resolution_breach_after": to_the_second(clock.passed),
    }


def resolved_at(spans: Sequence[sla.Span]) -> sla.Instant | None:
    """The last resolution or cancellation; none of a ticket that lived again since, closed or not."""
    found: sla.Instant | None = None
    for span in spans:
        if isinstance(span.event, sla.events.Resolved | sla.events.Cancelled):
            found = span.start
        elif not OVER(span.situation):
            found = None
    return found


def in_seconds(length: sla.Duration) -> str:
    """Whole ones: what is begun is not counted."""
    return str(length // sla.seconds(1))


def to_the_second(at: sla.Instant | None) -> str:
    return "" if at is None else sla.iso(at - at % sla.seconds(1))


# Both, side by side -----------------------------------------------------------------------------------------------


def compared(desk: Desk, wanted: Iterable[tuple[str, Row]]) -> int:
    """Prints what differs, and how many clocks agree: each ticket under an agreement has two."""
    agree = clocks = differing = 0
    for ticket, expected in progressing("tickets", chain(wanted, desk.others())):
        got = _read(desk, ticket)
        parts = {"": TICKET, **CLOCKS}
        alike = {part: _is_alike(ticket, part, columns, expected, got) for part, columns in parts.items()}
        differing += not all(alike.values())
        if expected.get("agreement") or got.get("agreement"):
            clocks += len(CLOCKS)
            agree += sum(alike[""] and alike[clock] for clock in CLOCKS)
    desk.remark()
    print(f"{agree} of {clocks} clocks agree")
    return 1 if differing else 0


def _read(desk: Desk, ticket: str) -> Row:
    """The engine's row; a ticket that it refuses to read differs, and is no end."""
    try:
        return desk.row(ticket)
    except sla.SlaError as error:
        say(f"{ticket}: {type(error).__name__}: {error}")
        return {}


def _is_alike(ticket: str, part: str, columns: Iterable[str], expected: Row, got: Row) -> bool:
    """Whether the columns are the same; prints those that are not."""
    others = [name for name in columns if expected.get(name, "") != got.get(name, "")]
    for name in others:
        where = f"{ticket} {part}" if part else ticket
        say(f"{where}: {name}: expected {expected.get(name) or 'nothing'}, got {got.get(name) or 'nothing'}")
    return not others


def progressing(what: str, items: Iterable[T]) -> Iterator[T]:
    """The items; on a terminal, how many are done."""
    if not sys.stderr.isatty():
        yield from items
        return
    for done, item in enumerate(items, start=1):
        yield item
        if done % 1000 == 0:
            print(f"\r{done:,} {what}", end="", file=sys.stderr, flush=True)
    print("\r\033[K", end="", file=sys.stderr, flush=True)
