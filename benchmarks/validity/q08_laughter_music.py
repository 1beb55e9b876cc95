"""Q8's puzzles: two sounds, one degraded far more than the other, or a codec that tires of long sounds.

`worse`: noise 0 to 20 dB under one sound, 40 dB and more under the other, so that the first is the worse in
any metric. `untouched`: both come back as they were, so neither is the worst. `length`: noise that grows with
the length of what the codec is given makes long duration a reason; noise that does not, no reason. The
sounds are the stand-in's laughter and music, and clips of speech in their places.
"""

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.validity import models
from benchmarks.validity.degrading import Change, Degrading, band_limited, by_length, noisy, untouched
from benchmarks.validity.models import RATE_HZ
from benchmarks.validity.puzzle import Puzzle, Solved, Truth, in_turn, judged
from questions.quiz import AnyQuestion
from solvers.audio.noise import seeded_noise
from solvers.audio.sound_files import load_sound
from solvers.hw10.q08_laughter_music import SOLVER
from solvers.hw10.q08_laughter_music.length import cut
from solvers.hw10.q08_laughter_music.measure import compare
from solvers.hw10.q08_laughter_music.measurements import Measurements, Name
from solvers.hw10.standin import STANDIN_AUDIO

if TYPE_CHECKING:
    from torch import Tensor

HOLDS, FAILS, NOTHING = Truth.HOLDS, Truth.FAILS, Truth.NOTHING
OFFSETS = (0, 960)  # two of the sixteen phases of a frame
SHORT_S, LONG_S, LENGTH_S = 3.0, 5.0, 8.5
LITTLE: tuple[Change, ...] = (noisy(60), noisy(50), noisy(40))
MUCH: tuple[Change, ...] = (noisy(0), noisy(10), noisy(20), band_limited(1_000))
N_LENGTH = 10

# A and B: laughter; C and D: music. The explanations that no measurement decides are not scored.
LAUGHTER = {"A.1": HOLDS, "B.1": HOLDS, "C.1": FAILS, "C.2": FAILS, "D.1": FAILS}
MUSIC = {"A.1": FAILS, "B.1": FAILS, "C.1": HOLDS, "C.2": HOLDS, "D.1": HOLDS}
NEITHER = dict.fromkeys(LAUGHTER, NOTHING)


def puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """46 of them."""
    worse, same = [], []
    for i in range(30):
        little, much = LITTLE[i % 3], MUCH[i % 4]
        first, second = (much, little) if i % 2 else (little, much)
        name = f"{i} {'laughter' if i % 2 else 'music'} harmed"
        truth = LAUGHTER if i % 2 else MUSIC
        worse.append(Puzzle(name, "worse", truth, partial(_solve, question, i, first, second)))
    for i in range(6):
        solve = partial(_solve, question, i, untouched, untouched)
        same.append(Puzzle(f"{i} untouched", "untouched", NEITHER, solve))
    length = [
        Puzzle(
            f"{i} codec {'tiring' if i % 2 else 'steady'}",
            "length",
            {"D.2": HOLDS if i % 2 else FAILS},
            partial(_solve_length, question, i),
        )
        for i in range(N_LENGTH)
    ]
    return in_turn(worse, same, length)


def _sound(name: str, number: int, duration_s: float) -> "Tensor":
    """The stand-in's own sound at first, then speech; clips are joined until they last long enough."""
    import torch

    if number < 2 or (number < 4 and duration_s == LENGTH_S):
        sound = load_sound(STANDIN_AUDIO / f"{name}.flac", RATE_HZ)
    else:
        clips, first = models.clips(), 2 * number + (name == "music")
        sound = torch.cat([clips[(first + i) % len(clips)].load() for i in range(3)])
    return sound[: int(duration_s * RATE_HZ)]


def _solve(question: AnyQuestion, number: int, laughter: Change, music: Change) -> Solved:
    clips: dict[Name, Tensor] = {
        "laughter": _sound("laughter", number, SHORT_S),
        "music": _sound("music", number, LONG_S),
    }
    # Rows are rounded up to whole frames: a second lies between the two.
    codec = Degrading(by_length(int((SHORT_S + 1) * RATE_HZ), laughter, music))
    return judged(SOLVER, question, compare(clips, codec, models.quiet, offsets=OFFSETS).numbers)


def _solve_length(question: AnyQuestion, number: int) -> Solved:
    """Noise of one level in every cut; a tiring codec's rises by 6 dB with every doubling of the cut."""
    music = _sound("music", number, LENGTH_S)
    level = float(music.square().mean().sqrt()) * 10 ** (-30 / 20)
    growth = number % 2  # an even codec is steady

    def change(rows: "Tensor") -> "Tensor":
        noise = seeded_noise(rows.shape, 7)
        return rows + level * (rows.shape[1] / RATE_HZ / 2) ** growth * noise

    numbers = Measurements(
        n_codebooks=32,
        duration_s={"laughter": SHORT_S, "music": LENGTH_S},
        clips={"laughter": (), "music": ()},
        windows=cut(music, Degrading(change)),
    )
    # Of the length alone: without decodes the other parts have nothing to agree on.
    option = question.option("D")
    part = option.model_copy(update={"all": option.parts[1:]})
    found = judged(SOLVER, question.model_copy(update={"options": (part,)}), numbers)
    return Solved({"D.2": found.found["D"]}, {"D.2": found.measured["D"]})
