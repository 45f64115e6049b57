"""A ticket read under its agreements: its history, its clocks, and what in them deserves a look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve as but
from attrs import frozen

from slaengine.domain.changed import changed
from slaengine.domain.events import AgreementAttached, Corrected, Merged, Opened, TicketEvent
from slaengine.domain.history import History, history
from slaengine.domain.recorded import DERIVED, Recorded, derived, known
from slaengine.domain.shapes import kind_name
from slaengine.domain.timeline import Span
from slaengine.domain.vocabulary import Coverage
from slaengine.errors import InputError
from slaengine.instants import FOREVER, When, as_instant
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book, Selection, as_book
from slaengine.policies.promise import Promise
from slaengine.policies.target import Target
from slaengine.projections.clocks import Clock, measure
from slaengine.projections.explain import Explanation, explained
from slaengine.projections.gaming.detect import detected
from slaengine.projections.gaming.flag import Flag


@frozen
class NotMeasurable:
    """A target that a log cannot answer for, and the facts that it lacks."""

    target: Target
    missing: tuple[str, ...]


@frozen(init=False, eq=False, repr=False, slots=False)
class Case:
    """One ticket under the agreements of a book.

    events: the ticket's events in the order in which they were written down, or their records. known_at: what was
    recorded later is left out. lacks: kinds of event that the log never holds.

    Raises InputError for records of several tickets, or of none that was opened.
    """

    ticket: str
    book: Book
    lacks: frozenset[type[TicketEvent]]
    history: History
    selection: Selection
    promises: tuple[Promise, ...]
    not_measurable: tuple[NotMeasurable, ...]
    corrections: tuple[Recorded, ...]
    _told: tuple[Recorded, ...]

    def __init__(
        self,
        events: Iterable[TicketEvent | Recorded],
        *,
        under: Agreement | Book | Iterable[Agreement],
        known_at: When = FOREVER,
        lacks: frozenset[type[TicketEvent]] = frozenset(),
    ) -> None:
        book = as_book(under)
        given, until = _recorded(events), as_instant(known_at)
        told = known(given, until)
        opening, opened = _opening(told)
        selection = book.select(opened)
        attached = _attached(selection, opening, opened)
        completed = (_completed(book, it) if type(it.event) is AgreementAttached else it for it in told)
        records = [*completed, *attached]
        found = _amended(book, history(records))
        stood_under = tuple(_stood_under(book, found))
        selected = () if selection.agreement is None else (selection.agreement,)
        later = (agreement for agreement in stood_under if agreement is not selection.agreement)
        promises = book.promises(selected, (beside for beside, _ in selection.beside), later)
        missing = tuple(_not_measurable(promises, stood_under, lacks))
        unread = {it.target.name for it in missing}
        self.__attrs_init__(
            ticket=opening.stream,
            book=book,
            lacks=lacks,
            history=found,
            selection=selection,
            promises=tuple(promise for promise in promises if promise.name not in unread),
            not_measurable=missing,
            corrections=tuple(it for it in given if isinstance(it.event, Corrected) and it.recorded_at <= until),
            told=tuple(told),
        )

    def __repr__(self) -> str:
        return f"Case({self.ticket!r}, {len(self.history.records)} events, {self.selection.why})"

    @property
    def timeline(self) -> tuple[Span, ...]:
        """One span for each record of the history."""
        return self.history.timeline

    def without(self, *ids: str) -> Case:
        """The same case, had these records not been. What has no reading without them is set aside."""
        kept = [record for record in self.history.records if record.id not in ids]
        return changed(self, {"history": history(kept)})

    def until(self, as_of: When) -> Case:
        """The case as far as it had happened by an instant: what came later can have no effect on a reading.

        A lawful history reads the same with its future as without. One with something set aside may not: what came
        later may be the reason. Raises InputError if the ticket was not opened by then.
        """
        now = as_instant(as_of)
        if not self.history.quarantined or all(record.occurred_at <= now for record in self._told):
            return self
        happened = (record for record in self._told if record.occurred_at <= now)
        case = Case(happened, under=self.book, lacks=self.lacks)
        return changed(case, {"corrections": self.corrections})

    def clocks(self, as_of: When) -> tuple[Clock, ...]:
        """Every clock as it stood at an instant: by target, then by cycle."""
        now = as_instant(as_of)
        if not any(isinstance(record.event, Opened) and record.occurred_at <= now for record in self._told):
            return ()
        case = self.until(now)
        return tuple(clock for promise in case.promises for clock in measure(case.timeline, promise, now))

    def reading(self, target: str, as_of: When, cycle: int | None = None) -> Clock:
        """One clock of a target: the latest, or that of a cycle. Raises InputError that lists what there is."""
        clocks = self.clocks(as_of)
        found = [clock for clock in clocks if clock.target.name == target and cycle in (None, clock.cycle)]
        if not found:
            there = ", ".join(f"{clock.target.name} (cycle {clock.cycle})" for clock in clocks) or "none"
            raise InputError(f"ticket {self.ticket} has no clock {target!r} then: it has {there}")
        return found[-1]

    def explain(self, target: str, as_of: When, cycle: int | None = None) -> Explanation:
        """The ledger of a target's latest clock, or of a cycle's, as it stood at an instant.

        Raises InputError, listing what there is, if the ticket has no such clock then.
        """
        return explained(self.until(as_of), self.reading(target, as_of, cycle), as_instant(as_of))

    def flags(self, as_of: When, *, clocks: Sequence[Clock] | None = None) -> tuple[Flag, ...]:
        """What a reviewer should look at, in order of time. clocks: those of that instant, if they are at hand."""
        read = self.clocks(as_of) if clocks is None else clocks
        return detected(self.until(as_of), read, as_instant(as_of)) if read else ()


def _recorded(events: Iterable[TicketEvent | Recorded]) -> list[Recorded]:
    """Bare events in an envelope of their own, numbered as they stand."""
    found = [_enveloped(event, number) for number, event in enumerate(events, start=1)]
    if len(streams := sorted({record.stream for record in found})) > 1:
        raise InputError(f"a case is one ticket; these are records of {', '.join(streams[:5])}")
    return found


def _enveloped(event: TicketEvent | Recorded, number: int) -> Recorded:
    if isinstance(event, Recorded):
        return event
    return Recorded(stream="ticket", position=number, version=number, event=event)


def _opening(told: Sequence[Recorded]) -> tuple[Recorded, Opened]:
    """The opening that was written down first: of several it is the one that `history` keeps."""
    for record in sorted(told, key=lambda record: record.position):
        if isinstance(record.event, Opened):
            return record, record.event
    if not told:
        raise InputError("nothing is known of the ticket then: ask for a later instant, or look for its opening")
    raise InputError(f"{told[0].stream}: no opening is known; a case begins with an Opened event")


def _attached(selection: Selection, opening: Recorded, opened: Opened) -> list[Recorded]:
    """The selection as a fact, to be read right after the opening."""
    event = selection.attached(opened)
    return [] if event is None else [derived(opening, event, "agreement")]


def _completed(book: Book, record: Recorded) -> Recorded:
    """An agreement attached without a version has the one in force then; one of best effort entitles to nothing."""
    event = record.event
    if not isinstance(event, AgreementAttached):
        return record
    found = book.named(event.agreement, event.version, event.occurred_at).agreement
    if found is None:
        return record
    coverage = Coverage.BEST_EFFORT if found.best_effort else event.coverage
    return but(record, event=but(event, version=found.version, coverage=coverage))


def _amended(book: Book, found: History) -> History:
    """The history with the versions that took effect while the ticket stood under an earlier one."""
    taken = list(_taken_effect(book, found.records))
    return but(history([*found.records, *taken]), quarantined=found.quarantined) if taken else found


def _taken_effect(book: Book, records: Iterable[Recorded]) -> Iterator[Recorded]:
    """As facts of their instants. A ticket that was merged away stands under nothing."""
    turns = [record for record in records if type(record.event) in _TURNS]
    ends = [*(record.occurred_at for record in turns[1:]), FOREVER]
    for record, end in zip(turns, ends, strict=False):
        if isinstance(record.event, AgreementAttached):
            for version in book.versions(record.event.agreement):
                if record.occurred_at < version.begins < end:
                    yield _in_effect(record, record.event, version)


_TURNS = (AgreementAttached, Merged)
"""What changes under which agreement a ticket stands."""


def _in_effect(record: Recorded, was: AgreementAttached, version: Agreement) -> Recorded:
    """First at its instant: what happens then happens under it."""
    reason = f"version {version.version} takes effect"
    event = but(was, occurred_at=version.begins, by=None, version=version.version, reason=reason)
    name = f"{record.stream}/{version.reference}"
    return Recorded(stream=record.stream, position=0, version=DERIVED, id=name, event=event)


def _stood_under(book: Book, found: History) -> Iterator[Agreement]:
    """Every agreement that the ticket ever stood under, each once, in that order."""
    seen: set[str] = set()
    for record in found.records:
        if isinstance(record.event, AgreementAttached):
            agreement = book.find(record.event.agreement, record.event.version)
            if agreement is not None and agreement.reference not in seen:
                seen.add(agreement.reference)
                yield agreement


def _not_measurable(
    promises: Iterable[Promise], stood_under: Sequence[Agreement], lacks: frozenset[type[TicketEvent]]
) -> Iterator[NotMeasurable]:
    """A promise of which one of the targets that may govern it needs facts that the log lacks."""
    for promise in promises:
        own = (promise.by.get((agreement.id, agreement.version)) for agreement in stood_under)
        for target in filter(None, (*own, promise.beside)):
            if missing := target.metric.needs & lacks:
                yield NotMeasurable(target, tuple(sorted(map(kind_name, missing))))
                break
