"""PESQ in a process of its own, started once: if it dies, the run goes on with a sentence. `N` samples."""

import atexit
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from solvers.audio import pesq_child
from solvers.audio.pesq_child import REPLY, REQUEST, SCORED

if TYPE_CHECKING:
    import numpy as np

    Sound = np.ndarray[tuple[int], np.dtype[np.float32]]

# The package has room for 50 utterances and writes past it; speech of 30 s seldom has as many.
MAX_CALL_S = 30.0
# 30 s of sound take half a second of an idle core, and the process 0.13 GB of addresses.
MAX_WAIT_S = 60.0
MAX_MEMORY_BYTES = 2 * 2**30


class PesqRefusedError(Exception):
    """PESQ has no score for two sounds; `status` is one of `pesq_child`'s."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class PesqProcess:
    """One child, started at the first call and anew after it died or where this process was forked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._started_in = 0

    def score(self, reference: "Sound", degraded: "Sound", rate_hz: int) -> float:
        """PESQ-WB of two sounds float32 `[N]`, at most `MAX_CALL_S` long.

        Raises PesqRefusedError: it has no score for them. SourceError: it died, or took longer than
        `MAX_WAIT_S` and was ended.
        """
        n_samples = len(reference)
        assert len(degraded) == n_samples <= MAX_CALL_S * rate_hz
        request = REQUEST.pack(rate_hz, n_samples) + reference.tobytes() + degraded.tobytes()
        with self._lock:
            status, score, words = self._ask(request, n_samples / rate_hz)
        if status != SCORED:
            raise PesqRefusedError(status, words)
        return score

    def _ask(self, request: bytes, duration_s: float) -> tuple[int, float, str]:
        child = self._running()
        assert child.stdin is not None
        assert child.stdout is not None
        late = threading.Event()

        def end() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(MAX_WAIT_S, end)
        timer.start()
        try:
            child.stdin.write(request)
            child.stdin.flush()
            reply = child.stdout.read(REPLY.size)
            if len(reply) == REPLY.size:
                status, score, n_bytes = REPLY.unpack(reply)
                return status, score, child.stdout.read(n_bytes).decode()
        except BrokenPipeError:  # it died while it was written to
            pass
        finally:
            timer.cancel()
        how = f"took longer than {MAX_WAIT_S:g} s" if late.is_set() else f"broke down ({self._end()})"
        self.close()
        raise SourceError(
            f"PESQ {how} on {duration_s:.1f} s of sound: give a shorter clip, with fewer pauses in it."
        )

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._started_in != os.getpid():
            self._child = subprocess.Popen(  # noqa: S603  this interpreter and a file of ours
                [sys.executable, "-P", str(Path(pesq_child.__file__)), str(MAX_MEMORY_BYTES)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )
            self._started_in = os.getpid()
        return self._child

    def _end(self) -> str:
        assert self._child is not None
        code = self._child.wait()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def close(self) -> None:
        """End the child; the next call starts another."""
        child, self._child = self._child, None
        if child is None or self._started_in != os.getpid():
            return
        child.kill()
        child.communicate()


PROCESS = PesqProcess()
atexit.register(PROCESS.close)
