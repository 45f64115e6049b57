"""The conformance cases of calendars agree, and the command that runs them says so."""

import json
import lzma
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conformance.__main__ import main
from tests.conformance.calendar import schedule

KEPT = Path(__file__).parent / "cases" / "calendar.json"


def test_all_cases_that_are_kept_here_agree(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calendar", str(KEPT)]) == 0
    assert capsys.readouterr().out == "68 of 68 agree\n"


def test_all_shared_cases_agree(shared: Path) -> None:
    assert main(["calendar", str(shared / "cases" / "calendar.json")]) == 0


def test_a_packed_file_is_read_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = tmp_path / "calendar.json.xz"
    packed.write_bytes(lzma.compress(KEPT.read_bytes()))
    assert main(["calendar", str(packed)]) == 0
    assert capsys.readouterr().out == "68 of 68 agree\n"


def test_a_case_that_differs_or_raises_is_named_and_the_rest_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong, unreadable = json.loads(KEPT.read_text())[:3]
    wrong["expect"] = "no such answer"
    unreadable["calendar"]["tz"] = "Mars/Olympus"
    path = tmp_path / "calendar.json"
    path.write_text(json.dumps([unreadable, wrong, right]))
    assert main(["calendar", str(path)]) == 1
    *differences, last = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in differences] == [unreadable["id"], wrong["id"]]
    assert "unknown zone 'Mars/Olympus'" in differences[0]
    assert last == "1 of 3 agree"


DEEP = b"[" * 100_000 + b"]" * 100_000
LESS_DEEP = b'[{"id": ' + b"[" * 300 + b"]" * 300 + b"}]"
HALF = b'[{"id": "\\ud800"}]'


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1]", b"\xff\xfe", b"[{", DEEP, LESS_DEEP, HALF])
def test_an_unreadable_file_is_refused_in_one_line(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cases.json"
    if content is not None:
        path.write_bytes(content)
    assert main(["calendar", str(path)]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith(str(path))
    assert err.count("\n") == 1


def test_a_case_that_cannot_be_shown_is_told_in_one_line_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd, right = json.loads(KEPT.read_text())[:2]
    odd["op"] = odd["expect"] = "\ud800\n"
    path = tmp_path / "calendar.json"
    path.write_text(json.dumps([odd, right]))
    assert main(["calendar", str(path)]) == 1
    difference, last = capsys.readouterr().out.splitlines()
    assert difference.startswith(f"{odd['id']}: expected '\\ud800\\n'")
    assert last == "1 of 2 agree"


@pytest.mark.parametrize("shift", [("9:00", "17:00"), ("09:00", "17:00")])
def test_hours_of_one_digit_are_the_times_that_they_are(shift: tuple[str, str]) -> None:
    office = schedule({"tz": "UTC", "hours": {"mon": [shift], "tue": [("22:00", "6:00")]}})
    assert office == schedule({"tz": "UTC", "hours": {"mon": [("09:00", "17:00")], "tue": [("22:00", "06:00")]}})
    assert office.elapsed("2025-06-02T00:00Z", "2025-06-03T00:00Z") == timedelta(hours=8)
    assert office.elapsed("2025-06-03T00:00Z", "2025-06-05T00:00Z") == timedelta(hours=8)


@pytest.mark.parametrize("arguments", [[], ["calendar"], ["calender", "cases.json"], ["lines", "cases.json"]])
def test_the_command_tells_its_forms(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    usage = "usage: python -m tests.conformance calendar FILE | sla FILE | desk DIR\n"
    assert capsys.readouterr() == ("", usage)


def test_the_command_runs_with_the_core_packages_only() -> None:
    extras = ("hypothesis", "pytest", "numpy", "pandas")
    script = f"import sys; sys.modules.update(dict.fromkeys({extras})); from tests.conformance.__main__ import main; "
    run = [sys.executable, "-c", f"{script}sys.exit(main(['calendar', {str(KEPT)!r}]))"]
    done = subprocess.run(run, cwd=KEPT.parents[3], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "68 of 68 agree\n"), done.stderr
