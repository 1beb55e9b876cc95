"""`quizproof grade`: papers or a class in, exact scores out, to the terminal and to files."""

import json as json_module
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.analysis.class_summary import summarise
from grader.key.contradictions import Contradiction, contradictions, stored_evidence
from grader.key.lint import Finding, warnings
from grader.key.rulings import find_rulings
from grader.key.verification import chosen_key
from grader.papers.class_files import TABLES, ClassFiles, read_class
from grader.papers.column_map import BY_RULE, ColumnMap, load_map
from grader.papers.paper import Paper
from grader.papers.responses import Responses, picked_of
from grader.papers.table_form import FIELDS
from grader.scores.class_grades import grade_class
from grader.scores.compare import compare
from grader.scores.credit import exact
from grader.scores.graded import ClassGrades
from grader.scores.grades import PaperGrade, grade
from grader.scores.late import timed
from grader.scores.marking import Marking
from grader.scores.results import json_of, write_results
from questions.common.errors import QuizproofError
from questions.common.files import replacing
from questions.common.temporary import holding
from questions.key import Key
from questions.quiz import QuizSpec
from quizproof.cli import grade_terminal
from quizproof.cli.class_options import ClassOptions, analyse_class, write_files
from quizproof.cli.class_terminal import print_class_analysis
from quizproof.cli.counting import Counting, CountingAsked, counting_of
from quizproof.cli.despite import hold_to_evidence
from quizproof.cli.grading_options import GradingOptions
from quizproof.cli.output import open_page
from reports.class_head import ClassHead
from solvers.run import catalog

JSON_FILE = "grades.json"


@dataclass(frozen=True)
class GradedClass:
    """A class as the commands need it: the papers that count, graded, and what was read beside them."""

    spec: QuizSpec
    key: Key
    files: ClassFiles
    counting: Counting
    refused: tuple[str, ...]
    grades: ClassGrades
    findings: tuple[Finding, ...]
    contradictions: tuple[Contradiction, ...]
    despite: str | None

    @property
    def n_superseded(self) -> int:
        """How many papers do not count, since another attempt of their student does."""
        return len(self.grades.every.frame) - len(self.grades.by_paper.frame)

    def head(self) -> dict[str, Any]:
        """What the JSON document says of the class as a whole."""
        summary = summarise(self.grades)
        return {
            "points_graded": exact(self.grades.points_graded),
            "points_in_all": self.spec.quiz.total,
            "left_out": list(self.grades.left_out),
            "amendments": {
                id_: one.model_dump(mode="json", exclude_defaults=True)
                for id_, one in self.grades.marking.amendments.items()
            },
            "attempts": self.counting.attempts.value,
            "counts": self.counting.words,
            "refused": list(self.refused),
            "n_superseded": self.n_superseded,
            "class": summary and summary.model_dump(mode="json"),
        }


def load_class(asked: GradingOptions) -> GradedClass:
    """Read and grade a class. Raises QuizproofError for a mistake in the quiz, the key or the files.

    Ends with 1 where stored evidence contradicts the key, unless there is a reason to go on.
    """
    spec = catalog.load(asked.quiz)
    ruled = find_rulings(asked.rulings, spec)
    given = chosen_key(spec, asked.key, asked.evidence, ruled, from_evidence=asked.from_evidence)
    answers, amendments = given.answers, given.amendments
    left_out = [question.id for question in spec.questions if answers[question.id] is None]
    files = read_class(
        asked.papers,
        spec,
        left_out,
        skip_invalid=asked.skip_invalid,
        encoding=asked.encoding,
        column_map=map_given(asked, spec),
    )
    counting = CountingAsked(asked.attempts, asked.due, asked.extensions, asked.late, asked.late_floor)
    chosen = counting_of(spec.quiz.settings, counting)
    on_time = timed(files.responses, chosen.late)
    files = replace(files, notes=(*files.notes, *on_time.notes, *on_time.refused))
    grades = grade_class(on_time.responses, answers, chosen.attempts, amendments)
    stored = stored_evidence(spec, asked.evidence)
    contradicted = contradictions(spec, given, stored, ruled)
    reason = hold_to_evidence(contradicted, asked.despite_evidence, json=asked.json)
    findings = warnings(spec, answers, stored)
    return GradedClass(spec, given, files, chosen, on_time.refused, grades, findings, contradicted, reason)


