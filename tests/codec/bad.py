"""Lines and agreement files with a mistake in them, and what the message about each must say."""

from typing import Any

from attrs import evolve as but
from attrs import frozen

from tests.codec.files import GOLD, changed

GOOD_LINE: dict[str, Any] = {
    "stream": "T-1",
    "position": 1,
    "type": "worked",
    "occurred_at": "2025-04-17T07:00:00Z",
    "data": {"by": {"id": "u-1"}, "minutes": 5},
}


@frozen
class BadLine:
    """says: what the message quotes. of_the_form: a schema cannot tell that it is wrong."""

    name: str
    line: dict[str, Any]
    says: tuple[str, ...]
    of_the_form: bool = False


def _line(name: str, *says: str, of_the_form: bool = False, **changes: Any) -> BadLine:
    line = {key: value for key, value in {**GOOD_LINE, **changes}.items() if value is not ...}
    return BadLine(name, line, says, of_the_form)


BAD_LINES = [
    _line("no stream", "stream is None", "stream, type, occurred_at", stream=...),
    _line("a stream that is a number", "stream is 7", stream=7),
    _line("no type", "type is None", type=...),
    _line("an unknown type", "'wroked'", "worked", type="wroked"),
    _line("no instant", "occurred_at is None", occurred_at=...),
    _line("a naive instant", "'2025-04-17T07:00:00'", "offset", occurred_at="2025-04-17T07:00:00"),
    _line("an instant in other words", "'yesterday'", "ISO 8601", occurred_at="yesterday"),
    _line("an instant as a number", "occurred_at is 1744873200", occurred_at=1744873200),
    _line("a 30th of February", "'2025-02-30T07:00:00Z'", of_the_form=True, occurred_at="2025-02-30T07:00:00Z"),
    _line("an unknown key", "'priority'", "stream, type, occurred_at", priority="P1"),
    _line("a position in words", "position is 'first'", position="first"),
    _line("a position below zero", "position is -1", position=-1),
    _line("a position that is true", "position is True", position=True),
    _line("a version with a fraction", "version is 1.5", version=1.5),
    _line("an id that is a number", "id is 7", id=7),
    _line("a tenant that is a list", "tenant is ['north']", tenant=["north"]),
    _line("a naive recorded_at", "'2025-04-17T09:00'", "recorded_at", recorded_at="2025-04-17T09:00"),
    _line("a recorded_at as a number", "recorded_at is 5", recorded_at=5),
    _line("data that are a list", "data is [1]", data=[1]),
    _line("an instant that stands twice", "stands in data", data={"occurred_at": "2025-04-17T07:00:00Z"}),
    _line("an unknown field", "worked has no field 'mins'", "minutes", data={"mins": 5}),
    _line("a number as text", "minutes is '5'", data={"minutes": "5"}),
    _line("a number with a fraction", "minutes is 5.5", data={"minutes": 5.5}),
    _line("an actor without an id", "by is {'role': 'lead'}", data={"by": {"role": "lead"}}),
    _line("an actor in an unknown role", "'boss'", data={"by": {"id": "u-1", "role": "boss"}}),
    _line(
        "an actor with an unknown field",
        "by has no field 'rol'",
        "id, role, team",
        data={"by": {"id": "u", "rol": "x"}},
    ),
    _line("an event that lacks a field", "assigned", "owner", type="assigned", data={}),
    _line("an event that lacks its data", "assigned", "owner", type="assigned", data=...),
    _line("an unknown word", "phase is 'opn'", type="opened", data={"phase": "opn"}),
    _line("labels that are no text", "labels is {'vip': 1}", type="opened", data={"labels": {"vip": 1}}),
    _line("labels that are a list", "labels is ['vip']", type="opened", data={"labels": ["vip"]}),
    _line("a list of text and numbers", "into is ['T-2', 3]", type="split", data={"into": ["T-2", 3]}),
    _line(
        "a naive instant in data", "due", "'2025-04-18T09:00'", type="due-date-set", data={"due": "2025-04-18T09:00"}
    ),
]


def _correction(name: str, *says: str, event: Any, of_the_form: bool = False) -> BadLine:
    data = {"corrects": "T-1/2", "reason": "mistyped", "event": event}
    return _line(name, *says, of_the_form=of_the_form, type="corrected", data=data)


