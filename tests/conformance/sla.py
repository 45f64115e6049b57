"""Cases of whole clocks, in the form of cases/sla.json: each is one ticket under an agreement of one target.

What a case says that this form does not know is an error, never passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, TypeAlias

from attrs import evolve as but
from attrs import frozen

import slaengine as sla
from tests.conformance.sla_policy import Case, DaysBefore, agreement, calendar

KEYS: Mapping[str, frozenset[str]] = {
    name: frozenset(keys.split())
    for name, keys in {
        "case": "id source calendar policy events expect",
        "calendar": "tz hours holidays holiday_hours breaks holiday_cuts versions overnight name",
        "version": "from hours",
        "policy": (
            "name metric target_minutes targets retarget target_business_days end_of_working_day roll relative "
            "target_at due_date if_outside pause_statuses hide_deadline_statuses reopen start_on start_at "
            "applies_when never_open opening_counts_as_customer_message"
        ),
        "relative": "business_days at extra_day_if_after",
        "applies_when": "priority status target",
        "opened": "at kind status target priority",
        "event": "at kind",
        "escalation": "offset_minutes offset_business_days at",
        "warning": "percent at",
    }.items()
}
"""What may stand where."""


def differences(case: Case) -> Iterator[str]:
    """What the engine answers, where that is not what the case expects."""
    case = without_nulls(case)
    check(case)
    wanted = {name: value for name, value in case["expect"].items() if name != "as_of"}
    got = answers(case, wanted)
    for name, value in wanted.items():
        if not agrees(value, got[name]):
            yield f"{name}: expected {value!r}, got {shown(got[name])!r}"


def without_nulls(case: Case) -> Case:
    """What is null is not said, but for the minutes of a target: null says that there are none."""
    policy = {key: value for key, value in case["policy"].items() if value is not None or key == "target_minutes"}
    calendar = {key: value for key, value in case["calendar"].items() if value is not None}
    hours = {day: shifts or [] for day, shifts in calendar.get("hours", {}).items()}
    return {**case, "policy": policy, "calendar": {**calendar, "hours": hours}}


def answers(case: Case, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the engine says of everything that is asked."""
    try:
        hours = calendar(case["calendar"], case["policy"].get("never_open", "error"))
    except sla.ScheduleError as error:
        if "never opens" not in str(error):
            raise
        return {**dict.fromkeys(wanted), "error": "never_open"}
    read = Reading.of(case, hours)
    return {name: ANSWERS[name](read, value) for name, value in wanted.items()}


# What is asked of which form --------------------------------------------------------------------------------------


def check(case: Case) -> None:
    """Raises ValueError for what this form does not know: it could mean anything."""
    policy, expect = case["policy"], case["expect"]
    known("case", case)
    known("calendar", case["calendar"])
    for version in case["calendar"].get("versions") or ():
        known("version", version)
    known("policy", policy)
    known("relative", policy.get("relative") or {})
    known("applies_when", policy.get("applies_when") or {})
    for event in case["events"]:
        known("opened" if event["kind"] == "opened" else "event", event)
    if others := sorted(expect.keys() - ANSWERS.keys() - {"as_of"}):
        raise ValueError(f"unknown in expect: {', '.join(others)}")


def known(part: str, given: Mapping[str, Any]) -> None:
    if others := sorted(given.keys() - KEYS[part]):
        raise ValueError(f"unknown in {part}: {', '.join(others)}")


# What happened ----------------------------------------------------------------------------------------------------


def history(case: Case) -> list[sla.events.TicketEvent]:
    """The events of a ticket in their order; at one instant, as they stand in the list."""
    given, policy = sorted(case["events"], key=lambda event: sla.instant(event["at"])), case["policy"]
    if not given or given[0]["kind"] != "opened":
        raise ValueError("a ticket begins when it is opened: no event may stand before that")
    if "start_on" in policy and "start_at" in policy:
        raise ValueError("start_on and start_at: one start at a time")
    opening, *later = told(given, policy)
    return sorted([opening, *_beside(opening, policy), *later], key=lambda event: event.occurred_at)


def told(given: Iterable[Case], policy: Case) -> Iterator[sla.events.TicketEvent]:
    """The events, and after the one that starts the clock, the fact that it does. What resolves keeps the status."""
    status, starts_on = "", policy.get("start_on")
    for it in given:
        found = event(it, policy, status)
        if found is not None:
            status = getattr(found, "status", status)
            yield found
        if it["kind"] == starts_on:
            yield started(sla.instant(it["at"]))


