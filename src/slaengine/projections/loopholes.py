"""Loopholes of an agreement: the shortest history by which a desk can spare itself what it promised.

A loophole is no accusation: nobody has to use it. It is what the agreement allows, found before anybody does.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from enum import Enum, StrEnum
from functools import partial
from textwrap import wrap
from typing import Any

from attrs import define, field, frozen
from attrs import evolve as but

from slaengine.domain import events as e
from slaengine.domain.shapes import is_human_of_the_desk, shape
from slaengine.domain.situation import Situation
from slaengine.domain.vocabulary import Actor, Party, Phase, Role
from slaengine.errors import HorizonError
from slaengine.instants import FOREVER, Instant, iso
from slaengine.policies.agreement import Agreement
from slaengine.policies.target import ENDED, LIVE, RESTARTED, RETARGETED, STARTED, Kind, Mode, Step, Target, Terms
from slaengine.projections.alphabet import Alphabet, alphabet
from slaengine.projections.explain import Explanation
from slaengine.projections.search import MOST, Facts, Letters, Move, Place, Search, Walker, settled
from slaengine.projections.staging import WIDTH, Stage, clock, ledger, opened_with, stages, told
from slaengine.projections.wording import in_words

# What is looked for ---------------------------------------------------------------------------------------------------


class LoopholeKind(StrEnum):
    """In which way a clock is spared: by what the desk does, or leaves undone when the customer replies."""

    STOPS_WITHOUT_CONTACT = "stops-without-contact"
    CANCELLED_WITHOUT_CONTACT = "cancelled-without-contact"
    LEFT_WITHOUT_PROMISE = "left-without-promise"
    PAUSES_WITHOUT_ASKING = "pauses-without-asking"
    PAUSES_FOR_EVER = "pauses-for-ever"
    RESET_BY_REASSIGNMENT = "reset-by-reassignment"
    RESET_BY_PRIORITY = "reset-by-priority"
    RESET_BY_REOPENING = "reset-by-reopening"
    LOOSENED_BY_PRIORITY = "loosened-by-priority"
    MOVED_BY_HAND = "moved-by-hand"

    @property
    def why(self) -> str:
        """Why it matters, in a sentence."""
        return _WHY[self]

    @property
    def remedy(self) -> str:
        """Which rule of the agreement closes it, if one does."""
        return _REMEDY[self]


_WHY = {
    LoopholeKind.STOPS_WITHOUT_CONTACT: (
        "The clock stops, and no person of the desk has written to the customer in public in its time."
    ),
    LoopholeKind.CANCELLED_WITHOUT_CONTACT: (
        "The desk cancels the ticket, and with it the promise, without a public word to the customer by a person."
    ),
    LoopholeKind.LEFT_WITHOUT_PROMISE: "The desk changes what the ticket is, and nothing is promised for it any more.",
    LoopholeKind.PAUSES_WITHOUT_ASKING: (
        "The clock stands by an act of the desk, while nobody has written to the customer, or a message of the "
        "customer's waits for an answer."
    ),
    LoopholeKind.PAUSES_FOR_EVER: (
        "The customer has replied, and the clock still stands: until somebody of the desk sees to it."
    ),
    LoopholeKind.RESET_BY_REASSIGNMENT: "By a hand-over the clock begins anew, and what was used before is forgotten.",
    LoopholeKind.RESET_BY_PRIORITY: (
        "By a change of priority, or of another fact, the clock begins anew, and what was used before is forgotten."
    ),
    LoopholeKind.RESET_BY_REOPENING: "The desk ends the ticket and opens it again, and the clock begins anew.",
    LoopholeKind.LOOSENED_BY_PRIORITY: (
        "A change of priority, or of another fact, moves the due instant of a living clock into the future."
    ),
    LoopholeKind.MOVED_BY_HAND: "A due date that somebody of the desk sets takes the place of the promise.",
}

_REMEDY = {
    LoopholeKind.STOPS_WITHOUT_CONTACT: (
        "let `fulfilled` ask for an answer too, as in fulfilled = { responded = true } or "
        'fulfilled = { phase = ["resolved", "closed"], responded = true }; what no customer is promised is an OLA. '
        "That a message needs no answer is a judgement, which no rule makes: it has a reason that can be reviewed."
    ),
    LoopholeKind.CANCELLED_WITHOUT_CONTACT: (
        "no word of a ready target does; a metric of your own can, whose `starts` does not look at the phase. "
        "Audits show cancelled clocks apart, and how many of them had been breached."
    ),
    LoopholeKind.LEFT_WITHOUT_PROMISE: (
        'give every priority a budget ("*" is for those that have none), or hold to the start with pin = "all".'
    ),
    LoopholeKind.PAUSES_WITHOUT_ASKING: (
        'let `pauses` ask for it, as in pauses = { waiting_on = "customer", responded = true, asking = false }.'
    ),
    LoopholeKind.PAUSES_FOR_EVER: (
        'let a reply end the pause, as in pauses = { waiting_on = "customer", asking = false }.'
    ),
    LoopholeKind.RESET_BY_REASSIGNMENT: (
        'retarget = "carry" keeps what was used where a hand-over brings other terms; where each stay of a ticket '
        "has a clock of its own, promise the whole time beside it."
    ),
    LoopholeKind.RESET_BY_PRIORITY: (
        'retarget = "carry", "from-start" or "proportion" keeps it; pin = "all" holds to the terms of the start.'
    ),
    LoopholeKind.RESET_BY_REOPENING: (
        'reopen = "continue" or "include-closed" keeps what was used; so does any `retarget` but "restart" where other '
        "terms came while the ticket was over."
    ),
    LoopholeKind.LOOSENED_BY_PRIORITY: (
        'pin = "all" holds to the terms of the start. Where priorities do change, detectors look at when they did.'
    ),
    LoopholeKind.MOVED_BY_HAND: (
        'pin = "all" holds to the terms of the start, unless a date was set before the clock began.'
    ),
}


@frozen(kw_only=True)
class Loophole:
    """The shortest history by which a target is spared in one way, with the ledger of the clock that it is about.

    events: the opening first, an hour of open time apart. cycle: of the clock.
    """

    kind: LoopholeKind
    target: str
    target_kind: Kind
    cycle: int
    events: tuple[e.TicketEvent, ...] = field(repr=False)
    ledger: Explanation = field(repr=False)

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """What it is, why it matters, what closes it, and the ledger."""
        head = f"{self.kind}: {self.target} ({self.target_kind}), {len(self.events)} events{opened_with(self.events)}"
        words = "\n".join((*wrap(self.kind.why, WIDTH), *wrap(f"To close it: {self.kind.remedy}", WIDTH)))
        return f"{head}\n{words}\n\n{self.ledger.text()}"

    def data(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "kind": str(self.kind),
            "target": self.target,
            "target_kind": str(self.target_kind),
            "cycle": self.cycle,
            "why": self.kind.why,
            "remedy": self.kind.remedy,
            "events": [{"at": iso(event.occurred_at), "what": in_words(event, persons=False)} for event in self.events],
            "ledger": self.ledger.data(),
        }


@frozen(kw_only=True)
class Searched:
    """How far a target was searched. states: places that a ticket and its clock were led to by the events.

    whole: all that can be reached; else the search had found one of each kind before.
    """

    target: str
    target_kind: Kind
    states: int
    events: int
    whole: bool


@frozen(kw_only=True)
class Loopholes:
    """What was found in one agreement, and how far each of its targets was searched."""

    agreement: str
    found: tuple[Loophole, ...]
    searched: tuple[Searched, ...]

    def __iter__(self) -> Iterator[Loophole]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __str__(self) -> str:
        return self.text()

    def accepting(self, kinds: Iterable[LoopholeKind | str]) -> Loopholes:
        """Without the kinds that somebody knows of and accepts."""
        accepted = {LoopholeKind(kind) for kind in kinds}
        return but(self, found=tuple(it for it in self.found if it.kind not in accepted))

    def text(self) -> str:
        """Every loophole with its ledger, and how far the search went."""
        count = f"{len(self.found)} loophole{'' if len(self.found) == 1 else 's'}"
        head = f"Agreement {self.agreement}: {count}"
        far = "\n".join(_far(searched) for searched in self.searched)
        return "\n\n".join([head, *(loophole.text() for loophole in self.found), far])

    def data(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "agreement": self.agreement,
            "loopholes": [loophole.data() for loophole in self.found],
            "searched": [
                {"target": it.target, "kind": str(it.target_kind), "states": it.states, "events": it.events}
                | {"whole": it.whole}
                for it in self.searched
            ],
        }


def _far(searched: Searched) -> str:
    states = f"{'all ' if searched.whole else ''}{searched.states:,} states"
    return f"{searched.target} ({searched.target_kind}): searched {states} to which {searched.events} events lead"


# How it is found ------------------------------------------------------------------------------------------------------


def loopholes(
    agreement: Agreement,
    *,
    also: Iterable[e.TicketEvent] = (),
    most: int = MOST,
    progress: Callable[[int, int], None] | None = None,
) -> Loopholes:
    """For each target and each kind of loophole the shortest history that has it, of all histories that there are.

    also: events that matter to rules which are functions of your own, beside those that the agreement names.

    Raises AgreementError where more than `most` states can be reached.
    """
    found: list[Loophole] = []
    searched: list[Searched] = []
    extra = tuple(also)
    for done, target in enumerate(agreement.targets, start=1):
        letters = alphabet([target], extra)
        seen, far = settled(partial(_searched, agreement, target, letters, most), telling=("asking", "waiting_on"))
        found += [_told(agreement, target, kind, move) for kind, move in seen.items()]
        searched.append(far)
        if progress is not None:
            progress(done, len(agreement.targets))
    return Loopholes(agreement=agreement.reference, found=tuple(found), searched=tuple(searched))


class _Over(Enum):
    """How the desk ended the latest clock while it lived, if it did."""

    NOT = 0
    HANDED_OVER = 1
    RESOLVED = 2


@frozen
class _Seen:
    """Where a clock is, and what a bystander remembers.

    contacted: whether a person of the desk wrote to the customer in public since the clock before it was over; ever:
    since the opening.
    """

    place: Place
    contacted: bool = False
    ever: bool = False
    over: _Over = _Over.NOT


_Moves = dict[LoopholeKind, Move[_Seen]]


def _searched(
    agreement: Agreement, target: Target, letters: Alphabet, most: int, facts: Facts
) -> tuple[_Moves, Searched]:
    walker = Walker.of(agreement, target, facts)
    judge = _Judge(agreement, target)
    search = Search(
        facts=facts,
        begin=lambda opened: _Seen(walker.begin(opened)),
        letters=_Choices(walker, letters.moves),
        follow=lambda was, event: _seen(was, event, walker.follow(was.place, event)),
        rest=lambda seen: (walker.rest(seen.place), seen.contacted, seen.ever, seen.over),
        of=f"{agreement.reference}: target {target.name!r}",
        most=most,
    )
    found: _Moves = {}
    whole = True
    for move in search.moves(letters.openings):
        for kind in judge.kinds(move.event, move.before, move.after) if move.before else ():
            found.setdefault(kind, move)
        if len(found) == len(LoopholeKind):
            whole = False
            break
    far = Searched(
        target=target.name, target_kind=target.kind, states=search.states, events=len(letters.moves), whole=whole
    )
    return {kind: found[kind] for kind in LoopholeKind if kind in found}, far


@define
class _Choices:
    """The events that are worth following from a situation: of those that nobody could tell apart the plainest."""

    walker: Walker
    moves: Letters
    _known: dict[Situation, Letters] = field(factory=dict)

    def __call__(self, seen: _Seen) -> Letters:
        situation = seen.place.situation
        if situation not in self._known:
            self._known[situation] = self.walker.distinct(seen.place, self.moves, _sort)
        return self._known[situation]


def _sort(event: e.TicketEvent) -> Hashable:
    """What of an event decides how it is judged, beside what it does."""
    kind = type(event) if isinstance(event, e.DueDateSet | e.CustomerReplied) else isinstance(event, HAND_OVERS)
    return _is_of_the_desk(event), _is_contact(event), isinstance(event, e.CustomerContacted), kind


def _seen(was: _Seen, event: e.TicketEvent, place: Place) -> _Seen:
    contact, turn = _is_contact(event), place.step.turn
    another = turn & ENDED or (turn & STARTED and was.place.step.last is Mode.FULFILLED)
    return _Seen(
        place,
        contacted=contact or (was.contacted and not another),
        ever=contact or was.ever,
        over=_over(was.place, event, place) or (_Over.NOT if _settles(event, place) else was.over),
    )


def _settles(event: e.TicketEvent, place: Place) -> bool:
    """Whether what comes from here on has nothing to do with how the clock before was ended."""
    return isinstance(event, e.CustomerReplied) or bool(place.step.turn & (STARTED | ENDED))


def _over(before: Place, event: e.TicketEvent, after: Place) -> _Over | None:
    """How the desk ended a living clock by this event, if it did."""
    if before.step.mode not in LIVE or not _is_of_the_desk(event):
        return None
    if isinstance(event, HAND_OVERS) and after.step.turn & ENDED:
        return _Over.HANDED_OVER
    ends = after.situation.phase.is_over and not before.situation.phase.is_over
    return _Over.RESOLVED if ends and after.step.mode is Mode.FULFILLED else None


HAND_OVERS = (e.Assigned, e.Reassigned, e.Queued, e.Returned, e.Escalated, e.Unassigned)
"""Events by which a ticket goes to somebody else, or to nobody."""

_OF_THE_DESK = (Role.AGENT, Role.LEAD, Role.AUTOMATION)


def _is_contact(event: e.TicketEvent) -> bool:
    """Whether a person of the desk wrote to the customer in public. To resolve, or to note something, is not that."""
    return isinstance(event, e.CustomerContacted) and event.public and is_human_of_the_desk(event)


def _is_of_the_desk(event: e.TicketEvent) -> bool:
    return isinstance(event.by, Actor) and event.by.role in _OF_THE_DESK


@frozen
class _Judge:
    """Which loopholes a move goes through."""

    agreement: Agreement
    target: Target
    _laxer: dict[tuple[Terms, Terms], bool] = field(factory=dict, init=False)

    def kinds(self, event: e.TicketEvent, was: _Seen, now: _Seen) -> Iterator[LoopholeKind]:
        before, after = was.place, now.place
        if isinstance(event, e.CustomerReplied):
            if before.step.mode is after.step.mode is Mode.PAUSED and _waits_for_the_customer(after):
                yield LoopholeKind.PAUSES_FOR_EVER
        elif _is_of_the_desk(event):
            if before.step.mode in LIVE:
                yield from self._stopped(event, was, after)
                yield from self._changed(event, after.step)
            if self.target.kind is Kind.SLA and _pauses(before, after) and not _is_asked(now):
                yield LoopholeKind.PAUSES_WITHOUT_ASKING
            yield from _reset(event, was, after, self.target)

    def _stopped(self, event: e.TicketEvent, was: _Seen, after: Place) -> Iterator[LoopholeKind]:
        step, phase = after.step, after.situation.phase
        silent = self.target.kind is Kind.SLA and not was.contacted and not _is_contact(event)
        if step.mode is Mode.FULFILLED or step.turn & ENDED:
            if silent:
                yield LoopholeKind.STOPS_WITHOUT_CONTACT
        elif step.mode is Mode.OFF and phase is not Phase.CANCELLED:
            yield LoopholeKind.LEFT_WITHOUT_PROMISE
        elif step.mode is Mode.OFF and silent:
            yield LoopholeKind.CANCELLED_WITHOUT_CONTACT

    def _changed(self, event: e.TicketEvent, step: Step) -> Iterator[LoopholeKind]:
        if not step.turn & RETARGETED:
            return
        if isinstance(event, e.DueDateSet):
            yield LoopholeKind.MOVED_BY_HAND
        elif not step.turn & RESTARTED and self._is_laxer(step):
            yield LoopholeKind.LOOSENED_BY_PRIORITY

    def _is_laxer(self, step: Step) -> bool:
        """Whether a clock that starts then is due later by the new terms. Dates by hand are looked at elsewhere."""
        old, new = step.previous, step.terms
        if old is None or new is None or _goes_by_a_date(old) or _goes_by_a_date(new):
            return False
        if (old, new) not in self._laxer:
            starts = [stage.start for stage in stages(self.agreement, old.calendar)]
            self._laxer[old, new] = any(_due(new, start) > _due(old, start) for start in starts)
        return self._laxer[old, new]


def _pauses(before: Place, after: Place) -> bool:
    return after.step.mode is Mode.PAUSED and before.step.mode is not Mode.PAUSED


def _is_asked(seen: _Seen) -> bool:
    """Whether somebody wrote to the customer, and no message of the customer's waits for an answer."""
    return seen.ever and not seen.place.situation.asking


