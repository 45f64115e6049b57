"""An audit: every ticket of a log read under its agreements at one instant. Pure but for its progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version

from attrs import define, field

from slaengine.audit.findings import ClockRow, Findings, NotMeasured
from slaengine.audit.log import Log, Rejected, as_log
from slaengine.codec.description import calendars, measured_on
from slaengine.codec.description import digest as agreements_digest
from slaengine.codec.events import name_of
from slaengine.codec.lines import digest as log_digest
from slaengine.domain.desk import DESK_EVENTS
from slaengine.domain.history import Quarantined
from slaengine.domain.recorded import Recorded
from slaengine.errors import HorizonError, InputError
from slaengine.instants import FOREVER, Instant, When, as_instant
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book, as_book
from slaengine.policies.publication import book_of
from slaengine.projections.case import Case
from slaengine.projections.clocks import Clock
from slaengine.projections.gaming.flag import Flag

Progress = Callable[[int, int], None]
"""Told now and then: tickets done, tickets in all."""


def audit(
    records: Log | Iterable[Recorded],
    *,
    under: Agreement | Book | Iterable[Agreement] | None = None,
    as_of: When | None = None,
    known_at: When | None = None,
    progress: Progress | None = None,
) -> Findings:
    """Every clock and every flag of a log, under the agreements of a book, as it stood at an instant.

    under: by default the book that follows from what the log itself published: see `book_of`.
    as_of: by default the latest instant in the log, or known_at where that is earlier; never the wall clock's.
    known_at: what was recorded later is left out. What has no lawful reading is set aside in the quarantine of the
    findings; a ticket is never dropped for one bad event. Raises InputError for a log without records.
    """
    log = as_log(records)
    if not log.records:
        raise InputError(f"{log.source}: there is no event in it that could be read")
    known = FOREVER if known_at is None else as_instant(known_at)
    book = book_of(log.records, known_at=known) if under is None else as_book(under)
    now = min(latest(log.records), known) if as_of is None else as_instant(as_of)
    run = _Run(log, book, now, known)
    run.read(progress)
    return run.findings(None if known_at is None else known)


def latest(records: Iterable[Recorded]) -> Instant:
    """The latest instant in a log: at which something occurred or was written down."""
    return max(max(record.event.occurred_at, record.recorded_at) for record in records)


def streams(records: Iterable[Recorded]) -> dict[str, list[Recorded]]:
    """The records of each ticket, in the order of their first records. Streams of the desk are left out."""
    found: dict[str, list[Recorded]] = {}
    for record in records:
        found.setdefault(record.stream, []).append(record)
    desk = frozenset(DESK_EVENTS)
    return {name: own for name, own in found.items() if not all(type(record.event) in desk for record in own)}


@define
class _Run:
    """What is gathered, ticket by ticket."""

    log: Log
    book: Book
    now: Instant
    known_at: Instant
    clocks: list[ClockRow] = field(factory=list)
    flags: list[Flag] = field(factory=list)
    rejected: list[Rejected] = field(factory=list)
    opened: int = 0
    without_agreement: int = 0
    not_measured: Counter[tuple[str, tuple[str, ...]]] = field(factory=Counter)
    tickets: Mapping[str, list[Recorded]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.tickets = streams(record for record in self.log.records if record.recorded_at <= self.known_at)

    def read(self, progress: Progress | None) -> None:
        for done, (ticket, records) in enumerate(self.tickets.items(), start=1):
            self._ticket(ticket, records)
            if progress is not None:
                progress(done, len(self.tickets))

    def case(self, ticket: str) -> Case | None:
        """A ticket of the log under the book, as far as it had happened; None if it was never opened."""
        try:
            case = Case(self.tickets.get(ticket, ()), under=self.book, known_at=self.known_at, lacks=self.log.lacks)
            return case.until(self.now)
        except InputError:
            return None

    def findings(self, known_at: Instant | None) -> Findings:
        return Findings(
            source=self.log.source,
            engine=f"slaengine {version('slaengine')}",
            as_of=self.now,
            known_at=known_at,
            log_digest=log_digest(self.log.records),
            agreements_digest=agreements_digest(self.book),
            calendars=calendars(self.book),
            events=sum(self._is_told(record) for record in self.log.records),
            tickets=self.opened,
            without_agreement=self.without_agreement,
            clocks=tuple(self.clocks),
            flags=tuple(self.flags),
            not_measured=tuple(
                NotMeasured(target=target, tickets=tickets, missing=missing)
                for (target, missing), tickets in sorted(self.not_measured.items())
            ),
            quarantine=(*self.log.rejected, *self.rejected),
            reread=self.case,
            measured_on=measured_on(self.book),
        )

    def _ticket(self, ticket: str, records: Sequence[Recorded]) -> None:
        case = self.case(ticket)
        if case is None:
            self.rejected += [self._never_opened(record) for record in records if self._is_told(record)]
            return
        self.rejected += [self._unlawful(found) for found in case.history.quarantined]
        if case.timeline[0].start > self.now:
            return
        self.opened += 1
        self.not_measured.update((found.target.name, found.missing) for found in case.not_measurable)
        self.without_agreement += case.selection.agreement is None
        try:
            clocks = case.clocks(self.now)
            flags = case.flags(self.now, clocks=clocks)
        except HorizonError as error:
            reason = f"its clocks cannot be read: {error}"
            self.rejected.append(Rejected(line=None, field=None, value=None, reason=reason, stream=ticket))
            return
        self.clocks += [row(case, clock, self.now) for clock in clocks]
        self.flags += flags

    def _is_told(self, record: Recorded) -> bool:
        """Whether it had occurred at the instant of the audit, and was known."""
        return record.recorded_at <= self.known_at and record.occurred_at <= self.now

    def _never_opened(self, record: Recorded) -> Rejected:
        return self._reject(record, "its ticket was never opened")

    def _unlawful(self, found: Quarantined) -> Rejected:
        return self._reject(found.record, found.reason)

    def _reject(self, record: Recorded, reason: str) -> Rejected:
        return Rejected(
            line=self.log.lines.get(record.position),
            field="type",
            value=name_of(record.event),
            reason=reason,
            stream=record.stream,
        )


def row(case: Case, clock: Clock, now: Instant) -> ClockRow:
    """One clock of a case as a line of a table."""
    fell = min(t for t in (clock.breached_at, clock.ended_at, now) if t is not None)
    return ClockRow(
        ticket=case.ticket,
        agreement=clock.target.agreement,
        target=clock.target.name,
        kind=str(clock.target.kind),
        cycle=clock.cycle,
        priority=_priority(case, fell),
        start=clock.start,
        limit=clock.limit,
        judged=clock.judged,
        used=clock.used,
        paused=clock.paused,
        promise=clock.promise,
        due=clock.due,
        breached_at=clock.breached_at,
        passed=clock.passed,
        ended_at=clock.ended_at,
        state=clock.state,
        verdict=clock.verdict,
    )


def _priority(case: Case, at: Instant) -> str | None:
    """The priority in force at an instant: that of the last event until then."""
    until = [span for span in case.timeline if span.start <= at]
    return until[-1].situation.priority if until else None
