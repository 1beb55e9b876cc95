"""A folder of files appears whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from questions.common.files import write_all


def test_files_appear_once_all_are_made(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    with write_all(folder, [("a.txt", b"1"), ("b/c.txt", b"2")]) as names:
        assert names == ["a.txt", "b/c.txt"]
        assert not (folder / "a.txt").exists()
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*")} == {"a.txt", "b", "b/c.txt"}
    assert (folder / "b" / "c.txt").read_bytes() == b"2"


def test_nothing_appears_where_one_cannot_be_made(tmp_path: Path) -> None:
    def files() -> Iterator[tuple[str, bytes]]:
        yield "a.txt", b"1"
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"), write_all(tmp_path, files()):
        pass
    with pytest.raises(ValueError, match="a second look"), write_all(tmp_path, [("a.txt", b"1")]):
        raise ValueError("a second look")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_named_where_it_would_be(tmp_path: Path) -> None:
    name = "x" * 300
    with pytest.raises(OSError, match="x") as found, write_all(tmp_path, [("a", b"1"), (name, b"2")]):
        pass
    assert found.value.filename == str(tmp_path / name)
    assert list(tmp_path.iterdir()) == []
