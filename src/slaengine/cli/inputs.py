"""What a command line names -> what an audit reads."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from slaengine.audit.log import Log
from slaengine.codec.agreements import read_agreements
from slaengine.errors import AgreementError, InputError
from slaengine.eventstore.desk import as_log
from slaengine.eventstore.sqlite import is_store
from slaengine.importers.logs import read_log
from slaengine.instants import FOREVER, Instant, instant
from slaengine.policies.book import Book
from slaengine.policies.publication import book_of


def log(given: Namespace) -> Log:
    """The log, or the store, that the command line names. Raises InputError or StoreError."""
    path = Path(given.log)
    if not is_store(path):
        return read_log(path, mapping=given.mapping)
    if given.mapping is not None:
        raise InputError(f"{path}: an event store needs no mapping: leave {given.mapping} out")
    return as_log(path)


def agreements(given: Namespace) -> Book | None:
    """What the agreement file promises, if the command line names one. Raises InputError or AgreementError."""
    return None if given.agreements is None else read_agreements(given.agreements)


def book(written: Book | None, log: Log, known_at: Instant | None) -> Book:
    """What was promised: as it was written, else as the log published it.

    Raises AgreementError for a log that published nothing, or what contradicts itself.
    """
    if written is not None:
        return written
    try:
        return book_of(log.records, known_at=FOREVER if known_at is None else known_at)
    except AgreementError as error:
        raise AgreementError([f"{log.source}: {fault}" for fault in error.faults] + [_REMEDY]) from None


_REMEDY = "name the agreements by --agreements FILE, unless the log publishes them"


def as_of(given: Namespace) -> Instant | None:
    """The instant of the question, if the command line names one. Raises InputError for a naive one."""
    return _instant("--as-of", given.as_of)


def known_at(given: Namespace) -> Instant | None:
    """The instant by which things had been recorded, if the command line names one. Raises InputError likewise."""
    return _instant("--known-at", given.known_at)


def _instant(option: str, text: str | None) -> Instant | None:
    try:
        return None if text is None else instant(text)
    except ValueError as error:
        raise InputError(f"{option}: {error}") from None
