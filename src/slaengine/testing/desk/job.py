"""A ticket in the making, as those who work on it know it: what is left to do, and how its promises stand."""

from __future__ import annotations

from attrs import define

from slaengine.domain.vocabulary import Actor, Channel
from slaengine.instants import Duration, Instant
from slaengine.policies.open_time import OpenTime
from slaengine.testing.desk.world import LONGER, PROMISED, Customer

MINUTE: Duration = 60_000_000


@define(eq=False)
class Stream:
    """A stream of the desk itself. version: of the last event that was written down."""

    id: str
    version: int = 0


@define(kw_only=True, eq=False)
class Job:
    """One ticket. effort: of work that is left. needs: the tier that can do it.

    charged, since: of the resolution clock, as the customer's agreement counts; since is None while it stands.
    """

    id: str
    number: int
    customer: Customer
    department: str
    contact: Actor
    channel: Channel
    category: str
    true_category: str
    priority: str
    area: str
    hours: OpenTime
    opened_at: Instant
    effort: Duration
    needs: str
    problem: str | None = None
    team: str = ""
    tier: str = "L1"
    owner: str | None = None
    taken_at: Instant = 0
    status: str = "new"
    answered_at: Instant | None = None
    charged: Duration = 0
    since: Instant | None = None
    resolved_at: Instant | None = None
    touched_at: Instant = 0
    contacted_at: Instant = 0
    asked: int = 0
    with_supplier: bool = False
    proposed: bool = False
    confirmed: bool = False  # by the customer, and not yet resolved
    shunned: bool = False  # by an owner who takes no more interest
    version: int = 0  # of the last event that was written down

    @property
    def agreement(self) -> str | None:
        """The name of what was promised to its department."""
        return self.customer.agreements[self.department]

    @property
    def is_over(self) -> bool:
        """Whether nobody is expected to work on it."""
        return self.status in {"resolved", "closed", "cancelled"}

    @property
    def is_workable(self) -> bool:
        """Whether somebody could do something now."""
        return self.status in {"new", "open"}

    @property
    def area_of_team(self) -> str | None:
        """The technology area of whoever has it; the first line has none."""
        return None if self.tier == "L1" else self.area

    def response_share(self, at: Instant) -> float:
        """The share of the time to respond that is gone."""
        return self.hours.elapsed(self.opened_at, at) / self.response_limit

    @property
    def response_limit(self) -> Duration:
        """Of open time; that of the weakest promise for who has none, since people do not look it up."""
        return PROMISED[self.agreement or "bronze"][0][self.priority] * MINUTE

    @property
    def limit(self) -> Duration:
        """Of open time until the resolution."""
        return self.limit_as(self.priority, self.category)

    def limit_as(self, priority: str, category: str) -> Duration:
        """The same, had the ticket this priority and category."""
        return PROMISED[self.agreement or "bronze"][1][priority] * MINUTE * LONGER.get(category, 5) // 5

    def used(self, at: Instant) -> Duration:
        """Of the resolution target, by an instant that is not past."""
        return self.charged + (0 if self.since is None else self.hours.elapsed(self.since, at))

    def share(self, at: Instant) -> float:
        """The share of the resolution target that is used."""
        return self.used(at) / self.limit

    def stops(self, at: Instant) -> None:
        """The clock stands from here on."""
        self.charged, self.since = self.used(at), None

    def runs(self, at: Instant) -> None:
        """The clock runs from here on."""
        if self.since is None:
            self.since = at

    def reaches(self, share: float) -> Instant | None:
        """When so much of the target will be used, if the clock runs on; None while it stands, or where it is past."""
        left = round(self.limit * share) - self.charged
        return None if self.since is None or left <= 0 else self.hours.due(self.since, left)
