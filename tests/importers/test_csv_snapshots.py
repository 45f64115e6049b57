"""Rows that are snapshots: events are what changed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaengine.codec.lines import digest, to_lines
from slaengine.domain import events as e
from slaengine.domain.history import history
from slaengine.domain.recorded import Recorded
from slaengine.domain.situation import Situation
from slaengine.domain.vocabulary import Phase
from slaengine.errors import InputError
from slaengine.importers.csv_log import read_csv
from slaengine.importers.logs import read_log
from slaengine.importers.mapping_file import read_mapping
from slaengine.instants import instant
from tests.importers.conftest import Import

GOLDEN = Path(__file__).parent / "golden"
MAPPING = GOLDEN / "desk.mapping.toml"
HEADER, *ROWS = (GOLDEN / "desk.csv").read_text(encoding="utf-8").splitlines()


def test_the_events_of_a_log_are_those_that_were_looked_through() -> None:
    """A difference here is a change of meaning: read it line by line before you write another golden file."""
    log = read_log(GOLDEN / "desk.csv", mapping=MAPPING)
    assert b"".join(to_lines(log.records)).decode() == (GOLDEN / "desk.jsonl").read_text(encoding="utf-8")
    assert [(it.line, it.field, it.value, it.stream) for it in log.rejected] == [
        (20, "state", "Mystery", "2"),
        (22, "updated", "2025-03-03T08:00:00Z", "2"),
    ]
    assert log.rejected[1].reason == "is before the opening of the ticket (opened 2025-03-03T08:05:00Z)"


def test_canonical_lines_of_an_import_are_the_import() -> None:
    assert read_log(GOLDEN / "desk.jsonl").records == read_log(GOLDEN / "desk.csv", mapping=MAPPING).records


def test_importing_twice_gives_the_same_events() -> None:
    once, twice = (read_log(GOLDEN / "desk.csv", mapping=MAPPING) for _ in range(2))
    assert once.records == twice.records
    assert digest(once.records) == digest(twice.records)
    assert len({record.id for record in once.records}) == len(once.records)


STATES = {
    "New": ("New", Phase.NEW),
    "Queued": ("Queued", Phase.OPEN),
    "Active": ("Active", Phase.OPEN),
    "Awaiting User": ("Awaiting User", Phase.WAITING),
    "Awaiting Vendor": ("Awaiting Vendor", Phase.WAITING),
    "Resolved": ("Resolved", Phase.RESOLVED),
    "In Call": ("In Call", Phase.RESOLVED),
    "Closed": ("Closed", Phase.CLOSED),
    "Cancelled": ("Cancelled", Phase.CANCELLED),
}
COLUMNS = {
    "state": sorted(STATES),
    "priority": ["1", "2"],
    "impact": ["low", "high"],
    "group": ["desk", "net"],
    "line": ["L1", "L2"],
    "owner": ["ann", "bob", "-"],
    "category": ["mail", "network"],
    "category#2": ["imap", "-"],
    "contract": ["std", "gold"],
}
shown = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in COLUMNS.items()})


def line(ticket: str, minute: int, row: dict[str, str]) -> str:
    updated = f"03.03.2025 {9 + minute // 60:02}:{minute % 60:02}"
    return ",".join([ticket, updated, "ann", "03.03.2025 09:00", *(row[name] for name in COLUMNS)])


def records_of(path: Path, lines: list[str]) -> tuple[Recorded, ...]:
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return read_csv(path, read_mapping(MAPPING)).records


def facts(situation: Situation) -> dict[str, object]:
    named = ("status", "phase", "priority", "team", "tier", "owned", "category", "agreement", "labels")
    return {name: getattr(situation, name) for name in named}


def facts_of(row: dict[str, str]) -> dict[str, object]:
    status, phase = STATES[row["state"]]
    return {
        "status": status,
        "phase": phase,
        "priority": f"P{row['priority']}",
        "team": row["group"],
        "tier": row["line"],
        "owned": row["owner"] != "-" and row["state"] != "Queued",
        "category": row["category"],
        "agreement": row["contract"],
        "labels": {} if row["category#2"] == "-" else {"subcategory": row["category#2"]},
    }


@given(st.lists(shown, min_size=1, max_size=8))
def test_after_the_events_of_a_row_the_ticket_is_as_the_row_shows_it(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("log") / "log.csv"
    records = records_of(path, [line("1", minute, row) for minute, row in enumerate(rows)])
    read = history(records)
    assert read.quarantined == ()
    last = {span.start: span.situation for span in read.timeline}
    at_nine = instant("2025-03-03T08:00Z")
    for minute, row in enumerate(rows):
        assert facts(last[at_nine + minute * 60_000_000]) == facts_of(row)


@given(st.data())
def test_how_the_rows_of_tickets_stand_among_each_other_changes_no_ticket(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    tickets = {name: data.draw(st.lists(shown, min_size=1, max_size=4)) for name in "123"}
    lines = {name: [line(name, minute, row) for minute, row in enumerate(rows)] for name, rows in tickets.items()}
    apart = [it for rows in lines.values() for it in rows]
    turns = data.draw(st.permutations([name for name, rows in lines.items() for _ in rows]))
    queues = {name: iter(rows) for name, rows in lines.items()}
    mixed = [next(queues[name]) for name in turns]
    path = tmp_path_factory.mktemp("log") / "log.csv"
    assert of_each(records_of(path, apart)) == of_each(records_of(path, mixed))


def of_each(records: tuple[Recorded, ...]) -> dict[str, list[tuple[str, int, object]]]:
    found: dict[str, list[tuple[str, int, object]]] = {}
    for record in records:
        found.setdefault(record.stream, []).append((record.id, record.version, record.event))
    return found


SMALL = """
source = "small"
rows = "snapshots"
ticket = { column = "case" }
occurred_at = { column = "at" }
[status]
column = "state"
[status.map]
New = "new"
Active = "open"
Waiting = { phase = "waiting", waiting_on = "other" }
Done = "resolved"
[facts]
owner = { column = "owner" }
"""


def kinds(imported: Import, mapping: str, *rows: str) -> list[type]:
    log = imported(mapping, "\n".join(["case,at,state,owner", *rows, ""]))
    return [type(record.event) for record in log.records]


def test_a_first_row_is_the_opening_with_the_status_that_it_shows(imported: Import) -> None:
    log = imported(SMALL, "case,at,state,owner\nA,2025-01-13T08:00Z,Waiting,ann\n")
    (opened,) = (record.event for record in log.records)
    assert isinstance(opened, e.Opened)
    assert (opened.status, opened.phase, opened.owner) == ("Waiting", Phase.WAITING, "ann")


def test_a_ticket_that_its_first_row_shows_resolved_was_opened_and_then_resolved(imported: Import) -> None:
    assert kinds(imported, SMALL, "A,2025-01-13T08:00Z,Done,ann") == [e.Opened, e.Resolved]


@pytest.mark.parametrize(
    ("unchanged", "expected"),
    [("status-changed", [e.Opened, e.StatusChanged]), ("worked", [e.Opened, e.Worked]), ("ignore", [e.Opened])],
)
def test_what_a_row_tells_that_shows_nothing_new_is_for_the_mapping_to_say(
    imported: Import, unchanged: str, expected: list[type]
) -> None:
    mapping = f'unchanged = "{unchanged}"\n{SMALL}'
    assert kinds(imported, mapping, "A,2025-01-13T08:00Z,New,ann", "A,2025-01-13T08:01Z,New,ann") == expected


def test_a_status_that_an_assignment_would_change_is_stated_again(imported: Import) -> None:
    """Assigning opens a new ticket, unless its host says that it is new still."""
    rows = "A,2025-01-13T08:00Z,New,", "A,2025-01-13T08:01Z,New,ann"
    assert kinds(imported, SMALL, *rows) == [e.Opened, e.Assigned, e.StatusChanged]


def test_an_empty_status_leaves_it_as_it_was(imported: Import) -> None:
    rows = "A,2025-01-13T08:00Z,New,", "A,2025-01-13T08:01Z,,ann", "A,2025-01-13T08:02Z,Active,ann"
    assert kinds(imported, SMALL, *rows) == [e.Opened, e.Assigned, e.StatusChanged]


def test_rows_of_one_instant_are_read_in_the_order_of_the_file(imported: Import) -> None:
    rows = "A,2025-01-13T08:00Z,New,", "A,2025-01-13T08:00Z,Done,", "A,2025-01-13T08:00Z,Active,"
    assert kinds(imported, SMALL, *rows) == [e.Opened, e.Resolved, e.Reopened]


def test_a_ticket_whose_rows_hold_no_opening_is_rejected_row_by_row(imported: Import) -> None:
    mapping = SMALL.replace("[status]", 'opening = { column = "opened" }\n[status]')
    text = "case,at,state,owner,opened\nA,2025-01-13T08:00Z,New,,\nB,2025-01-13T08:00Z,New,,2025-01-13T07:00Z\n"
    log = imported(mapping, text)
    assert [record.stream for record in log.records] == ["B"]
    (found,) = log.rejected
    assert (found.line, found.field, found.stream) == (2, "opened", "A")
    assert found.reason == "is empty in all rows of the ticket: nothing tells when it was opened"


def test_a_column_that_the_file_does_not_have_is_named_with_those_that_it_has(imported: Import) -> None:
    with pytest.raises(InputError) as caught:
        imported(SMALL, "case,at,Status,owner,owner\nA,2025-01-13T08:00Z,New,,\n")
    message = (
        "log.csv: has no column 'state': it has case, at, Status, owner, owner#2; correct the mapping, or its delimiter"
    )
    assert str(caught.value).endswith(message)
