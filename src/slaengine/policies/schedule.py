"""What people write of when they work, read once and frozen."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from types import MappingProxyType

from attrs import evolve as but
from attrs import field, frozen

from slaengine.errors import ScheduleError
from slaengine.policies.calendar import Calendar, Hours, Length, When, never_opens
from slaengine.policies.days import Days
from slaengine.policies.drift import differences
from slaengine.policies.hours import DatedHours, Day, DayHours, read_date, read_dated, read_week
from slaengine.policies.lint import oddities
from slaengine.policies.looked_up import holiday_dates, holiday_names, names_a_country, zone_named, zone_offsets
from slaengine.policies.offsets import FrozenZone
from slaengine.policies.open_time import OpenTime
from slaengine.policies.plan import YEARS, HolidayCuts, Plan, Years, read_years
from slaengine.policies.recurrence import Local, Recurrence, read_recurrence

_NONE: Mapping[str, DayHours] = MappingProxyType({})
_NO_WEEK = ((),) * 7


@frozen
class Origin:
    """What somebody wrote and the engine looked up for a plan, so that it can be looked up again."""

    holidays: tuple[str, ...] = ()  # countries, subdivisions and dates
    windows: Recurrence | None = None


@frozen
class FromPlan:
    """Of what a calendar was compiled: the schedule, but for its name."""

    zone: str
    plan: Plan
    origin: Origin


@frozen(init=False)
class Schedule:
    """The hours of a desk in its own zone, with the calendar that is compiled from them.

    A boundary happens at the first instant at which the zone's clock reads it or later; both passes of a repeated hour
    count. Special hours beat holidays, holidays beat weekly hours, breaks are taken away last.

    The dates of holidays and the offset changes of the zone are looked up once, when a schedule is built. A schedule is
    taken wherever a calendar is, and can be asked the same.
    """

    zone: str
    name: str
    plan: Plan = field(repr=False)
    calendar: Calendar = field(eq=False, repr=False)
    origin: Origin = field(eq=False, repr=False)
    _remarks: tuple[str, ...] = field(eq=False, repr=False)

    def __init__(
        self,
        zone: str,
        hours: str | Mapping[str, DayHours],
        *,
        holidays: Day | Iterable[Day] = (),
        special_hours: DatedHours = _NONE,
        breaks: DatedHours = _NONE,
        holiday_cuts: HolidayCuts = "date",
        years: Years = YEARS,
        name: str = "",
    ) -> None:
        """Read the hours of a week and of the dates that differ.

        - zone: an IANA name.
        - hours: "Mon-Fri 09:00-12:30 13:30-17:30; Sat 10:00-14:00", or the shifts by weekday. A shift past midnight is
          marked: 22:00-06:00+1.
        - holidays: a country, with its subdivision (DE, DE-BE), as the `holidays` package has it; or dates; or both.
        - special_hours: by date, what replaces the shifts that begin on it. They lift a holiday there.
        - breaks: by date, what is closed then.
        - holiday_cuts: a holiday closes its own "date", or each whole "shift" that begins on it.
        - years: from the first to the second, which is not in it, of local time. Not before 1970.
        - name: how messages and reports call it.

        Raises ScheduleError, which names all that cannot be meant.
        """
        faults: list[str] = []
        odd: list[str] = []
        known, years = zone_named(zone, faults), read_years(years, faults)
        entries = _entries(holidays, faults)
        plan = Plan(
            week=read_week(hours, faults, odd),
            holidays=holiday_dates(entries, years, faults),
            special_hours=read_dated("special hours", special_hours, faults, odd),
            breaks=read_dated("break", breaks, faults, odd),
            holiday_cuts=_holiday_cuts(holiday_cuts, faults),
            years=years,
            offsets=zone_offsets(known, years),
        )
        if faults:
            raise ScheduleError(faults)
        origin = Origin(entries)
        calendar = _calendar(FromPlan(zone, plan, origin), known, name)
        self.__attrs_init__(zone, name, plan, calendar, origin, tuple(odd))

    @classmethod
    def of_plan(cls, zone: str, plan: Plan, *, name: str = "", origin: Origin = Origin()) -> "Schedule":
        """The schedule of a plan that is known already, as of one that was frozen: nothing is looked up for it.

        Where the zone that is installed here has other offsets than the plan, or none, answers come in a zone that has
        the plan's. Raises ScheduleError for a plan that never opens.
        """
        made = cls.__new__(cls)
        calendar = _calendar(FromPlan(zone, plan, origin), _zone_of(zone, plan), name)
        made.__attrs_init__(zone, name, plan, calendar, origin, ())
        return made

    def lint(self) -> tuple[str, ...]:
        """What is legal but odd: shifts that touch, ends at 23:59, breaks out of hours, ... Each is a sentence."""
        own = [date.fromisoformat(it) for it in self.origin.holidays if not names_a_country(it)]
        has_rule = self.origin.windows is not None
        return (*self._remarks, *oddities(self.plan, own, has_rule=has_rule))

    def drift(self) -> tuple[str, ...]:
        """What the packages installed here would now say differently: holidays, offset changes. Each is a sentence.

        The schedule itself stays as it is; to take the new ones: `old.amended(old.refreshed(), effective_from=...)`.
        """
        try:
            now = self._plan_now()
        except ScheduleError as error:
            return error.faults
        return tuple(differences(self.zone, self.plan, now))

    def refreshed(self) -> "Schedule":
        """The same, with holidays, windows and offsets looked up anew. Raises ScheduleError for what is not there."""
        return Schedule.of_plan(self.zone, self._plan_now(), name=self.name, origin=self.origin)

    def _plan_now(self) -> Plan:
        faults: list[str] = []
        plan, origin = self.plan, self.origin
        known = zone_named(self.zone, faults)
        holidays = holiday_dates(origin.holidays, plan.years, faults)
        if faults:
            raise ScheduleError(faults)
        windows = origin.windows.windows(plan.years) if origin.windows else plan.special_hours
        agrees = known is self.calendar.zone  # which is the installed one only where it says what the plan says
        offsets = plan.offsets if agrees else zone_offsets(known, plan.years)
        return but(plan, holidays=holidays, special_hours=windows, offsets=offsets)

    def holiday_names(self, year: int) -> dict[date, str]:
        """What the packages installed here call the holidays of a year; what was written as a date has no name."""
        return holiday_names(self.origin.holidays, year)

    def elapsed(self, start: When, end: When) -> timedelta:
        """See Calendar.elapsed."""
        return self.calendar.elapsed(start, end)

    def due(self, start: When, length: Length) -> datetime:
        """See Calendar.due."""
        return self.calendar.due(start, length)

    def breach(self, start: When, length: Length) -> datetime:
        """See Calendar.breach."""
        return self.calendar.breach(start, length)

    def subtract(self, end: When, length: Length) -> datetime:
        """See Calendar.subtract."""
        return self.calendar.subtract(end, length)

    def is_open(self, when: When) -> bool:
        """See Calendar.is_open."""
        return self.calendar.is_open(when)

    def next_open(self, when: When) -> datetime:
        """See Calendar.next_open."""
        return self.calendar.next_open(when)

    def intervals(self, start: When, end: When) -> tuple[tuple[datetime, datetime], ...]:
        """See Calendar.intervals."""
        return self.calendar.intervals(start, end)

    def union(self, *others: Hours) -> Calendar:
        """See Calendar.union."""
        return self.calendar.union(*others)

    def intersection(self, *others: Hours) -> Calendar:
        """See Calendar.intersection."""
        return self.calendar.intersection(*others)

    def difference(self, *others: Hours) -> Calendar:
        """See Calendar.difference."""
        return self.calendar.difference(*others)

    def complement(self) -> Calendar:
        """See Calendar.complement."""
        return self.calendar.complement()

    def amended(self, new: Hours, *, effective_from: When) -> Calendar:
        """See Calendar.amended."""
        return self.calendar.amended(new, effective_from=effective_from)

    def ended(self, *, effective_from: When) -> Calendar:
        """See Calendar.ended."""
        return self.calendar.ended(effective_from=effective_from)

    def __or__(self, other: Hours) -> Calendar:
        return self.calendar | other

    def __and__(self, other: Hours) -> Calendar:
        return self.calendar & other

    def __sub__(self, other: Hours) -> Calendar:
        return self.calendar - other

    def __invert__(self) -> Calendar:
        return ~self.calendar


def windows(
    zone: str,
    rule: str,
    *,
    start: Local,
    length: Length | str,
    exclude: Local | date | Iterable[Local | date] = (),
    years: Years = YEARS,
    name: str = "",
) -> Schedule:
    """The schedule that is open in windows which come again by a rule: maintenance, a recurring closure.

    - zone: an IANA name.
    - rule: RFC 5545's words for when they begin, as in FREQ=MONTHLY;BYDAY=2SA. At most daily; for several a day write
      BYHOUR.
    - start: the local time from which on the rule counts, and the hour at which windows begin.
    - length: of each, on the clock of the wall: one from 22:00 for six hours ends when that clock reads 04:00.
    - exclude: dates, or local starts, of windows that do not take place.
    - years, name: as of a Schedule.

    The windows are looked up once, when the schedule is built. Raises ScheduleError, which names all that cannot be
    meant.
    """
    faults: list[str] = []
    known, years = zone_named(zone, faults), read_years(years, faults)
    recurrence = read_recurrence(rule, start, length, exclude, faults)
    if faults:
        raise ScheduleError(faults)
    dated, offsets = recurrence.windows(years), zone_offsets(known, years)
    plan = Plan(_NO_WEEK, (), dated, (), "date", years, offsets)
    return Schedule.of_plan(zone, plan, name=name, origin=Origin(windows=recurrence))


def schedule_of(calendar: Calendar) -> Schedule | None:
    """The schedule that a calendar was compiled from, under the calendar's name; None for one made otherwise."""
    made = calendar.made
    if not isinstance(made, FromPlan):
        return None
    return Schedule.of_plan(made.zone, made.plan, name=calendar.name, origin=made.origin)


