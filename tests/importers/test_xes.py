"""XES: events through a mapping, and the engine's own records there and back."""

from __future__ import annotations

import gzip
import lzma
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attrs import evolve as but
from hypothesis import given

from slaengine.audit.log import Log
from slaengine.codec.events import DEEPEST as MOST_CORRECTIONS
from slaengine.codec.lines import digest
from slaengine.domain import events as e
from slaengine.domain.recorded import Event, Recorded
from slaengine.domain.vocabulary import Actor, FrozenMap, Party, Role
from slaengine.errors import InputError
from slaengine.importers.jsonl import Lines
from slaengine.importers.logs import read_log
from slaengine.importers.xes import DEEPEST, parsed
from slaengine.importers.xes_export import _Reading as Reading
from slaengine.importers.xes_export import write_xes
from slaengine.instants import instant
from tests.eventstore.strategies import logs

MAPPING = """
source = "desk"
rows = "events"
ticket = { column = "case:concept:name" }
occurred_at = { column = "time:timestamp" }

[actor]
id = { column = "org:resource" }

[facts]
priority = { column = "case:prio" }

[labels]
cost = { column = "cost/total" }

[events]
column = "concept:name"

[events.map]
take = { event = "accepted", owner = { column = "org:resource" } }
solve = "resolved"
mail = { event = "customer-contacted", public = { column = "public" }, length = { column = "size" } }
"""

HEAD = '<?xml version="1.0"?>\n<log xmlns="http://www.xes-standard.org/">\n'
GLOBAL = '<global scope="event"><string key="concept:name" value="__INVALID__"/></global>\n'


def event(name: str, at: str, *more: str) -> str:
    return f"""<event>
<string key="concept:name" value="{name}"/><date key="time:timestamp" value="{at}"/>
{"".join(more)}</event>
"""


ANN = '<string key="org:resource" value="ann"/>'
COST = '<float key="cost" value="3.5"><float key="total" value="4.5"/><float key="tax" value="1"/></float>'
MAIL = '<boolean key="public" value="True"/><int key="size" value="12"/>'
TRACE = f"""<trace>
<string key="concept:name" value="A"/><string key="prio" value="P1"/>
{event("take", "2025-01-13T08:40:25.000+01:00", ANN, COST)}{event("mail", "2025-01-13T10:00:00Z", ANN, MAIL)}</trace>
"""

Import = Callable[..., Log]


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """Imports an XES text through a mapping text."""

    def run(text: str, mapping: str = MAPPING) -> Log:
        (tmp_path / "m.toml").write_text(mapping, encoding="utf-8")
        (tmp_path / "log.xes").write_text(text, encoding="utf-8")
        return read_log(tmp_path / "log.xes", mapping=tmp_path / "m.toml")

    return run


def happened(log: Log) -> list[Event]:
    return [record.event for record in log.records]


def test_an_event_is_a_row_and_its_attributes_are_columns(imported: Import) -> None:
    log = imported(f"{HEAD}{GLOBAL}{TRACE}</log>")
    ann, first = Actor("ann"), instant("2025-01-13T08:40:25+01:00")
    assert happened(log) == [
        e.Opened(occurred_at=first, by=ann, priority="P1", labels=FrozenMap(cost="4.5")),
        e.Accepted(occurred_at=first, by=ann, owner="ann"),
        e.CustomerContacted(occurred_at=instant("2025-01-13T10:00Z"), by=ann, public=True, length=12),
    ]
    assert (log.source, log.rejected, log.lines) == ("desk", (), {1: 6, 2: 6, 3: 9})
    assert {record.stream for record in log.records} == {"A"}


def test_where_in_a_trace_its_own_attributes_stand_means_nothing(imported: Import) -> None:
    own = '<string key="concept:name" value="A"/><string key="prio" value="P1"/>\n'
    moved = TRACE.replace(own, "").replace("</trace>", f"{own}</trace>")
    assert happened(imported(f"{HEAD}{moved}</log>")) == happened(imported(f"{HEAD}{TRACE}</log>"))


def test_names_may_have_a_prefix_and_attributes_any_order(imported: Import) -> None:
    prefixed = HEAD.replace("<log xmlns=", "<x:log xmlns:x=") + TRACE.replace("<", "<x:").replace("<x:/", "</x:")
    turned = prefixed.replace('key="concept:name" value="take"', 'value="take" key="concept:name"')
    assert happened(imported(f"{turned}</x:log>")) == happened(imported(f"{HEAD}{TRACE}</log>"))


def test_an_event_outside_of_all_traces_may_name_its_ticket_itself(imported: Import) -> None:
    text = HEAD + event("solve", "2025-01-13T10:00:00Z", '<string key="case:concept:name" value="B"/>', ANN, COST)
    mapping = MAPPING.replace('priority = { column = "case:prio" }', "").split("mail =")[0]
    assert [record.stream for record in imported(f"{text}</log>", mapping).records] == ["B", "B"]


