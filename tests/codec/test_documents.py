"""A book is what its document says (law 32), and what no document can hold is named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve as but
from attrs import frozen
from hypothesis import given

import slaengine as sla
from slaengine.codec.agreement_writing import document
from slaengine.codec.agreements import book, read_agreements, write_agreements
from slaengine.codec.description import description, digest
from slaengine.domain.events import Opened, TicketEvent
from slaengine.domain.situation import Situation
from slaengine.errors import AgreementError, InputError
from slaengine.instants import DAY, Instant, hours, instant
from slaengine.policies.book import Book
from slaengine.policies.calendar import Calendar, always
from slaengine.policies.metrics import Stay
from slaengine.policies.target import Target
from slaengine.projections.case import Case
from tests.codec.files import GOLD
from tests.histories import lawful
from tests.policies.books import LABELS, OFFICE, WITH_DAYS, WITHOUT_DAYS, books, openings, situations

AT: Instant = instant("2025-06-02T09:00Z")


def read_again(one: Book) -> Book:
    """The book of its document, as JSON keeps it."""
    return book(json.loads(json.dumps(document(one))))


@given(books())
def test_law_32_a_book_is_what_its_document_says(one: Book) -> None:
    again = read_again(one)
    assert description(again) == description(one)
    assert digest(again) == digest(one)
    assert document(again) == document(one)


@given(books(), situations, openings)
def test_law_32_a_book_that_was_written_and_read_decides_alike(one: Book, situation: Situation, opened: Opened) -> None:
    again = read_again(one)
    assert [told(target, situation) for target in all_targets(again)] == [
        told(target, situation) for target in all_targets(one)
    ]
    chosen, same = again.select(opened), one.select(opened)
    assert (chosen.agreement and chosen.agreement.reference) == (same.agreement and same.agreement.reference)
    assert (chosen.why, chosen.path) == (same.why, same.path)


def all_targets(one: Book) -> list[Target]:
    return [target for agreement in one.agreements for target in agreement.targets]


def told(target: Target, situation: Situation) -> tuple[Any, ...]:
    """What a target says of a situation, and of itself."""
    metric = target.metric
    rules = metric.starts(situation), metric.fulfilled(situation), metric.cycle(situation), target.pauses(situation)
    words = target.name, target.kind, target.pin, target.retarget, metric.reopen, metric.resets, metric.needs
    return target.agreement, *words, *rules, target.promised(situation), target.thresholds


@given(books(), lawful())
def test_law_32_the_clocks_of_a_ticket_are_the_same(one: Book, events: tuple[TicketEvent, ...]) -> None:
    def read(under: Book) -> list[tuple[Any, ...]]:
        clocks = Case(events, under=under).clocks(events[-1].occurred_at + DAY)
        return [(it.target.name, it.cycle, it.start, it.used, it.due, it.breached_at, it.state) for it in clocks]

    assert read(read_again(one)) == read(one)


@pytest.mark.parametrize("calendar", [*WITH_DAYS, *WITHOUT_DAYS], ids=lambda calendar: calendar.name)
def test_a_calendar_of_a_book_is_written_as_what_it_is_made_of(calendar: Calendar) -> None:
    one = Book([sla.Agreement(id="a", targets=[sla.resolution(hours(4), calendar=calendar)])])
    terms = read_again(one).agreements[0].targets[0].terms(Situation())
    assert terms is not None
    assert (terms.calendar, terms.calendar.name) == (calendar, calendar.name)
    assert str(terms.calendar.zone) == str(calendar.zone)
    assert (terms.calendar.days is None) == (calendar.days is None)
    assert terms.calendar.due("2025-03-03T08:00Z", hours(40)) == calendar.due("2025-03-03T08:00Z", hours(40))


def test_a_book_is_written_to_a_file_and_read_again(tmp_path: Path) -> None:
    one = book({**GOLD, "labels": {"vip": ["yes"]}})
    write_agreements(one, tmp_path / "book.json")
    again = read_agreements(tmp_path / "book.json")
    assert (digest(again), again.labels) == (digest(one), {"vip": ("yes",)})
    with pytest.raises(InputError, match="name a file that can be written"):
        write_agreements(one, tmp_path / "nowhere" / "book.json")


# What no file can hold ------------------------------------------------------------------------------------------------


def odd(situation: Situation) -> bool:
    return situation.tier == "L3"


def own_terms(_: Situation) -> sla.Terms | None:
    return None


@frozen
class Fortnight:
    """A budget of the host's own."""

    def due(self, start: Instant, calendar: Calendar, promised: Instant | None) -> Instant:
        return start + 14 * DAY


