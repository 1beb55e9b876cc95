"""EmoV-DB's archives: downloaded, taken up again, unpacked, and refused where they are not what they say."""

import gzip
import hashlib
import io
import json
import socket
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from questions.common.errors import SourceError
from quizproof.cli.main import app
from solvers.fetching.download import download
from solvers.fetching.unpack import unpack_tar
from solvers.hw10.resources import emovdb_archives as emovdb
from solvers.hw10.resources.emovdb_archives import ARCHIVES, Archive, fetch, sentence_id, sentences_of

BEA = Archive("bea", "Amused")
SAM = Archive("sam", "Sleepy")


class Shelf(ThreadingHTTPServer):
    """Serves `files` by name; can break off, forget ranges, and remembers what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.breaks: list[int] = []  # after so many bytes, once each
        self.knows_ranges = True
        self.tells_length = True
        self.asked: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/resources/115/"


class Handler(BaseHTTPRequestHandler):
    server: Shelf

    def do_GET(self) -> None:
        name, wanted = self.path.rsplit("/", 1)[1], self.headers.get("Range")
        self.server.asked.append((name, wanted))
        if name not in self.server.files:
            self.send_error(404)
            return
        content, start = self.server.files[name], 0
        if wanted and self.server.knows_ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        body = content[start:]
        if self.server.tells_length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.breaks.pop(0)] if self.server.breaks else body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = Shelf()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def packed(*members: tuple[str, bytes] | tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                tar.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                tar.addfile(info, io.BytesIO(member[1]))
    return buffer.getvalue()


def noise(n_bytes: int, seed: int = 0) -> bytes:
    return np.random.default_rng(seed).bytes(n_bytes)  # does not shrink under gzip


def wavs(*sentences: int) -> bytes:
    return packed(*((f"amused_1-28_{sentence:04}.wav", noise(20_000, sentence)) for sentence in sentences))


def test_there_are_eighteen_archives_and_josh_has_three() -> None:
    assert len({archive.name for archive in ARCHIVES}) == len(ARCHIVES) == 18
    assert {archive.emotion for archive in ARCHIVES if archive.speaker == "josh"} == {
        "Amused", "Neutral", "Sleepy",
    }  # fmt: skip
    assert emovdb.BASE_URL == "https://www.openslr.org/resources/115/"


@pytest.mark.parametrize(
    ("speaker", "stem", "found"),
    [
        ("sam", "anger_1-28_0011", 11),
        ("jenie", "sleepiness_225-252_0252", 252),
        ("bea", "neutral_113-140_0014", 114),
        ("bea", "neutral_113-140_0015", 115),
        ("bea", "anger_197-224_0024", 224),
        ("josh", "amused_197-224_0023", 223),
        ("josh", "amused_225_252_0026", 226),
        ("josh", "amused_225_252_0227", 227),
        ("sam", "neutral_113-140_0014", None),  # not known to be 114, and not within its range
        ("sam", "anger_1-28_11", None),
        ("sam", "README", None),
    ],
)
def test_sentence_ids(speaker: str, stem: str, found: int | None) -> None:
    assert sentence_id(speaker, stem) == found


def test_an_archive_gives_the_label_and_stray_files_give_nothing(tmp_path: Path) -> None:
    place = tmp_path / "sam_Sleepy" / "inner"
    place.mkdir(parents=True)
    for name in ("anger_1-28_0007.wav", "._anger_1-28_0008.wav", "anger_1-28_0009.txt", "b_1-28_0007.wav"):
        (place / name).touch()
    assert sentences_of(tmp_path, SAM) == {7: place / "anger_1-28_0007.wav"}
    with pytest.raises(SourceError, match=r"bea_Amused: missing, and all 18 .*'quizproof fetch emovdb"):
        sentences_of(tmp_path, BEA)


def test_fetch_downloads_unpacks_and_writes_digests(shelf: Shelf, tmp_path: Path) -> None:
    shelf.files = {"bea_Amused.tar.gz": wavs(1, 2), "sam_Sleepy.tar.gz": wavs(3)}
    seen: list[tuple[str, int, int | None]] = []
    folder = tmp_path / "audio" / "EmoV-DB"
    digests = fetch(folder, shelf.url, lambda *one: seen.append(one), (BEA, SAM))
    assert digests == {name: hashlib.sha256(content).hexdigest() for name, content in shelf.files.items()}
    assert json.loads((folder / "emovdb.digests.json").read_text()) == digests
    assert sorted(sentences_of(folder, BEA)) == [1, 2]
    assert (folder / "sam_Sleepy" / "amused_1-28_0003.wav").read_bytes() == noise(20_000, 3)
    assert {"bea_Amused", "sam_Sleepy", "bea_Amused.tar.gz", "sam_Sleepy.tar.gz", "emovdb.digests.json"} == {
        path.name for path in folder.iterdir()
    }
    size = len(shelf.files["sam_Sleepy.tar.gz"])
    assert seen[-1] == ("sam_Sleepy.tar.gz", size, size)
    fetch(folder, shelf.url, archives=(BEA, SAM))
    assert len(shelf.asked) == 2  # nothing is fetched twice


def test_a_connection_that_breaks_is_taken_up_where_it_broke(shelf: Shelf, tmp_path: Path) -> None:
    shelf.files, shelf.breaks = {"bea_Amused.tar.gz": wavs(1, 2)}, [10_000, 5_000]
    fetch(tmp_path, shelf.url, archives=(BEA,))
    assert [wanted for _, wanted in shelf.asked] == [None, "bytes=10000-", "bytes=15000-"]
    assert sorted(sentences_of(tmp_path, BEA)) == [1, 2]


def test_what_has_come_is_kept_for_the_next_run(shelf: Shelf, tmp_path: Path) -> None:
    shelf.files, shelf.breaks = {"bea_Amused.tar.gz": wavs(1, 2)}, [10_000, 0]
    with pytest.raises(SourceError, match=r"broken off after 10,000 bytes .* run the same command again"):
        fetch(tmp_path, shelf.url, archives=(BEA,))
    assert [path.name for path in tmp_path.iterdir()] == ["bea_Amused.tar.gz.part"]
    fetch(tmp_path, shelf.url, archives=(BEA,))
    assert shelf.asked[-1] == ("bea_Amused.tar.gz", "bytes=10000-")
    assert sorted(sentences_of(tmp_path, BEA)) == [1, 2]


@pytest.mark.parametrize(
    ("part", "asked"),
    [("whole", ["bytes=N-"]), ("longer", ["bytes=N-", None]), ("forgotten ranges", ["bytes=N-"])],
)
def test_a_part_that_does_not_fit_is_never_glued_on(
    shelf: Shelf, tmp_path: Path, part: str, asked: list[str | None]
) -> None:
    content = shelf.files["a.bin"] = noise(5_000)
    old = {"whole": content, "longer": noise(6_000, 1), "forgotten ranges": noise(3_000, 1)}[part]
    (tmp_path / "a.bin.part").write_bytes(old)
    shelf.knows_ranges = part != "forgotten ranges"
    download(shelf.url + "a.bin", tmp_path / "a.bin", 10_000)
    assert (tmp_path / "a.bin").read_bytes() == content
    assert [wanted and wanted.replace(str(len(old)), "N") for _, wanted in shelf.asked] == asked


def test_a_server_that_tells_no_length_is_believed_and_then_checked(shelf: Shelf, tmp_path: Path) -> None:
    shelf.files, shelf.tells_length = {"bea_Amused.tar.gz": wavs(1)}, False
    fetch(tmp_path, shelf.url, archives=(BEA,))
    shelf.files, shelf.breaks = {"sam_Sleepy.tar.gz": wavs(1)}, [9_000]
    with pytest.raises(SourceError, match=r"sam_Sleepy.tar.gz: not a whole gzipped tar archive"):
        fetch(tmp_path, shelf.url, archives=(SAM,))


def test_errors_of_the_connection_are_sentences(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"bea_Amused.tar.gz: the server answered 404 Not Found\.$"):
        fetch(tmp_path, shelf.url, archives=(BEA,))
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = f"http://127.0.0.1:{server.getsockname()[1]}/"
    with pytest.raises(SourceError, match=r"bea_Amused.tar.gz: cannot be fetched \(.*refused\)"):
        fetch(tmp_path, closed, archives=(BEA,))
    with pytest.raises(SourceError, match="not an http or https address"):
        fetch(tmp_path, "file:///etc", archives=(BEA,))
    (tmp_path / "file").touch()
    with pytest.raises(SourceError, match="cannot be made"):
        fetch(tmp_path / "file", shelf.url)


@pytest.mark.parametrize("tells_length", [True, False])
def test_more_bytes_than_an_archive_can_have_are_refused(
    shelf: Shelf, tmp_path: Path, tells_length: bool
) -> None:
    shelf.files, shelf.tells_length = {"a.bin": noise(5_000)}, tells_length
    with pytest.raises(SourceError, match="more than 4,999 bytes"):
        download(shelf.url + "a.bin", tmp_path / "a.bin", 4_999)
    assert list(tmp_path.iterdir()) == []


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def sized(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    return info


GOOD = ("amused_1-28_0001.wav", b"sound")
HOSTILE = {
    "parent": (("../evil.wav", b"x"), "outside its folder"),
    "parent inside": (("a/../../evil.wav", b"x"), "outside its folder"),
    "absolute": (("/tmp/evil.wav", b"x"), "outside its folder"),
    "backslash": (("..\\evil.wav", b"x"), "outside its folder"),
    "symbolic link": (special("a.wav", tarfile.SYMTYPE, "/etc/passwd"), "neither a plain file"),
    "inner symbolic link": (special("a.wav", tarfile.SYMTYPE, GOOD[0]), "neither a plain file"),
    "hard link": (special("a.wav", tarfile.LNKTYPE, GOOD[0]), "neither a plain file"),
    "character device": (special("a.wav", tarfile.CHRTYPE), "neither a plain file"),
    "block device": (special("a.wav", tarfile.BLKTYPE), "neither a plain file"),
    "fifo": (special("a.wav", tarfile.FIFOTYPE), "neither a plain file"),
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_member_leaves_nothing_behind(shelf: Shelf, tmp_path: Path, hostile: str) -> None:
    member, why = HOSTILE[hostile]
    shelf.files = {"bea_Amused.tar.gz": packed(GOOD, member)}
    folder = tmp_path / "deep" / "EmoV-DB"
    with pytest.raises(SourceError, match=why):
        fetch(folder, shelf.url, archives=(BEA,))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_small_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    path.write_bytes(packed(("a.wav", bytes(2_000_000))))
    assert path.stat().st_size < 5_000
    with pytest.raises(SourceError, match="more than 5,000 members or 1,000,000 bytes"):
        unpack_tar(path, tmp_path / "a", ".wav", max_bytes=1_000_000)
    path.write_bytes(packed(*((f"{i}.wav", b"") for i in range(4))))
    with pytest.raises(SourceError, match="more than 3 members"):
        unpack_tar(path, tmp_path / "a", ".wav", max_members=3)
    unpack_tar(path, tmp_path / "a", ".wav", max_members=4)
    assert len(list((tmp_path / "a").iterdir())) == 4


def corrupt(content: bytes) -> bytes:
    """The last bytes of the sound changed, the checksum not: only gzip's own notices."""
    raw = bytearray(gzip.decompress(content))
    raw[-512 * 3] ^= 1
    return gzip.compress(bytes(raw))[:-8] + content[-8:]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html>Moved</html>", "not a whole gzipped tar archive"),
        (b"", "not a whole gzipped tar archive"),
        (gzip.compress(b"no tar in here" * 100), "not a whole gzipped tar archive"),
        (wavs(1, 2)[:-100], "not a whole gzipped tar archive"),
        (corrupt(wavs(1)), "not a whole gzipped tar archive"),
        (packed(("readme.txt", b"x")), "holds no .wav file"),
    ],
    ids=["page", "empty", "not tar", "cut", "changed", "no sound"],
)
def test_wrong_content_is_named_and_not_kept(shelf: Shelf, tmp_path: Path, content: bytes, why: str) -> None:
    shelf.files = {"bea_Amused.tar.gz": content}
    with pytest.raises(SourceError, match=why):
        fetch(tmp_path, shelf.url, archives=(BEA,))
    assert list(tmp_path.iterdir()) == []
    shelf.files = {"bea_Amused.tar.gz": wavs(1)}
    assert list(fetch(tmp_path, shelf.url, archives=(BEA,))) == ["bea_Amused.tar.gz"]


def test_the_command_fetches_all_and_says_what_is_next(shelf: Shelf, tmp_path: Path) -> None:
    shelf.files = {f"{archive.name}.tar.gz": wavs(1) for archive in ARCHIVES}
    arguments = ["fetch", "emovdb", "--out", str(tmp_path), "--mirror", shelf.url]
    found = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    document = json.loads(found.stdout)
    assert document["folder"] == str(tmp_path / "EmoV-DB")
    assert set(document["sha256"]) == set(shelf.files)
    again = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert "18 archives in" in again.stdout
    assert f"quizproof verify q06 --audio {tmp_path}" in again.stdout
    assert len(shelf.asked) == 18