def _waits_for_the_customer(place: Place) -> bool:
    """Or for nobody who is named."""
    return place.situation.waiting_on in (None, Party.CUSTOMER)


def _reset(event: e.TicketEvent, was: _Seen, after: Place, target: Target) -> Iterator[LoopholeKind]:
    """By which acts a clock that was not fulfilled, or one that the desk itself had ended, is counted anew.

    Each time that a supplier is waited for has a clock of its own, and no act of the desk spares the supplier.
    """
    before = was.place
    turn, lived = after.step.turn, before.step.mode in LIVE
    anew, restarted = bool(turn & STARTED), lived and bool(turn & RESTARTED)
    cut = lived and bool(turn & ENDED)
    match event:
        case e.DueDateSet() | e.CustomerContacted():
            return
        case _ if isinstance(event, HAND_OVERS):
            if restarted or (anew and (cut or was.over is _Over.HANDED_OVER)):
                yield LoopholeKind.RESET_BY_REASSIGNMENT
        case _ if before.situation.phase.is_over and not after.situation.phase.is_over:
            if target.kind is not Kind.UNDERPINNING and turn & (STARTED | RESTARTED) and was.over is _Over.RESOLVED:
                yield LoopholeKind.RESET_BY_REOPENING
        case _ if restarted or (anew and cut and shape(event) not in target.metric.resets):
            yield LoopholeKind.RESET_BY_PRIORITY


