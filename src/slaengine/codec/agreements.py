"""Agreement files, TOML or JSON -> a book, with every mistake of a file reported at once under its path.

The form is described in docs/reference/agreements.md and, for editors, by `agreements.schema.json` beside it.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from attrs import define, field, frozen

from slaengine.codec.calendar_tables import AnyCalendar, Calendars, tried
from slaengine.codec.files import read_text
from slaengine.codec.structure import Faults, is_too_deep, structured
from slaengine.domain.vocabulary import FrozenMap
from slaengine.errors import AgreementError, InputError
from slaengine.instants import Instant, instant, iso
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import LEVELS, Book
from slaengine.policies.budget import Budget
from slaengine.policies.budget_text import budget
from slaengine.policies.calendar import Calendar
from slaengine.policies.metrics import first_response, resolution
from slaengine.policies.rules import FACTS, Rule, Where, never
from slaengine.policies.schedule import Schedule
from slaengine.policies.target import Kind, Reopen, Retarget, Target, TermsOf
from slaengine.policies.terms import ByPriority, Overridden, parts
from slaengine.projections.gaming.parameters import check as check_detectors

T = TypeVar("T")
WordT = TypeVar("WordT", bound=StrEnum)


@frozen(kw_only=True)
class TargetDocument:
    """[[agreements.targets]]"""

    metric: str
    calendar: str
    budgets: str | dict[str, str]
    name: str | None = None
    kind: str = Kind.SLA.value
    pauses: dict[str, Any] = field(factory=dict)
    fulfilled: dict[str, Any] = field(factory=dict)
    reopen: str | None = None
    retarget: str = Retarget.CARRY.value


@frozen(kw_only=True)
class AgreementDocument:
    """[[agreements]]"""

    id: str
    targets: list[TargetDocument] = field(factory=list)
    version: str = "1"
    scope: dict[str, str] = field(factory=dict)
    effective_from: str | None = None
    effective_until: str | None = None
    detectors: dict[str, dict[str, float]] = field(factory=dict)


@frozen(kw_only=True)
class BookDocument:
    """A whole agreement file."""

    agreements: list[AgreementDocument] = field(factory=list)
    calendars: dict[str, AnyCalendar] = field(factory=dict)
    levels: list[str] = field(factory=lambda: list(LEVELS))


def read_agreements(path: str | Path) -> Book:
    """The book of an agreement file, TOML or (by its name) JSON.

    Raises InputError for a file that cannot be read, AgreementError with all mistakes and their paths for one that
    cannot be meant.
    """
    document = _loaded(path)
    try:
        return book(document, Path(path).parent)
    except AgreementError as error:
        raise AgreementError([f"{path}: {fault}" for fault in error.faults]) from None


def book(document: Mapping[str, Any], folder: Path = Path()) -> Book:
    """The book of a document: the plain data of an agreement file. Raises AgreementError with all mistakes.

    folder: where the files lie that it names, such as frozen schedules.
    """
    if is_too_deep(document):
        raise AgreementError(["the document is nested too deeply"])
    try:
        return _Reading().book(structured(_as_text(document), BookDocument), folder)
    except Faults as error:
        raise AgreementError(error.faults) from None


def read_calendars(path: str | Path) -> tuple[dict[str, Calendar], dict[str, Schedule]]:
    """The calendars of an agreement file by name, and the schedules of those that have hours or windows of their own.

    What the file promises is not read. Raises InputError or AgreementError, as read_agreements does.
    """
    document, reading = _loaded(path), _Reading()
    try:
        given = structured(_as_text(document), BookDocument)
        calendars = Calendars(given.calendars, Path(path).parent, reading.faults)
        found = {name: calendars.named("calendars", name) for name in given.calendars}
    except Faults as error:
        raise AgreementError([f"{path}: {fault}" for fault in error.faults]) from None
    if reading.faults:
        raise AgreementError([f"{path}: {fault}" for fault in reading.faults])
    return {name: calendar for name, calendar in found.items() if calendar}, calendars.schedules


def _loaded(path: str | Path) -> dict[str, Any]:
    text = read_text(path, "agreement file")
    try:
        found = json.loads(text, object_pairs_hook=_once) if Path(path).suffix == ".json" else tomllib.loads(text)
    except RecursionError:
        raise InputError(f"{path}: is nested too deeply") from None
    except ValueError as error:
        raise InputError(f"{path}: {error}") from None
    if is_too_deep(found):
        raise InputError(f"{path}: is nested too deeply")
    if not isinstance(found, dict):
        raise InputError(f"{path}: {found!r} is no object with agreements and calendars")
    return found


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """The object of its pairs, of which JSON would let the last one win in silence."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r} stands twice in one object: leave one of them out")
        found[name] = value
    return found


