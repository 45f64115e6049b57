"""close_reopen_churn: a ticket is ended and opened again by staff, so that its clock stands in between.

Definition 1: resolved or closed and reopened by staff at least twice in one clock, or once where the resolve was near
the deadline. A reopening by the customer, after a message of the customer, or by automation does not count, nor does a
merge. Counterfactual: the clock run through to the last resolve.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import frozen

from slaengine.domain import events as e
from slaengine.domain.vocabulary import Phase, Relation, Role
from slaengine.instants import MINUTE, Instant, in_words
from slaengine.projections.clocks import Clock, measure
from slaengine.projections.gaming.flag import Counterfactual, Flag, InnocentReading, Sign
from slaengine.projections.gaming.parameters import Churn, parameters
from slaengine.projections.gaming.view import Moment, before, evidence, is_staff, moments, position

if TYPE_CHECKING:
    from slaengine.projections.case import Case

KIND = "close_reopen_churn"
DEFINITION = "close_reopen_churn/1"
WRONG_CLICK = 2 * MINUTE
ENDED = frozenset({Phase.RESOLVED, Phase.CLOSED})


@frozen
class Undone:
    """An end and the reopening that undid it, with the clock just before the end."""

    end: Moment
    reopening: Moment
    reading: Clock


def close_reopen_churn(case: Case, clocks: Sequence[Clock], now: Instant) -> Iterator[Flag]:
    """A flag for each clock in which staff ended and reopened its ticket too often, or near its deadline."""
    if not _is_ever_undone(case):
        return
    told = [moment for moment in moments(case) if moment.span.start <= now]
    ends = list(_ends(told))
    each = before(case, clocks, [end for end, _ in ends])
    for clock in clocks:
        readings = each[clock.by, clock.cycle]
        undone = [Undone(end, again, readings[end.index]) for end, again in ends if end.index in readings]
        by_staff = [it for it in undone if not any(reading.holds for reading in _innocent(told, it))]
        yield from _flag(case, clock, told, by_staff, now)


def _is_ever_undone(case: Case) -> bool:
    """Most tickets end once: they cost no more than this."""
    phases = pairwise(span.situation.phase for span in case.timeline)
    return any(was.is_over and not now.is_over for was, now in phases)


def _ends(told: Sequence[Moment]) -> Iterator[tuple[Moment, Moment]]:
    """Each resolve or close with what opened the ticket again."""
    end: Moment | None = None
    for moment in told:
        was = moment.before.situation.phase if moment.before else Phase.NEW
        phase = moment.span.situation.phase
        if phase in ENDED and was not in ENDED:
            end = moment
        elif end is not None and not phase.is_over:
            yield end, moment
            end = None


def _innocent(told: Sequence[Moment], it: Undone) -> Iterator[InnocentReading]:
    again = it.reopening
    yield InnocentReading(
        reason="the customer reopened it, or wrote before it was reopened",
        checked="who reopened it, and the messages since it was ended",
        holds=_asked_by_customer(told, it),
    )
    yield InnocentReading(
        reason="automation ended or reopened it",
        checked="the roles of whoever ended and reopened it",
        holds=any(moment.by is not None and moment.by.role is Role.AUTOMATION for moment in (it.end, again)),
    )
    yield InnocentReading(
        reason="a merge",
        checked="whether another ticket was absorbed in between, or this one was merged into another afterwards",
        holds=_merges(told, it),
    )
    yield InnocentReading(
        reason="a wrong click, undone",
        checked=f"whether it was open again within {in_words(WRONG_CLICK)}",
        holds=again.span.start - it.end.span.start <= WRONG_CLICK,
    )
    yield InnocentReading(
        reason="not by staff",
        checked="the roles of whoever ended and reopened it; where nobody is named, nothing is held against anybody",
        holds=not (is_staff(it.end.by) and is_staff(again.by)),
    )


def _merges(told: Sequence[Moment], it: Undone) -> bool:
    between = (moment.event for moment in told[it.end.index : it.reopening.index])
    absorbed = any(isinstance(event, e.Linked) and event.relation is Relation.ABSORBED for event in between)
    return absorbed or any(isinstance(moment.event, e.Merged) for moment in told[it.reopening.index :])


def _asked_by_customer(told: Sequence[Moment], it: Undone) -> bool:
    wrote = any(isinstance(moment.event, e.CustomerReplied) for moment in told[it.end.index : it.reopening.index])
    by = it.reopening.by
    return wrote or (by is not None and by.role is Role.CUSTOMER)


def _flag(case: Case, clock: Clock, told: Sequence[Moment], undone: Sequence[Undone], now: Instant) -> Iterator[Flag]:
    given: Churn = parameters(case.book.of(clock.target), KIND)
    near = [it for it in undone if given.holds(it.reading.left, it.reading.limit)]
    if not near and len(undone) < given.times:
        return
    first, last = (near or undone)[0], undone[-1]
    acts = {it.end.index: "act: ended by staff" for it in undone}
    acts |= {it.reopening.index: "act: reopened by staff" for it in undone}
    yield Flag(
        kind=KIND,
        definition=DEFINITION,
        agreement=clock.target.agreement,
        ticket=case.ticket,
        subject=last.end.span.situation.team or "no team",
        person=last.end.by.id if last.end.by else None,
        at=last.reopening.span.start,
        signs=tuple(_signs(undone, near, given)),
        position=position(first.reading, first.end.span.start),
        evidence=evidence(case, last.reading, acts),
        counterfactual=_counterfactual(case, clock, undone, now),
        innocent=tuple(_innocent(told, last)),
        words=_words(clock, len(undone), near),
    )


def _signs(undone: Sequence[Undone], near: Sequence[Undone], given: Churn) -> Iterator[Sign]:
    """0.7 for the definition, 0.1 for each further time, 0.1 for a deadline that was near."""
    yield Sign(what=f"ended and reopened by staff; too often from {given.times:g} times on, or once near", weight=0.7)
    if more := len(undone) - 1:
        yield Sign(what=f"and {more} more {'time' if more == 1 else 'times'}", weight=round(0.1 * more, 2))
    for it in near[:1]:
        left, limit, window = it.reading.left, it.reading.limit, given.window(it.reading.limit)
        near_ = f"{in_words(left)} of {in_words(limit)} left, near from {in_words(window)} on"
        yield Sign(what=f"ended near the deadline: {near_}", weight=0.1)


def _counterfactual(case: Case, clock: Clock, undone: Sequence[Undone], now: Instant) -> Counterfactual:
    ids = [moment.record.id for it in undone for moment in (it.end, it.reopening)]
    readings = measure(case.without(*ids).timeline, clock.by, now)
    what_if = readings[clock.cycle - 1] if len(readings) >= clock.cycle else clock
    return Counterfactual(
        edit="with the clock run on to the last resolve, without the ends that were undone",
        verdict=str(clock.verdict),
        what_if=str(what_if.verdict),
        difference=what_if.used - clock.used,
        finding=f"{in_words(what_if.used)} of {in_words(what_if.limit)} in all",
    )


def _words(clock: Clock, times: int, near: Sequence[Undone]) -> str:
    often = "once" if times == 1 else f"{times} times"
    close = f", with {in_words(near[0].reading.left)} of {in_words(near[0].reading.limit)} left" if near else ""
    return f"Please review: staff ended and reopened the ticket {often} in one {clock.target.name} clock{close}."
