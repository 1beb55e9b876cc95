"""What `quizproof list` shows: the questions, and what of the things they rest on is at hand."""

from importlib.util import find_spec
from typing import Any

from rich.text import Text

from grader import terminal
from questions.errors import SourceError
from questions.spec import AnyQuestion, QuizSpec, Rest
from solvers.bench import Workshop
from solvers.registry import SOLVERS


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
                return workshop.found_codec.source.name
            case Rest.ASR_WEIGHTS:
                return workshop.asr_source.name
            case Rest.SPEAKER_WEIGHTS:
                return workshop.found_voices.source.name
            case Rest.COURSE_AUDIO:
                files = [workshop.input(question, name).source for name in question.inputs]
                return ", ".join(
                    f"{file.name} (stand-in)" if file.origin == "stand-in" else file.name for file in files
                )
            case Rest.EMOVDB:
                return workshop.emotions.source.name
            case Rest.CSM_WEIGHTS:
                return workshop.found_csm.source.name
    except SourceError as error:
        return str(error)


def print_rows(table_rows: list[dict[str, Any]]) -> None:
    """A line a question, and under it a line for each thing it rests on."""
    for row in table_rows:
        unsolved = "" if row["solver"] else " (no solver yet)"
        head = f"{row['question']}  {row['points']:>3}  {row['kind']:<8}  {row['title']['en']}{unsolved}"
        terminal.out.print(Text(head, style="bold"), soft_wrap=True)
        for rest, found in row["rests_on"].items():
            terminal.out.print(Text(f"     {rest}: {found}"), soft_wrap=True)
