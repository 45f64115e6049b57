"""A month of a calendar as a picture: a row a day, open hours as bars on the clock of the wall."""

from __future__ import annotations

from collections.abc import Iterator

from slaengine.instants import in_words
from slaengine.policies.intervals import Interval
from slaengine.reports.figures import clipped
from slaengine.reports.markup import Content, Markup, tag
from slaengine.reports.month import Day, Month, span

WIDTH, WITHOUT_NOTES = 836.0, 634.0
_LEFT, _RIGHT, _TOP, _ROW = 64.0, 520.0, 48.0, 15.0
_MARGIN, _LEGEND = 16.0, 30.0
_HOURS = 24 * 3600
_LONGEST_NOTE = 35

CSS = """
.months { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(480px, 100%), 1fr)); gap: 10px; }
.months .picture { margin: 0; }
.month { display: block; width: 100%; max-width: 836px; }
.month text { font: 11px system-ui, "DejaVu Sans", sans-serif; fill: #1b1f24; }
.month .title { font-size: 13px; font-weight: 600; }
.month .tick, .month .worked, .month .key { fill: #5a646e; }
.month .worked { text-anchor: end; }
.month .tick { text-anchor: middle; font-size: 10px; }
.month .grid { stroke: #d9dee3; }
.month .week { stroke: #b9c1c9; }
.month .free { fill: #eceff2; }
.month .free-day { fill: #fdf0e2; }
.month .hours { fill: #4a76b8; }
.month .leap { fill: #c22f3d; }
.month .twice { fill: none; stroke: #d9730d; stroke-width: 2; }
.month .note { fill: #8f4700; }
"""


def month_svg(month: Month, *, alone: bool = False) -> Markup:
    """The picture. alone: as a file of its own, with its style and a ground."""
    bottom = _TOP + _ROW * len(month.days)
    height = bottom + _LEGEND
    width = WIDTH if any(day.notes for day in month.days) else WITHOUT_NOTES
    style = [tag("style", Markup(CSS)), tag("rect", width=width, height=height, fill="#fff")] if alone else None
    drawn = tag(
        "svg",
        style,
        tag("text", month.title, x=_MARGIN, y=20.0, class_="title"),
        [_ground(day, _TOP + _ROW * n) for n, day in enumerate(month.days)],
        list(_grid(month, width)),
        [_row(day, _TOP + _ROW * n) for n, day in enumerate(month.days)],
        list(_legend(month, bottom + 8)),
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_label=month.title,
        class_="month",
    )
    if not alone:
        return drawn
    return Markup(drawn.text.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))


def _grid(month: Month, width: float) -> Iterator[Markup]:
    bottom = _TOP + _ROW * len(month.days)
    for hour in range(0, 25, 3):
        x = _x(hour * 3600)
        yield tag("text", f"{hour:02}:00", x=x, y=_TOP - 6, class_="tick")
        yield tag("line", x1=x, x2=x, y1=_TOP - 2, y2=bottom, class_="grid")
    for n, day in enumerate(month.days):
        if n and day.date.weekday() == 0:
            yield tag("line", x1=_MARGIN, x2=width - _MARGIN, y1=_TOP + _ROW * n, y2=_TOP + _ROW * n, class_="week")


def _row(day: Day, y: float) -> Content:
    base = y + _ROW - 4
    return [
        tag("text", f"{day.date:%a} {day.date.day}", x=_MARGIN, y=base),
        [_bar(it, y, "hours", f"{day.date:%a} {day.date.day}, {span(it)} open") for it in day.open],
        [_bar(it, y, "leap", f"{span(it)} skipped") for it in day.skipped],
        [_bar(it, y, "twice", f"{span(it)} comes twice") for it in day.repeated],
        tag("text", in_words(day.worked), x=_RIGHT + 98, y=base, class_="worked") if day.worked else None,
        _note("; ".join(day.notes), base) if day.notes else None,
    ]


def _ground(day: Day, y: float) -> Markup | None:
    kind = "free-day" if day.is_holiday else "free" if not day.open else None
    return tag("rect", x=_LEFT, y=y, width=_RIGHT - _LEFT, height=_ROW, class_=kind) if kind else None


def _bar(interval: Interval, y: float, kind: str, words: str) -> Markup:
    left, right = map(_x, interval)
    return tag("rect", tag("title", words), x=left, y=y + 3, width=right - left, height=_ROW - 5, class_=kind)


def _legend(month: Month, y: float) -> Iterator[Markup]:
    """What the colours say that the month has."""
    days = month.days
    keys = {
        "hours": ("open", any(day.open for day in days)),
        "free": ("out of hours all day", any(not day.open and not day.is_holiday for day in days)),
        "free-day": ("holiday", any(day.is_holiday for day in days)),
        "leap": ("skipped by the clock", any(day.skipped for day in days)),
        "twice": ("comes twice", any(day.repeated for day in days)),
    }
    x = _LEFT
    for style, (words, is_seen) in keys.items():
        if is_seen:
            yield tag("rect", x=x, y=y + 2, width=16.0, height=10.0, stroke="#b9c1c9", class_=style)
            yield tag("text", words, x=x + 22, y=y + 11, class_="key")
            x += 42 + 5.7 * len(words)


def _note(words: str, base: float) -> Markup:
    return tag("text", clipped(words, _LONGEST_NOTE), tag("title", words), x=_RIGHT + 112, y=base, class_="note")


def _x(second: int) -> float:
    return _LEFT + (_RIGHT - _LEFT) * second / _HOURS
