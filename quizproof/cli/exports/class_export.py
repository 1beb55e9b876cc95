"""The one way from papers to files: load, grade, regrade, say what is lowered, write all or nothing."""

from collections.abc import Callable, Iterable
from pathlib import Path

import typer

from grader.exports.export import Export, Exported
from questions.common.errors import QuizproofError
from questions.common.files import write_all, write_atomic
from questions.common.messages import show
from questions.common.temporary import holding, is_ours
from quizproof.cli.exit_codes import EXIT_DIFFERS
from quizproof.cli.grade import load_class
from quizproof.cli.grade_terminal import announce
from quizproof.cli.grading_options import GradingOptions
from quizproof.cli.output import done
from quizproof.cli.regrading import hold_lowered, regraded_by
from quizproof.cli.terminal import say


def export_class(
    asked: GradingOptions,
    export: Export,
    out: Path,
    *,
    allow_lower: bool,
    then: Callable[[], Exported] | None = None,
) -> None:
    """Write a class's files to `out`, and do what is to be done with them `then`.

    Ends with 1 where anything was left out or asks for a look.
    """
    graded = load_class(asked)
    announce(graded.files, ())
    regraded = regraded_by(graded.grades, asked.old_key, asked.regrade)
    made = export.make(regraded.changes.after if regraded else graded.grades)
    if regraded is not None and not export.lowers:
        hold_lowered(regraded, allow_lower=allow_lower, json=asked.json)
    for line in made.lines:
        say(line)
    skipped = list(graded.files.skipped.every_line())
    document = {
        **({"file": str(out)} if export.one_file else {"folder": str(out)}),
        **made.document,
        "despite_evidence": graded.despite,
        "regrade": regraded and regraded.summary.model_dump(mode="json"),
        "skipped": skipped,
    }
    said = made.said
    if export.one_file:
        for _, content in made.files:
            write_atomic(out, content)
    else:
        document["files"] = names = _write_alone(out, made.files)
        said = made.said or f"{len(names)} files"
    differs = made.differs or bool(skipped)
    if then is not None:
        after = then()
        document |= after.document
        said, differs = f"{said}; {after.said}", differs or after.differs
    done(f"{out}: {said}.", document, json=asked.json)
    if differs:
        raise typer.Exit(EXIT_DIFFERS)


def _write_alone(folder: Path, files: Iterable[tuple[str, bytes]]) -> list[str]:
    """Write a folder's files, and return their names. Raises QuizproofError for others that lie there."""
    with holding(folder), write_all(folder, files) as names:
        there = {path.name for path in folder.iterdir() if not is_ours(path.name)}
        others = sorted(there - {name.split("/")[0] for name in names})
        if others:
            raise QuizproofError(
                f"{folder}: has other files, such as {show(others[0])}; give an empty folder, lest the "
                "results of another class stay among these."
            )
    return names
