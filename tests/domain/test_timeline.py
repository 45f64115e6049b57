"""One half-open span for each event, contiguous, empty ones kept; and a ticket is the fold of its events."""

from functools import partial, reduce
from itertools import pairwise

import pytest
from hypothesis import given

from slaengine.domain import events as e
from slaengine.domain.situation import Situation, evolve
from slaengine.domain.ticket import Ticket, after, rebuilt
from slaengine.domain.timeline import timeline
from slaengine.domain.vocabulary import Escalation, FrozenMap, Phase, ReturnReason
from slaengine.errors import UnlawfulEvent
from slaengine.instants import FOREVER, HOUR, Instant
from tests.histories import ANA, BEN, KIM, START, Events, lawful


@given(lawful())
def test_each_event_has_one_span_that_begins_when_it_occurred(events: Events) -> None:
    spans = timeline(events)
    assert [span.event for span in spans] == list(events)
    assert [span.start for span in spans] == [event.occurred_at for event in events]


@given(lawful())
def test_spans_leave_no_gap_and_the_last_has_no_end(events: Events) -> None:
    spans = timeline(events)
    assert [span.end for span in spans[:-1]] == [span.start for span in spans[1:]]
    assert spans[-1].end == FOREVER


def test_of_the_events_of_one_instant_all_but_the_last_have_an_empty_span() -> None:
    opened = e.Opened(occurred_at=START)
    replied, answered = e.CustomerReplied(occurred_at=START + 1), e.CustomerContacted(occurred_at=START + 1)
    spans = timeline([opened, replied, answered])
    assert [span.end - span.start for span in spans[:2]] == [1, 0]
    assert [span.situation.asking for span in spans] == [True, True, False]


@given(lawful())
def test_the_situation_of_a_span_is_the_fold_up_to_its_event(events: Events) -> None:
    for n, span in enumerate(timeline(events), start=1):
        folded: Situation | None = reduce(evolve, events[:n], None)
        assert span.situation == folded


@given(lawful())
def test_the_due_date_of_a_span_is_the_one_that_was_set_last(events: Events) -> None:
    last: Instant | None = None
    for span in timeline(events):
        if isinstance(span.event, e.DueDateSet):
            last = span.event.due
        assert (span.date("due", "resolution"), span.situation.dated) == (last, last is not None)


def test_nothing_happened_on_an_empty_timeline() -> None:
    assert timeline([]) == ()
    assert rebuilt("T", []) is None


def test_an_event_without_a_reading_is_named() -> None:
    with pytest.raises(UnlawfulEvent, match="Worked has no reading here"):
        timeline([e.Worked(occurred_at=START)])


@given(lawful())
def test_a_ticket_is_the_fold_of_its_events(events: Events) -> None:
    one_more = partial(after, "T")
    ticket = rebuilt("T", events)
    assert ticket == reduce(one_more, events, None)
    assert ticket is not None
    assert (ticket.id, ticket.version) == ("T", len(events))
    assert (ticket.opened_at, ticket.changed_at) == (events[0].occurred_at, events[-1].occurred_at)
    assert ticket.situation == timeline(events)[-1].situation


@given(lawful())
def test_a_ticket_that_is_owned_has_an_owner_who_is_known(events: Events) -> None:
    ticket = rebuilt("T", events)
    assert ticket is not None
    assert ticket.situation.owned == (ticket.owner is not None)


@given(lawful())
def test_counts_are_counts_of_events(events: Events) -> None:
    ticket = rebuilt("T", events)
    assert ticket is not None
    public = [event for event in events if isinstance(event, e.CustomerContacted) and event.public]
    asked = [event for event in events if isinstance(event, e.CustomerReplied) or getattr(event, "asks", False)]
    moved = [event for event in events if isinstance(event, e.Reassigned | e.Queued | e.Returned)]
    over = [span.situation.phase.is_over for span in timeline(events)]
    assert ticket.contacts == len(public)
    assert ticket.messages == len(asked)
    assert ticket.reassignments == len(moved)
    assert ticket.escalations == sum(isinstance(event, e.Escalated) for event in events)
    assert ticket.reopenings == sum(was and not now for was, now in pairwise(over))
    assert ticket.worked_minutes == sum(event.minutes or 0 for event in events if isinstance(event, e.Worked))


