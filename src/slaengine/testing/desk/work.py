"""What people of a desk do honestly: look, take, answer, work, ask, hand up, resolve, leave when a shift ends."""

from __future__ import annotations

from slaengine.domain import events as e
from slaengine.domain.vocabulary import Channel, Party, ReturnReason
from slaengine.instants import DAY, HOUR, MINUTE, SECOND, Duration, Instant
from slaengine.testing.desk import lookalikes, tricks
from slaengine.testing.desk.arrivals import recurs
from slaengine.testing.desk.floor import AUTOMATION, Floor
from slaengine.testing.desk.job import Job
from slaengine.testing.desk.moves import classifies, contacts, goes_on, hands_over, holds, prioritises, resolves
from slaengine.testing.desk.world import AREAS, Person

TIERS = ("L1", "L2", "L3")

# A day -------------------------------------------------------------------------------------------------------------


def comes(floor: Floor, person: Person) -> None:
    """A shift begins; its end is put on the agenda, and so is the next."""
    shift = floor.shift(person)
    if shift is None:
        return
    if shift[0] > floor.now:
        floor.later(shift[0], comes, person)
        return
    floor.later(shift[1] - floor.chance.whole(1, 20) * MINUTE, leaves, person)
    tricks.begins_shift(floor, person)
    looks(floor, person)


def is_away(floor: Floor, person: Person, start: Instant, end: Instant) -> None:
    """A day off: what is open goes to a colleague, by the lead."""
    event = e.AbsenceRecorded(
        occurred_at=floor.now, by=floor.world.teams[person.team].lead, person=person.id, start=start, end=end
    )
    floor.announce(f"staff/{person.id}", event)
    for job in [job for job in floor.own[person.id] if job.is_workable and job.priority != "P4"]:
        if job.share(floor.now) > 1:
            floor.resembled(job, "post_breach_neglect", "owner absent", person.id)
        colleague = floor.colleague(person)
        if colleague is not None and floor.chance.happens(0.5):
            if job.share(floor.now) > 0.8:
                floor.resembled(job, "deadline_handoff", "lead redistributes for an absence", person.id)
            lead = floor.world.teams[person.team].lead
            hands_over(floor, person, job, colleague, by=lead, reason="absence", note=floor.chance.whole(10, 60))


def leaves(floor: Floor, person: Person) -> None:
    """What is urgent goes to a colleague who stays; the rest waits for tomorrow."""
    tricks.ends_shift(floor, person)
    lookalikes.clears_the_day(floor, person)
    for job in [job for job in floor.own[person.id] if job.is_workable and job.priority in {"P1", "P2"}]:
        colleague = floor.colleague(person)
        if colleague is not None and floor.chance.happens(0.7):
            floor.resembled(job, "hoard_and_drop", "shift hand-over to a named colleague", person.id)
            hands_over(floor, person, job, colleague, reason="shift", note=floor.chance.whole(30, 180))
    floor.waiting[person.team].pop(person.id, None)
    floor.later(floor.now + HOUR, comes, person)
    if floor.days_off(person) > 4 and floor.chance.happens(0.8):
        lookalikes.before_leave(floor, person)


def looks(floor: Floor, person: Person) -> None:
    """Somebody who is free takes the next thing, and looks again when it is done."""
    if not floor.is_on_duty(person) or person.id in floor.busy:
        return
    job = _next(floor, person)
    if job is None:
        floor.waiting[person.team][person.id] = True
        return
    floor.busy.add(person.id)
    floor.later(floor.now + _lasts(floor, job), done, person, job)


def done(floor: Floor, person: Person, job: Job) -> None:
    """What was begun is done, unless it came to nothing meanwhile."""
    floor.busy.discard(person.id)
    if job.owner == person.id and job.is_workable:
        attends(floor, person, job)
    looks(floor, person)


def _next(floor: Floor, person: Person) -> Job | None:
    """Of one's own what is due first; of the queue what is on top, as long as one has not too much."""
    mine = [job for job in floor.own[person.id] if job.is_workable and not job.shunned]
    if len(mine) < person.most and (taken := _taken(floor, person, urgent=not mine)):
        return taken
    return min(mine, key=lambda job: (job.answered_at is not None, job.limit - job.used(floor.now)), default=None)


def _taken(floor: Floor, person: Person, *, urgent: bool) -> Job | None:
    queue = floor.queues[person.team]
    if not queue or not (urgent or floor.chance.happens(0.5)):
        return None
    job = tricks.picks(floor, person, queue)
    floor.give(job, person)
    event = e.Assigned(
        occurred_at=floor.now, by=person.actor, owner=person.id, team=person.team, tier=job.tier, area=job.area_of_team
    )
    floor.tell(job, event)
    tricks.took(floor, person, job)
    return job


def _lasts(floor: Floor, job: Job) -> Duration:
    """How long what comes next takes."""
    if job.answered_at is None:
        return floor.chance.whole(40, 420) * SECOND
    return min(job.effort, floor.chance.whole(10, 55) * MINUTE) + floor.chance.whole(5, 60) * SECOND


