"""What one event does to one clock, as a table: the mode it leaves it in, and the turn that it took."""

from collections.abc import Sequence

import pytest
from attrs import evolve as but
from attrs import frozen
from hypothesis import given

from slaengine.domain import events as e
from slaengine.domain.events import TicketEvent
from slaengine.domain.shapes import kind_name
from slaengine.domain.situation import Situation
from slaengine.domain.timeline import timeline
from slaengine.domain.vocabulary import Answer, Party, Phase
from slaengine.errors import AgreementError
from slaengine.instants import DAY, HOUR, Duration, Instant, in_words
from slaengine.policies.budget import Within
from slaengine.policies.calendar import Calendar, always
from slaengine.policies.metrics import first_response_metric, resolution_metric
from slaengine.policies.rules import Where
from slaengine.policies.target import (
    ENDED,
    MOVED,
    RESTARTED,
    RESUMED,
    RETARGETED,
    START,
    STARTED,
    Metric,
    Mode,
    Pin,
    Reopen,
    Retarget,
    Step,
    Target,
    Terms,
    Turn,
)
from tests.clocks.promises import Asked, asked
from tests.clocks.promises import target as over_two_calendars

OPEN = Situation(priority="low", phase=Phase.OPEN, agreement="a", agreement_version="1")
HELD = but(OPEN, phase=Phase.WAITING, waiting_on=Party.CUSTOMER)
DONE = but(OPEN, phase=Phase.RESOLVED)
GONE = but(OPEN, phase=Phase.CANCELLED)
HIGH = but(OPEN, priority="high")
HIGH_HELD = but(HELD, priority="high")
NONE = but(OPEN, priority="none")
ANSWERED = but(OPEN, answered=Answer.HUMAN)
BOT_ANSWERED = but(OPEN, answered=Answer.AUTOMATIC)

LOW_TERMS, HIGH_TERMS = Terms(Within(8 * HOUR), always), Terms(Within(4 * HOUR), always)
TERMS = {"low": LOW_TERMS, "high": HIGH_TERMS}

RUN, PAUSE, DONE_, OFF = Mode.RUNNING, Mode.PAUSED, Mode.FULFILLED, Mode.OFF


def target(metric: Metric | None = None, reopen: Reopen = Reopen.CONTINUE, **more: object) -> Target:
    return Target(
        name="t",
        metric=but(metric or resolution_metric(), reopen=reopen),
        terms=lambda situation: TERMS.get(situation.priority or ""),
        pauses=Where(waiting_on="customer"),
        **more,  # type: ignore[arg-type]
    )


def steps(target: Target, situations: Sequence[Situation], kinds: Sequence[type[TicketEvent]] = ()) -> list[Step]:
    """One step for each situation, by an event of its kind, or by one that says nothing itself."""
    found = [START]
    for n, situation in enumerate(situations):
        found.append(target.step(found[-1], situation, kind_name(kinds[n] if kinds else e.Worked)))
    return found[1:]


def turns(found: Sequence[Step]) -> list[tuple[Mode, Turn]]:
    return [(step.mode, step.turn) for step in found]


RESOLUTION: list[tuple[str, list[Situation], list[tuple[Mode, Turn]]]] = [
    ("an opening starts it", [OPEN], [(RUN, STARTED | MOVED)]),
    ("an opening that waits starts it paused", [HELD], [(PAUSE, STARTED | MOVED)]),
    ("an opening that is solved starts nothing", [DONE], [(DONE_, MOVED)]),
    ("an opening without a promise starts nothing", [NONE], [(OFF, 0)]),
    ("a promise that comes later starts it then", [NONE, OPEN], [(OFF, 0), (RUN, STARTED | MOVED)]),
    ("what changes nothing is no turn", [OPEN, OPEN], [(RUN, STARTED | MOVED), (RUN, 0)]),
    ("what the target does not read is no turn", [OPEN, ANSWERED], [(RUN, STARTED | MOVED), (RUN, 0)]),
    ("it pauses and runs on", [OPEN, HELD, OPEN], [(RUN, STARTED | MOVED), (PAUSE, MOVED), (RUN, MOVED)]),
    ("it is fulfilled once", [OPEN, DONE, DONE], [(RUN, STARTED | MOVED), (DONE_, MOVED), (DONE_, 0)]),
    ("it is fulfilled while paused", [HELD, DONE], [(PAUSE, STARTED | MOVED), (DONE_, MOVED)]),
    ("it is cancelled with its ticket", [OPEN, GONE], [(RUN, STARTED | MOVED), (OFF, MOVED)]),
    ("it is cancelled with its promise", [OPEN, NONE], [(RUN, STARTED | MOVED), (OFF, MOVED)]),
    ("it lives on after it was cancelled", [OPEN, GONE, OPEN], [(RUN, STARTED | MOVED), (OFF, MOVED), (RUN, MOVED)]),
    ("other terms", [OPEN, HIGH], [(RUN, STARTED | MOVED), (RUN, RETARGETED)]),
    ("other terms while paused", [HELD, HIGH_HELD], [(PAUSE, STARTED | MOVED), (PAUSE, RETARGETED)]),
    ("other terms with a pause", [OPEN, HIGH_HELD], [(RUN, STARTED | MOVED), (PAUSE, RETARGETED | MOVED)]),
    (
        "other terms while fulfilled, when it next lives",
        [OPEN, DONE, but(DONE, priority="high"), HIGH],
        [(RUN, STARTED | MOVED), (DONE_, MOVED), (DONE_, 0), (RUN, RESUMED | RETARGETED | MOVED)],
    ),
    (
        "other terms while cancelled, when it next lives",
        [OPEN, GONE, HIGH],
        [(RUN, STARTED | MOVED), (OFF, MOVED), (RUN, RETARGETED | MOVED)],
    ),
]


