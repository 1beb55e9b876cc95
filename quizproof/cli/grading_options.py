"""What every command is asked that grades papers: which, by what key, and what counts."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from quizproof.cli.option_groups import in_place_of
from quizproof.cli.options import (
    DEFAULT_OUT,
    AttemptsOption,
    DespiteEvidence,
    Due,
    EncodingOption,
    EvidenceDir,
    Extensions,
    FromEvidence,
    Json,
    KeyFile,
    LateFloor,
    LateOption,
    MapFile,
    OldKey,
    QuizOption,
    RegradeOption,
    RulingsFile,
    SkipInvalid,
)

Papers = Annotated[
    list[Path],
    typer.Argument(metavar="FILE…", help="Canvas's Student Analysis, a plain CSV, papers, folders of them."),
]


@dataclass(frozen=True, kw_only=True)
class GradingOptions:
    """The options as they were given; what they mean is told by their help."""

    papers: Papers
    key: KeyFile = None
    from_evidence: FromEvidence = False
    evidence: EvidenceDir = DEFAULT_OUT
    attempts: AttemptsOption = None
    due: Due = None
    extensions: Extensions = None
    late: LateOption = None
    late_floor: LateFloor = None
    skip_invalid: SkipInvalid = False
    column_map: MapFile = None
    encoding: EncodingOption = None
    despite_evidence: DespiteEvidence = None
    rulings: RulingsFile = None
    old_key: OldKey = None
    regrade: RegradeOption = None
    quiz: QuizOption = None
    json: Json = False


def with_grading(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options; it takes them together, as `grading`."""
    options = inspect.signature(GradingOptions, eval_str=True).parameters
    return in_place_of("grading", list(options.values()), lambda given: GradingOptions(**given), command)
