"""A book -> the plain data of an agreement file, whole: reading it gives the same book.

Whatever a reader could take for granted is written, but for what is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

from attrs import define, field

from slaengine.codec.calendar_tables import tried
from slaengine.codec.calendar_writing import CalendarTables
from slaengine.codec.ready_metrics import ready, stay_of
from slaengine.codec.rule_tables import rule_table
from slaengine.codec.structure import halves
from slaengine.errors import AgreementError
from slaengine.instants import Instant, iso
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.policies.budget import Budget
from slaengine.policies.budget_text import in_words
from slaengine.policies.objective import Objective
from slaengine.policies.rules import Rule, Where, alternatives, undeclared
from slaengine.policies.target import Metric, Target, TermsOf
from slaengine.policies.terms import ByPriority, Overridden, Override
from slaengine.policies.threshold import Threshold

T = TypeVar("T")
Table = dict[str, Any]


def document(book: Book) -> Table:
    """The plain data of an agreement file that says what a book says.

    Raises AgreementError, naming all that no file can hold: functions of the host's own, and labels that a rule asks
    for and the book does not declare.
    """
    writing = Writing(labels=book.labels or {})
    agreements = [writing.agreement(f"agreements[{number}].", it) for number, it in enumerate(book.agreements, start=1)]
    labels = None if book.labels is None else {name: list(values) for name, values in book.labels.items()}
    whole = {"levels": list(book.levels), "labels": labels, "calendars": writing.calendars.tables}
    return writing.finished({**_but_none(whole), "agreements": agreements})


def agreement_document(agreement: Agreement) -> Table:
    """An agreement alone, with its calendars: what an event of its publication carries. Raises as `document` does."""
    writing = Writing(labels=None)
    table, tables = writing.agreement("", agreement), writing.calendars.tables
    return writing.finished({**table, "calendars": tables} if tables else table)


def _but_none(given: Mapping[str, Any]) -> Table:
    return {name: value for name, value in given.items() if value is not None}


def _but_empty(given: Mapping[str, Any]) -> Table:
    return {name: value for name, value in given.items() if value not in (None, "", False, 0, [], {})}


@define
class Writing:
    """Writes agreements, and collects what cannot be written. labels: those that a rule may ask for; None: any."""

    labels: Mapping[str, Iterable[str]] | None
    calendars: CalendarTables = field(factory=CalendarTables)
    faults: list[str] = field(factory=list)

    def finished(self, written: Table) -> Table:
        """What was written, if all of it could be. Raises AgreementError that names what could not."""
        if faults := [*self.faults, *halves(written)]:
            raise AgreementError(faults)
        return written

    def agreement(self, path: str, agreement: Agreement) -> Table:
        """The table of an agreement."""
        objectives = [
            self._objective(f"{path}objectives[{number}]", it)
            for number, it in enumerate(agreement.objectives, start=1)
        ]
        optional = {
            "scope": dict(agreement.scope),
            "covers": {fact: list(values) for fact, values in agreement.covers.items()},
            "best_effort": agreement.best_effort,
            "effective_from": self._instant(f"{path}effective_from", agreement.effective_from),
            "effective_until": self._instant(f"{path}effective_until", agreement.effective_until),
            "applies_to_running": agreement.applies_to_running,
            "objectives": objectives,
            "detectors": {name: dict(given) for name, given in agreement.detectors.items()},
        }
        targets = [self._target(f"{path}targets[{number}]", it) for number, it in enumerate(agreement.targets, start=1)]
        named = {"id": agreement.id, "version": agreement.version, "contract": agreement.contract}
        return {**_but_none(named), **_but_empty(optional), "targets": targets}

    def _try(self, path: str, made: Callable[[], T]) -> T | None:
        return tried(self.faults, path, made)

    def _instant(self, path: str, at: Instant | None) -> str | None:
        try:
            return None if at is None else iso(at)
        except OverflowError:
            self.faults.append(f"{path}: {at} lies beyond the years that can be written, 1 to 9999")
            return None

    def _rule(self, path: str, rule: Rule) -> Any:
        if self.labels is not None:
            declared = {name: tuple(values) for name, values in self.labels.items()}
            self.faults += [f"{path}: {fault}" for fault in undeclared(rule, declared)]
        return self._try(path, lambda: rule_table(rule))

    # Targets ----------------------------------------------------------------------------------------------------------

    def _target(self, path: str, target: Target) -> Table:
        metric = self._metric(path, target.metric)
        optional = {
            "pauses": self._rule(f"{path}.pauses", target.pauses),
            "thresholds": [_threshold(it) for it in target.thresholds],
        }
        words = {"reopen": target.metric.reopen, "retarget": target.retarget, "pin": target.pin}
        return {
            "name": target.name,
            "kind": str(target.kind),
            **metric,
            **self._terms(path, target.terms),
            **_but_empty(optional),
            **{name: str(word) for name, word in words.items()},
        }

    def _metric(self, path: str, metric: Metric) -> Table:
        found = ready(metric)
        if found is None:
            own = f"{metric.name!r} is a metric of your own, and no file can hold it: use it from Python"
            self.faults.append(f"{path}.metric: {own}")
            return {}
        table = {"metric": metric.name, **stay_of(metric)}
        if metric.fulfilled == found.fulfilled:
            return table
        return {**table, "fulfilled": self._rule(f"{path}.fulfilled", metric.fulfilled)}

    def _terms(self, path: str, terms: TermsOf) -> Table:
        match terms:
            case ByPriority():
                return self._by_priority(path, terms)
            case Overridden(overrides=overrides, usual=usual):
                tables = [
                    self._override(f"{path}.overrides[{number}]", it) for number, it in enumerate(overrides, start=1)
                ]
                return {**self._by_priority(path, usual), "overrides": tables}
            case _:
                own = "the terms are a function of your own, and no file can hold it: write budgets and overrides"
                self.faults.append(f"{path}: {own}")
                return {}

    def _override(self, path: str, override: Override) -> Table:
        return {"where": self._rule(f"{path}.where", override.where), **self._by_priority(path, override.terms)}

    def _by_priority(self, path: str, terms: ByPriority) -> Table:
        budgets = {
            priority: self._try(f"{path}.budgets.{priority}", partial(budget_text, budget))
            for priority, budget in terms.budgets
        }
        calendar = self._try(f"{path}.calendar", lambda: self.calendars.key(terms.calendar))
        return {"calendar": calendar, "budgets": budgets["*"] if [*budgets] == ["*"] else budgets}

    # Objectives -------------------------------------------------------------------------------------------------------

    def _objective(self, path: str, objective: Objective) -> Table:
        where = None if alternatives(objective.where) == (Where(),) else self._rule(f"{path}.where", objective.where)
        optional = {
            "name": objective.name,
            "excluding": self._rule(f"{path}.excluding", objective.excluding),
            "minimum": objective.minimum,
            "zone": objective.zone,
            "credits": [{"below": it.below, "percent": it.percent} for it in objective.credits],
        }
        named = {"target": objective.target, "share": objective.share, "where": where}
        words = {"period": str(objective.period), "counted_by": str(objective.counted_by)}
        return {**_but_none(named), **words, **_but_empty(optional)}


def _threshold(threshold: Threshold) -> str | Table:
    at, level = threshold.at, threshold.level
    return at if level is None else {"at": at, "level": level}


def budget_text(budget: Budget) -> str:
    """A budget in words. Raises AgreementError for one of the host's own, which words cannot tell."""
    text = in_words(budget)
    if text is None:
        own = f"{budget!r} is a budget of your own, and no file can hold it: use one that text can tell"
        raise AgreementError([own])
    return text
