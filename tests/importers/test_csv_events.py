"""Rows that are events."""

import lzma
from collections.abc import Sequence
from pathlib import Path

import pytest
from attrs import evolve as but

from slaengine.audit.log import Log, Rejected
from slaengine.codec.lines import digest
from slaengine.domain import events as e
from slaengine.domain.recorded import Event
from slaengine.domain.vocabulary import Actor, Coverage, FrozenMap, Party, Phase, Role, TicketType
from slaengine.errors import InputError
from slaengine.importers.logs import read_log
from slaengine.instants import instant
from tests.importers.conftest import Import

MAPPING = """
source = "desk"
rows = "events"
ticket = { column = "case" }
occurred_at = { column = "at", format = ["iso", "%d/%m/%Y %H:%M"], zone = "Europe/Rome" }
null = ["?", ""]
lacks = ["customer-replied"]

[actor]
id = { column = "who" }
role = { column = "who", map = { robot = "automation" }, otherwise = "agent" }

[facts]
type = "incident"
priority = { column = "prio", map = { 1 = "P1" }, otherwise = "P9" }

[events]
column = "what"

[events.map]
take = { event = "accepted", owner = { column = "who" } }
wait = { event = "put-on-hold", status = "Waiting", waiting_on = "supplier" }
solve = "resolved"
mail = { event = "customer-contacted", public = { column = "prio", map = { 1 = "true" }, otherwise = "false" } }
work = { event = "worked", minutes = { column = "prio" } }
tag = { event = "labelled", labels = { region = "north", prio = { column = "prio" } } }
call = { event = "callback-promised", callback_at = { column = "prio", format = "%d.%m.%Y", zone = "UTC" } }
ping = { ignore = "a sign of life of the monitoring" }
charge = [{ event = "accepted", owner = { column = "who" } }, "resumed"]
note = { event = "worked", minutes = 5, note_length = { column = "prio", measure = "length" } }
comment = { by = { automation = { ignore = "by the monitoring" }, agent = ["customer-contacted", "resumed"] } }
"""
HEADER = "case,at,what,who,prio\n"


def happened(log: Log) -> Sequence[Event]:
    return [record.event for record in log.records]


def at(text: str) -> int:
    return instant(text)


def test_a_row_is_the_event_that_its_activity_means(imported: Import) -> None:
    log = imported(MAPPING, HEADER + "A,2025-01-13T08:40:25Z,take,ann,1\nA,13/01/2025 10:00,wait,robot,\n")
    ann, robot = Actor("ann"), Actor("robot", Role.AUTOMATION)
    first, second = at("2025-01-13T08:40:25Z"), at("2025-01-13T09:00:00Z")
    assert happened(log) == [
        e.Opened(occurred_at=first, by=ann, type=TicketType.INCIDENT, priority="P1"),
        e.Accepted(occurred_at=first, by=ann, owner="ann"),
        e.PutOnHold(occurred_at=second, by=robot, status="Waiting", waiting_on=Party.SUPPLIER),
    ]
    assert (log.source, log.lacks, log.lines) == ("desk", frozenset({e.CustomerReplied}), {1: 2, 2: 2, 3: 3})


def test_fields_of_other_kinds_are_converted(imported: Import) -> None:
    text = "A,2025-01-13T08:40Z,mail,,1\nA,2025-01-13T08:41Z,work,,15\nA,2025-01-13T08:42Z,tag,,7\n"
    opened, *rest = happened(imported(MAPPING, HEADER + text + "A,2025-01-13T08:43Z,call,,14.01.2025\n"))
    assert isinstance(opened, e.Opened)
    assert rest == [
        e.CustomerContacted(occurred_at=at("2025-01-13T08:40Z"), public=True),
        e.Worked(occurred_at=at("2025-01-13T08:41Z"), minutes=15),
        e.Labelled(occurred_at=at("2025-01-13T08:42Z"), labels=FrozenMap(region="north", prio="7")),
        e.CallbackPromised(occurred_at=at("2025-01-13T08:43Z"), callback_at=at("2025-01-14T00:00Z")),
    ]


