"""The calendars of an agreement file: written out, by a rule, made of each other, in versions, or frozen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, TypeAlias, TypeVar

from attrs import define, field, frozen

from slaengine.codec.calendars import read_schedule, schedule, warn_of_drift
from slaengine.errors import InputError, SlaError
from slaengine.instants import instant
from slaengine.policies.calendar import Calendar, always
from slaengine.policies.schedule import Schedule, windows

T = TypeVar("T")


@frozen(kw_only=True)
class VersionDocument:
    """[[calendars.NAME.versions]]"""

    effective_from: str
    calendar: str


@frozen(kw_only=True)
class CalendarDocument:
    """[calendars.NAME] with hours"""

    told_by: ClassVar[str] = "hours"
    zone: str
    hours: str | dict[str, str]
    holidays: str | list[str] = field(factory=list)
    special_hours: dict[str, str] = field(factory=dict)
    breaks: dict[str, str] = field(factory=dict)
    holiday_cuts: str = "date"
    years: list[int] = field(factory=lambda: [1970, 2070])
    minus: list[str] = field(factory=list)
    versions: list[VersionDocument] = field(factory=list)
    effective_until: str | None = None
    name: str | None = None


@frozen(kw_only=True)
class WindowsDocument:
    """[calendars.NAME] with a rule"""

    told_by: ClassVar[str] = "rule"
    zone: str
    rule: str
    start: str
    length: str
    exclude: str | list[str] = field(factory=list)
    years: list[int] = field(factory=lambda: [1970, 2070])
    minus: list[str] = field(factory=list)
    versions: list[VersionDocument] = field(factory=list)
    effective_until: str | None = None
    name: str | None = None


@frozen(kw_only=True)
class UnionDocument:
    """[calendars.NAME] open where any of others is"""

    told_by: ClassVar[str] = "union"
    union: list[str]
    minus: list[str] = field(factory=list)
    versions: list[VersionDocument] = field(factory=list)
    effective_until: str | None = None
    name: str | None = None


@frozen(kw_only=True)
class IntersectionDocument:
    """[calendars.NAME] open where all of others are"""

    told_by: ClassVar[str] = "intersection"
    intersection: list[str]
    minus: list[str] = field(factory=list)
    versions: list[VersionDocument] = field(factory=list)
    effective_until: str | None = None
    name: str | None = None


@frozen(kw_only=True)
class ComplementDocument:
    """[calendars.NAME] open where another is not"""

    told_by: ClassVar[str] = "complement"
    complement: str
    minus: list[str] = field(factory=list)
    versions: list[VersionDocument] = field(factory=list)
    effective_until: str | None = None
    name: str | None = None


@frozen(kw_only=True)
class FrozenDocument:
    """[calendars.NAME] as it was frozen"""

    told_by: ClassVar[str] = "frozen"
    frozen: str | dict[str, Any]
    minus: list[str] = field(factory=list)
    versions: list[VersionDocument] = field(factory=list)
    effective_until: str | None = None
    name: str | None = None


AnyCalendar: TypeAlias = (
    CalendarDocument | WindowsDocument | UnionDocument | IntersectionDocument | ComplementDocument | FrozenDocument
)
"""Which one it is, is told by the key that only it has."""

FORMS = (CalendarDocument, WindowsDocument, UnionDocument, IntersectionDocument, ComplementDocument, FrozenDocument)


ALWAYS = "always"
"""The calendar that every file has."""


@define
class Calendars:
    """The calendars of one file by name; each is made when it is first asked for. Collects what is wrong.

    folder: where the files lie that it names; None: it may name none. elsewhere: calendars that are known already.
    """

    given: Mapping[str, AnyCalendar]
    folder: Path | None
    faults: list[str]
    elsewhere: Mapping[str, Calendar] = field(factory=dict)
    schedules: dict[str, Schedule] = field(init=False, factory=dict)  # those written as hours or windows
    _found: dict[str, Calendar | None] = field(init=False, factory=dict)
    _way: list[str] = field(init=False, factory=list)  # those that are being made, each for the one before

    def all(self) -> None:
        """Make each, so that all faults are known."""
        for name in self.given:
            self._of(name)

    def named(self, path: str, name: str) -> Calendar | None:
        """The calendar of that name, or None and, if it is the name that is wrong, a fault."""
        if name == ALWAYS:
            return always
        if name not in self.given:
            if name in self.elsewhere:
                return self.elsewhere[name]
            known = ", ".join((ALWAYS, *self.given, *self.elsewhere))
            self.faults.append(f"{path}: {name!r} is unknown: choose among {known}")
            return None
        if name in self._way:
            circle = " -> ".join((*self._way[self._way.index(name) :], name))
            self.faults.append(f"{path}: a calendar cannot be made of itself: {circle}")
            return None
        return self._of(name)

    def _of(self, name: str) -> Calendar | None:
        if name not in self._found:
            self._way.append(name)
            self._found[name] = self._made(f"calendars.{name}", name, self.given[name])
            self._way.pop()
        return self._found[name]

    def _made(self, path: str, name: str, given: AnyCalendar) -> Calendar | None:
        if name == ALWAYS:
            self.faults.append(f"{path}: {name} is the calendar around the clock: choose another name")
            return None
        base = self._base(path, name, given)
        less = self._less(path, base, given.minus)
        versions = [
            self._version(f"{path}.versions[{number}]", it) for number, it in enumerate(given.versions, start=1)
        ]
        self._in_order(path, given)
        if less is None or None in versions:
            return None
        amended = less
        for number, (effective_from, calendar) in enumerate(filter(None, versions), start=1):
            made = partial(amended.amended, calendar, effective_from=effective_from)
            if (later := tried(self.faults, f"{path}.versions[{number}]", made)) is None:
                return None
            amended = later
        ended = self._ended(f"{path}.effective_until", amended, given.effective_until)
        return ended.named(_called(name, given)) if ended else None

    def _ended(self, path: str, calendar: Calendar, until: str | None) -> Calendar | None:
        if until is None:
            return calendar
        return tried(self.faults, path, lambda: calendar.ended(effective_from=until))

    def _base(self, path: str, name: str, given: AnyCalendar) -> Calendar | None:
        called = _called(name, given)
        match given:
            case CalendarDocument():
                return self._schedule(path, name, given.years, lambda years: _hours(given, called, years))
            case WindowsDocument():
                return self._schedule(path, name, given.years, lambda years: _windows(given, called, years))
            case UnionDocument():
                return self._combined(f"{path}.union", given.union, Calendar.union)
            case IntersectionDocument():
                return self._combined(f"{path}.intersection", given.intersection, Calendar.intersection)
            case ComplementDocument():
                other = self.named(f"{path}.complement", given.complement)
                return tried(self.faults, f"{path}.complement", other.complement) if other else None
            case FrozenDocument():
                return self._kept(name, tried(self.faults, f"{path}.frozen", lambda: self._frozen(path, given.frozen)))

    def _frozen(self, path: str, given: str | Mapping[str, Any]) -> Schedule:
        """A schedule that stands here itself, or in a file."""
        if isinstance(given, str):
            if self.folder is None:
                raise InputError(f"{given!r} is a file, which may change: write the frozen schedule itself")
            return read_schedule(self.folder / given)
        found = schedule(given)
        if self.folder is not None:
            warn_of_drift(path, found)
        return found

    def _schedule(
        self, path: str, name: str, years: list[int], made: Callable[[tuple[int, int]], Schedule]
    ) -> Calendar | None:
        if len(years) != 2:
            self.faults.append(f"{path}.years: {years!r}: write the first year and the one after the last")
            return None
        return self._kept(name, tried(self.faults, path, lambda: made((years[0], years[1]))))

    def _kept(self, name: str, schedule: Schedule | None) -> Calendar | None:
        if schedule is None:
            return None
        self.schedules[name] = schedule
        return schedule.calendar

    def _combined(self, path: str, names: list[str], how: Callable[..., Calendar]) -> Calendar | None:
        if not names:
            self.faults.append(f"{path}: names no calendar")
        parts = self._all_named(path, names)
        return tried(self.faults, path, lambda: how(*parts)) if parts else None

    def _less(self, path: str, base: Calendar | None, minus: list[str]) -> Calendar | None:
        parts = self._all_named(f"{path}.minus", minus)
        if base is None or parts is None:
            return None
        return tried(self.faults, f"{path}.minus", lambda: base.difference(*parts))

    def _all_named(self, path: str, names: Iterable[str]) -> list[Calendar] | None:
        found = [self.named(f"{path}[{number}]", name) for number, name in enumerate(names, start=1)]
        return None if None in found else [calendar for calendar in found if calendar]

    def _version(self, path: str, given: VersionDocument) -> tuple[str, Calendar] | None:
        at = tried(self.faults, f"{path}.effective_from", lambda: instant(given.effective_from))
        calendar = self.named(f"{path}.calendar", given.calendar)
        return None if at is None or calendar is None else (given.effective_from, calendar)

    def _in_order(self, path: str, given: AnyCalendar) -> None:
        named = [(f"versions[{n}].effective_from", it.effective_from) for n, it in enumerate(given.versions, start=1)]
        if given.effective_until is not None:
            named.append(("effective_until", given.effective_until))
        latest = None
        for name, text in named:
            at = tried([], "", partial(instant, text))
            if at is not None and latest is not None and at <= latest:
                self.faults.append(f"{path}.{name}: not after that of the version before")
            latest = at if at is not None else latest


def tried(faults: list[str], path: str, made: Callable[[], T]) -> T | None:
    """What is made, or None and a fault."""
    try:
        return made()
    except (SlaError, ValueError) as error:
        faults += [f"{path}: {fault}" for fault in getattr(error, "faults", [str(error)])]
        return None


def _called(name: str, given: AnyCalendar) -> str:
    """How messages and results call a calendar: by the name that the file knows it by, unless it says otherwise."""
    return name if given.name is None else given.name


def _hours(given: CalendarDocument, name: str, years: tuple[int, int]) -> Schedule:
    return Schedule(
        given.zone,
        given.hours,
        holidays=given.holidays,
        special_hours=given.special_hours,
        breaks=given.breaks,
        holiday_cuts=given.holiday_cuts,  # type: ignore[arg-type]  # checked by Schedule, with its other faults
        years=years,
        name=name,
    )


def _windows(given: WindowsDocument, name: str, years: tuple[int, int]) -> Schedule:
    return windows(
        given.zone,
        given.rule,
        start=given.start,
        length=given.length,
        exclude=given.exclude,
        years=years,
        name=name,
    )
