"""What a download says: nothing secret, and nothing that a terminal obeys."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from questions.common.errors import SourceError
from solvers.fetching.download import download


@pytest.fixture
def rude(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server whose reason phrase drives the terminal."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 503 \x1b]0;owned\x07\x1b[2J sk-secret\r\nContent-Length: 0\r\n\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/a.tar.gz"
    thread.join()
    listening.close()


def test_a_server_s_own_words_are_not_repeated(rude: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        download(rude, tmp_path / "a.tar.gz", 1_000)
    assert str(caught.value) == f"{rude}: the server answered 503 Service Unavailable."


WITH_PASSWORD = "an address with a name and a password cannot be used; give a mirror without them."


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://u:PW@127.0.0.1/a", f"http://127.0.0.1/a: {WITH_PASSWORD}"),
        ("ftp://127.0.0.1/a", "ftp://127.0.0.1/a: not an http or https address."),
        ("http://[/a", "http://[/a: not an http or https address."),
        ("http:///a", "http:///a: not an http or https address."),
        ("\x1b[2J", "\\x1b[2J: not an http or https address."),
    ],
)
def test_addresses_that_are_not_asked(tmp_path: Path, url: str, told: str) -> None:
    with pytest.raises(SourceError) as caught:
        download(url, tmp_path / "a", 1_000)
    assert str(caught.value) == told
