"""A solver: one object with two halves, `measure` from models to numbers, `judge` from those to findings.

Its module lies in the quiz's pack and is called `SOLVER` there; `measure` alone imports torch, and lazily.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from questions.claims import Claim
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Inputs, Part
from solvers.evidence.verdicts import Finding, Findings, claim_text
from solvers.resources.resource import Resource

if TYPE_CHECKING:
    from solvers.audio.sound_files import Sound
    from solvers.run.session import Session

MeasurementsT = TypeVar("MeasurementsT", bound=Frozen)


@dataclass(frozen=True)
class Measured:
    """What a measuring half returns: numbers, and sounds to hear them by."""

    numbers: Frozen
    sounds: "tuple[Sound, ...]" = ()


def on_use(module: str, name: str) -> Callable[..., Any]:
    """A module's function; the module is imported when the function is called.

    Whoever only looks at a quiz, checks a paper or grades does without what measuring and judging need.
    """

    def run(*arguments: Any) -> Any:
        return getattr(import_module(module), name)(*arguments)

    return run


def _reads_nothing(_question: AnyQuestion) -> Mapping[str, tuple[str, ...]]:
    return {}


def reads_claims(question: AnyQuestion) -> Mapping[str, tuple[str, ...]]:
    """For a solver that measures until every claim is decided. Moving or swapping options changes nothing."""
    return {
        "claims": tuple(
            sorted({claim_text(part.claim) for option in question.options for part in option.parts})
        )
    }


@dataclass(frozen=True)
class Solver(Generic[MeasurementsT]):
    """What decides one question.

    `version` is raised whenever the same inputs would give other measurements. `judge` sees one part with its
    one claim; `judge_together`, in its place, sees the whole question, where options must be seen together.
    `inputs` is what a question's inputs may say, `reads` what measuring takes from the options: a change in
    either asks for measuring again. `describe` says what is in an input that is no sound, for those who look
    before they measure.
    """

    version: int
    claims: tuple[type[Claim], ...]
    uses: tuple[Resource[Any], ...]
    measurements: type[MeasurementsT]
    measure: "Callable[[AnyQuestion, Session], Measured]"
    judge: Callable[[Part[Any], MeasurementsT], Finding] | None = None
    judge_together: Callable[[AnyQuestion, MeasurementsT], Findings] | None = None
    inputs: type[Inputs] = Inputs
    reads: Callable[[AnyQuestion], Mapping[str, tuple[str, ...]]] = _reads_nothing
    describe: Mapping[str, Callable[[Path], str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise TypeError unless there is exactly one way to judge."""
        if (self.judge is None) == (self.judge_together is None):
            raise TypeError("a solver has either judge or judge_together, and only one of them")

    def spec_of(self, question: AnyQuestion) -> Mapping[str, tuple[str, ...]]:
        """All that measuring takes from a question's spec but the names of files, whose digests count."""
        said = question.inputs.transcripts.items()
        texts = {"transcripts": tuple(f"{name}: {text}" for name, text in sorted(said))} if said else {}
        return {**self.reads(question), **texts}
