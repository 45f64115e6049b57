"""Differences of two agreements: found where a history tells them apart, and by the shortest one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any

import pytest
from attrs import evolve as but
from hypothesis import given, settings
from hypothesis import strategies as st

import slaengine as sla
from slaengine.domain import events as e
from slaengine.instants import MINUTE, Instant, hours
from slaengine.projections.alphabet import alphabet
from slaengine.projections.differences import _figures
from slaengine.projections.search import book_of, under
from slaengine.projections.staging import _at
from tests.projections.golden import check_golden

OFFICE = sla.Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", name="office", years=(2024, 2027))
NIGHT = sla.Schedule("Europe/Berlin", "Mon-Sun 15:00-23:00", name="late", years=(2024, 2027))
MONDAY: Instant = sla.instant("2025-03-03T09:00+01:00")
WAITING = sla.Where(waiting_on="customer")
BY_TIER = (sla.Where(tier="L2"), {"P1": "2 h", "P2": "8 h"}, NIGHT)

CHOICES: Mapping[str, Sequence[Any]] = {
    "budgets": [{"P1": "4 h", "P2": "8 h"}, {"P1": "4 h", "P2": "16 h"}, {"P1": "4 h"}, "8 h"],
    "calendar": [OFFICE, NIGHT],
    "pauses": [WAITING, sla.Where(phase="waiting"), sla.Where(waiting_on="customer", asking=False)],
    "reopen": [*sla.Reopen],
    "retarget": [*sla.Retarget],
    "pin": [*sla.Pin],
    "overrides": [(), (BY_TIER,)],
}
BASE: Mapping[str, int] = dict.fromkeys(CHOICES, 0)


@cache
def agreement(rules: tuple[tuple[str, int], ...], version: str = "1") -> sla.Agreement:
    chosen = {name: CHOICES[name][number] for name, number in rules}
    return sla.Agreement(id="acme", version=version, targets=[sla.resolution(chosen.pop("budgets"), **chosen)])


def rules(**changes: int) -> tuple[tuple[str, int], ...]:
    return tuple({**BASE, **changes}.items())


@cache
def compared(old: tuple[tuple[str, int], ...], new: tuple[tuple[str, int], ...]) -> sla.Differences:
    return sla.differences(agreement(old), agreement(new, "2"))


def figures(of: sla.Agreement, events: Sequence[e.TicketEvent], now: Instant) -> list[Any]:
    """All that the clocks of a history say."""
    opened, *more = events
    assert isinstance(opened, e.Opened)
    case = sla.Case([under(of, opened), *more], under=book_of(of))
    return [_figures(clock) for clock in case.clocks(now)]


mutants = st.sampled_from([(name, number) for name, values in CHOICES.items() for number in range(1, len(values))])


FEW: Sequence[Mapping[str, int]] = (
    {},
    {"overrides": 1},
    {"retarget": 2},
    {"retarget": 3, "overrides": 1},
    {"reopen": 3},
    {"reopen": 1, "retarget": 1, "overrides": 1},
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
    """Two sets of rules, one of them changed in one place. Few bases, so that much is compared once only."""
    base = draw(
        st.sampled_from([{}, {"overrides": 1}, {"retarget": 2}, {"retarget": 3, "overrides": 1}, {"reopen": 3}])
    )
    name, number = draw(mutants)
    return rules(**base), rules(**{**base, name: number})


@st.composite
def placed(draw: st.DrawFn, letters: Any) -> Sequence[e.TicketEvent]:
    """A history over an alphabet, at any quarter of an hour."""
    chosen = [draw(st.sampled_from(letters.openings)), *draw(st.lists(st.sampled_from(letters.moves), max_size=8))]
    at, events = MONDAY, []
    for event in chosen:
        events.append(_at(event, at))
        at += draw(st.sampled_from([15, 60, 4 * 60, 16 * 60])) * MINUTE
    return events


@settings(max_examples=200)
@given(st.data())
def test_what_a_history_tells_apart_is_found(data: st.DataObject) -> None:
    """A mutant of an agreement, one rule changed, is told from it wherever any history tells them apart."""
    old, new = data.draw(pairs())
    one, other = agreement(old), agreement(new, "2")
    events = data.draw(placed(alphabet([*one.targets, *other.targets])))
    now = events[-1].occurred_at + data.draw(st.sampled_from([0, hours(1), hours(30)]))
    if figures(one, events, now) != figures(other, events, now):
        assert len(compared(old, new)) == 1


@pytest.mark.parametrize("name", CHOICES)
def test_a_difference_that_is_found_shows_in_the_figures(name: str) -> None:
    for number in range(1, len(CHOICES[name])):
        for base in ({}, {"overrides": 1}):
            old, new = rules(**base), rules(**{**base, name: number})
            for difference in compared(old, new):
                read = [None if it is None else _figures(it.clock) for it in (difference.old, difference.new)]
                assert read[0] != read[1], (name, number, difference.what)


@pytest.mark.parametrize("name", CHOICES)
def test_a_difference_is_found_both_ways_by_the_same_history(name: str) -> None:
    for number in range(1, len(CHOICES[name])):
        old, new = rules(), rules(**{name: number})
        there, back = compared(old, new), compared(new, old)
        assert [moves(it) for it in there] == [moves(it) for it in back]
        assert [it.states for it in there.agreed] == [it.states for it in back.agreed]


def moves(difference: sla.Difference) -> list[e.TicketEvent]:
    """What happens after the opening, whenever."""
    return [_at(event, 0) for event in difference.events[1:]]


@pytest.mark.parametrize("name", CHOICES)
def test_no_shorter_history_tells_them_apart(name: str) -> None:
    for number in range(1, len(CHOICES[name])):
        old, new = rules(), rules(**{name: number})
        one, other = agreement(old), agreement(new, "2")
        letters = alphabet([*one.targets, *other.targets])
        for difference in compared(old, new):
            for length in range(1, min(len(difference.events), 3)):
                for events in product(letters.openings[:3], *[letters.moves] * (length - 1)):
                    told = [_at(event, MONDAY + number * 90 * MINUTE) for number, event in enumerate(events)]
                    now = told[-1].occurred_at + hours(30)
                    assert figures(one, told, now) == figures(other, told, now), events


def test_two_that_are_alike_agree_in_every_state() -> None:
    none = compared(rules(), rules())
    (agreed,) = none.agreed
    assert (len(none), bool(none), agreed.states > 100) == (0, False, True)
    assert none.text().endswith(f"resolution (SLA): they agree in all {agreed.states:,} states")


def test_a_rule_that_comes_to_the_same_is_no_difference() -> None:
    """To measure again from the start, where all budgets are of one calendar, changes nothing."""
    from_start = [*sla.Retarget].index(sla.Retarget.FROM_START)
    assert not compared(rules(), rules(retarget=from_start))
    assert compared(rules(overrides=1), rules(overrides=1, retarget=from_start))


def test_what_is_no_matter_of_clocks_is_told_in_words() -> None:
    first = agreement(rules())
    resolution = first.targets[0]
    changed = sla.Agreement(
        id="acme",
        version="2",
        targets=[but(resolution, thresholds=[sla.Threshold("75 %")]), sla.first_response("1 h", calendar=OFFICE)],
        scope={"organisation": "acme"},
        covers={"category": ["network", "mail"]},
        effective_from="2025-01-01T00:00Z",
        best_effort=True,
        objectives=[sla.Objective(target="resolution", share=0.95)],
        detectors={"deadline_handoff": {"near": 0.05}},
    )
    told = sla.differences(first, changed)
    assert told.words == (
        "scope: none becomes organisation = acme",
        "covers: none becomes category = network, mail",
        "best effort: no becomes yes",
        "effective from: none becomes 2025-01-01T00:00:00Z",
        "only acme@2 promises first-response (SLA)",
        "thresholds of resolution: none becomes 75 %",
        "only acme@2 has the objective 95 % of resolution a month",
        "detector deadline_handoff: none becomes near = 0.05",
    )
    assert bool(told)
    assert not told.found
    assert sla.differences(changed, first).words[4] == "only acme@2 promises first-response (SLA)"


def test_where_only_one_promises_the_other_has_no_clock() -> None:
    (difference,) = compared(rules(), rules(budgets=2))
    assert (len(difference.events), difference.new) == (1, None)
    assert "New: no clock" in difference.text()


def test_the_text_of_a_difference_is_as_it_was() -> None:
    include = [*sla.Reopen].index(sla.Reopen.INCLUDE_CLOSED)
    check_golden("differences.txt", compared(rules(), rules(reopen=include)).text() + "\n")
    check_golden("opened_with.txt", compared(rules(), rules(overrides=1)).text() + "\n")
