"""What an amendment does to open tickets: nothing to those that keep their version, and told of all others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import slaengine as sla
from slaengine.codec.stored import from_state, to_state
from slaengine.domain import events as e
from slaengine.domain.desk import AgreementAmended
from slaengine.domain.recorded import Recorded

OFFICE = sla.Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", name="office", years=(2024, 2027))
LONGER = sla.Schedule("Europe/Berlin", "Mon-Fri 09:00-18:00", name="office", years=(2024, 2027))
NOW, LATER = "2025-03-03T12:00+01:00", "2025-03-04T09:00+01:00"


def version(name: str, budget: str = "8 h", calendar: sla.Schedule = OFFICE, *more: sla.Target) -> sla.Agreement:
    return sla.Agreement(id="acme", version=name, targets=[sla.resolution(budget, calendar=calendar), *more])


def at(text: str) -> int:
    return sla.instant(f"2025-03-03T{text}+01:00")


def recorded(stream: str, *events: e.TicketEvent) -> Iterator[Recorded]:
    for number, event in enumerate(events, start=1):
        yield Recorded(stream=stream, position=number, version=number, event=event)


OPEN = [*recorded("T-open", e.Opened(occurred_at=at("10:00"), priority="P2"))]
CANCELLED = [*recorded("T-cancelled", e.Opened(occurred_at=at("10:00")), e.Cancelled(occurred_at=at("10:30")))]
SOLVED = [*recorded("T-solved", e.Opened(occurred_at=at("10:00")), e.Resolved(occurred_at=at("11:00")))]
LATE = [*recorded("T-later", e.Opened(occurred_at=at("15:00")))]
LOG = [*OPEN, *CANCELLED, *SOLVED, *LATE]
BOOK = sla.Book([version("1")])


def test_by_the_default_pin_nothing_moves() -> None:
    amendment = sla.amend(BOOK, version("2", "4 h"), LOG, at=NOW, effective_from=LATER)
    assert (amendment.impact, amendment.event.affects) == ((), ())
    assert [it.reference for it in amendment.book.agreements] == ["acme@1", "acme@2"]


def test_an_amendment_that_applies_to_running_clocks_names_the_open_tickets_it_moves() -> None:
    amendment = sla.amend(BOOK, version("2", "4 h"), LOG, at=NOW, effective_from=LATER, applies_to_running=True)
    (moved,) = amendment.impact
    assert amendment.event.affects == ("T-open",)
    assert (moved.ticket, moved.target, moved.cycle) == ("T-open", "resolution", 1)
    assert str(moved).split(": ", 1) == [
        "T-open  resolution (cycle 1)",
        "8 h on office, due 2025-03-04T09:00:00Z -> 4 h on office, due 2025-03-03T13:00:00Z",
    ]
    assert moved.data()["after"]["agreement"] == "acme@2"


def test_what_is_stored_is_read_as_it_was() -> None:
    event = AgreementAmended(occurred_at=1, agreement={"id": "acme"}, effective_from=2, affects=("T-1", "T-2"))
    record = Recorded(stream="desk", position=1, version=1, event=event)
    assert from_state(to_state(record), type="agreement-amended", stream="desk", version=1, position=1) == record


def test_the_list_is_of_the_instant_at_which_it_is_made() -> None:
    """What opens, or is resolved, later is not on it; who is open then is, at the instant at which it takes effect."""
    early = sla.amend(BOOK, version("2", "4 h"), LOG, at=at("10:30"), effective_from=LATER, applies_to_running=True)
    late = sla.amend(BOOK, version("2", "4 h"), LOG, at=at("16:00"), effective_from=LATER, applies_to_running=True)
    assert early.event.affects == ("T-open", "T-solved")
    assert late.event.affects == ("T-open", "T-later")


def test_a_new_target_starts_for_open_tickets_too() -> None:
    more = sla.periodic_update("8 h", calendar=OFFICE)
    amendment = sla.amend(BOOK, version("2", "8 h", OFFICE, more), LOG, at=NOW, effective_from=LATER)
    assert [(it.ticket, it.target, it.before) for it in amendment.impact] == [("T-open", "periodic-update", None)]
    assert "no clock -> 8 h on office" in str(amendment.impact[0])


def test_a_version_that_is_edited_in_its_place_moves_what_stands_under_it() -> None:
    (moved,) = sla.impact(LOG, version("1"), version("1", "6 h"), NOW)
    assert moved.before is not None
    assert moved.after is not None
    assert (moved.before.limit - moved.after.limit) == sla.hours(2)


def test_other_hours_of_a_calendar_move_a_clock_though_it_has_the_same_name() -> None:
    (moved,) = sla.impact(LOG, version("1"), version("1", "8 h", LONGER), NOW)
    assert moved.ticket == "T-open"


def test_what_was_not_known_then_is_left_out() -> None:
    assert sla.impact(LOG, version("1"), version("1", "6 h"), NOW, known_at=at("09:00")) == ()


def test_a_ticket_whose_opening_was_taken_back_is_not_open() -> None:
    taken_back = e.Corrected(occurred_at=at("11:00"), corrects="T-open/1", reason="a test")
    gone = [Recorded(stream="T-open", position=2, version=2, event=taken_back)]
    assert sla.impact([*OPEN, *gone], version("1"), version("1", "6 h"), NOW) == ()


def test_events_of_the_desk_are_no_tickets() -> None:
    event = AgreementAmended(occurred_at=at("09:00"), agreement="acme", effective_from=at("09:00"))
    desk = Recorded(stream="desk", position=1, event=event)
    assert len(sla.impact([desk, *OPEN], version("1"), version("1", "6 h"), NOW)) == 1


def test_only_what_there_is_can_be_amended() -> None:
    other = sla.Agreement(id="globex", targets=[sla.resolution("8 h", calendar=OFFICE)])
    with pytest.raises(sla.InputError, match="'globex' cannot be amended: the book has acme"):
        sla.amend(BOOK, other, LOG, at=NOW, effective_from=LATER)
    with pytest.raises(sla.AgreementError, match="'acme@1' stands twice"):
        sla.amend(BOOK, version("1"), LOG, at=NOW, effective_from=LATER)
