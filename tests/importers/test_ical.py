"""iCalendar: what recurs, what is left out, and times that a clock skips or repeats, by the rules of RFC 5545."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from slaengine.errors import HorizonError, InputError, ScheduleError
from slaengine.importers.ical import CalendarFile, read_ical
from slaengine.instants import to_datetime
from slaengine.policies.schedule import Schedule

Read = Callable[..., CalendarFile]
BERLIN = "DTSTART;TZID=Europe/Berlin:"
PERIOD = "DTSTART:20250310T080000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:"
RULE = "DTSTART:20250310T080000Z\nDURATION:PT1H\nRRULE:FREQ="


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads entries that are written as the lines of their bodies."""

    def run(*bodies: str, years: tuple[int, int] = (2025, 2027), ends: str = "\r\n", **more: object) -> CalendarFile:
        entries = [f"BEGIN:VEVENT\nUID:{n}\n{body}\nEND:VEVENT\n" for n, body in enumerate(bodies, start=1)]
        text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n{''.join(entries)}END:VCALENDAR\n"
        (tmp_path / "team.ics").write_bytes(text.replace("\n", ends).encode())
        return read_ical(tmp_path / "team.ics", years=years, **more)  # type: ignore[arg-type]

    return run


def windows(found: CalendarFile) -> list[str]:
    """Each as from/to, in the zone of the calendar."""
    calendar = found.windows
    within = calendar.open_time.low, calendar.open_time.high
    shown = calendar.intervals(*map(to_datetime, within))
    return [f"{start:%m-%dT%H:%M%z}/{end:%m-%dT%H:%M%z}" for start, end in shown]


# Holidays -------------------------------------------------------------------------------------------------------------


def test_entries_of_whole_days_are_holidays(read: Read) -> None:
    found = read(
        "SUMMARY:Christmas Eve\nDTSTART;VALUE=DATE:20251224",
        "SUMMARY:Company holidays\nDTSTART;VALUE=DATE:20250804\nDTEND;VALUE=DATE:20250807",
        "SUMMARY:Two days\nDTSTART;VALUE=DATE:20250102\nDURATION:P2D",
        ends="\n",
    )
    assert found.holidays == (
        date(2025, 1, 2),
        date(2025, 1, 3),
        date(2025, 8, 4),
        date(2025, 8, 5),
        date(2025, 8, 6),
        date(2025, 12, 24),
    )
    office = Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", holidays=found.holidays, years=(2025, 2027))
    assert str(office.next_open("2025-08-04T08:00+02:00")) == "2025-08-07 09:00:00+02:00"


def test_a_day_that_recurs_comes_in_each_of_the_years_but_where_it_is_left_out(read: Read) -> None:
    rule = "DTSTART;VALUE=DATE:19991224\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20261224\nRDATE;VALUE=DATE:20250505"
    assert read(rule, years=(2024, 2028)).holidays == (
        date(2024, 12, 24),
        date(2025, 5, 5),
        date(2025, 12, 24),
        date(2027, 12, 24),
    )


def test_holidays_that_reach_over_the_new_year_are_cut_at_the_years(read: Read) -> None:
    found = read("DTSTART;VALUE=DATE:20241230\nDTEND;VALUE=DATE:20250103")
    assert found.holidays == (date(2025, 1, 1), date(2025, 1, 2))


# Windows --------------------------------------------------------------------------------------------------------------


def test_entries_with_times_are_windows_that_a_calendar_is_open_in(read: Read) -> None:
    found = read(f"{BERLIN}20250310T220000\nDTEND;TZID=Europe/Berlin:20250311T020000", name="maintenance")
    assert windows(found) == ["03-10T22:00+0100/03-11T02:00+0100"]
    assert (found.windows.zone, found.windows.name) == (ZoneInfo("Europe/Berlin"), "maintenance")
    office = Schedule("Europe/Berlin", "Mon-Sun 00:00-24:00", years=(2025, 2027))
    assert (office - found.windows).elapsed("2025-03-10T00:00+01:00", "2025-03-12T00:00+01:00") == timedelta(hours=44)


