"""The floor of a simulated desk: what is to happen when, who is there, what lies in which queue, what was written down.

Time is a queue of things to do. Nothing looks ahead, so that the log streams: whatever was recorded by the instant that
is simulated is final.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush
from typing import Any

from attrs import define, field

from slaengine.domain import events as e
from slaengine.domain.desk import DeskEvent
from slaengine.domain.recorded import Recorded
from slaengine.domain.vocabulary import Actor, Role
from slaengine.instants import DAY, Duration, Instant
from slaengine.testing.desk.chance import Chance
from slaengine.testing.desk.job import Job, Stream
from slaengine.testing.desk.truth import Act, Lookalike, Truth
from slaengine.testing.desk.world import Habit, Person, Team, World

AUTOMATION = Actor("workflow", Role.AUTOMATION)
MAILBOT = Actor("mailbot", Role.AUTOMATION)


@define(eq=False)
class Floor:
    """All that changes while a desk is simulated."""

    world: World
    chance: Chance
    truth: Truth
    looks: Callable[[Floor, Person], None]  # what somebody does who may have something to do
    took: Callable[[Floor, Person, Job], None]  # what goes on in somebody who has a ticket now
    replies: Callable[[Floor, Job], None]  # the customer answers what waits on the customer
    sent_twice: Callable[[Floor, Job, Job], None]  # the second of two tickets about one thing is withdrawn
    closes: Callable[[Floor, Job, Instant], None]  # automation closes what stayed resolved
    now: Instant = field(init=False)
    queues: dict[str, list[tuple[Instant, int, Job]]] = field(factory=lambda: defaultdict(list))
    own: dict[str, list[Job]] = field(factory=lambda: defaultdict(list))
    waiting: dict[str, dict[str, bool]] = field(factory=lambda: defaultdict(dict))  # by team: who has nothing to do
    busy: set[str] = field(factory=set)
    problems: dict[str, list[Job]] = field(factory=dict)  # by outage: its tickets
    numbers: int = 0
    _agenda: list[tuple[Instant, int, Callable[..., None], tuple[Any, ...]]] = field(factory=list)
    _told: list[tuple[Instant, int, Job | Stream, e.TicketEvent | DeskEvent]] = field(factory=list)
    _order: int = 0
    _position: int = 0
    _duty: dict[str, int] = field(factory=dict)
    _streams: dict[str, Stream] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.now = self.world.start

    # Time

    def later(self, at: Instant, do: Callable[..., None], *given: Any) -> None:
        """Puts something on the agenda: `do(floor, *given)` at an instant that is not past."""
        self._order += 1
        heappush(self._agenda, (max(at, self.now), self._order, do, given))

    def run(self) -> Iterator[Recorded]:
        """Everything that is written down by the end, in that order."""
        while self._agenda and self._agenda[0][0] <= self.world.end:
            at, _, do, given = heappop(self._agenda)
            if at > self.now:
                yield from self._written(at)
                self.now = at
            do(self, *given)
        yield from self._written(self.world.end + 1)

    def _written(self, before: Instant) -> Iterator[Recorded]:
        while self._told and self._told[0][0] < before:
            recorded_at, _, job, event = heappop(self._told)
            self._position, job.version = self._position + 1, job.version + 1
            self.truth.events += 1
            yield Recorded(
                stream=job.id, position=self._position, version=job.version, event=event, recorded_at=recorded_at
            )

    # What is written down

    def tell(self, job: Job, event: e.TicketEvent, late: Duration = 0) -> None:
        """An event that occurs now, or occurred before; late: how long until it is written down."""
        self._order += 1
        heappush(self._told, (self.now + late, self._order, job, event))

    def announce(self, stream: str, event: DeskEvent) -> None:
        """An event of the desk itself, now."""
        self._order += 1
        heappush(self._told, (self.now, self._order, self._streams.setdefault(stream, Stream(stream)), event))

    def acted(self, job: Job, habit: Habit, person: Person, *related: Job) -> None:
        """A planted act, now."""
        ids = tuple(it.id for it in related)
        act = Act(ticket=job.id, kind=habit.kind, person=person.id, level=habit.level, at=self.now, related=ids)
        self.truth.acts.append(act)

    def resembled(self, job: Job, kind: str, why: str, person: str) -> None:
        """An honest act, now."""
        self.truth.lookalikes.append(Lookalike(ticket=job.id, looks_like=kind, why=why, person=person, at=self.now))

    # Who is there

    def shift(self, person: Person) -> tuple[Instant, Instant] | None:
        """The shift that is on or comes next."""
        n = self._duty.get(person.id, 0)
        while n < len(person.duty) and person.duty[n][1] <= self.now:
            n += 1
        self._duty[person.id] = n
        return person.duty[n] if n < len(person.duty) else None

    def days_off(self, person: Person) -> int:
        """Whole days until the next shift begins; 0 if this was the last."""
        n = self._duty.get(person.id, 0) + 1
        return (person.duty[n][0] - self.now) // DAY if n < len(person.duty) else 0

    def is_on_duty(self, person: Person) -> bool:
        """Whether this is within a shift."""
        shift = self.shift(person)
        return shift is not None and shift[0] <= self.now

    def colleague(self, person: Person, *, present: bool = True) -> Person | None:
        """Another of the same team."""
        others = [self.world.people[id] for id in self.world.teams[person.team].members if id != person.id]
        there = [other for other in others if not present or self.is_on_duty(other)]
        return self.chance.one_of(there) if there else None

    # What lies where

    def queue(self, job: Job, team: Team) -> None:
        """Into the queue of a team, by urgency; somebody who has nothing to do is told."""
        job.team, job.tier, job.owner = team.id, team.tier, None
        due = job.hours.due(self.now, max(0, job.limit - job.used(self.now)))
        self._order += 1
        heappush(self.queues[team.id], (due, self._order, job))
        self.wake(team.id)

    def unqueue(self, job: Job) -> None:
        """Out of the queue of its team."""
        queue = self.queues[job.team]
        queue[:] = [entry for entry in queue if entry[2] is not job]
        heapify(queue)

    def give(self, job: Job, person: Person) -> None:
        """Into the hands of a person."""
        self.drop(job)
        job.owner, job.team, job.taken_at, job.shunned = person.id, person.team, self.now, False
        job.status = "open" if job.status == "new" else job.status
        self.own[person.id].append(job)
        self.wake(person.team, person.id)

    def drop(self, job: Job) -> None:
        """Out of the hands of whoever has it."""
        if job.owner is not None:
            mine = self.own[job.owner]
            if job in mine:
                mine.remove(job)
        job.owner = None

    def wake(self, team: str, person: str | None = None) -> None:
        """Whoever has nothing to do there, or this person, looks again."""
        idle = self.waiting[team]
        if person is None:
            person = next(iter(idle), None)
        if person is not None and idle.pop(person, None) is not None:
            self.later(self.now, self.looks, self.world.people[person])
