"""Golden logs: a log, its agreements, and every ledger that followed from them when somebody looked and found it right.

A folder of golden logs holds, for each, `NAME.jsonl` (canonical JSON Lines), `NAME.toml` (the agreements), and
`NAME.ledgers.txt`: the ledger of every clock, as of the latest instant in the log, and what was set aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from slaengine.audit.findings import Findings
from slaengine.audit.log import Log
from slaengine.audit.run import audit
from slaengine.codec.agreements import read_agreements
from slaengine.importers.jsonl import read_jsonl
from slaengine.instants import iso
from slaengine.policies.book import Book
from slaengine.testing.goldens import golden


def replay(log: str | Path, *, update: bool = False) -> None:
    """Replay one golden log and compare every ledger with the golden ones. update: write them instead.

    Raises AssertionError, with the differences aligned, where a ledger is another; InputError or AgreementError where
    the log or its agreements cannot be read.
    """
    path = Path(log)
    text = ledgers(read_jsonl(path), read_agreements(path.with_suffix(".toml")))
    golden(golden_ledgers(path), update=update).matches(text)


def golden_ledgers(log: Path) -> Path:
    """Where the golden ledgers of a log are kept."""
    return log.with_suffix(".ledgers.txt")


def ledgers(log: Log, book: Book) -> str:
    """The ledger of every clock of a log, one below the other, and what was set aside. It tells no path."""
    found = audit(log, under=book)
    return "\n\n".join(_parts(found))


def _parts(found: Findings) -> Iterator[str]:
    yield f"Events: {found.events}; clocks: {len(found.clocks)}; as of {iso(found.as_of)}"
    for row in found.clocks:
        yield found.case(row.ticket).explain(row.target, found.as_of, row.cycle).text()
    for aside in found.quarantine:
        yield f"Set aside, line {aside.line}: {aside.reason}"
