"""Q3's puzzles: codes whose second axis is made to follow one quantity, two, or none."""

from typing import TYPE_CHECKING, Any

from benchmarks.validity.puzzle import Puzzle, Truth, with_claims
from benchmarks.validity.q01_q05 import LETTERS, altered, asking, noise, small_mimi
from questions.quiz import AnyQuestion
from solvers.hw10 import q03_code_axes as q03

if TYPE_CHECKING:
    from torch import Tensor


def puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """12 of them."""

    def doubled(codes: "Tensor", audio: "Tensor") -> "Tensor":
        return codes.repeat(1, audio.shape[1], 1)

    def by_channel(codes: "Tensor", audio: "Tensor") -> "Tensor":
        return codes[:, :1].repeat(1, audio.shape[1], 1)

    # What axis 1 is made to follow, and what the codes go through.
    alterations: dict[str, tuple[tuple[str, ...], Any]] = {
        "as it is": (("num_quantizers",), lambda codes, _audio: codes),
        "frames second": (("duration",), lambda codes, _audio: codes.transpose(1, 2)),
        "batch second": (("batch",), lambda codes, _audio: codes.transpose(0, 1)),
        "channels second": (("channels",), by_channel),
        "codebooks and channels": (("num_quantizers", "channels"), doubled),
        "always the same": ((), lambda codes, _audio: codes[:, :1]),
    }
    quantities = ("duration", "num_quantizers", "channels", "batch")
    found = []
    for turn in (0, 1):
        claimed = {letter: quantities[(i + turn) % 4] for i, letter in enumerate(LETTERS)}
        ask = with_claims(question, {x: (q03.AxisFollows(axis_1_follows=q),) for x, q in claimed.items()})
        for name, (followed, change) in alterations.items():
            several = Truth.HOLDS if len(followed) == 1 else Truth.NOTHING
            truth = {x: several if q in followed else Truth.FAILS for x, q in claimed.items()}

            def measured(change: Any = change) -> q03.Measurements:
                codec = altered(small_mimi(), change)
                stereo = altered(small_mimi(audio_channels=2), change)
                changes = q03.intervene(codec, 0)
                channels = q03.Intervention(
                    quantity="channels", before=1, after=2,
                    shape_before=changes[0].shape_before,
                    shape_after=tuple(stereo.encode(noise(2, q03.BASE_FRAMES)).shape),
                )  # fmt: skip
                return q03.Measurements(interventions=(*changes, channels))

            found.append(asking(f"{name}, claims turned by {turn}", "axes", truth, ask, q03.SOLVER, measured))
    return tuple(found)
