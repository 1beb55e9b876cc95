import os
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest

from solvers.fetching import network
from solvers.fetching.network import begin_probe, hub_reachable


def black_hole() -> socket.socket:
    """A port that lets connect and then says nothing, as a dead proxy does."""
    return socket.create_server(("127.0.0.1", 0), backlog=8)


def address(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}/"


class Answering(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

    def do_HEAD_ok(self) -> None:
        """What a proxy passes on, which is asked for the whole address."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answering) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}/"
        http.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "expected"),
    [(200, True), (404, True), (405, True), (403, False), (407, False), (502, False)],
)
def test_an_answer_counts_unless_it_is_a_proxys_refusal(server: str, status: int, expected: bool) -> None:
    assert hub_reachable(f"{server}{status}") is expected


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each wait for a probe is allowed to take, on a clock that only these waits move."""
    allowed: list[float] = []

    class Waited(threading.Thread):
        def join(self, timeout: float | None = None) -> None:
            assert timeout is not None
            allowed.append(round(timeout, 6))

    monkeypatch.setattr(network, "threading", SimpleNamespace(Thread=Waited, Lock=threading.Lock))
    monkeypatch.setattr(network, "time", SimpleNamespace(monotonic=lambda: 100 + sum(allowed)))
    return allowed


def test_a_black_hole_costs_three_seconds_once(waits: list[float]) -> None:
    with black_hole() as listener:
        assert not hub_reachable(address(listener))
        assert not hub_reachable(address(listener))
    assert waits == [3.0]


def test_hosts_asked_together_share_the_wait(waits: list[float]) -> None:
    with black_hole() as first, black_hole() as second:
        for listener in (first, second):
            begin_probe(address(listener), timeout_s=0.6)
        for listener in (first, second):
            assert not hub_reachable(address(listener), timeout_s=0.6)
    assert waits == [0.6, 0.0]


def test_a_host_that_answers_late_stays_absent() -> None:
    with black_hole() as listener:
        url = address(listener)
        begin_probe(url, timeout_s=5)
        assert not hub_reachable(url, timeout_s=0.1)
        caller, _ = listener.accept()
        with caller:
            caller.recv(1000)
            caller.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
        time.sleep(0.1)
        assert not hub_reachable(url)


def test_a_name_that_cannot_be_is_absent() -> None:
    assert not hub_reachable(f"http://{'a' * 70}.invalid/")


@pytest.mark.parametrize(("proxy", "expected"), [("http_proxy", True), ("HTTP_PROXY", True), (None, False)])
def test_a_proxy_may_know_a_name_that_this_machine_does_not(
    monkeypatch: pytest.MonkeyPatch, server: str, proxy: str | None, expected: bool
) -> None:
    """One that stands in answers in the host's place, so that it is asked whatever the name."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    if proxy is not None:
        monkeypatch.setenv(proxy, server)
    monkeypatch.setattr("urllib.request._opener", None)  # which keeps the proxies of its first use
    monkeypatch.setattr(Answering, "do_HEAD", Answering.do_HEAD_ok)
    assert hub_reachable(f"http://{proxy or 'no-proxy'}.invalid/") is expected


def test_a_name_look_up_that_hangs_is_abandoned(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> None:
    release = threading.Event()

    def hang(*_: object, **__: object) -> None:
        release.wait(10)
        raise OSError("no name")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    assert not hub_reachable("http://hanging.invalid/", timeout_s=0.3)
    assert waits == [0.3]
    release.set()


def test_a_closed_port_is_noticed_at_once() -> None:
    with black_hole() as listener:
        closed = address(listener)
    assert not hub_reachable(closed, timeout_s=60.0)
    assert not network._probes[closed]._thread.is_alive()  # it was not waited for in vain


def test_only_http_addresses_are_asked() -> None:
    with pytest.raises(ValueError, match="'file:///etc/hosts' is not an http or https address"):
        hub_reachable("file:///etc/hosts")
