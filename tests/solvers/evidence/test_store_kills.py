"""A process is killed before each thing that it does to a question's files: what it leaves fits together."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.kills import content_of, kill_at
from questions.common import temporary
from questions.quiz import Bilingual
from solvers.evidence.store import Record, Store
from tests.solvers.evidence.test_store import measured

FAILURE = Record(question="q09", failure=Bilingual(zh="測量失敗", en="Measuring failed"))


def killed(n: int, folder: Path, work: Callable[[], None]) -> bool:
    """Whether a process of its own was killed before its nth event, rather than come to its end."""
    child = os.fork()
    if child == 0:  # never returns into the test
        kill_at(n, folder)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize("first", ["nothing", "another measurement", "a failure over it"])
@pytest.mark.parametrize("second", ["a measurement", "a failure"])
def test_a_write_that_is_killed_anywhere(tmp_path: Path, first: str, second: str) -> None:
    (old, old_media), (new, new_media) = measured(440.0), measured(660.0)
    record, media = (new, new_media) if second == "a measurement" else (FAILURE, {})

    def prepared(folder: Path) -> Store:
        store = Store(folder)
        if first != "nothing":
            store.write(old, old_media)
        if first == "a failure over it":
            store.write(FAILURE, {})
        return store

    prepared(tmp_path / "whole").write(record, media)
    whole = content_of(tmp_path / "whole")
    n_kills = 0
    for n in range(1, 100):
        folder = tmp_path / str(n)
        store = prepared(folder)
        before = store.read("q09")
        if not killed(n, folder, lambda store=store: store.write(record, media)):  # type: ignore[misc]
            break
        n_kills += 1
        found = store.read("q09")  # raises where a sound is another than the record's
        assert found in (before, record, None)
        if first != "nothing" and found in (None, FAILURE):  # what was measured before is never lost
            assert old in (store.read_last_good("q09"), found)
        if found is not None:
            assert store.has_media(found)
        temporary._swept.clear()  # as in the process of the next run
        store.write(record, media)
        assert content_of(folder) == whole
    assert n_kills >= 4
