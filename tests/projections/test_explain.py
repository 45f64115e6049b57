"""Law 31: every number in an explanation recomputes from its own lines."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaengine.domain import events as e
from slaengine.domain.recorded import is_derived
from slaengine.domain.situation import Situation
from slaengine.domain.vocabulary import Coverage
from slaengine.instants import HOUR, Instant, hours, instant
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.policies.metrics import resolution
from slaengine.policies.rules import AnyOf, Rule, Where, never
from slaengine.policies.schedule import Schedule
from slaengine.policies.target import Retarget
from slaengine.policies.threshold import Threshold
from slaengine.projections.case import Case
from slaengine.projections.clocks import Clock
from slaengine.projections.explain import Explanation, LedgerLine, _waives
from tests.clocks.promises import reopens, retargets
from tests.histories import START, Events, lawful
from tests.projections.stories import (
    ACME,
    ANA,
    BOOK,
    GOLD,
    KIM,
    LEA,
    OFFICE,
    WAITING_ON_CUSTOMER,
    agreement,
    at,
    log,
    opened,
)

STORY: list[e.TicketEvent] = [
    opened("3 09:00", "P3"),
    e.Assigned(occurred_at=at("3 09:10"), by=LEA, owner="ana"),
    e.CustomerContacted(occurred_at=at("3 09:30"), by=ANA, length=120),
    e.PutOnHold(occurred_at=at("3 11:00"), by=ANA),
    e.Resumed(occurred_at=at("3 14:00"), by=KIM),
    e.Prioritised(occurred_at=at("3 15:00"), by=LEA, priority="P1"),
    e.Resolved(occurred_at=at("4 10:00"), by=ANA),
    e.Reopened(occurred_at=at("4 11:00"), by=KIM),
    e.Worked(occurred_at=at("4 12:00"), by=ANA, minutes=30),
]
CASE = Case(log(STORY), under=GOLD)


def explained(events: Events, now: Instant, book: Book = BOOK) -> list[Explanation]:
    case = Case(log(events), under=book)
    return [case.explain(clock.target.name, now, clock.cycle) for clock in _named_once(case.clocks(now))]


def _named_once(clocks: tuple[Clock, ...]) -> list[Clock]:
    """The last of those that share a name and a cycle is the one that is explained."""
    return [*{(clock.target.name, clock.cycle): clock for clock in clocks}.values()]


books = st.builds(
    lambda reopen, retarget: Book(
        [agreement(reopen=reopen, retarget=retarget), agreement("silver", reopen=reopen, retarget=retarget, scale=2)]
    ),
    reopens,
    retargets,
)
worded = st.builds(
    lambda reopen, retarget, budget, applies: Book(
        [
            _promising(budget, reopen=reopen, retarget=retarget),
            _promising("6 h", version="2", effective_from=START + 40 * HOUR, applies_to_running=applies, reopen=reopen),
            agreement("silver"),
        ]
    ),
    reopens,
    st.sampled_from([Retarget.CARRY, Retarget.FROM_START, Retarget.RESTART]),
    st.sampled_from(["2 working days", "24 h by the clock", "due date, else 8 h", "next working day by 16:00"]),
    st.booleans(),
)
"""Budgets that are no plain lengths, and a version that takes effect in between."""


def _promising(budget: str, *, version: str = "1", **more: Any) -> Agreement:
    kept = {name: more.pop(name) for name in ("effective_from", "applies_to_running") if name in more}
    told = ["75 %", "30 min before due", "1 working day after due"]
    promised = resolution(budget, calendar=OFFICE, pauses=WAITING_ON_CUSTOMER, thresholds=told, **more)
    return Agreement(id="gold", version=version, targets=[promised], **kept)


nows = st.integers(0, 300).map(lambda n: START + n * HOUR // 2)
whole = given(lawful(), nows, books)
any_budget = given(lawful(), nows, books | worded)


# Law 31 ---------------------------------------------------------------------------------------------------------------


@any_budget
def test_lines_leave_no_gap_and_the_last_takes_no_time(events: Events, now: Instant, book: Book) -> None:
    for ledger in explained(events, now, book):
        assert all(line.until == following.at for line, following in pairwise(ledger.lines))
        assert ledger.lines[-1].until == ledger.lines[-1].at


@any_budget
def test_charged_paused_idle_and_out_of_hours_add_up_to_the_length(events: Events, now: Instant, book: Book) -> None:
    for ledger in explained(events, now, book):
        for line in ledger.lines:
            parts = line.charged, line.paused, line.idle, line.out_of_hours
            assert sum(parts) == line.until - line.at
            assert min(parts) >= 0


@any_budget
def test_what_was_charged_is_used_after_it_unless_the_next_line_says_what_else_happened(
    events: Events, now: Instant, book: Book
) -> None:
    for ledger in explained(events, now, book):
        for line, following in pairwise(ledger.lines):
            assert following.used == line.used + line.charged + following.adjusted
            assert following.adjusted == 0 or _sets_anew(following)


def _sets_anew(line: LedgerLine) -> bool:
    return any(words in line.effect for words in ("lives again", "becomes", "counted anew"))


@given(lawful(), nows)
def test_under_carry_and_continue_it_always_is(events: Events, now: Instant) -> None:
    for ledger in explained(events, now):
        assert all(b.used == a.used + a.charged for a, b in pairwise(ledger.lines))
        assert ledger.lines[-1].used == sum(line.charged for line in ledger.lines) == ledger.clock.used
        assert ledger.clock.paused == sum(line.paused for line in ledger.lines)


@any_budget
def test_the_limit_is_what_is_used_and_what_is_left_and_changes_only_where_a_line_says_so(
    events: Events, now: Instant, book: Book
) -> None:
    for ledger in explained(events, now, book):
        limits = [line.used + line.left for line in ledger.lines]
        assert limits[-1] == ledger.limit == ledger.clock.limit
        for line, was, limit in zip(ledger.lines[1:], limits, limits[1:], strict=False):
            assert was == limit or "becomes" in line.effect


@whole
def test_what_falls_due_later_is_due_when_what_is_left_was_used(events: Events, now: Instant, book: Book) -> None:
    for ledger in explained(events, now, book):
        for line in ledger.lines:
            if line.due is not None and line.left > 0:
                assert line.due == ledger.calendar.open_time.due(line.at, line.left)


@whole
def test_a_due_instant_that_has_passed_lies_before_its_line(events: Events, now: Instant, book: Book) -> None:
    for ledger in explained(events, now, book):
        assert all(line.due <= line.at for line in ledger.lines if line.due is not None and line.left < 0)


@any_budget
def test_a_breach_has_a_line_and_stands_where_it_happened(events: Events, now: Instant, book: Book) -> None:
    for ledger in explained(events, now, book):
        breaches = [line for line in ledger.lines if line.effect == "breach"]
        assert [line.at for line in breaches] == [t for t in (ledger.clock.breached_at,) if t is not None]
        assert all(line.left <= 0 and line.record is None for line in breaches)


@any_budget
def test_a_ledger_begins_and_ends_with_its_clock(events: Events, now: Instant, book: Book) -> None:
    for ledger in explained(events, now, book):
        clock = ledger.clock
        assert ledger.lines[0].at == clock.start
        assert (ledger.lines[-1].used, ledger.lines[-1].left) == (clock.used, clock.left)
        last = [line for line in ledger.lines if not line.effect.startswith("waived")][-1]
        assert last.at == (now if clock.ended_at is None else clock.ended_at)
        assert ledger.lines[-1].due == clock.due


@any_budget
def test_each_event_of_the_life_of_a_clock_has_a_line_of_its_own(events: Events, now: Instant, book: Book) -> None:
    for ledger in explained(events, now, book):
        case = Case(log(events), under=book)
        end = now if ledger.clock.ended_at is None else ledger.clock.ended_at
        pairs = zip(case.history.records, case.timeline, strict=True)
        told = [
            record
            for record, span in pairs
            if ledger.clock.start <= span.start <= (now if _waives(span.event, ledger.clock) else end)
        ]
        within = [record.id for record in told if not is_derived(record)]
        assert [line.record for line in ledger.lines if line.record is not None] == within


@any_budget
def test_the_text_holds_every_line_and_ends_with_the_sentence(events: Events, now: Instant, book: Book) -> None:
    for ledger in explained(events, now, book):
        text = ledger.text()
        assert text == str(ledger)
        assert text.endswith(ledger.sentence())
        assert re.findall(r"^ *(\d+)  [MTWFS][a-z]{2} ", text, re.MULTILINE) == [
            str(number) for number, _ in enumerate(ledger.lines, start=1)
        ]


# One ledger in full ---------------------------------------------------------------------------------------------------


def test_the_ledger_of_a_breach_with_a_pause_a_retarget_and_a_reopening_reads_like_this() -> None:
    golden = (Path(__file__).parent / "golden" / "ledger.txt").read_text(encoding="utf-8")
    assert CASE.explain("resolution", at("4 12:30")).text() + "\n" == golden


def test_at_a_past_instant_nothing_is_told_of_what_came_later() -> None:
    ledger = CASE.explain("resolution", at("3 14:30"))
    assert (ledger.clock.used, ledger.limit, ledger.clock.due) == (2 * HOUR + HOUR // 2, 8 * HOUR, at("4 12:00"))
    assert [line.record for line in ledger.lines] == [
        "T-1/1",
        None,
        "T-1/2",
        "T-1/3",
        "T-1/4",
        "T-1/5",
        None,
    ]
    assert ledger.lines[-1].what == "the instant of this reading"
    assert Case(log(STORY[:5]), under=GOLD).explain("resolution", at("3 14:30")).text() == ledger.text()


def test_a_breach_has_used_the_limit_exactly() -> None:
    (breach,) = [line for line in CASE.explain("resolution", at("4 12:30")).lines if line.effect == "breach"]
    assert (breach.at, breach.used, breach.left, breach.what) == (at("3 16:00"), 4 * HOUR, 0, "limit used up")
    assert breach.rule == "resolution.limit"


def test_a_change_that_charged_too_much_breaches_at_its_own_instant() -> None:
    story: list[e.TicketEvent] = [opened("3 09:00", "P3"), e.Prioritised(occurred_at=at("3 14:00"), priority="P1")]
    (*_, changed, breach, _) = Case(log(story), under=GOLD).explain("resolution", at("3 15:00")).lines
    assert (changed.at, breach.at, breach.used, breach.left) == (at("3 14:00"), at("3 14:00"), 5 * HOUR, -HOUR)
    assert (changed.effect, breach.effect) == ("limit 8 h becomes 4 h (carry)", "breach")


def test_the_data_are_the_same_as_plain_values() -> None:
    ledger = CASE.explain("resolution", at("4 12:30"))
    data = ledger.data()
    assert (data["ticket"], data["target"], data["agreement"], data["why"]) == (
        "T-1",
        "resolution",
        "gold@1",
        "for everybody",
    )
    assert (data["used"], data["left"], data["limit"]) == (ledger.clock.used, ledger.clock.left, ledger.limit)
    assert instant(data["breached_at"]) == ledger.clock.breached_at
    assert [instant(line["at"]) for line in data["lines"]] == [line.at for line in ledger.lines]
    assert [line["charged"] for line in data["lines"]] == [line.charged for line in ledger.lines]
    assert data["calendar"]["digest"] == ledger.calendar.digest


@pytest.mark.parametrize(
    ("events", "now", "says"),
    [
        (STORY[:5], "3 14:30", "resolution: open, 2 h 30 min of 8 h used (running; is due Tue 2025-03-04 12:00:00"),
        (STORY[:4], "3 12:00", "resolution: open, 2 h of 8 h used (paused; would be due Tue 2025-03-04 10:00:00"),
        (STORY, "3 18:00", "resolution: breached at Mon 2025-03-03 16:00:00"),
        ([*STORY[:1], STORY[6]], "4 12:00", "resolution: breached at Tue 2025-03-04 09:00:00"),
        (
            [*STORY[:1], e.Resolved(occurred_at=at("3 10:00"))],
            "4 12:00",
            "resolution: met, 1 h of 8 h used (stopped; was due Mon 2025-03-03 17:00:00",
        ),
        (
            [*STORY[:1], e.Cancelled(occurred_at=at("3 10:00"))],
            "4 12:00",
            "resolution: open, 1 h of 8 h used (cancelled; was due Mon 2025-03-03 17:00:00",
        ),
    ],
)
def test_the_verdict_in_one_sentence(events: list[e.TicketEvent], now: str, says: str) -> None:
    assert Case(log(events), under=GOLD).explain("resolution", at(now)).sentence().startswith(says)


def test_a_clock_that_never_falls_due_says_so() -> None:
    ends = Schedule("UTC", "Mon-Fri 09:00-17:00", years=(2024, 2026))
    case = Case(log([opened()]), under=Agreement(id="short", targets=[resolution(hours(9999), calendar=ends)]))
    ledger = case.explain("resolution", at("3 12:00"))
    assert ledger.sentence().endswith("(running; never falls due: its calendar does not open for so long)")
    assert {line.due for line in ledger.lines} == {None}


def _version(name: str, budget: str, **more: Any) -> Agreement:
    told: list[str | Threshold] = ["50 %", Threshold("30 min before due", "lead"), "1 working day after due"]
    promised = resolution(budget, calendar=OFFICE, pauses=WAITING_ON_CUSTOMER, thresholds=told)
    return Agreement(id="acme", version=name, scope={"organisation": "acme"}, targets=[promised], **more)


FIRST = _version("1", "2 working days")
SECOND = _version(
    "2", "next working day by 16:00, one more after 10:00", effective_from=at("3 12:00"), applies_to_running=True
)
GOVERNED: list[e.TicketEvent] = [
    opened("3 09:00", "P3", requester=ACME),
    e.PutOnHold(occurred_at=at("3 10:00"), by=ANA),
    e.Resumed(occurred_at=at("3 11:00"), by=KIM),
    e.DueDateSet(occurred_at=at("3 15:00"), by=LEA, due=at("4 10:00"), target="resolution", reason="agreed with kim"),
    e.AgreementAttached(
        occurred_at=at("4 09:30"), agreement="acme", version="2", coverage=Coverage.BEST_EFFORT, reason="licence ended"
    ),
    e.Resolved(occurred_at=at("4 12:00"), by=ANA),
    e.Waived(occurred_at=at("5 12:00"), by=LEA, target="resolution", reason="agreed by phone"),
]


def test_a_ledger_tells_versions_coverage_a_date_set_by_hand_thresholds_and_a_waiver_like_this() -> None:
    golden = (Path(__file__).parent / "golden" / "governed.txt").read_text(encoding="utf-8")
    case = Case(log(GOVERNED), under=[FIRST, SECOND])
    assert case.explain("resolution", at("6 12:00")).text() + "\n" == golden


def test_a_waiver_is_told_where_it_was_given_and_takes_no_time() -> None:
    case = Case(log(GOVERNED), under=[FIRST, SECOND])
    (*_, ended, waived) = case.explain("resolution", at("6 12:00")).lines
    assert (waived.at, waived.record, waived.charged, waived.until) == (at("5 12:00"), "T-1/7", 0, at("5 12:00"))
    assert (ended.idle, ended.charged, ended.paused) == (8 * HOUR, 0, 0)
    assert case.explain("resolution", at("5 11:00")).lines[-1].at == at("4 12:00")
    early = e.Waived(occurred_at=at("3 09:30"), target="resolution", reason="test ticket")
    (_, _, told, ended) = (
        Case(log([opened(), early, STORY[6]]), under=GOLD).explain("resolution", at("6 12:00")).lines[:4]
    )
    assert (told.effect, told.rule) == ("will be waived when it is decided", "resolution.waiver")
    other = e.Waived(occurred_at=at("3 09:30"), target="first-response", reason="test ticket")
    assert Case(log([opened(), other]), under=GOLD).explain("resolution", at("3 10:00")).lines[2].effect == "no effect"


def _is_held(situation: Situation) -> bool:
    return situation.waiting_on is not None


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        ("8 h", "starts, 8 h promised"),
        ("2 working days", "starts, 16 h (2 working days) promised"),
        ("24 h by the clock", "starts, 8 h (24 h by the clock) promised"),
        ("next working day by 16:00", "starts, 15 h (next working day by 16:00) promised"),
        ("due date, else 4 h", "starts, 4 h (due date, else 4 h) promised"),
    ],
)
def test_a_budget_is_told_in_its_own_words(budget: str, words: str) -> None:
    under = Agreement(id="a", targets=[resolution(budget, calendar=OFFICE)])
    ledger = Case(log([opened()]), under=under).explain("resolution", at("3 10:00"))
    assert ledger.lines[1].effect == words
    assert ledger.budget == budget


@pytest.mark.parametrize(
    ("pauses", "words"),
    [
        (Where(waiting_on=("customer", "supplier")), "paused where waiting_on is customer or supplier"),
        (AnyOf(Where(phase="waiting"), Where(owned=False)), "paused where phase is waiting, or where owned is False"),
        (_is_held, "paused by _is_held"),
        (never, "never paused"),
    ],
)
def test_the_rule_for_pauses_is_told(pauses: Rule, words: str) -> None:
    under = Agreement(id="a", targets=[resolution(hours(8), calendar=OFFICE, pauses=pauses)])
    assert Case(log([opened()]), under=under).explain("resolution", at("3 10:00")).rules[0] == words


def test_a_clock_of_best_effort_says_so_from_the_start() -> None:
    under = Agreement(id="a", targets=[resolution(hours(8), calendar=OFFICE)], best_effort=True)
    ledger = Case(log([opened()]), under=under).explain("resolution", at("3 10:00"))
    assert ledger.lines[1].effect == "starts, 8 h promised, best effort"
    assert ledger.sentence().startswith("resolution (best effort): open, 1 h of 8 h used (running; is due")
    assert ledger.data()["coverage"] == "best-effort"


def test_the_data_hold_each_threshold() -> None:
    data = Case(log(GOVERNED), under=[FIRST, SECOND]).explain("resolution", at("6 12:00")).data()
    assert data["thresholds"] == [
        {"threshold": "50 %", "level": None, "at": "2025-03-03T14:00:00Z", "fired": True},
        {"threshold": "30 min before due", "level": "lead", "at": "2025-03-04T08:30:00Z", "fired": True},
        {"threshold": "1 working day after due", "level": None, "at": None, "fired": False},
    ]
    assert (data["budget"], data["verdict"]) == ("due date", "waived")
