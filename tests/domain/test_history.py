"""What was known, and the quarantine: an event without a reading is set aside, never its ticket."""

from collections.abc import Sequence

import pytest
from attrs import evolve as but
from hypothesis import given
from hypothesis import strategies as st

from slaengine.domain import desk as d
from slaengine.domain import events as e
from slaengine.domain.history import history
from slaengine.domain.recorded import Recorded, in_order, known
from slaengine.domain.timeline import timeline
from slaengine.domain.vocabulary import Phase
from slaengine.instants import DAY, HOUR, Instant
from tests.histories import ANA, START, Events, hostile, lawful, records

OPENED = e.Opened(occurred_at=START)


def at(hours: float) -> Instant:
    return START + round(hours * HOUR)


def log(*events: e.TicketEvent) -> list[Recorded]:
    return records(events)


def told(records: Sequence[Recorded], known_at: Instant = START + 99 * DAY) -> list[object]:
    return [record.event for record in known(records, known_at)]


def correction(of: str, event: e.TicketEvent | None = None) -> e.Corrected:
    return e.Corrected(occurred_at=at(9), corrects=of, event=event, reason="mistyped")


WORKED, REWORKED, HELD = (
    e.Worked(occurred_at=at(1), minutes=5),
    e.Worked(occurred_at=at(2), minutes=50),
    e.PutOnHold(occurred_at=at(1.5)),
)


# Known ----------------------------------------------------------------------------------------------------------------


def test_an_event_recorded_late_is_read_where_it_occurred() -> None:
    assert told(log(OPENED, REWORKED, WORKED)) == [OPENED, WORKED, REWORKED]


def test_at_one_instant_what_was_written_down_first_is_read_first() -> None:
    resolved = e.Resolved(occurred_at=at(1))
    assert told(log(OPENED, WORKED, resolved)) == [OPENED, WORKED, resolved]
    assert told(log(OPENED, resolved, WORKED)) == [OPENED, resolved, WORKED]


@given(lawful(), st.randoms(use_true_random=False))
def test_the_order_in_which_records_are_handed_over_means_nothing(events: Events, chance: object) -> None:
    shuffled = records(events)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert known(shuffled) == records(events)
    assert history(shuffled) == history(records(events))


@given(lawful(), st.data())
def test_the_order_of_recording_means_nothing_where_no_two_events_tie(events: Events, data: st.DataObject) -> None:
    apart = [but(event, occurred_at=event.occurred_at + n) for n, event in enumerate(events)]
    as_written = data.draw(st.permutations(apart))
    assert history(records(as_written)).timeline == timeline(apart)


def test_what_was_recorded_later_was_not_known() -> None:
    late = Recorded(stream="T", position=2, event=WORKED, recorded_at=at(5))
    seen = [*log(OPENED), late]
    assert told(seen, at(5) - 1) == [OPENED]
    assert told(seen, at(5)) == [OPENED, WORKED]


def test_what_did_happen_stands_in_the_place_of_what_was_corrected() -> None:
    assert told(log(OPENED, WORKED, correction("T/2", REWORKED))) == [OPENED, REWORKED]
    assert told(log(OPENED, WORKED, correction("T/2", HELD))) == [OPENED, HELD]


def test_a_corrected_event_keeps_its_record() -> None:
    (_, corrected) = known(log(OPENED, WORKED, correction("T/2", REWORKED)))
    assert (corrected.id, corrected.position, corrected.recorded_at) == ("T/2", 2, at(1))


def test_a_correction_may_move_an_event_to_another_place() -> None:
    moved = but(WORKED, occurred_at=at(3))
    assert told(log(OPENED, WORKED, REWORKED, correction("T/2", moved))) == [OPENED, REWORKED, moved]


def test_what_did_not_happen_is_removed() -> None:
    assert told(log(OPENED, WORKED, correction("T/2"))) == [OPENED]


def test_before_its_correction_was_recorded_an_event_stood_as_it_was_written() -> None:
    seen = log(OPENED, WORKED, correction("T/2"))
    assert told(seen, at(9) - 1) == [OPENED, WORKED]
    assert told(seen, at(9)) == [OPENED]


def test_of_several_corrections_the_last_counts() -> None:
    assert told(log(OPENED, WORKED, correction("T/2", HELD), correction("T/2", REWORKED))) == [OPENED, REWORKED]
    assert told(log(OPENED, WORKED, correction("T/2"), correction("T/2", REWORKED))) == [OPENED, REWORKED]
    assert told(log(OPENED, WORKED, correction("T/2", HELD), correction("T/2"))) == [OPENED]


def test_a_correction_that_is_itself_removed_has_no_effect() -> None:
    assert told(log(OPENED, WORKED, correction("T/2"), correction("T/3"))) == [OPENED, WORKED]


def test_a_correction_may_be_replaced_by_another() -> None:
    other = correction("T/2", REWORKED)
    assert told(log(OPENED, WORKED, correction("T/2"), correction("T/3", other))) == [OPENED, REWORKED]


def test_a_correction_of_what_is_not_known_stays_to_be_set_aside() -> None:
    of_nothing = correction("T/7")
    assert told(log(OPENED, of_nothing)) == [OPENED, of_nothing]