def test_a_window_recurs_by_the_clock_on_the_wall(read: Read) -> None:
    rule = "RRULE:FREQ=WEEKLY;COUNT=3\nDURATION:PT2H"
    assert windows(read(f"{BERLIN}20250316T220000\n{rule}")) == [
        "03-16T22:00+0100/03-17T00:00+0100",
        "03-23T22:00+0100/03-24T00:00+0100",
        "03-30T22:00+0200/03-31T00:00+0200",
    ]


def test_a_start_that_a_clock_skips_is_read_by_the_offset_before_and_one_that_it_repeats_is_the_first(
    read: Read,
) -> None:
    skipped = read(f"{BERLIN}20250330T023000\nDURATION:PT1H")
    assert windows(skipped) == ["03-30T03:30+0200/03-30T04:30+0200"]
    repeated = read(f"{BERLIN}20251026T023000\nDURATION:PT1H")
    assert windows(repeated) == ["10-26T02:30+0200/10-26T02:30+0100"]


@pytest.mark.parametrize(
    ("start", "rule", "starts"),
    [
        ("20250323T023000", "WEEKLY;COUNT=2", ["03-23T02:30+0100", "04-06T02:30+0200"]),
        (
            "20250330T003000",
            "HOURLY;COUNT=5",
            ["03-30T00:30+0100", "03-30T01:30+0100", "03-30T03:30+0200", "03-30T04:30+0200", "03-30T05:30+0200"],
        ),
        ("20250330T023000", "DAILY;COUNT=2", ["03-30T03:30+0200", "03-31T02:30+0200"]),
        ("20250329T023000", "DAILY;UNTIL=20250331", ["03-29T02:30+0100", "03-31T02:30+0200"]),
        ("20250329T020000", "DAILY;BYHOUR=2,4;BYSETPOS=1;COUNT=2", ["03-29T02:00+0100", "03-31T02:00+0200"]),
    ],
)
def test_a_recurrence_at_a_time_that_a_clock_skips_is_none_and_is_not_counted(
    read: Read, start: str, rule: str, starts: list[str]
) -> None:
    found = read(f"{BERLIN}{start}\nRRULE:FREQ={rule}\nDURATION:PT10M")
    assert [shown.partition("/")[0] for shown in windows(found)] == starts