def test_a_row_may_tell_several_events_in_their_order(imported: Import) -> None:
    log = imported(MAPPING, HEADER + "A,2025-01-13T08:40Z,charge,ann,\nA,2025-01-13T08:41Z,charge,ann,\n")
    accepted, resumed = (e.Accepted(occurred_at=0, owner="ann"), e.Resumed(occurred_at=0))
    _, *rest = happened(log)
    assert [but(event, occurred_at=0, by=None) for event in rest] == [accepted, resumed] * 2
    assert {event.by for event in rest} == {Actor("ann")}
    assert [event.occurred_at for event in rest] == [at("2025-01-13T08:40Z")] * 2 + [at("2025-01-13T08:41Z")] * 2
    assert log.lines == {1: 2, 2: 2, 3: 2, 4: 3, 5: 3}


def test_the_events_of_a_row_have_ids_of_their_own_of_which_the_first_stays(imported: Import) -> None:
    text = HEADER + "A,2025-01-13T08:40Z,charge,ann,\nA,2025-01-13T08:40Z,charge,ann,\n"
    several = imported(MAPPING, text).records
    assert len({record.id for record in several}) == len(several) == 5
    assert [record.id for record in imported(MAPPING, text).records] == [record.id for record in several]
    single = imported(MAPPING.replace(', "resumed"]', "]"), text).records
    assert [record.id for record in single] == [several[place].id for place in (0, 1, 3)]


def test_a_row_that_opens_a_ticket_may_tell_more(imported: Import) -> None:
    mapping = MAPPING.replace("[events.map]", '[events.map]\nnew = ["opened", "customer-replied"]')
    log = imported(mapping, HEADER + "A,2025-01-13T08:00Z,new,,\n")
    assert [type(event) for event in happened(log)] == [e.Opened, e.CustomerReplied]


def test_a_row_of_several_events_is_told_whole_or_not_at_all(imported: Import) -> None:
    mapping = MAPPING.replace(
        "[events.map]", '[events.map]\nboth = ["accepted", { event = "worked", minutes = { column = "prio" } }]'
    )
    log = imported(mapping, HEADER + "A,2025-01-13T08:00Z,both,,1\nA,2025-01-13T09:00Z,both,,many\n")
    assert [type(event) for event in happened(log)] == [e.Opened, e.Accepted, e.Worked]
    assert [(it.line, it.value) for it in log.rejected] == [(3, "many")]


def test_of_a_text_its_length_can_be_told_and_the_text_stays_away(imported: Import) -> None:
    text = "A,2025-01-13T08:00Z,note,,größer\nA,2025-01-13T08:01Z,note,,?\nA,2025-01-13T08:02Z,note,,größte\n"
    log = imported(MAPPING, HEADER + text)
    _, *notes = happened(log)
    assert [it.note_length for it in notes if isinstance(it, e.Worked)] == [6, None, 6]
    assert "größ" not in "".join(map(repr, log.records))


def test_an_activity_may_differ_by_the_role_of_who_did_it(imported: Import) -> None:
    text = "A,2025-01-13T08:00Z,comment,ann,\nA,2025-01-13T08:01Z,comment,robot,\n"
    log = imported(MAPPING, HEADER + text)
    assert [type(event) for event in happened(log)] == [e.Opened, e.CustomerContacted, e.Resumed]
    assert log.rejected == ()


@pytest.mark.parametrize(
    ("who", "doer"), [("lea", "by the role lead"), ("", "by nobody that is named")], ids=["role", "nobody"]
)
def test_an_activity_of_a_role_that_is_not_named_is_rejected(imported: Import, who: str, doer: str) -> None:
    mapping = MAPPING.replace('robot = "automation"', 'robot = "automation", lea = "lead"')
    text = f"{HEADER}A,2025-01-13T08:00Z,comment,{who},\nA,2025-01-13T08:01Z,solve,,\n"
    (found,) = imported(mapping, text).rejected
    reason = f"is not in the map as done {doer}: add what it means, or otherwise"
    assert found == Rejected(line=2, field="what", value="comment", reason=reason, stream="A")
    others = mapping.replace('"resumed"] } }', '"resumed"] }, otherwise = "worked" }')
    log = imported(others, text)
    assert [type(event) for event in happened(log)] == [e.Opened, e.Worked, e.Resolved]
    assert log.rejected == ()


