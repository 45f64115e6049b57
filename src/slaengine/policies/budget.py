"""How long a promise lasts. A budget answers one question: when is a clock due that starts now and never pauses?"""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from slaengine.errors import AgreementError
from slaengine.instants import Duration, Instant, in_words
from slaengine.policies.calendar import Calendar


class Budget(Protocol):
    """Any frozen, hashable value that can say when a clock is due."""

    def due(self, start: Instant, calendar: Calendar, promised: Instant | None) -> Instant:
        """When a clock that starts now and never pauses is due. `promised`: the due date set by hand, if any."""
        ...


@frozen
class Within:
    """So much open time of the calendar, in microseconds. Raises AgreementError for nothing or less."""

    length: Duration

    def __attrs_post_init__(self) -> None:
        if self.length <= 0:
            raise AgreementError([f"a budget of {in_words(self.length)} can never be met: write more than nothing"])

    def due(self, start: Instant, calendar: Calendar, promised: Instant | None) -> Instant:
        return calendar.open_time.due(start, self.length)

    def __str__(self) -> str:
        return in_words(self.length)


def limit(budget: Budget, start: Instant, calendar: Calendar, promised: Instant | None) -> Duration:
    """The open time that a budget grants, by which a clock is judged."""
    if isinstance(budget, Within):
        return budget.length
    return calendar.open_time.elapsed(start, budget.due(start, calendar, promised))
