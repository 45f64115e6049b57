"""What is promised can be said in text, and the text means just that."""

from typing import Any

import pytest
from hypothesis import given

from slaengine.domain.situation import Situation
from slaengine.errors import AgreementError
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.policies.budget import Budget
from slaengine.policies.budget_text import budget
from slaengine.policies.calendar import always
from slaengine.policies.metrics import resolution
from slaengine.policies.objective import Objective
from slaengine.policies.rules import AnyOf, Rule, Where, alternatives, never
from slaengine.policies.threshold import Threshold
from tests.policies.books import budgets, rules, situations, thresholds


@given(budgets)
def test_a_budget_is_what_its_text_says(given_: Budget) -> None:
    assert budget(str(given_)) == given_


@given(thresholds)
def test_a_threshold_is_what_its_text_says(given_: Threshold) -> None:
    again = Threshold(str(given_), given_.level)
    assert (again, again.point) == (given_, given_.point)


@given(rules, situations)
def test_a_rule_holds_where_one_of_its_alternatives_does(rule: Rule, situation: Situation) -> None:
    assert rule(situation) == any(it(situation) for it in alternatives(rule))


VIP = Where(labels={"vip": ("yes", "no")})


@pytest.mark.parametrize(
    ("labels", "faults"),
    [
        (None, []),
        ({"vip": ["yes", "no"]}, []),
        ({"vip": ["yes"]}, ["label 'vip' is never 'no': choose among yes, or declare it"]),
        ({"region": []}, ["label 'vip' is not declared: add it to the labels with its values, beside region"]),
        ({}, ["label 'vip' is not declared: add it to the labels with its values"]),
    ],
)
@pytest.mark.parametrize("place", ["pauses", "fulfilled", "overrides", "where", "excluding"])
def test_a_rule_of_a_book_asks_for_declared_labels_only(
    place: str, labels: dict[str, list[str]] | None, faults: list[str]
) -> None:
    asks: dict[str, Any] = {place: AnyOf(Where(tier="L2"), AnyOf(VIP))}
    of_an_objective = place in ("where", "excluding")
    if place == "overrides":
        asks = {place: [(asks[place], "1 h")]}
    objective = Objective(target="resolution", share=0.9, **(asks if of_an_objective else {}))
    promised = resolution("4 h", calendar=always, **({} if of_an_objective else asks))
    agreement = Agreement(id="gold", targets=[promised], objectives=[objective])
    if not faults:
        Book([agreement], labels=labels)
        return
    with pytest.raises(AgreementError) as refused:
        Book([agreement], labels=labels)
    assert [fault.partition(": ")[2] for fault in refused.value.faults] == faults


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (lambda: Where(labels={"vip": ()}), "labels.vip is given no value"),
        (lambda: Where(labels={"vip": True}), "labels.vip is never True: write text"),  # type: ignore[dict-item]
        (lambda: Where(labels="vip"), "labels are 'vip': write a name and the values of each"),  # type: ignore[arg-type]
        (lambda: Where(**{"labels.vip": "yes"}), "'labels.vip' is no fact of a situation"),  # type: ignore[arg-type]
    ],
)
def test_a_label_has_a_name_and_values_of_text(rule: Rule, fault: str) -> None:
    with pytest.raises(AgreementError) as refused:
        rule()  # type: ignore[call-arg]
    (told,) = refused.value.faults
    assert told.startswith(fault)


def test_what_never_holds_has_no_alternatives() -> None:
    assert alternatives(AnyOf(never, AnyOf())) == alternatives(never) == ()


@pytest.mark.parametrize(("fact", "value"), [("type", "incidnt"), ("channel", "fax"), ("colour", "red")])
def test_an_agreement_covers_by_what_an_opening_can_say(fact: str, value: str) -> None:
    with pytest.raises(AgreementError, match=f"agreement 'gold' covers .*{value if fact != 'colour' else fact}"):
        Agreement(id="gold", targets=[resolution("4 h", calendar=always)], covers={fact: (value,)})
