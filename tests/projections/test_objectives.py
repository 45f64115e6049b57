"""What became of a promise over a period."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, tzinfo
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve as but
from attrs import frozen
from hypothesis import assume, given
from hypothesis import strategies as st

from slaengine.domain.situation import Situation
from slaengine.domain.vocabulary import Coverage
from slaengine.instants import DAY, HOUR, MINUTE, Instant, hours, instant, to_datetime
from slaengine.policies.agreement import Agreement
from slaengine.policies.metrics import resolution
from slaengine.policies.objective import CountedBy, Credit, Objective, Period
from slaengine.policies.rules import Where
from slaengine.policies.target import Terms
from slaengine.projections.clocks import State, Verdict
from slaengine.projections.measures import Part, part, wilson
from slaengine.projections.objectives import ObjectiveReading, Outlook, objective_readings
from tests.clocks.promises import TABLE
from tests.projections.stories import OFFICE

NOW = instant("2025-03-16T12:00+01:00")
START, END = instant("2025-03-01T00:00+01:00"), instant("2025-04-01T00:00+02:00")
"""Of March in Berlin: 31 days but an hour."""

P2 = Situation(priority="P2")
SHARES = (0.95, 0.9, 0.5, 1, 0.333, 0.07)


@frozen(kw_only=True)
class Clock:
    """What an objective sees of a clock."""

    ticket: str = "T-1"
    judged_under: str = "gold@1"
    target: str = "resolution"
    cycle: int = 1
    start: Instant = START
    breached_at: Instant | None = None
    ended_at: Instant | None = None
    cancelled_at: Instant | None = None
    state: State = State.RUNNING
    verdict: Verdict = Verdict.OPEN
    coverage: Coverage = Coverage.COVERED
    situation: Situation = P2
    zone: tzinfo = UTC
    is_waived: bool = False


def met(when: Instant = NOW, **more: Any) -> Clock:
    return Clock(ended_at=when, state=State.STOPPED, verdict=Verdict.MET, **more)


def breached(when: Instant = NOW, *, ended_at: Instant | None = NOW, **more: Any) -> Clock:
    state = State.RUNNING if ended_at is None else State.STOPPED
    return Clock(breached_at=when, ended_at=ended_at, state=state, verdict=Verdict.BREACHED, **more)


def cancelled(clock: Clock, when: Instant = NOW) -> Clock:
    return but(clock, ended_at=None, cancelled_at=when, state=State.CANCELLED)


def _part_of(row: Clock) -> Part:
    """A promise that was given up is no chance, though its clock is not decided yet."""
    found = part(row.state, row.verdict, row.coverage)
    return Part.WAIVED if found is Part.OPEN and row.is_waived else found


def waived(clock: Clock) -> Clock:
    return but(clock, is_waived=True, verdict=clock.verdict if clock.verdict is Verdict.OPEN else Verdict.WAIVED)


OPEN = Clock()


def agreement(**more: Any) -> Agreement:
    return Agreement(
        id="gold",
        targets=[resolution(hours(8), calendar=OFFICE)],
        objectives=[Objective(**{"target": "resolution", "share": 0.95, **more})],
    )


def readings(rows: Sequence[Clock], as_of: Instant = NOW, **more: Any) -> tuple[ObjectiveReading, ...]:
    under = agreement(**more)
    return objective_readings(under.objectives[0], [under], rows, as_of)


def reading(*rows: Clock, as_of: Instant = NOW, **more: Any) -> ObjectiveReading:
    (found,) = readings(rows, as_of, **more)
    return found


# Laws -----------------------------------------------------------------------------------------------------------------

instants = st.integers(0, 200).map(lambda n: START - 60 * DAY + n * 11 * HOUR).filter(lambda t: t <= NOW)


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    """Any clock that may have been read at NOW."""
    started, first, second = sorted(draw(st.tuples(instants, instants, instants)))
    drawn = draw(
        st.sampled_from(
            [
                Clock(),
                met(second),
                breached(first, ended_at=second),
                breached(first, ended_at=None),
                cancelled(Clock(), second),
                cancelled(breached(first), second),
            ]
        )
    )
    return but(
        waived(drawn) if draw(st.booleans()) else drawn,
        start=started,
        ticket=draw(st.sampled_from("AB")),
        judged_under=draw(st.sampled_from(["gold@1", "gold@1", "gold@2"])),
        target=draw(st.sampled_from(["resolution", "resolution", "first-response"])),
        coverage=draw(st.sampled_from([Coverage.COVERED, *Coverage])),
        situation=Situation(priority=draw(st.sampled_from(["P1", "P2", "P3"]))),
    )


rows = st.lists(clocks(), max_size=25)
objectives = st.fixed_dictionaries(
    {
        "share": st.sampled_from(SHARES),
        "period": st.sampled_from(Period),
        "counted_by": st.sampled_from(CountedBy),
        "where": st.sampled_from([Where(), Where(priority=("P1", "P2"))]),
        "excluding": st.sampled_from([Where(priority="P1"), Where(priority="none")]),
        "minimum": st.integers(0, 4),
        "zone": st.sampled_from([None, "Asia/Kolkata", "America/Havana"]),
    }
)


def counts(found: ObjectiveReading) -> Counter[Part]:
    return Counter({it: getattr(found, it.replace(" ", "_")) for it in Part})


@given(rows, objectives)
def test_each_clock_of_the_objective_is_in_one_period_and_one_part(drawn: list[Clock], more: dict[str, Any]) -> None:
    found = readings(drawn, **more)
    own = [
        row
        for row in drawn
        if (row.judged_under, row.target) == ("gold@1", "resolution")
        and more["where"](row.situation)
        and not more["excluding"](row.situation)
    ]
    total = sum((counts(it) for it in found), Counter[Part]())
    assert sum(total.values()) == len(own)
    assert all(before.end <= after.start for before, after in pairwise(found))
    if more["counted_by"] is not CountedBy.CLOSED:
        assert total == Counter(_part_of(row) for row in own)


@given(rows, objectives, st.integers())
def test_the_order_of_the_rows_means_nothing(drawn: list[Clock], more: dict[str, Any], seed: int) -> None:
    shuffled = drawn[:]
    Random(seed).shuffle(shuffled)
    assert [it.data() for it in readings(drawn, **more)] == [it.data() for it in readings(shuffled, **more)]


@given(rows, objectives, st.data())
def test_a_waiver_never_raises_met(drawn: list[Clock], more: dict[str, Any], data: st.DataObject) -> None:
    assume(drawn)
    n = data.draw(st.integers(0, len(drawn) - 1))
    edited = [*drawn[:n], waived(drawn[n]), *drawn[n + 1 :]]
    before, after = readings(drawn, **more), readings(edited, **more)
    assert [it.period for it in before] == [it.period for it in after]
    assert all(then.met <= was.met and then.breached <= was.breached for was, then in zip(before, after, strict=True))


@given(rows, objectives, st.data())
def test_where_nothing_more_opens_the_share_ends_between_worst_and_best(
    drawn: list[Clock], more: dict[str, Any], data: st.DataObject
) -> None:
    """Some of the open clocks are decided, in this period or a later one, and others stay open."""
    after = data.draw(st.integers(1, 60)) * DAY
    ended = [data.draw(st.sampled_from([met(NOW + after), breached(NOW + after), OPEN])) for _ in drawn]
    later = [_decided(row, end) for row, end in zip(drawn, ended, strict=True)]
    final = {it.period: it for it in readings(later, NOW + after, **more)}
    for was in readings(drawn, **more):
        then = final.get(was.period)
        if was.forecast is None or then is None or then.share is None or not was.decided + was.open:
            continue
        assert was.forecast.worst is not None
        assert was.forecast.best is not None
        if was.open or then.end > NOW:
            assert was.forecast.worst <= then.share <= was.forecast.best


def _decided(row: Clock, end: Clock) -> Clock:
    if (row.state, row.verdict) != (State.RUNNING, Verdict.OPEN):
        return row
    now = but(row, breached_at=end.breached_at, ended_at=end.ended_at, state=end.state, verdict=end.verdict)
    return waived(now) if row.is_waived else now


@given(st.integers(0, 400), st.integers(0, 400), st.sampled_from(SHARES))
def test_misses_left_are_the_breaches_that_it_can_bear_and_no_more(good: int, bad: int, share: float) -> None:
    assume(good + bad)
    found = reading(*[met()] * good, *[breached()] * bad, share=share)
    left, promised = found.misses_left, Fraction(str(share))
    assert good >= promised * (good + bad + left)
    assert good < promised * (good + bad + left + 1)
    assert found.kept == (left >= 0)
    assert found.interval == wilson(good, good + bad)


@given(rows, objectives)
def test_a_forecast_stands_by_its_words(drawn: list[Clock], more: dict[str, Any]) -> None:
    for it in readings(drawn, **more):
        if it.forecast is None:
            assert it.end <= NOW
            assert not it.open
            continue
        assert it.forecast.expected >= it.decided
        if it.kept is True:
            assert it.forecast.outlook is not Outlook.AT_RISK
        if it.forecast.outlook is Outlook.LOST:
            assert it.share is not None
            assert it.share < it.objective.share


# Periods --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "label", "start", "end"),
    [
        (Period.WEEK, "2025-W11", "2025-03-10", "2025-03-17"),
        (Period.MONTH, "2025-03", "2025-03-01", "2025-04-01"),
        (Period.QUARTER, "2025-Q1", "2025-01-01", "2025-04-01"),
        (Period.YEAR, "2025", "2025-01-01", "2026-01-01"),
    ],
)
def test_a_period_begins_at_a_local_midnight(period: Period, label: str, start: str, end: str) -> None:
    for zone in ("Europe/Berlin", "Asia/Kolkata", "America/Los_Angeles"):
        found = reading(met(), period=period, zone=zone)
        assert [_local(t, zone) for t in (found.start, found.end)] == [f"{start} 00:00", f"{end} 00:00"]
        assert found.period == label


def _local(t: Instant, zone: str) -> str:
    return f"{to_datetime(t, ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def test_weeks_are_those_of_the_iso_calendar() -> None:
    (found,) = readings([met(instant("2024-12-30T12:00Z"))], period="week")
    assert found.period == "2025-W01"


@pytest.mark.parametrize(
    ("zone", "when", "period"),
    [
        ("UTC", "2025-03-31T23:59:59.999999Z", "2025-03"),
        ("UTC", "2025-04-01T00:00Z", "2025-04"),
        ("Europe/Berlin", "2025-03-31T22:00Z", "2025-04"),
        ("Asia/Kolkata", "2025-03-31T18:30Z", "2025-04"),
        ("America/Los_Angeles", "2025-04-01T06:59Z", "2025-03"),
    ],
)
def test_a_midnight_belongs_to_the_period_that_it_begins(zone: str, when: str, period: str) -> None:
    (found,) = readings([met(instant(when))], as_of=instant("2025-05-05T00:00Z"), zone=zone)
    assert found.period == period


def test_what_a_clock_shows_again_belongs_to_the_day_that_had_begun() -> None:
    """In Newfoundland 1987-2011 summer time ended at 00:01, and the clocks read 23:01 of the day before again."""
    twice = instant("2009-11-01T02:31Z") + MINUTE  # it reads 23:02 on 31 October again
    assert _local(twice, "America/St_Johns") == "2009-10-31 23:02"
    (found,) = readings([met(twice)], zone="America/St_Johns")
    assert (found.period, found.start <= twice < found.end) == ("2009-11", True)


def test_the_zone_is_that_of_the_targets_calendar_unless_the_objective_has_one() -> None:
    late = met(instant("2025-02-28T23:30Z"))
    assert reading(late).period == "2025-03"
    assert reading(late, zone="UTC").period == "2025-02"
    own = but(agreement().targets[0], terms=_own_terms)
    under = Agreement(id="gold", targets=[own], objectives=[Objective(target="resolution", share=0.5)])
    first, second = but(late, ticket="A", zone=ZoneInfo("Asia/Kolkata")), but(late, ticket="B")
    for drawn in ([first, second], [second, first]):
        assert [it.period for it in objective_readings(under.objectives[0], [under], drawn, NOW)] == ["2025-03"]
    assert objective_readings(under.objectives[0], [under], [], NOW) == ()


def _own_terms(_: Situation) -> Terms:
    return TABLE["office", "low"]


FEBRUARY, MARCH = instant("2025-02-20T12:00Z"), instant("2025-03-10T12:00Z")


@pytest.mark.parametrize(
    ("counted_by", "clock", "period", "in_part"),
    [
        ("verdict", met(MARCH, start=FEBRUARY), "2025-03", Part.MET),
        ("opened", met(MARCH, start=FEBRUARY), "2025-02", Part.MET),
        ("closed", met(MARCH, start=FEBRUARY), "2025-03", Part.MET),
        ("verdict", breached(FEBRUARY, ended_at=MARCH, start=FEBRUARY), "2025-02", Part.BREACHED),
        ("closed", breached(FEBRUARY, ended_at=MARCH, start=FEBRUARY), "2025-03", Part.BREACHED),
        ("verdict", breached(FEBRUARY, ended_at=None, start=FEBRUARY), "2025-02", Part.BREACHED),
        ("closed", breached(FEBRUARY, ended_at=None, start=FEBRUARY), "2025-03", Part.OPEN),
        ("verdict", Clock(start=FEBRUARY), "2025-03", Part.OPEN),
        ("opened", Clock(start=FEBRUARY), "2025-02", Part.OPEN),
        ("verdict", cancelled(Clock(start=FEBRUARY), FEBRUARY + HOUR), "2025-02", Part.CANCELLED),
        ("verdict", cancelled(breached(FEBRUARY), MARCH), "2025-02", Part.CANCELLED),
        ("closed", cancelled(breached(FEBRUARY), MARCH), "2025-03", Part.CANCELLED),
        ("verdict", waived(breached(FEBRUARY, ended_at=MARCH)), "2025-02", Part.WAIVED),
    ],
)
def test_which_period_and_part_a_clock_has(counted_by: str, clock: Clock, period: str, in_part: Part) -> None:
    found = reading(clock, counted_by=counted_by)
    assert (found.period, counts(found)[in_part]) == (period, 1)


def test_best_effort_is_apart_whatever_became_of_the_clock() -> None:
    for clock in (met(), breached(), OPEN, cancelled(OPEN), waived(breached())):
        for coverage in (Coverage.BEST_EFFORT, Coverage.OUT_OF_SUPPORT):
            assert counts(reading(but(clock, coverage=coverage))) == {**dict.fromkeys(Part, 0), Part.BEST_EFFORT: 1}


# Figures --------------------------------------------------------------------------------------------------------------


def test_a_share_is_compared_with_the_decimal_that_was_written() -> None:
    """As floats 0.07 * 100 is more than 7."""
    assert 0.07 * 100 > 7
    assert reading(*[met()] * 7, *[breached()] * 93, share=0.07).kept is True
    assert reading(*[met()] * 7, *[breached()] * 94, share=0.07).kept is False
    assert reading(met(), share=1).misses_left == 0


def test_under_the_minimum_or_with_nothing_decided_nothing_is_judged() -> None:
    few: dict[str, Any] = {"minimum": 3, "credits": [Credit(0.9, 5)]}
    assert [(it.kept, it.credit) for it in (reading(breached(), breached(), **few), reading(OPEN))] == [(None, 0)] * 2
    third = reading(breached(), breached(), met(), **few)
    assert (third.kept, third.credit) == (False, 5)


@pytest.mark.parametrize(("good", "owed"), [(95, 0), (94, 0), (93, 5), (90, 5), (89, 10), (80, 10), (79, 25), (0, 25)])
def test_the_lowest_step_that_was_reached_is_due(good: int, owed: float) -> None:
    steps = [Credit(0.8, 25), Credit(0.94, 5), Credit(0.9, 10)]
    assert reading(*[met()] * good, *[breached()] * (100 - good), credits=steps).credit == owed


def test_a_period_that_is_settled_has_no_forecast() -> None:
    assert reading(met(FEBRUARY)).forecast is None
    assert reading(met(FEBRUARY), as_of=FEBRUARY).forecast is not None
    opened = reading(but(OPEN, start=FEBRUARY), met(MARCH, start=FEBRUARY), counted_by="opened").forecast
    assert opened is not None
    assert (opened.worst, opened.best, opened.expected) == (0.5, 1.0, 2)


@pytest.mark.parametrize(
    ("good", "bad", "running", "outlook"),
    [
        (0, 0, 3, Outlook.ON_COURSE),
        (19, 1, 9, Outlook.ON_COURSE),
        (18, 2, 0, Outlook.AT_RISK),  # 40 are expected: 38 of 40 would do
        (17, 3, 0, Outlook.LOST),
        (17, 3, 40, Outlook.AT_RISK),  # 60 are known of
    ],
)
def test_the_outlook(good: int, bad: int, running: int, outlook: Outlook) -> None:
    half = (START + END) // 2
    drawn = [*[met(half)] * good, *[breached(half, ended_at=half)] * bad, *[OPEN] * running]
    forecast = reading(*drawn, as_of=half).forecast
    assert forecast is not None
    assert (forecast.outlook, forecast.expected) == (outlook, 2 * (good + bad))


def test_a_period_with_too_few_to_be_judged_is_on_course() -> None:
    forecast = reading(breached(), minimum=50).forecast
    assert forecast is not None
    assert forecast.outlook is Outlook.ON_COURSE


def test_at_its_very_beginning_a_period_has_no_rate() -> None:
    forecast = reading(met(START), breached(START), as_of=START).forecast
    assert forecast is not None
    assert (forecast.expected, forecast.worst, forecast.best) == (2, 0.5, 0.5)


def test_only_what_the_objective_asks_for_counts() -> None:
    drawn = [met(situation=but(P2, priority="P1")), met(), breached(situation=but(P2, team="field"))]
    found = reading(*drawn, where=Where(priority="P2"), excluding=Where(team="field"))
    assert (found.met, found.breached) == (1, 0)
    assert readings([met(judged_under="gold@2"), met(target="first-response")]) == ()


def test_the_data_are_plain_values() -> None:
    data = reading(met(), breached(), OPEN, share=0.9, credits=[Credit(0.8, 5)]).data()
    assert data["objective"] == "90 % of resolution a month"
    assert (data["period"], data["start"], data["end"]) == ("2025-03", "2025-02-28T23:00:00Z", "2025-03-31T22:00:00Z")
    assert (data["share"], data["kept"], data["misses_left"], data["credit"]) == (0.5, False, -1, 5)
    assert data["forecast"] == {"best": 2 / 3, "worst": 1 / 3, "expected": 3, "outlook": "lost"}
