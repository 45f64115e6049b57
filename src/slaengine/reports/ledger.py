"""The ledger of one clock as a table of the page, with what is flagged marked in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from slaengine.instants import Instant, in_words, iso
from slaengine.policies.calendar import Calendar
from slaengine.projections.explain import Explanation, LedgerLine
from slaengine.projections.ledger_text import shown
from slaengine.reports.figures import zone_of
from slaengine.reports.markup import Markup, tag


@frozen
class Note:
    """What a record has to do with a flag. is_act: it is what the review is about, not only what shows it."""

    text: str
    is_act: bool


def ledger(explanation: Explanation, notes: Mapping[str, Note]) -> Markup:
    """The lines of an explanation. notes: what to say to a record, by its id."""
    zone = zone_of(explanation.calendar)
    names = ["#", f"when ({zone})", "event", "effect on the clock", "used", "left", "due, where it changes", "rule"]
    head = [tag("th", name, class_=_NUMBERS.get(name)) for name in names]
    rows = [
        _row(explanation.calendar, number, line, due, notes.get(line.record or ""))
        for number, (line, due) in enumerate(_with_due(explanation), start=1)
    ]
    table = tag("table", tag("thead", tag("tr", head)), tag("tbody", rows), class_="ledger")
    return tag("div", table, class_="wide")


_NUMBERS = {"used": "n", "left": "n"}


def _with_due(explanation: Explanation) -> Iterator[tuple[LedgerLine, Instant | None]]:
    """Each line with the due instant where it is another than on the line before."""
    before: Instant | None = None
    for line in explanation.lines:
        yield line, line.due if line.due != before else None
        before = line.due


def _row(calendar: Calendar, number: int, line: LedgerLine, due: Instant | None, note: Note | None) -> Markup:
    style = "breach" if line.effect == "breach" else "flagged" if note and note.is_act else None
    return tag(
        "tr",
        tag("td", number, class_="n"),
        tag("td", moment(line.at, calendar), class_="when"),
        tag("td", line.what, _noted(note) if note else None),
        tag("td", line.effect, class_="faint" if line.effect.startswith("no effect") else None),
        tag("td", in_words(line.used), class_="n"),
        tag("td", in_words(line.left), class_="n over" if line.left < 0 else "n"),
        tag("td", moment(due, calendar) if due is not None else None, class_="when"),
        tag("td", tag("code", line.rule) if line.rule else None),
        class_=style,
    )


def _noted(note: Note) -> Markup:
    return tag("div", note.text, class_="act" if note.is_act else "faint")


def moment(t: Instant, calendar: Calendar) -> Markup:
    """An instant in the zone of a calendar, and in UTC for whoever points at it."""
    return tag("time", shown(t, calendar), datetime=iso(t), title=iso(t))
