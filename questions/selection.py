"""The questions that a command names."""

from collections.abc import Iterable

from questions.common.errors import QuizproofError
from questions.common.messages import did_you_mean, show
from questions.quiz import AnyQuestion, QuizSpec


def selected(spec: QuizSpec, question_ids: Iterable[str]) -> tuple[AnyQuestion, ...]:
    """The questions named, such as q01,q02 or Q01, in the quiz's order; all of them if nothing is given.

    Raises QuizproofError.
    """
    known = {question.id for question in spec.questions}
    given = list(question_ids)
    words = [word.strip() for text in given for word in text.split(",")]
    wanted = [word.lower() for word in words if word] or given
    unknown = [name for name in wanted if name not in known]
    if unknown:
        allowed = ", ".join(sorted(known))
        raise QuizproofError(
            "\n".join(
                f"no question {show(name)}; allowed: {allowed}{did_you_mean(name, known)}" for name in unknown
            )
        )
    return tuple(question for question in spec.questions if not wanted or question.id in wanted)