@given(lawful())
def test_a_ticket_that_lives_was_not_resolved_or_closed_since(events: Events) -> None:
    ticket = rebuilt("T", events)
    assert ticket is not None
    if not ticket.situation.phase.is_over:
        assert (ticket.resolved_at, ticket.closed_at) == (None, None)
    elif len(events) > 1:
        assert ticket.resolved_at is not None


def _ticket(*events: e.TicketEvent) -> Ticket:
    opened = e.Opened(
        occurred_at=START, requester=FrozenMap(organisation="acme"), service="mail", product="outlook", asset="pc-7"
    )
    found = rebuilt("T", [opened, *events])
    assert found is not None
    return found


def test_what_the_opening_tells_beside_the_situation_is_kept() -> None:
    ticket = _ticket()
    assert (ticket.requester, ticket.service) == (FrozenMap(organisation="acme"), "mail")
    assert (ticket.product, ticket.asset, ticket.messages) == ("outlook", "pc-7", 1)


def test_a_classification_leaves_what_it_does_not_name() -> None:
    ticket = _ticket(e.Classified(occurred_at=START, service="phone"))
    assert (ticket.service, ticket.product, ticket.asset) == ("phone", "outlook", "pc-7")


def test_the_owner_follows_the_hand_overs() -> None:
    steps: list[tuple[e.TicketEvent, str | None]] = [
        (e.Assigned(occurred_at=START, owner="ana", area="mail"), "ana"),
        (e.Reassigned(occurred_at=START, owner="ben"), "ben"),
        (e.Escalated(occurred_at=START, kind=Escalation.HIERARCHICAL), "ben"),
        (e.Unassigned(occurred_at=START), None),
        (e.Accepted(occurred_at=START, by=ANA), "ana"),
        (e.Accepted(occurred_at=START, by=BEN, owner="kim"), "kim"),
        (e.Returned(occurred_at=START, reason=ReturnReason.NOT_OURS, owner="ben"), "ben"),
        (e.Escalated(occurred_at=START, tier="L2", area="network"), None),
        (e.Assigned(occurred_at=START, owner="eve"), "eve"),
        (e.Queued(occurred_at=START, team="desk"), None),
    ]
    events = [event for event, _ in steps]
    assert [_ticket(*events[: n + 1]).owner for n in range(len(steps))] == [owner for _, owner in steps]
    assert _ticket(*events).area == "network"


def test_links_callbacks_scores_and_merges_are_kept() -> None:
    ticket = _ticket(
        e.Linked(occurred_at=START, to="T-2"),
        e.Split(occurred_at=START, into=("T-3", "T-4")),
        e.CallbackPromised(occurred_at=START, callback_at=START + HOUR),
        e.Rated(occurred_at=START, by=KIM, score=4),
        e.DueDateSet(occurred_at=START, due=START + HOUR),
        e.Merged(occurred_at=START + HOUR, into="T-9"),
    )
    assert (ticket.links, ticket.score, ticket.merged_into) == (("T-2", "T-3", "T-4"), 4, "T-9")
    assert (ticket.callback_at, ticket.due, ticket.closed_at) == (START + HOUR, START + HOUR, START + HOUR)
    assert (
        _ticket(e.CallbackPromised(occurred_at=START, callback_at=START), e.CallbackKept(occurred_at=START)).callback_at
        is None
    )


def test_a_ticket_was_resolved_when_it_was_last_resolved_and_closed_when_it_was_closed() -> None:
    ticket = _ticket(
        e.Resolved(occurred_at=START + 1),
        e.Reopened(occurred_at=START + 2),
        e.StatusChanged(occurred_at=START + 3, status="done", phase=Phase.RESOLVED),
        e.Resolved(occurred_at=START + 4),
        e.Closed(occurred_at=START + 5),
    )
    assert (ticket.resolved_at, ticket.closed_at) == (START + 4, START + 5)
    assert _ticket(e.Closed(occurred_at=START + 5)).resolved_at == START + 5