def test_nothing_can_be_corrected_before_it_was_recorded() -> None:
    early, itself = correction("T/3"), correction("T/2")
    assert told(log(OPENED, early, WORKED)) == [OPENED, WORKED, early]
    assert told(log(OPENED, itself)) == [OPENED, itself]


@given(hostile())
def test_what_stands_is_in_order_and_from_the_log(given_records: list[Recorded]) -> None:
    standing = known(given_records)
    assert standing == in_order(standing)
    assert {record.id for record in standing} <= {record.id for record in given_records}


# Quarantine -----------------------------------------------------------------------------------------------------------


def test_a_lawful_history_has_nothing_in_quarantine() -> None:
    found = history(log(OPENED, REWORKED, WORKED))
    assert [record.event for record in found.records] == [OPENED, WORKED, REWORKED]
    assert found.timeline == timeline([OPENED, WORKED, REWORKED])
    assert found.quarantined == ()


AWKWARD: list[tuple[str, list[e.TicketEvent], int, str]] = [
    ("an event from before the opening", [OPENED, e.Worked(occurred_at=at(-1))], 2, "not opened before"),
    ("a second opening", [OPENED, e.Opened(occurred_at=at(1))], 2, "open already"),
    ("a second opening that claims to be earlier", [OPENED, e.Opened(occurred_at=at(-1))], 2, "open already"),
    ("work after a merge", [OPENED, e.Merged(occurred_at=at(1), into="T-2"), REWORKED], 3, "merged into another"),
    (
        "a merge that was written down late",
        [OPENED, REWORKED, e.Merged(occurred_at=at(1), into="T-2")],
        3,
        "merged into another",
    ),
    ("a correction of nothing", [OPENED, correction("T/7")], 2, "no record 'T/7'"),
]


@pytest.mark.parametrize(("events", "aside", "why"), [row[1:] for row in AWKWARD], ids=[row[0] for row in AWKWARD])
def test_the_late_event_is_set_aside_and_not_the_ticket(events: list[e.TicketEvent], aside: int, why: str) -> None:
    found = history(log(*events))
    (quarantined,) = found.quarantined
    assert quarantined.record.id == f"T/{aside}"
    assert why in quarantined.reason
    assert [record.id for record in found.records] == [f"T/{n}" for n in range(1, len(events) + 1) if n != aside]


def test_an_event_of_the_desk_has_no_reading_on_a_ticket() -> None:
    away = d.AbsenceRecorded(occurred_at=at(1), person="ana", start=at(1), end=at(9))
    found = history([*log(OPENED), Recorded(stream="T", position=2, event=away)])
    assert [quarantined.record.event for quarantined in found.quarantined] == [away]
    assert "event of the desk" in found.quarantined[0].reason


def test_without_an_opening_everything_is_set_aside() -> None:
    found = history(log(WORKED, REWORKED))
    assert (found.records, found.timeline) == ((), ())
    assert len(found.quarantined) == 2


@given(hostile())
def test_every_record_that_stands_is_kept_or_set_aside_and_none_twice(given_records: list[Recorded]) -> None:
    found = history(given_records)
    aside = [quarantined.record for quarantined in found.quarantined]
    assert in_order([*found.records, *aside]) == known(given_records)


@given(hostile())
def test_what_is_kept_is_lawful_and_in_pairs_with_its_spans(given_records: list[Recorded]) -> None:
    found = history(given_records)
    assert found.timeline == timeline([record.event for record in found.records])  # type: ignore[misc]
    assert list(found.records) == in_order(found.records)


@given(hostile())
def test_what_was_set_aside_was_written_after_something_that_it_contradicts(given_records: list[Recorded]) -> None:
    """With any one of them, what was kept of the records before it has no lawful reading."""
    found = history(given_records)
    for quarantined in found.quarantined:
        before = [record for record in found.records if record.position < quarantined.record.position]
        opening = [r for r in found.records if isinstance(r.event, e.Opened)]
        again = history({record.id: record for record in [*opening, *before, quarantined.record]}.values())
        assert quarantined.record in [q.record for q in again.quarantined]


@given(hostile())
def test_a_history_that_was_sifted_once_is_lawful(given_records: list[Recorded]) -> None:
    found = history(given_records)
    again = history(found.records)
    assert (again.records, again.timeline, again.quarantined) == (found.records, found.timeline, ())


@given(hostile(), st.integers(-4, 60).map(lambda n: START + n * 30 * 60 * 10**6))
def test_what_is_recorded_later_does_not_change_what_was_known(given_records: list[Recorded], then: Instant) -> None:
    heard = [record for record in given_records if record.recorded_at <= then]
    assert history(given_records, then) == history(heard)


def test_taking_up_a_ticket_after_its_end_is_lawful() -> None:
    events = log(
        OPENED, e.Closed(occurred_at=at(1)), e.Accepted(occurred_at=at(2), by=ANA), e.Resolved(occurred_at=at(3))
    )
    found = history(events)
    assert found.quarantined == ()
    assert [span.situation.phase for span in found.timeline] == [Phase.NEW, Phase.CLOSED, Phase.OPEN, Phase.RESOLVED]
