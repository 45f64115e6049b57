"""Clocks by walking. Imports nothing from the package; plain on purpose.

A clock goes from event to event. Between two of them nothing happens but that minutes pass, so that they are counted in
the list of the open ones (`hours.py`) and not stepped over; `test_brute.py` steps over them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.clocks.brute.book import (
    Pair,
    Promise,
    Selected,
    Terms,
    begins,
    date_of,
    due,
    exactly,
    in_force,
    is_dated_by,
    is_fulfilled,
    is_paused,
    is_reset_by,
    limit,
    pair,
    reopen_rule,
    select,
    starts,
    stay,
    terms_of,
    versions,
)
from tests.clocks.brute.facts import Facts, Plain, after, known, lawful, opening_of, place
from tests.clocks.brute.hours import Hours

LIVE = ("running", "paused")


@dataclass(frozen=True)
class Stretch:
    """From one event to the next, or to the instant of the reading."""

    start: int
    end: int
    mode: str
    terms: Terms
    limit: int
    date: int | None
    used: int
    used_after: int
    granted: int
    base: int
    measured_anew: int  # how often what was used had been measured by other terms


@dataclass
class Row:
    """One clock."""

    cycle: int
    start: int
    target: Plain
    pin: str
    pinned: Facts
    key: Any
    terms: Terms
    coverage: str
    rules: Plain  # in force, or last in force: of a clock that is over they may be others than `target`
    mode: str = "off"
    is_fulfilled: bool = False  # since it last lived
    origin: int = 0
    granted: int = 0  # whence the limit is counted: a date is absolute, and counts from when it came into force
    base: int = 0  # used by then
    since: int = 0  # the first of its stretches by which the limit may be reached
    was_dated: bool = False  # while it did not live
    date: int | None = None
    limit: int = 0
    used: int = 0
    paused: int = 0
    charged: list[tuple[int, int]] = field(default_factory=list)  # since the origin
    closed: list[tuple[int, int, str]] = field(default_factory=list)  # since it was fulfilled
    stretches: list[Stretch] = field(default_factory=list)  # in which it lived, since the origin
    measured_anew: int = 0
    breached_at: int | None = None
    breached_limit: int | None = None
    breached_coverage: str | None = None
    passed: int | None = None
    ended_at: int | None = None
    is_over: bool = False  # by a reset, another key or the next cycle


@dataclass
class Walk:
    """One promise on one ticket."""

    promise: Promise
    hours: Mapping[str, Hours]
    rows: list[Row] = field(default_factory=list)
    waivers: set[int] = field(default_factory=set)

    # One event --------------------------------------------------------------------------------------------------------

    def take(self, facts: Facts, event: Plain) -> None:
        """What an event does to the clocks, minutes until it having passed."""
        if event["kind"] == "waived" and event["target"] == self.promise.name:
            self.waivers.add(event.get("cycle", 1))
        row = self.rows[-1] if self.rows and not self.rows[-1].is_over else None
        if row is None:
            self.begin(facts, event)
            return
        held, found = self.governing(row, facts)
        rules = found or row.rules
        if is_reset_by(rules, event) or stay(rules, facts) != row.key:
            self.end(row, event["at"])
            self.begin(facts, event)
            return
        gives_way = row.is_fulfilled and reopen_rule(rules) == "new-cycle"
        if not gives_way or not self.begin(facts, event):
            row.rules = rules
            self.go_on(row, None if gives_way else found, held, facts, event)

    def governing(self, row: Row, facts: Facts) -> tuple[Facts, Plain | None]:
        """The facts that the terms of a clock may look at, and the target that governs it; None: nobody's."""
        now = facts["agreement"], facts["agreement_version"]
        if row.pin == "nothing":
            return facts, self.promise.target_of(*now)
        if row.pin == "version" and row.pinned["agreement"] != now[0]:
            row.pinned = {**row.pinned, "agreement": now[0], "agreement_version": now[1]}
        held = row.pinned["agreement"], row.pinned["agreement_version"]
        found = self.promise.target_of(held[0], self.promise.version_for_running(held, now))
        if row.pin == "all":
            return row.pinned, found
        return {**facts, "agreement": held[0], "agreement_version": held[1]}, found

    def begin(self, facts: Facts, event: Plain) -> bool:
        """A new clock, if it lives, under what is in force now. Whether there is one."""
        target = self.promise.target_of(facts["agreement"], facts["agreement_version"])
        terms = terms_of(target, facts) if target else None
        if target is None or terms is None or is_fulfilled(target, facts) or not starts(target, facts):
            return False
        if self.rows:
            self.rows[-1].is_over = True
        row = Row(
            cycle=len(self.rows) + 1,
            start=event["at"],
            target=target,
            pin=target["pin"],
            pinned=facts,
            key=stay(target, facts),
            terms=terms,
            coverage=facts["coverage"],
            rules=target,
        )
        self.rows.append(row)
        row.date = date_of(terms.budget, facts["dates"], self.promise.name)
        self.count_anew(row, event["at"])
        self.live(row, facts, event["at"])
        return True

    def end(self, row: Row, at: int) -> None:
        """Over by a reset or another key. What was cancelled stays cancelled."""
        row.is_over = True
        if row.ended_at is None and row.mode != "off":
            row.ended_at = at

    def go_on(self, row: Row, found: Plain | None, held: Facts, facts: Facts, event: Plain) -> None:
        """The order of tests on one event: fulfilled, nothing promised, paused, running."""
        if row.is_fulfilled and reopen_rule(row.rules) == "first-only":
            row.mode = "fulfilled"  # though it may have been cancelled in between
            self.remember_date(row, event)
            return
        if is_fulfilled(row.rules, facts):
            if row.mode != "off" or row.is_fulfilled:  # what was cancelled is no longer awaited
                row.mode, row.is_fulfilled = "fulfilled", True
                row.ended_at = event["at"] if row.ended_at is None else row.ended_at
            elif reopen_rule(row.rules) == "new-cycle":
                row.is_over = True  # what comes next is another cycle
            self.remember_date(row, event)
            return
        terms = terms_of(found, held) if found else None
        if terms is None or not starts(row.rules, facts):
            row.mode = "off"
            self.remember_date(row, event)
            return
        self.live_on(row, terms, held, facts, event)

    def remember_date(self, row: Row, event: Plain) -> None:
        row.was_dated |= row.pin != "all" and is_dated_by(event, row.terms.budget, self.promise.name)

    # A clock that lives -----------------------------------------------------------------------------------------------

    def live_on(self, row: Row, terms: Terms, held: Facts, facts: Facts, event: Plain) -> None:
        name, resumed = self.promise.name, row.is_fulfilled
        dated = row.was_dated or (row.pin != "all" and is_dated_by(event, terms.budget, name))
        row.was_dated = False
        changed, was = terms != row.terms or dated, row.terms
        row.target, row.terms = row.rules, terms
        if resumed:
            self.resume(row)
        if changed:
            row.date = date_of(terms.budget, held["dates"], name)
            self.retarget(row, was, event["at"])
        anew = (resumed and reopen_rule(row.rules) == "restart") or (changed and row.rules["retarget"] == "restart")
        if anew:
            row.date = date_of(terms.budget, held["dates"], name)
            self.count_anew(row, event["at"])
        self.live(row, facts, event["at"])

    def resume(self, row: Row) -> None:
        if reopen_rule(row.rules) == "include-closed":
            row.used += sum(self.hours[calendar].between(start, end) for start, end, calendar in row.closed)
            row.charged += [(start, end) for start, end, _ in row.closed]
        row.closed, row.ended_at, row.is_fulfilled = [], None, False

    def retarget(self, row: Row, was: Terms, at: int) -> None:
        hours, used = self.hours[row.terms.calendar], row.used
        rule = row.rules["retarget"]
        if rule == "from-start":
            row.used = sum(hours.between(start, end) for start, end in row.charged)
            row.measured_anew += row.terms.calendar != was.calendar or row.used != used
        if rule == "proportion" and was.budget[0] == row.terms.budget[0] == "within":
            row.used = row.used * row.terms.budget[1] // was.budget[1]
            row.measured_anew += 1
        self.grant(row, at)

    def grant(self, row: Row, at: int) -> None:
        row.granted, row.base, row.since = row.origin, 0, 0
        if row.date is not None:
            row.granted, row.base, row.since = at, row.used, len(row.stretches)
        row.limit = row.base + limit(row.terms.budget, row.granted, self.hours[row.terms.calendar], row.date)

    def count_anew(self, row: Row, at: int) -> None:
        row.origin, row.used, row.charged, row.stretches = at, 0, [], []
        self.grant(row, at)

    def live(self, row: Row, facts: Facts, at: int) -> None:
        row.mode = "paused" if is_paused(row.rules, facts) else "running"
        row.coverage = facts["coverage"]
        if row.used > row.limit and row.breached_at is None:
            self.breach(row, at, at)

    def breach(self, row: Row, at: int, passed: int | None) -> None:
        row.breached_at, row.breached_limit, row.breached_coverage, row.passed = at, row.limit, row.coverage, passed

    # Minutes ----------------------------------------------------------------------------------------------------------

    def pass_time(self, start: int, end: int) -> None:
        """Between two events, or until the instant of the reading."""
        if not self.rows or self.rows[-1].is_over:
            return
        row = self.rows[-1]
        hours, used = self.hours[row.terms.calendar], row.used
        if row.mode == "fulfilled":
            row.closed.append((start, end, row.terms.calendar))
        if row.mode == "paused":
            row.paused += hours.between(start, end)
        if row.mode == "running":
            row.used += hours.between(start, end)
            row.charged.append((start, end))
        if row.mode in LIVE:
            row.stretches.append(
                Stretch(
                    start,
                    end,
                    row.mode,
                    row.terms,
                    row.limit,
                    row.date,
                    used,
                    row.used,
                    row.granted,
                    row.base,
                    row.measured_anew,
                )
            )
        if row.mode == "running" and row.used > row.limit and row.breached_at is None:
            at = hours.passed(start, row.limit - used)
            self.breach(row, at, self.reached(row))

    # When so much is used ---------------------------------------------------------------------------------------------

    def reached(self, row: Row) -> int | None:
        """The first instant since the origin at which the limit was reached, or will be; None: it is not well defined.

        It is not where what was used was measured anew since, so that it was never reached by passing time.
        """
        last = row.stretches[-1]
        if row.used < row.limit:
            return self.projected(row, last)
        if row.base >= row.limit and row.date is not None:
            return due(row.terms.budget, row.granted, self.hours[row.terms.calendar], row.date)
        for it in row.stretches[row.since :]:
            if it.measured_anew == row.measured_anew and it.used >= row.limit and it is not row.stretches[0]:
                return None
            if it.measured_anew == row.measured_anew and it.used_after >= row.limit:
                return self.projected(row, it)
        return None

    def projected(self, row: Row, it: Stretch) -> int:
        """When the limit is reached if the clock runs on from a stretch: as the budget words it, if it never stood."""
        hours = self.hours[it.terms.calendar]
        paused = it.mode == "paused" and it.used < row.limit
        at = it.end if paused else it.start
        never_stood = hours.between(it.granted, at) == it.used - it.base
        if never_stood and it.terms == row.terms:
            return due(row.terms.budget, row.origin, hours, row.date)
        return hours.reached(at, row.limit - it.used)


