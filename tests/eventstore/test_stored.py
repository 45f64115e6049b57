"""What is stored can be read again, by this version and by later ones."""

from pathlib import Path

import pytest
from attrs import evolve as but
from eventsourcing.persistence import JSONTranscoder, Notification
from hypothesis import given, settings
from hypothesis import strategies as st

from slaengine.codec.events import DEEPEST, NAMES, name_of
from slaengine.codec.lines import LineReader, digest, to_line
from slaengine.codec.stored import EARLIEST, LATEST, from_state, to_state
from slaengine.domain import events as e
from slaengine.domain.decisions import open_ticket
from slaengine.domain.recorded import Event, Recorded
from slaengine.domain.vocabulary import Actor, FrozenMap
from slaengine.errors import InputError, InstantError, UnknownEventType
from slaengine.eventstore.desk import Desk
from slaengine.eventstore.mapper import Envelope, RecordMapper
from slaengine.importers.jsonl import read_jsonl
from slaengine.instants import Instant, instant
from tests.eventstore.strategies import events, instants, logs, names, words

OPENED = e.Opened(occurred_at=instant("2025-04-17T09:00+02:00"), priority="P1")
MAPPER = RecordMapper(JSONTranscoder())


@pytest.mark.parametrize("kind", NAMES.values(), ids=NAMES)
@settings(max_examples=max(10, settings().max_examples // 5))
@given(data=st.data())
def test_every_kind_of_event_comes_back_as_it_was(kind: type[Event], data: st.DataObject) -> None:
    record = Recorded(
        stream=data.draw(names),
        position=3,
        version=2,
        event=data.draw(events(kind)),
        id=data.draw(names),
        recorded_at=data.draw(instants),
        correlation=data.draw(st.none() | words),
        causation=data.draw(st.none() | words),
        tenant=data.draw(st.none() | words),
    )
    row = MAPPER.to_stored_event(Envelope(record))
    read = MAPPER.to_domain_event(Notification(row.originator_id, row.originator_version, row.topic, row.state, id=3))
    assert read.record == record
    assert row.topic == name_of(kind)
    assert LineReader().read(to_line(record), 1) == record


@given(logs())
def test_a_store_and_its_exported_lines_hold_equal_records_and_have_one_digest(log: list[Recorded]) -> None:
    with Desk(":memory:") as desk:
        desk.import_records(log)
        stored = list(desk.records())
    reader = LineReader()
    read = [reader.read(to_line(record), number) for number, record in enumerate(stored, 1)]
    assert read == stored
    assert digest(read) == digest(stored)
    assert [but(r, position=0, version=0) for r in stored] == [but(r, position=0, version=0) for r in log]


def test_the_stored_form_is_pinned() -> None:
    record = Recorded(stream="T-1", position=1, version=1, event=OPENED, id="a")
    event = (
        b'{"occurred_at":1744873200000000,"priority":"P1","status":"new","phase":"new",'
        b'"coverage":"covered","asks":true}'
    )
    assert to_state(record) == b"[1," + event + b',"a"]'
    told = but(record, recorded_at=OPENED.occurred_at + 1, tenant="north")
    assert to_state(told) == b"[1," + event + b',"a",1744873200000001,null,null,"north"]'


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (b'[2,{"occurred_at":1},"a"]', "use a newer slaengine"),
        (b'[1,{"occurred_at":1},"a",null,null,null,null,"b"]', "newer one than 1"),
        (b'[1,{"occurred_at":1}]', "cannot be read"),
        (b'[1,{"occurred_at":"now"},"a"]', "opened: Expected `int`, got `str`"),
        (b"\xff", "cannot be read"),
    ],
)
def test_a_form_that_is_not_known_is_refused(state: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        from_state(state, type="opened", stream="T-1", version=1, position=1)


def test_an_unknown_type_is_never_skipped() -> None:
    with pytest.raises(UnknownEventType, match="'sold'"):
        from_state(b'[1,{"occurred_at":1},"a"]', type="sold", stream="T-1", version=1, position=1)


def test_what_could_not_be_read_again_is_not_stored(tmp_path: Path) -> None:
    with Desk(tmp_path / "desk.sqlite") as desk:
        with pytest.raises(InputError, match="T-1: opened: Expected `int"):
            desk.record("T-1", e.Opened(occurred_at=7, length="long"))  # type: ignore[arg-type]
        assert list(desk.records()) == []


NANOSECONDS = 1_744_873_200_000_000_000


@pytest.mark.parametrize(
    ("stream", "event", "says"),
    [
        ("T-1", e.Opened(occurred_at=NANOSECONDS), f"T-1: opened: occurred_at is {NANOSECONDS}: .* years 1 to 9999"),
        ("T-1", e.Opened(occurred_at=-NANOSECONDS), f"occurred_at is -{NANOSECONDS}"),
        ("T-1", e.Opened(occurred_at="2025-04-17T09:00Z"), "occurred_at is '2025-04-17T09:00Z'"),  # type: ignore[arg-type]
        ("T-1", e.DueDateSet(occurred_at=7, due=NANOSECONDS), f"due-date-set: due is {NANOSECONDS}"),
        (
            "T-1",
            e.Corrected(occurred_at=7, corrects="a", reason="b", event=e.Opened(occurred_at=NANOSECONDS)),
            f"opened: occurred_at is {NANOSECONDS}",
        ),
        ("", OPENED, "stream is ''"),
        ("T-\ud800", OPENED, r"stream is 'T-\\ud800'"),
        (7, OPENED, "stream is 7"),
        ("T-1", e.Opened(occurred_at=7, priority="\udfff"), r"'\\udfff': half a character"),
        ("T-1", e.Opened(occurred_at=7, labels=FrozenMap({"\ud800": "x"})), r"'\\ud800': half a character"),
        ("T-1", e.Opened(occurred_at=7, by=Actor("ana\ud800")), r"'ana\\ud800': half a character"),
    ],
)
def test_what_no_line_can_hold_is_not_stored(stream: str, event: Event, says: str) -> None:
    with Desk(":memory:") as desk:
        with pytest.raises(InputError, match=says):
            desk.record(stream, event)
        with pytest.raises(InputError):
            desk.import_records([Recorded(stream=stream, position=1, event=event)])
        assert list(desk.records()) == []


def test_an_instant_in_another_unit_is_refused_wherever_it_is_given() -> None:
    with Desk(":memory:") as desk:
        with pytest.raises(InstantError, match=f"{NANOSECONDS} is no instant"):
            desk.do("T-1", open_ticket(), at=NANOSECONDS)
        with pytest.raises(InstantError, match=f"{NANOSECONDS} is no instant"):
            desk.record("T-1", OPENED, recorded_at=NANOSECONDS)
        desk.record("T-1", OPENED)
        with pytest.raises(InstantError, match=f"{NANOSECONDS} is no instant"):
            desk.do("T-1", open_ticket(), at=NANOSECONDS)
    with (
        Desk(":memory:", clock=lambda: NANOSECONDS) as desk,
        pytest.raises(InputError, match=f"recorded_at is {NANOSECONDS}"),
    ):
        desk.record("T-1", OPENED)


@pytest.mark.parametrize("at", [EARLIEST, LATEST])
def test_the_first_and_the_last_instant_are_stored_and_read_from_lines(at: Instant, tmp_path: Path) -> None:
    with Desk(":memory:", clock=lambda: at) as desk:
        (record,) = desk.record("T-1", e.Opened(occurred_at=at))
        desk.export_lines(tmp_path / "log.jsonl")
    assert read_jsonl(tmp_path / "log.jsonl").records == (record,)


def test_an_imported_record_needs_an_id() -> None:
    with Desk(":memory:") as desk, pytest.raises(InputError, match="id is ''"):
        desk.import_records([Recorded(stream="T-1", position=1, event=OPENED, id="")])


def test_a_stream_that_none_can_be_called_is_not_looked_for(desk: Desk) -> None:
    with pytest.raises(InputError, match=r"stream is '\\ud800'"):
        desk.history("\ud800")


@pytest.mark.parametrize("deep", [DEEPEST, DEEPEST + 1, 400])
def test_corrections_are_stored_to_the_depth_to_which_lines_are_read(deep: int, tmp_path: Path) -> None:
    event: e.TicketEvent = OPENED
    for _ in range(deep):
        event = e.Corrected(occurred_at=OPENED.occurred_at, corrects="a", event=event, reason="b")
    record = Recorded(stream="T-1", position=1, version=1, event=event)
    with Desk(":memory:") as desk:
        if deep > DEEPEST:
            with pytest.raises(InputError, match="is nested too deeply"):
                desk.import_records([record])
        else:
            desk.import_records([record])
            desk.export_lines(tmp_path / "log.jsonl")
            assert read_jsonl(tmp_path / "log.jsonl").records == (record,)
