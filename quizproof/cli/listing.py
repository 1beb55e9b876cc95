"""`quizproof list`: the questions, and what of the things they rest on is at hand."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from questions.quiz import AnyQuestion, QuizSpec
from quizproof.cli.options import AudioDir, Json, LockFile, ModelsOption, QuizOption
from quizproof.cli.output import print_json, say
from quizproof.cli.project import read_project
from quizproof.cli.project_file import find_project
from quizproof.cli.resource_options import require_known
from quizproof.cli.usage import require_audio_folder
from solvers.resources.course_audio import Look, look_into
from solvers.resources.lock import find_lock
from solvers.resources.resource import Setup
from solvers.run import catalog
from solvers.run.catalog import Pack
from solvers.run.pool import ResourcePool

CHANNELS = {1: "mono", 2: "stereo"}


def list_questions(
    models: ModelsOption = "auto",
    audio: AudioDir = None,
    quiz: QuizOption = None,
    lock: LockFile = None,
    json: Json = False,
    *,
    given: dict[str, str],
) -> None:
    """List the questions, their points, what each rests on and what of it is at hand."""
    require_audio_folder(audio)
    spec = catalog.load(quiz)
    pack = catalog.pack_of(spec)
    require_known(given, pack)
    looks = look_into(_wanted(spec, pack), audio) if audio else ()
    setup = Setup(models=models, audio_dir=audio, given=given, lock=find_lock(lock))
    listed = rows(spec, ResourcePool(setup, pack))
    path = find_project(Path.cwd())
    project = {"file": str(path), **read_project(path)} if path else None
    if json:
        print_json(
            {
                "quiz": str(spec.folder),
                "project": project,
                "questions": listed,
                "course_files": [asdict(look) for look in looks],
            }
        )
        return
    say(f"{spec.quiz.title.en} ({spec.folder.name})", bold=True)
    if project is not None:
        for name, value in project.items():
            say(f"     {name}: {value}")
    print_rows(listed, pack)
    print_looks(looks)


def _wanted(spec: QuizSpec, pack: Pack) -> dict[tuple[str, ...], Callable[[Path], str] | None]:
    """The files that the quiz reads, by their names, and what describes those that are no sounds."""
    return {
        names: pack.solver(question.solver).describe.get(name)
        for question in spec.questions
        for name, names in question.inputs.files.items()
    }


def rows(spec: QuizSpec, pool: ResourcePool) -> list[dict[str, Any]]:
    """One row a question, ready for JSON."""
    return [
        {
            "question": question.id,
            "title": question.title.model_dump(),
            "kind": question.kind,
            "points": question.points,
            "solver": question.solver,
            "rests_on": {
                name: pool.pack.resource(name).at_hand(pool, question) for name in _resources(question)
            },
        }
        for question in spec.questions
    ]


def _resources(question: AnyQuestion) -> list[str]:
    """What its parts rest on, each once, as they come."""
    parts = (part for option in question.options for part in option.parts)
    return list(dict.fromkeys(name for part in parts for name in question.resources_of(part)))


def print_looks(looks: Sequence[Look]) -> None:
    """A line a file of the course: found and what it holds, missing, or unreadable and why."""
    for look in looks:
        heard = ""
        if look.seconds is not None and look.channels is not None:
            channels = CHANNELS.get(look.channels, f"{look.channels} channels")
            heard = f"{look.rate_hz} Hz, {channels}, {look.seconds:.1f} s"
        words = "; ".join(filter(None, (heard, look.words)))
        name = look.found or " or ".join(look.names)
        colour = {"found": None, "missing": "yellow", "unreadable": "red"}[look.state]
        say(f"{look.state:<10}  {name}{f': {words}' if words else ''}", colour=colour)


def print_rows(table_rows: list[dict[str, Any]], pack: Pack) -> None:
    """A line a question, and under it a line for each thing it rests on."""
    for row in table_rows:
        head = f"{row['question']}  {row['points']:>3}  {row['kind']:<8}  {row['title']['en']}"
        say(head, bold=True)
        for resource, found in row["rests_on"].items():
            say(f"     {pack.resource(resource).title.en}: {found}")
