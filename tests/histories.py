"""Random histories of one ticket: lawful ones, as the events that occurred, and hostile ones, as a log may hold them.

They shrink towards few events, of the plainest kind, at round times.
"""

from collections.abc import Sequence
from typing import TypeAlias

from attrs import evolve as but
from hypothesis import strategies as st

from slaengine.domain import events as e
from slaengine.domain.recorded import Recorded
from slaengine.domain.vocabulary import Actor, Escalation, FrozenMap, Party, Phase, ReturnReason, ReviewOutcome, Role
from slaengine.instants import DAY, HOUR, MINUTE, Duration, Instant, instant

Events: TypeAlias = tuple[e.TicketEvent, ...]

START: Instant = instant("2025-03-03T08:00:00Z")
"""A Monday; summer time begins in Berlin four weeks later."""

ANA, BEN, LEA = Actor("ana"), Actor("ben"), Actor("lea", Role.LEAD)
KIM, BOT, FIXIT = Actor("kim", Role.CUSTOMER), Actor("bot", Role.AUTOMATION), Actor("fixit", Role.SUPPLIER)

OPENINGS: Events = (
    e.Opened(occurred_at=START, by=KIM, priority="P2"),
    e.Opened(occurred_at=START, by=KIM, priority="P1", team="desk", owner="ana"),
    e.Opened(occurred_at=START, priority="P9", asks=False, phase=Phase.OPEN, status="open"),
    e.Opened(occurred_at=START, phase=Phase.WAITING, waiting_on=Party.CUSTOMER, labels=FrozenMap(region="north")),
)

SHAPES: Events = (
    e.Worked(occurred_at=START, by=ANA, minutes=5, note_length=40),
    e.CustomerContacted(occurred_at=START, by=ANA, length=200),
    e.PutOnHold(occurred_at=START, by=ANA),
    e.Resumed(occurred_at=START, by=ANA),
    e.Resolved(occurred_at=START, by=ANA),
    e.Reopened(occurred_at=START, by=KIM),
    e.Prioritised(occurred_at=START, by=LEA, priority="P1"),
    e.Prioritised(occurred_at=START, by=LEA, priority="P3"),
    e.Prioritised(occurred_at=START, by=LEA, priority="unpromised"),
    e.Closed(occurred_at=START, by=BOT),
    e.Cancelled(occurred_at=START, by=KIM),
    e.Acknowledged(occurred_at=START, by=BOT),
    e.CustomerContacted(occurred_at=START, by=BOT, automatic=True, template="received"),
    e.CustomerContacted(occurred_at=START, by=BEN, public=False),
    e.CustomerReplied(occurred_at=START, by=KIM),
    e.NoAnswerNeeded(occurred_at=START, by=ANA, reason="thanks"),
    e.Assigned(occurred_at=START, by=LEA, owner="ana", team="desk"),
    e.Accepted(occurred_at=START, by=ANA),
    e.Reassigned(occurred_at=START, by=ANA, owner="ben", from_owner="ana"),
    e.Returned(occurred_at=START, by=BEN, reason=ReturnReason.NOT_OURS, owner="ana"),
    e.Unassigned(occurred_at=START, by=BEN),
    e.Queued(occurred_at=START, by=BOT, team="network", tier="L2"),
    e.Escalated(occurred_at=START, by=ANA, tier="L2", area="network"),
    e.Escalated(occurred_at=START, by=ANA, kind=Escalation.HIERARCHICAL),
    e.StatusChanged(
        occurred_at=START, by=FIXIT, status="with supplier", phase=Phase.WAITING, waiting_on=Party.SUPPLIER
    ),
    e.StatusChanged(occurred_at=START, status="in progress", phase=Phase.OPEN),
    e.StatusChanged(occurred_at=START, status="renamed"),
    e.Classified(occurred_at=START, category="mail"),
    e.Labelled(occurred_at=START, labels=FrozenMap(region="south"), removed=("vip",)),
    e.CallbackPromised(occurred_at=START, callback_at=START + DAY),
    e.CallbackKept(occurred_at=START),
    e.DueDateSet(occurred_at=START, due=START + 2 * DAY),
    e.Linked(occurred_at=START, to="T-2"),
    e.Split(occurred_at=START, into=("T-3", "T-4")),
    e.KnowledgeUsed(occurred_at=START, article="KB-1"),
    e.WorkaroundGiven(occurred_at=START),
    e.SolutionProposed(occurred_at=START),
    e.ConfirmedByCustomer(occurred_at=START, by=KIM),
    e.Rated(occurred_at=START, by=KIM, score=4),
    e.AgreementAttached(occurred_at=START, agreement="silver", version="1"),
    e.Waived(occurred_at=START, target="resolution", reason="agreed by phone"),
    e.FlagReviewed(occurred_at=START, flag="0123", outcome=ReviewOutcome.EXPLAINED, reason="shift"),
)
"""Every kind that may follow an opening and be followed by any other, the plainest first."""

