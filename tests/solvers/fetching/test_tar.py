"""Tar archives, plain ones as Python's tarfile writes them and ones made to fill a disk or a morning."""

import gzip
import io
import random
import tarfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questions.common.errors import SourceError
from solvers.fetching.tar import MAX_NAME_BYTES, MAX_PAX_BYTES, MAX_TAIL_BYTES, TarError, TarStream
from solvers.fetching.unpack import unpack_tar
from tests.fuzz.mutate import mutants

LONG = "/".join(f"folder{n}" for n in range(40)) + "/a.wav"


def archive(files: dict[str, bytes], form: int = tarfile.GNU_FORMAT, **fields: object) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for field, value in fields.items():
                setattr(info, field, value)
            if name.endswith("/"):
                info.type = tarfile.DIRTYPE
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def header(name: bytes, size: int, kind: bytes = b"0") -> bytes:
    """A header with its checksum."""
    info = tarfile.TarInfo("x")
    info.size = 0
    block = bytearray(info.tobuf(tarfile.GNU_FORMAT)[:512])
    block[:100] = name[:100].ljust(100, b"\0")
    block[124:136] = b"\x80" + size.to_bytes(11, "big") if size >= 8**11 else b"%011o\0" % size
    block[156:157] = kind
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


class Counting:
    """A stream of a beginning and endless zeros, that counts what is taken of it."""

    def __init__(self, beginning: bytes) -> None:
        self._beginning = io.BytesIO(beginning)
        self.n_bytes = 0

    def read(self, size: int, /) -> bytes:
        content = self._beginning.read(size) or bytes(size)
        self.n_bytes += len(content)
        return content


def listed(content: bytes) -> dict[str, bytes]:
    tar = TarStream(io.BytesIO(content))
    return {member.name: b"".join(tar.content()) for member in tar.members() if member.is_file}


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_plain_archives_of_every_format(form: int) -> None:
    name = LONG if form != tarfile.USTAR_FORMAT else "a" * 90 + "/" + "b" * 90 + ".wav"
    names = {name: b"x" * 513, "folder/": b"", "folder/b.wav": b"", "c.wav": b"y" * 512}
    if form != tarfile.USTAR_FORMAT:
        names["語音.wav"] = b"z"
    found = listed(archive(names, form, mtime=1.5 if form == tarfile.PAX_FORMAT else 1))
    assert found == {name: content for name, content in names.items() if not name.endswith("/")}


def test_what_is_not_read_is_passed_over() -> None:
    tar = TarStream(io.BytesIO(archive({"a": b"x" * 1_000_000, "b": b"y"})))
    assert [(one.name, one.size) for one in tar.members()] == [("a", 1_000_000), ("b", 1)]


def test_numbers_that_are_no_octal_ones() -> None:
    tar = TarStream(Counting(header(b"a.wav", 8**11)))
    member = next(tar.members())
    assert (member.name, member.size) == ("a.wav", 8**11)


END = bytes(1024)
PAX_NAN = archive({"a.wav": b"x"}, tarfile.PAX_FORMAT, pax_headers={"mtime": "nan", "atime": "1e400"})


def test_times_that_are_none_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    path.write_bytes(gzip.compress(PAX_NAN))
    unpack_tar(path, tmp_path / "a", ".wav")
    assert (tmp_path / "a" / "a.wav").read_bytes() == b"x"


