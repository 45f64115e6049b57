"""What arrives: as people of a site are at work, more in some months, in bursts when a service is out, and again."""

from __future__ import annotations

from attrs import frozen

from slaengine.domain import events as e
from slaengine.domain.vocabulary import Actor, Channel, FrozenMap, Relation, Role, TicketType
from slaengine.instants import DAY, HOUR, MINUTE, SECOND, Duration, Instant
from slaengine.testing.desk.floor import MAILBOT, Floor
from slaengine.testing.desk.job import Job
from slaengine.testing.desk.world import AREAS, CUSTOMERS, Customer, agreement_id

PRIORITIES = {"P1": 4, "P2": 18, "P3": 53, "P4": 25}
CHANNELS = {Channel.PORTAL: 38, Channel.MAIL: 30, Channel.PHONE: 22, Channel.CHAT: 7, Channel.MONITORING: 3}
CATEGORIES = {"mail": 16, "access": 20, "printing": 9, "network": 15, "laptop": 14, "request": 16, "question": 10}
SEASONS = (0.9, 1.0, 1.1, 1.0, 1.0, 0.95, 0.8, 0.75, 1.15, 1.1, 1.15, 1.1)
"""The weight of each twelfth of a year: quiet summers, busy autumns."""

_WEEK = (13.0, 12.0, 11.0, 11.0, 9.0, 0.8, 0.5)  # Monday first
_DAY = (1, 1, 1, 1, 1, 2, 6, 16, 44, 60, 58, 50, 36, 44, 52, 46, 38, 24, 10, 6, 4, 3, 2, 1)  # by hours from midnight
_SHARES = {customer: customer.share for customer in CUSTOMERS}
_OFFSET = {"london": 0, "new-york": 5, "pune": -5}  # hours by which a local morning comes later
_SOLVES_ALONE = {"L1": 70, "L2": 24, "L3": 6}


@frozen(kw_only=True)
class Outage:
    """A service that is out: its customers call within two hours."""

    id: str
    at: Instant
    category: str
    customer: Customer
    calls: int