def test_what_cannot_be_read_is_rejected_with_its_line(imported: Import) -> None:
    twice = '<string key="concept:name" value="solve"/>'
    broken = (
        event("dance", "2025-01-13T10:00Z") + event("solve", "yesterday") + event("solve", "2025-01-13T10:00Z", twice)
    )
    log = imported(f"{HEAD}{TRACE.replace('</trace>', broken + '</trace>')}</log>")
    assert [(it.line, it.field, it.value, it.stream) for it in log.rejected] == [
        (11, "concept:name", "dance", "A"),
        (14, "time:timestamp", "yesterday", "A"),
        (17, "concept:name", None, None),
    ]
    assert "stands twice in this event" in log.rejected[2].reason
    assert len(log.records) == 3


def test_importing_twice_or_with_another_mapping_gives_the_same_ids(imported: Import) -> None:
    text = f"{HEAD}{TRACE}{TRACE.replace('08:40', '07:40')}</log>"
    ids = [record.id for record in imported(text).records]
    assert len(set(ids)) == len(ids) == 5
    assert [record.id for record in imported(text).records] == ids
    assert [record.id for record in imported(text, MAPPING.replace("cost/total", "cost")).records] == ids


def test_an_attribute_that_no_event_has_is_named(imported: Import) -> None:
    with pytest.raises(InputError) as caught:
        imported(f"{HEAD}{TRACE}</log>", MAPPING.replace("cost/total", "cost/sum").replace("case:prio", "prio"))
    assert "no event has 'prio', 'cost/sum': they have case:concept:name, concept:name, cost, " in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty: name a log with records"),
        (HEAD, "ends in the middle, in line 3: copy or export it again"),
        (f"{HEAD}<trace>\n<event></trace>", "line 4, column 10: is no XML (mismatched tag): export it again"),
        (f"{HEAD}&eacute;</log>", "line 3, column 1: is no XML (undefined entity)"),
        ("<html></html>", "line 1: begins with <html>: an XES file begins with <log>"),
        (f"<!DOCTYPE log [<!ENTITY a 'aa'>]>{HEAD[22:]}</log>", "line 1: has a document type"),
        ("case,at\nA,2025", "is no XML"),
    ],
)
def test_a_file_that_is_no_xes_is_refused_with_the_line(imported: Import, text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        imported(text)
    assert message in str(caught.value)


SOLVED = event("solve", "2025-01-13T10:00:00Z", ANN)


@pytest.mark.parametrize(
    ("text", "line", "name"),
    [
        (f"{HEAD}<trace><event>\n{SOLVED}</event></trace></log>", 4, "event"),
        (
            f"{HEAD}<trace><event>\n{SOLVED.replace('<event>', '<event id=&quot;1&quot;>')}</event></trace></log>",
            4,
            "event",
        ),
        (f"{HEAD}<event>\n{SOLVED}</event></log>", 4, "event"),
        (f'{HEAD}<trace><string key="a" value="b">\n{SOLVED}</string></trace></log>', 4, "event"),
        (f"{HEAD}<global>\n{SOLVED}</global></log>", 4, "event"),
        (f"{HEAD}<trace>\n<trace>{SOLVED}</trace></trace></log>", 4, "trace"),
        (f"{HEAD}<trace><event>\n<trace>{SOLVED}</trace></event></trace></log>", 4, "trace"),
        (f"{HEAD}\n<log>{TRACE}</log></log>", 4, "log"),
    ],
)
def test_what_stands_where_xes_has_none_is_refused_and_not_dropped(
    imported: Import, text: str, line: int, name: str
) -> None:
    with pytest.raises(InputError) as caught:
        imported(text.replace("&quot;", '"'))
    assert f"line {line}: <{name}> stands where XES has none, and what it holds would be lost" in str(caught.value)


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_xes_may_be_compressed(tmp_path: Path, imported: Import, ending: str, pack: Callable[[bytes], bytes]) -> None:
    plain = imported(f"{HEAD}{TRACE}</log>")
    packed = tmp_path / f"log.xes{ending}"
    packed.write_bytes(pack((tmp_path / "log.xes").read_bytes()))
    assert read_log(packed, mapping=tmp_path / "m.toml").records == plain.records
    packed.write_bytes(packed.read_bytes()[:-9])
    with pytest.raises(InputError, match="ends in the middle, after byte"):
        read_log(packed, mapping=tmp_path / "m.toml")


def test_another_encoding_that_the_file_declares_is_read(tmp_path: Path, imported: Import) -> None:
    imported(f"{HEAD}{TRACE}</log>")
    text = f"{HEAD}{TRACE}</log>".replace('version="1.0"', 'version="1.0" encoding="iso-8859-1"').replace('"A"', '"Ä"')
    (tmp_path / "latin.xes").write_bytes(text.encode("latin-1"))
    assert read_log(tmp_path / "latin.xes", mapping=tmp_path / "m.toml").records[0].stream == "Ä"


def test_snapshots_may_come_as_xes_too(imported: Import) -> None:
    mapping = """
source = "desk"
rows = "snapshots"
ticket = { column = "case:concept:name" }
occurred_at = { column = "time:timestamp" }
[status]
column = "concept:name"
[status.map]
take = "open"
mail = { phase = "waiting", waiting_on = "customer" }
"""
    opened, held = happened(imported(f"{HEAD}{TRACE}</log>", mapping))
    assert isinstance(opened, e.Opened)
    assert held == e.PutOnHold(occurred_at=instant("2025-01-13T10:00Z"), status="mail", waiting_on=Party.CUSTOMER)


# There and back -------------------------------------------------------------------------------------------------------


def there_and_back(records: list[Recorded] | Log, ending: str = ".xes") -> Log:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"log{ending}"
        write_xes(records, path)
        return read_log(path)


def numbered(records: list[Recorded]) -> list[Recorded]:
    """The same with versions, as every log has them that was stored or read."""
    numbers: dict[str, Iterator[int]] = defaultdict(lambda: count(1))
    return [but(record, version=next(numbers[record.stream])) for record in records]


@given(logs().map(numbered))
def test_every_record_comes_back_from_an_export(records: list[Recorded]) -> None:
    try:
        back = there_and_back(records)
    except InputError as error:
        assert "XML cannot write" in str(error) or not records  # noqa: PT017  # nothing else may stand in the way
        return
    assert back.rejected == ()
    assert back.records == tuple(records)
    assert digest(back.records) == digest(records)


SMALL = [
    Recorded(
        stream="T-1", position=1, version=1, event=e.Opened(occurred_at=instant("2025-01-13T08:00Z"), priority="P1")
    ),
    Recorded(
        stream="T-1",
        position=4,
        version=2,
        event=e.Resolved(
            occurred_at=instant("2025-01-13T09:00Z"), by=Actor("ann", Role.LEAD, "desk"), how='a "fix"\n&'
        ),
    ),
]


def test_an_export_tells_other_tools_what_the_standard_has_names_for(tmp_path: Path) -> None:
    assert write_xes(SMALL, tmp_path / "log.xes") == 2
    space = "{http://www.xes-standard.org/}"
    trace = ET.parse(tmp_path / "log.xes").getroot().find(f"{space}trace")  # noqa: S314  # written above
    assert trace is not None
    last = {it.get("key"): (it.tag.removeprefix(space), it.get("value")) for it in trace.findall(f"{space}event")[1]}
    assert last == {
        "concept:name": ("string", "resolved"),
        "time:timestamp": ("date", "2025-01-13T09:00:00Z"),
        "lifecycle:transition": ("string", "complete"),
        "org:resource": ("string", "ann"),
        "org:role": ("string", "lead"),
        "org:group": ("string", "desk"),
        "sla:status": ("string", "resolved"),
        "sla:how": ("string", 'a "fix"\n&'),
        "record:position": ("int", "4"),
        "record:version": ("int", "2"),
    }


def test_nothing_of_an_event_stays_once_it_was_taken(tmp_path: Path) -> None:
    """So a trace of many events is read in one pass: each looks at what stands in its trace."""
    held: list[int] = []

    class Watched(Lines):
        def take(self, number: int, line: str) -> None:
            held.append(len(reading.open[-1].within))
            super().take(number, line)

    path = tmp_path / "log.xes"
    write_xes([but(SMALL[0], position=n, version=n, id=str(n)) for n in range(1, 100)], path)
    reading = Reading(Watched(path))
    list(parsed(path, reading))
    assert held == 99 * [1]  # its name
    assert len(reading.lines.log().records) == 99


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('<int key="record:position" value="1"/>', "<event></event>", "line 20: <event> stands where XES has none"),
        ("<trace>", "<trace><trace></trace>", "line 9: <trace> stands where XES has none"),
        ("<trace>", "<event></event><trace>", "line 9: <event> stands where XES has none"),
        ("<log ", "<trace><log ", "line 2: begins with <trace>: an XES file begins with <log>"),
        ("<log ", "<html><log ", "line 2: begins with <html>: an XES file begins with <log>"),
    ],
)
def test_an_export_with_something_out_of_place_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    write_xes(SMALL, tmp_path / "log.xes")
    text = (tmp_path / "log.xes").read_text(encoding="utf-8")
    (tmp_path / "log.xes").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_log(tmp_path / "log.xes")
    assert says in str(caught.value)


