"""A desk, from its plan to its log: streamed, with its truth filled on the way."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from slaengine.domain.recorded import Recorded
from slaengine.policies.book import Book
from slaengine.testing.desk import arrivals, lookalikes, reports, tricks, work
from slaengine.testing.desk.chance import Chance
from slaengine.testing.desk.floor import Floor
from slaengine.testing.desk.plan import Plan
from slaengine.testing.desk.truth import Truth
from slaengine.testing.desk.world import World, world


@frozen
class Simulation:
    """What a plan gives: the world, the records as they were written down, and the truth about them.

    truth is whole once the records were read to their end; they can be read once.
    """

    world: World
    records: Iterator[Recorded]
    truth: Truth

    @property
    def book(self) -> Book:
        """What was promised to the customers."""
        return self.world.book


def simulate(plan: Plan | None = None) -> Simulation:
    """A desk that behaves like a real one. The same plan gives the same bytes on every machine."""
    plan = Plan() if plan is None else plan
    chance, truth = Chance(plan.seed), Truth()
    floor = Floor(
        world(plan, chance),
        chance,
        truth,
        looks=work.looks,
        took=tricks.took,
        replies=work.replies,
        sent_twice=lookalikes.sent_twice,
        closes=work.closes,
    )
    arrivals.plans(floor)
    reports.plans(floor)
    for person in floor.world.people.values():
        floor.later(floor.now, work.comes, person)
        for start, end in person.away:
            floor.later(start, work.is_away, person, start, end)
    return Simulation(floor.world, floor.run(), truth)
