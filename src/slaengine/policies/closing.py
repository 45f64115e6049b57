"""Whose holiday closes a date in a calendar that is made of schedules: what would be open without it tells."""

from collections.abc import Sequence
from datetime import date

from attrs import evolve as but

from slaengine.instants import DAY
from slaengine.policies.calendar import Calendar
from slaengine.policies.intervals import Intervals, difference
from slaengine.policies.plan import Plan, day_number
from slaengine.policies.schedule import Schedule
from slaengine.policies.sources import compiled


def closing(calendar: Calendar, schedules: Sequence[Schedule], day: date) -> list[Schedule]:
    """Those whose holiday on a date takes open time from the calendar: by itself, or if that of no other did."""
    held = [it for it in schedules if day in it.plan.holidays]
    others = ([other for other in held if other is not it] for it in held)
    return [it for it, rest in zip(held, others, strict=True) if any(_adds(calendar, it, to, day) for to in ([], rest))]


def _adds(calendar: Calendar, one: Schedule, lifted: list[Schedule], day: date) -> bool:
    """Whether more is open where one holiday is lifted beside some others."""
    return bool(difference(_open_without([*lifted, one], calendar, day), _open_without(lifted, calendar, day)))


def _open_without(lifted: list[Schedule], calendar: Calendar, day: date) -> Intervals:
    """What a calendar would be open around a date if that were no holiday in some of the schedules it is made of."""
    around = (day_number(day) - 1) * DAY, (day_number(day) + 3) * DAY  # in any zone, to the end of its last shift
    low, high = max(around[0], calendar.open_time.low), min(around[1], calendar.open_time.high)
    instead = {id(it.calendar.open_time.source): _workday(it, day).compile(low, high) for it in lifted}
    return compiled(calendar.open_time.source, low, high, instead)


def _workday(schedule: Schedule, day: date) -> Plan:
    return but(schedule.plan, holidays=tuple(it for it in schedule.plan.holidays if it != day))
