"""An audit: the same findings for the same log, agreements and instant; nothing dropped in silence."""

import json
from collections import Counter
from collections.abc import Sequence
from math import inf
from typing import Any, TypeAlias

import pytest
from attrs import evolve as but
from hypothesis import given
from hypothesis import strategies as st

from slaengine.audit.findings import Findings
from slaengine.audit.log import Log, Rejected
from slaengine.audit.run import audit, latest
from slaengine.codec.documents import to_json
from slaengine.codec.lines import digest as log_digest
from slaengine.domain import desk as d
from slaengine.domain import events as e
from slaengine.domain.recorded import Recorded
from slaengine.domain.vocabulary import Coverage, FrozenMap
from slaengine.errors import InputError
from slaengine.instants import HOUR, Duration, Instant, hours
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.policies.metrics import ownership, resolution
from slaengine.policies.objective import Credit, Objective
from slaengine.policies.rules import Where
from slaengine.projections.case import Case
from slaengine.projections.clocks import State, Verdict
from slaengine.projections.measures import Part, quantile, wilson
from tests.histories import Events, hostile, lawful
from tests.projections.stories import ANA, BOOK, GOLD, LEA, OFFICE, agreement, at, opened

Story: TypeAlias = list[e.TicketEvent]

NOW = at("4 09:00")


def logged(*tickets: Sequence[e.TicketEvent], names: str = "ABCDEF") -> list[Recorded]:
    """The events of several tickets as they were written down, in the order of their instants."""
    told = [(event, f"T-{name}") for events, name in zip(tickets, names, strict=False) for event in events]
    ordered = sorted(told, key=lambda each: each[0].occurred_at)
    return [Recorded(stream=name, position=n, event=event) for n, (event, name) in enumerate(ordered, start=1)]


def answered(when: str) -> e.CustomerContacted:
    return e.CustomerContacted(occurred_at=at(when), by=ANA)


def resolved(when: str) -> e.Resolved:
    return e.Resolved(occurred_at=at(when), by=ANA)


MET: Story = [opened("3 09:00", "P1"), answered("3 09:30"), resolved("3 11:00")]
BREACHED: Story = [opened("3 09:00", "P1"), answered("3 12:00"), resolved("3 15:00")]
OPEN: Story = [opened("3 16:00", "P3"), answered("3 16:30")]
STILL_RUNNING: Story = [opened("3 09:00", "P1"), answered("3 09:30")]
CANCELLED: Story = [opened("3 09:00", "P1"), answered("3 09:30"), e.Cancelled(occurred_at=at("3 10:00"))]
ALL = logged(MET, BREACHED, OPEN, STILL_RUNNING, CANCELLED)


def rows(findings: Findings) -> list[tuple[str, str, Verdict, State]]:
    return [(row.ticket, row.target, row.verdict, row.state) for row in findings.clocks]


# What is found --------------------------------------------------------------------------------------------------------


def test_every_clock_of_every_ticket_is_a_row() -> None:
    found = audit(ALL, under=GOLD, as_of=NOW)
    assert rows(found) == [
        ("T-A", "first-response", Verdict.MET, State.STOPPED),
        ("T-A", "resolution", Verdict.MET, State.STOPPED),
        ("T-B", "first-response", Verdict.BREACHED, State.STOPPED),
        ("T-B", "resolution", Verdict.BREACHED, State.STOPPED),
        ("T-D", "first-response", Verdict.MET, State.STOPPED),
        ("T-D", "resolution", Verdict.BREACHED, State.RUNNING),
        ("T-E", "first-response", Verdict.MET, State.STOPPED),
        ("T-E", "resolution", Verdict.OPEN, State.CANCELLED),
        ("T-C", "first-response", Verdict.MET, State.STOPPED),
        ("T-C", "resolution", Verdict.OPEN, State.RUNNING),
    ]
    assert (found.events, found.tickets, found.without_agreement, found.quarantine) == (len(ALL), 5, 0, ())


