"""The desk of the demonstration: lawful, the same every time, and with planted what is said to be planted."""

from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from examples.demo.desk import AGREEMENTS, UNKNOWN, Simulation, simulate, simulated, sites
from examples.demo.story import Act
from slaengine.codec.agreements import read_agreements
from slaengine.codec.lines import digest, to_lines
from slaengine.domain import events as e
from slaengine.domain.history import History, history
from slaengine.domain.recorded import Recorded
from slaengine.domain.vocabulary import Phase, Role
from slaengine.policies.book import Book
from slaengine.projections.case import Case

TICKETS = 400
NEAR = 0.12


@pytest.fixture(scope="module")
def desk() -> Simulation:
    return simulate(seed=7, tickets=TICKETS)


@pytest.fixture(scope="module")
def histories(desk: Simulation) -> dict[str, History]:
    streams: dict[str, list[Recorded]] = defaultdict(list)
    for record in desk.records:
        streams[record.stream].append(record)
    return {ticket: history(records) for ticket, records in streams.items()}


@pytest.fixture(scope="module")
def book() -> Book:
    return read_agreements(AGREEMENTS)


def test_every_history_is_lawful(histories: dict[str, History]) -> None:
    assert len(histories) == TICKETS
    assert [found for told in histories.values() for found in told.quarantined] == []


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(desk: Simulation) -> None:
    assert list(to_lines(simulated(seed=7, tickets=TICKETS))) == list(to_lines(desk.records))
    assert digest(simulated(seed=8, tickets=TICKETS)) != digest(desk.records)


def test_positions_and_versions_count_what_was_written_down_in_its_order(desk: Simulation) -> None:
    assert [record.position for record in desk.records] == list(range(1, len(desk.records) + 1))
    assert all(first.recorded_at <= second.recorded_at for first, second in pairwise(desk.records))
    last = {record.stream: record.version for record in desk.records}
    assert last == Counter(record.stream for record in desk.records)


def test_some_was_written_down_late(desk: Simulation) -> None:
    assert any(record.recorded_at > record.occurred_at for record in desk.records)


def test_every_kind_is_planted_and_all_gaming_is_that_of_a_few() -> None:
    desk = simulate()
    planted = Counter(act.kind for act in desk.acts)
    gamed = [act for act in desk.acts if not act.honest]
    assert {act.kind for act in gamed} == {"deadline_handoff", "close_reopen_churn"}
    assert planted.keys() - {act.kind for act in gamed} == {
        "merged_after_reopening",
        "reopened_by_automation",
        "reopened_by_customer",
        "sent_back",
        "shift_end",
        "up_tier",
    }
    assert min(planted.values()) >= 5
    assert 0.01 <= len(gamed) / 3000 <= 0.02
    assert {_actor(desk, act) for act in gamed} <= {gamer.id for s in sites().values() for gamer in s.gamers.values()}


def test_a_planted_handoff_is_what_the_catalogue_says(
    desk: Simulation, histories: dict[str, History], book: Book
) -> None:
    gamed = [act for act in desk.acts if act.kind == "deadline_handoff"]
    assert gamed
    for act in gamed:
        assert 0 < 1 - _share(book, histories[act.ticket], act) <= NEAR
        events = [record.event for record in histories[act.ticket].records if record.occurred_at <= act.at]
        taken, given = [event for event in events if not isinstance(event, e.Accepted)][-2:]
        assert isinstance(taken, e.Assigned)
        assert isinstance(given, e.Reassigned)
        assert given.by is not None
        assert (given.by.id, given.tier) == (taken.owner, None)
        assert (given.note_length or 0) < 30


def test_planted_churn_is_what_the_catalogue_says(desk: Simulation, histories: dict[str, History], book: Book) -> None:
    gamed = [act for act in desk.acts if act.kind == "close_reopen_churn"]
    assert gamed
    for act in gamed:
        events = [record.event for record in histories[act.ticket].records]
        by_staff = [event for event in events if isinstance(event, e.Reopened) and _role(event) is Role.AGENT]
        near = 0 < 1 - _share(book, histories[act.ticket], act) <= NEAR
        assert len(by_staff) >= 2 or near


def test_what_only_looks_like_gaming_lies_near_the_deadline_too(
    desk: Simulation, histories: dict[str, History], book: Book
) -> None:
    honest = [act for act in desk.acts if act.honest]
    assert honest
    assert all(0 < 1 - _share(book, histories[act.ticket], act) <= NEAR for act in honest)


def test_some_requesters_have_no_agreement(histories: dict[str, History]) -> None:
    openings = [told.records[0].event for told in histories.values()]
    organisations = Counter(event.requester["organisation"] for event in openings if isinstance(event, e.Opened))
    assert organisations.keys() == {"acme", "borough", "indus", UNKNOWN}
    assert organisations[UNKNOWN] >= 2


def test_the_log_ends_while_some_are_open(histories: dict[str, History]) -> None:
    phases = Counter(told.timeline[-1].situation.phase for told in histories.values())
    assert phases[Phase.CLOSED] > TICKETS / 2
    assert phases[Phase.OPEN] + phases[Phase.WAITING] > 0


def test_people_are_ids(desk: Simulation) -> None:
    actors = {record.event.by.id for record in desk.records if record.event.by is not None}
    assert all(id == "automation" or id[:2] in {"a-", "c-", "l-", "s-"} for id in actors)


def _share(book: Book, told: History, act: Act) -> float:
    """How much of the resolution budget was used when it happened."""
    return Case(told.records, under=book).reading("resolution", act.at).share


def _actor(desk: Simulation, act: Act) -> str | None:
    """Who did it: the owner who hands over or resolves just then."""
    done = [record.event for record in desk.records if (record.stream, record.occurred_at) == (act.ticket, act.at)]
    return next(event.by.id for event in done if isinstance(event, e.Reassigned | e.Resolved) and event.by is not None)


def _role(event: e.Reopened) -> Role | None:
    return event.by.role if event.by is not None else None
