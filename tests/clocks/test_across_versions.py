"""One clock across agreements and versions: whose rules hold, since when, and what a clock keeps that is over."""

from collections.abc import Iterable

import pytest

from slaengine.domain import events as e
from slaengine.domain.vocabulary import Coverage, Party
from slaengine.errors import AgreementError
from slaengine.instants import HOUR
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.policies.calendar import always
from slaengine.policies.metrics import next_response, periodic_update, resolution
from slaengine.policies.rules import Where
from slaengine.policies.target import Pin, Reopen, Retarget, Target
from slaengine.projections.case import Case
from slaengine.projections.clocks import Clock, State, Verdict
from tests.histories import Events
from tests.projections.stories import OFFICE, at

SUPPLIER = Where(waiting_on="supplier")


def promised(hours: int, **rules: object) -> Target:
    return resolution(hours * HOUR, calendar=always, **rules)  # type: ignore[arg-type]


def agreement(id: str, *targets: Target, version: str = "1", **more: object) -> Agreement:
    return Agreement(id=id, version=version, targets=targets, **more)  # type: ignore[arg-type]


def to(
    when: str, agreement: str, version: str | None = None, coverage: Coverage = Coverage.COVERED
) -> e.AgreementAttached:
    return e.AgreementAttached(occurred_at=at(when), agreement=agreement, version=version, coverage=coverage)


OPENED = e.Opened(occurred_at=at("3 09:00"), agreement="gold")
RESOLVED, REOPENED = e.Resolved(occurred_at=at("3 11:00")), e.Reopened(occurred_at=at("3 14:00"))


def read(events: Events, book: Iterable[Agreement], now: str, target: str = "resolution") -> Clock:
    return Case(events, under=Book(book)).reading(target, at(now))


# Whose rules hold -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("applies", "kept"), [(False, "silver@1"), (True, "silver@2")])
def test_a_clock_that_was_put_under_another_agreement_keeps_the_version_of_that_one(applies: bool, kept: str) -> None:
    silver = agreement("silver", promised(5))
    amended = agreement("silver", promised(6), version="2", effective_from=at("3 12:00"), applies_to_running=applies)
    clock = read((OPENED, to("3 10:00", "silver")), [agreement("gold", promised(4)), silver, amended], "3 13:00")
    assert clock.target.agreement == kept


def test_the_pin_is_that_of_the_target_under_which_a_clock_starts() -> None:
    """Lest an agreement that pins everything hold the facts of a clock that came to it from another."""
    book = [agreement("gold", promised(4)), agreement("silver", promised(5, pin=Pin.ALL))]
    events: Events = (OPENED, to("3 10:00", "silver"), e.Worked(occurred_at=at("3 11:00")))
    assert [read(events, book, now).target.agreement for now in ("3 10:30", "3 12:00")] == ["silver@1", "silver@1"]
    begun = e.Opened(occurred_at=at("3 09:00"), agreement="silver")
    assert read((begun, to("3 10:00", "gold")), book, "3 11:00").target.agreement == "silver@1"


@pytest.mark.parametrize(("pin", "limit"), [(Pin.ALL, 4), (Pin.VERSION, 24)])
def test_a_date_that_is_set_later_moves_nothing_that_is_pinned(pin: Pin, limit: int) -> None:
    dated = agreement("gold", resolution("due date, else 4 h", calendar=always, pin=pin))
    later = e.DueDateSet(occurred_at=at("3 10:00"), due=at("4 09:00"))
    assert read((OPENED, later), [dated], "3 11:00").limit == limit * HOUR


# What is over stays what it was ---------------------------------------------------------------------------------------


def test_a_fulfilled_clock_stays_under_the_agreement_by_which_it_was_fulfilled() -> None:
    book = [agreement("gold", promised(4)), agreement("silver", promised(1))]
    moved: Events = (OPENED, RESOLVED, to("3 12:00", "silver"))
    clock = read(moved, book, "3 13:00")
    assert (clock.target.agreement, clock.limit, clock.verdict) == ("gold@1", 4 * HOUR, Verdict.MET)
    assert read((*moved, REOPENED), book, "3 15:00").target.agreement == "silver@1"


