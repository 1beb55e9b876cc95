"""The way from question to evidence, on a small real Mimi given by path."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from questions.common.errors import SourceError, StaleEvidenceError
from questions.quiz import AnyQuestion, QuizSpec
from solvers.evidence.store import Record, RunInputs, Store
from solvers.evidence.verdicts import Outcome, Standing
from solvers.hw10 import q02_frame_count, q05_codebook_vector
from solvers.hw10.models.codec import mimi_config, random_mimi
from solvers.hw10.q02_frame_count import Frames
from solvers.hw10.q09_layer_order.claims import Said
from solvers.resources.resource import Setup
from solvers.run import measure as run
from solvers.run.catalog import Pack
from solvers.run.judge import NOT_MEASURED, check_sources, judge_record
from solvers.run.measure import Progress
from solvers.run.pool import ResourcePool
from solvers.run.session import Session
from solvers.run.solver import Measured
from tests.conftest import SMALL, with_claims


@pytest.fixture(scope="module")
def codec_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small-mimi")
    random_mimi(0, mimi_config(**SMALL)).save_pretrained(folder)
    return folder


@pytest.fixture
def setup(codec_dir: Path) -> Setup:
    return setup_with(codec_dir)


def setup_with(codec: Path) -> Setup:
    return Setup(models="standin", given={"codec-weights": str(codec)}, device="cpu")


class Log:
    """Remembers the states a run went through."""

    def __init__(self) -> None:
        self.states: list[tuple[str, str]] = []

    def __call__(self, progress: Progress) -> None:
        if progress.state != "running":
            self.states.append((progress.question, progress.state))


Go = Callable[[tuple[AnyQuestion, ...], Setup, Store, Log], list[Record]]


@pytest.fixture
def go(pack: Pack) -> Go:
    return lambda questions, setup, store, log: list(
        run.run(questions, ResourcePool(setup, pack), store, log)
    )


def test_every_solver_belongs_to_a_question_and_has_both_halves(spec: QuizSpec, pack: Pack) -> None:
    assert pack.solver_names == tuple(sorted(question.solver for question in spec.questions))
    for name in pack.solver_names:
        solver = pack.solver(name)
        assert callable(solver.measure)
        assert callable(solver.judge) is not callable(solver.judge_together)
        assert solver.version >= 1
        assert solver.measurements.model_config["frozen"]


def test_measured_once_then_kept(spec: QuizSpec, setup: Setup, tmp_path: Path, go: Go, pack: Pack) -> None:
    store, log = Store(tmp_path), Log()
    questions = (spec.question("q02"), spec.question("q05"))
    first = go(questions, setup, store, log)
    pool = ResourcePool(setup, pack)
    second = list(run.run(questions, pool, store, log))
    assert log.states == [("q02", "measured"), ("q05", "measured"), ("q02", "kept"), ("q05", "kept")]
    assert first == second
    assert pool.loaded == frozenset()
    assert "device" not in pool.__dict__  # not even looked for
    evidence = judge_record(questions[0], first[0], pack)
    assert [v.outcome for v in evidence.verdicts] == [
        Outcome.FAILS, Outcome.FAILS, Outcome.HOLDS, Outcome.FAILS,
    ]  # fmt: skip
    # A small model has the right shapes, but it is not the real architecture.
    assert {v.standing for v in evidence.verdicts} == {Standing.REHEARSAL}
    assert evidence.provenance is not None
    assert evidence.provenance.libraries["torch"] == torch.__version__.split("+")[0]


def test_an_edited_claim_is_judged_again_without_measuring(
    spec: QuizSpec, setup: Setup, tmp_path: Path, go: Go, pack: Pack
) -> None:
    store, log = Store(tmp_path), Log()
    go((spec.question("q02"),), setup, store, log)
    edited = with_claims(spec.question("q02"), {"A": [Frames(frames=100)], "C": [Frames(frames=101)]})
    (record,) = go((edited,), setup, store, log)
    assert log.states[-1] == ("q02", "kept")
    found = judge_record(edited, record, pack)
    assert [v.option for v in found.verdicts if v.outcome is Outcome.HOLDS] == ["A"]


def test_other_weights_are_measured_again(spec: QuizSpec, setup: Setup, tmp_path: Path, go: Go) -> None:
    store, log = Store(tmp_path / "out"), Log()
    go((spec.question("q05"),), setup, store, log)
    other = tmp_path / "other"
    random_mimi(1, mimi_config(**SMALL)).save_pretrained(other)
    go((spec.question("q05"),), setup_with(other), store, log)
    assert [state for _, state in log.states] == ["measured", "measured"]


def test_a_raised_solver_version_is_measured_again(
    spec: QuizSpec, setup: Setup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, go: Go, pack: Pack
) -> None:
    store, log = Store(tmp_path), Log()
    (record,) = go((spec.question("q02"),), setup, store, log)
    monkeypatch.setattr(q02_frame_count, "SOLVER", replace(q02_frame_count.SOLVER, version=99))
    with pytest.raises(StaleEvidenceError, match="q02: measured by version 1 of its solver, now 99; run"):
        judge_record(spec.question("q02"), record, pack)
    go((spec.question("q02"),), setup, store, log)
    assert [state for _, state in log.states] == ["measured", "measured"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (SourceError("2sAudio.wav: not a sound file"), "2sAudio.wav: not a sound file"),
        (MemoryError(), "out of memory (MemoryError); end other programs that use it, or give --device cpu"),
        (
            torch.cuda.OutOfMemoryError("CUDA out of memory"),
            "out of memory (OutOfMemoryError); end other programs that use it, or give --device cpu",
        ),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
    ],
)
def test_a_solver_that_fails_leaves_the_others_untouched(
    spec: QuizSpec,
    setup: Setup,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    reason: str,
    go: Go,
    pack: Pack,
) -> None:
    def fail(_question: AnyQuestion, _session: Session) -> Measured:
        raise error

    monkeypatch.setattr(q02_frame_count, "SOLVER", replace(q02_frame_count.SOLVER, measure=fail))
    store, log = Store(tmp_path), Log()
    go((spec.question("q02"), spec.question("q05")), setup, store, log)
    assert log.states == [("q02", "failed"), ("q05", "measured")]
    found = judge_record(spec.question("q02"), store.read("q02"), pack)
    assert found.failure is not None
    assert found.failure.en == f"Measuring failed: {reason}"
    assert found.verdicts == ()
    monkeypatch.undo()
    go((spec.question("q02"),), setup, store, log)
    assert log.states[-1] == ("q02", "measured")  # a failure is tried again, not kept


def test_a_failure_puts_what_was_measured_aside_and_its_inputs_bring_it_back(
    spec: QuizSpec, setup: Setup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, go: Go
) -> None:
    store, log, questions = Store(tmp_path), Log(), (spec.question("q02"),)
    (good,) = go(questions, setup, store, log)
    broken = setup_with(tmp_path / "nowhere")
    for _ in range(2):  # a second failure does not push the good record out
        go(questions, broken, store, log)
        assert store.read("q02") != good
    (back,) = go(questions, setup, store, log)
    assert log.states == [("q02", "measured"), ("q02", "failed"), ("q02", "failed"), ("q02", "kept")]
    assert back == good == store.read("q02")
    assert store.read_last_good("q02") is None


def test_a_number_that_is_none_leaves_the_question_open(
    spec: QuizSpec, setup: Setup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, go: Go
) -> None:
    def poisoned(codec: object) -> tuple[q05_codebook_vector.Vector, ...]:
        return (q05_codebook_vector.Vector(name="x", values=(float("nan"),)),)

    monkeypatch.setattr(q05_codebook_vector, "vectors_of", poisoned)
    (record,) = go((spec.question("q05"),), setup, Store(tmp_path), Log())
    assert record.failure is not None
    assert "not a finite number" in record.failure.en


def test_a_killed_run_goes_on_where_it_stopped(
    spec: QuizSpec, setup: Setup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, go: Go
) -> None:
    store, log = Store(tmp_path), Log()
    questions = (spec.question("q02"), spec.question("q05"))

    def killed(codec: object) -> Iterator[object]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(q05_codebook_vector, "vectors_of", killed)
        with pytest.raises(KeyboardInterrupt):
            go(questions, setup, store, log)
    assert [path.name for path in (tmp_path / "evidence").iterdir()] == ["q02.json"]
    go(questions, setup, store, log)
    assert log.states == [("q02", "measured"), ("q02", "kept"), ("q05", "measured")]


def test_an_unreadable_record_is_measured_again(spec: QuizSpec, setup: Setup, tmp_path: Path, go: Go) -> None:
    store, log = Store(tmp_path), Log()
    go((spec.question("q02"),), setup, store, log)
    store.record_path("q02").write_text('{"question": "q02"')
    go((spec.question("q02"),), setup, store, log)
    assert [state for _, state in log.states] == ["measured", "measured"]


def test_another_solver_asks_for_measuring_again(
    spec: QuizSpec, pack: Pack, setup: Setup, go: Go, tmp_path: Path
) -> None:
    question = spec.question("q02")
    (record,) = go((question,), setup, Store(tmp_path), Log())
    other = question.model_copy(update={"solver": "q03_code_axes"})
    with pytest.raises(StaleEvidenceError) as found:
        judge_record(other, record, pack)
    assert str(found.value) == (
        "q02: measured by the solver q02_frame_count, and the question now names q03_code_axes; "
        "run 'quizproof verify q02' to measure again."
    )


def test_what_no_one_measured_says_so(spec: QuizSpec, pack: Pack) -> None:
    found = judge_record(spec.question("q02"), None, pack)
    assert found.failure == NOT_MEASURED


def test_a_changed_sentence_asks_for_measuring_again(
    spec: QuizSpec, tmp_path: Path, pack: Pack, pool: ResourcePool
) -> None:
    question = spec.question("q09")
    solver = pack.solver(question.solver)
    inputs = RunInputs(
        solver=question.solver,
        solver_version=solver.version,
        spec=solver.reads(question),
        sources=(),
        device="cpu",
        seed=0,
    )
    provenance = Session(pool, question, lambda *_: None).provenance(1.0)
    record = Record(question="q09", inputs=inputs, measurements={}, provenance=provenance)
    edited = with_claims(question, {"A": [Said(said="Another sentence.")]})
    with pytest.raises(StaleEvidenceError, match="q09: what measuring reads from the question has changed"):
        judge_record(edited, record, pack)


def test_measurements_on_another_standin_are_refused(
    spec: QuizSpec, tmp_path: Path, go: Go, pack: Pack
) -> None:
    store = Store(tmp_path)
    (record,) = go((spec.question("q05"),), Setup(models="standin", device="cpu"), store, Log())
    check_sources(record, pack)
    stored = json.loads(store.record_path("q05").read_text())
    del stored["record_sha256"]
    stored["inputs"]["sources"][0]["sha256"] = "0" * 64
    with pytest.raises(StaleEvidenceError, match="q05: measured on another stand-in codec than the one"):
        check_sources(Record.model_validate(stored), pack)


def test_the_declared_key_never_reaches_a_solver() -> None:
    """Nothing under solvers/ imports the key, so that verification is no echo."""
    for path in Path(run.__file__).parents[1].rglob("*.py"):
        assert "questions.key" not in path.read_text(encoding="utf-8"), path
