"""The shared cases of whole clocks, as far as the present features go; the others are counted, each with what it needs.

The adapter translates names. The command `tests.conformance sla` takes its place when nothing is left.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import pytest

from slaengine.domain import events as e
from slaengine.domain.situation import Situation
from slaengine.domain.timeline import timeline
from slaengine.domain.vocabulary import Phase
from slaengine.errors import ScheduleError
from slaengine.instants import MINUTE, SECOND, Instant, instant
from slaengine.policies.budget import Within
from slaengine.policies.calendar import Calendar, always
from slaengine.policies.metrics import first_response_metric, resolution_metric
from slaengine.policies.target import Metric, Reopen, Retarget, Target, Terms
from slaengine.projections.clocks import Clock, Verdict, measure
from tests.conformance.calendar import schedule

Case: TypeAlias = Mapping[str, Any]

NEEDS: Mapping[str, Callable[[Case], bool]] = {
    "budgets in working days": lambda case: "target_business_days" in case["policy"],
    "budgets of the next day": lambda case: "relative" in case["policy"],
    "due dates set by hand": lambda case: "target_at" in case["policy"],
    "thresholds": lambda case: "warnings" in case["expect"],
    "offsets from due": lambda case: "escalations" in case["expect"],
    "the ready metric periodic update": lambda case: case["policy"]["metric"] == "periodic_update",
    "no target, but an instant before another": lambda case: _minutes(case) <= 0,
    "a start of the host's own": lambda case: bool({"start_on", "start_at"} & case["policy"].keys()),
}
"""What a case asks for that comes in a later step."""


def _minutes(case: Case) -> float:
    minutes: float | None = case["policy"].get("target_minutes")
    return 10**6 if minutes is None else minutes


def needs(case: Case) -> list[str]:
    return [feature for feature, wanted in NEEDS.items() if wanted(case)]


@pytest.fixture(scope="module")
def cases(request: pytest.FixtureRequest) -> list[Case]:
    shared: Path = request.getfixturevalue("shared")
    found: list[Case] = json.loads((shared / "cases" / "sla.json").read_text(encoding="utf-8"))
    return found


def test_every_case_within_the_present_features_agrees(
    cases: list[Case], record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    within = [case for case in cases if not needs(case)]
    later = Counter(feature for case in cases for feature in needs(case))
    differing = [difference for case in within for difference in differences(case)]
    record_property("agree", len(within))
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(within)} of {len(cases)} cases are within the present features; the others need {dict(later)}\n"
        )
    assert differing == []
    assert len(within) > 120


def test_a_case_that_expected_something_else_would_be_told(cases: list[Case]) -> None:
    case = next(case for case in cases if "breached" in case["expect"] and not needs(case))
    other = {**case, "expect": {**case["expect"], "breached": not case["expect"]["breached"]}}
    assert list(differences(other))


# The adapter ----------------------------------------------------------------------------------------------------------


def differences(case: Case) -> Iterator[str]:
    got = answers(case)
    for name, wanted in case["expect"].items():
        if name != "as_of" and not agrees(wanted, got[name]):
            yield f"{case['id']}: {name}: expected {wanted}, got {got[name]}"


def answers(case: Case) -> Mapping[str, Any]:
    try:
        hours = calendar(case)
    except ScheduleError as error:
        return {"error": "never_open" if "never opens" in str(error) else str(error)}
    spans = timeline(history(case))
    expected = case["expect"]
    now = instant(expected["as_of"]) if "as_of" in expected else spans[-1].start
    clocks = measure(spans, target(case["policy"], hours), now)
    hidden = spans[-1].situation.status in case["policy"].get("hide_deadline_statuses", ())
    return {
        name: None if hidden and name == "deadline" else ANSWERS[name](clocks) for name in expected if name in ANSWERS
    }


def calendar(case: Case) -> Calendar:
    given = {**case["calendar"], "special_hours": case["calendar"].get("holiday_hours", {}), "holiday_cuts": "date"}
    try:
        return amended(schedule(given).calendar, given)
    except ScheduleError:
        if case["policy"].get("never_open") == "fall_back_to_24x7":
            return always
        raise


def amended(first: Calendar, given: Case) -> Calendar:
    """The calendar with its versions, each from the midnight of a local date on."""
    for version in given.get("versions", ()):
        at = datetime.fromisoformat(version["from"]).replace(tzinfo=ZoneInfo(given["tz"]))
        first = first.amended(schedule({**given, **version}), effective_from=at)
    return first


def target(policy: Case, hours: Calendar) -> Target:
    named = {name: Terms(within(minutes), hours) for name, minutes in policy.get("targets", {}).items()}
    alone = None if named else Terms(within(policy["target_minutes"]), hours)
    wanted = policy.get("applies_when", {}).get("priority")

    def terms(situation: Situation) -> Terms | None:
        applies = wanted in (None, situation.priority)
        return named.get(situation.agreement or "", alone) if applies else None

    return Target(
        name=policy["metric"],
        metric=metric(policy),
        terms=terms,
        pauses=lambda situation: situation.status in policy["pause_statuses"],
        retarget=Retarget(RETARGET[policy.get("retarget", "carry_elapsed")]),
    )


RETARGET = {"from_start": "from-start", "restart": "restart", "carry_elapsed": "carry"}


def within(minutes: float | None) -> Within:
    """null: only elapsed time is asked."""
    return Within(round((10**6 if minutes is None else minutes) * MINUTE))


def metric(policy: Case) -> Metric:
    match policy["metric"]:
        case "first_reply":
            return first_response_metric()
        case "resolution":
            return Metric(
                name="resolution",
                starts=resolution_metric().starts,
                fulfilled=resolution_metric().fulfilled,
                reopen=Reopen(policy.get("reopen", "continue").replace("_", "-")),
            )
        case "next_reply":
            return Metric(
                name="next-reply",
                starts=lambda situation: situation.asking,
                fulfilled=lambda situation: not situation.asking,
                reopen=Reopen.NEW_CYCLE,
            )
        case "assignment":
            return Metric(name="assignment", starts=lambda _: True, fulfilled=lambda situation: situation.accepted)
    raise ValueError(policy["metric"])


def history(case: Case) -> list[e.TicketEvent]:
    asks = case["policy"].get("opening_counts_as_customer_message", True)
    return [event(given, asks=asks) for given in case["events"]]


def event(given: Case, *, asks: bool) -> e.TicketEvent:
    at, (kind, _, what) = instant(given["at"]), given["kind"].partition(":")
    match kind:
        case "opened":
            return e.Opened(
                occurred_at=at,
                status=given.get("status", "open"),
                phase=Phase.OPEN,
                priority=given.get("priority"),
                agreement=given.get("target"),
                asks=asks,
            )
        case "replied":
            return e.CustomerContacted(occurred_at=at)
        case "customer_replied":
            return e.CustomerReplied(occurred_at=at)
        case "status":
            return e.StatusChanged(occurred_at=at, status=what)
        case "target":
            return e.AgreementAttached(occurred_at=at, agreement=what)
        case "priority":
            return e.Prioritised(occurred_at=at, priority=what)
        case "resolved":
            return e.Resolved(occurred_at=at)
        case "reopened":
            return e.Reopened(occurred_at=at)
    raise ValueError(kind)


def _due(clocks: tuple[Clock, ...]) -> Instant | None:
    return clocks[-1].due if clocks else None


def _longest(clocks: tuple[Clock, ...]) -> Clock:
    return max((clock for clock in clocks if clock.ended_at is not None), key=lambda clock: clock.used)


def _is_breached(clock: Clock) -> bool:
    return clock.verdict is Verdict.BREACHED


ANSWERS: Mapping[str, Callable[[tuple[Clock, ...]], Any]] = {
    "deadline": _due,
    "clock_starts_at": lambda clocks: clocks[-1].calendar.open_time.next_open(clocks[-1].start),
    "elapsed_minutes": lambda clocks: clocks[-1].used / MINUTE,
    "remaining_minutes": lambda clocks: clocks[-1].left / MINUTE,
    "percent": lambda clocks: 100 * clocks[-1].share,
    "breached": lambda clocks: _is_breached(clocks[-1]),
    "overrun_minutes": lambda clocks: max(0, -clocks[-1].left) / MINUTE,
    "pause_business_seconds": lambda clocks: clocks[-1].paused / SECOND,
    "cycles": lambda clocks: [{"elapsed_minutes": c.used / MINUTE, "breached": _is_breached(c)} for c in clocks],
    "longest_cycle_minutes": lambda clocks: _longest(clocks).used / MINUTE,
    "longest_cycle_remaining": lambda clocks: _longest(clocks).left / MINUTE,
}


def agrees(wanted: Any, got: Any) -> bool:
    if isinstance(wanted, str) and isinstance(got, int):
        return instant(wanted) == got
    if isinstance(wanted, int | float) and not isinstance(wanted, bool) and not isinstance(got, bool):
        return bool(abs(wanted - got) < 1e-6)
    return bool(wanted == got)
