"""What happens to one ticket: the plots of a desk, ordinary ones, gamed ones and honest ones that look alike.

A story knows how much of its resolution budget is used, so that it can act near the deadline.
"""

from collections.abc import Callable, Mapping

from attrs import define, field, frozen

from slaengine.domain import events as e
from slaengine.domain.vocabulary import Actor, Channel, FrozenMap, Party, ReturnReason, Role, TicketType
from slaengine.instants import DAY, HOUR, MINUTE, SECOND, Duration, Instant
from slaengine.policies.open_time import OpenTime
from slaengine.testing.desk.chance import Chance

AUTOMATION = Actor("automation", Role.AUTOMATION)
AREAS = ("network", "workplace", "applications")
PRIORITIES = {"P1": 4, "P2": 18, "P3": 53, "P4": 25}
USUAL = {"P1": 0.25, "P2": 0.29, "P3": 0.32, "P4": 0.33}  # the median share of the budget until it is resolved
CHANNELS = {Channel.PORTAL: 38, Channel.MAIL: 30, Channel.PHONE: 22, Channel.CHAT: 7, Channel.MONITORING: 3}


@frozen(kw_only=True)
class Promise:
    """What the agreement of a site says, as far as a story must know it."""

    open_time: OpenTime
    first_response: Mapping[str, Duration]
    resolution: Mapping[str, Duration]
    pauses: frozenset[Party]


@frozen(kw_only=True)
class Site:
    """A customer, its hours and habits, and who works for it. `gamers`: by kind of gaming, who does it."""

    name: str
    organisation: str
    departments: tuple[str, ...]
    promise: Promise
    staff: Mapping[str, tuple[str, ...]]
    lead: Actor
    supplier: Actor
    gamers: Mapping[str, Actor]

    @property
    def desk(self) -> str:
        """The team of the first line."""
        return f"desk-{self.name}"


@frozen
class Act:
    """What was planted: a kind of gaming, or (honest) what only looks like one. seen_at: when the log shows it all."""

    ticket: str
    kind: str
    at: Instant
    seen_at: Instant
    honest: bool


