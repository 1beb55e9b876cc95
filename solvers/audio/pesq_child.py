"""The process in which PESQ runs: its C code writes past its arrays on a sound with too many utterances.

A script that needs numpy and pesq alone. On stdin come rate (Hz), count N and two sounds float32 `[N]`; on
stdout goes a status, a score, and the words of an error with their length in bytes. It ends with its stdin.
"""

import contextlib
import os
import struct
import sys

REQUEST = struct.Struct("<II")
REPLY = struct.Struct("<BdI")
SCORED, TOO_SHORT, NO_UTTERANCE, REFUSED = range(4)


def main() -> None:
    """Limit the memory to the bytes in the first argument, where the system can; then answer."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has none, macOS takes none
        import resource

        limit = int(sys.argv[1])
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    # What C code prints must not get into the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    while request := sys.stdin.buffer.read(REQUEST.size):
        rate_hz, n_samples = REQUEST.unpack(request)
        sounds = sys.stdin.buffer.read(2 * 4 * n_samples)
        status, score, words = _score(sounds, rate_hz, n_samples)
        answers.write(REPLY.pack(status, score, len(words)) + words)
        answers.flush()


def _score(sounds: bytes, rate_hz: int, n_samples: int) -> tuple[int, float, bytes]:
    import numpy as np
    from pesq import BufferTooShortError, NoUtterancesError, PesqError, pesq

    reference, degraded = np.frombuffer(sounds, np.float32).reshape(2, n_samples)
    try:
        return SCORED, float(pesq(rate_hz, reference, degraded, "wb")), b""
    except BufferTooShortError:
        return TOO_SHORT, 0.0, b""
    except NoUtterancesError:
        return NO_UTTERANCE, 0.0, b""
    except (PesqError, ValueError) as error:
        return REFUSED, 0.0, str(error).encode()


if __name__ == "__main__":
    main()
