"""The laws of business time, tried on a host's own hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from attrs import frozen
from hypothesis import strategies as st

from slaengine.errors import HorizonError
from slaengine.policies.calendar import HasCalendar, Length, When
from slaengine.testing.laws import Law, checked

_MICROSECOND = timedelta(microseconds=1)
_NOTHING = timedelta(0)
_OFF = st.sampled_from([_NOTHING, _NOTHING, _MICROSECOND, -_MICROSECOND])


class Hours(Protocol):
    """What is asked of hours: see `slaengine.Calendar`."""

    def elapsed(self, start: When, end: When) -> timedelta: ...
    def due(self, start: When, length: Length) -> datetime: ...
    def breach(self, start: When, length: Length) -> datetime: ...
    def subtract(self, end: When, length: Length) -> datetime: ...
    def is_open(self, when: When) -> bool: ...
    def next_open(self, when: When) -> datetime: ...


def check_schedule(
    hours: Hours | HasCalendar, *, around: str = "2025-03-17T00:00Z", days: int = 35, examples: int | None = None
) -> Callable[[], None]:
    """A test function that tries the laws of business time on a schedule, a calendar, or what answers like one.

    around, days: the examples lie in so many days from there on; the default holds a change of the clocks in Europe.
    Choose them so that holidays and special hours of yours are among them. Raises LawBroken when it is run.
    """
    given: Hours = hours.calendar if isinstance(hours, HasCalendar) else hours
    asked = _InUtc(given)
    laws = [
        Law(name=name, examples=_questions(asked, around, days), holds=_on(asked, holds), told=_Question.text)
        for name, holds in LAWS.items()
    ]
    return checked(f"the calendar {getattr(given, 'name', None) or type(given).__name__}", laws, examples=examples)


@frozen
class _InUtc:
    """The same hours, whose answers are of one zone: a local time less a microsecond may be another hour."""

    of: Hours

    def elapsed(self, start: When, end: When) -> timedelta:
        return self.of.elapsed(start, end)

    def due(self, start: When, length: Length) -> datetime:
        return self.of.due(start, length).astimezone(UTC)

    def breach(self, start: When, length: Length) -> datetime:
        return self.of.breach(start, length).astimezone(UTC)

    def subtract(self, end: When, length: Length) -> datetime:
        return self.of.subtract(end, length).astimezone(UTC)

    def is_open(self, when: When) -> bool:
        return self.of.is_open(when)

    def next_open(self, when: When) -> datetime:
        return self.of.next_open(when).astimezone(UTC)


@frozen
class _Question:
    """Three instants in order of drawing, and a length of open time."""

    a: datetime
    b: datetime
    c: datetime
    length: timedelta

    def text(self) -> str:
        at = ", ".join(f"{it:%a} {it.isoformat()}" for it in (self.a, self.b, self.c))
        return f"Tried with the instants {at} and {self.length} of open time."


def _questions(asked: Hours, around: str, days: int) -> st.SearchStrategy[_Question]:
    """On round times and the hours' own openings and closings, a microsecond off now and then."""
    start = datetime.fromisoformat(around).astimezone(UTC)
    minutes = st.integers(0, days * 96).map(lambda n: start + timedelta(minutes=15 * n))
    closings = minutes.map(lambda at: _last_closing(asked, start, at))
    at = st.builds(lambda it, by: it + by, minutes | minutes.map(asked.next_open) | closings, _OFF)
    lengths = st.none() | st.integers(0, 160).map(lambda n: timedelta(minutes=15 * n)) | st.just(_MICROSECOND)

    def question(a: datetime, b: datetime, c: datetime, length: timedelta | None) -> _Question:
        """A length that ends where the hours are closed ends at a closing."""
        return _Question(a, b, c, abs(asked.elapsed(a, b)) if length is None else length)

    return st.builds(question, at, at, at, lengths)


def _last_closing(asked: Hours, start: datetime, at: datetime) -> datetime:
    """The closing before an instant at which it is closed; the instant itself where it is open."""
    used = asked.elapsed(start, at)
    return asked.due(start, used) if used else at


def _on(asked: Hours, holds: Callable[[Hours, _Question], str | None]) -> Callable[[_Question], str | None]:
    def on_question(question: _Question) -> str | None:
        try:
            return holds(asked, question)
        except HorizonError:
            return None  # the calendar says that it does not know

    return on_question


