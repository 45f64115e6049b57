"""python -m bench: every module here that has rows(), printed and written to bench/results.json.

python -m bench NAME ...: only these modules, printed.
"""

import json
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from attrs import asdict

from bench.timing import Row

HERE = Path(__file__).parent


def main(names: Sequence[str]) -> int:
    """0, or 1 where a goal is missed."""
    measured: dict[str, list[Row]] = {}
    for name in names or modules():
        measured[name] = list(printed(import_module(f"bench.{name}").rows()))
    if not names:
        (HERE / "results.json").write_text(json.dumps(results(measured), indent=2) + "\n", encoding="utf-8")
    return int(any(row.holds is False for rows in measured.values() for row in rows))


def modules() -> list[str]:
    """The modules here that have rows."""
    names = sorted(path.stem for path in HERE.glob("[a-z]*.py"))
    return [name for name in names if hasattr(import_module(f"bench.{name}"), "rows")]


def printed(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        print(line(row), flush=True)
        yield row


def line(row: Row) -> str:
    verdict = {True: "reached", False: "MISSED", None: ""}[row.holds]
    beside = row.note if row.ratio is None else f"{row.ratio:8.2f}x {goal(row)} {verdict}"
    return f"{row.work:40} {row.seconds * 1e6:10.3f} us  {row.peer:28} {beside}"


def goal(row: Row) -> str:
    if row.at_most is not None:
        return f"(at most {row.at_most:g})"
    return "" if row.at_least is None else f"(at least {row.at_least:g})"


def results(measured: dict[str, list[Row]]) -> dict[str, object]:
    """All figures, with the names of what they were taken on, but not of where."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": f"{platform.system()} {platform.machine()}",
        "rows": [
            {"module": name, **asdict(row), "ratio": row.ratio, "holds": row.holds}
            for name, rows in measured.items()
            for row in rows
        ],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