def event(given: Case, policy: Case, status: str) -> sla.events.TicketEvent | None:
    """One event of a case; None for one that matters only where the clock starts on it."""
    at, (kind, _, what) = sla.instant(given["at"]), given["kind"].partition(":")
    match kind, bool(what):
        case "opened", False:
            return _opened(given, policy)
        case "replied", False:
            return sla.events.CustomerContacted(occurred_at=at)
        case "customer_replied", False:
            return sla.events.CustomerReplied(occurred_at=at)
        case "status", True:
            return sla.events.StatusChanged(occurred_at=at, status=what)
        case "target", True:
            return sla.events.Labelled(occurred_at=at, labels=sla.FrozenMap(target=what))
        case "priority", True:
            return sla.events.Prioritised(occurred_at=at, priority=what)
        case "resolved", False:
            return sla.events.Resolved(occurred_at=at, status=status)
        case "reopened", False:
            return sla.events.Reopened(occurred_at=at)
        case (("assigned" | "taken_on"), False):
            return sla.events.Assigned(occurred_at=at, owner="agent")
        case "sla_applied", False:
            return None
    raise ValueError(f"unknown event {given['kind']!r}")


def _opened(given: Case, policy: Case) -> sla.events.Opened:
    """The opening; a clock that starts before it has the ticket open before."""
    at = sla.instant(given["at"])
    return sla.events.Opened(
        occurred_at=min(at, sla.instant(policy["start_at"])) if "start_at" in policy else at,
        status=given.get("status") or "open",
        phase=sla.Phase.OPEN,
        priority=given.get("priority"),
        labels=sla.FrozenMap({"target": given["target"]} if given.get("target") else {}),
        asks=policy.get("opening_counts_as_customer_message", True),
    )


def _beside(opening: sla.events.TicketEvent, policy: Case) -> Iterator[sla.events.TicketEvent]:
    """What a policy says of the ticket itself."""
    if policy.get("due_date") is not None:
        yield sla.events.DueDateSet(occurred_at=opening.occurred_at, due=sla.instant(policy["due_date"]))
    if "start_at" in policy:
        yield started(sla.instant(policy["start_at"]))


def started(at: sla.Instant) -> sla.events.Labelled:
    return sla.events.Labelled(occurred_at=at, labels=sla.FrozenMap(clock="started"))


# What is asked ----------------------------------------------------------------------------------------------------

Answer: TypeAlias = datetime | float | bool | str | list[Any] | None


@frozen
class Reading:
    """The clocks of a case at the instant of its question; without one, that of the last event."""

    clocks: Sequence[sla.Clock]
    calendar: sla.Calendar
    hidden: bool

    @classmethod
    def of(cls, case: Case, hours: sla.Calendar) -> Reading:
        events, policy = history(case), case["policy"]
        read = sla.Case(events, under=agreement(policy, hours))
        if read.history.quarantined:
            raise ValueError(f"no lawful reading: {read.history.quarantined[0].reason}")
        as_of = case["expect"].get("as_of")
        told = (sla.instant(event["at"]) for event in case["events"])
        now = max(events[-1].occurred_at, *told) if as_of is None else sla.instant(as_of)
        until = [span.situation.status for span in read.timeline if span.start <= now]
        hidden = bool(until) and until[-1] in (policy.get("hide_deadline_statuses") or ())
        return cls(read.clocks(now), hours, hidden)

    @property
    def latest(self) -> sla.Clock | None:
        return self.clocks[-1] if self.clocks else None

    @property
    def longest(self) -> Reading:
        """The longest cycle that is over; while none is, the longest."""
        over = [clock for clock in self.clocks if clock.ended_at is not None] or self.clocks
        return but(self, clocks=[max(over, key=lambda clock: clock.used)] if over else [])


def moment(at: sla.Instant | None) -> datetime | None:
    return None if at is None else sla.to_datetime(at)


def in_minutes(length: sla.Duration) -> float:
    return length / sla.minutes(1)


def _deadline(read: Reading, _: Any) -> Answer:
    return None if read.hidden or read.latest is None else moment(read.latest.due)


def _clock_starts_at(read: Reading, _: Any) -> Answer:
    """After a restart, from there."""
    if read.latest is None:
        return None
    return read.calendar.next_open(sla.to_datetime(read.latest.last.origin))


