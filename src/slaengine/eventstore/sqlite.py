"""SQLite through the library's factory: a file is a store. What is not one is refused before anything is written."""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from eventsourcing.domain import EventSourcingError
from eventsourcing.persistence import IntegrityError, Notification, OperationalError
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore, SQLiteFactory
from eventsourcing.utils import Environment

from slaengine.errors import ConcurrencyError, StoreError
from slaengine.eventstore.retry import attempted

MEMORY = ":memory:"
NAME = "slaengine"
TABLE = "slaengine_events"

_HEADER = b"SQLite format 3\x00"
_LOCK_TIMEOUT = 10  # seconds that a writer waits for another


class StreamRecorder(SQLiteApplicationRecorder):
    """The library's recorder on a table of our own name. It also tells the positions of the events of one stream."""

    def __init__(self, datastore: SQLiteDatastore, events_table_name: str = TABLE) -> None:
        super().__init__(datastore, events_table_name)
        self.select_stream_statement = f"SELECT rowid, * {self.select_events_statement.removeprefix('SELECT *')}"

    def create_table(self) -> None:
        """Makes the table, also when other processes make it at the same time."""
        attempted(super().create_table, again_on=OperationalError)

    def select_stream(self, originator_id: str) -> list[Notification]:
        """The events of a stream in the order of their versions."""
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(f"{self.select_stream_statement} ORDER BY originator_version", (originator_id,))
            return [_notification(row) for row in cursor.fetchall()]


def _notification(row: Any) -> Notification:
    return Notification(
        id=row["rowid"],
        originator_id=row["originator_id"],
        originator_version=row["originator_version"],
        topic=row["topic"],
        state=row["state"],
    )


def is_store(path: str | Path) -> bool:
    """Whether a file begins as every SQLite database does. What it holds is found out when it is opened."""
    try:
        with Path(path).open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    except (OSError, ValueError):
        return False


def factory(path: str | Path, *, create: bool) -> SQLiteFactory:
    """The library's factory for a file, or for memory that dies with it.

    create: whether what does not exist is made. Raises StoreError for a path that is, or can become, no store of ours.
    """
    in_memory = str(path) == MEMORY
    name = _in_memory() if in_memory else _in_file(Path(path), create=create)
    # All settings stand here: what is not given could otherwise come from the environment of the process.
    settings = {
        "SQLITE_DBNAME": name,
        "SQLITE_LOCK_TIMEOUT": str(_LOCK_TIMEOUT),
        "ORIGINATOR_ID_TYPE": "text",
        "CREATE_TABLE": "yes" if create or in_memory else "no",
        "APPLICATION_RECORDER_TOPIC": f"{StreamRecorder.__module__}:{StreamRecorder.__qualname__}",
    }
    made = SQLiteFactory(Environment(NAME, settings))
    if "mode=ro" in name.rpartition("?")[2]:
        made.datastore.pool.is_journal_mode_wal = True  # else it would write that into the file
    return made


def _in_memory() -> str:
    """A database that the connections of one pool share, and nobody else."""
    return f"file:{NAME}-{uuid.uuid4().hex}?mode=memory&cache=shared"


def _in_file(path: Path, *, create: bool) -> str:
    """The URI of a file that is a store, or at least an empty database."""
    with refusing(str(path)):
        if blank := _is_blank(path):
            _make(path, blank, create=create)
        return _uri(path, "rw") if create or _may_be_written(path) else _uri_to_read(path)


def _make(path: Path, blank: str, *, create: bool) -> None:
    """An empty database that is written ahead. The library would switch to that too, but not beside other processes."""
    if not create:
        raise StoreError(f"{path} is no event store: {blank}; name an existing one")
    if not path.absolute().parent.is_dir():
        raise StoreError(f"{path} cannot be made: there is no folder {path.absolute().parent}; make it first")
    with closing(sqlite3.connect(_uri(path, "rwc"), uri=True, timeout=_LOCK_TIMEOUT)) as database:
        attempted(lambda: database.execute("PRAGMA journal_mode = WAL").close(), again_on=sqlite3.OperationalError)


def _may_be_written(path: Path) -> bool:
    """Whether this user may write a store: the file, and the log written ahead that SQLite keeps beside it."""
    return os.access(path, os.W_OK) and (_is_in_use(path) or os.access(path.absolute().parent, os.W_OK))


def _uri_to_read(path: Path) -> str:
    """For a store that this user may only read. Nothing appears beside it: its owner might not be let write that.

    Where no log written ahead stands beside it nobody has it open, and it is read as a file that does not change.
    Raises StoreError where that would leave out what was written last.
    """
    if _is_in_use(path):
        return _uri(path, "ro")
    ahead = _beside(path, "-wal")
    if ahead.exists() and ahead.stat().st_size:
        raise StoreError(
            f"{path} cannot be read where it may not be written: what was written last stands in {ahead.name} still; "
            "copy both files into a folder of yours, or let whoever may write it open it once"
        )
    return f"{_uri(path, 'ro')}&immutable=1"


def _is_in_use(path: Path) -> bool:
    """Whether all stands beside a store that SQLite keeps there while it is open."""
    return all(_beside(path, ending).exists() for ending in ("-wal", "-shm"))


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _uri(path: Path, mode: str) -> str:
    """What SQLite may do to a file stands in its URI, so that none appears where a store is only read."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def _is_blank(path: Path) -> str | None:
    """Why there is no store yet, where one can be made; None if there is one. Raises StoreError for anything else."""
    if not path.exists():
        return "there is no such file"
    if not path.is_file():
        raise StoreError(f"{path} is no event store: it is a folder or a device; name a file")
    if path.stat().st_size == 0:
        return "the file is empty"
    if not is_store(path):
        raise StoreError(f"{path} is no event store: it is not an SQLite database; name another file")
    tables = _tables(path)
    if TABLE in tables:
        return None
    if tables:
        raise StoreError(f"{path} is no event store: it is a database of something else, with {min(tables)!r}")
    return "the database holds no tables"


def _tables(path: Path) -> set[str]:
    uri = _uri(path, "ro") if _may_be_written(path) else _uri_to_read(path)
    with closing(sqlite3.connect(uri, uri=True, timeout=_LOCK_TIMEOUT)) as database:
        return {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


@contextmanager
def refusing(source: str) -> Iterator[None]:
    """Says what a database complains of in one message, with the path and what to do; never as its own exception.

    Raises ConcurrencyError where another writer was faster, else StoreError.
    """
    try:
        yield
    except IntegrityError as error:
        raise ConcurrencyError(
            f"{source}: others appended to the same stream first, at every attempt: try again when fewer write"
        ) from error
    except (EventSourcingError, sqlite3.Error, OSError) as error:
        reason = str(error) or type(error).__name__
        raise StoreError(f"{source}: {reason}; {_remedy(reason)}") from error


def _remedy(reason: str) -> str:
    return next(
        (remedy for sign, remedy in _REMEDIES.items() if sign in reason.lower()), "look at the file and its folder"
    )


_REMEDIES = {
    "locked": "another process is writing for long: try again",
    "poolclosed": "the desk was closed: open it again",
    "unavailable": "too many threads use it at once: try again",
    "timed out": "too many threads use it at once: try again",
    "readonly": "this user may not write there",
    "permission": "this user may not use it",
    "unable to open": "look at the rights of the file and its folder",
    "full": "make room on the disk",
    "malformed": "the file is damaged: take a copy or an export",
    "not a database": "the file is damaged: take a copy or an export",
}
