"""One file over HTTP, whole or not there; what was broken off goes on from where it stopped."""

import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

from questions.common.errors import SourceError
from questions.common.messages import printable
from solvers.fetching.network import shown

TIMEOUT_S = 30.0  # without a single byte
CHUNK_BYTES = 2**18
# A connection that keeps breaking is taken up again this often, as long as every try brings something.
MAX_TRIES = 20
MAX_SAID_CHARS = 200  # of what a connection says

OnBytes = Callable[[int, int | None], None]  # bytes so far, bytes in all if known


def download(url: str, path: Path, max_bytes: int, on_bytes: OnBytes = lambda *_: None) -> None:
    """Fetch `url` to `path`. What has come so far is kept beside it as `NAME.part`.

    Raises SourceError: no such file, no connection, broken off, larger than `max_bytes`.
    """
    _check_address(url)
    part = path.with_name(path.name + ".part")
    for _ in range(MAX_TRIES):
        before = _size(part)
        try:
            complete = _one_try(url, part, max_bytes, on_bytes)
        except SourceError:
            part.unlink(missing_ok=True)  # kept, it would be met again by every later run
            raise
        except HTTPError as error:
            error.close()
            raise SourceError(f"{url}: the server answered {_status(error.code)}.") from error
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)  # urllib wraps what the connection said
            complete, why = False, printable(str(reason)[:MAX_SAID_CHARS]) or type(error).__name__
        else:
            why = "the connection was closed"
        if complete:
            part.replace(path)
            return
        if _size(part) <= before:
            break
    if _size(part) == 0:
        raise SourceError(f"{url}: cannot be fetched ({why}).")
    raise SourceError(
        f"{url}: broken off after {_size(part):,} bytes ({why}); what has come is kept, run the same "
        "command again to go on."
    )


def _status(code: int) -> str:
    """A code with the standard's words for it: the server's own may be anything."""
    known = code in {status.value for status in HTTPStatus}
    return f"{code} {HTTPStatus(code).phrase}" if known else str(code)


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_web, parts = False, urlsplit("")
    if parts.username or parts.password:
        raise SourceError(
            f"{shown(url)}: an address with a name and a password cannot be used; give a mirror without them."
        )
    if not is_web:
        raise SourceError(f"{printable(shown(url)[:MAX_SAID_CHARS])}: not an http or https address.")


def _one_try(url: str, part: Path, max_bytes: int, on_bytes: OnBytes) -> bool:
    """Add to `part` what it lacks; whether it is complete then."""
    start = _size(part)
    request = urllib.request.Request(url)  # noqa: S310  the scheme is checked
    if start:
        request.add_header("Range", f"bytes={start}-")
    try:
        response: HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT_S)  # noqa: S310
    except HTTPError as error:
        if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and start:
            # Either all of it is here already, or it is another file's.
            if error.headers.get("Content-Range", "") == f"bytes */{start}":
                return True
            part.unlink()
            return _one_try(url, part, max_bytes, on_bytes)
        raise
    with response:
        if not _continues(response, start):
            start = 0  # the server sends the file from its beginning
        length = response.headers.get("Content-Length", "")
        total = start + int(length) if length.isdecimal() else None
        _check_size(url, total or 0, max_bytes)
        done = start
        with part.open("r+b" if start else "wb") as file:
            file.seek(start)
            while chunk := response.read(CHUNK_BYTES):
                done += len(chunk)
                _check_size(url, done, max_bytes)
                file.write(chunk)
                on_bytes(done, total)
    # Without a length the end of the connection is the end of the file; unpacking finds what lacks.
    return total is None or done == total


def _continues(response: HTTPResponse, start: int) -> bool:
    """Whether the answer goes on exactly where `part` ends."""
    content_range: str = response.headers.get("Content-Range", "")
    return response.status == HTTPStatus.PARTIAL_CONTENT and content_range.startswith(f"bytes {start}-")


def _check_size(url: str, n_bytes: int, max_bytes: int) -> None:
    if n_bytes > max_bytes:
        raise SourceError(f"{url}: more than {max_bytes:,} bytes, so not the file that is meant.")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