@pytest.mark.parametrize("deep", [DEEPEST, 1_000, 100_000])
def test_what_is_nested_too_deeply_is_refused_with_or_without_a_mapping(
    imported: Import, tmp_path: Path, deep: int
) -> None:
    within = deep * '<container key="sla:x">' + deep * "</container>"
    own = '<extension name="slaengine" prefix="sla" uri="urn:slaengine:xes:1"/>'
    text = HEAD + own + TRACE.replace(MAIL, within) + "</log>"
    with pytest.raises(InputError, match=r"line 10: is nested too deeply: at most 100 elements"):
        imported(text)
    with pytest.raises(InputError, match=r"line 10: is nested too deeply: at most 100 elements"):
        read_log(tmp_path / "log.xes")


def test_as_many_corrections_as_any_log_may_have_are_not_too_deep() -> None:
    event: e.TicketEvent = e.Opened(occurred_at=0, labels=FrozenMap(a="b"))
    for _ in range(MOST_CORRECTIONS):
        event = e.Corrected(occurred_at=0, corrects="a", event=event, reason="b")
    records = [Recorded(stream="T", position=1, version=1, event=event)]
    assert there_and_back(records).records == tuple(records)


@pytest.mark.parametrize("name", ["log.bz2", "log.xes.bz2", "log.xes.gz.zip", "log.xml", "log.gz", "log", ""])
def test_a_name_by_which_an_export_could_not_be_read_back_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"an XES is called \.xes, perhaps with \.gz or \.xz after it"):
        write_xes(SMALL, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_what_a_log_cannot_tell_is_kept_in_an_export() -> None:
    log = Log(source="x", records=SMALL, lacks=frozenset({e.CustomerReplied, e.Worked}))
    assert there_and_back(log).lacks == log.lacks


@pytest.mark.parametrize("ending", [".xes", ".xes.gz", ".xes.xz"])
def test_the_same_records_give_the_same_bytes(tmp_path: Path, ending: str) -> None:
    for name in ("one", "two"):
        write_xes(SMALL, tmp_path / f"{name}{ending}")
    assert (tmp_path / f"one{ending}").read_bytes() == (tmp_path / f"two{ending}").read_bytes()
    assert there_and_back(SMALL, ending).records == tuple(SMALL)


def test_text_that_xml_cannot_hold_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    record = Recorded(stream="T\x00", position=1, event=SMALL[0].event)
    with pytest.raises(InputError, match="which XML cannot write: export canonical JSON Lines instead"):
        write_xes([record], tmp_path / "log.xes")
    assert list(tmp_path.iterdir()) == []


def test_a_record_of_an_export_that_was_damaged_is_rejected(tmp_path: Path) -> None:
    write_xes(SMALL, tmp_path / "log.xes")
    text = (tmp_path / "log.xes").read_text(encoding="utf-8").replace('value="resolved"', 'value="resolve"')
    (tmp_path / "log.xes").write_text(text.replace('int key="record:position" value="4"', 'int key="x" value="4"'))
    (found,) = read_log(tmp_path / "log.xes").rejected
    assert (found.field, found.value) == ("type", "resolve")
    assert found.line == text[: text.index('value="resolve"')].count("\n")
    assert "did you mean 'resolved'?" in found.reason


def test_an_xes_of_somebody_else_needs_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text(f"{HEAD}{TRACE}</log>", encoding="utf-8")
    with pytest.raises(InputError, match="needs a mapping file: name it with --mapping"):
        read_log(tmp_path / "log.xes")


def test_an_export_can_be_read_through_a_mapping_as_any_other(tmp_path: Path) -> None:
    write_xes(SMALL, tmp_path / "log.xes")
    (tmp_path / "m.toml").write_text(
        'source = "x"\nrows = "events"\nopening = "event"\nticket = { column = "case:concept:name" }\n'
        'occurred_at = { column = "time:timestamp" }\n[events]\ncolumn = "concept:name"\n[events.map]\n'
        'opened = { event = "opened", priority = { column = "sla:priority" } }\nresolved = "resolved"\n'
    )
    assert [type(event) for event in happened(read_log(tmp_path / "log.xes", mapping=tmp_path / "m.toml"))] == [
        e.Opened,
        e.Resolved,
    ]


def test_an_attribute_that_stands_twice_in_a_trace_rejects_its_events(imported: Import) -> None:
    twice = '<string key="concept:name" value="7"/><string key="concept:name" value="8"/>'
    text = f"{HEAD}<trace>{twice}{event('solve', '2025-03-03T09:00:00Z')}</trace>{TRACE}</log>"
    log = imported(text)
    assert [(found.field, found.reason) for found in log.rejected if found.field == "concept:name"] == [
        ("concept:name", "stands twice in this trace, and nothing says which counts")
    ]