def _elapsed(read: Reading, _: Any) -> Answer:
    return in_minutes(read.latest.used) if read.latest else 0.0


def _remaining(read: Reading, _: Any) -> Answer:
    return in_minutes(read.latest.left) if read.latest else None


def _percent(read: Reading, _: Any) -> Answer:
    return 100 * read.latest.share if read.latest else 0.0


def _breached(read: Reading, _: Any) -> Answer:
    return read.latest is not None and read.latest.verdict is sla.Verdict.BREACHED


def _overrun(read: Reading, _: Any) -> Answer:
    return in_minutes(max(0, -read.latest.left)) if read.latest else 0.0


def _paused(read: Reading, _: Any) -> Answer:
    return read.latest.paused / sla.seconds(1) if read.latest else 0.0


def _escalations(read: Reading, wanted: Sequence[Case]) -> Answer:
    return [{**it, "at": _escalation(read, it)} for it in wanted]


def _escalation(read: Reading, wanted: Case) -> datetime | None:
    """So much open time, or so many working days at the same time of day, before the deadline or after it."""
    known("escalation", wanted)
    if ("offset_minutes" in wanted) == ("offset_business_days" in wanted):
        raise ValueError("an escalation has offset_minutes or offset_business_days")
    due = None if read.latest is None else moment(read.latest.promise)
    if due is None:
        return None
    if "offset_business_days" in wanted:
        shifted = DaysBefore(wanted["offset_business_days"])  # or after it: days count in both directions
        return moment(shifted.due(sla.instant(due), read.calendar, None))
    offset = sla.minutes(wanted["offset_minutes"])
    return read.calendar.due(due, offset) if offset > 0 else read.calendar.subtract(due, -offset)


def _warnings(read: Reading, wanted: Sequence[Case]) -> Answer:
    return [{**it, "at": _warning(read, it)} for it in wanted]


def _warning(read: Reading, wanted: Case) -> datetime | None:
    """When this share of the target was used, or will be."""
    known("warning", wanted)
    if read.latest is None:
        return None
    return moment(read.latest.reaches(round(read.latest.limit * Fraction(str(wanted["percent"])) / 100)))


def _cycles(read: Reading, wanted: Sequence[Case]) -> Answer:
    """Of each cycle what is asked of any."""
    asked = {name: value for it in wanted for name, value in it.items()}
    if others := sorted(asked.keys() - OF_A_CLOCK.keys()):
        raise ValueError(f"unknown in cycles: {', '.join(others)}")
    each = [but(read, clocks=[clock]) for clock in read.clocks]
    return [{name: OF_A_CLOCK[name](it, value) for name, value in asked.items()} for it in each]


Answers: TypeAlias = Mapping[str, Callable[[Reading, Any], Answer]]

OF_A_CLOCK: Answers = {
    "deadline": _deadline,
    "clock_starts_at": _clock_starts_at,
    "elapsed_minutes": _elapsed,
    "remaining_minutes": _remaining,
    "percent": _percent,
    "breached": _breached,
    "overrun_minutes": _overrun,
    "pause_business_seconds": _paused,
    "escalations": _escalations,
    "warnings": _warnings,
}
ANSWERS: Answers = {
    **OF_A_CLOCK,
    "cycles": _cycles,
    "longest_cycle_minutes": lambda read, _: _elapsed(read.longest, _),
    "longest_cycle_remaining": lambda read, _: _remaining(read.longest, _),
    "error": lambda _, __: None,
}


def agrees(expected: Any, got: Answer) -> bool:
    match got:
        case None | bool() | str():
            return expected is got or (isinstance(got, str) and expected == got)
        case datetime():
            return isinstance(expected, str) and sla.instant(expected) == sla.instant(got)
        case list():
            return isinstance(expected, list) and len(expected) == len(got) and all(map(_item_agrees, expected, got))
        case _:
            is_number = isinstance(expected, int | float) and not isinstance(expected, bool)
            return is_number and abs(expected - got) < 1e-6


def _item_agrees(expected: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    return all(got[name] == value or agrees(value, got[name]) for name, value in expected.items())


def shown(got: Answer) -> Any:
    match got:
        case datetime():
            return got.isoformat()
        case list():
            return [{name: shown(value) for name, value in it.items()} for it in got]
        case _:
            return got
