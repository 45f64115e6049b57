"""A mapping is checked when it is read: every mistake is named at once, with its path."""

import re
import tomllib
from pathlib import Path

import pytest
from attrs import fields

from slaengine.domain import events as e
from slaengine.domain.vocabulary import Party, Phase, Role
from slaengine.errors import InputError
from slaengine.importers.activity_rules import ByRoleDocument
from slaengine.importers.facts import FACTS
from slaengine.importers.mapping import Column, Moment, Opening, Rows, Status, Unchanged
from slaengine.importers.mapping_file import (
    ActorDocument,
    LengthDocument,
    MappingDocument,
    MomentDocument,
    PhaseDocument,
    mapping,
    read_mapping,
)

EVENTS = """
source = "desk"
rows = "events"
ticket = { column = "case" }
occurred_at = { column = "at" }
[events]
column = "what"
[events.map]
solve = "resolved"
"""
SNAPSHOTS = """
source = "desk"
rows = "snapshots"
ticket = { column = "case" }
occurred_at = { column = "at", format = "%d/%m/%Y %H:%M", zone = "Europe/Rome" }
opening = { column = "opened" }
null = ["?"]
tiers = ["L1", "L2"]
unchanged = "worked"
[status]
column = "state"
[status.map]
Active = "open"
Pending = { phase = "waiting", waiting_on = "customer" }
Queue = { phase = "open", queued = true }
[facts]
tier = { column = "line" }
priority = "P1"
"""


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "m.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(tmp_path: Path, text: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        read_mapping(written(tmp_path, text))
    return str(caught.value).partition("m.toml: ")[2]


def test_a_mapping_says_what_the_columns_mean(tmp_path: Path) -> None:
    read = read_mapping(written(tmp_path, SNAPSHOTS))
    assert (read.source, read.rows, read.ticket) == ("desk", Rows.SNAPSHOTS, "case")
    assert isinstance(read.opening, Moment)
    assert (read.null, read.tiers, read.unchanged) == (frozenset("?"), ("L1", "L2"), Unchanged.WORKED)
    assert read.status is not None
    assert read.status.map == {
        "Active": Status("Active", Phase.OPEN),
        "Pending": Status("Pending", Phase.WAITING, Party.CUSTOMER),
        "Queue": Status("Queue", Phase.OPEN, None, queued=True),
    }
    assert read.facts.facts == {"tier": Column(column="line"), "priority": "P1"}


def test_what_is_left_out_is_as_usual(tmp_path: Path) -> None:
    read = read_mapping(written(tmp_path, EVENTS))
    assert (read.opening, read.null, read.delimiter) == (Opening.FIRST_ROW, frozenset({""}), ",")
    assert (read.occurred_at.format.forms, read.occurred_at.format.zone) == (("iso",), None)
    assert (read.actor, read.record, read.lacks) == (None, None, frozenset())


