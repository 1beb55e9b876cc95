"""Stored evidence, question by question: what cannot be used is said, and the others go on."""

from pathlib import Path

import pytest

from grader.key.verification import knowledge_from_evidence, load_proof, stale_as_failures
from grader.scores.own_paper import Truth
from questions.common.errors import LockMismatchError
from questions.quiz import QuizSpec, Rest
from solvers.evidence.store import Record, RunInputs, Store
from solvers.evidence.verdicts import Provenance, Source
from solvers.hw10 import q02_frame_count
from solvers.resources.lock import Lock
from tests.solvers.evidence.edited import edit_record

A, B = "a" * 64, "b" * 64


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Conclusive evidence on question 2, on a course file that a lock may speak of."""
    sources = (
        Source(role=Rest.ARCHITECTURE, origin="library", name="Mimi", genuine=True),
        Source(role=Rest.COURSE_AUDIO, origin="path", name="8sAudio.wav", sha256=A, genuine=False),
    )
    inputs = RunInputs(solver_version=q02_frame_count.VERSION, spec={}, sources=sources, device="cpu", seed=0)
    provenance = Provenance(
        sources=sources, libraries={}, device="cpu", dtype="float32", seed=0, wall_time_s=1.0
    )
    numbers = {"n_samples": 192_000, "shape": [1, 32, 100], "announced_frames": 100}
    store = Store(tmp_path / "proof")
    store.write(Record(question="q02", inputs=inputs, measurements=numbers, provenance=provenance), {})
    return store


def failure(spec: QuizSpec, store: Store, question_id: str) -> str | None:
    found = load_proof(spec, store, None).evidence[question_id].failure
    return found.en if found else None


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("192000", '"many"', "n_samples: Input should be a valid integer"),
        ("192000", "NaN", "n_samples: Input should be a finite number"),
        ("192000", "null", "n_samples: Input should be a valid integer"),
        ('"n_samples"', '"n_sample"', "n_samples: Field required"),
        ("192000", "[]", "n_samples: Input should be a valid integer"),
    ],
)
def test_numbers_that_do_not_fit_make_their_question_stale(
    spec: QuizSpec, store: Store, before: str, after: str, reason: str
) -> None:
    assert failure(spec, store, "q02") is None
    edit_record(store.record_path("q02"), before, after)
    told = failure(spec, store, "q02")
    assert told is not None
    assert told.startswith(f"q02: what is stored does not fit its solver ({reason}")
    assert told.endswith("; run 'quizproof verify q02' to measure again.")


def test_a_bad_record_blocks_no_other(spec: QuizSpec, store: Store) -> None:
    path = store.record_path("q07")
    path.write_text("{", encoding="utf-8")
    assert failure(spec, store, "q02") is None
    assert "not a record that can be read" in (failure(spec, store, "q07") or "")
    known = knowledge_from_evidence(load_proof(spec, store, None))
    assert known["q02"].options["C"] is Truth.RIGHT
    assert set(known["q07"].options.values()) == {Truth.UNDECIDED}


def test_what_the_lock_contradicts_is_an_error_and_a_run_of_others_goes_on(
    spec: QuizSpec, store: Store, tmp_path: Path
) -> None:
    path, lock = tmp_path / "quizproof.lock", Lock(course_audio={"8sAudio.wav": B})
    lock.write(path)
    with pytest.raises(LockMismatchError, match=r"^q02: measured on course-audio \(8sAudio.wav\)"):
        load_proof(spec, store, None, lock_path=path)
    assert list(stale_as_failures(spec, store, lock)) == ["q02"]
