"""One student's page, made of that student's own check alone: nothing of anyone else can be in it."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

from jinja2 import Template

from grader.key.why import MORE_WITH_REVEAL
from grader.scores.credit import display, exact
from grader.scores.own_paper import TRUTH_ZH, AnswerCheck, CheckResult, Truth
from questions.common import marks
from questions.common.files import write_atomic
from questions.quiz import QuizSpec
from reports.class_report import CLASS_STYLES, PAGE_SCRIPTS
from reports.details import Details
from reports.page import environment, page_parts

NO_DETAILS: Mapping[str, Details] = {}
TRUTH_MARKS = {Truth.RIGHT: marks.RIGHT, Truth.WRONG: marks.WRONG, Truth.UNDECIDED: marks.OPEN}


def render_student(
    quiz: QuizSpec,
    result: CheckResult,
    late: Fraction = Fraction(0),
    details: Mapping[str, Details] = NO_DETAILS,
) -> str:
    """The page; `late` are points lost by being late, `details` figures and sounds by question.

    What the check does not reveal, the page cannot show: of an answer that is not revealed it has what
    belongs to the picked options alone.
    """
    shown = [_shown(check, details.get(check.question, Details())) for check in result.questions]
    cards = [
        {
            "question": question,
            "check": check,
            "picked": {option for option, _ in check.picked},
            "whys": {option: told.words for option, told in check.why},
            "details": one,
        }
        for question, check, one in zip(quiz.questions, result.questions, shown, strict=True)
    ]
    plays = any(one.any for one in shown)
    return _template().render(
        quiz=quiz.quiz,
        **page_parts(
            (*CLASS_STYLES, "drawing.css", "figures.css") if plays else CLASS_STYLES,
            (*PAGE_SCRIPTS, "report.js") if plays else PAGE_SCRIPTS,
            plays=plays,
        ),
        result=result,
        more=MORE_WITH_REVEAL
        if any(not told.whole for one in result.questions for _, told in one.why)
        else None,
        late=late,
        cards=cards,
        revealed=any(check.revealed for check in result.questions),
        truth_marks=TRUTH_MARKS,
        truth_zh=TRUTH_ZH,
    )


def _shown(check: AnswerCheck, details: Details) -> Details:
    return details if check.revealed else details.only({name for _, told in check.why for name in told.shown})


@cache
def _template() -> Template:
    """Compiled once: a class has a page for each student."""
    env = environment()
    env.filters.update(display=display, exact=exact)
    return env.get_template("student.html.j2")


def write_student_page(
    folder: Path,
    quiz: QuizSpec,
    result: CheckResult,
    late: Fraction = Fraction(0),
    details: Mapping[str, Details] = NO_DETAILS,
) -> Path:
    """Render into `folder`/student.html, whole or not at all; the student's name is no part of a path."""
    path = folder / "student.html"
    write_atomic(path, render_student(quiz, result, late, details).encode())
    return path
