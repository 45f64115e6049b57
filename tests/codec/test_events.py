"""Every event survives both of its forms, and nothing unknown is taken in."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from attrs import evolve as but
from hypothesis import given, settings
from hypothesis import strategies as st

from slaengine.codec.events import NAMES, decoded, encoded, event_type, from_plain, name_of, plain
from slaengine.codec.lines import LineReader, digest, to_line, to_lines
from slaengine.codec.stored import from_state, to_state
from slaengine.domain import events as e
from slaengine.domain.desk import DESK_EVENTS
from slaengine.domain.events import TICKET_EVENTS
from slaengine.domain.recorded import Event, Recorded
from slaengine.domain.vocabulary import TicketType
from slaengine.errors import InputError, UnknownEventType
from tests.codec.bad import BAD_LINES, GOOD_LINE, BadLine
from tests.eventstore.strategies import events, logs
from tests.histories import START, lawful, records

kinds = pytest.mark.parametrize("name", NAMES)
few = settings(max_examples=settings().max_examples // 5)
"""For what is asked of every kind anew."""


def read(lines: Sequence[bytes]) -> list[Recorded]:
    reader = LineReader()
    return [reader.read(line, number) for number, line in enumerate(lines, start=1)]


# The registry ---------------------------------------------------------------------------------------------------------


def test_the_registry_has_every_class_exactly_once() -> None:
    assert sorted(cls.__name__ for cls in NAMES.values()) == sorted(
        cls.__name__ for cls in (*TICKET_EVENTS, *DESK_EVENTS)
    )


@kinds
def test_a_name_is_lower_case_words_with_hyphens_and_names_its_class_back(name: str) -> None:
    assert all(part.isalpha() and part.islower() for part in name.split("-"))
    assert name_of(NAMES[name]) == event_type(name).name == name


def test_an_unknown_type_is_never_skipped_in_silence() -> None:
    with pytest.raises(UnknownEventType, match="unknown event type 'wroked': did you mean 'worked'") as caught:
        decoded("wroked", b"{}")
    assert (caught.value.field, caught.value.value) == ("type", "wroked")


# Round trips ----------------------------------------------------------------------------------------------------------


@kinds
@few
@given(st.data())
def test_the_stored_form_gives_the_event_back(name: str, data: st.DataObject) -> None:
    event = data.draw(events(NAMES[name]))
    assert decoded(name, encoded(event)) == event


@kinds
@few
@given(st.data())
def test_plain_values_give_the_event_back_as_people_and_as_machines_read_it(name: str, data: st.DataObject) -> None:
    event = data.draw(events(NAMES[name]))
    for readable in (False, True):
        assert from_plain(name, plain(event, readable=readable), readable=readable) == event


@given(logs())
def test_canonical_lines_give_the_records_back(log: list[Recorded]) -> None:
    versioned = [but(record, version=record.version or 1) for record in log]
    assert read([*to_lines(versioned)]) == versioned


@given(logs())
def test_stored_forms_give_the_records_back(log: list[Recorded]) -> None:
    for record in log:
        known: dict[str, Any] = {"stream": record.stream, "version": record.version, "position": record.position}
        assert from_state(to_state(record), type=name_of(record.event), **known) == record


@given(events())
def test_the_same_event_is_the_same_bytes(event: Event) -> None:
    again = decoded(name_of(event), encoded(event))
    assert encoded(again) == encoded(event)


def test_a_correction_holds_an_event_with_a_type_of_its_own() -> None:
    """The type of the event and the type of the ticket stand apart."""
    opened = e.Opened(occurred_at=START, type=TicketType.INCIDENT)
    corrected = e.Corrected(occurred_at=START, corrects="T/1", event=opened, reason="mistyped")
    assert decoded("corrected", encoded(corrected)) == corrected
    assert plain(corrected, readable=True)["event"] == {
        "type": "opened",
        "occurred_at": "2025-03-03T08:00:00Z",
        "data": {"type": "incident", "status": "new", "phase": "new", "coverage": "covered", "asks": True},
    }


def test_a_correction_may_hold_another_correction() -> None:
    inner = e.Corrected(occurred_at=START, corrects="T/1", event=e.Worked(occurred_at=START), reason="mistyped")
    outer = e.Corrected(occurred_at=START, corrects="T/2", event=inner, reason="the wrong one")
    assert decoded("corrected", encoded(outer)) == outer


# Stored forms that cannot be read -------------------------------------------------------------------------------------

UNREADABLE: list[tuple[str, bytes]] = [
    ("worked", b"{"),
    ("worked", b"[]"),
    ("worked", b'{"occurred_at":"2025-04-17T07:00:00Z"}'),
    ("worked", b'{"occurred_at":true}'),
    ("worked", b'{"occurred_at":1.0}'),
    ("worked", b"{}"),
    ("assigned", b'{"occurred_at":1}'),
    ("opened", b'{"occurred_at":1,"labels":{"vip":1}}'),
    ("opened", b'{"occurred_at":1,"phase":"opn"}'),
    ("corrected", b"[]"),
    ("corrected", b'{"occurred_at":1,"corrects":"T/1","reason":"x","event":7}'),
    ("corrected", b'{"occurred_at":1,"corrects":"T/1","reason":"x","why":"y"}'),
]


@pytest.mark.parametrize(("name", "stored"), UNREADABLE)
def test_bytes_that_are_no_such_event_are_refused(name: str, stored: bytes) -> None:
    with pytest.raises(InputError):
        decoded(name, stored)


# Lines ----------------------------------------------------------------------------------------------------------------


def test_a_line_holds_no_more_than_it_must() -> None:
    record = Recorded(stream="T-1", position=3, event=e.Acknowledged(occurred_at=START))
    assert to_line(record) == (
        b'{"stream":"T-1","position":3,"type":"acknowledged","occurred_at":"2025-03-03T08:00:00Z"}'
    )


def test_what_a_line_leaves_out_is_what_one_would_expect() -> None:
    lines = [
        b'{"stream":"T-1","type":"opened","occurred_at":"2025-03-03T09:00:00+01:00"}',
        b'{"stream":"T-2","type":"opened","occurred_at":"2025-03-03T08:00Z"}',
        b'{"stream":"T-1","type":"acknowledged","occurred_at":"2025-03-03T08:00:00Z"}',
    ]
    found = read(lines)
    assert [(record.stream, record.position, record.version) for record in found] == [
        ("T-1", 1, 1),
        ("T-2", 2, 1),
        ("T-1", 3, 2),
    ]
    assert [record.id for record in found] == ["T-1/1", "T-2/2", "T-1/3"]
    assert {record.recorded_at for record in found} == {START}


def test_a_line_that_is_not_kept_takes_no_version() -> None:
    reader = LineReader()
    opened, more = (
        b'{"stream":"T","type":"opened","occurred_at":"2025-03-03T08:00Z"}',
        b'{"stream":"T","type":"worked","occurred_at":"2025-03-03T08:00Z"}',
    )
    reader.read(opened, 1)
    reader.take_back(reader.read(more, 2))
    with pytest.raises(InputError):
        reader.read(more.replace(b"worked", b"wroked"), 3)
    assert reader.read(more, 4).version == 2


@pytest.mark.parametrize("bad", BAD_LINES, ids=lambda bad: bad.name)
def test_a_line_that_cannot_be_read_is_quoted(bad: BadLine) -> None:
    with pytest.raises(InputError) as caught:
        LineReader().read(json.dumps(bad.line).encode(), 1)
    assert [part for part in bad.says if part not in str(caught.value)] == []


def test_the_good_line_of_which_the_bad_ones_are_made_can_be_read() -> None:
    assert LineReader().read(json.dumps(GOOD_LINE).encode(), 1).stream == "T-1"


@pytest.mark.parametrize("line", [b"", b"{", b"nonsense", b"[1]", b'"text"', b"\xff\xfe"])
def test_what_is_no_json_object_is_no_line(line: bytes) -> None:
    with pytest.raises(InputError, match="is no JSON"):
        LineReader().read(line, 1)


def test_a_long_line_that_cannot_be_read_is_quoted_by_its_beginning() -> None:
    with pytest.raises(InputError, match=r"'x{57}\.\.\.' is no JSON"):
        LineReader().read(b"x" * 5000, 1)


# The digest of a log --------------------------------------------------------------------------------------------------


@given(logs(), st.randoms(use_true_random=False))
def test_the_digest_does_not_depend_on_the_order_in_which_records_are_handed_over(
    log: list[Recorded], chance: Any
) -> None:
    shuffled = list(log)
    chance.shuffle(shuffled)
    assert digest(shuffled) == digest(log)


@given(lawful(), st.data())
def test_the_digest_is_another_if_anything_in_the_log_is(
    events: tuple[e.TicketEvent, ...], data: st.DataObject
) -> None:
    log = records(events)
    n = data.draw(st.integers(0, len(log) - 1))
    changes: dict[str, Any] = data.draw(
        st.sampled_from(
            [
                {"stream": "U"},
                {"id": "another"},
                {"recorded_at": log[n].recorded_at + 1},
                {"tenant": "north"},
                {"event": but(log[n].event, occurred_at=log[n].event.occurred_at + 1)},
            ]
        )
    )
    assert digest([*log[:n], but(log[n], **changes), *log[n + 1 :]]) != digest(log)


def test_the_digest_of_nothing_is_that_of_no_bytes() -> None:
    assert digest([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
