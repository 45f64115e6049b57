"""Every file that is of no use is refused with one clear message: where, what is wrong, what to do."""

import gzip
import lzma
from pathlib import Path

import pytest

from slaengine.errors import InputError
from slaengine.importers.logs import read_log
from slaengine.importers.reading import format_of, lines

LINE = b'{"stream":"T-1","type":"opened","occurred_at":"2025-04-17T07:00:00Z"}\n'


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_log(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "pack"), [("a.jsonl", bytes), ("a.jsonl.gz", gzip.compress), ("a.JSONL.XZ", lzma.compress)]
)
def test_plain_and_compressed_files_read_alike(tmp_path: Path, name: str, pack: type[bytes]) -> None:
    log = read_log(written(tmp_path / name, pack(LINE)))
    assert [record.stream for record in log.records] == ["T-1"]
    assert log.source == name


def test_a_byte_order_mark_and_other_line_ends_are_no_part_of_a_line(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", b"\xef\xbb\xbfcase\r\n\xe2\x89\x88\r\n")
    assert list(lines(path)) == ["case\r\n", "≈\r\n"]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.jsonl").endswith("a.jsonl: No such file or directory: name a readable file")


def test_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").mkdir()
    assert refusal(tmp_path / "a.jsonl").endswith("a.jsonl: Is a directory: name a readable file")


@pytest.mark.parametrize("content", [b"", b"\n \n\n"])
def test_an_empty_log_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(written(tmp_path / "a.jsonl", content)).endswith("a.jsonl: is empty: name a log with records")


def test_an_empty_compressed_log_is_refused(tmp_path: Path) -> None:
    assert "is empty" in refusal(written(tmp_path / "a.jsonl.gz", gzip.compress(b"")))


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_a_compressed_file_that_is_cut_off_is_refused(tmp_path: Path, ending: str, pack: type[bytes]) -> None:
    path = written(tmp_path / f"a.jsonl{ending}", pack(LINE)[:-9])
    assert "ends in the middle, after line" in refusal(path)
    assert refusal(path).endswith("copy or download it again")


@pytest.mark.parametrize("ending", [".gz", ".xz"])
def test_a_file_that_is_not_compressed_as_its_name_says_is_refused(tmp_path: Path, ending: str) -> None:
    message = refusal(written(tmp_path / f"a.jsonl{ending}", LINE * 9))
    assert f"is it compressed as {ending} says, and whole?" in message


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
@pytest.mark.parametrize("name", ["a.jsonl", "a.xes"])
def test_a_compressed_file_whose_name_does_not_say_so_is_refused(
    tmp_path: Path, name: str, ending: str, pack: type[bytes]
) -> None:
    message = refusal(written(tmp_path / name, pack(LINE)))
    assert message.endswith(f"{name}: is compressed, which its name does not say: add {ending} to it")


def test_damage_within_a_compressed_file_is_refused(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(LINE * 99))
    whole[30] ^= 0xFF
    assert "cannot be decompressed" in refusal(written(tmp_path / "a.jsonl.gz", bytes(whole)))


def test_what_is_no_utf_8_is_refused_with_its_line_and_byte(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", LINE + b'{"stream":"caf\xe9"}\n')
    assert refusal(path).endswith("no UTF-8 in line 2, byte 15 of the line (0xe9): save the file as UTF-8")


def test_a_line_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    message = refusal(written(tmp_path / "a.jsonl", LINE + LINE[:-20]))
    assert message.endswith("ends in the middle of line 2: copy or export it again")


def test_a_last_line_needs_no_line_end(tmp_path: Path) -> None:
    assert len(read_log(written(tmp_path / "a.jsonl", LINE[:-1])).records) == 1


def test_a_name_that_tells_no_format_is_refused(tmp_path: Path) -> None:
    assert "a log is called .jsonl, .csv or .xes, perhaps with .gz or .xz after it" in refusal(tmp_path / "a.parquet")


def test_a_csv_log_needs_a_mapping_and_canonical_lines_need_none(tmp_path: Path) -> None:
    assert "needs a mapping file that tells what its columns mean: name it with --mapping" in refusal(
        tmp_path / "a.csv"
    )
    with pytest.raises(InputError, match="canonical JSON Lines need no mapping"):
        read_log(tmp_path / "a.jsonl", mapping=tmp_path / "m.toml")


@pytest.mark.parametrize(("name", "known"), [("a.b.csv.xz", ".csv"), ("A.CSV", ".csv"), ("a.gz", ""), ("a", "")])
def test_the_format_is_the_ending_beneath_the_compression(name: str, known: str) -> None:
    assert format_of(Path(name)) == known
