"""Q7's puzzles: an English and a Chinese clip, each degraded by a known amount in place of a codec.

`untouched` or nearly so (noise 40 dB and more below the speech) is good, in both or in one; `destroyed`
(noise 10 dB and more above the speech, or nothing above 300 Hz) is not good. Where one is destroyed and the
other not, the other is clearly better. `order`: both are degraded, one clearly more: how much is "clearly
better" is the judge's own threshold, so all that is known is that the more degraded one is never the better
one, nor alone the good one. Clips are whole sentences, except in `cut mid-word`: there the transcript of the
original is itself unsteady at the cut, which the degradation must not be blamed for.
"""

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.validity import models
from benchmarks.validity.degrading import Change, Degrading, band_limited, by_length, noisy
from benchmarks.validity.models import RATE_HZ, Clip
from benchmarks.validity.puzzle import Puzzle, Solved, Truth, in_turn, judged
from questions.quiz import AnyQuestion
from solvers.audio.sound_files import load_sound
from solvers.hw10.q07_languages import SOLVER
from solvers.hw10.q07_languages.claims import Language
from solvers.hw10.q07_languages.measure import compare
from solvers.hw10.standin import STANDIN_AUDIO

if TYPE_CHECKING:
    from torch import Tensor

HOLDS, FAILS, NOT_HOLDS = Truth.HOLDS, Truth.FAILS, Truth.NOT_HOLDS
OFFSETS = (0, 960)  # two of the sixteen phases of a frame
# Seconds from pause to pause of the Chinese clip, all longer than any English clip: a row's length tells
# which of the two it is.
STRETCHES_S = ((0.0, 6.6), (4.4, 12.8), (0.0, 9.9))
LONGEST_ENGLISH_S = 6.4
CUT_ENGLISH_S, CUT_CHINESE_S = 3.0, (0.3, 7.3)  # these begin or end within words
N_WHOLE, N_CUT = 8, 2  # of each of the four kinds

FINE: dict[str, Change] = {"untouched": noisy(math.inf), "50 dB": noisy(50), "40 dB": noisy(40)}
DESTROYED: dict[str, Change] = {
    "-10 dB": noisy(-10), "-15 dB": noisy(-15), "-20 dB": noisy(-20), "300 Hz": band_limited(300),
}  # fmt: skip
# From less to more degraded, each pair a plain step apart.
ORDERS = ((30.0, 10.0), (25.0, 5.0), (20.0, 0.0), (15.0, -5.0), (10.0, -10.0))

# A: Chinese clearly better. B: neither good. C: both good. D: English clearly better; only English good.
BOTH_GOOD = {"A": FAILS, "B": FAILS, "C": HOLDS, "D.1": FAILS, "D.2": FAILS}
NEITHER = {"B": HOLDS, "C": FAILS, "D.2": FAILS}
ENGLISH = {"A": FAILS, "B": FAILS, "C": FAILS, "D.1": HOLDS, "D.2": HOLDS}
CHINESE = {"A": HOLDS, "B": FAILS, "C": FAILS, "D.1": FAILS, "D.2": FAILS}
ENGLISH_LESS_DEGRADED = {"A": NOT_HOLDS}
CHINESE_LESS_DEGRADED = {"D.1": NOT_HOLDS, "D.2": NOT_HOLDS}


@dataclass(frozen=True)
class Degraded:
    """What is done to each clip, and how it is called."""

    english: tuple[str, Change]
    chinese: tuple[str, Change]


def puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """50 of them, on as many English clips."""
    fine, destroyed = list(FINE.items()), list(DESTROYED.items())

    def clear(number: int) -> tuple[tuple[str, dict[str, Truth], Degraded], ...]:
        good, poor = fine[number % 3], destroyed[number % 4]
        return (
            ("both good", BOTH_GOOD, Degraded(good, good)),  # alike: neither is the better one
            ("neither", NEITHER, Degraded(destroyed[(number // 2) % 4], poor)),
            ("English alone", ENGLISH, Degraded(good, poor)),
            ("Chinese alone", CHINESE, Degraded(poor, good)),
        )

    whole = [one for number in range(N_WHOLE) for one in clear(number)]
    cut = [one for number in range(N_CUT) for one in clear(2 + number * 3)]  # 40 dB below, where it is fine
    orders = []
    for less, more in ORDERS:
        orders += [
            ("order", ENGLISH_LESS_DEGRADED, Degraded(_level(less), _level(more))),
            ("order", CHINESE_LESS_DEGRADED, Degraded(_level(more), _level(less))),
        ]
    clips = iter(models.clips())
    return in_turn(
        [_puzzle(question, *one, next(clips), STRETCHES_S[i % 3]) for i, one in enumerate(whole)],
        [_puzzle(question, *one, next(clips), STRETCHES_S[i % 3]) for i, one in enumerate(orders)],
        [_puzzle(question, "cut mid-word", *one[1:], next(clips), CUT_CHINESE_S) for one in cut],
    )


def _level(snr_db: float) -> tuple[str, Change]:
    return f"{snr_db:g} dB", noisy(snr_db)


def _puzzle(
    question: AnyQuestion,
    kind: str,
    truth: dict[str, Truth],
    done: Degraded,
    clip: Clip,
    stretch_s: tuple[float, float],
) -> Puzzle:
    chinese = f"Chinese {stretch_s[0]:g} … {stretch_s[1]:g} s {done.chinese[0]}"
    name = f"{kind}: {clip.name} {done.english[0]}, {chinese}"
    english_s = CUT_ENGLISH_S if kind == "cut mid-word" else LONGEST_ENGLISH_S
    return Puzzle(name, kind, truth, partial(_solve, question, clip, english_s, stretch_s, done))


def _solve(
    question: AnyQuestion, clip: Clip, english_s: float, stretch_s: tuple[float, float], done: Degraded
) -> Solved:
    chinese = load_sound(STANDIN_AUDIO / "TTS_Chinese_speech.flac", RATE_HZ)
    start, end = (int(second * RATE_HZ) for second in stretch_s)
    sounds: dict[Language, Tensor] = {"en": clip.load()[: int(english_s * RATE_HZ)], "zh": chinese[start:end]}
    codec = Degrading(by_length(int(LONGEST_ENGLISH_S * RATE_HZ), done.english[1], done.chinese[1]))
    measured = compare(sounds, codec, models.asr(), models.quiet, offsets=OFFSETS)
    return judged(SOLVER, question, measured.numbers)
