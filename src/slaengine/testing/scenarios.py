"""Given a history, when something is decided or read, then this follows: where it does not, both are told.

It begins with `scenario()` and not with a bare `given`: that name is hypothesis' decorator, which the same test module
often imports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from types import EllipsisType
from typing import Self

from attrs import evolve as but
from attrs import fields, frozen

from slaengine.domain.decisions import Decision, decide
from slaengine.domain.events import TicketEvent
from slaengine.domain.history import History, history
from slaengine.domain.recorded import Recorded
from slaengine.domain.ticket import rebuilt
from slaengine.domain.vocabulary import Actor
from slaengine.errors import InputError, UnlawfulEvent
from slaengine.instants import Duration, Instant, When, as_instant, duration, in_words, iso
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.projections.case import Case
from slaengine.projections.clocks import Clock
from slaengine.projections.wording import in_words as event_in_words

_INSTANTS = frozenset({"occurred_at", "due", "promise", "breached_at", "callback_at", "until"})
_DURATIONS = frozenset({"used", "left", "limit", "paused"})


def scenario(*, under: Agreement | Book | Iterable[Agreement] = ()) -> Scenario:
    """A scenario without a history yet.

        scenario().given(opened).when(sla.resolve(by="ana"), at="2025-03-03T10:00Z").then(resolved)
        scenario(under=gold).given(opened).at("2025-03-03T10:00Z").then_clock("resolution", used="1 h", verdict="open")

    under: the agreements by which it is read; a decision needs none. What does not hold is an AssertionError that tells
    what was seen beside what was expected.
    """
    return Scenario(under=under if isinstance(under, Agreement | Book) else tuple(under))


@frozen(kw_only=True)
class Scenario:
    """What happened, and under which agreements it is read."""

    under: Agreement | Book | tuple[Agreement, ...]
    events: tuple[TicketEvent, ...] = ()

    def given(self, *events: TicketEvent) -> Scenario:
        """The same scenario with these events after those that it has, in the order in which they were written down."""
        return but(self, events=(*self.events, *events))

    def when(self, decision: Decision, *, at: When) -> Decided:
        """A decision taken at an instant about the ticket as it stood then.

        Raises AssertionError for a history that is itself unlawful: nothing can be said of what follows from it.
        """
        then = as_instant(at)
        found = history(Recorded(stream="ticket", position=n, version=n, event=it) for n, it in self._numbered())
        self._check(found)
        ticket = rebuilt("ticket", (span.event for span in found.timeline if span.start <= then))
        try:
            return Decided(given=self.events, at=then, events=decide(ticket, decision, then))
        except UnlawfulEvent as refusal:
            return Decided(given=self.events, at=then, refusal=refusal)

    def at(self, as_of: When) -> Reading:
        """The ticket read at an instant.

        Raises AssertionError for a history that is itself unlawful, and InputError for one without an opening, or for a
        scenario without agreements.
        """
        if self.under == ():
            raise InputError("a reading needs agreements: name them as in scenario(under=gold)")
        case = Case(self.events, under=self.under)
        self._check(case.history)
        return Reading(case=case, as_of=as_instant(as_of))

    def _check(self, found: History) -> None:
        if found.quarantined:
            reason = found.quarantined[0].reason
            raise AssertionError(f"What is given cannot have happened: {reason}\n\n{_given(self.events)}")

    def _numbered(self) -> Iterator[tuple[int, TicketEvent]]:
        return enumerate(self.events, start=1)


@frozen(kw_only=True)
class Decided:
    """What followed from a decision: events, or that it was refused."""

    given: tuple[TicketEvent, ...]
    at: Instant
    events: tuple[TicketEvent, ...] = ()
    refusal: UnlawfulEvent | None = None

    def then(self, *expected: TicketEvent) -> None:
        """Exactly these events, field by field."""
        if self.refusal is not None:
            raise self._failure(f"The decision was refused: {self.refusal}", _listed("Expected", expected))
        if self.events != expected:
            raise self._failure("The decision gave other events than expected.", _compared(expected, self.events))

    def then_nothing(self) -> None:
        """No event: there was nothing to do."""
        if self.refusal is not None:
            raise self._failure(f"The decision was refused, where nothing was to do: {self.refusal}")
        if self.events:
            raise self._failure("The decision gave events, where nothing was to do.", _listed("Got", self.events))

    def then_refused(self, text: str) -> None:
        """Refused with UnlawfulEvent, and this text is part of its message."""
        if self.refusal is None:
            raise self._failure(
                f"The decision was not refused. Expected a refusal that says: {text}", _listed("Got", self.events)
            )
        if text not in str(self.refusal):
            raise self._failure(f"The decision was refused in other words.\n  expected: {text}\n  got: {self.refusal}")

    def _failure(self, *parts: str) -> AssertionError:
        failure = AssertionError("\n\n".join((*parts, _given(self.given), f"When: at {iso(self.at)}")))
        failure.__cause__ = self.refusal
        return failure


@frozen(kw_only=True)
class Reading:
    """A ticket read at an instant. Each `then_` gives the reading back, so that more can be said of it."""

    case: Case
    as_of: Instant

    def then_clock(
        self,
        target: str,
        *,
        cycle: int | None = None,
        state: str | EllipsisType = ...,
        verdict: str | EllipsisType = ...,
        used: Duration | str | EllipsisType = ...,
        left: Duration | str | EllipsisType = ...,
        limit: Duration | str | EllipsisType = ...,
        paused: Duration | str | EllipsisType = ...,
        due: When | EllipsisType | None = ...,
        promise: When | EllipsisType | None = ...,
        breached_at: When | EllipsisType | None = ...,
    ) -> Self:
        """The latest clock of a target, or that of a cycle, as far as something is said of it.

        Durations are microseconds or text such as "1 h 30 min"; None, for an instant: that there is none.
        """
        expected = {
            "state": state,
            "verdict": verdict,
            **{name: _length(it) for name, it in (("used", used), ("left", left), ("limit", limit))},
            "paused": _length(paused),
            **{name: _moment(it) for name, it in (("due", due), ("promise", promise), ("breached_at", breached_at))},
        }
        clock = self._clock(target, cycle)
        rows = [(name, it, getattr(clock, name)) for name, it in expected.items() if it is not ...]
        if any(want != got for _, want, got in rows):
            ledger = self.case.explain(target, self.as_of, cycle).text()
            head = f"The clock of {target} stands otherwise than expected."
            raise AssertionError("\n".join([head, "", *_table(rows), "", ledger]))
        return self

    def then_no_clock(self, target: str) -> Self:
        """No clock of this target has started, in any cycle."""
        if any(clock.target.name == target for clock in self.case.clocks(self.as_of)):
            ledger = self.case.explain(target, self.as_of).text()
            raise AssertionError(f"There is a clock of {target}, where none was expected.\n\n{ledger}")
        return self

    def then_flags(self, *kinds: str) -> Self:
        """Flags of exactly these kinds, in any order; a kind that is flagged twice is named twice."""
        flags = self.case.flags(self.as_of)
        if sorted(flag.kind for flag in flags) != sorted(kinds):
            seen = [f"  {flag.kind} at {iso(flag.at)}: {flag.words}" for flag in flags] or ["  none"]
            wanted = [f"  {kind}" for kind in sorted(kinds)] or ["  none"]
            head = f"Other flags than expected, as of {iso(self.as_of)}."
            raise AssertionError("\n".join([head, "", "Expected:", *wanted, "Got:", *seen, "", *self._ledgers()]))
        return self

    def then_no_flags(self) -> Self:
        """Nothing to review."""
        return self.then_flags()

    def _clock(self, target: str, cycle: int | None) -> Clock:
        try:
            return self.case.reading(target, self.as_of, cycle)
        except InputError as error:
            raise AssertionError(f"There is no such clock as of {iso(self.as_of)}: {error}") from None

    def _ledgers(self) -> Iterator[str]:
        for clock in self.case.clocks(self.as_of):
            yield f"{self.case.explain(clock.target.name, self.as_of, clock.cycle)}\n"


def _length(given: Duration | str | EllipsisType) -> Duration | EllipsisType:
    return duration(given) if isinstance(given, str) else given


def _moment(given: When | EllipsisType | None) -> Instant | EllipsisType | None:
    return given if given is None or isinstance(given, EllipsisType) else as_instant(given)


def _given(events: Sequence[TicketEvent]) -> str:
    return _listed("Given", events)


def _listed(what: str, events: Sequence[TicketEvent]) -> str:
    lines = [f"  {iso(event.occurred_at)}  {event_in_words(event)}" for event in events] or ["  nothing"]
    return "\n".join([f"{what}:", *lines])


def _compared(expected: Sequence[TicketEvent], got: Sequence[TicketEvent]) -> str:
    """The events in pairs, as they stand: those that are alike in one line, others field by field."""
    pairs = enumerate(zip_longest(expected, got), start=1)
    return "\n".join(line for number, (want, is_) in pairs for line in _pair(number, want, is_))


def _pair(number: int, want: TicketEvent | None, got: TicketEvent | None) -> Iterator[str]:
    names = " / ".join(dict.fromkeys("no event" if it is None else type(it).__name__ for it in (want, got)))
    yield f"Event {number}: {names}{', as expected' if want == got else ''}"
    if want != got:
        told = [(name, _field(want, name), _field(got, name)) for name in _names(want, got)]
        yield from _table([row for row in told if row[1:] != (None, None)])


def _names(*events: TicketEvent | None) -> Iterable[str]:
    """The fields of both, each once."""
    return dict.fromkeys(it.name for event in events if event is not None for it in fields(type(event)))


def _field(event: TicketEvent | None, name: str) -> object:
    return getattr(event, name, None)


def _table(rows: Sequence[tuple[str, object, object]]) -> Iterator[str]:
    """Name, expected and got; "!" stands before what differs."""
    cells = [(" ", "", "expected", "got"), *(_cells(*row) for row in rows)]
    first, second = (max(len(row[column]) for row in cells) for column in (1, 2))
    for mark, name, want, got in cells:
        yield f"  {mark} {name:<{first}}  {want:<{second}}  {got}".rstrip()


def _cells(name: str, want: object, got: object) -> tuple[str, str, str, str]:
    """Two values that differ never look alike."""
    shown = _shown(name, want), _shown(name, got)
    if want == got:
        return " ", name, *shown
    return "!", name, *((repr(want), repr(got)) if shown[0] == shown[1] else shown)


def _shown(name: str, value: object) -> str:
    match value:
        case int() if name in _INSTANTS:
            return iso(value)
        case int() if name in _DURATIONS:
            return in_words(value)
        case Actor(role=role, id=id, team=team):
            return f"{role} {id}{f', team {team}' if team else ''}"
        case None:
            return "none"
        case _:
            return str(value)
