"""A small desk over about three months of 2025: three customers in three zones, and some of what people do to a clock.

Seeded: the same arguments give the same bytes on every machine.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from operator import itemgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, field, frozen

from examples.demo.story import AREAS, MERGING, PLOTS, Act, Plot, Promise, Site, Story, ordinary
from slaengine.domain.events import TicketEvent
from slaengine.domain.recorded import Recorded
from slaengine.domain.vocabulary import Actor, Party, Role
from slaengine.instants import DAY, Duration, Instant, duration, instant
from slaengine.policies.schedule import Schedule
from slaengine.testing.desk.chance import Chance

AGREEMENTS = Path(__file__).with_name("agreements.toml")

FIRST_DAY = date(2025, 3, 3)
TICKETS_A_DAY = 34
WITHOUT_AGREEMENT = 0.02  # of the tickets: requesters of an organisation that has none
UNKNOWN = "passers-by"
PUBLISHED_YEARS = (2025, 2030)

OFFICE_WEEK = (13, 12, 11, 11, 9, 1.2, 0.8)  # Monday first
OFFICE_DAY = (1, 1, 1, 1, 1, 2, 4, 12, 38, 60, 58, 50, 34, 42, 52, 46, 38, 22, 10, 7, 5, 4, 3, 2)  # by local hour
PLANT_WEEK = (10, 10, 10, 10, 10, 5, 1)
PLANT_DAY = (18, 16, 14, 12, 14, 18, 36, 42, 40, 36, 34, 30, 26, 14, 6, 4, 4, 4, 4, 5, 8, 18, 34, 28)


@frozen(kw_only=True)
class Customer:
    """Where the tickets of a site come from. busy: the share of the whole time after which its worst day begins."""

    organisation: str
    site: str
    zone: str
    share: float
    week: Sequence[float]
    day: Sequence[float]
    departments: tuple[str, ...]
    busy: float


CUSTOMERS = (
    Customer(
        organisation="acme",
        site="berlin",
        zone="Europe/Berlin",
        share=0.42,
        week=OFFICE_WEEK,
        day=OFFICE_DAY,
        departments=("sales", "finance", "design"),
        busy=0.62,
    ),
    Customer(
        organisation="borough",
        site="london",
        zone="Europe/London",
        share=0.36,
        week=OFFICE_WEEK,
        day=OFFICE_DAY,
        departments=("stores", "warehouse", "head-office"),
        busy=0.3,
    ),
    Customer(
        organisation="indus",
        site="pune",
        zone="Asia/Kolkata",
        share=0.22,
        week=PLANT_WEEK,
        day=PLANT_DAY,
        departments=("assembly", "quality", "maintenance"),
        busy=0.8,
    ),
)


@frozen
class Simulation:
    """The log, and what was planted in it."""

    records: list[Recorded]
    acts: tuple[Act, ...]


def simulated(seed: int = 2025, tickets: int = 3000) -> list[Recorded]:
    """The log of a desk, in the order in which it was written down."""
    return simulate(seed, tickets).records


def simulate(seed: int = 2025, tickets: int = 3000) -> Simulation:
    """The log of a desk with what was planted in it. The desk gets 34 tickets a day; fewer tickets are fewer days."""
    chance = Chance(seed)
    days = max(7, -(-tickets // TICKETS_A_DAY))
    end = instant(datetime.combine(FIRST_DAY, time(), UTC)) + days * DAY
    floor = Floor(sites())
    arriving = arrivals(chance, tickets, days)
    stories = [floor.story(chance, number, *arrival) for number, arrival in enumerate(arriving, 1)]
    acts = (act for story in stories for act in story.acts if act.seen_at <= end)
    return Simulation(records(stories, end), tuple(acts))


# Who and where --------------------------------------------------------------------------------------------------------


def sites() -> dict[str, Site]:
    """The sites by name. Their staff are numbered through, three to seven in a team."""
    promised = promises(tomllib.loads(AGREEMENTS.read_text(encoding="utf-8")))
    return {customer.site: _site(n, customer, promised[customer.organisation]) for n, customer in enumerate(CUSTOMERS)}


def _site(n: int, customer: Customer, promise: Promise) -> Site:
    desk = f"desk-{customer.site}"
    sizes = {desk: 7, **dict.fromkeys(AREAS, 3), "engineering": 3}
    ids = (f"a-{number:03}" for number in range(n * 100 + 1, n * 100 + 100))
    staff = {team: tuple(next(ids) for _ in range(size)) for team, size in sizes.items()}
    return Site(
        name=customer.site,
        organisation=customer.organisation,
        departments=customer.departments,
        promise=promise,
        staff=staff,
        lead=Actor(f"l-{n + 1:02}", Role.LEAD, desk),
        supplier=Actor(f"s-{n + 1:02}", Role.SUPPLIER),
        gamers={
            "deadline_handoff": Actor(staff[desk][2], Role.AGENT, desk),
            "close_reopen_churn": Actor(staff[desk][5], Role.AGENT, desk),
        },
    )


def promises(published: Mapping[str, Any]) -> dict[str, Promise]:
    """By organisation, what the agreements file says."""
    hours = {name: Schedule(**given, years=PUBLISHED_YEARS) for name, given in published["calendars"].items()}
    customers = (given for given in published["agreements"] if "scope" in given)
    return {given["scope"]["organisation"]: _promise(given["targets"], hours) for given in customers}


def _promise(targets: Iterable[Mapping[str, Any]], hours: Mapping[str, Schedule]) -> Promise:
    by_metric = {target["metric"]: target for target in targets}
    resolution = by_metric["resolution"]
    return Promise(
        open_time=hours[resolution["calendar"]].calendar.open_time,
        first_response=_budgets(by_metric["first-response"]),
        resolution=_budgets(resolution),
        pauses=frozenset(map(Party, resolution["pauses"]["waiting_on"])),
    )


def _budgets(target: Mapping[str, Any]) -> dict[str, Duration]:
    return {priority: duration(text) for priority, text in target["budgets"].items()}


# When -----------------------------------------------------------------------------------------------------------------


def arrivals(chance: Chance, tickets: int, days: int) -> list[tuple[Instant, str, str]]:
    """When, where and for whom tickets are opened: as people of that zone are at work, in order."""
    shares = {customer: customer.share for customer in CUSTOMERS}
    rhythm = {customer: _rhythm(customer, days) for customer in CUSTOMERS}
    found = []
    for _ in range(tickets):
        customer = chance.weighted(shares)
        at = _moment(chance, customer, rhythm[customer])
        found.append((at, customer.site, UNKNOWN if chance.happens(WITHOUT_AGREEMENT) else customer.organisation))
    return sorted(found)


def _rhythm(customer: Customer, days: int) -> dict[int, float]:
    """The weight of each day; the worst has three times its share."""
    worst = int(days * customer.busy)
    while customer.week[(FIRST_DAY + timedelta(worst)).weekday()] < 8:
        worst += 1
    return {n: customer.week[(FIRST_DAY + timedelta(n)).weekday()] * (3 if n == worst else 1) for n in range(days)}


def _moment(chance: Chance, customer: Customer, rhythm: Mapping[int, float]) -> Instant:
    day = FIRST_DAY + timedelta(chance.weighted(rhythm))
    hour = chance.weighted(dict(enumerate(customer.day)))
    clock = time(hour, chance.whole(0, 59), chance.whole(0, 59), tzinfo=ZoneInfo(customer.zone))
    return instant(datetime.combine(day, clock).astimezone(UTC))


# What -----------------------------------------------------------------------------------------------------------------


@define
class Floor:
    """What lies open where: the more it is, the longer everything takes."""

    sites: Mapping[str, Site]
    _open: dict[str, list[tuple[Instant, str]]] = field(factory=dict)  # by site: until when, which

    def story(self, chance: Chance, number: int, at: Instant, site: str, organisation: str) -> Story:
        """What becomes of the ticket that arrives now. Those that came before must have been told."""
        waiting = self._waiting(site, at)
        story = Story(
            chance=chance,
            site=self.sites[site],
            ticket=f"T-{number:04}",
            at=at,
            load=load(len(waiting)),
            organisation=organisation,
            other=waiting[-1][1] if waiting else "",
        )
        plot = _plot(story)
        plot(story)
        if plot not in MERGING:
            heappush(waiting, (story.resolved_at or story.at, story.ticket))
        return story

    def _waiting(self, site: str, at: Instant) -> list[tuple[Instant, str]]:
        waiting = self._open.setdefault(site, [])
        while waiting and waiting[0][0] <= at:
            heappop(waiting)
        return waiting


def _plot(story: Story) -> Plot:
    """Who has no agreement has no deadline to act near."""
    if story.organisation == UNKNOWN:
        return ordinary
    plot = story.chance.weighted(PLOTS)
    return ordinary if plot in MERGING and not story.other else plot


def load(waiting: int) -> float:
    """How much longer things take than they might: 1 where twenty tickets of the site lie open."""
    return min(0.7 + 0.015 * waiting, 2.5)


def records(stories: Iterable[Story], end: Instant) -> list[Recorded]:
    """All that was written down by the end, numbered in the log and in each stream."""
    told = sorted(_told(stories, end), key=itemgetter(0))
    versions: dict[str, int] = {}
    found = []
    for position, (recorded_at, ticket, event) in enumerate(told, 1):
        versions[ticket] = versions.get(ticket, 0) + 1
        found.append(
            Recorded(stream=ticket, position=position, version=versions[ticket], event=event, recorded_at=recorded_at)
        )
    return found


def _told(stories: Iterable[Story], end: Instant) -> Iterator[tuple[Instant, str, TicketEvent]]:
    for story in stories:
        for recorded_at, event in story.told:
            if recorded_at <= end:
                yield recorded_at, story.ticket, event
