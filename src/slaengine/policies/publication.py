"""Agreements and calendars as facts: published, amended, retired. The book is their fold.

Two times count: a record is known from its `recorded_at` on, and what it says is in force from its `effective_from` on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar, runtime_checkable

from attrs import define, field, frozen
from attrs import evolve as but

from slaengine.domain.desk import (
    AgreementAmended,
    AgreementPublished,
    AgreementRetired,
    CalendarAmended,
    CalendarPublished,
    CalendarRetired,
)
from slaengine.domain.events import Corrected
from slaengine.domain.recorded import Recorded, known
from slaengine.errors import AgreementError, ScheduleError
from slaengine.instants import FOREVER, Instant, When, as_instant, iso, to_datetime
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import LEVELS, Book
from slaengine.policies.calendar import Calendar, always, as_calendar
from slaengine.policies.target import Target
from slaengine.policies.terms import AnyTerms, ByPriority, Overridden, parts

T = TypeVar("T")

ALWAYS_WAS: Instant = -FOREVER
"""When that takes effect which has no instant of its own."""

Publication: TypeAlias = (
    AgreementPublished[Any]
    | AgreementAmended[Any]
    | AgreementRetired
    | CalendarPublished[Any]
    | CalendarAmended[Any]
    | CalendarRetired
)

PUBLICATIONS = (
    AgreementPublished,
    AgreementAmended,
    AgreementRetired,
    CalendarPublished,
    CalendarAmended,
    CalendarRetired,
)


@runtime_checkable
class WrittenAgreement(Protocol):
    """An agreement as a log has it in writing, which may name calendars that were published before it."""

    def as_agreement(self, calendars: Mapping[str, Calendar]) -> Agreement:
        """What is written. Raises AgreementError, naming all mistakes."""
        ...


@runtime_checkable
class WrittenCalendar(Protocol):
    """A calendar as a log has it in writing, which may be made of calendars that were published before it."""

    def as_calendar(self, calendars: Mapping[str, Calendar]) -> Calendar:
        """What is written. Raises AgreementError, naming all mistakes."""
        ...


def book_of(
    records: Iterable[Recorded],
    *,
    known_at: When = FOREVER,
    levels: Iterable[str] = LEVELS,
    labels: Mapping[str, Iterable[str]] | None = None,
) -> Book:
    """The book that follows from what was published, amended and retired in a log. Other records mean nothing here.

    - known_at: what was recorded later is left out.
    - An agreement is in force from its `effective_from` on, in the version that took effect last. A retired one stands
      for no ticket that is opened from then on; a version that was to take effect later never does.
    - A calendar takes the place of that of its name, from its `effective_from` on, in the targets of all agreements and
      of all their versions; a retired one never opens again. What is made of others keeps the parts it was made of.
    - levels, labels: as of a Book.

    Raises AgreementError, naming all that contradicts: amending or retiring what was never published, a version or an
    instant that stands twice, what nobody can mean; and where there is no agreement at all.
    """
    told = (record for record in records if isinstance(record.event, (*PUBLICATIONS, Corrected)))
    fold = _Fold()
    for record in known(told, as_instant(known_at)):
        if isinstance(record.event, PUBLICATIONS):
            fold.read(record.id, record.event)
    fold.check_calendars()
    agreements = list(fold.agreements())
    if not agreements and not fold.faults:
        fold.faults.append("no agreement was published, as far as was known then: record one, or name a book")
    if fold.faults:
        raise AgreementError(fold.faults)
    return Book(agreements, levels=levels, labels=labels)


@frozen
class _Change:
    """What a calendar is from an instant on; None: closed for good. anew: it may have been closed before."""

    at: Instant
    calendar: Calendar | None
    record: str
    anew: bool


@define
class _Fold:
    """What was published so far, and what contradicts it."""

    versions: list[Agreement] = field(factory=list)
    retired: dict[str, Instant] = field(factory=dict)  # agreements that are, and are not published anew
    changes: dict[str, list[_Change]] = field(factory=dict)
    calendars: dict[str, Calendar] = field(factory=dict)  # as they were last published or amended
    faults: list[str] = field(factory=list)
    _replaced: dict[tuple[str, str], Calendar] = field(factory=dict)

    def read(self, record: str, event: Publication) -> None:
        match event:
            case AgreementPublished() | AgreementAmended():
                self._agreement(record, event)
            case AgreementRetired():
                self._retire(record, event)
            case CalendarPublished() | CalendarAmended():
                self._calendar(record, event)
            case CalendarRetired():
                self._close(record, event)

    def _try(self, what: str, made: Callable[[], T]) -> T | None:
        """What is made, or None and faults."""
        try:
            return made()
        except (AgreementError, ScheduleError) as error:
            self.faults += [f"{what}: {fault}" for fault in error.faults]
            return None

    # Agreements -------------------------------------------------------------------------------------------------------

    def _agreement(self, record: str, event: AgreementPublished[Any] | AgreementAmended[Any]) -> None:
        given = self._try(record, lambda: _as_agreement(event.agreement, self.calendars))
        version = self._try(record, lambda: _in_force(given, event)) if given else None
        if version is None:
            return
        is_new = isinstance(event, AgreementPublished)
        if faults := list(self._contradictions(version, is_new=is_new)):
            self.faults += [f"{record}: {fault}" for fault in faults]
            return
        if is_new:
            self.retired.pop(version.id, None)
        self.versions.append(self._until(version, self.retired.get(version.id, FOREVER)))
        used = (part.calendar for target in version.targets for part in parts(target.terms))
        self.calendars = {**{calendar.name: calendar for calendar in used if calendar.name}, **self.calendars}

    def _contradictions(self, new: Agreement, *, is_new: bool) -> Iterator[str]:
        others = [it for it in self.versions if it.id == new.id]
        if not others and not is_new:
            yield f"agreement {new.id!r} is amended, and was never published: publish it first"
        retired = FOREVER if is_new else self.retired.get(new.id, FOREVER)
        if new.begins >= retired:
            yield f"agreement {new.id!r} is amended from {iso(new.begins)} on, and is retired from {iso(retired)} on"
        for other in others:
            if other.version == new.version:
                yield f"agreement {new.reference!r} stands twice: give each version its own name"
            elif other.begins == new.begins:
                yield f"{new.reference} and {other.reference} take effect at the same instant: {_from(new.begins)}"

    def _until(self, version: Agreement, end: Instant) -> Agreement:
        return but(version, effective_until=end) if end < version.ends else version

    def _retire(self, record: str, event: AgreementRetired) -> None:
        id, at = event.agreement, event.effective_from
        if not any(version.id == id for version in self.versions):
            self.faults.append(f"{record}: agreement {id!r} is retired, and was never published")
        elif id in self.retired:
            self.faults.append(f"{record}: agreement {id!r} is retired twice: it is from {iso(self.retired[id])} on")
        else:
            self.retired[id] = at
            kept = (it for it in self.versions if it.id != id or it.begins < at)
            self.versions = [self._until(it, at) if it.id == id else it for it in kept]

    # Calendars --------------------------------------------------------------------------------------------------------

    def _calendar(self, record: str, event: CalendarPublished[Any] | CalendarAmended[Any]) -> None:
        name = event.name
        if isinstance(event, CalendarAmended) and name not in self.calendars:
            self.faults.append(f"{record}: calendar {name!r} is amended, and was never published: publish it first")
            return
        calendar = self._try(record, lambda: _as_calendar(name, event.calendar, self.calendars))
        if calendar is not None:
            at = ALWAYS_WAS if event.effective_from is None else event.effective_from
            self._change(name, _Change(at, calendar, record, isinstance(event, CalendarPublished)))
            self.calendars[name] = calendar

    def _close(self, record: str, event: CalendarRetired) -> None:
        if event.name not in self.calendars:
            self.faults.append(f"{record}: calendar {event.name!r} is retired, and was never published")
            return
        self._change(event.name, _Change(event.effective_from, None, record, anew=False))

    def _change(self, name: str, new: _Change) -> None:
        earlier = self.changes.setdefault(name, [])
        for other in earlier:
            if other.at == new.at:
                both = (
                    f"calendar {name!r} takes effect twice at the same instant: {_from(new.at)}, in {other.record} too"
                )
                self.faults.append(f"{new.record}: {both}")
        earlier.append(new)

    def check_calendars(self) -> None:
        """Find fault with what takes effect while a calendar is closed for good, unless it is published anew."""
        for name, changes in self.changes.items():
            closed: _Change | None = None
            for change in sorted(changes, key=lambda change: change.at):
                if closed is not None and not change.anew:
                    what = "retired" if change.calendar is None else "amended"
                    both = f"calendar {name!r} is {what} {_from(change.at)}, and is retired {_from(closed.at)}"
                    self.faults.append(f"{change.record}: {both}")
                closed = change if change.calendar is None else None

    # The book ---------------------------------------------------------------------------------------------------------

    def agreements(self) -> Iterator[Agreement]:
        """Every version, on the calendars that were published; one that cannot be so is a fault."""
        for version in self.versions:
            targets = [self._on_published(version, target) for target in version.targets]
            if None not in targets:
                yield but(version, targets=[target for target in targets if target])

    def _on_published(self, version: Agreement, target: Target) -> Target | None:
        whose = f"{version.reference}, target {target.name!r}"
        terms = target.terms
        if not isinstance(terms, ByPriority | Overridden):
            return target
        found = self._try(whose, lambda: self._terms(terms))
        return but(target, terms=found) if found else None

    def _terms(self, terms: AnyTerms) -> AnyTerms:
        if isinstance(terms, ByPriority):
            return self._part(terms)
        overrides = (but(override, terms=self._part(override.terms)) for override in terms.overrides)
        return Overridden(tuple(overrides), self._part(terms.usual))

    def _part(self, part: ByPriority) -> ByPriority:
        calendar = self._published(part.calendar)
        return part if calendar is part.calendar else but(part, calendar=calendar)

    def _published(self, calendar: Calendar) -> Calendar:
        """A calendar with all that was published under its name."""
        is_always = calendar == always and calendar.name == always.name
        if is_always or calendar.name not in self.changes:
            return calendar
        known_as = calendar.name, calendar.digest
        if known_as not in self._replaced:
            in_effect = sorted(self.changes[calendar.name], key=lambda change: change.at)
            self._replaced[known_as] = _changed(calendar, in_effect)
        return self._replaced[known_as]


def _in_force(given: Agreement, event: AgreementPublished[Any] | AgreementAmended[Any]) -> Agreement:
    """The version with what the event says of it."""
    begins = given.effective_from if event.effective_from is None else event.effective_from
    applies = given.applies_to_running or (isinstance(event, AgreementAmended) and event.applies_to_running)
    return but(given, effective_from=begins, applies_to_running=applies)


def _changed(calendar: Calendar, changes: Sequence[_Change]) -> Calendar:
    for change in changes:
        at, new = change.at, change.calendar
        if new is None:
            calendar = calendar.ended(effective_from=to_datetime(at))
        elif at == ALWAYS_WAS:
            calendar = new
        elif new != calendar:
            calendar = calendar.amended(new, effective_from=to_datetime(at))
    return calendar


def _as_agreement(given: Any, calendars: Mapping[str, Calendar]) -> Agreement:
    match given:
        case Agreement():
            return given
        case WrittenAgreement():
            return given.as_agreement(calendars)
        case _:
            raise AgreementError([f"{given!r} is no agreement: publish an Agreement"])


def _as_calendar(name: str, given: Any, calendars: Mapping[str, Calendar]) -> Calendar:
    if isinstance(given, WrittenCalendar):
        return given.as_calendar(calendars).named(name)
    try:
        return as_calendar(given).named(name)
    except TypeError:
        raise AgreementError([f"{given!r} is no calendar: publish a Schedule or a Calendar"]) from None


def _from(at: Instant) -> str:
    return "both always were" if at == ALWAYS_WAS else f"from {iso(at)} on"
