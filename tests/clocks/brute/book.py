"""What is promised to a ticket. Imports nothing from the package; plain on purpose.

An agreement is {"id", "version", "scope", "best_effort", "begins", "applies", "targets"}, a target {"name", "kind",
"metric", "tier", "team", "budgets", "calendar", "overrides", "pauses", "fulfilled", "reopen", "retarget", "pin"}. A
budget is a tuple: ("within", minutes), ("clock", minutes), ("days", n, until), ("on day", n, by, one more after),
("date", of, next opening, otherwise). A rule is a list of {fact: values}, any of which may hold.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tests.clocks.brute.facts import Facts, Plain
from tests.clocks.brute.hours import MINUTE, Hours, clock

Pair: TypeAlias = tuple[str, str]
"""Kind and name of a target."""

LEVELS = ("contact", "department", "organisation")
NOTHING_BEFORE = -(2**62)

# Metrics --------------------------------------------------------------------------------------------------------------

DONE = ("resolved", "closed")
Asks: TypeAlias = Callable[[Facts], Any]


def alive(facts: Facts) -> bool:
    return bool(facts["phase"] != "cancelled")


def done(facts: Facts) -> bool:
    return facts["phase"] in DONE


METRICS: Mapping[str, tuple[Asks, Asks, str]] = {
    "first-response": (alive, lambda it: it["responded"] or done(it), "first-only"),
    "next-response": (lambda it: it["asking"] and alive(it), lambda it: not it["asking"] and alive(it), "new-cycle"),
    "periodic-update": (alive, done, "new-cycle"),
    "contact-cadence": (
        alive,
        lambda it: it["phase"] == "closed" or (it["phase"] == "resolved" and it["confirmed"]),
        "new-cycle",
    ),
    "resolution": (alive, done, "continue"),
    "agent-work": (alive, done, "continue"),
    "requester-wait": (alive, done, "continue"),
    "total-time": (alive, done, "include-closed"),
    "assignment": (alive, lambda it: it["owned"] or done(it), "first-only"),
    "ownership": (alive, done, "continue"),
    "callback": (lambda it: it["callback"] and alive(it), lambda it: not it["callback"] and alive(it), "new-cycle"),
    "supplier": (
        lambda it: it["waiting_on"] == "supplier",
        lambda it: it["waiting_on"] != "supplier" and alive(it),
        "new-cycle",
    ),
}
"""Starts, fulfilled, and what becomes of a fulfilled clock that lives again unless the target says otherwise."""

PAUSED_BY_ITSELF: Mapping[str, list[Plain]] = {
    "agent-work": [{"phase": ["waiting"]}],
    "requester-wait": [{"waiting_on": ["customer"]}],
}


def starts(target: Plain, facts: Facts) -> bool:
    """Whether a clock lives. That of an ownership lives where the ticket is."""
    here = target["metric"] != "ownership" or is_here(target, facts)
    return bool(METRICS[target["metric"]][0](facts)) and here


def is_here(target: Plain, facts: Facts) -> bool:
    if target.get("tier") is None and target.get("team") is None:
        return (facts["tier"], facts["team"]) != (None, None)
    return target.get("tier") in (None, facts["tier"]) and target.get("team") in (None, facts["team"])


def stay(target: Plain, facts: Facts) -> Any:
    """What must not change, lest a clock end and the next begin."""
    if target["metric"] != "ownership":
        return None
    somewhere = target.get("tier") is None and target.get("team") is None
    return (facts["tier"], facts["team"]) if somewhere else is_here(target, facts)


def is_fulfilled(target: Plain, facts: Facts) -> bool:
    if target.get("fulfilled"):
        return holds(target["fulfilled"], facts)
    return bool(METRICS[target["metric"]][1](facts))


def is_reset_by(target: Plain, event: Plain) -> bool:
    """Updates and cadence begin anew with each public contact by a human of the desk."""
    if target["metric"] not in ("periodic-update", "contact-cadence") or event["kind"] != "customer-contacted":
        return False
    by_a_human = not event.get("automatic") and event.get("role", "agent") in ("agent", "lead")
    return bool(event.get("public", True) and by_a_human)


def reopen_rule(target: Plain) -> str:
    found: str = target.get("reopen") or METRICS[target["metric"]][2]
    return found


def is_paused(target: Plain, facts: Facts) -> bool:
    return holds([*target["pauses"], *PAUSED_BY_ITSELF.get(target["metric"], [])], facts)


def holds(any_of: Sequence[Plain], facts: Facts) -> bool:
    return any(all(value_of(facts, name) in values for name, values in where.items()) for where in any_of)


def value_of(facts: Facts, name: str) -> Any:
    if name.startswith("labels."):
        return facts["labels"].get(name.removeprefix("labels."))
    return facts[name]


# Terms ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Terms:
    """A budget and the name of the calendar whose open time counts."""

    budget: Any
    calendar: str


def terms_of(target: Plain, facts: Facts) -> Terms | None:
    """What is promised where these are the facts."""
    budgets, calendar = target["budgets"], target["calendar"]
    for where, others, elsewhere in target["overrides"]:
        if holds(where, facts):
            budgets, calendar = others, elsewhere
            break
    budget = budgets.get(facts["priority"] or "", budgets.get("*"))
    if budget is None:
        return None
    if budget[0] == "date" and budget[3] is None:
        is_set = facts["callback"] if budget[1] == "callback" else facts["dated"]
        if not is_set:
            return None
    if target["name"] in facts["dated_targets"]:
        return Terms(("date", "due", False, None), calendar)
    return Terms(budget, calendar)


def date_of(budget: Any, dates: Mapping[str, int], name: str) -> int | None:
    """The date that is set for a target itself, else the one for all."""
    if budget[0] != "date":
        return None
    return dates.get(f"{budget[1]}/{name}", dates.get(budget[1]))


def is_dated_by(event: Plain, budget: Any, name: str) -> bool:
    """Whether an event sets the date by which a budget goes."""
    if budget[0] != "date":
        return False
    if budget[1] == "callback":
        return bool(event["kind"] == "callback-promised")
    return event["kind"] == "due-date-set" and event.get("target") in (None, name)


def due(budget: Any, start: int, hours: Hours, date: int | None) -> int:
    """When a clock is due that starts now and never pauses."""
    match budget:
        case "within", length:
            return hours.reached(start, length * MINUTE)
        case "clock", length:
            return int(start + length * MINUTE)
        case "days", n, until:
            day, now = hours.local(start)
            last = hours.working_day_after(day, n)
            if until == "end of day":
                return hours.closing(last)
            at = hours.at(last, now)
            return hours.passed(at, 0) if until == "next opening" else at
        case "on day", n, by, one_more_after:
            day, now = hours.local(start)
            is_late = one_more_after is not None and now > clock(one_more_after)
            return hours.at(hours.working_day_after(day, n + is_late), clock(by))
        case "date", _, next_opening, otherwise:
            if date is None:
                return due(otherwise, start, hours, None)
            return hours.passed(date, 0) if next_opening else date
    raise AssertionError(budget)


def limit(budget: Any, start: int, hours: Hours, date: int | None) -> int:
    """The open time that a budget grants."""
    if budget[0] == "within":
        return int(budget[1] * MINUTE)
    return hours.between(start, due(budget, start, hours, date))


# Which agreement ------------------------------------------------------------------------------------------------------


def begins(agreement: Plain) -> int:
    return NOTHING_BEFORE if agreement["begins"] is None else agreement["begins"]


def versions(agreements: Sequence[Plain], id: str) -> list[Plain]:
    """In the order in which they take effect."""
    return sorted((it for it in agreements if it["id"] == id), key=begins)


def in_force(agreements: Sequence[Plain], id: str, at: int) -> Plain | None:
    """The version that took effect last."""
    return next((it for it in reversed(versions(agreements, id)) if begins(it) <= at), None)


def exactly(agreements: Sequence[Plain], id: str, version: str | None) -> Plain | None:
    return next((it for it in agreements if (it["id"], it["version"]) == (id, version)), None)


def matching(agreements: Sequence[Plain], event: Plain) -> Iterator[Plain]:
    """The agreements that may be those of a requester, the nearest first; the best effort if no other may."""
    now = [in_force(agreements, id, event["at"]) for id in dict.fromkeys(it["id"] for it in agreements)]
    path = event.get("requester", {})
    customers, house = (
        [it for it in now if it and not it["best_effort"] and is_customers(it) is so] for so in (True, False)
    )
    found = list(nearest(customers, path))
    yield from found or nearest([it for it in now if it and it["best_effort"]], path)
    yield from nearest(house, path)


def is_customers(agreement: Plain) -> bool:
    return any(target["kind"] == "SLA" for target in agreement["targets"])


def nearest(agreements: Sequence[Plain], path: Mapping[str, str]) -> Iterator[Plain]:
    for level in LEVELS:
        for agreement in agreements:
            if level in agreement["scope"] and agreement["scope"][level] == path.get(level):
                yield agreement
    yield from (agreement for agreement in agreements if not agreement["scope"])


@dataclass(frozen=True)
class Selected:
    """The agreement of a ticket, and for each kind and name that it does not promise the target of another one."""

    agreement: Plain | None
    beside: Mapping[Pair, Plain]


def select(agreements: Sequence[Plain], event: Plain) -> Selected:
    found = list(matching(agreements, event))
    if event.get("agreement") is None:
        chosen = found[0] if found else None
    elif event.get("agreement_version") is None:
        chosen = in_force(agreements, event["agreement"], event["at"])
    else:
        chosen = exactly(agreements, event["agreement"], event["agreement_version"])
    beside: dict[Pair, Plain] = {}
    promised = set(map(pair, chosen["targets"])) if chosen else set()
    for other in found:
        if chosen is None or (other["id"] != chosen["id"] and other["best_effort"] <= chosen["best_effort"]):
            more = {pair(target): bound(other, target) for target in other["targets"] if pair(target) not in promised}
            beside, promised = {**beside, **more}, promised | {*more}
    return Selected(chosen, beside)


def pair(target: Plain) -> Pair:
    return target["kind"], target["name"]


def bound(agreement: Plain, target: Plain) -> Plain:
    """The target that knows whose it is."""
    return {**target, "agreement": f"{agreement['id']}@{agreement['version']}"}


# One promise across agreements and versions ---------------------------------------------------------------------------


@dataclass
class Promise:
    """All targets of one kind and name."""

    kind: str
    name: str
    agreements: Sequence[Plain]
    beside: Plain | None
    by: dict[tuple[str | None, str | None], Plain] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for agreement in self.agreements:
            for target in agreement["targets"]:
                if pair(target) == (self.kind, self.name):
                    self.by[agreement["id"], agreement["version"]] = bound(agreement, target)

    def target_of(self, agreement: str | None, version: str | None) -> Plain | None:
        """The target of a version, else of an agreement that stands beside the ticket's own; None: nothing."""
        return self.by.get((agreement, version), self.beside)

    def version_for_running(
        self, held: tuple[str | None, str | None], now: tuple[str | None, str | None]
    ) -> str | None:
        """A running clock keeps its version, unless a later one in force now, or before it, applies to running ones."""
        names = [it["version"] for it in versions(self.agreements, held[0] or "")]
        applies = {it["version"] for it in versions(self.agreements, held[0] or "") if it["applies"]}
        if held[0] != now[0] or held[1] not in names or now[1] not in names:
            return held[1]
        since = names[names.index(held[1]) + 1 : names.index(now[1]) + 1]
        return next((version for version in reversed(since) if version in applies), held[1])