# One ticket -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """What a reading says of one clock. `due` and `passed` are None, too, where they are not well defined."""

    kind: str
    name: str
    cycle: int
    agreement: str
    start: int
    used: int
    paused: int
    limit: int
    breached_at: int | None
    breached_limit: int | None
    ended_at: int | None
    state: str
    verdict: str
    coverage: str
    counts: bool
    passed: int | None
    promise: int | None


def clocks(
    records: Sequence[Plain], agreements: Sequence[Plain], hours: Mapping[str, Hours], now: int, known_at: int
) -> list[Figures] | None:
    """Every clock of a ticket as it stood at an instant, as far as it was known at another; None: nothing is known."""
    told = known(records, known_at)
    if opening_of(told) is None:
        return None
    told = [it for it in told if it["event"]["at"] <= now]
    opening = opening_of(told)
    if opening is None:
        return []
    selected = select(agreements, opening["event"])
    events = [it["event"] for it in history(told, opening, agreements, selected) if it["event"]["at"] <= now]
    walks = [Walk(promise, hours) for promise in promises(events, agreements, selected)]
    facts = None
    for event, following in zip(events, [*events[1:], {"at": now}], strict=True):
        facts = after(facts, event)
        for walk in walks:
            walk.take(facts, event)
            walk.pass_time(event["at"], following["at"])
    return [figures(walk, row) for walk in walks for row in walk.rows]


