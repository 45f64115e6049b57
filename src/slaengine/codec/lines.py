"""Canonical JSON Lines: one record a line, readable by people, the same bytes for the same record.

    {"stream":"T-1","position":1,"type":"opened","occurred_at":"2025-04-17T07:00:00Z","data":{"priority":"P1"}}

`position` is the record's number in the log; where it is absent it is the number of the line. `version` is its number
in the stream; where it is absent the lines are counted. `id` and `recorded_at` are left out where they are what one
would expect: `stream/position`, and `occurred_at`. `data` holds the fields of the event, which
`docs/reference/events.schema.json` lists.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from attrs import define, field

from slaengine.codec.events import event_type, from_plain, name_of, plain
from slaengine.domain.recorded import Recorded
from slaengine.errors import InputError
from slaengine.instants import Instant, instant, iso

REQUIRED = ("stream", "type", "occurred_at")
OPTIONAL = ("position", "version", "id", "recorded_at", "correlation", "causation", "tenant", "data")


def to_line(record: Recorded) -> bytes:
    """The canonical line of a record, without a line end."""
    return msgspec.json.encode(_plain_record(record))


def _plain_record(record: Recorded) -> dict[str, Any]:
    data = plain(record.event, readable=True)
    occurred_at = data.pop("occurred_at")
    line: dict[str, Any] = {"stream": record.stream, "position": record.position}
    if record.version:
        line["version"] = record.version
    if record.id != f"{record.stream}/{record.position}":
        line["id"] = record.id
    line |= {"type": name_of(record.event), "occurred_at": occurred_at}
    if record.recorded_at != record.event.occurred_at:
        line["recorded_at"] = iso(record.recorded_at)
    line |= {name: value for name in OPTIONAL[4:7] if (value := getattr(record, name)) is not None}
    return {**line, "data": data} if data else line


def to_lines(records: Iterable[Recorded]) -> Iterator[bytes]:
    """The canonical lines of records, in their order, each with its line end."""
    return (to_line(record) + b"\n" for record in records)


def digest(records: Iterable[Recorded]) -> str:
    """SHA-256 of the canonical lines in the order of positions, as hexadecimal text: the same for every medium."""
    found = hashlib.sha256()
    for line in to_lines(sorted(records, key=lambda record: record.position)):
        found.update(line)
    return found.hexdigest()


@define
class LineReader:
    """Reads canonical lines one after the other: it counts the versions of each stream."""

    _versions: dict[str, int] = field(factory=dict)

    def read(self, line: bytes, number: int) -> Recorded:
        """The record of a line. Raises InputError that quotes what cannot be read; nothing is counted then."""
        try:
            return self._read(line, number)
        except RecursionError:
            raise InputError(f"{_shown(line)} is nested too deeply", value=_shown(line)) from None

    def take_back(self, record: Recorded) -> None:
        """Forget the record that was read last, which is not kept: its version is free again."""
        self._versions[record.stream] = record.version - 1

    def _read(self, line: bytes, number: int) -> Recorded:
        given = _object(line)
        if missing := [key for key in REQUIRED if not isinstance(given.get(key), str) or not given[key]]:
            key, needed = missing[0], ", ".join(REQUIRED)
            raise InputError(
                f"{key} is {given.get(key)!r}: a line needs {needed} as text", field=key, value=given.get(key)
            )
        if unknown := sorted(given.keys() - {*REQUIRED, *OPTIONAL}):
            key, has = unknown[0], ", ".join((*REQUIRED, *OPTIONAL))
            raise InputError(f"unknown key {key!r}: a line has {has}", field=key, value=given[key])
        record = self._record(given, number)
        self._versions[record.stream] = record.version
        return record

    def _record(self, given: dict[str, Any], number: int) -> Recorded:
        stream, position = given["stream"], _whole(given, "position", number)
        data = given.get("data", {})
        if not isinstance(data, dict):
            raise InputError(
                f"data is {data!r}: write an object with the fields of the event", field="data", value=data
            )
        if "occurred_at" in data:
            twice = "occurred_at stands in data: write it beside the type, once"
            raise InputError(twice, field="occurred_at", value=data["occurred_at"])
        event_type(given["type"])
        event = from_plain(given["type"], {**data, "occurred_at": given["occurred_at"]}, readable=True)
        recorded_at = given.get("recorded_at", given["occurred_at"])
        if not isinstance(recorded_at, str):
            wrong = f"recorded_at is {recorded_at!r}: write ISO 8601 text with an offset"
            raise InputError(wrong, field="recorded_at", value=recorded_at)
        return Recorded(
            stream=stream,
            position=position,
            version=_whole(given, "version", self._versions.get(stream, 0) + 1),
            id=_text(given, "id") or f"{stream}/{position}",
            event=event,
            recorded_at=_instant(recorded_at),
            correlation=_text(given, "correlation"),
            causation=_text(given, "causation"),
            tenant=_text(given, "tenant"),
        )


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(line)
    except msgspec.DecodeError as error:
        raise InputError(f"{_shown(line)} is no JSON: {error}", value=_shown(line)) from None
    if not isinstance(found, dict):
        raise InputError(f"{_shown(line)} is no JSON object", value=_shown(line))
    return found


def _instant(text: str) -> Instant:
    try:
        return instant(text)
    except ValueError as error:
        raise InputError(f"recorded_at: {error}", field="recorded_at", value=text) from None


def _shown(line: bytes) -> str:
    text = line.decode(errors="replace").strip()
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def _whole(given: dict[str, Any], key: str, otherwise: int) -> int:
    value = given.get(key, otherwise)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InputError(f"{key} is {value!r}: write a whole number", field=key, value=value)
    return value


def _text(given: dict[str, Any], key: str) -> str | None:
    value = given.get(key)
    if value is not None and not isinstance(value, str):
        raise InputError(f"{key} is {value!r}: write text", field=key, value=value)
    return value
