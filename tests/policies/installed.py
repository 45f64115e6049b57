"""python -m tests.policies.installed FOLDER: what frozen schedules answer under the packages that are installed.

The first time, the folder being empty, the schedules are built and frozen there. Prints JSON.
"""

import json
import sys
import warnings
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import slaengine as sla

PACKAGES = ("python-dateutil", "holidays", "tzdata")


def built() -> dict[str, sla.Schedule]:
    """A zone that gave up summer time in 2024, one that keeps it, and windows by a rule."""
    years = (2020, 2030)
    nights = "Mon-Fri 22:00-06:00+1; Sat 09:00-12:00"
    monthly = "FREQ=MONTHLY;BYDAY=2SA"
    return {
        "asuncion": sla.Schedule("America/Asuncion", nights, holidays="PY", years=years),
        "berlin": sla.Schedule("Europe/Berlin", nights, holidays=["DE-BE", "2025-12-24"], years=years),
        "windows": sla.windows("America/Asuncion", monthly, start="2020-01-11T22:00", length="6 h", years=years),
    }


def answers(schedule: sla.Schedule) -> list[str]:
    """Many figures, as text: the instants, and the clocks in which they are shown."""
    starts = [datetime(2021, 1, 1, tzinfo=UTC) + n * timedelta(days=5, hours=7) for n in range(500)]
    return [
        f"{schedule.due(start, sla.hours(2)).isoformat()} {schedule.elapsed(start, start + timedelta(days=20))}"
        for start in starts
    ]


def report(folder: Path) -> dict[str, Any]:
    """By name: the digest, the answers and the drift of each frozen schedule, and the digest of one built now."""
    if not any(folder.iterdir()):
        for name, schedule in built().items():
            sla.write_schedule(schedule, folder / f"{name}.json")
    warnings.simplefilter("ignore", sla.DriftWarning)
    read = {path.stem: sla.read_schedule(path) for path in sorted(folder.glob("*.json"))}
    return {
        "installed": {name: version(name) for name in PACKAGES},
        "frozen": {name: [it.calendar.digest, *answers(it)] for name, it in read.items()},
        "drift": {name: len(it.drift()) for name, it in read.items()},
        "built": {name: it.calendar.digest for name, it in built().items()},
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(report(Path(sys.argv[1]))))
