"""What help desks ask of an SLA engine, one test for each capability that the peers have in part or lack.

The names follow the list in docs/explanation/peers.md. Everything is said with public names, as a host would say it.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import pytest

import slaengine as sla
from slaengine import events as e
from slaengine import hours, minutes

OFFICE = sla.Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", years=(2024, 2027), name="office")
CUSTOMER = sla.Where(waiting_on="customer")
ANA, BEN, KIM = sla.Actor("ana"), sla.Actor("ben"), sla.Actor("kim", sla.Role.CUSTOMER)
BOT = sla.Actor("bot", sla.Role.AUTOMATION)


def at(text: str) -> int:
    """ "3 09:30": an instant of March 2025 in Berlin; the 3rd is a Monday."""
    day, _, time = text.partition(" ")
    return sla.instant(f"2025-03-{int(day):02}T{time}+01:00")


def opened(when: str = "3 09:00", **more: object) -> e.Opened:
    return e.Opened(occurred_at=at(when), by=KIM, **{"priority": "P3", **more})  # type: ignore[arg-type]


Told: TypeAlias = Sequence[e.TicketEvent | sla.Recorded]


def under(*targets: sla.Target, **more: object) -> sla.Agreement:
    return sla.Agreement(id="acme", targets=targets, **more)  # type: ignore[arg-type]


def clocks(events: Told, book: Any, name: str, when: str, **more: Any) -> list[sla.Clock]:
    case = sla.Case(events, under=book, **more)
    return [clock for clock in case.clocks(at(when)) if clock.target.name == name]


def in_hours(*read: sla.Clock) -> list[float]:
    return [clock.used / hours(1) for clock in read]


# Metrics --------------------------------------------------------------------------------------------------------------


def test_first_response_is_a_public_answer_by_a_human() -> None:
    told: Told = [
        opened(),
        e.CustomerContacted(occurred_at=at("3 09:01"), by=BOT, automatic=True),
        e.CustomerContacted(occurred_at=at("3 09:30"), by=ANA, public=False),
        e.CustomerContacted(occurred_at=at("3 10:00"), by=ANA),
    ]
    (clock,) = clocks(told, under(sla.first_response(hours(2), calendar=OFFICE)), "first-response", "3 12:00")
    assert (clock.used, clock.verdict) == (hours(1), sla.Verdict.MET)


def test_next_response_runs_from_the_earliest_unanswered_message_and_resolving_answers_it() -> None:
    told: Told = [
        opened(asks=False),
        e.CustomerReplied(occurred_at=at("3 10:00"), by=KIM),
        e.CustomerReplied(occurred_at=at("3 11:00"), by=KIM),
        e.CustomerContacted(occurred_at=at("3 12:00"), by=ANA),
        e.CustomerReplied(occurred_at=at("3 13:00"), by=KIM),
        e.Resolved(occurred_at=at("3 14:00"), by=ANA),
    ]
    read = clocks(told, under(sla.next_response(hours(4), calendar=OFFICE)), "next-response", "4 12:00")
    assert (in_hours(*read), [clock.cycle for clock in read]) == ([2, 1], [1, 2])


def test_a_thank_you_starts_a_clock_that_an_agent_can_stop_with_a_reason() -> None:
    told: Told = [
        opened(asks=False),
        e.CustomerReplied(occurred_at=at("3 10:00"), by=KIM),
        e.NoAnswerNeeded(occurred_at=at("3 10:30"), by=ANA, reason="thanks"),
    ]
    (clock,) = clocks(told, under(sla.next_response(hours(4), calendar=OFFICE)), "next-response", "4 12:00")
    assert (clock.state, clock.used) == (sla.State.STOPPED, minutes(30))


def test_periodic_update_starts_again_with_each_public_contact() -> None:
    told: Told = [
        opened(),
        e.CustomerContacted(occurred_at=at("3 12:00"), by=ANA),
        e.CustomerContacted(occurred_at=at("3 13:00"), by=ANA, public=False),
        e.CustomerContacted(occurred_at=at("3 13:30"), by=BOT, automatic=True),
        e.CustomerContacted(occurred_at=at("3 16:00"), by=ANA),
        e.Resolved(occurred_at=at("4 10:00"), by=ANA),
    ]
    read = clocks(told, under(sla.periodic_update(hours(3.5), calendar=OFFICE)), "periodic-update", "5 12:00")
    assert in_hours(*read) == [3, 4, 2]
    assert [clock.verdict for clock in read] == [sla.Verdict.MET, sla.Verdict.BREACHED, sla.Verdict.MET]


def test_a_pausable_update_is_a_periodic_update_with_pauses() -> None:
    told: Told = [
        opened(),
        e.PutOnHold(occurred_at=at("3 10:00"), by=ANA),
        e.Resumed(occurred_at=at("3 16:00"), by=ANA),
    ]
    paused = sla.periodic_update(hours(4), calendar=OFFICE, pauses=CUSTOMER)
    (clock,) = clocks(told, under(paused), "periodic-update", "3 17:00")
    assert (clock.used, clock.paused) == (hours(2), hours(6))


def test_agent_work_requester_wait_and_total_time_differ_in_what_pauses_them() -> None:
    told: Told = [
        opened(),
        e.PutOnHold(occurred_at=at("3 10:00"), by=ANA),
        e.PutOnHold(occurred_at=at("3 12:00"), by=ANA, waiting_on=sla.Party.SUPPLIER),
        e.Resumed(occurred_at=at("3 15:00"), by=ANA),
        e.Resolved(occurred_at=at("3 16:00"), by=ANA),
    ]
    book = under(
        sla.agent_work(hours(40), calendar=OFFICE),
        sla.requester_wait(hours(40), calendar=OFFICE),
        sla.total_time(hours(40), calendar=OFFICE),
    )
    read = [clocks(told, book, name, "4 12:00")[0] for name in ("agent-work", "requester-wait", "total-time")]
    assert in_hours(*read) == [2, 5, 7]


def test_assignment_ends_when_somebody_owns_the_ticket() -> None:
    told: Told = [opened(team="desk"), e.Assigned(occurred_at=at("3 09:45"), by=ANA, owner="ben")]
    (clock,) = clocks(told, under(sla.assignment(hours(1), calendar=OFFICE)), "assignment", "3 12:00")
    assert (clock.used, clock.verdict) == (minutes(45), sla.Verdict.MET)


def test_group_ownership_has_a_clock_for_each_stay() -> None:
    told: Told = [
        opened(tier="L1"),
        e.Escalated(occurred_at=at("3 10:00"), by=ANA, tier="L2"),
        e.Reassigned(occurred_at=at("3 11:00"), by=BEN, tier="L1"),
        e.Escalated(occurred_at=at("3 12:00"), by=ANA, tier="L2"),
        e.Resolved(occurred_at=at("3 16:00"), by=BEN),
    ]
    ola = sla.ownership(tier="L2", within=hours(3), calendar=OFFICE)
    read = clocks(told, under(ola), "ownership L2", "4 12:00")
    assert (in_hours(*read), {clock.target.kind for clock in read}) == ([1, 4], {sla.Kind.OLA})
    assert [clock.verdict for clock in read] == [sla.Verdict.MET, sla.Verdict.BREACHED]


def test_contact_cadence_runs_while_the_ticket_waits_and_until_it_is_closed() -> None:
    told: Told = [
        opened(),
        e.CustomerContacted(occurred_at=at("3 10:00"), by=ANA),
        e.PutOnHold(occurred_at=at("3 10:00"), by=ANA),
        e.Resolved(occurred_at=at("4 10:00"), by=ANA),
        e.Closed(occurred_at=at("4 12:00"), by=BOT),
    ]
    read = clocks(told, under(sla.contact_cadence(hours(8), calendar=OFFICE)), "contact-cadence", "5 12:00")
    assert in_hours(*read) == [1, 10]


def test_a_callback_is_due_when_it_was_promised() -> None:
    told: Told = [
        opened(),
        e.CallbackPromised(occurred_at=at("3 10:00"), by=ANA, callback_at=at("3 14:00")),
        e.CallbackKept(occurred_at=at("3 15:00"), by=ANA),
    ]
    book = under(sla.callback(calendar=OFFICE))
    (running,), (kept,) = clocks(told[:2], book, "callback", "3 12:00"), clocks(told, book, "callback", "3 16:00")
    assert running.due == at("3 14:00")
    assert (kept.verdict, kept.breached_at) == (sla.Verdict.BREACHED, at("3 14:00"))


def test_a_metric_of_the_hosts_own_takes_five_lines() -> None:
    untouched = sla.Metric(
        name="untouched",
        starts=lambda situation: situation.phase is sla.Phase.NEW,
        fulfilled=lambda situation: situation.phase is not sla.Phase.NEW,
    )
    told: Told = [opened(), e.Assigned(occurred_at=at("3 10:15"), by=ANA, owner="ana")]
    (clock,) = clocks(told, under(sla.target(untouched, hours(1), calendar=OFFICE)), "untouched", "3 12:00")
    assert (clock.used, clock.verdict) == (minutes(75), sla.Verdict.BREACHED)


# Conditions -----------------------------------------------------------------------------------------------------------


def test_start_pause_stop_reset_and_cancel_are_conditions() -> None:
    metric = sla.Metric(
        name="review",
        starts=sla.Where(status="in review"),  # starts; cancelled when it no longer holds
        fulfilled=sla.Where(confirmed=True),  # stops
        resets=frozenset({e.CustomerReplied}),
    )
    review = sla.target(metric, hours(8), calendar=OFFICE, pauses=sla.Where(owned=False))
    told: Told = [
        opened(),
        e.StatusChanged(occurred_at=at("3 10:00"), status="in review"),
        e.Assigned(occurred_at=at("3 11:00"), owner="ana"),
        e.StatusChanged(occurred_at=at("3 11:00"), status="in review"),
        e.CustomerReplied(occurred_at=at("3 13:00"), by=KIM),
        e.ConfirmedByCustomer(occurred_at=at("3 14:00"), by=KIM),
    ]
    paused, running = (clocks(told, under(review), "review", when)[-1] for when in ("3 10:30", "3 12:00"))
    assert (paused.state, running.state) == (sla.State.PAUSED, sla.State.RUNNING)
    first, second = clocks(told, under(review), "review", "3 15:00")
    assert (first.used, first.paused, first.state) == (hours(2), hours(1), sla.State.STOPPED)
    assert (second.used, second.verdict) == (hours(1), sla.Verdict.MET)
    left: Told = [*told[:3], e.StatusChanged(occurred_at=at("3 12:00"), status="elsewhere")]
    assert clocks(left, under(review), "review", "3 15:00")[-1].state is sla.State.CANCELLED


def test_several_slas_an_ola_and_an_underpinning_contract_stand_side_by_side() -> None:
    customer = under(sla.resolution(hours(16), calendar=OFFICE), scope={"organisation": "acme"})
    internal = sla.Agreement(id="house", targets=[sla.ownership(tier="L2", within=hours(4), calendar=OFFICE)])
    vendor = sla.Agreement(id="vendor", targets=[sla.supplier(hours(8), calendar=sla.always)])
    told: Told = [
        opened(requester=sla.FrozenMap(organisation="acme")),
        e.Escalated(occurred_at=at("3 10:00"), by=ANA, tier="L2"),
        e.PutOnHold(occurred_at=at("3 11:00"), by=BEN, waiting_on=sla.Party.SUPPLIER),
    ]
    read = sla.Case(told, under=[customer, internal, vendor]).clocks(at("3 12:00"))
    assert [(clock.target.agreement, str(clock.target.kind), clock.used / hours(1)) for clock in read] == [
        ("acme@1", "SLA", 3),
        ("house@1", "OLA", 2),
        ("vendor@1", "underpinning contract", 1),
    ]


# Budgets --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("budget", "due", "due_after_a_pause_of_two_hours"),
    [
        ("2 working days", "5 10:30", "5 12:30"),
        ("2 working days, end of day", "5 17:00", "6 11:00"),
        ("2 working days, next opening", "5 10:30", "5 12:30"),
        ("next working day by 16:00", "4 16:00", "5 10:00"),
        ("next working day by 16:00, one more after 10:00", "5 16:00", "6 10:00"),
        ("due date, else 4 h", "3 14:30", "3 16:30"),
    ],
)
def test_targets_in_working_days_to_the_end_of_day_and_by_a_time_combine_with_pauses(
    budget: str, due: str, due_after_a_pause_of_two_hours: str
) -> None:
    book = under(sla.resolution(budget, calendar=OFFICE, pauses=CUSTOMER))
    told: Told = [
        opened("3 10:30"),
        e.PutOnHold(occurred_at=at("3 11:00"), by=ANA),
        e.Resumed(occurred_at=at("3 13:00"), by=ANA),
    ]
    assert clocks(told[:1], book, "resolution", "3 10:45")[0].due == at(due)
    assert clocks(told, book, "resolution", "3 13:00")[0].due == at(due_after_a_pause_of_two_hours)


def test_a_due_date_set_by_hand_moves_one_target_and_leaves_the_others() -> None:
    book = under(sla.first_response(hours(2), calendar=OFFICE), sla.resolution(hours(8), calendar=OFFICE))
    told: Told = [
        opened(),
        e.DueDateSet(occurred_at=at("3 10:00"), by=ANA, due=at("7 12:00"), target="resolution", reason="agreed"),
    ]
    case = sla.Case(told, under=book)
    assert {clock.target.name: clock.due for clock in case.clocks(at("3 10:30"))} == {
        "first-response": at("3 11:00"),
        "resolution": at("7 12:00"),
    }


def test_several_intervals_overnight_dated_hours_and_holidays_in_one_calendar() -> None:
    calendar = sla.Schedule(
        "Europe/Berlin",
        "Mon-Fri 08:00-12:00 13:00-17:00; Fri 22:00-06:00+1",
        holidays=["2025-03-05"],
        special_hours={"2025-03-06": "10:00-12:00"},
        years=(2025, 2026),
    )
    found = [calendar.elapsed(f"2025-03-0{day}T00:00+01:00", f"2025-03-0{day + 1}T00:00+01:00") for day in range(3, 9)]
    assert [length.total_seconds() / 3600 for length in found] == [8, 8, 0, 2, 10, 6]


# Versions, retarget, reopening ----------------------------------------------------------------------------------------


def test_policy_versions_take_effect_at_an_instant_and_old_tickets_keep_old_terms() -> None:
    old = under(sla.resolution(hours(8), calendar=OFFICE), version="2024")
    new = under(sla.resolution(hours(4), calendar=OFFICE), version="2025", effective_from=at("4 00:00"))
    (before,) = clocks([opened()], [old, new], "resolution", "4 10:00")
    (after,) = clocks([opened("4 09:00")], [old, new], "resolution", "4 10:00")
    assert (before.target.agreement, before.limit) == ("acme@2024", hours(8))
    assert (after.target.agreement, after.limit) == ("acme@2025", hours(4))


def test_a_new_version_may_say_that_it_applies_to_running_clocks() -> None:
    old = under(sla.resolution(hours(8), calendar=OFFICE), version="2024")
    new = under(
        sla.resolution(hours(16), calendar=OFFICE),
        version="2025",
        effective_from=at("4 00:00"),
        applies_to_running=True,
    )
    (clock,) = clocks([opened("3 13:00")], [old, new], "resolution", "4 10:00")
    assert (clock.target.agreement, clock.limit, clock.used, clock.cycle) == ("acme@2025", hours(16), hours(5), 1)


def test_a_new_cycle_of_an_old_ticket_has_the_new_version() -> None:
    old = under(sla.next_response(hours(8), calendar=OFFICE), version="2024")
    new = under(sla.next_response(hours(4), calendar=OFFICE), version="2025", effective_from=at("4 00:00"))
    told: Told = [
        opened(),
        e.CustomerContacted(occurred_at=at("4 10:00"), by=ANA),
        e.CustomerReplied(occurred_at=at("4 11:00"), by=KIM),
    ]
    first, second = clocks(told, [old, new], "next-response", "4 12:00")
    assert (first.target.agreement, first.limit, first.used) == ("acme@2024", hours(8), hours(9))
    assert (second.target.agreement, second.limit) == ("acme@2025", hours(4))


@pytest.mark.parametrize(
    ("rule", "used"),
    [
        ("continue", [3]),
        ("include-closed", [6]),
        ("restart", [1]),
        ("new-cycle", [2, 1]),
        ("first-only", [2]),
    ],
)
def test_reopening_continues_includes_restarts_begins_a_new_cycle_or_changes_nothing(
    rule: str, used: list[float]
) -> None:
    told: Told = [
        opened(),
        e.Resolved(occurred_at=at("3 11:00"), by=ANA),
        e.Reopened(occurred_at=at("3 14:00"), by=KIM),
    ]
    book = under(sla.resolution(hours(8), calendar=OFFICE, reopen=rule))
    assert in_hours(*clocks(told, book, "resolution", "3 15:00")) == used


@pytest.mark.parametrize("rule", ["carry", "from-start"])
def test_a_priority_change_keeps_pauses(rule: str) -> None:
    told: Told = [
        opened(),
        e.PutOnHold(occurred_at=at("3 10:00"), by=ANA),
        e.Resumed(occurred_at=at("3 14:00"), by=ANA),
        e.Prioritised(occurred_at=at("3 15:00"), by=ANA, priority="P1"),
    ]
    budgets = {"P1": hours(4), "P3": hours(16)}
    book = under(sla.resolution(budgets, calendar=OFFICE, pauses=CUSTOMER, retarget=rule))
    (clock,) = clocks(told, book, "resolution", "3 15:00")
    assert (clock.used, clock.paused, clock.due) == (hours(2), hours(4), at("3 17:00"))


# Truth ----------------------------------------------------------------------------------------------------------------


def recorded(*events: e.TicketEvent) -> list[sla.Recorded]:
    return [sla.Recorded(stream="T-1", position=n, version=n, event=event) for n, event in enumerate(events, start=1)]


def test_a_correction_recomputes_from_history_and_both_readings_stay_reproducible() -> None:
    book = under(sla.resolution(hours(8), calendar=OFFICE, pauses=CUSTOMER))
    told = recorded(
        opened(),
        e.PutOnHold(occurred_at=at("3 10:00"), by=ANA),
        e.Corrected(
            occurred_at=at("3 16:00"),
            by=ANA,
            corrects="T-1/2",
            event=e.PutOnHold(occurred_at=at("3 12:00"), by=ANA),
            reason="typing error",
        ),
    )
    before, after = (
        clocks(told, book, "resolution", "3 15:00", known_at=at(when))[0] for when in ("3 15:00", "3 17:00")
    )
    assert (before.used, after.used) == (hours(1), hours(3))


def test_as_it_was_known_then() -> None:
    """What the dashboard showed that day: an answer that was written down late was not on it."""
    book = under(sla.first_response(hours(2), calendar=OFFICE))
    answer = e.CustomerContacted(occurred_at=at("3 10:00"), by=ANA)
    told: Told = [*recorded(opened()), sla.Recorded(stream="T-1", position=2, event=answer, recorded_at=at("3 16:00"))]
    then, now = (clocks(told, book, "first-response", "3 12:00", known_at=at(k))[0] for k in ("3 12:00", "3 17:00"))
    assert (then.verdict, now.verdict) == (sla.Verdict.BREACHED, sla.Verdict.MET)


def test_a_breach_is_found_at_its_instant_whoever_asks_and_whenever() -> None:
    book = under(sla.resolution(hours(4), calendar=OFFICE))
    found = {
        clocks([opened("3 15:00")], book, "resolution", when)[0].breached_at
        for when in ("4 11:01", "5 09:00", "31 23:00")
    }
    assert found == {at("4 11:00")}


def test_the_timeline_of_every_clock_is_an_explanation_that_adds_up() -> None:
    book = under(sla.resolution(hours(4), calendar=OFFICE, pauses=CUSTOMER))
    told: Told = [
        opened(),
        e.PutOnHold(occurred_at=at("3 10:00"), by=ANA),
        e.Resumed(occurred_at=at("3 14:00"), by=ANA),
    ]
    explanation = sla.Case(told, under=book).explain("resolution", at("3 16:00"))
    lines = explanation.lines
    assert sum(line.charged for line in lines) == hours(3)
    assert all(line.charged + line.paused + line.idle + line.out_of_hours == line.until - line.at for line in lines)


def test_a_requester_without_an_agreement_is_measured_and_never_in_compliance() -> None:
    acme = under(sla.resolution(hours(8), calendar=OFFICE), scope={"organisation": "acme"})
    rest = sla.Agreement(id="rest", targets=[sla.resolution(hours(8), calendar=OFFICE)], best_effort=True)
    case = sla.Case(
        [opened(requester=sla.FrozenMap(organisation="guest")), e.Resolved(occurred_at=at("3 10:00"))],
        under=[acme, rest],
    )
    (clock,) = case.clocks(at("3 12:00"))
    assert (clock.used, clock.verdict, clock.counts) == (hours(1), sla.Verdict.MET, False)
    assert case.selection.why == "best effort, for everybody"


def test_what_the_contract_does_not_entitle_to_is_best_effort_and_says_so() -> None:
    acme = under(sla.resolution(hours(8), calendar=OFFICE), scope={"organisation": "acme"}, covers={"service": "mail"})
    rest = sla.Agreement(id="rest", targets=[sla.resolution(hours(8), calendar=OFFICE)], best_effort=True)
    case = sla.Case([opened(requester=sla.FrozenMap(organisation="acme"), service="erp")], under=[acme, rest])
    assert case.selection.why == "best effort, for everybody; acme@1 does not cover service erp"
    assert not case.clocks(at("3 12:00"))[0].counts


def test_a_waiver_takes_a_decided_clock_out_of_every_share_and_hides_nothing() -> None:
    book = under(sla.resolution(hours(4), calendar=OFFICE))
    waiver = e.Waived(occurred_at=at("4 12:00"), by=ANA, target="resolution", reason="agreed by phone")
    told: Told = [opened(), e.Resolved(occurred_at=at("3 15:00"), by=ANA), waiver]
    before, after = (clocks(told, book, "resolution", when)[0] for when in ("4 11:00", "4 13:00"))
    assert (before.verdict, before.counts) == (sla.Verdict.BREACHED, True)
    assert (after.verdict, after.counts, after.breached_at) == (sla.Verdict.WAIVED, False, at("3 13:00"))
