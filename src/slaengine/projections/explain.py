"""The ledger of one clock, line by line, as an auditor would write it. Every figure on it recomputes from its lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from attrs import frozen

from slaengine.domain.events import AgreementAttached, Corrected, TicketEvent, Waived
from slaengine.domain.recorded import Recorded, is_derived
from slaengine.domain.timeline import Span
from slaengine.domain.vocabulary import Coverage
from slaengine.instants import MINUTE, Duration, Instant, in_words, iso
from slaengine.policies.calendar import Calendar
from slaengine.policies.rules import never
from slaengine.policies.target import (
    ENDED,
    GOVERNED,
    LIVE,
    MOVED,
    RESTARTED,
    RESUMED,
    RETARGETED,
    STARTED,
    Mode,
    Step,
)
from slaengine.projections.clocks import Clock, Meter, State
from slaengine.projections.ledger_text import budget_in_words, coverage_in_words, ledger_text, limit_in_words, sentence
from slaengine.projections.thresholds import ThresholdReading, thresholds
from slaengine.projections.wording import in_words as event_in_words
from slaengine.projections.wording import rule_in_words

if TYPE_CHECKING:
    from slaengine.projections.case import Case


@frozen(kw_only=True)
class LedgerLine:
    """What happened, what it did to the clock, and how the time until the next line was charged.

    record: the id of the event's record; None for what no record says: the selection of an agreement, a breach, the
    reading itself. adjusted: what the event itself added to the time used, or took from it, by the rules for other
    terms and for reopening. used, left, due: just after it. charged, paused, idle, out_of_hours: of the time until
    `until`; they add up to its length, and used + charged + the next line's adjusted is the next line's used.
    """

    at: Instant
    record: str | None
    what: str
    effect: str
    rule: str
    adjusted: Duration
    used: Duration
    left: Duration
    due: Instant | None
    until: Instant
    calendar: Calendar
    charged: Duration
    paused: Duration
    idle: Duration
    out_of_hours: Duration


@frozen(kw_only=True)
class Explanation:
    """Everything that one reading of one clock rests on."""

    ticket: str
    target: str
    kind: str
    metric: str
    cycle: int
    agreement: str
    why: str
    path: str
    calendar: Calendar
    limit: Duration
    budget: str
    rules: tuple[str, ...]
    as_of: Instant
    clock: Clock
    thresholds: tuple[ThresholdReading, ...]
    corrections: tuple[str, ...]
    lines: tuple[LedgerLine, ...]

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """The ledger as a table of plain text, in the zone of the calendar."""
        return ledger_text(self)

    def data(self) -> dict[str, Any]:
        """The same as plain values: instants as ISO 8601 text, durations in whole microseconds."""
        return {
            "ticket": self.ticket,
            "target": self.target,
            "kind": self.kind,
            "metric": self.metric,
            "cycle": self.cycle,
            "agreement": self.agreement,
            "why": self.why,
            "path": self.path,
            "calendar": {"name": self.calendar.name, "zone": str(self.calendar.zone), "digest": self.calendar.digest},
            "limit": self.limit,
            "budget": self.budget,
            "rules": list(self.rules),
            "as_of": iso(self.as_of),
            "state": str(self.clock.state),
            "verdict": str(self.clock.verdict),
            "coverage": str(self.clock.coverage),
            "used": self.clock.used,
            "paused": self.clock.paused,
            "left": self.clock.left,
            "due": _iso(self.clock.due),
            "promise": _iso(self.clock.promise),
            "breached_at": _iso(self.clock.breached_at),
            "breached_limit": self.clock.breached_limit,
            "passed": _iso(self.clock.passed),
            "ended_at": _iso(self.clock.ended_at),
            "thresholds": [_threshold_data(reading) for reading in self.thresholds],
            "corrections": list(self.corrections),
            "lines": [_line_data(line) for line in self.lines],
        }

    def sentence(self) -> str:
        """The verdict in one sentence."""
        return sentence(self.clock)


def explained(case: Case, clock: Clock, now: Instant, *, persons: bool = True) -> Explanation:
    """The ledger of one clock of a case, read at an instant. persons: whether its words tell the ids of persons."""
    return Explanation(
        ticket=case.ticket,
        target=clock.target.name,
        kind=str(clock.target.kind),
        metric=clock.target.metric.name,
        cycle=clock.cycle,
        agreement=clock.target.agreement,
        why=_why(case, clock.target.agreement),
        path=case.selection.path if persons else "",
        calendar=clock.calendar,
        limit=clock.limit,
        budget=str(clock.last.terms.budget),
        rules=tuple(_rules(clock)),
        as_of=now,
        clock=clock,
        thresholds=thresholds(clock, case.ticket),
        corrections=tuple(corrections_in_words(case, persons=persons)),
        lines=tuple(_lines(case, clock, now, persons=persons)),
    )


def corrections_in_words(case: Case, *, persons: bool = True) -> Iterator[str]:
    """Each correction of the ticket that was known: what was corrected, into what, by whom, why, and how much later."""
    for record in case.corrections:
        if isinstance(event := record.event, Corrected):
            instead = event_in_words(event.event, persons=persons) if event.event else "nothing"
            then = "" if event.event is None else f" at {iso(event.event.occurred_at)}"
            by = f", by {event.by.role} {event.by.id if persons else ''}".rstrip() if event.by else ""
            written = iso(record.recorded_at)
            yield f"{event.corrects} became {instead}{then}: {event.reason}{by}, recorded {written}"


def _why(case: Case, reference: str) -> str:
    """How the ticket came to stand under an agreement: at its opening, or by an event."""
    selected = [case.selection.agreement, *(agreement for agreement, _ in case.selection.beside)]
    if not any(agreement.reference == reference for agreement in selected if agreement is not None):
        for span in case.timeline:
            event = span.event
            if isinstance(event, AgreementAttached) and f"{event.agreement}@{event.version}" == reference:
                return event.reason or case.selection.reason(reference)
    return case.selection.reason(reference)


def _rules(clock: Clock) -> Iterator[str]:
    pauses = clock.target.pauses
    yield "never paused" if pauses is never else f"paused {rule_in_words(pauses)}"
    yield f"reopened: {clock.target.metric.reopen}"
    yield f"other terms: {clock.target.retarget}"


@frozen
class _Point:
    """An instant of the ledger before the time between it and the next is told."""

    at: Instant
    record: str | None
    what: str
    effect: str
    rule: str
    reading: Clock


def _lines(case: Case, clock: Clock, now: Instant, *, persons: bool) -> Iterator[LedgerLine]:
    points = list(_points(case, clock, now, persons=persons))
    ends = [point.at for point in points[1:]] + [points[-1].at]
    expected = points[0].reading.used
    for point, until in zip(points, ends, strict=True):
        line = _ledger_line(point, until, adjusted=point.reading.used - expected)
        expected = line.used + line.charged
        yield line


def _points(case: Case, clock: Clock, now: Instant, *, persons: bool) -> Iterator[_Point]:
    """The events of the clock's life, its breach between them, its waiver, and the reading itself if it still lives."""
    breach, before = clock.breached_at, None
    end = now if clock.ended_at is None else clock.ended_at
    meter = Meter(clock.by)
    for record, span in zip(case.history.records, case.timeline, strict=True):
        if span.start > now:
            break
        if breach is not None and span.start > breach:
            yield from _breach(meter, clock, breach)
            breach = None
        meter.take(span)
        if span.start < clock.start or (span.start > end and not _waives(span.event, clock)):
            continue
        reading = meter.clock(clock.cycle, span.start)
        what = f"{event_in_words(span.event, persons=persons)}{_lag(record)}"
        if reading is None:
            yield _before_the_start(record, span, what, clock)
        else:
            yield _event(record, span, what, before, reading)
        before = reading
    if breach is not None:
        yield from _breach(meter, clock, breach)
    if clock.ended_at is None:
        yield _Point(now, None, "the instant of this reading", str(clock.state), "", clock)


