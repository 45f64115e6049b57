"""Agreement files, TOML or JSON <-> a book, with every mistake of a file reported at once under its path.

The form is described in docs/reference/agreements.md and, for editors, by `agreements.schema.json` beside it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from slaengine.codec.agreement_reading import Reading, unpromised
from slaengine.codec.agreement_tables import BookDocument
from slaengine.codec.agreement_writing import document
from slaengine.codec.calendar_tables import Calendars, tried
from slaengine.codec.files import read_text, write_whole
from slaengine.codec.structure import Faults, is_too_deep, structured
from slaengine.errors import AgreementError, InputError
from slaengine.policies.book import Book
from slaengine.policies.calendar import Calendar
from slaengine.policies.schedule import Schedule


def read_agreements(path: str | Path) -> Book:
    """The book of an agreement file, TOML or (by its name) JSON.

    Raises InputError for a file that cannot be read, AgreementError with all mistakes and their paths for one that
    cannot be meant.
    """
    given = _loaded(path)
    try:
        return book(given, Path(path).parent)
    except AgreementError as error:
        raise AgreementError([f"{path}: {fault}" for fault in error.faults]) from None


def write_agreements(book: Book, path: str | Path) -> None:
    """Write a book as a JSON file that `read_agreements` reads, whole: calendars as they were frozen.

    Raises AgreementError, naming all that no file can hold, such as a function as a rule, and InputError where the
    file cannot be written.
    """
    text = json.dumps(document(book), indent=1, ensure_ascii=False) + "\n"
    write_whole(path, [text.encode()])


def book(document: Mapping[str, Any], folder: Path = Path()) -> Book:
    """The book of a document: the plain data of an agreement file. Raises AgreementError with all mistakes.

    folder: where the files lie that it names, such as frozen schedules.
    """
    if is_too_deep(document):
        raise AgreementError(["the document is nested too deeply"])
    text = as_text(document)
    faults = list(unpromised(text))
    try:
        given = structured(text, BookDocument)
    except Faults as error:
        raise AgreementError([*error.faults, *faults]) from None
    found = _read(given, folder, faults)
    if found is None:
        raise AgreementError(faults)
    return found


def _read(given: BookDocument, folder: Path, faults: list[str]) -> Book | None:
    """The book of its tables, or None and faults."""
    calendars = Calendars(given.calendars, folder, faults)
    calendars.all()
    reading = Reading(calendars, given.labels or {}, faults)
    tables = enumerate(given.agreements, start=1)
    agreements = [reading.agreement(f"agreements[{number}].", it) for number, it in tables]
    if faults:
        return None
    whole = [agreement for agreement in agreements if agreement]
    return tried(faults, "agreements", lambda: Book(whole, levels=given.levels, labels=given.labels))


def read_calendars(path: str | Path) -> tuple[dict[str, Calendar], dict[str, Schedule]]:
    """The calendars of an agreement file by name, and the schedules of those that have hours or windows of their own.

    What the file promises is not read. Raises InputError or AgreementError, as read_agreements does.
    """
    faults: list[str] = []
    text = as_text(_loaded(path))
    try:
        given = structured(text, BookDocument)
        calendars = Calendars(given.calendars, Path(path).parent, faults)
        found = {name: calendars.named("calendars", name) for name in given.calendars}
    except Faults as error:
        raise AgreementError([f"{path}: {fault}" for fault in error.faults]) from None
    if faults:
        raise AgreementError([f"{path}: {fault}" for fault in faults])
    return {name: calendar for name, calendar in found.items() if calendar}, calendars.schedules


def _loaded(path: str | Path) -> dict[str, Any]:
    text = read_text(path, "agreement file")
    try:
        found = json.loads(text, object_pairs_hook=_once) if Path(path).suffix == ".json" else tomllib.loads(text)
    except RecursionError:
        raise InputError(f"{path}: is nested too deeply") from None
    except ValueError as error:
        raise InputError(f"{path}: {error}") from None
    if is_too_deep(found):
        raise InputError(f"{path}: is nested too deeply")
    if not isinstance(found, dict):
        raise InputError(f"{path}: {found!r} is no object with agreements and calendars")
    return found


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """The object of its pairs, of which JSON would let the last one win in silence."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r} stands twice in one object: leave one of them out")
        found[name] = value
    return found


def as_text(value: Any) -> Any:
    """TOML's own dates and times as the text that JSON would hold."""
    match value:
        case dict():
            return {str(as_text(key)): as_text(item) for key, item in value.items()}
        case list():
            return [as_text(item) for item in value]
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return value
