"""What two agreements would do differently: for each target the shortest history on which they disagree."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from textwrap import wrap
from typing import Any, TypeAlias

from attrs import define, field, frozen

from slaengine.domain import events as e
from slaengine.domain.shapes import kind_name
from slaengine.domain.situation import Situation
from slaengine.instants import iso
from slaengine.policies.agreement import Agreement
from slaengine.policies.budget import Within
from slaengine.policies.target import (
    ENDED,
    GOVERNED,
    LIVE,
    RESTARTED,
    RESUMED,
    RETARGETED,
    STARTED,
    Kind,
    Mode,
    Reopen,
    Retarget,
    Step,
    Target,
    Terms,
)
from slaengine.projections.alphabet import Alphabet, alphabet
from slaengine.projections.clocks import Clock
from slaengine.projections.explain import Explanation
from slaengine.projections.search import MOST, Facts, Letters, Move, Place, Search, Walker, settled
from slaengine.projections.staging import WIDTH, Stage, clock, ledger, opened_with, stages, told
from slaengine.projections.wording import in_words

# What is found --------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Difference:
    """The shortest history on which two agreements disagree about a target, with both ledgers.

    what: on what, in words. events: the opening first. old, new: the ledgers; None where there is no clock.
    """

    target: str
    kind: Kind
    what: str
    events: tuple[e.TicketEvent, ...] = field(repr=False)
    old: Explanation | None = field(repr=False)
    new: Explanation | None = field(repr=False)

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """On what they disagree, and both ledgers, one after the other."""
        head = f"{self.target} ({self.kind}): they differ after {_count(self.events)}{opened_with(self.events)}"
        words = "\n".join([head, *wrap(self.what, WIDTH)])
        return "\n\n".join([words, _ledger_text("Old", self.old), _ledger_text("New", self.new)])

    def data(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "target": self.target,
            "kind": str(self.kind),
            "what": self.what,
            "events": [{"at": iso(event.occurred_at), "what": in_words(event, persons=False)} for event in self.events],
            "old": None if self.old is None else self.old.data(),
            "new": None if self.new is None else self.new.data(),
        }


def _count(events: Sequence[e.TicketEvent]) -> str:
    return "the opening" if len(events) == 1 else f"{len(events)} events"


def _ledger_text(which: str, found: Explanation | None) -> str:
    return f"{which}: no clock" if found is None else f"{which}:\n{found.text()}"


@frozen(kw_only=True)
class Agreed:
    """A target on which two agreements agree in every state that a ticket and both clocks can be in."""

    target: str
    kind: Kind
    states: int


@frozen(kw_only=True)
class Differences:
    """What two agreements disagree on. words: what is no matter of clocks, such as whom they cover."""

    old: str
    new: str
    words: tuple[str, ...]
    found: tuple[Difference, ...]
    agreed: tuple[Agreed, ...]

    def __iter__(self) -> Iterator[Difference]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __bool__(self) -> bool:
        return bool(self.found or self.words)

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """All of it."""
        head = "\n".join([f"{self.old} and {self.new}", *(f"  {words}" for words in self.words)])
        agreed = "\n".join(f"{it.target} ({it.kind}): they agree in all {it.states:,} states" for it in self.agreed)
        return "\n\n".join(part for part in (head, *(it.text() for it in self.found), agreed) if part)

    def data(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "old": self.old,
            "new": self.new,
            "words": list(self.words),
            "differences": [difference.data() for difference in self.found],
            "agreed": [{"target": it.target, "kind": str(it.kind), "states": it.states} for it in self.agreed],
        }


# How it is found ------------------------------------------------------------------------------------------------------


def differences(
    old: Agreement,
    new: Agreement,
    *,
    also: Iterable[e.TicketEvent] = (),
    most: int = MOST,
    progress: Callable[[int, int], None] | None = None,
) -> Differences:
    """For each target that both have the shortest history on which they disagree, of all histories that there are.

    They disagree where an event does not do the same to both clocks: they run, pause and stop at other events, count
    anew or begin anew at others, are promised other terms, or make something else of the time used. also: events that
    matter to rules which are functions of your own, beside those that the agreements name.

    Raises AgreementError where more than `most` states can be reached.
    """
    pairs = [*_pairs(old, new)]
    found: list[Difference] = []
    agreed: list[Agreed] = []
    extra = tuple(also)
    for done, (one, other) in enumerate(pairs, start=1):
        letters = alphabet([one, other], extra)
        result = settled(partial(_compared, (old, one), (new, other), letters, most))
        if isinstance(result, int):
            agreed.append(Agreed(target=one.name, kind=one.kind, states=result))
        else:
            found.append(_told((old, one), (new, other), result))
        if progress is not None:
            progress(done, len(pairs))
    words = tuple(_words(old, new))
    return Differences(old=old.reference, new=new.reference, words=words, found=tuple(found), agreed=tuple(agreed))


Side: TypeAlias = tuple[Agreement, Target]


def _pairs(old: Agreement, new: Agreement) -> Iterator[tuple[Target, Target]]:
    others = {(target.kind, target.name): target for target in new.targets}
    for target in old.targets:
        if (target.kind, target.name) in others:
            yield target, others[target.kind, target.name]


@frozen
class _Both:
    """Where the clocks of both are."""

    old: Place
    new: Place


def _compared(old: Side, new: Side, letters: Alphabet, most: int, facts: Facts) -> Move[_Both] | int:
    """The first move on which they disagree; else the number of states in which they agree."""
    one, other = Walker.of(*old, facts), Walker.of(*new, facts)
    search = Search(
        facts=facts,
        begin=lambda opened: _Both(one.begin(opened), other.begin(opened)),
        letters=_Choices(one, other, letters.moves),
        follow=lambda was, event: _Both(one.follow(was.old, event), other.follow(was.new, event)),
        rest=lambda both: (one.rest(both.old), other.rest(both.new)),
        of=f"target {old[1].name!r} of {old[0].reference} and {new[0].reference}",
        most=most,
    )
    disagreed = (move for move in search.moves(letters.openings) if _effect(move.after.old) != _effect(move.after.new))
    return next(disagreed, None) or search.states


@define
class _Choices:
    """The events that are worth following: of those that do the same to both the plainest."""

    one: Walker
    other: Walker
    moves: Letters
    _known: dict[tuple[Situation, Situation], Letters] = field(factory=dict)

    def __call__(self, both: _Both) -> Letters:
        """One target may be reset by an event that the other does not know."""
        asked = both.old.situation, both.new.situation
        if asked not in self._known:
            kept = {
                *self.one.distinct(both.old, self.moves, lambda _: None),
                *self.other.distinct(both.new, self.moves, lambda _: None),
            }
            self._known[asked] = tuple(event for event in self.moves if event in kept)
        return self._known[asked]


def _effect(place: Place) -> Hashable:
    """What an event did to a clock, without who governs it: what two agreements may disagree on."""
    step = place.step
    return step.mode, _live_terms(step), step.turn & ~GOVERNED, _counts_closed(step), _retarget(step)


def _live_terms(step: Step) -> Terms | None:
    return step.terms if step.mode in LIVE else None


def _counts_closed(step: Step) -> bool:
    """Whether the time between fulfilled and reopened is charged now."""
    lives_on = step.turn & RESUMED and not step.turn & RESTARTED
    return bool(lives_on) and step.rules is not None and step.rules.metric.reopen is Reopen.INCLUDE_CLOSED


def _retarget(step: Step) -> Retarget | None:
    """What becomes of the time used, where other terms come into force: rules that come to the same are one."""
    old, new = step.previous, step.terms
    if old is None or new is None or step.rules is None or step.turn & RESTARTED:
        return None
    match step.rules.retarget:
        case Retarget.FROM_START if old.calendar != new.calendar:
            return Retarget.FROM_START
        case Retarget.PROPORTION if isinstance(old.budget, Within) and isinstance(new.budget, Within):
            return Retarget.PROPORTION if old.budget != new.budget else Retarget.CARRY
        case _:
            return Retarget.CARRY


# How it is told -------------------------------------------------------------------------------------------------------


def _told(old: Side, new: Side, move: Move[_Both]) -> Difference:
    (one, target), (other, _), events = old, new, move.path.events()
    stage = _stage(one, other, target.name, events, move)
    now = stage.end(events)
    return Difference(
        target=target.name,
        kind=target.kind,
        what="; ".join(_what(move.after.old.step, move.after.new.step)),
        events=stage.placed(events),
        old=ledger(told(events, one, stage), target.name, now),
        new=ledger(told(events, other, stage), target.name, now),
    )


def _stage(one: Agreement, other: Agreement, name: str, events: Letters, move: Move[_Both]) -> Stage:
    """The plainest at which the figures differ, so that the ledgers show it."""
    terms = (move.after.old.step.terms, move.after.new.step.terms)
    calendars = dict.fromkeys(it.calendar for it in terms if it is not None)
    possible = [stage for agreement in (one, other) for it in calendars for stage in stages(agreement, it)]
    shown = (stage for stage in possible if _read(one, name, events, stage) != _read(other, name, events, stage))
    return next(shown, possible[0])


def _read(agreement: Agreement, name: str, events: Letters, stage: Stage) -> Hashable:
    found = clock(told(events, agreement, stage), name, stage.end(events))
    return None if found is None else _figures(found)


def _figures(found: Clock) -> Hashable:
    stood = (found.cycle, found.start, found.state, found.verdict, found.ended_at, found.breached_at)
    return *stood, found.used, found.paused, found.limit, found.promise


def _what(old: Step, new: Step) -> Iterator[str]:
    """On what they disagree, the plainest first."""
    if old.mode is not new.mode:
        yield f"by the old one {_MODES[old.mode]}, by the new one {_MODES[new.mode]}"
        return
    if _live_terms(old) != _live_terms(new) and old.terms is not None and new.terms is not None:
        yield f"the old one promises {_promised(old.terms)}, the new one {_promised(new.terms)}"
    if (turns := _turns(old)) != (others := _turns(new)):
        yield f"by the old one {turns}, by the new one {others}"
    if _counts_closed(old) is not _counts_closed(new):
        counting = "old" if _counts_closed(old) else "new"
        yield f"the time in which the ticket was over counts by the {counting} one only"
    if (rule := _retarget(old)) != (other := _retarget(new)) and rule and other:
        yield f"by the old one what was used {_RETARGETS[rule]}, by the new one it {_RETARGETS[other]}"


_MODES: Mapping[Mode, str] = {
    Mode.OFF: "nothing is promised",
    Mode.RUNNING: "the clock runs",
    Mode.PAUSED: "the clock is paused",
    Mode.FULFILLED: "the promise is fulfilled",
}
_TURNS: Mapping[int, str] = {
    ENDED: "the clock before ends",
    STARTED: "a new clock starts",
    RESUMED: "the clock lives again",
    RETARGETED: "other terms come into force",
    RESTARTED: "the clock is counted anew",
}
_RETARGETS: Mapping[Retarget, str] = {
    Retarget.CARRY: "is carried over",
    Retarget.FROM_START: "is measured again by the other calendar",
    Retarget.PROPORTION: "keeps its share of the limit",
}


def _turns(step: Step) -> str:
    return " and ".join(words for turn, words in _TURNS.items() if step.turn & turn) or "nothing changes"


def _promised(terms: Terms) -> str:
    return f"{terms.budget} on {terms.calendar.name or f'a calendar of {terms.calendar.zone}'}"


# What is no matter of clocks ------------------------------------------------------------------------------------------

_TOLD = ("scope", "covers", "best_effort", "effective_from", "effective_until", "applies_to_running", "contract")
"""Fields of an agreement that differ in a line; targets, objectives and detectors are compared one by one."""


def _words(old: Agreement, new: Agreement) -> Iterator[str]:
    for name in _TOLD:
        yield from _becomes(name.replace("_", " "), getattr(old, name), getattr(new, name))
    yield from _targets(old, new)
    yield from _objectives(old, new)
    for name in sorted({*old.detectors, *new.detectors}):
        before, after = old.detectors.get(name), new.detectors.get(name)
        yield from _becomes(f"detector {name}", before, after)


def _targets(old: Agreement, new: Agreement) -> Iterator[str]:
    mine, theirs = ({(it.kind, it.name) for it in agreement.targets} for agreement in (old, new))
    yield from (f"only {old.reference} promises {name} ({kind})" for kind, name in sorted(mine - theirs))
    yield from (f"only {new.reference} promises {name} ({kind})" for kind, name in sorted(theirs - mine))
    for one, other in _pairs(old, new):
        yield from _becomes(f"thresholds of {one.name}", _levels(one), _levels(other))
        yield from _becomes(f"facts that {one.name} needs", _needs(one), _needs(other))


def _levels(target: Target) -> Sequence[str]:
    return [f"{it}{f' for {it.level}' if it.level else ''}" for it in target.thresholds]


def _needs(target: Target) -> Sequence[str]:
    return sorted(kind_name(kind) for kind in target.metric.needs)


def _objectives(old: Agreement, new: Agreement) -> Iterator[str]:
    yield from (f"only {old.reference} has the objective {it}" for it in old.objectives if it not in new.objectives)
    yield from (f"only {new.reference} has the objective {it}" for it in new.objectives if it not in old.objectives)


def _becomes(what: str, old: object, new: object) -> Iterator[str]:
    if old != new:
        yield f"{what}: {_shown(old)} becomes {_shown(new)}"


def _shown(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case int():
            return iso(value)
        case str() | float():
            return f"{value}"
        case Mapping():
            return ", ".join(f"{name} = {_shown(it)}" for name, it in value.items()) or "none"
        case Sequence():
            return ", ".join(map(_shown, value)) or "none"
        case _:
            return f"{value}"
