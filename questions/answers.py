"""How people write answers: `Q06` for q06, and `AB` or `A, B` for the list [A, B]."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from questions.common.messages import show
from questions.common.text import normalized
from questions.quiz import AnyQuestion, QuizSpec

MAX_ANSWER_CHARS = 200  # 26 letters, and what may stand between them

BETWEEN_LETTERS = re.compile(r"[\s,;/|+&、()\[\]]+")


def letters_in(text: str) -> str:
    """A text such as `A, B` or `（Ａ）` as `AB` and `A`: what may stand between letters is left out."""
    return BETWEEN_LETTERS.sub("", normalized("NFKC", text))


def spelled_out(answer: Any, question: AnyQuestion) -> Any:
    """`AB` as [A, B] where the question has these options and takes several; any other answer as it is."""
    if not isinstance(answer, str) or question.kind == "single" or not 1 < len(answer) <= MAX_ANSWER_CHARS:
        return answer
    letters = letters_in(answer)
    unambiguous = len(set(letters)) == len(letters) and set(letters) <= set(question.option_ids)
    return list(letters) if letters and unambiguous else answer


def question_id(name: str, quiz: QuizSpec) -> str | None:
    """The quiz's question that is named, in capitals or not; None where there is none."""
    found = name.lower()
    return found if any(question.id == found for question in quiz.questions) else None


def named_twice(names: Mapping[str, Any], quiz: QuizSpec) -> Iterator[tuple[str, str]]:
    """Names of a question that another name before them has named too, with what is wrong there."""
    seen: dict[str, str] = {}
    for name in names:
        if (found := question_id(name, quiz)) is not None:
            if found in seen:
                yield name, f"is the same question as {show(seen[found])}; keep one"
            seen.setdefault(found, name)
