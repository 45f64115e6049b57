"""What goes in and out of a store stays what it is."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve as but

from slaengine.audit.log import Log
from slaengine.codec.lines import LineReader, digest
from slaengine.domain import events as e
from slaengine.domain.decisions import open_ticket
from slaengine.domain.recorded import Recorded
from slaengine.errors import StoreError
from slaengine.eventstore.desk import Desk, as_log
from slaengine.instants import HOUR, instant

NINE = instant("2025-04-17T09:00Z")
OPENED = Recorded(stream="T-1", position=3, event=e.Opened(occurred_at=NINE), recorded_at=NINE + HOUR)
WORKED = Recorded(stream="T-1", position=7, event=e.Worked(occurred_at=NINE + 1), id="w", tenant="north")
OTHER = Recorded(stream="T-2", position=5, event=e.Opened(occurred_at=NINE), correlation="c", causation="d")
LOG = Log(source="a log", records=(OPENED, OTHER, WORKED))


def read(path: Path) -> list[Recorded]:
    reader = LineReader()
    return [reader.read(line, number) for number, line in enumerate(path.read_bytes().splitlines(), 1)]


def test_an_import_keeps_ids_and_instants_and_numbers_anew(desk: Desk) -> None:
    desk.do("T-2", open_ticket(), at=NINE)
    assert desk.import_records([OPENED, WORKED]) == 2
    assert list(desk.records(after=1)) == [but(OPENED, position=2, version=1), but(WORKED, position=3, version=2)]


def test_importing_twice_stores_once(desk: Desk) -> None:
    assert desk.import_records(LOG) == 3
    once = list(desk.records())
    assert desk.import_records(LOG) == 0
    assert desk.import_records([*LOG.records, *LOG.records, but(WORKED, id="w2")]) == 1
    assert list(desk.records())[:3] == once


def test_an_import_that_broke_off_is_resumed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slaengine.eventstore.desk._BATCH", 2)

    def broken() -> object:
        yield from LOG.records[:2]
        raise OSError("the line is dead")

    with pytest.raises(OSError, match="dead"):
        desk.import_records(broken())  # type: ignore[arg-type]
    assert desk.import_records(LOG) == 1


def test_one_id_with_two_contents_is_refused(desk: Desk) -> None:
    desk.import_records(LOG)
    with pytest.raises(StoreError, match="'w' of 'T-1' is stored with another content"):
        desk.import_records([but(WORKED, tenant="south")])
    assert len(list(desk.records())) == 3


def test_a_store_and_its_export_give_the_same_digest_also_with_gaps(desk: Desk, path: Path, tmp_path: Path) -> None:
    desk.import_records(LOG)
    desk.record("T-2", e.Worked(occurred_at=NINE + HOUR))
    desk.do("T-3", open_ticket())
    desk.record("T-2", e.Worked(occurred_at=NINE + HOUR))
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM slaengine_events WHERE originator_id = 'T-3'")
    lines = tmp_path / "log.jsonl"
    assert desk.export_lines(lines) == 5
    assert [record.position for record in read(lines)] == [1, 2, 3, 4, 6]
    assert read(lines) == list(desk.records())
    assert digest(read(lines)) == digest(as_log(path).records)
    assert desk.import_records(read(lines)) == 0


def test_an_empty_store_exports_an_empty_file(desk: Desk, tmp_path: Path) -> None:
    assert desk.export_lines(tmp_path / "log.jsonl") == 0
    assert (tmp_path / "log.jsonl").read_bytes() == b""


def test_an_export_appears_whole_or_not_at_all(desk: Desk, path: Path, tmp_path: Path) -> None:
    desk.import_records(LOG)
    lines = tmp_path / "log.jsonl"
    lines.write_bytes(b"what was there")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE slaengine_events SET state = 'x' WHERE rowid = 3")
    with pytest.raises(StoreError, match=r"position 3, 'worked'"):
        desk.export_lines(lines)
    assert lines.read_bytes() == b"what was there"
    assert not list(tmp_path.glob(".log*"))


def test_an_export_never_overwrites_a_store(desk: Desk, path: Path) -> None:
    with pytest.raises(StoreError, match="another file"):
        desk.export_lines(path)
    assert desk.history("T-1") == ()


def test_an_export_into_nowhere_says_so(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file or directory: name a file"):
        desk.export_lines(tmp_path / "no" / "log.jsonl")
    with pytest.raises(StoreError, match="name a file"):
        desk.export_lines(tmp_path)
