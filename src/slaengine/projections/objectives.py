"""What became of a promise over a period: a share of clocks, what is left of it, what is owed, and how it may end.

Shares are compared as fractions of whole numbers, never as floats: 0.95 is 95 of 100. See
docs/adr/0020-a-clock-has-one-period-and-one-part.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Any, Protocol, assert_never

from attrs import frozen

from slaengine.domain.situation import Situation
from slaengine.domain.vocabulary import Coverage
from slaengine.instants import Instant, instant, iso, to_datetime
from slaengine.policies.agreement import Agreement
from slaengine.policies.looked_up import zone_of
from slaengine.policies.objective import CountedBy, Objective, Period
from slaengine.policies.rules import Where, never
from slaengine.policies.terms import parts
from slaengine.projections.clocks import State, Verdict
from slaengine.projections.measures import Interval, Part, part, wilson
from slaengine.projections.wording import rule_in_words


class Row(Protocol):
    """What an objective must know of a clock that was read: a row of an audit.

    judged_under: the agreement and version in force when the verdict fell. situation: then in force; of a clock that
    was reset or cancelled, the last in which it lived; of an open one, at the instant of the reading.
    """

    @property
    def ticket(self) -> str: ...
    @property
    def judged_under(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def cycle(self) -> int: ...
    @property
    def start(self) -> Instant: ...
    @property
    def breached_at(self) -> Instant | None: ...
    @property
    def ended_at(self) -> Instant | None: ...
    @property
    def cancelled_at(self) -> Instant | None: ...
    @property
    def state(self) -> State: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def coverage(self) -> Coverage: ...
    @property
    def is_waived(self) -> bool: ...
    @property
    def situation(self) -> Situation: ...
    @property
    def zone(self) -> tzinfo: ...


class Outlook(StrEnum):
    """How a period may end, if it goes on as it began.

    On course: the share so far keeps the objective. At risk: it does not, but it would if all that is still expected
    were met: the open clocks, and new ones at the rate so far. Lost: not even then.
    """

    ON_COURSE = "on course"
    AT_RISK = "at risk"
    LOST = "lost"


@frozen(kw_only=True)
class Forecast:
    """What may become of a period that is not settled.

    best, worst: the share if all open clocks were met, or breached, and no other came; None where there is none.
    expected: how many clocks will have been decided at its end, at the rate so far.
    """

    best: float | None
    worst: float | None
    expected: int
    outlook: Outlook


@frozen(kw_only=True)
class ObjectiveReading:
    """One period of an objective, start <= t < end, as it stood at an instant.

    met, breached: the decided clocks, of which the share is taken. open, cancelled, waived and best_effort (the
    requester was not entitled) are in no share. forecast: None once the period is over and none of its clocks is open.
    """

    agreement: str
    objective: Objective
    period: str
    start: Instant
    end: Instant
    met: int
    breached: int
    open: int
    cancelled: int
    waived: int
    best_effort: int
    forecast: Forecast | None

    @property
    def decided(self) -> int:
        """How many clocks the share is taken of."""
        return self.met + self.breached

    @property
    def share(self) -> float | None:
        """met / (met + breached); None where both are 0."""
        return self.met / self.decided if self.decided else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % Wilson interval of the share."""
        return wilson(self.met, self.decided)

    @property
    def kept(self) -> bool | None:
        """Whether the share is reached, so far. None where nothing is decided, or less than the minimum."""
        if not self.decided or self.decided < self.objective.minimum:
            return None
        return Fraction(self.met, self.decided) >= _exact(self.objective.share)

    @property
    def misses_left(self) -> int:
        """How many more breaches the period can bear if nothing else is met; below zero where it is broken."""
        return floor(self.met / _exact(self.objective.share)) - self.decided

    @property
    def credit(self) -> float:
        """What the desk owes as things stand, in percent of the fee: the lowest step that was reached; 0 for none."""
        if self.kept is None:
            return 0
        share = Fraction(self.met, self.decided)
        reached = [credit.percent for credit in self.objective.credits if share < _exact(credit.below)]
        return reached[-1] if reached else 0

    def data(self) -> dict[str, Any]:
        """Plain values: instants as ISO 8601 text."""
        interval, forecast = self.interval, self.forecast
        return {
            "agreement": self.agreement,
            "objective": in_words(self.objective),
            "target": self.objective.target,
            "promised": self.objective.share,
            "period": self.period,
            "start": iso(self.start),
            "end": iso(self.end),
            "met": self.met,
            "breached": self.breached,
            "open": self.open,
            "cancelled": self.cancelled,
            "waived": self.waived,
            "best_effort": self.best_effort,
            "share": self.share,
            "interval": None if interval is None else [interval.low, interval.high],
            "kept": self.kept,
            "misses_left": self.misses_left,
            "credit": self.credit,
            "forecast": None if forecast is None else _forecast_data(forecast),
        }