gaps: st.SearchStrategy[Duration] = st.sampled_from(
    [0, MINUTE, 10 * MINUTE, 90 * MINUTE, 10 * HOUR, 40 * HOUR, 1, HOUR + 1]
)
"""Between two events: ties, minutes, out of hours, over a weekend, off the minute."""

whole_gaps: st.SearchStrategy[Duration] = st.sampled_from(
    [0, MINUTE, 10 * MINUTE, 90 * MINUTE, 10 * HOUR, 40 * HOUR, 3 * MINUTE, 7 * HOUR]
)
"""The same on the minute, for what walks by minutes."""


def lawful(
    shapes: Sequence[e.TicketEvent] = SHAPES,
    openings: Sequence[e.TicketEvent] = OPENINGS,
    gaps: st.SearchStrategy[Duration] = gaps,
    max_size: int = 10,
) -> st.SearchStrategy[Events]:
    """Events in their order, an opening first, each of which has a reading after the ones before."""
    more = st.lists(st.tuples(st.sampled_from(shapes), gaps), max_size=max_size)
    return st.tuples(st.sampled_from(openings), st.integers(0, 6 * 24).map(lambda n: n * 30 * MINUTE), more).map(_told)


def _told(drawn: tuple[e.TicketEvent, Duration, list[tuple[e.TicketEvent, Duration]]]) -> Events:
    opening, after, more = drawn
    at = START + after
    told = [but(opening, occurred_at=at)]
    for shape, gap in more:
        at += gap
        told.append(but(shape, occurred_at=at))
    return tuple(told)


UNLAWFUL: Events = (
    e.Merged(occurred_at=START, by=ANA, into="T-9"),
    *OPENINGS[:2],
    e.Corrected(occurred_at=START, corrects="T/1", reason="mistyped"),
    e.Corrected(
        occurred_at=START, corrects="T/2", event=e.Worked(occurred_at=START + HOUR, minutes=7), reason="mistyped"
    ),
    e.Corrected(occurred_at=START, corrects="T/3", event=e.Resolved(occurred_at=START + HOUR), reason="mistyped"),
    e.Corrected(occurred_at=START, corrects="T/none", reason="of what nobody knows"),
)
"""What has no reading in some places, or none at all."""


def hostile(
    shapes: Sequence[e.TicketEvent] = SHAPES,
    openings: Sequence[e.TicketEvent] = OPENINGS,
    max_size: int = 10,
) -> st.SearchStrategy[list[Recorded]]:
    """Records of the stream "T" as a log may hold them: late, before the opening, opened twice, merged, corrected."""
    occurred = st.integers(-4, 12).map(lambda n: START + n * 30 * MINUTE)
    late = st.sampled_from([0, 0, MINUTE, DAY])
    some = st.sampled_from([*shapes, *UNLAWFUL, *UNLAWFUL])
    first = st.tuples(st.sampled_from([*openings, *openings, *shapes[:3]]), occurred, late)
    rest = st.lists(st.tuples(some, occurred, late), max_size=max_size)
    return st.tuples(first, rest).map(lambda drawn: _recorded([drawn[0], *drawn[1]]))


def _recorded(drawn: Sequence[tuple[e.TicketEvent, Instant, Duration]]) -> list[Recorded]:
    return [
        Recorded(
            stream="T", position=n, version=n, event=but(shape, occurred_at=occurred), recorded_at=occurred + delay
        )
        for n, (shape, occurred, delay) in enumerate(drawn, start=1)
    ]


def records(events: Sequence[e.TicketEvent], stream: str = "T") -> list[Recorded]:
    """Events as they were written down, each when it occurred."""
    return [Recorded(stream=stream, position=n, version=n, event=event) for n, event in enumerate(events, start=1)]
