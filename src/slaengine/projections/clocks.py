"""A clock is a reading: what a target says of a timeline at an instant. This is the definition of every figure.

Between two turns a clock is a line of its ledger, charged by a difference of the calendar's open time. Nothing ticks.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from enum import StrEnum
from itertools import takewhile
from math import inf

from attrs import define, field, frozen

from slaengine.domain.events import Waived
from slaengine.domain.shapes import kind_name
from slaengine.domain.timeline import Span
from slaengine.domain.vocabulary import Coverage
from slaengine.errors import AgreementError, HorizonError
from slaengine.instants import Duration, Instant
from slaengine.policies.budget import DueDate, Within, limit
from slaengine.policies.calendar import Calendar
from slaengine.policies.target import (
    ENDED,
    LIVE,
    RESTARTED,
    RESUMED,
    RETARGETED,
    START,
    STARTED,
    Mode,
    Pin,
    Reopen,
    Retarget,
    Step,
    Stepping,
    Target,
    Terms,
)
from slaengine.projections.arithmetic import after_reopening, after_retarget, share


class State(StrEnum):
    """What a clock does now."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


class Verdict(StrEnum):
    """How a promise was kept, so far. A breached clock may still run."""

    OPEN = "open"
    MET = "met"
    BREACHED = "breached"
    WAIVED = "waived"


@frozen
class Line:
    """A line of the ledger: from one turn of the clock to the next.

    origin: whence the budget is counted, when so much was used already (`base`); used: charged when the line began;
    open_time: of the calendar in force, where it may be charged; promised: the date in force that the budget goes by.
    """

    start: Instant
    end: Instant
    span: Span
    step: Step
    terms: Terms
    origin: Instant
    limit: Duration
    used: Duration
    open_time: Duration
    promised: Instant | None = None
    base: Duration = 0

    @property
    def mode(self) -> Mode:
        return self.step.mode

    @property
    def charged(self) -> Duration:
        return self.open_time if self.step.mode is Mode.RUNNING else 0

    @property
    def used_after(self) -> Duration:
        return self.used + self.charged

    def anchor(self) -> Instant:
        """When a clock with these terms would be due had it never paused: as the budget words it."""
        return self.terms.budget.due(self.origin, self.terms.calendar, self.promised)

    def reaches(self, limit: Duration) -> Instant:
        """When so much is used, if the clock runs on; in the past, if terms came that left less than nothing.

        Where a share was kept, so much was never used before: it is the event that made it so much.
        """
        if self.used >= limit and self._is_scaled:
            return self.start
        return self.terms.calendar.open_time.first(self.runs_from(limit), limit - self.used)

    @property
    def _is_scaled(self) -> bool:
        rules, turn = self.step.rules, self.step.turn & (RETARGETED | RESTARTED)
        return turn == RETARGETED and rules is not None and rules.retarget is Retarget.PROPORTION

    def crossed(self) -> Instant:
        """The last instant at which no more than the limit was charged; the start, if the line began beyond it."""
        if self.used > self.limit:
            return self.start
        return self.terms.calendar.open_time.breach(self.start, self.limit - self.used)

    def spared(self, limit: Duration) -> Duration:
        """Open time since the origin that was not charged."""
        return self.terms.calendar.open_time.elapsed(self.origin, self.runs_from(limit)) - (self.used - self.base)

    def runs_from(self, limit: Duration) -> Instant:
        """A running clock ran from the start of the line, a paused one could run on from its end."""
        return self.end if self.step.mode is Mode.PAUSED and self.used < limit else self.start