@define(kw_only=True)
class Story:
    """A ticket in the making. load: 1 is an ordinary day; other: a ticket that is still open, which it may repeat."""

    chance: Chance
    site: Site
    ticket: str
    at: Instant
    load: float
    organisation: str
    other: str
    priority: str = field(init=False)
    area: str = field(init=False)
    contact: Actor = field(init=False)
    owner: Actor = field(init=False)
    used: Duration = field(init=False, default=0)
    resolved_at: Instant | None = field(init=False, default=None)
    told: list[tuple[Instant, e.TicketEvent]] = field(init=False, factory=list)
    acts: list[Act] = field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        self.priority = self.chance.weighted(PRIORITIES)
        self.area = self.chance.one_of(AREAS)
        self.contact = Actor(f"c-{self.organisation}-{self.chance.whole(1, 90):03}", Role.CUSTOMER)
        self.owner = self.member(self.site.desk)

    @property
    def budget(self) -> Duration:
        """The resolution budget of the priority it has now."""
        return self.site.promise.resolution[self.priority]

    def member(self, team: str) -> Actor:
        """Anybody of a team at this site."""
        return Actor(self.chance.one_of(self.site.staff[team]), Role.AGENT, team)

    def colleague(self) -> Actor:
        """Another member of the owner's team who games nothing."""
        gamers = [gamer.id for gamer in self.site.gamers.values()]
        team = self.owner.team or self.site.desk
        others = [id for id in self.site.staff[team] if id != self.owner.id and id not in gamers]
        return Actor(self.chance.one_of(others), Role.AGENT, team)

    def tells(self, event: e.TicketEvent, *, later: Duration = 0) -> None:
        """It happened now; it was written down then or so much later."""
        self.told.append((self.at + later, event))

    def act(self, kind: str, *, honest: bool, since: Instant | None = None) -> None:
        """What comes now was planted, or what came since then."""
        at = self.at if since is None else since
        self.acts.append(Act(self.ticket, kind, at, seen_at=self.at, honest=honest))

    def passes(self, length: Duration) -> None:
        """So much open time goes by, until somebody is at work."""
        whole_seconds = max(length // SECOND * SECOND, 0)
        self._moves(self.site.promise.open_time.breach(self.at, whole_seconds), charged=True)

    def lasts(self, length: Duration, *, charged: bool = True) -> None:
        """So much time goes by, open or not."""
        self._moves(self.at + length, charged=charged)

    def rests(self, length: Duration) -> None:
        """So much time that no clock counts, until somebody is at work."""
        self.lasts(length, charged=False)
        self._moves(self.site.promise.open_time.next_open(self.at), charged=False)

    def until(self, share: float) -> None:
        """Open time goes by until such a share of the budget is used."""
        self.passes(round(share * self.budget) - self.used)

    def towards(self, share: float, part: float) -> None:
        """A part of the time that is left until such a share of the budget is used."""
        self.passes(round((share * self.budget - self.used) * part))

    def _moves(self, to: Instant, *, charged: bool) -> None:
        if charged:
            self.used += self.site.promise.open_time.elapsed(self.at, to)
        self.at = to


Plot = Callable[[Story], None]


def ordinary(story: Story) -> None:
    """Answered, worked on, perhaps passed up, resolved."""
    begins(story)
    taken_and_answered(story)
    goal = max(story.chance.skewed(USUAL[story.priority]) * story.load, story.used / story.budget + 0.02)
    if story.chance.happens(0.3 if goal < 1 else 0.6):
        story.towards(goal, 0.25)
        waits_on_customer(story)
    if story.chance.happens(0.3):
        story.towards(goal, 0.3)
        goes_up(story, goal)
    elif story.chance.happens(0.06):
        story.towards(goal, 0.5)
        changes_hands(story)
    if goal > 1.3:
        drags_on(story, goal)
    story.towards(goal, 0.6)
    works(story)
    story.until(goal)
    resolves(story)
    ends(story)


def deadline_handoff(story: Story) -> None:
    """Gamed: the owner lets it lie, and gives it away shortly before he would breach."""
    begins(story)
    answers(story, story.colleague())
    takes(story, story.site.gamers["deadline_handoff"])
    story.until(story.chance.between(0.9, 0.975))
    story.act("deadline_handoff", honest=False)
    hands_over(story, by=story.owner, note=story.chance.whole(0, 24))
    story.until(story.chance.between(0.985, 1.4))
    works(story)
    resolves(story)
    ends(story)


def close_reopen_churn(story: Story) -> None:
    """Gamed: resolved to stop the clock, reopened by the same person: once near the deadline, or twice."""
    begins(story)
    takes(story, story.site.gamers["close_reopen_churn"])
    answers(story, story.owner)
    near = story.chance.happens(0.5)
    story.until(story.chance.between(0.9, 0.975) if near else story.chance.between(0.5, 0.75))
    since = story.at
    resolved_for_show(story)
    if not near:
        story.passes(round(story.budget * story.chance.between(0.02, 0.05)))
        resolved_for_show(story)
    story.act("close_reopen_churn", honest=False, since=since)
    story.passes(round(story.budget * story.chance.between(0.02, 0.05)))
    works(story)
    resolves(story)
    ends(story)


def shift_end(story: Story) -> None:
    """Honest: a lead gives it to the next shift, and the deadline happens to be near."""
    begins(story)
    taken_and_answered(story)
    story.until(story.chance.between(0.5, 0.8))
    works(story)
    story.until(story.chance.between(0.9, 0.96))
    story.act("shift_end", honest=True)
    hands_over(story, by=story.site.lead, note=story.chance.whole(10, 60), reason="shift")
    story.until(story.chance.between(0.965, 1.1))
    resolves(story)
    ends(story)


def sent_back(story: Story) -> None:
    """Honest: it lay with the wrong team, which says so late and sends it back."""
    begins(story)
    taken_and_answered(story)
    story.towards(0.9, 0.4)
    first = story.owner
    escalates(story, "L2", story.chance.one_of([area for area in AREAS if area != story.area]))
    story.until(story.chance.between(0.9, 0.96))
    story.act("sent_back", honest=True)
    returns(story, to=first)
    story.until(story.chance.between(0.965, 1.2))
    works(story)
    resolves(story)
    ends(story)


def up_tier(story: Story) -> None:
    """Honest: the first line tried, and asks who knows more before it is too late."""
    begins(story)
    taken_and_answered(story)
    story.until(story.chance.between(0.55, 0.8))
    works(story)
    story.until(story.chance.between(0.9, 0.95))
    story.act("up_tier", honest=True)
    escalates(story, "L2", story.area)
    story.until(story.chance.between(0.98, 1.3))
    works(story)
    resolves(story)
    ends(story)


def reopened_by_customer(story: Story) -> None:
    """Honest: resolved near the deadline, and the customer asks on, once or twice."""
    begins(story)
    taken_and_answered(story)
    works(story)
    story.until(story.chance.between(0.89, 0.96))
    story.act("reopened_by_customer", honest=True)
    for _ in range(story.chance.whole(1, 2)):
        resolves(story)
        customer_asks_on(story)
    resolves(story)
    ends(story)


def reopened_by_automation(story: Story) -> None:
    """Honest: resolved near the deadline, and the mail gate reopens what the customer's thanks arrive at."""
    begins(story)
    taken_and_answered(story)
    works(story)
    story.until(story.chance.between(0.89, 0.96))
    story.act("reopened_by_automation", honest=True)
    resolves(story)
    story.rests(story.chance.whole(1, 20) * HOUR)
    story.tells(e.CustomerReplied(occurred_at=story.at, by=story.contact, channel=Channel.MAIL, length=38))
    reopens(story, by=AUTOMATION, reason="reply")
    story.passes(story.chance.whole(2, 12) * MINUTE)
    story.tells(e.NoAnswerNeeded(occurred_at=story.at, by=story.owner, reason="thanks"))
    resolves(story)
    ends(story)


def merged_after_reopening(story: Story) -> None:
    """Honest: resolved near the deadline, then reopened only to be merged into the ticket that it repeats."""
    begins(story)
    taken_and_answered(story)
    story.until(story.chance.between(0.89, 0.96))
    story.act("merged_after_reopening", honest=True)
    resolves(story)
    story.rests(story.chance.whole(5, 90) * MINUTE)
    reopens(story, by=story.owner, reason="duplicate")
    story.lasts(story.chance.whole(20, 200) * SECOND)
    merges(story)


def duplicate(story: Story) -> None:
    """The same as another ticket, which goes on in its place."""
    begins(story)
    taken_and_answered(story)
    story.passes(story.chance.whole(4, 50) * MINUTE)
    merges(story)


def cancelled(story: Story) -> None:
    """Not needed any more."""
    begins(story)
    if story.chance.happens(0.6):
        taken_and_answered(story)
    story.lasts(story.chance.whole(10, 400) * MINUTE)
    story.resolved_at = story.at
    story.tells(e.Cancelled(occurred_at=story.at, by=story.contact, reason="not needed"))


PLOTS: Mapping[Plot, float] = {
    ordinary: 940,
    duplicate: 12,
    cancelled: 14,
    deadline_handoff: 10,
    close_reopen_churn: 7,
    shift_end: 4,
    sent_back: 3,
    up_tier: 4,
    reopened_by_customer: 4,
    reopened_by_automation: 3,
    merged_after_reopening: 2,
}
"""How often each is told, among 1,003 tickets."""

MERGING = (duplicate, merged_after_reopening)
"""What needs another ticket."""


# Beginning ------------------------------------------------------------------------------------------------------------


def begins(story: Story) -> None:
    """Opened, acknowledged by itself, queued, and sometimes given another priority by who looks first."""
    channel = story.chance.weighted(CHANNELS)
    story.tells(opening(story, channel))
    if channel is not Channel.PHONE:
        story.lasts(story.chance.whole(2, 40) * SECOND)
        acknowledges(story)
    story.tells(e.Queued(occurred_at=story.at, by=AUTOMATION, team=story.site.desk, tier="L1", area=story.area))
    if story.chance.happens(0.09):
        story.passes(story.chance.whole(1, 8) * MINUTE)
        triages(story)


def opening(story: Story, channel: Channel) -> e.Opened:
    monitoring = channel is Channel.MONITORING
    kind = TicketType.REQUEST if not monitoring and story.chance.happens(0.3) else TicketType.INCIDENT
    return e.Opened(
        occurred_at=story.at,
        by=AUTOMATION if monitoring else story.contact,
        type=kind,
        channel=channel,
        requester=FrozenMap(
            contact=story.contact.id,
            department=f"{story.organisation}-{story.chance.one_of(story.site.departments)}",
            organisation=story.organisation,
        ),
        category=f"{story.area}/{story.chance.one_of(('access', 'failure', 'question', 'slow'))}",
        service=story.area,
        priority=story.priority,
        labels=FrozenMap(site=story.site.name),
        length=story.chance.whole(40, 900),
    )


def acknowledges(story: Story) -> None:
    story.tells(e.Acknowledged(occurred_at=story.at, by=AUTOMATION))
    story.tells(automatic_reply(story, "received"))


def automatic_reply(story: Story, template: str) -> e.CustomerContacted:
    return e.CustomerContacted(
        occurred_at=story.at, by=AUTOMATION, automatic=True, channel=Channel.MAIL, length=240, template=template
    )


def triages(story: Story) -> None:
    """One step up or down."""
    ladder = list(PRIORITIES)
    place = ladder.index(story.priority) + story.chance.one_of((-1, 1))
    story.priority = ladder[place if 0 <= place < len(ladder) else 1 if place < 0 else -2]
    dispatcher = story.member(story.site.desk)
    story.tells(
        e.Prioritised(
            occurred_at=story.at,
            by=dispatcher,
            priority=story.priority,
            impact=story.chance.one_of(("one", "some", "many")),
            urgency=story.chance.one_of(("low", "high")),
            note_length=story.chance.whole(20, 120),
        )
    )


def taken_and_answered(story: Story) -> None:
    """Mostly whoever takes it answers; sometimes the dispatcher answered before."""
    if story.chance.happens(0.3):
        answers(story, story.owner)
        takes(story, story.member(story.site.desk))
    else:
        takes(story, story.owner)
        answers(story, story.owner)


def takes(story: Story, owner: Actor) -> None:
    story.passes(round(story.site.promise.first_response[story.priority] * story.chance.between(0.02, 0.2)))
    by = story.chance.weighted({owner: 6, story.site.lead: 2, AUTOMATION: 2})
    story.owner = owner
    story.tells(e.Assigned(occurred_at=story.at, by=by, owner=owner.id, team=owner.team))
    if by != owner and story.chance.happens(0.5):
        story.passes(story.chance.whole(1, 6) * MINUTE)
        story.tells(e.Accepted(occurred_at=story.at, by=owner, owner=owner.id))


def answers(story: Story, by: Actor) -> None:
    """The first public answer by a human: on the busy day, late."""
    promised = story.site.promise.first_response[story.priority]
    story.passes(min(round(promised * story.chance.skewed(0.26) * story.load), round(story.budget * 0.6)))
    tells_customer(story, by)


# In between -----------------------------------------------------------------------------------------------------------


def tells_customer(story: Story, by: Actor) -> None:
    channel = story.chance.weighted({Channel.MAIL: 6, Channel.PHONE: 3, Channel.CHAT: 1})
    length = story.chance.whole(90, 900)
    later = story.chance.whole(3, 18) * MINUTE if channel is Channel.PHONE and story.chance.happens(0.1) else 0
    story.tells(e.CustomerContacted(occurred_at=story.at, by=by, channel=channel, length=length), later=later)


def works(story: Story) -> None:
    """Work is written down, sometimes as a note among colleagues."""
    if story.chance.happens(0.4):
        length = story.chance.whole(40, 300)
        story.tells(e.CustomerContacted(occurred_at=story.at, by=story.owner, public=False, length=length))
        story.passes(story.chance.whole(1, 5) * MINUTE)
    if story.chance.happens(0.2):
        article = f"kb-{story.chance.whole(1, 60):03}"
        story.tells(e.KnowledgeUsed(occurred_at=story.at, by=story.owner, article=article))
    minutes, length = story.chance.whole(4, 75), story.chance.whole(40, 400)
    story.tells(e.Worked(occurred_at=story.at, by=story.owner, minutes=minutes, note_length=length))


def waits_on_customer(story: Story) -> None:
    tells_customer(story, story.owner)
    holds(story, Party.CUSTOMER)
    story.lasts(story.chance.whole(30, 52 * 60) * MINUTE, charged=Party.CUSTOMER not in story.site.promise.pauses)
    reply = e.CustomerReplied(
        occurred_at=story.at, by=story.contact, channel=Channel.MAIL, length=story.chance.whole(20, 400)
    )
    story.tells(reply)
    story.tells(e.Resumed(occurred_at=story.at, by=AUTOMATION))
    story.passes(story.chance.whole(2, 25) * MINUTE)
    if story.chance.happens(0.7):
        tells_customer(story, story.owner)


def waits_on_supplier(story: Story) -> None:
    holds(story, Party.SUPPLIER, reference=f"s-{story.chance.whole(10_000, 99_999)}")
    charged = Party.SUPPLIER not in story.site.promise.pauses
    story.lasts(story.chance.whole(3, 30) * HOUR, charged=charged)
    story.tells(e.Worked(occurred_at=story.at, by=story.site.supplier, minutes=story.chance.whole(10, 120)))
    story.tells(e.Resumed(occurred_at=story.at, by=story.site.supplier))
    story.passes(story.chance.whole(1, 20) * MINUTE)


def holds(story: Story, party: Party, reference: str | None = None) -> None:
    story.tells(
        e.PutOnHold(
            occurred_at=story.at,
            by=story.owner,
            waiting_on=party,
            status=f"waiting-{party}",
            reference=reference,
            note_length=story.chance.whole(10, 160),
        )
    )


def goes_up(story: Story, goal: float) -> None:
    """To the second line, sometimes to a wrong team first; from there sometimes to a supplier or to the third line."""
    if story.chance.happens(0.12):
        first = story.owner
        escalates(story, "L2", story.chance.one_of([area for area in AREAS if area != story.area]))
        story.towards(goal, 0.15)
        returns(story, to=first)
        story.towards(goal, 0.05)
    escalates(story, "L2", story.area)
    works(story)
    if story.chance.happens(0.22):
        waits_on_supplier(story)
    if story.chance.happens(0.2):
        story.towards(goal, 0.4)
        escalates(story, "L3", story.area)
        works(story)


def escalates(story: Story, tier: str, area: str) -> None:
    """Up, with a note of what was tried; somebody there takes it soon."""
    team = "engineering" if tier == "L3" else area
    story.tells(
        e.Escalated(
            occurred_at=story.at,
            by=story.owner,
            tier=tier,
            area=area,
            team=team,
            from_owner=story.owner.id,
            from_team=story.owner.team,
            reason="knowledge",
            note_length=story.chance.whole(60, 500),
        )
    )
    story.passes(round(story.budget * story.chance.between(0.002, 0.02)))
    story.owner = story.member(team)
    story.tells(e.Assigned(occurred_at=story.at, by=story.owner, owner=story.owner.id, team=team))


def returns(story: Story, to: Actor) -> None:
    """Not ours: back to whence it came."""
    story.tells(
        e.Returned(
            occurred_at=story.at,
            by=story.owner,
            reason=ReturnReason.NOT_OURS,
            team=to.team,
            owner=to.id,
            from_team=story.owner.team,
            from_owner=story.owner.id,
            note_length=story.chance.whole(25, 140),
        )
    )
    story.owner = to


def drags_on(story: Story, goal: float) -> None:
    """Late: the customer asks for news, and hears that it takes longer."""
    for _ in range(story.chance.whole(1, 3)):
        story.towards(goal, 0.3)
        length = story.chance.whole(20, 160)
        story.tells(e.CustomerReplied(occurred_at=story.at, by=story.contact, channel=Channel.MAIL, length=length))
        story.passes(story.chance.whole(15, 240) * MINUTE)
        tells_customer(story, story.owner)


def changes_hands(story: Story) -> None:
    """What happens at any desk at any time: help, leave, the end of a shift."""
    reason = story.chance.weighted({"shift": 4, "leave": 2, "help": 4})
    by = story.owner if reason == "help" else story.site.lead
    works(story)
    hands_over(story, by=by, note=story.chance.whole(40, 220), reason=reason)


def hands_over(story: Story, *, by: Actor, note: int, reason: str | None = None) -> None:
    """To a colleague of the same team."""
    colleague = story.colleague()
    story.tells(
        e.Reassigned(
            occurred_at=story.at,
            by=by,
            owner=colleague.id,
            team=colleague.team,
            from_owner=story.owner.id,
            from_team=story.owner.team,
            reason=reason,
            note_length=note,
        )
    )
    story.owner = colleague


# Ending ---------------------------------------------------------------------------------------------------------------


def resolves(story: Story, length: int | None = None) -> None:
    how = story.chance.weighted({"fixed": 6, "advice": 3, "workaround": 1})
    written = story.chance.whole(60, 500) if length is None else length
    story.tells(e.Resolved(occurred_at=story.at, by=story.owner, how=how, length=written))
    story.resolved_at = story.at


def resolved_for_show(story: Story) -> None:
    """With next to no words, and reopened by whoever resolved it."""
    resolves(story, length=story.chance.whole(4, 30))
    story.rests(story.chance.whole(20, 19 * 60) * MINUTE)
    reopens(story, by=story.owner)


def reopens(story: Story, *, by: Actor, reason: str | None = None) -> None:
    story.tells(e.Reopened(occurred_at=story.at, by=by, reason=reason))


def customer_asks_on(story: Story) -> None:
    """Not solved, or not all of it: the customer reopens, the desk answers and works on."""
    story.lasts(story.chance.whole(1, 40) * HOUR, charged=False)
    length = story.chance.whole(30, 300)
    story.tells(e.CustomerReplied(occurred_at=story.at, by=story.contact, channel=Channel.PORTAL, length=length))
    reopens(story, by=story.contact, reason="not solved")
    story.passes(story.chance.whole(5, 40) * MINUTE)
    tells_customer(story, story.owner)
    story.passes(story.chance.whole(10, 60) * MINUTE)
    works(story)


def merges(story: Story) -> None:
    """Into the ticket that it repeats."""
    story.tells(e.Merged(occurred_at=story.at, by=story.owner, into=story.other, reason="duplicate"))
    story.resolved_at = story.at


def ends(story: Story) -> None:
    """After it was resolved: now and then it was not, mostly silence, sometimes a word and a score."""
    if story.chance.happens(0.05):
        customer_asks_on(story)
        resolves(story)
    if story.chance.happens(0.25):
        story.lasts(story.chance.whole(5, 30 * 60) * MINUTE, charged=False)
        story.tells(e.ConfirmedByCustomer(occurred_at=story.at, by=story.contact, channel=Channel.PORTAL))
    else:
        story.lasts(3 * DAY, charged=False)
    story.tells(e.Closed(occurred_at=story.at, by=AUTOMATION))
    if story.chance.happens(0.28):
        story.lasts(story.chance.whole(1, 900) * MINUTE, charged=False)
        story.tells(e.Rated(occurred_at=story.at, by=story.contact, score=score(story)))


def score(story: Story) -> int:
    """Who waited too long is not content."""
    late = story.used > story.budget
    return story.chance.weighted({1: 3, 2: 3, 3: 3, 4: 2, 5: 1} if late else {1: 1, 2: 1, 3: 2, 4: 6, 5: 10})
