"""What the command prints: whole lines, whatever they quote."""

import sys
from typing import TextIO


def refused(message: str) -> int:
    """Says why something cannot be used; the exit code for it."""
    say(message, sys.stderr)
    return 2


def say(line: str, file: TextIO | None = None) -> None:
    """One line, whatever it quotes: what the terminal cannot show, and line ends, as escapes."""
    file = file or sys.stdout
    encoding = file.encoding or "utf-8"
    shown = "\\n".join(line.splitlines()).encode(encoding, "backslashreplace").decode(encoding)
    print(shown, file=file)