def test_a_row_that_is_ignored_opens_nothing(imported: Import) -> None:
    log = imported(MAPPING, HEADER + "A,2025-01-13T08:00Z,ping,,\nA,2025-01-13T09:00Z,solve,,\n")
    assert [type(event) for event in happened(log)] == [e.Opened, e.Resolved]
    assert log.records[0].occurred_at == at("2025-01-13T09:00Z")
    assert log.rejected == ()


def test_a_log_with_openings_of_its_own_gets_no_other(imported: Import) -> None:
    mapping = MAPPING + 'new = { event = "opened", status = "New", phase = "new" }\n'
    log = imported(mapping, HEADER + "A,2025-01-13T08:00Z,new,,\nB,2025-01-13T09:00Z,solve,,\n")
    assert [type(event) for event in happened(log)] == [e.Opened, e.Opened, e.Resolved]
    only_its_own = mapping.replace('rows = "events"', 'rows = "events"\nopening = "event"')
    log = imported(only_its_own, HEADER + "A,2025-01-13T08:00Z,new,,\nB,2025-01-13T09:00Z,solve,,\n")
    assert [type(event) for event in happened(log)] == [e.Opened, e.Resolved]


def test_rows_of_a_ticket_are_read_in_the_order_of_time_and_stand_in_that_of_the_file(imported: Import) -> None:
    log = imported(MAPPING, HEADER + "A,2025-01-13T09:00Z,solve,,\nA,2025-01-13T08:00Z,take,ann,\n")
    assert [(type(record.event), log.lines[record.position]) for record in log.records] == [
        (e.Resolved, 2),
        (e.Opened, 3),
        (e.Accepted, 3),
    ]
    assert [record.version for record in log.records] == [1, 2, 3]


