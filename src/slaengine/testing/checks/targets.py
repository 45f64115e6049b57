"""The laws of clocks, tried on a host's own targets, metrics and agreements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from attrs import evolve as but
from attrs import frozen
from hypothesis import strategies as st

from slaengine.domain import events as e
from slaengine.domain.timeline import timeline
from slaengine.instants import DAY, HOUR, MINUTE, Instant, hours, in_words, instant, iso
from slaengine.policies.agreement import Agreement
from slaengine.policies.budget import Within
from slaengine.policies.calendar import always
from slaengine.policies.target import Metric, Mode, Target, Terms
from slaengine.projections.alphabet import alphabet
from slaengine.projections.case import Case
from slaengine.projections.clocks import Clock, State, Verdict, measure
from slaengine.projections.wording import in_words as event_in_words
from slaengine.testing.laws import Law, checked

MONDAY: Instant = instant("2025-03-03T08:00:00Z")
LONG_AFTER = 400 * DAY

GAPS = (0, MINUTE, 10 * MINUTE, 90 * MINUTE, 10 * HOUR, 40 * HOUR, 1)
"""Between two events: ties, minutes, out of hours, over a weekend, off the minute."""


def check_agreement(
    agreement: Agreement, *, also: Iterable[e.TicketEvent] = (), examples: int | None = None
) -> Callable[[], None]:
    """A test function that tries the laws of clocks on every target of an agreement.

    also: events of your own that rules written as functions look at, as a status or a label. examples: how many
    histories each law is tried on. The function raises LawBroken, with the smallest history that was found as a ledger.
    """
    given = tuple(also)
    laws = [law for target in agreement.targets for law in _laws(target, given, f"{target.name}: ")]
    return checked(f"the agreement {agreement.reference}", laws, examples=examples)


def check_target(
    target: Target, *, also: Iterable[e.TicketEvent] = (), examples: int | None = None
) -> Callable[[], None]:
    """The same for one target."""
    return checked(f"the target {target.name}", _laws(target, tuple(also)), examples=examples)


def check_metric(
    metric: Metric, *, also: Iterable[e.TicketEvent] = (), examples: int | None = None
) -> Callable[[], None]:
    """The same for a metric, with four hours around the clock as its promise.

    A metric that no history of a few events starts, or none fulfils, breaks a law too.
    """
    target = Target(name=metric.name, metric=metric, terms=_four_hours)
    given = tuple(also)
    laws: list[Law[Any]] = [*_laws(target, given), *_awaits_something(target, given)]
    return checked(f"the metric {metric.name}", laws, examples=examples)


def _four_hours(_: object) -> Terms:
    return Terms(Within(hours(4)), always)


# Histories ------------------------------------------------------------------------------------------------------------


@frozen
class _Asked:
    """A history, and the instant at which it is read."""

    events: tuple[e.TicketEvent, ...]
    now: Instant

    @property
    def known(self) -> tuple[e.TicketEvent, ...]:
        """What occurred by then."""
        return tuple(event for event in self.events if event.occurred_at <= self.now)


def _asked(target: Target, also: Sequence[e.TicketEvent]) -> st.SearchStrategy[_Asked]:
    """An opening and up to eight events that matter to the target, read at one of them or later."""
    letters = alphabet([target], also)
    more = st.lists(st.tuples(st.sampled_from(letters.moves), st.sampled_from(GAPS)), max_size=8)
    start = st.integers(0, 6 * 24).map(lambda n: MONDAY + n * 30 * MINUTE)
    told = st.builds(_told, st.sampled_from(letters.openings), start, more)
    later = st.sampled_from([0, 5 * MINUTE, 5 * HOUR, 3 * DAY, 20 * DAY])
    return st.builds(_read_later, told, st.integers(0, 8), later)


def _told(opening: e.TicketEvent, at: Instant, more: Sequence[tuple[e.TicketEvent, int]]) -> tuple[e.TicketEvent, ...]:
    found = [but(opening, occurred_at=at)]
    for event, gap in more:
        at += gap
        found.append(_moved(event, at))
    return tuple(found)


def _moved(event: e.TicketEvent, at: Instant) -> e.TicketEvent:
    """A date that an event sets moves with it."""
    match event:
        case e.CallbackPromised():
            return but(event, occurred_at=at, callback_at=at + event.callback_at - event.occurred_at)
        case e.DueDateSet():
            return but(event, occurred_at=at, due=at + event.due - event.occurred_at)
        case _:
            return but(event, occurred_at=at)


def _read_later(events: tuple[e.TicketEvent, ...], n: int, later: int) -> _Asked:
    return _Asked(events, events[min(n, len(events) - 1)].occurred_at + later)


def _clocks(target: Target, events: Sequence[e.TicketEvent], now: Instant) -> tuple[Clock, ...]:
    return measure(timeline(events), target, now) if events else ()


def _figures(clock: Clock) -> tuple[object, ...]:
    return (
        clock.cycle,
        clock.start,
        clock.used,
        clock.paused,
        clock.limit,
        clock.state,
        clock.verdict,
        clock.due,
        clock.breached_at,
        clock.ended_at,
    )


# Laws -----------------------------------------------------------------------------------------------------------------


def _laws(target: Target, also: Sequence[e.TicketEvent], prefix: str = "") -> list[Law[_Asked]]:
    asked = _asked(target, also)

    def law(name: str, holds: Callable[[Target, _Asked], str | None]) -> Law[_Asked]:
        return Law(
            name=prefix + name, examples=asked, holds=lambda it: holds(target, it), told=lambda it: _ledger(target, it)
        )

    return [law(name, holds) for name, holds in LAWS.items()]


def _same_again(target: Target, asked: _Asked) -> str | None:
    """Twice, and once more after other questions were put to the same rules."""
    first = [*map(_figures, _clocks(target, asked.known, asked.now))]
    _clocks(target, asked.events, asked.now + LONG_AFTER)
    again = [*map(_figures, _clocks(but(target), asked.known, asked.now))]  # anew: a target remembers its answers
    situations = [span.situation for span in timeline(asked.events)]
    for rule in _rules(target):
        answers = [rule(situation) for situation in situations]
        others = [rule(but(situation)) for situation in reversed(situations)]
        if answers != others[::-1]:
            return f"{_name(rule)} answers {answers}, and asked again in another order {others[::-1]}"
    return None if first == again else f"read twice: {first} and then {again}"


def _rules(target: Target) -> Iterator[Callable[..., object]]:
    metric = target.metric
    yield from (metric.starts, metric.fulfilled, metric.cycle, target.pauses, target.terms)


def _name(rule: object) -> str:
    return getattr(rule, "__name__", type(rule).__name__)


def _future_has_no_effect(target: Target, asked: _Asked) -> str | None:
    whole = [*map(_figures, _clocks(target, asked.events, asked.now))]
    known = [*map(_figures, _clocks(target, asked.known, asked.now))]
    return None if whole == known else f"{whole} with what occurs after {iso(asked.now)}, {known} without"


def _a_breach_stays(target: Target, asked: _Asked) -> str | None:
    early, late = (_clocks(target, asked.events, now) for now in (asked.now, asked.now + LONG_AFTER))
    for was, then in zip(early, late, strict=False):
        if was.breached_at is not None and was.breached_at != then.breached_at:
            return f"breached at {iso(was.breached_at)}, and later {then.verdict}"
    return None if len(early) <= len(late) else f"{len(early)} clocks, and later {len(late)}"


def _runs_on_within(target: Target, asked: _Asked) -> str | None:
    for clock in _clocks(target, asked.known, asked.now):
        if clock.state is State.RUNNING and clock.breached_at is None and clock.used > clock.limit:
            return f"{in_words(clock.used)} of {in_words(clock.limit)} used, and no breach"
    return None


def _lines_leave_no_gap(target: Target, asked: _Asked) -> str | None:
    for clock in _clocks(target, asked.known, asked.now):
        for line, following in pairwise(clock.ledger):
            if line.end != following.start:
                return f"a line ends at {iso(line.end)}, the next begins at {iso(following.start)}"
        for line in clock.ledger:
            if not 0 <= line.charged <= line.open_time <= line.end - line.start:
                return f"{line.charged} charged of {line.open_time} open in {line.end - line.start} microseconds"
            if line.charged and line.mode is not Mode.RUNNING:
                return f"{in_words(line.charged)} charged while the clock stood"
    return None


def _pauses_cost_nothing(target: Target, asked: _Asked) -> str | None:
    paused = _clocks(target, asked.known, asked.now)
    without = _clocks(but(target, pauses=_never), asked.known, asked.now)
    for was, run in zip(paused, without, strict=False):
        if was.used > run.used:
            return f"{in_words(was.used)} used with its pauses, {in_words(run.used)} without"
    return None


def _never(_: object) -> bool:
    return False


LAWS: dict[str, Callable[[Target, _Asked], str | None]] = {
    "A rule gives the same answer whenever it is asked": _same_again,
    "What occurs later cannot change a reading": _future_has_no_effect,
    "A breach once found stays": _a_breach_stays,
    "A clock that runs within its limit, or is breached": _runs_on_within,
    "The lines of a ledger leave no gap, and charge no more than was open": _lines_leave_no_gap,
    "Without its pauses a clock uses no less": _pauses_cost_nothing,
}


def _awaits_something(target: Target, also: Sequence[e.TicketEvent]) -> Iterator[Law[None]]:
    """Tried on every history of an opening and two moves."""

    def some(is_so: Callable[[Clock], bool], told: str) -> Callable[[None], str | None]:
        def holds(_: None) -> str | None:
            found = (clock for events in _short(target, also) for clock in _clocks(target, events, MONDAY + 2 * DAY))
            return None if any(map(is_so, found)) else told

        return holds

    yield Law(
        name="Some history starts this clock",
        examples=st.none(),
        holds=some(lambda clock: True, "of all histories of three events none starts it"),
        told=lambda _: "",
    )
    yield Law(
        name="Some history fulfils what is awaited",
        examples=st.none(),
        holds=some(lambda clock: clock.verdict is Verdict.MET, "of all histories of three events none fulfils it"),
        told=lambda _: "",
    )


def _short(target: Target, also: Sequence[e.TicketEvent]) -> Iterator[tuple[e.TicketEvent, ...]]:
    letters = alphabet([target], also)
    for opening in letters.openings:
        yield _told(opening, MONDAY, [])
        for move in letters.moves:
            yield _told(opening, MONDAY, [(move, HOUR)])
            yield from (_told(opening, MONDAY, [(move, HOUR), (other, HOUR)]) for other in letters.moves)


# In words -------------------------------------------------------------------------------------------------------------


def _ledger(target: Target, asked: _Asked) -> str:
    """The history, and the ledger of each clock."""
    told = [f"Read at {iso(asked.now)}:"]
    told += [f"  {iso(event.occurred_at)}  {event_in_words(event)}" for event in asked.events]
    try:
        return "\n".join([*told, *_ledgers(target, asked)])
    except Exception as error:  # noqa: BLE001  # the rule that is tried may be what fails here
        return "\n".join([*told, f"No clock can be read: {type(error).__name__}: {error}"])


def _ledgers(target: Target, asked: _Asked) -> Iterator[str]:
    case = Case(asked.known, under=Agreement(id="tried", version="1", targets=[target]))
    for clock in case.clocks(asked.now):
        yield case.explain(clock.target.name, asked.now, clock.cycle).text()