def _before_the_start(record: Recorded, span: Span, what: str, clock: Clock) -> _Point:
    """An event of the instant at which the clock started, but before what started it: the opening, most often."""
    began = Clock(clock.target, clock.cycle, clock.start, 0, 0, None, None, None, None, 0, clock.ledger[:1], clock.by)
    return _Point(span.start, _id(record), what, "no effect yet", "", began)


def _breach(meter: Meter, clock: Clock, at: Instant) -> Iterator[_Point]:
    reading = meter.clock(clock.cycle, at)
    if reading is not None:
        what = "limit used up" if reading.left >= 0 else "more was used than the new limit grants"
        yield _Point(at, None, what, "breach", f"{clock.target.metric.name}.limit", reading)


def _event(record: Recorded, span: Span, what: str, before: Clock | None, reading: Clock) -> _Point:
    last = reading.ledger[-1]
    turned = last.span is span
    effect, rule = _effect(last.step, before, reading) if turned else ("no effect", "")
    if not turned and reading.ended_at == span.start and before is not None and before.ended_at is None:
        effect, rule = f"ends: {reading.verdict}", f"{reading.target.metric.name}.resets"
    if _waives(span.event, reading):
        effect, rule = _waived(reading), f"{reading.target.metric.name}.waiver"
    return _Point(span.start, _id(record), what, effect, rule, reading)


def _waives(event: TicketEvent, clock: Clock) -> bool:
    """Whether the event gives up the promise of this clock."""
    return isinstance(event, Waived) and (event.target, event.cycle) == (clock.target.name, clock.cycle)


def _waived(reading: Clock) -> str:
    if reading.decided_at is None:
        return "will be waived when it is decided"
    return f"waived: would be {'met' if reading.breached_at is None else 'breached'}"


