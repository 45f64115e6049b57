"""Warnings and escalations: instants of a clock of which the host wants to be told, before its deadline or after."""

from __future__ import annotations

import re
from enum import StrEnum

from attrs import field, frozen

from slaengine.errors import AgreementError, InstantError
from slaengine.instants import Duration, duration


class Unit(StrEnum):
    """What the distance from a deadline is counted in."""

    OPEN_TIME = "open time"
    CLOCK = "by the clock"
    WORKING_DAYS = "working days"


@frozen
class Share:
    """When so many percent of the budget are used."""

    percent: int


@frozen
class Offset:
    """So much after the due instant; before it, below zero. length: microseconds, or a number of working days."""

    length: Duration
    unit: Unit = Unit.OPEN_TIME


_PERCENT = re.compile(r"(?P<percent>\d+) ?%")
_OFFSET = re.compile(r"(?P<length>.+?)(?P<clock> by the clock)? (?P<side>before|after) due")
_DAYS = re.compile(r"(?P<n>\d+) working days?")


@frozen
class Threshold:
    """An instant of a clock, with the escalation level (the host's own name for whom to tell) that it belongs to.

    at: "75 %", "30 min before due", "1 h by the clock after due", "1 working day before due", or "due" itself.
    Raises AgreementError, which quotes what cannot be read.
    """

    at: str
    level: str | None = None
    point: Share | Offset = field(init=False, eq=False, repr=False)

    @point.default
    def _read(self) -> Share | Offset:
        return _point(" ".join(self.at.split()))

    def __str__(self) -> str:
        return self.at


def _point(words: str) -> Share | Offset:
    if words == "due":
        return Offset(0)
    if found := _PERCENT.fullmatch(words):
        return Share(int(found["percent"]))
    if found := _OFFSET.fullmatch(words):
        sign = -1 if found["side"] == "before" else 1
        if (days := _DAYS.fullmatch(found["length"])) and not found["clock"]:
            return Offset(sign * int(days["n"]), Unit.WORKING_DAYS)
        try:
            return Offset(sign * duration(found["length"]), Unit.CLOCK if found["clock"] else Unit.OPEN_TIME)
        except InstantError:
            pass
    raise AgreementError(
        [f"{words!r} is no threshold: write '75 %', '30 min before due', '1 h by the clock after due' or 'due'"]
    )
