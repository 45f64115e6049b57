"""Results as JSON for machines: the same bytes for the same values, one item a line where there are many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


def to_json(document: Mapping[str, Any]) -> bytes:
    """A document as UTF-8 JSON: one line a field, one line an item of a list of objects."""
    fields = (msgspec.json.encode(name) + b": " + _value(value) for name, value in document.items())
    return b"{\n" + b",\n".join(fields) + b"\n}\n"


def _value(value: Any) -> bytes:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return b"[\n" + b",\n".join(msgspec.json.encode(item) for item in value) + b"\n]"
    return msgspec.json.encode(value)
