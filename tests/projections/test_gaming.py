"""What deserves a look: each detector with its innocent readings and bounds, and laws 35 to 38 of flags."""

import json
from typing import Any, TypeAlias

import pytest
from attrs import evolve as but
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from slaengine.domain import events as e
from slaengine.domain.vocabulary import Actor, Escalation, Phase, Relation, ReturnReason, Role
from slaengine.errors import AgreementError
from slaengine.instants import HOUR, MINUTE, Duration, Instant, hours, minutes
from slaengine.policies.agreement import Agreement
from slaengine.projections.case import Case
from slaengine.projections.gaming.flag import Flag
from slaengine.projections.gaming.parameters import Handoff, Near, check, parameters
from tests.projections.stories import ANA, BEN, BOT, GOLD, KIM, LEA, agreement, at, log, opened
from tests.projections.test_wording import ACCUSING

Story: TypeAlias = list[e.TicketEvent]

NOW = at("5 12:00")
NEAR = round(0.12 * 4 * HOUR)
"""Of the four hours that are promised for P1: 28 min 48 s. A ticket opened at 09:00 is due at 13:00."""

OPENED = opened("3 09:00", "P1", team="desk")
ANSWERED = e.CustomerContacted(occurred_at=at("3 09:20"), by=LEA, length=200)
TAKEN = e.Assigned(occurred_at=at("3 09:30"), by=LEA, owner="ana")
WORKED = e.Worked(occurred_at=at("3 10:00"), by=ANA, minutes=20)
HANDED_ON = e.Reassigned(occurred_at=at("3 12:45"), by=ANA, owner="ben", note_length=4)


def flags(*events: e.TicketEvent, under: Agreement = GOLD, now: Instant = NOW) -> list[Flag]:
    return list(Case(log(events), under=under).flags(now))


def kinds(*events: e.TicketEvent, under: Agreement = GOLD) -> list[str]:
    return [flag.kind for flag in flags(*events, under=under)]


# What is near ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "window"),
    [
        (hours(4), NEAR),
        (hours(1), minutes(15)),  # the floor
        (hours(100), hours(8)),  # the cap
        (minutes(20), minutes(10)),  # never more than half
    ],
)
def test_near_is_a_share_of_the_limit_within_a_floor_and_a_cap(limit: Duration, window: Duration) -> None:
    near = Near()
    assert near.window(limit) == window
    held = {left: near.holds(left, limit) for left in (window + 1, window, 1, 0, -1)}
    assert held == {window + 1: False, window: True, 1: True, 0: False, -1: False}


def test_an_agreement_may_say_what_is_near() -> None:
    tuned = agreement(detectors={"deadline_handoff": {"near": 0.5, "note_length": 10}})
    assert parameters(tuned, "deadline_handoff") == Handoff(near=0.5, note_length=10)
    assert parameters(GOLD, "deadline_handoff") == Handoff()


@pytest.mark.parametrize(
    ("detectors", "says"),
    [
        ({"mood": {}}, "detectors.mood: unknown"),
        ({"deadline_handoff": {"far": 1}}, "detectors.deadline_handoff.far: unknown; known are near"),
        ({"deadline_handoff": {"near": -1}}, "near: -1: write a number of at least 0"),
        ({"deadline_handoff": {"near": float("nan")}}, "near: nan: write"),
        ({"deadline_handoff": {"cap_hours": float("inf")}}, "cap_hours: inf: write"),
        ({"close_reopen_churn": {"times": 0}}, "times: 0: write a number of at least 1"),
    ],
)
def test_parameters_that_cannot_be_are_refused(detectors: dict[str, dict[str, float]], says: str) -> None:
    with pytest.raises(AgreementError, match=says):
        check(agreement(detectors=detectors))


# deadline_handoff -----------------------------------------------------------------------------------------------------