_AT = "2025-04-17T07:00:00Z"
BAD_LINES += [
    _correction("a correction by text", "event is 'worked'", event="worked"),
    _correction("a correction by no event", "event is {'occurred_at'", event={"occurred_at": _AT}),
    _correction("a correction that occurred at no time", "event is {'type': 'worked'}", event={"type": "worked"}),
    _correction("a correction by an unknown type", "'wroked'", event={"type": "wroked", "occurred_at": _AT}),
    _correction(
        "a correction with fields beside data",
        "'minutes': 5",
        event={"type": "worked", "occurred_at": _AT, "minutes": 5},
    ),
    _correction(
        "a correction with an unknown field",
        "worked has no field 'mins'",
        event={"type": "worked", "occurred_at": _AT, "data": {"mins": 5}},
    ),
    _correction(
        "a correction by an event of the desk",
        "only an event of a ticket",
        event={
            "type": "service-introduced",
            "occurred_at": _AT,
            "data": {"service": "mail", "effective_from": _AT},
        },
    ),
]


@frozen
class BadFile:
    """faults: all that is wrong, each as it begins."""

    name: str
    document: dict[str, Any]
    faults: tuple[str, ...]
    of_the_form: bool = False

    def but_of_the_form(self) -> "BadFile":
        return but(self, of_the_form=True)


def _file(name: str, path: str, value: Any, *faults: str) -> BadFile:
    return BadFile(name, changed(GOLD, path, value), faults)


