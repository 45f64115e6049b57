"""The parts of the page that look at the whole audit: tiles, compliance, flags by kind, what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from slaengine.audit.findings import ClockRow, Compliance, Findings
from slaengine.instants import in_words, iso
from slaengine.projections.gaming.flag import Flag
from slaengine.projections.measures import Interval
from slaengine.projections.objectives import ObjectiveReading
from slaengine.reports import figures
from slaengine.reports.markup import Content, Markup, tag

QUARANTINED = 50
BAR = 140.0


def head(findings: Findings, title: str) -> Markup:
    """What was audited, as of when."""
    known = f", as known at {iso(findings.known_at)}" if findings.known_at is not None else ""
    without = _counted(findings.without_agreement, "ticket")
    log, agreements = findings.log_digest[: figures.SHORT], findings.agreements_digest[: figures.SHORT]
    seal = (
        f"{findings.source}, as of {iso(findings.as_of)}{known}",
        f"{_counted(findings.tickets, 'ticket')}, {_counted(findings.events, 'event')}; {without} under no agreement",
        f"log {log}, agreements {agreements}, {findings.engine}",
    )
    return tag(
        "header",
        tag("div", tag("h1", title), tag("p", "Every figure is computed anew from the events of the log.")),
        tag("div", [tag("p", line) for line in seal], class_="seal"),
    )


def tiles(findings: Findings) -> Markup:
    """The few figures that come first."""
    targets = [
        _tile(figures.percent(line.share), f"{line.key[0]}: {grouped(line.met)} of {grouped(_decided(line))} met")
        for line in findings.compliance(("target",))
    ]
    breached = sum(line.breached for line in findings.compliance(("target",)))
    flagged = len({flag.ticket for flag in findings.flags})
    missing = sum(line.tickets for line in findings.not_measured)
    others = [
        _tile(grouped(breached), "clocks breached", "bad" if breached else None),
        _tile(
            grouped(len(findings.flags)),
            f"flags to review, on {_counted(flagged, 'ticket')}",
            "look" if flagged else None,
        ),
        _tile(grouped(missing), "promises not measurable: the log lacks the facts"),
        _tile(grouped(len(findings.quarantine)), "records in quarantine"),
    ]
    return tag("div", targets, others, class_="tiles")


def compliance(findings: Findings) -> Markup:
    """Compliance by target and priority, each share with its uncertainty."""
    apart = figures.apart(findings)
    body = [
        tag("tbody", [_compliance_row(target, line, is_apart=bool(apart), first=line is lines[0]) for line in lines])
        for target, lines in figures.compliance_by_target(findings).items()
    ]
    names = ("clocks", "met", "breached", "open", "cancelled", *(["apart"] if apart else []), "compliance")
    header: list[Content] = [
        tag("th", "target"),
        tag("th", "priority"),
        [tag("th", name, class_="n") for name in names],
        tag("th", "share and interval"),
        [tag("th", name, class_="n") for name in ("95 % interval", "median", "p90")],
    ]
    note = (
        "Compliance is met / (met + breached), with its 95 % Wilson interval; clocks of all other columns are in no "
        "share. Median and 90th percentile (p90): time used by finished clocks, as a share of the limit. "
        f"{figures.cancelled_breached(findings)} {apart}"
    )
    table = tag("table", tag("thead", tag("tr", header)), body, class_="compliance")
    return tag("section", tag("h2", "Compliance"), tag("div", table, class_="wide"), tag("p", note, class_="note"))


def objectives(findings: Findings) -> Markup | None:
    """Each objective in each period: whether it is kept, what is left, what is owed, and how the period may end."""
    groups = figures.objectives(findings)
    if not groups:
        return None
    numbers = ("met", "breached", "open", "apart", "share")
    header: list[Content] = [
        tag("th", "period"),
        [tag("th", name, class_="n") for name in numbers],
        tag("th", "interval and promise"),
        tag("th", "kept"),
        [tag("th", name, class_="n") for name in ("misses left", "credit")],
        tag("th", "to the end of the period"),
    ]
    body = [
        tag("tbody", tag("tr", tag("th", words, colspan="11", class_="group")), [_period_row(it) for it in readings])
        for words, readings in groups
    ]
    note = (
        "A clock belongs to the period in which its verdict fell, unless the objective says otherwise. The share is "
        "met / (met + breached), with its 95 % Wilson interval; the dashed mark is what was promised. Apart: "
        "cancelled, waived, or of best effort. Misses left: the breaches that the period can still bear if nothing "
        "else is met. Credit: what is owed as things stand, in percent of the fee. On course: the share so far keeps "
        "the promise. At risk: it does not, but would if all that is still expected were met: the open clocks, and "
        "new ones at the rate so far. Lost: not even then."
    )
    table = tag("table", tag("thead", tag("tr", header)), body, class_="objectives")
    return tag("section", tag("h2", "Objectives"), tag("div", table, class_="wide"), tag("p", note, class_="note"))


def waivers(findings: Findings) -> Markup | None:
    """Promises that were given up: the first of them, and how many more there are."""
    found = findings.waivers()
    if not found:
        return None
    cells = [
        (
            it.ticket,
            it.target,
            tag("td", str(it.cycle), class_="n"),
            tag("time", iso(it.at), datetime=iso(it.at)),
            figures.clipped(it.reason, 300),
            None if it.by is None else str(it.by.role),
            figures.would_be(it),
        )
        for it in found[:QUARANTINED]
    ]
    rest = len(found) - QUARANTINED
    note = tag("p", f"and {_counted(rest, 'more waiver')}", class_="note") if rest > 0 else None
    table = _table(("ticket", "target", "cycle", "when", "reason", "by", "verdict"), cells, right=(2,))
    what = "These promises were given up. Their clocks are in no share."
    return tag("section", tag("h2", "Waivers"), tag("p", what), table, note)


def worst_table(rows: Sequence[ClockRow]) -> Markup:
    """The breached clocks that are shown in full, at a glance."""
    cells: list[Iterable[Content]] = [
        (
            tag("a", row.ticket, href=f"#breach-{rank}"),
            row.target,
            row.priority or "none",
            row.agreement,
            tag("td", in_words(row.judged), class_="n"),
            tag("td", in_words(row.used), class_="n"),
            tag("td", in_words(row.over), class_="n over"),
            str(row.state),
        )
        for rank, row in enumerate(rows, start=1)
    ]
    return _table(
        ("ticket", "target", "priority", "agreement", "limit", "used", "over", "clock"), cells, right=(4, 5, 6)
    )


def kinds_table(findings: Findings) -> Markup:
    """How many flags of each kind there are."""
    cells: list[Iterable[Content]] = [
        (kind.name, *(tag("td", text, class_="n") for text in (kind.flags, kind.tickets, f"{kind.highest:.2f}")))
        for kind in figures.flags_by_kind(findings)
    ]
    return _table(("kind", "flags", "tickets", "highest score"), cells, right=(1, 2, 3))


def flags_table(flags: Sequence[Flag]) -> Markup:
    """The flags that are shown in full, at a glance."""
    cells: list[Iterable[Content]] = [
        (
            tag("a", flag.ticket, href=f"#flag-{rank}"),
            flag.kind,
            flag.subject,
            flag.position.target,
            tag("td", in_words(flag.position.left), class_="n"),
            tag("td", f"{flag.score:.2f}", class_="n"),
        )
        for rank, flag in enumerate(flags, start=1)
    ]
    return _table(("ticket", "kind", "team", "target", "left just before", "score"), cells, right=(4, 5))


def not_measured(findings: Findings) -> Markup | None:
    """Targets for which the log has no facts."""
    if not findings.not_measured:
        return None
    cells = [
        (line.target, tag("td", grouped(line.tickets), class_="n"), f"no event: {figures.facts(line.missing)}")
        for line in findings.not_measured
    ]
    note = "The log never holds the events on which these clocks rest. Nothing else stands in for them."
    table = _table(("target", "tickets", "missing"), cells, right=(1,))
    return tag("section", tag("h2", "Not measurable"), table, tag("p", note, class_="note"))


def quarantine(findings: Findings) -> Markup | None:
    """What could not be read or has no lawful reading: the first of it, and how much more there is."""
    found = findings.quarantine
    if not found:
        return None
    cells = [
        (
            tag("td", None if it.line is None else str(it.line), class_="n"),
            it.stream,
            it.field,
            tag("code", figures.clipped(it.value, 60)) if it.value is not None else None,
            figures.clipped(it.reason, 300),
        )
        for it in found[:QUARANTINED]
    ]
    rest = len(found) - QUARANTINED
    note = tag("p", f"and {_counted(rest, 'more record')}", class_="note") if rest > 0 else None
    what = f"{_counted(len(found), 'record')} could not be read, or had no lawful reading, and was set aside."
    table = _table(("line", "ticket", "field", "value", "reason"), cells, right=(0,))
    return tag("section", tag("h2", "Quarantine"), tag("p", what), table, note)


def grouped(n: int) -> str:
    """A number with a narrow space between its thousands."""
    return f"{n:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _counted(n: int, one: str) -> str:
    return f"{grouped(n)} {one if n == 1 else one + 's'}"


def _decided(line: Compliance) -> int:
    return line.met + line.breached


def _tile(figure: str, words: str, style: str | None = None) -> Markup:
    return tag("div", tag("b", figure), tag("span", words), class_=f"tile {style}" if style else "tile")


def _compliance_row(target: str, line: Compliance, *, is_apart: bool, first: bool) -> Markup:
    """is_apart: whether there is a column for what was waived, and what nobody was entitled to."""
    apart = [line.waived + line.best_effort] if is_apart else []
    counts = (line.clocks, line.met, line.breached, line.open, line.cancelled, *apart)
    interval = figures.interval_text(line.interval).replace("-", "\N{EN DASH}")
    return tag(
        "tr",
        tag("td", target if first else None),
        tag("td", figures.priority_of(line)),
        [tag("td", grouped(n), class_="n") for n in counts],
        tag("td", figures.percent(line.share), class_="n"),
        tag("td", _bar(line.share, line.interval)),
        [tag("td", text, class_="n") for text in (interval, figures.percent(line.median), figures.percent(line.p90))],
        class_="all" if len(line.key) == 1 else None,
    )


def _bar(share: float | None, interval: Interval | None, promised: float | None = None) -> Markup | None:
    """The share as a bar, its interval as a line with two ends, what was promised as a mark."""
    if share is None or interval is None:
        return None
    low, high = BAR * interval.low, BAR * interval.high
    of = "" if promised is None else f", {figures.percent(promised)} promised"
    mark = None if promised is None else BAR * promised
    return tag(
        "svg",
        tag("title", f"{figures.percent(share)}, 95 % interval {figures.interval_text(interval)} %{of}"),
        tag("rect", x=0.0, y=3.0, width=BAR, height=8.0, class_="rest"),
        tag("rect", x=0.0, y=3.0, width=BAR * share, height=8.0, class_="share"),
        tag("line", x1=low, x2=high, y1=7.0, y2=7.0),
        [tag("line", x1=x, x2=x, y1=2.0, y2=12.0) for x in (low, high)],
        None if mark is None else tag("line", x1=mark, x2=mark, y1=0.0, y2=14.0, class_="promised"),
        viewBox=f"-1 0 {BAR + 2:.0f} 14",
        role="img",
        class_="gauge",
    )


def _period_row(it: ObjectiveReading) -> Markup:
    counts = (it.met, it.breached, it.open, it.cancelled + it.waived + it.best_effort)
    return tag(
        "tr",
        tag("td", it.period, class_="when"),
        [tag("td", grouped(n), class_="n") for n in counts],
        tag("td", figures.percent(it.share), class_="n"),
        tag("td", _bar(it.share, it.interval, it.objective.share)),
        tag("td", figures.kept(it), class_="over" if it.kept is False else None),
        tag("td", str(it.misses_left).replace("-", "\N{MINUS SIGN}"), class_="n"),
        tag("td", figures.credit(it), class_="n"),
        tag("td", figures.forecast(it.forecast) if it.forecast else tag("span", "settled", class_="faint")),
    )


def _table(names: Sequence[str], rows: Iterable[Iterable[Content]], right: Sequence[int]) -> Markup:
    head_cells = [tag("th", name, class_="n" if column in right else None) for column, name in enumerate(names)]
    body = [tag("tr", list(_cells(row))) for row in rows]
    return tag("div", tag("table", tag("thead", tag("tr", head_cells)), tag("tbody", body)), class_="wide")


def _cells(row: Iterable[Content]) -> Iterator[Markup]:
    for cell in row:
        ready = isinstance(cell, Markup) and cell.text.startswith("<td")
        yield cell if isinstance(cell, Markup) and ready else tag("td", cell)