RESOLUTION = sla.resolution(hours(4), calendar=always)
COMPILED = Calendar("0" * 64, "shift plan", always.zone, OFFICE.calendar.open_time)


def lowered(target: Target) -> Target:
    return but(target, metric=but(target.metric, starts=odd))


@pytest.mark.parametrize(
    ("target", "faults"),
    [
        (sla.resolution(hours(4), calendar=always, pauses=odd), ["pauses: odd is no Where"]),
        (sla.resolution(hours(4), calendar=always, fulfilled=sla.AnyOf(odd)), ["fulfilled: odd is no Where"]),
        (sla.resolution(hours(4), calendar=always, overrides=[(odd, "1 h")]), ["overrides[1].where: odd is no Where"]),
        (sla.resolution({"P1": Fortnight()}, calendar=always), ["budgets.P1: Fortnight() is a budget of your own"]),
        (
            sla.resolution(sla.DueDate(otherwise=Fortnight()), calendar=always),
            ["budgets.*: DueDate(next_opening=False, otherwise=Fortnight(), of='due') is a budget of your own"],
        ),
        (sla.resolution(hours(4), calendar=COMPILED), ["calendar: calendar 'shift plan' was made by hand"]),
        (sla.resolution(hours(4), calendar=~COMPILED), ["calendar: calendar 'shift plan' was made by hand"]),
        (lowered(RESOLUTION), ["metric: 'resolution' is a metric of your own"]),
        (but(RESOLUTION, metric=sla.Metric(name="mood", starts=odd, fulfilled=odd)), ["metric: 'mood' is a metric of"]),
        (
            but(RESOLUTION, metric=but(RESOLUTION.metric, cycle=Stay())),
            ["metric: 'resolution' is a metric of your own"],
        ),
        (but(RESOLUTION, terms=own_terms), [" the terms are a function of your own"]),
        (
            sla.resolution({"P1": Fortnight()}, calendar=always, pauses=odd),
            ["pauses: odd is no Where", "budgets.P1: Fortnight() is a budget of your own"],
        ),
        (
            sla.resolution(hours(4), calendar=always, pauses=sla.Where(labels={"vip": "yes"})),
            ["pauses: label 'vip' is not declared: add it to the labels with its values"],
        ),
    ],
)
def test_what_no_file_can_hold_is_named(target: Target, faults: list[str]) -> None:
    with pytest.raises(AgreementError) as refused:
        document(Book([sla.Agreement(id="a", targets=[target])]))
    found = sorted(fault.removeprefix("agreements[1].targets[1]").lstrip(".:") for fault in refused.value.faults)
    assert [told[: len(fault)] for told, fault in zip(found, sorted(faults), strict=True)] == sorted(faults)


@pytest.mark.parametrize(
    ("agreement", "fault"),
    [
        (sla.Agreement(id="a\ud800", targets=[RESOLUTION]), r"agreements[1].id: 'a\ud800': half a character"),
    ],
)
def test_text_and_instants_that_cannot_be_written_are_named(agreement: sla.Agreement, fault: str) -> None:
    with pytest.raises(AgreementError) as refused:
        document(Book([agreement]))
    assert refused.value.faults[0].startswith(fault)


# Digests --------------------------------------------------------------------------------------------------------------


