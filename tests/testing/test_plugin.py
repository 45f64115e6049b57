"""The plugin as a host's pytest sees it: in a process of its own, with every warning an error."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOG = """\
{"stream":"T-1","type":"opened","occurred_at":"2025-03-03T09:00:00+01:00","data":{"priority":"P2"}}
{"stream":"T-1","type":"resolved","occurred_at":"2025-03-03T11:00:00+01:00"}
"""
AGREEMENTS = """\
[calendars.office]
zone = "Europe/Berlin"
hours = "Mon-Fri 09:00-17:00"

[[agreements]]
id = "gold"

[[agreements.targets]]
metric = "resolution"
calendar = "office"
budgets = "4 h"
"""


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """The exit code of pytest with the plugin alone in a folder, and what it printed."""
    plugin = ("-p", "slaengine.testing.plugin")
    return pytest_in(folder, *plugin, *arguments, environment={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})


def pytest_in(folder: Path, *arguments: str, environment: Mapping[str, str]) -> tuple[int, str]:
    command = [sys.executable, "-W", "error", "-m", "pytest", "-p", "no:cacheprovider"]
    options = ["-c", os.devnull, "--rootdir", str(folder), "--import-mode=importlib", "--strict-markers", "-W", "error"]
    around = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    done = subprocess.run(
        [*command, *options, *arguments], cwd=folder, env=around, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "acme.jsonl").write_text(LOG, encoding="utf-8")
    (folder / "acme.toml").write_text(AGREEMENTS, encoding="utf-8")
    return folder


def test_the_fixtures_give_a_desk_of_ones_own_an_instant_and_golden_files(tmp_path: Path) -> None:
    (tmp_path / "test_host.py").write_text(
        """
import pytest
import slaengine as sla

@pytest.mark.slaengine_instant("2025-03-03T10:00Z")
def test_the_clock_of_the_desk_stands(desk, now):
    desk.do("T-1", sla.open_ticket(by="kim"))
    assert desk.ticket("T-1").opened_at == now == sla.instant("2025-03-03T10:00Z")

def test_the_desk_is_fresh(desk):
    assert desk.ticket("T-1") is None

def test_an_instant_must_be_given(now):
    pass

def test_golden(golden):
    golden("golden.txt").matches("one")
""",
        encoding="utf-8",
    )
    code, told = run(tmp_path)
    assert code == 1, told
    assert "2 passed" in told
    assert "the fixture `now` needs @pytest.mark.slaengine_instant" in told
    assert "there is no such golden file. To make it on purpose run pytest with --slaengine-update" in told
    code, told = run(tmp_path, "--slaengine-update", "-k", "golden")
    assert code == 0, told
    assert (tmp_path / "golden.txt").read_text(encoding="utf-8") == "one\n"
    assert run(tmp_path, "-k", "golden")[0] == 0


def test_a_golden_log_is_written_on_purpose_and_then_replayed(logs: Path) -> None:
    replay = ("--slaengine-replay", str(logs))
    code, told = run(logs, *replay)
    assert code == 1, told
    assert "acme.ledgers.txt: there is no such golden file" in told
    assert run(logs, *replay, "--slaengine-update")[0] == 0
    golden = (logs / "acme.ledgers.txt").read_text(encoding="utf-8")
    assert golden.startswith(
        "Events: 2; clocks: 1; as of 2025-03-03T10:00:00Z\n\nTicket T-1: resolution (SLA), cycle 1"
    )
    code, told = run(logs, "--slaengine-replay", ".", "-v")
    assert code == 0, told
    assert "acme.jsonl::ledgers PASSED" in told


def test_another_figure_fails_with_the_ledgers_aligned_and_nothing_of_the_plugin(logs: Path) -> None:
    replay = ("--slaengine-replay", str(logs))
    run(logs, *replay, "--slaengine-update")
    (logs / "acme.jsonl").write_text(LOG.replace("T11:00", "T14:00"), encoding="utf-8")
    code, told = run(logs, *replay)
    assert code == 1, told
    assert 'acme.ledgers.txt: differs ("-" is the golden file, "+" what is now)' in told
    assert "- resolution: met, 2 h of 4 h used" in told
    assert "+ resolution: breached" in told
    assert "def runtest" not in told


def test_a_log_without_agreements_fails_and_names_what_is_missing(logs: Path) -> None:
    (logs / "acme.toml").unlink()
    code, told = run(logs, "--slaengine-replay", str(logs))
    assert code == 1, told
    assert "acme.toml" in told


def test_a_folder_without_logs_is_refused_before_anything_runs(tmp_path: Path) -> None:
    code, told = run(tmp_path, "--slaengine-replay", "nowhere")
    assert code == 4, told
    assert "there is no golden log (NAME.jsonl) in it" in told


def test_replays_are_selected_like_other_tests(logs: Path) -> None:
    code, told = run(logs, "--slaengine-replay", str(logs), "-k", "nothing")
    assert code == 5, told
    assert "1 deselected" in told


def test_the_plugin_does_nothing_and_imports_nothing_unless_asked(tmp_path: Path) -> None:
    (tmp_path / "test_host.py").write_text(
        """
import sys

def test_nothing_is_loaded():
    heavy = {"attrs", "cattrs", "dateutil", "eventsourcing", "holidays", "msgspec", "numpy"}
    loaded = {name.partition(".")[0] for name in sys.modules}
    assert "slaengine.testing.plugin" in sys.modules
    assert not heavy & loaded, heavy & loaded
""",
        encoding="utf-8",
    )
    code, told = run(tmp_path)
    assert code == 0, told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["test_host.py"]


def test_pytest_finds_the_plugin_where_slaengine_is_installed(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    points = "".join(f"{name} = {where}\n" for name, where in project["entry-points"]["pytest11"].items())
    installed = tmp_path / "site" / "slaengine-0.1.0.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: slaengine\nVersion: 0.1.0\n", encoding="utf-8")
    (installed / "entry_points.txt").write_text(f"[pytest11]\n{points}", encoding="utf-8")
    path = os.pathsep.join((str(installed.parent), str(ROOT / "src")))
    code, told = pytest_in(tmp_path, "--fixtures", environment={"PYTHONPATH": path})
    assert code in (0, 5), told
    assert "desk -- " in told
    assert "A desk in memory, closed after the test." in told


def test_what_is_set_aside_stands_in_the_golden_ledgers(logs: Path) -> None:
    with (logs / "acme.jsonl").open("a", encoding="utf-8") as log:
        log.write('{"stream":"T-1","type":"no-such-event","occurred_at":"2025-03-03T11:00:00+01:00"}\n')
    assert run(logs, "--slaengine-replay", str(logs), "--slaengine-update")[0] == 0
    assert "Set aside, line 3: " in (logs / "acme.ledgers.txt").read_text(encoding="utf-8")


def test_the_scenarios_and_golden_files_need_no_pytest_and_no_hypothesis() -> None:
    program = "import sys; from slaengine.testing import aligned, golden, scenario; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    loaded = subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True
    )
    assert "slaengine.testing.scenarios" in loaded.stdout.split()
    assert not {"pytest", "hypothesis"} & {*loaded.stdout.split()}
