"""The command line. Commands import what they need when they run: only `verify` and `list` touch models."""

import json as json_module
import os
import sys
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from questions.common.errors import QuizproofError
from quizproof.cli.export import export
from quizproof.cli.options import (
    DEFAULT_OUT,
    AllowUnverified,
    AttemptsOption,
    AudioDir,
    CodecDir,
    CsmDir,
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
    ModelsOption,
    OldKey,
    Out,
    Questions,
    RegradeOption,
    SkipInvalid,
    StudentOption,
    VoicesDir,
    WhatIf,
    WhisperOption,
)

if TYPE_CHECKING:
    from grader.key.verification import Proof

EXIT_DIFFERS, EXIT_USAGE, EXIT_UNVERIFIED = 1, 2, 3  # 0: done

app = typer.Typer(
    name="quizproof",
    help="Check the answer key of a quiz by computing the evidence behind every option, and grade papers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command()
def verify(
    question_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[q07 …]", help="Only these questions.")
    ] = None,
    key: KeyFile = None,
    models: ModelsOption = "auto",
    audio: AudioDir = None,
    codec: CodecDir = None,
    csm: CsmDir = None,
    whisper: WhisperOption = "auto",
    voices: VoicesDir = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    out: Out = DEFAULT_OUT,
    jobs: Annotated[int | None, typer.Option(min=1, help="CPU threads at most.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all that is random.")] = 0,
    questions: Questions = None,
    lock: LockFile = None,
    allow_unverified: AllowUnverified = False,
    json: Json = False,
) -> None:
    """Compute the evidence for every option, hold the key against it, and write the report."""
    _require_models()
    from grader.key.verification import load_proof, load_spec, selected, stale_as_failures
    from questions.key import load_key
    from quizproof.cli import terminal
    from reports.evidence_report import write_report
    from solvers.evidence.store import Store
    from solvers.resources.lock import find_lock
    from solvers.run.measure import hold_to_lock, run
    from solvers.run.pool import Setup, Workshop

    spec = load_spec(questions)
    chosen = selected(spec, question_ids or ())
    if key is not None:
        load_key(key, spec)  # a mistake in the key is met before the long work, not after it
    setup = Setup(
        models,
        codec,
        whisper,
        audio_dir=audio,
        device=device,
        seed=seed,
        threads=jobs,
        voices=voices,
        csm=csm,
        lock=find_lock(lock),
    )
    workshop, store = Workshop(setup), Store(out)
    hold_to_lock(chosen, workshop)
    with terminal.progress_of(tuple(question.id for question in chosen)) as on_progress:
        for _record in run(chosen, workshop, store, on_progress):
            pass
    failures = stale_as_failures(spec, store, setup.lock)
    proof = load_proof(spec, store, key, failures, lock)
    report = write_report(proof, store)
    terminal.announce_standins(proof.evidence)
    terminal.announce_unlocked(proof.evidence)
    terminal.announce_notes(proof.evidence)
    _finish(proof, report, allow_unverified=allow_unverified, json=json)


@app.command()
def report(
    key: KeyFile = None,
    out: Out = DEFAULT_OUT,
    questions: Questions = None,
    lock: LockFile = None,
    allow_unverified: AllowUnverified = False,
    show: Annotated[bool, typer.Option("--open", help="Open the report in the browser.")] = False,
    json: Json = False,
) -> None:
    """Judge stored measurements again and render the report; needs no models."""
    from grader.key.verification import load_proof, load_spec
    from reports.evidence_report import write_report
    from solvers.evidence.store import Store

    store = Store(out)
    if not (out / "evidence").is_dir():
        raise QuizproofError(f"{out}: no evidence there; run 'quizproof verify --out {out}' first.")
    proof = load_proof(load_spec(questions), store, key, lock_path=lock)
    path = write_report(proof, store)
    if show:
        _open(path)
    _finish(proof, path, allow_unverified=allow_unverified, json=json)


