"""The pytest plugin of slaengine: fixtures for tests of a desk, golden files, and golden logs that are replayed.

pytest finds it by itself where slaengine is installed. It imports nothing but pytest until a test asks for something.

- `desk`: a fresh Desk in memory, of the test's own.
- `now`: the instant of the marker `slaengine_instant("2025-03-03T10:00Z")`, by which the clock of `desk` stands too.
- `golden`: `golden("ledger.txt").matches(text)`, a file beside the test's own.
- `--slaengine-replay DIR`: replay every golden log of a folder, each a test; see `slaengine.testing.replay`.
- `--slaengine-update`: write golden files and golden ledgers instead of comparing them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from slaengine.eventstore.desk import Desk
    from slaengine.instants import Instant
    from slaengine.testing.goldens import Golden

_MARKER = "slaengine_instant"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The two options, in a group of their own."""
    group = parser.getgroup("slaengine")
    group.addoption("--slaengine-replay", metavar="DIR", help="replay the golden logs of a folder, each as a test")
    group.addoption(
        "--slaengine-update", action="store_true", help="write golden files and golden ledgers instead of comparing"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker; refuses a folder that is none before anything runs."""
    config.addinivalue_line("markers", f"{_MARKER}(when): the instant of the fixture `now` and of the clock of `desk`")
    folder = _folder(config)
    if folder is not None and not _logs(folder):
        raise pytest.UsageError(f"--slaengine-replay {folder}: there is no golden log (NAME.jsonl) in it")


@pytest.hookimpl(tryfirst=True)  # so that -k and -m select among the replays too
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Adds a test for each golden log, if asked to."""
    folder = _folder(config)
    for log in [] if folder is None else _logs(folder):
        items.extend(GoldenLog.from_parent(session, path=log).collect())


class GoldenLog(pytest.File):
    """The file of a golden log."""

    def collect(self) -> Iterator[pytest.Item]:
        """One test for all ledgers of the log."""
        yield Replay.from_parent(self, name="ledgers")


class Replay(pytest.Item):
    """A golden log that is replayed under its agreements."""

    def runtest(self) -> None:
        """Raises AssertionError where a ledger is another than the golden one."""
        from slaengine.testing.replay import replay

        replay(self.path, update=_updates(self.config))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: str | None = None) -> str:
        """The message alone: whoever reads it has no use for the lines of this plugin."""
        from slaengine.errors import SlaError

        if isinstance(excinfo.value, AssertionError | SlaError):
            return str(excinfo.value)
        return str(excinfo.getrepr(style="long"))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the log lies."""
        return self.path, None, f"replay of {self.path.name}"


@pytest.fixture
def now(request: pytest.FixtureRequest) -> Instant:
    """The instant of the marker `slaengine_instant`; the test fails where it has none."""
    found = _marked(request)
    if found is None:
        raise pytest.UsageError(f'the fixture `now` needs @pytest.mark.{_MARKER}("2025-03-03T10:00Z") on the test')
    return found


@pytest.fixture
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A desk in memory, closed after the test. With the marker `slaengine_instant` its clock stands at that instant."""
    from slaengine.eventstore.desk import Desk, wall_clock

    stands = _marked(request)
    with Desk(":memory:", clock=wall_clock if stands is None else lambda: stands) as fresh:
        yield fresh


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str | Path], Golden]:
    """A golden file by its path, seen from the folder of the test; written with --slaengine-update."""
    from slaengine.testing.goldens import Golden

    folder, update = request.path.parent, _updates(request.config)
    return lambda path: Golden(folder / path, update)


def _marked(request: pytest.FixtureRequest) -> Instant | None:
    from slaengine.instants import as_instant

    mark = request.node.get_closest_marker(_MARKER)
    if mark is None:
        return None
    if len(mark.args) != 1 or mark.kwargs:
        raise pytest.UsageError(f'@pytest.mark.{_MARKER} takes one instant: ("2025-03-03T10:00Z")')
    return as_instant(mark.args[0])


def _updates(config: pytest.Config) -> bool:
    return bool(config.getoption("--slaengine-update"))


def _folder(config: pytest.Config) -> Path | None:
    given = config.getoption("--slaengine-replay")
    return None if given is None else (config.invocation_params.dir / given).resolve()


def _logs(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jsonl"))