def test_a_row_is_the_clock_of_the_case() -> None:
    found = audit(ALL, under=GOLD, as_of=NOW)
    for row in found.clocks:
        clock = found.case(row.ticket).reading(row.target, NOW, row.cycle)
        same = ("start", "limit", "used", "paused", "promise", "due", "breached_at", "ended_at", "state", "verdict")
        assert [getattr(row, name) for name in same] == [getattr(clock, name) for name in same]
        assert row.share == clock.share


def test_the_instant_of_an_audit_is_the_latest_in_the_log_and_never_the_wall_clock() -> None:
    assert audit(ALL, under=GOLD).as_of == latest(ALL) == at("3 16:30")
    late = but(ALL[0], recorded_at=at("10 09:00"))
    assert audit([late, *ALL[1:]], under=GOLD).as_of == at("10 09:00")


def test_the_priority_of_a_row_is_the_one_in_force_when_its_verdict_fell() -> None:
    def raised(when: str) -> e.Prioritised:
        return e.Prioritised(occurred_at=at(when), priority="P3")

    def priorities(*events: e.TicketEvent) -> list[str | None]:
        return [row.priority for row in audit(logged(events), under=GOLD, as_of=NOW).clocks]

    assert priorities(*MET[:2], raised("3 10:00"), MET[2]) == ["P1", "P3"]
    assert priorities(*MET, raised("3 12:00")) == ["P1", "P1"]
    assert priorities(*STILL_RUNNING, raised("3 14:00")) == ["P1", "P1"]


def test_a_known_at_leaves_out_what_was_recorded_later() -> None:
    late = [
        but(record, recorded_at=at("5 09:00")) if isinstance(record.event, e.Resolved) else record for record in ALL
    ]
    then = audit(late, under=GOLD, as_of=NOW, known_at=NOW)
    assert not [row for row in then.clocks if row.target == "resolution" and row.ended_at is not None]
    assert (then.known_at, audit(late, under=GOLD, as_of=NOW).known_at) == (NOW, None)


def test_a_case_of_the_log_can_be_read_anew_and_one_that_is_not_there_cannot() -> None:
    found = audit(ALL, under=GOLD, as_of=NOW)
    assert isinstance(found.case("T-B"), Case)
    with pytest.raises(InputError, match="no ticket 'T-Z' can be read in records"):
        found.case("T-Z")


def test_flags_are_found_beside_the_clocks() -> None:
    handed_on: Story = [
        *MET[:2],
        e.Assigned(occurred_at=at("3 10:00"), owner="ana"),
        e.Reassigned(occurred_at=at("3 12:50"), by=ANA, owner="ben", note_length=3),
    ]
    found = audit(logged(MET, handed_on), under=GOLD, as_of=NOW)
    assert [(flag.ticket, flag.kind) for flag in found.flags] == [("T-B", "deadline_handoff")]
    assert found.data()["flagged"] == {"deadline_handoff": 1}


# The same bytes -------------------------------------------------------------------------------------------------------


def test_two_runs_over_the_same_inputs_give_the_same_bytes() -> None:
    one, other = (audit(ALL, under=GOLD, as_of=NOW) for _ in range(2))
    assert to_json(one.data()) == to_json(other.data())
    assert one.digest == other.digest
    assert one.log_digest == log_digest(ALL)


logs = st.lists(lawful(max_size=5) | hostile(max_size=5), min_size=1, max_size=3)


def _log(histories: Sequence[Events | list[Recorded]]) -> list[Recorded]:
    """One log of several tickets, lawful and hostile, with positions of its own."""
    events = [
        (record.event if isinstance(record, Recorded) else record, f"T-{n}")
        for n, history in enumerate(histories)
        for record in history
    ]
    return [Recorded(stream=name, position=n, event=event) for n, (event, name) in enumerate(events, start=1)]


@given(logs, st.randoms(use_true_random=False))
def test_the_order_in_which_records_are_handed_over_means_nothing(
    histories: list[Events | list[Recorded]], chance: object
) -> None:
    """The log is the same: a record's place in it is its position."""
    log = _log(histories)
    shuffled = list(log)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (audit(Log(source="log", records=each), under=BOOK) for each in (log, shuffled))
    assert one.digest == other.digest
    assert to_json(one.data()) == to_json(other.data())