def described(target: Target) -> str:
    return digest(Book([sla.Agreement(id="a", targets=[target])], labels=LABELS))


def by_name(situation: Situation) -> str | None:
    return situation.team


@frozen
class Tier:
    """A rule that is a value, and a method of one."""

    name: str

    def __call__(self, situation: Situation) -> bool:
        return situation.tier == self.name

    def has(self, situation: Situation) -> bool:
        return self(situation)


class Nameless:
    def __call__(self, situation: Situation) -> bool:
        return True


OWN = sla.Metric(name="own", starts=odd, fulfilled=odd)
DIFFERENT: list[Callable[[], Target]] = [
    lambda: sla.ownership(hours(4), calendar=always, tier="L2", name="x"),
    lambda: sla.ownership(hours(4), calendar=always, tier="L3", name="x"),
    lambda: sla.ownership(hours(4), calendar=always, team="L2", name="x"),
    lambda: sla.ownership(hours(4), calendar=always, name="x"),
    lambda: sla.resolution(hours(4), calendar=always, pauses=Tier("L2")),
    lambda: sla.resolution(hours(4), calendar=always, pauses=Tier("L3")),
    lambda: sla.resolution(hours(4), calendar=always, pauses=Tier("L3").has),
    lambda: sla.resolution(hours(4), calendar=always, thresholds=["75 %"]),
    lambda: sla.resolution(hours(4), calendar=always, thresholds=["80 %"]),
    lambda: sla.resolution(hours(4), calendar=always, thresholds=[sla.Threshold("80 %", "lead")]),
    lambda: sla.resolution(hours(4), calendar=always, overrides=[(sla.Where(tier="L2"), "1 h")]),
    lambda: sla.resolution(hours(4), calendar=always, overrides=[(sla.Where(tier="L2"), "2 h")]),
    lambda: sla.resolution(hours(4), calendar=always, overrides=[(sla.Where(tier="L2"), "2 h", OFFICE)]),
    lambda: sla.target(OWN, hours(4), calendar=always),
    lambda: sla.target(but(OWN, cycle=by_name), hours(4), calendar=always),
    lambda: sla.target(but(OWN, starts=sla.Where()), hours(4), calendar=always),
    lambda: sla.target(but(OWN, resets=frozenset({sla.events.Assigned})), hours(4), calendar=always),
    lambda: sla.target(but(OWN, needs=frozenset({sla.events.Assigned})), hours(4), calendar=always),
    *(lambda pin=pin: sla.resolution(hours(4), calendar=always, pin=pin) for pin in sla.Pin),
]


def test_each_promise_has_a_digest_of_its_own() -> None:
    digests = [described(target()) for target in DIFFERENT]
    assert len(set(digests)) == len(digests)


L2, L3 = sla.Where(tier="L2"), sla.Where(tier="L3")


@pytest.mark.parametrize(
    ("one", "same"),
    [
        (L2, sla.AnyOf(sla.Where(tier=["L2"]))),
        (
            sla.AnyOf(sla.Where(tier="L2"), sla.Where(tier="L3")),
            sla.AnyOf(sla.AnyOf(sla.Where(tier="L2")), sla.Where(tier="L3")),
        ),
        (sla.AnyOf(), lambda: None),
    ],
)
def test_the_digest_is_that_of_the_meaning(one: Any, same: Any) -> None:
    usual = sla.resolution(hours(4), calendar=always)
    other = usual if not isinstance(same, sla.Where | sla.AnyOf) else but(usual, pauses=same)
    assert described(but(usual, pauses=one)) == described(other)


@pytest.mark.parametrize(
    ("rule", "fault"), [(lambda _: True, "has no name for a digest to hold"), (Nameless(), "does not tell what it is")]
)
def test_a_rule_that_cannot_tell_what_it_is_has_no_digest(rule: Any, fault: str) -> None:
    with pytest.raises(AgreementError, match=fault):
        described(sla.resolution(hours(4), calendar=always, pauses=rule))
