"""Canonical JSON Lines: what cannot be read is set aside, and reading goes on."""

from pathlib import Path

import pytest

from slaengine.audit.log import Log, Rejected
from slaengine.codec.events import DEEPEST
from slaengine.codec.lines import to_lines
from slaengine.errors import InputError
from slaengine.importers.jsonl import read_jsonl

OPENED = '{"stream":"T-1","position":1,"type":"opened","occurred_at":"2025-04-17T07:00:00Z","data":{"priority":"P1"}}'
CLOSED = '{"stream":"T-1","position":2,"type":"closed","occurred_at":"2025-04-17T09:00:00Z"}'


def log_of(tmp_path: Path, *lines: str) -> Log:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return read_jsonl(path)


def rejected(tmp_path: Path, line: str) -> Rejected:
    (found,) = log_of(tmp_path, OPENED, line, CLOSED).rejected
    assert found.line == 2
    return found


def test_canonical_lines_are_read_as_they_were_written(tmp_path: Path) -> None:
    log = log_of(tmp_path, OPENED, CLOSED)
    assert (log.source, log.rejected, log.lacks) == ("log.jsonl", (), frozenset())
    versioned = [record.version for record in log.records]
    assert versioned == [1, 2]
    again = tmp_path / "again.jsonl"
    again.write_bytes(b"".join(to_lines(log.records)))
    assert read_jsonl(again).records == log.records


def test_blank_lines_say_nothing_but_are_counted(tmp_path: Path) -> None:
    assert log_of(tmp_path, "", OPENED, "  ", CLOSED).lines == {1: 2, 2: 4}


@pytest.mark.parametrize(
    ("line", "field", "value", "reason"),
    [
        ("nonsense", None, "'nonsense'", "is no JSON"),
        ("[1]", None, "'[1]'", "is no JSON object"),
        (
            '{"stream":"T-1","occurred_at":"2025-04-17T08:00:00Z"}',
            "type",
            None,
            "a line needs stream, type, occurred_at",
        ),
        (
            '{"stream":"T-1","type":"teleported","occurred_at":"2025-04-17T08:00:00Z"}',
            "type",
            "teleported",
            "unknown event",
        ),
        ('{"stream":"T-1","type":"closed","occurred_at":"17.4.2025"}', "occurred_at", "17.4.2025", "is no ISO 8601"),
        ('{"stream":"T-1","type":"closed","occurred_at":"2025-04-17T08:00:00"}', "occurred_at", None, "has no offset"),
        ('{"stream":"T-1","type":"closed","occurred_at":"2025-04-17T08:00:00Z","when":1}', "when", "1", "unknown key"),
        (
            '{"stream":"T-1","type":"closed","occurred_at":"2025-04-17T08:00:00Z","position":"x"}',
            "position",
            "x",
            "whole",
        ),
        (
            '{"stream":"T-1","type":"rated","occurred_at":"2025-04-17T08:00:00Z","data":{"score":"good"}}',
            "score",
            "good",
            "score is 'good'",
        ),
        (OPENED, "id", "T-1/1", "line 1 has this id already"),
        (OPENED.replace("T-1", "T-2"), "position", "1", "line 1 has this position already"),
    ],
)
def test_a_line_that_cannot_be_read_is_rejected_with_place_and_reason(
    tmp_path: Path, line: str, field: str | None, value: str | None, reason: str
) -> None:
    found = rejected(tmp_path, line)
    assert found.field == field
    assert value is None or found.value == value
    assert reason in found.reason


def test_what_is_rejected_leaves_no_trace_in_what_follows(tmp_path: Path) -> None:
    clean = log_of(tmp_path, OPENED, CLOSED)
    assert log_of(tmp_path, OPENED, OPENED, "nonsense", CLOSED).records == clean.records


def test_a_file_of_which_no_line_is_of_use_is_refused_with_the_first_reason(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not one line can be read; line 1: 'a,b' is no JSON"):
        log_of(tmp_path, "a,b", "1,2")


def correction(deep: int) -> str:
    event = CLOSED_INSIDE
    for _ in range(deep):
        data = f'"data":{{"corrects":"a","reason":"mistyped","event":{event}}}'
        event = f'{{"type":"corrected","occurred_at":"2025-04-17T09:00:00Z",{data}}}'
    return event.replace('{"type"', '{"stream":"T-1","type"', 1)


CLOSED_INSIDE = '{"type":"closed","occurred_at":"2025-04-17T09:00:00Z"}'


@pytest.mark.parametrize(
    "line",
    ["[" * 200_000, "[" * 200_000 + "]" * 200_000, correction(400)],
    ids=["lists", "whole lists", "corrections"],
)
def test_a_line_that_is_nested_too_deeply_is_rejected(tmp_path: Path, line: str) -> None:
    found = rejected(tmp_path, line)
    assert "is nested too deeply" in found.reason
    assert len(found.reason) < 200


def test_how_deep_json_may_be_hangs_on_the_version_of_python_but_no_line_is_lost(tmp_path: Path) -> None:
    found = rejected(tmp_path, '{"a":' * 5000)
    assert "is nested too deeply" in found.reason or "is no JSON" in found.reason
    assert len(found.reason) < 200


def test_the_last_line_may_be_nested_too_deeply_and_have_no_end(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(f"{OPENED}\n{'[' * 200_000}")
    (found,) = read_jsonl(path).rejected
    assert found.reason.endswith("is nested too deeply")
    assert found.value is not None
    assert len(found.value) < 100


def test_corrections_of_corrections_are_read_to_a_depth_that_no_stack_decides(tmp_path: Path) -> None:
    assert len(log_of(tmp_path, OPENED, correction(DEEPEST)).records) == 2
    assert rejected(tmp_path, correction(DEEPEST + 1)).reason.startswith("is nested too deeply")


def test_a_rejected_line_belongs_to_no_stream_that_cannot_be_written(tmp_path: Path) -> None:
    assert rejected(tmp_path, '{"stream":"\\ud800","type":"closed"}').stream is None
