"""What events of publication carry survives every form: typed where the engine wrote it, else as it was written."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

import slaengine as sla
from slaengine.codec.calendars import write_schedule
from slaengine.codec.description import digest
from slaengine.codec.events import name_of
from slaengine.codec.lines import LineReader, to_line
from slaengine.codec.published import Written
from slaengine.codec.stored import from_state, to_state
from slaengine.domain.recorded import Event, Recorded
from slaengine.errors import AgreementError
from slaengine.eventstore.desk import Desk
from slaengine.instants import Instant, hours, instant
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.policies.calendar import Calendar, always
from slaengine.policies.publication import book_of
from slaengine.policies.schedule import Schedule
from tests.codec.files import GOLD
from tests.policies.books import LABELS, OFFICE, WITH_DAYS, WITHOUT_DAYS, books

e = sla.events
AT: Instant = instant("2025-06-02T00:00Z")


def log(*events: Event) -> list[Recorded]:
    return [Recorded(stream="desk", position=n, version=n, event=event) for n, event in enumerate(events, start=1)]


def as_lines(records: list[Recorded]) -> list[Recorded]:
    reader = LineReader()
    return [reader.read(to_line(record), record.position) for record in records]


def as_states(records: list[Recorded]) -> list[Recorded]:
    return [
        from_state(to_state(it), type=name_of(it.event), stream=it.stream, version=it.version, position=it.position)
        for it in records
    ]


def publications(book: Book) -> list[Recorded]:
    events = [e.AgreementPublished(occurred_at=AT, agreement=agreement) for agreement in book.agreements]
    return log(*events)


@given(books().filter(lambda book: len({it.begins for it in book.agreements}) == len(book.agreements)))
@settings(max_examples=settings().max_examples // 5)
def test_agreements_that_were_published_are_the_same_in_every_form(book: Book) -> None:
    records = publications(book)
    told = digest(book_of(records, labels=LABELS))
    for again in (as_lines(records), as_states(records), as_states(as_lines(records))):
        assert all(isinstance(record.event.agreement, Agreement) for record in again)  # type: ignore[union-attr]
        assert digest(book_of(again, labels=LABELS)) == told
        assert [to_line(record) for record in again] == [to_line(record) for record in records]
        assert [to_state(record) for record in again] == [to_state(record) for record in records]


@pytest.mark.parametrize("calendar", [OFFICE, *WITH_DAYS, *WITHOUT_DAYS], ids=lambda calendar: calendar.name)
def test_calendars_that_were_published_are_the_same_in_every_form(calendar: Schedule | Calendar) -> None:
    records = log(
        e.CalendarPublished(occurred_at=AT, name="office", calendar=calendar),
        e.CalendarAmended(occurred_at=AT, name="office", calendar=calendar, effective_from=AT),
    )
    for again in (as_lines(records), as_states(records)):
        for record in again:
            found: Any = record.event.calendar  # type: ignore[union-attr]
            assert (type(found), found, found.name) == (type(calendar), calendar, calendar.name)
        assert [to_line(record) for record in again] == [to_line(record) for record in records]


WRITTEN = [
    {"name": "office", "calendar": {"zone": "Europe/Berlin", "hours": "Mon-Fri 09:00-17:00"}},
    {"name": "lunch", "calendar": {"zone": "Europe/Berlin", "hours": "Mon-Fri 12:00-13:00"}},
]


def written(type: str, data: dict[str, Any], at: str = "2025-06-02T00:00:00Z") -> bytes:
    line = {"stream": "desk", "type": type, "occurred_at": at, "data": data}
    return json.dumps(line, separators=(",", ":")).encode()


def read(*lines: bytes) -> list[Recorded]:
    reader = LineReader()
    return [reader.read(line, number) for number, line in enumerate(lines, start=1)]


PROMISE = {"id": "gold", "targets": [{"metric": "resolution", "calendar": "office", "budgets": "4 h"}]}


def calendar_of(book: Book) -> Calendar:
    terms = book.agreements[0].targets[0].terms(sla.Situation())
    assert terms is not None
    return terms.calendar


def test_people_may_write_publications_that_name_what_was_published_before() -> None:
    changed = {"union": ["office"], "minus": ["lunch"]}
    amendment = {"name": "office", "calendar": changed, "effective_from": "2025-07-01T00:00:00Z"}
    records = read(
        *(written("calendar-published", data) for data in WRITTEN),
        written("agreement-published", {"agreement": PROMISE}),
        written("calendar-amended", amendment),
    )
    office, lunch = (Schedule("Europe/Berlin", hours_) for hours_ in ("Mon-Fri 09:00-17:00", "Mon-Fri 12:00-13:00"))
    expected = office.amended(office - lunch, effective_from="2025-07-01T00:00Z")
    assert calendar_of(book_of(records)) == calendar_of(book_of(as_states(records))) == expected
    assert [json.loads(to_line(record))["data"] for record in records[:2]] == WRITTEN


def test_what_stands_written_is_equal_to_its_json_and_keeps_it() -> None:
    (record,) = read(written("agreement-published", {"agreement": PROMISE}))
    found = record.event.agreement  # type: ignore[union-attr]
    assert isinstance(found, Written)
    assert found == PROMISE
    assert hash(found) == hash(Written(PROMISE))
    assert repr(found) == f"Written({PROMISE!r})"
    assert json.loads(to_line(record))["data"] == {"agreement": PROMISE}


@pytest.mark.parametrize(
    ("type", "data", "faults"),
    [
        ("agreement-published", {"agreement": PROMISE}, ["desk/1: targets[1].calendar: 'office' is unknown"]),
        (
            "agreement-published",
            {"agreement": {"id": 7, "targets": [{"metric": "resolution", "calendar": "x"}]}},
            ["desk/1: id: 7 is no text", "desk/1: targets[1].budgets: is missing"],
        ),
        (
            "agreement-published",
            {"agreement": {**PROMISE, "calendars": {"office": {"zone": "Mars", "hours": "Mon 09:00-17:00"}}, "x": 1}},
            ["desk/1: x: unknown; known are id"],
        ),
        (
            "agreement-published",
            {"agreement": {**PROMISE, "calendars": {"office": {"zone": "Mars", "hours": "Mon 09:00-17:00"}}}},
            ["desk/1: calendars.office: unknown zone 'Mars'"],
        ),
        ("agreement-published", {"agreement": {"id": "gold"}}, ["desk/1: agreement: agreement 'gold' has no targets"]),
        ("agreement-published", {"agreement": {**PROMISE, "calendars": {"a": 7}}}, ["desk/1: calendars.a: 7 is no"]),
        ("calendar-published", {"name": "a", "calendar": {"zone": "UTC"}}, ["desk/1: hours: is missing"]),
        ("calendar-published", {"name": "a", "calendar": {"union": ["b"]}}, ["desk/1: union[1]: 'b' is unknown"]),
        ("calendar-published", {"name": "a", "calendar": {"zone": "UTC", "hours": ""}}, ["desk/1: never opens"]),
        (
            "calendar-published",
            {"name": "a", "calendar": {"frozen": "/etc/hours.json"}},
            ["desk/1: frozen: '/etc/hours.json' is a file, which may change: write the frozen schedule itself"],
        ),
        ("calendar-published", {"name": "a", "calendar": {"frozen": {"form": "x"}}}, ["desk/1: frozen: form is 'x'"]),
    ],
)  # fmt: skip
def test_all_that_is_wrong_with_a_publication_is_named_when_the_book_is_asked_for(
    type: str, data: dict[str, Any], faults: list[str]
) -> None:
    with pytest.raises(AgreementError) as refused:
        book_of(read(written(type, data)))
    found = refused.value.faults
    assert [told[: len(fault)] for told, fault in zip(found, faults, strict=True)] == faults


def test_a_document_may_be_nested_too_deeply() -> None:
    deep: Any = {"id": "gold"}
    for _ in range(80):
        deep = {"id": deep}
    (record,) = read(written("agreement-published", {"agreement": deep}))
    with pytest.raises(AgreementError, match="nested too deeply"):
        book_of([record])


def test_no_file_of_this_machine_is_read_for_a_log(tmp_path: Any) -> None:
    path = tmp_path / "office.json"
    write_schedule(OFFICE, path)
    records = read(written("calendar-published", {"name": "office", "calendar": {"frozen": str(path)}}))
    assert records[0].event.calendar == {"frozen": str(path)}  # type: ignore[union-attr]
    with pytest.raises(AgreementError, match="is a file, which may change"):
        book_of(records)


def test_an_agreement_that_no_document_can_hold_is_not_stored() -> None:
    def odd(_: sla.Situation) -> bool:
        return True

    own = Agreement(id="gold", targets=[sla.resolution(hours(4), calendar=always, pauses=odd)])
    with pytest.raises(AgreementError, match=r"targets\[1\].pauses: .*odd is no Where"):
        to_line(log(e.AgreementPublished(occurred_at=AT, agreement=own))[0])


def test_a_desk_keeps_what_it_published() -> None:
    gold = Agreement(id="gold", targets=[sla.resolution(hours(4), calendar=OFFICE)])
    with Desk(":memory:") as desk:
        desk.record("agreements", e.AgreementPublished(occurred_at=AT, agreement=gold))
        desk.record("calendars", e.CalendarPublished(occurred_at=AT, name="office", calendar=OFFICE))
        book = book_of(desk.records())
    assert digest(book) == digest(Book([gold]))


def test_the_agreements_of_a_file_can_be_published() -> None:
    from slaengine.codec.agreements import book

    one = book(GOLD)
    again = book_of(as_lines(publications(one)), levels=one.levels)
    assert digest(again) == digest(one)