def test_one_word_may_stand_for_a_list_of_one(tmp_path: Path) -> None:
    read = read_mapping(written(tmp_path, 'lacks = "worked"\nnull = "NULL"\n' + EVENTS))
    assert (read.lacks, read.null) == (frozenset({e.Worked}), frozenset({"NULL"}))


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    text = EVENTS.replace('column = "at"', 'column = "at", format = "%H:%M", zone = "Europe/Roma"').replace(
        'solve = "resolved"', 'solve = "solved"\nwait = { event = "put-on-hold", waiting_on = "nobody", why = "x" }'
    )
    faults = refusal(tmp_path, 'lacks = ["silence"]\nopening = "now"\n' + text)
    for fault in (
        "occurred_at.zone: 'Europe/Roma' is unknown: write an IANA name",
        "opening: 'now' is unknown: choose among first-row, event",
        "events.map.solve.event: 'solved' is unknown: choose among opened, acknowledged",
        "events.map.wait.waiting_on: put-on-hold: waiting_on is 'nobody'",
        "events.map.wait.why: is unknown: put-on-hold has waiting_on, status, reference, until, note_length",
        "lacks: 'silence' is unknown",
    ):
        assert fault in faults


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ('source = "desk"', 'source = ""', "source: is empty: name the log, for the ids of its events"),
        ('source = "desk"\n', "", "source: is missing"),
        ('rows = "events"', 'rows = "rows"', "rows: 'rows' is unknown: choose among events, snapshots"),
        ('{ column = "case" }', '"case"', "ticket: 'case' is no table"),
        ('{ column = "case" }', '{ colum = "case" }', "ticket.colum: unknown; known are column"),
        ('{ column = "at" }', '{ column = "at", format = "%d/%m" }', "occurred_at.format: '%d/%m' reads no date"),
        ('{ column = "at" }', '{ column = "at", format = "%Q" }', "occurred_at.format: '%Q' reads no date"),
        (
            '{ column = "at" }',
            '{ column = "at", format = "%d/%m/%Y" }',
            "occurred_at.zone: is missing: '%d/%m/%Y' holds no offset from UTC",
        ),
        ('solve = "resolved"', "", "events.map: is empty: say which event each activity is"),
        ('"resolved"', "5", "events.map.solve: 5 is no event: write its name, a table, or a list of them"),
        ('"resolved"', "[]", "events.map.solve: [] is no event"),
        ('"resolved"', '["worked", 5]', "events.map.solve[2]: 5 is no event: write its name, or a table"),
        ('"resolved"', '["worked", "solved"]', "events.map.solve[2].event: 'solved' is unknown: choose among opened"),
        ('"resolved"', '["worked", { event = "assigned" }]', "events.map.solve[2].owner: is missing: assigned needs"),
        (
            '"resolved"',
            '["worked", { event = "resolved", who = "x" }]',
            "events.map.solve[2].who: is unknown: resolved",
        ),
        ('"resolved"', '["worked", { ignore = "x" }]', "events.map.solve[2].event: is missing: choose among opened"),
        ('"resolved"', '["worked", "opened"]', "events.map.solve[2].event: nothing happens before a ticket is opened"),
        ('"resolved"', '{ owner = "ann" }', "events.map.solve.event: is missing: choose among opened"),
        ('"resolved"', '{ by = "agent" }', "events.map.solve.by: 'agent' is no table"),
        ('"resolved"', "{ by = {} }", "events.map.solve.by: is empty: say what it is by each role"),
        (
            '"resolved"',
            '{ by = { boss = "worked" } }',
            "events.map.solve.by.boss: is unknown: choose among agent, lead",
        ),
        (
            '"resolved"',
            '{ by = { lead = "worked" }, else = "resolved" }',
            "events.map.solve.else: unknown; known are by",
        ),
        ('"resolved"', '{ by = { lead = ["a", "b"] } }', "events.map.solve.by.lead[2].event: 'b' is unknown"),
        ('"resolved"', '{ by = { lead = "worked" }, otherwise = 5 }', "events.map.solve.otherwise: 5 is no event"),
        (
            '"resolved"',
            '{ by = { lead = "worked" } }',
            "actor: is missing: an activity in events.map differs by the role",
        ),
        ('"resolved"', '{ ignore = "" }', 'events.map.solve: write { ignore = "the reason" }, and nothing beside it'),
        ('"resolved"', '{ event = "assigned" }', "events.map.solve.owner: is missing: assigned needs it"),
        ('"resolved"', '{ event = "corrected" }', "events.map.solve.event: 'corrected' is unknown"),
        ('"resolved"', '{ event = "absence-recorded" }', "events.map.solve.event: 'absence-recorded' is unknown"),
        (
            '"resolved"',
            '{ event = "resolved", by = "ann" }',
            "events.map.solve.by: is unknown: resolved has how, status",
        ),
        ('"resolved"', '{ event = "worked", minutes = "5" }', "events.map.solve.minutes: worked: minutes is '5'"),
        (
            '"resolved"',
            '{ event = "worked", minutes = { colum = "m" } }',
            "events.map.solve.minutes.colum: unknown; known are column, map, otherwise",
        ),
        (
            '"resolved"',
            '{ event = "worked", note_length = { column = "m", measure = "width" } }',
            "events.map.solve.note_length.measure: 'width' is unknown: choose among length",
        ),
        (
            '"resolved"',
            '{ event = "worked", note_length = { column = "m", measure = "length", map = {} } }',
            "events.map.solve.note_length.map: unknown; known are column, measure",
        ),
        (
            '"resolved"',
            '{ event = "resolved", status = { column = "m", measure = "length" } }',
            "events.map.solve.status.measure: unknown; known are column, map, otherwise",
        ),
        ('"resolved"', '{ event = "labelled", labels = "x" }', "events.map.solve.labels: 'x' is no table"),
        ('"resolved"', '{ event = "labelled", labels = { a = 1 } }', "events.map.solve.labels.a: 1 is no text"),
        ('rows = "events"', 'rows = "events"\nunchanged = "worked"', 'unchanged: goes with rows = "snapshots" only'),
        ('rows = "events"', 'rows = "events"\nopening = "event"', 'opening: "event" needs an activity in events.map'),
        ('rows = "events"', 'rows = "events"\ndelimiter = ";;"', "delimiter: ';;': write one character"),
        ('rows = "events"', 'rows = "snapshots"', 'events: goes with rows = "events" only'),
        (
            'solve = "resolved"',
            'solve = "resolved"\n[facts]\npriorty = "1"\nchannel = "pigeon"',
            "facts.priorty: is unknown: choose among type, category",
        ),
        (
            'solve = "resolved"',
            'solve = "resolved"\n[facts]\nchannel = { column = "c", map = { p = "pigeon" }, otherwise = "owl" }',
            "facts.channel.map.p: 'pigeon' is unknown: choose among phone",
        ),
        (
            'solve = "resolved"',
            'solve = "resolved"\n[actor]\nid = { column = "who" }\nrole = "boss"',
            "actor.role: 'boss' is unknown: choose among agent, lead",
        ),
    ],
)
def test_a_mistake_in_a_log_of_events_is_named(tmp_path: Path, was: str, now: str, fault: str) -> None:
    assert was in EVENTS
    assert fault in refusal(tmp_path, EVENTS.replace(was, now, 1))


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ('"customer" }', '"nobody" }', "status.map.Pending: 'nobody' is unknown: choose among customer, supplier"),
        (', waiting_on = "customer"', "", "status.map.Pending: waiting_on is missing: choose among customer, supplier"),
        ('Active = "open"', 'Active = "doing"', "status.map.Active: 'doing' is unknown: choose among new, open"),
        (
            'Active = "open"',
            'Active = { phase = "open", waiting_on = "desk" }',
            "status.map.Active: open waits on nobody",
        ),
        ('opening = { column = "opened" }', 'opening = "event"', 'opening: "event" goes with rows = "events" only'),
        ('tier = { column = "line" }\n', "", "tiers: facts.tier is missing: which column holds them?"),
        (
            'priority = "P1"',
            'impact = { column = "i" }',
            "facts.impact: a change of it is told with the priority: name facts.priority too",
        ),
        ('rows = "snapshots"', 'rows = "events"', 'status: goes with rows = "snapshots" only'),
        ('unchanged = "worked"', 'unchanged = "forget"', "unchanged: 'forget' is unknown: choose among status-changed"),
    ],
)
def test_a_mistake_in_a_log_of_snapshots_is_named(tmp_path: Path, was: str, now: str, fault: str) -> None:
    assert was in SNAPSHOTS
    assert fault in refusal(tmp_path, SNAPSHOTS.replace(was, now, 1))