@given(logs)
def test_every_record_of_a_hostile_log_is_kept_or_told_in_the_quarantine(
    histories: list[Events | list[Recorded]],
) -> None:
    log = _log(histories)
    found = audit(log, under=BOOK)
    assert found.tickets == len({record.stream for record in log if isinstance(record.event, e.Opened)})
    assert Counter(row.stream for row in found.quarantine) == Counter(
        {ticket: aside for ticket in {record.stream for record in log} if (aside := _set_aside(log, ticket))}
    )


def _set_aside(log: list[Recorded], ticket: str) -> int:
    own = [record for record in log if record.stream == ticket]
    try:
        return len(Case(own, under=BOOK).history.quarantined)
    except InputError:
        return len(own)


@pytest.mark.parametrize(
    ("records", "under", "as_of"),
    [
        (ALL[:-1], GOLD, NOW),
        ([*ALL[:-1], but(ALL[-1], tenant="north")], GOLD, NOW),
        (ALL, agreement(scale=2), NOW),
        (ALL, GOLD, NOW + 1),
    ],
    ids=["another log", "another envelope", "another agreement", "another instant"],
)
def test_the_digest_is_another_if_anything_is(records: list[Recorded], under: Book, as_of: Instant) -> None:
    assert audit(records, under=under, as_of=as_of).digest != audit(ALL, under=GOLD, as_of=NOW).digest


def test_the_digest_does_not_say_where_the_log_came_from() -> None:
    one, other = (audit(Log(source=name, records=ALL), under=GOLD, as_of=NOW) for name in ("a.jsonl", "desk.sqlite"))
    assert one.digest == other.digest
    assert one.data()["source"] != other.data()["source"]


def test_findings_are_json() -> None:
    found = audit(ALL, under=GOLD, as_of=NOW)
    document = json.loads(to_json(found.data()))
    assert document["digest"] == found.digest
    assert document["as_of"] == "2025-03-04T08:00:00Z"
    assert [row["ticket"] for row in document["clocks"]] == [row.ticket for row in found.clocks]
    assert document["clocks"][0]["start"] == "2025-03-03T08:00:00Z"


# Compliance -----------------------------------------------------------------------------------------------------------


def test_compliance_is_met_of_met_and_breached_running_breaches_included() -> None:
    lines = {line.key: line for line in audit(ALL, under=GOLD, as_of=NOW).compliance()}
    first, solved = lines["first-response", "P1"], lines["resolution", "P1"]
    assert (first.clocks, first.met, first.breached, first.open, first.cancelled, first.share) == (4, 3, 1, 0, 0, 0.75)
    assert (solved.clocks, solved.met, solved.breached, solved.open, solved.cancelled) == (4, 1, 2, 0, 1)
    assert solved.share == pytest.approx(1 / 3)
    assert solved.interval == wilson(1, 3)


def test_what_is_open_or_cancelled_is_in_no_share() -> None:
    (open_one,) = audit(logged(OPEN), under=GOLD, as_of=NOW).compliance(by=("ticket",))
    assert (open_one.met, open_one.open, open_one.share) == (1, 1, 1.0)
    (cancelled,) = [
        line
        for line in audit(logged(CANCELLED), under=GOLD, as_of=NOW).compliance(("target",))
        if line.key == ("resolution",)
    ]
    assert (cancelled.cancelled, cancelled.share, cancelled.interval, cancelled.median) == (1, None, None, None)


def test_a_cancelled_clock_that_was_breached_is_in_no_share_either() -> None:
    late: Story = [*CANCELLED[:2], e.Cancelled(occurred_at=at("3 16:00"))]
    (line,) = [line for line in audit(logged(late), under=GOLD, as_of=NOW).compliance(("target",)) if line.cancelled]
    assert (line.met, line.breached, line.open, line.share) == (0, 0, 0, None)


def test_quantiles_are_of_finished_clocks_as_a_share_of_their_limit() -> None:
    (line,) = [
        line for line in audit(ALL, under=GOLD, as_of=NOW).compliance(by=("target",)) if line.key == ("resolution",)
    ]
    assert line.median == 0.5  # two of four hours
    assert line.p90 == 1.5  # six


