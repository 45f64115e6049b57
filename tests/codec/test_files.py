"""Files appear whole or not at all; a path that leads to none is quoted in an error of the package."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from slaengine.codec.agreements import read_agreements
from slaengine.codec.calendars import read_schedule, write_schedule
from slaengine.codec.files import write_whole
from slaengine.errors import InputError
from slaengine.importers.jsonl import read_jsonl
from slaengine.importers.mapping_file import read_mapping
from slaengine.importers.xes_export import write_xes
from slaengine.policies.schedule import Schedule

OFFICE = Schedule("UTC", "Mon-Fri 09:00-17:00", years=(2025, 2026))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_takes_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / "there"
    path.write_bytes(b"old")
    assert write_whole(path, [b"n", b"e", b"w"]) == 3
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["there"]


def test_what_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"new"
        raise ZeroDivisionError

    path = tmp_path / "there"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        write_whole(path, chunks())
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["there"]


@pytest.mark.parametrize("name", ["folder", "nowhere/file", "file/file", "x" * 300])
def test_a_file_that_cannot_be_written_is_refused_with_its_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(InputError, match="name a file that can be written") as refused:
        write_whole(tmp_path / name, [b"content"])
    assert str(refused.value).startswith(f"{tmp_path / name}: ")
    assert names(tmp_path) == ["file", "folder"]


@pytest.mark.parametrize(("path", "quoted"), [("", "''"), ("a\0b", r"'a\x00b'"), ("\ud800", r"'\ud800'"), ("/", "'/'")])
@pytest.mark.parametrize(
    "opens", [lambda path: write_schedule(OFFICE, path), read_schedule, read_agreements, read_mapping]
)
def test_what_can_be_the_name_of_no_file_is_refused(opens: Callable[[str], object], path: str, quoted: str) -> None:
    with pytest.raises(InputError) as refused:
        opens(path)
    assert str(refused.value) == f"{quoted} is no name of a file: name one"


@pytest.mark.parametrize("opens", [read_jsonl, lambda path: write_xes([], path)])
def test_no_log_is_called_so_either(opens: Callable[[str], object]) -> None:
    with pytest.raises(InputError, match=r"'a\\x00\.xes' is no name of a file"):
        opens("a\0.xes")
