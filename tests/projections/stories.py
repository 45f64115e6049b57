"""One desk, its agreements, and tickets told in a few words."""

from collections.abc import Sequence

from slaengine.domain import events as e
from slaengine.domain.recorded import Recorded
from slaengine.domain.vocabulary import Actor, FrozenMap, Role
from slaengine.instants import Instant, hours, instant, minutes
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.policies.metrics import first_response, resolution
from slaengine.policies.rules import Where
from slaengine.policies.schedule import Schedule
from slaengine.policies.target import Reopen, Retarget

OFFICE = Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", years=(2024, 2027), name="office")
WAITING_ON_CUSTOMER = Where(waiting_on="customer")

ANA, BEN, LEA = Actor("ana", team="desk"), Actor("ben", team="desk"), Actor("lea", Role.LEAD)
KIM, BOT = Actor("kim", Role.CUSTOMER), Actor("bot", Role.AUTOMATION)


def at(text: str) -> Instant:
    """ "3 09:30": an instant of March 2025 in Berlin; the 3rd is a Monday."""
    day, _, time = text.partition(" ")
    return instant(f"2025-03-{int(day):02}T{time}+01:00")


def agreement(
    id: str = "gold",
    *,
    reopen: Reopen = Reopen.CONTINUE,
    retarget: Retarget = Retarget.CARRY,
    scale: int = 1,
    **more: object,
) -> Agreement:
    """First response within 2 h and resolution within 4 or 8 h, in office hours; waiting on the customer pauses."""
    return Agreement(
        id=id,
        version="1",
        targets=[
            first_response(minutes(120 * scale), calendar=OFFICE),
            resolution(
                {"P1": hours(4 * scale), "P2": hours(6 * scale), "P3": hours(8 * scale)},
                calendar=OFFICE,
                pauses=WAITING_ON_CUSTOMER,
                reopen=reopen,
                retarget=retarget,
            ),
        ],
        **more,  # type: ignore[arg-type]
    )


GOLD, SILVER = agreement(), agreement("silver", scale=2)
BOOK = Book([GOLD, SILVER])


def opened(when: str = "3 09:00", priority: str | None = "P3", **more: object) -> e.Opened:
    return e.Opened(occurred_at=at(when), by=KIM, priority=priority, **more)  # type: ignore[arg-type]


def log(events: Sequence[e.TicketEvent], stream: str = "T-1") -> list[Recorded]:
    """The events as they were written down, one after the other."""
    return [Recorded(stream=stream, position=n, version=n, event=event) for n, event in enumerate(events, start=1)]


ACME = FrozenMap(contact="kim", organisation="acme")
