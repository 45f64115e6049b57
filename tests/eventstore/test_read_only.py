"""A store that may only be read is read where it lies, and nothing appears beside it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from slaengine.domain.decisions import open_ticket
from slaengine.errors import StoreError
from slaengine.eventstore.desk import Desk, as_log

NOBODY = 65534

AUDIT = """
import os, sys
from tempfile import TemporaryDirectory
from slaengine.errors import StoreError
from slaengine.eventstore.desk import Desk, as_log
from slaengine.domain.decisions import open_ticket

with TemporaryDirectory() as folder, Desk(f"{folder}/store.sqlite") as warm:  # where nobody may not read the libraries
    warm.do("T-1", open_ticket())
    as_log(f"{folder}/store.sqlite")
os.setgid(int(sys.argv[2]))
os.setuid(int(sys.argv[2]))
print(len(as_log(sys.argv[1]).records))
with Desk(sys.argv[1], create=False) as desk:
    try:
        desk.do("T-2", open_ticket())
    except StoreError as error:
        print(error)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may look into, which those of pytest are not."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for a user who may read all and write nothing."""
    monkeypatch.setattr("slaengine.eventstore.sqlite.os.access", lambda *_: False)


def filled(path: Path) -> None:
    with Desk(path) as desk:
        desk.do("T-1", open_ticket())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.usefixtures("forbidden")
def test_a_store_that_may_only_be_read_is_audited_and_nothing_appears_beside_it(path: Path) -> None:
    filled(path)
    before = path.read_bytes()
    assert len(as_log(path).records) == 1
    with Desk(path, create=False) as desk:
        assert desk.ticket("T-1")
        assert names(path.parent) == [path.name]
    assert path.read_bytes() == before


@pytest.mark.usefixtures("forbidden")
def test_writing_to_it_is_refused(path: Path) -> None:
    filled(path)
    with (
        Desk(path, create=False) as desk,
        pytest.raises(StoreError, match=r"desk\.sqlite: .*readonly.*; this user may not write there"),
    ):
        desk.do("T-2", open_ticket())
    assert len(as_log(path).records) == 1


@pytest.mark.usefixtures("forbidden")
def test_what_another_user_writes_meanwhile_is_read_too(path: Path) -> None:
    with Desk(path) as owner:
        owner.do("T-1", open_ticket())
        with Desk(path, create=False) as reader:
            assert len(list(reader.records())) == 1
            owner.do("T-2", open_ticket())
            assert len(list(reader.records())) == 2


@pytest.mark.usefixtures("forbidden")
def test_a_store_of_which_the_last_records_stand_beside_it_is_refused_and_not_read_without_them(
    path: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite"
    with Desk(path) as owner:
        owner.do("T-1", open_ticket())
        shutil.copy(path, copy)
        shutil.copy(f"{path}-wal", f"{copy}-wal")
    with pytest.raises(StoreError, match=r"stands in copy\.sqlite-wal still; copy both files"):
        as_log(copy)


@pytest.mark.usefixtures("forbidden")
def test_a_file_that_is_no_store_is_told_as_everywhere(path: Path) -> None:
    path.write_text("SQLite, perhaps")
    with pytest.raises(StoreError, match="not an SQLite database"):
        as_log(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize(("file", "around"), [(0o444, 0o555), (0o444, 0o777), (0o666, 0o555)])
@pytest.mark.parametrize("is_open", [False, True])
def test_another_user_audits_what_may_only_be_read(folder: Path, file: int, around: int, is_open: bool) -> None:
    path = folder / "desk.sqlite"
    owner = Desk(path)
    owner.do("T-1", open_ticket())
    if not is_open:
        owner.close()
    for beside in folder.iterdir():
        beside.chmod(file)
    folder.chmod(around)
    before = names(folder)
    done = audited_by_nobody(path)
    count, *refused = done.stdout.splitlines()
    assert count == "1", done.stderr
    if file == 0o444 or not is_open:
        assert len(refused) == 1
        assert refused[0].endswith("this user may not write there")
    assert names(folder) == before
    owner.close()


def audited_by_nobody(path: Path) -> "subprocess.CompletedProcess[str]":
    run = [sys.executable, "-c", AUDIT, str(path), str(NOBODY)]
    return subprocess.run(run, capture_output=True, text=True, check=False)
