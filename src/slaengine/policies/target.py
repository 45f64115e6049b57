"""What was promised, and what one event does to the clock of a promise: all that is discrete about it.

`Target.step` is a pure function of few values, so that it can be tabulated: what it is asked once it remembers. The
arithmetic of time is in `projections/clocks.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from enum import Enum, StrEnum
from typing import TypeAlias

from attrs import evolve as but
from attrs import field, frozen

from slaengine.domain.events import DueDateSet, TicketEvent
from slaengine.domain.situation import Situation
from slaengine.policies.budget import Budget, Within
from slaengine.policies.calendar import Calendar
from slaengine.policies.rules import Rule, never


class Mode(Enum):
    """What a clock does between two events."""

    OFF = "off"
    RUNNING = "running"
    PAUSED = "paused"
    FULFILLED = "fulfilled"


LIVE = frozenset({Mode.RUNNING, Mode.PAUSED})


class Reopen(StrEnum):
    """What becomes of a fulfilled clock that lives again."""

    CONTINUE = "continue"
    INCLUDE_CLOSED = "include-closed"
    RESTART = "restart"
    NEW_CYCLE = "new-cycle"
    FIRST_ONLY = "first-only"


class Retarget(StrEnum):
    """What becomes of the time used when other terms come into force."""

    CARRY = "carry"
    FROM_START = "from-start"
    RESTART = "restart"
    PROPORTION = "proportion"


class Kind(StrEnum):
    """Who promised whom: the desk its customer (SLA), a team another (OLA), a supplier the desk (underpinning)."""

    SLA = "SLA"
    OLA = "OLA"
    UNDERPINNING = "underpinning contract"


@frozen
class Terms:
    """What the agreement in force asks in a situation."""

    budget: Budget
    calendar: Calendar


TermsOf: TypeAlias = Callable[[Situation], Terms | None]
"""What is promised in a situation, by a pure function; None: nothing."""


@frozen(kw_only=True)
class Metric:
    """Which time is measured.

    starts, fulfilled: when the clock lives, and when what it awaits has happened. resets: kinds of event that end the
    clock and may start the next. cycle: so does a change of this key. needs: kinds of event without which a log cannot
    tell; where it lacks one, the clock is not measurable, and nothing stands in for it.
    """

    name: str
    starts: Rule
    fulfilled: Rule
    resets: frozenset[type[TicketEvent]] = frozenset()
    cycle: Callable[[Situation], Hashable] = lambda _: None
    reopen: Reopen = Reopen.CONTINUE
    needs: frozenset[type[TicketEvent]] = frozenset()


Turn: TypeAlias = int
"""What an event does to a clock, beside the mode it leaves it in. Bits: enum.Flag costs a microsecond an operation."""

MOVED: Turn = 1  # the mode is another
ENDED: Turn = 2  # the clock is over, fulfilled or not
STARTED: Turn = 4  # a new clock
RESUMED: Turn = 8  # a fulfilled clock lives again
RETARGETED: Turn = 16  # other terms come into force
RESTARTED: Turn = 32  # the same clock, counted anew from here


@frozen(cache_hash=True)
class Step:
    """Where the latest event left a clock, and by what turn."""

    mode: Mode = Mode.OFF
    turn: Turn = 0
    last: Mode = Mode.OFF  # the last mode that was not off, in this clock; off before it started
    terms: Terms | None = None  # in force, or last in force
    previous: Terms | None = None  # replaced at this event
    key: Hashable = None
    origin: Situation | None = None  # kept only where facts are pinned to it


START = Step()


@frozen(kw_only=True, eq=False)
class Target:
    """One clock's rules and its budget.

    terms: what is promised in a situation; None: nothing, the clock is cancelled. pauses: where it stands. pin: facts
    kept from the clock's start, as a function of the situation then and now. agreement: the id and version that it
    belongs to, as in "acme-gold@2025-1"; the book fills it in.
    """

    name: str
    metric: Metric = field(repr=False)
    terms: TermsOf = field(repr=False)
    pauses: Rule = field(default=never, repr=False)
    retarget: Retarget = Retarget.CARRY
    pin: Callable[[Situation, Situation], Situation] | None = None
    kind: Kind = Kind.SLA
    agreement: str = ""
    _known: dict[tuple[Step, Situation, type[TicketEvent]], Step] = field(factory=dict, init=False, repr=False)

    def step(self, was: Step, situation: Situation, event: type[TicketEvent]) -> Step:
        """Where an event of this kind leaves the clock, the situation being what the event made it."""
        asked = was, situation, event
        known = self._known.get(asked)
        if known is None:
            known = self._known[asked] = _step(self, was, situation, event)
        return known


def keep_all(origin: Situation, _: Situation) -> Situation:
    """A pin: the terms at the clock's start stay, whatever changes."""
    return origin


