"""How deep Hypothesis searches, and where the shared case files and logs lie."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SLAENGINE_SHARED") or ROOT.parent / "shared")
"""Case files and real logs that may not be redistributed: tests that need them are skipped where it is absent."""

settings.register_profile("default", max_examples=50, deadline=None, derandomize="CI" in os.environ)
settings.register_profile("ci", max_examples=150, deadline=None, derandomize=True, print_blob=True)
settings.register_profile("deep", max_examples=1000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared folder; skips the test where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("no shared folder: name it in SLAENGINE_SHARED to run this test")
    return SHARED
