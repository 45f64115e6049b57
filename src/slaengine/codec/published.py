"""What events of publication carry <-> JSON: agreements and calendars as documents that need no others.

What the engine wrote is read back as a typed value: an Agreement, a Calendar or a Schedule. What somebody else wrote,
or another version would write otherwise, stays as it was written, so that no log changes by being read; the fold of the
book reads it then, with the calendars that were published before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import field, frozen

from slaengine.codec.agreement_reading import Reading, unpromised_in
from slaengine.codec.agreement_tables import AgreementDocument
from slaengine.codec.agreement_writing import agreement_document
from slaengine.codec.calendar_tables import AnyCalendar, Calendars
from slaengine.codec.calendar_writing import CalendarTables
from slaengine.codec.calendars import document as schedule_document
from slaengine.codec.calendars import schedule
from slaengine.codec.structure import Faults, is_too_deep, structured
from slaengine.errors import AgreementError, SlaError
from slaengine.policies.agreement import Agreement
from slaengine.policies.calendar import Calendar
from slaengine.policies.schedule import Schedule


class Written(Mapping[str, Any]):
    """A document that stays as it was written, until the book is folded."""

    __slots__ = ("_document",)

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = dict(document)

    def __getitem__(self, key: str) -> Any:
        return self._document[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._document)

    def __len__(self) -> int:
        return len(self._document)

    def __hash__(self) -> int:
        return hash(json.dumps(self._document, sort_keys=True))

    def __repr__(self) -> str:
        return f"Written({self._document!r})"

    def as_agreement(self, calendars: Mapping[str, Calendar]) -> Agreement:
        """The agreement. calendars: those published before, which it may name. Raises AgreementError."""
        return read_agreement(self._document, calendars)

    def as_calendar(self, calendars: Mapping[str, Calendar]) -> Calendar:
        """The calendar. calendars: those published before, of which it may be made. Raises AgreementError."""
        return read_calendar(self._document, calendars)


def plain(payload: Any) -> Any:
    """The JSON of what an event of publication carries. Raises AgreementError for what no document can hold."""
    match payload:
        case Agreement():
            return agreement_document(payload)
        case Schedule():
            return {"frozen": schedule_document(payload)}
        case Calendar():
            return calendar_document(payload)
        case Mapping():
            return dict(payload)
        case _:
            return payload


def typed_agreement(given: Any) -> Any:
    """The agreement of its JSON, if the engine would write it so; else what is written."""
    return _typed(given, lambda: read_agreement(given, {}))


def typed_calendar(given: Any) -> Any:
    """The calendar, or schedule, of its JSON, if the engine would write it so; else what is written."""
    if isinstance(given, Mapping) and given.keys() == {"frozen"} and isinstance(given["frozen"], dict):
        return _typed(given, lambda: schedule(given["frozen"]))
    return _typed(given, lambda: read_calendar(given, {}))


def _typed(given: Any, read: Callable[[], Agreement | Calendar | Schedule]) -> Any:
    if not isinstance(given, Mapping):
        return given
    try:
        found = read()
        return found if json.dumps(plain(found)) == json.dumps(given) else Written(given)
    except (SlaError, ValueError):
        return Written(given)


# Agreements -----------------------------------------------------------------------------------------------------------


def read_agreement(given: Mapping[str, Any], calendars: Mapping[str, Calendar]) -> Agreement:
    """The agreement of a document: the table of a file, with the `calendars` that it names, unless they are known.

    Raises AgreementError with all mistakes.
    """
    tables, table = _apart(given)
    faults = list(unpromised_in("", table))
    try:
        found = structured(table, AgreementDocument)
    except Faults as error:
        raise AgreementError([*error.faults, *faults]) from None
    known = Calendars(tables, None, faults, calendars)
    known.all()
    agreement = Reading(known, None, faults).agreement("", found)
    if faults or agreement is None:
        raise AgreementError(faults)
    return agreement


def _apart(given: Mapping[str, Any]) -> tuple[dict[str, AnyCalendar], dict[str, Any]]:
    """The calendars that stand in a document, and the rest of it."""
    if is_too_deep(given):
        raise AgreementError(["the document is nested too deeply"])
    rest = {name: value for name, value in given.items() if name != "calendars"}
    try:
        return structured({"calendars": given.get("calendars", {})}, _Inside).calendars, rest
    except Faults as error:
        raise AgreementError(error.faults) from None


@frozen(kw_only=True)
class _Inside:
    """The calendars that stand in a document."""

    calendars: dict[str, AnyCalendar] = field(factory=dict)


# Calendars ------------------------------------------------------------------------------------------------------------


def calendar_document(calendar: Calendar) -> dict[str, Any]:
    """A calendar alone, with those it is made of, under its name. Raises AgreementError as `document` does."""
    tables = CalendarTables()
    table = {"name": calendar.name, **tables.table(calendar)}
    return {**table, "calendars": tables.tables} if tables.tables else table


def read_calendar(given: Mapping[str, Any], calendars: Mapping[str, Calendar]) -> Calendar:
    """The calendar of a document: the table of a file, with the `calendars` it is made of, unless they are known.

    Raises AgreementError with all mistakes.
    """
    tables, table = _apart(given)
    faults: list[str] = []
    try:
        itself = structured({"calendars": {_ITSELF: table}}, _Inside).calendars
    except Faults as error:
        raise AgreementError([*map(_told, error.faults)]) from None
    known = Calendars({**tables, **itself}, None, faults, calendars)
    known.all()
    calendar = known.named(_ITSELF, _ITSELF)
    if faults or calendar is None:
        raise AgreementError([*map(_told, faults)])
    return calendar


_ITSELF = ""
"""The key of a calendar that stands alone: no other has it, so that it may be made of one of its own name."""


def _told(fault: str) -> str:
    return fault.removeprefix(f"calendars.{_ITSELF}").lstrip(".: ")
