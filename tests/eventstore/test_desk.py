"""Given what happened, when something is decided, then these records follow."""

from pathlib import Path

import pytest

from slaengine.domain import desk as d
from slaengine.domain import events as e
from slaengine.domain.decisions import assign, close, merge, open_ticket, record, reopen, resolve
from slaengine.domain.events import TicketEvent
from slaengine.domain.recorded import Recorded
from slaengine.domain.vocabulary import Phase
from slaengine.errors import StoreError, UnlawfulEvent
from slaengine.eventstore.desk import SKEW, Desk, as_log
from slaengine.instants import HOUR, MINUTE, SECOND, Instant, instant, iso

NINE = instant("2025-04-17T09:00Z")


def kinds(records: tuple[Recorded, ...]) -> list[type]:
    return [type(record.event) for record in records]


def opened(at: Instant = NINE) -> e.Opened:
    return e.Opened(occurred_at=at, priority="P2")


def test_a_decision_is_stored_with_its_envelope(desk: Desk) -> None:
    (record,) = desk.do("T-1", open_ticket(priority="P1"), at=NINE, correlation="request 7", causation="mail 3")
    assert (record.stream, record.version, record.position) == ("T-1", 1, 1)
    assert (record.correlation, record.causation) == ("request 7", "mail 3")
    assert record.occurred_at == NINE
    assert iso(record.recorded_at) == "2025-04-17T07:01:00Z"
    assert desk.history("T-1") == (record,)


def test_a_decision_sees_what_was_decided_before(desk: Desk) -> None:
    desk.do("T-1", open_ticket())
    assert kinds(desk.do("T-1", assign(to="ana"))) == [e.Assigned]
    assert kinds(desk.do("T-1", assign(to="ben"))) == [e.Reassigned]
    assert desk.do("T-1", assign(to="ben")) == ()
    ticket = desk.ticket("T-1")
    assert ticket is not None
    assert (ticket.owner, ticket.reassignments, ticket.version) == ("ben", 1, 3)


def test_what_a_desk_holds_outlives_it(path: Path) -> None:
    with Desk(path) as first:
        first.do("T-1", open_ticket(priority="P1"))
        held = first.history("T-1")
    with Desk(path) as second:
        assert second.history("T-1") == held
        assert second.do("T-1", resolve())[0].version == 2


def test_a_ticket_that_was_never_opened_is_none(desk: Desk) -> None:
    assert desk.ticket("T-9") is None
    assert desk.history("T-9") == ()


def test_an_unlawful_decision_changes_nothing(desk: Desk) -> None:
    desk.do("T-1", open_ticket())
    with pytest.raises(UnlawfulEvent, match="open already") as caught:
        desk.do("T-1", open_ticket())
    assert isinstance(caught.value.event, e.Opened)
    assert caught.value.situation is not None
    assert len(list(desk.records())) == 1


def test_several_events_are_stored_together_or_not_at_all(desk: Desk) -> None:
    with pytest.raises(UnlawfulEvent):
        desk.record("T-1", opened(), e.Worked(occurred_at=NINE, minutes=5), opened(NINE + 1))
    assert list(desk.records()) == []
    assert [r.version for r in desk.record("T-1", opened(), e.Worked(occurred_at=NINE, minutes=5))] == [1, 2]
    assert desk.record("T-1") == ()


def test_a_late_event_stands_where_it_occurred(desk: Desk) -> None:
    desk.record("T-1", opened(), e.Resolved(occurred_at=NINE + 2 * HOUR))
    (late,) = desk.record("T-1", e.Reopened(occurred_at=NINE + HOUR))
    assert late.version == 3
    ticket = desk.ticket("T-1")
    assert ticket is not None
    assert ticket.situation.phase is Phase.RESOLVED


def test_a_late_event_that_breaks_what_follows_is_refused_with_both_orders(desk: Desk) -> None:
    desk.record("T-1", opened(), e.Worked(occurred_at=NINE + 2 * HOUR))
    with pytest.raises(UnlawfulEvent) as caught:
        desk.do("T-1", merge(into="T-2"), at=NINE + HOUR)
    assert str(caught.value) == (
        "Worked has no reading here: the ticket was merged into another; record it there. "
        "As recorded: opened 2025-04-17T09:00:00Z, worked 2025-04-17T11:00:00Z, merged 2025-04-17T10:00:00Z (new). "
        "As it occurred: opened 2025-04-17T09:00:00Z, merged 2025-04-17T10:00:00Z (new), worked 2025-04-17T11:00:00Z"
    )
    assert len(desk.history("T-1")) == 2


def test_a_long_history_is_shown_around_the_event_only(desk: Desk) -> None:
    desk.record("T-1", opened(), *(e.Worked(occurred_at=NINE + n * HOUR) for n in range(1, 40)))
    with pytest.raises(UnlawfulEvent) as caught:
        desk.do("T-1", merge(into="T-2"), at=NINE + 20 * HOUR + 1)
    assert str(caught.value).count("worked") <= 12
    assert "occurred: ..., worked" in str(caught.value)


