"""What the terminal shows of a graded class. Names from outside are text, never markup."""

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from grader.analysis.class_summary import SHOWN, summarise
from grader.key.lint import Finding
from grader.papers.class_files import ClassFiles
from grader.scores.amendment_words import amendment_words
from grader.scores.compare import Comparison, Difference
from grader.scores.credit import display, exact
from grader.scores.graded import ClassGrades
from grader.scores.grades import PaperGrade
from questions.common import marks
from questions.common.messages import listed
from quizproof.cli.counting import Counting
from quizproof.cli.terminal import out, print_table, say, table_of

STUDENTS_SHOWN = 3


def print_grades(grades: Sequence[PaperGrade]) -> None:
    """One table a paper, every score explained. Names from outside are text, never markup."""
    for grade in grades:
        out.print(Text(f"Student {grade.student}", style="bold"))
        table = table_of("question", "picked", "score", "of", "status", "why")
        for one in grade.questions:
            score = "–" if one.score is None else display(one.score)
            picked = ", ".join(one.picked) or "–"
            table.add_row(one.question, picked, score, exact(one.points), one.status, Text(one.words.en))
        print_table(table)
        total = f"{exact(grade.score)} ({display(grade.score)}) of {exact(grade.points_graded)}"
        if grade.left_out:
            total += f"; {exact(grade.points_in_all)} in all, left out: {', '.join(grade.left_out)}"
        out.print(Text(f"Total {total}", style="bold"))


def print_class(grades: ClassGrades, n_superseded: int, counting: Counting) -> None:
    """One line a question, then the mean."""
    summary = summarise(grades)
    if summary is None:
        out.print("No paper is left to grade.")
        return
    table = table_of("question", "of", "mean", *SHOWN)
    for one in summary.questions:
        counts = (f"{one.papers[status]:,}" for status in SHOWN)
        table.add_row(one.question, exact(one.points), display(one.mean), *counts)
    print_table(table)
    total = f"{summary.n_papers:,} papers, mean {display(summary.mean)} of {exact(grades.points_graded)}"
    if grades.left_out:
        total += f"; {grades.responses.quiz.quiz.total} in all, left out: {listed(grades.left_out)}"
    for id_, amendment in grades.marking.amendments.items():
        out.print(Text(f"{id_}: {amendment_words(amendment).en}"), soft_wrap=True)
    if n_superseded:
        total += f"; the {counting.attempts} attempts count, {n_superseded:,} others do not"
    out.print(Text(total, style="bold"), soft_wrap=True)
    out.print(Text(counting.words), soft_wrap=True)


def print_comparison(comparisons: Sequence[Comparison]) -> None:
    """One line a question: how many papers differ from what the platform gave, and whose."""
    table = table_of("question", "papers", "differ", "by at most", "ours and theirs")
    for one in comparisons:
        style = "bold red" if one.n_differing else "green"
        differ = Text(f"{marks.WRONG if one.n_differing else marks.RIGHT} {one.n_differing:,}", style=style)
        shown = "; ".join(map(_in_words, one.students[:STUDENTS_SHOWN]))
        if one.n_differing > STUDENTS_SHOWN:
            shown += "; …"
        by = f"{one.largest:+.6g}" if one.n_differing else ""
        table.add_row(one.question, f"{one.n_papers:,}", differ, by, Text(shown))
    print_table(table)
    for one in comparisons:
        if one.fudge_points:
            given = [
                f"{by.student} (row {by.row}) {by.points:+.6g}" for by in one.fudge_points[:STUDENTS_SHOWN]
            ]
            more = "; …" if len(one.fudge_points) > STUDENTS_SHOWN else ""
            out.print(
                Text(f"Fudge points that were given in Canvas: {'; '.join(given)}{more}"), soft_wrap=True
            )


def _in_words(one: Difference) -> str:
    theirs = "none" if one.theirs is None else f"{one.theirs:.6g}"
    return f"{one.student} (row {one.row}) {exact(one.ours)} and {theirs}"


def print_written(folder: Path, files: Sequence[Path]) -> None:
    """A line with what lies in the folder now."""
    out.print(Text(f"Written in {folder}: {listed(file.name for file in files)}"), soft_wrap=True)


def announce(files: ClassFiles, findings: Sequence[Finding]) -> None:
    """On stderr: what was left out, what was noted, what looks wrong in the key."""
    skipped = [f"left out: {line}" for line in files.skipped.every_line()]
    for line in (*skipped, *files.notes, *(finding.line for finding in findings)):
        say(line)