def plans(floor: Floor) -> None:
    """Puts the first arrival of each day and every outage on the agenda."""
    world = floor.world
    days = world.plan.weeks * 7
    weights = {day: _WEEK[day % 7] * SEASONS[day * 12 // 365 % 12] for day in range(days)}
    total, left = sum(weights.values()), world.plan.tickets
    for day, weight in weights.items():
        count = round(left * weight / total)
        total, left = total - weight, left - count
        floor.later(world.start + day * DAY, dawns, count)


def dawns(floor: Floor, count: int) -> None:
    """The tickets of one day, an outage now and then among them."""
    day = floor.now
    if count >= 20 and floor.chance.happens(0.06):
        count -= _breaks_down(floor, day, count)
    for _ in range(count):
        customer = floor.chance.weighted(_SHARES)
        floor.later(_moment(floor, day, customer), arrives, customer, None)


def _moment(floor: Floor, day: Instant, customer: Customer) -> Instant:
    hour = floor.chance.weighted(dict(enumerate(_DAY))) + _OFFSET[customer.site]
    return day + (hour % 24) * HOUR + floor.chance.whole(0, 3599) * SECOND


def _breaks_down(floor: Floor, day: Instant, count: int) -> int:
    customer = floor.chance.one_of(CUSTOMERS[:-1])
    at = day + ((floor.chance.whole(9, 15) + _OFFSET[customer.site]) % 24) * HOUR
    outage = Outage(
        id=f"prb-{floor.chance.whole(1000, 9999)}",
        at=at,
        category=floor.chance.one_of(("network", "mail")),
        customer=customer,
        calls=min(count // 3, floor.chance.whole(8, 30)),
    )
    for _ in range(outage.calls):
        floor.later(at + floor.chance.whole(1, 7200) * SECOND, arrives, customer, outage)
    return outage.calls


def arrives(floor: Floor, customer: Customer, outage: Outage | None) -> None:
    """A ticket of a customer is opened."""
    chance = floor.chance
    true = outage.category if outage else chance.weighted(CATEGORIES)
    wrong = outage is None and chance.happens(0.1)
    job = _job(
        floor,
        customer=customer,
        department=chance.one_of(list(customer.agreements)),
        contact=Actor(f"{customer.id}-u{chance.whole(1, 90)}", Role.CUSTOMER),
        channel=chance.weighted(CHANNELS),
        category=chance.weighted(CATEGORIES) if wrong else true,
        true_category=true,
        priority="P2" if outage else chance.weighted(PRIORITIES),
        area=chance.one_of(AREAS),
        needs="L2" if outage else chance.weighted(_SOLVES_ALONE),
        effort=round(chance.skewed(48.0 if outage is None else 10.0) * MINUTE),
        problem=outage.id if outage else None,
    )
    if outage is None and chance.happens(0.012):
        floor.later(floor.now + chance.whole(2, 30) * MINUTE, _arrives_again, job)
    if outage is not None:
        floor.problems.setdefault(outage.id, []).append(job)
    opens(floor, job, by=MAILBOT if job.channel is Channel.MONITORING else job.contact)


def again(floor: Floor, job: Job, by: Actor, relation: Relation | None, effort: Duration) -> Job:
    """Another ticket for the same customer and category, opened by staff."""
    other = _job(
        floor,
        customer=job.customer,
        department=job.department,
        contact=job.contact,
        channel=Channel.PHONE,
        category=job.category,
        true_category=job.true_category,
        priority=job.priority,
        area=job.area,
        needs="L1",
        effort=effort,
        problem=None,
    )
    opens(floor, other, by=by, reference=job.id if relation else None, relation=relation)
    return other


def _arrives_again(floor: Floor, job: Job) -> None:
    """The same, sent twice."""
    copy = _copy(floor, job, job.effort)
    opens(floor, copy, by=copy.contact)
    floor.later(floor.now + floor.chance.whole(10, 90) * MINUTE, floor.sent_twice, job, copy)


def recurs(floor: Floor, job: Job) -> None:
    """What was only worked around is back: the same customer calls again."""
    opens(floor, _copy(floor, job, round(floor.chance.skewed(30.0) * MINUTE)), by=job.contact)


def _copy(floor: Floor, job: Job, effort: Duration) -> Job:
    return _job(
        floor,
        customer=job.customer,
        department=job.department,
        contact=job.contact,
        channel=job.channel,
        category=job.category,
        true_category=job.true_category,
        priority=job.priority,
        area=job.area,
        needs=job.needs,
        effort=effort,
        problem=None,
    )


def _job(
    floor: Floor,
    *,
    customer: Customer,
    department: str,
    contact: Actor,
    channel: Channel,
    category: str,
    true_category: str,
    priority: str,
    area: str,
    needs: str,
    effort: Duration,
    problem: str | None,
) -> Job:
    floor.numbers += 1
    return Job(
        id=f"T-{floor.numbers:06}",
        number=floor.numbers,
        customer=customer,
        department=department,
        contact=contact,
        channel=channel,
        category=category,
        true_category=true_category,
        priority=priority,
        area=area,
        hours=floor.world.hours[customer.site],
        opened_at=floor.now,
        since=floor.now,
        effort=effort,
        needs=needs,
        problem=problem,
    )


def opens(floor: Floor, job: Job, *, by: Actor, reference: str | None = None, relation: Relation | None = None) -> None:
    """Its opening, the automatic word by mail, and the queue of the first line."""
    team = floor.world.first_line(job.customer.site, job.number)
    floor.truth.tickets += 1
    floor.tell(
        job,
        e.Opened(
            occurred_at=floor.now,
            by=by,
            type=TicketType.REQUEST if job.category == "request" else TicketType.INCIDENT,
            channel=job.channel,
            requester=FrozenMap(contact=job.contact.id, department=job.department, organisation=job.customer.id),
            category=job.category,
            priority=job.priority,
            team=team.id,
            tier="L1",
            agreement=job.agreement and agreement_id(job.agreement, job.customer.site),
            reference=reference,
            relation=relation,
            length=floor.chance.whole(40, 900),
        ),
    )
    if job.channel in {Channel.MAIL, Channel.PORTAL}:
        sent = e.CustomerContacted(
            occurred_at=floor.now,
            by=MAILBOT,
            automatic=True,
            channel=Channel.MAIL,
            length=182,
            template="received",
        )
        floor.tell(job, sent)
    floor.queue(job, team)
