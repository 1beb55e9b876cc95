"""What the tests of Q6 have in common."""

from functools import partial

from questions.claims import Claim
from questions.quiz import QuizSpec
from solvers.evidence.verdicts import Finding, Outcome
from solvers.hw10.q06_emotion_umap import SOLVER
from solvers.hw10.q06_emotion_umap.claims import Emotion
from solvers.hw10.q06_emotion_umap.measurements import Measurements
from solvers.run.judge import findings_of
from tests.conftest import with_claims

H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
EMOTIONS: tuple[Emotion, ...] = ("Amused", "Angry", "Disgusted", "Neutral", "Sleepy")
AAS: tuple[Emotion, ...] = ("Amused", "Angry", "Sleepy")
judge = partial(findings_of, SOLVER)


def judged(spec: QuizSpec, claim: Claim, found: Measurements) -> Finding:
    """The claim alone, as option A of a question with as many options as it takes."""
    question = spec.question("q06")
    one = question.model_copy(update={"options": question.options[:1]})
    return judge(with_claims(one, {"A": [claim]}), found)["A"][0]


def quiet(_step: str, _fraction: float) -> None:
    pass
