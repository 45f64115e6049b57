"""What an audit found, as one self-contained page: no scripts, nothing from elsewhere, persons not named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from slaengine.audit.findings import ClockRow, Findings
from slaengine.errors import HorizonError
from slaengine.instants import Instant
from slaengine.policies.calendar import Calendar, always
from slaengine.projections.gaming.flag import Flag
from slaengine.reports import figures, summary
from slaengine.reports.clock import breach_section, flag_section
from slaengine.reports.figures import Inputs
from slaengine.reports.markup import EMPTY, Content, Markup, tag
from slaengine.reports.month import month_of
from slaengine.reports.month_svg import CSS as MONTH_CSS
from slaengine.reports.month_svg import month_svg
from slaengine.reports.style import CSS


def html_report(
    findings: Findings,
    *,
    title: str | None = None,
    worst: int = 10,
    flagged: int = 10,
    log: str | None = None,
    agreements: str | None = "AGREEMENTS",
    mapping: str | None = None,
) -> str:
    """The page of an audit. Same findings, same arguments: the same bytes.

    worst, flagged: how many breached clocks and flags are shown in full. log, agreements, mapping: the names of these
    files in the commands that the page quotes; without one, the log has the name of the findings' source. agreements:
    None where the log published them.
    """
    inputs = Inputs(log=log or findings.source, agreements=agreements, mapping=mapping)
    name = title or f"SLA audit of {findings.source}"
    flags = _foremost(findings.flags, flagged)
    body = tag(
        "main",
        summary.head(findings, name),
        summary.tiles(findings),
        summary.compliance(findings),
        summary.objectives(findings),
        summary.waivers(findings),
        summary.not_measured(findings),
        _breaches(findings, findings.worst(worst), inputs),
        _flags(findings, flags, inputs),
        summary.quarantine(findings),
        _calendars(findings),
        _check(findings, inputs),
    )
    return f"<!doctype html>\n{tag('html', _head(name), tag('body', _HATCH, body), lang='en').text}\n"


def _head(title: str) -> Markup:
    return tag(
        "head",
        Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        ),
        tag("title", title),
        tag("style", Markup(CSS + MONTH_CSS)),
    )


_HATCH = Markup(
    '<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs><pattern id="hatch" width="6" '
    'height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse"><line x1="0" y1="0" x2="0" y2="6" '
    'class="hatch"/></pattern></defs></svg>'
)


def _breaches(findings: Findings, rows: Sequence[ClockRow], inputs: Inputs) -> Markup:
    heading = tag("h2", "Breaches with the largest overrun")
    if not rows:
        return tag("section", heading, tag("p", "No clock breached."))
    sections = [breach_section(findings, row, rank, inputs) for rank, row in enumerate(rows, start=1)]
    return tag("section", heading, summary.worst_table(rows), _legend(), sections)


def _foremost(flags: Sequence[Flag], n: int) -> list[Flag]:
    """The first of each kind, then the second of each, by score: no kind hides behind another."""
    by_score = sorted(flags, key=lambda flag: (-flag.score, flag.at, flag.ticket, flag.kind))
    seen: Counter[str] = Counter()
    ranked = []
    for flag in by_score:
        ranked.append((seen[flag.kind], flag))
        seen[flag.kind] += 1
    return [flag for _, flag in sorted(ranked, key=lambda pair: pair[0])][:n]


def _flags(findings: Findings, flags: Sequence[Flag], inputs: Inputs) -> Markup:
    heading = tag("h2", "Flags to review")
    if not findings.flags:
        return tag("section", heading, tag("p", "None."))
    note = (
        "A flag asks for a review and no more. It shows what was done to a clock, what a replay without it gives, and "
        "which innocent readings were checked. A score says how much of a definition's evidence is there, and is no "
        "probability of anything."
    )
    sections = [flag_section(findings, flag, rank, inputs) for rank, flag in enumerate(flags, start=1)]
    shown = tag("h3", f"{len(flags)} of {len(findings.flags)}: the highest scores of each kind") if flags else None
    tables = [summary.kinds_table(findings), shown, summary.flags_table(flags) if flags else None]
    return tag("section", heading, tag("p", note, class_="note"), tables, _legend() if flags else None, sections)


def _legend() -> Markup:
    keys = {
        "ok": "running, under 50 % used",
        "mid": "50 to 75 %",
        "warn": "75 to 100 %",
        "over": "over the limit",
        "pause": "paused",
        "stopped": "stopped",
        "closed": "out of hours: not charged, pressed together",
        "flag": "to review",
    }
    entries = [tag("span", tag("i", class_=f"key {style}"), words) for style, words in keys.items()]
    return tag("div", entries, tag("span", "numbers: lines of the ledger"), class_="legend")


def _calendars(findings: Findings) -> Markup:
    """The month of the audit's instant as each calendar has it. Round the clock there is nothing to see."""
    seen = [calendar for calendar in findings.measured_on if calendar != always]
    pictures = [tag("div", _month(calendar, findings.as_of), class_="picture") for calendar in seen]
    note = "The month of the audit's instant, on the clock of each calendar's zone."
    if not pictures:
        return EMPTY
    return tag("section", tag("h2", "Calendars"), tag("p", note, class_="note"), tag("div", pictures, class_="months"))


def _month(calendar: Calendar, at: Instant) -> Markup:
    try:
        return month_svg(month_of(calendar, at))
    except HorizonError as error:
        return tag("p", f"{calendar.name or 'unnamed'}: {error}", class_="note")


def _check(findings: Findings, inputs: Inputs) -> Markup:
    audit = figures.audit_command(findings, inputs)
    explain = figures.explain_command(findings, inputs, "TICKET", "TARGET")
    return tag(
        "section",
        tag("h2", "How to check this yourself"),
        tag("p", "The audit, from the same log and agreements; the digests below must come out again:"),
        tag("p", tag("code", audit)),
        tag("p", "The ledger of any clock, line by line:"),
        tag("p", tag("code", explain)),
        tag("div", tag("table", tag("tbody", _digests(findings)), class_="digests"), class_="wide"),
    )


def _digests(findings: Findings) -> Content:
    digests = {
        "engine": findings.engine,
        "log": findings.log_digest,
        "agreements": findings.agreements_digest,
        **{f"calendar {name}": digest for name, digest in sorted(findings.calendars.items())},
        "findings": findings.digest,
    }
    return [tag("tr", tag("td", name), tag("td", tag("code", digest))) for name, digest in digests.items()]