def pax(body: bytes) -> bytes:
    return header(b"pax", len(body), b"x") + body + bytes(-len(body) % 512)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (pax(b"15 path=a\0.wav\n") + header(b"x", 0) + END, "has no name that a file can have"),
        (header(b"", 0) + END, "has no name that a file can have"),
        (header(b"n", 300, b"L") + b"x" * 300 + bytes(212) + header(b"x", 0) + END, "more than 255 bytes"),
        (header(b"n", 7 * 10**9, b"L"), "a header of 7,000,000,000 bytes; at most 4,096 are allowed"),
        (header(b"n", 10**9, b"x"), "a header of 1,000,000,000 bytes; at most 65,536 are allowed"),
        (pax(b"9" * MAX_PAX_BYTES) + header(b"x", 0) + END, "a pax header is broken"),
        (pax(b"0 path=a\n") + header(b"x", 0) + END, "a pax header is broken"),
        (pax(b"99 path=a\n") + header(b"x", 0) + END, "a pax header is broken"),
        (pax(b"12 size=-1\n") + header(b"x", 0) + END, "a pax header is broken"),
        (pax(b"11 size=-1\n") + header(b"x", 0) + END, "a pax header's number is none"),
        (pax(b"22 GNU.sparse.major=1\n") + header(b"x", 0) + END, "neither a plain file nor a folder"),
        (header(b"g", 0, b"g") * 5 + header(b"x", 0) + END, "more than 4 headers stand before one member"),
        (header(b"a.wav", 600) + b"x" * 512, "it ends within a member"),
        (header(b"n", 8, b"L") + bytes(512) + END, "it ends within a header"),
        (header(b"a/", 5, b"5") + bytes(512) + END, "is a folder with a content of its own"),
        (END, "it is empty"),
        (header(b"a.wav", 0)[:-1] + b"x", "a header's checksum is wrong"),
    ],
)  # fmt: skip
def test_archives_made_to_harm(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "a.tar.gz"
    path.write_bytes(gzip.compress(content))
    with pytest.raises(SourceError, match=why):
        unpack_tar(path, tmp_path / "a", ".wav")
    assert [one.name for one in tmp_path.iterdir()] == ["a.tar.gz"]


@pytest.mark.parametrize(
    ("beginning", "most_bytes"),
    [
        (header(b"a.wav", 0) + END, MAX_TAIL_BYTES + 3 * 512 + 1),
        (header(b"n", 7 * 10**9, b"L"), 512),
        (header(b"n", MAX_NAME_BYTES, b"L") + b"x" * MAX_NAME_BYTES, MAX_NAME_BYTES + 1024),
    ],
)
def test_of_an_endless_stream_little_is_taken(beginning: bytes, most_bytes: int) -> None:
    stream = Counting(beginning)
    with pytest.raises(TarError):
        list(TarStream(stream).members())
    assert stream.n_bytes <= most_bytes


def test_an_archive_of_python_s_own_slow_header_is_refused_at_once() -> None:
    """What keeps tarfile busy for minutes (CVE-2024-6232): digits without an end."""
    body = b"1" * 60_000
    with pytest.raises(TarError, match="a pax header is broken"):
        list(TarStream(io.BytesIO((pax(body) + header(b"x", 0)) * 1_000 + END)).members())


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutants_are_unpacked_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    seeds = tuple(
        archive({"a.wav": b"x" * 600, LONG: b"y", "f/": b""}, form)
        for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
    )
    content = data.draw(mutants(seeds))
    if data.draw(st.booleans()):  # with checksums that are right again, it comes further
        blocks = bytearray(content)
        for start in range(0, len(blocks) - 511, 512):
            if blocks[start + 257 : start + 262] == b"ustar":
                blocks[start + 148 : start + 156] = b" " * 8
                blocks[start + 148 : start + 156] = b"%06o\0 " % sum(blocks[start : start + 512])
        content = bytes(blocks)
    path = tmp_path / "a.tar.gz"
    path.write_bytes(gzip.compress(content))
    with suppress(SourceError, OSError):  # OSError: a file in the place of a folder, a name too long
        unpack_tar(path, tmp_path / "a", ".wav")
    assert {one.name for one in tmp_path.iterdir()} <= {"a", "a.tar.gz"}


def test_archives_of_many_members_read_as_tarfile_reads_them() -> None:
    draw = random.Random(7)
    files = {
        f"f{n}/{'x' * draw.randrange(150)}.wav": draw.randbytes(draw.randrange(2_000)) for n in range(100)
    }
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        content = archive(files, form)
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            theirs = {one.name: tar.extractfile(one).read() for one in tar if one.isfile()}  # type: ignore[union-attr]
        assert listed(content) == theirs == files