def map_given(asked: GradingOptions, spec: QuizSpec) -> ColumnMap:
    """The map that was given. Raises QuizproofError."""
    return BY_RULE if asked.column_map is None else load_map(asked.column_map, spec, FIELDS)


def run(
    graded: GradedClass, paths: Sequence[Path], options: ClassOptions, *, comparing: bool, json: bool
) -> bool:
    """Write and print the grades. True if a comparison was asked for and found a difference.

    Papers given one by one are explained question by question; a class is summed up. After a regrade, the
    regraded scores are the grades.
    """
    out = options.out
    one_by_one = not any(path.is_dir() or path.suffix.lower() in TABLES for path in paths)
    if options.show and one_by_one and options.student is None:
        raise QuizproofError("--open shows a page: of papers given one by one, give --student ID too.")
    class_analysis = analyse_class(graded.grades, options, one_by_one=one_by_one)
    if class_analysis is not None:
        class_analysis = class_analysis.beside(graded.contradictions, graded.despite)
        graded = replace(graded, grades=class_analysis.grades)
    comparisons = compare(graded.grades) if comparing else ()
    papers = list(_papers(graded.grades.responses, graded.grades.marking)) if one_by_one else []
    head = _grading_facts(graded) | ({} if one_by_one else graded.head())
    if class_analysis is not None:
        head |= class_analysis.summary.model_dump(mode="json")
    if comparisons:
        head["comparison"] = [one.model_dump(mode="json") for one in comparisons]
    with holding(out) if out is not None else nullcontext():
        shown = ClassHead(graded.key, graded.counting.attempts, graded.counting.late)
        written = write_files(graded.grades, options, class_analysis, shown)
        if out is not None:
            written += [*write_results(graded.grades, out), out / JSON_FILE]
            with replacing(out / JSON_FILE) as path, path.open("w", encoding="utf-8") as file:
                file.writelines(_document(head, papers, graded.grades))
    if json:
        sys.stdout.writelines(_document(head, papers, graded.grades))
    elif one_by_one:
        grade_terminal.print_grades(papers)
    else:
        grade_terminal.print_class(graded.grades, graded.n_superseded, graded.counting)
        if class_analysis is not None:
            print_class_analysis(class_analysis)
    grade_terminal.announce(graded.files, graded.findings)
    if comparisons and not json:
        grade_terminal.print_comparison(comparisons)
    if out is not None and not json:
        grade_terminal.print_written(out, written)
    if options.show:
        open_page(written[0])
    return any(one.n_differing for one in comparisons)


def _grading_facts(graded: GradedClass) -> dict[str, Any]:
    """What was left out and noted, and what looks wrong in the key, in JSON."""
    skipped = graded.files.skipped
    return {
        "skipped": {"n_papers": skipped.n_rows, "problems": list(skipped.every_line())},
        "notes": list(graded.files.notes),
        "despite_evidence": graded.despite,
        "contradictions": [one.model_dump(mode="json") for one in graded.contradictions],
        "findings": [finding.model_dump(mode="json") for finding in graded.findings],
    }


def _document(head: Mapping[str, Any], papers: Sequence[PaperGrade], grades: ClassGrades) -> Iterator[str]:
    if papers:
        whole = {"grades": [one.model_dump(mode="json") for one in papers], **head}
        yield json_module.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    else:
        yield from json_of(head, grades)


def _papers(responses: Responses, marking: Marking) -> Iterator[PaperGrade]:
    quiz = responses.quiz
    masks = responses.frame.select("student", *(question.id for question in quiz.questions))
    for student, *answers in masks.iter_rows():
        picked = {
            question.id: frozenset(picked_of(question, mask))
            for question, mask in zip(quiz.questions, answers, strict=True)
        }
        yield grade(Paper(student, picked), quiz, marking.key, marking.amendments)
