"""Texts that are kept as files beside this one: rewritten only on purpose, with SLAENGINE_UPDATE_GOLDEN=1."""

import os
from pathlib import Path

GOLDEN = Path(__file__).with_name("golden")


def check_golden(name: str, text: str) -> None:
    """Asserts that a text is what its file holds."""
    path = GOLDEN / name
    if os.environ.get("SLAENGINE_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{name} differs: SLAENGINE_UPDATE_GOLDEN=1 takes the new text"
