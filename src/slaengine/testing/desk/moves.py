"""The single moves on a ticket that honest and other ways of working are made of: each tells its event."""

from __future__ import annotations

from slaengine.domain import events as e
from slaengine.domain.vocabulary import Actor, Channel, Party
from slaengine.instants import DAY, HOUR, MINUTE
from slaengine.testing.desk.floor import AUTOMATION, Floor
from slaengine.testing.desk.job import Job
from slaengine.testing.desk.world import Person

CLOSES_AFTER = 3 * DAY
"""What stays resolved so long is closed."""


def contacts(floor: Floor, person: Person, job: Job, length: int, template: str | None = None) -> None:
    """A public word to the customer; a call is sometimes typed later, always at its own time."""
    channel = floor.chance.weighted({Channel.MAIL: 6, Channel.PHONE: 3, Channel.CHAT: 1})
    late = 0
    if channel is Channel.PHONE and floor.chance.happens(0.12):
        late = floor.chance.whole(4, 45) * MINUTE
        if late > 25 * MINUTE:
            floor.resembled(job, "backdating", "phone call typed later", person.id)
    event = e.CustomerContacted(
        occurred_at=floor.now, by=person.actor, channel=channel, length=length, template=template
    )
    floor.tell(job, event, late)
    job.contacted_at = job.touched_at = floor.now
    if job.answered_at is None:
        job.answered_at = floor.now
    if channel is Channel.PHONE and floor.chance.happens(0.15):
        promises_a_call(floor, person, job)


def promises_a_call(floor: Floor, person: Person, job: Job) -> None:
    """Mostly kept."""
    at = floor.now + floor.chance.whole(1, 6) * HOUR
    floor.tell(job, e.CallbackPromised(occurred_at=floor.now, by=person.actor, callback_at=at, channel=Channel.PHONE))
    if floor.chance.happens(0.85):
        floor.later(at - floor.chance.whole(-20, 50) * MINUTE, _calls, person, job)


def _calls(floor: Floor, person: Person, job: Job) -> None:
    if job.owner == person.id and job.is_workable:
        floor.tell(job, e.CallbackKept(occurred_at=floor.now, by=person.actor))


def prioritises(floor: Floor, person: Person, job: Job, priority: str, note: int) -> None:
    """With a note of such a length."""
    job.priority = priority
    floor.tell(job, e.Prioritised(occurred_at=floor.now, by=person.actor, priority=priority, note_length=note))


def classifies(floor: Floor, person: Person, job: Job, category: str, note: int) -> None:
    """It is about something else."""
    job.category = category
    floor.tell(job, e.Classified(occurred_at=floor.now, by=person.actor, category=category, note_length=note))


def hands_over(
    floor: Floor, owner: Person, job: Job, to: Person, *, by: Actor | None = None, reason: str | None, note: int
) -> None:
    """By the owner, to a colleague."""
    event = e.Reassigned(
        occurred_at=floor.now,
        by=by or owner.actor,
        owner=to.id,
        team=to.team,
        from_owner=owner.id,
        from_team=owner.team,
        reason=reason,
        note_length=note,
    )
    floor.tell(job, event)
    floor.give(job, to)
    floor.took(floor, to, job)


def holds(floor: Floor, person: Person, job: Job, party: Party, *, reference: str | None = None, note: int) -> None:
    """Its clock stands."""
    status = "pending" if party is Party.CUSTOMER else "vendor"
    event = e.PutOnHold(
        occurred_at=floor.now, by=person.actor, waiting_on=party, status=status, reference=reference, note_length=note
    )
    floor.tell(job, event)
    job.stops(floor.now)
    job.status = status


def goes_on(floor: Floor, job: Job, person: Person | None = None) -> None:
    """A wait is over."""
    event = e.Resumed(occurred_at=floor.now, by=person.actor if person else AUTOMATION)
    floor.tell(job, event)
    job.status, job.shunned = "open", False
    job.runs(floor.now)
    if job.owner is not None:
        floor.took(floor, floor.world.people[job.owner], job)
        floor.wake(job.team, job.owner)


def resolves(floor: Floor, person: Person, job: Job, length: int, template: str | None = None) -> None:
    """With words of such a length; its clock stands."""
    how = floor.chance.weighted({"fixed": 6, "advice": 3, "workaround": 1})
    event = e.Resolved(
        occurred_at=floor.now, by=person.actor, how=how, length=length, template=template, problem=job.problem
    )
    floor.tell(job, event)
    job.stops(floor.now)
    job.status, job.resolved_at = "resolved", floor.now
    floor.later(floor.now + CLOSES_AFTER, floor.closes, job, floor.now)
