"""Clocks by walking minute by minute. Imports nothing from the package; slow and plain on purpose.

A history is a list of (minute, changes) in its order, each of which changes some facts of a ticket: `phase` (open,
waiting, resolved, cancelled), `answered`, `agreement`, `priority`. Rules are the words that an agreement file has for
them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

Minute: TypeAlias = int
Key: TypeAlias = tuple[str, str]
Told: TypeAlias = Sequence[tuple[Minute, Mapping[str, Any]]]


@dataclass
class Row:
    """One clock. Minutes are charged or not; a share of a limit may leave a fraction of one."""

    start: Minute
    key: Key
    limit: int
    used: Fraction = Fraction(0)
    paused: int = 0
    breached: Fraction | None = None
    ended: Minute | None = None
    mode: str = "running"
    lapsed: bool = False  # cancelled, and what it awaited came then
    charged: list[Minute] = field(default_factory=list)
    closed: list[tuple[str, Minute]] = field(default_factory=list)


@dataclass
class Walk:
    """metric: resolution or first-response. is_open: (agreement, minute) -> bool."""

    metric: str
    reopen: str
    retarget: str
    limits: Mapping[Key, int]
    is_open: Callable[[str, Minute], bool]
    rows: list[Row] = field(default_factory=list)

    def until(self, told: Told, now: Minute) -> list[Row]:
        facts: dict[str, Any] = {"answered": False}
        waiting = list(told)
        minute = told[0][0]
        while minute <= now:
            while waiting and waiting[0][0] == minute:
                facts |= waiting.pop(0)[1]
                self.turn(facts, minute)
            if minute < now and self.rows:
                self.pass_a_minute(self.rows[-1], minute)
            minute += 1
        return self.rows

    def turn(self, facts: Mapping[str, Any], minute: Minute) -> None:
        """What one event does, in the order of the tests."""
        row = self.rows[-1] if self.rows else None
        key = facts["agreement"], facts["priority"]
        if row and row.ended is not None and self.reopen == "first-only":
            return
        if self.is_fulfilled(facts):
            if row and (row.mode != "off" or row.ended is not None):  # what was cancelled is no longer awaited
                row.mode = "fulfilled"
                row.ended = minute if row.ended is None else row.ended
            elif row:
                row.lapsed = True
            return
        if key not in self.limits or facts["phase"] == "cancelled":
            if row:
                row.mode = "off"
            return
        if row is None or (self.reopen == "new-cycle" and (row.lapsed or row.ended is not None)):
            row = Row(minute, key, self.limits[key])
            self.rows.append(row)
        elif row.ended is not None:
            self.live_again(row)
        if key != row.key:
            self.other_terms(row, key)
        row.mode = "paused" if facts["phase"] == "waiting" else "running"
        if row.used > row.limit and row.breached is None:
            row.breached = Fraction(minute)

    def is_fulfilled(self, facts: Mapping[str, Any]) -> bool:
        resolved = facts["phase"] == "resolved"
        return resolved or (self.metric == "first-response" and facts["answered"])

    def live_again(self, row: Row) -> None:
        row.ended = None
        if self.reopen == "include-closed":
            row.used += sum(self.is_open(agreement, minute) for agreement, minute in row.closed)
            row.charged += [minute for _, minute in row.closed]
        if self.reopen == "restart":
            row.used, row.charged = Fraction(0), []
        row.closed = []

    def other_terms(self, row: Row, key: Key) -> None:
        if self.retarget == "from-start":
            row.used = Fraction(sum(self.is_open(key[0], minute) for minute in row.charged))
        if self.retarget == "restart":
            row.used, row.charged = Fraction(0), []
        if self.retarget == "proportion":
            row.used = row.used * self.limits[key] / row.limit
        row.key, row.limit = key, self.limits[key]

    def pass_a_minute(self, row: Row, minute: Minute) -> None:
        if row.mode == "fulfilled":
            row.closed.append((row.key[0], minute))
        if row.mode == "running":
            row.charged.append(minute)
        if not self.is_open(row.key[0], minute):
            return
        if row.mode == "paused":
            row.paused += 1
        if row.mode == "running":
            if row.used + 1 > row.limit and row.breached is None:
                row.breached = minute + row.limit - row.used
            row.used += 1
