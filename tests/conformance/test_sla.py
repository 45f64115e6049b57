"""The conformance cases of whole clocks agree; what the form says is read so, and what it does not say is refused."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.__main__ import main
from tests.conformance.sla import differences

KEPT = Path(__file__).parent / "cases" / "sla.json"


def test_all_cases_that_are_kept_here_agree(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sla", str(KEPT)]) == 0
    assert capsys.readouterr().out == "158 of 158 agree\n"


def test_all_shared_cases_agree(shared: Path) -> None:
    assert main(["sla", str(shared / "cases" / "sla.json")]) == 0


def test_a_case_that_expects_something_else_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = next(case for case in json.loads(KEPT.read_text()) if "breached" in case["expect"])
    case["expect"]["breached"] = not case["expect"]["breached"]
    path = tmp_path / "sla.json"
    path.write_text(json.dumps([case]))
    assert main(["sla", str(path)]) == 1
    told, last = capsys.readouterr().out.splitlines()
    assert told.startswith(f"{case['id']}: breached: expected {case['expect']['breached']}")
    assert last == "0 of 1 agree"


# What the form says ---------------------------------------------------------------------------------------------------

OFFICE = {"tz": "UTC", "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
NIGHTS = {"tz": "UTC", "hours": {day: [["22:00", "06:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}


def case(policy: Mapping[str, Any], told: str, expect: Mapping[str, Any], calendar: Mapping[str, Any] = OFFICE) -> Any:
    """A case of March 2024, of which the 4th is a Monday. Events are written "4 10:00 opened"."""
    events = []
    for event in told.split(", "):
        at, kind = moment(" ".join(event.split(" ")[:2])), event.split(" ", 2)[2]
        events.append({"at": at, "kind": kind})
    return {"calendar": calendar, "policy": {"metric": "resolution", **policy}, "events": events, "expect": expect}


def moment(text: str) -> str:
    day, clock = text.split()
    return f"2024-03-{int(day):02}T{clock}Z"


def test_a_status_resolves_and_reopens_nothing_whatever_it_is_called() -> None:
    told = "4 10:00 opened, 4 11:00 status:resolved, 4 12:00 resolved, 4 13:00 status:open, 4 14:00 status:reopened"
    expect = {"elapsed_minutes": 120, "deadline": None}
    assert list(differences(case({"target_minutes": 240}, told, expect))) == []


def test_a_resolution_is_no_reply() -> None:
    told = "4 10:00 opened, 4 11:00 resolved"
    expect = {"deadline": moment("4 12:00"), "as_of": moment("4 11:30"), "elapsed_minutes": 90}
    assert list(differences(case({"metric": "first_reply", "target_minutes": 120}, told, expect))) == []


def test_the_earliest_message_that_stands_unanswered_is_the_one_that_counts() -> None:
    told = "4 10:00 opened, 4 10:10 replied, 4 11:00 customer_replied, 4 11:30 customer_replied, 4 12:00 replied"
    policy = {"metric": "next_reply", "target_minutes": 30, "opening_counts_as_customer_message": False}
    cycles = [{"elapsed_minutes": 60, "breached": True, "overrun_minutes": 30}]
    assert list(differences(case(policy, told, {"cycles": cycles, "longest_cycle_minutes": 60}))) == []


def test_at_one_instant_the_order_of_the_list_counts() -> None:
    policy, expect = {"metric": "next_reply", "target_minutes": 60}, {"deadline": moment("4 11:30")}
    told = "4 10:00 opened, 4 10:30 replied, 4 10:30 customer_replied"
    assert list(differences(case(policy, told, expect))) == []
    told = "4 10:00 opened, 4 10:30 customer_replied, 4 10:30 replied"
    assert list(differences(case(policy, told, {"deadline": None}))) == []


def test_the_time_paused_is_added_after_a_budget_of_working_days() -> None:
    told = "4 10:00 opened, 4 16:00 status:hold, 5 10:00 status:open"
    policy = {"target_business_days": 1, "end_of_working_day": True, "pause_statuses": ["hold"]}
    expect = {"deadline": moment("6 11:00"), "pause_business_seconds": 7200, "remaining_minutes": 540}
    assert list(differences(case(policy, told, expect))) == []


def test_a_pause_out_of_hours_adds_nothing() -> None:
    told = "4 10:00 opened, 4 17:00 status:hold, 5 09:00 status:open"
    policy = {"target_business_days": 1, "end_of_working_day": False, "pause_statuses": ["hold"]}
    assert list(differences(case(policy, told, {"deadline": moment("5 10:00"), "pause_business_seconds": 0}))) == []


@pytest.mark.parametrize(
    ("rule", "deadline", "remaining"),
    [("from_start", "4 15:00", 120), ("carry_elapsed", "4 15:00", 120), ("restart", "4 17:00", 240)],
)
def test_pauses_stay_pauses_whatever_becomes_of_a_changed_target(rule: str, deadline: str, remaining: int) -> None:
    told = "4 10:00 opened, 4 10:00 target:slow, 4 11:00 status:hold, 4 12:00 status:open, 4 13:00 target:fast"
    policy = {"targets": {"slow": 480, "fast": 240}, "retarget": rule, "pause_statuses": ["hold"]}
    expect = {"deadline": moment(deadline), "remaining_minutes": remaining}
    assert list(differences(case(policy, told, expect))) == []


def test_target_minutes_may_stand_beside_targets() -> None:
    told, policy = "4 10:00 opened, 4 11:00 target:fast", {"target_minutes": 240, "targets": {"fast": 120}}
    assert list(differences(case(policy, told, {"deadline": moment("4 12:00")}))) == []
    assert list(differences(case(policy, "4 10:00 opened", {"deadline": moment("4 14:00")}))) == []


def test_a_policy_holds_only_while_it_applies() -> None:
    told = "4 10:00 opened, 4 10:30 priority:a, 4 11:30 priority:b, 4 12:30 priority:a"
    policy = {"target_minutes": 90, "applies_when": {"priority": "a"}}
    expect = {"deadline": moment("4 13:00"), "elapsed_minutes": 60, "clock_starts_at": moment("4 10:30")}
    assert list(differences(case(policy, told, expect))) == []


def test_a_message_that_was_answered_while_nothing_applied_is_not_awaited_any_more() -> None:
    told = (
        "4 10:00 opened, 4 10:00 priority:a, 4 10:30 priority:b, 4 11:00 replied, 4 11:30 customer_replied, "
        "4 12:00 priority:a"
    )
    policy = {"metric": "next_reply", "target_minutes": 60, "applies_when": {"priority": "a"}}
    cycles = [{"elapsed_minutes": 30}, {"elapsed_minutes": 0}]
    assert list(differences(case(policy, told, {"deadline": moment("4 13:00"), "cycles": cycles}))) == []


def test_the_tail_of_the_night_before_a_version_stays_what_it_was() -> None:
    days = {**NIGHTS, "versions": [{"from": "2024-03-06", "hours": {**OFFICE["hours"]}}]}  # type: ignore[dict-item]
    expect = {"elapsed_minutes": 60 * (8 + 8 + 2), "as_of": moment("6 11:00")}
    assert list(differences(case({"target_minutes": None}, "4 12:00 opened", expect, days))) == []
    nights = {**OFFICE, "versions": [{"from": "2024-03-06", "hours": NIGHTS["hours"]}]}
    expect = {"elapsed_minutes": 60 * (5 + 8 + 2), "as_of": moment("7 00:00")}
    assert list(differences(case({"target_minutes": None}, "4 12:00 opened", expect, nights))) == []


def test_a_desk_may_close_for_good_and_open_for_the_first_time() -> None:
    closing = {**OFFICE, "versions": [{"from": "2024-03-06", "hours": {}}]}
    expect = {"elapsed_minutes": 840, "deadline": None, "as_of": moment("20 12:00")}
    assert list(differences(case({"target_minutes": 900}, "4 11:00 opened", expect, closing))) == []
    opening = {"tz": "UTC", "hours": {}, "versions": [{"from": "2024-03-06", "hours": OFFICE["hours"]}]}
    expect = {"deadline": moment("6 10:00"), "clock_starts_at": moment("6 09:00")}
    assert list(differences(case({"target_minutes": 60}, "4 11:00 opened", expect, opening))) == []


@pytest.mark.parametrize("policy", [{"target_minutes": 60}, {"target_business_days": 1, "end_of_working_day": False}])
@pytest.mark.parametrize(
    "more", [{}, {"holidays": ["2024-03-05"]}, {"versions": [{"from": "2024-03-06", "hours": {}}]}]
)
def test_a_calendar_without_openings_is_an_error_or_24x7(policy: dict[str, Any], more: dict[str, Any]) -> None:
    never = {"tz": "UTC", "hours": {}, **more}
    assert list(differences(case(policy, "4 11:00 opened", {"error": "never_open"}, never))) == []
    expect = {"deadline": moment("4 12:00" if "target_minutes" in policy else "5 11:00")}
    asked = case({**policy, "never_open": "fall_back_to_24x7"}, "4 11:00 opened", expect, never)
    assert list(differences(asked)) == []


@pytest.mark.parametrize(
    ("policy", "deadline"),
    [
        ({"target_minutes": -60}, "4 10:00"),
        ({"target_minutes": 0}, "4 11:00"),
        ({"target_business_days": -1, "end_of_working_day": True}, "1 17:00"),
        ({"target_business_days": -1, "roll": "next_open"}, "1 11:00"),
        ({"relative": {"business_days": 0, "at": "16:00", "extra_day_if_after": "10:00"}}, "5 16:00"),
        ({"relative": {"business_days": 2, "at": "9:30", "extra_day_if_after": "11:00"}}, "6 09:30"),
        ({"target_at": "due_date", "due_date": moment("5 20:00"), "if_outside": "next_open"}, "6 09:00"),
        ({"target_at": "due_date", "due_date": moment("5 20:00")}, "5 20:00"),
        ({"target_minutes": 60, "start_at": moment("4 12:30")}, "4 13:30"),
        ({"target_minutes": 60, "start_at": moment("4 10:30")}, "4 11:30"),
    ],
)
def test_the_deadline_of_each_kind_of_target(policy: dict[str, Any], deadline: str) -> None:
    assert list(differences(case(policy, "4 11:00 opened", {"deadline": moment(deadline)}))) == []


def test_warnings_and_escalations_go_on_after_the_deadline() -> None:
    warnings = [{"percent": 50, "at": moment("4 12:00")}, {"percent": 150, "at": moment("4 14:00")}]
    escalations = [
        {"offset_minutes": -180, "at": moment("4 10:00")},
        {"offset_minutes": 300, "at": moment("5 10:00")},
        {"offset_business_days": 2, "at": moment("6 13:00")},
    ]
    expect = {"warnings": warnings, "escalations": escalations, "as_of": moment("4 16:00")}
    assert list(differences(case({"target_minutes": 120}, "4 11:00 opened", expect))) == []


def test_an_escalation_or_a_cycle_that_differs_is_told() -> None:
    expect = {
        "escalations": [{"offset_minutes": -30, "at": moment("4 12:31")}],
        "warnings": [{"percent": 50, "at": moment("4 12:00")}],
        "cycles": [{"elapsed_minutes": 0}, {"elapsed_minutes": 0}],
    }
    told = differences(case({"target_minutes": 120}, "4 11:00 opened", expect))
    assert [line.partition(":")[0] for line in told] == ["escalations", "cycles"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"policy": {"target_minuets": 60}},
        {"policy": {"target_minutes": 60, "target_business_days": 1}},
        {"policy": {"target_minutes": 60, "metric": "last_reply"}},
        {"policy": {"target_minutes": 60, "reopen": "sometimes"}},
        {"policy": {"target_minutes": 60, "retarget": "proportion"}},
        {"policy": {"target_minutes": 60, "never_open": "ignore"}},
        {"policy": {"target_business_days": 1, "end_of_working_day": True, "roll": "next_open"}},
        {"policy": {}},
        {"told": "4 11:00 opened, 4 12:00 vanished"},
        {"told": "4 11:00 opened, 4 12:00 status"},
        {"told": "4 11:00 opened, 4 12:00 opened"},
        {"told": "4 11:00 replied, 4 12:00 opened"},
        {"expect": {"deadlines": moment("4 12:00")}},
        {"expect": {"escalations": [{"offset_minutes": 1, "offset_business_days": 1, "at": None}]}},
        {"calendar": {**OFFICE, "half_days": []}},
    ],
)
def test_what_the_form_does_not_say_is_refused(wrong: dict[str, Any]) -> None:
    right: dict[str, Any] = {"policy": {"target_minutes": 60}, "told": "4 11:00 opened", "expect": {"deadline": None}}
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says, it is told and not passed over
        list(differences(case(**{**right, **wrong})))
