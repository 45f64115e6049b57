"""python -m examples.demo: makes a desk, audits it, and shows what there is to see. The same bytes every time."""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import slaengine as sla
from examples.demo.desk import AGREEMENTS, simulate
from examples.demo.story import Act
from slaengine.audit.run import audit
from slaengine.cli.outputs import progress
from slaengine.codec.documents import to_json
from slaengine.codec.files import write_whole
from slaengine.codec.lines import to_lines
from slaengine.reports.table import flag_text

FOLDER = Path("demo")
LOG, JSON, HTML = FOLDER / "tickets.jsonl", FOLDER / "audit.json", FOLDER / "audit.html"


def main() -> int:
    """0 when all of it was shown and written."""
    acts = make_log(LOG)
    findings = audit(sla.read_log(LOG), under=sla.read_agreements(AGREEMENTS), progress=progress("auditing tickets"))
    write_whole(JSON, [to_json(findings.data())])
    write_whole(HTML, [sla.html_report(findings, log=LOG.name, agreements=AGREEMENTS.name).encode()])
    show(findings)
    print("\n".join(closing_words(findings, acts)))
    return 0


def make_log(path: Path) -> tuple[Act, ...]:
    """Writes the log of the simulated desk; gives what was planted in it."""
    path.parent.mkdir(exist_ok=True)
    desk = simulate()
    write_whole(path, to_lines(desk.records))
    return desk.acts


def show(findings: sla.Findings) -> None:
    """The table, the worst breach, one flag."""
    print(sla.findings_table(findings).rstrip())
    for row in findings.worst():
        title("The breach with the largest overrun, line by line")
        print(findings.case(row.ticket).explain(row.target, findings.as_of, row.cycle).text().rstrip())
    for flag in foremost(findings):
        title("One of the flags, with its evidence")
        print(flag_text(findings.case(flag.ticket), flag).rstrip())


def title(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}")


def foremost(findings: sla.Findings) -> list[sla.Flag]:
    """The first of the flags with the highest score, if there are any."""
    return sorted(findings.flags, key=lambda flag: (-flag.score, flag.at, flag.ticket))[:1]


def closing_words(findings: sla.Findings, acts: Iterable[Act]) -> Iterable[str]:
    gamed = Counter(act.kind for act in acts if not act.honest)
    honest = sum(act.honest for act in acts)
    planted = ", ".join(f"{n} {kind}" for kind, n in sorted(gamed.items()))
    yield f"\nPlanted in this desk: {planted}; and {honest} honest acts that look like them."
    yield f"Written: {LOG} (the log), {HTML} (a report to open in a browser), {JSON} (every clock and flag)."
    yield "Try next:"
    for row in findings.worst():
        yield f"  {command()} explain {LOG} {row.ticket} --agreements {shown(AGREEMENTS)}"
    yield f"  {command()} audit {LOG} --agreements {shown(AGREEMENTS)} --as-of 2025-04-30T18:00+02:00"


def command() -> str:
    """How the command is called from here: it lies beside the interpreter."""
    beside = Path(sys.executable).with_name("slaengine")
    return str(shown(beside)) if beside.exists() else "slaengine"


def shown(path: Path) -> Path:
    """A path as one would type it here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
