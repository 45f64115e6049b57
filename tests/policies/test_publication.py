"""The book is the fold of what was published, known by one time axis and in force by the other."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaengine as sla
from slaengine.domain.events import Corrected, Opened
from slaengine.domain.recorded import Event, Recorded
from slaengine.domain.situation import Situation
from slaengine.errors import AgreementError, HorizonError
from slaengine.instants import DAY, HOUR, Instant, hours, instant
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.policies.calendar import Calendar, Hours, always
from slaengine.policies.publication import book_of
from slaengine.policies.schedule import Schedule

e = sla.events
AT: Instant = instant("2025-06-02T00:00Z")
YEARS = (2024, 2027)
OFFICE = Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", years=YEARS, name="office")
LONGER = Schedule("Europe/Berlin", "Mon-Fri 08:00-20:00", years=YEARS)
NIGHT = Schedule("Europe/Berlin", "Mon-Sun 22:00-06:00+1", years=YEARS)


def gold(version: str = "1", calendar: Hours = OFFICE, length: int = 4, **more: Any) -> Agreement:
    return Agreement(id="gold", version=version, targets=[sla.resolution(hours(length), calendar=calendar)], **more)


def published(agreement: Any, effective_from: Instant | None = None) -> Event:
    return e.AgreementPublished(occurred_at=AT, agreement=agreement, effective_from=effective_from)


def amended(agreement: Any, effective_from: Instant, **more: Any) -> Event:
    return e.AgreementAmended(occurred_at=AT, agreement=agreement, effective_from=effective_from, **more)


def retired(effective_from: Instant, id: str = "gold") -> Event:
    return e.AgreementRetired(occurred_at=AT, agreement=id, effective_from=effective_from)


def calendar_published(calendar: Any, effective_from: Instant | None = None, name: str = "office") -> Event:
    return e.CalendarPublished(occurred_at=AT, name=name, calendar=calendar, effective_from=effective_from)


def calendar_amended(calendar: Any, effective_from: Instant, name: str = "office") -> Event:
    return e.CalendarAmended(occurred_at=AT, name=name, calendar=calendar, effective_from=effective_from)


def calendar_retired(effective_from: Instant, name: str = "office") -> Event:
    return e.CalendarRetired(occurred_at=AT, name=name, effective_from=effective_from)


def log(*events: Event) -> list[Recorded]:
    """Records, each written down a day after the one before."""
    return [
        Recorded(stream="desk", position=n, event=event, recorded_at=AT + n * DAY) for n, event in enumerate(events, 1)
    ]


def version_at(book: Book, at: Instant) -> str | None:
    found = book.select(Opened(occurred_at=at)).agreement
    return found.version if found else None


def calendar_of(book: Book, version: str = "1") -> Calendar:
    agreement = book.find("gold", version)
    assert agreement is not None
    terms = agreement.targets[0].terms(Situation())
    assert terms is not None
    return terms.calendar


# Agreements -----------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=4, unique=True), st.integers(-6, 6))
def test_the_version_in_force_is_the_one_that_took_effect_last(days: list[int], asked: int) -> None:
    first, *others = [(f"v{n}", AT + day * DAY) for n, day in enumerate(days)]
    events = [published(gold(first[0]), first[1]), *(amended(gold(name), at) for name, at in others)]
    in_force = [(at, name) for name, at in [first, *others] if at <= AT + asked * DAY]
    assert version_at(book_of(log(*events)), AT + asked * DAY) == max(in_force, default=(0, None))[1]


def test_an_agreement_without_an_instant_of_its_own_always_was() -> None:
    book = book_of(log(published(gold())))
    assert version_at(book, AT - 10_000 * DAY) == "1"


def test_the_agreement_itself_may_say_from_when_it_is_in_force() -> None:
    book = book_of(log(published(gold(effective_from=AT))))
    assert (version_at(book, AT - 1), version_at(book, AT)) == (None, "1")


def test_what_was_recorded_later_is_not_known() -> None:
    records = log(published(gold()), amended(gold("2"), AT - DAY), retired(AT - DAY // 2))
    known = [version_at(book_of(records, known_at=AT + n * DAY), AT) for n in (1, 2, 3)]
    assert known == ["1", "2", None]


def test_an_amendment_applies_to_running_clocks_where_it_says_so() -> None:
    records = log(published(gold()), amended(gold("2"), AT), amended(gold("3"), AT + 1, applies_to_running=True))
    assert [it.applies_to_running for it in book_of(records).versions("gold")] == [False, False, True]


def test_a_running_clock_keeps_its_version_unless_the_amendment_applies_to_it() -> None:
    opened = [Opened(occurred_at=AT - HOUR)]
    for applies, limit in ((False, 4), (True, 9)):
        book = book_of(
            log(published(gold(calendar=always)), amended(gold("2", always, 9), AT, applies_to_running=applies))
        )
        assert sla.Case(opened, under=book).reading("resolution", AT + HOUR).limit == hours(limit)


def test_a_retired_agreement_stands_for_no_ticket_that_is_opened_later() -> None:
    book = book_of(log(published(gold()), retired(AT)))
    assert (version_at(book, AT - 1), version_at(book, AT)) == ("1", None)
    clock = sla.Case([Opened(occurred_at=AT - 1)], under=book).reading("resolution", AT + DAY)
    assert clock.limit == hours(4)


def test_a_version_that_was_to_take_effect_after_the_agreement_is_retired_never_does() -> None:
    book = book_of(log(published(gold()), amended(gold("2"), AT + 5 * DAY), retired(AT)))
    assert [it.version for it in book.agreements] == ["1"]


def test_an_amendment_before_the_end_of_a_retired_agreement_ends_with_it() -> None:
    book = book_of(log(published(gold()), retired(AT), amended(gold("2"), AT - DAY)))
    assert [version_at(book, at) for at in (AT - DAY - 1, AT - DAY, AT)] == ["1", "2", None]


def test_a_retired_agreement_may_be_published_anew() -> None:
    book = book_of(log(published(gold()), retired(AT), published(gold("2"), AT + DAY)))
    assert [version_at(book, at) for at in (AT - 1, AT, AT + DAY)] == ["1", None, "2"]


def test_a_record_that_is_taken_back_was_never_published() -> None:
    taken_back = Corrected(occurred_at=AT, corrects="desk/2", reason="a slip")
    book = book_of(log(published(gold()), amended(gold("2"), AT), taken_back))
    assert [it.version for it in book.agreements] == ["1"]


def test_levels_and_labels_are_those_of_the_host() -> None:
    here = gold(scope={"site": "north"})
    with pytest.raises(AgreementError, match="'site' is no level of a requester"):
        book_of(log(published(here)))
    book = book_of(log(published(here)), levels=["site"], labels={"vip": ["yes"]})
    assert (book.levels, book.labels) == (("site",), {"vip": ("yes",)})


# Calendars ------------------------------------------------------------------------------------------------------------


def test_an_amended_calendar_counts_from_its_instant_on_in_older_versions_too() -> None:
    records = log(published(gold()), amended(gold("2"), AT), calendar_published(OFFICE), calendar_amended(LONGER, AT))
    book = book_of(records)
    expected = OFFICE.amended(LONGER, effective_from="2025-06-02T00:00Z")
    assert calendar_of(book, "1") == calendar_of(book, "2") == expected
    assert calendar_of(book).name == "office"
    assert calendar_of(book, "1") is calendar_of(book, "2")


def test_a_calendar_that_is_published_takes_the_place_of_that_of_its_name() -> None:
    assert calendar_of(book_of(log(published(gold()), calendar_published(NIGHT)))) == NIGHT.calendar
    assert calendar_of(book_of(log(calendar_published(NIGHT, name="night"), published(gold())))) == OFFICE.calendar
    assert calendar_of(book_of(log(calendar_published(NIGHT, name="24x7"), published(gold(calendar=always))))) == always


@given(st.permutations([(LONGER, AT + DAY), (NIGHT, AT + 9 * DAY), (OFFICE, AT + 20 * DAY)]))
def test_calendars_follow_one_another_by_their_instants_whatever_was_recorded_first(
    order: Sequence[tuple[Schedule, Instant]],
) -> None:
    records = log(published(gold()), *(calendar_amended(calendar, at) for calendar, at in order))
    one = OFFICE.amended(LONGER, effective_from="2025-06-03T00:00Z")
    two = one.amended(NIGHT, effective_from="2025-06-11T00:00Z")
    assert calendar_of(book_of(records)) == two.amended(OFFICE, effective_from="2025-06-22T00:00Z")


def test_what_was_known_of_a_calendar_is_what_was_recorded_by_then() -> None:
    records = log(published(gold()), calendar_amended(LONGER, AT - DAY))
    assert calendar_of(book_of(records, known_at=AT + DAY)) == OFFICE.calendar
    assert calendar_of(book_of(records)) != OFFICE.calendar


def test_the_same_hours_published_again_change_nothing() -> None:
    assert calendar_of(book_of(log(published(gold()), calendar_amended(OFFICE, AT)))) == OFFICE.calendar


def test_a_retired_calendar_never_opens_from_its_instant_on_until_it_is_published_anew() -> None:
    ended = calendar_of(book_of(log(published(gold()), calendar_retired(AT))))
    assert ended == OFFICE.ended(effective_from="2025-06-02T00:00Z")
    with pytest.raises(HorizonError, match="come to an end"):
        ended.next_open("2025-06-02T00:00Z")
    again = log(published(gold()), calendar_retired(AT), calendar_published(OFFICE, AT + DAY))
    assert (
        calendar_of(book_of(again)).elapsed("2025-06-02T00:00Z", "2025-06-04T00:00Z") // sla.to_datetime(0).resolution
        == 8 * HOUR
    )


def test_the_calendars_of_overrides_are_replaced_too() -> None:
    other = sla.Where(tier="L2"), "1 h", NIGHT.calendar.named("night")
    target = sla.resolution(hours(4), calendar=OFFICE, overrides=[other])
    records = log(published(Agreement(id="gold", targets=[target])), calendar_published(LONGER, name="night"))
    terms = book_of(records).agreements[0].targets[0].terms(Situation(tier="L2"))
    assert terms is not None
    assert terms.calendar == LONGER.calendar


# Contradictions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "faults"),
    [
        ([], ["no agreement was published, as far as was known then"]),
        ([amended(gold(), AT)], ["desk/1: agreement 'gold' is amended, and was never published"]),
        ([retired(AT)], ["desk/1: agreement 'gold' is retired, and was never published"]),
        ([published(gold()), retired(AT), retired(AT + 1)], ["desk/3: agreement 'gold' is retired twice"]),
        ([published(gold()), published(gold())], ["desk/2: agreement 'gold@1' stands twice"]),
        ([published(gold()), amended(gold(), AT)], ["desk/2: agreement 'gold@1' stands twice"]),
        ([published(gold()), published(gold("2"))], ["desk/2: gold@2 and gold@1 take effect at the same instant"]),
        (
            [published(gold()), retired(AT), amended(gold("2"), AT)],
            ["desk/3: agreement 'gold' is amended from 2025-06-02T00:00:00Z on, and is retired from 2025-06-02"],
        ),
        (
            [published(gold(effective_until=AT), AT)],
            ["desk/1: agreement 'gold' ends before it begins"],
        ),
        ([published({"id": "gold"})], ["desk/1: {'id': 'gold'} is no agreement: publish an Agreement"]),
        ([calendar_amended(LONGER, AT)], ["desk/1: calendar 'office' is amended, and was never published"]),
        ([calendar_retired(AT)], ["desk/1: calendar 'office' is retired, and was never published"]),
        ([calendar_published("Mon-Fri")], ["desk/1: 'Mon-Fri' is no calendar: publish a Schedule or a Calendar"]),
        (
            [calendar_published(OFFICE), calendar_published(LONGER)],
            ["desk/2: calendar 'office' takes effect twice at the same instant: both always were, in desk/1 too"],
        ),
        (
            [calendar_published(OFFICE), calendar_amended(LONGER, AT), calendar_amended(NIGHT, AT)],
            ["desk/3: calendar 'office' takes effect twice at the same instant: from 2025-06-02T00:00:00Z"],
        ),
        (
            [calendar_published(OFFICE), calendar_amended(LONGER, AT + 1), calendar_retired(AT)],
            ["desk/2: calendar 'office' is amended from 2025-06-02T00:00:00.000001Z on, and is retired from 2025"],
        ),
        (
            [calendar_published(OFFICE), calendar_retired(AT), calendar_retired(AT + 2)],
            ["desk/3: calendar 'office' is retired from"],
        ),
        (
            [published(gold()), calendar_amended(LONGER, AT + 3000 * DAY)],
            ["gold@1, target 'resolution': effective from 2033-08-19"] * 2,
        ),
        (
            [
                published(Agreement(id="gold", targets=[sla.resolution("2 working days", calendar=OFFICE)])),
                calendar_amended(OFFICE | NIGHT, AT),
            ],
            ["gold@1, target 'resolution': calendar 'office' has no working days"],
        ),
        (
            [retired(AT), calendar_retired(AT), published("x")],
            ["desk/1: agreement 'gold' is", "desk/2: calendar 'office' is", "desk/3: 'x' is no agreement"],
        ),
    ],
)  # fmt: skip
def test_contradictions_are_all_named(events: list[Event], faults: list[str]) -> None:
    with pytest.raises(AgreementError) as refused:
        book_of(log(*events))
    found = refused.value.faults
    assert [told[: len(fault)] for told, fault in zip(found, faults, strict=True)] == faults


def test_an_audit_goes_by_what_its_log_published() -> None:
    ticket = [Recorded(stream="T-1", position=8, event=Opened(occurred_at=AT + 9 * HOUR))]
    records = [*log(calendar_published(OFFICE), published(gold())), *ticket]
    told, asked = sla.audit(records), sla.audit(records, under=book_of(records))
    assert told.digest == asked.digest
    assert [row.agreement for row in told.clocks] == ["gold@1"]
    with pytest.raises(AgreementError, match="no agreement was published"):
        sla.audit(ticket)
