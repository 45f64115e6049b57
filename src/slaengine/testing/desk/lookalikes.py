"""Honest acts that look like gaming. Each is written into the truth with its reason."""

from __future__ import annotations

from slaengine.domain import events as e
from slaengine.domain.vocabulary import Channel, Party, Relation
from slaengine.instants import DAY, MINUTE, SECOND
from slaengine.testing.desk.arrivals import again
from slaengine.testing.desk.floor import Floor
from slaengine.testing.desk.job import Job
from slaengine.testing.desk.moves import classifies, contacts, hands_over, holds, prioritises, resolves
from slaengine.testing.desk.world import Person

# While it is worked on -----------------------------------------------------------------------------------------------


def happens(floor: Floor, person: Person, job: Job) -> bool:
    """Now and then, of an afternoon. True if the ticket is not in hand any more."""
    if floor.chance.happens(0.012):
        asks_for_next_week(floor, person, job)
        return True
    if floor.chance.happens(0.004):
        clicks_wrong(floor, person, job)
        return True
    if floor.chance.happens(0.012) and job.share(floor.now) > 0.25:
        agrees_to_wait(floor, person, job)
    return False


def asks_for_next_week(floor: Floor, person: Person, job: Job) -> None:
    """The customer has no time now; nobody of the desk writes anything."""
    floor.tell(job, e.CustomerReplied(occurred_at=floor.now, by=job.contact, length=floor.chance.whole(20, 90)))
    floor.resembled(job, "stop_clock", "the customer said next week", person.id)
    holds(floor, person, job, Party.CUSTOMER, note=floor.chance.whole(5, 40))
    floor.later(floor.now + floor.chance.whole(4, 9) * DAY, floor.replies, job)


def clicks_wrong(floor: Floor, person: Person, job: Job) -> None:
    """To the wrong colleague, and back at once."""
    colleague = floor.colleague(person)
    if colleague is not None:
        floor.resembled(job, "bounce_churn", "wrong click undone", person.id)
        hands_over(floor, person, job, colleague, reason=None, note=0)
        floor.later(floor.now + floor.chance.whole(15, 110) * SECOND, _undoes, colleague, person, job)


def _undoes(floor: Floor, colleague: Person, person: Person, job: Job) -> None:
    if job.owner == colleague.id and job.is_workable:
        hands_over(floor, colleague, job, person, reason=None, note=0)


def agrees_to_wait(floor: Floor, person: Person, job: Job) -> None:
    """The customer was asked, and says that it is not so urgent."""
    lower = {"P1": "P2", "P2": "P3", "P3": "P4"}.get(job.priority)
    if lower is not None:
        contacts(floor, person, job, floor.chance.whole(60, 200))
        reply = e.CustomerReplied(
            occurred_at=floor.now, by=job.contact, channel=Channel.PHONE, length=floor.chance.whole(20, 90)
        )
        floor.tell(job, reply)
        prioritises(floor, person, job, lower, floor.chance.whole(30, 120))
        floor.resembled(job, "priority_downgrade", "customer agreed", person.id)


# When it is solved ---------------------------------------------------------------------------------------------------


def before_solving(floor: Floor, person: Person, job: Job) -> bool:
    """True if it is not resolved yet."""
    if person.clears and job.agreement is not None:
        contacts(floor, person, job, floor.chance.whole(60, 300))
        said = e.ConfirmedByCustomer(occurred_at=floor.now, by=job.contact, channel=Channel.PHONE)
        floor.tell(job, said)
        job.shunned = job.confirmed = True
        return True
    if floor.chance.happens(0.06) and not job.proposed:
        job.proposed = True
        contacts(floor, person, job, floor.chance.whole(80, 300))
        floor.tell(job, e.SolutionProposed(occurred_at=floor.now, by=person.actor))
        floor.resembled(job, "stop_clock", "waits for the customer to confirm the solution", person.id)
        holds(floor, person, job, Party.CUSTOMER, note=floor.chance.whole(10, 60))
        floor.later(floor.now + floor.chance.whole(30, 40 * 60) * MINUTE, floor.replies, job)
        return True
    if job.category not in {"request", "question"} and floor.chance.happens(0.01):
        classifies(floor, person, job, "question", floor.chance.whole(10, 50))
        floor.resembled(job, "recategorise", "category put right at closing", person.id)
    return False