def _as_text(value: Any) -> Any:
    """TOML's own dates and times as the text that JSON would hold."""
    match value:
        case dict():
            return {str(_as_text(key)): _as_text(item) for key, item in value.items()}
        case list():
            return [_as_text(item) for item in value]
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return value


@define
class _Reading:
    """Reads one file, and collects what is wrong with it."""

    faults: list[str] = field(factory=list)

    def book(self, given: BookDocument, folder: Path) -> Book:
        calendars = Calendars(given.calendars, folder, self.faults)
        calendars.all()
        agreements = [
            self._agreement(f"agreements[{number}]", it, calendars)
            for number, it in enumerate(given.agreements, start=1)
        ]
        whole = [agreement for agreement in agreements if agreement is not None]
        found = self._try("agreements", lambda: Book(whole, levels=given.levels)) if not self.faults else None
        if found is None:
            raise AgreementError(self.faults)
        return found

    def _try(self, path: str, made: Callable[[], T]) -> T | None:
        """What is made, or None and a fault."""
        return tried(self.faults, path, made)

    def _agreement(self, path: str, given: AgreementDocument, calendars: Calendars) -> Agreement | None:
        targets = [
            self._target(f"{path}.targets[{number}]", it, calendars) for number, it in enumerate(given.targets, start=1)
        ]
        start = self._instant(f"{path}.effective_from", given.effective_from)
        until = self._instant(f"{path}.effective_until", given.effective_until)
        if None in targets:
            return None
        agreement = self._try(
            path,
            lambda: Agreement(
                id=given.id,
                version=given.version,
                targets=[target for target in targets if target],
                scope=FrozenMap(given.scope),
                effective_from=start,
                effective_until=until,
                detectors=given.detectors,
            ),
        )
        if agreement is not None:
            self._try(path, lambda: check_detectors(agreement))
        return agreement

    def _instant(self, path: str, text: str | None) -> Instant | None:
        return None if text is None else self._try(path, lambda: instant(text))

    def _target(self, path: str, given: TargetDocument, calendars: Calendars) -> Target | None:
        before = len(self.faults)
        calendar = calendars.named(f"{path}.calendar", given.calendar)
        budgets = self._budgets(f"{path}.budgets", given.budgets)
        pauses = self._where(f"{path}.pauses", given.pauses)
        fulfilled = self._where(f"{path}.fulfilled", given.fulfilled)
        metric = self._named(f"{path}.metric", given.metric, METRICS)
        reopen = self._reopen(f"{path}.reopen", given.reopen)
        retarget = self._try(f"{path}.retarget", lambda: _word(Retarget, given.retarget))
        kind = self._try(f"{path}.kind", lambda: _word(Kind, given.kind))
        if len(self.faults) > before or calendar is None or metric is None:
            return None
        return self._try(
            path,
            lambda: metric(
                budgets,
                calendar=calendar,
                pauses=pauses or never,
                fulfilled=fulfilled,
                **reopen,
                retarget=retarget or Retarget.CARRY,
                name=given.name or given.metric,
                kind=kind or Kind.SLA,
            ),
        )

    def _reopen(self, path: str, word: str | None) -> dict[str, Reopen]:
        """The rule where one is written, else nothing: the metric has its own."""
        rule = None if word is None else self._try(path, lambda: _word(Reopen, word))
        return {} if rule is None else {"reopen": rule}

    def _named(self, path: str, name: str, known: Mapping[str, T | None]) -> T | None:
        if name not in known:
            self.faults.append(f"{path}: {name!r} is unknown: choose among {', '.join(known) or 'none, define one'}")
        return known.get(name)

    def _budgets(self, path: str, given: str | dict[str, str]) -> dict[str, Budget]:
        named = {"*": given} if isinstance(given, str) else given
        read = {
            priority: self._try(path if isinstance(given, str) else f"{path}.{priority}", partial(budget, text))
            for priority, text in named.items()
        }
        return {priority: budget for priority, budget in read.items() if budget}

    def _where(self, path: str, facts: Mapping[str, Any]) -> Rule | None:
        return self._try(path, partial(_meant, facts)) if facts else None


