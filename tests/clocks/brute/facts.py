"""What is known of a ticket after each of its events. Imports nothing from the package; plain on purpose.

A record is {"id", "position", "recorded_at", "event"}, an event {"kind", "at", ...}; facts are a dict, so that what a
rule may ask for stands under its name.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Plain: TypeAlias = Mapping[str, Any]
Facts: TypeAlias = dict[str, Any]

OVER = ("resolved", "closed", "cancelled")


class NoReading(Exception):  # it is no error: hostile histories are full of it
    """An event that cannot be, where it stands."""


# What is known, in which order, and what of it can be -----------------------------------------------------------------


def known(records: Sequence[Plain], known_at: int) -> list[Plain]:
    """What stands of the records that were written by an instant, corrections carried out."""
    told = sorted((it for it in records if it["recorded_at"] <= known_at), key=lambda it: it["position"])
    if not any(it["event"]["kind"] == "corrected" for it in told):
        return told
    standing = [{**record, "event": stands(record, told)} for record in told]
    return [it for it in standing if it["event"] is not None and not corrects_an_earlier_one(it, told)]


def stands(record: Plain, told: Sequence[Plain]) -> Plain | None:
    """What happened in place of what a record says: by the last correction of it that itself stands."""
    for later in reversed(told):
        if later["position"] > record["position"]:
            correction = stands(later, told) if is_correction(later, told) else None
            if correction and correction["kind"] == "corrected" and correction["corrects"] == record["id"]:
                found: Plain | None = correction["event"]
                return found
    event: Plain = record["event"]
    return event


def is_correction(record: Plain, told: Sequence[Plain]) -> bool:
    """Whether it may be one: it says so, or something corrects it."""
    return record["event"]["kind"] == "corrected" or any(
        it["event"]["kind"] == "corrected" and it["event"]["corrects"] == record["id"] for it in told
    )


def corrects_an_earlier_one(record: Plain, told: Sequence[Plain]) -> bool:
    event = record["event"]
    return event["kind"] == "corrected" and any(
        it["id"] == event["corrects"] and it["position"] < record["position"] for it in told
    )


def place(record: Plain) -> tuple[int, float]:
    """Where it is read: when it occurred, then in the order of writing."""
    return record["event"]["at"], record["position"]


def opening_of(told: Sequence[Plain]) -> Plain | None:
    """The opening that was written down first."""
    written = sorted(told, key=lambda it: it["position"])
    return next((it for it in written if it["event"]["kind"] == "opened"), None)


def lawful(told: Sequence[Plain]) -> list[Plain]:
    """What can be, in the order in which it is read: each record in the order of writing, the opening before all."""
    in_order = sorted(told, key=place)
    if can_be(in_order):
        return in_order
    kept: list[Plain] = []
    opening = opening_of(told)
    for record in sorted(told, key=lambda it: (it is not opening, it["position"])):
        with_it = sorted([*kept, record], key=place)
        if can_be(with_it):
            kept = with_it
    return kept


def can_be(in_order: Sequence[Plain]) -> bool:
    facts: Facts | None = None
    try:
        for record in in_order:
            facts = after(facts, record["event"])
    except NoReading:
        return False
    return True


# What an event changes ------------------------------------------------------------------------------------------------


def after(facts: Facts | None, event: Plain) -> Facts:
    """The facts after an event."""
    kind = event["kind"]
    if facts is None or kind == "opened":
        if facts is not None or kind != "opened":
            raise NoReading(kind)
        return opened(event)
    if kind == "corrected" or (facts["merged"] and kind not in ("waived", "flag-reviewed")):
        raise NoReading(kind)
    return {**facts, **dict(changes(facts, event, kind))}


def opened(event: Plain) -> Facts:
    told = {
        "priority": None,
        "status": "new",
        "phase": "new",
        "waiting_on": None,
        "tier": None,
        "team": None,
        "agreement": None,
        "agreement_version": None,
        "coverage": "covered",
        "labels": {},
        "type": None,
        "category": None,
        **{name: value for name, value in event.items() if name not in ("kind", "at", "owner", "asks", "requester")},
    }
    if told["phase"] != "waiting":
        told["waiting_on"] = None
    never = ("accepted", "acknowledged", "responded", "callback", "workaround", "confirmed", "dated", "merged")
    return {
        **told,
        **dict.fromkeys(never, False),
        "answered": "none",
        "owned": event.get("owner") is not None,
        "asking": event.get("asks", True),
        "dated_targets": frozenset(),
        "dates": {},
    }


def changes(facts: Facts, event: Plain, kind: str) -> Iterator[tuple[str, Any]]:
    match kind:
        case "customer-contacted":
            yield from answered(facts, event)
        case "customer-replied":
            yield "asking", True
        case "no-answer-needed":
            yield "asking", False
        case "assigned" | "reassigned" | "queued" | "returned" | "escalated" | "unassigned" | "accepted":
            yield from handed(facts, event, kind)
        case "put-on-hold":
            yield from now_is("waiting", event.get("status", "waiting"), event.get("waiting_on", "customer"))
        case "resumed" | "reopened":
            yield from now_is("open", event.get("status", "open"))
        case "resolved" | "closed" | "cancelled":
            yield from now_is(kind, event.get("status", kind))
        case "merged":
            yield from now_is("cancelled", "merged")
            yield "merged", True
        case "status-changed" if event.get("phase"):
            yield from now_is(event["phase"], event["status"], event.get("waiting_on"))
        case "status-changed":
            yield "status", event["status"]
            if facts["phase"] == "waiting" and event.get("waiting_on"):
                yield "waiting_on", event["waiting_on"]
        case "prioritised":
            yield "priority", event["priority"]
        case "classified":
            yield from ((name, event[name]) for name in ("type", "category") if event.get(name))
        case "labelled":
            told = {**facts["labels"], **event.get("labels", {})}
            yield "labels", {name: value for name, value in told.items() if name not in event.get("removed", ())}
        case "acknowledged":
            yield "acknowledged", True
        case "workaround-given":
            yield "workaround", True
        case "confirmed-by-customer":
            yield "confirmed", True
        case "callback-promised":
            yield "callback", True
            yield "dates", {**facts["dates"], "callback": event["callback_at"]}
        case "callback-kept":
            yield "callback", False
        case "due-date-set":
            yield from dated(facts, event)
        case "agreement-attached":
            yield "agreement", event["agreement"]
            yield "agreement_version", event.get("version")
            yield "coverage", event.get("coverage", "covered")
        case "worked" | "linked" | "rated" | "split" | "knowledge-used" | "solution-proposed" | "waived":
            return
        case _:
            raise AssertionError(kind)


def now_is(phase: str, status: str, waiting_on: str | None = None) -> Iterator[tuple[str, Any]]:
    """Another phase. What is over is no longer asked; what goes on is not confirmed any more."""
    yield "phase", phase
    yield "status", status
    yield "waiting_on", waiting_on if phase == "waiting" else None
    yield ("asking", False) if phase in OVER else ("confirmed", False)


def answered(facts: Facts, event: Plain) -> Iterator[tuple[str, Any]]:
    """Internal notes, automatic answers and humans, in rising order."""
    if event.get("public", True) and is_by_a_human(event):
        yield "answered", "human"
        yield "responded", True
        yield "asking", False
    elif event.get("public", True) and facts["answered"] != "human":
        yield "answered", "automatic"
    elif facts["answered"] == "none":
        yield "answered", "internal"


def is_by_a_human(event: Plain) -> bool:
    return not event.get("automatic") and event.get("role", "agent") in ("agent", "lead")


def handed(facts: Facts, event: Plain, kind: str) -> Iterator[tuple[str, Any]]:
    if kind == "accepted":
        yield "owned", True
        yield "accepted", True
        if facts["phase"] not in ("open", "waiting"):
            yield from now_is("open", "open")
        return
    said = [name for name in ("owner", "team", "tier") if event.get(name)]
    if kind == "escalated" and event.get("level") == "hierarchical" and not said:
        return
    yield "accepted", False
    yield "owned", kind == "assigned" or (kind not in ("unassigned", "queued") and "owner" in said)
    if kind == "unassigned":
        return
    if "team" in said:
        yield "team", event["team"]
    if "tier" in said and kind != "returned":
        yield "tier", event["tier"]
    if kind == "assigned" and facts["phase"] == "new":
        yield "phase", "open"
        yield "status", "open"


def dated(facts: Facts, event: Plain) -> Iterator[tuple[str, Any]]:
    target = event.get("target")
    if target is None:
        yield "dated", True
        yield "dates", {**facts["dates"], "due": event["due"]}
    else:
        yield "dated_targets", facts["dated_targets"] | {target}
        yield "dates", {**facts["dates"], f"due/{target}": event["due"]}
