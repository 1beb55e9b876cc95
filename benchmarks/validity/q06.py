"""Q6's puzzles: clips whose emotions are made by prosody at a known strength, laid out with three seeds.

What is known of a set:
- Strength 0: the five "emotions" differ by less than two readings of a sentence do. No group can hold (E to
  H), nor can a layer separate them better (C, D); whether they fail or stay open is not known.
- Strength 1, labels permuted within every speaker and sentence: they say nothing of the sound. Likewise.
- Strength 1: rate, pitch, level and tilt differ as far as they go, and layer 0 codes the most of the
  spectrum: the groups of E and F are there, so they hold, or the set is too small to decide. Layer 31 codes
  the residual of 31 layers, so it cannot separate the emotions better (C must not hold). Whether layer 6
  keeps an emotion apart (G, H) is the codec's affair: not scored.
- Between: some separation is there, by how much is not known. Only C is scored.
A and B do not depend on the set; they are scored at full strength.
"""

from functools import cache, partial
from itertools import product
from random import Random
from typing import TYPE_CHECKING

from benchmarks.validity import models
from benchmarks.validity.puzzle import Puzzle, Solved, Truth, in_turn, solved
from questions.spec import AnyQuestion
from solvers.q06_emotion_umap import embed, judge

if TYPE_CHECKING:
    from solvers.emotion_clips import EmotionClip
    from solvers.separation import Points

HOLDS, NOT_HOLDS = Truth.HOLDS, Truth.NOT_HOLDS
ALWAYS = {"A": HOLDS, "B": HOLDS}
NO_GROUPS = dict.fromkeys("CDEFGH", NOT_HOLDS)
FULL = ALWAYS | {"C": NOT_HOLDS, "E": HOLDS, "F": HOLDS}
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
SUBSETS = 12  # a kind: speakers and sentences are drawn anew
BETWEEN = (0.25, 0.5, 0.75)


def puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """Sets without an emotion, with permuted ones, at full strength and between."""

    def every(kind: str, strength: float, truth: dict[str, Truth], n: int) -> list[Puzzle]:
        return [
            Puzzle(
                f"{kind}, strength {strength:g}, set {number}",
                kind,
                truth,
                partial(_solve, question, strength, number, kind == "permuted"),
            )
            for number in range(n)
        ]

    return in_turn(
        every("none", 0.0, NO_GROUPS, SUBSETS),
        every("full", 1.0, FULL, SUBSETS),
        every("permuted", 1.0, NO_GROUPS, SUBSETS),
        [one for strength in BETWEEN for one in every("between", strength, GRADED, 3)],
    )


@cache
def _whole(strength: float) -> "tuple[Points, tuple[EmotionClip, ...]]":
    """Points `[K, n, D]` of all clips at a strength, which every set of that strength takes its own from."""
    from solvers.emotion_clips import standin_set

    codec = models.codec()
    clips = standin_set(strength, N_SENTENCES).load(codec.sample_rate_hz, models.quiet)
    return embed(clips, codec, models.quiet), clips


def _solve(question: AnyQuestion, strength: float, number: int, permute: bool) -> Solved:
    from dataclasses import replace

    from solvers.q06_scores import Plan, explore

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
    kept = [clips[i] for i in indices]
    if permute:
        emotions = {place: sorted({clip.emotion for clip in clips}) for place in sorted(chosen)}
        for labels in emotions.values():
            random.shuffle(labels)
        kept = [replace(clip, emotion=emotions[clip.speaker, clip.sentence].pop()) for clip in kept]
    found = explore(points[:, indices], kept, Plan(LAYERS, GROUPS, SEEDS), models.quiet)
    return solved(judge(question, found))