# The laws -------------------------------------------------------------------------------------------------------------


def _adds_up(asked: Hours, q: _Question) -> str | None:
    whole, parts = asked.elapsed(q.a, q.c), asked.elapsed(q.a, q.b) + asked.elapsed(q.b, q.c)
    return None if whole == parts else f"{whole} from the first to the last, {parts} by way of the second"


def _has_a_sign(asked: Hours, q: _Question) -> str | None:
    there, back = asked.elapsed(q.a, q.b), asked.elapsed(q.b, q.a)
    return None if there == -back else f"{there} one way and {back} the other"


def _is_bounded(asked: Hours, q: _Question) -> str | None:
    low, high = sorted((q.a, q.b))
    found = asked.elapsed(low, high)
    return None if _NOTHING <= found <= high - low else f"{found} open in {high - low}"


def _open_counts(asked: Hours, q: _Question) -> str | None:
    is_open, passed = asked.is_open(q.a), asked.elapsed(q.a, q.a + _MICROSECOND)
    return None if is_open == (passed == _MICROSECOND) else f"open: {is_open}, and {passed} passes in a microsecond"


def _due_is_reached(asked: Hours, q: _Question) -> str | None:
    due = asked.due(q.a, q.length)
    used = asked.elapsed(q.a, due)
    if used != q.length or due < q.a:
        return f"due at {due.isoformat()}, where {used} has passed"
    if q.length and asked.elapsed(q.a, due - _MICROSECOND) == q.length:
        return f"due at {due.isoformat()}, where a microsecond earlier as much has passed"
    return None


def _breach_is_last(asked: Hours, q: _Question) -> str | None:
    breach = asked.breach(q.a, q.length)
    at, after = asked.elapsed(q.a, breach), asked.elapsed(q.a, breach + _MICROSECOND)
    return None if at <= q.length < after else f"breached at {breach.isoformat()}: {at} by then, {after} right after"


def _due_before_breach(asked: Hours, q: _Question) -> str | None:
    due, breach = asked.due(q.a, q.length), asked.breach(q.a, q.length)
    between = asked.elapsed(due, breach)
    return (
        None if due <= breach and not between else f"due {due.isoformat()}, breach {breach.isoformat()}, {between} open"
    )


def _due_in_steps(asked: Hours, q: _Question) -> str | None:
    once, twice = asked.due(q.a, 2 * q.length), asked.due(asked.due(q.a, q.length), q.length)
    return None if once == twice else f"{once.isoformat()} at once, {twice.isoformat()} in two steps"


def _later_is_due_later(asked: Hours, q: _Question) -> str | None:
    low, high = sorted((q.a, q.b))
    early, late = asked.due(low, q.length), asked.due(high, q.length)
    return (
        None
        if early <= late
        else f"from {low.isoformat()} due {early.isoformat()}, from {high.isoformat()} {late.isoformat()}"
    )


def _subtract_goes_back(asked: Hours, q: _Question) -> str | None:
    length = q.length or _MICROSECOND
    start = asked.subtract(q.a, length)
    used = asked.elapsed(start, q.a)
    latest = asked.elapsed(start + _MICROSECOND, q.a) < length
    return None if used == length and latest else f"from {start.isoformat()} on {used} passes"


def _next_open_is_open(asked: Hours, q: _Question) -> str | None:
    at = asked.next_open(q.a)
    if at >= q.a and asked.is_open(at) and not asked.elapsed(q.a, at):
        return None
    return f"opens next at {at.isoformat()}, {asked.elapsed(q.a, at)} of open time later"


LAWS = {
    "Elapsed time adds up: from one instant to another by way of a third": _adds_up,
    "Elapsed time backwards is the same, negative": _has_a_sign,
    "No more open time passes than time": _is_bounded,
    "It is open exactly where time counts: a closing is not open, an opening is": _open_counts,
    "Due is the first instant by which the length has passed": _due_is_reached,
    "A breach is the last instant at which no more than the length has passed": _breach_is_last,
    "Nothing is breached before it is due, and no open time lies between": _due_before_breach,
    "Due in two steps is due at once": _due_in_steps,
    "What starts later is not due earlier": _later_is_due_later,
    "To subtract is to go back to the latest start": _subtract_goes_back,
    "The next opening is open, and nothing is open before it": _next_open_is_open,
}
"""The laws by their sentences: those of a measure and its inverses."""
