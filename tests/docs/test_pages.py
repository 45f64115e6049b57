"""The documentation is whole and true: made pages are up to date, tables list what there is, links lead somewhere."""

import re
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from attrs import AttrsInstance, fields

import slaengine as sla
from slaengine.audit.findings import NotMeasured
from slaengine.audit.log import Rejected
from slaengine.cli.main import _parser
from slaengine.codec.agreement_tables import (
    AgreementDocument,
    BookDocument,
    CreditDocument,
    ObjectiveDocument,
    OverrideDocument,
    TargetDocument,
    ThresholdDocument,
)
from slaengine.codec.calendar_tables import (
    CalendarDocument,
    ComplementDocument,
    FrozenDocument,
    IntersectionDocument,
    UnionDocument,
    VersionDocument,
    WindowsDocument,
)
from slaengine.codec.ready_metrics import METRICS
from slaengine.policies.rules import FACTS
from slaengine.projections.gaming.parameters import DETECTORS
from tests.conftest import ROOT
from tests.docs.pages import GROUPS, PAGES, REFERENCE
from tests.reports.sample import small

DOCS = ROOT / "docs"
WRITTEN = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "examples" / "logs" / "README.md",
    *sorted(DOCS.rglob("*.md")),
]
KINDS = {"console", "csv", "ical", "jsonl", "python", "sh", "text", "toml", "xml"}

of_each_page = pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))


@pytest.mark.parametrize("page", PAGES)
def test_a_made_page_is_the_one_that_the_code_makes(page: str) -> None:
    assert (REFERENCE / page).read_text(encoding="utf-8") == PAGES[page](), "write it anew: python -m tests.docs.pages"


def test_the_page_of_names_lists_each_public_name_once() -> None:
    assert sorted(name for names in GROUPS.values() for name in names.split()) == sorted(sla.__all__)


@of_each_page
def test_links_lead_to_what_there_is(page: Path) -> None:
    broken = [link for link in _links(page) if not _leads_somewhere(page, link)]
    assert broken == []


@of_each_page
def test_blocks_are_of_kinds_that_are_known(page: Path) -> None:
    """So that none is passed over because its kind is misspelt."""
    fences = re.findall(r"^```(\w*)", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(fences[::2]) <= KINDS
    assert set(fences[1::2]) <= {""}


def test_every_page_can_be_reached_from_the_map() -> None:
    reached, new = set[Path](), {DOCS / "README.md"}
    while new:
        reached |= new
        new = {target for page in new for target in _pages_linked(page)} - reached
    assert set(DOCS.rglob("*.md")) - reached == set()


def test_the_glossary_stands_in_order() -> None:
    words = re.findall(r"^\| \*\*(.+?)\*\* \|", (DOCS / "glossary.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(words) > 50
    assert all(before.lower() < after.lower() for before, after in pairwise(words))


def test_the_page_of_results_lists_every_field_in_its_order() -> None:
    findings = small()
    found, listed = findings.data(), _tables("results.md")
    flag = found["flags"][0]
    assert listed["Document"] == [*found]
    assert listed["`compliance`"] == [*found["compliance"][0]]
    assert listed["`objectives`"] == [*found["objectives"][0]]
    assert listed["`forecast`"] == [*found["objectives"][0]["forecast"]]
    assert listed["`waivers`"] == [*found["waivers"][0]]
    assert listed["`clocks`"] == [*found["clocks"][0]]
    assert listed["`flags`"] == [*flag]
    assert listed["`position`"] == [*flag["position"]]
    assert listed["`counterfactual`"] == [*flag["counterfactual"]]
    assert listed["`not_measured`"] == [it.name for it in fields(NotMeasured)]
    assert listed["`quarantine`"] == [it.name for it in fields(Rejected)]
    row = next(row for row in findings.clocks if row.target == "resolution")
    ledger = findings.case(row.ticket).explain(row.target, findings.as_of, row.cycle).data()
    assert listed["A ledger"] == [*ledger]
    assert listed["A threshold of a ledger"] == [*ledger["thresholds"][0]]
    assert listed["A line of a ledger"] == [*ledger["lines"][0]]


def test_the_page_of_agreements_lists_every_key_and_every_fact() -> None:
    listed = _tables("agreements.md")
    for heading, document in {
        "Document": BookDocument,
        "Agreements": AgreementDocument,
        "Targets": TargetDocument,
        "Overrides": OverrideDocument,
        "Thresholds": ThresholdDocument,
        "Objectives": ObjectiveDocument,
        "Credits": CreditDocument,
        "Calendars": CalendarDocument,
        "Versions of a calendar": VersionDocument,
    }.items():
        assert sorted(listed[heading]) == sorted(it.name for it in fields(document)), heading
    others = (UnionDocument, IntersectionDocument, ComplementDocument, FrozenDocument)
    shared = ("minus", "versions", "effective_until", "name")
    assert listed["Calendars made of others"] == [kind.told_by for kind in others]
    assert sorted((*listed["Recurring windows"], *shared)) == sorted(_names(WindowsDocument))
    assert all(sorted((kind.told_by, *shared)) == sorted(_names(kind)) for kind in others)
    assert listed["Metrics"] == [*METRICS]
    assert listed["Reopening"] == [*sla.Reopen]
    assert listed["Other terms"] == [*sla.Retarget]
    assert listed["Pins"] == [*sla.Pin]
    assert sorted(listed["Conditions"]) == sorted(FACTS)


def test_the_page_of_detectors_lists_every_parameter_with_its_default() -> None:
    page = (DOCS / "how-to" / "tune-a-detector.md").read_text(encoding="utf-8")
    for kind in DETECTORS.values():
        for parameter in fields(kind):
            assert f"| `{parameter.name}` | {parameter.default:g} |" in page


def test_the_page_of_the_command_lists_every_argument() -> None:
    page = (REFERENCE / "command.md").read_text(encoding="utf-8")
    missing = [option for option in _options(_parser()) if f"`{option}`" not in page]
    assert missing == []


def _names(document: type[AttrsInstance]) -> list[str]:
    return [it.name for it in fields(document)]


def _options(parser: ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from (option for option in action.option_strings if option.startswith("--"))
        if isinstance(action.choices, Mapping):
            for command in action.choices.values():
                yield from _options(command)


def _tables(page: str) -> Mapping[str, list[str]]:
    """By heading, the names in the first column of its table."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    sections = re.split(r"^#+ ", text, flags=re.MULTILINE)
    return {section.partition("\n")[0]: [*_first_column(section.splitlines())] for section in sections}


def _first_column(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if line.startswith("| `"):
            yield from re.findall(r"`(.+?)`", line.split(" | ")[0])


def _links(page: Path) -> list[str]:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"\]\(([^)]+)\)", text)


def _leads_somewhere(page: Path, link: str) -> bool:
    if link.startswith("https://"):
        return True  # nothing is fetched
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not anchor or anchor in _anchors(target))


def _anchors(page: Path) -> set[str]:
    """What headings are called in links."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _pages_linked(page: Path) -> Iterator[Path]:
    for link in _links(page):
        target: Any = (page.parent / link.partition("#")[0]).resolve()
        if target.suffix == ".md" and target.is_relative_to(DOCS):
            yield target