_TARGET = "agreements.0.targets.1"
BAD_FILES = [
    _file("no agreements", "agreements", [], "agreements: there are no agreements"),
    _file("agreements that are a table", "agreements", {"id": "gold"}, "agreements: {'id': 'gold'} is no list"),
    _file("an unknown table", "agreement", [], "agreement: unknown; known are agreements, calendars, levels"),
    _file("an agreement without an id", "agreements.0.id", ..., "agreements[1].id: is missing"),
    _file("an id that is a number", "agreements.0.id", 7, "agreements[1].id: 7 is no text"),
    _file("a version that is a number", "agreements.0.version", 1, "agreements[1].version: 1 is no text"),
    _file(
        "targets that are text", "agreements.0.targets", "resolution", "agreements[1].targets: 'resolution' is no list"
    ),
    _file("no targets", "agreements.0.targets", [], "agreements[1]: agreement 'gold' has no targets"),
    _file("an unknown key", "agreements.0.scoop", {}, "agreements[1].scoop: unknown; known are id, targets, version"),
    _file(
        "a naive beginning", "agreements.0.effective_from", "2025-01-01T00:00", "agreements[1].effective_from: '2025-01"
    ),
    _file("an unknown detector", "agreements.0.detectors", {"mood": {}}, "agreements[1]: detectors.mood: unknown"),
    _file(
        "an unknown parameter",
        "agreements.0.detectors",
        {"deadline_handoff": {"far": 1}},
        "agreements[1]: detectors.deadline_handoff.far: unknown; known are near",
    ),
    _file(
        "a parameter below zero",
        "agreements.0.detectors",
        {"close_reopen_churn": {"near": -0.1}},
        "agreements[1]: detectors.close_reopen_churn.near: -0.1: write a number of at least 0",
    ),
    _file("an unknown metric", f"{_TARGET}.metric", "joy", "agreements[1].targets[2].metric: 'joy' is unknown: choose"),
    _file(
        "an unknown word", f"{_TARGET}.reopen", "again", "agreements[1].targets[2].reopen: 'again' is unknown: choose"
    ),
    _file(
        "an unknown kind", f"{_TARGET}.kind", "SLO", "agreements[1].targets[2].kind: 'SLO' is unknown: choose among SLA"
    ),
    _file("an unknown rule", f"{_TARGET}.retarget", "x", "agreements[1].targets[2].retarget: 'x' is unknown: choose"),
    _file("a target without budgets", f"{_TARGET}.budgets", ..., "agreements[1].targets[2].budgets: is missing"),
    _file("no budget at all", f"{_TARGET}.budgets", {}, "agreements[1].targets[2]: target 'resolution' has no budget"),
    _file(
        "a budget in days", f"{_TARGET}.budgets.P1", "2 days", "agreements[1].targets[2].budgets.P1: '2 days' is no"
    ).but_of_the_form(),
    _file(
        "a budget of nothing", f"{_TARGET}.budgets.P1", "0 h", "agreements[1].targets[2].budgets.P1: a budget of 0 min"
    ).but_of_the_form(),
    _file("a budget that is a number", f"{_TARGET}.budgets.P1", 4, "agreements[1].targets[2].budgets.P1: 4 is no text"),
    _file(
        "a pause on an unknown fact", f"{_TARGET}.pauses", {"mood": "bad"}, "agreements[1].targets[2].pauses: 'mood'"
    ),
    _file(
        "a pause on what never is",
        f"{_TARGET}.pauses",
        {"waiting_on": ["customer", "godot"]},
        "agreements[1].targets[2].pauses: waiting_on is never 'godot': choose among customer",
    ),
    _file(
        "a pause on a number", f"{_TARGET}.pauses", {"waiting_on": 5}, "agreements[1].targets[2].pauses: waiting_on is"
    ),
    _file(
        "a pause on a table", f"{_TARGET}.pauses", {"tier": {"L2": 1}}, "agreements[1].targets[2].pauses: tier is never"
    ),
    _file(
        "a yes for true", f"{_TARGET}.pauses", {"owned": "yes"}, "agreements[1].targets[2].pauses: owned is never 'yes'"
    ),
    _file(
        "a pause on oneself", f"{_TARGET}.pauses", {"self": "x"}, "agreements[1].targets[2].pauses: 'self' is no fact"
    ),
    _file(
        "text with a lone surrogate",
        "agreements.0.id",
        "gold\ud800",
        r"agreements[1].id: 'gold\ud800': half",
    ).but_of_the_form(),
    _file(
        "a name with a lone surrogate", "agreements.0.scope", {"\ud800": "x"}, r"agreements[1].scope.'\ud800': half a"
    ).but_of_the_form(),
    _file(
        "a calendar that hides another",
        "calendars.always",
        {"zone": "UTC", "hours": "Mon-Fri 09:00-17:00"},
        "calendars.always: always is the calendar around the clock: choose another name",
    ),
    _file(
        "the zone of a machine", "calendars.office.zone", "localtime", "calendars.office: unknown zone 'localtime'"
    ).but_of_the_form(),
    _file(
        "a share above the whole",
        "agreements.0.detectors",
        {"deadline_handoff": {"near": 1e308}},
        "agreements[1]: detectors.deadline_handoff.near: 1e+308: write a number of at most 1",
    ),
    _file(
        "more hours than there are",
        "agreements.0.detectors",
        {"deadline_handoff": {"cap_hours": 1e300}},
        "agreements[1]: detectors.deadline_handoff.cap_hours: 1e+300: write a number of at most 1000000",
    ),
    _file(
        "less than one time",
        "agreements.0.detectors",
        {"close_reopen_churn": {"times": 0.5}},
        "agreements[1]: detectors.close_reopen_churn.times: 0.5: write a number of at least 1",
    ),
    _file(
        "a calendar of two kinds",
        "calendars.office.union",
        ["day-and-night"],
        "calendars.office: is told by one of hours, rule, union, intersection, complement, frozen, and has hours",
    ),
    _file("no zone", "calendars.office.zone", ..., "calendars.office.zone: is missing"),
    _file(
        "hours that are a list",
        "calendars.office.hours",
        ["Mon 9-5"],
        "calendars.office.hours: ['Mon 9-5'] is no table",
    ),
    _file("a year alone", "calendars.office.years", [2025], "calendars.office.years: [2025]: write the first year"),
    _file("an unknown cut", "calendars.office.holiday_cuts", "day", "calendars.office: holiday_cuts 'day' is unknown"),
    _file("levels that are text", "levels", "contact", "levels: 'contact' is no list"),
    _file(
        "an unknown zone", "calendars.office.zone", "Europe/Berlim", "calendars.office: unknown zone 'Europe/Berlim'"
    ).but_of_the_form(),
    _file(
        "an unknown calendar", f"{_TARGET}.calendar", "night", "agreements[1].targets[2].calendar: 'night' is unknown"
    ).but_of_the_form(),
    _file(
        "a budget by no time of day",
        f"{_TARGET}.budgets.P1",
        "next working day by 4pm",
        "agreements[1].targets[2].budgets.P1: 'next working day by 4pm': '4pm' is no time of day: write it as in 16:00",
    ).but_of_the_form(),
    _file(
        "a budget in days on a calendar without any",
        _TARGET,
        {"metric": "resolution", "calendar": "always", "budgets": "2 working days"},
        "agreements[1].targets[2]: calendar '24x7' has no working days",
    ).but_of_the_form(),
    _file(
        "overrides that are a table", f"{_TARGET}.overrides", {}, "agreements[1].targets[2].overrides: {} is no list"
    ),
    _file(
        "an override without a condition",
        f"{_TARGET}.overrides",
        [{"budgets": "1 h"}],
        "agreements[1].targets[2].overrides[1].where: is missing",
    ),
    _file(
        "overrides with mistakes",
        f"{_TARGET}.overrides",
        [{"where": {"tier": "L2"}, "budgets": "1 h"}, {"where": {"mood": "x"}, "budgets": "soon", "calendar": "night"}],
        "agreements[1].targets[2].overrides[2].where: 'mood' is no fact",
        "agreements[1].targets[2].overrides[2].budgets: 'soon' is no budget",
        "agreements[1].targets[2].overrides[2].calendar: 'night' is unknown",
    ),
    _file(
        "conditions of which one has a mistake",
        f"{_TARGET}.pauses",
        [{"tier": "L2"}, {"waiting_on": "godot"}],
        "agreements[1].targets[2].pauses[2]: waiting_on is never 'godot'",
    ),
    _file(
        "a condition that is text",
        f"{_TARGET}.fulfilled",
        "closed",
        "agreements[1].targets[2].fulfilled: 'closed' is no",
    ),
    _file(
        "a label beside its table",
        f"{_TARGET}.pauses",
        {"labels.vip": "yes"},
        "agreements[1].targets[2].pauses: 'labels.vip' is no fact of a situation",
    ),
    _file(
        "a label that is not declared",
        f"{_TARGET}.pauses",
        {"labels": {"vip": "yes"}},
        "agreements[1].targets[2].pauses: label 'vip' is not declared: add it to the labels with its values",
    ).but_of_the_form(),
    _file(
        "labels that are text",
        f"{_TARGET}.pauses",
        {"labels": "vip"},
        "agreements[1].targets[2].pauses: labels are 'vip': write a name and the values of each",
    ),
    _file("declared labels that are a list", "labels", ["vip"], "labels: ['vip'] is no table"),
    _file("a label without a list", "labels", {"vip": "yes"}, "labels.vip: 'yes' is no list"),
    _file("an unknown pin", f"{_TARGET}.pin", "all of it", "agreements[1].targets[2].pin: 'all of it' is unknown"),
    _file(
        "thresholds with mistakes",
        f"{_TARGET}.thresholds",
        ["75 %", "soon", {"at": "never"}, {"at": "due", "level": "lead"}],
        "agreements[1].targets[2].thresholds[2]: 'soon' is no threshold",
        "agreements[1].targets[2].thresholds[3].at: 'never' is no threshold",
    ),
    _file(
        "a threshold that is a number",
        f"{_TARGET}.thresholds",
        [75],
        "agreements[1].targets[2].thresholds[1]: 75 is no",
    ),
    _file(
        "a tier of no ownership", f"{_TARGET}.tier", "L2", "agreements[1].targets[2].tier: only an ownership has one"
    ),
    _file(
        "pauses of what stands still for nothing",
        f"{_TARGET}.metric",
        "total-time",
        "agreements[1].targets[2]: the total time stands still for nothing",
    ).but_of_the_form(),
    _file(
        "an entitlement by an unknown fact",
        "agreements.0.covers",
        {"colour": "red"},
        "agreements[1].covers: covers by 'colour', which no opening says: choose among type",
    ),
    _file(
        "an entitlement to what there is not",
        "agreements.0.covers",
        {"type": ["incident", "incidnt"]},
        "agreements[1].covers: covers the type 'incidnt', which there is not: choose among incident",
    ),
    _file("a yes for best effort", "agreements.0.best_effort", "yes", "agreements[1].best_effort: 'yes' is no true or"),
    _file("a contract that is a number", "agreements.0.contract", 7, "agreements[1].contract: 7 is no text"),
    _file(
        "an objective without a share",
        "agreements.0.objectives",
        [{"target": "resolution"}],
        "agreements[1].objectives[1].share: is missing",
    ),
    _file(
        "an objective for an unknown target",
        "agreements.0.objectives",
        [{"target": "joy", "share": 0.9}],
        "agreements[1].objectives[1].target: 'joy' is no target of the agreement: choose among first-response, res",
    ).but_of_the_form(),
    _file(
        "an objective with mistakes",
        "agreements.0.objectives",
        [
            {
                "target": "resolution",
                "share": "95",
                "period": "decade",
                "where": {"priority": 1},
                "excluding": [{"mood": "x"}],
                "counted_by": "luck",
                "credits": [{"below": "most", "percent": 5}],
            }
        ],
        "agreements[1].objectives[1].share: '95' is no share: write '95 %' or 0.95",
        "agreements[1].objectives[1].period: 'decade' is unknown: choose among week, month",
        "agreements[1].objectives[1].where: priority is never 1",
        "agreements[1].objectives[1].excluding[1]: 'mood' is no fact",
        "agreements[1].objectives[1].counted_by: 'luck' is unknown: choose among verdict",
        "agreements[1].objectives[1].credits[1].below: 'most' is no share",
    ),
    _file(
        "an objective of more than all",
        "agreements.0.objectives",
        [{"target": "resolution", "share": 95, "minimum": -1}],
        "agreements[1].objectives[1]: an objective of 95 is no share",
        "agreements[1].objectives[1]: a minimum of -1 clocks is none",
    ),
    _file(
        "a credit that is due while the objective is met",
        "agreements.0.objectives",
        [{"target": "resolution", "share": "95 %", "credits": [{"below": "99 %", "percent": 5}]}],
        "agreements[1].objectives[1]: a credit below 0.99 is due while the objective is met",
    ).but_of_the_form(),
    _file(
        "a calendar that is the complement of several",
        "calendars.day-and-night",
        {"complement": ["office"]},
        "calendars.day-and-night.complement: ['office'] is no text",
    ),
    _file(
        "a calendar that is the complement of itself",
        "calendars.day-and-night",
        {"complement": "day-and-night"},
        "calendars.day-and-night.complement: a calendar cannot be made of itself",
    ).but_of_the_form(),
    _file(
        "a calendar that ends before its last version",
        "calendars.day-and-night",
        {
            "union": ["office"],
            "versions": [{"effective_from": "2025-06-01T00:00Z", "calendar": "always"}],
            "effective_until": "2025-05-01T00:00Z",
        },
        "calendars.day-and-night.effective_until: not after that of the version before",
    ).but_of_the_form(),
    _file(
        "a calendar that ends at no instant",
        "calendars.office.effective_until",
        "2025-05-01",
        "calendars.office.effective_until: '2025-05-01' has no offset",
    ),
    _file(
        "a frozen schedule that was changed",
        "calendars.office",
        {"frozen": {"form": "slaengine schedule 1", "seal": "0"}},
        "calendars.office.frozen: was changed since it was frozen",
    ).but_of_the_form(),
    _file(
        "an unknown level", "agreements.0.scope", {"planet": "mars"}, "agreements: 'planet' is no level of a requester"
    ).but_of_the_form(),
    _file(
        "an end before the beginning",
        "agreements.0.effective_until",
        "2024-01-01T00:00Z",
        "agreements[1]: agreement 'gold' ends before it begins",
    ).but_of_the_form(),
    _file(
        "two targets of one name",
        f"{_TARGET}.name",
        "first-response",
        "agreements[1]: agreement 'gold' has 2 targets called 'first-response'",
    ).but_of_the_form(),
    _file(
        "the same version twice", "agreements.1.id", "gold", "agreements: agreement 'gold@1' stands twice"
    ).but_of_the_form(),
]