@pytest.mark.parametrize(
    ("situations", "expected"), [row[1:] for row in RESOLUTION], ids=[row[0] for row in RESOLUTION]
)
def test_a_resolution_clock(situations: list[Situation], expected: list[tuple[Mode, Turn]]) -> None:
    assert turns(steps(target(), situations)) == expected


REOPENED: dict[Reopen, tuple[Mode, Turn]] = {
    Reopen.CONTINUE: (RUN, RESUMED | MOVED),
    Reopen.INCLUDE_CLOSED: (RUN, RESUMED | MOVED),
    Reopen.RESTART: (RUN, RESUMED | RESTARTED | MOVED),
    Reopen.NEW_CYCLE: (RUN, STARTED | MOVED),
    Reopen.FIRST_ONLY: (DONE_, 0),
}


@pytest.mark.parametrize("reopen", Reopen)
def test_a_fulfilled_clock_that_lives_again(reopen: Reopen) -> None:
    assert turns(steps(target(reopen=reopen), [OPEN, DONE, OPEN]))[2] == REOPENED[reopen]


@pytest.mark.parametrize("reopen", Reopen)
def test_a_fulfilled_clock_that_is_cancelled_and_lives_again(reopen: Reopen) -> None:
    """The cancellation between does not undo that it was fulfilled."""
    cancelled, again = steps(target(reopen=reopen), [OPEN, DONE, GONE, OPEN])[2:]
    assert cancelled.mode is (DONE_ if reopen is Reopen.FIRST_ONLY else OFF)
    assert (again.mode, again.turn) == REOPENED[reopen]


RETARGETED_BY: dict[Retarget, Turn] = {
    Retarget.CARRY: RETARGETED,
    Retarget.FROM_START: RETARGETED,
    Retarget.RESTART: RETARGETED | RESTARTED,
    Retarget.PROPORTION: RETARGETED,
}


@pytest.mark.parametrize("retarget", Retarget)
def test_other_terms_come_into_force(retarget: Retarget) -> None:
    first, other = steps(target(retarget=retarget), [OPEN, HIGH])
    assert other.turn == RETARGETED_BY[retarget]
    assert (first.terms, other.previous, other.terms) == (LOW_TERMS, LOW_TERMS, HIGH_TERMS)


FIRST_RESPONSE: list[tuple[str, list[Situation], list[Mode]]] = [
    ("a public answer by a human fulfils it", [OPEN, ANSWERED], [RUN, DONE_]),
    ("an automatic answer does not", [OPEN, BOT_ANSWERED], [RUN, RUN]),
    ("an internal note does not", [OPEN, but(OPEN, answered=Answer.INTERNAL)], [RUN, RUN]),
    ("resolving does", [OPEN, DONE], [RUN, DONE_]),
    ("a reopening does not start it again", [OPEN, DONE, OPEN], [RUN, DONE_, DONE_]),
    ("nor does a later question", [OPEN, ANSWERED, but(ANSWERED, asking=True)], [RUN, DONE_, DONE_]),
    ("a cancelled ticket needs no answer", [OPEN, GONE], [RUN, OFF]),
]


@pytest.mark.parametrize(
    ("situations", "expected"), [row[1:] for row in FIRST_RESPONSE], ids=[row[0] for row in FIRST_RESPONSE]
)
def test_a_first_response_clock(situations: list[Situation], expected: list[Mode]) -> None:
    found = steps(target(first_response_metric(), Reopen.FIRST_ONLY), situations)
    assert [step.mode for step in found] == expected


# The order of tests on one event --------------------------------------------------------------------------------------

