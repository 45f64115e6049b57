"""Agreement files: the book holds what they say, all mistakes are named at once, and the selection keeps its laws."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaengine.codec.agreements import book, read_agreements
from slaengine.codec.calendars import document as frozen_document
from slaengine.codec.calendars import write_schedule
from slaengine.codec.description import calendars, description, digest
from slaengine.codec.ready_metrics import METRICS
from slaengine.domain.events import Opened
from slaengine.domain.situation import Situation
from slaengine.domain.vocabulary import Answer, FrozenMap, Party, TicketType
from slaengine.errors import AgreementError, InputError
from slaengine.instants import Instant, hours, instant, minutes
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.policies.budget import Within
from slaengine.policies.calendar import Calendar, always
from slaengine.policies.metrics import resolution
from slaengine.policies.objective import Credit, Objective
from slaengine.policies.rules import Where
from slaengine.policies.schedule import Schedule, windows
from slaengine.policies.target import Kind, Pin, Reopen, Retarget, Target
from slaengine.policies.threshold import Threshold
from tests.codec.bad import BAD_FILES, MANY_FAULTS, MANY_FAULTS_OF_FORM, BadFile
from tests.codec.files import GOLD, changed

AT: Instant = instant("2025-06-02T09:00Z")

# What a file says -----------------------------------------------------------------------------------------------------


def target(name: str, agreement: int = 0) -> Target:
    (found,) = [target for target in book(GOLD).agreements[agreement].targets if target.name == name]
    return found


def test_an_agreement_is_as_its_file_says() -> None:
    gold, everybody = book(GOLD).agreements
    assert (gold.id, gold.version, gold.scope) == ("gold", "1", FrozenMap(organisation="acme"))
    assert (gold.effective_from, gold.effective_until) == (instant("2025-01-01T00:00+01:00"), None)
    assert gold.detectors == {"deadline_handoff": {"near": 0.1, "note_length": 20}}
    assert [target.name for target in gold.targets] == ["first-response", "resolution"]
    assert (everybody.id, everybody.scope, everybody.effective_from) == ("everybody", FrozenMap(), None)
    assert book(GOLD).levels == ("contact", "organisation")


def test_a_target_is_as_its_file_says() -> None:
    resolving = target("resolution")
    assert (resolving.metric.name, resolving.metric.reopen) == ("resolution", Reopen.INCLUDE_CLOSED)
    assert (resolving.retarget, resolving.kind) == (Retarget.FROM_START, Kind.SLA)
    assert target("handover", agreement=1).kind is Kind.OLA


def test_what_a_target_leaves_out_has_its_default() -> None:
    answering = target("first-response")
    assert (answering.metric.reopen, answering.retarget, answering.kind) == (
        Reopen.FIRST_ONLY,
        Retarget.CARRY,
        Kind.SLA,
    )
    assert not answering.pauses(Situation(waiting_on=Party.CUSTOMER))


@pytest.mark.parametrize(
    ("priority", "budget"), [("P1", Within(hours(4))), ("P3", Within(hours(16))), ("P2", None), (None, None)]
)
def test_each_priority_has_its_budget_and_one_that_is_not_named_has_none(
    priority: str | None, budget: Within | None
) -> None:
    terms = target("resolution").terms(Situation(priority=priority))
    assert (terms and terms.budget) == budget


@pytest.mark.parametrize("priority", ["P1", "unheard of", None])
def test_one_budget_is_for_every_priority(priority: str | None) -> None:
    terms = target("first-response").terms(Situation(priority=priority))
    assert terms is not None
    assert terms.budget == Within(minutes(30))


def test_a_calendar_of_a_file_is_the_schedule_that_it_describes() -> None:
    described = GOLD["calendars"]["office"]
    schedule = Schedule(
        described["zone"],
        described["hours"],
        holidays=described["holidays"],
        special_hours=described["special_hours"],
        years=(2024, 2027),
    )
    terms = target("resolution").terms(Situation(priority="P1"))
    assert terms is not None
    assert terms.calendar == schedule.calendar


def test_pauses_hold_where_all_named_facts_have_a_named_value() -> None:
    pauses = target("resolution").pauses
    assert pauses(Situation(waiting_on=Party.SUPPLIER, owned=True))
    assert not pauses(Situation(waiting_on=Party.OTHER, owned=True))
    assert not pauses(Situation(waiting_on=Party.SUPPLIER, owned=False))


def test_a_file_may_say_what_fulfils() -> None:
    fulfilled = target("first-response").metric.fulfilled
    assert fulfilled(Situation(answered=Answer.AUTOMATIC))
    assert not fulfilled(Situation(answered=Answer.INTERNAL))


SAID: dict[str, tuple[str | None, dict[str, Any]]] = {name: ("4 h", {}) for name in METRICS}
SAID["callback"] = None, {}
SAID["ownership"] = "4 h", {"tier": "L2", "team": "network"}


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_of_a_file_is_the_ready_one_with_its_own_defaults(metric: str) -> None:
    budgets, more = SAID[metric]
    said = {"metric": metric, "calendar": "always", **({"budgets": budgets} if budgets else {}), **more}
    found = book({"agreements": [{"id": "a", "targets": [said]}]})
    ready = METRICS[metric](*([budgets] if budgets else []), calendar=always, **more)
    assert description(found) == description(Book([Agreement(id="a", targets=[ready])], labels=None))
    assert found.agreements[0].targets[0].name == ready.name


def test_a_target_may_say_all_that_a_target_can() -> None:
    said = {
        "metric": "resolution",
        "calendar": "office",
        "budgets": {"P1": "2 working days", "*": "next working day by 16:00"},
        "overrides": [
            {"where": {"labels": {"vip": "yes"}}, "budgets": {"P1": "1 h"}, "calendar": "always"},
            {"where": [{"tier": "L2"}, {"tier": "L3"}], "budgets": "24 h by the clock"},
        ],
        "pauses": [{"waiting_on": "customer"}, {"tier": "L2"}],
        "pin": "all",
        "thresholds": ["75 %", {"at": "30 min before due", "level": "lead"}],
    }
    document = {**changed(GOLD, "agreements.0.targets", [said]), "labels": {"vip": ["yes", "no"]}}
    (found,) = book(document).agreements[0].targets
    vip = FrozenMap(vip="yes")
    promised = {
        ("P1", None, vip): "1 h",
        ("P2", None, vip): None,
        ("P1", "L2", FrozenMap()): "24 h by the clock",
        ("P1", None, FrozenMap()): "2 working days",
        (None, None, FrozenMap()): "next working day by 16:00",
    }
    for (priority, tier, labels), text in promised.items():
        terms = found.terms(Situation(priority=priority, tier=tier, labels=labels))
        assert (terms and str(terms.budget)) == text
    assert found.pauses(Situation(tier="L2"))
    assert not found.pauses(Situation(tier="L3"))
    assert found.pin is Pin.ALL
    assert found.thresholds == (Threshold("75 %"), Threshold("30 min before due", "lead"))


def test_an_agreement_may_say_all_that_an_agreement_can() -> None:
    objective = {
        "target": "resolution",
        "share": "99.9 %",
        "period": "quarter",
        "where": {"priority": "P1"},
        "excluding": [{"tier": "L2"}],
        "minimum": 20,
        "counted_by": "closed",
        "zone": "Asia/Tokyo",
        "name": "quarterly",
        "credits": [{"below": "80 %", "percent": 10}, {"below": 0.9, "percent": 2.5}],
    }
    said = {
        "covers": {"type": ["incident", "request"], "service": "mail"},
        "best_effort": True,
        "applies_to_running": True,
        "contract": "C-7",
        "objectives": [objective],
    }
    found = book({**GOLD, "agreements": [{**GOLD["agreements"][0], **said}]}).agreements[0]
    assert dict(found.covers) == {"type": ("incident", "request"), "service": ("mail",)}
    assert (found.best_effort, found.applies_to_running, found.contract) == (True, True, "C-7")
    assert found.objectives == (
        Objective(
            target="resolution",
            share=0.999,
            period="quarter",
            where=Where(priority="P1"),
            excluding=Where(tier="L2"),
            minimum=20,
            counted_by="closed",
            zone="Asia/Tokyo",
            name="quarterly",
            credits=[Credit(0.9, 2.5), Credit(0.8, 10)],
        ),
    )


# Files ----------------------------------------------------------------------------------------------------------------

TOML = """
[calendars.office]
zone = "Europe/Berlin"
hours = "Mon-Fri 09:00-17:00"
special_hours = { 2025-04-17 = "09:00-12:00" }

