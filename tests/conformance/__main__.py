"""python -m tests.conformance FORM FILE: prints each case that differs, then how many agree.

Exit codes: 0 all agree, 1 some differ, 2 the file cannot be used.
"""

import json
import lzma
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

Case: TypeAlias = Mapping[str, Any]
Differences: TypeAlias = Callable[[Case], Iterator[str]]

FORMS = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 2 or arguments[0] not in FORMS:
        return _refused(f"usage: python -m tests.conformance {'|'.join(FORMS)} FILE")
    form, path = arguments
    try:
        cases = read(Path(path))
    except OSError as error:
        return _refused(f"{path}: {error.strerror}")
    except (EOFError, ValueError, lzma.LZMAError) as error:
        return _refused(f"{path}: {error}")
    return run(cases, import_module(f"tests.conformance.{form}").differences)


def read(path: Path) -> list[Case]:
    """The cases of a file, plain or .xz. Raises OSError, ValueError or LZMAError, which say what is wrong with it."""
    whole = path.read_bytes()
    text = (lzma.decompress(whole) if path.suffix == ".xz" else whole).decode("utf-8")
    cases = json.loads(text)
    if not isinstance(cases, list) or not all(isinstance(case, dict) for case in cases):
        raise ValueError("not a list of cases")
    return cases


def run(cases: Sequence[Case], differences: Differences) -> int:
    agree = 0
    for number, case in enumerate(cases, 1):
        found = list(_tried(differences, case))
        agree += not found
        for difference in found:
            print(f"{case.get('id', f'case {number}')}: {difference}")
    print(f"{agree} of {len(cases)} agree")
    return 0 if agree == len(cases) else 1


def _tried(differences: Differences, case: Case) -> Iterator[str]:
    """A case that raises is a difference, not an end."""
    try:
        yield from differences(case)
    except Exception as error:  # noqa: BLE001 - whatever it is, the next case is run
        yield f"expected {case.get('expect')!r}, got {type(error).__name__}: {error}"


def _refused(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
