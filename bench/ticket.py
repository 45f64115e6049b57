"""One live ticket of 15 events under three clocks, by the readable path, beside one bare bisect."""

from bisect import bisect_right
from collections.abc import Iterator

from bench.timing import Row, paired
from slaengine.domain import events as e
from slaengine.domain.timeline import Span, timeline
from slaengine.domain.vocabulary import Actor, FrozenMap, Role
from slaengine.instants import SECOND, Instant, hours, instant, minutes
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.policies.calendar import always
from slaengine.policies.metrics import first_response, resolution
from slaengine.policies.rules import Where
from slaengine.policies.schedule import Schedule
from slaengine.projections.case import Case
from slaengine.projections.clocks import measure

REPEATS = 9
EACH = 300  # tickets in a round
BISECTS = 20_000

OFFICE = Schedule("Europe/Berlin", "Mon-Fri 09:00-12:30 13:30-17:30", holidays="DE-BE", name="office")
GOLD = Agreement(
    id="gold",
    targets=[
        first_response({"P1": minutes(15), "P3": hours(4)}, calendar=OFFICE),
        resolution({"P1": hours(4), "P3": hours(16)}, calendar=OFFICE, pauses=Where(waiting_on="customer")),
        resolution({"P1": hours(40), "P3": hours(160)}, calendar=always, name="resolution around the clock"),
    ],
)


def rows() -> Iterator[Row]:
    """The rows of this benchmark, for `python -m bench`."""
    book, events, now = Book([GOLD]), history(), _april("28T10:00")
    targets = Case(events, under=book).promises
    edges = [now + n * SECOND for n in range(-10_000, 10_000)]
    medians = paired(
        {
            "bisect": lambda: [bisect_right(edges, now) for _ in range(BISECTS)],
            "readings": lambda: [[measure(spans, it, now) for it in targets] for spans in _timelines(events)],
            "case": lambda: [Case(events, under=book).clocks(now) for _ in range(EACH)],
        },
        REPEATS,
    )
    bisect = medians["bisect"] / BISECTS
    yield Row("fold and three clocks of 15 events", medians["readings"] / EACH, "bare bisect", bisect, at_most=750)
    yield Row("the same with the agreement looked up", medians["case"] / EACH, "bare bisect", bisect, at_most=1500)


def _timelines(events: list[e.TicketEvent]) -> Iterator[tuple[Span, ...]]:
    return (timeline(events) for _ in range(EACH))


def history() -> list[e.TicketEvent]:
    """A ticket that was answered, paused, escalated, resolved, reopened and resolved again."""
    ana, ben, customer, robot = Actor("a-1"), Actor("a-2"), Actor("c-1", Role.CUSTOMER), Actor("bot", Role.AUTOMATION)
    return [
        e.Opened(occurred_at=_april("17T09:00"), requester=FrozenMap(organisation="acme"), priority="P3"),
        e.CustomerContacted(occurred_at=_april("17T09:01"), by=robot),
        e.Assigned(occurred_at=_april("17T09:30"), by=ana, owner="a-1", team="front"),
        e.Worked(occurred_at=_april("17T10:30"), by=ana, minutes=10),
        e.CustomerContacted(occurred_at=_april("17T11:00"), by=ana),
        e.PutOnHold(occurred_at=_april("17T14:00"), by=ana),
        e.CustomerReplied(occurred_at=_april("22T09:40"), by=customer),
        e.Resumed(occurred_at=_april("22T10:00"), by=ana),
        e.Escalated(occurred_at=_april("22T10:40"), by=ana, tier="L2", team="network", note_length=120),
        e.Assigned(occurred_at=_april("22T11:00"), by=ben, owner="a-2"),
        e.Worked(occurred_at=_april("22T12:00"), by=ben, minutes=60),
        e.CustomerContacted(occurred_at=_april("22T16:00"), by=ben),
        e.Resolved(occurred_at=_april("23T10:00"), by=ben),
        e.Reopened(occurred_at=_april("24T10:00"), by=customer),
        e.Resolved(occurred_at=_april("25T10:00"), by=ben),
    ]


def _april(local: str) -> Instant:
    return instant(f"2025-04-{local}+02:00")