def _meant(facts: Mapping[str, Any]) -> Where:
    if "self" in facts:  # the one name that would never reach it
        raise AgreementError([f"'self' is no fact of a situation: choose among {', '.join(FACTS)}"])
    return Where(**facts)


def _word(kind: type[WordT], text: str) -> WordT:
    """The word of an enumeration, or a fault that lists them."""
    try:
        return kind(text)
    except ValueError:
        words = ", ".join(map(str, kind))
        raise ValueError(f"{text!r} is unknown: choose among {words}") from None


METRICS: Mapping[str, Callable[..., Target]] = {"first-response": first_response, "resolution": resolution}
"""The metrics that a file can name."""


def description(book: Book) -> dict[str, Any]:
    """What a book promises, in plain values and whole: calendars by the digest of what they were compiled from."""
    return {"levels": list(book.levels), "agreements": [_described(agreement) for agreement in book.agreements]}


def calendars(book: Book) -> dict[str, str]:
    """The digest of each calendar that the book's targets are measured on, by name and zone."""
    return {f"{calendar.name or 'unnamed'} ({calendar.zone})": calendar.digest for calendar in measured_on(book)}


def measured_on(book: Book) -> tuple[Calendar, ...]:
    """The calendars that the book's targets are measured on, each under each of its names once."""
    terms = (target.terms for agreement in book.agreements for target in agreement.targets)
    used = (part.calendar for found in terms for part in parts(found))
    return tuple({(calendar.name, calendar.digest): calendar for calendar in used}.values())


def digest(book: Book) -> str:
    """SHA-256 of the description, as hexadecimal text."""
    return hashlib.sha256(json.dumps(description(book), sort_keys=True).encode()).hexdigest()


def _described(agreement: Agreement) -> dict[str, Any]:
    return {
        "id": agreement.id,
        "version": agreement.version,
        "scope": dict(agreement.scope),
        "effective_from": None if agreement.effective_from is None else iso(agreement.effective_from),
        "effective_until": None if agreement.effective_until is None else iso(agreement.effective_until),
        "detectors": {name: dict(given) for name, given in agreement.detectors.items()},
        "targets": [dict(_described_target(target)) for target in agreement.targets],
    }


def _described_target(target: Target) -> Iterator[tuple[str, Any]]:
    yield "name", target.name
    yield "kind", str(target.kind)
    yield "metric", target.metric.name
    yield "fulfilled", rule_text(target.metric.fulfilled)
    yield "reopen", str(target.metric.reopen)
    yield "retarget", str(target.retarget)
    yield "pauses", rule_text(target.pauses)
    yield "pin", str(target.pin)
    yield "terms", _described_terms(target.terms)


def _described_terms(terms: TermsOf) -> Any:
    match terms:
        case ByPriority(budgets=budgets, calendar=calendar):
            return {"budgets": {priority: repr(it) for priority, it in budgets}, "calendar": calendar.digest}
        case Overridden(overrides=overrides, usual=usual):
            cases = [[rule_text(it.where), _described_terms(it.terms)] for it in overrides]
            return {"overrides": cases, "usual": _described_terms(usual)}
        case _:
            return rule_text(terms)


def rule_text(rule: Callable[..., Any]) -> str:
    """What a rule says: a value like `Where` in full, a function by its name.

    Raises AgreementError for a function without a name of its own, whose digest would be that of any other.
    """
    name = getattr(rule, "__qualname__", None)
    if name is None:
        return repr(rule)
    if "<" in name:
        raise AgreementError(
            [f"rule {name!r} of {rule.__module__} has no name for a digest to hold: define it at the top of a module"]
        )
    return f"{rule.__module__}.{name}"
