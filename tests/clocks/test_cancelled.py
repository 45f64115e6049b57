"""A clock of which nothing is promised any more is cancelled, and stays so whatever comes after it."""

import slaengine as sla
from slaengine import events as e

HOUR = sla.hours(1)


def read(target: sla.Target, *events: sla.events.TicketEvent) -> list[tuple[sla.State, sla.Verdict, float]]:
    clocks = sla.measure(sla.timeline(events), target, 4 * HOUR)
    return [(clock.state, clock.verdict, clock.used / HOUR) for clock in clocks]


CANCELLED, RUNNING, OPEN = sla.State.CANCELLED, sla.State.RUNNING, sla.Verdict.OPEN


def test_a_message_that_was_answered_while_nothing_was_promised_is_awaited_no_more() -> None:
    """The next one is another cycle, which starts when something is promised again."""
    assert read(
        sla.next_response({"P1": sla.hours(2)}, calendar=sla.always),
        e.Opened(occurred_at=0, priority="P1"),
        e.Prioritised(occurred_at=HOUR // 2, priority="P9"),
        e.CustomerContacted(occurred_at=HOUR),
        e.CustomerReplied(occurred_at=2 * HOUR),
        e.Prioritised(occurred_at=3 * HOUR, priority="P1"),
    ) == [(CANCELLED, OPEN, 0.5), (RUNNING, OPEN, 1.0)]


def test_a_message_that_still_stands_unanswered_is_awaited_again() -> None:
    assert read(
        sla.next_response({"P1": sla.hours(2)}, calendar=sla.always),
        e.Opened(occurred_at=0, priority="P1"),
        e.Prioritised(occurred_at=HOUR // 2, priority="P9"),
        e.CustomerReplied(occurred_at=2 * HOUR),
        e.Prioritised(occurred_at=3 * HOUR, priority="P1"),
    ) == [(RUNNING, OPEN, 1.5)]


def test_a_cancelled_clock_is_not_fulfilled_by_the_next_one() -> None:
    """It was reset while it was cancelled, and the next starts later only."""
    assert read(
        sla.periodic_update({"P1": sla.hours(2)}, calendar=sla.always),
        e.Opened(occurred_at=0, priority="P1"),
        e.Prioritised(occurred_at=HOUR // 2, priority="P9"),
        e.CustomerContacted(occurred_at=HOUR),
        e.Prioritised(occurred_at=3 * HOUR, priority="P1"),
    ) == [(CANCELLED, OPEN, 0.5), (RUNNING, OPEN, 1.0)]
