"""Tasks that workers are tried with. They are imported in the workers: a test file is not."""

import os
import signal
import time
from pathlib import Path


def doubled(number: int) -> int:
    """So that the results can be told."""
    return 2 * number


def where(_number: int) -> int:
    """The process that works; long enough for both to have some."""
    time.sleep(0.2)
    return os.getpid()


def fails_at_two(number: int) -> int:
    """A task whose own error is the caller's."""
    if number == 2:
        raise ZeroDivisionError("two")
    return number


def always_dies(_number: int) -> int:
    """A task that nobody survives."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def dies_once(work: tuple[Path, int]) -> int:
    """Kill the process that comes here first, at item 1."""
    mark, number = work
    if number == 1 and first_time(mark):
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def hangs_once(work: tuple[Path, int]) -> int:
    """Keep the process that comes here first, at item 1, for longer than a test waits."""
    mark, number = work
    if number == 1 and first_time(mark):
        time.sleep(600)
    return 2 * number


def first_time(mark: Path) -> bool:
    """Whether nobody has been here before, in any process."""
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
