"""`quizproof export`: files for other programs. What a command writes appears whole or not at all."""

import json as json_module
import sys
from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from questions.common.errors import QuizproofError
from quizproof.cli.exit_codes import EXIT_DIFFERS, EXIT_OPEN
from quizproof.cli.options import (
    DEFAULT_OUT,
    AllowLower,
    AllowUnverified,
    AttemptsOption,
    DespiteEvidence,
    Due,
    EvidenceDir,
    Extensions,
    FromEvidence,
    Json,
    KeyFile,
    LateFloor,
    LateOption,
    LockFile,
    OldKey,
    QuizOption,
    RegradeOption,
    SkipInvalid,
)

if TYPE_CHECKING:
    from grader.analysis.regrade import Regrade
    from grader.papers.class_files import ClassFiles
    from quizproof.cli.grade import GradedClass


OutFile = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the file goes.")]
Papers = Annotated[
    list[Path], typer.Argument(metavar="FILE…", help="Papers, a class's CSV, or folders of them.")
]
LanguageOption = Annotated[Literal["zh", "en"], typer.Option("--language", help="Language of the texts.")]

export = typer.Typer(no_args_is_help=True, help="Write files for other programs.", rich_markup_mode=None)


@export.command("qti")
def export_qti(
    key: KeyFile = None,
    from_evidence: FromEvidence = False,
    evidence: EvidenceDir = DEFAULT_OUT,
    despite_evidence: DespiteEvidence = None,
    language: LanguageOption = "zh",
    out: OutFile = Path("quiz-qti.zip"),
    quiz: QuizOption = None,
    json: Json = False,
) -> None:
    """Write the quiz as a QTI 1.2 zip for Canvas.

    It has points and correct answers, and comes unpublished. Another wording or key makes another quiz.
    """
    from grader.exports.qti import qti_zip, require_plain, scored_otherwise
    from grader.key.contradictions import contradictions, stored_evidence
    from grader.key.verification import chosen_key
    from grader.scores.credit import points_in_words
    from questions.common.files import write_atomic
    from quizproof.cli.despite import hold_to_evidence
    from quizproof.cli.terminal import err
    from solvers.run import catalog

    spec = catalog.load(quiz)
    given = chosen_key(spec, key, evidence, from_evidence=from_evidence)
    require_plain(given)
    content = qti_zip(spec, given.answers, language)
    found = contradictions(spec, given, stored_evidence(spec, evidence))
    despite = hold_to_evidence(found, despite_evidence, json=json)
    write_atomic(out, content)
    differing = scored_otherwise(spec)
    if not json:
        for line in differing:
            err.print(line, markup=False, highlight=False, soft_wrap=True)
    document = {"file": str(out), "despite_evidence": despite, "scored_otherwise": differing}
    points, _ = points_in_words(Fraction(spec.quiz.total))
    _done(f"{out}: {len(spec.questions)} questions, {points}.", document, json=json)


