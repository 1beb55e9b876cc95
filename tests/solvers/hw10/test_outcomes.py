"""All 55 outcomes on a stored run's measurements, against a table written by hand."""

from pathlib import Path

import pytest

from questions.quiz import QuizSpec
from solvers.evidence.store import Record
from solvers.evidence.verdicts import Outcome
from solvers.run.catalog import Pack
from solvers.run.judge import judge_record

RECORDS = Path(__file__).parent / "records"
H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED

# One outcome an option, A first.
OUTCOMES = {
    "q01": [F, H, F, F],
    "q02": [F, F, H, F],
    "q03": [F, H, F, F],
    "q04": [F, H, F, F],
    "q05": [U, U, U, U],
    "q06": [H, H, F, H, H, H, U, U],
    "q07": [F, F, H, F],
    "q08": [F, F, H, F],
    "q09": [F, F, F, H],
    "q10": [H, H, F, H, H, H, F],
    "q11": [F, F, H, F],
    "q12": [H, F, F, F],
}


def record_of(question_id: str) -> Record:
    return Record.model_validate_json((RECORDS / f"{question_id}.json").read_bytes())


def test_the_table_has_every_option_of_the_quiz(spec: QuizSpec) -> None:
    assert {id_: len(outcomes) for id_, outcomes in OUTCOMES.items()} == {
        question.id: len(question.options) for question in spec.questions
    }
    assert sum(map(len, OUTCOMES.values())) == 55


@pytest.mark.parametrize("question_id", OUTCOMES)
def test_stored_measurements_give_the_outcomes_of_the_table(
    spec: QuizSpec, pack: Pack, question_id: str
) -> None:
    evidence = judge_record(spec.question(question_id), record_of(question_id), pack)
    assert evidence.failure is None
    assert [verdict.outcome for verdict in evidence.verdicts] == OUTCOMES[question_id]
