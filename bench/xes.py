"""The import of the Italian help desk's XES (21,348 events), beside a bare iterparse of the same file.

Twice: iterparse as it stands, which keeps the whole tree, and one that lets go of each trace. Both give elements and
nothing else; the import gives records with ids, actors and facts. The log is not part of the project: see volvo.py.
"""

import gzip
from collections.abc import Iterator
from functools import partial
from xml.etree.ElementTree import iterparse

from bench.timing import Row, paired
from bench.volvo import FILES, SHARED
from slaengine.importers.csv_log import read_csv
from slaengine.importers.mapping_file import read_mapping
from slaengine.importers.xes import read_mapped_xes, xes_records

LOG = SHARED / "data" / "helpdesk.xes.gz"
CSV = SHARED / "data" / "helpdesk_italian.csv.xz"
REPEATS = 5
EVENTS = 21_348
NAMES = ("case:concept:name", "concept:name", "time:timestamp", "org:resource", "seriousness_2", "workgroup")


def rows() -> Iterator[Row]:
    """The rows of this benchmark, for `python -m bench`."""
    if not LOG.exists():
        yield Row("import of an XES", 0.0, "", note="no log: name its folder in SLAENGINE_SHARED")
        return
    mapping, csv_mapping = (read_mapping(FILES / f"{name}.mapping.toml") for name in ("helpdesk-xes", "helpdesk"))
    medians = paired(
        {
            "bare": bare,
            "letting go": letting_go,
            "events": lambda: sum(1 for _ in xes_records(LOG, NAMES)),
            "import": partial(read_mapped_xes, LOG, mapping),
            "csv": partial(read_csv, CSV, csv_mapping),
        },
        REPEATS,
    )
    each = {name: seconds / EVENTS for name, seconds in medians.items()}
    yield Row("import of an XES, per event", each["import"], "bare iterparse", each["bare"], at_most=1.5)
    yield Row("import of an XES, per event", each["import"], "iterparse, traces cleared", each["letting go"])
    yield Row(
        "events of an XES, unmapped", each["events"], "iterparse, traces cleared", each["letting go"], at_most=1.5
    )
    yield Row("import of an XES, per event", each["import"], "the CSV edition", each["csv"])


def bare() -> None:
    """iterparse, and nothing with what it gives."""
    with gzip.open(LOG) as file:
        for _ in iterparse(file):  # noqa: S314  # what is measured
            pass


def letting_go() -> None:
    """iterparse, with each trace cleared when it is whole."""
    with gzip.open(LOG) as file:
        for _, element in iterparse(file):  # noqa: S314  # what is measured
            if element.tag.endswith("trace"):
                element.clear()
