"""The command as people and scripts meet it: what it prints, what it writes, how it ends."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

import slaengine as sla
from slaengine.cli import outputs
from slaengine.cli.main import run

COMMAND = [sys.executable, "-c", "import sys; from slaengine.cli.main import run; sys.exit(run())"]


def test_an_audit_prints_the_table_and_ends_with_0_whatever_the_verdicts(
    log: Path, agreements: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", str(log), "--agreements", str(agreements)]) == 0
    out = capsys.readouterr().out
    assert "3 tickets, 6 events; 1 ticket stands under no agreement" in out
    assert [line.split()[:4] for line in out.splitlines() if line.split()[:1] == ["P1"]] == [
        ["P1", "1", "0", "1"],
        ["P1", "1", "0", "1"],
    ]


def test_the_default_instant_is_the_latest_in_the_log(
    log: Path, agreements: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["audit", str(log), "--agreements", str(agreements)])
    assert "as of 2025-04-23T09:00:00Z" in capsys.readouterr().out


def test_an_audit_of_another_instant_sees_what_was_so_then(log: Path, agreements: Path, tmp_path: Path) -> None:
    out = tmp_path / "audit.json"
    run(["audit", str(log), "--agreements", str(agreements), "--as-of", "2025-04-22T12:00+02:00", "--json", str(out)])
    found = json.loads(out.read_text(encoding="utf-8"))
    assert {(row["ticket"], row["target"]): row["verdict"] for row in found["clocks"]} == {
        ("T-1", "first-response"): "met",
        ("T-1", "resolution"): "open",
        ("T-2", "first-response"): "breached",
        ("T-2", "resolution"): "open",
    }


def test_the_same_inputs_give_the_same_bytes(log: Path, agreements: Path, tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        html, data = tmp_path / f"{name}.html", tmp_path / f"{name}.json"
        arguments = ["audit", str(log), "--agreements", str(agreements), "--html", str(html), "--json", str(data)]
        assert run(arguments) == 0
        written.append((html.read_bytes(), data.read_bytes()))
    assert written[0] == written[1]


@pytest.mark.parametrize("suffix", [".gz", ".xz"])
def test_a_compressed_log_gives_the_same_digest(log: Path, agreements: Path, tmp_path: Path, suffix: str) -> None:
    packed = tmp_path / f"packed.jsonl{suffix}"
    pack = gzip.compress if suffix == ".gz" else lzma.compress
    packed.write_bytes(pack(log.read_bytes()))
    assert digest(packed, agreements, tmp_path) == digest(log, agreements, tmp_path)


def test_a_store_and_its_export_give_the_same_digest(log: Path, agreements: Path, tmp_path: Path) -> None:
    store, export = tmp_path / "desk.sqlite", tmp_path / "export.jsonl"
    with sla.Desk(store) as desk:
        desk.import_records(sla.read_log(log))
        desk.export_lines(export)
    assert digest(store, agreements, tmp_path) == digest(export, agreements, tmp_path)


def digest(log: Path, agreements: Path, folder: Path) -> tuple[str, str]:
    out = folder / "digest.json"
    assert run(["audit", str(log), "--agreements", str(agreements), "--json", str(out)]) == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    return found["digest"], found["log_digest"]


def test_explain_prints_a_ledger_for_each_clock(
    log: Path, agreements: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", str(log), "T-2", "--agreements", str(agreements)]) == 0
    out = capsys.readouterr().out
    assert "first-response: breached at Tue 2025-04-22 10:30:00, 8 h 30 min" not in out
    assert "resolution: breached at Tue 2025-04-22 14:00:00, 9 h of 4 h used, 5 h over" in out
    assert out.count("Agreement acme@1: scope organisation = acme") == 2


def test_explain_of_one_target_is_one_ledger_and_its_data(
    log: Path, agreements: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "ledger.json"
    arguments = [
        "explain",
        str(log),
        "T-1",
        "--agreements",
        str(agreements),
        "--target",
        "resolution",
        "--json",
        str(out),
    ]
    assert run(arguments) == 0
    assert capsys.readouterr().out.count("Agreement acme@1") == 1
    (ledger,) = json.loads(out.read_text(encoding="utf-8"))["ledgers"]
    assert (ledger["target"], ledger["verdict"], ledger["used"]) == ("resolution", "met", sla.hours(7))


def test_explain_says_why_a_ticket_has_no_clock(
    log: Path, agreements: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", str(log), "T-3", "--agreements", str(agreements)]) == 0
    assert capsys.readouterr().out == "Ticket T-3 has no clock then: no agreement in force covers this requester\n"


UNLAWFUL = '{"stream":"T-9","type":"resolved","occurred_at":"2025-04-22T16:00+02:00"}\n'
UNKNOWN = '{"stream":"T-1","type":"reslved","occurred_at":"2025-04-22T16:30+02:00"}\n'


def test_what_has_no_reading_is_quarantined_counted_and_named(
    log: Path, agreements: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write_text(log.read_text(encoding="utf-8") + UNLAWFUL + UNKNOWN, encoding="utf-8")
    assert run(["audit", str(log), "--agreements", str(agreements)]) == 0
    out = capsys.readouterr().out
    assert "Quarantine: 2 records" in out
    assert "line 7, ticket T-9" in out
    assert "line 8, ticket T-1, type = 'reslved'" in out


@pytest.mark.parametrize("line", [UNLAWFUL, UNKNOWN])
def test_a_strict_audit_refuses_a_log_with_anything_to_quarantine(
    log: Path, agreements: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    log.write_text(log.read_text(encoding="utf-8") + line, encoding="utf-8")
    out = tmp_path / "audit.json"
    assert run(["audit", str(log), "--agreements", str(agreements), "--strict", "--json", str(out)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "line 7" in told.err
    assert not out.exists()


def test_a_strict_audit_of_a_clean_log_is_an_audit(log: Path, agreements: Path) -> None:
    assert run(["audit", str(log), "--agreements", str(agreements), "--strict"]) == 0


def _bad_logs() -> dict[str, tuple[str, bytes, str]]:
    """name -> (file name, content, what the message says)"""
    whole = b'{"stream":"T-1","type":"opened","occurred_at":"2025-04-22T09:00+02:00"}\n'
    return {
        "empty": ("log.jsonl", b"", "is empty"),
        "cut off": ("log.jsonl", whole + whole[:30], "ends in the middle of line 2"),
        "no text": ("log.jsonl", whole + b"\xff\xfe", "no UTF-8 in line 2"),
        "cut off inside gzip": ("log.jsonl.gz", gzip.compress(whole * 9)[:-12], "ends in the middle"),
        "no gzip": ("log.jsonl.gz", whole, "gz"),
        "of no known kind": ("log.txt", whole, "its name"),
        "without mapping": ("log.csv", b"a,b\n1,2\n", "--mapping"),
    }


@pytest.mark.parametrize("bad", _bad_logs().values(), ids=_bad_logs().keys())
def test_a_log_that_cannot_be_used_is_refused_in_one_line(
    bad: tuple[str, bytes, str], agreements: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, content, said = bad
    (tmp_path / name).write_bytes(content)
    out = tmp_path / "audit.json"
    assert run(["audit", str(tmp_path / name), "--agreements", str(agreements), "--json", str(out)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert name in told.err
    assert said in told.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["audit", "nowhere.jsonl"], "nowhere.jsonl: No such file"),
        (["audit", "LOG", "--as-of", "2025-04-22T09:00"], "'2025-04-22T09:00' has no offset"),
        (["audit", "LOG", "--as-of", "noon"], "'noon' is no ISO 8601"),
        (["audit", "LOG", "--json", "no/such/place.json"], "make it first"),
        (["audit", "LOG", "--html", "."], "is a directory"),
        (["audit", "LOG", "--mapping", "m.toml"], "need no mapping"),
        (["explain", "LOG", "T-11"], "did you mean T-1"),
        (["explain", "LOG", "T-1", "--target", "answer"], "no target 'answer': it has first-response, resolution"),
    ],
)
def test_an_argument_that_cannot_be_meant_is_refused_with_its_value_and_a_remedy(
    arguments: list[str], said: str, log: Path, agreements: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled = [str(log) if argument == "LOG" else argument for argument in arguments]
    assert run([*filled, "--agreements", str(agreements)]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert said in told.err


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("Europe/Berlin", "Europe/Berlni", "unknown zone 'Europe/Berlni'"),
        ("09:00-17:00", "09:00-25:00", "outside the day"),
        ("09:00-17:00", "17:00-09:00", "closes before it opens"),
        ('hours = "Mon-Fri 09:00-17:00"', 'hours = ""', "never opens"),
        ('"30 min"', '"0 min"', "can never be met"),
        ('"30 min"', '"1 d"', "'1 d' is no budget"),
        ("first-response", "first-respnse", "'first-respnse' is unknown"),
        ("[[agreements.targets]]", "[[agreements.trgets]]", "trgets"),
        ("waiting_on", "wating_on", "'wating_on' is no fact"),
    ],
)
def test_an_agreement_that_cannot_be_meant_is_refused_with_its_path(
    written: str, instead: str, said: str, log: Path, agreements: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agreements.write_text(agreements.read_text(encoding="utf-8").replace(written, instead), encoding="utf-8")
    assert run(["audit", str(log), "--agreements", str(agreements)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert all(line.startswith(f"slaengine: {agreements}") for line in told.err.splitlines())


def test_all_mistakes_of_an_agreement_file_are_named_at_once(
    log: Path, agreements: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = agreements.read_text(encoding="utf-8")
    agreements.write_text(text.replace("Berlin", "Berlni").replace('"30 min"', '"0 h"'), encoding="utf-8")
    run(["audit", str(log), "--agreements", str(agreements)])
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_nothing_is_told_of_progress_in_a_pipe() -> None:
    assert outputs.progress("auditing", io.StringIO()) is None


def test_progress_grows_on_a_terminal(log: Path, agreements: Path) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [*COMMAND, "audit", str(log), "--agreements", str(agreements)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    assert done.returncode == 0
    assert b"auditing tickets: 3 of 3 (100 %)" in os.read(ours, 10_000)
    os.close(ours)


def test_a_reader_who_stops_reading_ends_the_command_in_peace(log: Path, agreements: Path) -> None:
    pipe = f"{sys.executable} -c 'import sys; from slaengine.cli.main import run; sys.exit(run())' explain {log} T-1"
    ended = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {pipe} --agreements {agreements} | head -c 1"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.stderr == ""


def test_explain_tells_first_what_of_the_ticket_could_not_be_read(
    log: Path, agreements: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write_text(log.read_text(encoding="utf-8") + UNKNOWN, encoding="utf-8")
    assert run(["explain", str(log), "T-1", "--agreements", str(agreements)]) == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first == "Set aside, so that no figure of ticket T-1 rests on it:"
    assert second.startswith("line 7, type 'reslved': unknown event type 'reslved': did you mean 'resolved'?")


def test_a_ticket_of_which_nothing_could_be_read_is_told_from_one_that_is_not_there(
    log: Path, agreements: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write_text(log.read_text(encoding="utf-8") + UNKNOWN.replace("T-1", "T-9"), encoding="utf-8")
    assert run(["explain", str(log), "T-9", "--agreements", str(agreements)]) == 2
    assert "all of ticket 'T-9' was set aside: line 7" in capsys.readouterr().err


def test_known_at_alone_asks_what_was_shown_at_that_instant(
    log: Path, agreements: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["audit", str(log), "--agreements", str(agreements), "--known-at", "2025-04-22T12:00+02:00"])
    out = capsys.readouterr().out
    assert "as of 2025-04-22T10:00:00Z" in out
    assert "3 tickets, 4 events" in out


def test_the_header_counts_what_had_happened_by_then(
    log: Path, agreements: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["audit", str(log), "--agreements", str(agreements), "--as-of", "2025-04-22T09:30+02:00"])
    assert "1 ticket, 1 event; 0 tickets stand under no agreement" in capsys.readouterr().out


@pytest.mark.parametrize("option", ["--json", "--html"])
@pytest.mark.parametrize("named", ["log", "agreements"])
def test_what_is_read_is_never_written_over(option: str, named: str, log: Path, agreements: Path) -> None:
    path = {"log": log, "agreements": agreements}[named]
    before = path.read_bytes()
    assert run(["audit", str(log), "--agreements", str(agreements), option, str(path)]) == 2
    assert path.read_bytes() == before


def test_two_outputs_are_two_files(log: Path, agreements: Path, tmp_path: Path) -> None:
    both = str(tmp_path / "both")
    assert run(["audit", str(log), "--agreements", str(agreements), "--json", both, "--html", both]) == 2
    assert not Path(both).exists()


def test_a_device_is_no_file_to_write(log: Path, agreements: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert run(["audit", str(log), "--agreements", str(agreements), "--json", str(pipe)]) == 2
    assert pipe.is_fifo()


def test_a_link_is_followed_and_permissions_stay(log: Path, agreements: Path, tmp_path: Path) -> None:
    there, link = tmp_path / "there.json", tmp_path / "link.json"
    there.write_text("old", encoding="utf-8")
    there.chmod(0o600)
    link.symlink_to(there)
    assert run(["audit", str(log), "--agreements", str(agreements), "--json", str(link)]) == 0
    assert link.is_symlink()
    assert json.loads(there.read_text(encoding="utf-8"))["tickets"] == 3
    assert there.stat().st_mode & 0o777 == 0o600


def test_an_output_that_cannot_be_written_to_is_told_without_a_traceback(log: Path, agreements: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*COMMAND, "audit", str(log), "--agreements", str(agreements)],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert ended.returncode == 2
    assert ended.stderr.startswith("slaengine: what was found cannot be written:")
    assert ended.stderr.count("\n") == 1


def test_what_steers_a_terminal_never_reaches_it(
    log: Path, agreements: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = "T-\\u001b[31m9"
    log.write_text(log.read_text(encoding="utf-8").replace("T-1", evil), encoding="utf-8")
    run(["audit", str(log), "--agreements", str(agreements)])
    run(["explain", str(log), "T-\x1b[31m9", "--agreements", str(agreements)])
    run(["explain", str(log), "T-\x1b[31m8", "--agreements", str(agreements)])
    told = capsys.readouterr()
    assert "\x1b" not in told.out + told.err


def test_a_ticket_of_another_age_is_set_aside_and_the_others_are_read(
    log: Path, agreements: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = (
        '{"stream":"T-0","type":"opened","occurred_at":"1960-04-22T09:00+02:00",'
        '"data":{"priority":"P2","requester":{"organisation":"acme"}}}\n'
    )
    log.write_text(old + log.read_text(encoding="utf-8"), encoding="utf-8")
    assert run(["audit", str(log), "--agreements", str(agreements)]) == 0
    out = capsys.readouterr().out
    assert "ticket T-0: its clocks cannot be read: the answer lies before the years" in out
    assert "4 tickets, 7 events" in out


def test_a_log_that_publishes_its_agreements_needs_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office = sla.Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00", years=(2024, 2027), name="office")
    acme = sla.Agreement(id="acme", targets=[sla.resolution(sla.hours(4), calendar=office)])
    path = tmp_path / "desk.jsonl"
    with sla.Desk(":memory:") as desk:
        desk.record("agreements", sla.events.AgreementPublished(occurred_at=0, agreement=acme))
        desk.do("T-1", sla.open_ticket(by="kim"), at="2025-03-03T09:00+01:00")
        desk.export_lines(path)
    assert run(["audit", str(path), "--html", str(tmp_path / "audit.html")]) == 0
    assert "resolution" in capsys.readouterr().out
    assert "--agreements" not in (tmp_path / "audit.html").read_text(encoding="utf-8")
    assert run(["explain", str(path), "T-1"]) == 0
    assert "Agreement acme@1: for everybody" in capsys.readouterr().out


def test_a_log_that_publishes_nothing_asks_for_a_file(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(log)]) == 2
    assert "name the agreements by --agreements FILE, unless the log publishes them" in capsys.readouterr().err
