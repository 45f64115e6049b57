"""What an audit found: every clock, every flag, what could not be read, and the digests by which it can be repeated."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs
from attrs import frozen

from slaengine.audit.log import Rejected
from slaengine.codec.documents import to_json
from slaengine.errors import InputError
from slaengine.instants import Duration, Instant, iso
from slaengine.policies.calendar import Calendar
from slaengine.projections.case import Case
from slaengine.projections.clocks import State, Verdict
from slaengine.projections.gaming.flag import Flag
from slaengine.projections.measures import Interval, quantile, wilson


@frozen(kw_only=True)
class ClockRow:
    """One clock: a target on a ticket in a cycle, as it stood at the instant of the audit.

    priority: in force when the verdict fell, else at the instant of the audit. limit: the last in force; judged: the
    one by which the verdict fell, that of the breach where another came later. passed: the due instant that a breached
    clock passed. Durations in microseconds of open time.
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
    state: State
    verdict: Verdict

    @property
    def share(self) -> float:
        """Time used as a share of the limit by which the clock was judged."""
        return self.used / self.judged

    @property
    def over(self) -> Duration:
        """Time used beyond the limit by which the clock was judged; below zero where some is left."""
        return self.used - self.judged

    def data(self) -> dict[str, Any]:
        """Plain values: instants as ISO 8601 text, durations in whole microseconds."""
        return attrs.asdict(self) | {name: _iso(getattr(self, name)) for name in _INSTANTS}


_INSTANTS = ("start", "promise", "due", "breached_at", "passed", "ended_at")


@frozen(kw_only=True)
class NotMeasured:
    """A target that the log cannot answer for, on so many tickets."""

    target: str
    tickets: int
    missing: tuple[str, ...]


@frozen(kw_only=True)
class Compliance:
    """Met and breached clocks of one group; those still open, and those cancelled, are in no share.

    cancelled_breached: of the cancelled, those that were breached before: a breach that happened stays visible.

    share: met / (met + breached), with its 95 % Wilson interval; None where both are 0. median, p90: of the finished
    clocks' time used, as a share of the limit.
    """

    key: tuple[str, ...]
    clocks: int
    met: int
    breached: int
    open: int
    cancelled: int
    cancelled_breached: int
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
    measured_on: the calendars whose digests `calendars` holds.
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

    def compliance(self, by: Sequence[str] = ("target", "priority")) -> tuple[Compliance, ...]:
        """Compliance by any columns of the clocks, in order of their values."""
        groups: dict[tuple[str, ...], list[ClockRow]] = {}
        for row in self.clocks:
            groups.setdefault(tuple(str(getattr(row, name) or "none") for name in by), []).append(row)
        return tuple(_compliance(key, groups[key]) for key in sorted(groups))

    def set_aside(self, ticket: str) -> tuple[Rejected, ...]:
        """What of a ticket stands in the quarantine, as far as the log tells whose it is."""
        return tuple(rejected for rejected in self.quarantine if rejected.stream == ticket)

    def worst(self, n: int = 1) -> tuple[ClockRow, ...]:
        """The breached clocks that count, with the largest overrun in open time."""
        breached = (row for row in self.clocks if row.verdict is Verdict.BREACHED and row.state is not State.CANCELLED)
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
            "flagged": dict(sorted(Counter(flag.kind for flag in self.flags).items())),
            "not_measured": [attrs.asdict(line) for line in self.not_measured],
            "quarantined": len(self.quarantine),
            "clocks": [row.data() for row in self.clocks],
            "flags": [flag.data() for flag in self.flags],
            "quarantine": [attrs.asdict(rejected) for rejected in self.quarantine],
        }


def _compliance(key: tuple[str, ...], rows: Iterable[ClockRow]) -> Compliance:
    rows = list(rows)
    cancelled = [row.verdict for row in rows if row.state is State.CANCELLED]
    counted = Counter(row.verdict for row in rows if row.state is not State.CANCELLED)
    met, breached = counted[Verdict.MET], counted[Verdict.BREACHED]
    finished = [row.share for row in rows if row.state is State.STOPPED]
    return Compliance(
        key=key,
        clocks=len(rows),
        met=met,
        breached=breached,
        open=counted[Verdict.OPEN],
        cancelled=len(cancelled),
        cancelled_breached=cancelled.count(Verdict.BREACHED),
        share=met / (met + breached) if met + breached else None,
        interval=wilson(met, met + breached),
        median=quantile(finished, 0.5),
        p90=quantile(finished, 0.9),
    )


def _iso(t: Instant | None) -> str | None:
    return None if t is None else iso(t)