@app.command()
def grade(
    papers: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="Canvas's Student Analysis, a plain CSV, papers, a folder."),
    ],
    key: KeyFile = None,
    from_evidence: FromEvidence = False,
    evidence: EvidenceDir = DEFAULT_OUT,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write the results, class.html and items.csv there."),
    ] = None,
    attempts: AttemptsOption = None,
    due: Due = None,
    extensions: Extensions = None,
    late: LateOption = None,
    late_floor: LateFloor = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Hold each score against Canvas's own; 1 if any differs.")
    ] = False,
    skip_invalid: SkipInvalid = False,
    despite_evidence: DespiteEvidence = None,
    old_key: OldKey = None,
    regrade: RegradeOption = None,
    what_if: WhatIf = None,
    student: StudentOption = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show the correct options on the student's page.")
    ] = False,
    questions: Questions = None,
    json: Json = False,
) -> None:
    """Grade papers or a class by the course's partial-credit rule, in exact fractions."""
    from questions.amendments import Regrading
    from quizproof.cli import grade as grade_command
    from quizproof.cli.class_options import Asked, rules_named
    from quizproof.cli.counting import CountingAsked

    asked = Asked(
        old_key=old_key,
        policy=Regrading(regrade) if regrade else None,
        rules=rules_named(what_if or ()),
        student=student,
        reveal=reveal,
        out=out,
    )
    graded = grade_command.load_class(
        papers,
        questions=questions,
        key=key,
        from_evidence=from_evidence,
        evidence=evidence,
        counting=CountingAsked(attempts, due, extensions, late, late_floor),
        skip_invalid=skip_invalid,
        despite=despite_evidence,
        json=json,
    )
    if grade_command.run(graded, papers, asked, comparing=compare, json=json):
        raise typer.Exit(EXIT_DIFFERS)


@app.command()
def check(
    paper: Annotated[Path, typer.Argument(metavar="FILE", help="Your own paper in YAML or JSON.")],
    key: KeyFile = None,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show the correct options and why.")] = False,
    evidence: EvidenceDir = DEFAULT_OUT,
    questions: Questions = None,
    language: Annotated[Literal["en", "zh"], typer.Option(help="Language of the output.")] = "en",
    json: Json = False,
) -> None:
    """Check your own paper; without --reveal, nothing is shown of options you did not pick."""
    from grader.key.verification import knowledge_from_evidence, knowledge_from_key, load_proof, load_spec
    from grader.papers.paper import read_paper
    from grader.scores import own_paper as checking
    from questions.key import load_key
    from solvers.evidence.store import Store

    spec = load_spec(questions)
    read = read_paper(paper, spec)
    if key is not None:
        knowledge = knowledge_from_key(spec, load_key(key, spec), read)
    else:
        knowledge = knowledge_from_evidence(load_proof(spec, Store(evidence), None))
    result = checking.check(read, spec, knowledge, reveal=reveal)
    if json:
        _print_json(result.to_json())
    else:
        sys.stdout.write("\n".join(result.lines(language)) + "\n")


@app.command()
def validate(
    questions: Questions = None,
    key: KeyFile = None,
    evidence: EvidenceDir = DEFAULT_OUT,
    lock: LockFile = None,
    json: Json = False,
) -> None:
    """Check the question files and the key; all that is wrong is said in one go.

    A key is also held against stored evidence, where there is any.
    """
    from grader.key.validation import validate_files

    result = validate_files(questions, key, evidence, lock)
    if json:
        _print_json(result.to_json())
    else:
        sys.stderr.write("".join(f"{line}\n" for line in result.complaints()))
        if result.spec is not None:
            sys.stdout.write(f"{result.summary()}\n")
    if not result.valid:
        raise typer.Exit(EXIT_USAGE)
    if result.contradicted:
        raise typer.Exit(EXIT_DIFFERS)


@app.command("list")
def list_questions(
    models: ModelsOption = "auto",
    audio: AudioDir = None,
    codec: CodecDir = None,
    csm: CsmDir = None,
    whisper: WhisperOption = "auto",
    voices: VoicesDir = None,
    questions: Questions = None,
    lock: LockFile = None,
    json: Json = False,
) -> None:
    """List the questions, their points, what each rests on and what of it is at hand."""
    from grader.key.verification import load_spec
    from quizproof.cli import listing
    from solvers.resources.course_audio import look_into
    from solvers.resources.lock import find_lock
    from solvers.run.pool import Setup, Workshop

    spec = load_spec(questions)
    looks = look_into(spec, audio) if audio else ()
    setup = Setup(models, codec, whisper, audio, voices=voices, csm=csm, lock=find_lock(lock))
    rows = listing.rows(spec, Workshop(setup))
    if json:
        _print_json({"questions": rows, "course_files": [asdict(look) for look in looks]})
    else:
        listing.print_rows(rows)
        listing.print_looks(looks)


