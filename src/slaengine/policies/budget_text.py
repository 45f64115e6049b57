"""Budgets as text, in the words of an agreement file: what `str` says of each kind, this reads."""

from __future__ import annotations

import re
from datetime import time

from slaengine.errors import AgreementError, InstantError
from slaengine.instants import duration
from slaengine.policies.budget import Budget, CalendarTime, DueDate, OnWorkingDay, Until, Within, WorkingDays

_DAYS = re.compile(r"(?:(?P<n>\d+) working days?|next working day)(?: by (?P<by>\S+))?(?:, (?P<more>.+))?")
_DATE = re.compile(r"(?P<of>due date|callback)(?P<rolled>, next opening)?(?:, else (?P<otherwise>.+))?")
_LATE = "one more after "

FORMS = (
    "a length of time as in '4 h', '24 h by the clock', '2 working days', '2 working days, end of day', "
    "'next working day by 16:00, one more after 10:00' or 'due date'"
)


def budget(text: str) -> Budget:
    """The budget that is written: see FORMS. Raises AgreementError, which quotes what cannot be read."""
    words = " ".join(text.split())
    if found := _DATE.fullmatch(words):
        otherwise = None if found["otherwise"] is None else budget(found["otherwise"])
        of = "due" if found["of"] == "due date" else found["of"]
        return DueDate(next_opening=bool(found["rolled"]), otherwise=otherwise, of=of)
    if found := _DAYS.fullmatch(words):
        return _in_days(found, text)
    if words.endswith(" by the clock"):
        return CalendarTime(_length(words.removesuffix(" by the clock"), text))
    return Within(_length(words, text))


def in_words(given: Budget) -> str | None:
    """The text that means a budget; None for one of the host's own, which no text does."""
    text = str(given)
    try:
        return text if budget(text) == given else None
    except AgreementError:
        return None


def _in_days(found: re.Match[str], text: str) -> Budget:
    days, more = int(found["n"] or 1), found["more"]
    if found["by"] is None:
        if more is not None and more not in (Until.END_OF_DAY, Until.NEXT_OPENING):
            raise _unread(text)
        return WorkingDays(days, Until.TIME_OF_DAY if more is None else Until(more))
    if more is not None and not more.startswith(_LATE):
        raise _unread(text)
    late = None if more is None else _time(more.removeprefix(_LATE), text)
    return OnWorkingDay(_time(found["by"], text), days, late)


def _time(words: str, text: str) -> time:
    try:
        clock = time.fromisoformat(words)
    except ValueError:
        raise AgreementError([f"{text!r}: {words!r} is no time of day: write it as in 16:00"]) from None
    if clock.tzinfo is not None:
        raise AgreementError([f"{text!r}: {words!r} has an offset: times of day are those of the calendar's zone"])
    return clock


def _length(words: str, text: str) -> int:
    try:
        return duration(words)
    except InstantError:
        raise _unread(text) from None


def _unread(text: str) -> AgreementError:
    return AgreementError([f"{text!r} is no budget: write {FORMS}"])