def history(told: Sequence[Plain], opening: Plain, agreements: Sequence[Plain], selected: Selected) -> list[Plain]:
    """What happened, with the selection of an agreement and the versions that took effect as events."""
    found = [completed(agreements, it) for it in told]
    if selected.agreement:
        found.append({"position": opening["position"] + 0.5, "event": attached(selected.agreement, opening["event"])})
    kept = lawful(found)
    return sorted([*kept, *amendments(agreements, kept)], key=place)


def completed(agreements: Sequence[Plain], record: Plain) -> Plain:
    """An agreement that is attached without a version has the one in force; one of best effort promises no more."""
    event = record["event"]
    if event["kind"] != "agreement-attached":
        return record
    version = event.get("version")
    found = (
        exactly(agreements, event["agreement"], version)
        if version
        else in_force(agreements, event["agreement"], event["at"])
    )
    if found is None:
        return record
    coverage = "best-effort" if found["best_effort"] else event.get("coverage", "covered")
    return {**record, "event": {**event, "version": found["version"], "coverage": coverage}}


def attached(agreement: Plain, event: Plain) -> Plain:
    return {
        "kind": "agreement-attached",
        "at": event["at"],
        "agreement": agreement["id"],
        "version": agreement["version"],
        "coverage": "best-effort" if agreement["best_effort"] else event.get("coverage", "covered"),
    }


