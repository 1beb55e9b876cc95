"""`quizproof diff`: two runs side by side."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from questions.common.errors import QuizproofError
from quizproof.cli.exit_codes import EXIT_DIFFERS
from quizproof.cli.options import Json, KeyFile, Language, LockFile, QuizOption, RulingsFile
from quizproof.cli.output import print_json

if TYPE_CHECKING:
    from grader.key.run_summary import RunSummary

Old = Annotated[Path, typer.Argument(metavar="OLD", help="The folder of the run before.")]
New = Annotated[Path, typer.Argument(metavar="NEW", help="The folder of the run after.")]


def diff(
    old: Old,
    new: New,
    key: KeyFile = None,
    quiz: QuizOption = None,
    lock: LockFile = None,
    rulings: RulingsFile = None,
    language: Language = "en",
    json: Json = False,
) -> None:
    """Say what another run changed: verdicts, margins near a threshold, weights, libraries, sounds, key.

    Reads the summary.json that verify and report write; a folder without one is judged now, by --key. A
    margin is near its threshold below a tenth of it. Ends with 1 where a verdict flipped or a question's
    status changed, and with 0 whatever else did.
    """
    from grader.key.change_words import NOTHING, in_words
    from grader.key.run_changes import changes_between
    from quizproof.cli import terminal

    before, after = (summary_in(folder, key, quiz, lock, rulings) for folder in (old, new))
    changes = changes_between(before, after)
    if json:
        print_json({"flipped": changes.flipped, **changes.model_dump(mode="json")})
    else:
        for section in in_words(changes):
            terminal.print_line(section.title.en if language == "en" else section.title.zh, bold=True)
            for line in section.lines:
                terminal.print_line(f"  {line.en if language == 'en' else line.zh}")
        if not changes.any:
            terminal.print_line(NOTHING.en if language == "en" else NOTHING.zh)
    if changes.flipped:
        raise typer.Exit(EXIT_DIFFERS)


def summary_in(
    folder: Path, key: Path | None, quiz: str | None, lock: Path | None, rulings: Path | None
) -> "RunSummary":
    """What a folder's run came to: as it wrote itself, else as its records are judged now.

    Raises QuizproofError for a folder that has neither, and for a summary that cannot be read.
    """
    from grader.key.rulings import find_rulings
    from grader.key.run_summary import read_summary, summary_of
    from grader.key.verification import load_verification
    from questions.key import load_key
    from solvers.evidence.store import Store
    from solvers.resources.lock import find_lock
    from solvers.run import catalog

    if (written := read_summary(folder)) is not None:
        return written
    if not (folder / "evidence").is_dir():
        raise QuizproofError(f"{folder}: no run there; give the --out of 'quizproof verify' or 'report'.")
    spec = catalog.load(quiz)
    declared = load_key(key, spec) if key else None
    ruled = find_rulings(rulings, spec)
    return summary_of(
        load_verification(spec, Store(folder), declared, find_lock(lock), keep_stale=True, rulings=ruled)
    )