OWN_ZONE = """BEGIN:VTIMEZONE
TZID:Own
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:{winter}
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:{winter}
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""


def in_its_own_zone(tmp_path: Path, start: str, winter: str = "+0100") -> list[str]:
    event = f"BEGIN:VEVENT\nDTSTART;TZID=Own:{start}\nDURATION:PT1H\nEND:VEVENT\n"
    zone = OWN_ZONE.format(winter=winter)
    (tmp_path / "team.ics").write_text(f"BEGIN:VCALENDAR\n{zone}{event}END:VCALENDAR\n")
    return windows(read_ical(tmp_path / "team.ics", years=(2025, 2026), zone="UTC"))


def test_a_skipped_start_means_the_same_in_a_zone_that_the_file_defines(tmp_path: Path) -> None:
    assert in_its_own_zone(tmp_path, "20250330T023000") == ["03-30T01:30+0000/03-30T02:30+0000"]


def test_a_recurrence_at_a_skipped_time_is_none_in_a_zone_that_the_file_defines(tmp_path: Path) -> None:
    assert in_its_own_zone(tmp_path, "20250329T023000\nRRULE:FREQ=DAILY;COUNT=2") == [
        "03-29T01:30+0000/03-29T02:30+0000",
        "03-31T00:30+0000/03-31T01:30+0000",
    ]


def test_a_zone_of_one_file_is_none_of_the_next(tmp_path: Path) -> None:
    assert in_its_own_zone(tmp_path, "20250110T120000") == ["01-10T11:00+0000/01-10T12:00+0000"]
    assert in_its_own_zone(tmp_path, "20250110T120000", "+0030") == ["01-10T11:30+0000/01-10T12:30+0000"]


def test_a_length_by_its_end_is_exact_and_one_in_days_is_by_the_wall_clock(read: Read) -> None:
    by_end = f"{BERLIN}20250322T120000\nDTEND;TZID=Europe/Berlin:20250323T120000\nRRULE:FREQ=WEEKLY;COUNT=2"
    assert windows(read(by_end))[1] == "03-29T12:00+0100/03-30T13:00+0200"
    in_days = f"{BERLIN}20250322T120000\nDURATION:P1DT1H\nRRULE:FREQ=WEEKLY;COUNT=2"
    assert windows(read(in_days))[1] == "03-29T12:00+0100/03-30T13:00+0200"
    whole_day = f"{BERLIN}20250322T120000\nDURATION:P1D\nRRULE:FREQ=WEEKLY;COUNT=2"
    assert windows(read(whole_day))[1] == "03-29T12:00+0100/03-30T12:00+0200"


@pytest.mark.parametrize("until", ["20250324T210000Z", "20250324T220000", "20250324"])
def test_a_rule_ends_with_its_last_moment(read: Read, until: str) -> None:
    found = read(f"{BERLIN}20250323T220000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL={until}")
    assert [shown[:11] for shown in windows(found)] == ["03-23T22:00", "03-24T22:00"]


def test_a_rule_may_end_when_the_calendar_does(read: Read) -> None:
    found = read("DTSTART:20250323T220000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=99991231T235959Z", years=(2025, 2026))
    assert len(windows(found)) == 284
    found = read(f"{BERLIN}20250323T220000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=99991231T235959Z", years=(2025, 2026))
    assert len(windows(found)) == 284


def test_occurrences_are_left_out_and_added_in_whatever_zone_they_are_said(read: Read) -> None:
    found = read(
        f"{BERLIN}20250303T220000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4\n"
        "EXDATE;TZID=America/New_York:20250304T160000\nEXDATE;VALUE=DATE:20250305\n"
        "RDATE;TZID=UTC:20250401T200000\nRDATE;VALUE=PERIOD:20250501T080000Z/PT30M,20250502T080000Z/20250502T090000Z"
    )
    assert windows(found) == [
        "03-03T22:00+0100/03-03T23:00+0100",
        "03-06T22:00+0100/03-06T23:00+0100",
        "04-01T22:00+0200/04-01T23:00+0200",
        "05-01T10:00+0200/05-01T10:30+0200",
        "05-02T10:00+0200/05-02T11:00+0200",
    ]


def test_what_is_added_may_be_left_out_a_period_too(read: Read) -> None:
    found = read(
        f"{BERLIN}20250303T220000\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20250501T080000Z/PT30M,20250502T080000Z/PT30M\n"
        "RDATE:20250601T200000Z,20250602T200000Z\nEXDATE:20250501T080000Z,20250601T200000Z"
    )
    assert [shown[:11] for shown in windows(found)] == ["03-03T22:00", "05-02T10:00", "06-02T22:00"]
    assert "in vain" not in found.text()


def test_a_period_gives_an_occurrence_a_length_of_its_own(read: Read) -> None:
    own = "RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20250304T220000/PT30M"
    found = read(f"{BERLIN}20250303T220000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\n{own}")
    assert windows(found)[1] == "03-04T22:00+0100/03-04T22:30+0100"
    without = read(f"{BERLIN}20250303T220000\n{own}")
    assert windows(without) == ["03-04T22:00+0100/03-04T22:30+0100"]


def test_a_period_lasts_so_many_hours_and_so_many_days_of_the_clock(read: Read) -> None:
    listed = "RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20250330T000000/PT6H,20250329T120000/P1D"
    assert windows(read(f"{BERLIN}20250303T220000\nDURATION:PT1H\n{listed}"))[1:] == [
        "03-29T12:00+0100/03-30T12:00+0200"
    ]
    assert windows(read(f"{BERLIN}20250303T220000\nDURATION:PT1H\n{listed.partition(',')[0]}"))[1:] == [
        "03-30T00:00+0100/03-30T07:00+0200"
    ]


def test_an_added_time_in_the_second_pass_of_an_hour_stays_there(read: Read) -> None:
    found = read(f"{BERLIN}20250303T220000\nDURATION:PT1H\nRDATE:20251026T013000Z")
    assert windows(found)[1] == "10-26T02:30+0100/10-26T03:30+0100"


def test_an_occurrence_that_was_moved_takes_place_where_it_was_moved_to(read: Read) -> None:
    series = f"{BERLIN}20250303T220000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3"
    moved = f"{BERLIN}20250304T180000\nDURATION:PT1H\nRECURRENCE-ID;TZID=Europe/Berlin:20250304T220000"
    off = f"{BERLIN}20250305T220000\nDURATION:PT1H\nRECURRENCE-ID:20250305T210000Z\nSTATUS:CANCELLED"
    assert len(windows(read(series, moved))) == 4  # the UIDs differ, so that nothing was moved
    of_one_uid = "\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\n".join((series, moved, off))  # noqa: FLY002  # clearer
    assert [shown[:11] for shown in windows(read(of_one_uid))] == ["03-03T22:00", "03-04T18:00"]


def test_times_in_no_zone_need_one(read: Read) -> None:
    floating = "DTSTART:20250310T220000\nDURATION:PT1H"
    assert windows(read(floating, zone="Asia/Tokyo")) == ["03-10T22:00+0900/03-10T23:00+0900"]
    with pytest.raises(InputError, match="2025-03-10T22:00:00 is said in no time zone: name one as zone="):
        read(floating)


def test_a_zone_may_be_defined_in_the_file(read: Read, tmp_path: Path) -> None:
    zone = """BEGIN:VTIMEZONE
