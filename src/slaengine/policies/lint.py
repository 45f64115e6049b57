"""What is legal in a schedule or a calendar but odd: each a sentence. Nothing here is a mistake for certain."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from attrs import evolve as but

from slaengine.policies import sources
from slaengine.policies.hours import DAY_SECONDS, shift_text, weekday_names
from slaengine.policies.intervals import Interval, Intervals, intersection, normal_form
from slaengine.policies.open_time import OpenTime
from slaengine.policies.plan import Plan, day_number

_NEARLY_MIDNIGHT = (86_340, 86_399)
_NIGHT_AFTER = ((DAY_SECONDS, 2 * DAY_SECONDS),)


def oddities(plan: Plan, own_holidays: Iterable[date], *, has_rule: bool = False) -> Iterator[str]:
    """All that is odd about a plan. own_holidays: those that somebody wrote as dates; a country's fall where they will.
    has_rule: the special hours are windows of a rule."""
    own = sorted(own_holidays)
    if not has_rule:
        yield from _week(plan)
        yield from _special_hours(plan)
    yield from _late_ends(plan)
    yield from _holidays(plan, own)
    yield from _breaks(plan)
    yield from _outside(plan, own)


def idle(open_time: OpenTime) -> Iterator[str]:
    """What is taken from open time, or from an earlier version of it, and lies out of it."""
    made = open_time.source
    if not isinstance(made, sources.Made) or made.how in (sources.union, sources.intersection, sources.complement):
        return  # parts of these speak for themselves
    first, *others = made.of
    yield from idle(first)
    if made.how is sources.difference:
        known: dict[int, Intervals] = {}
        base, *taken = [sources.compiled(it.source, open_time.low, open_time.high, known) for it in made.of]
        in_vain = (it.name for it, hours in zip(others, taken, strict=True) if not intersection(base, hours))
        yield from (f"minus {name or 'a calendar'} lies out of hours: it takes nothing away" for name in in_vain)


def _week(plan: Plan) -> Iterator[str]:
    if not any(plan.week):
        yield "no weekday has hours: it opens on special dates only"
    for day, (tonight, tomorrow) in enumerate(zip(plan.week, (*plan.week[1:], plan.week[0]), strict=True)):
        if shared := intersection(_tail(tonight), tomorrow):
            names = weekday_names([day]), weekday_names([(day + 1) % 7])
            yield f"the night of {names[0]} runs into the hours of {names[1]}: {_texts(shared)} count once"


def _tail(shifts: Intervals) -> Intervals:
    """What of the shifts lies on the day after, as seconds of that day."""
    return tuple((start - DAY_SECONDS, end - DAY_SECONDS) for start, end in intersection(shifts, _NIGHT_AFTER))


def _late_ends(plan: Plan) -> Iterator[str]:
    told = [(shift_text(shift), day) for day, shifts in enumerate(plan.week) for shift in shifts if _ends_late(shift)]
    for text, days in groupby(sorted(told), key=lambda it: it[0]):
        yield f"{weekday_names(day for _, day in days)} {text} {_LATE}"
    for day, shifts in plan.special_hours:
        yield from (f"special hours {day} {shift_text(shift)} {_LATE}" for shift in shifts if _ends_late(shift))


_LATE = "ends just before midnight, and the rest is out of hours: to the end of the day write 24:00"


def _ends_late(shift: Interval) -> bool:
    return shift[1] % DAY_SECONDS in _NEARLY_MIDNIGHT


def _holidays(plan: Plan, own: Iterable[date]) -> Iterator[str]:
    special = dict(plan.special_hours)
    for day in own:
        if day in special:
            yield f"holiday {day} is lifted by the special hours of that date"
        elif not _open_without(plan, day):
            yield f"holiday {day} is a {day:%A} without hours: it takes nothing away"


def _open_without(plan: Plan, day: date) -> Intervals:
    """What would be open on a date if it were no holiday, as wall readings."""
    others = tuple(it for it in plan.holidays if it != day)
    return _walls_on(but(plan, holidays=others), day, ((0, DAY_SECONDS),))


def _special_hours(plan: Plan) -> Iterator[str]:
    for day, shifts in plan.special_hours:
        if shifts == plan.week[day.weekday()] and day not in plan.holidays:
            yield f"special hours {day} are those of every {day:%A}"


def _breaks(plan: Plan) -> Iterator[str]:
    for day, closed in plan.breaks:
        if not _walls_on(but(plan, breaks=()), day, closed):
            yield f"break {day} {_texts(closed)} lies out of hours: it takes nothing away"


def _walls_on(plan: Plan, day: date, shifts: Intervals) -> Intervals:
    """What is open of some seconds that are counted from the midnight of a date."""
    number = day_number(day)
    midnight = number * DAY_SECONDS
    asked = normal_form((midnight + start, midnight + end) for start, end in shifts)
    return intersection(plan.walls(range(number - 2, number + 3)), asked)


def _outside(plan: Plan, own: Iterable[date]) -> Iterator[str]:
    first, end = plan.years
    dated = [
        *(("holiday", day) for day in own),
        *(("special hours", day) for day, _ in plan.special_hours),
        *(("break", day) for day, _ in plan.breaks),
    ]
    for kind, day in dated:
        if not date(first, 1, 1).toordinal() - 1 <= day.toordinal() <= date(end, 1, 1).toordinal():
            yield f"{kind} {day} lies outside the years {first} to {end - 1}"


def _texts(shifts: Intervals) -> str:
    return " ".join(map(shift_text, shifts))
