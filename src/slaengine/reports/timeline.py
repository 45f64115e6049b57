"""The picture of one clock of a ticket: what was charged when, under which status, with which team, by which event."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from datetime import tzinfo
from itertools import groupby
from typing import TypeVar

from attrs import frozen

from slaengine.domain.timeline import Span
from slaengine.domain.vocabulary import Phase
from slaengine.instants import MINUTE, Duration, Instant, in_words, to_datetime
from slaengine.policies.calendar import Calendar
from slaengine.policies.target import Mode
from slaengine.projections.case import Case
from slaengine.projections.clocks import Clock, Line
from slaengine.projections.explain import Explanation
from slaengine.reports.axis import Axis, axis, ticks
from slaengine.reports.figures import clipped, zone_of
from slaengine.reports.markup import Markup, tag

K = TypeVar("K")

WIDTH, LEFT, RIGHT = 1100.0, 150.0, 1076.0
LETTER, BOLD = 6.3, 7.2
"""The width of a letter, at most, on average: texts are kept apart by it."""

WIDE = 14.0
"""A stretch out of hours that is narrower has no room for its length."""

OTHER_CLOCKS = 3
BANDS = ((50, "ok"), (75, "mid"), (100, "warn"))
PHASES = {Phase.NEW: "new", Phase.OPEN: "open", Phase.WAITING: "pause", Phase.RESOLVED: "done", Phase.CLOSED: "done"}
TEAM_COLOURS = 5


@frozen(kw_only=True)
class Bar:
    """A stretch of a lane. calendar: out of its hours the bar is thin; None: it is the same throughout."""

    start: Instant
    end: Instant
    style: str
    title: str
    label: str = ""
    calendar: Calendar | None = None


@frozen(kw_only=True)
class Lane:
    name: str
    height: float
    bars: tuple[Bar, ...]


@frozen(kw_only=True)
class Mark:
    """An instant that is drawn through all lanes."""

    at: Instant
    label: str
    style: str


@frozen(kw_only=True)
class Dot:
    """Consecutive lines of the ledger that happened at nearly the same place."""

    x: float
    first: int
    last: int
    style: str

    @property
    def label(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    @property
    def half(self) -> float:
        """Half of its width."""
        return max(9.0, 5 + LETTER * len(self.label) / 2)


def timeline(case: Case, explanation: Explanation, clocks: Iterable[Clock], flagged: Container[str]) -> Markup:
    """The picture of a clock above its ledger. clocks: all of the case; flagged: ids of records to be marked."""
    start, end = _window(explanation)
    on = axis(explanation.calendar, start, end, LEFT + 12, RIGHT)
    lanes = list(_lanes(case, explanation.clock, clocks, start, end))
    marks = [mark for mark in _marks(explanation) if start <= mark.at <= end]
    return _drawn(explanation, on, lanes, marks, list(_dots(explanation, on, flagged)))


def _window(explanation: Explanation) -> tuple[Instant, Instant]:
    """From the start of the clock to its end, or a little further, if it was due soon after."""
    clock, open_time = explanation.clock, explanation.calendar.open_time
    start, end = clock.start, max(_end(explanation), clock.start + MINUTE)
    due = clock.promise
    if due is not None and due > end and 3 * open_time.elapsed(end, due) <= open_time.elapsed(start, end):
        return start, due
    return start, end


def _end(explanation: Explanation) -> Instant:
    """The end of the clock, or the reading: a waiver may come long after."""
    ended_at = explanation.clock.ended_at
    return explanation.as_of if ended_at is None else ended_at


# What is drawn --------------------------------------------------------------------------------------------------------


def _lanes(case: Case, clock: Clock, clocks: Iterable[Clock], start: Instant, end: Instant) -> Iterator[Lane]:
    def lane(name: str, height: float, bars: Iterable[Bar]) -> Lane:
        return Lane(name=name, height=height, bars=tuple(_within(bars, start, end)))

    yield lane(_name(clock), 24, _clock_bars(clock))
    others = (other for other in clocks if _identity(other) != _identity(clock))
    drawn = [lane(_name(other), 12, _clock_bars(other)) for other in others]
    yield from [other for other in drawn if other.bars][:OTHER_CLOCKS]
    yield lane("status", 16, _status_bars(case.timeline))
    yield lane("team", 16, _team_bars(case.timeline))


def _identity(clock: Clock) -> tuple[str, str, int]:
    return clock.target.agreement, clock.target.name, clock.cycle


def _name(clock: Clock) -> str:
    return clock.target.name if clock.cycle == 1 else f"{clock.target.name} ({clock.cycle})"


def _within(bars: Iterable[Bar], start: Instant, end: Instant) -> Iterator[Bar]:
    for bar in bars:
        a, b = max(bar.start, start), min(bar.end, end)
        if a < b:
            yield Bar(start=a, end=b, style=bar.style, title=bar.title, label=bar.label, calendar=bar.calendar)


def _clock_bars(clock: Clock) -> Iterator[Bar]:
    for line in clock.ledger:
        match line.mode:
            case Mode.RUNNING:
                yield from _running(line)
            case Mode.PAUSED:
                yield _bar(line, line.start, line.end, "pause", f"paused, {in_words(line.open_time)}", "paused")
            case Mode.FULFILLED if line is not clock.ledger[-1]:
                title = f"stopped, {in_words(line.open_time)} of open time"
                yield Bar(start=line.start, end=line.end, style="stopped", title=title, label="stopped")


def _running(line: Line) -> Iterator[Bar]:
    """A running line, cut where half, three quarters and all of its limit are used."""
    at, before = line.start, 0
    for share, style in BANDS:
        until = _reached(line, line.limit * share // 100)
        if at < until:
            yield _bar(line, at, until, style, f"running, {before} to {share} % of {in_words(line.limit)} used")
            at = until
        before = share
    if at < line.end:
        yield _bar(line, at, line.end, "over", f"running, more than {in_words(line.limit)} used")


def _reached(line: Line, used: Duration) -> Instant:
    """When so much was used, within the line."""
    if line.used >= used:
        return line.start
    return line.end if line.used_after <= used else line.terms.calendar.open_time.due(line.start, used - line.used)


def _bar(line: Line, start: Instant, end: Instant, style: str, title: str, label: str = "") -> Bar:
    return Bar(start=start, end=end, style=style, title=title, label=label, calendar=line.terms.calendar)


def _status_bars(spans: Sequence[Span]) -> Iterator[Bar]:
    for (status, phase), start, end in _runs(spans, lambda span: (span.situation.status, span.situation.phase)):
        yield Bar(start=start, end=end, style=PHASES.get(phase, "off"), title=f"status {status}", label=status)


def _team_bars(spans: Sequence[Span]) -> Iterator[Bar]:
    order: dict[str, int] = {}
    for team, start, end in _runs(spans, lambda span: span.situation.team or "no team"):
        number = order.setdefault(team, len(order) % TEAM_COLOURS)
        yield Bar(start=start, end=end, style=f"team{number}", title=f"team {team}", label=team)


def _runs(spans: Sequence[Span], key: Callable[[Span], K]) -> Iterator[tuple[K, Instant, Instant]]:
    """Neighbouring spans of one key as one."""
    for found, run in groupby(spans, key):
        together = list(run)
        yield found, together[0].start, together[-1].end


def _marks(explanation: Explanation) -> Iterator[Mark]:
    """The promise as it first stood, as it last stood, and the breach."""
    clock, zone = explanation.clock, explanation.calendar.zone

    def mark(at: Instant, what: str, style: str) -> Mark:
        return Mark(at=at, label=f"{what} {shown_briefly(at, zone)}", style=style)

    first = next((line.due for line in explanation.lines if line.due is not None), None)
    due, breach = clock.promise, clock.breached_at
    if first is not None and first != due:
        yield mark(first, "first due", "first")
    if due is not None and due != breach:
        yield mark(due, "due", "due")
    if breach is not None:
        yield mark(breach, "due and breached" if breach == due else "breached", "breach")


def _dots(explanation: Explanation, on: Axis, flagged: Container[str]) -> Iterator[Dot]:
    """A dot for each line of the ledger; lines of a kind that stand too close share one."""
    open_dot: Dot | None = None
    lines = [line for line in explanation.lines if line.at <= _end(explanation)]
    for number, line in enumerate(lines, start=1):
        style = "breach" if line.effect == "breach" else "flag" if line.record in flagged else "event"
        x = on.x(line.at)
        if open_dot is not None and open_dot.style == style and x - open_dot.x < 20:
            open_dot = Dot(x=open_dot.x, first=open_dot.first, last=number, style=style)
            continue
        if open_dot is not None:
            yield open_dot
        open_dot = Dot(x=x, first=number, last=number, style=style)
    if open_dot is not None:
        yield open_dot


# How it is drawn ------------------------------------------------------------------------------------------------------


def _drawn(
    explanation: Explanation, on: Axis, lanes: Sequence[Lane], marks: Sequence[Mark], dots: Sequence[Dot]
) -> Markup:
    label_rows = stacked([_label_box(on, mark) for mark in marks])
    top = 38.0 + 15 * (max(label_rows, default=-1) + 1)
    tops = [top + 6]
    for lane in lanes:
        tops.append(tops[-1] + lane.height + 12)
    bottom = tops[-1] - 2
    dot_rows = stacked([(dot.x - dot.half, dot.x + dot.half) for dot in dots])
    height = bottom + 22 + 23 * max(dot_rows, default=0) + 8
    name = f"Timeline of {explanation.target} on ticket {explanation.ticket}"
    return tag(
        "svg",
        tag("title", name),
        tag("desc", explanation.sentence()),
        [_closed(on, a, b, bottom) for a, b in on.out_of_hours],
        list(_closed_lengths(on)),
        list(_grid(on, bottom)),
        tag("text", zone_of(explanation.calendar), x=8.0, y=32.0, class_="tick"),
        [_lane(on, lane, y) for lane, y in zip(lanes, tops, strict=False)],
        [_mark(on, mark, row, bottom) for mark, row in zip(marks, label_rows, strict=True)],
        [_leader(dot, row, bottom) for dot, row in zip(dots, dot_rows, strict=True)],
        [_dot(dot, row, bottom) for dot, row in zip(dots, dot_rows, strict=True)],
        viewBox=f"0 0 {WIDTH:.0f} {height:.0f}",
        role="img",
        class_="timeline",
    )


def is_free(placed: Iterable[tuple[float, float]], left: float, right: float) -> bool:
    """Whether nothing was placed there."""
    return all(right <= a or b <= left for a, b in placed)


def stacked(boxes: Sequence[tuple[float, float]]) -> list[int]:
    """For each box the first row in which it touches none that was placed before."""
    rows: list[list[tuple[float, float]]] = []
    found = []
    for left, right in boxes:
        row = next((n for n, placed in enumerate(rows) if is_free(placed, left - 3, right + 3)), None)
        if row is None:
            row = len(rows)
            rows.append([])
        rows[row].append((left, right))
        found.append(row)
    return found


def _closed(on: Axis, a: Instant, b: Instant, bottom: float) -> Markup:
    title = tag("title", f"out of hours, {in_words(b - a)}")
    return tag("rect", title, x=on.x(a), y=36.0, width=on.x(b) - on.x(a), height=bottom - 36, class_="closed")


def _closed_lengths(on: Axis) -> Iterator[Markup]:
    """How long each stretch out of hours was, the longest first, where there is room to say so."""
    placed: list[tuple[float, float]] = []
    wide = [(a, b) for a, b in on.out_of_hours if on.x(b) - on.x(a) >= WIDE]
    for a, b in sorted(wide, key=lambda stretch: (stretch[0] - stretch[1], stretch)):
        middle, text = (on.x(a) + on.x(b)) / 2, in_words((b - a) // MINUTE * MINUTE)
        half = LETTER * len(text) / 2 + 3
        if middle - half > LEFT and middle + half < WIDTH and is_free(placed, middle - half, middle + half):
            placed.append((middle - half, middle + half))
            yield tag("text", text, x=middle, y=16.0, class_="tick centred faint")


def _grid(on: Axis, bottom: float) -> Iterator[Markup]:
    """Days first; an hour is left out where its label would touch another."""
    placed: list[tuple[float, float]] = []
    for tick in ticks(on):
        left, right = tick.x - 2, tick.x + 8 + (BOLD if tick.is_day else LETTER) * len(tick.label)
        if right > WIDTH or not is_free(placed, left, right):
            continue
        placed.append((left, right))
        style = "day" if tick.is_day else "hour"
        yield tag("line", x1=tick.x, x2=tick.x, y1=24.0, y2=bottom, class_=f"grid {style}")
        yield tag("text", tick.label, x=tick.x + 3, y=32.0, class_=f"tick {style}")


def _lane(on: Axis, lane: Lane, y: float) -> Markup:
    middle = y + lane.height / 2
    name = tag("text", clipped(lane.name, 20), tag("title", lane.name), x=8.0, y=middle + 4, class_="lane")
    return tag("g", name, [_drawn_bar(on, bar, y, lane.height) for bar in lane.bars])


def _drawn_bar(on: Axis, bar: Bar, y: float, height: float) -> Markup:
    return tag(
        "g",
        tag("title", f"{bar.title}: {shown_briefly(bar.start, on.zone)} to {shown_briefly(bar.end, on.zone)}"),
        list(_shapes(on, bar, y, height)),
        _bar_label(on, bar, y + height / 2),
    )


def _shapes(on: Axis, bar: Bar, y: float, height: float) -> Iterator[Markup]:
    """A bar of a clock is full in the hours of its calendar, and a thread out of them."""
    if bar.calendar is None:
        yield _rectangle(on, bar.start, bar.end, y, height, bar.style)
        return
    thread = min(4.0, height / 3)
    yield _rectangle(on, bar.start, bar.end, y + (height - thread) / 2, thread, f"{bar.style} thread")
    for a, b in _full(bar):
        yield _rectangle(on, a, b, y, height, bar.style)


def _full(bar: Bar) -> Sequence[tuple[Instant, Instant]]:
    """Where the bar is as high as its lane."""
    whole = (bar.start, bar.end)
    return [whole] if bar.calendar is None else bar.calendar.open_time.source(*whole)


def _rectangle(on: Axis, a: Instant, b: Instant, y: float, height: float, style: str) -> Markup:
    width = max(on.x(b) - on.x(a), 1.0)
    return tag("rect", x=on.x(a), y=y, width=width, height=height, rx=min(2.0, width / 2), class_=f"bar {style}")


def _bar_label(on: Axis, bar: Bar, middle: float) -> Markup | None:
    """What the bar is called, where it is widest and if there is room."""
    left, right = max(
        ((on.x(a), on.x(b)) for a, b in _full(bar)), key=lambda edge: edge[1] - edge[0], default=(0.0, 0.0)
    )
    room = int((right - left - 8) / LETTER)
    fits = clipped(bar.label, room) if room >= min(len(bar.label), 6) else ""
    return tag("text", fits, x=left + 5, y=middle + 4, class_="inside") if fits else None


def _label_box(on: Axis, mark: Mark) -> tuple[float, float]:
    x, width = on.x(mark.at), BOLD * len(mark.label) + 6
    return (x, x + width) if x + width <= WIDTH else (x - width, x)


def _mark(on: Axis, mark: Mark, row: int, bottom: float) -> Markup:
    x, y = on.x(mark.at), 50.0 + 15 * row
    before = _label_box(on, mark)[0] < x
    label_x, anchor = (x - 4, "end") if before else (x + 4, "start")
    line = tag("line", x1=x, x2=x, y1=y - 10, y2=bottom, class_=f"mark {mark.style}")
    return tag("g", line, tag("text", mark.label, x=label_x, y=y, text_anchor=anchor, class_=f"marked {mark.style}"))


def _leader(dot: Dot, row: int, bottom: float) -> Markup:
    """From the lanes down to a dot; drawn before all dots, so that it passes behind those above."""
    return tag("line", x1=dot.x, x2=dot.x, y1=bottom, y2=bottom + 5 + 23 * row, class_="leader")


def _dot(dot: Dot, row: int, bottom: float) -> Markup:
    y = bottom + 14 + 23 * row
    return tag(
        "g",
        tag("rect", x=dot.x - dot.half, y=y - 9, width=2 * dot.half, height=18.0, rx=9.0),
        tag("text", dot.label, x=dot.x, y=y + 4),
        class_=f"dot {dot.style}",
    )


def shown_briefly(t: Instant, zone: tzinfo) -> str:
    """An instant in a zone: "Fri 7 Mar 16:20"."""
    local = to_datetime(t, zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"
