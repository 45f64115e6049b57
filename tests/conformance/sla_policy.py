"""What a case of the form of cases/sla.json promises: its calendar and its policy, as an agreement of one target.

Names of the host's own stay names: the target that a ticket has is a label, and so is the fact that its clock was
started by something else than the opening.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from attrs import evolve as but
from attrs import frozen

import slaengine as sla
from tests.conformance.calendar import schedule

Case: TypeAlias = Mapping[str, Any]
Rule: TypeAlias = Callable[[sla.Situation], bool]


# When somebody works ----------------------------------------------------------------------------------------------


def calendar(given: Case, never_open: str = "error") -> sla.Calendar:
    """The hours of a case. Raises ScheduleError where nothing is ever open, unless the host falls back to 24x7."""
    falls_back = chosen("never_open", never_open, {"error": False, "fall_back_to_24x7": True})
    try:
        return _versioned(given)
    except sla.ScheduleError as error:
        if falls_back and "never opens" in str(error):
            return schedule({"tz": given["tz"], "hours": {day: [["00:00", "24:00"]] for day in WEEKDAYS}}).calendar
        raise


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _versioned(given: Case) -> sla.Calendar:
    """The calendar of all versions: each has the shifts that begin on its dates, so that a tail of the night before
    it stays what it was."""
    versions = sorted(given.get("versions") or (), key=lambda version: str(version["from"]))
    if not any(any(hours.values()) for hours in (given["hours"], *(version["hours"] for version in versions))):
        return _hours(given, given["hours"]).calendar  # open on single dates, if at all
    found, was = _some_hours(given, given["hours"]), given["hours"]
    for version in versions:
        since = datetime.fromisoformat(version["from"])
        before = datetime.fromordinal(since.toordinal() - 1).date()
        night_before = {before.isoformat(): was.get(WEEKDAYS[before.weekday()]) or []}
        new = _some_hours(given, version["hours"], night_before)
        found = found.amended(new, effective_from=since.replace(tzinfo=ZoneInfo(given["tz"])))
        was = version["hours"]
    return found


def _some_hours(given: Case, week: Case, dated: Case | None = None) -> sla.Calendar:
    """Hours of a version, which may be closed for good: then it has opened once, in 1970."""
    once = {} if any(week.values()) else {"1970-01-01": [["00:00", "00:01"]]}
    return _hours(given, week, {**once, **(dated or {})}).calendar


def _hours(given: Case, week: Case, dated: Case | None = None) -> sla.Schedule:
    special = {**(dated or {}), **(given.get("holiday_hours") or {})}
    return schedule({**given, "hours": week, "special_hours": special})


# What is promised -------------------------------------------------------------------------------------------------


OPEN_END = sla.minutes(10**9)
"""The budget where only elapsed time is asked."""

RETARGET = {"carry_elapsed": sla.Retarget.CARRY, "from_start": sla.Retarget.FROM_START, "restart": sla.Retarget.RESTART}
REOPEN = {str(rule).replace("-", "_"): rule for rule in sla.Reopen}


def agreement(policy: Case, hours: sla.Calendar) -> sla.Agreement:
    return sla.Agreement(id="case", targets=[target(policy, hours)])


def target(policy: Case, hours: sla.Calendar) -> sla.Target:
    """The target of a policy: a ready one, with its terms by the name of the target that the ticket has."""
    pauses = policy.get("pause_statuses") or ()
    rules: dict[str, Any] = {"pauses": sla.Where(status=pauses)} if pauses else {}
    rules["retarget"] = chosen("retarget", policy.get("retarget", "carry_elapsed"), RETARGET)
    made = _ready(policy, chosen("reopen", policy.get("reopen", "continue"), REOPEN), hours, rules)
    starts = (STARTED, made.metric.starts) if "start_on" in policy or "start_at" in policy else (made.metric.starts,)
    return but(made, metric=but(made.metric, starts=All(starts)), terms=terms(policy, hours))


def _ready(policy: Case, reopen: sla.Reopen, hours: sla.Calendar, rules: Mapping[str, Any]) -> sla.Target:
    match policy["metric"]:
        case "first_reply":
            return sla.first_response(OPEN_END, calendar=hours, **{**rules, "fulfilled": sla.Where(responded=True)})
        case "next_reply":
            return sla.next_response(OPEN_END, calendar=hours, **rules)
        case "periodic_update":
            return sla.periodic_update(OPEN_END, calendar=hours, **{**rules, "reopen": reopen})
        case "resolution":
            return sla.resolution(OPEN_END, calendar=hours, **{**rules, "reopen": reopen})
        case "assignment":
            return sla.assignment(OPEN_END, calendar=hours, **{**rules, "fulfilled": sla.Where(owned=True)})
        case unknown:
            raise ValueError(f"unknown metric {unknown!r}")


@frozen
class All:
    """Holds where all of its rules do."""

    rules: tuple[Rule, ...]

    def __call__(self, situation: sla.Situation) -> bool:
        return all(rule(situation) for rule in self.rules)


STARTED = sla.Where(labels={"clock": "started"})


@frozen
class NamedTerms:
    """The terms by the name of the target that a ticket has; others where it has none that is named, if any."""

    named: Mapping[str, sla.Terms]
    alone: sla.Terms | None
    applies: Rule
    needs_date: bool

    def __call__(self, situation: sla.Situation) -> sla.Terms | None:
        found = self.named.get(situation.labels.get("target", ""), self.alone)
        is_dated = situation.dated or found is not self.alone or not self.needs_date
        return found if self.applies(situation) and is_dated else None


def terms(policy: Case, hours: sla.Calendar) -> NamedTerms:
    named = policy.get("targets") or {}
    alone = budget(policy)
    if alone is None and not named:
        raise ValueError("a policy needs target_minutes, targets, target_business_days, relative or target_at")
    return NamedTerms(
        named={name: sla.Terms(minutes(length), hours) for name, length in named.items()},
        alone=None if alone is None else sla.Terms(alone, hours),
        applies=applies(policy.get("applies_when") or {}),
        needs_date="target_at" in policy,
    )


def applies(given: Case) -> Rule:
    facts = {name: value for name, value in given.items() if name != "target"}
    labels = {"target": given["target"]} if "target" in given else {}
    return sla.Where(labels=labels, **facts)


Budget: TypeAlias = "sla.Within | sla.WorkingDays | sla.OnWorkingDay | sla.DueDate | Before | DaysBefore"


def budget(policy: Case) -> Budget | None:
    """The budget beside `targets`; None where there is none. Raises ValueError for two."""
    given = {name for name in ("target_business_days", "relative", "target_at") if policy.get(name) is not None}
    if policy.get("target_minutes") is not None:
        given.add("target_minutes")
    if len(given) > 1:
        raise ValueError(f"one budget at a time: {', '.join(sorted(given))}")
    match given.pop() if given else None:
        case "target_minutes":
            return minutes(policy["target_minutes"])
        case "target_business_days":
            return _working_days(policy)
        case "relative":
            return _relative(policy["relative"])
        case "target_at":
            return _due_date(policy)
        case _:
            return sla.Within(OPEN_END) if "target_minutes" in policy else None


def minutes(length: float | None) -> sla.Within | Before:
    if length is None:
        return sla.Within(OPEN_END)
    found = sla.minutes(length)
    return sla.Within(found) if found > 0 else Before(-found)


def _working_days(policy: Case) -> sla.WorkingDays | DaysBefore:
    days, until = policy["target_business_days"], "end of day" if policy.get("end_of_working_day") else "time of day"
    if policy.get("roll") is not None:
        if policy.get("end_of_working_day"):
            raise ValueError("end_of_working_day and roll: a closing cannot be an opening too")
        until = chosen("roll", policy["roll"], {"next_open": "next opening"})
    return sla.WorkingDays(days, until) if days > 0 else DaysBefore(days, until)


def _relative(given: Case) -> sla.OnWorkingDay | DaysBefore:
    late = given.get("extra_day_if_after")
    by, after, days = clock(given["at"]), None if late is None else clock(late), given["business_days"]
    return sla.OnWorkingDay(by, days, after) if days > 0 else DaysBefore(days, by=by, one_more_after=after)


def _due_date(policy: Case) -> sla.DueDate:
    chosen("target_at", policy["target_at"], {"due_date": True})
    if policy.get("if_outside") is None:
        return sla.DueDate()
    return sla.DueDate(next_opening=chosen("if_outside", policy["if_outside"], {"next_open": True}))


def clock(text: str) -> time:
    return time.fromisoformat(text.zfill(8) if text.count(":") == 2 else text.zfill(5))


@frozen
class Before:
    """So much open time before the start. No agreement promises that: it is `subtract` on the calendar."""

    length: sla.Duration

    def due(self, start: sla.Instant, calendar: sla.Calendar, _: sla.Instant | None) -> sla.Instant:
        return sla.instant(calendar.subtract(sla.to_datetime(start), self.length))


@frozen
class DaysBefore:
    """So many working days before the start, counted below zero; 0: its own day. No agreement promises that either."""

    days: int
    until: str = "time of day"
    by: time | None = None
    one_more_after: time | None = None
    counts_days = True

    def due(self, start: sla.Instant, calendar: sla.Calendar, _: sla.Instant | None) -> sla.Instant:
        assert calendar.days is not None
        day, since_midnight = calendar.days.local(start)
        late = self.one_more_after is not None and since_midnight > _length(self.one_more_after)
        last = calendar.days.shift(day, self.days + late)
        if self.until == "end of day":
            return calendar.days.closing(last)
        then = calendar.days.at(last, since_midnight if self.by is None else _length(self.by))
        return calendar.open_time.next_open(then) if self.until == "next opening" else then


def _length(clock: time) -> sla.Duration:
    return sla.hours(clock.hour) + sla.minutes(clock.minute) + sla.seconds(clock.second)


def chosen(name: str, value: Any, among: Mapping[str, Any]) -> Any:
    """What a word of the form stands for."""
    if value not in among:
        raise ValueError(f"unknown {name} {value!r}: one of {', '.join(among)}")
    return among[value]