ALL_AT_ONCE = Metric(
    name="all at once",
    starts=lambda situation: situation.phase is not Phase.CANCELLED,
    fulfilled=lambda situation: situation.phase is Phase.RESOLVED,
    resets=frozenset({e.Escalated}),
    cycle=lambda situation: situation.tier,
)


def _one_event(situation: Situation, kind: type[TicketEvent] = e.Worked) -> tuple[Mode, Turn]:
    return turns(steps(target(ALL_AT_ONCE), [OPEN, situation], [e.Opened, kind]))[1]


def test_what_fulfils_comes_before_what_is_promised_and_what_pauses() -> None:
    assert _one_event(but(DONE, priority="none", waiting_on=Party.CUSTOMER)) == (DONE_, MOVED)


def test_what_is_not_promised_is_not_paused() -> None:
    assert _one_event(but(HELD, priority="none")) == (OFF, MOVED)


def test_a_reset_ends_a_clock_and_starts_the_next() -> None:
    assert _one_event(OPEN, e.Escalated) == (RUN, ENDED | STARTED)
    assert _one_event(HELD, e.Escalated) == (PAUSE, ENDED | STARTED | MOVED)


def test_so_does_another_key() -> None:
    assert _one_event(but(OPEN, tier="L2")) == (RUN, ENDED | STARTED)


def test_a_reset_that_fulfils_ends_the_clock_and_starts_none() -> None:
    assert _one_event(DONE, e.Escalated) == (DONE_, ENDED | MOVED)


def test_a_reset_of_what_never_lived_ends_nothing() -> None:
    first, reset = steps(target(ALL_AT_ONCE), [NONE, OPEN], [e.Opened, e.Escalated])
    assert (first.mode, reset.mode, reset.turn) == (OFF, RUN, STARTED | MOVED)


# Pins, dates, memory --------------------------------------------------------------------------------------------------


def test_what_is_pinned_at_the_start_stays() -> None:
    assert [step.terms for step in steps(target(pin=Pin.ALL), [OPEN, HIGH])] == [LOW_TERMS, LOW_TERMS]


def test_a_pinned_agreement_stays_while_priorities_count() -> None:
    table = {("1", "low"): LOW_TERMS, ("1", "high"): HIGH_TERMS}
    pinned = Target(
        name="t",
        metric=resolution_metric(),
        terms=lambda s: table.get((s.agreement_version or "", s.priority or "")),
        pin=Pin.AGREEMENT,
    )
    amended = but(OPEN, agreement_version="2")
    found = steps(pinned, [OPEN, amended, but(amended, priority="high")])
    assert [step.terms for step in found] == [LOW_TERMS, LOW_TERMS, HIGH_TERMS]
    assert steps(pinned, [amended])[0].mode is OFF


def test_a_new_cycle_is_pinned_anew() -> None:
    found = steps(target(pin=Pin.ALL, reopen=Reopen.NEW_CYCLE), [OPEN, DONE, HIGH])
    assert found[2].terms == HIGH_TERMS


@frozen
class ByHand:
    """The due date set by hand, or else a day."""

    of: str = "due"

    def due(self, start: Instant, calendar: Calendar, promised: Instant | None) -> Instant:
        return start + DAY if promised is None else promised


@pytest.mark.parametrize(("budget", "turn"), [(Within(HOUR), 0), (ByHand(), RETARGETED)])
def test_a_date_set_by_hand_moves_a_budget_unless_that_is_a_length(budget: Within | ByHand, turn: Turn) -> None:
    dated = Target(name="t", metric=resolution_metric(), terms=lambda _: Terms(budget, always))
    assert steps(dated, [OPEN, but(OPEN, dated=True)], [e.Opened, e.DueDateSet])[1].turn == turn


def test_what_was_asked_once_is_remembered() -> None:
    asked_of: list[Situation] = []

    def terms(situation: Situation) -> Terms:
        asked_of.append(situation)
        return LOW_TERMS

    counted = Target(name="t", metric=resolution_metric(), terms=terms)
    first = steps(counted, [OPEN, HELD, DONE])
    assert steps(counted, [OPEN, HELD, DONE]) == first
    assert len(asked_of) == 3


@given(asked())
def test_a_step_with_no_turn_leaves_everything_as_it_was(asked: Asked) -> None:
    step, this = START, over_two_calendars()
    for span in timeline(asked.events):
        now = this.step(step, span.situation, span.shape)
        if not now.turn:
            assert (now.mode, now.last, now.terms) == (step.mode, step.last, step.terms)
        step = now


@pytest.mark.parametrize("length", [0, -1])
def test_a_budget_of_nothing_is_refused(length: Duration) -> None:
    with pytest.raises(AgreementError, match=f"a budget of {in_words(length)} can never be met"):
        Within(length)
