"""A schedule as it is compiled: local shifts, dates that differ and the zone's offsets, nothing else."""

import json
from collections.abc import Iterable, Iterator
from datetime import MAXYEAR, date
from hashlib import sha256
from itertools import chain
from typing import Literal, TypeAlias

from attrs import asdict, frozen

from slaengine.instants import DAY, SECOND, Instant
from slaengine.policies.hours import DAY_SECONDS, Dated, Week
from slaengine.policies.intervals import Interval, Intervals, clipped, difference, normal_form
from slaengine.policies.offsets import Offsets, Second, first_crossings

HolidayCuts: TypeAlias = Literal["date", "shift"]

Years: TypeAlias = tuple[int, int]
"""first <= year < end"""

YEARS: Years = (1970, 2070)

_EPOCH_DAY = date(1970, 1, 1).toordinal()  # a Thursday; days are numbered from it


@frozen
class Plan:
    """The local hours of some years and the offsets that place them in UTC. Equal plans compile to equal open time.

    Special hours replace the shifts that begin on their date and lift a holiday there; a holiday takes its local date,
    or the shifts that begin on it; breaks are taken from whatever is open. A shift that began the evening before
    special hours, or before a holiday that cuts shifts, keeps its tail.
    """

    week: Week
    holidays: tuple[date, ...]
    special_hours: Dated
    breaks: Dated
    holiday_cuts: HolidayCuts
    years: Years
    offsets: Offsets  # complete for the years, and for a day before and after

    @property
    def digest(self) -> str:
        """sha256 in hex over all that is compiled; the zone's name is not, its offsets are."""
        written = json.dumps(asdict(self, recurse=False), default=date.isoformat, sort_keys=True)
        return sha256(written.encode()).hexdigest()

    @property
    def bounds(self) -> tuple[Instant, Instant]:
        """The instants at which the years begin and end in the zone."""
        first, end = first_crossings((new_year(year) for year in self.years), self.offsets)
        return first * SECOND, end * SECOND

    @property
    def days(self) -> tuple[int, int]:
        """The first day of the years, and the day after the last."""
        first, end = (new_year(year) // DAY_SECONDS for year in self.years)
        return first, end

    def compile(self, low: Instant, high: Instant) -> Intervals:
        """The open intervals in low <= t < high, in microseconds of UTC."""
        days = range(low // DAY - self._reach, high // DAY + 3)  # zones lie within a day of UTC
        crossings = first_crossings(chain.from_iterable(self.walls(days)), self.offsets)
        utc = normal_form((start * SECOND, end * SECOND) for start, end in zip(crossings, crossings, strict=True))
        return clipped(utc, low, high)

    def hours_on(self, day: int) -> Intervals:
        """The open intervals of the shifts that begin on a day, in microseconds of UTC."""
        around = range(day - self._reach, day + self._reach)
        walls = difference(normal_form(self._shifts([day])), normal_form(self._closed(around)))
        crossings = first_crossings(chain.from_iterable(walls), self.offsets)
        return normal_form((start * SECOND, end * SECOND) for start, end in zip(crossings, crossings, strict=True))

    def walls(self, days: range) -> Intervals:
        """The wall readings at which it is open: all shifts that begin on these days (from 1970-01-01), less what is
        closed on them."""
        return difference(normal_form(self._shifts(days)), normal_form(self._closed(days)))

    @property
    def _reach(self) -> int:
        """How many days back a shift, or a break, may have begun that is not over."""
        longest = max((end for _, shifts in (*self.special_hours, *self.breaks) for _, end in shifts), default=0)
        return max(3, 2 + longest // DAY_SECONDS)

    def _shifts(self, days: Iterable[int]) -> Iterator[Interval]:
        special = {day_number(day): shifts for day, shifts in self.special_hours}
        off = set(map(day_number, self.holidays)) if self.holiday_cuts == "shift" else ()
        for day in days:
            weekly = () if day in off else self.week[(day + 3) % 7]
            yield from _on(day, special.get(day, weekly))

    def _closed(self, days: range) -> Iterator[Interval]:
        for date_, closed in self.breaks:
            if (day := day_number(date_)) in days:
                yield from _on(day, closed)
        if self.holiday_cuts == "date":
            lifted = {date_ for date_, _ in self.special_hours}
            whole_days = (day_number(date_) for date_ in self.holidays if date_ not in lifted)
            yield from (_wall_day(day) for day in whole_days if day in days)


def read_years(years: Years, faults: list[str]) -> Years:
    """The years; the usual ones in place of none, so that the rest can be read."""
    match years:
        case int(first), int(end) if YEARS[0] <= first < end <= MAXYEAR:
            return first, end
    faults.append(f"years {years!r} are none: write the first and the one after the last, from {YEARS[0]} on")
    return YEARS


def new_year(year: int) -> Second:
    """The wall reading at which a year begins."""
    return day_number(date(year, 1, 1)) * DAY_SECONDS


def day_number(day: date) -> int:
    return day.toordinal() - _EPOCH_DAY


def _on(day: int, shifts: Intervals) -> Iterator[Interval]:
    midnight = day * DAY_SECONDS
    return ((midnight + start, midnight + end) for start, end in shifts)


def _wall_day(day: int) -> Interval:
    return day * DAY_SECONDS, (day + 1) * DAY_SECONDS
