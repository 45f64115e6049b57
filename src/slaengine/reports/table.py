"""What an audit found, as tables of plain text for a terminal of 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from slaengine.audit.findings import Compliance, Findings
from slaengine.audit.log import Rejected
from slaengine.instants import iso
from slaengine.projections.case import Case
from slaengine.projections.gaming.flag import Flag
from slaengine.projections.ledger_text import shown
from slaengine.projections.objectives import ObjectiveReading
from slaengine.projections.wording import in_words as event_in_words
from slaengine.reports import figures

WIDTH = 100
FIRST = 5
"""So many lines of the quarantine are shown."""


def findings_table(findings: Findings) -> str:
    """The whole result in short: compliance, objectives, waivers, what is not measurable, flags, quarantine.

    Ends with a newline.
    """
    parts = (_head, _compliance, _objectives, _waivers, _not_measured, _flags, _quarantine)
    return _text(part(findings) for part in parts)


def flag_text(case: Case, flag: Flag, *, persons: bool = False) -> str:
    """One flag in full, with all that lets a stranger agree or disagree. Ends with a newline.

    persons: whether ids of persons are told; teams and roles are in any case. Raises InputError for a flag of another
    case.
    """
    return _text([_flag_head(case, flag), _evidence(case, flag, persons=persons), _readings(flag)])


def _text(parts: Iterable[Iterable[str]]) -> str:
    """Parts of lines with an empty line between; a part without lines is left out."""
    texts = ("".join(f"{line.rstrip()}\n" for line in part) for part in parts)
    return "\n".join(text for text in texts if text)


def _head(findings: Findings) -> Iterator[str]:
    yield f"Audit of {figures.plain(findings.source)}, as of {iso(findings.as_of)}"
    if findings.known_at is not None:
        yield f"  as known at {iso(findings.known_at)}"
    without = figures.counted(findings.without_agreement, "ticket")
    stand = "stands" if findings.without_agreement == 1 else "stand"
    tickets, events = figures.counted(findings.tickets, "ticket"), figures.counted(findings.events, "event")
    yield f"  {tickets}, {events}; {without} {stand} under no agreement"
    digests = {"log": findings.log_digest, "agreements": findings.agreements_digest, "findings": findings.digest}
    short = "  ".join(f"{name} {digest[: figures.SHORT]}" for name, digest in digests.items())
    yield f"  digests: {short}  ({findings.engine})"


def _compliance(findings: Findings) -> Iterator[str]:
    yield "Compliance by target and priority; median and p90: time used by finished clocks, share of limit"
    groups = figures.compliance_by_target(findings)
    if not groups:
        yield "  no clocks: no target could be measured"
        return
    cells = [_COLUMNS, *(_compliance_cells(line) for lines in groups.values() for line in lines)]
    header, *rows = _aligned(cells, left=1)
    yield f"    {header}"
    remaining = iter(rows)
    for target, lines in groups.items():
        yield f"  {figures.plain(target)}"
        yield from (f"    {next(remaining)}" for _ in lines)
    yield from (f"  {words}" for words in (figures.cancelled_breached(findings), figures.apart(findings)) if words)


_COLUMNS = (
    "priority",
    "clocks",
    "met",
    "breached",
    "open",
    "cancelled",
    "compliance",
    "95 % interval",
    "median",
    "p90",
)


def _compliance_cells(line: Compliance) -> Sequence[str]:
    counts = (line.clocks, line.met, line.breached, line.open, line.cancelled)
    shares = (figures.percent(line.share), figures.interval_text(line.interval))
    used = (figures.percent(line.median), figures.percent(line.p90))
    return figures.clipped(figures.priority_of(line), 16), *map(str, counts), *shares, *used


def _objectives(findings: Findings) -> Iterator[str]:
    """Each period, and how one may end that is not settled."""
    groups = figures.objectives(findings)
    if not groups:
        return
    yield "Objectives; apart: cancelled, waived, best effort; misses left: breaches that can still be borne"
    cells = [_PERIODS, *(_period_cells(reading) for _, readings in groups for reading in readings)]
    header, *rows = _aligned(cells, left=1)
    yield f"    {header}"
    remaining = iter(rows)
    for words, readings in groups:
        yield from textwrap.wrap(figures.plain(words), WIDTH, initial_indent="  ", subsequent_indent="    ")
        for reading in readings:
            yield f"    {next(remaining)}"
            if reading.forecast is not None:
                yield f"      {figures.forecast(reading.forecast)}"


_PERIODS = ("period", "met", "breached", "open", "apart", "share", "95 % interval", "kept", "misses left", "credit")


def _period_cells(it: ObjectiveReading) -> Sequence[str]:
    counts = it.met, it.breached, it.open, it.cancelled + it.waived + it.best_effort
    shares = figures.percent(it.share), figures.interval_text(it.interval)
    return it.period, *map(str, counts), *shares, figures.kept(it), str(it.misses_left), figures.credit(it)


def _waivers(findings: Findings) -> Iterator[str]:
    found = findings.waivers()
    if not found:
        return
    yield f"Waivers: {figures.counted(len(found), 'promise')} given up"
    for waiver in found[:FIRST]:
        yield from textwrap.wrap(figures.waiver(waiver), WIDTH, initial_indent="  ", subsequent_indent="    ")
    if len(found) > FIRST:
        yield f"  and {len(found) - FIRST} more"


def _not_measured(findings: Findings) -> Iterator[str]:
    if not findings.not_measured:
        return
    yield "Not measurable: the log lacks the facts, and nothing stands in for them"
    rows = [
        (
            figures.plain(line.target),
            figures.counted(line.tickets, "ticket"),
            f"no event: {figures.facts(line.missing)}",
        )
        for line in findings.not_measured
    ]
    yield from (f"  {row}" for row in _aligned(rows, left=1, text_last=True))


def _flags(findings: Findings) -> Iterator[str]:
    yield "Flags to review"
    kinds = figures.flags_by_kind(findings)
    rows = [(kind.name, str(kind.flags), str(kind.tickets), f"{kind.highest:.2f}") for kind in kinds]
    if rows:
        yield from (f"  {row}" for row in _aligned([("kind", "flags", "tickets", "highest score"), *rows], left=1))
    else:
        yield "  none"


def _quarantine(findings: Findings) -> Iterator[str]:
    found = findings.quarantine
    if not found:
        yield "Quarantine: empty"
        return
    yield f"Quarantine: {figures.counted(len(found), 'record')} set aside, unreadable or without a lawful reading"
    for rejected in found[:FIRST]:
        yield from textwrap.wrap(_rejected(rejected), WIDTH, initial_indent="  ", subsequent_indent="    ")
    if len(found) > FIRST:
        yield f"  and {len(found) - FIRST} more"


def _rejected(rejected: Rejected) -> str:
    line = "" if rejected.line is None else f"line {rejected.line}"
    stream = "" if rejected.stream is None else f"ticket {figures.clipped(rejected.stream, 24)}"
    where = ", ".join(part for part in (line, stream, _value(rejected)) if part)
    return f"{where}: {figures.clipped(rejected.reason, 300)}" if where else figures.clipped(rejected.reason, 300)


def _value(rejected: Rejected) -> str:
    if rejected.field is None:
        return ""
    name = figures.clipped(rejected.field, 32)
    return name if rejected.value is None else f"{name} = {figures.clipped(rejected.value, 40)!r}"


def _flag_head(case: Case, flag: Flag) -> Iterator[str]:
    calendar = figures.clock_of_flag(case, flag, flag.at).calendar
    yield f"Flag {flag.id}: {flag.kind}, definition {flag.definition}, score {flag.score:.2f}"
    at = f"{shown(flag.at, calendar)} {figures.zone_of(calendar)}"
    yield f"  ticket {figures.plain(flag.ticket)}, team {figures.plain(flag.subject)}, {at}"
    yield f"  agreement {figures.plain(flag.agreement)}"
    yield from _wrapped(figures.plain(flag.words))
    yield from _wrapped(f"Clock just before {figures.plain(figures.standing(flag, calendar))}")
    yield from _wrapped(f"What if: {figures.plain(figures.what_if(flag))}")
    yield ""
    yield "  Score"
    yield from (f"    {sign.weight:.2f}  {figures.plain(sign.what)}" for sign in flag.signs)


def _evidence(case: Case, flag: Flag, *, persons: bool) -> Iterator[str]:
    calendar = figures.clock_of_flag(case, flag, flag.at).calendar
    events = {record.id: span.event for record, span in zip(case.history.records, case.timeline, strict=True)}
    yield "  Evidence"
    for item in flag.evidence:
        event = events[item.record]
        yield f"    {shown(event.occurred_at, calendar)}  {figures.plain(item.record)}  {item.part}"
        words = figures.plain(event_in_words(event, persons=persons))
        yield from textwrap.wrap(words, WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8)


def _readings(flag: Flag) -> Iterator[str]:
    yield "  Innocent readings that were checked"
    answers = [figures.answer(reading) for reading in flag.innocent]
    width = max(map(len, answers), default=0)
    for result, reading in zip(answers, flag.innocent, strict=True):
        text = f"{figures.plain(reading.reason)} (looked at: {figures.plain(reading.checked)})"
        yield from textwrap.wrap(
            text, WIDTH, initial_indent=f"    {result:<{width}}  ", subsequent_indent=" " * (width + 6)
        )


def _wrapped(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _aligned(rows: Iterable[Sequence[str]], *, left: int, text_last: bool = False) -> Iterator[str]:
    """Rows with columns of one width: the first `left` to the left, and the last too if it is text; the rest right."""
    rows = list(rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    texts = {*range(left), *([len(widths) - 1] if text_last else [])}
    for row in rows:
        cells = zip(row, widths, strict=True)
        yield "  ".join(
            cell.ljust(width) if column in texts else cell.rjust(width) for column, (cell, width) in enumerate(cells)
        )
