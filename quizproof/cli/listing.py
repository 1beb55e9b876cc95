"""What `quizproof list` shows: the questions, and what of the things they rest on is at hand."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from rich.text import Text

from questions.common.errors import SourceError
from questions.quiz import AnyQuestion, QuizSpec, Rest
from quizproof.cli import terminal
from solvers.evidence.verdicts import Source
from solvers.resources.course_audio import Look
from solvers.resources.lock import BY_LOCK
from solvers.run.catalog import SOLVERS
from solvers.run.pool import Workshop

CHANNELS = {1: "mono", 2: "stereo"}


def rows(spec: QuizSpec, workshop: Workshop) -> list[dict[str, Any]]:
    """One row a question, ready for JSON."""
    return [
        {
            "question": question.id,
            "title": question.title.model_dump(),
            "kind": question.kind,
            "points": question.points,
            "solver": question.id in SOLVERS,
            "rests_on": {rest.value: _at_hand(rest, question, workshop) for rest in _rests(question)},
        }
        for question in spec.questions
    ]


def _rests(question: AnyQuestion) -> list[Rest]:
    found = {rest for option in question.options for part in option.parts for rest in question.rests_of(part)}
    return [rest for rest in Rest if rest in found]


def _at_hand(rest: Rest, question: AnyQuestion, workshop: Workshop) -> str:
    """What there is of it: a name, or why there is nothing."""
    try:
        match rest:
            case Rest.UMAP:
                return "installed" if find_spec("umap") else "not installed"
            case Rest.ARCHITECTURE:
                return "transformers' MimiModel" if find_spec("transformers") else "not installed"
            case Rest.CODEC_WEIGHTS:
                return _named(workshop.found_codec.source, workshop)
            case Rest.ASR_WEIGHTS:
                return _named(workshop.asr_source, workshop)
            case Rest.SPEAKER_WEIGHTS:
                return _named(workshop.found_voices.source, workshop)
            case Rest.COURSE_AUDIO:
                files = [workshop.input(question, name).source for name in question.inputs]
                return ", ".join(
                    f"{file.name} (stand-in)" if file.origin == "stand-in" else _named(file, workshop)
                    for file in files
                )
            case Rest.EMOVDB:
                return _named(workshop.emotions.source, workshop)
            case Rest.CSM_WEIGHTS:
                return _named(workshop.found_csm.source, workshop)
    except SourceError as error:
        return str(error)


def _named(source: Source, workshop: Workshop) -> str:
    """A source's name, and for what is not a stand-in whether it counts as the real thing."""
    lock = workshop.setup.lock
    if problem := lock.mismatch(source):
        return problem
    if source.genuine or source.origin == "stand-in":
        return source.name
    return f"{source.name} ({BY_LOCK if lock.knows(source) else source.note})"


def print_looks(looks: Sequence[Look]) -> None:
    """A line a file of the course: found and what it holds, missing, or unreadable and why."""
    for look in looks:
        heard = ""
        if look.seconds is not None and look.channels is not None:
            channels = CHANNELS.get(look.channels, f"{look.channels} channels")
            heard = f"{look.rate_hz} Hz, {channels}, {look.seconds:.1f} s"
        words = "; ".join(filter(None, (heard, look.words)))
        name = look.found or " or ".join(look.names)
        style = {"found": "", "missing": "yellow", "unreadable": "red"}[look.state]
        line = f"{look.state:<10}  {name}{f': {words}' if words else ''}"
        terminal.out.print(Text(line, style=style), soft_wrap=True)


def print_rows(table_rows: list[dict[str, Any]]) -> None:
    """A line a question, and under it a line for each thing it rests on."""
    for row in table_rows:
        unsolved = "" if row["solver"] else " (no solver yet)"
        head = f"{row['question']}  {row['points']:>3}  {row['kind']:<8}  {row['title']['en']}{unsolved}"
        terminal.out.print(Text(head, style="bold"), soft_wrap=True)
        for rest, found in row["rests_on"].items():
            terminal.out.print(Text(f"     {rest}: {found}"), soft_wrap=True)