@frozen(eq=False)
class Clock:
    """One target on one ticket in one cycle (its n-th run, from 1), read at an instant.

    target: whose rules governed it last while it lived; what the ticket stands under later is not its own. used,
    paused: open time in microseconds. breached_at: the last instant at which no more than the limit was charged, or the
    event that charged more than the limit at once; None: not breached. breached_limit, passed: the limit then in force,
    and the due instant that was passed. ended_at: when it was fulfilled, or reset; None while it lives. waiver: the
    event by which the promise was given up.
    Durations and instants are integers; see `slaengine.to_datetime`.
    """

    target: Target
    cycle: int
    start: Instant
    used: Duration
    paused: Duration
    breached_at: Instant | None
    breached_limit: Duration | None
    passed: Instant | None
    ended_at: Instant | None
    since: int = field(repr=False)  # the line since which time was used by the terms now in force
    ledger: tuple[Line, ...] = field(repr=False)
    by: Stepping = field(repr=False)  # what it was measured by: the target itself, or a promise that it is part of
    waiver: Waived | None = None

    def __str__(self) -> str:
        from slaengine.projections.ledger_text import sentence  # which reads clocks

        return sentence(self)

    @property
    def last(self) -> Line:
        """The latest line in which the clock lived."""
        return next(line for line in reversed(self.ledger) if line.mode in LIVE)

    @property
    def limit(self) -> Duration:
        """The open time granted by the terms that last stood."""
        return self.last.limit

    @property
    def judged(self) -> Duration:
        """The limit by which the verdict fell: that of the breach, else the one that last stood."""
        return self.limit if self.breached_limit is None else self.breached_limit

    @property
    def left(self) -> Duration:
        """What is left of the limit; below zero where more was used."""
        return self.limit - self.used

    @property
    def share(self) -> float:
        """Time used as a share of the limit; infinite where a date in the past grants none."""
        return self.used / self.limit if self.limit > 0 else inf

    @property
    def calendar(self) -> Calendar:
        """The calendar of the terms that last stood."""
        return self.last.terms.calendar

    @property
    def state(self) -> State:
        """What it does now. One that was reset has stopped, one that nothing is promised for any more is cancelled."""
        if self.ended_at is not None:
            return State.STOPPED
        return {Mode.RUNNING: State.RUNNING, Mode.PAUSED: State.PAUSED}.get(self.ledger[-1].mode, State.CANCELLED)

    @property
    def verdict(self) -> Verdict:
        """A clock that is cancelled keeps the verdict that stood; a waiver is laid on one that is decided."""
        decided = self.breached_at is not None or self.ended_at is not None
        if decided and self.waiver is not None:
            return Verdict.WAIVED
        if self.breached_at is not None:
            return Verdict.BREACHED
        return Verdict.OPEN if self.ended_at is None else Verdict.MET

    @property
    def decided_at(self) -> Instant | None:
        """When the verdict fell: at the breach, else at the end. None while it is open, or was cancelled so."""
        return self.ended_at if self.breached_at is None else self.breached_at

    @property
    def cancelled_at(self) -> Instant | None:
        """Since when nothing is promised any more; None for one that is not cancelled."""
        return self.last.end if self.state is State.CANCELLED else None

    @property
    def decisive(self) -> Line:
        """The line in which it was breached, else the latest in which it lived."""
        if self.breached_at is None:
            return self.last
        return next(line for line in self.ledger if line.mode in LIVE and line.used_after > line.limit)

    @property
    def coverage(self) -> Coverage:
        """Whether the requester was entitled to the promise, when the verdict fell."""
        return self.decisive.span.situation.coverage

    @property
    def counts(self) -> bool:
        """Whether it belongs to compliance: met or breached, not cancelled, and the requester was entitled to it."""
        decided = self.verdict in (Verdict.MET, Verdict.BREACHED)
        return decided and self.state is not State.CANCELLED and self.coverage is Coverage.COVERED

    @property
    def due(self) -> Instant | None:
        """The first instant at which the limit is used up, past or to come. None while paused, cancelled or ended."""
        return self.promise if self.state is State.RUNNING else None

    @property
    def promise(self) -> Instant | None:
        """The due instant that last stood, whatever became of the clock; None: the calendar never opens for so long."""
        try:
            return _falls_due(self._line(self.limit), self.last)
        except HorizonError:
            return None

    def reaches(self, used: Duration) -> Instant | None:
        """When so much was used, or will be if the clock runs on; None: the calendar never opens for so long."""
        try:
            return self._line(used).reaches(used)
        except HorizonError:
            return None

    def _line(self, limit: Duration) -> Line:
        """The first line that uses so much, of those that count; else the last that lived."""
        return self.last if self.used < limit else _first_to_use(limit, self.ledger[self.since :])


def _first_to_use(limit: Duration, lines: Sequence[Line]) -> Line:
    """The first line in which so much was used, of lines in one of which it was."""
    return next(line for line in lines if line.used_after >= limit and line.mode in LIVE)


def _falls_due(line: Line, last: Line) -> Instant:
    """When the limit of the last line is reached by another: as its budget words it, if the clock never stood."""
    if isinstance(last.terms.budget, Within) or line.terms != last.terms or line.spared(last.limit):
        return line.reaches(last.limit)
    return last.anchor()


