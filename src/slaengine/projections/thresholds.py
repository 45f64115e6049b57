"""Of which instants of a clock the host is told, and which of them have come.

A threshold fires once in a cycle and keeps its instant, whatever terms come later: who asks now and then finds the same
as who asks at the end. See docs/adr/0019-what-fired-has-fired.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from attrs import evolve as but
from attrs import frozen

from slaengine.errors import HorizonError
from slaengine.instants import Instant
from slaengine.policies.budget import days_of
from slaengine.policies.target import LIVE, RESTARTED, STARTED, Mode
from slaengine.policies.threshold import Offset, Share, Threshold, Unit
from slaengine.projections.clocks import Clock, Line, State

Key: TypeAlias = tuple[str, str, str, int, str, str | None]
"""(ticket, kind, target, cycle, threshold, level): the same for the same firing, however often it is read."""


@frozen
class ThresholdReading:
    """One threshold of a clock.

    at: when it fired, or will if the clock runs on. None while the clock stands before it, after the clock ended or was
    cancelled before it, and where the calendar never opens for so long.
    """

    threshold: Threshold
    at: Instant | None
    fired: bool
    key: Key


def thresholds(clock: Clock, ticket: str) -> tuple[ThresholdReading, ...]:
    """The thresholds of a clock as it was read: those of its target, and what fired under rules before.

    Raises AgreementError for working days on a calendar that has none, where terms of the host's own made them meet.
    """
    return tuple(_readings(clock, ticket))


def _readings(clock: Clock, ticket: str) -> Iterator[ThresholdReading]:
    lines = [number for number, line in enumerate(clock.ledger) if line.mode in LIVE]
    declared = (threshold for number in lines for threshold in _declared(clock.ledger[number]))
    for threshold in dict.fromkeys([*clock.target.thresholds, *declared]):
        at = next((at for number in lines if (at := _fired(clock, number, threshold)) is not None), None)
        if at is not None or threshold in clock.target.thresholds:
            key = ticket, str(clock.target.kind), clock.target.name, clock.cycle, threshold.at, threshold.level
            yield ThresholdReading(threshold, _to_come(clock, threshold) if at is None else at, at is not None, key)


def _declared(line: Line) -> tuple[Threshold, ...]:
    return () if line.step.rules is None else line.step.rules.thresholds


def _fired(clock: Clock, number: int, threshold: Threshold) -> Instant | None:
    """When it fired in a line of the ledger: at its start, if an event made it so."""
    line = clock.ledger[number]
    at = _reached(clock, number, threshold) if threshold in _declared(line) else None
    until = line.start if _stands_before_due(line) else line.end
    return None if at is None or at > until else max(at, line.start)


def _to_come(clock: Clock, threshold: Threshold) -> Instant | None:
    if clock.state not in (State.RUNNING, State.PAUSED) or _stands_before_due(clock.last):
        return None
    return _reached(clock, len(clock.ledger) - 1, threshold)


def _reached(clock: Clock, number: int, threshold: Threshold) -> Instant | None:
    """When it is reached by the terms of a line, were the clock as it was in that line to run on."""
    try:
        match threshold.point:
            case Share(percent=percent):
                return _used_up_to(clock.ledger[number], percent)
            case Offset() as offset:
                return _away_from_due(_as_it_stood(clock, number), offset)
    except HorizonError:
        return None


def _used_up_to(line: Line, percent: int) -> Instant | None:
    used = line.limit * percent // 100
    if line.used >= used:
        return line.start
    return line.reaches(used) if line.mode is Mode.RUNNING else None


def _away_from_due(clock: Clock, offset: Offset) -> Instant | None:
    due, length, open_time = clock.promise, offset.length, clock.calendar.open_time
    if due is None or not length:
        return due
    match offset.unit:
        case Unit.CLOCK:
            return due + length
        case Unit.WORKING_DAYS:
            days = days_of(clock.calendar)
            day, time = days.local(due)
            return days.at(days.shift(day, length), time)
        case Unit.OPEN_TIME:
            return open_time.due(due, length) if length > 0 else open_time.subtract(due, -length)


def _as_it_stood(clock: Clock, number: int) -> Clock:
    """The clock at the end of a line, or at its start where it stood before it was due."""
    line = clock.ledger[number]
    last = but(line, end=line.start, open_time=0) if _stands_before_due(line) else line
    origins = (n for n in range(number, 0, -1) if clock.ledger[n].step.turn & (STARTED | RESTARTED))
    ledger = (*clock.ledger[:number], last)
    return but(clock, ledger=ledger, used=last.used_after, since=next(origins, 0), ended_at=None)


def _stands_before_due(line: Line) -> bool:
    """Whether nobody can say when it will be due: it is paused, and some of its limit is left."""
    return line.mode is Mode.PAUSED and line.used < line.limit