def test_a_row_without_a_priority_stands_under_none() -> None:
    without: Story = [opened("3 09:00", priority=None), *MET[1:]]
    assert [line.key for line in audit(logged(without), under=GOLD, as_of=NOW).compliance()] == [
        ("first-response", "none")
    ]


@given(logs)
def test_the_parts_of_every_line_add_up_and_the_lines_to_all_clocks(histories: list[Events | list[Recorded]]) -> None:
    found = audit(_log(histories), under=BOOK)
    for by in (("target", "priority"), ("ticket",), ("agreement", "state")):
        lines = found.compliance(by)
        assert all(sum(getattr(line, part.replace(" ", "_")) for part in Part) == line.clocks for line in lines)
        assert sum(line.clocks for line in lines) == len(found.clocks)
        assert sum(line.met + line.breached for line in lines) == _counting(found)
        assert [line.key for line in lines] == sorted(line.key for line in lines)


def _counting(findings: Findings) -> int:
    """How many clocks count, as each of them says itself."""
    cases = [findings.case(ticket) for ticket in {row.ticket for row in findings.clocks}]
    return sum(clock.counts for case in cases for clock in case.clocks(findings.as_of))


def test_a_waived_clock_is_in_no_share_and_no_longer_among_the_worst() -> None:
    waived = e.Waived(occurred_at=at("3 16:00"), target="resolution", reason="agreed by phone")
    found = audit(logged([*BREACHED, waived], MET), under=GOLD, as_of=NOW)
    (line,) = [line for line in found.compliance(("target",)) if line.key == ("resolution",)]
    assert (line.met, line.breached, line.waived, line.clocks, line.share) == (1, 0, 1, 2, 1.0)
    assert (line.median, line.p90) == (0.5, 0.5)
    assert [(row.ticket, row.target) for row in found.worst(9)] == [("T-A", "first-response")]


@pytest.mark.parametrize("coverage", [Coverage.BEST_EFFORT, Coverage.OUT_OF_SUPPORT])
def test_what_nobody_was_entitled_to_is_in_no_share(coverage: Coverage) -> None:
    uncovered: Story = [opened("3 09:00", "P1", coverage=coverage), *BREACHED[1:]]
    found = audit(logged(uncovered, MET), under=GOLD, as_of=NOW)
    (line,) = [line for line in found.compliance(("target",)) if line.key == ("resolution",)]
    assert (line.met, line.breached, line.best_effort, line.share, line.p90) == (1, 0, 1, 1.0, 0.5)
    assert found.worst(9) == ()
    assert {row.coverage for row in found.clocks if row.ticket == "T-A"} == {coverage}