@export.command("gradebook")
def export_gradebook(
    papers: Papers,
    gradebook: Annotated[
        Path, typer.Option("--gradebook", metavar="FILE", help="The gradebook that Canvas exported.")
    ],
    assignment: Annotated[
        str | None, typer.Option("--assignment", help="Its title, its id, or both as in the file.")
    ] = None,
    points_possible: Annotated[
        bool, typer.Option("--points-possible", help="Set the assignment's points to the quiz's.")
    ] = False,
    key: KeyFile = None,
    from_evidence: FromEvidence = False,
    evidence: EvidenceDir = DEFAULT_OUT,
    attempts: AttemptsOption = None,
    due: Due = None,
    extensions: Extensions = None,
    late: LateOption = None,
    late_floor: LateFloor = None,
    skip_invalid: SkipInvalid = False,
    despite_evidence: DespiteEvidence = None,
    old_key: OldKey = None,
    regrade: RegradeOption = None,
    allow_lower: AllowLower = False,
    out: OutFile = Path("gradebook-import.csv"),
    quiz: QuizOption = None,
    json: Json = False,
) -> None:
    """Fill an assignment of an exported Canvas gradebook.

    Export the gradebook just before: what was graded in this assignment since then would be put back. Other
    assignments are left out, so that an import changes this one alone. Cells are not guarded against
    spreadsheet formulas: the file is for Canvas, not for a spreadsheet. Ends with 1 where a paper has no row,
    its student is not assigned, a score would be lowered, or the assignment counts other points.
    """
    from grader.exports.gradebook import read_gradebook
    from grader.exports.gradebook_fill import fill_gradebook
    from questions.common.files import write_atomic
    from quizproof.cli.counting import CountingAsked
    from quizproof.cli.grade import load_class
    from quizproof.cli.regrading import regraded_by
    from quizproof.cli.terminal import err

    if out.resolve() == gradebook.resolve():
        raise QuizproofError(f"{out}: the gradebook itself is not overwritten; give another --out.")
    uploaded = read_gradebook(gradebook)
    graded = load_class(
        papers,
        quiz=quiz,
        key=key,
        from_evidence=from_evidence,
        evidence=evidence,
        counting=CountingAsked(attempts, due, extensions, late, late_floor),
        skip_invalid=skip_invalid,
        despite=despite_evidence,
        json=json,
    )
    skipped = _announced(graded.files)
    regraded = regraded_by(graded.grades, old_key, regrade)
    filled = fill_gradebook(
        uploaded,
        regraded.changes.after if regraded else graded.grades,
        assignment,
        points_possible=points_possible,
        allow_lower=allow_lower,
    )
    for line in filled.lines():
        err.print(line, markup=False, highlight=False, soft_wrap=True)
    write_atomic(out, filled.content)
    n_written = len(filled.written)
    line = f"{out}: {n_written} {'score' if n_written == 1 else 'scores'} in {filled.assignment!r}."
    document = {"file": str(out), **filled.to_json(), **_grading_facts(graded, regraded), "skipped": skipped}
    _done(line, document, json=json)
    if filled.differs or skipped:
        raise typer.Exit(EXIT_DIFFERS)


