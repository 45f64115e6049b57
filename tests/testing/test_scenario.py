"""What a scenario says of decisions and of readings, and what it tells where that does not hold."""

import re

import pytest

import slaengine as sla
from slaengine.domain.decisions import Decision
from slaengine.domain.events import TicketEvent
from slaengine.domain.ticket import Ticket
from slaengine.testing import scenario

OFFICE = sla.Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00")
OPENED = sla.events.Opened(occurred_at=sla.instant("2025-03-03T08:00Z"), priority="P2")
HELD = sla.events.PutOnHold(
    occurred_at=sla.instant("2025-03-03T09:00Z"), waiting_on=sla.Party.CUSTOMER, status="waiting"
)
RESOLVED = sla.events.Resolved(occurred_at=sla.instant("2025-03-03T10:00Z"), by=sla.Actor("ana"))
AT = "2025-03-03T10:00Z"


def gold() -> sla.Agreement:
    waits = sla.Where(waiting_on=sla.Party.CUSTOMER)
    return sla.Agreement(id="gold", targets=[sla.resolution({"*": sla.hours(4)}, calendar=OFFICE, pauses=waits)])


def test_a_decision_gives_the_events_that_were_expected() -> None:
    scenario().given(OPENED).when(sla.resolve(by="ana"), at=AT).then(RESOLVED)


def test_other_events_are_told_field_by_field_with_what_was_given() -> None:
    decided = scenario().given(OPENED).when(sla.resolve(by="kim"), at=AT)
    with pytest.raises(AssertionError) as failure:
        decided.then(RESOLVED)
    told = str(failure.value)
    assert told.startswith("The decision gave other events than expected.\n\nEvent 1: Resolved\n")
    assert re.search(r"^  ! by +agent ana +agent kim$", told, re.MULTILINE)
    assert re.search(r"^    occurred_at +2025-03-03T10:00:00Z +2025-03-03T10:00:00Z$", told, re.MULTILINE)
    assert "Given:\n  2025-03-03T08:00:00Z  opened, P2\n\nWhen: at 2025-03-03T10:00:00Z" in told


def test_two_values_that_differ_never_look_alike() -> None:
    reading = scenario(under=gold()).given(OPENED).at("2025-03-03T09:00Z")
    with pytest.raises(AssertionError) as failure:
        reading.then_clock("resolution", used=sla.hours(1) + 1)
    used = next(line for line in str(failure.value).splitlines() if "! used" in line)
    assert len({*used.split("used")[1].strip().split("  ")} - {""}) == 2


def test_a_missing_event_stands_beside_no_event() -> None:
    with pytest.raises(AssertionError, match="Event 2: Closed / no event"):
        scenario().given(OPENED).when(sla.resolve(by="ana"), at=AT).then(
            RESOLVED, sla.events.Closed(occurred_at=sla.instant(AT))
        )


def test_a_decision_sees_the_ticket_as_it_stood_then() -> None:
    scenario().given(OPENED, RESOLVED).when(sla.resolve(by="kim"), at="2025-03-03T11:00Z").then_nothing()
    earlier = scenario().given(OPENED, RESOLVED).when(sla.resolve(by="kim"), at="2025-03-03T09:30Z")
    with pytest.raises(AssertionError, match=r"gave events, where nothing was to do\.\n\nGot:\n  2025-03-03T09:30:00Z"):
        earlier.then_nothing()


def test_a_refusal_is_expected_by_its_words() -> None:
    refused = scenario().when(sla.resolve(by="ana"), at=AT)
    refused.then_refused("the ticket was not opened before")
    with pytest.raises(AssertionError, match=r"refused in other words\.\n  expected: on holiday\n  got: "):
        refused.then_refused("on holiday")
    with pytest.raises(AssertionError, match="The decision was refused: ") as failure:
        refused.then(RESOLVED)
    assert isinstance(failure.value.__cause__, sla.UnlawfulEvent)
    with pytest.raises(AssertionError, match="refused, where nothing was to do"):
        refused.then_nothing()


def test_what_was_not_refused_is_told() -> None:
    decided = scenario().given(OPENED).when(sla.resolve(by="ana"), at=AT)
    with pytest.raises(AssertionError, match=r"not refused\. Expected a refusal that says: no(.|\n)*resolved"):
        decided.then_refused("no")


