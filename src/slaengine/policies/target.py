"""What was promised, and what one event does to the clock of a promise: all that is discrete about it.

`step` is a pure function of few values, so that it can be tabulated: what it is asked once it remembers. The arithmetic
of time is in `projections/clocks.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from enum import Enum
from typing import Protocol, TypeAlias

from attrs import evolve as but
from attrs import field, frozen

from slaengine.domain.events import CallbackPromised, DueDateSet, TicketEvent
from slaengine.domain.shapes import Shape, due_date_for, kind_name, shapes
from slaengine.domain.situation import Situation
from slaengine.domain.vocabulary import Coverage
from slaengine.policies.budget import Budget, DueDate, days_of
from slaengine.policies.calendar import Calendar
from slaengine.policies.rules import Rule, never
from slaengine.policies.threshold import Threshold
from slaengine.policies.words import Word


class Mode(Enum):
    """What a clock does between two events."""

    OFF = "off"
    RUNNING = "running"
    PAUSED = "paused"
    FULFILLED = "fulfilled"


LIVE = frozenset({Mode.RUNNING, Mode.PAUSED})


class Reopen(Word):
    """What becomes of a fulfilled clock that lives again."""

    CONTINUE = "continue"
    INCLUDE_CLOSED = "include-closed"
    RESTART = "restart"
    NEW_CYCLE = "new-cycle"
    FIRST_ONLY = "first-only"


class Retarget(Word):
    """What becomes of the time used when other terms come into force."""

    CARRY = "carry"
    FROM_START = "from-start"
    RESTART = "restart"
    PROPORTION = "proportion"


class Pin(Word):
    """Which facts of a clock's start hold for all of its life, whatever changes.

    VERSION: a running clock keeps the version of its agreement; a ticket that is put under another agreement is
    retargeted, and keeps the version of that one. AGREEMENT: it keeps the agreement too. Under both, priorities still
    count. ALL: nothing changes. What a clock is pinned to is said by the target under which it starts.
    """

    NOTHING = "nothing"
    VERSION = "version"
    AGREEMENT = "agreement"
    ALL = "all"

    def kept(self, situation: Situation) -> Situation | None:
        """What of the situation at a clock's start is remembered."""
        match self:
            case Pin.NOTHING:
                return None
            case Pin.ALL:
                return situation
            case _:
                return Situation(agreement=situation.agreement, agreement_version=situation.agreement_version)

    def pinned(self, origin: Situation, now: Situation) -> Situation:
        """The situation that the terms may look at."""
        match self:
            case Pin.ALL:
                return origin
            case Pin.NOTHING:
                return now
            case _:
                return but(now, agreement=origin.agreement, agreement_version=origin.agreement_version)


class Kind(Word):
    """Who promised whom: the desk its customer (SLA), a team another (OLA), a supplier the desk (underpinning)."""

    SLA = "SLA"
    OLA = "OLA"
    UNDERPINNING = "underpinning contract"


@frozen
class Terms:
    """What the agreement in force asks in a situation.

    Raises AgreementError for a budget that counts working days on a calendar without any.
    """

    budget: Budget
    calendar: Calendar

    def __attrs_post_init__(self) -> None:
        if getattr(self.budget, "counts_days", False):
            days_of(self.calendar)


TermsOf: TypeAlias = Callable[[Situation], Terms | None]
"""What is promised in a situation, by a pure function; None: nothing."""


@frozen(kw_only=True)
class Metric:
    """Which time is measured.

    starts, fulfilled: when the clock lives, and when what it awaits has happened. resets: kinds of event that end the
    clock and may start the next; a bare CustomerContacted is a public contact by a human of the desk, see
    `domain/shapes.py`. cycle: so does a change of this key. needs: kinds of event without which a log cannot tell;
    where it lacks one, the clock is not measurable, and nothing stands in for it.
    """

    name: str
    starts: Rule
    fulfilled: Rule
    resets: frozenset[Shape] = field(default=frozenset(), converter=shapes)
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
GOVERNED: Turn = 64  # by another agreement, version or coverage


