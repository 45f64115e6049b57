"""One clock on the page: what became of it, the picture, the ledger, and how to get the same anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from slaengine.audit.findings import ClockRow, Findings
from slaengine.instants import in_words
from slaengine.projections.case import Case
from slaengine.projections.clocks import Clock
from slaengine.projections.explain import Explanation, explained
from slaengine.projections.gaming.flag import Evidence, Flag
from slaengine.projections.ledger_text import threshold_in_words
from slaengine.reports import figures
from slaengine.reports.figures import Inputs
from slaengine.reports.ledger import Note, ledger, moment
from slaengine.reports.markup import Content, Markup, tag
from slaengine.reports.timeline import timeline

ACT = "act: "


def breach_section(findings: Findings, row: ClockRow, rank: int, inputs: Inputs) -> Markup:
    """A breached clock."""
    case = findings.case(row.ticket)
    clock = figures.clock_of(case, findings.as_of, agreement=row.agreement, target=row.target, cycle=row.cycle)
    notes = _acts(flag for flag in findings.flags if flag.ticket == row.ticket)
    return tag(
        "section",
        tag("h3", f"{rank}. {row.ticket}: {row.target}, {row.priority or 'no priority'}"),
        tag(
            "p",
            _overrun(row),
            class_="words",
        ),
        _read(findings, case, clock, notes, inputs),
        id=f"breach-{rank}",
        class_="clock",
    )


def _overrun(row: ClockRow) -> str:
    if row.judged <= 0:
        return f"{in_words(row.over)} over: the date that was set had passed."
    return f"{in_words(row.over)} over: {figures.percent(row.share)} of the limit used."


def flag_section(findings: Findings, flag: Flag, rank: int, inputs: Inputs) -> Markup:
    """A flag: its words, the clock on which it rests, what if, and the innocent readings that were checked."""
    case = findings.case(flag.ticket)
    clock = figures.clock_of_flag(case, flag, findings.as_of)
    return tag(
        "section",
        tag("h3", f"{rank}. {flag.ticket}: {flag.kind}, score {flag.score:.2f}"),
        tag("p", flag.words, class_="words"),
        tag("dl", _facts(flag, clock)),
        _readings(flag),
        _read(findings, case, clock, _evidence(flag), inputs),
        id=f"flag-{rank}",
        class_="clock",
    )


def _read(findings: Findings, case: Case, clock: Clock, notes: Mapping[str, Note], inputs: Inputs) -> Content:
    explanation = explained(case, clock, findings.as_of, persons=False)
    acts = {record for record, note in notes.items() if note.is_act}
    command = figures.explain_command(findings, inputs, case.ticket, clock.target.name)
    return [
        tag("p", _terms(explanation), class_="terms"),
        tag("p", explanation.sentence(), class_="terms"),
        _aside(findings, case),
        tag("div", timeline(case, explanation, case.clocks(findings.as_of), acts), class_="picture"),
        ledger(explanation, notes),
        _thresholds(explanation),
        [tag("p", f"Corrected: {words}.", class_="terms") for words in explanation.corrections],
        tag("p", "The same ledger: ", tag("code", command), class_="check"),
    ]


def _aside(findings: Findings, case: Case) -> Content:
    """A ledger rests on what could be read: whoever reads it should know what could not."""
    aside = findings.set_aside(case.ticket)
    if not aside:
        return None
    return tag(
        "p", f"{figures.counted(len(aside), 'record')} of this ticket set aside: see the quarantine.", class_="terms"
    )


def _thresholds(explanation: Explanation) -> Content:
    """Of what the host was told, and when."""
    if not explanation.thresholds:
        return None
    rows = []
    for reading in explanation.thresholds:
        name, state, _ = threshold_in_words(reading, explanation.calendar)
        when = None if reading.at is None else moment(reading.at, explanation.calendar)
        rows.append(tag("tr", tag("td", name), tag("td", state), tag("td", when, class_="when")))
    head = tag("tr", [tag("th", name) for name in ("threshold", "", "when")])
    return tag("table", tag("thead", head), tag("tbody", rows), class_="thresholds")


def is_act(item: Evidence) -> bool:
    """Whether a record is what a flag is about, and not only what shows it."""
    return item.part.startswith(ACT)


def _terms(explanation: Explanation) -> str:
    calendar = f"calendar {explanation.calendar.name or 'unnamed'} ({figures.zone_of(explanation.calendar)})"
    rules = "; ".join(explanation.rules)
    return f"{explanation.kind} of agreement {explanation.agreement} ({explanation.why}), {calendar}; {rules}."


def _acts(flags: Iterable[Flag]) -> Mapping[str, Note]:
    """The records that flags of a ticket are about."""
    acts: dict[str, list[str]] = {}
    for flag in flags:
        for item in filter(is_act, flag.evidence):
            acts.setdefault(item.record, []).append(f"to review, {flag.kind}: {item.part.removeprefix(ACT)}")
    return {record: Note("; ".join(dict.fromkeys(texts)), is_act=True) for record, texts in acts.items()}


def _evidence(flag: Flag) -> Mapping[str, Note]:
    """All evidence of a flag, with its part."""
    return {
        item.record: Note(f"to review: {item.part.removeprefix(ACT)}", is_act=True)
        if is_act(item)
        else Note(f"evidence: {item.part}", is_act=False)
        for item in flag.evidence
    }


def _facts(flag: Flag, clock: Clock) -> Content:
    facts: dict[str, Content] = {
        "team": flag.subject,
        "when": [moment(flag.at, clock.calendar), f" {figures.zone_of(clock.calendar)}"],
        "clock just before": figures.standing(flag, clock.calendar),
        "what if": figures.what_if(flag),
        "definition": f"{flag.definition}, flag {flag.id}",
    }
    return [[tag("dt", name), tag("dd", value)] for name, value in facts.items()]


def _readings(flag: Flag) -> Markup:
    head = tag("tr", [tag("th", name) for name in ("innocent reading", "what was looked at", "result")])
    rows = [
        tag("tr", tag("td", it.reason), tag("td", it.checked), tag("td", figures.answer(it), class_="answer"))
        for it in flag.innocent
    ]
    return tag("div", tag("table", tag("thead", head), tag("tbody", rows), class_="readings"), class_="wide")
