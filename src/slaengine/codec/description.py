"""What a book promises, in plain values and whole, and the digest of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from slaengine.codec.ready_metrics import ready, stay_of
from slaengine.errors import AgreementError
from slaengine.instants import Instant, iso
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.policies.budget import Budget
from slaengine.policies.budget_text import in_words as budget_in_words
from slaengine.policies.calendar import Calendar
from slaengine.policies.objective import Objective
from slaengine.policies.rules import Rule, Where, alternatives, never
from slaengine.policies.target import Metric, Target, TermsOf
from slaengine.policies.terms import ByPriority, Overridden, parts

_ADDRESS = re.compile(r"<.* at 0x[0-9a-f]+>", re.IGNORECASE)


def digest(book: Book) -> str:
    """SHA-256 of the description, as hexadecimal text."""
    return hashlib.sha256(json.dumps(description(book), sort_keys=True).encode()).hexdigest()


def description(book: Book) -> dict[str, Any]:
    """What a book promises, in plain values and whole: calendars by the digest of what they were compiled from."""
    labels = None if book.labels is None else _sorted(book.labels)
    agreements = [_described(agreement) for agreement in book.agreements]
    return {"levels": list(book.levels), "labels": labels, "agreements": agreements}


def calendars(book: Book) -> dict[str, str]:
    """The digest of each calendar that the book's targets are measured on, by name and zone; of several with one name
    each after the first has a number."""
    named: dict[str, list[str]] = {}
    for calendar in measured_on(book):
        named.setdefault(f"{calendar.name or 'unnamed'} ({calendar.zone})", []).append(calendar.digest)
    return {
        name if number == 1 else f"{name}, {number}": digest
        for name, digests in named.items()
        for number, digest in enumerate(digests, start=1)
    }


def measured_on(book: Book) -> tuple[Calendar, ...]:
    """The calendars that the book's targets are measured on, each under each of its names once."""
    terms = (target.terms for agreement in book.agreements for target in agreement.targets)
    used = (part.calendar for found in terms for part in parts(found))
    return tuple({(calendar.name, calendar.digest): calendar for calendar in used}.values())


def _sorted(given: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Values whose order means nothing."""
    return {name: sorted(values) for name, values in given.items()}


def _described(agreement: Agreement) -> dict[str, Any]:
    return {
        "id": agreement.id,
        "version": agreement.version,
        "scope": dict(agreement.scope),
        "covers": _sorted(agreement.covers),
        "best_effort": agreement.best_effort,
        "effective_from": _instant(agreement.effective_from),
        "effective_until": _instant(agreement.effective_until),
        "applies_to_running": agreement.applies_to_running,
        "contract": agreement.contract,
        "objectives": [dict(_described_objective(objective)) for objective in agreement.objectives],
        "detectors": {detector: _numbers(given) for detector, given in agreement.detectors.items()},
        "targets": [dict(_described_target(target)) for target in agreement.targets],
    }


def _instant(at: Instant | None) -> str | None:
    return None if at is None else iso(at)


def _numbers(given: Mapping[str, float]) -> dict[str, float]:
    return {name: float(value) for name, value in given.items()}


def _described_objective(objective: Objective) -> Iterator[tuple[str, Any]]:
    yield "name", objective.name
    yield "target", objective.target
    yield "share", float(objective.share)
    yield "period", str(objective.period)
    yield "where", rule_text(objective.where)
    yield "excluding", rule_text(objective.excluding)
    yield "minimum", objective.minimum
    yield "counted_by", str(objective.counted_by)
    yield "zone", objective.zone
    yield "credits", [[float(credit.below), float(credit.percent)] for credit in objective.credits]


def _described_target(target: Target) -> Iterator[tuple[str, Any]]:
    yield "name", target.name
    yield "kind", str(target.kind)
    yield "metric", dict(_described_metric(target.metric))
    yield "retarget", str(target.retarget)
    yield "pauses", rule_text(target.pauses)
    yield "pin", str(target.pin)
    yield "thresholds", [[repr(it.point), it.level] for it in target.thresholds]
    yield "terms", _described_terms(target.terms)


def _described_metric(metric: Metric) -> Iterator[tuple[str, Any]]:
    """A ready one by its name, one of the host's own by all that it is made of."""
    found = ready(metric)
    yield "name", metric.name
    yield "reopen", str(metric.reopen)
    yield "fulfilled", "" if found and found.fulfilled == metric.fulfilled else rule_text(metric.fulfilled)
    if found:
        yield "stay", stay_of(metric)
        return
    yield "starts", rule_text(metric.starts)
    yield "resets", sorted(metric.resets)
    yield "cycle", "" if metric.cycle is _ONE_CYCLE else rule_text(metric.cycle)
    yield "needs", sorted(kind.__name__ for kind in metric.needs)


_ONE_CYCLE = Metric(name="", starts=never, fulfilled=never).cycle


def _described_terms(terms: TermsOf) -> Any:
    match terms:
        case ByPriority(budgets=budgets, calendar=calendar):
            return {"budgets": {priority: _budget(it) for priority, it in budgets}, "calendar": calendar.digest}
        case Overridden(overrides=(), usual=usual):
            return _described_terms(usual)
        case Overridden(overrides=overrides, usual=usual):
            cases = [[rule_text(it.where), _described_terms(it.terms)] for it in overrides]
            return {"overrides": cases, "usual": _described_terms(usual)}
        case _:
            return function_text(terms)


def _budget(budget: Budget) -> str:
    """A budget in the words of a file; one of the host's own in full."""
    return told if (told := budget_in_words(budget)) is not None else value_text(budget)


def rule_text(rule: Rule | Callable[..., Any]) -> str:
    """What a rule says: a value like `Where` in full, a function by its name. Raises AgreementError as below."""
    return " or ".join(function_text(it) for it in alternatives(rule)) or "never"


def function_text(function: Callable[..., Any]) -> str:
    """A value that can be called in full, a function by its name, a method by the value and its name.

    Raises AgreementError for a function without a name of its own, whose digest would be that of any other, and for a
    value that cannot tell what it is.
    """
    name = getattr(function, "__qualname__", None)
    if name is None:
        return value_text(function)
    if "<" in name:
        lacking = f"rule {name!r} of {function.__module__} has no name for a digest to hold"
        raise AgreementError([f"{lacking}: define it at the top of a module"])
    bound_to = getattr(function, "__self__", None)
    own = "" if bound_to is None else f"{value_text(bound_to)}: "
    return f"{own}{function.__module__}.{name}"


def value_text(value: object) -> str:
    """A value in full, as its repr tells it. Raises AgreementError where that is an address in memory."""
    text = repr(value)
    if not isinstance(value, Where) and _ADDRESS.search(text):
        raise AgreementError([f"{text} does not tell what it is: give its class a __repr__ that does, as attrs does"])
    return text
