"""A path that is no store gives one clear message, and nothing is made or changed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from slaengine.domain.decisions import open_ticket
from slaengine.errors import StoreError, UnknownEventType
from slaengine.eventstore.desk import Desk, as_log
from slaengine.eventstore.sqlite import is_store


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE bookmarks (url TEXT)")


def test_reading_makes_no_file(path: Path) -> None:
    for read in (as_log, lambda path: Desk(path, create=False)):
        with pytest.raises(StoreError, match="there is no such file"):
            read(path)
    assert not path.exists()


def test_an_empty_file_is_a_store_to_be_but_none_to_read(path: Path) -> None:
    path.touch()
    with pytest.raises(StoreError, match="the file is empty"):
        as_log(path)
    assert path.stat().st_size == 0
    with Desk(path) as desk:
        assert desk.do("T-1", open_ticket())


def test_a_database_without_tables_is_a_store_to_be_but_none_to_read(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 3")
    with pytest.raises(StoreError, match="holds no tables"):
        as_log(path)
    with Desk(path) as desk:
        assert desk.do("T-1", open_ticket())


@pytest.mark.parametrize("create", [True, False])
def test_a_database_of_something_else_is_left_alone(path: Path, create: bool) -> None:
    foreign(path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="something else, with 'bookmarks'"):
        Desk(path, create=create)
    assert path.read_bytes() == before


@pytest.mark.parametrize("create", [True, False])
def test_what_is_no_database_is_left_alone(path: Path, create: bool) -> None:
    path.write_text('{"stream":"T-1"}\n')
    with pytest.raises(StoreError, match="not an SQLite database"):
        Desk(path, create=create)
    assert path.read_text() == '{"stream":"T-1"}\n'


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="a folder or a device; name a file"):
        Desk(tmp_path)


def test_a_store_in_a_folder_that_is_missing_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="make it first"):
        Desk(tmp_path / "no" / "desk.sqlite")


def test_a_path_that_no_system_can_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="name"):
        Desk(tmp_path / ("long" * 100))


def test_a_damaged_store_says_so(path: Path) -> None:
    with Desk(path) as desk:
        desk.do("T-1", open_ticket())
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\x55" * (len(whole) - 100))
    with pytest.raises(StoreError, match=r"desk\.sqlite.*; the file is damaged"):
        as_log(path)


def test_a_truncated_store_says_so(path: Path) -> None:
    with Desk(path) as desk:
        desk.do("T-1", open_ticket())
    path.write_bytes(path.read_bytes()[:4096])
    with pytest.raises(StoreError, match=r"desk\.sqlite"):
        as_log(path)


def test_a_row_that_cannot_be_read_is_named(desk: Desk, path: Path) -> None:
    desk.do("T-1", open_ticket())
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE slaengine_events SET topic = 'sold'")
    with pytest.raises(UnknownEventType, match=r"desk\.sqlite, position 1: unknown event type 'sold'"):
        desk.ticket("T-1")


def test_a_closed_desk_says_that_it_is_closed(path: Path) -> None:
    desk = Desk(path)
    desk.close()
    desk.close()
    with pytest.raises(StoreError, match="open it again"):
        desk.history("T-1")


def test_a_store_may_be_called_what_it_likes(tmp_path: Path) -> None:
    path = tmp_path / "désk 100% #1?mode=memory :memory:.db"
    with Desk(path) as desk:
        desk.do("T-1", open_ticket())
    assert is_store(path)
    assert len(as_log(path).records) == 1


def test_a_store_is_known_by_its_first_bytes(path: Path, tmp_path: Path) -> None:
    assert not is_store(path)
    assert not is_store(tmp_path)
    assert not is_store("a\0b")
    path.write_text("SQLite, perhaps")
    assert not is_store(path)
    path.unlink()
    Desk(path).close()
    assert is_store(path)