def test_so_does_a_cycle_when_a_version_takes_effect_between_it_and_the_next() -> None:
    first = next_response(4 * HOUR, calendar=always)
    book = [
        agreement("gold", first),
        agreement("gold", next_response(2 * HOUR, calendar=always), version="2", effective_from=at("3 12:00")),
    ]
    answered = e.CustomerContacted(occurred_at=at("3 10:00"))
    asked = e.CustomerReplied(occurred_at=at("3 13:00"))
    one, two = Case((OPENED, answered, asked), under=book).clocks(at("3 14:00"))
    assert (one.target.agreement, one.verdict) == ("gold@1", Verdict.MET)
    assert (two.target.agreement, two.limit) == ("gold@2", 2 * HOUR)


def test_what_the_old_version_says_of_reopening_decides_whether_the_next_is_a_cycle() -> None:
    book = [
        agreement("gold", promised(4, reopen=Reopen.NEW_CYCLE)),
        agreement("gold", promised(2), version="2", effective_from=at("3 12:00")),
    ]
    assert [clock.limit for clock in Case((OPENED, RESOLVED, REOPENED), under=book).clocks(at("3 15:00"))] == [
        4 * HOUR,
        2 * HOUR,
    ]


def test_a_clock_that_was_cancelled_and_then_reset_is_not_met_when_the_next_begins() -> None:
    book = [agreement("gold", periodic_update(4 * HOUR, calendar=always)), agreement("silver", promised(4))]
    events: Events = (
        OPENED,
        to("3 10:00", "silver"),
        e.CustomerContacted(occurred_at=at("3 11:00")),
        to("3 12:00", "gold"),
    )
    one, two = (
        clock for clock in Case(events, under=book).clocks(at("3 13:00")) if clock.target.name == "periodic-update"
    )
    assert (one.state, one.verdict, two.start) == (State.CANCELLED, Verdict.OPEN, at("3 12:00"))


# Time between fulfilled and reopened ----------------------------------------------------------------------------------


def test_the_version_in_force_when_a_clock_lives_again_says_what_becomes_of_the_time_between() -> None:
    book = [agreement("gold", promised(9)), agreement("silver", promised(9, reopen=Reopen.INCLUDE_CLOSED))]
    there, back = to("3 12:00", "silver"), to("3 12:00", "gold")
    assert read((OPENED, RESOLVED, there, REOPENED), book, "3 14:00").used == 5 * HOUR
    begun = e.Opened(occurred_at=at("3 09:00"), agreement="silver")
    assert read((begun, RESOLVED, back, REOPENED), book, "3 14:00").used == 2 * HOUR


def test_from_start_measures_again_what_was_charged_and_nothing_else() -> None:
    """Two hours between resolved and reopened lay in office hours; under gold they were not charged."""
    included = resolution(9 * HOUR, calendar=OFFICE, reopen=Reopen.INCLUDE_CLOSED, retarget=Retarget.FROM_START)
    book = [agreement("gold", promised(9)), agreement("silver", included)]
    assert read((OPENED, RESOLVED, REOPENED, to("3 15:00", "silver")), book, "3 15:00").used == 3 * HOUR


# When it was due ------------------------------------------------------------------------------------------------------


def test_the_due_instant_that_was_passed_is_the_one_that_was_shown() -> None:
    by_evening = agreement("gold", resolution("next working day by 18:30", calendar=OFFICE))
    before, after = (read((OPENED,), [by_evening], now) for now in ("4 12:00", "5 12:00"))
    assert before.due == at("4 18:30")
    assert (after.due, after.passed, after.breached_at) == (at("4 18:30"), at("4 18:30"), at("5 09:00"))


def test_a_due_date_that_is_set_again_is_due_when_it_says_even_in_the_past() -> None:
    dated = agreement("gold", resolution("due date", calendar=always))
    events: Events = (OPENED, *(e.DueDateSet(occurred_at=at(when), due=at(due)) for when, due in DATES))
    clock = read(events, [dated], "3 13:00")
    assert (clock.due, clock.breached_at) == (at("3 11:00"), at("3 12:00"))


DATES = (("3 09:00", "4 09:00"), ("3 12:00", "3 11:00"))


def test_a_share_is_reached_when_time_reaches_it_and_not_under_other_terms_before() -> None:
    """Six of eight hours become three of four; the fourth hour of the first terms was no end of anything."""
    shares = resolution({"low": 8 * HOUR, "high": 4 * HOUR}, calendar=always, retarget=Retarget.PROPORTION)
    opened = e.Opened(occurred_at=at("3 09:00"), agreement="gold", priority="low")
    raised = e.Prioritised(occurred_at=at("3 15:00"), priority="high")
    readings = [read((opened, raised), [agreement("gold", shares)], now) for now in ("3 15:30", "3 16:00", "3 17:00")]
    assert [clock.due for clock in readings] == [at("3 16:00")] * 3
    assert readings[2].passed == at("3 16:00")


