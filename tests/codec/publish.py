"""`python -m tests.codec.publish` writes the published schemas anew."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from slaengine.codec.schema import agreements_schema, events_schema

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
PUBLISHED: Mapping[str, Callable[[], dict[str, Any]]] = {
    "events.schema.json": events_schema,
    "agreements.schema.json": agreements_schema,
}


def text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2) + "\n"


if __name__ == "__main__":
    for name, schema in PUBLISHED.items():
        (REFERENCE / name).write_text(text(schema()), encoding="utf-8")