MANY_FAULTS = BadFile(
    "several mistakes in one file",
    {
        "calendars": {"office": {"zone": "Europe/Berlim", "hours": "Mon-Fri 09:00-17:00"}},
        "agreements": [
            {"id": "gold", "targets": [{"metric": "joy", "calendar": "night", "budgets": {"P1": "soon", "P2": "0 h"}}]},
            {"id": "silver", "targets": []},
        ],
    },
    (
        "calendars.office: unknown zone 'Europe/Berlim'",
        "agreements[1].targets[1].calendar: 'night' is unknown",
        "agreements[1].targets[1].budgets.P1: 'soon' is no budget",
        "agreements[1].targets[1].budgets.P2: a budget of 0 min can never be met",
        "agreements[1].targets[1].metric: 'joy' is unknown",
        "agreements[2]: agreement 'silver' has no targets",
    ),
)

MANY_FAULTS_OF_FORM = BadFile(
    "several mistakes of form in one file",
    {
        "calendars": {"office": {"hours": 9}},
        "agreements": [{"targets": [{"metric": 1, "colour": "red"}]}, "silver"],
    },
    (
        "agreements[1].id: is missing",
        "agreements[1].targets[1].metric: 1 is no text",
        "agreements[1].targets[1].calendar: is missing",
        "agreements[1].targets[1].budgets: is missing",
        "agreements[1].targets[1].colour: unknown",
        "agreements[2]: 'silver' is no table",
        "calendars.office.zone: is missing",
        "calendars.office.hours: 9 is no table",
    ),
)
