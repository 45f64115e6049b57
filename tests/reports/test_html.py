"""The page: whole, closed in itself, and fair."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from attrs import evolve as but

from slaengine.audit.findings import Findings
from slaengine.audit.run import audit
from slaengine.domain import events as e
from slaengine.domain.recorded import Recorded
from slaengine.instants import hours, instant
from slaengine.policies.agreement import Agreement
from slaengine.policies.calendar import always
from slaengine.policies.metrics import resolution
from slaengine.projections.case import Case
from slaengine.reports.html import html_report
from slaengine.reports.table import findings_table, flag_text
from slaengine.reports.timeline import timeline
from tests.reports.golden import check_golden
from tests.reports.sample import HOSTILE, PERSONS, hostile, small

ACCUSING = re.compile(
    r"cheat|fraud|gam(ed|ing)|guilt|culprit|offen[cd]|abus|suspici|manipulat|dishonest|blame|misconduct|evade|trick|lying",
    re.IGNORECASE,
)
VOID = {"meta"}


@pytest.fixture(scope="module")
def findings() -> Findings:
    return small()


@pytest.fixture(scope="module")
def page(findings: Findings) -> str:
    return html_report(findings)


def test_the_page_of_a_small_log_is_this(findings: Findings) -> None:
    check_golden("small.html", html_report(findings, title="A small log", worst=1, flagged=1), findings)


def test_the_same_log_gives_the_same_bytes(page: str) -> None:
    assert html_report(small()) == page


def test_every_element_is_closed(page: str) -> None:
    assert Elements.of(page).open == []


def test_ids_stand_once_and_every_link_leads_to_one(page: str) -> None:
    found = Elements.of(page)
    assert [name for name, times in Counter(found.ids).items() if times > 1] == []
    assert {href.removeprefix("#") for href in found.links} <= {*found.ids}


def test_nothing_runs_and_nothing_comes_from_elsewhere(page: str) -> None:
    found = Elements.of(page)
    assert {"script", "link", "img", "iframe", "object", "embed", "base", "form"}.isdisjoint(found.names)
    assert [name for name in found.attributes if name.startswith("on") or name in {"src", "xlink:href"}] == []
    assert "://" not in page
    assert "@import" not in page


def test_hostile_text_stays_text() -> None:
    page = html_report(hostile())
    found = Elements.of(page)
    assert "<script" not in page
    assert "script" not in found.names
    assert found.open == []
    assert "&lt;script&gt;" in page
    assert not any(sign in page for sign in "\x1b\u202e")
    assert HOSTILE.count("<script>") == 1


def test_words_ask_for_a_review_and_accuse_nobody(findings: Findings, page: str) -> None:
    flags = "".join(flag_text(findings.case(flag.ticket), flag) for flag in findings.flags)
    for text in (page, findings_table(findings), flags):
        assert ACCUSING.findall(text) == []
    assert len(findings.flags) == 2
    assert page.count("Please review") == 2


def test_persons_are_not_named(page: str) -> None:
    assert [person for person in PERSONS if person in page] == []
    assert "by agent" in page


def test_every_flag_shows_evidence_counterfactual_and_innocent_readings(findings: Findings, page: str) -> None:
    for flag in findings.flags:
        assert flag.counterfactual.finding in page
        assert all(reading.reason in page and reading.checked in page for reading in flag.innocent)
    assert "does not hold" in page
    assert "the log cannot tell" in page
    assert page.count('class="act"') >= sum(
        item.part.startswith("act") for flag in findings.flags for item in flag.evidence
    )


def test_it_shows_objectives_waivers_and_the_thresholds_of_a_clock(page: str) -> None:
    assert "acme-gold@2025-1: 75 % of first-response a week, where priority is P1 or P2" in page
    assert "lost; 0.0 % to 20.0 % with the open clocks; 9 decided clocks expected" in page
    assert "would be breached" in page
    assert "the ticket has no such clock" in page
    assert "<td>30 min before due (lead)</td><td>fired</td>" in page
    assert "In no share: 1 clock waived and 2 clocks of best effort." in page


def test_without_objectives_and_waivers_there_is_no_word_of_them(findings: Findings) -> None:
    plain = tuple(row for row in findings.clocks if row.ticket == "T-1")
    none = but(findings, agreements=(), stray_waivers=(), clocks=plain)
    page, table = html_report(none), findings_table(none)
    assert not any(word in text for text in (page, table) for word in ("Objectives", "Waivers", "apart", "In no share"))


def test_a_date_in_the_past_has_no_share_of_a_limit() -> None:
    dated = Agreement(id="dated", targets=[resolution("due date", calendar=always)])
    late: list[e.TicketEvent] = [
        e.Opened(occurred_at=instant("2025-03-03T09:00Z")),
        e.DueDateSet(occurred_at=instant("2025-03-03T10:00Z"), due=instant("2025-03-03T09:30Z")),
    ]
    records = [Recorded(stream="T-1", position=n, event=event) for n, event in enumerate(late, start=1)]
    page = html_report(audit(records, under=dated, as_of="2025-03-03T12:00Z"))
    assert "2 h 30 min over: the date that was set had passed." in page
    assert "inf" not in page.replace("info", "")


def test_a_waiver_that_comes_late_does_not_stretch_the_picture() -> None:
    def page(*more: e.TicketEvent) -> str:
        told = [
            e.Opened(occurred_at=instant("2025-03-03T09:00Z"), priority="P1"),
            e.Resolved(occurred_at=instant("2025-03-03T15:00Z")),
            *more,
        ]
        case = Case(told, under=Agreement(id="a", targets=[resolution({"P1": hours(4)}, calendar=always)]))
        ledger = case.explain("resolution", "2025-04-03T09:00Z")
        return timeline(case, ledger, case.clocks("2025-04-03T09:00Z"), ()).text.partition("</desc>")[2]

    waived = e.Waived(occurred_at=instant("2025-04-02T09:00Z"), target="resolution", reason="agreed")
    assert page(waived) == page()


def test_it_says_how_to_get_the_same_anew(findings: Findings) -> None:
    page = html_report(findings, log="log.csv", agreements="gold plan.toml", mapping="map.toml")
    common = "--agreements &#x27;gold plan.toml&#x27; --mapping map.toml"
    assert f"slaengine audit log.csv {common} --as-of 2025-03-14T18:00:00Z" in page
    assert f"slaengine explain log.csv T-1 {common} --target resolution --as-of 2025-03-14T18:00:00Z" in page
    assert findings.digest in page


def test_no_more_is_shown_than_was_asked_for(findings: Findings) -> None:
    page = html_report(findings, worst=1, flagged=0)
    assert 'id="breach-1"' in page
    assert 'id="breach-2"' not in page
    assert 'id="flag-1"' not in page


def test_an_audit_without_clocks_or_flags_is_a_page_too(findings: Findings) -> None:
    empty = but(findings, clocks=(), flags=(), quarantine=(), not_measured=())
    page = html_report(empty)
    assert Elements.of(page).open == []
    assert "No clock breached." in page
    assert "no clocks: no target could be measured" in findings_table(empty)


class Elements(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []

    @classmethod
    def of(cls, page: str) -> "Elements":
        found = cls()
        found.feed(page)
        found.close()
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        given = dict(attrs)
        self.attributes |= given.keys()
        self.ids += [name for name in [given.get("id")] if name]
        self.links += [href for href in [given.get("href")] if href]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
