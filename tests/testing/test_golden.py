"""Golden files: compared as a rule, written on purpose only."""

from pathlib import Path

import pytest

from slaengine.testing import golden

TEXT = "one\ntwo\n"


def test_the_text_of_the_file_matches_whatever_its_last_line_end(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    golden(path).matches(TEXT)
    golden(path).matches("one\ntwo")


def test_a_missing_file_fails_and_says_how_to_make_it(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    with pytest.raises(AssertionError, match=r"no such golden file\. To make it .* --slaengine-update(.|\n)*two"):
        golden(path).matches(TEXT)
    assert not path.exists()


def test_a_difference_is_shown_aligned_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(AssertionError) as failure:
        golden(path).matches("one\n2\n")
    assert str(failure.value).endswith("\n\n  one\n- two\n+ 2")
    assert "To accept it on purpose run pytest with --slaengine-update" in str(failure.value)
    assert path.read_text(encoding="utf-8") == TEXT


def test_a_difference_in_blanks_alone_is_a_difference(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("one  \ntwo\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="differs"):
        golden(path).matches(TEXT)


def test_an_update_writes_the_file_and_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "golden" / "text.txt"
    golden(path, update=True).matches("one\ntwo")
    assert path.read_text(encoding="utf-8") == TEXT
    before = path.stat().st_mtime_ns
    golden(path, update=True).matches(TEXT)
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize("name", ["aligned", "golden", "scenario"])
def test_the_names_of_the_kit_can_be_called_whatever_was_imported_before(name: str) -> None:
    import slaengine.testing.alignment
    import slaengine.testing.goldens
    import slaengine.testing.scenarios

    assert callable(getattr(slaengine.testing, name))
    assert name in dir(slaengine.testing)
