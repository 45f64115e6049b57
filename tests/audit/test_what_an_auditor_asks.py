"""What an auditor who did not write the engine asked of it: nothing that matters may be told in half."""

from collections.abc import Sequence
from typing import Any

import pytest

import slaengine as sla
from slaengine import events as e
from slaengine import hours
from slaengine.codec.description import calendars
from slaengine.projections.clocks import Meter
from slaengine.projections.gaming.view import before, moments

OFFICE = sla.Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", years=(2024, 2027), name="office")
ANA, LEA = sla.Actor("ana"), sla.Actor("lea", sla.Role.LEAD)


def at(text: str) -> int:
    """ "3 09:30": an instant of March 2025 in Berlin; the 3rd is a Monday."""
    day, _, time = text.partition(" ")
    return sla.instant(f"2025-03-{int(day):02}T{time}+01:00")


def agreement(id: str, *targets: sla.Target, **more: Any) -> sla.Agreement:
    return sla.Agreement(id=id, targets=targets, **more)


def log(*events: e.TicketEvent, ticket: str = "T-1", recorded: Sequence[int] = ()) -> list[sla.Recorded]:
    written = [*recorded, *(event.occurred_at for event in events[len(recorded) :])]
    return [
        sla.Recorded(stream=ticket, position=n, version=n, event=event, recorded_at=when)
        for n, (event, when) in enumerate(zip(events, written, strict=True), start=1)
    ]


def test_a_correction_stands_in_the_ledger_with_its_reason_and_when_it_was_made() -> None:
    told = log(
        e.Opened(occurred_at=at("3 09:00")),
        e.Resolved(occurred_at=at("5 12:00"), by=ANA),
        e.Corrected(
            occurred_at=at("12 10:00"),
            by=LEA,
            corrects="T-1/2",
            event=e.Resolved(occurred_at=at("3 12:00"), by=ANA),
            reason="closed by phone",
        ),
    )
    case = sla.Case(told, under=agreement("acme", sla.resolution(hours(8), calendar=OFFICE)))
    explanation = case.explain("resolution", at("13 12:00"))
    assert explanation.lines[-1].what == "resolved, by agent ana, corrected by a record made 214 h later"
    assert "Corrections" in explanation.text()
    (words,) = explanation.corrections
    assert words == (
        "T-1/2 became resolved, by agent ana at 2025-03-03T11:00:00Z: closed by phone, by lead lea, "
        "recorded 2025-03-12T09:00:00Z"
    )
    before = sla.Case(told, under=case.book, known_at=at("11 12:00")).explain("resolution", at("13 12:00"))
    assert (before.corrections, str(before.clock.verdict)) == ((), "breached")


def test_other_hours_are_told_by_the_name_of_the_calendar_and_each_line_has_its_digest() -> None:
    night = sla.resolution(hours(8), calendar=sla.always, overrides=[(sla.Where(tier="L2"), hours(8), OFFICE)])
    told: Sequence[e.TicketEvent] = [
        e.Opened(occurred_at=at("3 08:00"), tier="L1"),
        e.Escalated(occurred_at=at("3 08:30"), tier="L2"),
    ]
    explanation = sla.Case(told, under=agreement("acme", night)).explain("resolution", at("3 10:00"))
    (line,) = (line for line in explanation.lines if line.what.startswith("escalated"))
    assert line.effect == "now on calendar office (Europe/Berlin)"
    digests = [line["calendar"] for line in explanation.data()["lines"]]
    assert digests == [sla.always.digest] * 2 + [OFFICE.calendar.digest] * 2


def test_an_sla_and_an_ola_of_one_name_are_two_rows_of_compliance() -> None:
    customer = agreement("acme", sla.resolution(hours(8), calendar=OFFICE))
    house = agreement("house", sla.resolution(hours(1), calendar=OFFICE, kind="OLA"))
    told = log(e.Opened(occurred_at=at("3 09:00")), e.Resolved(occurred_at=at("3 12:00")))
    findings = sla.audit(told, under=[customer, house])
    assert {(*group.key, group.met, group.breached) for group in findings.compliance(["target"])} == {
        ("resolution (SLA)", 1, 0),
        ("resolution (OLA)", 0, 1),
    }


def test_an_objective_is_one_however_often_its_agreement_is_amended() -> None:
    promised = sla.Objective(target="resolution", share=0.9, minimum=2)
    old = agreement("acme", sla.resolution(hours(8), calendar=OFFICE), version="1", objectives=[promised])
    new = agreement(
        "acme",
        sla.resolution(hours(4), calendar=OFFICE),
        version="2",
        objectives=[promised],
        effective_from=at("10 00:00"),
    )
    told = [
        record
        for day in ("3", "11")
        for record in log(
            e.Opened(occurred_at=at(f"{day} 09:00")), e.Resolved(occurred_at=at(f"{day} 11:00")), ticket=f"T-{day}"
        )
    ]
    (reading,) = sla.audit(told, under=[old, new]).objectives()
    assert (reading.agreement, reading.period, reading.met, reading.kept) == ("acme", "2025-03", 2, True)


