"""The simulated desk: the same every time, lawful, streamed, with a truth that is kept, and busy as it was planned."""

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

import slaengine as sla
from slaengine.codec.lines import to_lines
from slaengine.testing.desk import KINDS, LEVELS, Plan, Simulation, simulate, write_neutral
from tests.conformance.desk import Desk
from tests.conformance.desk_promises import read_promises

SMALL = Plan(tickets=600, weeks=2, seed=7)


def told(plan: Plan) -> tuple[Simulation, list[sla.Recorded]]:
    simulation = simulate(plan)
    return simulation, list(simulation.records)


def by_ticket(records: list[sla.Recorded]) -> dict[str, list[sla.Recorded]]:
    found: dict[str, list[sla.Recorded]] = defaultdict(list)
    for record in records:
        if "/" not in record.stream:
            found[record.stream].append(record)
    return found


def verdicts(plan: Plan, target: str = "resolution") -> Counter[sla.Verdict]:
    simulation, records = told(plan)
    found: Counter[sla.Verdict] = Counter()
    for own in by_ticket(records).values():
        clocks = sla.Case(own, under=simulation.book).clocks(simulation.world.end)
        found.update(clock.verdict for clock in clocks if clock.target.name == target)
    return found


def test_the_same_plan_gives_the_same_bytes_and_another_seed_others() -> None:
    once, again = (b"".join(to_lines(told(SMALL)[1])) for _ in range(2))
    other = b"".join(to_lines(told(Plan(tickets=600, weeks=2, seed=8))[1]))
    assert once == again != other


def test_every_ticket_has_a_lawful_history() -> None:
    simulation, records = told(Plan(tickets=2000, seed=3))
    for own in by_ticket(records).values():
        assert sla.Case(own, under=simulation.book).history.quarantined == ()


def test_records_come_in_the_order_in_which_they_were_written_down() -> None:
    simulation, records = told(SMALL)
    assert [record.recorded_at for record in records] == sorted(record.recorded_at for record in records)
    assert [record.position for record in records] == list(range(1, len(records) + 1))
    assert all(record.occurred_at <= record.recorded_at <= simulation.world.end for record in records)
    assert any(record.occurred_at < record.recorded_at for record in records)


def test_a_desk_streams_and_does_nothing_before_it_is_read() -> None:
    simulation = simulate(Plan(tickets=1_000_000))
    first = next(simulation.records)
    assert first.position == 1
    assert simulation.truth.tickets < 2000


def test_every_kind_of_gaming_is_planted_at_every_level() -> None:
    simulation, records = told(Plan(tickets=9000, weeks=8, gamers=0.6, seed=1))
    planted = {(act.kind, act.level) for act in simulation.truth.acts}
    assert {kind for kind, _ in planted} == set(KINDS)
    assert {level for _, level in planted} == set(LEVELS)
    streams = {record.stream for record in records}
    assert {act.ticket for act in simulation.truth.acts} <= streams
    habits = {(person.id, habit.kind) for person in simulation.world.people.values() for habit in person.habits}
    assert {(act.person, act.kind) for act in simulation.truth.acts} <= habits


@pytest.mark.parametrize("kind", ["deadline_handoff", "stop_clock", "backdating"])
def test_only_what_is_asked_for_is_planted(kind: str) -> None:
    simulation, _ = told(Plan(tickets=2000, kinds=(kind,), gamers=0.5, seed=2))
    assert {act.kind for act in simulation.truth.acts} == {kind}


def test_congestion_and_no_people_breaches_an_overloaded_honest_desk() -> None:
    at_ease, overloaded = (verdicts(Plan(tickets=3000, weeks=3, load=load, gamers=0)) for load in (1.0, 2.2))
    for found, low, high in ((at_ease, 0, 0.2), (overloaded, 0.3, 1)):
        assert low <= found[sla.Verdict.BREACHED] / found.total() <= high
    assert simulate(Plan(load=2.2, gamers=0)).truth.acts == []


def test_a_desk_has_what_real_desks_have() -> None:
    simulation, records = told(Plan(tickets=3000, weeks=6))
    kinds = Counter(type(record.event).__name__ for record in records)
    assert not {
        "Opened", "Escalated", "Returned", "PutOnHold", "Resumed", "Reopened", "Rated", "CallbackPromised",
        "CallbackKept", "AbsenceRecorded", "DeliverablePromised", "DeliverableDelivered", "Classified", "Prioritised",
        "ConfirmedByCustomer", "KnowledgeUsed", "CustomerReplied", "Closed",
    } - kinds.keys()  # fmt: skip
    openings = [record.event for record in records if isinstance(record.event, sla.events.Opened)]
    assert {opening.agreement is None for opening in openings} == {True, False}
    assert len({opening.agreement for opening in openings}) > 4
    assert len({it.why for it in simulation.truth.lookalikes}) >= 8


def test_an_audit_takes_the_whole_desk() -> None:
    simulation, records = told(SMALL)
    findings = sla.audit(records, under=simulation.book, as_of=simulation.world.end)
    assert findings.compliance()


def test_the_neutral_form_reads_as_the_same_clocks(tmp_path: Path) -> None:
    write_neutral(simulate(SMALL), tmp_path)
    simulation, records = told(SMALL)
    promises = read_promises(tmp_path / "agreement.json")
    desk = Desk.read(tmp_path / "events.jsonl", promises)
    assert desk.unknown == {}
    own = by_ticket(records)
    assert desk.tickets.keys() == own.keys()
    for ticket, records in own.items():
        there, here = desk.case(desk.tickets[ticket]), sla.Case(records, under=simulation.book)
        assert there is not None
        assert figures(there, promises.cutoff) == figures(here, promises.cutoff), ticket


def figures(case: sla.Case, now: sla.Instant) -> list[tuple[object, ...]]:
    read = [clock for clock in case.clocks(now) if case.timeline[0].situation.agreement is not None]
    return [(it.target.name, it.used, it.paused, it.limit, it.due, it.breached_at, it.verdict) for it in read]


def test_the_truth_of_the_neutral_form_names_persons_acts_and_lookalikes(tmp_path: Path) -> None:
    simulation = simulate(SMALL)
    write_neutral(simulation, tmp_path)
    truth = json.loads((tmp_path / "truth.json").read_text())
    assert truth["n_tickets"] == simulation.truth.tickets >= 600
    assert {"person", "kind", "level", "ticket", "at", "related", "observable", "acts"} == {*truth["tickets"][0]}
    assert {"ticket", "looks_like", "why", "person", "at"} == {*truth["lookalikes"][0]}
    assert len(truth["persons"]) == len(simulation.world.people)


@pytest.mark.parametrize(
    ("given", "quoted"),
    [
        ({"tickets": 0}, "tickets = 0"),
        ({"weeks": 80}, "weeks = 80"),
        ({"load": 0.0}, "load = 0.0"),
        ({"gamers": 1.5}, "gamers = 1.5"),
        ({"kinds": ("witchcraft",)}, "witchcraft"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_words(given: dict[str, object], quoted: str) -> None:
    with pytest.raises(sla.InputError, match=quoted):
        Plan(**given)  # type: ignore[arg-type]
