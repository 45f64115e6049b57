"""What a host's own rules are tried by: right ones pass, wrong ones are told in words that a person understands."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from attrs import evolve as but
from attrs import frozen

import slaengine as sla
from slaengine.instants import Duration, instant
from slaengine.policies.calendar import When
from slaengine.testing import check_agreement, check_metric, check_schedule, check_target

OFFICE = sla.Schedule("Europe/Berlin", "Mon-Fri 09:00-12:30 13:30-17:30", holidays=["2025-04-18"], name="office")
NIGHT = sla.Schedule("America/New_York", "Mon-Fri 22:00-06:00+1", name="night")
RESOLUTION = sla.resolution(
    {"P1": sla.hours(4), "*": sla.hours(16)}, calendar=OFFICE, pauses=sla.Where(waiting_on="customer")
)
GOLD = sla.Agreement(
    id="gold",
    version="1",
    targets=[sla.first_response({"*": sla.minutes(30)}, calendar=sla.always), RESOLUTION],
)


def told(test: Callable[[], None]) -> str:
    """What is said of a rule that breaks a law."""
    with pytest.raises(sla.LawBroken) as caught:
        test()
    return str(caught.value)


# Calendars ------------------------------------------------------------------------------------------------------------

test_an_office_keeps_the_laws_of_business_time = check_schedule(OFFICE)
test_night_shifts_keep_the_laws_of_business_time = check_schedule(NIGHT, around="2025-03-05T00:00Z")
test_a_calendar_of_others_keeps_them_too = check_schedule(OFFICE.calendar | NIGHT.calendar)


@frozen
class Wrapped:
    """Hours of a host's own, right in all that a subclass does not change."""

    own: sla.Calendar

    def elapsed(self, start: When, end: When) -> timedelta:
        return self.own.elapsed(start, end)

    def due(self, start: When, length: Duration | timedelta) -> datetime:
        return self.own.due(start, length)

    def breach(self, start: When, length: Duration | timedelta) -> datetime:
        return self.own.breach(start, length)

    def subtract(self, end: When, length: Duration | timedelta) -> datetime:
        return self.own.subtract(end, length)

    def is_open(self, when: When) -> bool:
        return self.own.is_open(when)

    def next_open(self, when: When) -> datetime:
        return self.own.next_open(when)


class DueAtTheOpening(Wrapped):
    def due(self, start: When, length: Duration | timedelta) -> datetime:
        return self.own.breach(start, length)


class OpenAtTheClosing(Wrapped):
    def is_open(self, when: When) -> bool:
        return self.own.is_open(when) or self.own.open_time.is_open(instant(when) - 1)


class WithoutASign(Wrapped):
    def elapsed(self, start: When, end: When) -> timedelta:
        return abs(self.own.elapsed(start, end))


@pytest.mark.parametrize(
    ("wrong", "law"),
    [
        (DueAtTheOpening, "Due is the first instant by which the length has passed"),
        (OpenAtTheClosing, "a closing is not open"),
        (WithoutASign, "Elapsed time backwards is the same, negative"),
    ],
)
def test_a_wrong_calendar_is_told_which_law_it_breaks(wrong: type[Wrapped], law: str) -> None:
    said = told(check_schedule(wrong(OFFICE.calendar), examples=300))
    assert law in said
    assert "Tried with the instants" in said


# Targets --------------------------------------------------------------------------------------------------------------

test_gold_keeps_the_laws_of_clocks = check_agreement(GOLD)
test_a_target_of_our_own_keeps_them = check_target(RESOLUTION)
test_the_ready_metric_keeps_them = check_metric(RESOLUTION.metric)


class Counting:
    """A rule that looks at how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, situation: sla.Situation) -> bool:
        self.asked += 1
        return self.asked % 3 == 0


def test_a_rule_that_looks_at_more_than_the_situation_is_told_with_a_history() -> None:
    said = told(check_target(but(RESOLUTION, pauses=Counting()), examples=100))
    assert "A rule gives the same answer whenever it is asked" in said
    assert "Read at 2025-03-0" in said
    assert "opened" in said


class CountingCycles:
    """A cycle key that looks at how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, situation: sla.Situation) -> int:
        self.asked += 1
        return self.asked


def test_an_impure_cycle_key_is_told_too() -> None:
    metric = but(RESOLUTION.metric, cycle=CountingCycles())
    assert "A rule gives the same answer" in told(check_target(but(RESOLUTION, metric=metric), examples=100))


waived = sla.events.Waived(occurred_at=0, target="resolution", reason="agreed")
test_a_breach_that_is_waived_is_still_a_breach = check_target(RESOLUTION, also=[waived], examples=100)


def breaks_down(situation: sla.Situation) -> sla.Terms | None:
    return sla.Terms(sla.Within({"P1": sla.hours(1)}[situation.priority or ""]), OFFICE.calendar)


def test_terms_that_raise_are_told_with_the_error_and_the_history() -> None:
    said = told(check_target(but(RESOLUTION, terms=breaks_down)))
    assert "KeyError" in said
    assert "opened" in said


def never(situation: sla.Situation) -> bool:
    return False


def always(situation: sla.Situation) -> bool:
    return True


@pytest.mark.parametrize(
    ("starts", "fulfilled", "law"),
    [
        (never, always, "Some history starts this clock"),
        (always, never, "Some history fulfils what is awaited"),
    ],
)
def test_a_metric_of_which_nothing_comes_is_told(
    starts: Callable[[sla.Situation], bool], fulfilled: Callable[[sla.Situation], bool], law: str
) -> None:
    assert law in told(check_metric(sla.Metric(name="idle", starts=starts, fulfilled=fulfilled)))


def test_an_agreement_says_which_of_its_targets_it_is() -> None:
    wrong: Sequence[sla.Target] = [GOLD.targets[0], but(RESOLUTION, pauses=Counting())]
    said = told(check_agreement(sla.Agreement(id="wrong", version="1", targets=wrong), examples=100))
    assert "resolution: A rule gives the same answer" in said
    assert "first-response: " not in said
