"""The ledger of one clock, line by line, as an auditor would write it. Every figure on it recomputes from its lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from attrs import frozen

from slaengine.domain.recorded import Recorded, is_derived
from slaengine.domain.timeline import Span
from slaengine.instants import MINUTE, Duration, Instant, in_words, iso
from slaengine.policies.calendar import Calendar
from slaengine.policies.rules import AnyOf, Rule, Where, never
from slaengine.policies.target import (
    ENDED,
    MOVED,
    RESTARTED,
    RESUMED,
    RETARGETED,
    STARTED,
    Mode,
    Step,
)
from slaengine.projections.clocks import Clock, Meter, State
from slaengine.projections.ledger_text import ledger_text, sentence
from slaengine.projections.wording import in_words as event_in_words

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
    rules: tuple[str, ...]
    as_of: Instant
    clock: Clock
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
            "rules": list(self.rules),
            "as_of": iso(self.as_of),
            "state": str(self.clock.state),
            "verdict": str(self.clock.verdict),
            "used": self.clock.used,
            "paused": self.clock.paused,
            "left": self.clock.left,
            "due": _iso(self.clock.due),
            "promise": _iso(self.clock.promise),
            "breached_at": _iso(self.clock.breached_at),
            "breached_limit": self.clock.breached_limit,
            "passed": _iso(self.clock.passed),
            "ended_at": _iso(self.clock.ended_at),
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
        why=case.selection.reason(clock.target.agreement),
        path=case.selection.path if persons else "",
        calendar=clock.calendar,
        limit=clock.limit,
        rules=tuple(_rules(clock)),
        as_of=now,
        clock=clock,
        lines=tuple(_lines(case, clock, now, persons=persons)),
    )


def _rules(clock: Clock) -> Iterator[str]:
    pauses = clock.target.pauses
    yield "never paused" if pauses is never else f"paused {_said(pauses)}"
    yield f"reopened: {clock.target.metric.reopen}"
    yield f"other terms: {clock.target.retarget}"


def _said(rule: Rule) -> str:
    match rule:
        case Where():
            return _where(rule)
        case AnyOf(rules=rules):
            return ", or ".join(map(_said, rules))
        case _:
            return f"by {getattr(rule, '__qualname__', rule)}"


def _where(rule: Where) -> str:
    facts = (f"{name} is {' or '.join(map(str, values))}" for name, values in rule.facts.items())
    return f"where {' and '.join(facts)}"


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
    """The events of the clock's life, its breach between them, and the reading itself if the clock still lives."""
    breach, before = clock.breached_at, None
    end = now if clock.ended_at is None else clock.ended_at
    meter = Meter(clock.by)
    for record, span in zip(case.history.records, case.timeline, strict=True):
        if span.start > end:
            break
        if breach is not None and span.start > breach:
            yield from _breach(meter, clock, breach)
            breach = None
        meter.take(span)
        if span.start < clock.start:
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
    return _Point(span.start, _id(record), what, effect, rule, reading)


def _lag(record: Recorded) -> str:
    """How much later it was written down, from a minute on: a history can be made after the fact."""
    lag = record.recorded_at - record.occurred_at
    return f", recorded {in_words(lag)} later" if lag >= MINUTE else ""


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
        yield f"starts, {in_words(reading.limit)} promised", "starts"
    if turn & RESUMED:
        yield f"lives again ({target.metric.reopen})", "reopen"
    if turn & RETARGETED and before is not None:
        yield f"limit {in_words(before.limit)} becomes {in_words(reading.limit)} ({target.retarget})", "retarget"
    if turn & RESTARTED:
        yield "counted anew from here", "restart"
    if (turn & MOVED and not turn & (STARTED | RESUMED)) or step.mode is Mode.PAUSED:
        yield _mode(step.mode, reading)


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
        charged=open_time if running else 0,
        paused=open_time if paused else 0,
        idle=0 if running or paused else open_time,
        out_of_hours=until - point.at - open_time,
    )


def _adjustment(by: Duration) -> str:
    return "" if not by else f"; {'adds' if by > 0 else 'takes off'} {in_words(abs(by))}"


def _iso(t: Instant | None) -> str | None:
    return None if t is None else iso(t)


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
        "charged": line.charged,
        "paused": line.paused,
        "idle": line.idle,
        "out_of_hours": line.out_of_hours,
    }
