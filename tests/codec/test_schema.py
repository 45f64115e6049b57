"""The published schemas: equal to what the code makes, true of what is read, and against what is refused."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from attrs import AttrsInstance, fields
from hypothesis import given

from slaengine.codec.agreement_tables import (
    AgreementDocument,
    BookDocument,
    CreditDocument,
    ObjectiveDocument,
    OverrideDocument,
    TargetDocument,
    ThresholdDocument,
)
from slaengine.codec.agreement_writing import document
from slaengine.codec.agreements import book
from slaengine.codec.calendar_tables import FORMS, VersionDocument
from slaengine.codec.events import NAMES
from slaengine.codec.lines import LineReader, to_line
from slaengine.codec.schema import agreements_schema, events_schema
from slaengine.domain.recorded import Recorded
from slaengine.errors import AgreementError, InputError
from slaengine.policies.book import Book
from slaengine.projections.gaming.parameters import DETECTORS
from tests.codec.bad import BAD_FILES, BAD_LINES, GOOD_LINE, BadFile, BadLine
from tests.codec.files import GOLD, changed
from tests.codec.publish import PUBLISHED, REFERENCE, text
from tests.codec.test_golden import GOLDEN
from tests.conftest import ROOT
from tests.eventstore.strategies import logs
from tests.policies.books import books

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed: pip install 'slaengine[dev]'")

LINE = jsonschema.Draft202012Validator(events_schema())
FILE = jsonschema.Draft202012Validator(agreements_schema())
KINDS = ("hours", "windows", "union", "intersection", "complement", "frozen")
EXAMPLES = sorted((ROOT / "examples").rglob("*agreements.toml"))


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_schema_is_the_one_that_the_code_makes(name: str) -> None:
    published = (REFERENCE / name).read_text(encoding="utf-8")
    assert published == text(PUBLISHED[name]()), "write it anew: python -m tests.codec.publish"


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(PUBLISHED[name]())


def test_every_golden_line_is_of_the_form() -> None:
    for line in (GOLDEN / "events.v1.jsonl").read_bytes().splitlines():
        LINE.validate(json.loads(line))


@given(logs())
def test_every_line_that_is_written_is_of_the_form(records: list[Recorded]) -> None:
    for record in records:
        LINE.validate(json.loads(to_line(record)))


def test_a_good_line_is_of_the_form() -> None:
    LINE.validate(GOOD_LINE)


@pytest.mark.parametrize("bad", BAD_LINES, ids=lambda bad: bad.name)
def test_a_line_that_is_not_of_the_form_is_refused(bad: BadLine) -> None:
    """By the schema, where the fault is one of form; by the reader always."""
    assert LINE.is_valid(bad.line) == bad.of_the_form
    with pytest.raises(InputError):
        LineReader().read(json.dumps(bad.line).encode(), 1)


@pytest.mark.parametrize("name", NAMES)
def test_no_event_may_have_a_field_that_is_unknown(name: str) -> None:
    line = {"stream": "T", "type": name, "occurred_at": "2025-04-17T07:00:00Z", "data": {"mood": "good"}}
    assert any("mood" in error.message for error in LINE.iter_errors(line))


@pytest.mark.parametrize(
    ("schema", "cls"),
    [
        (agreements_schema(), BookDocument),
        (agreements_schema()["$defs"]["agreement"], AgreementDocument),
        (agreements_schema()["$defs"]["target"], TargetDocument),
        (agreements_schema()["$defs"]["override"], OverrideDocument),
        (agreements_schema()["$defs"]["threshold"], ThresholdDocument),
        (agreements_schema()["$defs"]["objective"], ObjectiveDocument),
        (agreements_schema()["$defs"]["credit"], CreditDocument),
        (agreements_schema()["$defs"]["version"], VersionDocument),
        *((agreements_schema()["$defs"][kind], cls) for kind, cls in zip(KINDS, FORMS, strict=True)),
    ],
)
def test_every_field_that_a_file_may_have_is_described(schema: dict[str, Any], cls: type[AttrsInstance]) -> None:
    assert [*schema["properties"]] == [attribute.name for attribute in fields(cls)]


def test_the_agreements_of_the_tests_are_of_the_form() -> None:
    FILE.validate(GOLD)
    book(GOLD)


@given(books())
def test_the_document_of_a_book_is_of_the_form(one: Book) -> None:
    FILE.validate(json.loads(json.dumps(document(one))))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT)))
def test_an_agreement_file_of_the_examples_is_of_the_form(path: Path) -> None:
    FILE.validate(tomllib.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("value", [-0.1, 0, 0.5, 1, 1.5, 1_000_000, 1_000_000.5, True])
@pytest.mark.parametrize(
    ("detector", "name"), [(detector, it.name) for detector, cls in DETECTORS.items() for it in fields(cls)]
)
def test_the_form_has_the_bounds_of_the_reader(detector: str, name: str, value: float) -> None:
    document = changed(GOLD, "agreements.0.detectors", {detector: {name: value}})
    try:
        book(document)
    except AgreementError:
        assert not FILE.is_valid(document)
    else:
        FILE.validate(document)


@pytest.mark.parametrize("case", BAD_FILES, ids=lambda case: case.name)
def test_an_agreement_file_that_is_not_of_the_form_is_refused(case: BadFile) -> None:
    """By the schema, where the fault is one of form; by the reader always."""
    assert FILE.is_valid(case.document) == case.of_the_form
    with pytest.raises(AgreementError):
        book(case.document)
