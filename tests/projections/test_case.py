"""A case: one ticket under its agreements."""

import pytest
from attrs import evolve as but
from hypothesis import assume, given
from hypothesis import strategies as st

from slaengine.domain import events as e
from slaengine.domain.recorded import Recorded, known
from slaengine.domain.vocabulary import Coverage, FrozenMap
from slaengine.errors import InputError
from slaengine.instants import HOUR, Instant, hours
from slaengine.policies.book import Book
from slaengine.projections.case import Case
from slaengine.projections.clocks import State, Verdict
from tests.clocks.promises import figures
from tests.histories import START, hostile
from tests.projections.stories import ACME, ANA, BOOK, GOLD, SILVER, agreement, at, log, opened

ANSWERED = e.CustomerContacted(occurred_at=at("3 10:00"), by=ANA)
RESOLVED = e.Resolved(occurred_at=at("3 12:00"), by=ANA)


def test_the_selection_is_a_fact_that_is_read_right_after_the_opening() -> None:
    case = Case([opened(), ANSWERED], under=GOLD)
    assert [type(span.event) for span in case.timeline] == [e.Opened, e.AgreementAttached, e.CustomerContacted]
    assert case.timeline[1].start == case.timeline[0].start
    assert (case.timeline[1].situation.agreement, case.timeline[1].situation.agreement_version) == ("gold", "1")
    assert case.selection.why == "for everybody"


def test_clocks_are_read_by_target_and_then_by_cycle() -> None:
    case = Case([opened(), ANSWERED, RESOLVED], under=GOLD)
    assert [(clock.target.name, clock.used, clock.verdict) for clock in case.clocks(at("3 12:00"))] == [
        ("first-response", HOUR, Verdict.MET),
        ("resolution", 3 * HOUR, Verdict.MET),
    ]


def test_one_clock_can_be_asked_for_by_name_and_cycle() -> None:
    case = Case([opened(), RESOLVED], under=GOLD)
    assert case.reading("resolution", "2025-03-03T11:00+01:00").used == 2 * HOUR
    assert case.reading("resolution", at("3 11:00"), cycle=1).used == 2 * HOUR


@pytest.mark.parametrize(("target", "cycle"), [("joy", None), ("resolution", 2)])
def test_a_clock_that_there_is_not_is_refused_with_those_that_there_are(target: str, cycle: int | None) -> None:
    case = Case([opened(), RESOLVED], under=GOLD)
    with pytest.raises(InputError, match=r"first-response \(cycle 1\), resolution \(cycle 1\)"):
        case.reading(target, at("3 12:00"), cycle)


def test_before_its_opening_a_ticket_has_no_clock() -> None:
    case = Case([opened()], under=GOLD)
    assert case.clocks(at("3 09:00") - 1) == ()
    with pytest.raises(InputError, match="it has none"):
        case.reading("resolution", at("3 09:00") - 1)


