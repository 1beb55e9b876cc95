"""Digests of large files are kept between runs, and never believed of a file that has changed."""

import hashlib
import json
import os
import stat
from pathlib import Path

import pytest

from solvers.evidence import digest
from solvers.evidence.digest import MIN_KEPT_BYTES, digests_file, sha256_of

LONG_AGO_S = 1_700_000_000
SHA_OF_A = hashlib.sha256(b"a" * MIN_KEPT_BYTES).hexdigest()
SHA_OF_B = hashlib.sha256(b"b" * MIN_KEPT_BYTES).hexdigest()


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(digest, "SETTLED_NS", -(10**12))  # as if every file here were old
    digest._sha256.cache_clear()


def weights(folder: Path, letter: bytes = b"a", name: str = "weights") -> Path:
    path = folder / name
    path.write_bytes(letter * MIN_KEPT_BYTES)
    os.utime(path, (LONG_AGO_S, LONG_AGO_S))
    return path


def in_a_new_run(*paths: Path) -> str:
    digest._sha256.cache_clear()
    return sha256_of(*paths)


def forge(content: str) -> None:
    """Put a digest that is another's into the place of every one that is kept."""
    text = digests_file().read_text(encoding="utf-8")
    for true in (SHA_OF_A, SHA_OF_B):
        text = text.replace(true, content)
    digests_file().write_text(text, encoding="utf-8")


def test_a_large_file_is_read_once(tmp_path: Path) -> None:
    path = weights(tmp_path)
    assert sha256_of(path) == SHA_OF_A
    assert list(json.loads(digests_file().read_text(encoding="utf-8"))) == [str(path)]
    forge("f" * 64)
    assert in_a_new_run(path) == "f" * 64  # so it was not read again


def test_a_file_that_has_changed_is_digested_anew(tmp_path: Path) -> None:
    path = weights(tmp_path)
    sha256_of(path)
    forge("f" * 64)
    path.write_bytes(b"b" * MIN_KEPT_BYTES)  # as large, and later
    assert in_a_new_run(path) == SHA_OF_B
    forge("f" * 64)
    path.write_bytes(b"b" * (MIN_KEPT_BYTES + 1))
    os.utime(path, (LONG_AGO_S, LONG_AGO_S))
    assert in_a_new_run(path) == hashlib.sha256(b"b" * (MIN_KEPT_BYTES + 1)).hexdigest()


def test_a_file_that_brought_its_time_along_is_digested_anew(tmp_path: Path) -> None:
    path = weights(tmp_path)
    sha256_of(path)
    forge("f" * 64)
    weights(tmp_path, b"b", "other").replace(path)  # of the same size and time
    assert in_a_new_run(path) == SHA_OF_B


def test_a_file_that_was_written_just_now_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "weights"
    path.write_bytes(b"a" * MIN_KEPT_BYTES)
    assert sha256_of(path) == SHA_OF_A
    assert not digests_file().exists()


def test_several_files_are_one_text(tmp_path: Path) -> None:
    parts = [weights(tmp_path, b"a", "1"), weights(tmp_path, b"b", "2")]
    joined = hashlib.sha256(b"a" * MIN_KEPT_BYTES + b"b" * MIN_KEPT_BYTES).hexdigest()
    assert (sha256_of(*parts), in_a_new_run(*parts)) == (joined, joined)
    assert in_a_new_run(parts[0]) == SHA_OF_A


def test_a_small_file_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(b"{}")
    assert sha256_of(path) == hashlib.sha256(b"{}").hexdigest()
    assert not digests_file().exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'{"a": 1}',
        b'{"a": [1]}',
        b'{"a": [[], 1]}',
        b"[" * 100_000,
        b"1" * 2**21,
    ],
    ids=["empty", "no UTF-8", "list", "null", "number", "short", "no text", "deep", "large"],
)
def test_what_cannot_be_read_is_no_digest(tmp_path: Path, content: bytes) -> None:
    digests_file().parent.mkdir(parents=True)
    digests_file().write_bytes(content)
    path = weights(tmp_path)
    assert sha256_of(path) == SHA_OF_A
    assert list(json.loads(digests_file().read_text(encoding="utf-8"))) == [str(path)]


def test_where_it_cannot_be_kept_it_is_taken_again(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    path = weights(tmp_path)
    assert (sha256_of(path), in_a_new_run(path)) == (SHA_OF_A, SHA_OF_A)


def test_only_the_latest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "MAX_KEPT", 2)
    for name in ("1", "2", "3"):
        sha256_of(weights(tmp_path, name=name))
    kept = json.loads(digests_file().read_text(encoding="utf-8"))
    assert [Path(name).name for name in kept] == ["2", "3"]
    assert stat.S_ISREG(digests_file().stat().st_mode)
    assert [path.name for path in digests_file().parent.iterdir()] == ["digests.json"]
