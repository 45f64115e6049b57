"""An explanation as plain text: the head, the ledger as a table, the verdict in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING

from slaengine.domain.vocabulary import Coverage
from slaengine.instants import FOREVER, SECOND, Duration, Instant, in_words, to_datetime
from slaengine.policies.budget import Within
from slaengine.policies.calendar import Calendar
from slaengine.projections.clocks import Clock, State, Verdict
from slaengine.projections.wording import printable

if TYPE_CHECKING:
    from slaengine.projections.explain import Explanation, LedgerLine
    from slaengine.projections.thresholds import ThresholdReading

HEAD = ("#", "when", "event", "effect", "used", "left", "due", "rule")
WIDEST = {2: 40, 3: 26}  # characters: the event and its effect go on in the next line
NUMBERS = (0, 4, 5)  # columns that stand to the right


def ledger_text(explanation: Explanation) -> str:
    """All of it, in the zone of the calendar; used and left as hours, minutes and seconds."""
    head = map(printable, _head(explanation))
    told = [printable(line) for line in (*_thresholds(explanation), *_corrections(explanation))]
    end = [*([*told, ""] if told else []), printable(sentence(explanation.clock))]
    return "\n".join([*head, "", *_table(explanation), "", *end])


def _head(given: Explanation) -> Iterator[str]:
    zone = given.calendar.zone
    as_of = shown(given.as_of, given.calendar)
    yield f"Ticket {given.ticket}: {given.target} ({given.kind}), cycle {given.cycle}, as of {as_of} {zone}"
    yield f"Agreement {given.agreement}: {given.why}{f'; requester {given.path}' if given.path else ''}"
    yield f"Calendar {given.calendar.name or 'unnamed'} ({zone}), digest {given.calendar.digest[:12]}"
    yield f"Limit {limit_in_words(given.clock)}; {'; '.join(given.rules)}"


def _table(given: Explanation) -> Iterator[str]:
    rows = [HEAD, *(_row(number, line, given.calendar) for number, line in enumerate(given.lines, start=1))]
    cells = [[wrap(printable(cell), WIDEST.get(column, 80)) or [""] for column, cell in enumerate(row)] for row in rows]
    widths = [max(len(part) for row in cells for part in row[column]) for column in range(len(HEAD))]
    for row in cells:
        for parts in zip_longest(*row, fillvalue=""):
            yield _aligned(parts, widths)


def _thresholds(given: Explanation) -> Iterator[str]:
    """A line for each threshold, in columns; none where the target has none."""
    if not given.thresholds:
        return
    cells = [threshold_in_words(reading, given.calendar) for reading in given.thresholds]
    names, states = (max(len(row[column]) for row in cells) for column in (0, 1))
    yield "Thresholds"
    for name, state, when in cells:
        yield f"  {name:<{names}}  {state:<{states}}  {when}".rstrip()


def _corrections(given: Explanation) -> Iterator[str]:
    """Each correction of the ticket, under a title; nothing where there is none."""
    if given.corrections:
        yield "Corrections"
        yield from (f"  {words}" for words in given.corrections)


def threshold_in_words(reading: ThresholdReading, calendar: Calendar) -> tuple[str, str, str]:
    """Name with the level, whether it has fired, and when, in the zone of a calendar."""
    level = f" ({reading.threshold.level})" if reading.threshold.level else ""
    when = "" if reading.at is None else shown(reading.at, calendar)
    state = "fired" if reading.fired else "to come" if reading.at is not None else "not reached"
    return f"{reading.threshold}{level}", state, when


def _row(number: int, line: LedgerLine, calendar: Calendar) -> Sequence[str]:
    due = "" if line.due is None else shown(line.due, calendar)
    when = shown(line.at, calendar)
    left = "" if line.used + line.left >= FOREVER else in_hours(line.left)
    return str(number), when, line.what, line.effect, in_hours(line.used), left, due, line.rule


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


def limit_in_words(clock: Clock) -> str:
    """The limit, and where it is worded as something else than a length, its words: "16 h (2 working days)"."""
    budget = budget_in_words(clock)
    if clock.limit >= FOREVER:
        return f"no end ({budget}: the calendar ends before)"
    return f"{in_words(clock.limit)} ({budget})" if budget else in_words(clock.limit)


def budget_in_words(clock: Clock) -> str:
    """What the limit is worded as, where it is no plain length: "2 working days"; else nothing."""
    budget = clock.last.terms.budget
    return "" if isinstance(budget, Within) else str(budget)


def coverage_in_words(coverage: Coverage) -> str:
    """ "best effort"."""
    return coverage.replace("-", " ")


def sentence(clock: Clock) -> str:
    """State and verdict of a clock in one sentence."""
    effort = "" if clock.coverage is Coverage.COVERED else f" ({coverage_in_words(clock.coverage)})"
    waived = "waived, would be " if clock.verdict is Verdict.WAIVED else ""
    return f"{clock.target.name}{effort}: {waived}{_verdict(clock)} ({clock.state}; {_promise(clock)})"


def _verdict(clock: Clock) -> str:
    limit = "no end" if clock.limit >= FOREVER else in_words(clock.limit)
    used = f"{in_words(clock.used)} of {limit} used"
    if clock.breached_at is None:
        return f"{'open' if clock.ended_at is None else 'met'}, {used}"
    over = f", {in_words(-clock.left)} over" if clock.left < 0 else ""
    then = f" under a limit of {in_words(clock.judged)}" if clock.judged != clock.limit else ""
    return f"breached at {shown(clock.breached_at, clock.calendar)}{then}, {used}{over}"


def _promise(clock: Clock) -> str:
    if clock.promise is None:
        return "never falls due: its calendar does not open for so long"
    match clock.state:
        case State.PAUSED:
            verb = "would be due"
        case State.RUNNING if clock.breached_at is not None and clock.promise <= clock.ledger[-1].end:
            verb = "fell due"
        case State.RUNNING:
            verb = "is due"
        case _:
            verb = "was due"
    return f"{verb} {shown(clock.promise, clock.calendar)}"
