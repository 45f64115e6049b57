"""All that can become of a clock: every history over an alphabet, told apart only where a rule can tell them apart.

The engine lets a rule look at a situation only, and a step of a clock at little more, so that endless histories lead to
finitely many places. Which facts the rules look at is not read off their text: they are asked, and what they looked at
is noted. A rule that looks at these facts only cannot tell two situations apart which agree on them; so nothing is lost
where the others are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeAlias, TypeVar

from attrs import define, field, fields, frozen
from attrs import evolve as but

from slaengine.domain.changed import changed
from slaengine.domain.events import CallbackPromised, DueDateSet, Opened, TicketEvent
from slaengine.domain.shapes import Shape, due_date_for, kind_name, shape
from slaengine.domain.situation import Situation, evolve
from slaengine.errors import AgreementError, UnlawfulEvent
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import LEVELS, Book
from slaengine.policies.target import START, Step, Stepping, Target

T = TypeVar("T")
State = TypeVar("State")

MOST = 100_000
"""So many places of one clock are looked at, at most."""

FACTS = frozenset(attribute.name for attribute in fields(Situation))
ALWAYS = frozenset({"phase", "agreement", "agreement_version", "coverage", "dated_targets"})
"""Facts that are always told apart: the engine itself looks at them, and on the phase hangs what becomes of others."""


# What rules look at ---------------------------------------------------------------------------------------------------


class _Watched(Situation):
    """A situation that notes which of its facts are looked at."""

    def __getattribute__(self, name: str) -> Any:
        if name in FACTS or name in _WHOLE:
            facts: Facts = object.__getattribute__(self, "__dict__")["noted_in"]
            facts.missed |= ({name} if name in FACTS else FACTS) - facts.kept
        return object.__getattribute__(self, name)


_WHOLE = ("__dict__", "_attrs_cached_hash")
"""Who asks for one of these looks at every fact."""


@define
class Facts:
    """The facts that are told apart, and others that a rule looked at: with any, what was found so far may be wrong."""

    kept: frozenset[str]
    missed: set[str] = field(factory=set)
    _only: dict[Situation, Situation] = field(factory=dict)

    def of(self, situation: Situation) -> Situation:
        """The situation without the facts that nothing looks at."""
        found = self._only.get(situation)
        if found is None:
            found = changed(Situation(), {name: getattr(situation, name) for name in self.kept})
            found = self._only[situation] = self._only.setdefault(found, found)
        return found

    def noted(self, rule: Callable[[Situation], T]) -> Callable[[Situation], T]:
        """A rule whose looks are noted. One that remembers its answers is asked past its memory, which takes it all."""
        plain: Callable[[Situation], T] = rule.__wrapped__ if hasattr(rule, "cache_info") else rule  # type: ignore[attr-defined]

        def asked(situation: Situation) -> T:
            watched = object.__new__(_Watched)
            known: dict[str, object] = object.__getattribute__(watched, "__dict__")
            known.update(situation.__dict__, noted_in=self)
            return plain(watched)

        return asked

    def noting(self, target: Target) -> Target:
        """A target whose rules' looks are noted."""
        metric = target.metric
        starts, fulfilled, cycle = self.noted(metric.starts), self.noted(metric.fulfilled), self.noted(metric.cycle)
        noting = but(metric, starts=starts, fulfilled=fulfilled, cycle=cycle)
        return but(target, metric=noting, terms=self.noted(target.terms), pauses=self.noted(target.pauses))


def settled(search: Callable[[Facts], T], *, telling: Iterable[str] = ()) -> T:
    """What a search finds, carried out anew until no rule looks at a fact that is not told apart.

    telling: facts that are told apart whether rules look at them or not.
    """
    facts = Facts(ALWAYS | {*telling})
    while True:
        found = search(facts)
        if not facts.missed:
            return found
        facts = Facts(facts.kept | facts.missed)


# One clock ------------------------------------------------------------------------------------------------------------


@frozen(cache_hash=True)
class Place:
    """Where a ticket and a clock of it are: the facts that rules look at, and the step that led here."""

    situation: Situation
    step: Step


