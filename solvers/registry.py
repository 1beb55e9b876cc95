"""Which module solves which question. A literal mapping: what is not here has no solver."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from questions.spec import AnyQuestion, Rest
from solvers.evidence import Findings, Frozen

if TYPE_CHECKING:
    from solvers.audio import Sound
    from solvers.bench import Bench


@dataclass(frozen=True)
class Measured:
    """What a measuring half returns: numbers, and sounds to hear them by."""

    numbers: Frozen
    sounds: "tuple[Sound, ...]" = ()


class Solver(Protocol):
    """A solver module."""

    VERSION: int  # raised whenever the same inputs would give other measurements
    USES: tuple[Rest, ...]  # what measuring reads
    Measurements: type[Frozen]

    def spec_read(self, question: AnyQuestion) -> Mapping[str, tuple[str, ...]]:
        """What measuring takes from the spec; a change there asks for measuring again."""

    def measure(self, question: AnyQuestion, bench: "Bench") -> Measured:
        """Numbers from models and audio. The only half that imports torch."""

    def judge(self, question: AnyQuestion, measurements: Any) -> Findings:
        """A finding for every part of every option. Pure and instant."""


SOLVERS: Mapping[str, str] = {
    "q01": "solvers.q01_token_shapes",
    "q02": "solvers.q02_frame_count",
    "q03": "solvers.q03_code_axes",
    "q04": "solvers.q04_code_dtype",
    "q05": "solvers.q05_codebook_vector",
    "q06": "solvers.q06_emotion_umap",
    "q07": "solvers.q07_languages",
    "q08": "solvers.q08_laughter_music",
    "q09": "solvers.q09_layer_order",
    "q10": "solvers.q10_interleaving",
    "q11": "solvers.q11_csm_voice",
    "q12": "solvers.q12_csm_tokens",
}


@cache
def solver_of(question_id: str) -> Solver | None:
    """The solver of a question, or None where there is none yet."""
    name = SOLVERS.get(question_id)
    return cast("Solver", import_module(name)) if name else None