def test_a_decision_of_the_hosts_own_is_tried_alike() -> None:
    def close_what_is_solved() -> Decision:
        def decided(ticket: Ticket | None, at: sla.Instant) -> tuple[TicketEvent, ...]:
            solved = ticket is not None and ticket.situation.phase is sla.Phase.RESOLVED
            return (sla.events.Closed(occurred_at=at),) if solved else ()

        return decided

    later = "2025-03-04T10:00Z"
    scenario().given(OPENED).when(close_what_is_solved(), at=later).then_nothing()
    scenario().given(OPENED, RESOLVED).when(close_what_is_solved(), at=later).then(
        sla.events.Closed(occurred_at=sla.instant(later))
    )


def test_an_unlawful_history_is_no_ground_for_a_decision_nor_for_a_reading() -> None:
    twice = scenario(under=gold()).given(OPENED, OPENED)
    with pytest.raises(AssertionError, match=r"What is given cannot have happened: (.|\n)*Given:"):
        twice.when(sla.resolve(), at=AT)
    with pytest.raises(AssertionError, match=r"What is given cannot have happened: (.|\n)*Given:"):
        twice.at(AT)


def test_a_reading_without_agreements_is_refused_with_what_to_write() -> None:
    with pytest.raises(sla.InputError, match=r"name them as in scenario\(under=gold\)"):
        scenario().given(OPENED).at(AT)


def test_each_flag_is_expected_by_its_kind() -> None:
    ana = sla.Actor("ana")
    ended = sla.events.Resolved(occurred_at=sla.instant("2025-03-03T11:50Z"), by=ana)
    again = sla.events.Reopened(occurred_at=sla.instant("2025-03-03T13:00Z"), by=ana)
    reading = scenario(under=gold()).given(OPENED, ended, again).at("2025-03-03T13:05Z")
    reading.then_flags("close_reopen_churn").then_clock("resolution", state="running")
    with pytest.raises(
        AssertionError, match=r"Expected:\n  none\nGot:\n  close_reopen_churn at 2025-03-03T13:00:00Z: Please review"
    ):
        reading.then_no_flags()


def test_a_clock_stands_as_it_was_expected() -> None:
    reading = scenario(under=gold()).given(OPENED, HELD).at("2025-03-03T12:00Z")
    reading.then_clock("resolution", used="1 h", left="3 h", state="paused", verdict="open", due=None, breached_at=None)
    reading.then_clock("resolution", used=sla.hours(1), limit="4 h", paused="3 h", cycle=1).then_no_flags()
    running = scenario(under=gold()).given(OPENED).at("2025-03-03T09:00Z")
    running.then_clock("resolution", due="2025-03-03T12:00Z", state=sla.State.RUNNING)


def test_a_clock_that_stands_otherwise_is_told_with_its_ledger() -> None:
    reading = scenario(under=gold()).given(OPENED, HELD).at("2025-03-03T12:00Z")
    with pytest.raises(AssertionError) as failure:
        reading.then_clock("resolution", used="2 h", verdict="open", due="2025-03-03T12:00Z")
    told = str(failure.value)
    assert told.startswith("The clock of resolution stands otherwise than expected.")
    assert re.search(r"^  ! used +2 h +1 h$", told, re.MULTILINE)
    assert re.search(r"^    verdict +open +open$", told, re.MULTILINE)
    assert re.search(r"^  ! due +2025-03-03T12:00:00Z +none$", told, re.MULTILINE)
    assert "put on hold, waiting on customer" in told


def test_a_clock_that_is_not_there_is_a_failure_and_may_be_expected() -> None:
    reading = scenario(under=gold()).given(OPENED).at(AT)
    reading.then_no_clock("first-response")
    with pytest.raises(AssertionError, match=r"no such clock as of .* it has resolution \(cycle 1\)"):
        reading.then_clock("first-response", used=0)
    with pytest.raises(AssertionError, match="There is a clock of resolution, where none was expected"):
        reading.then_no_clock("resolution")


def test_flags_are_told_beside_those_expected_with_the_ledgers() -> None:
    reading = scenario(under=gold()).given(OPENED).at(AT)
    with pytest.raises(AssertionError) as failure:
        reading.then_flags("deadline_handoff")
    told = str(failure.value)
    assert "Expected:\n  deadline_handoff\nGot:\n  none\n" in told
    assert "Ticket ticket: resolution (SLA)" in told
