"""Weights pickled by torch are read once in a bounded child before they are read here."""

from pathlib import Path

from questions.common.errors import SourceError
from solvers.audio.bounded import BoundedChild, ChildDiedError, ChildError

MAX_UNPACKED_BYTES = 8 * 2**30  # Whisper large-v3 has 3.1 GB in half precision, and float32 files go round
# 3 GB from a slow disk, after torch has been imported.
CHILD = BoundedChild("solvers.models.weights_child", max_wait_s=300.0, max_memory_bytes=MAX_UNPACKED_BYTES)


def check_survived(path: Path) -> None:
    """Raise SourceError where reading a file kills the process that does, or takes too long.

    What torch refuses in an orderly way is refused again, with its reason, where the file is read.
    """
    try:
        CHILD.ask({"path": str(path)})
    except ChildDiedError as error:
        raise SourceError(f"{path}: reading it {error}; give another file of weights.") from error
    except ChildError:
        return
    finally:
        CHILD.close()  # it holds gigabytes