TZID:Plant
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0430
TZOFFSETTO:+0430
END:STANDARD
END:VTIMEZONE
"""
    event = "BEGIN:VEVENT\nDTSTART;TZID=Plant:20250310T220000\nDURATION:PT1H\nEND:VEVENT\n"
    (tmp_path / "team.ics").write_text(f"BEGIN:VCALENDAR\n{zone}{event}END:VCALENDAR\n")
    found = read_ical(tmp_path / "team.ics", years=(2025, 2026), zone="UTC")
    assert windows(found) == ["03-10T17:30+0000/03-10T18:30+0000"]


def test_years_bound_what_recurs_without_end(read: Read) -> None:
    windows = read(f"{BERLIN}20200101T233000\nDURATION:PT1H\nRRULE:FREQ=DAILY", years=(2025, 2026)).windows
    assert windows.elapsed("2025-01-01T00:00+01:00", "2025-02-01T00:00+01:00") == timedelta(hours=31)
    with pytest.raises(HorizonError):
        windows.next_open("2026-01-01T00:00+01:00")


# What is listed, left out, refused ------------------------------------------------------------------------------------


def test_every_entry_is_listed_and_says_why_it_does_not_count(read: Read) -> None:
    found = read(
        "SUMMARY:Christmas\nDTSTART;VALUE=DATE:20251225",
        "SUMMARY:Carnival party\nDTSTART;VALUE=DATE:20250303",
        f"SUMMARY:Patch night\n{BERLIN}20250310T220000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2",
        f"SUMMARY:Reminder\n{BERLIN}20250310T220000",
        f"SUMMARY:Called off\n{BERLIN}20250310T220000\nDURATION:PT1H\nSTATUS:CANCELLED",
        "SUMMARY:Long ago\nDTSTART;VALUE=DATE:19991225",
        exclude="Carnival*",
    )
    assert found.text() == (
        "holiday   Christmas (1): 1 day from 2025-12-25\n"
        "left out  Carnival party (2): excluded\n"
        "window    Patch night (3): 2 times from 2025-03-10 22:00\n"
        "left out  Reminder (4): has no length\n"
        "left out  Called off (5): cancelled\n"
        "left out  Long ago (6): not in 2025 to 2026\n"
    )
    assert found.holidays == (date(2025, 12, 25),)


@pytest.mark.parametrize(
    ("start", "left_out", "told"),
    [
        (f"{BERLIN}20250303T220000", "EXDATE:20250304T220000Z", "EXDATE 2025-03-04 22:00:00+00:00"),
        (f"{BERLIN}20250303T220000", "EXDATE;VALUE=DATE:20250306", "EXDATE 2025-03-06"),
        ("DTSTART;VALUE=DATE:20250303", "EXDATE:20250304T000000Z", "EXDATE 2025-03-04 00:00:00+00:00"),
        ("DTSTART;VALUE=DATE:20250303", "EXDATE;VALUE=DATE:20250302", "EXDATE 2025-03-02"),
        ("DTSTART;VALUE=DATE:20250303", "EXDATE;VALUE=DATE:20280302", None),  # not looked up so far
    ],
)
def test_what_leaves_out_nothing_is_told(read: Read, start: str, left_out: str, told: str | None) -> None:
    found = read(f"SUMMARY:Night\n{start}\nDURATION:P1D\nRRULE:FREQ=DAILY;COUNT=3\n{left_out}")
    assert found.text().splitlines()[1:] == ([f"in vain   Night (1): {told} fits no occurrence"] if told else [])


def test_an_occurrence_that_replaces_none_is_told(read: Read) -> None:
    series = f"{BERLIN}20250303T220000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3"
    moved = f"{BERLIN}20250304T180000\nDURATION:PT1H\nRECURRENCE-ID;TZID=Europe/Berlin:20250304T210000"
    found = read(f"{series}\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\n{moved}")
    told = "in vain   without a summary (1): RECURRENCE-ID 2025-03-04 21:00:00+01:00 fits no occurrence\n"
    assert told in found.text()


def test_tasks_and_journals_are_listed_as_not_read(read: Read) -> None:
    day = "DTSTART;VALUE=DATE:20251225\nEND:VEVENT\nBEGIN:VTODO\nUID:t\nSUMMARY:Bake\nEND:VTODO\n"
    found = read(f"{day}BEGIN:VJOURNAL\nUID:j\nSUMMARY:Diary\nEND:VJOURNAL\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20251226")
    assert found.text().splitlines()[1:3] == [
        "left out  Bake (t): VTODO is not read",
        "left out  Diary (j): VJOURNAL is not read",
    ]
    assert len(found.holidays) == 2


def test_what_would_steer_a_terminal_is_not_told(read: Read) -> None:
    assert read("SUMMARY:a\x1b[31m\x9b2J\nDTSTART;VALUE=DATE:20251225").text() == (
        "holiday   a\ufffd[31m\ufffd2J (1): 1 day from 2025-12-25\n"
    )
    with pytest.raises(InputError) as caught:
        read("SUMMARY:a\x1b[31m")
    assert "\x1b" not in str(caught.value)


def test_entries_are_excluded_by_uid_too_and_each_pattern_must_fit_one(read: Read) -> None:
    days = ["DTSTART;VALUE=DATE:20251225", "DTSTART;VALUE=DATE:20251226"]
    assert read(*days, exclude=["2"]).holidays == (date(2025, 12, 25),)
    with pytest.raises(InputError, match="exclude 'Easter': no entry is called so"):
        read(*days, exclude=["2", "Easter"])


def test_windows_of_a_file_without_any_are_refused(read: Read) -> None:
    with pytest.raises(ScheduleError, match="no entry with times lies in 2025 to 2026"):
        _ = read("DTSTART;VALUE=DATE:20251225").windows


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("SUMMARY:x", "entry 1 (x): DTSTART is missing"),
        ("DTSTART:2025033T0200", "entry 1 (1): DTSTART: Expected datetime"),
        ("DTSTART;TZID=Mars/Base:20250310T020000\nDURATION:PT1H", "time zone 'Mars/Base' is unknown"),
        ("DTSTART:20250310T020000Z\nDTEND:20250310T010000Z", "ends before it begins"),
        ("DTSTART;VALUE=DATE:20250310\nDTEND;VALUE=DATE:20250310", "ends before it begins"),
        ("DTSTART:20250310T020000Z\nDTEND;VALUE=DATE:20250311", "begins at a time and ends with a date"),
        ("DTSTART;VALUE=DATE:20250310\nRRULE:FREQ=SOMETIMES", "RRULE: Expected frequency"),
        ("DTSTART:20250310T020000Z\nDURATION:PT1M\nRRULE:FREQ=MINUTELY", "comes more than 100000 times"),
        ("DTSTART:20250310T020000Z\nDURATION:-PT1M", "DURATION -PT1M is nothing, less, or more than 100 years"),
        ("DTSTART:20250310T020000Z\nDURATION:P999999999D", "DURATION P999999999D is nothing, less, or more"),
        ("DTSTART;VALUE=DATE:20250310\nDURATION:P999999999D", "DURATION P999999999D is nothing, less, or more"),
        ("DTSTART:20250310T020000Z\nDURATION:20250310T020000Z", "DURATION 20250310T020000Z is nothing, less"),
        ("DTSTART:20250310T020000Z\nDTEND:20250310T030000Z\nDURATION:PT1H", "and DURATION PT1H stand both"),
        ("DTSTART:20250310T020000Z\nDURATION:PT1H\nDURATION:PT2H", "DURATION stands more than once"),
        ("DTSTART;VALUE=DATE:20250310\nDURATION:P1DT12H", "a whole day ends with a later date"),
        ("DTSTART;VALUE=DATE:20250310\nDTEND;VALUE=DURATION:P1D", "DTEND is neither a date nor a time"),
        (
            f"{PERIOD}20250311T080000Z/20250311T070000Z",
            "08:00:00+00:00/2025-03-11 07:00:00+00:00 ends before it begins",
        ),
        (f"{PERIOD}20250311T080000Z/-PT1H", "2025-03-11 08:00:00+00:00/-1 day, 23:00:00 ends before it begins"),
        ("DTSTART;VALUE=DATE:20250310\nRDATE;VALUE=PERIOD:20250311T080000Z/PT1H", "RDATE and DTSTART are not both"),
        ("DTSTART:00010101T000000Z\nDTEND:00010102T000000Z\nRRULE:FREQ=DAILY", "comes more than 100000 times"),
        ("DTSTART;TZID=Asia/Tokyo:00010101T000000\nDURATION:PT1H", "date value out of range"),
        (f"{RULE}SECONDLY", "RRULE 'FREQ=SECONDLY' has no FREQ, or one of seconds"),
        (f"{RULE}DAILY;INTERVAL=0", "RRULE 'FREQ=DAILY;INTERVAL=0' has an INTERVAL or a COUNT of nothing"),
        (f"{RULE}DAILY;INTERVAL=-1", "RRULE 'FREQ=DAILY;INTERVAL=-1' has an INTERVAL or a COUNT of nothing"),
        (f"{RULE}DAILY;COUNT=0", "RRULE 'FREQ=DAILY;COUNT=0' has an INTERVAL or a COUNT of nothing"),
        (f"{RULE}MINUTELY;BYSETPOS=5", "RRULE 'FREQ=MINUTELY;BYSETPOS=5' has BYSETPOS within an hour"),
        (f"{RULE}DAILY\nSTATUS:CONFIRMED\nSTATUS:CANCELLED", "STATUS stands more than once"),
        (f"{RULE}DAILY;BYDY=MO", "RRULE 'FREQ=DAILY;BYDY=MO' cannot be read"),
        ("DTSTART;VALUE=DATE:20250310\nRRULE:COUNT=3", "RRULE 'COUNT=3' has no FREQ"),
        ("DTSTART;VALUE=DATE:20250310\nRRULE:often", "RRULE '' has no FREQ"),
        ("DTSTART;VALUE=DATE:20250310\nEXRULE:FREQ=WEEKLY", "EXRULE is no longer part of iCalendar"),
        ("DTSTART;VALUE=DATE:20250310\nRDATE:20250311T000000Z", "RDATE and DTSTART are not both dates"),
        ("DTSTART;VALUE=DATE:20250310\nDTSTART;VALUE=DATE:20250311", "DTSTART stands more than once"),
        ("DTSTART:20250310T020000Z\nRECURRENCE-ID;RANGE=THISANDFUTURE:20250310T020000Z", "RECURRENCE-ID with RANGE"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_entry(read: Read, body: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(body)
    assert message in str(caught.value)


@pytest.mark.parametrize("length", ["P99999999999D", "P99999999999999999999W"])
def test_a_length_that_no_number_holds_is_refused(read: Read, length: str) -> None:
    with pytest.raises(InputError, match=f"{length}|too large"):  # older versions of icalendar do not name it
        read(f"DTSTART:20250310T020000Z\nDURATION:{length}")


@pytest.mark.parametrize("zone", ["localtime", "posix/Europe/Berlin"])
def test_a_zone_that_hangs_on_the_machine_is_refused(read: Read, zone: str) -> None:
    with pytest.raises(InputError, match=f"unknown zone '{zone}'"):
        read("DTSTART:20250310T220000\nDURATION:PT1H", zone=zone)
    with pytest.raises(InputError, match=f"time zone '{zone}' is"):
        read(f"DTSTART;TZID={zone}:20250310T220000\nDURATION:PT1H")


@pytest.mark.parametrize("years", [(0, 1), (2025, 10_000), (2025, 2026, 2027), (2026, 2025), 2025, ("2025", "2026")])
def test_years_that_are_none_are_refused(read: Read, years: Any) -> None:
    with pytest.raises(InputError) as caught:
        read("DTSTART;VALUE=DATE:20251225", years=years)
    assert f"years {years!r} are none: write the first and the one after the last, from 1970 on" in str(caught.value)


@pytest.mark.parametrize(
    "rule", ["YEARLY;BYMONTH=2;BYMONTHDAY=30", "DAILY;BYMONTH=2;BYMONTHDAY=30", "MONTHLY;BYDAY=6MO"]
)
def test_a_rule_that_never_comes_is_soon_known(read: Read, rule: str) -> None:
    begun = process_time()
    found = read(f"DTSTART;VALUE=DATE:20250310\nRRULE:FREQ={rule}")
    assert found.holidays == (date(2025, 3, 10),)
    assert process_time() - begun < 1.5


def test_a_damaged_rule_of_seconds_is_soon_refused(read: Read) -> None:
    begun = process_time()
    with pytest.raises(InputError, match="one of seconds"):
        read(f"{RULE}SECONDLY;BYMONTH=2;BYMONTHDAY=30")
    assert process_time() - begun < 1.5


def test_all_that_is_wrong_is_told_at_once(read: Read) -> None:
    with pytest.raises(InputError) as caught:
        read("SUMMARY:x", "SUMMARY:y", zone="Mars/Base", exclude="z")
    for message in ("unknown zone 'Mars/Base'", "entry 1 (x)", "entry 2 (y)", "exclude 'z'"):
        assert message in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"BEGIN:VCALENDARS\nEND:VCALENDAR", "does not begin with BEGIN:VCALENDAR"),
        (b"hello", "does not begin with BEGIN:VCALENDAR"),
        (b"BEGIN:VCALENDAR\nVERSION:2.0\n", "ends in the middle: copy or download it again"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VCALENDAR\n", "2 components begin and 0 end"),
        (b"BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:1\nEND:VCALENDAR\n", "2 components begin and 0 end"),
        (b"BEGIN:VCALENDAR\nfoo\nEND:VCALENDAR\n", "is no iCalendar"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nfoo\nEND:VEVENT\nEND:VCALENDAR\n", "a line: Content"),
        (b"BEGIN:VCALENDAR\nX-A:M\xfcnchen\nEND:VCALENDAR\n", r"no UTF-8 at the end of b'X-A:M\xfc': save"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "a.ics").write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_ical(tmp_path / "a.ics", years=(2025, 2026))
    assert message in str(caught.value)


def test_a_fold_may_lie_within_a_character(tmp_path: Path) -> None:
    body = b"BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:M\xc3\r\n \xbcnchen\r\nDTSTART;VALUE=DATE:20251225\r\nEND:VEVENT\r\n"
    (tmp_path / "a.ics").write_bytes(b"\xef\xbb\xbfBEGIN:VCALENDAR\r\n" + body + b"END:VCALENDAR\r\n")
    assert "München" in read_ical(tmp_path / "a.ics", years=(2025, 2026)).text()


def test_without_icalendar_the_extra_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.ics").write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    program = "import sys; sys.modules['icalendar'] = None; from slaengine.importers.ical import read_ical; "
    program += "read_ical('a.ics', years=(2025, 2026))"
    left = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert "icalendar is not installed: pip install 'slaengine[ical]'" in left.stderr
