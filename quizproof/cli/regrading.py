"""A regrade on its way into files: the same for every export, and nobody's score is lowered unseen."""

from pathlib import Path

import typer

from grader.analysis.class_analysis import changes_table
from grader.analysis.regrade import Regrade, regrade_class
from grader.scores.graded import ClassGrades
from questions.amendments import Regrading
from questions.key import load_key
from quizproof.cli.class_options import require_both
from quizproof.cli.exit_codes import EXIT_DIFFERS
from quizproof.cli.output import print_json
from quizproof.cli.terminal import say


def regraded_by(grades: ClassGrades, old_key: Path | None, policy: str | None) -> Regrade | None:
    """The regrade that was asked for, None without one. Raises QuizproofError for half of what it needs."""
    require_both(old_key, policy)
    if old_key is None or policy is None:
        return None
    return regrade_class(grades, load_key(old_key, grades.responses.quiz), Regrading(policy))


def hold_lowered(regraded: Regrade, *, allow_lower: bool, json: bool) -> None:
    """List the papers that have less than before; without `allow_lower`, end there with 1."""
    lowered = changes_table(regraded.changes).filter(regraded.changes.frame["change"] < 0)
    for student, before, after in lowered.select("student", "before", "after").iter_rows():
        say(f"lowered: {student}: {before} to {after}")
    if lowered.is_empty() or allow_lower:
        return
    how = f"{len(lowered)} scores would be lowered; give --allow-lower to lower them. Nothing was written."
    say(how)
    if json:
        print_json({"stopped": how, "lowered": lowered.select("student", "before", "after").to_dicts()})
    raise typer.Exit(EXIT_DIFFERS)
