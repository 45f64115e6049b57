"""A month of a calendar in a terminal: a line a day, a sign each half hour."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from attrs import frozen

from slaengine.instants import in_words
from slaengine.policies.intervals import Intervals, clipped
from slaengine.reports.figures import plain
from slaengine.reports.month import Day, Month

WIDTH = 100
_HALF_HOUR = 1800
_CELLS = 48


@frozen
class Signs:
    """What half an hour looks like."""

    open: str
    partly: str
    closed: str
    skipped: str

    def legend(self) -> str:
        """What each sign says."""
        signs = {self.open: "open", self.partly: "partly open", self.closed: "out of hours", self.skipped: "skipped"}
        return "   ".join(f"{sign} {words}" for sign, words in signs.items())


BLOCKS = Signs("█", "▄", "·", "x")
LETTERS = Signs("#", "-", ".", "x")
"""For terminals that know no other signs."""


def month_text(month: Month, signs: Signs = BLOCKS) -> str:
    """The month, with what is special about its days. Ends with a newline."""
    lines = [plain(month.title), "", _hours(), *(line for day in month.days for line in _day(day, signs))]
    return "".join(f"{line.rstrip()}\n" for line in [*lines, "", f"        {signs.legend()}"])


def _hours() -> str:
    return " " * 8 + "".join(f"{hour:02}".ljust(6) for hour in range(0, 25, 3))


def _day(day: Day, signs: Signs) -> Iterator[str]:
    drawn = "".join(_sign(day, n * _HALF_HOUR, signs) for n in range(_CELLS))
    head = f"{day.date:%a} {day.date.day:>2}  {drawn}  {in_words(day.worked) if day.worked else '':<11}"
    first, *more = wrap(plain("; ".join(day.notes)), WIDTH - len(head) - 1) or [""]
    yield f"{head} {first}"
    yield from (f"{'':<{len(head)}} {note}" for note in more)


def _sign(day: Day, start: int, signs: Signs) -> str:
    if _of(day.skipped, start) == _HALF_HOUR:
        return signs.skipped
    open_seconds = _of(day.open, start)
    if open_seconds + _of(day.skipped, start) == _HALF_HOUR:
        return signs.open
    return signs.partly if open_seconds else signs.closed


def _of(intervals: Intervals, start: int) -> int:
    """How much of half an hour lies in some intervals."""
    return sum(end - begin for begin, end in clipped(intervals, start, start + _HALF_HOUR))