def _goes_by_a_date(terms: Terms) -> bool:
    return getattr(terms.budget, "of", None) is not None


def _due(terms: Terms, start: Instant) -> Instant:
    try:
        return terms.budget.due(start, terms.calendar, None)
    except HorizonError:
        return FOREVER


# How it is told -------------------------------------------------------------------------------------------------------

_OF_THE_CLOCK_BEFORE = (
    LoopholeKind.STOPS_WITHOUT_CONTACT,
    LoopholeKind.CANCELLED_WITHOUT_CONTACT,
    LoopholeKind.LEFT_WITHOUT_PROMISE,
)
"""Kinds that are about the clock as it was before the last event, and not about one that the event began."""


def _told(agreement: Agreement, target: Target, kind: LoopholeKind, move: Move[_Seen]) -> Loophole:
    events = move.path.events()
    terms = move.after.place.step.previous or move.after.place.step.terms
    if terms is None:
        raise AssertionError("a clock that lived had terms")
    possible = [*stages(agreement, terms.calendar)]
    moving = kind is LoopholeKind.LOOSENED_BY_PRIORITY
    stage = next((it for it in possible if moving and _moves_the_due(agreement, target, events, it)), possible[0])
    case, now = told(events, agreement, stage), stage.end(events)
    cycle = _cycle(agreement, target, events[:-1], stage) if kind in _OF_THE_CLOCK_BEFORE else None
    read = ledger(case, target.name, now, cycle)
    if read is None:
        raise AssertionError("a clock that lived has a ledger")
    placed = tuple(stage.placed(events))
    return Loophole(
        kind=kind, target=target.name, target_kind=target.kind, cycle=read.cycle, events=placed, ledger=read
    )


def _cycle(agreement: Agreement, target: Target, events: Sequence[e.TicketEvent], stage: Stage) -> int | None:
    found = clock(told(events, agreement, stage), target.name, stage.end(events))
    return None if found is None else found.cycle


def _moves_the_due(agreement: Agreement, target: Target, events: Sequence[e.TicketEvent], stage: Stage) -> bool:
    *_, last = stage.placed(events)
    case = told(events, agreement, stage)
    before = clock(case, target.name, last.occurred_at - 1)
    after = clock(case, target.name, last.occurred_at)
    dues = [FOREVER if it.promise is None else it.promise for it in (before, after) if it is not None]
    return len(dues) == 2 and dues[0] < dues[1]
