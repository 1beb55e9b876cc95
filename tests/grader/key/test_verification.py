"""Stored evidence, question by question: what cannot be used is said, and the others go on."""

from pathlib import Path

import pytest

from grader.key.verification import knowledge_from_evidence, load_verification
from grader.scores.own_paper import Truth
from questions.common.errors import LockMismatchError
from questions.quiz import QuizSpec
from solvers.evidence.sources import Provenance, Source
from solvers.evidence.store import Record, RunInputs, Store
from solvers.resources.lock import Lock, Locked
from solvers.run import catalog
from tests.grader.tiny import TINY
from tests.solvers.evidence.edited import edit_record

A, B = "a" * 64, "b" * 64


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Conclusive evidence on question 2, beside a course file that a lock may speak of."""
    sources = (Source(resource="course-audio", origin="path", name="sum.wav", sha256=A, genuine=False),)
    inputs = RunInputs(
        solver="q01_sum",
        solver_version=1,
        solver_sha256=catalog.pack_at(TINY, None).digest_of("q01_sum"),
        spec={},
        sources=sources,
        device="cpu",
        seed=0,
    )
    provenance = Provenance(
        sources=sources, libraries={}, device="cpu", dtype="float32", seed=0, wall_time_s=1.0
    )
    store = Store(tmp_path / "proof")
    store.write(Record(question="q02", inputs=inputs, measurements={"total": 5}, provenance=provenance), {})
    return store


def failure(quiz: QuizSpec, store: Store, question_id: str) -> str | None:
    found = load_verification(quiz, store).evidence[question_id].failure
    return found.en if found else None


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ('"total": 5', '"total": "many"', "total: Input should be a valid integer"),
        ('"total": 5', '"total": NaN', "total: Input should be a finite number"),
        ('"total": 5', '"total": null', "total: Input should be a valid integer"),
        ('"total"', '"totals"', "total: Field required"),
        ('"total": 5', '"total": []', "total: Input should be a valid integer"),
    ],
)
def test_numbers_that_do_not_fit_make_their_question_stale(
    quiz: QuizSpec, store: Store, before: str, after: str, reason: str
) -> None:
    assert failure(quiz, store, "q02") is None
    edit_record(store.record_path("q02"), before, after)
    told = failure(quiz, store, "q02")
    assert told is not None
    assert told.startswith(f"q02: what is stored does not fit its solver ({reason}")
    assert told.endswith("; run 'quizproof verify q02' to measure again.")


def test_a_bad_record_blocks_no_other(quiz: QuizSpec, store: Store) -> None:
    path = store.record_path("q06")
    path.write_text("{", encoding="utf-8")
    assert failure(quiz, store, "q02") is None
    assert "not a record that can be read" in (failure(quiz, store, "q06") or "")
    known = knowledge_from_evidence(load_verification(quiz, store))
    assert known["q02"].options["C"] is Truth.RIGHT
    assert set(known["q06"].options.values()) == {Truth.UNDECIDED}


def test_what_the_lock_contradicts_is_an_error_and_a_run_of_others_goes_on(
    quiz: QuizSpec, store: Store
) -> None:
    lock = Lock(resources={"course-audio": Locked(by_file=True, files={"sum.wav": B})})
    with pytest.raises(LockMismatchError, match=r"^q02: measured on course-audio \(sum.wav\)"):
        load_verification(quiz, store, lock=lock)
    kept = load_verification(quiz, store, lock=lock, keep_stale=True).evidence
    assert [id_ for id_, one in kept.items() if one.failure and "measured on" in one.failure.en] == ["q02"]
