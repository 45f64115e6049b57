"""What a command line names -> what an audit reads."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from slaengine.audit.log import Log
from slaengine.errors import InputError
from slaengine.eventstore.desk import as_log
from slaengine.eventstore.sqlite import is_store
from slaengine.importers.logs import read_log
from slaengine.instants import Instant, instant


def log(given: Namespace) -> Log:
    """The log, or the store, that the command line names. Raises InputError or StoreError."""
    path = Path(given.log)
    if not is_store(path):
        return read_log(path, mapping=given.mapping)
    if given.mapping is not None:
        raise InputError(f"{path}: an event store needs no mapping: leave {given.mapping} out")
    return as_log(path)


def as_of(given: Namespace) -> Instant | None:
    """The instant that the command line names, if it does. Raises InputError for a naive one."""
    if given.as_of is None:
        return None
    try:
        return instant(given.as_of)
    except ValueError as error:
        raise InputError(f"--as-of: {error}") from None
