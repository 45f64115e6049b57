"""Texts that are kept as files: rewritten only on purpose, with SLAENGINE_UPDATE_GOLDEN=1."""

import os
from pathlib import Path

from slaengine.audit.findings import Findings

GOLDEN = Path(__file__).with_name("golden")


def check_golden(name: str, text: str, findings: Findings) -> None:
    """Asserts that a text is what its file holds, apart from the digest of the findings.

    That digest covers the form of every event, which these texts do not show.
    """
    path = GOLDEN / name
    settled = text.replace(findings.digest, "d" * 64).replace(findings.digest[:12], "d" * 12)
    if os.environ.get("SLAENGINE_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(settled, encoding="utf-8")
    assert settled == path.read_text(encoding="utf-8"), f"{name} differs: SLAENGINE_UPDATE_GOLDEN=1 takes the new text"