def _holiday_cuts(cuts: HolidayCuts, faults: list[str]) -> HolidayCuts:
    if cuts not in ("date", "shift"):
        faults.append(f"holiday_cuts {cuts!r} is unknown: write 'date' or 'shift'")
    return cuts


def _entries(holidays: Day | Iterable[Day], faults: list[str]) -> tuple[str, ...]:
    """Each country and each date, as text."""
    given = holidays if isinstance(holidays, Iterable) and not isinstance(holidays, str) else [holidays]
    read = (it if isinstance(it, str) else read_date("holiday", it, faults) for it in given)
    return tuple(str(it) for it in read if it is not None)


def _zone_of(name: str, plan: Plan) -> tzinfo:
    """The installed zone where it says what the plan says."""
    unknown: list[str] = []
    installed = zone_named(name, unknown)
    agrees = not unknown and zone_offsets(installed, plan.years) == plan.offsets
    return installed if agrees else FrozenZone(name, plan.offsets)


def _calendar(made: FromPlan, zone: tzinfo, name: str) -> Calendar:
    plan = made.plan
    open_time = OpenTime(plan.compile, *plan.bounds, name)
    if never_opens(open_time):
        raise ScheduleError(["never opens: name a weekday or a date on which it does"])
    return Calendar(plan.digest, name, zone, open_time, Days(plan.hours_on, plan.offsets, *plan.days), made)