def test_a_due_date_in_the_past_grants_nothing_to_take_a_share_of() -> None:
    dated = Agreement(id="dated", targets=[resolution("due date, else 8 h", calendar=OFFICE)])
    late: Story = [opened("3 12:00"), e.DueDateSet(occurred_at=at("3 13:00"), due=at("3 09:30")), resolved("3 14:00")]
    found = audit(logged(late, MET), under=dated, as_of=NOW)
    assert {row.ticket: row.share for row in found.clocks} == {"T-A": inf, "T-B": 0.25}
    (line,) = found.compliance(("target",))
    assert (line.breached, line.median, line.p90) == (1, 0.25, 0.25)
    assert json.loads(to_json(found.data()), parse_constant=pytest.fail)
    (worst,) = found.worst()
    assert (worst.ticket, worst.judged, worst.over) == ("T-A", -5 * HOUR // 2, 9 * HOUR // 2)


# Waivers --------------------------------------------------------------------------------------------------------------


def waiver(when: str, target: str = "resolution", cycle: int = 1, reason: str = "agreed by phone") -> e.Waived:
    return e.Waived(occurred_at=at(when), by=LEA, target=target, cycle=cycle, reason=reason)


def test_every_waiver_is_told_with_what_the_verdict_would_have_been() -> None:
    records = logged(
        [*MET, waiver("3 12:00")],
        [*BREACHED, waiver("3 16:00", reason="mistyped"), waiver("3 17:00")],
        [*OPEN, waiver("3 16:45")],
    )
    found = audit(records, under=GOLD, as_of=NOW)
    assert [(it.ticket, it.at, it.verdict, it.reason) for it in found.waivers()] == [
        ("T-A", at("3 12:00"), Verdict.MET, "agreed by phone"),
        ("T-C", at("3 16:45"), Verdict.OPEN, "agreed by phone"),
        ("T-B", at("3 17:00"), Verdict.BREACHED, "agreed by phone"),
    ]
    verdicts = {row.ticket: row.verdict for row in found.clocks if row.target == "resolution"}
    assert verdicts == {"T-A": Verdict.WAIVED, "T-B": Verdict.WAIVED, "T-C": Verdict.OPEN}


def test_a_waiver_of_what_is_not_there_is_told_too() -> None:
    records = logged([*MET, waiver("3 12:00", "resolutoin"), waiver("3 12:30", cycle=2), waiver("5 09:00", "later")])
    found = audit(records, under=GOLD, as_of=NOW)
    assert [(it.target, it.cycle, it.agreement, it.verdict) for it in found.waivers()] == [
        ("resolutoin", 1, None, None),
        ("resolution", 2, None, None),
    ]


def test_a_waiver_tells_the_role_of_who_gave_it_and_the_person_on_request() -> None:
    (it,) = audit(logged([*MET, waiver("3 12:00")]), under=GOLD, as_of=NOW).waivers()
    assert (it.data()["by"], "person" in it.data(), it.data(persons=True)["person"]) == ("lead", False, "lea")


# What a row says of its situation -------------------------------------------------------------------------------------


def test_a_stay_counts_for_the_team_that_had_the_ticket_and_not_for_the_one_that_it_moved_to() -> None:
    stays = Agreement(id="ola", targets=[ownership(hours(2), calendar=OFFICE)])
    moved: Story = [opened("3 09:00", team="desk"), _queued("3 10:00", "network"), _queued("3 13:00", "field")]
    found = audit(logged([*moved, resolved("3 14:00")]), under=stays, as_of=NOW)
    assert [(row.cycle, row.situation.team, row.verdict) for row in found.clocks] == [
        (1, "desk", Verdict.MET),
        (2, "network", Verdict.BREACHED),
        (3, "field", Verdict.MET),
    ]


def _queued(when: str, team: str) -> e.Queued:
    return e.Queued(occurred_at=at(when), team=team)


def test_a_clock_counts_for_the_situation_of_its_verdict_whatever_comes_after() -> None:
    def labelled(when: str, value: str) -> e.Labelled:
        return e.Labelled(occurred_at=at(when), labels=FrozenMap(site=value))

    late: Story = [
        opened("3 09:00", "P1"),
        labelled("3 12:00", "a"),
        labelled("3 14:00", "b"),
        labelled("4 08:00", "c"),
    ]
    running, ended = audit(logged(late, [*late, resolved("3 12:30")]), under=RESOLUTION, as_of=NOW).clocks
    assert (running.breached_at, running.situation.labels["site"]) == (at("3 13:00"), "a")
    assert (ended.ended_at, ended.situation.labels["site"]) == (at("3 12:30"), "a")
    (still_open,) = audit(logged(late[:2]), under=RESOLUTION, as_of=at("3 12:30")).clocks
    assert still_open.situation.labels["site"] == "a"


def test_a_cancelled_clock_has_the_situation_that_it_last_lived_in() -> None:
    unpromised = e.Prioritised(occurred_at=at("3 11:00"), priority="P9")
    (row,) = audit(logged([opened("3 09:00", "P1"), unpromised]), under=RESOLUTION, as_of=NOW).clocks
    assert (row.state, row.cancelled_at, row.priority) == (State.CANCELLED, at("3 11:00"), "P1")


def test_a_breach_counts_for_the_agreement_that_was_breached() -> None:
    changed = e.AgreementAttached(occurred_at=at("3 15:00"), agreement="silver")
    (row,) = audit(logged([opened("3 09:00", "P1", agreement="gold"), changed]), under=BOTH, as_of=NOW).clocks
    assert (row.agreement, row.judged_under, row.breached_at) == ("silver@1", "gold@1", at("3 13:00"))


def _resolutions(id: str, budget: Duration, **more: Any) -> Agreement:
    return Agreement(id=id, targets=[resolution({"P1": budget, "P3": 2 * budget}, calendar=OFFICE)], **more)


RESOLUTION = _resolutions("gold", hours(4))
BOTH = Book([RESOLUTION, _resolutions("silver", hours(8))])


# Objectives -----------------------------------------------------------------------------------------------------------


def test_objectives_are_read_for_each_period_of_the_audit() -> None:
    promised = [Objective(target="resolution", share=0.5, where=Where(priority="P1"), credits=[Credit(0.4, 5)])]
    found = audit(ALL, under=_resolutions("gold", hours(4), objectives=promised), as_of=NOW)
    (it,) = found.objectives()
    assert (it.agreement, it.period, it.met, it.breached, it.cancelled, it.open) == ("gold@1", "2025-03", 1, 2, 1, 0)
    assert (it.kept, it.misses_left, it.credit) == (False, -1, 5)
    assert found.data()["objectives"] == [it.data()]


def test_a_best_effort_of_the_book_is_counted_for_no_objective() -> None:
    promised = [Objective(target="resolution", share=0.5)]
    scoped = _resolutions("gold", hours(4), scope={"organisation": "acme"}, objectives=promised)
    effort = _resolutions("effort", hours(4), best_effort=True, objectives=promised)
    (it,) = audit(logged(MET), under=[scoped, effort], as_of=NOW).objectives()
    assert (it.agreement, it.met, it.best_effort, it.share, it.kept) == ("effort@1", 0, 1, None, None)


def test_the_digest_covers_objectives_and_waivers() -> None:
    strict, loose = (
        _resolutions("gold", hours(4), objectives=[Objective(target="resolution", share=share)]) for share in (0.9, 0.2)
    )
    waived = logged([*MET, waiver("3 12:00", reason="other")])
    digests = {
        audit(ALL, under=RESOLUTION, as_of=NOW).digest,
        audit(ALL, under=strict, as_of=NOW).digest,
        audit(ALL, under=loose, as_of=NOW).digest,
        audit(waived, under=GOLD, as_of=NOW).digest,
        audit(logged([*MET, waiver("3 12:00")]), under=GOLD, as_of=NOW).digest,
    }
    assert len(digests) == 5


def test_the_worst_breaches_have_the_largest_overrun_and_count() -> None:
    found = audit(ALL, under=GOLD, as_of=NOW)
    assert [(row.ticket, row.used - row.limit) for row in found.worst(9)] == [
        ("T-D", 4 * HOUR),
        ("T-B", 2 * HOUR),
        ("T-B", HOUR),
    ]
    assert found.worst() == found.worst(9)[:1]
    assert audit(logged(MET), under=GOLD, as_of=NOW).worst() == ()


# What an audit cannot read --------------------------------------------------------------------------------------------


def test_an_event_without_a_reading_is_set_aside_with_its_place_and_its_ticket_stays() -> None:
    records = logged([*MET, opened("3 12:00")])
    found = audit(Log(source="x", records=records, lines={4: 40}), under=GOLD, as_of=NOW)
    assert found.quarantine == (
        Rejected(
            line=40,
            field="type",
            value="opened",
            reason="Opened has no reading here: the ticket is open already",
            stream="T-A",
        ),
    )
    assert len(found.clocks) == 2


def test_a_ticket_that_was_never_opened_is_set_aside_record_by_record() -> None:
    found = audit([*logged(MET), *_from(9, "T-Z", answered("3 10:00"), resolved("3 11:00"))], under=GOLD, as_of=NOW)
    assert [(row.stream, row.value, row.reason) for row in found.quarantine] == [
        ("T-Z", "customer-contacted", "its ticket was never opened"),
        ("T-Z", "resolved", "its ticket was never opened"),
    ]
    assert {row.ticket for row in found.clocks} == {"T-A"}


def test_what_the_source_rejected_stands_first_in_the_quarantine() -> None:
    unreadable = Rejected(line=7, field=None, value=None, reason="no JSON")
    records = logged([*MET, opened("3 12:00")])
    found = audit(Log(source="x", records=records, rejected=[unreadable]), under=GOLD, as_of=NOW)
    assert [row.reason for row in found.quarantine][:1] == ["no JSON"]
    assert len(found.quarantine) == 2


def test_streams_of_the_desk_are_no_tickets() -> None:
    away = d.AbsenceRecorded(occurred_at=at("3 10:00"), person="ana", start=at("3 10:00"), end=at("4 10:00"))
    records = [*logged(MET), Recorded(stream="people", position=9, event=away)]
    found = audit(records, under=GOLD, as_of=NOW)
    assert (found.tickets, found.quarantine, found.events) == (1, (), 4)


def test_an_event_of_the_desk_among_those_of_a_ticket_is_set_aside() -> None:
    away = d.AbsenceRecorded(occurred_at=at("3 10:00"), person="ana", start=at("3 10:00"), end=at("4 10:00"))
    found = audit([*logged(MET), Recorded(stream="T-A", position=9, event=away)], under=GOLD, as_of=NOW)
    assert [row.value for row in found.quarantine] == ["absence-recorded"]
    assert len(found.clocks) == 2


def test_a_log_without_records_is_refused() -> None:
    with pytest.raises(InputError, match=r"nothing.jsonl: there is no event in it"):
        audit(Log(source="nothing.jsonl", records=[]), under=GOLD)


def test_tickets_under_no_agreement_are_counted() -> None:
    scoped = agreement(scope={"organisation": "acme"})
    own: Story = [opened("3 09:00", "P1", requester=FrozenMap(organisation="acme")), *MET[1:]]
    found = audit(logged(MET, own), under=scoped, as_of=NOW)
    assert (found.without_agreement, {row.ticket for row in found.clocks}) == (1, {"T-B"})


def test_what_a_log_cannot_tell_is_not_measurable_and_no_verdict() -> None:
    log = Log(source="x", records=logged(MET, BREACHED), lacks=frozenset({e.CustomerContacted}))
    found = audit(log, under=GOLD, as_of=NOW)
    assert {row.target for row in found.clocks} == {"resolution"}
    (line,) = found.not_measured
    assert (line.target, line.tickets, line.missing) == ("first-response", 2, ("customer-contacted",))


def test_progress_is_told_up_to_the_last_ticket() -> None:
    told: list[tuple[int, int]] = []
    audit(ALL, under=GOLD, as_of=NOW, progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (5, 5)


def _from(position: int, stream: str, *events: e.TicketEvent) -> list[Recorded]:
    return [Recorded(stream=stream, position=n, event=event) for n, event in enumerate(events, start=position)]


# Statistics -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # R: prop.test(x, n, correct = FALSE)$conf.int
        (0, 10, 0.0, 0.277532799),
        (5, 10, 0.236593091, 0.763406909),
        (10, 10, 0.722467201, 1.0),
        (81, 263, 0.255289396, 0.366184204),
        (15, 148, 0.062386254, 0.160459434),
        (1, 29, 0.006113214, 0.171755219),
    ],
)
def test_the_wilson_interval_has_its_known_values(successes: int, n: int, low: float, high: float) -> None:
    """The last three as in Newcombe, Statistics in Medicine 17 (1998), table I: .2553 to .3662, .0624 to .1605 ..."""
    interval = wilson(successes, n)
    assert interval is not None
    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


def test_of_nothing_there_is_no_share() -> None:
    assert wilson(0, 0) is None


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_wilson_interval_holds_its_share_and_mirrors(counts: tuple[int, int]) -> None:
    k, n = counts
    here, mirrored = wilson(k, n), wilson(n - k, n)
    assert here is not None
    assert mirrored is not None
    assert 0 <= here.low <= k / n <= here.high <= 1
    assert here.low == pytest.approx(1 - mirrored.high)


@given(st.lists(st.integers(0, 50).map(float), min_size=1), st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]))
def test_a_quantile_is_the_least_value_that_the_share_does_not_exceed(values: list[float], share: float) -> None:
    found = quantile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert not any(sum(v <= value for v in values) >= max(share * len(values), 1) for value in values if value < found)


def test_of_no_values_there_is_no_quantile() -> None:
    assert quantile([], 0.5) is None
