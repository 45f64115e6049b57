"""A book selects, says why, and keeps a clock under the version that governs it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaengine.domain.events import AgreementAttached, Opened, TicketEvent
from slaengine.domain.situation import Situation
from slaengine.domain.vocabulary import Coverage, FrozenMap
from slaengine.errors import AgreementError
from slaengine.instants import HOUR, hours
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.policies.budget import OnWorkingDay
from slaengine.policies.calendar import always
from slaengine.policies.metrics import first_response, next_response, ownership, resolution, total_time
from slaengine.policies.objective import Credit, Objective
from slaengine.policies.target import Kind, Pin, Target
from slaengine.projections.case import Case

PATH = FrozenMap(contact="kim", department="it", organisation="acme")


def agreement(id: str, *targets: Target, **more: object) -> Agreement:
    return Agreement(id=id, targets=targets or [resolution(hours(8), calendar=always)], **more)  # type: ignore[arg-type]


def opened(at: int = 0, **more: Any) -> Opened:
    facts: dict[str, Any] = {"requester": PATH, **more}
    return Opened(occurred_at=at, **facts)


def selected(*agreements: Agreement, **more: Any) -> str | None:
    found = Book(agreements).select(opened(**more))
    return found.agreement.reference if found.agreement else None


BY_CONTACT, BY_DEPARTMENT, BY_ORGANISATION = (
    agreement(level, scope={level: PATH[level]}) for level in ("contact", "department", "organisation")
)
EVERYBODY = agreement("everybody")


def test_the_nearest_scope_wins_and_among_equals_the_first() -> None:
    assert selected(EVERYBODY, BY_ORGANISATION, BY_DEPARTMENT, BY_CONTACT) == "contact@1"
    assert selected(EVERYBODY, BY_ORGANISATION, agreement("other", scope={"organisation": "acme"})) == "organisation@1"
    assert selected(EVERYBODY, BY_ORGANISATION, requester=FrozenMap()) == "everybody@1"


@given(st.permutations([BY_CONTACT, BY_DEPARTMENT, BY_ORGANISATION, EVERYBODY]))
def test_agreements_with_disjoint_scope_may_stand_in_any_order(agreements: list[Agreement]) -> None:
    """Law 32."""
    assert selected(*agreements) == "contact@1"


def test_the_path_of_the_requester_is_told_beside_the_reason() -> None:
    found = Book([BY_DEPARTMENT]).select(opened())
    assert (found.why, found.path) == ("scope department = it", "contact kim > department it > organisation acme")


def test_of_several_versions_in_force_the_one_that_took_effect_last_is_selected() -> None:
    versions = [agreement("acme", version=str(n), effective_from=n * HOUR) for n in (2, 0, 1)]
    assert [selected(*versions, at=at) for at in (0, HOUR - 1, HOUR, 5 * HOUR)] == [
        "acme@0",
        "acme@0",
        "acme@1",
        "acme@2",
    ]


def test_an_agreement_that_does_not_cover_what_is_asked_is_passed_over_and_named() -> None:
    mail_only = agreement("acme", scope={"organisation": "acme"}, covers={"service": ["mail", "chat"]})
    rest = agreement("rest", best_effort=True)
    book = Book([mail_only, rest])
    assert [selected(mail_only, rest, service=service) for service in ("mail", "erp", None)] == [
        "acme@1",
        "rest@1",
        "acme@1",
    ]
    assert book.select(opened(service="erp")).why == "best effort, for everybody; acme@1 does not cover service erp"
    assert Book([mail_only]).select(opened(service="erp")).why == (
        "no agreement in force covers this requester; acme@1 does not cover service erp"
    )
    assert [book.select(opened(service=it)).why for it in ("mail", None)] == [
        "scope organisation = acme, service mail",
        "scope organisation = acme, service not said, taken as covered",
    ]
    attached = book.select(opened(service="erp")).attached(opened())
    assert attached is not None
    assert attached.coverage is Coverage.BEST_EFFORT


def test_the_best_effort_is_selected_only_where_nobody_else_covers() -> None:
    best = agreement("best", best_effort=True)
    assert selected(best, BY_ORGANISATION) == "organisation@1"
    assert selected(best, BY_ORGANISATION, requester=FrozenMap(organisation="guest")) == "best@1"
    assert selected(BY_ORGANISATION, requester=FrozenMap(organisation="guest")) is None


def test_what_teams_promise_each_other_stands_beside_and_is_no_agreement_of_a_customer() -> None:
    house = agreement("house", ownership(tier="L2", within=hours(4), calendar=always))
    best = agreement("best", best_effort=True)
    guest: dict[str, Any] = {"requester": FrozenMap(organisation="guest")}
    assert selected(house, BY_ORGANISATION) == "organisation@1"
    assert selected(house, BY_ORGANISATION, best, **guest) == "best@1"
    assert [it.reference for it, _ in Book([house, best]).select(opened(**guest)).beside] == ["house@1"]
    alone = Book([house, BY_ORGANISATION]).select(opened(**guest))
    assert (alone.agreement and alone.agreement.reference, alone.is_customers) == ("house@1", False)


def test_best_effort_fills_no_gap_of_an_agreement_that_the_ticket_names() -> None:
    best = agreement("best", first_response(HOUR, calendar=always), best_effort=True)
    assert Book([BY_ORGANISATION, best]).select(opened(agreement="organisation", requester=FrozenMap())).beside == ()


def test_what_the_selected_agreement_does_not_promise_the_next_one_may() -> None:
    """First match per kind and name, several kinds side by side."""
    house = agreement(
        "house", ownership(tier="L2", within=hours(4), calendar=always), first_response(HOUR, calendar=always)
    )
    general = agreement("general", first_response(2 * HOUR, calendar=always), resolution(HOUR, calendar=always))
    found = Book([BY_ORGANISATION, house, general]).select(opened())
    assert [(it.reference, [target.name for target in it.targets], why) for it, why in found.beside] == [
        ("house@1", ["ownership L2", "first-response"], "for everybody")
    ]
    assert found.reason("house@1") == "for everybody"
    assert found.reason("organisation@1") == "scope organisation = acme"


def test_a_promise_holds_a_clock_to_its_version_until_one_applies_to_running_clocks() -> None:
    versions = [agreement("acme", version=str(n), effective_from=n * HOUR, applies_to_running=n == 2) for n in range(4)]
    book = Book(versions)
    (promise,) = book.promises(versions)

    def governs(held: str, now: str) -> str:
        found = promise.rules_in(*(Situation(agreement="acme", agreement_version=it) for it in (held, now)))
        assert found is not None
        return found.agreement

    assert [governs("0", now) for now in "0123"] == ["acme@0", "acme@0", "acme@2", "acme@2"]
    assert [governs("2", "3"), governs("1", "1")] == ["acme@2", "acme@1"]


@pytest.mark.parametrize(
    ("pin", "kept"),
    [
        (Pin.NOTHING, ("gold", "2", "P1")),
        (Pin.VERSION, ("gold", "1", "P1")),
        (Pin.AGREEMENT, ("gold", "1", "P1")),
        (Pin.ALL, ("gold", "1", "P3")),
    ],
)
def test_a_pin_keeps_facts_of_the_start(pin: Pin, kept: tuple[str, str, str]) -> None:
    start = Situation(agreement="gold", agreement_version="1", priority="P3")
    now = Situation(agreement="gold", agreement_version="2", priority="P1")
    origin = pin.kept(start)
    found = now if origin is None else pin.pinned(origin, now)
    assert (found.agreement, found.agreement_version, found.priority) == kept


@pytest.mark.parametrize(
    ("pin", "governs"), [("nothing", "iron@7"), ("version", "iron@7"), ("agreement", "gold@1"), ("all", "gold@1")]
)
def test_another_agreement_retargets_a_clock_unless_it_is_pinned_to_its_own(pin: str, governs: str) -> None:
    gold, iron = (
        agreement(id, resolution(hours(8), calendar=always, pin=pin), version=v)
        for id, v in (("gold", "1"), ("iron", "7"))
    )
    told: list[TicketEvent] = [opened(agreement="gold"), AgreementAttached(occurred_at=HOUR, agreement="iron")]
    (clock,) = Case(told, under=[gold, iron]).clocks(2 * HOUR)
    assert (clock.target.agreement, clock.used) == (governs, 2 * HOUR)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: agreement("a", covers={"mood": "good"}), "covers by 'mood', which no opening says: choose among type"),
        (
            lambda: agreement("a", objectives=[Objective(target="joy", share=0.9)]),
            "has no target 'joy' for an objective",
        ),
        (lambda: Objective(target="resolution", share=95), "95 is no share: write 0.95 for 95 %"),
        (lambda: Objective(target="resolution", share=0.9, zone="Europe/Berlim"), "did you mean Europe/Berlin"),
        (
            lambda: Objective(target="resolution", share=0.9, credits=[Credit(0.95, 5)]),
            "a credit below 0.95 is due while the objective is met",
        ),
        (lambda: Objective(target="resolution", share=0.9, credits=[Credit(0.8, 0)]), "a credit of 0 % is none"),
        (
            lambda: resolution({"P1": "2 working days", "P2": "4 h"}, calendar=always),
            "calendar '24x7' has no working days",
        ),
        (
            lambda: resolution({"P1": "1 h by the clock", "P2": "4 h"}, calendar=always, retarget="proportion"),
            "which only durations have: choose another retarget rule",
        ),
        (
            lambda: resolution({"P1": 10**13 + 1, "P2": 10**13 + 3}, calendar=always, retarget="proportion"),
            "is too odd to keep a share: choose rounder budgets",
        ),
        (lambda: total_time(HOUR, calendar=always, pauses=lambda _: True), "stands still for nothing"),
        (
            lambda: resolution("4 h", calendar=always, reopen="soon"),
            "'soon' is unknown: choose among continue",
        ),
        (lambda: resolution("4 h", calendar=always, pin="x"), "'x' is unknown: choose among nothing, version, "),
        (lambda: Objective(target="resolution", share=0.9, period="day"), "'day' is unknown: choose among week, month"),
        (lambda: OnWorkingDay("4pm"), "'4pm' is no time of day: write it as in 16:00"),
        (lambda: ownership(tier="L2", calendar=always), "has no budget: write within=hours"),
        (lambda: Book([agreement("a"), agreement("a")]), "agreement 'a@1' stands twice"),
        (lambda: Book([agreement("a", scope={"planet": "x"})]), "'planet' is no level of a requester"),
    ],
)
def test_what_cannot_be_promised_is_refused_when_it_is_defined(made: object, says: str) -> None:
    with pytest.raises(AgreementError, match=says):
        made()  # type: ignore[operator]


def test_targets_of_one_name_but_two_kinds_stand_side_by_side() -> None:
    sla_, ola = (next_response(HOUR, calendar=always, kind=kind) for kind in (Kind.SLA, Kind.OLA))
    found = Book([agreement("customer", sla_), agreement("house", ola)]).select(opened())
    assert [it.reference for it, _ in found.beside] == ["house@1"]