def test_nothing_of_a_share_is_kept_where_a_clock_is_counted_anew() -> None:
    """It lives again under other terms, paused, and is then due by a date before that."""
    rules = {"reopen": Reopen.RESTART, "retarget": Retarget.PROPORTION, "pauses": Where(phase="waiting")}
    shares = resolution({"low": 8 * HOUR, "high": 4 * HOUR}, calendar=always, **rules)  # type: ignore[arg-type]
    events: Events = (
        e.Opened(occurred_at=at("3 09:00"), agreement="gold", priority="low"),
        RESOLVED,
        e.Prioritised(occurred_at=at("3 12:00"), priority="high"),
        e.PutOnHold(occurred_at=at("3 13:00")),
        e.DueDateSet(occurred_at=at("3 14:00"), due=at("3 10:00"), target="resolution"),
    )
    clock = read(events, [agreement("gold", shares)], "3 15:00")
    assert (clock.promise, clock.passed, clock.state) == (at("3 10:00"), at("3 14:00"), State.PAUSED)


def test_a_book_in_which_a_share_of_days_would_have_to_be_kept_is_refused() -> None:
    shares = promised(4, retarget=Retarget.PROPORTION)
    days = agreement("silver", resolution("2 working days", calendar=OFFICE))
    with pytest.raises(AgreementError, match="'resolution' keeps the share of its budget, which only durations have"):
        Book([agreement("gold", shares), days])
    Book([agreement("gold", shares), agreement("silver", resolution("due date", calendar=OFFICE))])  # of a date, none


def test_what_a_ticket_will_stand_under_changes_not_even_the_order_of_its_clocks() -> None:
    ola = agreement("ola", next_response(HOUR, calendar=always, kind="OLA"), promised(8, kind="OLA"))
    later = agreement("silver", promised(9, kind="OLA"), scope={"organisation": "other"})
    for opened in (OPENED, e.Opened(occurred_at=at("3 09:00"), agreement="nobody")):
        events = (opened, to("4 09:00", "silver"))
        book = [agreement("gold", promised(4), scope={"organisation": "acme"}), ola, later]
        names = [
            [(clock.target.kind, clock.target.name) for clock in Case(told, under=book).clocks(at("3 10:00"))]
            for told in (events, events[:1])
        ]
        assert names[0] == names[1]


# Who is entitled ------------------------------------------------------------------------------------------------------


def test_a_breach_by_a_change_of_agreement_is_one_under_the_new_coverage() -> None:
    book = [agreement("gold", promised(4)), agreement("silver", promised(1))]
    events: Events = (OPENED, to("3 11:00", "silver", coverage=Coverage.BEST_EFFORT))
    clock = read(events, book, "3 12:00")
    assert (clock.breached_at, clock.coverage, clock.counts) == (at("3 11:00"), Coverage.BEST_EFFORT, False)


@pytest.mark.parametrize("version", [None, "1"])
def test_what_is_put_under_the_best_effort_is_in_no_compliance(version: str | None) -> None:
    book = [agreement("gold", promised(4)), agreement("basic", promised(1), best_effort=True)]
    clock = read((OPENED, to("3 11:00", "basic", version)), book, "3 12:00")
    assert (clock.verdict, clock.coverage, clock.counts) == (Verdict.BREACHED, Coverage.BEST_EFFORT, False)


def test_a_ticket_that_was_merged_away_stays_so_when_its_agreement_is_amended() -> None:
    book = [agreement("gold", promised(4)), agreement("gold", promised(2), version="2", effective_from=at("4 09:00"))]
    case = Case((OPENED, e.Merged(occurred_at=at("3 10:00"), into="T-2")), under=book)
    assert [clock.state for clock in case.clocks(at("5 09:00"))] == [State.CANCELLED]
    assert case.history.quarantined == ()


def test_a_pause_is_read_by_the_version_that_governs() -> None:
    book = [
        agreement("gold", promised(9, pauses=SUPPLIER)),
        agreement("gold", promised(9), version="2", effective_from=at("3 11:00"), applies_to_running=True),
    ]
    held = e.PutOnHold(occurred_at=at("3 10:00"), waiting_on=Party.SUPPLIER)
    clock = read((OPENED, held), book, "3 12:00")
    assert (clock.used, clock.paused) == (2 * HOUR, HOUR)
