"""deadline_handoff: an owner gives away his own ticket while its deadline is near.

Definition 1: while 0 < time left <= the near window of the clock, whoever owns the ticket hands it on, with a short
note, or with no work done since he took it. An escalation up-tier, a lead's act, the end of a shift, a mis-route sent
back and a move to another technology area are other things. Counterfactual: without the hand-over he holds it at due.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from slaengine.domain import events as e
from slaengine.domain.vocabulary import Role
from slaengine.instants import Instant, in_words
from slaengine.projections.clocks import Clock, measure
from slaengine.projections.gaming.flag import Counterfactual, Flag, InnocentReading, Sign
from slaengine.projections.gaming.parameters import Handoff, parameters
from slaengine.projections.gaming.view import WORK, Moment, before, evidence, is_work, moments, owner_at, position

if TYPE_CHECKING:
    from slaengine.projections.case import Case

KIND = "deadline_handoff"
DEFINITION = "deadline_handoff/1"
HandOver = e.Reassigned | e.Queued | e.Unassigned | e.Returned | e.Escalated
AWAY = frozenset({"shift", "absence", "leave"})


def deadline_handoff(case: Case, clocks: Sequence[Clock], now: Instant) -> Iterator[Flag]:
    """A flag for each clock near whose deadline its ticket was handed on."""
    if not any(isinstance(span.event, HandOver) for span in case.timeline):
        return
    told = moments(case)
    acts = [act for moment in told if moment.span.start <= now and (act := HandedOn.of(case, told, moment))]
    each = before(case, clocks, [act.moment for act in acts])
    for clock in clocks:
        given: Handoff = parameters(case.book.of(clock.target), KIND)
        readings = each[clock.by, clock.cycle]
        for act in acts:
            if (reading := readings.get(act.moment.index)) and given.holds(reading.left, reading.limit):
                yield from _flag(case, clock, reading, act, given, now)


@frozen
class HandedOn:
    """An owner's own hand-over: the event, who he was, and when he had come to have the ticket."""

    moment: Moment
    event: HandOver
    owner: str
    taken: Moment
    worked: bool | None  # None: the log never holds work

    @classmethod
    def of(cls, case: Case, told: Sequence[Moment], moment: Moment) -> HandedOn | None:
        """None if the event is no hand-over by the owner himself."""
        event, owner = moment.event, moment.owner
        if not isinstance(event, HandOver) or owner is None or moment.by is None or moment.by.id != owner:
            return None
        if getattr(event, "owner", None) == owner:
            return None
        taken = [before for before in told[: moment.index] if before.owner != owner][-1]
        since = told[taken.index : moment.index]
        worked = any(is_work(each.event, owner) for each in since)
        return cls(moment, event, owner, taken, worked=None if not worked and case.lacks & WORK else worked)


def _flag(case: Case, clock: Clock, reading: Clock, act: HandedOn, given: Handoff, now: Instant) -> Iterator[Flag]:
    """reading: the clock just before the hand-over, near its deadline."""
    short = _is_short(act.event, given)
    innocent = tuple(_innocent(act.moment))
    if any(reading.holds for reading in innocent) or not (short or act.worked is False):
        return
    yield Flag(
        kind=KIND,
        definition=DEFINITION,
        agreement=clock.target.agreement,
        ticket=case.ticket,
        subject=act.moment.team or "no team",
        person=act.owner,
        at=act.moment.span.start,
        signs=tuple(_signs(act, reading, given, short=bool(short))),
        position=position(reading, act.moment.span.start),
        evidence=evidence(
            case,
            reading,
            {act.taken.index: "act: the owner took it", act.moment.index: "act: the owner handed it on"},
        ),
        counterfactual=_counterfactual(case, clock, act, now),
        innocent=innocent,
        words=_words(reading, short=bool(short), worked=act.worked),
    )


def _signs(act: HandedOn, reading: Clock, given: Handoff, *, short: bool) -> Iterator[Sign]:
    """0.7 for the definition, 0.1 each for a short note and for no work, up to 0.1 the nearer the deadline was."""
    window = given.window(reading.limit)
    near = f"{in_words(reading.left)} of {in_words(reading.limit)} left, near from {in_words(window)} on"
    yield Sign(what=f"the owner handed it on near the deadline: {near}", weight=0.7)
    if short:
        note = getattr(act.event, "note_length", None)
        yield Sign(what=f"a note of {note} characters, short under {given.note_length:g}", weight=0.1)
    if act.worked is False:
        yield Sign(what="no work and no word to the customer since it was taken", weight=0.1)
    yield Sign(what="how near the deadline was", weight=round(0.1 * (1 - reading.left / window), 2))


def _is_short(event: HandOver, given: Handoff) -> bool | None:
    """None where the log does not say how long the note was."""
    note = getattr(event, "note_length", None)
    return None if note is None else note < given.note_length


def _innocent(moment: Moment) -> Iterator[InnocentReading]:
    event, ticket = moment.event, moment.before
    yield InnocentReading(
        reason="escalated to who knows or decides more",
        checked="whether the event is an escalation to another tier or in the hierarchy",
        holds=isinstance(event, e.Escalated),
    )
    yield InnocentReading(
        reason="a lead moved it",
        checked="the role held by whoever handed it on",
        holds=moment.by is not None and moment.by.role is Role.LEAD,
    )
    reason = getattr(event, "reason", None)
    yield InnocentReading(
        reason="the end of a shift, an absence, a leave",
        checked="the reason given with the event",
        holds=None if reason is None else reason in AWAY,
    )
    yield InnocentReading(
        reason="a mis-route sent back",
        checked="whether the event is a return",
        holds=isinstance(event, e.Returned),
    )
    area = getattr(event, "area", None)
    yield InnocentReading(
        reason="it belongs to another technology area",
        checked="the area before and after",
        holds=None if area is None or ticket is None or ticket.area is None else area != ticket.area,
    )


def _counterfactual(case: Case, clock: Clock, act: HandedOn, now: Instant) -> Counterfactual:
    replayed = case.without(act.moment.record.id)
    readings = measure(replayed.timeline, clock.by, now)
    what_if = readings[clock.cycle - 1] if len(readings) >= clock.cycle else clock
    due = now if clock.promise is None else min(clock.promise, now)
    kept = owner_at(replayed, due) == act.owner
    when = "when it falls due" if clock.promise == due else "at the instant of this reading"
    return Counterfactual(
        edit="without the hand-over",
        verdict=str(clock.verdict),
        what_if=str(what_if.verdict),
        difference=what_if.used - clock.used,
        finding=f"the ticket {'is' if kept else 'is not'} with the same owner {when}",
    )


def _words(reading: Clock, *, short: bool, worked: bool | None) -> str:
    signs = {"with a short note": short, "without work since it was taken": worked is False}
    return (
        f"Please review: the owner handed the ticket on with {in_words(reading.left)} of {in_words(reading.limit)} "
        f"left on {reading.target.name}, {' and '.join(words for words, here in signs.items() if here)}."
    )
