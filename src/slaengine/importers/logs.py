"""A log of any known format, chosen by its name."""

from __future__ import annotations

from pathlib import Path

from slaengine.audit.log import Log
from slaengine.errors import InputError
from slaengine.importers.csv_log import read_csv
from slaengine.importers.jsonl import read_jsonl
from slaengine.importers.mapping_file import read_mapping
from slaengine.importers.reading import format_of
from slaengine.importers.xes import read_mapped_xes
from slaengine.importers.xes_export import read_own_xes


def read_log(path: str | Path, *, mapping: str | Path | None = None) -> Log:
    """The log that a file holds: canonical JSON Lines (`.jsonl`), CSV (`.csv`) or XES (`.xes`).

    CSV and XES need a mapping file, but for an XES that `write_xes` wrote. All may be compressed (`.gz`, `.xz`). What
    cannot be read stands in `Log.rejected`, with its line.
    Raises InputError for a file or a mapping that is of no use as a whole.
    """
    path = Path(path)
    match format_of(path):
        case ".jsonl" if mapping is None:
            return read_jsonl(path)
        case ".jsonl":
            raise InputError(f"{path}: canonical JSON Lines need no mapping: leave {mapping} out")
        case ".csv" if mapping is not None:
            return read_csv(path, read_mapping(mapping))
        case ".csv":
            raise InputError(f"{path}: needs a mapping file that tells what its columns mean: name it with --mapping")
        case ".xes":
            return read_own_xes(path) if mapping is None else read_mapped_xes(path, read_mapping(mapping))
        case _:
            known = "a log is called .jsonl, .csv or .xes, perhaps with .gz or .xz after it"
            raise InputError(f"{path}: its name does not tell what it holds: {known}")