def test_an_owner_who_hands_his_ticket_on_near_its_deadline_is_flagged() -> None:
    (flag,) = flags(OPENED, ANSWERED, TAKEN, HANDED_ON)
    assert (flag.kind, flag.definition, flag.agreement) == ("deadline_handoff", "deadline_handoff/1", "gold@1")
    assert (flag.ticket, flag.subject, flag.person, flag.at) == ("T-1", "desk", "ana", at("3 12:45"))
    assert (flag.position.target, flag.position.used, flag.position.left) == (
        "resolution",
        3 * HOUR + 45 * MINUTE,
        15 * MINUTE,
    )
    assert flag.position.due == at("3 13:00")
    assert [(item.record, item.part) for item in flag.evidence if item.part.startswith("act")] == [
        ("T-1/3", "act: the owner took it"),
        ("T-1/4", "act: the owner handed it on"),
    ]
    assert flag.counterfactual.finding.endswith("is with the same owner when it falls due")
    assert (flag.counterfactual.difference, flag.counterfactual.verdict) == (0, "breached")
    assert flag.words == (
        "Please review: the owner handed the ticket on with 15 min of 4 h left on resolution, "
        "with a short note and without work since it was taken."
    )


HANDED_ON_BY_OTHER_MEANS: list[e.TicketEvent] = [
    e.Queued(occurred_at=at("3 12:45"), by=ANA, team="network"),
    e.Unassigned(occurred_at=at("3 12:45"), by=ANA),
    e.Reassigned(occurred_at=at("3 12:45"), by=ANA, team="network"),
]


@pytest.mark.parametrize("event", HANDED_ON_BY_OTHER_MEANS, ids=lambda event: type(event).__name__)
def test_a_ticket_can_be_given_away_by_other_means(event: e.TicketEvent) -> None:
    assert kinds(OPENED, ANSWERED, TAKEN, event) == ["deadline_handoff"]


@pytest.mark.parametrize(
    ("worked", "note_length", "flagged"),
    [
        (False, 4, True),
        (False, 300, True),
        (False, None, True),
        (True, 4, True),
        (True, 29, True),
        (True, 30, False),
        (True, None, False),  # the log does not say how long the note was
    ],
)
def test_work_and_a_note_that_says_something_speak_for_the_owner(
    worked: bool, note_length: int | None, flagged: bool
) -> None:
    story: Story = [OPENED, ANSWERED, TAKEN, *([WORKED] if worked else []), but(HANDED_ON, note_length=note_length)]
    assert bool(flags(*story)) is flagged


def test_more_signs_and_less_time_give_a_higher_score() -> None:
    def score(note_length: int, *more: e.TicketEvent, minute: int = 45) -> float:
        handed_on = but(HANDED_ON, occurred_at=at(f"3 12:{minute}"), note_length=note_length)
        (flag,) = flags(OPENED, ANSWERED, TAKEN, *more, handed_on)
        return flag.score

    assert score(4) > score(300)
    assert score(4) > score(4, WORKED)
    assert score(4, minute=59) > score(4, minute=40)


INNOCENT_HAND_OVERS: list[tuple[str, list[e.TicketEvent]]] = [
    ("up-tier", [TAKEN, e.Escalated(occurred_at=at("3 12:45"), by=ANA, tier="L2", area="network")]),
    (
        "in the hierarchy",
        [TAKEN, e.Escalated(occurred_at=at("3 12:45"), by=ANA, kind=Escalation.HIERARCHICAL, owner="lea")],
    ),
    ("by a lead", [but(TAKEN, owner="lea"), but(HANDED_ON, by=LEA)]),
    ("end of the shift", [TAKEN, but(HANDED_ON, reason="shift")]),
    ("absence", [TAKEN, but(HANDED_ON, reason="absence")]),
    ("leave", [TAKEN, but(HANDED_ON, reason="leave")]),
    (
        "a mis-route sent back",
        [TAKEN, e.Returned(occurred_at=at("3 12:45"), by=ANA, reason=ReturnReason.NOT_OURS, team="front")],
    ),
    ("another technology area", [but(TAKEN, area="mail"), but(HANDED_ON, area="network")]),
]


@pytest.mark.parametrize(
    "events", [events for _, events in INNOCENT_HAND_OVERS], ids=[name for name, _ in INNOCENT_HAND_OVERS]
)
def test_an_innocent_hand_over_is_not_flagged(events: list[e.TicketEvent]) -> None:
    assert kinds(OPENED, ANSWERED, *events) == []


