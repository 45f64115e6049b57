"""Frozen schedules under other versions of the packages that they were looked up with, each in a folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from tests.conftest import ROOT

OTHERS = ("python-dateutil==4.0.0", "holidays==0.60", "tzdata==2024.1")


def asked(frozen: Path, *folders: Path) -> Mapping[str, Any]:
    """What is answered where the packages of the folders stand before those of this interpreter."""
    before = [str(path) for path in (*folders, ROOT / "src", ROOT)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(before), "PYTHONTZPATH": ""}  # tzdata's own zones
    run = [sys.executable, "-m", "tests.policies.installed", str(frozen)]
    done = subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


def install(requirement: str, folder: Path) -> Path:
    """The package alone, whatever others say of its version; skips the test where there is none to be had."""
    said = []
    for installer in installers():
        run = [*installer, "install", "--quiet", "--no-deps", "--target", str(folder), requirement]
        done = subprocess.run(run, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return folder
        said.append(done.stderr.strip().splitlines()[-1:])
    pytest.skip(f"nothing can install {requirement} here: {said}")


def installers() -> list[list[str]]:
    """The pip of this environment, uv, and the pip of any other Python: an environment may have none of its own."""
    others = [path for name in ("python3", "python") if (path := which(name)) and path != sys.executable]
    own = [[sys.executable, "-m", "pip"], ["uv", "pip"]] if which("uv") else [[sys.executable, "-m", "pip"]]
    return [*own, *([path, "-m", "pip"] for path in others)]


@pytest.mark.slow
def test_frozen_schedules_answer_alike_under_every_version_of_what_they_were_looked_up_with(tmp_path: Path) -> None:
    folders = {it: install(it, tmp_path / it.partition("=")[0]) for it in OTHERS}
    frozen = tmp_path / "frozen"
    frozen.mkdir()
    here = asked(frozen)
    assert here["built"] == {name: digest for name, (digest, *_) in here["frozen"].items()}
    assert set(here["drift"].values()) == {0}
    for requirement, folder in folders.items():
        name, _, version = requirement.partition("==")
        there = asked(frozen, folder)
        assert there["installed"] == {**here["installed"], name: version}
        assert there["frozen"] == here["frozen"]
    together = asked(frozen, *folders.values())
    assert together["frozen"] == here["frozen"]
    assert together["drift"]["asuncion"] > 0  # Paraguay gave up summer time after tzdata 2024.1
    assert together["built"]["asuncion"] != here["built"]["asuncion"]


@pytest.mark.slow
def test_windows_are_the_same_by_dateutil_2_and_4(tmp_path: Path) -> None:
    four = install(OTHERS[0], tmp_path / "dateutil")
    frozen = tmp_path / "frozen"
    frozen.mkdir()
    assert asked(frozen, four)["built"] == asked(frozen)["built"]
