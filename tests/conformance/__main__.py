"""python -m tests.conformance FORM PATH: prints each case, or clock, that differs, then how many agree.

Exit codes: 0 all agree, 1 some differ, 2 the file or the directory cannot be used.
"""

import json
import lzma
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from tests.conformance.lines import refused, say

Case: TypeAlias = Mapping[str, Any]
Differences: TypeAlias = Callable[[Case], Iterator[str]]

DEEPEST = 50
"""So many objects and lists may stand in one another."""

FORMS = {"calendar": "FILE", "sla": "FILE", "desk": "DIR"}
"""Each form, and what it is read from."""


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 2 or arguments[0] not in FORMS:
        usage = " | ".join(f"{form} {source}" for form, source in FORMS.items())
        return refused(f"usage: python -m tests.conformance {usage}")
    form, path = arguments
    module = import_module(f"tests.conformance.{form}")
    return module.main(Path(path)) if FORMS[form] == "DIR" else _run_file(path, module.differences)


def _run_file(path: str, differences: Differences) -> int:
    try:
        cases = read(Path(path))
    except OSError as error:
        return refused(f"{path}: {error.strerror}")
    except RecursionError:
        return refused(f"{path}: is nested too deeply")
    except (EOFError, ValueError, lzma.LZMAError) as error:
        return refused(f"{path}: {error}")
    return run(cases, differences)


def read(path: Path) -> list[Case]:
    """The cases of a file, plain or .xz. Raises OSError, ValueError or LZMAError, which say what is wrong with it."""
    whole = path.read_bytes()
    text = (lzma.decompress(whole) if path.suffix == ".xz" else whole).decode("utf-8")
    cases = json.loads(text)
    if not isinstance(cases, list) or not all(isinstance(case, dict) for case in cases):
        raise ValueError("not a list of cases")
    if _is_too_deep(cases):
        raise ValueError("is nested too deeply")
    for number, case in enumerate(cases, 1):
        if not _is_whole(str(case.get("id", ""))):
            raise ValueError(f"case {number} has the id {case['id']!r}, with half a character (a lone surrogate)")
    return cases


def _is_too_deep(given: Any) -> bool:
    """Whether more stands in one another than any case needs."""
    level = [given]
    for _ in range(DEEPEST):
        level = [item for value in level for item in _items(value)]
    return bool(level)


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def run(cases: Sequence[Case], differences: Differences) -> int:
    agree = 0
    for number, case in enumerate(cases, 1):
        found = list(_tried(differences, case))
        agree += not found
        for difference in found:
            say(f"{case.get('id', f'case {number}')}: {difference}")
    print(f"{agree} of {len(cases)} agree")
    return 0 if agree == len(cases) else 1


def _tried(differences: Differences, case: Case) -> Iterator[str]:
    """A case that raises is a difference, not an end."""
    try:
        yield from differences(case)
    except Exception as error:  # noqa: BLE001 - whatever it is, the next case is run
        yield f"expected {case.get('expect')!r}, got {type(error).__name__}: {error}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
