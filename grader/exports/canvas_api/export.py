"""A class's scores as bodies for Canvas's API, one student a line; none is lowered unless that is allowed."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from grader.exports.canvas_api.updates import AttemptUpdate, Body, QuestionUpdate, Update
from grader.exports.export import Exported
from grader.exports.gradebook_fill import require_full_key
from grader.exports.gradescope import require_one_paper
from grader.key.why import NO_REASONS, Reasons
from grader.papers.responses import REPORTED_TOTAL, picked_of, reported
from grader.scores.amendment_words import amendment_words
from grader.scores.compare import TOLERANCE
from grader.scores.graded import ClassGrades
from grader.scores.own_paper import Language, points_and_why
from questions.common.errors import SubmissionError
from questions.common.messages import listed, show
from questions.quiz import AnyQuestion
from questions.reading.document import first_problems

HOW = "export the quiz's Student Analysis from Canvas again, with all attempts and with names"


@dataclass(frozen=True)
class _Change:
    """A student's update beside what Canvas has: the points of all questions, and the fudge points."""

    update: Update
    place: str
    points: float
    fudge: float

    @property
    def after(self) -> float:
        """The score that Canvas would then have."""
        return self.update.total(self.fudge)

    @property
    def before(self) -> float:
        """The score that Canvas has."""
        return self.points + self.fudge

    @property
    def in_numbers(self) -> dict[str, Any]:
        """What a document says of it."""
        scores = {"before": self.before, "after": self.after, "fudge_points": self.fudge}
        return {"student": self.update.student, **scores}

    @property
    def lowers(self) -> bool:
        """Whether the student would lose."""
        return self.after < self.before - TOLERANCE

    @property
    def replaces_fudge(self) -> bool:
        """Whether it would take away fudge points that a person gave."""
        sent = self.update.attempt.fudge_points
        return sent is not None and abs(self.fudge) > TOLERANCE and abs(self.fudge - sent) > TOLERANCE


@dataclass(frozen=True)
class CanvasExport:
    """A line a student, an `Update` each.

    Comments say how the points came about and why each picked option is right or wrong; with `reveal`, each
    option.

    Fudge points that a person gave in Canvas stay. Some are sent where a total is not the sum of its
    questions' scores, as where a paper was late.
    """

    language: Language
    comments: bool
    allow_lower: bool
    reasons: Reasons = NO_REASONS
    reveal: bool = False

    one_file: ClassVar[bool] = True
    lowers: ClassVar[bool] = True

    def make(self, grades: ClassGrades) -> Exported:
        """Raises QuizproofError for an incomplete key or averages, SubmissionError for missing ids."""
        require_full_key(grades, "the bodies")
        require_one_paper(grades)
        kept, fudged, lowered, updates = [], [], [], []
        for change in self._changes(grades):
            if change.replaces_fudge:
                fudged.append(change)
                continue
            if change.lowers:
                lowered.append(change)
            if abs(change.fudge) > TOLERANCE and change.update.attempt.fudge_points is None:
                kept.append(change)
            if self.allow_lower or not change.lowers:
                updates.append(change.update)
        stays = "" if self.allow_lower else "; it is left out, unless --allow-lower is given"
        return Exported(
            files=[("updates", "".join(f"{one.model_dump_json()}\n" for one in updates).encode())],
            lines=(
                *(f"lowered: {one.place}: {one.before:.6g} to {one.after:.6g}{stays}" for one in lowered),
                *(
                    f"left out: {one.place}: {one.fudge:+.6g} fudge points that were given in Canvas would "
                    f"become {one.update.attempt.fudge_points:+.6g}; grade it there"
                    for one in fudged
                ),
                *(
                    f"kept: {one.place}: {one.fudge:+.6g} fudge points that were given in Canvas"
                    for one in kept
                ),
            ),
            document={
                "students": len(updates),
                "lowered": [one.in_numbers for one in lowered],
                "lower_allowed": self.allow_lower,
                "left_out_for_fudge_points": [one.in_numbers for one in fudged],
                "fudge_points_kept": [one.in_numbers for one in kept],
            },
            said=f"{len(updates)} {'student' if len(updates) == 1 else 'students'}",
            differs=bool(fudged) or (bool(lowered) and not self.allow_lower),
        )

    def _changes(self, grades: ClassGrades) -> Iterator[_Change]:
        ids = _question_ids(grades)
        words: dict[tuple[str, int], str] = {}
        rows = list(grades.responses.frame.iter_rows(named=True))
        _require_known(rows)
        for row, units in zip(rows, grades.frame.iter_rows(named=True), strict=True):
            asked: dict[int, QuestionUpdate] = {}
            sent = Fraction(0)
            for question, id_ in ids:
                if (mask := row[question.id]) is None:  # not shown
                    continue
                if (question.id, mask) not in words:
                    words[question.id, mask] = self._comment(grades, question, mask)
                score = grades.points(units.get(question.id, 0))  # a dropped question has no column
                comment = words[question.id, mask] if self.comments else None
                asked[id_] = QuestionUpdate(score=float(score), comment=comment)
                sent += score
            rest = float(grades.points(units["total"]) - sent)
            attempt = AttemptUpdate(attempt=row["attempt"], fudge_points=rest or None, questions=asked)
            points = math.fsum(row.get(reported(question.id)) or 0.0 for question, _ in ids)
            total = row.get(REPORTED_TOTAL)
            yield _Change(
                Update(
                    student=row["student"], user_id=int(row["id"]), body=Body(quiz_submissions=(attempt,))
                ),
                _place(row),
                points,
                0 if total is None else total - points,
            )

    def _comment(self, grades: ClassGrades, question: AnyQuestion, mask: int) -> str:
        """How the points came about, or why the question does not count; then why, a line an option."""
        picked, marking = frozenset(picked_of(question, mask)), grades.marking
        amendment = marking.amendment(question)
        if amendment is not None and marking.dropped(question):
            words = amendment_words(amendment)
            return words.zh if self.language == "zh" else words.en
        told = points_and_why(question, picked, marking, self.reasons, reveal=self.reveal)
        return "\n".join(told.lines(self.language))


def _place(row: Mapping[str, Any]) -> str:
    return f"row {row['row']} of {row['source']}, {show(row['student'])}"


def _question_ids(grades: ClassGrades) -> list[tuple[AnyQuestion, int]]:
    """The questions that were asked, with Canvas's ids. SubmissionError: the files do not tell one."""
    responses = grades.responses
    asked = [question for question in responses.quiz.questions if question.id not in responses.absent]
    unknown = [question.id for question in asked if question.id not in responses.platform_ids]
    if unknown:
        raise SubmissionError(
            [f"Canvas's ids of {listed(unknown)} are not told by the papers, or by each otherwise; {HOW}"]
        )
    return [(question, responses.platform_ids[question.id]) for question in asked]


def _require_known(rows: list[dict[str, Any]]) -> None:
    """Raises SubmissionError, with every paper that Canvas cannot be told of."""
    problems: list[str] = []
    first: dict[str, str] = {}
    for row in rows:
        id_, place = row["id"] or "", _place(row)
        if not (id_.isascii() and id_.isdecimal()):
            problems.append(f"{place}: found {show(row['id'])} as Canvas's id; {HOW}")
        elif row["attempt"] is None:
            problems.append(f"{place}: which attempt it is is not told; {HOW}")
        elif id_ in first:
            problems.append(f"{first[id_]} and {place}: two papers of one student; keep one of the attempts")
        first.setdefault(id_, place)
    if problems:
        raise SubmissionError(first_problems(problems, "the papers"))