def amendments(agreements: Sequence[Plain], kept: Sequence[Plain]) -> Iterator[Plain]:
    """The versions that took effect while the ticket stood under an earlier one, each first at its instant."""
    turns = [it["event"] for it in kept if it["event"]["kind"] in ("agreement-attached", "merged")]
    for event, following in zip(turns, [*turns[1:], {"at": float("inf")}], strict=False):
        if event["kind"] == "agreement-attached":
            for version in versions(agreements, event["agreement"]):
                if event["at"] < begins(version) < following["at"]:
                    effect = {**event, "at": begins(version), "version": version["version"]}
                    yield {"position": 0, "event": effect}


def promises(events: Sequence[Plain], agreements: Sequence[Plain], selected: Selected) -> list[Promise]:
    """All that is ever promised to the ticket, by kind and name."""
    under = [it for it in events if it["kind"] == "agreement-attached"]
    stood = [exactly(agreements, it["agreement"], it.get("version")) for it in under]
    pairs: list[Pair] = [pair(target) for agreement in stood if agreement for target in agreement["targets"]]
    return [
        Promise(kind, name, agreements, selected.beside.get((kind, name)))
        for kind, name in dict.fromkeys([*pairs, *selected.beside])
    ]


def figures(walk: Walk, row: Row) -> Figures:
    state = "stopped" if row.ended_at is not None else "cancelled" if row.mode == "off" else row.mode
    verdict = "breached" if row.breached_at is not None else "open" if row.ended_at is None else "met"
    coverage = row.breached_coverage or row.coverage
    counts = verdict != "open" and state != "cancelled" and coverage == "covered" and row.cycle not in walk.waivers
    return Figures(
        kind=walk.promise.kind,
        name=walk.promise.name,
        cycle=row.cycle,
        agreement=row.target["agreement"],
        start=row.start,
        used=row.used,
        paused=row.paused,
        limit=row.limit,
        breached_at=row.breached_at,
        breached_limit=row.breached_limit,
        ended_at=row.ended_at,
        state=state,
        verdict="waived" if verdict != "open" and row.cycle in walk.waivers else verdict,
        coverage=coverage,
        counts=counts,
        passed=row.passed,
        promise=walk.reached(row),
    )