def in_words(objective: Objective) -> str:
    """Its name; without one what it promises, and of which clocks."""
    if objective.name:
        return objective.name
    of = "" if objective.where == Where() else f", {rule_in_words(objective.where)}"
    without = "" if objective.excluding is never else f", but not {rule_in_words(objective.excluding)}"
    return f"{objective}{of}{without}"


def objective_readings(
    objective: Objective, versions: Sequence[Agreement], rows: Iterable[Row], as_of: Instant
) -> tuple[ObjectiveReading, ...]:
    """Each period of an objective in which there is a clock, in order of time.

    versions: those of one agreement that have this objective, which is one however often the agreement is amended.
    rows: as they stood at an instant.
    """
    counting = [row for row in rows if _counts(objective, versions, row)]
    zone = _zone(objective, versions[-1], counting)
    name = versions[0].reference if len(versions) == 1 else versions[0].id
    periods: dict[Instant, list[Row]] = {}
    for row in counting:
        first = _first_day(objective.period, _counted_at(objective, row, as_of), zone)
        periods.setdefault(_midnight(first, zone), []).append(row)
    return tuple(_reading(objective, name, start, zone, periods[start], as_of) for start in sorted(periods))


def _counts(objective: Objective, versions: Iterable[Agreement], row: Row) -> bool:
    """Whether a clock is the objective's, whatever became of it."""
    promised = row.target == objective.target and any(row.judged_under == it.reference for it in versions)
    return promised and objective.where(row.situation) and not objective.excluding(row.situation)


def _counted_at(objective: Objective, row: Row, as_of: Instant) -> Instant:
    """The instant that decides on the period: for what is still to come, that of the reading."""
    match objective.counted_by:
        case CountedBy.OPENED:
            found: tuple[Instant | None, ...] = (row.start,)
        case CountedBy.VERDICT:
            found = (row.breached_at, row.ended_at, row.cancelled_at)
        case CountedBy.CLOSED:
            found = (row.ended_at, row.cancelled_at)
        case _:
            assert_never(objective.counted_by)
    return next((t for t in found if t is not None), as_of)


def _part(objective: Objective, row: Row) -> Part:
    """Counted by its end, a clock that was breached and runs on is open: which period it will belong to is unknown."""
    found = part(row.state, row.verdict, row.coverage)
    if found is Part.OPEN and row.is_waived:
        return Part.WAIVED  # when it is decided: it will be in no share
    runs_on = found in (Part.BREACHED, Part.WAIVED) and row.ended_at is None
    return Part.OPEN if runs_on and objective.counted_by is CountedBy.CLOSED else found


def _reading(
    objective: Objective, agreement: str, start: Instant, zone: tzinfo, rows: Sequence[Row], as_of: Instant
) -> ObjectiveReading:
    first = to_datetime(start, zone).date()
    end = _midnight(_following(objective.period, first), zone)
    counted = Counter(_part(objective, row) for row in rows)
    return ObjectiveReading(
        agreement=agreement,
        objective=objective,
        period=_label(objective.period, first),
        start=start,
        end=end,
        met=counted[Part.MET],
        breached=counted[Part.BREACHED],
        open=counted[Part.OPEN],
        cancelled=counted[Part.CANCELLED],
        waived=counted[Part.WAIVED],
        best_effort=counted[Part.BEST_EFFORT],
        forecast=_forecast(objective, counted, start, end, as_of) if counted[Part.OPEN] or as_of < end else None,
    )


