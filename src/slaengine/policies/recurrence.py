"""Windows that come again by a rule of RFC 5545: the only user of dateutil."""

from collections.abc import Callable, Iterable, Iterator
from datetime import MAXYEAR, date, datetime, time, timedelta
from functools import partial
from itertools import islice, takewhile
from typing import TypeAlias, TypeVar

from attrs import frozen

from slaengine.errors import InstantError, ScheduleError
from slaengine.instants import SECOND, duration
from slaengine.policies.calendar import Length
from slaengine.policies.hours import Dated
from slaengine.policies.intervals import Interval, normal_form
from slaengine.policies.offsets import Second
from slaengine.policies.plan import Years

T = TypeVar("T")

Local: TypeAlias = datetime | str
"""What the clock on the wall reads: a naive datetime, or its ISO 8601 text."""

MOST = 100_000
"""So many windows a schedule may have: each is kept."""

_FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
_EXAMPLE = "write it as in FREQ=MONTHLY;BYDAY=2SA"
_DAY = timedelta(days=1)
_CYCLE = timedelta(days=146_097)
"""In 400 years the calendar repeats, weekdays and all."""


@frozen
class Recurrence:
    """A rule, the local time from which on it counts, the length of each window on the wall clock, and what is left
    out: dates and starts, as ISO 8601 text."""

    rule: str
    start: datetime
    length: Second
    exclude: tuple[str, ...] = ()

    def windows(self, years: Years) -> Dated:
        """The windows of some years, by the date on which they begin, in seconds since its midnight.

        Raises ScheduleError for a rule that cannot be read or never has a window, and for what is left out of none.
        """
        starts = self._starts(years)
        if vain := [it for it in self.exclude if not any(map(partial(_is_named, it), starts))]:
            raise ScheduleError([f"exclude {it}: the rule has no window then" for it in vain])
        by_date: dict[date, list[Interval]] = {}
        for start in starts:
            if not any(_is_named(it, start) for it in self.exclude):
                second = start.hour * 3600 + start.minute * 60 + start.second
                by_date.setdefault(start.date(), []).append((second, second + self.length))
        return tuple((day, normal_form(found)) for day, found in by_date.items())

    def _starts(self, years: Years) -> list[datetime]:
        """All starts of windows that reach into the years, or lie within a day of them."""
        end = datetime(years[1], 1, 1) + _DAY
        try:
            first = datetime(years[0], 1, 1) - timedelta(seconds=self.length) - _DAY
            starts = list(islice((it for it in expanded(self.rule, self.start, end) if it >= first), MOST + 1))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise ScheduleError([f"rule {self.rule!r} cannot be read ({error}): {_EXAMPLE}"]) from None
        if not starts:
            raise ScheduleError([f"rule {self.rule!r} has no window from {years[0]} to {years[1]}"])
        if len(starts) > MOST:
            raise ScheduleError([f"rule {self.rule!r} has more than {MOST} windows: name fewer times, or fewer years"])
        return starts


def read_recurrence(
    rule: str, start: Local, length: Length | str, exclude: Local | date | Iterable[Local | date], faults: list[str]
) -> Recurrence:
    """The windows that are written so, with something else in place of what cannot be read."""
    given = [exclude] if isinstance(exclude, str | date) else exclude
    return Recurrence(
        _rule(rule, faults),
        _read(partial(_local, start), datetime(1970, 1, 1), faults),
        _read(partial(_length, length), 1, faults),
        tuple(_read(partial(_left_out, it), "", faults) for it in given),
    )


def _is_named(text: str, start: datetime) -> bool:
    """Whether a text is the date of a start, or its date and time."""
    return text in (start.date().isoformat(), start.isoformat())


def expanded(
    rule: str, start: datetime, end: datetime, is_real: Callable[[datetime], bool] = lambda _: True
) -> Iterator[datetime]:
    """The starts that a rule of RFC 5545 names, from one naive local time on until before another.

    What is not real is left out, and COUNT does not count it. An UNTIL that is a date means all of that day.
    Raises ValueError, or what dateutil runs into, for a rule that cannot be read.
    """
    from dateutil.rrule import rrulestr  # many desks have no rule

    parts = _parts(rule)
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    last = end if until is None else _last(until)
    # dateutil looks for a next start until the year 9999: asked near it, it soon finds that there is none
    later = _CYCLE * (0 if "BYEASTER" in parts else (MAXYEAR - max(start, end).year) // 400)
    found = (it - later for it in rrulestr(";".join(map("=".join, parts.items())), dtstart=start + later))
    real = filter(is_real, takewhile(lambda it: it < end and it <= last, found))
    return real if count is None else islice(real, int(count))


def _parts(rule: str) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in rule.split(";"))


def _last(until: str) -> datetime:
    last = datetime.fromisoformat(until)
    return last if len(until) > len("2025-01-11") else datetime.combine(last, time.max)


def _rule(text: str, faults: list[str]) -> str:
    """The rule in capitals; its parts are read when it is used."""
    rule = text.upper().removeprefix("RRULE:").strip()
    parts = _parts(rule)
    if "DTSTART" in rule:
        faults.append(f"rule {text!r} has a start of its own: give it as start=")
    elif parts.get("FREQ") not in _FREQUENCIES:
        remedy = f"for several windows a day write FREQ=DAILY;BYHOUR=0,12; else {_EXAMPLE}"
        faults.append(f"rule {text!r} has no frequency among {', '.join(_FREQUENCIES)}: {remedy}")
    elif not parts.get("INTERVAL", "1").strip("0").isdecimal():
        faults.append(f"rule {text!r} has an interval of nothing, or less: write INTERVAL=1 or more")
    elif parts.get("UNTIL", "").endswith("Z"):
        faults.append(f"rule {text!r} ends in UTC: write what the clock on the wall reads, as in UNTIL=20261231T235959")
    return rule


def _read(made: Callable[[], T], otherwise: T, faults: list[str]) -> T:
    try:
        return made()
    except (InstantError, ValueError) as fault:
        faults.append(str(fault))
        return otherwise


def _local(start: Local) -> datetime:
    found = _parsed("start", start)
    if found.tzinfo is not None:
        raise ValueError(f"start {start!s} has an offset: write what the clock on the wall reads, 2025-01-11T22:00")
    if found.microsecond:
        raise ValueError(f"start {start!s} is no whole second")
    return found


def _length(length: Length | str) -> Second:
    given = duration(length) if isinstance(length, str) else length
    found = given if isinstance(given, int) else given // timedelta(microseconds=1)
    if found <= 0 or found % SECOND:
        raise ValueError(f"length {length!s}: write whole seconds, one or more, as in hours(6)")
    return found // SECOND


def _left_out(it: Local | date) -> str:
    found = _parsed("exclude", it)
    only_a_date = len(it) == len("2025-01-11") if isinstance(it, str) else not isinstance(it, datetime)
    return (found.date() if only_a_date else found).isoformat()


def _parsed(kind: str, it: Local | date) -> datetime:
    text = it if isinstance(it, str) else it.isoformat()
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{kind} {text!r} is no local time, as in 2025-01-11T22:00") from None
