"""Tar archives as a stream: names, sizes and contents, in bounded memory and time.

Python's tarfile, up to 3.11.9 and 3.12.5, searches a header in quadratic time (CVE-2024-6232), and in every
version reads a long name of any length. Only what plain archives of files have is read here: ustar's header,
GNU's long names and large numbers, pax's `path` and `size` (POSIX.1-2008, pax, "ustar Interchange Format").
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

BLOCK_BYTES = 512
MAX_NAME_BYTES = 4_096
MAX_PAX_BYTES = 2**16
MAX_HEADERS = 4  # before one member: a global one, a pax one, a long name, a long target
MAX_TAIL_BYTES = 2**20  # archives are filled up to whole records, of 10 kB where nobody asked for more
CHUNK_BYTES = 2**18


class TarError(Exception):
    """What is read is no whole tar archive, or no plain one."""


class Readable(Protocol):
    """What gives bytes in their order."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


@dataclass(frozen=True)
class Member:
    """One entry. `size` is in bytes; what is no plain file or folder is neither."""

    name: str
    size: int
    is_file: bool
    is_folder: bool


@dataclass(frozen=True)
class _Header:
    name: bytes
    size: int
    kind: bytes
    sparse: bool = False


class TarStream:
    """Reads an archive from its beginning to its end, once."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._left = self._filling = 0  # of the member's content, and behind it up to a whole block

    def members(self) -> Iterator[Member]:
        """Each member in turn; what was not read of its content is passed over. Raises TarError."""
        n_members = 0
        while (header := self._header()) is not None:
            n_members += 1
            self._left, self._filling = header.size, -header.size % BLOCK_BYTES
            name = header.name.decode(errors="surrogateescape")
            is_folder = header.kind == b"5" or (header.kind in {b"0", b"\0"} and name.endswith("/"))
            is_file = header.kind in {b"0", b"\0", b"7"} and not is_folder and not header.sparse
            yield Member(name, header.size, is_file, is_folder)
            for _ in self.content():
                pass
        if not n_members:
            raise TarError("it is empty")
        if len(self._read(MAX_TAIL_BYTES + 1)) > MAX_TAIL_BYTES:
            raise TarError(f"more than {MAX_TAIL_BYTES:,} bytes follow its end")

    def content(self) -> Iterator[bytes]:
        """The content of the member at hand, in pieces. Raises TarError where it ends early."""
        while self._left:
            piece = self._stream.read(min(self._left, CHUNK_BYTES))
            if not piece:
                raise TarError("it ends within a member")
            self._left -= len(piece)
            yield piece
        if len(self._read(self._filling)) < self._filling:
            raise TarError("it ends within a member")
        self._filling = 0

    def _header(self) -> _Header | None:
        """The next member's header, with what the ones before it say of it; None at the end."""
        name: bytes | None = None
        pax: dict[bytes, bytes] = {}
        for _ in range(MAX_HEADERS + 1):
            block = self._read(BLOCK_BYTES)
            if not block.strip(b"\0"):
                if len(block) % BLOCK_BYTES or name is not None or pax:
                    raise TarError("it ends within a header")
                return None
            header = _parsed(block)
            if header.kind == b"L":
                name = self._body(header.size, MAX_NAME_BYTES).split(b"\0", 1)[0]
            elif header.kind == b"x":
                pax = _records(self._body(header.size, MAX_PAX_BYTES))
            elif header.kind in {b"g", b"K"}:  # of all members, and the target of a link: neither is used
                self._body(header.size, MAX_PAX_BYTES)
            else:
                size = _decimal(pax[b"size"]) if b"size" in pax else header.size
                sparse = any(key.startswith(b"GNU.sparse") for key in pax)
                chosen = pax.get(b"path", name if name is not None else header.name)
                return replace(header, name=chosen, size=size, sparse=sparse)
        raise TarError(f"more than {MAX_HEADERS} headers stand before one member")

    def _body(self, size: int, most: int) -> bytes:
        if size > most:
            raise TarError(f"a header of {size:,} bytes; at most {most:,} are allowed")
        content = self._read(size)
        if len(content) < size or len(self._read(-size % BLOCK_BYTES)) < -size % BLOCK_BYTES:
            raise TarError("it ends within a header")
        return content

    def _read(self, n_bytes: int) -> bytes:
        """As many bytes, or fewer at the end."""
        pieces = []
        while n_bytes and (piece := self._stream.read(n_bytes)):
            pieces.append(piece)
            n_bytes -= len(piece)
        return b"".join(pieces)


def _parsed(block: bytes) -> _Header:
    if len(block) < BLOCK_BYTES:
        raise TarError("it ends within a header")
    # The checksum is taken as if it were spaces itself.
    if sum(block[:148]) + sum(block[156:]) + 8 * ord(" ") != _number(block[148:156]):
        raise TarError("a header's checksum is wrong")
    name = block[:100].split(b"\0", 1)[0]
    prefix = block[345:500].split(b"\0", 1)[0]
    if block[257:263] == b"ustar\0" and prefix:
        name = prefix + b"/" + name
    size = _number(block[124:136])
    if size < 0:
        raise TarError("a member has a negative size")
    return _Header(name, size, block[156:157])


def _number(field: bytes) -> int:
    """Octal digits; GNU's large numbers and negative ones are binary, marked by the first byte."""
    if field[0] in {0x80, 0xFF}:
        return int.from_bytes(field[1:], "big") - (256 ** (len(field) - 1) if field[0] == 0xFF else 0)
    digits = field.split(b"\0", 1)[0].strip()
    if digits and not set(digits) <= set(b"01234567"):
        raise TarError("a header's number is none")
    return int(digits, 8) if digits else 0


def _records(content: bytes) -> dict[bytes, bytes]:
    """Pax's records, `LENGTH KEY=VALUE` with a line's end, the length counting all of it."""
    found: dict[bytes, bytes] = {}
    place = 0
    while place < len(content):
        end_of_length = content.find(b" ", place, place + 8)
        length = _decimal(content[place:end_of_length]) if end_of_length > 0 else 0
        record = content[end_of_length + 1 : place + length]
        key, equals, value = record.partition(b"=")
        if not record.endswith(b"\n") or place + length > len(content) or not equals:
            raise TarError("a pax header is broken")
        found[key] = value[:-1]
        place += length
    return found


def _decimal(digits: bytes) -> int:
    if not 0 < len(digits) <= 20 or not digits.isdigit():
        raise TarError("a pax header's number is none")
    return int(digits)
