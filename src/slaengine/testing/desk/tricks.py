"""What some people do to a clock, each kind at three levels. Every act is written into the truth.

A habit meets an opportunity when a person has a ticket that somebody was promised something for. Blatant acts lie
inside the thresholds of the definitions, moderate ones on both sides of them, subtle ones mostly beyond.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from heapq import heapify, heappop

from slaengine.domain import events as e
from slaengine.domain.vocabulary import Party, Relation
from slaengine.instants import DAY, HOUR, MINUTE, SECOND, Instant
from slaengine.testing.desk.arrivals import again
from slaengine.testing.desk.floor import Floor
from slaengine.testing.desk.job import Job
from slaengine.testing.desk.moves import (
    CLOSES_AFTER,
    classifies,
    contacts,
    goes_on,
    hands_over,
    holds,
    prioritises,
    resolves,
)
from slaengine.testing.desk.world import Habit, Person

NEAR: Mapping[str, tuple[float, float]] = {"blatant": (0.9, 0.98), "moderate": (0.82, 0.95), "subtle": (0.72, 0.88)}
"""The share of the target that is used when a habit strikes."""

LATE: Mapping[str, tuple[float, float]] = {"blatant": (0.7, 0.95), "moderate": (0.58, 0.85), "subtle": (0.45, 0.68)}
"""The same for a change that lengthens the target."""

LIES = 0.4
"""The share of tickets that a person with such plans lets lie until then."""

HELD = frozenset({"bulk_close", "hoard_and_drop", "period_end_dump"})
"""Kinds for which tickets are kept lying."""

NOTE: Mapping[str, tuple[int, int]] = {"blatant": (0, 12), "moderate": (5, 45), "subtle": (20, 110)}
"""Characters of a note that says little."""


# When ----------------------------------------------------------------------------------------------------------------


def took(floor: Floor, person: Person, job: Job) -> None:
    """Whoever has a ticket now may have plans for it."""
    if job.agreement is None:
        return
    for habit in person.habits:
        if habit.kind in HELD and floor.chance.happens(habit.rate):
            job.shunned = habit.kind != "period_end_dump" or _is_period_end(floor, 2)
        if habit.kind in ACTS and floor.chance.happens(habit.rate):
            lies = floor.chance.happens(LIES)
            planned = _plans(floor, person, job, habit, _share(floor, habit))
            job.shunned = job.shunned or (planned and lies)


def _share(floor: Floor, habit: Habit) -> float:
    if habit.kind in {"backdating", "post_breach_neglect"}:
        return floor.chance.between(1.005, 1.06)
    bounds = LATE if habit.kind in {"priority_downgrade", "recategorise"} else NEAR
    return floor.chance.between(*bounds[habit.level])


def _plans(floor: Floor, person: Person, job: Job, habit: Habit, share: float) -> bool:
    """True if the share is still to come: else there is nothing to wait for."""
    at = job.reaches(share)
    if at is None or at <= floor.now:
        return False
    floor.later(at, _tempted, person, job, habit, share, job.taken_at)
    return True


def _tempted(floor: Floor, person: Person, job: Job, habit: Habit, share: float, taken_at: Instant) -> None:
    """The share is reached, unless the clock stood meanwhile; nobody acts who is not there."""
    if job.owner != person.id or job.taken_at != taken_at or not job.is_workable:
        return
    if not floor.is_on_duty(person):
        job.shunned = False
        return
    if job.share(floor.now) < share - 0.02:
        job.shunned = _plans(floor, person, job, habit, share) and job.shunned
        return
    job.shunned = False
    ACTS[habit.kind](floor, person, job, habit)


# Near a deadline -----------------------------------------------------------------------------------------------------


def _deadline_handoff(floor: Floor, person: Person, job: Job, habit: Habit) -> None:
    colleague = floor.colleague(person)
    if colleague is not None:
        floor.acted(job, habit, person)
        hands_over(floor, person, job, colleague, reason=None, note=floor.chance.whole(*NOTE[habit.level]))


def _bounce_churn(floor: Floor, person: Person, job: Job, habit: Habit) -> None:
    """To a colleague, and back before anything was done."""
    colleague = floor.colleague(person)
    if colleague is not None:
        floor.acted(job, habit, person)
        hands_over(floor, person, job, colleague, reason=None, note=floor.chance.whole(*NOTE[habit.level]))
        bounds = {"blatant": (4, 30), "moderate": (20, 75), "subtle": (50, 140)}[habit.level]
        floor.later(floor.now + floor.chance.whole(*bounds) * MINUTE, _bounces, colleague, person, job, habit)


def _bounces(floor: Floor, colleague: Person, person: Person, job: Job, habit: Habit) -> None:
    if job.owner == colleague.id and job.is_workable:
        hands_over(floor, colleague, job, person, reason=None, note=floor.chance.whole(*NOTE[habit.level]))


def _premature_resolve(floor: Floor, person: Person, job: Job, habit: Habit) -> None:
    """Not solved: the customer comes back after a while."""
    floor.acted(job, habit, person)
    job.effort = max(job.effort, 15 * MINUTE)
    _resolves(floor, person, job, habit)
    days = {"blatant": (1, 5), "moderate": (2, 11), "subtle": (6, 16)}[habit.level]
    floor.later(floor.now + floor.chance.whole(*days) * DAY, comes_back, job, job.resolved_at)


def comes_back(floor: Floor, job: Job, resolved_at: Instant) -> None:
    """The customer finds that it is not solved, also after it was closed."""
    if job.resolved_at != resolved_at or job.status == "cancelled":
        return
    floor.tell(job, e.CustomerReplied(occurred_at=floor.now, by=job.contact, length=floor.chance.whole(30, 300)))
    floor.tell(job, e.Reopened(occurred_at=floor.now, by=job.contact, reason="not solved"))
    _lives_again(floor, job)


def _lives_again(floor: Floor, job: Job) -> None:
    job.status, job.resolved_at = "open", None
    job.runs(floor.now)
    if job.owner is None:
        floor.queue(job, floor.world.teams[job.team])
    else:
        floor.wake(job.team, job.owner)


def _resolves(floor: Floor, person: Person, job: Job, habit: Habit) -> None:
    resolves(floor, person, job, floor.chance.whole(*NOTE[habit.level]))


def _close_reopen_churn(floor: Floor, person: Person, job: Job, habit: Habit) -> None:
    """Ended and begun again, so that the clock stands in between; blatantly more than once."""
    floor.acted(job, habit, person)
    times = {"blatant": 2, "moderate": 2, "subtle": 1}[habit.level]
    _churns(floor, person, job, habit, times)


def _churns(floor: Floor, person: Person, job: Job, habit: Habit, times: int) -> None:
    if job.owner == person.id and job.is_workable:
        _resolves(floor, person, job, habit)
        until = floor.now + floor.chance.whole(8, 240) * MINUTE
        floor.later(until, _undoes, person, job, habit, job.resolved_at, times)


def _undoes(floor: Floor, person: Person, job: Job, habit: Habit, resolved_at: Instant, times: int) -> None:
    if job.resolved_at != resolved_at or job.status != "resolved" or job.owner != person.id:
        return
    note = floor.chance.whole(*NOTE[habit.level])
    floor.tell(job, e.Reopened(occurred_at=floor.now, by=person.actor, length=note))
    _lives_again(floor, job)
    if times > 1:
        floor.later(floor.now + floor.chance.whole(5, 60) * MINUTE, _churns, person, job, habit, times - 1)


def _stop_clock(floor: Floor, person: Person, job: Job, habit: Habit) -> None:
    """On hold, though nobody was asked anything; taken up again without an answer."""
    floor.acted(job, habit, person)
    holds(floor, person, job, Party.CUSTOMER, note=floor.chance.whole(*NOTE[habit.level]))
    hours = {"blatant": (1, 20), "moderate": (2, 44), "subtle": (12, 70)}[habit.level]
    floor.later(floor.now + floor.chance.whole(*hours) * HOUR, _starts_again, person, job)


def _starts_again(floor: Floor, person: Person, job: Job) -> None:
    if job.status == "pending" and job.owner == person.id:
        goes_on(floor, job, person)


def _near_deadline_surge(floor: Floor, person: Person, job: Job, habit: Habit) -> None:
    """Whatever is left to do is done at once, just in time."""
    floor.acted(job, habit, person)
    job.effort = 0
    resolves(floor, person, job, floor.chance.whole(15, 120))


# Another target ------------------------------------------------------------------------------------------------------


def _priority_downgrade(floor: Floor, person: Person, job: Job, habit: Habit) -> None:
    lower = {"P1": "P2", "P2": "P3", "P3": "P4"}.get(job.priority)
    if lower is not None:
        floor.acted(job, habit, person)
        prioritises(floor, person, job, lower, floor.chance.whole(*NOTE[habit.level]))


def _recategorise(floor: Floor, person: Person, job: Job, habit: Habit) -> None:
    if job.category not in {"request", "question"}:
        floor.acted(job, habit, person)
        classifies(floor, person, job, "request", floor.chance.whole(*NOTE[habit.level]))


# Another ticket ------------------------------------------------------------------------------------------------------


def _clone_reset(floor: Floor, person: Person, job: Job, habit: Habit) -> None:
    """Ended unsolved, and opened anew."""
    left, ended = max(job.effort, 15 * MINUTE), floor.chance.happens(0.6)
    job.effort = 0
    if ended:
        _resolves(floor, person, job, habit)
    else:
        _cancels(floor, person, job)
    bounds = {"blatant": (1, 12), "moderate": (8, 34), "subtle": (25, 90)}[habit.level]
    floor.later(floor.now + floor.chance.whole(*bounds) * MINUTE, _clones, person, job, habit, left, 1, floor.now)


def _split(floor: Floor, person: Person, job: Job, habit: Habit) -> None:
    """One problem among several new tickets, the original ended."""
    left = max(job.effort, 20 * MINUTE) // 2
    job.effort = 0
    _resolves(floor, person, job, habit)
    bounds = {"blatant": (1, 10), "moderate": (8, 34), "subtle": (25, 80)}[habit.level]
    floor.later(floor.now + floor.chance.whole(*bounds) * MINUTE, _clones, person, job, habit, left, 2, floor.now)


def _clones(floor: Floor, person: Person, job: Job, habit: Habit, effort: int, times: int, since: Instant) -> None:
    relation = Relation.CHILD_OF if times > 1 else Relation.FOLLOW_UP_OF if floor.chance.happens(0.4) else None
    clones = [again(floor, job, person.actor, relation, effort) for _ in range(times)]
    floor.acted(job, habit, person, *clones)


def _cancels(floor: Floor, person: Person, job: Job) -> None:
    floor.tell(job, e.Cancelled(occurred_at=floor.now, by=person.actor, reason="logged in error"))
    job.stops(floor.now)
    job.status = "cancelled"
    floor.drop(job)


# Late ----------------------------------------------------------------------------------------------------------------


def _backdating(floor: Floor, person: Person, job: Job, habit: Habit) -> None:
    """Resolved too late, and written down as if it had been in time."""
    ago = {"blatant": (45, 180), "moderate": (20, 60), "subtle": (8, 30)}[habit.level]
    at = floor.now - floor.chance.whole(*ago) * MINUTE
    if at <= max(job.touched_at, job.taken_at, job.since or job.opened_at):
        return
    floor.acted(job, habit, person)
    length = floor.chance.whole(20, 200)
    floor.tell(job, e.Resolved(occurred_at=at, by=person.actor, how="fixed", length=length))
    job.stops(floor.now)
    job.status, job.resolved_at, job.effort = "resolved", floor.now, 0
    floor.later(floor.now + CLOSES_AFTER, floor.closes, job, floor.now)


def _post_breach_neglect(floor: Floor, person: Person, job: Job, habit: Habit) -> None:
    """Breached anyway: others come first."""
    floor.acted(job, habit, person)
    job.shunned = True
    hours = {"blatant": (72, 168), "moderate": (40, 96), "subtle": (24, 60)}[habit.level]
    floor.later(floor.now + floor.chance.whole(*hours) * HOUR, _remembers, person, job)


def _remembers(floor: Floor, person: Person, job: Job) -> None:
    if job.owner == person.id:
        job.shunned = False
        floor.wake(job.team, person.id)


ACTS: Mapping[str, Callable[[Floor, Person, Job, Habit], None]] = {
    "deadline_handoff": _deadline_handoff,
    "bounce_churn": _bounce_churn,
    "premature_resolve": _premature_resolve,
    "close_reopen_churn": _close_reopen_churn,
    "stop_clock": _stop_clock,
    "near_deadline_surge": _near_deadline_surge,
    "priority_downgrade": _priority_downgrade,
    "recategorise": _recategorise,
    "clone_reset": _clone_reset,
    "split": _split,
    "backdating": _backdating,
    "post_breach_neglect": _post_breach_neglect,
}


# Of a person, not of a ticket ----------------------------------------------------------------------------------------


def answers(floor: Floor, person: Person, job: Job) -> bool:
    """An empty first answer, put off until it is nearly due. True if it was planned, and nothing else is said now."""
    habit = person.habit("empty_response")
    if habit is None or job.agreement is None or job.shunned or not floor.chance.happens(habit.rate):
        return False
    share = floor.chance.between(*{"blatant": (0.9, 0.99), "moderate": (0.8, 0.98), "subtle": (0.6, 0.92)}[habit.level])
    at = job.hours.due(job.opened_at, round(job.response_limit * share))
    if at <= floor.now:
        return False
    job.shunned = True
    floor.later(at, _says_nothing, person, job, habit, job.taken_at)
    return True


def _says_nothing(floor: Floor, person: Person, job: Job, habit: Habit, taken_at: Instant) -> None:
    if job.owner != person.id or job.taken_at != taken_at or not job.is_workable:
        return
    if floor.is_on_duty(person):
        length = floor.chance.whole(*{"blatant": (15, 60), "moderate": (40, 95), "subtle": (70, 130)}[habit.level])
        floor.acted(job, habit, person)
        contacts(floor, person, job, length, "received" if floor.chance.happens(0.4) else None)
    hours = floor.chance.whole(3, 20)
    floor.later(floor.now + hours * HOUR, _remembers, person, job)


def picks(floor: Floor, person: Person, queue: list[tuple[Instant, int, Job]]) -> Job:
    """What is on top; whoever picks cherries takes what is done soonest."""
    habit = person.habit("cherry_pick")
    if habit is None or len(queue) < 3 or not floor.chance.happens(habit.rate):
        return heappop(queue)[2]
    looked_at = {"blatant": 12, "moderate": 6, "subtle": 3}[habit.level]
    chosen = min(queue[:looked_at], key=lambda entry: entry[2].effort)
    if chosen is queue[0]:
        return heappop(queue)[2]
    queue.remove(chosen)
    heapify(queue)
    floor.acted(chosen[2], habit, person)
    return chosen[2]


def begins_shift(floor: Floor, person: Person) -> None:
    """Some take whatever lies there, and some clear the board."""
    habit = person.habit("hoard_and_drop")
    queue = floor.queues[person.team]
    if habit is not None and len(queue) >= 5 and floor.chance.happens(habit.rate):
        most = {"blatant": 10, "moderate": 7, "subtle": 5}[habit.level]
        for _ in range(min(most, len(queue))):
            job = heappop(queue)[2]
            floor.give(job, person)
            job.shunned = True
            floor.tell(job, e.Assigned(occurred_at=floor.now, by=person.actor, owner=person.id, team=person.team))


def ends_shift(floor: Floor, person: Person) -> None:
    """What was hoarded is dropped; some resolve in bulk, some at the end of a month."""
    _drops(floor, person)
    _clears(floor, person, "bulk_close", 4)
    if _is_period_end(floor, 0):
        _clears(floor, person, "period_end_dump", 1)


def _is_period_end(floor: Floor, within: int) -> bool:
    """Whether so few days are left until the Friday on which a month of four weeks ends, or the simulation."""
    day = (floor.now - floor.world.start) // DAY
    return 0 <= min((25 - day) % 28, (floor.world.plan.weeks * 7 - 3 - day) % 28) <= within


def _drops(floor: Floor, person: Person) -> None:
    habit = person.habit("hoard_and_drop")
    hoarded = [job for job in floor.own[person.id] if job.shunned and job.is_workable]
    if habit is not None and len(hoarded) >= {"blatant": 6, "moderate": 5, "subtle": 3}[habit.level]:
        for job in hoarded:
            event = e.Unassigned(
                occurred_at=floor.now,
                by=person.actor,
                from_owner=person.id,
                note_length=floor.chance.whole(*NOTE[habit.level]),
            )
            floor.tell(job, event)
            floor.acted(job, habit, person)
            floor.drop(job)
            job.shunned = False
            floor.queue(job, floor.world.teams[person.team])


def _clears(floor: Floor, person: Person, kind: str, least: int) -> None:
    habit = person.habit(kind)
    mine = [job for job in floor.own[person.id] if job.shunned and job.is_workable]
    if habit is None or len(mine) < least or not floor.chance.happens(habit.rate):
        return
    for n, job in enumerate(mine):
        spread = {"blatant": 60, "moderate": 130, "subtle": 240}[habit.level]
        floor.later(floor.now + n * spread * SECOND, _clears_one, person, job, habit)


def _clears_one(floor: Floor, person: Person, job: Job, habit: Habit) -> None:
    if job.owner == person.id and job.is_workable:
        floor.acted(job, habit, person)
        _resolves(floor, person, job, habit)
        if job.effort > 0 and floor.chance.happens(0.5):
            floor.later(floor.now + floor.chance.whole(1, 6) * DAY, comes_back, job, job.resolved_at)
