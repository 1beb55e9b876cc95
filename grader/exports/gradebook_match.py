"""Finds the gradebook's row of every paper, as Canvas finds its students: exactly, never by likeness."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from grader.exports.gradebook import GradebookRow
from grader.papers.identity import ROUNDED, bare, may_be_rounded_from
from grader.scores.graded import ClassGrades
from questions.common.messages import listed, show

Unsaid = Annotated[str, Field(exclude=True)]  # in no document


@dataclass(frozen=True)
class PaperName:
    """Whose a paper is, and where it stands. Fields that the class's file does not have are ""."""

    student: str
    id: Unsaid
    sis_id: Unsaid
    login: Unsaid
    name: Unsaid
    source: str
    row: int

    @classmethod
    def of_class(cls, grades: ClassGrades) -> "Iterator[PaperName]":
        """The papers of a class, in order."""
        frame = grades.responses.frame.select("student", "id", "sis_id", "login", "name", "source", "row")
        for student, id_, sis_id, login, name, source, row in frame.iter_rows():
            yield cls(student, id_ or "", sis_id or "", login or "", name or "", source, row)

    @property
    def place(self) -> str:
        """How a message names the paper."""
        return f"the paper of {show(self.student)} (row {self.row} of {self.source})"


class _Index:
    """The rows of a gradebook by what they are known by."""

    def __init__(self, rows: Sequence[GradebookRow]) -> None:
        self._rows: dict[tuple[str, str], list[GradebookRow]] = defaultdict(list)
        for row in rows:
            known = (("ID", row.id), ("SIS User ID", row.sis_user_id), ("SIS Login ID", row.sis_login_id))
            for what, value in (*known, *(("name", name) for name in row.names)):
                if value:
                    self._rows[what, value].append(row)

    def found(self, paper: PaperName) -> Iterator[tuple[str, list[GradebookRow]]]:
        """What finds rows, in Canvas's order, and the rows it finds."""
        wanted = (
            ("ID", paper.id),
            ("SIS User ID", paper.sis_id),
            ("SIS Login ID", paper.login),
            ("SIS Login ID", paper.sis_id),  # the id that a class's file has may be the one to log in with
            ("name", paper.name),
        )
        for what, value in wanted:
            if rows := self._rows.get((what, value.strip())):
                yield what, rows


def match_papers(
    rows: Sequence[GradebookRow], grades: ClassGrades
) -> tuple[dict[int, GradebookRow], list[str]]:
    """The row of each paper, by the paper's place in the class, and what is not clear.

    A paper that no row is found for is left out. Students are found by ID, then SIS User ID, SIS Login ID,
    then exact name.
    """
    index = _Index(rows)
    row_of: dict[int, GradebookRow] = {}
    paper_of: dict[int, PaperName] = {}
    problems: list[str] = []
    for place, paper in enumerate(PaperName.of_class(grades)):
        found = list(index.found(paper))
        if not found:
            continue
        (how, candidates), others = found[0], found[1:]
        row = candidates[0]
        if len(candidates) > 1:
            numbers = listed(str(candidate.number) for candidate in candidates)
            problems.append(f"rows {numbers}: all are {paper.place} by {how}; tell them apart by an id")
        elif other := _contradiction(row, others):
            problems.append(f"{paper.place} is row {row.number} by {how}, yet row {other}")
        elif row.index in paper_of:
            first = paper_of[row.index].place
            problems.append(f"row {row.number}: both {first} and {paper.place} are of this student; keep one")
        else:
            row_of[place], paper_of[row.index] = row, paper
    return row_of, problems


def hints(papers: Sequence[PaperName], rows: Sequence[GradebookRow]) -> dict[PaperName, str]:
    """Of papers that have no row: the row whose id a spreadsheet may have made theirs of."""
    found_for: dict[PaperName, str] = {}
    ids = [(id_, row) for row in rows for id_ in (row.id, row.sis_user_id, row.sis_login_id) if id_]
    by_rest = {bare(id_): (id_, row) for id_, row in reversed(ids)}
    for paper in papers:
        for found in filter(None, (paper.id, paper.sis_id, paper.login)):
            near = by_rest.get(bare(found))
            if near is None and re.match(ROUNDED, found):
                near = next((one for one in ids if may_be_rounded_from(found, one[0])), None)
            if near is not None:
                id_, row = near
                found_for[paper] = (
                    f"its id is {show(found)}, that of row {row.number} is {show(id_)}: a spreadsheet has "
                    "likely changed it; export the class again"
                )
    return found_for


def _contradiction(row: GradebookRow, others: list[tuple[str, list[GradebookRow]]]) -> str:
    """Another row that an id of the same paper names; names may repeat, so they contradict nothing."""
    for how, rows in others:
        if how != "name" and row not in rows:
            return f"{rows[0].number} by {how}"
    return ""
