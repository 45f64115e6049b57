"""What was once written can be read for ever: a log with every kind of event, in both forms, that is never edited.

A new kind, a new field or a new version of an event is added in a file of its own (events.v2.jsonl), with its digest
here.
"""

from hashlib import sha256
from pathlib import Path

import pytest
from attrs import NOTHING, fields

from slaengine.codec.events import NAMES, name_of
from slaengine.codec.lines import LineReader, to_line
from slaengine.codec.stored import from_state, to_state
from slaengine.domain.recorded import Recorded

GOLDEN = Path(__file__).parent / "golden"
WRITTEN = {
    "events.v1.jsonl": "fc404502815f70bb0ef5947987b0e9fb9831aaefaf4ad8438fa38f3da80b1f4a",
    "events.v1.stored.jsonl": "654bbee2864c3dfd10c3b7c17db7e091a6ea153ed25f31e774577ec4aba718fc",
    "events.v2.jsonl": "8911d8767ef59bd5a6602177432def7d0953a949f1d110fef4ea7e16debd72b6",
    "events.v2.stored.jsonl": "a67c940e462112ea0763f888c343f838ef1c5d5d5cfe0194c5613e7b0018dc5f",
}
"""SHA-256 of each file on the day on which it was written."""


def lines(name: str) -> list[bytes]:
    return (GOLDEN / name).read_bytes().splitlines()


def read(name: str) -> list[Recorded]:
    reader = LineReader()
    return [reader.read(line, number) for number, line in enumerate(lines(name), start=1)]


RECORDS = [record for name in WRITTEN if ".stored." not in name for record in read(name)]


@pytest.mark.parametrize("name", WRITTEN)
def test_a_golden_file_is_never_edited(name: str) -> None:
    assert sha256((GOLDEN / name).read_bytes()).hexdigest() == WRITTEN[name]


def test_every_golden_file_is_read_here() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {*WRITTEN}


@pytest.mark.parametrize("name", [name for name in WRITTEN if ".stored." not in name])
def test_a_golden_line_is_written_again_to_the_byte(name: str) -> None:
    assert [to_line(record) for record in read(name)] == lines(name)


@pytest.mark.parametrize("name", [name for name in WRITTEN if ".stored." not in name])
def test_a_golden_stored_form_is_the_record_of_its_line(name: str) -> None:
    stored = lines(name.replace(".jsonl", ".stored.jsonl"))
    for record, state in zip(read(name), stored, strict=True):
        known = {"stream": record.stream, "version": record.version, "position": record.position}
        assert from_state(state, type=name_of(record.event), **known) == record  # type: ignore[arg-type]
        assert to_state(record) == state


@pytest.mark.parametrize("name", NAMES)
def test_every_field_of_every_kind_was_once_written_with_a_value_of_its_own(name: str) -> None:
    """Not its default: a field whose name changed would be read as if it had never been written."""
    events = [record.event for record in RECORDS if name_of(record.event) == name]
    for attribute in fields(NAMES[name]):
        usual = None if attribute.default is NOTHING else attribute.default
        assert any(getattr(event, attribute.name) != usual for event in events), attribute.name
