"""Events in words: every kind has some, they name who acted, and they accuse nobody."""

import re

import pytest
from attrs import evolve as but

from slaengine.domain import events as e
from slaengine.domain.events import TICKET_EVENTS, TicketEvent
from slaengine.domain.vocabulary import (
    Actor,
    Channel,
    Escalation,
    FrozenMap,
    Party,
    Phase,
    Relation,
    ReturnReason,
    TicketType,
)
from slaengine.projections.wording import in_words
from tests.histories import ANA, BOT, KIM, OPENINGS, SHAPES, START, UNLAWFUL

T = START
ACCUSING = re.compile(
    r"cheat|fraud|gam(e|ing)|manipulat|dodg|evad|guilt|suspici|abus|blame|accus|lying|\blie|fault|violat|offen[cd]|misconduct",
    re.IGNORECASE,
)

WORDS: list[tuple[TicketEvent, str]] = [
    (e.Opened(occurred_at=T, by=KIM, priority="P1", team="desk"), "opened, P1, team desk, by customer kim"),
    (e.Opened(occurred_at=T), "opened"),
    (e.Classified(occurred_at=T, type=TicketType.REQUEST, category="mail"), "classified, request, mail"),
    (
        e.Labelled(occurred_at=T, labels=FrozenMap(region="north"), removed=("vip",)),
        "labelled, region = north, vip removed",
    ),
    (e.Assigned(occurred_at=T, by=ANA, owner="ben", team="desk"), "assigned to ben, desk, by agent ana"),
    (e.Returned(occurred_at=T, reason=ReturnReason.NOT_OURS, team="desk"), "returned to desk, not ours"),
    (e.Reassigned(occurred_at=T, owner="ben", note_length=4), "reassigned to ben, note of 4 characters"),
    (e.Escalated(occurred_at=T, tier="L2", area="network"), "escalated to L2 network"),
    (
        e.Escalated(occurred_at=T, kind=Escalation.HIERARCHICAL, owner="lea", reason="major"),
        "escalated in the hierarchy to lea, major",
    ),
    (e.Worked(occurred_at=T, minutes=0), "worked, 0 min"),
    (
        e.CustomerContacted(
            occurred_at=T, by=BOT, automatic=True, channel=Channel.MAIL, length=80, template="received"
        ),
        "customer contacted, automatically, mail, 80 characters, template received, by automation bot",
    ),
    (e.CustomerContacted(occurred_at=T, public=False, length=9), "internal note, 9 characters"),
    (
        e.StatusChanged(occurred_at=T, status="vendor", phase=Phase.WAITING, waiting_on=Party.SUPPLIER),
        "status vendor, waiting, waiting on supplier",
    ),
    (e.StatusChanged(occurred_at=T, status="open", phase=Phase.OPEN), "status open"),
    (e.PutOnHold(occurred_at=T), "put on hold, waiting on customer"),
    (e.Linked(occurred_at=T, to="T-2", relation=Relation.CHILD_OF), "linked: child of T-2"),
    (e.Split(occurred_at=T, into=("T-2", "T-3")), "split into T-2, T-3"),
    (e.Rated(occurred_at=T, score=4), "rated 4 of 5"),
    (e.AgreementAttached(occurred_at=T, agreement="gold", version="2"), "under agreement gold@2"),
    (e.AgreementAttached(occurred_at=T, agreement="gold"), "under agreement gold"),
    (e.Waived(occurred_at=T, target="resolution", reason="agreed"), "resolution (cycle 1) waived, agreed"),
]


@pytest.mark.parametrize(("event", "words"), WORDS, ids=[words for _, words in WORDS])
def test_an_event_in_words(event: TicketEvent, words: str) -> None:
    assert in_words(event) == words


def test_every_kind_has_words() -> None:
    told = {type(event): in_words(event) for event in (*OPENINGS, *SHAPES, *UNLAWFUL)} | {
        type(event): in_words(event) for event, _ in WORDS
    }
    assert {*TICKET_EVENTS} == told.keys()
    assert all(told.values())


@pytest.mark.parametrize("event", [*OPENINGS, *SHAPES, *UNLAWFUL], ids=lambda event: type(event).__name__)
def test_no_words_accuse_or_say_none(event: TicketEvent) -> None:
    assert not ACCUSING.search(in_words(event))
    assert "None" not in in_words(event)


@pytest.mark.parametrize("event", [*OPENINGS, *SHAPES], ids=lambda event: type(event).__name__)
def test_whoever_acted_is_named_with_the_role_held_then(event: TicketEvent) -> None:
    if event.by is not None:
        assert in_words(event).endswith(f"by {event.by.role} {event.by.id}")
    assert not in_words(but(event, by=None)).endswith("by")


PERSONS = (
    e.Opened(occurred_at=T, by=Actor("u-77"), owner="u-88"),
    e.Assigned(occurred_at=T, by=Actor("u-77"), owner="u-88", team="desk"),
    e.Reassigned(occurred_at=T, by=Actor("u-77"), owner="u-88", from_owner="u-77"),
    e.Returned(occurred_at=T, by=Actor("u-77"), owner="u-88", reason=ReturnReason.INCOMPLETE),
    e.Escalated(occurred_at=T, by=Actor("u-77"), owner="u-88", tier="L2"),
    e.Escalated(occurred_at=T, by=Actor("u-77"), owner="u-88", kind=Escalation.HIERARCHICAL),
    e.Accepted(occurred_at=T, by=Actor("u-77"), owner="u-88"),
    e.Unassigned(occurred_at=T, by=Actor("u-77"), from_owner="u-88"),
    e.Queued(occurred_at=T, by=Actor("u-77"), team="desk", from_owner="u-88"),
)


@pytest.mark.parametrize("event", PERSONS, ids=lambda event: type(event).__name__)
def test_without_persons_the_role_is_told_and_no_id(event: TicketEvent) -> None:
    assert "u-77" in in_words(event)
    unnamed = in_words(event, persons=False)
    assert "u-" not in unnamed
    assert unnamed.endswith("by agent")
