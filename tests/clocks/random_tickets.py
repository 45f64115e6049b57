"""Random tickets and agreements as plain data: what the evaluator reads as it is, and `translated.py` for the package.

Everything is drawn from a `random.Random`, so that a seed tells it again.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any

from tests.clocks.brute.facts import Plain
from tests.clocks.brute.hours import MINUTE, WEEKDAYS, Hours

HOUR = 60 * MINUTE
DAY = 24 * HOUR


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


START = at("2025-03-03T08:00")
"""A Monday. Summer time begins on 9 March in New York, on 30 March in Berlin; Easter is on 20 April."""

# Calendars ------------------------------------------------------------------------------------------------------------

OFFICE: Plain = {
    "zone": "Europe/Berlin",
    "week": {day: ["09:00-12:00", "13:00-17:00"] for day in WEEKDAYS[:5]},
    "holidays": ["2025-04-18", "2025-04-21", "2025-03-19"],
    "cuts": "date",
    "special": {"2025-03-15": ["10:00-14:00"], "2025-04-17": ["09:00-12:00"]},
    "breaks": {"2025-03-06": ["14:00-15:30"], "2025-03-25": ["09:00-12:00"]},
}
NIGHT: Plain = {
    "zone": "America/New_York",
    "week": {day: ["22:00-06:00+1"] for day in WEEKDAYS},
    "holidays": ["2025-03-12", "2025-03-28", "2025-04-20"],
    "cuts": "date",
    "special": {"2025-03-17": ["20:00-02:00+1"]},
    "breaks": {"2025-03-21": ["23:00-23:30"]},
}
LONGER: Plain = {
    "zone": "Europe/Berlin",
    "week": {day: ["08:00-18:00"] if day != "Sat" else ["10:00-14:00"] for day in WEEKDAYS[:6]},
    "holidays": ["2025-04-18"],
    "cuts": "date",
}
CALENDARS: Mapping[str, Plain] = {
    "office": OFFICE,
    "night": NIGHT,
    "shift": {
        **NIGHT,
        "cuts": "shift",
        "zone": "Asia/Kolkata",
        "week": {"Mon": ["18:00-03:00+1"], "Thu": ["06:00-24:00"]},
    },
    "amended": {**OFFICE, "then": (at("2025-03-18T12:00"), LONGER)},
    "always": {},
}
DAYLESS = ("always",)


@cache
def all_hours() -> Mapping[str, Hours]:
    return {name: Hours(calendar) for name, calendar in CALENDARS.items()}


# Agreements -----------------------------------------------------------------------------------------------------------

PRIORITIES = ("low", "high", "none")
LENGTHS = (15, 60, 120, 240, 480, 960, 100, 1000)
CLOCK_TIMES = ("09:00", "10:00", "16:00", "18:30")
RULES: Sequence[Sequence[Plain]] = (
    [{"phase": ["waiting"]}],
    [{"waiting_on": ["customer"]}],
    [{"waiting_on": ["customer", "supplier"]}, {"status": ["frozen"]}],
    [{"labels.vip": ["yes"]}],
    [{"tier": ["L2"]}],
    [{"owned": [False], "phase": ["open", "waiting"]}],
)
NAMES: Sequence[tuple[str, str, Plain]] = (
    ("first-response", "first-response", {}),
    ("next-response", "next-response", {}),
    ("periodic-update", "periodic-update", {}),
    ("contact-cadence", "contact-cadence", {}),
    ("resolution", "resolution", {}),
    ("agent-work", "agent-work", {}),
    ("requester-wait", "requester-wait", {}),
    ("total-time", "total-time", {}),
    ("assignment", "assignment", {}),
    ("ownership", "ownership", {}),
    ("ownership L2", "ownership", {"tier": "L2"}),
    ("ownership L2 net", "ownership", {"tier": "L2", "team": "net"}),
    ("callback", "callback", {}),
    ("supplier", "supplier", {}),
)
FULFILLED: Mapping[str, Sequence[Plain]] = {
    "first-response": [{"answered": ["automatic", "human"]}],
    "resolution": [{"phase": ["closed"]}],
    "assignment": [{"accepted": [True]}],
}
BEFORE_DAYS = 14


def book(rng: Random) -> list[Plain]:
    """Two agreements in two or three versions each, an OLA beside them, and the best effort for others."""
    by_share = {name for name, _, _ in NAMES if rng.random() < 0.2}
    ids: Sequence[tuple[str, Mapping[str, str], bool]] = (
        ("gold", {"organisation": "acme"}, False),
        ("silver", rng.choice([{}, {"department": "it"}]), False),
        ("ola", {}, False),
        ("basic", {}, True),
    )
    found: list[Plain] = []
    for id, scope, best_effort in ids:
        begins: list[int | None] = [None]
        if id in ("gold", "silver"):
            begins += sorted(
                START + day * DAY + 9 * HOUR for day in rng.sample(range(1, BEFORE_DAYS), rng.choice((1, 1, 2)))
            )
        for number, begin in enumerate(begins, start=1):
            found.append(
                {
                    "id": id,
                    "version": str(number),
                    "scope": scope,
                    "best_effort": best_effort,
                    "begins": begin,
                    "applies": rng.random() < 0.4,
                    "targets": targets(rng, by_share, "OLA" if id == "ola" else None),
                }
            )
    return found


def targets(rng: Random, by_share: set[str], kind: str | None) -> list[Plain]:
    names = [it for it in NAMES if rng.random() < (0.4 if kind else 0.85)] or [NAMES[4]]
    return [target(rng, *it, kind=kind, by_share=it[0] in by_share) for it in names]


def target(rng: Random, name: str, metric: str, place: Plain, kind: str | None, *, by_share: bool) -> Plain:
    calendar = rng.choice([*CALENDARS])
    usual = {"ownership": "OLA", "supplier": "underpinning contract"}.get(metric, "SLA")
    retargets = ["carry", "from-start", "restart", *(["proportion"] * 3 if by_share else [])]
    others = rng.choice([*CALENDARS])
    return {
        "name": name,
        "metric": metric,
        "kind": kind or usual,
        **place,
        "calendar": calendar,
        "budgets": budgets(rng, metric, calendar, by_share=by_share),
        "overrides": [(rng.choice(RULES), budgets(rng, metric, others, by_share=by_share), others)]
        if rng.random() < 0.3
        else [],
        "pauses": [] if metric == "total-time" or rng.random() < 0.3 else rng.choice(RULES),
        "fulfilled": FULFILLED[metric] if metric in FULFILLED and rng.random() < 0.2 else None,
        "reopen": rng.choice(["continue", "include-closed", "restart", "new-cycle", "first-only"])
        if rng.random() < 0.5
        else None,
        "retarget": rng.choice(retargets),
        "pin": rng.choice(["version", "version", "nothing", "agreement", "all"]),
    }


def budgets(rng: Random, metric: str, calendar: str, *, by_share: bool) -> dict[str, Any]:
    """One for all priorities, or one for some."""
    low, high, other = (budget(rng, metric, calendar, by_share=by_share) for _ in range(3))
    return rng.choice([{"*": low}, {"low": low, "high": high}, {"low": low, "*": other}, {"low": low, "high": low}])


def budget(rng: Random, metric: str, calendar: str, *, by_share: bool) -> Any:
    length = rng.choice(LENGTHS)
    if by_share or rng.random() < 0.4:
        return "within", length
    of = "callback" if metric == "callback" else "due"
    if metric == "callback" and rng.random() < 0.6:
        return "date", of, rng.random() < 0.5, None
    kind = rng.choice(["clock", "date", "date"] + ([] if calendar in DAYLESS else ["days", "days", "on day", "on day"]))
    match kind:
        case "clock":
            return "clock", length
        case "days":
            return "days", rng.choice([1, 2, 3]), rng.choice(["time of day", "end of day", "next opening"])
        case "on day":
            return "on day", rng.choice([1, 1, 2]), rng.choice(CLOCK_TIMES), rng.choice([None, "10:00", "14:30"])
    otherwise = rng.choice(
        [None, ("within", length), ("clock", length)] + ([] if calendar in DAYLESS else [("days", 2, "end of day")])
    )
    return "date", "due", rng.random() < 0.4, otherwise


# Tickets --------------------------------------------------------------------------------------------------------------

REQUESTERS: Sequence[Mapping[str, str]] = (
    {"organisation": "acme"},
    {"contact": "kim", "department": "it", "organisation": "acme"},
    {"organisation": "other"},
    {},
)
OPENINGS: Sequence[Plain] = (
    {"kind": "opened", "priority": "low"},
    {"kind": "opened", "priority": "high", "team": "net", "tier": "L2", "owner": "ana"},
    {"kind": "opened", "priority": "low", "asks": False, "phase": "open", "status": "open", "tier": "L1"},
    {"kind": "opened", "priority": "high", "phase": "waiting", "waiting_on": "customer", "labels": {"vip": "yes"}},
    {"kind": "opened", "priority": "none", "phase": "waiting", "waiting_on": "supplier"},
    {"kind": "opened", "priority": "low", "agreement": "gold"},
    {"kind": "opened", "priority": "high", "agreement": "silver", "agreement_version": "1"},
    {"kind": "opened", "agreement": "nobody"},
    {"kind": "opened", "priority": "low", "phase": "resolved"},
    {"kind": "opened", "priority": "low", "coverage": "out-of-support"},
)
MOVES: Sequence[Plain] = (
    {"kind": "worked"},
    {"kind": "customer-contacted"},
    {"kind": "customer-contacted"},
    {"kind": "customer-contacted", "role": "automation"},
    {"kind": "customer-contacted", "automatic": True},
    {"kind": "customer-contacted", "public": False},
    {"kind": "customer-replied"},
    {"kind": "customer-replied"},
    {"kind": "no-answer-needed"},
    {"kind": "put-on-hold"},
    {"kind": "put-on-hold", "waiting_on": "supplier"},
    {"kind": "resumed"},
    {"kind": "resumed"},
    {"kind": "resolved"},
    {"kind": "resolved"},
    {"kind": "reopened"},
    {"kind": "reopened"},
    {"kind": "closed"},
    {"kind": "cancelled"},
    {"kind": "confirmed-by-customer"},
    {"kind": "assigned", "owner": "ana"},
    {"kind": "assigned", "owner": "ana", "team": "net", "tier": "L2"},
    {"kind": "reassigned", "team": "desk", "tier": "L1"},
    {"kind": "queued", "team": "net"},
    {"kind": "escalated", "tier": "L2"},
    {"kind": "escalated", "tier": "L2", "team": "net", "owner": "ben"},
    {"kind": "escalated", "level": "hierarchical"},
    {"kind": "returned", "team": "desk"},
    {"kind": "unassigned"},
    {"kind": "accepted"},
    {"kind": "acknowledged"},
    {"kind": "workaround-given"},
    {"kind": "classified", "category": "mail"},
    {"kind": "status-changed", "status": "frozen"},
    {"kind": "status-changed", "status": "with supplier", "phase": "waiting", "waiting_on": "supplier"},
    {"kind": "status-changed", "status": "in progress", "phase": "open"},
    {"kind": "status-changed", "status": "renamed", "waiting_on": "customer"},
    {"kind": "labelled", "labels": {"vip": "yes"}},
    {"kind": "labelled", "removed": ("vip",)},
    {"kind": "callback-kept"},
)
RETARGETS: Sequence[Plain] = (
    {"kind": "prioritised", "priority": "low"},
    {"kind": "prioritised", "priority": "high"},
    {"kind": "prioritised", "priority": "high"},
    {"kind": "prioritised", "priority": "none"},
    {"kind": "agreement-attached", "agreement": "gold"},
    {"kind": "agreement-attached", "agreement": "gold", "version": "1"},
    {"kind": "agreement-attached", "agreement": "silver"},
    {"kind": "agreement-attached", "agreement": "silver", "version": "2", "coverage": "best-effort"},
    {"kind": "agreement-attached", "agreement": "basic"},
    {"kind": "agreement-attached", "agreement": "nobody"},
)
DATES: Sequence[Plain] = (
    {"kind": "due-date-set"},
    {"kind": "due-date-set"},
    {"kind": "due-date-set", "target": "resolution"},
    {"kind": "due-date-set", "target": "ownership L2"},
    {"kind": "callback-promised"},
    {"kind": "callback-promised"},
)
WAIVERS: Sequence[Plain] = tuple(
    {"kind": "waived", "target": name, "cycle": cycle} for name, _, _ in NAMES for cycle in (1, 1, 2)
)
GAPS = (0, 0, MINUTE, 10 * MINUTE, 90 * MINUTE, 7 * HOUR, 10 * HOUR, 17 * HOUR, 40 * HOUR, 63 * HOUR, 3 * MINUTE)
DATES_AFTER = (-HOUR, 0, 2 * HOUR, 9 * HOUR, DAY, 3 * DAY)


def opening(rng: Random) -> Plain:
    return {**rng.choice(OPENINGS), "requester": rng.choice(REQUESTERS)}


def shape(rng: Random) -> Plain:
    kinds = rng.choices([MOVES, RETARGETS, DATES, WAIVERS], [64, 20, 8, 4])
    return rng.choice(kinds[0])


def event(shape: Plain, at: int, date_after: int = 0) -> Plain:
    """A shape at an instant."""
    match shape["kind"]:
        case "due-date-set":
            return {**shape, "at": at, "due": at + date_after}
        case "callback-promised":
            return {**shape, "at": at, "callback_at": at + date_after}
    return {**shape, "at": at}


def drawn(rng: Random, at: int) -> Plain:
    return event(shape(rng), at, rng.choice(DATES_AFTER))


def record(position: int, event: Plain, lag: int = 0) -> Plain:
    return {"id": f"T/{position}", "position": position, "recorded_at": event["at"] + lag, "event": event}


def ticket(rng: Random, *, lawful: bool = False) -> list[Plain]:
    """The records of one ticket, in the order of writing: mostly lawful, some hostile unless it must be lawful."""
    at = START + rng.randrange(6 * 48) * 30 * MINUTE
    told = [record(1, {**opening(rng), "at": at})]
    hostile = not lawful and rng.random() < 0.35
    for position in range(2, 2 + rng.randrange(1, 22)):
        at += rng.choice(GAPS)
        told.append(record(position, drawn(rng, at)))
        if hostile and rng.random() < 0.2:
            told[-1] = misdeed(rng, told, at)
    return told


def misdeed(rng: Random, told: Sequence[Plain], at: int) -> Plain:
    """What a log may hold: late, before the opening, opened twice, merged, corrected, recorded long after."""
    position = told[-1]["position"]
    match rng.randrange(6):
        case 0:
            return record(position, drawn(rng, at - rng.choice(GAPS) - rng.choice(GAPS)), rng.choice(GAPS))
        case 1:
            return record(position, {"kind": "merged", "at": at - rng.choice((0, 0, HOUR))})
        case 2:
            return record(position, {**opening(rng), "at": at - rng.choice((0, DAY, 5 * DAY))})
        case 3 | 4:
            corrects = f"T/{rng.randrange(1, position + 1)}"
            instead = None if rng.random() < 0.3 else drawn(rng, at - rng.choice(GAPS))
            if corrects == "T/1":
                instead = {**opening(rng), "at": told[0]["event"]["at"] - rng.choice((0, HOUR))}
            return record(position, {"kind": "corrected", "at": at, "corrects": corrects, "event": instead})
        case _:
            return record(position, drawn(rng, at), rng.choice((HOUR, DAY, 9 * DAY)))


def instants(rng: Random, told: Sequence[Plain], edges: Sequence[int] = ()) -> tuple[int, int]:
    """(as of, known at): of an event or after it, at an edge, or a microsecond beside one; known mostly for ever."""
    some = rng.choice(told)["event"]["at"] + rng.choice((0, 0, MINUTE, HOUR, 9 * HOUR, 5 * DAY))
    as_of = rng.choice(edges) + rng.choice((-1, 0, 0, 1)) if edges and rng.random() < 0.7 else some
    known_at = 2**62 if rng.random() < 0.7 else rng.choice(told)["recorded_at"] + rng.choice((0, 0, HOUR, -MINUTE))
    return as_of, known_at