@pytest.mark.parametrize(
    ("row", "field", "value", "reason"),
    [
        ("A,2025-01-13T08:00Z,dance,,", "what", "dance", "is not in the map of this column: add what it means"),
        ("A,13.1.2025,solve,,", "at", "13.1.2025", "no time of the form 'iso' or '%d/%m/%Y %H:%M'"),
        ("A,30/02/2025 10:00,solve,,", "at", "30/02/2025 10:00", "no time of the form"),
        ("A,?,solve,,", "at", None, "is empty: every row must hold it"),
        (",2025-01-13T08:00Z,solve,,", "case", "", "is empty: every row must hold it"),
        ("A,2025-01-13T08:00Z,solve", None, "['A', '2025-01-13T08:00Z', 'solve']", "has 3 fields, the header 5"),
        ("A,2025-01-13T08:00Z,solve,,,", None, None, "has 6 fields, the header 5: is a delimiter or a quote missing?"),
        ('A,2025-01-13T08:00Z,"solve"d,,', None, None, "is no CSV"),
        ("A,2025-01-13T08:00Z,work,,many", "prio", "many", "is no whole number, as minutes must be"),
        ("A,2025-01-13T08:00Z,call,,", "prio", None, "is empty: callback-promised needs its callback_at"),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected(
    imported: Import, row: str, field: str | None, value: str | None, reason: str
) -> None:
    log = imported(MAPPING, f"{HEADER}B,2025-01-13T08:00Z,solve,,\n{row}\nB,2025-01-13T09:00Z,solve,,\n")
    (found,) = log.rejected
    assert (found.line, found.field) == (3, field)
    assert value is None or found.value == value
    assert reason in found.reason
    assert [type(event) for event in happened(log)] == [e.Opened, e.Resolved, e.Resolved]


def test_what_is_rejected_names_its_ticket_where_that_can_be_read(imported: Import) -> None:
    log = imported(MAPPING, HEADER + "A,2025-01-13T08:00Z,dance,,\nA,2025-01-13T08:00Z,solve,,\n")
    assert log.rejected == (
        Rejected(
            line=2,
            field="what",
            value="dance",
            reason="is not in the map of this column: add what it means",
            stream="A",
        ),
    )


def test_lines_are_those_of_the_file_where_quoted_fields_hold_line_ends(imported: Import) -> None:
    text = HEADER + 'A,2025-01-13T08:00Z,solve,"a\nb\nc",\n\nA,2025-01-13T09:00Z,dance,,\n'
    log = imported(MAPPING, text)
    assert (log.lines, log.rejected[0].line) == ({1: 2, 2: 2}, 6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty: name a log with records"),
        (HEADER, "has no record that tells an event: name a log with records"),
        (HEADER + "A,2025-01-13T08:00Z,ping,,\n", "has no record that tells an event"),
        (
            HEADER + "A,2025-01-13T08:00Z,solve,,\nA,2025-01-13T0",
            "ends in the middle of the record of line 3 (2 of 5 fields)",
        ),
        (
            HEADER + 'A,2025-01-13T08:00Z,"solve\n',
            "ends in the middle of the record of line 2 (a quote is never closed)",
        ),
        (HEADER + "A,x,solve,,\n", "not one of 1 records can be read; line 2, at 'x': no time of the form"),
        ("case;at;what;who;prio\n", "has no column 'prio', 'what', 'who', 'case', 'at': it has case;at;what;who;prio"),
    ],
)
def test_a_file_that_is_of_no_use_is_refused(imported: Import, text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        imported(MAPPING, text)
    assert message in str(caught.value)


def test_another_delimiter_can_be_named(imported: Import) -> None:
    log = imported('delimiter = ";"\n' + MAPPING, HEADER.replace(",", ";") + "A;2025-01-13T08:00Z;solve;;\n")
    assert len(log.records) == 2


def test_of_columns_with_one_name_each_can_be_addressed(imported: Import) -> None:
    mapping = MAPPING.replace('"prio", map = { 1 = "P1" }', '"prio#2", map = { 1 = "P1" }')
    log = imported(mapping, "case,at,what,who,prio,prio\nA,2025-01-13T08:00Z,tag,,5,1\n")
    opened, tagged = happened(log)
    assert isinstance(opened, e.Opened)
    assert isinstance(tagged, e.Labelled)
    assert (opened.priority, tagged.labels["prio"]) == ("P1", "5")


def test_importing_twice_gives_the_same_events(imported: Import) -> None:
    text = HEADER + "A,2025-01-13T08:00Z,solve,,\nA,2025-01-13T08:00Z,solve,,\nB,2025-01-13T08:00Z,solve,,\n"
    once, twice = imported(MAPPING, text), imported(MAPPING, text)
    assert once.records == twice.records
    assert digest(once.records) == digest(twice.records)
    assert len({record.id for record in once.records}) == len(once.records) == 5


def test_a_longer_export_gives_its_earlier_rows_the_same_ids(imported: Import) -> None:
    text = HEADER + "A,2025-01-13T08:00Z,solve,,\nB,2025-01-13T09:00Z,solve,,\n"
    longer = text.replace("B,", "C,2025-01-13T08:30Z,solve,,\nB,") + "A,2025-01-13T10:00Z,take,ann,\n"
    ids = {record.id: record.event for record in imported(MAPPING, longer).records}
    assert all(ids[record.id] == record.event for record in imported(MAPPING, text).records)


def test_the_id_that_a_source_gives_its_rows_must_not_stand_twice(imported: Import) -> None:
    mapping = 'record = { column = "id" }\n' + MAPPING
    header = HEADER.replace("\n", ",id\n")
    log = imported(mapping, header + "A,2025-01-13T08:00Z,solve,,,7\nA,2025-01-13T09:00Z,solve,,,7\n")
    (found,) = log.rejected
    assert (found.line, found.field, found.value, found.reason) == (3, "id", "7", "line 2 has this id already")
    corrected = imported(mapping, header + "A,2025-01-13T08:05Z,solve,ann,,7\n")
    assert [record.id for record in corrected.records] == [record.id for record in log.records]


def test_a_repeated_hour_is_its_first_pass(imported: Import) -> None:
    log = imported(MAPPING, HEADER + "A,26/10/2025 02:30,solve,,\n")
    assert log.records[0].occurred_at == at("2025-10-26T02:30+02:00")


def test_times_without_an_offset_need_a_zone(imported: Import) -> None:
    mapping = MAPPING.replace('["iso", "%d/%m/%Y %H:%M"], zone = "Europe/Rome"', '"iso"')
    log = imported(mapping, HEADER + "A,2025-01-13T08:00,solve,,\nA,2025-01-13T08:00Z,solve,,\n")
    assert log.rejected[0].reason == "no offset from UTC: name the zone in the mapping"


def test_the_phase_of_a_status_can_be_said(imported: Import) -> None:
    mapping = MAPPING + 'upgrade = { event = "status-changed", status = "Upgrade", phase = "open" }\n'
    log = imported(mapping, HEADER + "A,2025-01-13T08:00Z,upgrade,,\n")
    assert happened(log)[1] == e.StatusChanged(occurred_at=at("2025-01-13T08:00Z"), status="Upgrade", phase=Phase.OPEN)


def test_a_csv_log_may_be_compressed(imported: Import, tmp_path: Path) -> None:
    plain = imported(MAPPING, HEADER + "A,2025-01-13T08:00Z,solve,,\n")
    packed = tmp_path / "log.csv.xz"
    packed.write_bytes(lzma.compress((tmp_path / "log.csv").read_bytes()))
    assert read_log(packed, mapping=tmp_path / "m.toml").records == plain.records


# A log that holds its openings ----------------------------------------------------------------------------------------

OPENINGS = (
    MAPPING
    + """
open = "opened"

[events.map.rush]
event = "opened"
priority = "P0"
coverage = "covered"
owner = { column = "who" }
labels = { region = "south" }

[requester]
contact = { column = "who" }

[labels]
region = "north"
prio = { column = "prio" }
"""
)


def opened_by(imported: Import, row: str) -> e.Opened:
    mapping = OPENINGS.replace("[facts]", '[facts]\ncoverage = "best-effort"\nowner = "desk"')
    (event,) = happened(imported(mapping, f"{HEADER}{row}\n"))
    assert isinstance(event, e.Opened)
    return event


def test_a_mapped_opening_takes_over_the_facts_of_its_row(imported: Import) -> None:
    assert opened_by(imported, "c,2025-01-06T09:00,open,ana,1") == e.Opened(
        occurred_at=at("2025-01-06T08:00Z"),
        by=Actor("ana", Role.AGENT),
        type=TicketType.INCIDENT,
        priority="P1",
        coverage=Coverage.BEST_EFFORT,
        owner="desk",
        requester=FrozenMap(contact="ana"),
        labels=FrozenMap(region="north", prio="1"),
    )


def test_what_the_activity_itself_tells_of_an_opening_wins(imported: Import) -> None:
    found = opened_by(imported, "c,2025-01-06T09:00,rush,ana,1")
    assert (found.type, found.priority, found.coverage) == (TicketType.INCIDENT, "P0", Coverage.COVERED)
    assert (found.owner, found.labels) == ("ana", FrozenMap(region="south", prio="1"))


def test_a_column_of_the_activity_that_holds_nothing_leaves_the_fact(imported: Import) -> None:
    assert opened_by(imported, "c,2025-01-06T09:00,rush,?,1").owner == "desk"


def test_facts_go_into_no_other_event_than_the_opening(imported: Import) -> None:
    log = imported(OPENINGS, f"{HEADER}c,2025-01-06T09:00,open,ana,1\nc,2025-01-06T10:00,take,ana,1\n")
    assert [type(event) for event in happened(log)] == [e.Opened, e.Accepted]


@pytest.mark.parametrize("time", ["0001-01-01T00:00+05:00", "9999-12-31T23:59-05:00", "0001-01-01T00:00"])
def test_an_instant_outside_the_years_of_utc_is_rejected(imported: Import, time: str) -> None:
    (found,) = imported(MAPPING, f"{HEADER}c,2025-01-06T09:00,take,ana,1\nc,{time},solve,ana,1\n").rejected
    assert (found.field, found.value) == ("at", time)
    assert found.reason == "lies outside the years 1 to 9999 of UTC"
