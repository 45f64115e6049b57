"""An explanation as plain text: the head, the ledger as a table, the verdict in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING

from slaengine.instants import SECOND, Duration, Instant, in_words, to_datetime
from slaengine.policies.calendar import Calendar
from slaengine.projections.clocks import Clock, State, Verdict
from slaengine.projections.wording import printable

if TYPE_CHECKING:
    from slaengine.projections.explain import Explanation, LedgerLine

HEAD = ("#", "when", "event", "effect", "used", "left", "due", "rule")
WIDEST = {2: 40, 3: 26}  # characters: the event and its effect go on in the next line
NUMBERS = (0, 4, 5)  # columns that stand to the right


def ledger_text(explanation: Explanation) -> str:
    """All of it, in the zone of the calendar; used and left as hours, minutes and seconds."""
    head = map(printable, _head(explanation))
    return "\n".join([*head, "", *_table(explanation), "", printable(sentence(explanation.clock))])


def _head(given: Explanation) -> Iterator[str]:
    zone = given.calendar.zone
    as_of = shown(given.as_of, given.calendar)
    yield f"Ticket {given.ticket}: {given.target} ({given.kind}), cycle {given.cycle}, as of {as_of} {zone}"
    yield f"Agreement {given.agreement}: {given.why}{f', of the path {given.path}' if given.path else ''}"
    yield f"Calendar {given.calendar.name or 'unnamed'} ({zone}), digest {given.calendar.digest[:12]}"
    yield f"Limit {in_words(given.limit)}; {'; '.join(given.rules)}"


def _table(given: Explanation) -> Iterator[str]:
    rows = [HEAD, *(_row(number, line, given.calendar) for number, line in enumerate(given.lines, start=1))]
    cells = [[wrap(printable(cell), WIDEST.get(column, 80)) or [""] for column, cell in enumerate(row)] for row in rows]
    widths = [max(len(part) for row in cells for part in row[column]) for column in range(len(HEAD))]
    for row in cells:
        for parts in zip_longest(*row, fillvalue=""):
            yield _aligned(parts, widths)


def _row(number: int, line: LedgerLine, calendar: Calendar) -> Sequence[str]:
    due = "" if line.due is None else shown(line.due, calendar)
    when = shown(line.at, calendar)
    return str(number), when, line.what, line.effect, in_hours(line.used), in_hours(line.left), due, line.rule


def _aligned(parts: Sequence[str], widths: Sequence[int]) -> str:
    cells = (
        part.rjust(width) if column in NUMBERS else part.ljust(width)
        for column, (part, width) in enumerate(zip(parts, widths, strict=True))
    )
    return "  ".join(cells).rstrip()


def shown(t: Instant, calendar: Calendar) -> str:
    """An instant for people, in the zone of a calendar: "Tue 2025-04-22 15:00:00"; the fraction is left out."""
    return to_datetime(t, calendar.zone).strftime("%a %Y-%m-%d %H:%M:%S")


def in_hours(length: Duration) -> str:
    """A duration as hours, minutes and seconds, rounded towards zero: "37:19:44", "-0:05:00"."""
    whole = abs(length) // SECOND
    text = f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return f"-{text}" if length < 0 and whole else text


def sentence(clock: Clock) -> str:
    """State and verdict of a clock in one sentence."""
    return f"{clock.target.name}: {_verdict(clock)} ({clock.state}; {_promise(clock)})"


def _verdict(clock: Clock) -> str:
    used = f"{in_words(clock.used)} of {in_words(clock.limit)} used"
    if clock.breached_at is None:
        return f"{'met' if clock.verdict is Verdict.MET else 'open'}, {used}"
    over = f", {in_words(-clock.left)} over" if clock.left < 0 else ""
    then = f" under a limit of {in_words(clock.judged)}" if clock.judged != clock.limit else ""
    return f"breached at {shown(clock.breached_at, clock.calendar)}{then}, {used}{over}"


def _promise(clock: Clock) -> str:
    if clock.promise is None:
        return "never falls due: its calendar does not open for so long"
    match clock.state, clock.verdict:
        case State.PAUSED, _:
            verb = "would be due"
        case State.RUNNING, Verdict.BREACHED if clock.promise <= clock.ledger[-1].end:
            verb = "fell due"
        case State.RUNNING, _:
            verb = "is due"
        case _:
            verb = "was due"
    return f"{verb} {shown(clock.promise, clock.calendar)}"