@app.command("lock")
def lock_sources(
    models: ModelsOption = "auto",
    audio: AudioDir = None,
    codec: CodecDir = None,
    csm: CsmDir = None,
    whisper: WhisperOption = "auto",
    voices: VoicesDir = None,
    questions: Questions = None,
    lock: LockFile = None,
    update: Annotated[bool, typer.Option("--update", help="Replace what is locked already.")] = False,
    json: Json = False,
) -> None:
    """Write quizproof.lock: the revisions and SHA-256 of all that is real and at hand."""
    from grader.key.verification import load_spec
    from quizproof.cli.lock import freeze, print_locked
    from solvers.resources.lock import LOCK_FILE, Lock, read_lock
    from solvers.run.pool import Setup, Workshop

    path = lock or LOCK_FILE
    held = read_lock(path) if path.is_file() and not update else Lock()
    setup = Setup(models, codec, whisper, audio, voices=voices, csm=csm, lock=held)
    done = freeze(load_spec(questions), Workshop(setup), path, update=update)
    if json:
        _print_json(done.to_json(path))
    else:
        print_locked(done, path)


app.add_typer(export, name="export")
fetching = typer.Typer(no_args_is_help=True, help="Download data sets.", rich_markup_mode=None)
app.add_typer(fetching, name="fetch")


@fetching.command("emovdb")
def fetch_emovdb(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The course's folder; the data go to DIR/EmoV-DB.")
    ] = Path("audio"),
    mirror: Annotated[
        str | None, typer.Option("--mirror", metavar="URL", help="Where the archives lie, if not at OpenSLR.")
    ] = None,
    json: Json = False,
) -> None:
    """Download EmoV-DB (openslr 115, some GB) for Q6; run again to go on where it broke off."""
    from quizproof.cli import terminal
    from solvers.hw10.resources.emovdb import EMOVDB_FOLDER
    from solvers.hw10.resources.emovdb_archives import ARCHIVES, BASE_URL, DIGESTS_FILE, fetch

    folder = out / EMOVDB_FOLDER
    if not json:
        terminal.err.print("EmoV-DB is licensed for non-commercial use only.")
    with terminal.download_bar(len(ARCHIVES)) as on_progress:
        digests = fetch(folder, mirror or BASE_URL, on_progress)
    if json:
        _print_json({"folder": str(folder), "sha256": digests})
    else:
        terminal.out.print(
            f"{len(digests)} archives in {folder}, their SHA-256 in {DIGESTS_FILE}. "
            f"Next: quizproof verify q06 --audio {out}",
            soft_wrap=True,
        )


def _finish(proof: "Proof", report_path: Path, *, allow_unverified: bool, json: bool) -> None:
    """Say what came out and end with the exit code that says the same."""
    from grader.key.key_check import Status
    from quizproof.cli import terminal

    check_of_key = proof.check
    if json:
        _print_json(
            {
                "report": str(report_path),
                "questions": [one.model_dump(mode="json") for one in check_of_key.questions],
                "evidence": {id_: one.model_dump(mode="json") for id_, one in proof.evidence.items()},
            }
        )
    else:
        terminal.print_check(proof.spec, check_of_key)
        terminal.out.print(f"Report: {report_path}", soft_wrap=True)
    if check_of_key.count(Status.CONTRADICTED):
        raise typer.Exit(EXIT_DIFFERS)
    if check_of_key.count(Status.UNVERIFIED) and not allow_unverified:
        raise typer.Exit(EXIT_UNVERIFIED)


def _open(path: Path) -> None:
    """Show a page in the user's browser; where there is none, say so and go on."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        sys.stderr.write(f"No browser could be opened; the report lies in {path}.\n")


def _require_models() -> None:
    """Measuring needs packages that the light install has not; say so before anything is touched."""
    needed = ("torch", "torchaudio", "transformers", "whisper", "soundfile", "jiwer")
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise QuizproofError(
            f"verify needs packages that are not installed: {', '.join(missing)}; "
            "run pip install 'quizproof[solve]', or 'quizproof report' for stored evidence."
        )


def _print_json(document: Any) -> None:
    json_module.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def main() -> None:
    """Run the command line; a user's mistake is printed as a sentence and exits with 2."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # Threads that spin while they wait take the cores from each other wherever something else runs too.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        app()
    except QuizproofError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(EXIT_USAGE)


if __name__ == "__main__":
    main()