def test_a_log_of_snapshots_must_show_something_that_changes(tmp_path: Path) -> None:
    text = EVENTS.partition("[events]")[0].replace('"events"', '"snapshots"')
    assert "status: is missing, and facts too: say what may change from row to row" in refusal(tmp_path, text)


def test_a_log_of_events_needs_its_activities(tmp_path: Path) -> None:
    assert 'events: is missing: rows = "events" needs' in refusal(tmp_path, EVENTS.partition("[events]")[0])


@pytest.mark.parametrize(
    "new", ['"opened"', '["opened", "worked"]', '{ by = { lead = "worked" }, otherwise = "opened" }']
)
def test_an_opening_comes_from_one_place(tmp_path: Path, new: str) -> None:
    text = f'opening = {{ column = "opened" }}\n{EVENTS}new = {new}\n'
    assert "opening: has a column, yet an activity in events.map is" in refusal(tmp_path, text)


def test_an_unknown_event_is_no_opening(tmp_path: Path) -> None:
    assert "opening" not in refusal(tmp_path, 'opening = { column = "o" }\n' + EVENTS + "new = 5\n").replace(
        "opened", ""
    )


def test_what_is_no_toml_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "source = desk").startswith("is no TOML: Invalid value (at line 1, column 10)")


def test_what_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, b'source = "caf\xe9"') == "no UTF-8 at byte 14: save it as UTF-8"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file or directory: name a readable mapping file"):
        read_mapping(tmp_path / "m.toml")


REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "mapping.md"
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "logs"


@pytest.mark.parametrize("number", [0, 1])
def test_the_mappings_of_the_reference_are_in_order(number: int) -> None:
    shown = re.findall(r"```toml\n(.*?)```", REFERENCE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(shown) == 2
    assert mapping(tomllib.loads(shown[number])).rows is list(Rows)[number]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.mapping.toml")), ids=lambda path: path.name)
def test_the_mappings_of_the_examples_are_in_order(path: Path) -> None:
    read_mapping(path)


PARTS = (ActorDocument, ByRoleDocument, Column, LengthDocument, MomentDocument, PhaseDocument)


def test_every_key_is_in_the_reference() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert [field.name for field in fields(MappingDocument) if not re.search(rf"`\[?{field.name}\]?`", text)] == []
    assert [name for name in FACTS if f"`{name}`" not in text] == []
    assert [field.name for kind in PARTS for field in fields(kind) if f"{field.name} =" not in text] == []
    assert [role for role in Role if f"`{role}`" not in text] == []


@pytest.mark.parametrize("zone", ["localtime", "Factory", "posixrules", "right/Europe/Rome"])
def test_a_zone_that_depends_on_the_machine_is_unknown(tmp_path: Path, zone: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(EVENTS.replace('column = "at"', f'column = "at", zone = "{zone}"', 1), encoding="utf-8")
    with pytest.raises(InputError, match=f"occurred_at.zone: '{zone}' is unknown"):
        read_mapping(path)


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a" + ".a" * 3000 + " = 1"])
def test_a_mapping_may_be_nested_too_deeply(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="nested too deeply"):
        read_mapping(path)
