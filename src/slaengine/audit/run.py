"""An audit: every ticket of a log read under its agreements at one instant. Pure but for its progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version

from attrs import define, field

from slaengine.audit.findings import ClockRow, Findings, NotMeasured, Waiver
from slaengine.audit.log import Log, Rejected, as_log
from slaengine.codec.description import calendars, measured_on
from slaengine.codec.description import digest as agreements_digest
from slaengine.codec.events import name_of
from slaengine.codec.lines import digest as log_digest
from slaengine.domain.desk import DESK_EVENTS
from slaengine.domain.events import Opened, Waived
from slaengine.domain.history import Quarantined
from slaengine.domain.recorded import Recorded
from slaengine.domain.situation import Situation
from slaengine.domain.timeline import Span
from slaengine.errors import HorizonError, InputError
from slaengine.instants import FOREVER, Instant, When, as_instant
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book, as_book
from slaengine.policies.publication import book_of
from slaengine.policies.target import Mode
from slaengine.projections.case import Case
from slaengine.projections.clocks import Clock, Line
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
    stray_waivers: list[Waiver] = field(factory=list)
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
            stray_waivers=tuple(self.stray_waivers),
            agreements=self.book.agreements,
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
        self.without_agreement += not case.selection.is_customers
        try:
            clocks = case.clocks(self.now)
            flags = case.flags(self.now, clocks=clocks)
        except HorizonError as error:
            reason = f"its clocks cannot be read: {error}"
            self.rejected.append(Rejected(line=None, field=None, value=None, reason=reason, stream=ticket))
            return
        self.clocks += [row(case, clock, self.now) for clock in clocks]
        self.stray_waivers += _stray_waivers(case, clocks, self.now)
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


def _stray_waivers(case: Case, clocks: Iterable[Clock], now: Instant) -> Iterator[Waiver]:
    """Waivers of what the ticket has no clock: nothing of a log is dropped in silence."""
    there = {(clock.target.name, clock.cycle) for clock in clocks}
    told = (span.event for span in case.timeline if span.start <= now)
    for event in told:
        if isinstance(event, Waived) and (event.target, event.cycle) not in there:
            yield Waiver(
                ticket=case.ticket,
                agreement=None,
                target=event.target,
                cycle=event.cycle,
                at=event.occurred_at,
                reason=event.reason,
                by=event.by,
                verdict=None,
            )


def row(case: Case, clock: Clock, now: Instant) -> ClockRow:
    """One clock of a case as a line of a table."""
    situation = _situation(case.timeline, clock, now)
    rules = clock.decisive.step.rules
    return ClockRow(
        ticket=case.ticket,
        agreement=clock.target.agreement,
        target=clock.target.name,
        kind=str(clock.target.kind),
        cycle=clock.cycle,
        priority=situation.priority,
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
        cancelled_at=clock.cancelled_at,
        state=clock.state,
        verdict=clock.verdict,
        coverage=clock.coverage,
        judged_under=clock.target.agreement if rules is None else rules.agreement,
        situation=situation,
        zone=clock.calendar.zone,
        waiver=clock.waiver,
        customer=_customer(case),
    )


def _customer(case: Case) -> str | None:
    """The farthest level of the requester's path."""
    opened = case.timeline[0].event
    return opened.requester.get(case.book.levels[-1]) if isinstance(opened, Opened) else None


def _situation(timeline: Sequence[Span], clock: Clock, now: Instant) -> Situation:
    """In force when the verdict fell, else now; of a clock that was reset or cancelled, the last in which it lived."""
    if clock.breached_at is not None:
        return _last_until(timeline, clock, clock.decisive, clock.breached_at + 1)
    if clock.ended_at is None:
        return _last_until(timeline, clock, clock.last, now + 1)
    ends = (line.span for line in clock.ledger if line.mode is Mode.FULFILLED and line.start == clock.ended_at)
    fulfilled = next(ends, None)
    return fulfilled.situation if fulfilled else _last_until(timeline, clock, clock.last, clock.ended_at)


def _last_until(timeline: Sequence[Span], clock: Clock, line: Line, end: Instant) -> Situation:
    """The last situation that began within a line of the ledger, and before an instant."""
    following = clock.ledger[clock.ledger.index(line) + 1 :]
    first, stop = timeline.index(line.span), timeline.index(following[0].span) if following else len(timeline)
    return next((span.situation for span in reversed(timeline[first:stop]) if span.start < end), line.span.situation)