NOT_HIS_OWN: list[tuple[str, e.TicketEvent]] = [
    ("by somebody else", but(HANDED_ON, by=BEN)),
    ("by a lead who is not the owner", but(HANDED_ON, by=LEA)),
    ("by automation", but(HANDED_ON, by=BOT)),
    ("by nobody who is named", but(HANDED_ON, by=None)),
    ("to himself in another team", but(HANDED_ON, owner="ana", team="network")),
]


@pytest.mark.parametrize("event", [event for _, event in NOT_HIS_OWN], ids=[name for name, _ in NOT_HIS_OWN])
def test_only_an_owner_gives_his_own_ticket_away(event: e.TicketEvent) -> None:
    assert kinds(OPENED, ANSWERED, TAKEN, event) == []


def test_the_same_area_and_another_reason_excuse_nothing() -> None:
    taken, handed_on = but(TAKEN, area="mail"), but(HANDED_ON, area="mail", reason="busy")
    (flag,) = flags(OPENED, ANSWERED, taken, handed_on)
    assert {reading.reason: reading.holds for reading in flag.innocent} == {
        "escalated to who knows or decides more": False,
        "a lead moved it": False,
        "the end of a shift, an absence, a leave": False,
        "a mis-route sent back": False,
        "it belongs to another technology area": False,
    }


def test_what_the_log_cannot_tell_is_said_so() -> None:
    (flag,) = flags(OPENED, ANSWERED, TAKEN, HANDED_ON)
    unknown = [reading.reason for reading in flag.innocent if reading.holds is None]
    assert unknown == ["the end of a shift, an absence, a leave", "it belongs to another technology area"]


DUE = at("3 13:00")


@pytest.mark.parametrize(
    ("when", "flagged"),
    [
        (DUE - NEAR - 1, False),
        (DUE - NEAR, True),
        (DUE - 1, True),
        (DUE, False),
        (DUE + 1, False),
    ],
)
def test_near_begins_exactly_at_the_window_and_ends_before_the_deadline(when: Instant, flagged: bool) -> None:
    assert bool(flags(OPENED, ANSWERED, TAKEN, but(HANDED_ON, occurred_at=when))) is flagged


def test_a_clock_that_has_ended_is_near_nothing() -> None:
    assert kinds(OPENED, ANSWERED, TAKEN, e.Resolved(occurred_at=at("3 12:40"), by=ANA), HANDED_ON) == []


def test_what_comes_after_the_instant_of_the_question_is_not_flagged() -> None:
    assert flags(OPENED, ANSWERED, TAKEN, HANDED_ON, now=at("3 12:45") - 1) == []
    assert len(flags(OPENED, ANSWERED, TAKEN, HANDED_ON, now=at("3 12:45"))) == 1


def test_the_counterfactual_says_who_would_have_had_it_at_due() -> None:
    moved = e.Reassigned(occurred_at=at("3 12:50"), by=LEA, owner="eve")
    (flag,) = flags(OPENED, ANSWERED, TAKEN, HANDED_ON, moved)
    assert flag.counterfactual.finding.endswith("is not with the same owner when it falls due")


def test_one_act_near_two_deadlines_is_one_flag_on_the_clock_with_less_time_left() -> None:
    """At 10:45 a first response within two hours has 15 minutes left, and one within 110 minutes five."""
    taken, handed_on = but(TAKEN, occurred_at=at("3 09:05")), but(HANDED_ON, occurred_at=at("3 10:50"))
    both = agreement(detectors={"deadline_handoff": {"near": 0.5}})
    (flag,) = flags(OPENED, taken, handed_on, under=both)
    assert (flag.position.target, flag.position.left) == ("first-response", 10 * MINUTE)


# close_reopen_churn ---------------------------------------------------------------------------------------------------


def resolved(when: str, by: Actor | None = ANA) -> e.Resolved:
    return e.Resolved(occurred_at=at(when), by=by)


def reopened(when: str, by: Actor | None = BEN) -> e.Reopened:
    return e.Reopened(occurred_at=at(when), by=by)


TWICE: list[e.TicketEvent] = [
    OPENED,
    ANSWERED,
    resolved("3 10:00"),
    reopened("3 10:30"),
    resolved("3 11:00"),
    reopened("3 11:30"),
]