# A ticket ----------------------------------------------------------------------------------------------------------


def attends(floor: Floor, person: Person, job: Job) -> None:
    """The first answer; then work, until it is solved or somebody else must know more."""
    if job.answered_at is None:
        if not tricks.answers(floor, person, job):
            answers(floor, person, job)
        triages(floor, person, job)
        return
    works(floor, person, job)
    if lookalikes.happens(floor, person, job):
        return
    if TIERS.index(job.needs) > TIERS.index(job.tier) and floor.chance.happens(0.7):
        goes_up(floor, person, job)
    elif job.effort <= 0:
        solves(floor, person, job)
    elif job.tier == "L2" and floor.world.teams[person.team].area != job.area and floor.chance.happens(0.8):
        goes_back(floor, person, job)
    elif not job.asked and floor.chance.happens(0.22):
        asks(floor, person, job)
    elif job.tier != "L1" and not job.with_supplier and floor.chance.happens(0.12):
        waits_on_supplier(floor, person, job)
    elif floor.chance.happens(0.08):
        contacts(floor, person, job, floor.chance.whole(60, 400))


def answers(floor: Floor, person: Person, job: Job) -> None:
    """Sometimes no more than that it was seen; what follows then has substance."""
    if floor.chance.happens(0.06):
        if job.response_share(floor.now) > 0.85:
            floor.resembled(job, "empty_response", "short acknowledgement, followed up", person.id)
        contacts(floor, person, job, floor.chance.whole(30, 75))
        floor.later(floor.now + floor.chance.whole(3, 12) * MINUTE, follows_up, person, job)
        return
    contacts(floor, person, job, floor.chance.whole(110, 700))


def follows_up(floor: Floor, person: Person, job: Job) -> None:
    """What was acknowledged is answered."""
    if job.owner == person.id and job.is_workable:
        contacts(floor, person, job, floor.chance.whole(120, 600))


def triages(floor: Floor, person: Person, job: Job) -> None:
    """Priority and category are put right early on, also downwards."""
    if floor.chance.happens(0.05):
        was, priority = job.priority, floor.chance.one_of(("P2", "P3", "P4"))
        if priority != was:
            prioritises(floor, person, job, priority, floor.chance.whole(15, 90))
            if priority > was:
                floor.resembled(job, "priority_downgrade", "triage correction", person.id)
    if job.category != job.true_category and floor.chance.happens(0.8):
        longer = job.limit_as(job.priority, job.true_category) > job.limit
        classifies(floor, person, job, job.true_category, floor.chance.whole(20, 80))
        if longer:
            floor.resembled(job, "recategorise", "triage correction", person.id)


