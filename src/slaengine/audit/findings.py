"""What an audit found: every clock, every flag, what could not be read, and the digests by which it can be repeated."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import tzinfo
from math import inf, isfinite
from typing import Any

import attrs
from attrs import frozen

from slaengine.audit.log import Rejected
from slaengine.codec.documents import to_json
from slaengine.domain.events import Waived
from slaengine.domain.situation import Situation
from slaengine.domain.vocabulary import Actor, Coverage
from slaengine.errors import InputError
from slaengine.instants import Duration, Instant, iso, to_datetime
from slaengine.policies.agreement import Agreement
from slaengine.policies.calendar import Calendar
from slaengine.policies.objective import Objective
from slaengine.projections.case import Case
from slaengine.projections.clocks import State, Verdict
from slaengine.projections.gaming.flag import Flag
from slaengine.projections.measures import Interval, Part, part, quantile, wilson
from slaengine.projections.objectives import ObjectiveReading, objective_readings


@frozen(kw_only=True)
class ClockRow:
    """One clock: a target on a ticket in a cycle, as it stood at the instant of the audit.

    situation: in force when the verdict fell; of a clock that was reset or cancelled, the last in which it lived; of an
    open one, at the instant of the audit. priority, coverage: of then. limit: the last in force; judged: the one by
    which the verdict fell, that of the breach where another came later. agreement, judged_under: the same of the
    agreement. passed: the due instant that a breached clock passed. zone: of its calendar. waiver: by which the promise
    was given up. customer: the farthest level of the requester's path. Durations in microseconds of open time.
    """

    ticket: str
    agreement: str
    target: str
    kind: str
    cycle: int
    priority: str | None
    start: Instant
    limit: Duration
    judged: Duration
    used: Duration
    paused: Duration
    promise: Instant | None
    due: Instant | None
    breached_at: Instant | None
    passed: Instant | None
    ended_at: Instant | None
    cancelled_at: Instant | None
    state: State
    verdict: Verdict
    coverage: Coverage
    judged_under: str
    situation: Situation = attrs.field(repr=False)
    zone: tzinfo = attrs.field(repr=False)
    waiver: Waived | None = None
    customer: str | None = None

    def month(self, as_of: Instant) -> str:
        """The month of its verdict, in the zone of its calendar; that of an instant for one that has none."""
        fell = min(t for t in (self.breached_at, self.ended_at, self.cancelled_at, as_of) if t is not None)
        return to_datetime(fell, self.zone).strftime("%Y-%m")

    @property
    def is_waived(self) -> bool:
        """Whether the promise was given up, decided or not."""
        return self.waiver is not None

    @property
    def part(self) -> Part:
        """In which part of a compliance figure it is."""
        return part(self.state, self.verdict, self.coverage)

    @property
    def share(self) -> float:
        """Time used as a share of the limit by which the clock was judged; infinite where a date granted none."""
        return self.used / self.judged if self.judged > 0 else inf

    @property
    def over(self) -> Duration:
        """Time used beyond the limit by which the clock was judged; below zero where some is left."""
        return self.used - self.judged

    def data(self) -> dict[str, Any]:
        """Plain values: instants as ISO 8601 text, durations in whole microseconds."""
        held = attrs.asdict(self, recurse=False, filter=lambda it, _: it.name not in _NOT_SHOWN)
        return held | {name: _iso(getattr(self, name)) for name in _INSTANTS}


_NOT_SHOWN = ("situation", "zone", "waiver", "customer")
_INSTANTS = ("start", "promise", "due", "breached_at", "passed", "ended_at", "cancelled_at")


@frozen(kw_only=True)
class Waiver:
    """A promise that was given up, and what its verdict would have been: None where the ticket has no such clock."""

    ticket: str
    agreement: str | None
    target: str
    cycle: int
    at: Instant
    reason: str
    by: Actor | None = attrs.field(repr=False)
    verdict: Verdict | None

    def data(self, *, persons: bool = False) -> dict[str, Any]:
        """Plain values: of who waived it the role, and the person only on request."""
        person = self.by.id if self.by and persons else None
        return {
            "ticket": self.ticket,
            "agreement": self.agreement,
            "target": self.target,
            "cycle": self.cycle,
            "at": iso(self.at),
            "reason": self.reason,
            "by": None if self.by is None else str(self.by.role),
            **({"person": person} if persons else {}),
            "verdict": self.verdict,
        }


@frozen(kw_only=True)
class NotMeasured:
    """A target that the log cannot answer for, on so many tickets."""

    target: str
    tickets: int
    missing: tuple[str, ...]


@frozen(kw_only=True)
class Compliance:
    """Met and breached clocks of one group; all others are in no share, and each in one of the other parts.

    cancelled_breached: of the cancelled, those that were breached before: a breach that happened stays visible. waived:
    the promise was given up. best_effort: the requester was not entitled to it, whatever became of the clock.

    share: met / (met + breached), with its 95 % Wilson interval; None where both are 0. median, p90: of the time used
    by finished clocks among these, as a share of the limit; a date in the past grants none, and has no share.
    """

    key: tuple[str, ...]
    clocks: int
    met: int
    breached: int
    open: int
    cancelled: int
    cancelled_breached: int
    waived: int
    best_effort: int
    share: float | None
    interval: Interval | None
    median: float | None
    p90: float | None

    def data(self) -> dict[str, Any]:
        """Plain values."""
        interval = None if self.interval is None else [self.interval.low, self.interval.high]
        return attrs.asdict(self, recurse=False) | {"key": list(self.key), "interval": interval}


@frozen(kw_only=True, eq=False)
class Findings:
    """The result of an audit. Same log, agreements and instant: the same findings, to the byte.

    events, tickets: those of the log that had occurred, and been opened, by the instant of the audit.
    measured_on: the calendars whose digests `calendars` holds. stray_waivers: of what the ticket has no clock.
    """

    source: str
    engine: str
    as_of: Instant
    known_at: Instant | None
    log_digest: str
    agreements_digest: str
    calendars: Mapping[str, str]
    events: int
    tickets: int
    without_agreement: int
    clocks: tuple[ClockRow, ...]
    flags: tuple[Flag, ...]
    not_measured: tuple[NotMeasured, ...]
    quarantine: tuple[Rejected, ...]
    _reread: Callable[[str], Case | None] = attrs.field(repr=False)
    measured_on: tuple[Calendar, ...] = attrs.field(default=(), repr=False)
    stray_waivers: tuple[Waiver, ...] = ()
    _agreements: tuple[Agreement, ...] = attrs.field(default=(), repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 over all results and what they rest on, but not over where the log lay: a store has no lines."""
        results = self._results()
        unlined = [{**rejected, "line": None} for rejected in results["quarantine"]]
        return hashlib.sha256(to_json(results | {"quarantine": unlined})).hexdigest()

    def case(self, ticket: str) -> Case:
        """One ticket of the log, read anew. Raises InputError if the log has none of that id that can be read."""
        found = self._reread(ticket)
        if found is None:
            raise InputError(f"no ticket {ticket!r} can be read in {self.source}")
        return found

    def compliance(self, by: str | Sequence[str] = ("target", "priority")) -> tuple[Compliance, ...]:
        """Compliance by any columns of the clocks, in order of their values.

        Where a target of one name is promised in several kinds, the name has the kind beside it: "resolution (OLA)".
        Beside the columns there are "month", that of the verdict, or of the audit for what is open, in the zone of the
        clock's calendar, and "customer", the farthest level of the requester's path.

        Raises InputError, which lists the columns, for what is none.
        """
        names = [*(it.name for it in attrs.fields(ClockRow) if it.name not in _NOT_SHOWN), "month", "customer"]
        for name in [by] if isinstance(by, str) else by:
            if name not in names:
                raise InputError(f"{name!r} is no column of a clock: choose among {', '.join(names)}")
        if isinstance(by, str):
            by = [by]
        kinds: dict[str, set[str]] = {}
        for row in self.clocks:
            kinds.setdefault(row.target, set()).add(row.kind)
        groups: dict[tuple[str, ...], list[ClockRow]] = {}
        for row in self.clocks:
            told = {"target": f"{row.target} ({row.kind})"} if len(kinds[row.target]) > 1 else {}
            told["month"] = row.month(self.as_of)
            key = tuple(told.get(name) or str(getattr(row, name) or "none") for name in by)
            groups.setdefault(key, []).append(row)
        return tuple(_compliance(key, groups[key]) for key in sorted(groups))

    def objectives(self) -> tuple[ObjectiveReading, ...]:
        """What became of each objective in each period: by agreement as published, then in order of time."""
        return tuple(
            reading
            for (_, objective), versions in self._promised().items()
            for reading in objective_readings(objective, versions, self.clocks, self.as_of)
        )

    def _promised(self) -> dict[tuple[str, Objective], list[Agreement]]:
        """Each objective of an agreement with the versions that have it: it is one, however often they are amended."""
        found: dict[tuple[str, Objective], list[Agreement]] = {}
        for agreement in self._agreements:
            for objective in agreement.objectives:
                found.setdefault((agreement.id, objective), []).append(agreement)
        return found

    def waivers(self) -> tuple[Waiver, ...]:
        """Every promise that was given up, in order of time, and what the verdict would have been."""
        laid = (_waiver(row, row.waiver) for row in self.clocks if row.waiver is not None)
        return tuple(sorted([*laid, *self.stray_waivers], key=lambda it: (it.at, it.ticket, it.target, it.cycle)))

    def set_aside(self, ticket: str) -> tuple[Rejected, ...]:
        """What of a ticket stands in the quarantine, as far as the log tells whose it is."""
        return tuple(rejected for rejected in self.quarantine if rejected.stream == ticket)

    def worst(self, n: int = 1) -> tuple[ClockRow, ...]:
        """The breached clocks that count, with the largest overrun in open time."""
        breached = (row for row in self.clocks if row.part is Part.BREACHED)
        return tuple(sorted(breached, key=lambda row: (-row.over, row.ticket, row.target, row.cycle))[:n])

    def data(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {"source": self.source, "digest": self.digest, **self._results()}

    def _results(self) -> dict[str, Any]:
        return {
            "engine": self.engine,
            "as_of": iso(self.as_of),
            "known_at": _iso(self.known_at),
            "log_digest": self.log_digest,
            "agreements_digest": self.agreements_digest,
            "calendars": dict(self.calendars),
            "events": self.events,
            "tickets": self.tickets,
            "without_agreement": self.without_agreement,
            "compliance": [line.data() for line in self.compliance()],
            "objectives": [reading.data() for reading in self.objectives()],
            "flagged": dict(sorted(Counter(flag.kind for flag in self.flags).items())),
            "not_measured": [attrs.asdict(line) for line in self.not_measured],
            "quarantined": len(self.quarantine),
            "clocks": [row.data() for row in self.clocks],
            "waivers": [waiver.data() for waiver in self.waivers()],
            "flags": [flag.data() for flag in self.flags],
            "quarantine": [attrs.asdict(rejected) for rejected in self.quarantine],
        }


def _compliance(key: tuple[str, ...], rows: Iterable[ClockRow]) -> Compliance:
    rows = list(rows)
    counted = Counter(row.part for row in rows)
    met, breached = counted[Part.MET], counted[Part.BREACHED]
    cancelled = [row.verdict for row in rows if row.part is Part.CANCELLED]
    decided = [row for row in rows if row.part in (Part.MET, Part.BREACHED)]
    finished = [row.share for row in decided if row.state is State.STOPPED and isfinite(row.share)]
    return Compliance(
        key=key,
        clocks=len(rows),
        met=met,
        breached=breached,
        open=counted[Part.OPEN],
        cancelled=len(cancelled),
        cancelled_breached=cancelled.count(Verdict.BREACHED),
        waived=counted[Part.WAIVED],
        best_effort=counted[Part.BEST_EFFORT],
        share=met / (met + breached) if met + breached else None,
        interval=wilson(met, met + breached),
        median=quantile(finished, 0.5),
        p90=quantile(finished, 0.9),
    )


def _waiver(row: ClockRow, event: Waived) -> Waiver:
    stood = Verdict.OPEN if row.ended_at is None else Verdict.MET
    return Waiver(
        ticket=row.ticket,
        agreement=row.agreement,
        target=row.target,
        cycle=row.cycle,
        at=event.occurred_at,
        reason=event.reason,
        by=event.by,
        verdict=stood if row.breached_at is None else Verdict.BREACHED,
    )


def _iso(t: Instant | None) -> str | None:
    return None if t is None else iso(t)