def test_staff_who_end_and_reopen_twice_in_one_clock_are_flagged() -> None:
    (flag,) = flags(*TWICE)
    assert (flag.kind, flag.definition) == ("close_reopen_churn", "close_reopen_churn/1")
    assert (flag.person, flag.at, flag.position.target) == ("ana", at("3 11:30"), "resolution")
    assert [item.record for item in flag.evidence if item.part.startswith("act")] == [f"T-1/{n}" for n in (3, 4, 5, 6)]
    assert flag.words == "Please review: staff ended and reopened the ticket 2 times in one resolution clock."


def test_the_counterfactual_runs_the_clock_through_to_the_last_resolve() -> None:
    (flag,) = flags(*TWICE, resolved("3 12:00"))
    assert flag.counterfactual.difference == HOUR
    assert (flag.counterfactual.verdict, flag.counterfactual.what_if) == ("met", "met")
    assert flag.counterfactual.finding == "3 h of 4 h in all"
    (late,) = flags(*TWICE, resolved("3 13:30"))
    assert (late.counterfactual.verdict, late.counterfactual.what_if) == ("met", "breached")


ONCE_NEAR: list[e.TicketEvent] = [OPENED, ANSWERED, resolved("3 12:40"), reopened("3 14:00")]


def test_once_is_enough_where_the_end_was_near_the_deadline() -> None:
    (flag,) = flags(*ONCE_NEAR)
    assert flag.position.left == 20 * MINUTE
    assert flag.words.endswith("once in one resolution clock, with 20 min of 4 h left.")


@pytest.mark.parametrize(
    ("when", "flagged"), [(DUE - NEAR - 1, False), (DUE - NEAR, True), (DUE - 1, True), (DUE, False), (DUE + 1, False)]
)
def test_once_is_near_exactly_within_the_window(when: Instant, flagged: bool) -> None:
    ended = e.Resolved(occurred_at=when, by=ANA)
    assert bool(flags(OPENED, ANSWERED, ended, reopened("3 15:00"))) is flagged


def test_once_far_from_the_deadline_is_not_flagged() -> None:
    assert kinds(*TWICE[:4]) == []


def test_an_agreement_may_ask_for_more_times() -> None:
    patient = agreement(detectors={"close_reopen_churn": {"times": 3}})
    assert kinds(*TWICE, under=patient) == []
    assert kinds(*TWICE, resolved("3 11:40"), reopened("3 11:50"), under=patient) == ["close_reopen_churn"]


ENDED_BY_OTHER_MEANS: list[e.TicketEvent] = [
    e.Closed(occurred_at=at("3 12:40"), by=ANA),
    e.StatusChanged(occurred_at=at("3 12:40"), by=ANA, status="done", phase=Phase.RESOLVED),
]
REOPENED_BY_OTHER_MEANS: list[e.TicketEvent] = [
    e.Accepted(occurred_at=at("3 14:00"), by=BEN),
    e.Resumed(occurred_at=at("3 14:00"), by=LEA),
    e.PutOnHold(occurred_at=at("3 14:00"), by=ANA),
    e.StatusChanged(occurred_at=at("3 14:00"), by=BEN, status="doing", phase=Phase.OPEN),
]


