"""The ready metrics, and the targets that are made of them. A host's own is as short: a `Metric`, and `target`."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypedDict, Unpack

from attrs import evolve as but
from attrs import frozen

from slaengine.domain.events import CallbackKept, CallbackPromised, CustomerContacted
from slaengine.domain.situation import Situation
from slaengine.domain.vocabulary import Party, Phase
from slaengine.errors import AgreementError
from slaengine.policies.calendar import Hours
from slaengine.policies.rules import AnyOf, Rule, Where, never
from slaengine.policies.target import Kind, Metric, Pin, Reopen, Retarget, Target
from slaengine.policies.terms import Budgets, Overrides, check_days, check_proportion, terms
from slaengine.policies.threshold import Threshold

# Which time is measured -----------------------------------------------------------------------------------------------


def _not_cancelled(situation: Situation) -> bool:
    return situation.phase is not Phase.CANCELLED


def _resolved(situation: Situation) -> bool:
    return situation.phase in (Phase.RESOLVED, Phase.CLOSED)


def _closed_or_confirmed(situation: Situation) -> bool:
    return situation.phase is Phase.CLOSED or (situation.phase is Phase.RESOLVED and situation.confirmed)


def _responded(situation: Situation) -> bool:
    return situation.responded or _resolved(situation)


def _owned(situation: Situation) -> bool:
    return situation.owned or _resolved(situation)


def _asking(situation: Situation) -> bool:
    return situation.asking and _not_cancelled(situation)


def _answered(situation: Situation) -> bool:
    return not situation.asking and _not_cancelled(situation)


def _call_promised(situation: Situation) -> bool:
    return situation.callback and _not_cancelled(situation)


def _called(situation: Situation) -> bool:
    return not situation.callback and _not_cancelled(situation)


def _with_supplier(situation: Situation) -> bool:
    return situation.waiting_on is Party.SUPPLIER


def _back_from_supplier(situation: Situation) -> bool:
    return situation.waiting_on is not Party.SUPPLIER and _not_cancelled(situation)


def first_response_metric() -> Metric:
    """From the opening to the first public answer by a human of the desk.

    Automatic replies and internal notes do not count. Resolving does: it answers what was asked, so that an unanswered
    ticket cannot shed its breach by being resolved. Later reopenings do not start it again.
    """
    return Metric(
        name="first-response",
        starts=_not_cancelled,
        fulfilled=_responded,
        reopen=Reopen.FIRST_ONLY,
        needs=frozenset({CustomerContacted}),
    )


def resolution_metric() -> Metric:
    """From the opening until the ticket is resolved, or closed where nobody resolved it."""
    return Metric(name="resolution", starts=_not_cancelled, fulfilled=_resolved)


def next_response_metric() -> Metric:
    """From the earliest customer's message that stands unanswered to a public answer by a human; each is a cycle.

    Resolving answers an open message, and so does the note that it needs no answer. The opening is such a message,
    unless it says otherwise (`asks`).
    """
    return Metric(
        name="next-response",
        starts=_asking,
        fulfilled=_answered,
        reopen=Reopen.NEW_CYCLE,
        needs=frozenset({CustomerContacted}),
    )


def update_metric() -> Metric:
    """From each public contact by a human, or the opening, to the next, until the ticket is resolved."""
    return Metric(
        name="periodic-update",
        starts=_not_cancelled,
        fulfilled=_resolved,
        resets=frozenset({CustomerContacted}),
        reopen=Reopen.NEW_CYCLE,
        needs=frozenset({CustomerContacted}),
    )


def cadence_metric() -> Metric:
    """From each public contact by a human, or the opening, to the next, until the ticket is closed or confirmed."""
    return but(update_metric(), name="contact-cadence", fulfilled=_closed_or_confirmed)


def assignment_metric() -> Metric:
    """From the opening until somebody owns the ticket, or it is resolved."""
    return Metric(name="assignment", starts=_not_cancelled, fulfilled=_owned, reopen=Reopen.FIRST_ONLY)


@frozen
class Stay:
    """Where a ticket stays: in a tier, with a team, or in the tier of that team; of neither, wherever it is."""

    tier: str | None = None
    team: str | None = None

    def __call__(self, situation: Situation) -> Hashable:
        """The key of the stay."""
        return self.place(situation) if self.tier is self.team is None else self.is_here(situation)

    def starts(self, situation: Situation) -> bool:
        """Whether the ticket is here, and lives."""
        return self.is_here(situation) and _not_cancelled(situation)

    def is_here(self, situation: Situation) -> bool:
        """Whether the ticket is here."""
        if self.tier is self.team is None:
            return self.place(situation) != (None, None)
        return self.tier in (None, situation.tier) and self.team in (None, situation.team)

    def place(self, situation: Situation) -> tuple[str | None, str | None]:
        """The tier and the team that have the ticket."""
        return situation.tier, situation.team


def ownership_metric(*, tier: str | None = None, team: str | None = None) -> Metric:
    """Each stay in a tier, or with a team, until the ticket is resolved or moves on; of neither, in each of them."""
    stay = Stay(tier, team)
    return Metric(name="ownership", starts=stay.starts, fulfilled=_resolved, cycle=stay)


def callback_metric() -> Metric:
    """From the promise of a call until it is kept; each is a cycle. Resolving the ticket keeps no promise of a call."""
    return Metric(
        name="callback",
        starts=_call_promised,
        fulfilled=_called,
        reopen=Reopen.NEW_CYCLE,
        needs=frozenset({CallbackPromised, CallbackKept}),
    )


def supplier_metric() -> Metric:
    """Each time that a ticket waits for the supplier."""
    return Metric(name="supplier", starts=_with_supplier, fulfilled=_back_from_supplier, reopen=Reopen.NEW_CYCLE)


# What is promised about it --------------------------------------------------------------------------------------------


class Rules(TypedDict, total=False):
    """The words that every ready target takes, besides its budgets and its calendar: see `target`."""

    overrides: Overrides
    pauses: Rule
    fulfilled: Rule | None
    reopen: Reopen | str | None
    retarget: Retarget | str
    pin: Pin | str
    thresholds: Iterable[Threshold | str]
    name: str | None
    kind: Kind | str


def target(
    metric: Metric,
    budgets: Budgets,
    *,
    calendar: Hours,
    overrides: Overrides = (),
    pauses: Rule = never,
    fulfilled: Rule | None = None,
    reopen: Reopen | str | None = None,
    retarget: Retarget | str = Retarget.CARRY,
    pin: Pin | str = Pin.VERSION,
    thresholds: Iterable[Threshold | str] = (),
    name: str | None = None,
    kind: Kind | str = Kind.SLA,
) -> Target:
    """A promise about a metric, a ready one or the host's own. All ready targets take these words.

    - budgets: one for all priorities, or by priority: hours(4), "4 h", "2 working days", "next working day by 16:00",
      "due date", or any `Budget`.
    - calendar: whose open time counts.
    - overrides: (where, budgets) or (where, budgets, calendar): the first whose rule holds counts in their place.
    - pauses: where the clock stands.
    - fulfilled: what is awaited, in place of the metric's own rule.
    - reopen: what becomes of a fulfilled clock that lives again; by default the metric's own rule.
    - retarget: what becomes of the time used when other terms come into force.
    - pin: which facts of its start hold for all of a clock's life.
    - thresholds: "75 %", "30 min before due", each perhaps with an escalation level.
    - name: by default the metric's. kind: "SLA", "OLA" or "underpinning contract".

    Raises AgreementError for a budget of nothing or less, or none at all, and for working days on a calendar that has
    none.
    """
    name = metric.name if name is None else name
    rule = metric.reopen if reopen is None else Reopen(reopen)
    promised = terms(name, budgets, calendar, overrides)
    if Retarget(retarget) is Retarget.PROPORTION:
        check_proportion(name, promised)
    told = tuple(Threshold(it) if isinstance(it, str) else it for it in thresholds)
    check_days(name, promised, told)
    return Target(
        name=name,
        metric=but(metric, fulfilled=fulfilled or metric.fulfilled, reopen=rule),
        terms=promised,
        pauses=pauses,
        retarget=Retarget(retarget),
        pin=Pin(pin),
        thresholds=told,
        kind=Kind(kind),
    )


def first_response(budgets: Budgets, *, calendar: Hours, **rules: Unpack[Rules]) -> Target:
    """The promise to answer a new ticket: see `first_response_metric`, and `target` for all that can be said.

    fulfilled: what counts as an answer, in place of a public one by a human of the desk, as in
    `Where(answered=("automatic", "human"))`.
    """
    return target(first_response_metric(), budgets, calendar=calendar, **rules)


def resolution(budgets: Budgets, *, calendar: Hours, **rules: Unpack[Rules]) -> Target:
    """The promise to resolve a ticket, pauses apart: see `target` for all that can be said.

    fulfilled: what counts as resolved, as in `Where(phase="closed")`. reopen: by default the clock goes on where it
    stood, and the time between resolved and reopened does not count.
    """
    return target(resolution_metric(), budgets, calendar=calendar, **rules)


def next_response(budgets: Budgets, *, calendar: Hours, **rules: Unpack[Rules]) -> Target:
    """The promise to answer each message of the customer: see `next_response_metric` and `target`."""
    return target(next_response_metric(), budgets, calendar=calendar, **rules)


def periodic_update(budgets: Budgets, *, calendar: Hours, **rules: Unpack[Rules]) -> Target:
    """The promise to tell the customer of progress so often: see `update_metric` and `target`.

    With `pauses` it is what some help desks call a pausable update.
    """
    return target(update_metric(), budgets, calendar=calendar, **rules)


def contact_cadence(budgets: Budgets, *, calendar: Hours, **rules: Unpack[Rules]) -> Target:
    """The promise that the customer never goes longer without hearing from a human: see `cadence_metric`, `target`.

    It runs while the ticket waits, and on after it is resolved, until it is closed or the customer confirms.
    """
    return target(cadence_metric(), budgets, calendar=calendar, **rules)


def agent_work(budgets: Budgets, *, calendar: Hours, **rules: Unpack[Rules]) -> Target:
    """Resolution, counting only the time in which the desk has the ticket: it stands while anybody is waited for."""
    waiting = _paused_too(Where(phase=Phase.WAITING), rules)
    return resolution(budgets, calendar=calendar, **_by_default(rules, name="agent-work") | {"pauses": waiting})


def requester_wait(budgets: Budgets, *, calendar: Hours, **rules: Unpack[Rules]) -> Target:
    """Resolution as the requester feels it: it stands only while the requester is waited for."""
    asked = _paused_too(Where(waiting_on=Party.CUSTOMER), rules)
    return resolution(budgets, calendar=calendar, **_by_default(rules, name="requester-wait") | {"pauses": asked})


def total_time(budgets: Budgets, *, calendar: Hours, **rules: Unpack[Rules]) -> Target:
    """Resolution, all waits counted. Raises AgreementError for a rule that pauses it."""
    if rules.get("pauses", never) is not never:
        raise AgreementError(["the total time stands still for nothing: leave `pauses` out, or promise a resolution"])
    included: Rules = {"name": "total-time", "reopen": Reopen.INCLUDE_CLOSED, **rules}
    return resolution(budgets, calendar=calendar, **included)


def assignment(budgets: Budgets, *, calendar: Hours, **rules: Unpack[Rules]) -> Target:
    """The promise that somebody takes the ticket: see `assignment_metric` and `target`.

    fulfilled: `Where(accepted=True)` where an owner must have taken the work on.
    """
    return target(assignment_metric(), budgets, calendar=calendar, **rules)


def ownership(
    budgets: Budgets | None = None,
    *,
    calendar: Hours,
    within: Budgets | None = None,
    tier: str | None = None,
    team: str | None = None,
    **rules: Unpack[Rules],
) -> Target:
    """The promise of a tier or a team for each stay of a ticket with it: see `ownership_metric` and `target`.

    within: another name for the budgets. The kind is OLA unless it is said.
    """
    given = within if budgets is None else budgets
    if given is None:
        raise AgreementError(["an ownership has no budget: write within=hours(8)"])
    name = " ".join(["ownership", *(part for part in (tier, team) if part)])
    of_the_team: Rules = {"name": name, "kind": Kind.OLA, **rules}
    return target(ownership_metric(tier=tier, team=team), given, calendar=calendar, **of_the_team)


def callback(budgets: Budgets = "callback", *, calendar: Hours, **rules: Unpack[Rules]) -> Target:
    """The promise that a call takes place when it was promised: see `callback_metric` and `target`."""
    return target(callback_metric(), budgets, calendar=calendar, **rules)


def supplier(budgets: Budgets, *, calendar: Hours, **rules: Unpack[Rules]) -> Target:
    """What a supplier promised the desk, for each time that a ticket waits for it: see `supplier_metric`, `target`."""
    return target(supplier_metric(), budgets, calendar=calendar, **_by_default(rules, kind=Kind.UNDERPINNING))


def _by_default(given: Rules, **usual: Unpack[Rules]) -> Rules:
    """What is given, and what is usual for what is not."""
    return usual | given


def _paused_too(rule: Rule, given: Rules) -> Rule:
    """A rule of the metric beside the one that is given."""
    other = given.get("pauses", never)
    return rule if other is never else AnyOf(rule, other)
