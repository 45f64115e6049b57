"""Plain data as the package has it: tickets, agreements, calendars; and a reading of the package as plain figures."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from slaengine.domain import events as e
from slaengine.domain.recorded import Recorded
from slaengine.domain.shapes import kind_name
from slaengine.domain.vocabulary import Actor, Coverage, Escalation, FrozenMap, Party, Phase, ReturnReason, Role
from slaengine.errors import InputError
from slaengine.instants import to_datetime
from slaengine.policies import metrics
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.policies.calendar import Calendar, always
from slaengine.policies.rules import AnyOf, Rule, Where, never
from slaengine.policies.schedule import Schedule
from slaengine.policies.target import Target
from slaengine.projections.case import Case
from slaengine.projections.clocks import Clock
from tests.clocks.brute.facts import Plain
from tests.clocks.brute.walk import Figures
from tests.clocks.random_tickets import CALENDARS

KINDS = {kind_name(kind): kind for kind in e.TICKET_EVENTS}
YEARS = (2024, 2027)

# Tickets --------------------------------------------------------------------------------------------------------------


def recorded(record: Plain) -> Recorded:
    return Recorded(
        stream="T",
        position=record["position"],
        version=record["position"],
        id=record["id"],
        recorded_at=record["recorded_at"],
        event=event(record["event"]),
    )


def event(plain: Plain) -> e.TicketEvent:
    given: dict[str, Any] = {name: _value(name, value) for name, value in plain.items() if name not in _NAMED}
    if "role" in plain:
        given["by"] = Actor("somebody", Role(plain["role"]))
    if "level" in plain:
        given["kind"] = Escalation(plain["level"])
    if plain["kind"] == "corrected":
        given["event"] = None if plain["event"] is None else event(plain["event"])
    told: e.TicketEvent = KINDS[plain["kind"]](occurred_at=plain["at"], **_ASKED.get(plain["kind"], {}), **given)
    return told


_NAMED = ("kind", "at", "role", "level", "event")
_ASKED: Mapping[str, Mapping[str, Any]] = {
    "no-answer-needed": {"reason": "thanks only"},
    "waived": {"reason": "agreed"},
    "corrected": {"reason": "mistyped"},
    "returned": {"reason": ReturnReason.NOT_OURS},
    "merged": {"into": "T-9"},
}
"""What an event must say, and no figure hangs on."""


def _value(name: str, value: Any) -> Any:
    match name:
        case "phase":
            return Phase(value)
        case "waiting_on":
            return Party(value)
        case "coverage":
            return Coverage(value)
        case "labels" | "requester":
            return FrozenMap(value)
    return value


# Agreements -----------------------------------------------------------------------------------------------------------


def book(agreements: Sequence[Plain]) -> Book:
    return Book([agreement(it) for it in agreements])


def agreement(plain: Plain) -> Agreement:
    return Agreement(
        id=plain["id"],
        version=plain["version"],
        scope=FrozenMap(plain["scope"]),
        best_effort=plain["best_effort"],
        effective_from=plain["begins"],
        applies_to_running=plain["applies"],
        targets=[target(it) for it in plain["targets"]],
    )


def target(plain: Plain) -> Target:
    """By the ready function of its metric."""
    ready: Any = getattr(metrics, plain["metric"].replace("-", "_"))
    rules: dict[str, Any] = {name: plain[name] for name in ("name", "kind", "retarget", "pin", "reopen")}
    rules |= {name: plain[name] for name in ("tier", "team") if name in plain}
    if plain["pauses"]:
        rules["pauses"] = rule(plain["pauses"])
    if plain["fulfilled"]:
        rules["fulfilled"] = rule(plain["fulfilled"])
    rules["overrides"] = [
        (rule(where), {priority: budget(it) for priority, it in budgets.items()}, calendar(elsewhere))
        for where, budgets, elsewhere in plain["overrides"]
    ]
    if rules["reopen"] is None and plain["metric"] == "total-time":
        del rules["reopen"]
    budgets = {priority: budget(it) for priority, it in plain["budgets"].items()}
    made: Target = ready(budgets, calendar=calendar(plain["calendar"]), **rules)
    return made


def budget(plain: Any) -> str:
    """The words of an agreement file."""
    match plain:
        case "within", length:
            return f"{length} min"
        case "clock", length:
            return f"{length} min by the clock"
        case "days", n, until:
            return f"{n} working days" + ("" if until == "time of day" else f", {until}")
        case "on day", n, by, late:
            return f"{n} working days by {by}" + (f", one more after {late}" if late else "")
        case "date", of, next_opening, otherwise:
            named = "due date" if of == "due" else "callback"
            rolled = ", next opening" if next_opening else ""
            return named + rolled + (f", else {budget(otherwise)}" if otherwise else "")
    raise AssertionError(plain)


def rule(any_of: Sequence[Plain]) -> Rule:
    rules = [where(it) for it in any_of]
    return never if not rules else rules[0] if len(rules) == 1 else AnyOf(*rules)


def where(plain: Plain) -> Where:
    labels = {name.removeprefix("labels."): values for name, values in plain.items() if name.startswith("labels.")}
    return Where(labels=labels, **{name: values for name, values in plain.items() if not name.startswith("labels.")})


@cache
def calendar(name: str) -> Calendar:
    plain = CALENDARS[name]
    if not plain:
        return always
    if "then" not in plain:
        return schedule(plain).calendar
    since, following = plain["then"]
    return schedule(plain).amended(schedule(following), effective_from=to_datetime(since))


def schedule(plain: Plain) -> Schedule:
    return Schedule(
        plain["zone"],
        plain["week"],
        holidays=plain["holidays"],
        special_hours=plain.get("special", {}),
        breaks=plain.get("breaks", {}),
        holiday_cuts=plain["cuts"],
        years=YEARS,
    )


# Readings -------------------------------------------------------------------------------------------------------------


def read(told: Sequence[Recorded], under: Book, as_of: int, known_at: int) -> list[Clock] | None:
    """Every clock; None where nothing is known of an opening."""
    try:
        return [*Case(told, under=under, known_at=known_at).clocks(as_of)]
    except InputError:
        return None


def figures(clock: Clock) -> Figures:
    return Figures(
        kind=str(clock.target.kind),
        name=clock.target.name,
        cycle=clock.cycle,
        agreement=clock.target.agreement,
        start=clock.start,
        used=clock.used,
        paused=clock.paused,
        limit=clock.limit,
        breached_at=clock.breached_at,
        breached_limit=clock.breached_limit,
        ended_at=clock.ended_at,
        state=str(clock.state),
        verdict=str(clock.verdict),
        coverage=str(clock.coverage),
        counts=clock.counts,
        passed=clock.passed,
        promise=clock.promise,
    )


def differences(found: Sequence[Clock] | None, walked: Sequence[Figures] | None) -> list[str]:
    """What a reading says otherwise than the walk, clock by clock. What the walk leaves open is not compared."""
    if found is None or walked is None:
        return [] if found is None and walked is None else [f"a case {found} is a walk {walked}"]
    got = {(it.kind, it.name, it.cycle): it for it in map(figures, found)}
    want = {(it.kind, it.name, it.cycle): it for it in walked}
    told = [f"{key}: a clock of {'the package' if key in got else 'the walk'} only" for key in {*got} ^ {*want}]
    for key in [*got.keys() & want.keys()]:
        for name in Figures.__dataclass_fields__:
            mine, theirs = getattr(want[key], name), getattr(got[key], name)
            if mine != theirs and not (mine is None and name in ("passed", "promise")):
                told.append(f"{key} {name}: {theirs}, by walking {mine}")
    told += [f"due of {it}" for it in found if it.due != (it.promise if str(it.state) == "running" else None)]
    return told
