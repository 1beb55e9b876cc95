"""Keys and papers to fill in: each question in words, and under it the line where its answer goes."""

import textwrap
from collections.abc import Iterator
from typing import Literal

from questions.common.messages import printable
from questions.quiz import AnyQuestion, Bilingual, QuizSpec

Language = Literal["en", "zh"]

# A Chinese character is as wide as two of the others.
WIDTHS = {"en": 100, "zh": 50}
KINDS = {
    "single": Bilingual(en="single choice", zh="單選題"),
    "multiple": Bilingual(en="multiple answers", zh="多選題"),
}
KEY_HEAD = Bilingual(
    en=(
        "The key of “{title}”.\n"
        "After each question stands what is correct: one letter, such as B, or several, such as [A, C] or "
        "AC. null is not known: the question is left out of the grade, and the report says so."
    ),
    zh=(
        "「{title}」的答案。\n"
        "在每一題後面寫上正確選項：單選題寫一個字母，如 B；多選題可寫多個，如 [A, C] 或 AC。"
        "null 表示未知：該題不計入成績，報告會註明。"
    ),
)
PAPER_HEAD = Bilingual(
    en=(
        "A paper on “{title}”.\n"
        "Write your student number, and after each question what you pick: one letter, such as B, or "
        "several, such as [A, C] or AC. null is a blank."
    ),
    zh=(
        "「{title}」的作答。\n"
        "請填寫學號，並在每一題後面寫上所選的選項：單選題寫一個字母，如 B；多選題可寫多個，如 [A, C] 或 AC。"
        "null 表示未作答。"
    ),
)


def key_form(quiz: QuizSpec, language: Language) -> str:
    """A key in YAML in which no answer is known yet."""
    return _form(quiz, language, KEY_HEAD, "key:\n")


def paper_form(quiz: QuizSpec, language: Language) -> str:
    """A blank paper in YAML, its student still to be named."""
    return _form(quiz, language, PAPER_HEAD, "student: # B11901001\n\nanswers:\n")


def question_lines(question: AnyQuestion, language: Language) -> Iterator[str]:
    """A question as it is asked: its head, its prompt, a line or more an option."""
    unit = "分" if language == "zh" else "point" if question.points_exact == 1 else "points"
    title = _in(question.title, language)
    yield " · ".join(
        (question.id, printable(title), f"{question.points} {unit}", _in(KINDS[question.kind], language))
    )
    yield from _wrapped(_in(question.prompt, language), language)
    for option in question.options:
        lines = list(_wrapped(_in(option.text, language), language))
        yield f"  {option.id}  {lines[0]}"
        yield from (f"     {line}" for line in lines[1:])


def _form(quiz: QuizSpec, language: Language, head: Bilingual, fields: str) -> str:
    said = _in(head, language).format(title=_in(quiz.quiz.title, language))
    text = "".join(f"# {line}\n" for line in _wrapped(said, language)) + fields
    for question in quiz.questions:
        text += "\n" + "".join(f"  # {line}\n" for line in question_lines(question, language))
        text += f"  {question.id}: null\n"
    return text


def _wrapped(text: str, language: Language) -> Iterator[str]:
    """Lines that fit a terminal, with nothing in them that a terminal or YAML would obey."""
    for line in text.splitlines():
        yield from textwrap.wrap(printable(line.replace("\u3000", "  ")), WIDTHS[language]) or [""]


def _in(text: Bilingual, language: Language) -> str:
    return text.en if language == "en" else text.zh
