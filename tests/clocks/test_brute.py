"""The evaluator: it imports nothing from the package, counts what stepping counts, and would tell a difference."""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaengine.instants import DAY, MINUTE
from slaengine.policies.target import GOVERNED, RESTARTED, RESUMED, RETARGETED, Reopen, Retarget
from slaengine.projections.clocks import Clock, State, Verdict
from tests.clocks import random_tickets, translated
from tests.clocks.brute.hours import CLOSED, FIRST, LAST, Hours
from tests.clocks.brute.walk import clocks
from tests.clocks.deep import Desk, desk, differences
from tests.clocks.random_tickets import CALENDARS, DAYLESS, START

EVALUATOR = sorted((Path(__file__).parent / "brute").glob("*.py"))
FOREVER = 2**62

names = st.sampled_from([*CALENDARS])
minutes = st.integers(0, 40 * 24 * 60).map(lambda n: START // MINUTE + n)


@pytest.mark.parametrize("path", EVALUATOR, ids=lambda path: str(path.name))
def test_the_evaluator_imports_nothing_from_the_package(path: Path) -> None:
    assert [name for name in imported(path) if name.startswith(("slaengine", "tests")) and ".brute" not in name] == []


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""


# Hours ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[*CALENDARS])
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def test_every_minute_is_open_where_the_calendar_is(name: str) -> None:
    found = translated.calendar(name).open_time.intervals(FIRST * MINUTE, LAST * MINUTE)
    assert list(found) == list(runs(desk(0).hours[name]))


def runs(hours: Hours) -> Iterator[tuple[int, int]]:
    """The open minutes as intervals."""
    is_open = [day != CLOSED for day in hours.began]
    at = FIRST
    for state, group in groupby(is_open):
        end = at + len(list(group))
        if state:
            yield at * MINUTE, end * MINUTE
        at = end


def test_every_working_day_has_the_closing_that_the_calendar_has(name: str) -> None:
    if name in DAYLESS:
        return
    hours, days = desk(0).hours[name], translated.calendar(name).days
    assert days is not None
    first = START // DAY
    working = [day for day in hours.days if first <= day < first + 90]
    assert working == [days.shift(first - 1, n) for n in range(1, len(working) + 1)]
    assert [hours.closing(day) for day in working] == [days.closing(day) for day in working]


@given(names, minutes, st.integers(0, 900))
def test_counting_open_minutes_finds_what_stepping_over_them_finds(name: str, start: int, length: int) -> None:
    hours = desk(0).hours[name]
    minute, left = start, length
    while left:
        left -= hours.began[minute - FIRST] != CLOSED
        minute += 1
    assert hours.between(start * MINUTE, minute * MINUTE) == length * MINUTE
    if length:
        assert hours.reached(start * MINUTE, length * MINUTE) == minute * MINUTE
    while hours.began[minute - FIRST] == CLOSED:
        minute += 1
    assert hours.passed(start * MINUTE, length * MINUTE) == minute * MINUTE


# What it would tell ---------------------------------------------------------------------------------------------------


def tickets(seed: int, n: int) -> Iterator[tuple[Random, list[dict[str, object]]]]:
    rng = Random(seed)
    for _ in range(n):
        yield rng, [dict(record) for record in random_tickets.ticket(rng)]


def test_a_long_series_of_tickets_has_no_difference() -> None:
    for seed in range(4):
        for rng, told in tickets(seed, 25):
            assert differences(rng, told, desk(seed))[1] == []


@pytest.mark.parametrize(
    ("rule", "other"),
    [
        ("retarget", {"carry": "restart"}),
        ("reopen", {None: "restart"}),
        ("pin", {"version": "nothing"}),
        ("pin", {"version": "agreement"}),
        ("pauses", "none of them"),
        ("applies", "the other way round"),
    ],
)
def test_a_rule_that_is_read_otherwise_is_told(rule: str, other: object) -> None:
    told = [
        difference
        for seed in range(6)
        for rng, records in tickets(seed, 25)
        for difference in differences(rng, records, _otherwise(desk(seed), rule, other))[1]
    ]
    assert told


def _otherwise(given: Desk, rule: str, other: object) -> Desk:
    """The same desk, but what is plain differs in one rule."""

    def turned(target: dict[str, object]) -> dict[str, object]:
        if rule == "pauses":
            return {**target, "pauses": []}
        return {**target, rule: other.get(target[rule], target[rule])} if isinstance(other, dict) else target

    agreements = [
        {
            **agreement,
            "applies": agreement["applies"] is not (rule == "applies"),
            "targets": [turned(target) for target in agreement["targets"]],
        }
        for agreement in given.agreements
    ]
    return Desk(agreements, given.book, given.hours)


def test_the_tickets_touch_every_rule_state_and_verdict() -> None:
    """Lest nothing differ because nothing happens."""
    met = Counter(fact for clock in _clocks() for fact in facts(clock))
    assert {*State, *Verdict, *Retarget, *set(Reopen) - {Reopen.NEW_CYCLE, Reopen.FIRST_ONLY}} <= {*met}
    assert {"a second cycle", "governed anew", "breached, and other terms since", "counted anew"} <= {*met}
    assert {"Within", "CalendarTime", "WorkingDays", "OnWorkingDay", "DueDate"} <= {*met}
    assert {"version", "nothing", "agreement", "all"} <= {*met}


def _clocks() -> Iterator[Clock]:
    for seed in range(6):
        for _, told in tickets(seed, 20):
            records = [translated.recorded(it) for it in told]
            yield from translated.read(records, desk(seed).book, START + 40 * DAY, FOREVER) or ()


def facts(clock: Clock) -> Iterator[object]:
    yield from (clock.state, clock.verdict)
    if clock.cycle > 1:
        yield "a second cycle"
    if clock.breached_limit not in (None, clock.limit):
        yield "breached, and other terms since"
    for line in clock.ledger:
        yield from (type(line.terms.budget).__name__, str(line.step.pin))
        rules = line.step.rules
        if rules is not None and line.step.turn & RETARGETED:
            yield rules.retarget
        if rules is not None and line.step.turn & RESUMED:
            yield rules.metric.reopen
        yield from (name for turn, name in _TURNS if line.step.turn & turn)


_TURNS: Sequence[tuple[int, str]] = ((GOVERNED, "governed anew"), (RESTARTED, "counted anew"))


def test_before_its_opening_a_ticket_has_no_clock_and_without_one_it_is_none() -> None:
    told = [random_tickets.record(1, {"kind": "opened", "priority": "low", "at": START})]
    here = desk(0)
    assert clocks(told, here.agreements, here.hours, START - MINUTE, FOREVER) == []
    assert clocks(told, here.agreements, here.hours, START, START - MINUTE) is None
