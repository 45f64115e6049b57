"""Golden files: what a text was when somebody looked at it and found it right."""

from __future__ import annotations

from difflib import ndiff
from pathlib import Path

from attrs import field, frozen

from slaengine.codec.files import read_text, write_whole
from slaengine.projections.explain import Explanation
from slaengine.testing.alignment import aligned


def golden(path: str | Path, *, update: bool = False) -> Golden:
    """A golden file. update: whether it is written instead of compared, on purpose only."""
    return Golden(path, update)


@frozen
class Golden:
    """A file that holds a text as it should be, in UTF-8."""

    path: Path = field(converter=Path)
    update: bool = False

    def matches(self, text: str | Explanation) -> None:
        """The text, or the ledger, is that of the file.

        Raises AssertionError, with the differences aligned, where it is not; and where there is no file, with what to
        do. Line ends at the end say nothing.
        """
        got = f"{text}".rstrip("\n") + "\n"
        if self.update:
            self._write(got)
        elif not self.path.exists():
            raise AssertionError(f"{self.path}: there is no such golden file. {self._remedy('make')}\n\n{got}")
        elif (want := read_text(self.path, "golden file").rstrip("\n") + "\n") != got:
            shown = aligned(want, got) or "\n".join(ndiff(want.splitlines(), got.splitlines()))
            raise AssertionError(
                f'{self.path}: differs ("-" is the golden file, "+" what is now). {self._remedy("accept")}\n\n{shown}'
            )

    def _write(self, text: str) -> None:
        if not self.path.exists() or read_text(self.path, "golden file") != text:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path, [text.encode()])

    def _remedy(self, verb: str) -> str:
        return f"To {verb} it on purpose run pytest with --slaengine-update, then look at the file."
