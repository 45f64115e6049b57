"""How long a promise lasts. A budget answers one question: when is a clock due that starts now and never pauses?

The open time between the two is its limit, by which a clock is judged; so pauses combine with every kind. Written as
text, each kind is what an agreement file says: see `budget_text.py`.
"""

from __future__ import annotations

from datetime import time
from typing import ClassVar, Protocol

from attrs import field, frozen

from slaengine.errors import AgreementError, HorizonError
from slaengine.instants import FOREVER, SECOND, Duration, Instant, in_words
from slaengine.policies.calendar import Calendar
from slaengine.policies.days import Days
from slaengine.policies.words import Word


class Budget(Protocol):
    """Any frozen, hashable value that can say when a clock is due.

    One that counts working days says so by a true `counts_days`: its calendar must have some. One that goes by a date
    names it in `of`: "due", set by hand, or "callback", promised to the customer.
    """

    def due(self, start: Instant, calendar: Calendar, promised: Instant | None) -> Instant:
        """When a clock that starts now and never pauses is due. `promised`: the date in force that it goes by."""
        ...


def _more_than_nothing(_: object, __: object, length: Duration) -> None:
    if length <= 0:
        raise AgreementError([f"a budget of {in_words(length)} can never be met: write more than nothing"])


def _at_least_one(_: object, __: object, days: int) -> None:
    if days < 1:
        raise AgreementError([f"a budget of {days} working days can never be met: write 1 or more"])


@frozen
class Within:
    """So much open time of the calendar, in microseconds. Raises AgreementError for nothing or less."""

    length: Duration = field(validator=_more_than_nothing)

    def due(self, start: Instant, calendar: Calendar, promised: Instant | None) -> Instant:
        return calendar.open_time.due(start, self.length)

    def __str__(self) -> str:
        return _length(self.length)


@frozen
class CalendarTime:
    """So much time by the clock, in or out of hours, in microseconds. Raises AgreementError for nothing or less."""

    length: Duration = field(validator=_more_than_nothing)

    def due(self, start: Instant, calendar: Calendar, promised: Instant | None) -> Instant:
        return start + self.length

    def __str__(self) -> str:
        return f"{_length(self.length)} by the clock"


class Until(Word):
    """To when a budget of working days lasts, on the last of them."""

    TIME_OF_DAY = "time of day"  # at which the clock started
    END_OF_DAY = "end of day"
    NEXT_OPENING = "next opening"  # from the time of day on


@frozen
class WorkingDays:
    """So many working days: to the time of day at which the clock started, to closing, or to the next opening.

    The day on which the clock starts is not counted. Raises AgreementError for none.
    """

    days: int = field(validator=_at_least_one)
    until: Until = field(default=Until.TIME_OF_DAY, converter=Until)
    counts_days: ClassVar[bool] = True

    def due(self, start: Instant, calendar: Calendar, promised: Instant | None) -> Instant:
        days = days_of(calendar)
        day, clock = days.local(start)
        last = days.shift(day, self.days)
        match self.until:
            case Until.END_OF_DAY:
                return days.closing(last)
            case Until.NEXT_OPENING:
                return calendar.open_time.next_open(days.at(last, clock))
            case Until.TIME_OF_DAY:
                return days.at(last, clock)

    def __str__(self) -> str:
        until = "" if self.until is Until.TIME_OF_DAY else f", {self.until}"
        return f"{self.days} working day{'s' if self.days > 1 else ''}{until}"


def _time(given: time | str) -> time:
    try:
        clock = given if isinstance(given, time) else time.fromisoformat(given)
    except (TypeError, ValueError):
        raise AgreementError([f"{given!r} is no time of day: write it as in 16:00"]) from None
    if clock.tzinfo is not None:
        raise AgreementError([f"{clock} has an offset: times of day are those of the calendar's zone"])
    return clock.replace(fold=0)


