"""What was planted in a simulated desk, and what is honest and only looks like it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define, field, frozen

from slaengine.instants import Instant, iso
from slaengine.testing.desk.world import World


@frozen(kw_only=True)
class Act:
    """A planted act. related: other tickets in which it shows, as a clone does."""

    ticket: str
    kind: str
    person: str
    level: str
    at: Instant
    related: tuple[str, ...] = ()


@frozen(kw_only=True)
class Lookalike:
    """An honest act that resembles a kind of gaming, and why it was done."""

    ticket: str
    looks_like: str
    why: str
    person: str
    at: Instant


@define
class Truth:
    """Filled while the desk is simulated; whole when its last event was given."""

    acts: list[Act] = field(factory=list)
    lookalikes: list[Lookalike] = field(factory=list)
    tickets: int = 0
    events: int = 0

    def data(self, world: World) -> Mapping[str, Any]:
        """Plain values: persons with their habits, acts, look-alikes."""
        return {
            "persons": {person.id: _person(self, world, person.id) for person in world.people.values()},
            "tickets": [
                {
                    "ticket": act.ticket,
                    "kind": act.kind,
                    "person": act.person,
                    "level": act.level,
                    "at": iso(act.at),
                    "acts": 1,
                    "related": list(act.related),
                    "observable": act.at <= world.end,
                }
                for act in self.acts
            ],
            "lookalikes": [
                {"ticket": it.ticket, "looks_like": it.looks_like, "why": it.why, "person": it.person, "at": iso(it.at)}
                for it in self.lookalikes
            ],
            "n_tickets": self.tickets,
            "n_events": self.events,
        }


def _person(truth: Truth, world: World, id: str) -> Mapping[str, Any]:
    person = world.people[id]
    team = world.teams[person.team]
    kinds = [
        {
            "kind": habit.kind,
            "level": habit.level,
            "rate": round(habit.rate, 3),
            "acts": sum(act.person == id and act.kind == habit.kind for act in truth.acts),
        }
        for habit in person.habits
    ]
    return {"team": team.id, "tier": team.tier, "site": team.site, "role": "agent", "kinds": kinds}
