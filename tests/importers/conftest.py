"""A CSV log and its mapping, as texts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from slaengine.audit.log import Log
from slaengine.importers.logs import read_log

Import = Callable[[str, str], Log]


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """Imports a CSV text through a mapping text."""

    def run(mapping: str, text: str) -> Log:
        (tmp_path / "m.toml").write_text(mapping, encoding="utf-8")
        (tmp_path / "log.csv").write_text(text, encoding="utf-8", newline="")
        return read_log(tmp_path / "log.csv", mapping=tmp_path / "m.toml")

    return run
