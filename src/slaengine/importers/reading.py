"""The lines or bytes of a file, plain or compressed; every way in which a file is of no use is told plainly."""

from __future__ import annotations

import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import BinaryIO, cast

from slaengine.codec.files import named
from slaengine.errors import InputError

COMPRESSIONS = {".gz": b"\x1f\x8b", ".xz": b"\xfd7zXZ\x00"}
"""Endings of compressed files, and how those begin."""

_BOM = b"\xef\xbb\xbf"


def lines(path: Path) -> Iterator[str]:
    """The lines of a text file, each with its line end; a byte order mark is left out.

    The text is UTF-8, strictly; the file may be compressed, which its name says: `.gz` or `.xz`.
    Raises InputError for a file that is missing, unreadable, empty, cut off, not compressed as it says, or no UTF-8.
    """
    number = 0
    with _plainly_told(path, lambda: f"line {number}"), _opened(named(path)) as file:
        for number, line in enumerate(file, start=1):
            yield _text(path, number, line.removeprefix(_BOM) if number == 1 else line)
    if not number:
        raise _empty(path)


def blocks(path: Path, size: int = 1 << 16) -> Iterator[bytes]:
    """The bytes of a file, plain or compressed, some at a time. Raises InputError as `lines` does."""
    read = 0
    with _plainly_told(path, lambda: f"byte {read}"), _opened(named(path)) as file:
        while block := file.read(size):
            read += len(block)
            yield block
    if not read:
        raise _empty(path)


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
            return _plain(path)


def _plain(path: Path) -> BinaryIO:
    file = path.open("rb")
    begins = file.peek()
    for ending, magic in COMPRESSIONS.items():
        if begins.startswith(magic):
            file.close()
            raise InputError(f"{path}: is compressed, which its name does not say: add {ending} to it")
    return file


@contextmanager
def _plainly_told(path: Path, place: Callable[[], str]) -> Iterator[None]:
    """Says what is wrong with a file as InputError. place: how far it was read."""
    try:
        yield
    except EOFError:
        raise InputError(f"{path}: ends in the middle, after {place()}: copy or download it again") from None
    except (gzip.BadGzipFile, lzma.LZMAError, zlib.error) as error:
        remedy = f"is it compressed as {path.suffix} says, and whole?"
        raise InputError(f"{path}: cannot be decompressed after {place()} ({error}): {remedy}") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}: name a readable file") from None


def _empty(path: Path) -> InputError:
    return InputError(f"{path}: is empty: name a log with records")


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