@frozen(cache_hash=True)
class Step:
    """Where the latest event left a clock, and by what turn."""

    mode: Mode = Mode.OFF
    turn: Turn = 0
    last: Mode = Mode.OFF  # the last mode that was not off, in this clock; off before it started
    terms: Terms | None = None  # in force, or last in force
    previous: Terms | None = None  # replaced at this event
    key: Hashable = None
    origin: Situation | None = None  # the facts that are pinned
    pin: Pin = Pin.NOTHING  # that of the rules under which it started
    rules: Target | None = None  # in force, or last in force
    coverage: Coverage = Coverage.COVERED
    dated: bool = False  # a date that its budget goes by was set while it did not live


START = Step()


class Stepping(Protocol):
    """A target, or what a book makes of one target across its agreements and versions."""

    @property
    def name(self) -> str: ...

    def step(self, was: Step, situation: Situation, shape: Shape) -> Step:
        """Where an event of this shape leaves the clock, the situation being what the event made it."""
        ...


Known: TypeAlias = dict[tuple[Step, Situation, Shape], Step]
RulesIn: TypeAlias = Callable[[Situation, Situation], "Target | None"]
"""(held, now) -> whose rules govern a clock that holds to some facts of its start; None: nobody's."""


def _thresholds(given: Iterable[Threshold]) -> tuple[Threshold, ...]:
    return tuple(given)


@frozen(kw_only=True, eq=False)
class Target:
    """One clock's rules and its budget.

    terms: what is promised in a situation; None: nothing, the clock is cancelled. pauses: where it stands. pin: facts
    that hold from the clock's start on. thresholds: of which the host is told. agreement: the id and version that it
    belongs to, as in "acme-gold@2025-1"; the book fills it in.
    """

    name: str
    metric: Metric = field(repr=False)
    terms: TermsOf = field(repr=False)
    pauses: Rule = field(default=never, repr=False)
    retarget: Retarget = field(default=Retarget.CARRY, converter=Retarget)
    pin: Pin = field(default=Pin.VERSION, converter=Pin)
    thresholds: tuple[Threshold, ...] = field(default=(), converter=_thresholds)
    kind: Kind = field(default=Kind.SLA, converter=Kind)
    agreement: str = ""
    _known: Known = field(factory=dict, init=False, repr=False)

    def step(self, was: Step, situation: Situation, shape: Shape) -> Step:
        """Where an event of this shape leaves the clock, the situation being what the event made it."""
        asked = was, situation, shape
        known = self._known.get(asked)
        if known is None:
            known = self._known[asked] = step(lambda held, now: self, was, situation, shape)
        return known

    def promised(self, situation: Situation) -> Terms | None:
        """The terms in a situation: a date that was set by hand for this target takes the place of its budget."""
        terms = self.terms(situation)
        if terms is None or self.name not in situation.dated_targets:
            return terms
        return Terms(DueDate(), terms.calendar)


def step(rules_in: RulesIn, was: Step, situation: Situation, shape: Shape) -> Step:
    """Where an event leaves a clock. A clock that is alive goes by the facts that are pinned to its start."""
    was = _pinned_anew(was, situation)
    held = situation if was.origin is None else was.pin.pinned(was.origin, situation)
    found = rules_in(held, situation)
    rules = found or was.rules
    if rules is None:
        return was
    ended = _is_over(rules, was, situation, shape)
    if not ended and not _gives_way(rules, was):
        return _stepped(rules, was, situation, shape, 0, _terms(found, held))
    now = rules_in(situation, situation)
    begun = _stepped(now or rules, Step(was.mode), situation, shape, ENDED if ended else 0, _terms(now, situation))
    if ended or was.last is Mode.OFF or begun.mode in LIVE:
        return begun
    return _stepped(rules, was, situation, shape, 0, None)  # nothing touches what is fulfilled until the next begins


def _pinned_anew(was: Step, situation: Situation) -> Step:
    """Pinned to the version of another agreement, where the ticket was put under one."""
    if was.pin is not Pin.VERSION or was.origin is None or was.origin.agreement == situation.agreement:
        return was
    return but(was, origin=was.pin.kept(situation))


def _terms(rules: Target | None, situation: Situation) -> Terms | None:
    return None if rules is None else rules.promised(situation)


