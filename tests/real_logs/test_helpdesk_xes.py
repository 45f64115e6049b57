"""The Italian help desk's log, which was published twice: as XES and as CSV. Both tell of the same tickets."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from slaengine.audit.log import Log
from slaengine.audit.run import audit
from slaengine.codec.agreements import read_agreements
from slaengine.codec.lines import digest
from slaengine.domain import events as e
from slaengine.importers.logs import read_log
from slaengine.importers.xes_export import write_xes
from slaengine.instants import Instant

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "logs"
TOLD_BY_THE_XES_ALONE = (e.Prioritised, e.Classified)
"""The CSV has no seriousness, so that assigning it can only be a classification."""


@cache
def xes(shared: Path) -> Log:
    return read_log(shared / "data" / "helpdesk.xes.gz", mapping=EXAMPLES / "helpdesk-xes.mapping.toml")


@cache
def csv(shared: Path) -> Log:
    return read_log(shared / "data" / "helpdesk_italian.csv.xz", mapping=EXAMPLES / "helpdesk.mapping.toml")


def test_every_event_is_told_as_many_as_were_published(shared: Path) -> None:
    log = xes(shared)
    assert log.rejected == ()
    assert len(set(log.lines.values())) == 21_348
    assert len({record.stream for record in log.records}) == 4_580
    assert sum(isinstance(record.event, e.Prioritised) for record in log.records) == 4_938


def test_both_editions_tell_the_same_of_the_same_tickets(shared: Path) -> None:
    assert told(xes(shared)) == told(csv(shared))


def test_the_clocks_of_both_editions_agree(shared: Path) -> None:
    """The budget is one for all priorities: what the XES alone tells changes no clock."""
    assert clocks(xes(shared)) == clocks(csv(shared))
    assert len(clocks(xes(shared))) == 4_580


def test_the_log_comes_back_from_an_export(shared: Path, tmp_path: Path) -> None:
    log = xes(shared)
    write_xes(log, tmp_path / "log.xes.xz")
    back = read_log(tmp_path / "log.xes.xz")
    assert digest(back.records) == digest(log.records)
    assert back.lacks == log.lacks


def told(log: Log) -> dict[str, Sequence[tuple[Instant, str, str]]]:
    """By ticket: when, what and by whom, in the order of the log."""
    found: dict[str, list[tuple[Instant, str, str]]] = {}
    for record in log.records:
        kind = (
            "assigned seriousness" if isinstance(record.event, TOLD_BY_THE_XES_ALONE) else type(record.event).__name__
        )
        by = record.event.by.id if record.event.by else ""
        found.setdefault(ticket(record.stream), []).append((record.event.occurred_at, kind, by))
    return {name: sorted(events) for name, events in found.items()}


def clocks(log: Log) -> set[tuple[str, int, int, int, str]]:
    book = read_agreements(EXAMPLES / "helpdesk.agreements.toml")
    rows = audit(log, under=book, as_of="2014-06-01T00:00Z").clocks
    return {(ticket(row.ticket), row.cycle, row.used, row.paused, row.verdict) for row in rows}


def ticket(name: str) -> str:
    """One edition writes "Case 1", the other "Case1"."""
    return name.replace(" ", "")