[[agreements]]
id = "gold"
effective_from = 2025-01-01T00:00:00+01:00

[[agreements.targets]]
metric = "resolution"
calendar = "office"
budgets = { P1 = "4 h" }
"""


def test_json_says_the_same_as_toml(tmp_path: Path) -> None:
    same = {
        "calendars": {
            "office": {
                "zone": "Europe/Berlin",
                "hours": "Mon-Fri 09:00-17:00",
                "special_hours": {"2025-04-17": "09:00-12:00"},
            }
        },
        "agreements": [
            {
                "id": "gold",
                "effective_from": "2025-01-01T00:00:00+01:00",
                "targets": [{"metric": "resolution", "calendar": "office", "budgets": {"P1": "4 h"}}],
            }
        ],
    }
    (tmp_path / "a.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "a.json").write_text(json.dumps(same), encoding="utf-8")
    as_toml, as_json = read_agreements(tmp_path / "a.toml"), read_agreements(str(tmp_path / "a.json"))
    assert description(as_toml) == description(as_json)
    assert digest(as_toml) == digest(as_json)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.toml", None, "No such file"),
        ("a.toml", b"id = \xff", "no UTF-8 at byte 6"),
        ("a.toml", b"id = ", "a.toml: "),
        ("a.json", b"{", "a.json: "),
        ("a.json", b"[1]", r"\[1\] is no object"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.json", b'{"agreements": ' + b"[" * 300 + b"]" * 300 + b"}", "nested too deeply"),
        ("a.json", b"[" * 300 + b"]" * 300, "nested too deeply"),
        ("a.toml", b"agreements = " + b"[" * 100_000, "nested too deeply"),
        ("a.toml", b"a" + b".a" * 3000 + b" = 1", "nested too deeply"),
        ("a.json", b'{"agreements": [{"id": "a", "id": "b"}]}', "'id' stands twice in one object"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=says) as caught:
        read_agreements(tmp_path / name)
    assert name in str(caught.value)


@pytest.mark.parametrize("name", ["a.toml", "a.json"])
def test_a_byte_order_mark_says_nothing(tmp_path: Path, name: str) -> None:
    text = TOML if name == "a.toml" else json.dumps(GOLD)
    (tmp_path / name).write_text(text, encoding="utf-8")
    plain = read_agreements(tmp_path / name)
    (tmp_path / name).write_text(text, encoding="utf-8-sig")
    assert digest(read_agreements(tmp_path / name)) == digest(plain)


def test_a_document_may_be_nested_too_deeply() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(AgreementError, match="nested too deeply"):
        book({"agreements": deep})


@pytest.mark.parametrize("zone", ["localtime", "posixrules", "Factory", "posix/Europe/Berlin", "right/Europe/Berlin"])
def test_a_zone_that_depends_on_the_machine_is_unknown(zone: str) -> None:
    with pytest.raises(AgreementError, match=f"calendars.office: unknown zone '{zone}': (write|did you mean Europe)"):
        book(changed(GOLD, "calendars.office.zone", zone))


def test_the_faults_of_a_file_are_led_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(TOML.replace('"4 h"', '"soon"').replace("resolution", "joy"), encoding="utf-8")
    with pytest.raises(AgreementError) as caught:
        read_agreements(path)
    assert sorted(fault.partition(": ")[2].partition(": ")[0] for fault in caught.value.faults) == [
        "agreements[1].targets[1].budgets.P1",
        "agreements[1].targets[1].metric",
    ]
    assert all(fault.startswith(f"{path}: ") for fault in caught.value.faults)


@pytest.mark.parametrize("case", [*BAD_FILES, MANY_FAULTS, MANY_FAULTS_OF_FORM], ids=lambda case: case.name)
def test_all_mistakes_are_named_at_once_each_with_its_path(case: BadFile) -> None:
    with pytest.raises(AgreementError) as caught:
        book(case.document)
    assert len(caught.value.faults) == len(case.faults), caught.value.faults
    for expected in case.faults:
        assert any(fault.startswith(expected) for fault in caught.value.faults), (expected, caught.value.faults)


# Digests --------------------------------------------------------------------------------------------------------------

OWNERSHIP = {"metric": "ownership", "name": "x", "calendar": "office", "budgets": "4 h"}
OBJECTIVE = {"target": "resolution", "share": 0.95}
OBJECTIVES: list[dict[str, Any]] = [
    {},
    {"share": "96 %"},
    {"target": "first-response"},
    {"period": "week"},
    {"where": {"priority": "P1"}},
    {"excluding": {"priority": "P1"}},
    {"minimum": 20},
    {"counted_by": "opened"},
    {"zone": "Asia/Tokyo"},
    {"name": "monthly"},
    {"credits": [{"below": 0.9, "percent": 5}]},
    {"credits": [{"below": 0.9, "percent": 6}]},
]
MEANT: list[tuple[str, Any]] = [
    ("levels", ["organisation", "contact"]),
    ("agreements.0.id", "silver"),
    ("agreements.0.version", "2"),
    ("agreements.0.scope", {"organisation": "borough"}),
    ("agreements.0.effective_from", ...),
    ("agreements.0.effective_until", "2026-01-01T00:00:00Z"),
    ("agreements.0.detectors", {}),
    ("agreements.0.targets.1.name", "solved"),
    ("agreements.0.targets.1.kind", "OLA"),
    ("agreements.0.targets.1.calendar", "day-and-night"),
    ("agreements.0.targets.1.budgets.P1", "5 h"),
    ("agreements.0.targets.1.pauses", {}),
    ("agreements.0.targets.1.fulfilled", {"phase": "closed"}),
    ("agreements.0.targets.1.reopen", "continue"),
    ("agreements.0.targets.1.retarget", "carry"),
    ("calendars.office.hours", "Mon-Fri 09:00-17:00"),
    ("calendars.office.holidays", []),
    ("calendars.office.effective_until", "2026-01-01T00:00:00Z"),
    ("labels", {"vip": ["yes"]}),
    ("agreements.0.covers", {"type": "incident"}),
    ("agreements.0.best_effort", True),
    ("agreements.0.applies_to_running", True),
    ("agreements.0.contract", "C-7"),
    *(("agreements.0.objectives", [{**OBJECTIVE, **more}]) for more in OBJECTIVES),
    ("agreements.0.targets.1.pin", "nothing"),
    ("agreements.0.targets.1.thresholds", ["75 %"]),
    ("agreements.0.targets.1.thresholds", [{"at": "75 %", "level": "lead"}]),
    ("agreements.0.targets.1.overrides", [{"where": {"tier": "L2"}, "budgets": "1 h"}]),
    ("agreements.0.targets.1.overrides", [{"where": {"tier": "L2"}, "budgets": "2 h"}]),
    ("agreements.0.targets.1.overrides", [{"where": {"tier": "L2"}, "budgets": "2 h", "calendar": "always"}]),
    ("agreements.0.targets.1.metric", "agent-work"),
    ("agreements.0.targets.1.metric", "periodic-update"),
    *(("agreements.0.targets.1", {**OWNERSHIP, **more}) for more in ({}, {"tier": "L2"}, {"team": "L2"})),
    ("agreements.0.targets.1.pauses", [{"waiting_on": ["customer", "supplier"], "owned": True}, {"tier": "L2"}]),
]


def test_the_digest_is_another_wherever_the_promise_is() -> None:
    digests = {f"{path} = {value}": digest(book(changed(GOLD, path, value))) for path, value in MEANT}
    assert len({*digests.values(), digest(book(GOLD))}) == len(MEANT) + 1


def test_the_digest_is_the_same_for_the_same_promise_in_other_words() -> None:
    in_minutes = changed(GOLD, "agreements.0.targets.1.budgets.P1", "240 min")
    in_a_list = changed(GOLD, "agreements.0.targets.1.pauses", [GOLD["agreements"][0]["targets"][1]["pauses"]])
    assert digest(book(in_a_list)) == digest(book(GOLD))
    in_percent, as_a_share = (
        changed(GOLD, "agreements.0.objectives", [{**OBJECTIVE, "share": share}]) for share in ("95 %", 0.95)
    )
    assert digest(book(in_percent)) == digest(book(as_a_share))
    renamed = changed(GOLD, "calendars.office.hours", {"Mon-Fri": "09:00-12:30 13:30-17:30"})
    assert digest(book(in_minutes)) == digest(book(renamed)) == digest(book(GOLD))


def test_the_calendars_that_are_measured_on_have_their_digests() -> None:
    assert {name.split()[0] for name in calendars(book(GOLD))} == {"office", "day-and-night"}


# Selection ------------------------------------------------------------------------------------------------------------

TARGETS = [resolution(hours(4), calendar=always)]
LEVELS = ("contact", "department", "organisation")
IDS = ("a", "b")


def agreement(id: str, scope: Mapping[str, str] | None = None, **more: Any) -> Agreement:
    return Agreement(id=id, targets=TARGETS, scope=FrozenMap(scope or {}), **more)


def opened(requester: Mapping[str, str] | None = None, at: Instant = AT, **more: Any) -> Opened:
    return Opened(occurred_at=at, requester=FrozenMap(requester or {}), **more)


def selected(agreements: list[Agreement], opening: Opened) -> str | None:
    found = Book(agreements, levels=LEVELS).select(opening).agreement
    return found.id if found else None


PATH = {"contact": "kim", "department": "it", "organisation": "acme"}


def test_the_nearest_scope_wins_whatever_the_order() -> None:
    nearest_last = [
        agreement("everybody"),
        agreement("org", {"organisation": "acme"}),
        agreement("me", {"contact": "kim"}),
    ]
    for agreements in (nearest_last, nearest_last[::-1]):
        assert selected(agreements, opened(PATH)) == "me"
        assert selected(agreements, opened({**PATH, "contact": "lee"})) == "org"
        assert selected(agreements, opened({"organisation": "borough"})) == "everybody"


def test_among_equally_near_ones_the_one_that_stands_first_wins() -> None:
    one, other = agreement("one", {"organisation": "acme"}), agreement("other", {"organisation": "acme"})
    assert selected([one, other], opened(PATH)) == "one"
    assert selected([other, one], opened(PATH)) == "other"


def test_a_requester_whom_no_scope_covers_has_no_agreement() -> None:
    found = Book([agreement("org", {"organisation": "acme"})]).select(opened({"organisation": "borough"}))
    assert (found.agreement, found.why) == (None, "no agreement in force covers this requester")


scopes = st.dictionaries(st.sampled_from(LEVELS), st.sampled_from(IDS), max_size=2)
paths = st.dictionaries(st.sampled_from(LEVELS), st.sampled_from(IDS))


def _disjoint(given_scopes: list[dict[str, str]]) -> bool:
    """No two scopes have a level and an id in common, and at most one is for everybody."""
    pairs = [pair for scope in given_scopes for pair in scope.items()]
    return len(pairs) == len(set(pairs)) and sum(not scope for scope in given_scopes) <= 1


more = st.fixed_dictionaries({"best_effort": st.booleans(), "covers": st.sampled_from([{}, {"type": "incident"}])})


@given(st.lists(scopes, min_size=1, max_size=5).filter(_disjoint), paths, st.data())
def test_law_32_the_order_of_agreements_with_disjoint_scopes_means_nothing(
    given_scopes: list[dict[str, str]], path: dict[str, str], data: st.DataObject
) -> None:
    agreements = [agreement(str(n), scope, **data.draw(more)) for n, scope in enumerate(given_scopes)]
    shuffled = data.draw(st.permutations(agreements))
    asked = opened(path, type=data.draw(st.sampled_from([None, *TicketType])))
    assert selected(shuffled, asked) == selected(agreements, asked)


@given(st.lists(scopes, min_size=1, max_size=5), paths)
def test_no_agreement_is_nearer_than_the_one_selected(given_scopes: list[dict[str, str]], path: dict[str, str]) -> None:
    found = selected([agreement(str(n), scope) for n, scope in enumerate(given_scopes)], opened(path))
    distances = [_distance(scope, path) for scope in given_scopes]
    nearest = min(distances)
    assert found == (None if nearest == _NOT_COVERED else str(distances.index(nearest)))


_NOT_COVERED = len(LEVELS) + 1


def _distance(scope: dict[str, str], path: dict[str, str]) -> int:
    matched = [n for n, level in enumerate(LEVELS) if level in scope and scope[level] == path.get(level)]
    return min(matched, default=_NOT_COVERED if scope else len(LEVELS))


def test_the_agreement_that_the_opening_names_comes_before_any_scope() -> None:
    both = Book([agreement("org", {"organisation": "acme"}), agreement("named")])
    found = both.select(opened(PATH, agreement="named"))
    assert (found.agreement and found.agreement.id, found.why) == ("named", "named by the ticket: named")


def test_a_named_agreement_that_there_is_not_is_replaced_by_no_other() -> None:
    found = Book([agreement("everybody")]).select(opened(PATH, agreement="platinum"))
    assert found.agreement is None
    assert found.why == "named by the ticket: platinum, which is not in the book, or not in force"


def test_a_named_version_is_that_version_and_no_version_is_the_latest_in_force() -> None:
    versions = Book(
        [
            agreement("gold", version="2024", effective_from=AT - 2),
            agreement("gold", version="2026", effective_from=AT + 1),
            agreement("gold", version="2025", effective_from=AT - 1),
        ]
    )
    for asked, got in ((None, "2025"), ("2024", "2024"), ("2026", "2026")):
        found = versions.named("gold", asked, AT).agreement
        assert found is not None
        assert found.version == got
    assert versions.named("gold", "1999", AT).agreement is None


@pytest.mark.parametrize(("at", "covered"), [(AT - 1, False), (AT, True), (AT + 9, True), (AT + 10, False)])
def test_an_agreement_is_in_force_from_its_beginning_until_before_its_end(at: Instant, covered: bool) -> None:
    within = agreement("gold", effective_from=AT, effective_until=AT + 10)
    assert within.is_effective(at) is covered
    assert selected([within], opened(at=at)) == ("gold" if covered else None)


def test_the_epoch_is_an_instant_like_any_other() -> None:
    until = agreement("until", effective_until=0)
    assert (until.is_effective(-1), until.is_effective(0)) == (True, False)
    since = agreement("since", effective_from=0)
    assert (since.is_effective(-1), since.is_effective(0)) == (False, True)
    before = agreement("before", effective_from=-20, effective_until=-10)
    assert before.is_effective(-15)


def test_a_target_of_a_book_knows_its_agreement_and_promises_only_under_it() -> None:
    both = Book([agreement("gold", version="2"), agreement("silver")])
    (bound,) = both.agreements[0].targets
    assert bound.agreement == "gold@2"
    assert both.of(bound) is both.agreements[0]
    (promise,) = both.promises(both.agreements[:1])
    for id, version, found in (("gold", "2", bound), ("gold", "1", None), ("silver", "2", None)):
        situation = Situation(agreement=id, agreement_version=version)
        assert promise.rules_in(situation, situation) is found


# Calendars made of others ---------------------------------------------------------------------------------------------

BERLIN = {"zone": "Europe/Berlin", "hours": "Mon-Fri 09:00-17:00", "years": [2024, 2027]}
TOKYO = {"zone": "Asia/Tokyo", "hours": "Mon-Fri 09:00-17:00", "years": [2024, 2027]}
MAINTENANCE = {
    "zone": "Europe/Berlin",
    "rule": "FREQ=MONTHLY;BYDAY=2WE",
    "start": "2025-01-08T16:00",
    "length": "2 h",
    "exclude": ["2025-02-12"],
    "years": [2024, 2027],
}
OFFICE = Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", years=(2024, 2027))
FAR_OFFICE = Schedule("Asia/Tokyo", "Mon-Fri 09:00-17:00", years=(2024, 2027))
WINDOWS = windows(
    "Europe/Berlin",
    "FREQ=MONTHLY;BYDAY=2WE",
    start="2025-01-08T16:00",
    length="2 h",
    exclude="2025-02-12",
    years=(2024, 2027),
)


def measured_on(given_: dict[str, Any], folder: Path = Path()) -> Calendar:
    """The calendar x of a file."""
    targets = [{"metric": "resolution", "calendar": "x", "budgets": "4 h"}]
    found = book({"calendars": given_, "agreements": [{"id": "a", "targets": targets}]}, folder)
    terms = found.agreements[0].targets[0].terms(Situation())
    assert terms is not None
    return terms.calendar


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (MAINTENANCE, WINDOWS.calendar),
        ({"union": ["b", "t"]}, OFFICE | FAR_OFFICE),
        ({"intersection": ["b", "always"]}, OFFICE & always),
        ({"union": ["b"], "minus": ["m"]}, OFFICE - WINDOWS),
        ({"union": ["b", "t"], "minus": ["m", "t"]}, (OFFICE | FAR_OFFICE).difference(WINDOWS, FAR_OFFICE)),
        ({**BERLIN, "minus": ["m"]}, OFFICE - WINDOWS),
        (
            {**BERLIN, "versions": [{"effective_from": "2026-01-01T00:00+01:00", "calendar": "t"}]},
            OFFICE.amended(FAR_OFFICE, effective_from="2026-01-01T00:00+01:00"),
        ),
        (
            {
                "union": ["b"],
                "minus": ["m"],
                "versions": [
                    {"effective_from": "2025-06-01T00:00+02:00", "calendar": "t"},
                    {"effective_from": "2026-01-01T00:00+01:00", "calendar": "always"},
                ],
            },
            (OFFICE - WINDOWS)
            .amended(FAR_OFFICE, effective_from="2025-06-01T00:00+02:00")
            .amended(always, effective_from="2026-01-01T00:00+01:00"),
        ),
    ],
)
def test_a_calendar_may_be_made_of_others(x: dict[str, Any], expected: Calendar) -> None:
    found = measured_on({"x": x, "b": BERLIN, "t": TOKYO, "m": MAINTENANCE})
    assert found == expected
    assert found.name == "x"


def test_a_calendar_may_be_frozen_in_a_file_beside(tmp_path: Path) -> None:
    write_schedule(OFFICE, tmp_path / "office.json")
    assert measured_on({"x": {"frozen": "office.json"}}, tmp_path) == OFFICE.calendar
    path = tmp_path / "agreements.json"  # read from elsewhere
    path.write_text(json.dumps(changed(GOLD, "calendars.office", {"frozen": "office.json"})))
    assert OFFICE.calendar.digest in calendars(read_agreements(path)).values()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"complement": "b"}, ~OFFICE),
        ({"complement": "b", "minus": ["t"]}, ~OFFICE - FAR_OFFICE),
        ({**BERLIN, "effective_until": "2026-01-01T00:00Z"}, OFFICE.ended(effective_from="2026-01-01T00:00Z")),
        ({"frozen": frozen_document(OFFICE)}, OFFICE.calendar),
    ],
)
def test_a_calendar_may_be_a_complement_end_or_stand_frozen_in_the_file(
    said: dict[str, Any], expected: Calendar
) -> None:
    assert measured_on({"x": said, "b": BERLIN, "t": TOKYO}) == expected


def test_a_calendar_may_have_another_name_than_its_key() -> None:
    for said in ({**BERLIN, "name": "Berlin office"}, {"union": ["b"], "name": "Berlin office"}):
        assert measured_on({"x": said, "b": BERLIN}).name == "Berlin office"


@pytest.mark.parametrize(
    ("given_", "faults"),
    [
        ({"x": {"union": ["b", "y"]}}, ["calendars.x.union[2]: 'y' is unknown: choose among always, x, b"]),
        ({"x": {**BERLIN, "minus": ["y"]}}, ["calendars.x.minus[1]: 'y' is unknown: choose among always, x, b"]),
        ({"x": {"union": ["x"]}}, ["calendars.x.union[1]: a calendar cannot be made of itself: x -> x"]),
        (
            {"x": {"union": ["y"]}, "y": {"intersection": ["b", "z"]}, "z": {**BERLIN, "minus": ["x"]}},
            ["calendars.z.minus[1]: a calendar cannot be made of itself: x -> y -> z -> x"],
        ),
        (
            {"x": {**BERLIN, "versions": [{"effective_from": "2025-01-01T00:00Z", "calendar": "x"}]}},
            ["calendars.x.versions[1].calendar: a calendar cannot be made of itself: x -> x"],
        ),
        ({"x": {"union": []}}, ["calendars.x.union: names no calendar"]),
        ({"x": {"union": ["b"], "minus": ["b"]}}, ["calendars.x.minus: b - b never opens"]),
        ({"x": {"frozen": "nowhere.json"}}, ["calendars.x.frozen: nowhere.json: No such file or directory"]),
        (
            {"x": {**BERLIN, "versions": [{"effective_from": "2025-01-01T00:00", "calendar": "b"}]}},
            ["calendars.x.versions[1].effective_from: '2025-01-01T00:00' has no offset"],
        ),
        (
            {"x": {**BERLIN, "versions": [{"effective_from": "2031-01-01T00:00Z", "calendar": "b"}]}},
            ["calendars.x.versions[1]: effective from 2031-01-01T00:00:00Z: calendar '"] * 2,
        ),
        (
            {
                "x": {
                    **BERLIN,
                    "versions": [
                        {"effective_from": "2025-06-01T00:00Z", "calendar": "b"},
                        {"effective_from": "2025-05-01T00:00Z", "calendar": "always"},
                    ],
                }
            },
            ["calendars.x.versions[2].effective_from: not after that of the version before"],
        ),
        (
            {"x": {"zone": "UTC", "rule": "HOURLY", "start": "noon", "length": "2 days"}},
            ["calendars.x: rule", "calendars.x: start", "calendars.x: '2 days'"],
        ),
        ({"x": {"zone": "UTC", "rule": "FREQ=DAILY"}}, ["calendars.x.start: is missing", "calendars.x.length: is"]),
        ({"x": {"zone": "UTC"}}, ["calendars.x.hours: is missing"]),
        (
            {"x": {**BERLIN, "union": ["b"]}},
            ["calendars.x: is told by one of hours, rule, union, intersection, complement, frozen, and has hours"],
        ),
        (
            {"x": {"union": ["b"], "frozen": "b.json", "intersection": ["b"]}},
            ["calendars.x: is told by one of hours, rule, union, intersection, complement, frozen, and has union"],
        ),
        ({"x": {"union": ["b"], "zone": "UTC"}}, ["calendars.x.zone: unknown; known are union, minus, versions"]),
    ],
)  # fmt: skip
def test_a_calendar_that_cannot_be_made_of_others_is_refused(given_: dict[str, Any], faults: list[str]) -> None:
    with pytest.raises(AgreementError) as refused:
        measured_on({**given_, "b": BERLIN})
    said = [found[: len(fault)] for found, fault in zip(refused.value.faults, faults, strict=True)]
    assert said == faults


def test_each_faulty_calendar_is_reported_once_whoever_uses_it() -> None:
    with pytest.raises(AgreementError) as refused:
        measured_on({"x": {"union": ["y", "z"]}, "z": {"union": ["y"]}, "y": {**BERLIN, "zone": "Mars"}})
    assert [fault.partition(":")[0] for fault in refused.value.faults] == ["calendars.y"]
