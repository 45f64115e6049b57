"""What is promised in a situation: budgets by priority on a calendar, and others where some fact differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from math import gcd
from typing import TypeAlias

from attrs import field, frozen

from slaengine.domain.situation import Situation
from slaengine.errors import AgreementError
from slaengine.instants import Duration, in_words
from slaengine.policies.budget import Budget, DueDate, Within
from slaengine.policies.budget_text import FORMS
from slaengine.policies.budget_text import budget as read_budget
from slaengine.policies.calendar import Calendar, Hours, as_calendar
from slaengine.policies.rules import Rule
from slaengine.policies.target import Terms
from slaengine.policies.threshold import Offset, Threshold, Unit

Given: TypeAlias = Duration | str | Budget
"""A budget as a caller may write it: open time in microseconds (`hours(4)`), in words ("4 h"), or any budget."""

Budgets: TypeAlias = Given | Mapping[str, Given]
"""One budget for all priorities, or one for each; "*" is for every priority that is not named."""


@frozen
class ByPriority:
    """A budget for each priority, on one calendar. A priority without a budget has no promise.

    The budget under "*" is for every priority that is not named.
    """

    budgets: tuple[tuple[str, Budget], ...]
    calendar: Calendar
    _terms: Mapping[str, Terms] = field(init=False, eq=False, repr=False)

    @_terms.default
    def _of_each(self) -> Mapping[str, Terms]:
        return {priority: Terms(budget, self.calendar) for priority, budget in self.budgets}

    def __call__(self, situation: Situation) -> Terms | None:
        terms = self._terms.get(situation.priority or "", self._terms.get("*"))
        return terms if terms is None or _is_set(terms.budget, situation) else None


def _is_set(budget: Budget, situation: Situation) -> bool:
    """Whether the date that a budget goes by is set, or another budget stands in for it."""
    if not isinstance(budget, DueDate) or budget.otherwise is not None:
        return True
    return situation.callback if budget.of == "callback" else situation.dated


@frozen
class Override:
    """Other budgets where a rule holds, on another calendar perhaps."""

    where: Rule
    terms: ByPriority


@frozen
class Overridden:
    """The terms of the first override whose rule holds; where none does, the usual ones."""

    overrides: tuple[Override, ...]
    usual: ByPriority

    def __call__(self, situation: Situation) -> Terms | None:
        for override in self.overrides:
            if override.where(situation):
                return override.terms(situation)
        return self.usual(situation)


AnyTerms: TypeAlias = ByPriority | Overridden

Overrides: TypeAlias = Iterable[tuple[Rule, Budgets] | tuple[Rule, Budgets, Hours]]
"""(where, budgets) or (where, budgets, calendar), the first that holds counts."""


def terms(name: str, budgets: Budgets, calendar: Hours, overrides: Overrides = ()) -> AnyTerms:
    """The terms of a target. Raises AgreementError for what is no budget, or none at all."""
    usual = ByPriority(_by_priority(name, budgets), as_calendar(calendar))
    found = tuple(_override(name, calendar, *given) for given in overrides)
    return Overridden(found, usual) if found else usual


def parts(terms: object) -> Iterator[ByPriority]:
    """The tables of terms that are made of them; none of terms that are a function of the host's own."""
    match terms:
        case ByPriority():
            yield terms
        case Overridden(overrides=overrides, usual=usual):
            yield usual
            yield from (override.terms for override in overrides)


def check_proportion(name: str, terms: AnyTerms) -> None:
    """Raises AgreementError where no share of a budget can be kept: of what is no duration, or beyond 64 bits."""
    if faults := list(unshareable(name, {budget for part in parts(terms) for _, budget in part.budgets})):
        raise AgreementError(faults)


def unshareable(name: str, budgets: Iterable[Budget]) -> Iterator[str]:
    """Why a share of one of these budgets cannot become a share of another."""
    lengths = [budget.length if isinstance(budget, Within) else None for budget in budgets]
    if None in lengths:
        yield f"target {name!r} keeps the share of its budget, which only durations have: choose another retarget rule"
        return
    for old, new in combinations(filter(None, lengths), 2):
        if old * new // gcd(old, new) ** 2 >= _MOST:
            odd = f"the ratio of {in_words(old)} to {in_words(new)} is too odd to keep a share: choose rounder budgets"
            yield f"target {name!r}: {odd}"
            return


def check_days(name: str, terms: AnyTerms, thresholds: Iterable[Threshold]) -> None:
    """Raises AgreementError for a threshold of working days on a calendar that has none."""
    in_days = [it for it in thresholds if isinstance(it.point, Offset) and it.point.unit is Unit.WORKING_DAYS]
    for part in parts(terms):
        if in_days and part.calendar.days is None:
            unusable = f"calendar {part.calendar.name!r} has none: warn in hours"
            raise AgreementError(
                [f"target {name!r} has the threshold {in_days[0].at!r} in working days, and {unusable}"]
            )


_MOST = 2**62


def _override(name: str, usual: Hours, where: Rule, budgets: Budgets, calendar: Hours | None = None) -> Override:
    hours = as_calendar(usual if calendar is None else calendar)
    return Override(where, ByPriority(_by_priority(name, budgets), hours))


def _by_priority(name: str, budgets: Budgets) -> tuple[tuple[str, Budget], ...]:
    named = budgets if isinstance(budgets, Mapping) else {"*": budgets}
    if not named:
        raise AgreementError([f"target {name!r} has no budget: write at least one"])
    return tuple((priority, as_budget(given)) for priority, given in named.items())


def as_budget(given: Given) -> Budget:
    """A budget as it was written. Raises AgreementError, which quotes it, for what is none."""
    match given:
        case int():
            return Within(given)
        case str():
            return read_budget(given)
        case _ if hasattr(given, "due"):
            return given
        case _:
            raise AgreementError([f"{given!r} is no budget: write hours(4), or {FORMS}"])