def test_a_late_event_of_before_the_merge_is_taken_after_it(desk: Desk) -> None:
    desk.record("T-1", opened())
    desk.do("T-1", merge(into="T-2"), at=NINE + HOUR)
    assert desk.do("T-1", record(e.Worked(occurred_at=NINE + MINUTE, minutes=4)))
    ticket = desk.ticket("T-1")
    assert ticket is not None
    assert (ticket.worked_minutes, ticket.merged_into) == (4, "T-2")


def test_a_decision_looks_at_the_ticket_as_it_stood_when_it_was_taken(desk: Desk) -> None:
    desk.record("T-1", opened(), e.Closed(occurred_at=NINE + HOUR), e.Reopened(occurred_at=NINE + 2 * HOUR))
    assert desk.do("T-1", reopen(), at=NINE + MINUTE) == ()
    assert kinds(desk.do("T-1", reopen(), at="2025-04-17T12:30+02:00")) == [e.Reopened]


def test_a_clock_that_is_a_little_behind_does_not_make_a_decision_late(path: Path) -> None:
    with Desk(path, clock=lambda: NINE) as desk:
        desk.record("T-1", opened(NINE + SKEW))
        (resolved,) = desk.do("T-1", resolve())
        assert resolved.occurred_at == NINE + SKEW
        desk.record("T-2", opened(NINE + SKEW + SECOND))
        with pytest.raises(UnlawfulEvent, match="not opened before"):
            desk.do("T-2", resolve())


@pytest.mark.parametrize("instead", [None, e.Resolved(occurred_at=NINE + HOUR, how="advice")])
def test_a_correction_takes_effect_and_what_it_corrects_stays_written(desk: Desk, instead: TicketEvent | None) -> None:
    _, closed = desk.record("T-1", opened(), e.Closed(occurred_at=NINE + HOUR))
    corrected = e.Corrected(occurred_at=NINE + 2 * HOUR, corrects=closed.id, event=instead, reason="wrong ticket")
    desk.do("T-1", record(corrected))
    ticket = desk.ticket("T-1")
    assert ticket is not None
    assert ticket.situation.phase is (Phase.RESOLVED if instead else Phase.NEW)
    assert kinds(desk.history("T-1")) == [e.Opened, e.Closed, e.Corrected]


@pytest.mark.parametrize("which", ["the opening", "nothing"])
def test_a_correction_that_leaves_no_reading_is_refused(desk: Desk, which: str) -> None:
    first, _ = desk.record("T-1", opened(), e.Worked(occurred_at=NINE + HOUR))
    corrects = first.id if which == "the opening" else "no such id"
    with pytest.raises(UnlawfulEvent):
        desk.record("T-1", e.Corrected(occurred_at=NINE + 2 * HOUR, corrects=corrects, reason="?"))
    assert len(desk.history("T-1")) == 2


def test_a_history_from_elsewhere_with_a_fault_goes_on_and_can_be_healed(desk: Desk) -> None:
    orphan = Recorded(stream="T-1", position=1, event=e.Worked(occurred_at=NINE, minutes=3))
    desk.import_records([orphan])
    assert desk.ticket("T-1") is None
    desk.record("T-1", opened(NINE + HOUR))
    assert kinds(desk.do("T-1", close(), at=NINE + 2 * HOUR)) == [e.Closed]
    with pytest.raises(UnlawfulEvent):
        desk.record("T-1", opened(NINE + 3 * HOUR))
    desk.record("T-1", e.Corrected(occurred_at=NINE + 3 * HOUR, corrects=orphan.id, reason="not ours"))
    ticket = desk.ticket("T-1")
    assert ticket is not None
    assert ticket.worked_minutes == 0


def test_facts_of_the_desk_have_streams_of_their_own(desk: Desk) -> None:
    published = d.AgreementPublished(occurred_at=NINE, agreement={"id": "gold"})
    (record,) = desk.record("agreements", published, recorded_at="2025-04-18T00:00Z")
    assert (record.event, record.recorded_at) == (published, instant("2025-04-18T00:00Z"))
    assert desk.ticket("agreements") is None
    with pytest.raises(StoreError, match="stream of their own"):
        desk.do("agreements", open_ticket())
    desk.do("T-1", open_ticket())
    with pytest.raises(StoreError, match="stream of their own"):
        desk.record("T-1", published)


def test_replay_is_in_the_order_of_writing_and_starts_behind_any_position(desk: Desk) -> None:
    written = [desk.do(f"T-{n % 3}", record(opened() if n < 3 else e.Worked(occurred_at=NINE)))[0] for n in range(9)]
    assert list(desk.records()) == written
    assert list(desk.records(after=written[4].position)) == written[5:]
    assert list(as_log(desk).records) == written


def test_replay_reads_page_after_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slaengine.eventstore.desk._PAGE", 2)
    desk.record("T-1", opened(), *(e.Worked(occurred_at=NINE) for _ in range(4)))
    assert [record.position for record in desk.records()] == [1, 2, 3, 4, 5]


def test_the_environment_of_the_process_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SQLITE_DBNAME", "SLAENGINE_SQLITE_DBNAME", "COMPRESSOR_TOPIC", "CIPHER_TOPIC", "PERSISTENCE_MODULE"):
        monkeypatch.setenv(name, "nonsense")
    with Desk(path) as desk:
        desk.do("T-1", open_ticket())
    assert path.is_file()
