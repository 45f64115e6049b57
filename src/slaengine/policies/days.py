"""Working days: the local dates on which hours begin. Open time has none of its own, so they travel beside it.

Days are numbered from 1970-01-01; a clock reading is a length since local midnight, in microseconds.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import partial
from typing import Self, TypeAlias

from attrs import define, field

from slaengine.errors import HorizonError
from slaengine.instants import DAY, SECOND, Duration, Instant
from slaengine.policies.intervals import Intervals
from slaengine.policies.offsets import Offsets, first_crossings

Day: TypeAlias = int
HoursOn: TypeAlias = Callable[[Day], Intervals]
"""The open intervals of the shifts that begin on a local date, in microseconds of UTC. Pure."""

_BLOCK = 256  # days that are looked at in one go


@define(eq=False)
class Days:
    """The working days of a calendar, first <= day < end. What they are is found out when it is asked, and remembered.

    Every method raises HorizonError where the answer lies beyond them.
    """

    hours_on: HoursOn = field(repr=False)
    offsets: Offsets = field(repr=False)
    first: Day
    end: Day
    _found: dict[int, tuple[Day, ...]] = field(factory=dict, init=False, repr=False)

    def local(self, t: Instant) -> tuple[Day, Duration]:
        """The date and the clock reading at an instant."""
        second = t // SECOND
        at = max(0, bisect_right(self.offsets, second, key=lambda offset: offset.since) - 1)
        return divmod(t + self.offsets[at].ahead * SECOND, DAY)

    def at(self, day: Day, clock: Duration) -> Instant:
        """The first instant at which the clock reads so much or more on a date."""
        second, rest = divmod(day * DAY + clock, SECOND)
        this, following = first_crossings((second, second + 1), self.offsets)
        return min(this * SECOND + rest, following * SECOND)

    def shift(self, day: Day, n: int) -> Day:
        """The n-th working day after a date, or before it for n below 0, the date itself not counted; itself for 0."""
        if n > 0:
            return self._after(day, n)
        return self._before(day, -n) if n < 0 else day

    def closing(self, day: Day) -> Instant:
        """When the hours that begin on a working day end."""
        return self.hours_on(day)[-1][1]

    def _after(self, day: Day, n: int) -> Day:
        block = day // _BLOCK
        found = self._working(block)
        at = bisect_right(found, day) + n - 1
        while at >= len(found):
            at -= len(found)
            block += 1
            found = self._working(block)
        return found[at]

    def _before(self, day: Day, n: int) -> Day:
        block = day // _BLOCK
        found = self._working(block)
        at = bisect_left(found, day) - n
        while at < 0:
            block -= 1
            found = self._working(block)
            at += len(found)
        return found[at]

    def _working(self, block: int) -> tuple[Day, ...]:
        days = range(max(self.first, block * _BLOCK), min(self.end, (block + 1) * _BLOCK))
        if not days:
            raise HorizonError(
                "the answer lies beyond the working days of this calendar: define it with more years, "
                "as in years = [1970, 2100], unless its hours have come to an end"
            )
        if block not in self._found:
            self._found[block] = tuple(day for day in days if self._is_working(day))
        return self._found[block]

    def _is_working(self, day: Day) -> bool:
        """Whether hours begin on a date. The rest of a night shift whose evening a holiday cut begins on the next."""
        hours = self.hours_on(day)
        return bool(hours) and hours[0][0] < self.at(day + 1, 0)

    def amended(self, new: "Days", at: Instant) -> Self:
        """These until before an instant, the new ones from it on, on the clock of the new ones."""
        hours_on = partial(_versions, self.hours_on, new.hours_on, at)
        return type(self)(hours_on, new.offsets, self.first, new.end)


def _versions(old: HoursOn, new: HoursOn, at: Instant, day: Day) -> Intervals:
    """What of the old hours of a date lies before the instant, and of the new ones from it on."""
    before = ((start, min(end, at)) for start, end in old(day) if start < at)
    after = ((max(start, at), end) for start, end in new(day) if end > at)
    return (*before, *after)
