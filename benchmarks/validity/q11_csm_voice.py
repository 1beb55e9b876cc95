"""Q11's puzzles: sets of clips of known voice and text, heard and judged as if CSM had said them.

A world is two voices, a reference clip of each and a few clips, each of one voice and one text; options claim
the four pairs of voice and text. What a set is made of decides its truth by the rule as it is stated: of k
in n clips, Wilson's 95 % interval leaves one half out if |2k - n| > 1.96 √n; a clip that never ended and says
nothing that can be told could be any. Most sets take their clips in four mild alterations in turn.

`rules`: one voice and one text in every clip. `exchanged`: the same with the references exchanged. `mix`:
some clips of one and some of another. `capped`: some that never ended. `noise`: no speech, or some of it.
`degraded`: through eight layers of the codec, noise, another rate, another level. `other text`: none of the
options is what is said, though it is much like it. `one voice`: both references are of one voice. `near`: two
voices of like pitch: whether they are told apart is not asked, a wrong voice must not hold.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from math import sqrt
from random import Random

from benchmarks.validity import models
from benchmarks.validity.models import Clip
from benchmarks.validity.puzzle import Puzzle, Solved, Truth, in_turn, judged, with_claims
from benchmarks.validity.q11_worlds import (
    DEGRADED,
    MILD,
    NOISE,
    PLAIN,
    SEED,
    World,
    another_of,
    heard_in,
    low,
    pairs,
    said_by,
    standin,
    world_of,
)
from questions.quiz import AnyQuestion
from solvers.hw10.q11_csm_voice import SOLVER
from solvers.hw10.q11_csm_voice.claims import Speaks
from solvers.hw10.q11_csm_voice.measurements import Clip as Sample
from solvers.hw10.q11_csm_voice.measurements import Measurements

N = 16
Z = 1.96
CAPPED = "capped"  # in a set, beside the options' letters and noise
N_RULES, N_NEAR, N_OTHER_TEXT, N_ONE_VOICE, N_MIXED = 10, 30, 12, 26, 4
# Of 16 clips: 12 decide, 11 do not; 4 decide, 5 do not.
MIXES = ((14, 2), (12, 4), (10, 6), (8, 8), (6, 10))
# Hits, others, capped.
WITH_CAPPED = ((15, 0, 1), (12, 0, 4), (10, 2, 4), (9, 3, 4), (11, 0, 5), (4, 0, 12), (0, 0, 16))
WITH_NOISE = ((0, 16), (3, 13), (8, 8), (13, 3))


def puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """All of Q11."""
    worlds = (standin(), *(world_of(pair) for pair in pairs()))

    def every(kind: str, sets: Sequence[tuple[World, Mapping[str, int]]]) -> list[Puzzle]:
        return [_puzzle(question, kind, world, made_of) for world, made_of in sets]

    ruled = [(world, {letter: N}) for world in worlds[: N_RULES + 1] for letter in world.letters]
    mixed, capped, noise = [], [], []
    for world in worlds[:N_MIXED]:
        one, other = world.letters[:2]
        mixed += [(world, {one: first, other: second}) for first, second in MIXES]
    for number, (hits, others, n_capped) in enumerate(WITH_CAPPED):
        world = worlds[number % N_MIXED]
        one, other = world.letters[:2]
        capped.append((world, {one: hits, other: others, CAPPED: n_capped}))
    for number, (hits, n_noise) in enumerate(WITH_NOISE):
        world = worlds[number % N_MIXED]
        noise.append((world, {world.letters[0]: hits, NOISE: n_noise}))
    return in_turn(
        every("rules", ruled),
        every("mix", mixed),
        [
            _puzzle(question, "degraded", world, {world.letters[0]: N}, (change,))
            for change in DEGRADED
            for world in worlds[:2]
        ],
        every("capped", capped),
        every("exchanged", [(world.exchanged(), {world.exchanged().letters[0]: N}) for world in worlds[:4]]),
        every("noise", noise),
        [_other_text(question, pair) for pair in pairs()[-N_OTHER_TEXT:]],
        [_one_voice(question, number) for number in range(N_ONE_VOICE)],
        [_near(question, number) for number in range(N_NEAR)],
    )


def truth_of(made_of: Mapping[str, int], letter: str) -> Truth:
    """By the rule as it is stated; the clips of a set are what they are."""
    n, hits = sum(made_of.values()), made_of.get(letter, 0)
    if 2 * hits - n > Z * sqrt(n):
        return Truth.HOLDS
    return Truth.FAILS if n - 2 * (hits + made_of.get(CAPPED, 0)) > Z * sqrt(n) else Truth.NOTHING


def _other_text(question: AnyQuestion, pair: tuple[Clip, Clip]) -> Puzzle:
    """The options claim two sentences that nobody says, and that share half their words with what is said."""
    one, other = pair
    unsaid = [text for text in one.options if text not in {one.text, other.text}][:2]
    world = world_of(pair, (unsaid[0], unsaid[1]))
    fails = dict.fromkeys("ABCD", Truth.FAILS)
    return _puzzle(question, "other text", said_by(world, world.references), {"C": N}, PLAIN, fails)


def _one_voice(question: AnyQuestion, number: int) -> Puzzle:
    """A clip of the voice, and two others of it as references."""
    one = models.clips()[number]
    other = next(clip for clip in models.clips() if clip.text not in one.options)
    reference = another_of(one)
    world = said_by(world_of((one, other)), (reference, another_of(one, avoiding=reference)))
    nothing = dict.fromkeys("ABCD", Truth.NOTHING)
    return _puzzle(question, "one voice", world, {"C": N}, PLAIN, nothing)


def _near(question: AnyQuestion, number: int) -> Puzzle:
    random = Random(f"{SEED} near {number}")
    one = random.choice(models.clips())
    others = [
        clip
        for clip in models.clips()
        if low(clip) is low(one) and clip.voice != one.voice and clip.text not in one.options
    ]
    world = world_of((one, random.choice(others)))
    truth = {letter: Truth.NOT_FAILS if letter == "C" else Truth.NOT_HOLDS for letter in "ABCD"}
    return _puzzle(question, "near", said_by(world, world.references), {"C": N}, PLAIN, truth)


def _puzzle(
    question: AnyQuestion,
    kind: str,
    world: World,
    made_of: Mapping[str, int],
    changes: tuple[str, ...] = MILD,
    truth: dict[str, Truth] | None = None,
) -> Puzzle:
    content = ", ".join(f"{n} {what}" for what, n in made_of.items() if n)
    name = f"{world.name}: {content}" + ("" if changes == MILD else f", {changes[0]}")
    known = truth or {letter: truth_of(made_of, letter) for letter in "ABCD"}
    return Puzzle(f"{kind} {name}", kind, known, partial(_solve, question, world, dict(made_of), changes))


def _solve(
    question: AnyQuestion, world: World, made_of: Mapping[str, int], changes: tuple[str, ...]
) -> Solved:
    heard, scale = heard_in(world, changes, noise=NOISE in made_of)
    samples = []
    for what, n in Counter(made_of).items():
        # A capped clip of which nothing can be told; frames are not judged.
        of_kind = [None] if what == CAPPED else heard[what]
        samples += [
            Sample(n_frames=1, capped=what == CAPPED, hearing=of_kind[i % len(of_kind)]) for i in range(n)
        ]
    asked = with_claims(
        question, {letter: (Speaks(voice=voice, text=text),) for letter, voice, text in world.claims}
    )
    found = Measurements(texts=world.texts, dtype="float32", clips=tuple(samples), scale=scale)
    return judged(SOLVER, asked, found)