@define
class Walker:
    """Follows the clock of one target of an agreement from event to event, as a case would."""

    facts: Facts
    shapes: frozenset[Shape]
    _book: Book
    _clock: Stepping
    _evolved: dict[tuple[Situation, TicketEvent], tuple[Situation, Shape]] = field(factory=dict)
    _still: dict[Step, Step] = field(factory=dict)

    @classmethod
    def of(cls, agreement: Agreement, target: Target, facts: Facts) -> Walker:
        """Of one target alone: the others have no part in it."""
        book = book_of(but(agreement, targets=[facts.noting(target)], objectives=()))
        (clock,) = book.promises(book.agreements)
        return cls(facts, target.metric.resets | {*map(kind_name, _DATING), due_date_for(target.name)}, book, clock)

    def begin(self, opened: Opened) -> Place:
        """The opening, and the agreement attached to it."""
        opened = under(self._book.agreements[0], opened)
        place = self._after(None, START, opened)
        attached = self._book.select(opened).attached(opened)
        return place if attached is None else self._after(place.situation, place.step, attached)

    def follow(self, place: Place, event: TicketEvent) -> Place:
        """Where an event leads to."""
        asked = place.situation, event
        found = self._evolved.get(asked)
        if found is None:
            found = self._evolved[asked] = self.facts.of(evolve(place.situation, event)), shape(event)
        return Place(found[0], self._clock.step(place.step, *found))

    def distinct(
        self, place: Place, letters: Iterable[TicketEvent], sort: Callable[[TicketEvent], Hashable]
    ) -> Letters:
        """Of the events that do the same here, and are of one sort, the plainest."""
        found: dict[Hashable, TicketEvent] = {}
        for event in letters:
            with suppress(UnlawfulEvent):
                told = shape(event) if shape(event) in self.shapes else None
                found.setdefault((self.facts.of(evolve(place.situation, event)), told, sort(event)), event)
        return tuple(found.values())

    def rest(self, place: Place) -> Hashable:
        """What decides on all that can follow: the turn that led here does not."""
        still = self._still.get(place.step)
        if still is None:
            still = self._still[place.step] = but(place.step, turn=0, previous=None)
        return place.situation, still

    def _after(self, was: Situation | None, step: Step, event: TicketEvent) -> Place:
        situation = self.facts.of(evolve(was, event))
        return Place(situation, self._clock.step(step, situation, shape(event)))


Letters: TypeAlias = Sequence[TicketEvent]

_DATING = (DueDateSet, CallbackPromised)
"""Kinds of event that set a date which a budget may go by."""


def under(agreement: Agreement, opened: Opened) -> Opened:
    """The opening of a ticket that names its agreement, so that neither scope nor window stands in the way."""
    return but(opened, agreement=agreement.id, agreement_version=agreement.version)


def book_of(agreement: Agreement) -> Book:
    """A book of one agreement, whatever its levels are called."""
    return Book([agreement], levels=(*LEVELS, *(level for level in agreement.scope if level not in LEVELS)))


# All histories --------------------------------------------------------------------------------------------------------


@frozen
class Path:
    """A history: its last event, and what came before."""

    event: TicketEvent
    before: Path | None = None

    def events(self) -> tuple[TicketEvent, ...]:
        """All of it, the opening first."""
        return (*(self.before.events() if self.before else ()), self.event)


@frozen
class Move(Generic[State]):
    """The last event of a history, with the state before it (None: it is the opening) and the state after."""

    path: Path
    before: State | None
    after: State

    @property
    def event(self) -> TicketEvent:
        return self.path.event


@define
class Search(Generic[State]):
    """Every opening, and every move from every state that can be reached: short histories before longer ones.

    letters: the events that are worth following from a state. rest: what decides on all that can follow it; states
    that agree on it are looked at once. of: what is searched, for the error. states: so many are known by now.
    """

    facts: Facts
    begin: Callable[[Opened], State]
    letters: Callable[[State], Letters]
    follow: Callable[[State, TicketEvent], State]
    rest: Callable[[State], Hashable]
    of: str
    most: int = MOST
    _known: set[Hashable] = field(factory=set)

    @property
    def states(self) -> int:
        return len(self._known)

    def moves(self, openings: Iterable[Opened]) -> Iterator[Move[State]]:
        """The moves one by one, of those as long the plainest first; none any more once `facts` missed one.

        Raises AgreementError for more states than `most`.
        """
        level = []
        for opened in openings:
            state = self.begin(opened)
            yield (move := Move(Path(opened), None, state))
            if self._is_new(state):
                level.append((move.path, state))
        while level:
            further = []
            for path, before in level:
                for event in self.letters(before):
                    after = self.follow(before, event)
                    if self.facts.missed:
                        return
                    yield (move := Move(Path(event, path), before, after))
                    if self._is_new(after):
                        further.append((move.path, after))
            level = further

    def _is_new(self, state: State) -> bool:
        known = len(self._known)
        self._known.add(self.rest(state))
        if len(self._known) > self.most:
            raise self._too_many()
        return len(self._known) > known

    def _too_many(self) -> AgreementError:
        facts = ", ".join(sorted(self.facts.kept - ALWAYS)) or "none but the engine's own"
        much = f"more than {self.most:,} states can be reached, since rules look at so many facts ({facts})"
        return AgreementError([f"{self.of}: {much}: let them look at fewer, or allow more states with `most`"])
