"""What a customer was promised beside answers: a service report each month, which some open and some never do."""

from __future__ import annotations

from slaengine.domain import events as e
from slaengine.domain.vocabulary import Deliverable
from slaengine.instants import DAY, HOUR
from slaengine.testing.desk.floor import AUTOMATION, Floor
from slaengine.testing.desk.world import CUSTOMERS, Customer

MONTH = 28
READERS = {"ashby": 0.9, "borel": 0.6, "cadiz": 0.2}
"""How often a customer opens its report; the others never do."""


def plans(floor: Floor) -> None:
    """Puts the reports of every month on the agenda."""
    for customer in CUSTOMERS[:-1]:
        for month in range(-(-floor.world.plan.weeks * 7 // MONTH)):
            floor.later(floor.world.start + month * MONTH * DAY, promised, customer, month)


def promised(floor: Floor, customer: Customer, month: int) -> None:
    """By the end of the month; delivered some days before or after."""
    due = floor.now + MONTH * DAY
    event = e.DeliverablePromised(
        occurred_at=floor.now,
        by=AUTOMATION,
        kind=Deliverable.SERVICE_REPORT,
        id=_id(customer, month),
        account=customer.id,
        due=due,
    )
    floor.announce(f"customer/{customer.id}", event)
    floor.later(due + floor.chance.whole(-5, 2) * DAY, delivered, customer, month)


def delivered(floor: Floor, customer: Customer, month: int) -> None:
    """And opened, where somebody reads it."""
    kind, id = Deliverable.SERVICE_REPORT, _id(customer, month)
    given = e.DeliverableDelivered(occurred_at=floor.now, by=AUTOMATION, kind=kind, id=id, account=customer.id)
    floor.announce(f"customer/{customer.id}", given)
    if floor.chance.happens(READERS.get(customer.id, 0)):
        floor.later(floor.now + floor.chance.whole(1, 90) * HOUR, opened, customer, month)


def opened(floor: Floor, customer: Customer, month: int) -> None:
    """Somebody looked at it."""
    kind, id = Deliverable.SERVICE_REPORT, _id(customer, month)
    event = e.DeliverableOpened(occurred_at=floor.now, kind=kind, id=id, account=customer.id)
    floor.announce(f"customer/{customer.id}", event)


def _id(customer: Customer, month: int) -> str:
    return f"report-{customer.id}-{month + 1:02}"
