"""Native code on foreign data in a process of its own: it may die, and the run goes on."""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from solvers.audio import bounded_child
from solvers.audio.bounded_child import FAILED, LENGTHS

MAX_TOLD_BYTES = 2**20
MAX_FOUND_BYTES = 2**28  # the longest sound that is read has 230 MB


class ChildError(Exception):
    """There is no answer; the message goes on after what was asked for: `reading it …`."""


class ChildDiedError(ChildError):
    """The process died, or was ended since it took too long."""


class BoundedChild:
    """One child, started when it is first asked and anew after it died or where this process was forked.

    `answering` is the module that answers in it: `answer(asked, data)` gives what is told, a JSON object, and
    what was found, bytes. The bounds are of one answer; memory is what it may take beyond what it began with.
    """

    def __init__(self, answering: str, max_wait_s: float, max_memory_bytes: int) -> None:
        self.answering = answering
        self.max_wait_s = max_wait_s
        self.max_memory_bytes = max_memory_bytes
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._started_in = 0

    def ask(self, asked: Mapping[str, Any], data: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """What the child tells and finds. Raises ChildError, ChildDiedError."""
        with self._lock:
            told, found = self._ask(json.dumps(asked).encode(), data)
        if FAILED in told:
            raise ChildError(f"failed ({told[FAILED]})")
        return told, found

    def _ask(self, asked: bytes, data: bytes) -> tuple[dict[str, Any], bytes]:
        child = self._running()
        assert child.stdin is not None
        assert child.stdout is not None
        late = threading.Event()

        def end() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(self.max_wait_s, end)
        timer.start()
        try:
            for part in (LENGTHS.pack(len(asked), len(data)), asked, data):
                child.stdin.write(part)
            child.stdin.flush()
            lengths = child.stdout.read(LENGTHS.size)
            if len(lengths) == LENGTHS.size:
                n_told, n_found = LENGTHS.unpack(lengths)
                if n_told <= MAX_TOLD_BYTES and n_found <= MAX_FOUND_BYTES:
                    told, found = child.stdout.read(n_told), child.stdout.read(n_found)
                    if len(told) == n_told and len(found) == n_found:
                        return json.loads(told), found
        except (BrokenPipeError, ValueError):  # it died while it was written to, or told what is no JSON
            pass
        finally:
            timer.cancel()
        how = f"took longer than {self.max_wait_s:g} s" if late.is_set() else f"broke down ({self._end()})"
        self.close()
        raise ChildDiedError(how)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._started_in != os.getpid():
            self._child = subprocess.Popen(  # noqa: S603  this interpreter and a file of ours
                [
                    sys.executable, "-P", str(Path(bounded_child.__file__)), json.dumps(sys.path),
                    self.answering, str(self.max_memory_bytes), str(self.max_wait_s),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={
                    **os.environ,
                    "OPENBLAS_NUM_THREADS": "1",
                    "OMP_NUM_THREADS": "1",
                    "CUDA_VISIBLE_DEVICES": "",  # no accelerator is woken to read a file
                },
            )  # fmt: skip
            self._started_in = os.getpid()
            atexit.register(self.close)
        return self._child

    def _end(self) -> str:
        assert self._child is not None
        self._child.kill()  # where it lives and told nonsense
        code = self._child.wait()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    @property
    def pid(self) -> int | None:
        """The child's process, if there is one."""
        return self._child.pid if self._child is not None else None

    def close(self) -> None:
        """End the child; the next question starts another."""
        atexit.unregister(self.close)
        child, self._child = self._child, None
        if child is None or self._started_in != os.getpid():
            return
        child.kill()
        child.communicate()
