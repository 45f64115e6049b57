"""The fenced blocks of the documentation, carried out as a reader would: page by page, from top to bottom.

- `toml NAME`, `csv NAME`, `jsonl NAME`, `xml NAME`, `ical NAME`: written to a file of that name, which the text before
  must give. With a name or without, toml is TOML and each line of jsonl a canonical line.
- `python`: run; blocks of one page share their names.
- `text output`: what the python block before prints. "..." stands for anything, as in doctest.
- `console`: each line after "$ " is a command (see COMMANDS), below it what that prints; `console logs`: the same, if
  the real logs are at hand.

Blocks of any other kind (`sh`, `text`) are for the eye only. The folder of a page holds `examples` of the repository.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from difflib import unified_diff
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import SkipTest

from attrs import define, field, frozen
from sybil import Document, Example, Region

from slaengine.codec.lines import LineReader
from tests.conftest import ROOT, SHARED

LOGS = SHARED / "data"
PAGES = ("README.md", "docs/*.md", "docs/*/*.md")

_FENCE = re.compile(r"^```(?P<kind>\w+)(?: (?P<name>\S+))?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_NEAR = 600
"""So many characters before a file's block its name must stand."""


@frozen
class Block:
    """name: of the file, or the word that says what the block is. line: the first of its text, from 1."""

    kind: str
    name: str | None
    text: str
    line: int


@define
class Page:
    """What a reader of one page has at hand."""

    folder: TemporaryDirectory[str] = field(factory=TemporaryDirectory)
    home: Path = field(factory=Path.cwd)
    printed: str = ""
    status: int = 0

    def open(self) -> None:
        os.chdir(self.folder.name)
        Path("examples").symlink_to(ROOT / "examples")

    def close(self) -> None:
        os.chdir(self.home)
        self.folder.cleanup()


def open_page(namespace: dict[str, Any]) -> None:
    """Before the first block of a page."""
    namespace["__page__"] = page = Page()
    page.open()


def close_page(namespace: dict[str, Any]) -> None:
    """After the last block of a page."""
    namespace["__page__"].close()


def blocks(document: Document) -> Iterator[Region]:
    """The blocks of a page that are carried out."""
    for found in _FENCE.finditer(document.text):
        line = document.text.count("\n", 0, found.start("text")) + 1
        block = Block(found["kind"], found["name"], found["text"], line)
        if evaluator := _evaluator(block):
            yield Region(found.start(), found.end(), block, evaluator)


def _evaluator(block: Block) -> Callable[[Example], str | None] | None:
    match block:
        case Block(kind="python"):
            return run_python
        case Block(kind="console", name="logs"):
            return run_console_on_logs
        case Block(kind="console"):
            return run_console
        case Block(kind="text", name="output"):
            return compare_output
        case Block(kind="toml" | "csv" | "jsonl" | "xml" | "ical"):
            return write_file
    return None


def write_file(example: Example) -> str | None:
    """The file of a block."""
    block: Block = example.parsed
    match block.kind:
        case "toml":
            tomllib.loads(block.text)
        case "jsonl":
            reader = LineReader()
            for number, line in enumerate(block.text.splitlines(), start=1):
                reader.read(line.encode(), number)
    if block.name is None:
        return None
    Path(block.name).write_text(block.text, encoding="utf-8")
    before = example.document.text[max(0, example.start - _NEAR) : example.start]
    return None if f"`{block.name}`" in before else f"the text before the block does not name the file `{block.name}`"


def run_python(example: Example) -> None:
    """The code of a block, among the names of the blocks before."""
    block: Block = example.parsed
    code = compile("\n" * (block.line - 1) + block.text, example.path, "exec", dont_inherit=True)
    printed = StringIO()
    with redirect_stdout(printed):
        exec(code, example.namespace)  # noqa: S102  # what the page shows is what is tested
    example.namespace["__page__"].printed = printed.getvalue()


def compare_output(example: Example) -> str | None:
    """What a page says was printed, beside what was."""
    return _difference(example.parsed.text, example.namespace["__page__"].printed)


def run_console(example: Example) -> str | None:
    """The commands of a block, each with what it prints."""
    page: Page = example.namespace["__page__"]
    for command, shown in _commands(example.parsed.text):
        if difference := _difference(shown, _run(page, command)):
            return f"$ {command}\n{difference}"
    return None


def run_console_on_logs(example: Example) -> str | None:
    """The same in a folder that holds the real logs; skipped where there are none."""
    if not LOGS.is_dir():
        raise SkipTest("no real logs: name the shared folder in SLAENGINE_SHARED to run this block")
    for log in LOGS.glob("*.csv.xz"):
        if not Path(log.name).exists():
            Path(log.name).symlink_to(log)
    return run_console(example)


def _commands(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.replace("\\\n", " ").partition("\n")
        yield command, shown


def _run(page: Page, line: str) -> str:
    name, *arguments = shlex.split(line)
    printed = StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            page.status = COMMANDS[name](page, arguments)
        except SystemExit as left:  # argparse leaves so
            page.status = int(left.code or 0)
    return printed.getvalue()


def _slaengine(_: Page, arguments: list[str]) -> int:
    from slaengine.cli.main import run

    return run(arguments)


def _make(_: Page, arguments: list[str]) -> int:
    from examples.demo.__main__ import main

    assert arguments == ["demo"], "of the targets of the Makefile a page can run the demonstration only"
    return main()


def _cat(_: Page, arguments: list[str]) -> int:
    for name in arguments:
        sys.stdout.write(Path(name).read_text(encoding="utf-8"))
    return 0


def _head(_: Page, arguments: list[str]) -> int:
    _option, count, name = arguments
    sys.stdout.writelines(Path(name).read_text(encoding="utf-8").splitlines(keepends=True)[: int(count)])
    return 0


def _echo(page: Page, arguments: list[str]) -> int:
    assert arguments == ["$?"], "a page echoes the exit code only"
    sys.stdout.write(f"{page.status}\n")
    return 0


COMMANDS: Mapping[str, Callable[[Page, list[str]], int]] = {
    "slaengine": _slaengine,
    "make": _make,
    "cat": _cat,
    "head": _head,
    "echo": _echo,
}


def _difference(shown: str, printed: str) -> str | None:
    """None if they agree; spaces at the ends of lines say nothing."""
    want, got = _trimmed(shown), _trimmed(printed)
    if doctest.OutputChecker().check_output(want, got, doctest.ELLIPSIS):
        return None
    return "\n".join(unified_diff(want.splitlines(), got.splitlines(), "shown", "printed", lineterm="", n=100))


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n"
