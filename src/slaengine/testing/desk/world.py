"""Who and where: sites, customers and what they were promised, teams, people, their shifts and absences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from attrs import field, frozen

from slaengine.domain.vocabulary import Actor, Role
from slaengine.instants import DAY, Duration, Instant, instant, minutes
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.policies.metrics import first_response, resolution
from slaengine.policies.open_time import OpenTime
from slaengine.policies.rules import AnyOf, Where
from slaengine.policies.schedule import Schedule
from slaengine.policies.target import Retarget
from slaengine.testing.desk.chance import Chance
from slaengine.testing.desk.plan import LEVELS, Plan

FIRST_DAY = date(2025, 1, 6)  # a Monday
YEARS = (2024, 2027)
AREAS = ("network", "workplace", "applications")
LARGEST_TEAM = 12
OVER = Where(phase=("resolved", "closed", "cancelled"))

PROMISED: Mapping[str, tuple[Mapping[str, int], Mapping[str, int]]] = {
    "gold": ({"P1": 15, "P2": 45, "P3": 150, "P4": 300}, {"P1": 150, "P2": 330, "P3": 780, "P4": 1500}),
    "silver": ({"P1": 30, "P2": 75, "P3": 180, "P4": 420}, {"P1": 180, "P2": 420, "P3": 900, "P4": 1800}),
    "bronze": ({"P1": 60, "P2": 120, "P3": 300, "P4": 540}, {"P1": 240, "P2": 540, "P3": 1260, "P4": 2520}),
}
"""Minutes of open time until the first response and until the resolution, by priority."""

LONGER = {"request": 8, "question": 7}
"""Categories that may take longer: so many fifths of the resolution target."""


@frozen(kw_only=True)
class Site:
    """Where customers and first-line teams are. shifts: local hours on duty, of which a person has one a week."""

    name: str
    zone: str
    hours: str
    holidays: tuple[str, ...]
    shifts: tuple[tuple[int, int], ...]
    share: float

    @property
    def calendar(self) -> Schedule:
        """The hours that its customers were promised."""
        return Schedule(self.zone, self.hours, holidays=self.holidays, years=YEARS, name=self.name)


SITES = (
    Site(
        name="london",
        zone="Europe/London",
        hours="Mon-Fri 08:00-18:00",
        holidays=("2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25", "2025-12-25", "2025-12-26"),
        shifts=((8, 16), (9, 17), (10, 18)),
        share=0.42,
    ),
    Site(
        name="new-york",
        zone="America/New_York",
        hours="Mon-Fri 09:00-17:00",
        holidays=("2025-01-20", "2025-02-17", "2025-05-26", "2025-07-04", "2025-09-01", "2025-11-27", "2025-12-25"),
        shifts=((9, 17),),
        share=0.3,
    ),
    Site(
        name="pune",
        zone="Asia/Kolkata",
        hours="Mon-Fri 06:00-14:00 14:00-22:00 22:00-06:00+1",
        holidays=("2025-03-14", "2025-04-18", "2025-05-01", "2025-08-15", "2025-10-02", "2025-10-20", "2025-12-25"),
        shifts=((6, 14), (14, 22), (22, 30)),
        share=0.28,
    ),
)


@frozen(kw_only=True, eq=False)
class Customer:
    """Who agreed and pays. agreements: by department; None stands for requesters without one."""

    id: str
    site: str
    share: float
    agreements: Mapping[str, str | None]


CUSTOMERS = (
    Customer(id="ashby", site="london", share=0.26, agreements={"sales": "gold", "stores": "gold", "guests": None}),
    Customer(id="borel", site="pune", share=0.16, agreements={"plant": "gold", "canteen": "bronze"}),
    Customer(id="cadiz", site="new-york", share=0.28, agreements={"office": "silver", "design": "gold"}),
    Customer(id="dorne", site="london", share=0.15, agreements={"office": "silver", "archive": "silver"}),
    Customer(id="ember", site="pune", share=0.12, agreements={"assembly": "bronze", "quality": "bronze"}),
    Customer(id="passers-by", site="london", share=0.03, agreements={"unknown": None}),
)


@frozen(kw_only=True)
class Habit:
    """What a person does to a clock. rate: the share of opportunities that are taken."""

    kind: str
    level: str
    rate: float


@frozen(kw_only=True)
class Person:
    """Somebody of the desk. duty: when on duty, as half-open spans in order."""

    id: str
    team: str
    site: str
    actor: Actor
    duty: tuple[tuple[Instant, Instant], ...] = field(repr=False)
    away: tuple[tuple[Instant, Instant], ...] = field(default=(), repr=False)
    habits: tuple[Habit, ...] = ()
    clears: bool = False
    """Whether what customers confirmed is resolved in the evening."""
    most: int = 6
    """So many tickets at a time."""

    def habit(self, *kinds: str) -> Habit | None:
        """The first of these habits that the person has."""
        return next((habit for habit in self.habits if habit.kind in kinds), None)


@frozen(kw_only=True)
class Team:
    """A queue and those who work on it."""

    id: str
    tier: str
    area: str | None
    site: str
    members: tuple[str, ...]
    lead: Actor


@frozen(kw_only=True)
class World:
    """Everybody and everything before the first ticket arrives."""

    plan: Plan
    start: Instant
    end: Instant
    teams: Mapping[str, Team]
    people: Mapping[str, Person]
    book: Book = field(repr=False)
    calendars: Mapping[str, Schedule] = field(repr=False)
    hours: Mapping[str, OpenTime] = field(repr=False)

    def first_line(self, site: str, n: int) -> Team:
        """The first-line team of a site that has the n-th ticket."""
        teams = [team for team in self.teams.values() if team.tier == "L1" and team.site == site]
        return teams[n % len(teams)]

    def specialists(self, tier: str, area: str, n: int) -> Team:
        """A team of a tier, of that technology area where the tier has areas."""
        teams = [it for it in self.teams.values() if it.tier == tier and it.area in (area, None)]
        return teams[n % len(teams)]


def world(plan: Plan, chance: Chance) -> World:
    """The desk of a plan."""
    start = instant(datetime.combine(FIRST_DAY, time(), UTC))
    calendars = {site.name: site.calendar for site in SITES}
    teams = tuple(_teams(plan))
    habits = _habits(plan, chance, [id for team in teams for id in team.members])
    people = {person.id: person for team in teams for person in _people(plan, chance, team, habits)}
    return World(
        plan=plan,
        start=start,
        end=start + plan.weeks * 7 * DAY,
        teams={team.id: team for team in teams},
        people=people,
        book=book(calendars),
        calendars=calendars,
        hours={name: schedule.calendar.open_time for name, schedule in calendars.items()},
    )


# What was promised ----------------------------------------------------------------------------------------------------


def book(calendars: Mapping[str, Schedule]) -> Book:
    """Each agreement on the calendar of each site whose customers have it."""
    sites = {customer.id: customer.site for customer in CUSTOMERS}
    pairs = ((it, sites[customer.id]) for customer in CUSTOMERS for it in customer.agreements.values() if it)
    return Book([_agreement(name, site, calendars[site]) for name, site in dict.fromkeys(pairs)])


def agreement_id(name: str, site: str) -> str:
    """Of an agreement on the calendar of a site."""
    return f"{name}-{site}"


def _agreement(name: str, site: str, calendar: Schedule) -> Agreement:
    responses, resolutions = PROMISED[name]
    return Agreement(
        id=agreement_id(name, site),
        version="2025-1",
        targets=[
            first_response(
                _budgets(responses),
                calendar=calendar,
                fulfilled=AnyOf(Where(responded=True), OVER),
                retarget=Retarget.FROM_START,
            ),
            resolution(
                _budgets(resolutions),
                calendar=calendar,
                overrides=[(Where(category=it), _budgets(resolutions, fifths)) for it, fifths in LONGER.items()],
                pauses=Where(waiting_on=("customer", "supplier")),
                fulfilled=OVER,
                retarget=Retarget.FROM_START,
            ),
        ],
    )


def _budgets(given: Mapping[str, int], fifths: int = 5) -> dict[str, Duration]:
    return {priority: minutes(n) * fifths // 5 for priority, n in given.items()}


# Who works ------------------------------------------------------------------------------------------------------------


def _teams(plan: Plan) -> Iterator[Team]:
    """More than half of the staff in the first line, at each site; a third by technology area; the rest behind them."""
    numbers = iter(range(101, 101 + plan.staff * 2 + 100))
    for site in SITES:
        yield from _split(f"L1-{site.name}", "L1", None, site.name, round(plan.staff * 0.56 * site.share), numbers)
    for n, area in enumerate(AREAS):
        yield from _split(f"L2-{area}", "L2", area, SITES[n].name, round(plan.staff * 0.34 / len(AREAS)), numbers)
    yield from _split("L3-engineering", "L3", None, SITES[0].name, round(plan.staff * 0.1), numbers)


def _split(name: str, tier: str, area: str | None, site: str, size: int, numbers: Iterator[int]) -> Iterator[Team]:
    """Teams of at most a dozen."""
    count = -(-max(3, size) // LARGEST_TEAM)
    for n in range(count):
        own = f"{name}-{n + 1}" if count > 1 else name
        members = tuple(f"p{next(numbers)}" for _ in range(max(3, size // count)))
        lead = Actor(f"p{next(numbers)}", Role.LEAD, own)
        yield Team(id=own, tier=tier, area=area, site=site, members=members, lead=lead)


def _people(plan: Plan, chance: Chance, team: Team, habits: Mapping[str, tuple[Habit, ...]]) -> Iterator[Person]:
    for n, id in enumerate(team.members):
        shifts = [*_shifts(plan, chance, team, n)]
        yield Person(
            id=id,
            team=team.id,
            site=team.site,
            actor=Actor(id, Role.AGENT, team.id),
            duty=tuple((begins, ends) for begins, ends, away in shifts if not away),
            away=tuple((begins, ends) for begins, ends, away in shifts if away),
            habits=habits.get(id, ()),
            clears=id not in habits and chance.happens(0.08),
            most=12 if chance.happens(0.15) or id in habits else 6,
        )


def _habits(plan: Plan, chance: Chance, ids: Sequence[str]) -> Mapping[str, tuple[Habit, ...]]:
    """Who games, and how: the kinds and levels go round, so that a desk has as many of them as it has gamers."""
    if not plan.kinds:
        return {}
    found: dict[str, tuple[Habit, ...]] = {}
    first = chance.whole(0, len(plan.kinds) - 1)
    for id in ids:
        if chance.happens(plan.gamers):
            n = first + len(found)
            kind, level = plan.kinds[n % len(plan.kinds)], LEVELS[(n + n // len(plan.kinds)) % len(LEVELS)]
            found[id] = (Habit(kind=kind, level=level, rate=chance.between(0.35, 0.95)),)
    return found


def _shifts(plan: Plan, chance: Chance, team: Team, n: int) -> Iterator[tuple[Instant, Instant, bool]]:
    """Each working day one shift of the site, another each week; now and then away: ill, or a week on leave."""
    site = next(site for site in SITES if site.name == team.site)
    zone, off = ZoneInfo(site.zone), {date.fromisoformat(it) for it in site.holidays}
    leave = chance.whole(0, 20)  # the week of it, if the simulation lasts so long
    for day in range(plan.weeks * 7):
        on = FIRST_DAY + timedelta(day)
        away = chance.happens(0.03) or day // 7 == leave
        if on.weekday() < 5 and on not in off:
            begins, ends = site.shifts[(n + day // 7) % len(site.shifts)]
            yield _local(on, begins, zone), _local(on, ends, zone), away


def _local(day: date, hour: int, zone: ZoneInfo) -> Instant:
    days, hour = divmod(hour, 24)
    return instant(datetime.combine(day + timedelta(days), time(hour), zone).astimezone(UTC))