def measure(timeline: Sequence[Span], target: Stepping, now: Instant) -> tuple[Clock, ...]:
    """The clocks of a target on a timeline, one for each cycle, as they stood at an instant.

    What occurred after `now` has no effect.
    """
    meter = Meter(target)
    for span in timeline:
        if span.start > now:
            break
        meter.take(span)
    return meter.clocks(now)


@define
class Meter:
    """Takes a timeline span by span; between two of them it can be read, at any instant not before the last."""

    target: Stepping
    _step: Step = START
    _runs: list[_Run] = field(factory=list)
    _waivers: dict[int, Waived] = field(factory=dict)

    def take(self, span: Span) -> None:
        """What the event of a span does to the clocks."""
        if span.shape == _WAIVED and isinstance(span.event, Waived) and span.event.target == self.target.name:
            self._waivers[span.event.cycle] = span.event
        self._step = step = self.target.step(self._step, span.situation, span.shape)
        if step.turn:
            self._turn(span, step)

    def clocks(self, now: Instant) -> tuple[Clock, ...]:
        """Every cycle as it stands."""
        return tuple(run.reading(now, self._waivers.get(run.cycle)) for run in self._runs)

    def clock(self, cycle: int, now: Instant) -> Clock | None:
        """One cycle as it stands; None before it started."""
        if len(self._runs) < cycle:
            return None
        return self._runs[cycle - 1].reading(now, self._waivers.get(cycle))

    def latest(self, now: Instant) -> Clock | None:
        """The latest cycle as it stands; None before any started."""
        return self.clock(len(self._runs), now) if self._runs else None

    def _turn(self, span: Span, step: Step) -> None:
        runs = self._runs
        if runs and step.turn & (ENDED | STARTED):
            runs[-1].end(span.start)
        if step.turn & STARTED and step.rules is not None:
            runs.append(_Run(self.target, step.rules, len(runs) + 1, span))
        if step.terms is not None and step.rules is not None:  # the clock has lived
            runs[-1].turn(span, step, step.rules, step.terms)


_WAIVED = kind_name(Waived)