def _is_over(rules: Target, was: Step, situation: Situation, shape: Shape) -> bool:
    """Whether the event ends the clock, fulfilled or not."""
    metric = rules.metric
    return was.last is not Mode.OFF and (shape in metric.resets or metric.cycle(situation) != was.key)


def _gives_way(rules: Target, was: Step) -> bool:
    """Whether a clock that lives now is a new one."""
    return was.last is Mode.OFF or (was.last is Mode.FULFILLED and rules.metric.reopen is Reopen.NEW_CYCLE)


def _stepped(rules: Target, was: Step, situation: Situation, shape: Shape, turn: Turn, terms: Terms | None) -> Step:
    mode = _mode(rules, was, situation, terms)
    governed = was.last is not Mode.OFF and (was.rules is not rules or was.coverage is not situation.coverage)
    turn |= (mode is not was.mode) * MOVED | governed * GOVERNED
    key, coverage = rules.metric.cycle(situation), situation.coverage
    was = but(was, key=key, turn=turn, previous=None, rules=rules, coverage=coverage)
    if mode not in LIVE:
        return _lapsed(was) if _lapses(rules, was, mode, situation) else _stopped(was, mode, shape)
    if was.last is Mode.OFF:
        kept = rules.pin.kept(situation)
        return but(was, mode=mode, last=mode, turn=was.turn | STARTED, terms=terms, origin=kept, pin=rules.pin)
    return _continued(rules, was, mode, terms, shape)


def _mode(rules: Target, was: Step, situation: Situation, terms: Terms | None) -> Mode:
    """The order of tests on one event: fulfilled, nothing promised, paused, running."""
    if was.last is Mode.FULFILLED and rules.metric.reopen is Reopen.FIRST_ONLY:
        return Mode.FULFILLED
    if rules.metric.fulfilled(situation):
        cancelled = was.mode is Mode.OFF and was.last in LIVE
        return Mode.OFF if cancelled else Mode.FULFILLED  # what was cancelled is no longer awaited
    if terms is None or not rules.metric.starts(situation):
        return Mode.OFF
    return Mode.PAUSED if rules.pauses(situation) else Mode.RUNNING


def _lapses(rules: Target, was: Step, mode: Mode, situation: Situation) -> bool:
    """Whether a cancelled clock can live no more: what it awaited came, and what is awaited next is another cycle."""
    over = mode is Mode.OFF and was.last in LIVE and rules.metric.reopen is Reopen.NEW_CYCLE
    return over and rules.metric.fulfilled(situation)


def _lapsed(was: Step) -> Step:
    return Step(turn=was.turn | ENDED, key=was.key, rules=was.rules, coverage=was.coverage)


def _stopped(was: Step, mode: Mode, shape: Shape) -> Step:
    fulfilled = was.last is not Mode.OFF and mode is Mode.FULFILLED
    last = Mode.FULFILLED if fulfilled else was.last
    return but(was, mode=mode, last=last, dated=was.dated or _is_dated(was, was.terms, shape))


def _continued(rules: Target, was: Step, mode: Mode, terms: Terms | None, shape: Shape) -> Step:
    changed = was.dated or _is_dated(was, terms, shape) or terms != was.terms
    resumed = was.last is Mode.FULFILLED
    anew = (resumed and rules.metric.reopen is Reopen.RESTART) or (changed and rules.retarget is Retarget.RESTART)
    turn = was.turn | resumed * RESUMED | changed * RETARGETED | anew * RESTARTED
    previous = was.terms if changed else None
    return but(was, mode=mode, last=mode, turn=turn, terms=terms, previous=previous, dated=False)


def _is_dated(was: Step, terms: Terms | None, shape: Shape) -> bool:
    """Whether the event sets the date that a clock goes by, unless it holds to all facts of its start."""
    if terms is None or was.rules is None or was.pin is Pin.ALL:
        return False
    return _is_dated_by(shape, terms.budget, was.rules.name)


def _is_dated_by(shape: Shape, budget: Budget, target: str) -> bool:
    """Whether the event sets the date that the budget goes by, if it goes by one."""
    match getattr(budget, "of", None):
        case None:
            return False
        case "callback":
            return shape == _CALLBACK
        case _:
            return shape in (_DATED, due_date_for(target))


_DATED, _CALLBACK = kind_name(DueDateSet), kind_name(CallbackPromised)
