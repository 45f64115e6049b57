"""The ready metrics, and the targets that are made of them. A host's own is as short."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve as but
from attrs import frozen

from slaengine.domain.events import CustomerContacted
from slaengine.domain.situation import Situation
from slaengine.domain.vocabulary import Phase
from slaengine.errors import AgreementError
from slaengine.instants import Duration, duration
from slaengine.policies.budget import Budget, Within
from slaengine.policies.calendar import Calendar, Hours, as_calendar
from slaengine.policies.rules import Rule, never
from slaengine.policies.target import Kind, Metric, Reopen, Retarget, Target, Terms


def _not_cancelled(situation: Situation) -> bool:
    return situation.phase is not Phase.CANCELLED


def _answered(situation: Situation) -> bool:
    return situation.responded or _resolved(situation)


def _resolved(situation: Situation) -> bool:
    return situation.phase in (Phase.RESOLVED, Phase.CLOSED)


def first_response_metric() -> Metric:
    """From the opening to the first public answer by a human of the desk.

    Automatic replies and internal notes do not count. Resolving does: it answers what was asked, so that an unanswered
    ticket cannot shed its breach by being resolved. Later reopenings do not start it again.
    """
    return Metric(
        name="first-response",
        starts=_not_cancelled,
        fulfilled=_answered,
        reopen=Reopen.FIRST_ONLY,
        needs=frozenset({CustomerContacted}),
    )


def resolution_metric() -> Metric:
    """From the opening until the ticket is resolved, or closed where nobody resolved it."""
    return Metric(name="resolution", starts=_not_cancelled, fulfilled=_resolved)


@frozen
class ByPriority:
    """The terms of a target: a budget for each priority, on one calendar. A priority without a budget has no promise.

    The budget under "*" is for every priority that is not named.
    """

    budgets: tuple[tuple[str, Budget], ...]
    calendar: Calendar

    def __call__(self, situation: Situation) -> Terms | None:
        budgets = dict(self.budgets)
        budget = budgets.get(situation.priority or "", budgets.get("*"))
        return None if budget is None else Terms(budget, self.calendar)


Given = Duration | str | Budget
"""A budget as a caller may write it: open time in microseconds (`hours(4)`), in words ("4 h"), or any budget."""

Budgets = Given | Mapping[str, Given]
"""One budget for all priorities, or one for each."""


def first_response(
    budgets: Budgets,
    *,
    calendar: Hours,
    pauses: Rule = never,
    fulfilled: Rule | None = None,
    reopen: Reopen | str = Reopen.FIRST_ONLY,
    retarget: Retarget | str = Retarget.CARRY,
    name: str = "first-response",
    kind: Kind | str = Kind.SLA,
) -> Target:
    """The promise to answer a new ticket within so much open time of the calendar.

    fulfilled: what counts as an answer, in place of a public one by a human of the desk, as in
    `Where(answered=("automatic", "human"))`. Raises AgreementError for a budget of nothing or less, or none at all.
    """
    metric = _with(first_response_metric(), fulfilled, reopen)
    return _target(metric, budgets, calendar, pauses, Retarget(retarget), name, Kind(kind))


def resolution(
    budgets: Budgets,
    *,
    calendar: Hours,
    pauses: Rule = never,
    fulfilled: Rule | None = None,
    reopen: Reopen | str = Reopen.CONTINUE,
    retarget: Retarget | str = Retarget.CARRY,
    name: str = "resolution",
    kind: Kind | str = Kind.SLA,
) -> Target:
    """The promise to resolve a ticket within so much open time of the calendar, pauses apart.

    fulfilled: what counts as resolved, as in `Where(phase="closed")`. reopen: by default the clock goes on where it
    stood, and the time between resolved and reopened does not count. Raises AgreementError for a budget of nothing or
    less, or none at all.
    """
    metric = _with(resolution_metric(), fulfilled, reopen)
    return _target(metric, budgets, calendar, pauses, Retarget(retarget), name, Kind(kind))


def _with(metric: Metric, fulfilled: Rule | None, reopen: Reopen | str) -> Metric:
    return but(metric, fulfilled=fulfilled or metric.fulfilled, reopen=Reopen(reopen))


def _target(
    metric: Metric,
    budgets: Budgets,
    calendar: Hours,
    pauses: Rule,
    retarget: Retarget,
    name: str,
    kind: Kind,
) -> Target:
    terms = ByPriority(_by_priority(name, budgets), as_calendar(calendar))
    return Target(name=name, metric=metric, terms=terms, pauses=pauses, retarget=retarget, kind=kind)


def _by_priority(name: str, budgets: Budgets) -> tuple[tuple[str, Budget], ...]:
    named = budgets if isinstance(budgets, Mapping) else {"*": budgets}
    if not named:
        raise AgreementError([f"target {name!r} has no budget: write at least one"])
    return tuple((priority, _budget(given)) for priority, given in named.items())


def _budget(given: Given) -> Budget:
    match given:
        case int():
            return Within(given)
        case str():
            return Within(duration(given))
        case _ if hasattr(given, "due"):
            return given
        case _:
            raise AgreementError([f"{given!r} is no budget: write hours(4) or '4 h'"])
