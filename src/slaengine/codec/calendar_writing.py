"""Calendars -> the tables of a file: schedules as they were frozen, what is made of others by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, field

from slaengine.codec.calendar_tables import ALWAYS
from slaengine.codec.calendars import document
from slaengine.errors import AgreementError
from slaengine.instants import iso
from slaengine.policies.calendar import Calendar, Composition, always
from slaengine.policies.schedule import schedule_of


@define
class CalendarTables:
    """The tables of calendars, each under a key of its own: its name, with a number where others have that too."""

    tables: dict[str, dict[str, Any]] = field(factory=dict)
    _keys: dict[tuple[str, str], str] = field(factory=dict)

    def key(self, calendar: Calendar) -> str:
        """The key of a calendar, whose table is written if it is not yet, and those of all that it is made of.

        Raises AgreementError for one of which nobody knows what it was made of.
        """
        if calendar == always and calendar.name == always.name:
            return ALWAYS
        known = calendar.name, calendar.digest
        if known not in self._keys:
            table = self.table(calendar)
            key = self._keys[known] = self._free(calendar.name or "calendar")
            self.tables[key] = table if key == calendar.name else {**table, "name": calendar.name}
        return self._keys[known]

    def table(self, calendar: Calendar) -> dict[str, Any]:
        """The table of a calendar without its name. Raises as `key` does."""
        if calendar == always:
            return {"union": [ALWAYS]}
        if schedule := schedule_of(calendar):
            return {"frozen": document(schedule)}
        if isinstance(calendar.made, Composition):
            return self._made(calendar.made)
        unknown = f"calendar {calendar.name!r} was made by hand, and no file can hold it: make it of schedules"
        raise AgreementError([unknown])

    def _made(self, made: Composition) -> dict[str, Any]:
        first, *others = self._all(made.of)
        match made.how:
            case "|":
                return {"union": [first, *others]}
            case "&":
                return {"intersection": [first, *others]}
            case "-":
                return {"union": [first], "minus": others}
            case "~":
                return {"complement": first}
            case "ended":
                return {"union": [first], "effective_until": iso(made.at)}
            case _:
                return {"union": [first], "versions": [{"effective_from": iso(made.at), "calendar": others[0]}]}

    def _all(self, calendars: Sequence[Calendar]) -> list[str]:
        return [self.key(calendar) for calendar in calendars]

    def _free(self, name: str) -> str:
        taken: Mapping[str, Any] = {ALWAYS: None, **self.tables}
        number, key = 1, name
        while key in taken:
            number += 1
            key = f"{name} {number}"
        return key
