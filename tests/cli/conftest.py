"""A small desk: its log and its agreements as files."""

from __future__ import annotations

from pathlib import Path

import pytest

AGREEMENTS = """
[calendars.office]
zone = "Europe/Berlin"
hours = "Mon-Fri 09:00-17:00"

[[agreements]]
id = "acme"
scope = { organisation = "acme" }

[[agreements.targets]]
metric = "first-response"
calendar = "office"
budgets = { P1 = "30 min", P2 = "2 h" }

[[agreements.targets]]
metric = "resolution"
calendar = "office"
budgets = { P1 = "4 h", P2 = "8 h" }
pauses = { waiting_on = "customer" }
"""

LOG = """
{"stream":"T-1","type":"opened","occurred_at":"2025-04-22T09:00+02:00","data":{"priority":"P2","requester":{"organisation":"acme"}}}
{"stream":"T-1","type":"customer-contacted","occurred_at":"2025-04-22T10:00+02:00","data":{"by":{"id":"a-1"}}}
{"stream":"T-2","type":"opened","occurred_at":"2025-04-22T10:00+02:00","data":{"priority":"P1","requester":{"organisation":"acme"}}}
{"stream":"T-3","type":"opened","occurred_at":"2025-04-22T10:00+02:00","data":{"priority":"P1","requester":{"organisation":"other"}}}
{"stream":"T-1","type":"resolved","occurred_at":"2025-04-22T16:00+02:00","data":{"by":{"id":"a-1"}}}
{"stream":"T-2","type":"resolved","occurred_at":"2025-04-23T11:00+02:00","data":{"by":{"id":"a-2"}}}
"""


@pytest.fixture
def agreements(tmp_path: Path) -> Path:
    path = tmp_path / "agreements.toml"
    path.write_text(AGREEMENTS, encoding="utf-8")
    return path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.jsonl"
    path.write_text(LOG.lstrip(), encoding="utf-8")
    return path
