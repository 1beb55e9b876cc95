"""A class's grades as Gradescope's results.json: one file a paper, every score explained in words.

Scores are rounded here and nowhere before: half up to two decimals, the total from the exact sum.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar, Literal

from grader.exports.export import Exported
from grader.exports.gradebook_fill import require_full_key
from grader.exports.media import NO_MEDIA, Media
from grader.exports.paper_names import paper_names
from grader.exports.xml_text import html_paragraph
from grader.key.why import NO_REASONS, Reasons
from grader.papers.responses import picked_of
from grader.scores.amendment_words import amendment_words
from grader.scores.credit import display, points_in_words
from grader.scores.graded import LATE, ClassGrades
from grader.scores.marking import Marking, Status
from grader.scores.own_paper import Language, points_and_why
from questions.common.errors import QuizproofError
from questions.quiz import AnyQuestion, Bilingual

Visibility = Literal["hidden", "after_due_date", "after_published", "visible"]


def gradescope_files(
    grades: ClassGrades,
    *,
    language: Language = "zh",
    visibility: Visibility = "after_published",
    reasons: Reasons = NO_REASONS,
    media: Media = NO_MEDIA,
    reveal: bool = False,
) -> Iterator[tuple[str, bytes]]:
    """The name and the content of each paper's file, made as they are asked for.

    The words tell how many options are correct, so they are for after the grades are out; with `reveal` they
    tell why each option is right or wrong, and else why those picked are. `media` has all that the reasons
    name, and goes into the files with the options it belongs to. Raises QuizproofError for an
    incomplete key, SubmissionError for two papers that cannot be told apart.
    """
    require_full_key(grades, "the files")
    require_one_paper(grades)
    return _files(grades, _Shown(language, visibility, reasons, media, reveal))


@dataclass(frozen=True)
class _Shown:
    """What a student is shown, and when."""

    language: Language
    visibility: Visibility
    reasons: Reasons
    media: Media
    reveal: bool

    def text(self, words: Bilingual) -> str:
        return words.zh if self.language == "zh" else words.en


def _files(grades: ClassGrades, shown: _Shown) -> Iterator[tuple[str, bytes]]:
    frame = grades.responses.frame
    dropped = [q for q in grades.responses.quiz.questions if grades.marking.dropped(q)]
    made: dict[tuple[str, int], dict[str, Any]] = {}
    masks = frame.select(question.id for question in grades.graded).iter_rows()
    costs, students = lateness(grades), frame["student"]
    papers = zip(paper_names(grades), students, masks, grades.frame["total"], costs, strict=True)
    for name, student, paper, total, cost in papers:
        tests = []
        for question, mask in zip(grades.graded, paper, strict=True):
            if mask is None:  # not shown, so that it is no part of the total
                continue
            if (question.id, mask) not in made:
                made[question.id, mask] = _test(grades, question, mask, shown)
            tests.append(made[question.id, mask])
        document = {
            "score": float(display(grades.points(total))),
            "visibility": shown.visibility,
            "extra_data": {"student": student},
            **late_words(cost, shown.language),
            "tests": [*tests, *(_taken_out(grades, one, shown) for one in dropped)],
        }
        yield f"{name}.json", f"{json.dumps(document, ensure_ascii=False)}\n".encode()


@dataclass(frozen=True)
class GradescopeExport:
    """A file a paper, by `gradescope_files`."""

    language: Language
    visibility: Visibility
    reasons: Reasons = NO_REASONS
    media: Media = field(default_factory=dict)
    reveal: bool = False

    one_file: ClassVar[bool] = False
    lowers: ClassVar[bool] = False

    def make(self, grades: ClassGrades) -> Exported:
        """The files of all papers."""
        return Exported(
            gradescope_files(
                grades,
                language=self.language,
                visibility=self.visibility,
                reasons=self.reasons,
                media=self.media,
                reveal=self.reveal,
            )
        )


def require_one_paper(grades: ClassGrades) -> None:
    """Raises QuizproofError for averages: what explains a score is one paper's answers."""
    if grades.each is not None:
        raise QuizproofError(
            "An average of attempts is not explained question by question; "
            "give --attempts latest, highest or first."
        )


def lateness(grades: ClassGrades) -> list[Fraction]:
    """What being late cost each paper."""
    if LATE not in grades.frame.columns:
        return [Fraction(0)] * len(grades.frame)
    return [grades.points(units) for units in grades.frame[LATE]]


def late_words(cost: Fraction, language: Language) -> dict[str, str]:
    """What Gradescope shows above the tests of a paper that lost points by being late."""
    if not cost:
        return {}
    en, zh = points_in_words(cost)
    return {"output": f"遲交扣 {zh}" if language == "zh" else f"late: {en} deducted"}


def _test(grades: ClassGrades, question: AnyQuestion, mask: int, shown: _Shown) -> dict[str, Any]:
    """One question as Gradescope shows it: passed is full credit, and the words say how it came about."""
    picked, marking = frozenset(picked_of(question, mask)), grades.marking
    score = marking.points(question, picked)
    worth, right = marking.worth(question), marking.status(question, picked) is Status.RIGHT
    return {
        **_named(grades, question, shown.language),
        "score": float(display(score)),
        "max_score": float(display(worth)),
        "status": "passed" if score == worth and (worth or right) else "failed",
        **_output(question, picked, marking, shown),
        "visibility": shown.visibility,
    }


def _output(question: AnyQuestion, picked: frozenset[str], marking: Marking, shown: _Shown) -> dict[str, str]:
    """Plain text, or HTML where something is heard or seen: each once, with the options it belongs to."""
    told = points_and_why(question, picked, marking, shown.reasons, reveal=shown.reveal)
    text = "\n".join(told.lines(shown.language))
    options: dict[str, list[str]] = {}
    for option, why in told.why:
        for name in why.shown:
            options.setdefault(name, []).append(option)
    if not options:
        return {"output": text, "output_format": "text"}
    media = shown.media[question.id]
    parts = [
        media[name].as_html(media[name].within, f"{', '.join(whose)}: {shown.text(media[name].label)}")
        for name, whose in options.items()
    ]
    return {"output": "".join([html_paragraph(text), *parts]), "output_format": "html"}


def _taken_out(grades: ClassGrades, question: AnyQuestion, shown: _Shown) -> dict[str, Any]:
    """A dropped question, without points, and why."""
    amendment = grades.marking.amendment(question)
    assert amendment is not None, "a question is dropped by its amendment"
    return {
        **_named(grades, question, shown.language),
        "output": shown.text(amendment_words(amendment)),
        "output_format": "text",
        "visibility": shown.visibility,
    }


def _named(grades: ClassGrades, question: AnyQuestion, language: Language) -> dict[str, Any]:
    """The name and number of a question, by its place in the quiz."""
    number = [one.id for one in grades.responses.quiz.questions].index(question.id) + 1
    title = question.title
    return {"name": f"Q{number} {title.zh if language == 'zh' else title.en}", "number": str(number)}
