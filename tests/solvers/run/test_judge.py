"""Judging what is stored: whose fault it is where that cannot be done."""

from pathlib import Path

import pytest

from questions.common.errors import StaleEvidenceError
from solvers.evidence.store import Record, Store
from solvers.evidence.verdicts import Evidence
from solvers.resources.resource import Setup
from solvers.run import catalog
from solvers.run.judge import judge_record
from solvers.run.measure import Progress, run
from solvers.run.pool import ResourcePool
from tests.quizproof.commands import TINY, copy_of, edit

Q01 = "return Finding(\n        outcome=Outcome.HOLDS if part.claim.sum"


def measured(folder: Path, out: Path) -> tuple[list[Record], list[str], list[Evidence]]:
    """Every question of a quiz of one's own: its records, how each came about, what is judged of it."""
    spec, states = catalog.load(folder), []

    def on_progress(progress: Progress) -> None:
        if progress.state != "running":
            states.append(progress.state)

    pack = catalog.pack_of(spec)
    records = list(run(spec.questions, ResourcePool(Setup(), pack), Store(out), on_progress))
    pairs = zip(spec.questions, records, strict=True)
    return records, states, [judge_record(question, record, pack) for question, record in pairs]


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ("1 / 0\n    " + Q01, "ZeroDivisionError: division by zero"),
        ("next(iter(()))\n    " + Q01, "StopIteration"),
        ('raise RuntimeError("two\\nlines")\n    ' + Q01, "RuntimeError: two lines"),
    ],
)
def test_a_bug_in_a_judge_is_the_solvers_fault_and_no_other_questions(
    tmp_path: Path, instead: str, said: str
) -> None:
    quiz = copy_of(TINY, tmp_path / "quiz")
    edit(quiz / "q01_sum.py", Q01, instead)
    _, states, evidence = measured(quiz, tmp_path / "proof")
    assert states == ["measured"] * 4
    failures = [found.failure and found.failure.en for found in evidence]
    assert failures == [
        f"{id_}: the solver q01_sum failed while judging its own measurements ({said}); that is a bug in the "
        f"solver and no fault of what is stored: report it, with evidence/{id_}.json."
        for id_ in ("q01", "q02")
    ] + [None, None]
    assert evidence[0].failure is not None
    assert evidence[0].failure.zh == (
        f"q01：solver q01_sum 判讀自己的測量結果時出錯（{said}）；這是 solver 的程式錯誤，"
        "與所存的證據無關：請附上 evidence/q01.json 回報。"
    )
    assert measured(quiz, tmp_path / "proof")[1] == ["kept"] * 4  # measuring again would mend nothing


def test_a_judge_that_leaves_an_option_out_is_at_fault(tmp_path: Path) -> None:
    quiz = copy_of(TINY, tmp_path / "quiz")
    edit(quiz / "q01_sum.py", "measure=measure, judge=judge)", "measure=measure, judge_together=together)")
    edit(quiz / "q01_sum.py", "SOLVER =", "def together(_question, _found):\n    return {}\n\n\nSOLVER =")
    _, _, evidence = measured(quiz, tmp_path / "proof")
    assert evidence[0].failure is not None
    assert evidence[0].failure.en.startswith(
        "q01: the solver q01_sum failed while judging its own measurements (KeyError: 'A'); that is a bug"
    )


def test_numbers_that_are_none_of_the_solvers_are_not_its_fault_and_are_measured_again(
    tmp_path: Path,
) -> None:
    records, _, _ = measured(TINY, tmp_path)
    unfit = records[0].model_copy(update={"measurements": {"total": "many"}})
    spec = catalog.load(TINY)
    with pytest.raises(StaleEvidenceError) as found:
        judge_record(spec.questions[0], unfit, catalog.pack_of(spec))
    assert str(found.value) == (
        "q01: what is stored does not fit its solver (total: Input should be a valid integer, unable to "
        "parse string as an integer); run 'quizproof verify q01' to measure again."
    )
    Store(tmp_path).amend(unfit)
    again, states, _ = measured(TINY, tmp_path)
    assert states == ["measured", "kept", "kept", "kept"]
    assert again[0].measurements == {"total": 5}
