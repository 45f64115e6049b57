"""`measure` gives, to the microsecond, what a walk over the minutes gives: for every rule, over two calendars."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaengine.domain import events as e
from slaengine.domain.vocabulary import Phase
from slaengine.instants import MINUTE
from slaengine.policies.target import Reopen, Retarget
from slaengine.projections.clocks import Clock
from tests.clocks.promises import CALENDARS, LIMITS, METRICS, later, on_the_minute, read, target
from tests.clocks.walk import Row, Walk
from tests.histories import Events

PHASES = {Phase.NEW: "open", Phase.OPEN: "open", Phase.WAITING: "waiting", Phase.RESOLVED: "resolved"}
STATES = {"running": "running", "paused": "paused", "off": "cancelled", "fulfilled": "stopped"}


@cache
def is_open(agreement: str, minute: int) -> bool:
    return CALENDARS[agreement].open_time.is_open(minute * MINUTE)


def changes(event: e.TicketEvent) -> dict[str, Any]:
    """The event as plain facts."""
    match event:
        case e.Opened(phase=phase, agreement=agreement, priority=priority):
            return {"phase": PHASES[phase], "agreement": agreement, "priority": priority}
        case e.PutOnHold():
            return {"phase": "waiting"}
        case e.Resumed() | e.Reopened():
            return {"phase": "open"}
        case e.Resolved():
            return {"phase": "resolved"}
        case e.Cancelled():
            return {"phase": "cancelled"}
        case e.CustomerContacted():
            return {"answered": True}
        case e.Prioritised(priority=priority):
            return {"priority": priority}
        case e.AgreementAttached(agreement=agreement):
            return {"agreement": agreement}
        case e.Worked():
            return {}
    raise AssertionError(event)


def walked(row: Row) -> tuple[object, ...]:
    return (
        row.start * MINUTE,
        row.used * MINUTE,
        row.paused * MINUTE,
        row.limit * MINUTE,
        None if row.breached is None else row.breached * MINUTE,
        None if row.ended is None else row.ended * MINUTE,
        "stopped" if row.ended is not None else STATES[row.mode],
    )


def measured(clock: Clock) -> tuple[object, ...]:
    return (
        clock.start,
        clock.used,
        clock.paused,
        clock.limit,
        clock.breached_at,
        clock.ended_at,
        clock.state,
    )


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("reopen", Reopen)
@given(on_the_minute, later, st.sampled_from(Retarget))
def test_a_reading_is_what_a_walk_over_the_minutes_gives(
    metric: str, reopen: Reopen, events: Events, after: int, retarget: Retarget
) -> None:
    now = events[-1].occurred_at + after
    walk = Walk(metric, str(reopen), str(retarget), LIMITS, is_open)
    rows = walk.until([(event.occurred_at // MINUTE, changes(event)) for event in events], now // MINUTE)
    assert [measured(clock) for clock in read(events, target(metric, reopen, retarget), now)] == [*map(walked, rows)]