def test_a_clock_whose_promise_was_given_up_is_no_chance_of_a_period() -> None:
    acme = agreement(
        "acme",
        sla.resolution(hours(8), calendar=OFFICE),
        objectives=[sla.Objective(target="resolution", share=0.9)],
    )
    told = [
        *log(e.Opened(occurred_at=at("3 09:00")), e.Resolved(occurred_at=at("3 10:00"))),
        *log(
            e.Opened(occurred_at=at("3 09:00")),
            e.Waived(occurred_at=at("3 09:30"), target="resolution", reason="agreed"),
            ticket="T-2",
        ),
    ]
    (reading,) = sla.audit(told, under=acme, as_of=at("3 11:00")).objectives()
    assert (reading.met, reading.open, reading.waived) == (1, 0, 1)
    assert reading.forecast is not None
    assert (reading.forecast.best, reading.forecast.worst) == (1.0, 1.0)


def test_two_calendars_of_one_name_keep_both_digests() -> None:
    other = sla.Schedule("Europe/Berlin", "Mon-Fri 08:00-18:00", years=(2024, 2027), name="office")
    book = sla.Book(
        [agreement("a", sla.resolution(hours(8), calendar=OFFICE), sla.first_response(hours(1), calendar=other))]
    )
    assert calendars(book) == {
        "office (Europe/Berlin)": OFFICE.calendar.digest,
        "office (Europe/Berlin), 2": other.calendar.digest,
    }


def test_a_clock_that_is_over_does_not_come_under_a_later_version() -> None:
    versions = [
        agreement(
            "acme", sla.resolution(hours(h), calendar=OFFICE), version=v, effective_from=since, applies_to_running=True
        )
        for v, h, since in (("1", 8, None), ("2", 4, at("10 00:00")))
    ]
    told: Sequence[e.TicketEvent] = [e.Opened(occurred_at=at("3 09:00")), e.Cancelled(occurred_at=at("3 10:00"))]
    text = sla.Case(told, under=versions).explain("resolution", at("12 10:00")).text()
    assert "now under" not in text


def test_what_follows_from_a_record_was_not_written_down_late() -> None:
    told = log(e.Opened(occurred_at=at("3 09:00")), recorded=[at("20 09:00")])
    lines = (
        sla.Case(told, under=agreement("acme", sla.resolution(hours(8), calendar=OFFICE)))
        .explain("resolution", at("3 10:00"))
        .lines
    )
    assert ["recorded" in line.what for line in lines] == [True, False, False]


@pytest.mark.parametrize("budget", ["500 h", "5 working days", "next working day by 16:00, one more after 09:00"])
def test_a_budget_beyond_the_years_of_its_calendar_is_never_due_and_costs_no_other_clock(budget: str) -> None:
    short = sla.Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", years=(2024, 2026))
    start = sla.instant("2025-12-31T10:00+01:00")
    acme = agreement("acme", sla.first_response("4 h", calendar=sla.always), sla.resolution(budget, calendar=short))
    told = log(e.Opened(occurred_at=start), e.CustomerContacted(occurred_at=start + hours(1), by=ANA))
    findings = sla.audit(told, under=acme)
    assert (len(findings.clocks), findings.quarantine) == (2, ())
    explanation = findings.case("T-1").explain("resolution", start + hours(2))
    assert (explanation.clock.due, explanation.clock.promise) == (None, None)
    assert "never falls due: its calendar does not open for so long" in explanation.text()


def test_compliance_goes_by_month_and_by_any_column_and_refuses_what_is_none() -> None:
    kim = sla.FrozenMap(contact="kim", organisation="borough")
    opened = e.Opened(occurred_at=at("3 09:00"), priority="P2", requester=kim)
    told = log(opened, e.Resolved(occurred_at=at("3 12:00")))
    findings = sla.audit(told, under=agreement("acme", sla.resolution(hours(8), calendar=OFFICE)))
    by = findings.compliance(["month", "customer", "priority"])
    assert [group.key for group in by] == [("2025-03", "borough", "P2")]
    assert [group.key for group in findings.compliance("agreement")] == [("acme@1",)]
    with pytest.raises(sla.InputError, match="'mood' is no column of a clock: choose among ticket, "):
        findings.compliance(["mood"])


def test_flags_replay_a_ticket_once_however_many_cycles_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    again = agreement("acme", sla.resolution(hours(8), calendar=OFFICE, reopen="new-cycle"))
    told: list[e.TicketEvent] = [e.Opened(occurred_at=at("3 09:00"))]
    for n in range(30):
        told += [e.Resolved(occurred_at=at("3 09:01") + n, by=ANA), e.Reopened(occurred_at=at("3 09:02") + n, by=ANA)]
    case = sla.Case(sorted(told, key=lambda event: event.occurred_at), under=again)
    clocks = case.clocks(at("3 10:00"))
    taken: list[sla.Span] = []
    take = Meter.take

    def counted(meter: Meter, span: sla.Span) -> None:
        taken.append(span)
        take(meter, span)

    monkeypatch.setattr(Meter, "take", counted)
    assert before(case, clocks, moments(case))
    assert len(taken) == len(case.timeline)
