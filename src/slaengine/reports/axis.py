"""The axis of a timeline: linear in open time, with the time out of hours pressed together so that it eats no width."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from itertools import accumulate, pairwise

from attrs import frozen

from slaengine.instants import DAY, MINUTE, Duration, Instant, to_datetime
from slaengine.policies.calendar import Calendar
from slaengine.policies.intervals import Intervals

CLOSED_EACH = 0.06
CLOSED_IN_ALL = 0.25
"""The most that one stretch out of hours, and all of them together, may take: in parts of the open time shown."""

STEPS = tuple(minutes * MINUTE for minutes in (5, 15, 30, 60, 120, 180, 360, 720))
"""Between two ticks within a day."""

WIDEST_STEP = 62.0
"""Ticks within a day stand at least so far apart."""

LONG = 28 * DAY
"""From here on a day of the month says more than a weekday."""

WIDEST_LABEL = 84.0
"""The room that a day with its month needs."""


@frozen
class Axis:
    """Which instant stands where. Instants outside stand at the ends."""

    zone: tzinfo
    instants: tuple[Instant, ...]
    places: tuple[float, ...]
    open_times: Intervals
    out_of_hours: Intervals

    @property
    def start(self) -> Instant:
        return self.instants[0]

    @property
    def end(self) -> Instant:
        return self.instants[-1]

    def x(self, t: Instant) -> float:
        """The place of an instant."""
        if t >= self.end:
            return self.places[-1]
        i = max(bisect_right(self.instants, t) - 1, 0)
        part = max(t - self.instants[i], 0) / (self.instants[i + 1] - self.instants[i])
        return self.places[i] + part * (self.places[i + 1] - self.places[i])


@frozen
class Tick:
    """A line of the grid and what stands above it."""

    x: float
    label: str
    is_day: bool


def axis(calendar: Calendar, start: Instant, end: Instant, left: float, right: float) -> Axis:
    """The axis from start to before end, between two places."""
    open_times = calendar.open_time.source(start, end)
    edges = sorted({start, end, *(edge for interval in open_times for edge in interval)})
    stretches = tuple(pairwise(edges))
    open_time = sum(b - a for a, b in open_times)
    is_open = frozenset(open_times)
    closed = tuple(stretch for stretch in stretches if stretch not in is_open)
    cap = min(open_time * CLOSED_EACH, open_time * CLOSED_IN_ALL / len(closed)) if open_time and closed else end - start
    weights = [b - a if (a, b) in is_open else min(b - a, cap) for a, b in stretches]
    scale = (right - left) / sum(weights)
    places = tuple(left + scale * weight for weight in accumulate(weights, initial=0.0))
    return Axis(calendar.zone, tuple(edges), places, open_times, closed if open_time else ())


def ticks(on: Axis) -> list[Tick]:
    """The beginning of each day that has open time, and full hours between as far as there is room for them."""
    days = list(_days(on))
    places = [x for x, _ in days]
    narrow = min((b - a for a, b in pairwise(places[1:])), default=WIDEST_LABEL) < WIDEST_LABEL
    label = _with_month if on.end - on.start > LONG else _short if narrow else _in_full
    before = (None, *(day for _, day in days))
    found = [Tick(x, label(day, was), is_day=True) for (x, day), was in zip(days, before, strict=False)]
    return found if narrow else [*found, *_hours(on)]


def _days(on: Axis) -> Iterator[tuple[float, date]]:
    last = None
    for a, b in on.open_times or [(on.start, on.end)]:
        for t in (a, *_multiples(on.zone, a, b, DAY)):
            day = to_datetime(t, on.zone).date()
            if day != last:
                yield on.x(t), day
            last = day


def _in_full(day: date, _: date | None) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _short(day: date, before: date | None) -> str:
    """The weekday, or the month where it is another."""
    return f"{day:%a} {day.day}" if before is not None and before.month == day.month else f"{day.day} {day:%b}"


def _with_month(day: date, before: date | None) -> str:
    """The month, and the year where it is another."""
    return f"{day.day} {day:%b}" if before is not None and before.year == day.year else f"{day.day} {day:%b %Y}"


def _hours(on: Axis) -> Iterator[Tick]:
    step = _step(on)
    for a, b in on.open_times or [(on.start, on.end)]:
        for t in _multiples(on.zone, a, b, step) if step else ():
            yield Tick(on.x(t), f"{to_datetime(t, on.zone):%H:%M}", is_day=False)


def _step(on: Axis) -> Duration | None:
    """The least step whose ticks stand far enough apart; None: not even half days do."""
    a, b = max(on.open_times or [(on.start, on.end)], key=lambda interval: interval[1] - interval[0])
    scale = (on.x(b) - on.x(a)) / (b - a)
    return next((step for step in STEPS if step * scale >= WIDEST_STEP), None)


def _multiples(zone: tzinfo, a: Instant, b: Instant, step: Duration) -> Iterator[Instant]:
    """Every instant in a < t < b whose local time of day is a multiple of the step."""
    t = a + _until_multiple(to_datetime(a, zone), step)
    while t < b:
        yield t
        t += _until_multiple(to_datetime(t, zone), step)


def _until_multiple(local: datetime, step: Duration) -> Duration:
    minutes = (local.hour * 60 + local.minute) * MINUTE
    return step - (minutes + local.second * 10**6 + local.microsecond) % step