@export.command("gradescope")
def export_gradescope(
    papers: Papers,
    key: KeyFile = None,
    from_evidence: FromEvidence = False,
    evidence: EvidenceDir = DEFAULT_OUT,
    attempts: AttemptsOption = None,
    due: Due = None,
    extensions: Extensions = None,
    late: LateOption = None,
    late_floor: LateFloor = None,
    skip_invalid: SkipInvalid = False,
    despite_evidence: DespiteEvidence = None,
    old_key: OldKey = None,
    regrade: RegradeOption = None,
    allow_lower: AllowLower = False,
    language: LanguageOption = "zh",
    visibility: Annotated[
        Literal["hidden", "after_due_date", "after_published", "visible"],
        typer.Option("--visibility", help="When students see the results, which tell what is correct."),
    ] = "after_published",
    results: Annotated[
        Path | None,
        typer.Option(
            "--results", metavar="FILE", help="For an autograder: one paper's results, always written."
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the files go.")] = Path(
        "gradescope"
    ),
    quiz: QuizOption = None,
    json: Json = False,
) -> None:
    """Write a results.json for each paper, for Gradescope.

    Every score is explained in words, which tell how many options are correct. Ends with 1, and writes
    nothing, where a regrade would lower a score without --allow-lower. With --results, a paper that cannot be
    read has score 0 and is told why.
    """
    from grader.exports.gradescope import gradescope_files
    from questions.common.files import write_atomic
    from questions.common.messages import show
    from questions.common.temporary import holding, is_ours
    from quizproof.cli.autograder import require_alone, write_one
    from quizproof.cli.counting import CountingAsked
    from quizproof.cli.grade import load_class
    from quizproof.cli.regrading import hold_lowered, regraded_by

    load = partial(
        load_class,
        papers,
        quiz=quiz,
        key=key,
        from_evidence=from_evidence,
        evidence=evidence,
        counting=CountingAsked(attempts, due, extensions, late, late_floor),
        skip_invalid=skip_invalid,
        despite=despite_evidence,
        json=json,
    )
    if results is not None:
        require_alone(results, old_key, regrade)
        line = write_one(load, results, language, visibility)
        _done(line, {"file": str(results)}, json=json)
        return
    graded = load()
    skipped = _announced(graded.files)
    regraded = regraded_by(graded.grades, old_key, regrade)
    grades = regraded.changes.after if regraded else graded.grades
    files = dict(gradescope_files(grades, language=language, visibility=visibility))
    with holding(out):
        others = sorted(
            path.name for path in out.iterdir() if path.name not in files and not is_ours(path.name)
        )
        if others:
            raise QuizproofError(
                f"{out}: has other files, such as {show(others[0])}; give an empty folder, lest the results "
                "of another class stay among these."
            )
        if regraded is not None:
            hold_lowered(regraded, allow_lower=allow_lower, json=json)
        for name, content in files.items():
            write_atomic(out / name, content)
    document = {
        "folder": str(out),
        "files": list(files),
        **_grading_facts(graded, regraded),
        "skipped": skipped,
    }
    _done(f"{out}: {len(files)} files.", document, json=json)
    if skipped:
        raise typer.Exit(EXIT_DIFFERS)


@export.command("junit")
def export_junit(
    key: KeyFile = None,
    evidence: EvidenceDir = DEFAULT_OUT,
    out: OutFile = Path("key-check.xml"),
    quiz: QuizOption = None,
    lock: LockFile = None,
    allow_unverified: AllowUnverified = False,
    json: Json = False,
) -> None:
    """Write the key check as JUnit XML, for a CI server.

    Judges stored evidence; ends with the exit code that report ends with.
    """
    import socket
    from datetime import UTC, datetime
    from importlib.metadata import version

    from grader.exports.junit import Run, junit_xml
    from grader.key.key_check import Status
    from grader.key.verification import load_verification
    from questions.common.files import write_atomic
    from questions.key import load_key
    from solvers.evidence.store import Store
    from solvers.resources.lock import find_lock
    from solvers.run import catalog

    if key is None:
        raise QuizproofError("Give --key FILE: without a declared key there is nothing to check.")
    if not (evidence / "evidence").is_dir():
        raise QuizproofError(f"{evidence}: no evidence there; run 'quizproof verify --out {evidence}' first.")
    spec = catalog.load(quiz)
    verification = load_verification(spec, Store(evidence), load_key(key, spec), find_lock(lock))
    stored = [path.stat().st_mtime for path in (evidence / "evidence").glob("*.json")]
    newest = datetime.fromtimestamp(max(stored, default=0), UTC)
    write_atomic(out, junit_xml(verification, Run(newest, socket.gethostname(), version("quizproof"))))
    counts = {status.value: verification.check.count(status) for status in Status}
    line = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    _done(f"{out}: {line}.", {"file": str(out), "questions": counts}, json=json)
    if counts[Status.CONTRADICTED]:
        raise typer.Exit(EXIT_DIFFERS)
    if counts[Status.UNVERIFIED] and not allow_unverified:
        raise typer.Exit(EXIT_OPEN)


@export.command("schema")
def export_schema(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the schemas go.")] = Path("schema"),
    quiz: QuizOption = None,
    json: Json = False,
) -> None:
    """Write JSON Schemas for editors.

    They are of the question, key and paper files.
    """
    from questions.schema import write_schemas
    from solvers.run import catalog

    spec = catalog.load(quiz)
    write_schemas(spec, catalog.pack_of(spec), out)
    _done(str(out), {"folder": str(out)}, json=json)


def _grading_facts(graded: "GradedClass", regraded: "Regrade | None") -> dict[str, Any]:
    """What a document of an export says beside what was written."""
    return {"despite_evidence": graded.despite, "regrade": regraded and regraded.to_json()}


def _announced(files: "ClassFiles") -> list[str]:
    """Say on stderr what was noted in reading a class, and return what was left out of it."""
    from quizproof.cli.terminal import err

    skipped = list(files.skipped.every_line())
    for line in (*files.notes, *(f"left out: {problem}" for problem in skipped)):
        err.print(line, markup=False, highlight=False, soft_wrap=True)
    return skipped


def _done(line: str, document: Mapping[str, Any], *, json: bool) -> None:
    """Say what was written: a line, or a document alone on stdout."""
    if json:
        line = json_module.dumps(document, ensure_ascii=False, indent=2)
    sys.stdout.write(f"{line}\n")
