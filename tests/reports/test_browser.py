"""The page in a browser: it renders without complaint and stays within its window."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from slaengine.audit.findings import Findings
from slaengine.reports.html import html_report
from tests.reports.sample import hostile, small

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--enable-logging=stderr",
    "--virtual-time-budget=2000",
    "--allow-file-access-from-files",  # the frame asks the page within it how wide it is
)
FRAME = """<!doctype html><meta charset="utf-8"><body style="margin:0">
<iframe id="page" src="page.html" style="border:0;width:{width}px;height:900px"></iframe><script>
onload = () => {{
  const page = document.getElementById("page").contentDocument.documentElement
  document.title = page.scrollWidth + " of " + page.clientWidth + ", " + page.querySelectorAll("svg.timeline").length
}}
</script>"""


@pytest.mark.skipif(not BROWSER, reason="no chromium in this place: install it to see the page rendered")
@pytest.mark.parametrize("width", [1200, 700])
@pytest.mark.parametrize("findings", [small, hostile], ids=["small", "hostile"])
def test_the_page_renders_without_complaint_and_within_its_window(
    findings: Callable[[], Findings], width: int, tmp_path: Path
) -> None:
    page = html_report(findings())
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.format(width=width), encoding="utf-8")
    pictures = page.count('class="timeline"')
    shown = _browsed(frame, tmp_path / "profile")
    assert f"<title>{width} of {width}, {pictures}</title>" in shown.stdout
    assert [line for line in shown.stderr.splitlines() if "CONSOLE" in line] == []


def _browsed(page: Path, profile: Path) -> subprocess.CompletedProcess[str]:
    command = [BROWSER, *QUIET, f"--user-data-dir={profile}", "--dump-dom"]
    return subprocess.run([*command, page.as_uri()], check=True, capture_output=True, text=True, timeout=120)
