"""Whatever goes wrong in one question is that question's error, and the others finish."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from questions.quiz import QuizSpec
from solvers.evidence.store import Store
from solvers.hw10 import q01_token_shapes
from solvers.resources.resource import Setup
from solvers.run.catalog import Pack
from solvers.run.measure import run
from solvers.run.pool import ResourcePool


def raising(error: BaseException) -> Callable[..., None]:
    def measure(*_: object) -> None:
        raise error

    return measure


def endless(*arguments: object) -> None:
    endless(*arguments)  # of a call without them CPython 3.13.0 counts no depth


def wrong(*_: object) -> str:
    return "no Measured"


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (raising(KeyError("layer")), "KeyError: 'layer'"),
        (raising(AssertionError("codes")), "AssertionError: codes"),
        (raising(SystemExit(0)), "SystemExit: 0"),  # a library that means to end the program
        (raising(StopIteration(3)), "StopIteration: 3"),
        (endless, "RecursionError: maximum recursion depth exceeded"),
        (wrong, "AttributeError: 'str' object has no attribute 'sounds'"),
    ],
)  # fmt: skip
def test_an_exception_nobody_thought_of_fails_its_question_alone(
    measure: Callable[..., None],
    words: str,
    spec: QuizSpec,
    pack: Pack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(q01_token_shapes, "SOLVER", replace(q01_token_shapes.SOLVER, measure=measure))
    pool = ResourcePool(Setup(models="standin", device="cpu"), pack)
    store = Store(tmp_path)
    first, second = run((spec.question("q01"), spec.question("q02")), pool, store, lambda _: None)
    assert first.failure is not None
    assert first.failure.en == f"Measuring failed: {words}"
    assert second.failure is None
    assert store.read("q01") == first
    assert store.read("q02") == second


def test_who_breaks_off_the_run_breaks_it_off(
    spec: QuizSpec, pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        q01_token_shapes, "SOLVER", replace(q01_token_shapes.SOLVER, measure=raising(KeyboardInterrupt()))
    )
    pool = ResourcePool(Setup(models="standin", device="cpu"), pack)
    with pytest.raises(KeyboardInterrupt):
        list(run((spec.question("q01"),), pool, Store(tmp_path), lambda _: None))
    assert Store(tmp_path).read("q01") is None