# How it may end -------------------------------------------------------------------------------------------------------


def _forecast(objective: Objective, counted: Counter[Part], start: Instant, end: Instant, as_of: Instant) -> Forecast:
    met, breached, running = counted[Part.MET], counted[Part.BREACHED], counted[Part.OPEN]
    known = met + breached + running
    coming = known if objective.counted_by is CountedBy.OPENED else met + breached
    passed = min(as_of, end) - start
    expected = coming * (end - start) // passed if passed else coming
    return Forecast(
        best=(met + running) / known if known else None,
        worst=met / known if known else None,
        expected=expected,
        outlook=_outlook(objective, met, breached, max(expected, known)),
    )


def _outlook(objective: Objective, met: int, breached: int, expected: int) -> Outlook:
    """expected: how many clocks will have been decided in all."""
    promised = _exact(objective.share)
    if not met + breached or expected < objective.minimum:
        return Outlook.ON_COURSE  # nothing speaks against it yet
    if Fraction(expected - breached, expected) < promised:
        return Outlook.LOST
    return Outlook.ON_COURSE if Fraction(met, met + breached) >= promised else Outlook.AT_RISK


def _forecast_data(forecast: Forecast) -> dict[str, Any]:
    return {
        "best": forecast.best,
        "worst": forecast.worst,
        "expected": forecast.expected,
        "outlook": str(forecast.outlook),
    }


def _exact(written: float) -> Fraction:
    """The decimal that was written, and not the binary fraction nearest to it."""
    return Fraction(str(written))


# Periods --------------------------------------------------------------------------------------------------------------


def _zone(objective: Objective, agreement: Agreement, rows: Iterable[Row]) -> tzinfo:
    """Whose midnights begin the periods: the objective's, else that of the target's calendar.

    Terms of the host's own do not say which calendar they have: it is that of the first clock by ticket and cycle.
    """
    if objective.zone is not None:
        return zone_of(objective.zone)
    terms = (target.terms for target in agreement.targets if target.name == objective.target)
    if calendars := [found.calendar for promised in terms for found in parts(promised)]:
        return calendars[0].zone
    first = min(rows, key=lambda row: (row.ticket, row.cycle), default=None)
    return UTC if first is None else first.zone


def _first_day(period: Period, t: Instant, zone: tzinfo) -> date:
    """The first day of the period of an instant. What a clock shows again after it was set back is of the later day."""
    first = _beginning(period, to_datetime(t, zone).date())
    following = _following(period, first)
    return following if _midnight(following, zone) <= t else first


def _beginning(period: Period, day: date) -> date:
    match period:
        case Period.WEEK:
            return day - timedelta(days=day.weekday())
        case Period.MONTH:
            return day.replace(day=1)
        case Period.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case Period.YEAR:
            return day.replace(month=1, day=1)
        case _:
            assert_never(period)


def _following(period: Period, first: date) -> date:
    """The first day of the next period."""
    longest = {Period.WEEK: 7, Period.MONTH: 31, Period.QUARTER: 92, Period.YEAR: 366}[period]
    return _beginning(period, first + timedelta(days=longest))


def _label(period: Period, first: date) -> str:
    """ "2025-W10", "2025-03", "2025-Q1", "2025"."""
    match period:
        case Period.WEEK:
            year, week, _ = first.isocalendar()
            return f"{year}-W{week:02}"
        case Period.MONTH:
            return f"{first.year}-{first.month:02}"
        case Period.QUARTER:
            return f"{first.year}-Q{(first.month + 2) // 3}"
        case Period.YEAR:
            return f"{first.year}"
        case _:
            assert_never(period)


def _midnight(day: date, zone: tzinfo) -> Instant:
    """The first instant at which a clock of the zone reads the day's midnight or later."""
    return instant(datetime(day.year, day.month, day.day, tzinfo=zone))
