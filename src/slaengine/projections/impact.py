"""What an amendment does to open tickets: whose terms or due instants move. Shown before, and stored with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import evolve as but
from attrs import frozen

from slaengine.domain.desk import DESK_EVENTS, AgreementAmended
from slaengine.domain.events import Opened, TicketEvent
from slaengine.domain.recorded import Recorded
from slaengine.domain.vocabulary import Actor
from slaengine.errors import InputError
from slaengine.instants import FOREVER, Duration, Instant, When, as_instant, iso
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book, as_book
from slaengine.policies.target import Kind
from slaengine.projections.case import Case
from slaengine.projections.clocks import Clock, State


@frozen(kw_only=True)
class Standing:
    """What a living clock is promised, and by which agreement.

    budget: in the words of an agreement file. digest: of the calendar. due: for a paused clock, if it ran on at once;
    None: the calendar never opens for so long.
    """

    agreement: str
    budget: str
    calendar: str
    digest: str
    limit: Duration
    due: Instant | None

    def __str__(self) -> str:
        due = "never due" if self.due is None else f"due {iso(self.due)}"
        return f"{self.budget} on {self.calendar or 'an unnamed calendar'}, {due}"


@frozen(kw_only=True)
class Moved:
    """A living clock whose terms or due instant an amendment moves. None: it does not live before, or after."""

    ticket: str
    target: str
    kind: Kind
    cycle: int
    before: Standing | None
    after: Standing | None

    def __str__(self) -> str:
        before, after = (str(it) if it else "no clock" for it in (self.before, self.after))
        return f"{self.ticket}  {self.target} (cycle {self.cycle}): {before} -> {after}"

    def data(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "ticket": self.ticket,
            "target": self.target,
            "kind": str(self.kind),
            "cycle": self.cycle,
            "before": _data(self.before),
            "after": _data(self.after),
        }


@frozen(kw_only=True)
class Amendment:
    """A new version as an event that holds the ids of the tickets it affects, the book with it, and how they move."""

    event: AgreementAmended[Agreement]
    book: Book
    impact: tuple[Moved, ...]


def impact(
    records: Iterable[Recorded],
    before: Agreement | Book | Iterable[Agreement],
    after: Agreement | Book | Iterable[Agreement],
    as_of: When,
    *,
    known_at: When = FOREVER,
    lacks: frozenset[type[TicketEvent]] = frozenset(),
) -> tuple[Moved, ...]:
    """The clocks of open tickets that live at an instant and whose terms or due instants another book moves.

    Where it has versions that take effect later, the clocks are read when the last of them has, as if nothing else
    happened until then. By the default pin a clock that runs keeps its version, so that only an amendment that applies
    to running clocks moves one; a target that is new starts for open tickets too. Raises HorizonError where a calendar
    ends before.
    """
    now, known, old, new = as_instant(as_of), as_instant(known_at), as_book(before), as_book(after)
    then = max([now, *_still_to_come(old, new)])
    found: list[Moved] = []
    for own in _tickets(records, now, known):
        mine, theirs = (_living(own, book, known, lacks, then) for book in (old, new))
        for key in {**mine, **theirs}:
            (kind, name, cycle), one, other = key, mine.get(key), theirs.get(key)
            if not _is_the_same(one, other):
                found.append(Moved(ticket=own[0].stream, target=name, kind=kind, cycle=cycle, before=one, after=other))
    return tuple(found)


def amend(
    book: Book,
    agreement: Agreement,
    records: Iterable[Recorded],
    *,
    at: When,
    effective_from: When,
    applies_to_running: bool = False,
    by: Actor | None = None,
    reason: str | None = None,
) -> Amendment:
    """An amendment with its impact on the tickets that are open at `at`: to be shown first, and then kept as it is.

    agreement: the new version, of an id that the book has. Raises InputError for an id that it does not have,
    AgreementError for a version that it has already.
    """
    if not book.versions(agreement.id):
        ids = ", ".join(sorted({it.id for it in book.agreements}))
        raise InputError(f"agreement {agreement.id!r} cannot be amended: the book has {ids}; publish it instead")
    start = as_instant(effective_from)
    version = but(agreement, effective_from=start, applies_to_running=applies_to_running)
    amended = Book([*book.agreements, version], levels=book.levels, labels=book.labels)
    moved = impact(records, book, amended, at)
    event = AgreementAmended(
        occurred_at=as_instant(at),
        by=by,
        agreement=version,
        effective_from=start,
        applies_to_running=applies_to_running,
        reason=reason,
        affects=tuple(dict.fromkeys(it.ticket for it in moved)),
    )
    return Amendment(event=event, book=amended, impact=moved)


_Clocks = dict[tuple[Kind, str, int], Standing]


def _still_to_come(old: Book, new: Book) -> Iterator[Instant]:
    """When the versions that only the new book has take effect."""
    known = {agreement.reference for agreement in old.agreements}
    return (it.begins for it in new.agreements if it.reference not in known)


def _tickets(records: Iterable[Recorded], now: Instant, known: Instant) -> Iterator[Sequence[Recorded]]:
    """What had happened to each ticket by then, as far as it was known; without what was not opened."""
    found: dict[str, list[Recorded]] = {}
    for record in records:
        if record.occurred_at <= now and record.recorded_at <= known and type(record.event) not in _OF_THE_DESK:
            found.setdefault(record.stream, []).append(record)
    return (own for own in found.values() if any(isinstance(record.event, Opened) for record in own))


_OF_THE_DESK = frozenset(DESK_EVENTS)


def _living(
    records: Sequence[Recorded], book: Book, known: Instant, lacks: frozenset[type[TicketEvent]], now: Instant
) -> _Clocks:
    try:
        case = Case(records, under=book, known_at=known, lacks=lacks)
    except InputError:  # its opening was corrected away
        return {}
    living = (clock for clock in case.clocks(now) if clock.state in (State.RUNNING, State.PAUSED))
    return {(clock.target.kind, clock.target.name, clock.cycle): _standing(clock) for clock in living}


def _standing(clock: Clock) -> Standing:
    terms = clock.last.terms
    return Standing(
        agreement=clock.target.agreement,
        budget=str(terms.budget),
        calendar=terms.calendar.name,
        digest=terms.calendar.digest,
        limit=clock.limit,
        due=clock.promise,
    )


def _is_the_same(one: Standing | None, other: Standing | None) -> bool:
    """Whether only the version that governs is another."""
    if one is None or other is None:
        return one is other
    return but(one, agreement=other.agreement) == other


def _data(standing: Standing | None) -> dict[str, Any] | None:
    if standing is None:
        return None
    return {
        "agreement": standing.agreement,
        "budget": standing.budget,
        "calendar": standing.calendar,
        "digest": standing.digest,
        "limit": standing.limit,
        "due": None if standing.due is None else iso(standing.due),
    }
