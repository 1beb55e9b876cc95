"""`quizproof verify` and `quizproof report`: evidence for every option, the key held against it."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from questions.common.errors import QuizproofError
from questions.common.temporary import holding
from quizproof.cli.exit_codes import EXIT_DIFFERS, EXIT_OPEN
from quizproof.cli.options import (
    DEFAULT_OUT,
    AllowUnverified,
    AudioDir,
    Json,
    KeyFile,
    LockFile,
    ModelsOption,
    Out,
    QuizOption,
    RulingsFile,
)
from quizproof.cli.output import open_page, print_json

if TYPE_CHECKING:
    from grader.key.verification import Verification
    from questions.quiz import AnyQuestion
    from solvers.run.catalog import Pack


def verify(
    context: typer.Context,
    question_ids: Annotated[
        list[str] | None, typer.Argument(metavar="qNN", help="Only these questions, such as q01,q02.")
    ] = None,
    key: KeyFile = None,
    models: ModelsOption = "auto",
    audio: AudioDir = None,
    device: Annotated[str, typer.Option(metavar="NAME", help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    out: Out = DEFAULT_OUT,
    jobs: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=1024, help="CPU threads at most.")
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=2**32 - 1, help="Seed of all that is random.")
    ] = 0,
    quiz: QuizOption = None,
    lock: LockFile = None,
    rulings: RulingsFile = None,
    allow_unverified: AllowUnverified = False,
    json: Json = False,
    *,
    given: dict[str, str],
) -> None:
    """Compute the evidence for every option, hold the key against it, and write the report."""
    from grader.key.rulings import find_rulings
    from grader.key.run_summary import write_summary
    from grader.key.verification import load_verification, selected
    from questions.key import load_key
    from quizproof.cli import terminal
    from quizproof.cli.resource_options import require_known
    from reports.evidence_report import write_report
    from solvers.evidence.store import Store
    from solvers.resources.lock import find_lock
    from solvers.resources.resource import Setup
    from solvers.run import catalog
    from solvers.run.measure import hold_to_lock, run
    from solvers.run.outlook import outlook_of
    from solvers.run.pool import ResourcePool

    spec = catalog.load(quiz)
    pack = catalog.pack_of(spec)
    chosen = selected(spec, question_ids or ())
    _require_packages(pack, chosen)
    require_known(given, pack)
    declared = load_key(key, spec) if key else None  # a mistake in it is met before the long work
    ruled = find_rulings(rulings, spec)
    setup = Setup(
        models=models,
        audio_dir=audio,
        device=device,
        seed=seed,
        threads=jobs,
        given=given,
        lock=find_lock(lock),
    )
    pool, store = ResourcePool(setup, pack), Store(out)
    if models == "official":
        terminal.announce_outlook(outlook_of(chosen, pool))
    hold_to_lock(chosen, pool)
    context.with_resource(holding(out))
    with terminal.progress_of(tuple(question.id for question in chosen)) as on_progress:
        for _record in run(chosen, pool, store, on_progress):
            pass
    verification = load_verification(spec, store, declared, setup.lock, keep_stale=True, rulings=ruled)
    path = write_report(verification, store)
    write_summary(verification, store)
    terminal.announce_standins(verification.evidence)
    terminal.announce_unlocked(verification.evidence)
    terminal.announce_notes(verification.evidence)
    _finish(verification, path, allow_unverified=allow_unverified, json=json)


def report(
    context: typer.Context,
    key: KeyFile = None,
    out: Out = DEFAULT_OUT,
    quiz: QuizOption = None,
    lock: LockFile = None,
    rulings: RulingsFile = None,
    allow_unverified: AllowUnverified = False,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="DIR", help="Show what changed since that run.")
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the report in the browser.")] = False,
    json: Json = False,
) -> None:
    """Judge stored measurements again and render the report; needs no models."""
    from grader.key.rulings import find_rulings
    from grader.key.run_changes import changes_between
    from grader.key.run_summary import summary_of, write_summary
    from grader.key.verification import load_verification
    from questions.key import load_key
    from quizproof.cli.diff import summary_in
    from reports.evidence_report import write_report
    from solvers.evidence.store import Store
    from solvers.resources.lock import find_lock
    from solvers.run import catalog

    store = Store(out)
    if not (out / "evidence").is_dir():
        raise QuizproofError(f"{out}: no evidence there; run 'quizproof verify --out {out}' first.")
    context.with_resource(holding(out))
    spec = catalog.load(quiz)
    declared = load_key(key, spec) if key else None
    ruled = find_rulings(rulings, spec)
    verification = load_verification(spec, store, declared, find_lock(lock), rulings=ruled)
    changes = None
    if against is not None:
        changes = changes_between(summary_in(against, key, quiz, lock, rulings), summary_of(verification))
    path = write_report(verification, store, changes)
    write_summary(verification, store)
    if show:
        open_page(path)
    _finish(verification, path, allow_unverified=allow_unverified, json=json)


def _finish(verification: "Verification", path: Path, *, allow_unverified: bool, json: bool) -> None:
    """Say what came out and end with the exit code that says the same."""
    from grader.key.key_check import Status
    from quizproof.cli import terminal

    check_of_key = verification.check
    if json:
        print_json(
            {
                "report": str(path),
                "questions": [one.model_dump(mode="json") for one in check_of_key.questions],
                "evidence": {id_: one.model_dump(mode="json") for id_, one in verification.evidence.items()},
            }
        )
    else:
        terminal.print_check(verification.spec, check_of_key)
        terminal.announce_rulings(check_of_key)
        terminal.out.print(f"Report: {path}", soft_wrap=True)
    if check_of_key.count(Status.CONTRADICTED):
        raise typer.Exit(EXIT_DIFFERS)
    if check_of_key.n_undecided and not allow_unverified:
        raise typer.Exit(EXIT_OPEN)


def _require_packages(pack: "Pack", questions: "tuple[AnyQuestion, ...]") -> None:
    """Measuring needs packages that the light install has not; say so before anything is touched."""
    needed = dict.fromkeys(
        name
        for question in questions
        for resource in pack.solver(question.solver).uses
        for name in resource.packages
    )
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise QuizproofError(
            f"verify needs packages that are not installed: {', '.join(missing)}; "
            "run pip install 'quizproof[solve]', or 'quizproof report' for stored evidence."
        )
