"""The lines of a file, plain or compressed; every way in which a file is of no use is told plainly."""

from __future__ import annotations

import gzip
import lzma
import zlib
from collections.abc import Iterator
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import BinaryIO, cast

from slaengine.errors import InputError

COMPRESSIONS = (".gz", ".xz")
_BOM = b"\xef\xbb\xbf"


def lines(path: Path) -> Iterator[str]:
    """The lines of a text file, each with its line end; a byte order mark is left out.

    The text is UTF-8, strictly; the file may be compressed, which its name says: `.gz` or `.xz`.
    Raises InputError for a file that is missing, unreadable, empty, cut off, not compressed as it says, or no UTF-8.
    """
    number = 0
    try:
        with _opened(path) as file:
            for number, line in enumerate(file, start=1):
                yield _text(path, number, line.removeprefix(_BOM) if number == 1 else line)
    except EOFError:
        raise InputError(f"{path}: ends in the middle, after line {number}: copy or download it again") from None
    except (gzip.BadGzipFile, lzma.LZMAError, zlib.error) as error:
        remedy = f"is it compressed as {path.suffix} says, and whole?"
        raise InputError(f"{path}: cannot be decompressed after line {number} ({error}): {remedy}") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}: name a readable file") from None
    if not number:
        raise InputError(f"{path}: is empty: name a log with records")


def format_of(path: Path) -> str:
    """The ending that tells what a file holds, compression apart: ".csv" of "log.csv.xz"."""
    name = path.with_suffix("") if path.suffix.lower() in COMPRESSIONS else path
    return name.suffix.lower()


def _opened(path: Path) -> BinaryIO:
    match path.suffix.lower():
        case ".gz":
            return _buffered(gzip.open(path, "rb"))
        case ".xz":
            return _buffered(lzma.open(path, "rb"))
        case _:
            return path.open("rb")


def _buffered(file: gzip.GzipFile | lzma.LZMAFile) -> BinaryIO:
    """The same file, with lines that are split in C."""
    return BufferedReader(cast(RawIOBase, file))


def _text(path: Path, number: int, line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        at = f"line {number}, byte {error.start + 1} of the line"
        found = line[error.start : error.start + 1].hex()
        raise InputError(f"{path}: no UTF-8 in {at} (0x{found}): save the file as UTF-8") from None