def test_an_agreement_may_change_while_the_ticket_lives() -> None:
    """The clock goes on under what is promised now: other terms at a living clock."""
    changed = e.AgreementAttached(occurred_at=at("3 11:00"), agreement="silver", version="1", reason="upgrade")
    case = Case([opened(), changed, RESOLVED], under=BOOK)
    before, after = case.reading("resolution", at("3 10:30")), case.reading("resolution", at("3 11:30"))
    assert (before.target.agreement, before.limit, before.used) == ("gold@1", 8 * HOUR, 3 * HOUR // 2)
    assert (after.target.agreement, after.limit, after.used) == ("silver@1", 16 * HOUR, 5 * HOUR // 2)
    assert (after.cycle, after.start) == (1, at("3 09:00"))


def test_what_the_ticket_stands_under_later_is_not_the_agreement_of_a_clock_that_ended() -> None:
    changed = e.AgreementAttached(occurred_at=at("3 11:00"), agreement="silver", version="1", reason="upgrade")
    case = Case([opened(), ANSWERED, changed, RESOLVED], under=BOOK)
    agreements = {clock.target.name: clock.target.agreement for clock in case.clocks(at("3 12:00"))}
    assert agreements == {"first-response": "gold@1", "resolution": "silver@1"}


def test_what_breaches_by_an_event_has_the_coverage_that_the_event_gave() -> None:
    """Of 16 hours 8 were used when an agreement came that grants 4: the verdict fell under that one."""
    strict = agreement("strict", scope={"organisation": "nobody"})
    now = e.AgreementAttached(occurred_at=at("4 09:00"), agreement="strict", coverage=Coverage.BEST_EFFORT)
    case = Case([opened("3 09:00", "P1"), now, but(RESOLVED, occurred_at=at("4 10:00"))], under=[SILVER, strict])
    clock = case.reading("resolution", at("4 12:00"))
    assert (clock.breached_at, clock.verdict, clock.coverage) == (now.occurred_at, Verdict.BREACHED, now.coverage)
    assert not clock.counts


def test_an_agreement_that_is_attached_without_a_version_has_the_one_in_force() -> None:
    changed = e.AgreementAttached(occurred_at=at("3 11:00"), agreement="silver")
    case = Case([opened(), changed], under=BOOK)
    assert case.timeline[-1].situation.agreement_version == "1"
    assert {clock.target.agreement for clock in case.clocks(at("3 12:00"))} == {"silver@1"}


def test_without_an_agreement_there_are_no_clocks_and_the_case_says_why() -> None:
    case = Case([opened(requester=FrozenMap(organisation="borough"))], under=agreement(scope={"organisation": "acme"}))
    assert case.clocks(at("3 12:00")) == ()
    assert (case.selection.agreement, case.promises) == (None, ())
    assert "no agreement in force covers this requester" in repr(case)


def test_the_nearest_agreement_is_selected_by_the_requester_of_the_opening() -> None:
    case = Case([opened(requester=ACME)], under=[GOLD, agreement("acme", scope={"organisation": "acme"})])
    assert case.selection.why == "scope organisation = acme"
    assert case.selection.path == "contact kim > organisation acme"
    assert {clock.target.agreement for clock in case.clocks(at("3 12:00"))} == {"acme@1"}


def test_a_target_whose_facts_the_log_lacks_is_not_measurable_and_nothing_stands_in_for_it() -> None:
    case = Case([opened(), RESOLVED], under=GOLD, lacks=frozenset({e.CustomerContacted}))
    assert [clock.target.name for clock in case.clocks(at("3 12:00"))] == ["resolution"]
    (missing,) = case.not_measurable
    assert (missing.target.name, missing.missing) == ("first-response", ("customer-contacted",))


def test_records_of_two_tickets_are_no_case() -> None:
    with pytest.raises(InputError, match="these are records of T-1, T-2"):
        Case([*log([opened()]), *log([opened()], stream="T-2")], under=GOLD)


@pytest.mark.parametrize(
    ("events", "says"), [([], "nothing is known of the ticket then"), ([ANSWERED], "ticket: no opening is known")]
)
def test_what_was_never_opened_is_no_case(events: list[e.TicketEvent], says: str) -> None:
    with pytest.raises(InputError, match=says):
        Case(events, under=GOLD)


def test_what_was_recorded_later_is_left_out() -> None:
    late = Recorded(stream="T-1", position=2, event=ANSWERED, recorded_at=at("4 09:00"))
    records = [*log([opened()]), late]
    (then, *_), (now, *_) = (
        Case(records, under=GOLD, known_at=known_at).clocks(at("3 12:00"))
        for known_at in (at("3 12:00"), at("5 09:00"))
    )
    assert (then.verdict, now.verdict) == (Verdict.BREACHED, Verdict.MET)
    with pytest.raises(InputError, match="nothing is known of the ticket then"):
        Case(records, under=GOLD, known_at=at("3 08:00"))


def test_the_selection_goes_by_the_opening_that_is_kept() -> None:
    """A second opening is set aside, even one that claims to be earlier."""
    first, second = opened(requester=ACME), opened("3 08:00", requester=FrozenMap(organisation="borough"))
    case = Case([first, second], under=[agreement("acme", scope={"organisation": "acme"})])
    assert case.selection.agreement is not None
    assert [quarantined.record.event for quarantined in case.history.quarantined] == [second]
    assert len(case.clocks(at("3 12:00"))) == 2


def test_a_corrected_opening_decides_on_the_agreement() -> None:
    mistaken = opened(requester=FrozenMap(organisation="borough"))
    corrected = e.Corrected(
        occurred_at=at("3 10:00"), corrects="T-1/1", event=opened(requester=ACME), reason="other customer"
    )
    scoped = agreement("acme", scope={"organisation": "acme"})
    assert Case(log([mistaken]), under=scoped).selection.agreement is None
    found = Case(log([mistaken, corrected]), under=scoped).selection.agreement
    assert found is not None
    assert found.reference == "acme@1"


def test_without_a_record_the_rest_is_read_as_if_it_had_not_been() -> None:
    held = e.PutOnHold(occurred_at=at("3 10:00"))
    resumed = e.Resumed(occurred_at=at("3 11:00"))
    records = log([opened(), held, resumed, RESOLVED])
    case = Case(records, under=GOLD)
    edited = case.without("T-1/2", "T-1/3")
    assert case.reading("resolution", at("3 12:00")).used == hours(2)
    assert edited.reading("resolution", at("3 12:00")).used == hours(3)
    assert case.without("no such record").timeline == case.timeline


@given(hostile())
def test_a_hostile_log_has_a_case_if_it_has_an_opening(records: list[Recorded]) -> None:
    now = START + 99 * HOUR
    try:
        case = Case(records, under=BOOK)
    except InputError:
        assert not any(isinstance(record.event, e.Opened) for record in known(records))
        return
    again = Case(list(reversed(records)), under=BOOK)
    assert [*map(figures, case.clocks(now))] == [*map(figures, again.clocks(now))]
    assert not [
        q for q in case.history.quarantined if isinstance(q.record.event, e.AgreementAttached) and not q.record.version
    ]
    assert case.flags(now) == again.flags(now)


def test_a_book_may_be_one_agreement_several_or_a_book() -> None:
    for under in (GOLD, [GOLD, SILVER], Book([GOLD, SILVER])):
        assert len(Case([opened()], under=under).clocks(at("3 12:00"))) == 2


@given(hostile(), st.integers(0, 60).map(lambda n: START + n * HOUR // 2))
def test_law_23_the_future_changes_no_reading_of_a_log_with_unlawful_events_in_it(
    records: list[Recorded], now: Instant
) -> None:
    """Corrections are no events of the future: what they say, they say of the past (`known_at` is their axis)."""
    records = [record for record in records if not isinstance(record.event, e.Corrected)]
    told = [record for record in records if record.occurred_at <= now]
    assume(any(isinstance(record.event, e.Opened) for record in told))
    whole, without = Case(records, under=GOLD), Case(told, under=GOLD)
    assert [*map(figures, whole.clocks(now))] == [*map(figures, without.clocks(now))]
    assert [flag.data() for flag in whole.flags(now)] == [flag.data() for flag in without.flags(now)]


def test_a_ticket_that_is_merged_by_a_late_record_was_merged_whatever_followed() -> None:
    merged = Recorded(stream="T-1", position=3, event=e.Merged(occurred_at=at("3 10:00"), by=ANA, into="T-2"))
    worked = Recorded(stream="T-1", position=2, event=e.Worked(occurred_at=at("3 18:00"), by=ANA))
    opening = Recorded(stream="T-1", position=1, event=opened())
    states = {clock.state for clock in Case([opening, worked, merged], under=GOLD).clocks(at("3 12:00"))}
    assert states == {State.CANCELLED}