def solved(floor: Floor, person: Person, job: Job) -> None:
    """Right after it was resolved."""
    if floor.chance.happens(0.006):
        floor.resembled(job, "close_reopen_churn", "resolved by a wrong click, undone", person.id)
        floor.later(floor.now + floor.chance.whole(10, 90) * SECOND, _opens_again, person, job)
    elif floor.chance.happens(0.008):
        relation = Relation.RELATED if floor.chance.happens(0.5) else None
        again(floor, job, person.actor, relation, floor.chance.whole(10, 50) * MINUTE)
        floor.resembled(job, "clone_reset", "second problem told on the phone, first one solved", person.id)


def _opens_again(floor: Floor, person: Person, job: Job) -> None:
    if job.status == "resolved" and job.owner == person.id:
        floor.tell(job, e.Reopened(occurred_at=floor.now, by=person.actor, length=0))
        _lives(floor, job)


def _lives(floor: Floor, job: Job) -> None:
    job.status, job.resolved_at = "open", None
    job.runs(floor.now)
    if job.owner is not None:
        floor.wake(job.team, job.owner)


def comes_again(floor: Floor, job: Job) -> bool:
    """A customer says thank you, or calls: it is open once more. True if so."""
    if job.owner is None or not floor.chance.happens(0.02):
        return False
    length = floor.chance.whole(8, 60)
    if floor.chance.happens(0.5):
        floor.tell(job, e.CustomerReplied(occurred_at=floor.now, by=job.contact, channel=Channel.MAIL, length=length))
        floor.tell(job, e.Reopened(occurred_at=floor.now, by=job.contact, reason="reply"))
        floor.resembled(job, "premature_resolve", "a thank-you reopened it", job.owner)
    else:
        person = floor.world.people[job.owner]
        floor.tell(job, e.CustomerReplied(occurred_at=floor.now, by=job.contact, channel=Channel.PHONE, length=length))
        floor.tell(job, e.Reopened(occurred_at=floor.now, by=person.actor, length=floor.chance.whole(10, 80)))
        job.effort = floor.chance.whole(5, 30) * MINUTE
        floor.resembled(job, "close_reopen_churn", "the customer phoned; the agent reopened", job.owner)
    _lives(floor, job)
    return True


# At the end of a day -------------------------------------------------------------------------------------------------


def clears_the_day(floor: Floor, person: Person) -> None:
    """What customers confirmed during the day is resolved in the evening, one after the other."""
    confirmed = [job for job in floor.own[person.id] if job.confirmed and job.is_workable]
    for n, job in enumerate(confirmed):
        floor.later(floor.now + n * 40 * SECOND, _clears, person, job, len(confirmed) > 3)


def _clears(floor: Floor, person: Person, job: Job, many: bool) -> None:  # noqa: FBT001  # put on the agenda
    if job.owner == person.id and job.is_workable:
        if many:
            floor.resembled(job, "bulk_close", "evening clearing of confirmed tickets", person.id)
        job.confirmed = job.shunned = False
        resolves(floor, person, job, floor.chance.whole(10, 60))


def before_leave(floor: Floor, person: Person) -> None:
    """Before days off whatever is open is given back to the queue."""
    for job in [job for job in floor.own[person.id] if job.is_workable]:
        event = e.Unassigned(
            occurred_at=floor.now,
            by=person.actor,
            from_owner=person.id,
            reason="leave",
            note_length=floor.chance.whole(20, 120),
        )
        floor.tell(job, event)
        floor.resembled(job, "hoard_and_drop", "given back before leave", person.id)
        floor.drop(job)
        job.shunned = job.confirmed = False
        floor.queue(job, floor.world.teams[person.team])


# Twice ---------------------------------------------------------------------------------------------------------------


def sent_twice(floor: Floor, job: Job, copy: Job) -> None:
    """The lead withdraws the second of two tickets about one thing."""
    if copy.is_workable:
        lead = floor.world.teams[copy.team].lead
        floor.resembled(copy, "clone_reset", "the customer sent it twice", lead.id)
        floor.tell(copy, e.Linked(occurred_at=floor.now, by=lead, to=job.id, relation=Relation.DUPLICATE_OF))
        floor.tell(copy, e.Cancelled(occurred_at=floor.now, by=lead, reason="duplicate"))
        copy.stops(floor.now)
        copy.status = "cancelled"
        floor.unqueue(copy)
        floor.drop(copy)
