"""CSV -> a log, through a mapping."""

from __future__ import annotations

from pathlib import Path

from slaengine.audit.log import Log
from slaengine.importers.mapped import mapped_log
from slaengine.importers.mapping import LogMapping
from slaengine.importers.records import records


def read_csv(path: str | Path, mapping: LogMapping) -> Log:
    """The log of a CSV file, plain or compressed. See mapped_log for what becomes of its rows."""
    path = Path(path)
    return mapped_log(path, mapping, lambda _: records(path, mapping.delimiter))
