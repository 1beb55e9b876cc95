"""A page for each student of a class, in a folder each, and a table to send them by mail."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import polars as pl

from grader.exports.export import Exported
from grader.exports.gradebook_fill import require_full_key
from grader.exports.gradescope import lateness, require_one_paper
from grader.exports.paper_names import paper_names
from grader.key.why import NO_REASONS, Reasons
from grader.scores.credit import display
from grader.scores.graded import ClassGrades
from grader.scores.one_student import check_at
from grader.scores.own_paper import AnswerCheck, Language
from grader.scores.results import csv_for_people, guarded
from reports.details import Details
from reports.student_page import render_student

MAIL_FILE, PAGE_FILE = "mail.csv", "index.html"
WHO = ("student", "name", "login")


@dataclass(frozen=True)
class PagesExport:
    """`FOLDER/index.html` for each paper, made of that paper's own check alone, and `mail.csv` of all.

    The table has who a student is, the total, what could be had, the page, and a text a question.
    """

    language: Language
    reveal: bool
    reasons: Reasons = NO_REASONS
    details: Mapping[str, Details] = field(default_factory=dict)

    one_file: ClassVar[bool] = False
    lowers: ClassVar[bool] = False

    def make(self, grades: ClassGrades) -> Exported:
        """Raises QuizproofError for an incomplete key, and for averages, which no one paper explains."""
        require_full_key(grades, "the pages")
        require_one_paper(grades)
        n = len(grades.frame)
        return Exported(self._files(grades), said=f"{n} {'page' if n == 1 else 'pages'} and {MAIL_FILE}")

    def _files(self, grades: ClassGrades) -> Iterator[tuple[str, bytes]]:
        quiz = grades.responses.quiz
        rows = []
        papers = zip(paper_names(grades), lateness(grades), grades.frame["total"], strict=True)
        for place, (name, late, total) in enumerate(papers):
            checked = check_at(
                grades.responses, place, grades.marking, reveal=self.reveal, reasons=self.reasons
            )
            page = f"{name}/{PAGE_FILE}"
            texts = {one.question: self._lines(one) for one in checked.questions}
            rows.append(
                {
                    "total": display(grades.points(total)),
                    "of": display(checked.points_graded),
                    "page": page,
                    **{id_: _on_one_line(lines, self.language) for id_, lines in texts.items()},
                }
            )
            yield page, render_student(quiz, checked, late, self.details).encode()
        columns = ("total", "of", "page", *(question.id for question in quiz.questions))
        table = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String()))
        mail = grades.responses.frame.select(WHO).hstack(table)
        yield MAIL_FILE, csv_for_people(mail.select(map(guarded, mail.columns)))

    def _lines(self, check: AnswerCheck) -> list[str]:
        """A question's text, and of each option what there is to hear and to see of it on the page."""
        untold = tuple((option, told.model_copy(update={"shown": ()})) for option, told in check.why)
        lines = check.model_copy(update={"why": untold}).lines(self.language)
        details = self.details.get(check.question, Details())
        for option, told in check.why:
            shown = {details.id_of(name) for name in told.shown}
            labels = [link.label for link in details.links(option) if link.id in shown]
            if labels and self.language == "zh":
                lines.append(f"{option}，見頁面：{'、'.join(label.zh for label in labels)}")
            elif labels:
                lines.append(f"{option}, on the page: {', '.join(label.en for label in labels)}")
        return lines


def _on_one_line(lines: Sequence[str], language: Language) -> str:
    """Lines one after another; what ends as a sentence needs no more between it and the next."""
    first, *others = map(str.strip, lines)
    text = first
    for line in others:
        ended = text.endswith((".", "。"))
        text += ((" " if ended else "; ") if language == "en" else ("" if ended else "；")) + line
    return text
