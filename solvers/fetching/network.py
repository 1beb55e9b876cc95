"""Is a download host there? Asked once a process and host, and answered within three seconds."""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from http import HTTPStatus
from urllib.parse import urlsplit

PROBE_TIMEOUT_S = 3.0  # a reachable host answers in well under one; a DNS hang would take 20 or more
# What a proxy answers in a host's place.
REFUSALS = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED})

_LOGIN = re.compile(r"^([a-zA-Z0-9+.-]*:?//)?[^/?#]*@")
_probes: dict[str, _Probe] = {}
_probes_lock = threading.Lock()


class _Probe:
    """One HEAD request in a daemon thread: a name look-up cannot be interrupted, only abandoned."""

    def __init__(self, url: str, timeout_s: float) -> None:
        self.started_s = time.monotonic()
        self._answered = False
        self._verdict: bool | None = None
        self._thread = threading.Thread(target=self._ask, args=(url, timeout_s), daemon=True)
        self._thread.start()

    def _ask(self, url: str, timeout_s: float) -> None:
        if not _has_name(url):
            return
        import urllib.request  # which takes longer than looking for what lies here
        from http.client import HTTPException
        from urllib.error import HTTPError

        request = urllib.request.Request(url, method="HEAD")  # noqa: S310  the scheme is checked
        try:
            with urllib.request.urlopen(request, timeout=timeout_s):  # noqa: S310
                self._answered = True
        except HTTPError as error:  # a host that has nothing at this path is there all the same
            self._answered = error.code < HTTPStatus.INTERNAL_SERVER_ERROR and error.code not in REFUSALS
        except (OSError, HTTPException, ValueError):  # no name or no legal one, refused, timed out, no HTTP
            self._answered = False

    def answer(self, timeout_s: float) -> bool:
        """Wait until `timeout_s` after the start, not after this call; who is late stays absent."""
        if self._verdict is None:
            self._thread.join(max(0.0, self.started_s + timeout_s - time.monotonic()))
            self._verdict = self._answered
        return self._verdict


def _has_name(url: str) -> bool:
    """False where no network is: the host's name is unknown, and no proxy would be asked in its place.

    Without a network that is all there is to ask, and what asks a host need not be imported.
    """
    if sys.platform != "linux" or any(name.lower().endswith("_proxy") for name in os.environ):
        return True  # elsewhere the system's own settings may name a proxy
    import socket

    try:
        socket.getaddrinfo(urlsplit(url).hostname, None)
    except (OSError, ValueError):  # no name or no legal one
        return False
    return True


def shown(address: str) -> str:
    """An address without the name and password that it may carry, even where it is none that can be used."""
    return _LOGIN.sub(r"\1", address)


def begin_probe(url: str, timeout_s: float = PROBE_TIMEOUT_S) -> None:
    """Start asking for `url` without waiting.

    A process that needs several hosts begins all its probes first, so that no network
    costs one `timeout_s` in all rather than one for each host.
    """
    _probe(url, timeout_s)


def hub_reachable(url: str, timeout_s: float = PROBE_TIMEOUT_S) -> bool:
    """Whether `url` answers a HEAD request; at most `timeout_s`, a DNS hang included.

    The first answer for a URL holds for the whole process. Environment proxies are honoured.
    ValueError: the URL is not http or https.
    """
    return _probe(url, timeout_s).answer(timeout_s)


def _probe(url: str, timeout_s: float) -> _Probe:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError(f"{url!r} is not an http or https address, and only those can be probed.")
    with _probes_lock:
        if url not in _probes:
            _probes[url] = _Probe(url, timeout_s)
        return _probes[url]
