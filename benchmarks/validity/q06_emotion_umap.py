"""Q6's puzzles: clips whose emotions are made by prosody at a known strength, laid out with three seeds.

What is known of a set:
- Strength 0: the five "emotions" differ by less than two readings of a sentence do. No group can hold (E to
  H), nor can a layer separate them better (C, D); whether they fail or stay open is not known.
- Labels permuted, at strength 0, 0.5 and 1, within every speaker and sentence or within every speaker alone:
  they say nothing of the sound. Likewise.
- Strength 1: rate, pitch, level and tilt differ as far as they go, and layer 0 codes the most of the
  spectrum: the groups of E and F are there, so they hold, or the set is too small to decide. Layer 31 codes
  the residual of 31 layers, so layer 0 separates the emotions better (D holds, C fails). Whether layer 6
  keeps an emotion apart (G, H) is the codec's affair: not scored.
- Between: some separation is there, by how much is not known. Only C is scored.
A and B do not depend on the set; they are scored at full strength.
UMAP does not see labels: a set is laid out once for all its permutations.
"""

from collections.abc import Sequence
from functools import cache, partial
from itertools import product
from random import Random
from typing import TYPE_CHECKING

from benchmarks.validity import models
from benchmarks.validity.puzzle import Puzzle, Solved, Truth, in_turn, judged
from questions.quiz import AnyQuestion
from solvers.hw10.q06_emotion_umap import SOLVER
from solvers.hw10.q06_emotion_umap.measure import embed
from solvers.models.threads import one_thread

if TYPE_CHECKING:
    from solvers.hw10.q06_emotion_umap.drawing import Laid
    from solvers.hw10.q06_emotion_umap.figure import Plan
    from solvers.hw10.q06_emotion_umap.separation import Points
    from solvers.hw10.resources.emovdb import EmotionClip

HOLDS, FAILS, NOT_HOLDS = Truth.HOLDS, Truth.FAILS, Truth.NOT_HOLDS
ALWAYS = {"A": HOLDS, "B": HOLDS}
NO_GROUPS = dict.fromkeys("CDEFGH", NOT_HOLDS)
FULL = ALWAYS | {"C": FAILS, "D": HOLDS, "E": HOLDS, "F": HOLDS}
GRADED = {"C": NOT_HOLDS}
SEEDS = (0, 1, 2)
LAYERS = (0, 6, 31)  # those that the options name
GROUPS = (
    (0, ("Amused", "Angry", "Sleepy")),
    (0, ("Disgusted", "Neutral", "Sleepy")),
    (6, ("Amused", "Angry")),
    (6, ("Angry", "Sleepy")),
)
N_SENTENCES = 12  # of the stand-in set
SUBSETS = 12  # a strength: speakers and sentences are drawn anew
BETWEEN = (0.25, 0.5, 0.75)
SUBSETS_BETWEEN = 6  # a strength
PERMUTED = (0.0, 0.5, 1.0)
SUBSETS_PERMUTED = 8  # a strength
DRAWS = 3  # of permutations a set
WITHIN = ("readings", "speakers")  # where labels change places; a reading is one speaker's of one sentence


def puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """Sets without an emotion, with permuted ones, at full strength and between."""

    def every(kind: str, strength: float, truth: dict[str, Truth], n: int) -> list[Puzzle]:
        return [
            Puzzle(
                f"{kind}, strength {strength:g}, set {number}",
                kind,
                truth,
                partial(_solve, question, strength, number),
            )
            for number in range(n)
        ]

    def permuted(within: str) -> list[Puzzle]:
        return [
            Puzzle(
                f"permuted within {within}, strength {strength:g}, set {number}, draw {draw}",
                f"permuted within {within}",
                NO_GROUPS,
                partial(_solve, question, strength, number, (within, draw)),
            )
            for number, draw, strength in product(range(SUBSETS_PERMUTED), range(DRAWS), PERMUTED)
        ]

    return in_turn(
        every("none", 0.0, NO_GROUPS, SUBSETS),
        every("full", 1.0, FULL, SUBSETS),
        [one for strength in BETWEEN for one in every("between", strength, GRADED, SUBSETS_BETWEEN)],
        *(permuted(within) for within in WITHIN),
    )


@cache
def _whole(strength: float) -> "tuple[Points, tuple[EmotionClip, ...]]":
    """Points `[K, n, D]` of all clips at a strength, which every set of that strength takes its own from."""
    from solvers.hw10.resources.emovdb import standin_set

    codec = models.codec()
    with one_thread():
        clips = standin_set(strength, N_SENTENCES).load(codec.sample_rate_hz, models.quiet)
    return embed(clips, codec, models.quiet), clips


@cache
def _laid_out(strength: float, number: int) -> "tuple[Plan, Points, tuple[EmotionClip, ...], Laid]":
    """A set of some speakers and sentences: its plan, points `[K, n, D]`, clips, and all layouts."""
    from solvers.hw10.q06_emotion_umap.drawing import lay_out
    from solvers.hw10.q06_emotion_umap.figure import Plan

    points, clips = _whole(strength)
    random = Random(f"6 set {number}")
    speakers = sorted({clip.speaker for clip in clips})
    chosen = set(
        product(
            random.sample(speakers, random.choice((2, 3))),
            random.sample(sorted({clip.sentence for clip in clips}), random.choice((6, 8, 10))),
        )
    )
    indices = [i for i, clip in enumerate(clips) if (clip.speaker, clip.sentence) in chosen]
    kept = points[:, indices]
    plan = Plan(LAYERS, GROUPS, SEEDS)
    spoken = tuple(clips[i] for i in indices)
    return plan, kept, spoken, lay_out(kept, spoken, plan, models.quiet)


def _solve(
    question: AnyQuestion, strength: float, number: int, permuted: tuple[str, int] | None = None
) -> Solved:
    from solvers.hw10.q06_emotion_umap.scores import score

    plan, points, clips, laid = _laid_out(strength, number)
    if permuted is not None:
        within, draw = permuted
        clips = _permuted(clips, within, Random(f"6 labels {strength} {number} {within} {draw}"))
    return judged(SOLVER, question, score(points, laid, clips, plan, models.quiet))


def _permuted(clips: "Sequence[EmotionClip]", within: str, random: Random) -> "tuple[EmotionClip, ...]":
    """The clips with their emotions dealt out anew, within every reading or every speaker."""
    from dataclasses import replace

    def cell(clip: "EmotionClip") -> tuple[str, int]:
        return clip.speaker, clip.sentence if within == "readings" else 0

    emotions: dict[tuple[str, int], list[str]] = {}
    for clip in clips:
        emotions.setdefault(cell(clip), []).append(clip.emotion)
    for labels in emotions.values():
        random.shuffle(labels)
    return tuple(replace(clip, emotion=emotions[cell(clip)].pop()) for clip in clips)