def _time_or_none(given: time | str | None) -> time | None:
    return None if given is None else _time(given)


@frozen
class OnWorkingDay:
    """By a time of the n-th working day after the start; one more for a clock that starts after a time of its day.

    Raises AgreementError for no day, and for what is no time of day.
    """

    by: time = field(converter=_time)
    days: int = field(default=1, validator=_at_least_one)
    one_more_after: time | None = field(default=None, converter=_time_or_none)
    counts_days: ClassVar[bool] = True

    def due(self, start: Instant, calendar: Calendar, promised: Instant | None) -> Instant:
        days = days_of(calendar)
        day, clock = days.local(start)
        late = self.one_more_after is not None and clock > _since_midnight(self.one_more_after)
        return days.at(days.shift(day, self.days + late), _since_midnight(self.by))

    def __str__(self) -> str:
        which = "next working day" if self.days == 1 else f"{self.days} working days"
        late = "" if self.one_more_after is None else f", one more after {_clock(self.one_more_after)}"
        return f"{which} by {_clock(self.by)}{late}"


def _of_a_known_date(_: object, __: object, of: str) -> None:
    if of not in ("due", "callback"):
        raise AgreementError([f"{of!r} is no date to go by: choose among due, callback"])


def _of_no_date(_: object, __: object, otherwise: Budget | None) -> None:
    if isinstance(otherwise, DueDate):
        raise AgreementError([f"'else {otherwise}' stands in for no date: where none is set, go by a length of time"])


@frozen
class DueDate:
    """The date that was set for the ticket: a due date by hand, or the promised "callback".

    next_opening: a date out of hours counts as the next opening. otherwise: the budget where no date is set; without
    one nothing is promised until a date is. Raises AgreementError for another date as that budget.
    """

    next_opening: bool = False
    otherwise: Budget | None = field(default=None, validator=_of_no_date)
    of: str = field(default="due", validator=_of_a_known_date)

    @property
    def counts_days(self) -> bool:
        return getattr(self.otherwise, "counts_days", False)

    def due(self, start: Instant, calendar: Calendar, promised: Instant | None) -> Instant:
        if promised is not None:
            return calendar.open_time.next_open(promised) if self.next_opening else promised
        if self.otherwise is None:
            raise AgreementError(["a due date was asked for before one was set: give the budget an `otherwise`"])
        return self.otherwise.due(start, calendar, None)

    def __str__(self) -> str:
        which = "due date" if self.of == "due" else self.of
        rolled = ", next opening" if self.next_opening else ""
        return f"{which}{rolled}{f', else {self.otherwise}' if self.otherwise else ''}"


def limit(budget: Budget, start: Instant, calendar: Calendar, promised: Instant | None) -> Duration:
    """The open time that a budget grants, by which a clock is judged; below zero for a date before the start.

    Without end where the calendar's hours, or days, end before the budget does: the clock is never due.
    """
    if isinstance(budget, Within):
        return budget.length
    try:
        return calendar.open_time.elapsed(start, budget.due(start, calendar, promised))
    except HorizonError:
        return FOREVER


def days_of(calendar: Calendar) -> Days:
    """The working days of a calendar. Raises AgreementError for one that has none."""
    if calendar.days is None:
        named = f"calendar {calendar.name!r}" if calendar.name else "this calendar"
        raise AgreementError(
            [f"{named} has no working days: promise hours, or use a schedule in place of what is made of several"]
        )
    return calendar.days


def _since_midnight(clock: time) -> Duration:
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * SECOND + clock.microsecond


def _clock(clock: time) -> str:
    return clock.isoformat("auto" if clock.second or clock.microsecond else "minutes")


def _length(length: Duration) -> str:
    """A duration in words that lose nothing: whole seconds, else a decimal fraction of them."""
    whole, rest = divmod(length, SECOND)
    return f"{whole}.{rest:06}".rstrip("0") + " s" if rest else in_words(length)
