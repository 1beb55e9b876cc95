"""PESQ in a process of its own. `N` samples."""

from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from solvers.audio import pesq_child
from solvers.audio.bounded import BoundedChild, ChildError

if TYPE_CHECKING:
    import numpy as np

    Sound = np.ndarray[tuple[int], np.dtype[np.float32]]

# The package has room for 50 utterances and writes past it; speech of 30 s seldom has as many.
MAX_CALL_S = 30.0
# 30 s of sound take half a second of an idle core, and the process 0.13 GB of addresses.
CHILD = BoundedChild(pesq_child.__name__, max_wait_s=60.0, max_memory_bytes=2 * 2**30)


class PesqRefusedError(Exception):
    """PESQ has no score for two sounds; `status` is one of `pesq_child`'s."""

    def __init__(self, status: str, words: str) -> None:
        super().__init__(words)
        self.status = status


def pesq_score(reference: "Sound", degraded: "Sound", rate_hz: int) -> float:
    """PESQ-WB of two sounds float32 `[N]`, at most `MAX_CALL_S` long.

    Raises PesqRefusedError: it has no score for them. SourceError: it died, or took too long and was ended.
    """
    n_samples = len(reference)
    assert len(degraded) == n_samples <= MAX_CALL_S * rate_hz
    try:
        told, _ = CHILD.ask({"rate_hz": rate_hz}, reference.tobytes() + degraded.tobytes())
    except ChildError as error:
        raise SourceError(
            f"PESQ {error} on {n_samples / rate_hz:.1f} s of sound: give a shorter clip, with fewer pauses "
            "in it."
        ) from error
    if told[pesq_child.STATUS] != pesq_child.SCORED:
        raise PesqRefusedError(told[pesq_child.STATUS], told.get(pesq_child.WORDS, ""))
    return float(told[pesq_child.SCORE])
