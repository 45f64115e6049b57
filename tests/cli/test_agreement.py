"""`slaengine agreement`: what it prints and writes, how it ends, what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from slaengine.cli.main import run
from slaengine.projections.loopholes import LoopholeKind
from tests.cli.conftest import AGREEMENTS

Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(tmp_path: Path, capsys: pytest.CaptureFixture[str], log: Path) -> Said:
    """Runs `slaengine agreement`; OLD, NEW and SAME stand for agreement files, LOG for a log."""
    files = {
        "OLD": AGREEMENTS,
        "SAME": AGREEMENTS,
        "NEW": AGREEMENTS.replace('P1 = "4 h"', 'P1 = "2 h"'),
        "MORE": f'{AGREEMENTS}\n[[agreements]]\nid = "beta"\nversion = "7"\n'
        '[[agreements.targets]]\nmetric = "resolution"\ncalendar = "office"\nbudgets = "8 h"\n',
    }
    paths = {"LOG": log, **{name: tmp_path / f"{name.lower()}.toml" for name in files}}
    for name, text in files.items():
        paths[name].write_text(text, encoding="utf-8")

    def ask(*arguments: str) -> tuple[int, str, str]:
        code = run(["agreement", *(str(paths.get(it, it)) for it in arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return ask


def test_a_check_that_finds_something_prints_ledgers_and_ends_with_1(said: Said) -> None:
    code, out, err = said("check", "OLD")
    assert (code, err) == (1, "")
    assert out.startswith("Agreement acme@1: 12 loopholes\n\nstops-without-contact: first-response (SLA), 2 events\n")
    assert "Ticket example: resolution (SLA), cycle 1" in out
    assert "resolution (SLA): searched all " in out.splitlines()[-1]


def test_a_check_of_which_all_is_accepted_ends_with_0(said: Said) -> None:
    accepted = [word for kind in LoopholeKind for word in ("--accept", kind)]
    code, out, _ = said("check", "OLD", *accepted)
    assert code == 0
    assert out.startswith("Agreement acme@1: 0 loopholes\n")


def test_one_of_several_agreements_is_checked_by_its_id_or_its_version(said: Said) -> None:
    both = said("check", "MORE")[1].splitlines()
    assert {line.split(":")[0] for line in both if line.startswith("Agreement ") and "loophole" in line} == {
        "Agreement acme@1",
        "Agreement beta@7",
    }
    for which in ("beta", "beta@7"):
        assert said("check", "MORE", "--agreement", which)[1].startswith("Agreement beta@7: 3 loopholes\n")


def test_a_check_is_written_as_json(said: Said, tmp_path: Path) -> None:
    out = tmp_path / "found.json"
    assert said("check", "OLD", "--json", str(out))[0] == 1
    (found,) = json.loads(out.read_text(encoding="utf-8"))["agreements"]
    assert [*found] == ["agreement", "loopholes", "searched"]
    assert {it["kind"] for it in found["loopholes"]} <= {*LoopholeKind}
    assert found["loopholes"][0]["ledger"]["lines"][0]["what"] == "opened, P1, by customer"
    assert all(it["whole"] for it in found["searched"])


def test_two_files_that_promise_the_same_end_with_0(said: Said) -> None:
    code, out, _ = said("diff", "OLD", "SAME")
    assert code == 0
    assert out.count("they agree in all") == 2


def test_a_difference_is_told_by_both_ledgers_and_ends_with_1(said: Said) -> None:
    code, out, _ = said("diff", "OLD", "NEW")
    assert code == 1
    assert "the old one promises 4 h on office, the new one 2 h on office" in out
    assert (out.count("\nOld:\n"), out.count("\nNew:\n"), out.count("they agree in all")) == (1, 1, 1)


def test_open_tickets_whose_terms_move_are_listed(said: Said, tmp_path: Path) -> None:
    path = tmp_path / "diff.json"
    as_of = "2025-04-22T11:00+02:00"
    code, out, _ = said("diff", "OLD", "NEW", "--log", "LOG", "--as-of", as_of, "--json", str(path))
    assert code == 1
    assert "Open tickets whose terms or due instants move, as of 2025-04-22T09:00:00Z: 1\n" in out
    assert "T-2  resolution (cycle 1): 4 h on office, due 2025-04-22T12:00:00Z -> 2 h on office" in out
    found = json.loads(path.read_text(encoding="utf-8"))
    assert [*found] == ["agreements", "alone", "as_of", "impact"]
    assert [it["ticket"] for it in found["impact"]] == ["T-2"]


def test_without_an_instant_the_list_is_of_the_latest_in_the_log(said: Said) -> None:
    code, out, _ = said("diff", "OLD", "SAME", "--log", "LOG")
    assert code == 0
    assert out.endswith("Open tickets whose terms or due instants move, as of 2025-04-23T09:00:00Z: none\n")


def test_an_agreement_that_only_one_file_has_is_a_difference(said: Said) -> None:
    code, out, _ = said("diff", "OLD", "MORE")
    assert (code, out.splitlines()[-1]) == (1, "only the new file has beta")
    assert said("diff", "MORE", "OLD")[1].splitlines()[-1] == "only the old file has beta"
    assert said("diff", "OLD", "MORE", "--agreement", "acme")[0] == 0


def test_two_agreements_of_one_file_are_compared_by_name(said: Said) -> None:
    code, out, _ = said("diff", "MORE", "MORE", "--agreement", "acme", "--with", "beta@7")
    assert (code, out.splitlines()[0]) == (1, "acme@1 and beta@7")
    assert "only acme@1 promises first-response (SLA)" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "nothing.toml"], "nothing.toml: No such file or directory"),
        (["check", "OLD", "--agreement", "acne"], "has no agreement 'acne': did you mean acme?"),
        (["check", "OLD", "--agreement", "zebra"], "has no agreement 'zebra': it has acme"),
        (["check", "OLD", "--most", "10"], "more than 10 states can be reached"),
        (["check", "OLD", "--json", "OLD"], "is read or written already"),
        (["diff", "OLD", "NEW", "--as-of", "2025-04-22T11:00+02:00"], "are about a log: name it with --log"),
        (["diff", "OLD", "NEW", "--log", "LOG", "--as-of", "2025-04-22T11:00"], "--as-of: "),
        (["diff", "OLD", "NEW", "--log", "nowhere.jsonl"], "nowhere.jsonl"),
        (["diff", "OLD", "NEW", "--json", "LOG", "--log", "LOG"], "is read or written already"),
    ],
)
def test_what_is_wrong_is_refused_with_2(said: Said, arguments: list[str], message: str) -> None:
    code, out, err = said(*arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_a_kind_that_is_none_is_refused_with_2(said: Said) -> None:
    with pytest.raises(SystemExit) as left:
        said("check", "OLD", "--accept", "sloth")
    assert left.value.code == 2
