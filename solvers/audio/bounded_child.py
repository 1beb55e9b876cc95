"""The process in which native code meets foreign data: it answers one request after another, within bounds.

A script of the standard library alone. Its arguments: the parent's `sys.path` as JSON, the module whose
`answer` answers, the bytes of memory that answering may take, and the seconds. On stdin and stdout go
lengths, a JSON object and raw data. It ends with its stdin.
"""

import contextlib
import importlib
import json
import math
import os
import signal
import struct
import sys
from pathlib import Path

LENGTHS = struct.Struct("<IQ")  # bytes of the JSON, bytes of the data
FAILED = "failed"  # the key of the words where `answer` raised
# The parent ends what is late; where it has been killed itself, this ends it a little later.
GRACE_S = 5


def main() -> None:
    """Import what answers, then limit the memory, then answer."""
    sys.path[:] = json.loads(sys.argv[1])
    answer = importlib.import_module(sys.argv[2]).answer
    memory_bytes, wait_s = int(sys.argv[3]), float(sys.argv[4])
    # What C code prints must not get into the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    _limit_memory(memory_bytes)
    while lengths := sys.stdin.buffer.read(LENGTHS.size):
        n_asked, n_data = LENGTHS.unpack(lengths)
        asked = json.loads(sys.stdin.buffer.read(n_asked))
        data = sys.stdin.buffer.read(n_data)
        _alarm(math.ceil(wait_s) + GRACE_S)
        try:
            told, found = answer(asked, data)
        except Exception as error:  # noqa: BLE001  the parent says it
            told, found = {FAILED: f"{type(error).__name__}: {error}"[:1000]}, b""
        _alarm(0)
        words = json.dumps(told).encode()
        answers.write(LENGTHS.pack(len(words), memoryview(found).nbytes))
        answers.write(words)
        answers.write(found)
        answers.flush()


def _limit_memory(more_bytes: int) -> None:
    """Let the process grow by so many bytes of addresses and no more, where the system can hold it to it.

    A crash then leaves no core file either.
    """
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has none, macOS takes none
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + more_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _alarm(seconds: int) -> None:
    """SIGALRM ends the process even within C code; Windows has none."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


if __name__ == "__main__":
    main()
