"""A whole desk agrees with the verdict of others on it, and the command says where one does not."""

import csv
import json
import lzma
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance.__main__ import main

KEPT = Path(__file__).parent / "cases" / "desk"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A copy of the desk that is kept here, whose clocks were worked out by hand."""
    return Path(shutil.copytree(KEPT, tmp_path / "desk"))


def test_the_desk_that_is_kept_here_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desk", str(KEPT)]) == 0
    assert capsys.readouterr() == ("10 of 10 clocks agree\n", "")


def test_the_shared_desk_agrees(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desk", str(shared / "cases" / "gaming")]) == 0
    assert capsys.readouterr() == ("3384 of 3384 clocks agree\n", "")


def test_packed_files_are_read_alike(desk: Path) -> None:
    for name in ("events.jsonl", "clocks.csv"):
        (desk / f"{name}.xz").write_bytes(lzma.compress((desk / name).read_bytes()))
        (desk / name).unlink()
    assert main(["desk", str(desk)]) == 0


def changed(desk: Path, of: str, **cells: str) -> None:
    """Other cells in a row of clocks.csv."""
    path = desk / "clocks.csv"
    rows = list(csv.DictReader(path.read_text().splitlines()))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(row | (cells if row["ticket"] == of else {}) for row in rows)


def test_every_clock_that_differs_is_told_with_its_columns(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed(desk, "T1", response_elapsed_s="5401", resolved_at="")
    changed(desk, "T3", resolution_breach_after="2025-03-04T13:30:01Z", resolution_target_s="1")
    assert main(["desk", str(desk)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "T1 response: response_elapsed_s: expected 5401, got 5400",
        "T1 resolution: resolved_at: expected nothing, got 2025-03-06T12:00:00Z",
        "T3 resolution: resolution_target_s: expected 1, got 14400",
        "T3 resolution: resolution_breach_after: expected 2025-03-04T13:30:01Z, got 2025-03-04T13:30:00Z",
        "7 of 10 clocks agree",
    ]


def test_another_agreement_and_a_row_too_many_or_too_few_are_told(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(desk, "T1", agreement="golden")
    changed(desk, "T2", ticket="T7")
    assert main(["desk", str(desk)]) == 1
    *told, last = capsys.readouterr().out.splitlines()
    assert "T1: agreement: expected golden, got plain" in told
    assert "T7 response: response_elapsed_s: expected 5400, got nothing" in told
    assert "T2 response: response_elapsed_s: expected nothing, got 5400" in told
    assert last == "6 of 12 clocks agree"  # neither those of T1, nor of T2, nor of T7


def test_kinds_that_are_unknown_and_events_without_a_reading_change_no_clock_and_are_told(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = desk / "events.jsonl"
    first, *others = path.read_text().splitlines()
    before = {**json.loads(first), "seq": 98, "kind": "resolved", "occurred_at": "2025-03-03T09:00:00Z"}
    odd = {**json.loads(first), "seq": 99, "kind": "admired"}
    path.write_text("\n".join([first, *others, json.dumps(before), json.dumps(odd)]))
    assert main(["desk", str(desk)]) == 0
    out, err = capsys.readouterr()
    assert out == "10 of 10 clocks agree\n"
    assert err.splitlines() == [
        "events of unknown kinds, which change no clock: {'admired': 1}",
        "events without a lawful reading, which are set aside: 1",
    ]


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def wreck(desk: Path) -> None:
        text = (desk / name).read_text()
        assert old in text
        (desk / name).write_text(text.replace(old, new))

    return wreck


@pytest.mark.parametrize(
    ("wreck", "says"),
    [
        (shutil.rmtree, "has no clocks.csv, nor clocks.csv.xz"),
        (lambda desk: (desk / "events.jsonl").unlink(), "has no events.jsonl, nor events.jsonl.xz"),
        (lambda desk: (desk / "agreement.json").write_text("{"), "agreement.json: Expecting"),
        (lambda desk: (desk / "agreement.json").write_text("[]"), "agreement.json: list indices"),
        (lambda desk: (desk / "events.jsonl").write_text("{}\n[1"), "events.jsonl: line 1: has no 'occurred_at'"),
        (lambda desk: (desk / "events.jsonl").write_text("[1"), "events.jsonl: line 1: Expecting"),
        (lambda desk: (desk / "events.jsonl").write_text(""), "events.jsonl: is empty"),
        (lambda desk: (desk / "clocks.csv").write_bytes(b"\xff"), "clocks.csv: no UTF-8"),
        (replaced("agreement.json", '"cutoff"', '"cut"'), "agreement.json: has no 'cutoff'"),
        (replaced("agreement.json", '"continue"', '"never"'), "agreement.json: unknown reopen 'never'"),
        (replaced("agreement.json", '"tz": "UTC"', '"tz": "Mars"'), "agreement.json: unknown zone 'Mars'"),
        (replaced("events.jsonl", '"acme"', '"unheard"'), "events.jsonl: line 1: customer 'unheard'"),
        (replaced("events.jsonl", '"plain"', '"fancy"'), "events.jsonl: line 1: agreement 'fancy'"),
        (replaced("events.jsonl", "T09:10:00Z", "T09:10:00"), "no offset from UTC"),
        (replaced("clocks.csv", ",paused_business_s", ",paused"), "clocks.csv: has no column paused_business_s"),
        (replaced("clocks.csv", "T2,", "T1,"), "clocks.csv: line 3: ticket 'T1' stands twice"),
        (replaced("clocks.csv", "T2,", "T2,,"), "clocks.csv: line 3: has more cells"),
        (replaced("clocks.csv", "13:30:00Z", "sunset"), "clocks.csv: line 4: "),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(
    wreck: Callable[[Path], None], says: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wreck(desk)
    assert main(["desk", str(desk)]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
