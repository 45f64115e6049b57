"""The suite under a mutant, in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from time import monotonic

from attrs import frozen

from tests.conftest import ROOT


@frozen
class Ended:
    """How a run of tests ended. test: the first that failed; code: as pytest gives it, 1 where a test failed."""

    code: int
    test: str | None
    seconds: float
    told: str

    @property
    def is_caught(self) -> bool:
        """Whether a test failed, or a file of tests when it was imported."""
        return self.test is not None


def run(arguments: Sequence[str], mutant: str | None = None) -> Ended:
    """Runs pytest with these arguments; the same examples each time, and nothing is remembered."""
    switched = [] if mutant is None else ["--mutant", mutant]
    plugins = ["-p", "tests.mutants.plugin", "-p", "no:cacheprovider"]
    began = monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *switched, "-q", "--tb=line", *arguments],
        cwd=ROOT,
        env={**os.environ, "CI": "1", "HYPOTHESIS_PROFILE": "default"},  # the same examples each time
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout, flags=re.MULTILINE)
    return Ended(done.returncode, found and found[1], monotonic() - began, done.stdout + done.stderr)
