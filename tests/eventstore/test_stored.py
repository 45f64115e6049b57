"""What is stored can be read again, by this version and by later ones."""

from pathlib import Path

import pytest
from attrs import evolve as but
from eventsourcing.persistence import JSONTranscoder, Notification
from hypothesis import given, settings
from hypothesis import strategies as st

from slaengine.codec.events import NAMES, name_of
from slaengine.codec.lines import LineReader, digest, to_line
from slaengine.codec.stored import from_state, to_state
from slaengine.domain import events as e
from slaengine.domain.recorded import Event, Recorded
from slaengine.errors import InputError, UnknownEventType
from slaengine.eventstore.desk import Desk
from slaengine.eventstore.mapper import Envelope, RecordMapper
from slaengine.instants import instant
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