def works(floor: Floor, person: Person, job: Job) -> None:
    """So much less is left to do."""
    spent = min(job.effort, floor.chance.whole(10, 55) * MINUTE)
    job.effort -= spent
    job.touched_at = floor.now
    event = e.Worked(
        occurred_at=floor.now,
        by=person.actor,
        minutes=max(1, spent // MINUTE),
        note_length=floor.chance.whole(30, 420),
    )
    floor.tell(job, event)
    if floor.chance.happens(0.08):
        article = f"kb-{floor.chance.whole(1, 80):03}"
        floor.tell(job, e.KnowledgeUsed(occurred_at=floor.now, by=person.actor, article=article))


def goes_up(floor: Floor, person: Person, job: Job) -> None:
    """To who knows more; now and then to the wrong area, which sends it back."""
    tier = TIERS[TIERS.index(job.tier) + 1]
    area = job.area if floor.chance.happens(0.9) else floor.chance.one_of(AREAS)
    team = floor.world.specialists(tier, area, job.number)
    event = e.Escalated(
        occurred_at=floor.now,
        by=person.actor,
        tier=tier,
        area=team.area,
        team=team.id,
        from_owner=person.id,
        from_team=person.team,
        note_length=floor.chance.whole(10, 400),
    )
    if job.share(floor.now) > 0.8:
        floor.resembled(job, "deadline_handoff", "up-tier escalation", person.id)
    floor.tell(job, event)
    floor.drop(job)
    floor.queue(job, team)


def goes_back(floor: Floor, person: Person, job: Job) -> None:
    """Not ours: with a word why, to the first line that had it or to the right area."""
    team = floor.world.specialists(job.tier, job.area, job.number)
    if team.id == person.team:
        return
    event = e.Returned(
        occurred_at=floor.now,
        by=person.actor,
        reason=ReturnReason.NOT_OURS,
        team=team.id,
        from_team=person.team,
        from_owner=person.id,
        note_length=floor.chance.whole(40, 200),
    )
    floor.resembled(job, "bounce_churn", "mis-route sent back with work", person.id)
    floor.tell(job, event)
    floor.drop(job)
    floor.queue(job, team)


# Waiting -----------------------------------------------------------------------------------------------------------


def asks(floor: Floor, person: Person, job: Job) -> None:
    """The customer is asked, and answers after hours or days."""
    job.asked += 1
    if job.share(floor.now) > 0.85:
        floor.resembled(job, "stop_clock", "a real question near the deadline", person.id)
    contacts(floor, person, job, floor.chance.whole(80, 500))
    holds(floor, person, job, Party.CUSTOMER, note=floor.chance.whole(10, 120))
    floor.later(floor.now + floor.chance.whole(40, 50 * 60) * MINUTE, replies, job)


def replies(floor: Floor, job: Job) -> None:
    """The customer answers what waits on the customer."""
    if job.status == "pending":
        length = floor.chance.whole(20, 400)
        event = e.CustomerReplied(occurred_at=floor.now, by=job.contact, channel=Channel.MAIL, length=length)
        floor.tell(job, event)
        goes_on(floor, job)


def waits_on_supplier(floor: Floor, person: Person, job: Job) -> None:
    """Mostly with the supplier's reference."""
    job.with_supplier = True
    written = floor.chance.happens(0.9)
    reference = f"v-{floor.chance.whole(10_000, 99_999)}" if written else None
    why = "vendor wait with a reference" if written else "a true vendor wait, reference not written down"
    floor.resembled(job, "stop_clock", why, person.id)
    holds(floor, person, job, Party.SUPPLIER, reference=reference, note=floor.chance.whole(20, 160))
    floor.later(floor.now + floor.chance.whole(3, 60) * HOUR, supplied, job)


def supplied(floor: Floor, job: Job) -> None:
    """The supplier is done."""
    if job.status == "vendor":
        goes_on(floor, job, floor.world.people[job.owner] if job.owner else None)


# Ending ------------------------------------------------------------------------------------------------------------


def solves(floor: Floor, person: Person, job: Job) -> None:
    """Mostly told to the customer in the same breath, sometimes confirmed first."""
    if lookalikes.before_solving(floor, person, job):
        return
    if not job.contacted_at or floor.chance.happens(0.6):
        contacts(floor, person, job, floor.chance.whole(60, 400))
    resolves(floor, person, job, floor.chance.whole(20, 300))
    floor.later(floor.now + floor.chance.whole(3, 70) * HOUR, after, job, job.resolved_at)
    lookalikes.solved(floor, person, job)
    if job.problem is not None:
        ends_outage(floor, person, job.problem)


def ends_outage(floor: Floor, person: Person, problem: str) -> None:
    """The service is back: the other tickets of the outage are resolved in one go, under its number."""
    for n, job in enumerate(floor.problems.pop(problem, [])):
        if not job.is_over:
            floor.later(floor.now + (n + 1) * 20 * SECOND, _ends_with_outage, person, job)


def _ends_with_outage(floor: Floor, person: Person, job: Job) -> None:
    if not job.is_over:
        floor.resembled(job, "bulk_close", "outage closed in bulk under a problem id", person.id)
        job.effort = 0
        if job.owner is None:
            floor.unqueue(job)
            floor.give(job, person)
            floor.tell(job, e.Assigned(occurred_at=floor.now, by=person.actor, owner=person.id, team=person.team))
        resolves(floor, person, job, floor.chance.whole(10, 30), "outage-over")


def after(floor: Floor, job: Job, resolved_at: int) -> None:
    """What the customer says to it: mostly nothing, and it is closed in time."""
    if job.resolved_at != resolved_at or job.status != "resolved":
        return
    if job.effort > 0 or floor.chance.happens(0.03):
        customer_reopens(floor, job)
        return
    if lookalikes.comes_again(floor, job):
        return
    if floor.chance.happens(0.25):
        floor.tell(job, e.ConfirmedByCustomer(occurred_at=floor.now, by=job.contact, channel=Channel.PORTAL))
    elif floor.chance.happens(0.04):
        floor.later(floor.now + floor.chance.whole(2, 14) * DAY, recurs, job)
    if floor.chance.happens(0.15):
        late = job.used(floor.now) > job.limit
        score = floor.chance.weighted({1: 3, 2: 3, 3: 3, 4: 2, 5: 1} if late else {1: 1, 2: 1, 3: 2, 4: 6, 5: 10})
        floor.tell(job, e.Rated(occurred_at=floor.now, by=job.contact, score=score))


def customer_reopens(floor: Floor, job: Job) -> None:
    """It was not solved, or not all of it."""
    length = floor.chance.whole(30, 300)
    floor.tell(job, e.CustomerReplied(occurred_at=floor.now, by=job.contact, channel=Channel.MAIL, length=length))
    floor.tell(job, e.Reopened(occurred_at=floor.now, by=job.contact, reason="not solved"))
    job.status, job.resolved_at = "open", None
    job.effort = max(job.effort, floor.chance.whole(10, 60) * MINUTE)
    job.runs(floor.now)
    if job.owner is not None:
        floor.wake(job.team, job.owner)


def closes(floor: Floor, job: Job, resolved_at: int) -> None:
    """After three days of silence; then nobody has it in hand any more."""
    if job.status == "resolved" and job.resolved_at == resolved_at:
        floor.tell(job, e.Closed(occurred_at=floor.now, by=AUTOMATION))
        job.status = "closed"
        floor.drop(job)