@pytest.mark.parametrize("end", ENDED_BY_OTHER_MEANS, ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("again", REOPENED_BY_OTHER_MEANS, ids=lambda event: type(event).__name__)
def test_whatever_ends_and_reopens_counts(end: e.TicketEvent, again: e.TicketEvent) -> None:
    assert "close_reopen_churn" in kinds(OPENED, ANSWERED, end, again)


REPLIED = e.CustomerReplied(occurred_at=at("3 13:30"), by=KIM)
INNOCENT_REOPENINGS: list[tuple[str, list[e.TicketEvent]]] = [
    ("by the customer", [resolved("3 12:40"), reopened("3 14:00", by=KIM)]),
    ("after the customer wrote", [resolved("3 12:40"), REPLIED, reopened("3 14:00")]),
    ("by automation", [resolved("3 12:40"), reopened("3 14:00", by=BOT)]),
    ("of an end by automation", [resolved("3 12:40", by=BOT), reopened("3 14:00")]),
    (
        "because another ticket was absorbed",
        [
            resolved("3 12:40"),
            e.Linked(occurred_at=at("3 13:00"), to="T-2", relation=Relation.ABSORBED),
            reopened("3 14:00"),
        ],
    ),
    (
        "to be merged away",
        [resolved("3 12:40"), reopened("3 14:00"), e.Merged(occurred_at=at("3 14:10"), by=ANA, into="T-2")],
    ),
    ("by nobody who is named", [resolved("3 12:40"), reopened("3 14:00", by=None)]),
    ("of an end by nobody who is named", [resolved("3 12:40", by=None), reopened("3 14:00")]),
    ("by the supplier", [resolved("3 12:40"), reopened("3 14:00", by=Actor("fixit", Role.SUPPLIER))]),
]


@pytest.mark.parametrize(
    "events", [events for _, events in INNOCENT_REOPENINGS], ids=[name for name, _ in INNOCENT_REOPENINGS]
)
def test_an_innocent_reopening_is_not_counted(events: list[e.TicketEvent]) -> None:
    assert kinds(OPENED, ANSWERED, *events) == []


def test_a_link_that_absorbs_nothing_excuses_nothing() -> None:
    linked = e.Linked(occurred_at=at("3 13:00"), to="T-2", relation=Relation.RELATED)
    assert kinds(*ONCE_NEAR[:3], linked, ONCE_NEAR[3]) == ["close_reopen_churn"]


def test_an_innocent_reopening_does_not_excuse_the_others() -> None:
    innocent: Story = [resolved("3 11:40"), reopened("3 11:45", by=KIM)]
    (flag,) = flags(*TWICE, *innocent)
    assert "2 times" in flag.words


# Together -------------------------------------------------------------------------------------------------------------


def test_an_act_that_close_reopen_churn_explains_is_no_deadline_handoff_beside() -> None:
    """Whoever reopens a ticket by taking it, and hands it on, is flagged for the first only."""
    taken_again = e.Accepted(occurred_at=at("3 12:43"), by=ANA)
    story: Story = [
        OPENED,
        ANSWERED,
        TAKEN,
        resolved("3 12:40", by=BEN),
        e.Unassigned(occurred_at=at("3 12:41"), by=LEA),
    ]
    assert kinds(*story, taken_again, HANDED_ON) == ["close_reopen_churn"]


def test_other_acts_are_flagged_side_by_side_in_order_of_time() -> None:
    resolved_near, again = resolved("3 12:50", by=BEN), reopened("3 14:00")
    found = flags(OPENED, ANSWERED, TAKEN, HANDED_ON, resolved_near, again)
    assert [(flag.kind, flag.at) for flag in found] == [
        ("deadline_handoff", at("3 12:45")),
        ("close_reopen_churn", at("3 14:00")),
    ]


# Laws -----------------------------------------------------------------------------------------------------------------

ACTS: tuple[e.TicketEvent, ...] = (
    HANDED_ON,
    TAKEN,
    resolved("3 09:00"),
    reopened("3 09:00"),
    e.Reassigned(occurred_at=at("3 09:00"), by=BEN, owner="ana", note_length=200),
    e.Queued(occurred_at=at("3 09:00"), by=ANA, team="network", area="network"),
    e.Accepted(occurred_at=at("3 09:00"), by=ANA),
    reopened("3 09:00", by=KIM),
    REPLIED,
    WORKED,
    ANSWERED,
    e.PutOnHold(occurred_at=at("3 09:00"), by=ANA),
    e.Resumed(occurred_at=at("3 09:00"), by=ANA),
    e.Prioritised(occurred_at=at("3 09:00"), by=LEA, priority="P1"),
    e.Prioritised(occurred_at=at("3 09:00"), by=LEA, priority="P2"),
    e.Prioritised(occurred_at=at("3 09:00"), by=LEA, priority="P3"),
    e.Closed(occurred_at=at("3 09:00"), by=BOT),
    e.Cancelled(occurred_at=at("3 09:00"), by=ANA),
    e.StatusChanged(occurred_at=at("3 09:00"), by=BEN, status="doing", phase=Phase.OPEN),
    e.StatusChanged(occurred_at=at("3 09:00"), by=BEN, status="waiting"),
    e.Linked(occurred_at=at("3 09:00"), to="T-2", relation=Relation.ABSORBED),
    e.Escalated(occurred_at=at("3 09:00"), by=ANA, tier="L2"),
)
ENDED, AGAIN, AGAIN_BY_CUSTOMER = resolved("3 09:00"), reopened("3 09:00"), reopened("3 09:00", by=KIM)
ABSORBED = e.Linked(occurred_at=at("3 09:00"), to="T-2", relation=Relation.ABSORBED)
P3 = e.Prioritised(occurred_at=at("3 09:00"), by=LEA, priority="P3")
EPISODES: list[tuple[e.TicketEvent, ...]] = [
    (TAKEN, HANDED_ON),
    (TAKEN, P3, HANDED_ON),
    (ENDED, AGAIN),
    (ENDED, AGAIN_BY_CUSTOMER),
    (ENDED, REPLIED, AGAIN),
    (ENDED, ABSORBED, AGAIN),
    (ENDED, P3, AGAIN),
    *((act,) for act in ACTS),
]
"""Acts in the order in which they may matter, and each alone."""

TUNED = agreement(detectors={kind: {"near": 0.5} for kind in ("deadline_handoff", "close_reopen_churn")})
"""Half of every limit is near, so that random histories meet it."""


@st.composite
def told(draw: st.DrawFn) -> tuple[e.TicketEvent, ...]:
    """A ticket opened at nine, and what was done to it in the hours after."""
    when, found = OPENED.occurred_at, [draw(st.sampled_from([OPENED, but(OPENED, priority="P2", owner="ana")]))]
    for act in [act for episode in draw(st.lists(st.sampled_from(EPISODES), max_size=6)) for act in episode]:
        when += draw(st.sampled_from([20, 5, 0, 45, 90])) * MINUTE
        found.append(but(act, occurred_at=when))  # type: ignore[arg-type]
    return tuple(found)


detected = given(told())


@frozen
class Seen:
    """A flag without the names in it."""

    kind: str
    at: Instant
    score: float
    position: object
    counterfactual: object
    innocent: object
    parts: tuple[str, ...]

    @classmethod
    def of(cls, flag: Flag) -> "Seen":
        parts = tuple(item.part for item in flag.evidence)
        return cls(flag.kind, flag.at, flag.score, flag.position, flag.counterfactual, flag.innocent, parts)


@detected
def test_law_35_renaming_ids_changes_nothing(events: tuple[e.TicketEvent, ...]) -> None:
    case = Case(log(events), under=TUNED)
    renamed = [but(record, id=f"R-{record.position}", event=_renamed(record.event)) for record in log(events, "X-9")]
    again = Case(renamed, under=TUNED)
    assert [Seen.of(flag) for flag in case.flags(NOW)] == [Seen.of(flag) for flag in again.flags(NOW)]


def _renamed(event: Any) -> Any:
    names = {
        name: f"somebody else than {getattr(event, name)}"
        for name in ("owner", "from_owner", "team")
        if getattr(event, name, None)
    }
    by = event.by and but(event.by, id=f"somebody else than {event.by.id}")
    return but(event, by=by, **names)


@detected
def test_law_35_later_unrelated_events_change_nothing(events: tuple[e.TicketEvent, ...]) -> None:
    later: Story = [e.Rated(occurred_at=NOW, by=KIM, score=3), e.KnowledgeUsed(occurred_at=NOW, article="KB-1")]
    assert Case(log(events), under=TUNED).flags(NOW) == Case(log([*events, *later]), under=TUNED).flags(NOW)


@detected
def test_law_35_where_no_deadline_is_near_no_flag_rests_on_one(events: tuple[e.TicketEvent, ...]) -> None:
    """Of two thousand hours nothing comes near. Ending and reopening twice is flagged all the same."""
    found = Case(log(events), under=agreement(scale=500)).flags(NOW)
    assert all(flag.kind == "close_reopen_churn" and " left" not in flag.words for flag in found)


@detected
def test_law_36_an_edit_that_changes_nothing_gives_the_same_flags(events: tuple[e.TicketEvent, ...]) -> None:
    case = Case(log(events), under=TUNED)
    same = case.without()
    assert [clock.verdict for clock in same.clocks(NOW)] == [clock.verdict for clock in case.clocks(NOW)]
    assert same.flags(NOW) == case.flags(NOW)


@detected
def test_law_37_what_a_flag_cites_raises_it_again(events: tuple[e.TicketEvent, ...]) -> None:
    records = log(events)
    for flag in Case(records, under=TUNED).flags(NOW):
        cited = {item.record for item in flag.evidence}
        again = Case([record for record in records if record.id in cited], under=TUNED).flags(NOW)
        assert (flag.id, flag.at, flag.position) in [(other.id, other.at, other.position) for other in again]


@detected
def test_law_38_no_rendered_text_accuses(events: tuple[e.TicketEvent, ...]) -> None:
    for flag in Case(log(events), under=TUNED).flags(NOW):
        spoken = [flag.words, flag.counterfactual.edit, flag.counterfactual.finding]
        spoken += [text for reading in flag.innocent for text in (reading.reason, reading.checked)]
        spoken += [item.part for item in flag.evidence]
        assert flag.words.startswith("Please review: ")
        assert not [text for text in spoken if ACCUSING.search(text)]


@detected
def test_persons_are_hidden_unless_they_are_asked_for(events: tuple[e.TicketEvent, ...]) -> None:
    hidden = [but(record, event=_renamed(record.event)) for record in log(events)]
    for flag in Case(hidden, under=TUNED).flags(NOW):
        assert "ana" not in json.dumps({**flag.data(), "subject": "", "evidence": []})
        assert "person" not in flag.data()
        assert flag.data(persons=True)["person"] == flag.person
        assert str(flag.person) not in repr(but(flag, subject=""))


@detected
def test_a_score_is_a_share_and_every_flag_is_told_once(events: tuple[e.TicketEvent, ...]) -> None:
    found = Case(log(events), under=TUNED).flags(NOW)
    assert all(0 <= flag.score <= 1 for flag in found)
    assert len({flag.id for flag in found}) == len(found)
    assert [flag.at for flag in found] == sorted(flag.at for flag in found)


@detected
def test_a_flag_holds_no_innocent_reading(events: tuple[e.TicketEvent, ...]) -> None:
    for flag in Case(log(events), under=TUNED).flags(NOW):
        assert not any(reading.holds for reading in flag.innocent)


# What a reviewer would find unfair ------------------------------------------------------------------------------------


def test_one_act_raises_one_flag_whichever_clocks_it_was_near() -> None:
    """The first end was near the first response, both together are too often in the resolution clock."""
    story: Story = [opened("3 09:00", "P1"), TAKEN, resolved("3 10:50"), reopened("3 10:55"), resolved("3 11:30")]
    assert kinds(*story, reopened("3 11:40")) == ["close_reopen_churn"]


def test_an_end_that_is_undone_at_once_was_a_wrong_click() -> None:
    assert kinds(OPENED, ANSWERED, resolved("3 12:40"), reopened("3 12:41")) == []


def test_where_the_log_holds_no_work_nobody_is_said_to_have_done_none() -> None:
    handed_on = e.Reassigned(occurred_at=at("3 12:45"), by=ANA, owner="ben")
    records = log([OPENED, ANSWERED, TAKEN, handed_on])
    assert [flag.kind for flag in Case(records, under=GOLD).flags(NOW)] == ["deadline_handoff"]
    assert Case(records, under=GOLD, lacks=frozenset({e.Worked})).flags(NOW) == ()


def test_law_23_what_comes_after_the_instant_of_the_question_changes_no_word_of_a_flag() -> None:
    then, later = at("3 12:52"), e.Reassigned(occurred_at=at("3 12:55"), by=LEA, owner="zoe")
    story: Story = [OPENED, ANSWERED, TAKEN, HANDED_ON]
    (now,), (with_its_future,) = flags(*story, now=then), flags(*story, later, now=then)
    assert now.data(persons=True) == with_its_future.data(persons=True)