@define
class _Run:
    """The sum over the lines of one clock, while it is being taken."""

    by: Stepping
    target: Target
    cycle: int
    first: Span
    origin: Instant = 0
    counted: int = 0  # the line that begins at the origin
    since: int = 0
    limit: Duration = 0
    promised: Instant | None = None
    granted: Instant = 0  # whence the limit is counted: the origin, or the event by which a date came into force
    base: Duration = 0  # used by then
    dated: int = 0  # the line since which that date is in force
    used: Duration = 0
    paused: Duration = 0
    included: tuple[Line, ...] = ()  # charged since the origin though it stood still
    breached_at: Instant | None = None
    breached_limit: Duration | None = None
    passed: Instant | None = None
    ended_at: Instant | None = None
    ledger: list[Line] = field(factory=list)
    writing: tuple[Span, Step, Terms] | None = None  # the line being written

    def turn(self, span: Span, step: Step, rules: Target, terms: Terms) -> None:
        self.close(span.start)
        if step.mode in LIVE:
            self.target = rules
        if step.turn & RESUMED:
            self._reopen()
        if step.turn & RETARGETED:
            self._retarget(span, step, terms)
        if step.turn & (STARTED | RESTARTED):
            self._start(span, step, terms)
        if step.mode is Mode.FULFILLED and self.ended_at is None:
            self.ended_at = span.start
        self.writing = span, step, terms

    def end(self, at: Instant) -> None:
        """Over by a reset or another key, if it is not over already. A cancelled clock stays cancelled."""
        self.close(at)
        if self.ended_at is None and self.ledger[-1].mode is not Mode.OFF:
            self.ended_at = at

    def reading(self, now: Instant, waiver: Waived | None) -> Clock:
        """The sum so far, with the line being written charged up to an instant. The run itself goes on."""
        run = copy(self)
        run.ledger = [*self.ledger]
        run.close(now)
        rules = (line.step.rules for line in reversed(run.ledger) if line.mode in LIVE)
        return Clock(
            target=next(rules) or run.target,
            cycle=run.cycle,
            start=run.first.start,
            used=run.used,
            paused=run.paused,
            breached_at=run.breached_at,
            breached_limit=run.breached_limit,
            passed=run.passed,
            ended_at=run.ended_at,
            since=run.counts_since,
            ledger=tuple(run.ledger),
            by=run.by,
            waiver=waiver,
        )

    @property
    def counts_since(self) -> int:
        """The line since which time was used by the terms now in force; a date is due when it says."""
        return self.since if self.promised is None else max(self.since, self.dated)

    def close(self, end: Instant) -> None:
        """Charge the line being written up to its end."""
        if self.writing is None:
            return
        span, step, terms = self.writing
        open_time = 0 if step.mode is Mode.OFF else terms.calendar.open_time.elapsed(span.start, end)
        grant = self.granted, self.limit, self.used, open_time, self.promised, self.base
        line = Line(span.start, end, span, step, terms, *grant)
        self.ledger.append(line)
        self.writing = None
        self._charge(line)

    def _charge(self, line: Line) -> None:
        match line.mode:
            case Mode.RUNNING:
                self.used += line.open_time
            case Mode.PAUSED:
                self.paused += line.open_time
        if self.used > self.limit and self.breached_at is None and line.mode in LIVE:
            self.breached_at, self.breached_limit, self.passed = line.crossed(), line.limit, self._passed(line)

    def _passed(self, line: Line) -> Instant:
        """The due instant that was passed; the event, where it charged more than the limit at once."""
        if line.used > line.limit:
            return line.start
        first = line if line.used < line.limit else _first_to_use(line.limit, self.ledger[self.counts_since :])
        return _falls_due(first, line)

    def _start(self, span: Span, step: Step, terms: Terms) -> None:
        self.origin, self.used, self.included = span.start, 0, ()
        self.counted = self.since = len(self.ledger)
        self._grant(span, step, terms)

    def _grant(self, span: Span, step: Step, terms: Terms) -> None:
        of = getattr(terms.budget, "of", None)
        dated = self.first if step.pin is Pin.ALL else span
        self.promised = None if of is None else dated.date(of, self.target.name)
        is_dated = self.promised is not None  # what was spared before a date came into force does not move it
        self.granted, self.base = (span.start, self.used) if is_dated else (self.origin, 0)
        self.dated = len(self.ledger)
        self.limit = self.base + limit(terms.budget, self.granted, terms.calendar, self.promised)

    def _reopen(self) -> None:
        rule, closed, self.ended_at = self.target.metric.reopen, self._closed(), None
        self.used = after_reopening(rule, self.used, sum(line.open_time for line in closed))
        if rule is Reopen.INCLUDE_CLOSED:
            self.included += closed

    def _closed(self) -> tuple[Line, ...]:
        """The lines since it was fulfilled, but those in which it was cancelled."""
        since = takewhile(lambda line: line.mode not in LIVE, reversed(self.ledger))
        return tuple(line for line in since if line.mode is Mode.FULFILLED)

    def _retarget(self, span: Span, step: Step, terms: Terms) -> None:
        """What earlier lines used counts no more where it is measured by other terms."""
        rule, used = self.target.retarget, self.used
        remeasured = self._remeasured(terms.calendar) if rule is Retarget.FROM_START else 0
        self.used = after_retarget(rule, used, remeasured, _ratio(step) if rule is Retarget.PROPORTION else (1, 1))
        self._grant(span, step, terms)
        if self.used != used or self._is_measured_elsewhere(rule, step, terms):
            self.since = len(self.ledger)

    def _remeasured(self, calendar: Calendar) -> Duration:
        """All that was charged since the origin, by the calendar now in force."""
        ran = (line for line in self.ledger[self.counted :] if line.mode is Mode.RUNNING)
        return sum(calendar.open_time.elapsed(line.start, line.end) for line in (*ran, *self.included))

    def _is_measured_elsewhere(self, rule: Retarget, step: Step, terms: Terms) -> bool:
        was = step.previous
        return rule is Retarget.FROM_START and was is not None and was.calendar != terms.calendar


def _ratio(step: Step) -> tuple[int, int]:
    """New limit over old; a date set by hand has no share, so that what was used is carried."""
    match step:
        case Step(terms=Terms(budget=Within(length=new)), previous=Terms(budget=Within(length=old))):
            return share(old, new)
        case Step(terms=Terms(budget=DueDate())) | Step(previous=Terms(budget=DueDate())):
            return 1, 1
    raise AgreementError(["a share of the budget can be kept between durations only: choose another retarget rule"])
