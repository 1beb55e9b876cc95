"""The quiz of these tests, and quizzes of a test's own made of it."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from solvers.run import catalog

TINY = Path(__file__).parents[1] / "tiny_quiz"
QUIZ = catalog.load(TINY)


def quiz_of(*questions: AnyQuestion) -> QuizSpec:
    """A quiz of these questions alone, worth what they are worth together."""
    total = sum((question.points_exact for question in questions), Decimal(0))
    fields = {
        "total": f"{total.normalize():f}",
        "questions": tuple(question.id for question in questions),
    }
    return QUIZ.model_copy(
        update={"quiz": QUIZ.quiz.model_copy(update=fields), "questions": tuple(questions)}
    )


def with_singles(*ids: str) -> QuizSpec:
    """The quiz with more single choices, copies of q02 under titles of their own, which stand after it."""
    first, second, *multiple = QUIZ.questions
    copies = []
    for id_ in ids:
        titled = {
            field: Bilingual(zh=f"{id_}: {text.zh}", en=f"{id_}: {text.en}")
            for field, text in (("prompt", second.prompt), ("title", second.title))
        }
        copies.append(second.model_copy(update={"id": id_, **titled}))
    return quiz_of(first, second, *copies, *multiple)


def with_texts(
    question: AnyQuestion, texts: Sequence[str], english: Sequence[str] | None = None
) -> AnyQuestion:
    """The question with other options; as text stands in files, any text will do."""
    options = tuple(
        question.options[0].model_copy(
            update={"id": chr(ord("A") + place), "text": Bilingual.model_construct(zh=zh, en=en)}
        )
        for place, (zh, en) in enumerate(zip(texts, english or texts, strict=True))
    )
    return question.model_copy(update={"options": options})
