"""python -m tests.mutants [NAME...]: runs the quick suite under each mutant, or those named, until a test fails.

Prints for each the test that caught it and the seconds. Exit codes: 0 all were caught, 1 one was not, 2 no such name.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.mutants.catalogue import BY_NAME, Mutant
from tests.mutants.suite import Ended, run

QUICK = ("-m", "not slow", "-x")


def main(names: Sequence[str]) -> int:
    """The exit code."""
    if unknown := [name for name in names if name not in BY_NAME]:
        sys.stderr.write(f"there is no mutant {', '.join(unknown)}: choose among {', '.join(BY_NAME)}\n")
        return 2
    chosen = [BY_NAME[name] for name in names or BY_NAME]
    survivors = [mutant.name for number, mutant in enumerate(chosen, 1) if not _is_caught(mutant, number, len(chosen))]
    sys.stdout.write(f"{len(chosen) - len(survivors)} of {len(chosen)} caught\n")
    return 1 if survivors else 0


def _is_caught(mutant: Mutant, number: int, of: int) -> bool:
    _progress(f"{number} of {of}: {mutant.name} ...")
    ended = run(QUICK, mutant.name)
    _progress("")
    sys.stdout.write(f"{mutant.name}: {_told(ended)} ({ended.seconds:.0f} s)\n")
    sys.stdout.flush()
    return ended.is_caught


def _told(ended: Ended) -> str:
    """Where a file of tests asks the package while it is imported, it may be all that is told of it."""
    if ended.test is None:
        return "SURVIVED" if ended.code == 0 else f"NOT TRIED, as pytest could not run\n{ended.told}"
    return f"caught by {ended.test}{'' if '::' in ended.test else ', as soon as it was imported'}"


def _progress(text: str) -> None:
    """Shows what is being done, on a terminal only; what follows takes its place."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