def keep_agreement(origin: Situation, now: Situation) -> Situation:
    """A pin: a running clock keeps its agreement and version; priorities still count."""
    return but(now, agreement=origin.agreement, agreement_version=origin.agreement_version)


def _step(target: Target, was: Step, situation: Situation, event: type[TicketEvent]) -> Step:
    metric, key = target.metric, target.metric.cycle(situation)
    ended = was.last is not Mode.OFF and (event in metric.resets or key != was.key)
    if ended:
        was = Step(was.mode)
    terms = target.terms(_pinned(target, was, situation))
    mode = _mode(target, was, situation, terms)
    was = but(was, key=key, turn=ended * ENDED | (mode is not was.mode) * MOVED, previous=None)
    if mode not in LIVE:
        return _stopped(was, mode)
    if _begins(target, was):
        origin = situation if target.pin else None
        return but(was, mode=mode, last=mode, turn=was.turn | STARTED, terms=terms, origin=origin)
    return _continued(target, was, mode, terms, event)


def _begins(target: Target, was: Step) -> bool:
    """Whether a clock that lives now is a new one."""
    return was.last is Mode.OFF or (was.last is Mode.FULFILLED and target.metric.reopen is Reopen.NEW_CYCLE)


def _pinned(target: Target, was: Step, situation: Situation) -> Situation:
    """The situation that the terms may look at."""
    if target.pin is None or was.origin is None or _begins(target, was):
        return situation
    return target.pin(was.origin, situation)


def _mode(target: Target, was: Step, situation: Situation, terms: Terms | None) -> Mode:
    """The order of tests on one event: fulfilled, nothing promised, paused, running."""
    if was.last is Mode.FULFILLED and target.metric.reopen is Reopen.FIRST_ONLY:
        return Mode.FULFILLED
    if target.metric.fulfilled(situation):
        cancelled = was.mode is Mode.OFF and was.last in LIVE
        return Mode.OFF if cancelled else Mode.FULFILLED  # what was cancelled is no longer awaited
    if terms is None or not target.metric.starts(situation):
        return Mode.OFF
    return Mode.PAUSED if target.pauses(situation) else Mode.RUNNING


def _stopped(was: Step, mode: Mode) -> Step:
    fulfilled = was.last is not Mode.OFF and mode is Mode.FULFILLED
    return but(was, mode=mode, last=Mode.FULFILLED if fulfilled else was.last)


def _continued(target: Target, was: Step, mode: Mode, terms: Terms | None, event: type[TicketEvent]) -> Step:
    changed = terms != was.terms or (event is DueDateSet and terms is not None and _is_dated(terms.budget))
    resumed = was.last is Mode.FULFILLED
    anew = (resumed and target.metric.reopen is Reopen.RESTART) or (changed and target.retarget is Retarget.RESTART)
    turn = was.turn | resumed * RESUMED | changed * RETARGETED | anew * RESTARTED
    return but(was, mode=mode, last=mode, turn=turn, terms=terms, previous=was.terms if changed else None)


def _is_dated(budget: Budget) -> bool:
    """Whether a date set by hand moves the budget: it does, unless the budget is a length of time."""
    return not isinstance(budget, Within)