def _lag(record: Recorded) -> str:
    """How much later it was written down, from a minute on: a history can be made after the fact."""
    if is_derived(record):
        return ""
    correction = record.correction
    lag = (correction or record).recorded_at - record.occurred_at
    how = "recorded" if correction is None else "corrected by a record made"
    return f", {how} {in_words(lag)} later" if lag >= MINUTE or correction is not None else ""


def _id(record: Recorded) -> str | None:
    return None if is_derived(record) else record.id


def _effect(step: Step, before: Clock | None, reading: Clock) -> tuple[str, str]:
    """What a turn did, and the rule that says so."""
    name = reading.target.metric.name
    parts = [(words, f"{name}.{rule}") for words, rule in _turned(step, before, reading)]
    return "; ".join(words for words, _ in parts), ", ".join(dict.fromkeys(rule for _, rule in parts))


def _turned(step: Step, before: Clock | None, reading: Clock) -> Iterator[tuple[str, str]]:
    turn, target = step.turn, reading.target
    if turn & ENDED:
        yield "the cycle before ends", "resets"
    if turn & STARTED:
        best_effort = "" if step.coverage is Coverage.COVERED else f", {coverage_in_words(step.coverage)}"
        yield f"starts, {limit_in_words(reading)} promised{best_effort}", "starts"
    if turn & RESUMED:
        yield f"lives again ({target.metric.reopen})", "reopen"
    if turn & GOVERNED and before is not None:
        yield from _governed(before.ledger[-1].step, step)
    if turn & RETARGETED and before is not None and before.calendar != reading.calendar:
        yield f"now on {_named(reading.calendar)}", "retarget"
    if turn & RETARGETED and before is not None and _is_other(before, reading):
        by = f"{words}; {target.retarget}" if (words := budget_in_words(reading)) else target.retarget
        yield f"limit {in_words(before.limit)} becomes {in_words(reading.limit)} ({by})", "retarget"
    if turn & RESTARTED:
        yield "counted anew from here", "restart"
    if (turn & MOVED and not turn & (STARTED | RESUMED)) or step.mode is Mode.PAUSED:
        yield _mode(step.mode, reading)


def _is_other(before: Clock, reading: Clock) -> bool:
    """Whether there is more to say of other terms than their calendar."""
    same = before.last.terms.budget == reading.last.terms.budget and before.limit == reading.limit
    return not same or before.calendar == reading.calendar


def _named(calendar: Calendar) -> str:
    return f"calendar {calendar.name or 'unnamed'} ({calendar.zone})"


def _governed(was: Step, now: Step) -> Iterator[tuple[str, str]]:
    """By which agreement or version, and whether the requester is entitled to it."""
    if now.rules is not None and now.rules is not was.rules and now.mode in LIVE:
        yield f"now under {now.rules.agreement}", "agreement"
    if now.coverage is not was.coverage:
        yield f"{coverage_in_words(now.coverage)} from here", "coverage"


def _mode(mode: Mode, reading: Clock) -> tuple[str, str]:
    match mode:
        case Mode.PAUSED:
            return "pauses", "pauses"
        case Mode.RUNNING:
            return "runs on", "pauses"
        case Mode.FULFILLED:
            return f"fulfilled: {reading.verdict}", "fulfilled"
        case Mode.OFF:
            return "cancelled: nothing is promised any more", "starts"


def _ledger_line(point: _Point, until: Instant, adjusted: Duration) -> LedgerLine:
    reading = point.reading
    open_time = reading.calendar.open_time.elapsed(point.at, until)
    running, paused = reading.state is State.RUNNING, reading.state is State.PAUSED
    return LedgerLine(
        at=point.at,
        record=point.record,
        what=point.what,
        effect=f"{point.effect}{_adjustment(adjusted)}",
        rule=point.rule,
        adjusted=adjusted,
        used=reading.used,
        left=reading.left,
        due=reading.due,
        until=until,
        calendar=reading.calendar,
        charged=open_time if running else 0,
        paused=open_time if paused else 0,
        idle=0 if running or paused else open_time,
        out_of_hours=until - point.at - open_time,
    )


def _adjustment(by: Duration) -> str:
    return "" if not by else f"; {'adds' if by > 0 else 'takes off'} {in_words(abs(by))}"


def _iso(t: Instant | None) -> str | None:
    return None if t is None else iso(t)


def _threshold_data(reading: ThresholdReading) -> dict[str, Any]:
    return {
        "threshold": reading.threshold.at,
        "level": reading.threshold.level,
        "at": _iso(reading.at),
        "fired": reading.fired,
    }


def _line_data(line: LedgerLine) -> dict[str, Any]:
    return {
        "at": iso(line.at),
        "record": line.record,
        "what": line.what,
        "effect": line.effect,
        "rule": line.rule,
        "adjusted": line.adjusted,
        "used": line.used,
        "left": line.left,
        "due": _iso(line.due),
        "until": iso(line.until),
        "calendar": line.calendar.digest,
        "charged": line.charged,
        "paused": line.paused,
        "idle": line.idle,
        "out_of_hours": line.out_of_hours,
    }
