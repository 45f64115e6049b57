"""The conformance cases agree, and the command that runs them says so."""

import json
import lzma
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.__main__ import main

KEPT = Path(__file__).parent.parent / "conformance" / "cases" / "calendar.json"


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


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1]", b"\xff\xfe", b"[{"])
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


def test_the_command_runs_with_the_core_packages_only() -> None:
    extras = ("hypothesis", "pytest", "numpy", "pandas")
    script = f"import sys; sys.modules.update(dict.fromkeys({extras})); from tests.conformance.__main__ import main; "
    run = [sys.executable, "-c", f"{script}sys.exit(main(['calendar', {str(KEPT)!r}]))"]
    done = subprocess.run(run, cwd=KEPT.parents[3], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "68 of 68 agree\n"), done.stderr
