"""`slaengine calendar`: what it draws, says and refuses."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve as but

import slaengine as sla
from slaengine.cli.main import run

FILE = """
[calendars.office]
zone = "Europe/Berlin"
hours = "Mon-Fri 09:00-17:00"
holidays = ["DE-BE"]

[calendars.odd]
zone = "Europe/Berlin"
hours = "Mon-Fri 09:00-23:59"
holidays = ["2025-03-08"]

[calendars.both]
union = ["office", "odd"]

[calendars.support]
zone = "Europe/Berlin"
hours = "Mon-Fri 08:00-17:00"
holidays = ["DE-BY"]
minus = ["maintenance"]
versions = [{ effective_from = "2025-06-01T00:00+02:00", calendar = "office" }]

[calendars.maintenance]
zone = "Europe/Berlin"
rule = "FREQ=WEEKLY;BYDAY=WE"
start = "2025-01-01T22:00"
length = "2 h"
"""

HOURS = ["--zone", "Europe/Berlin", "--hours", "Mon-Fri 09:00-17:00"]
Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    """Runs `slaengine calendar`; FILE stands for an agreement file."""
    path = tmp_path / "desk.toml"
    path.write_text(FILE, encoding="utf-8")

    def ask(*arguments: str) -> tuple[int, str, str]:
        status = run(["calendar", *(str(path) if it == "FILE" else it for it in arguments)])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return ask


def test_a_month_of_a_calendar_of_a_file_is_drawn(said: Said) -> None:
    status, out, _ = said("show", "--agreements", "FILE", "--calendar", "office", "--month", "2025-05")
    assert status == 0
    assert out.startswith("office (Europe/Berlin), May 2025: 152 h open\n")
    assert "Thu  1" in out
    assert "Labor Day" in out


def test_a_month_is_written_as_a_picture_too(said: Said, tmp_path: Path) -> None:
    status, _, _ = said("show", *HOURS, "--month", "2025-03", "--svg", str(tmp_path / "march.svg"))
    assert status == 0
    assert (tmp_path / "march.svg").read_text(encoding="utf-8").startswith('<svg xmlns="http://www.w3.org/2000/svg"')


def test_always_needs_no_definition(said: Said) -> None:
    status, out, _ = said("show", "--agreements", "FILE", "--calendar", "always", "--month", "2025-02")
    assert (status, out.splitlines()[0]) == (0, "24x7 (UTC), February 2025: 672 h open")


def test_a_calendar_may_be_written_on_the_command_line(said: Said) -> None:
    status, out, _ = said("show", *HOURS, "--holidays", "DE-BE, 2025-05-02", "--month", "2025-05")
    assert status == 0
    assert out.startswith("Europe/Berlin, May 2025: 144 h open\n")


def test_a_check_of_a_calendar_with_nothing_odd_ends_with_0(said: Said) -> None:
    status, out, _ = said("check", "--agreements", "FILE", "--calendar", "office")
    assert (status, out.splitlines()[1]) == (0, "  nothing odd")


def test_a_check_names_what_is_odd_in_every_calendar_and_ends_with_1(said: Said) -> None:
    status, out, _ = said("check", "--agreements", "FILE")
    assert status == 1
    assert [line.split(",")[0] for line in out.splitlines() if not line.startswith(" ")] == [
        "office (Europe/Berlin)",
        "odd (Europe/Berlin)",
        "both (Europe/Berlin",
        "support (Europe/Berlin)",
        "maintenance (Europe/Berlin)",
    ]
    assert "odd: holiday 2025-03-08 is a Saturday without hours: it takes nothing away" in out


def test_a_check_names_what_is_taken_away_in_vain(said: Said) -> None:
    status, out, _ = said("check", "--agreements", "FILE", "--calendar", "support")
    assert (status, out.splitlines()[1:]) == (1, ["  odd: minus maintenance lies out of hours: it takes nothing away"])


@pytest.mark.parametrize(
    ("calendar", "month", "holidays"),
    [
        ("both", "2025-05", []),  # the other is open
        ("support", "2025-05", ["Thu  1: Labor Day", "Thu 29: Ascension Day"]),
        ("support", "2025-06", ["Mon  9: Pentecost Monday"]),  # a Thursday of Bavaria is none of Berlin
    ],
)
def test_a_holiday_is_named_where_it_closes_a_calendar_made_of_others(
    said: Said, calendar: str, month: str, holidays: list[str]
) -> None:
    _, out, _ = said("show", "--agreements", "FILE", "--calendar", calendar, "--month", month)
    noted = re.findall(r"(?m)^(\w+ +\d+) .*[·█] +(\w.*[Dd]ay)$", out)
    assert [": ".join(it) for it in noted] == holidays


def test_nothing_is_printed_of_an_answer_that_is_refused(said: Said) -> None:
    status, out, err = said("add", *HOURS, "2069-12-31T16:30+01:00", "30 min")  # due there, but no more opening
    assert (status, out) == (2, "")
    assert "lies after the years" in err


def test_adding_open_time_tells_due_and_breach(said: Said) -> None:
    status, out, _ = said("add", *HOURS, "2025-03-03T13:00+01:00", "4 h")
    assert status == 0
    assert out.splitlines()[2:] == [
        "due     Mon 3 March 2025 17:00:00 +0100 (2025-03-03T16:00:00Z)  the first instant by which it has passed",
        "breach  Tue 4 March 2025 09:00:00 +0100 (2025-03-04T08:00:00Z)  the last at which no more has passed",
    ]


@pytest.mark.parametrize(
    ("start", "end", "elapsed"),
    [
        ("2025-03-03T13:00+01:00", "2025-03-10T10:30+01:00", "37 h 30 min of open time (PT37H30M), in 165 h 30 min"),
        (
            "2025-03-04T10:00+01:00",
            "2025-03-04T09:30:30+01:00",
            "-29 min 30 s of open time (-PT29M30S), in -29 min 30 s",
        ),
        ("2025-03-08T10:00+01:00", "2025-03-09T10:00+01:00", "0 min of open time (PT0S), in 24 h"),
        ("2025-03-04T10:00:00.5Z", "2025-03-04T10:00:00.75Z", "0.25 s of open time (PT0.25S), in 0.25 s"),
        (
            "2025-03-04T10:01:10.000001Z",
            "2025-03-04T10:00Z",
            "-1 min 10.000001 s of open time (-PT1M10.000001S), in -1",
        ),
    ],
)
def test_open_time_between_two_instants_is_told(said: Said, start: str, end: str, elapsed: str) -> None:
    status, out, _ = said("elapsed", *HOURS, start, end)
    assert status == 0
    assert out.splitlines()[2].startswith(f"elapsed  {elapsed}")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "--month", "2025-03"], "name a calendar: --agreements FILE, or --zone and --hours"),
        (["show", *HOURS, "--agreements", "FILE", "--month", "2025-03"], "name a calendar"),
        (["check", "--agreements", "FILE", "--holidays", "DE"], "name a calendar"),
        (["check", "--zone", "Europe/Berlin"], "--hours is missing"),
        (["check", "--zone", "Europe/Berlim", "--hours", "Mon 9-17"], "did you mean Europe/Berlin?"),
        (["check", "--agreements", "nothing.toml"], "nothing.toml: No such file or directory"),
        (
            ["show", "--agreements", "FILE", "--month", "2025-03"],
            "name one with --calendar: office, odd, both, support, ma",
        ),
        (["show", "--agreements", "FILE", "--calendar", "offcie", "--month", "2025-03"], "did you mean office?"),
        (["show", *HOURS, "--month", "2025-13"], "write a year and a month, as in 2025-03"),
        (["show", *HOURS, "--month", "2300-01"], "the answer lies after the years of this calendar"),
        (["add", *HOURS, "2025-03-03T13:00", "4 h"], "START: '2025-03-03T13:00' has no offset from UTC"),
        (["add", *HOURS, "2025-03-03T13:00Z", "4 d"], "DURATION: '4 d' is no length of time"),
        (["elapsed", *HOURS, "2025-03-03T13:00Z", "soon"], "END: 'soon' is no ISO 8601"),
        (["show", *HOURS, "--month", "2025-03", "--svg", "no/where.svg"], "there is no directory"),
    ],
)
def test_what_is_wrong_is_refused_with_2(said: Said, arguments: list[str], message: str) -> None:
    status, out, err = said(*arguments)
    assert (status, out) == (2, "")
    assert message in err


def test_letters_stand_in_where_a_terminal_has_no_blocks(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    class Ascii:
        encoding = "ascii"

    monkeypatch.setattr("slaengine.cli.calendar.sys.stdout", Ascii())
    from slaengine.cli.calendar import _signs
    from slaengine.reports.month_text import LETTERS

    assert _signs() == LETTERS


def test_a_picture_is_never_written_over_the_file_that_was_read(said: Said, tmp_path: Path) -> None:
    path = tmp_path / "desk.toml"
    before = path.read_bytes()
    code, _, told = said("show", "--agreements", "FILE", "--calendar", "office", "--month", "2025-03", "--svg", "FILE")
    assert (code, path.read_bytes()) == (2, before)
    assert "is read or written already" in told


@pytest.mark.parametrize("month", ["0001-01", "9999-12"])
def test_a_month_at_the_end_of_the_world_is_refused_without_a_traceback(said: Said, month: str) -> None:
    assert said("show", "--agreements", "FILE", "--calendar", "always", "--month", month)[0] in (0, 2)


@pytest.mark.filterwarnings("always")
def test_that_a_frozen_calendar_differs_by_now_is_said_as_all_else_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], log: Path, agreements: Path
) -> None:
    old = sla.Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", holidays="DE-BE", years=(2025, 2027))
    plan = but(old.plan, holidays=old.plan.holidays[1:])
    sla.write_schedule(sla.Schedule.of_plan(old.zone, plan, origin=old.origin), tmp_path / "office.json")
    written = 'zone = "Europe/Berlin"\nhours = "Mon-Fri 09:00-17:00"\n'
    frozen = agreements.read_text(encoding="utf-8").replace(written, 'frozen = "office.json"\n')
    agreements.write_text(frozen, encoding="utf-8")
    assert run(["audit", str(log), "--agreements", str(agreements)]) == 0
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith(f"slaengine: {tmp_path / 'office.json'}: the frozen hours are used, but by now: 2024-")


def test_other_warnings_are_told_as_python_tells_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def command(_: object) -> int:
        warnings.warn("of another package", UserWarning, stacklevel=1)
        return 0

    monkeypatch.setattr("slaengine.cli.calendar._check", command)
    with pytest.warns(UserWarning, match="of another package"):
        assert run(["calendar", "check", *HOURS]) == 0
