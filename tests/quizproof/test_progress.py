"""How far a run is, and how long it will still take by what was measured."""

from collections.abc import Iterator

from quizproof.cli.progress import Estimate
from solvers.run.measure import Progress


def ticking(*seconds: float) -> Iterator[float]:
    yield from seconds


def estimate(n_questions: int, *seconds: float) -> Estimate:
    """With a clock that says these one after another."""
    clock = ticking(*seconds)
    return Estimate(n_questions, lambda: next(clock))


def test_questions_that_are_kept_tell_nothing_of_the_others() -> None:
    one = estimate(12)
    for id_ in ("q01", "q02"):
        one.take(Progress(id_, "", 1.0, "kept"))
    assert (one.n_done, one.left_s, one.words) == (2, None, "2/12")


def test_the_rest_takes_as_long_as_what_was_measured() -> None:
    one = estimate(4, 100.0, 130.0)
    one.take(Progress("q01", "", 1.0, "kept"))
    one.take(Progress("q02", "", 0.0, "running"))
    one.take(Progress("q02", "", 1.0, "measured"))
    assert one.share == 0.5
    assert one.left_s == 60.0  # two more of 30 s
    assert one.words == "2/4, about 60 s left"


def test_the_one_in_work_counts_by_its_fraction() -> None:
    one = estimate(2, 0.0, 50.0, 50.0)
    one.take(Progress("q01", "", 0.0, "running"))
    one.take(Progress("q01", "half", 0.5, "running"))
    one.take(Progress("q01", "half", 0.25, "running"))  # a step back is none
    assert one.left_s == 150.0  # 50 s for half a question, three more halves
    assert one.words == "0/2, about 2 min left"


def test_a_failure_is_done_and_the_end_has_nothing_left() -> None:
    one = estimate(1, 0.0, 2.0)
    one.take(Progress("q01", "", 0.0, "running"))
    one.take(Progress("q01", "", 1.0, "failed"))
    assert (one.words, one.left_s) == ("1/1", 0.0)
