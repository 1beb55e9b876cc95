"""Which module solves which question. A literal mapping: what is not here has no solver."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from questions.quiz import AnyQuestion, Rest
from solvers.evidence.verdicts import Findings, Frozen

if TYPE_CHECKING:
    from solvers.audio.sound_files import Sound
    from solvers.run.session import Bench


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
    "q01": "solvers.hw10.q01_token_shapes",
    "q02": "solvers.hw10.q02_frame_count",
    "q03": "solvers.hw10.q03_code_axes",
    "q04": "solvers.hw10.q04_code_dtype",
    "q05": "solvers.hw10.q05_codebook_vector",
    "q06": "solvers.hw10.q06_emotion_umap.measure",
    "q07": "solvers.hw10.q07_languages.measure",
    "q08": "solvers.hw10.q08_laughter_music.measure",
    "q09": "solvers.hw10.q09_layer_order.measure",
    "q10": "solvers.hw10.q10_interleaving.measure",
    "q11": "solvers.hw10.q11_csm_voice.measure",
    "q12": "solvers.hw10.q12_csm_tokens.measure",
}


@cache
def solver_of(question_id: str) -> Solver | None:
    """The solver of a question, or None where there is none yet."""
    name = SOLVERS.get(question_id)
    return cast("Solver", import_module(name)) if name else None
