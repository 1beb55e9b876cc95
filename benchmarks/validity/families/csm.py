"""Questions 11 and 12 where CSM fails to end clips at a planted rate: 0, 17, 30 and 50 in a hundred.

A clip that does not end runs to ten seconds: the sentence, and then silence, the sentence again and again,
noise, or what random codes sound like, in turn. Which of sixteen do is drawn, each with the rate. The truth
is what is said: a failure to end takes nothing from it.
"""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from random import Random
from typing import TYPE_CHECKING, Literal

from benchmarks.validity import models, q12_stored
from benchmarks.validity.families.pairs import HALVES, Half
from benchmarks.validity.models import RATE_HZ
from benchmarks.validity.puzzle import Puzzle, Solved, in_turn, judged, with_claims
from benchmarks.validity.q11_csm_voice import truth_of
from benchmarks.validity.q11_worlds import World, load, pairs, reference_of, standin, world_of
from benchmarks.validity.q12_csm_tokens import (
    ASKING,
    DECODABLE,
    LONGER,
    NOISE,
    Otherwise,
    as_it_is,
    carrying_csm,
    renumbered,
)
from questions.quiz import AnyQuestion
from solvers.audio.sound_files import HEARING_RATE_HZ, resample
from solvers.hw10 import q11_csm_voice, q12_csm_tokens
from solvers.hw10.csm_clips import spoken_parts
from solvers.hw10.models.csm import Generated
from solvers.hw10.q11_csm_voice.claims import Speaks
from solvers.hw10.q11_csm_voice.measure import ASKED, hear
from solvers.hw10.q11_csm_voice.measurements import Clip, Hearing, Measurements
from solvers.hw10.q12_csm_tokens.measure import decode_both
from solvers.hw10.q12_csm_tokens.measurements import Decoded
from solvers.hw10.q12_csm_tokens.measurements import Measurements as TokenMeasurements
from solvers.models.speaker.scale import VoiceScale

if TYPE_CHECKING:
    from torch import Tensor

RATES = (0.0, 0.17, 0.30, 0.50)
N = 16
LIMIT_S, PAUSE_S = 10.0, 0.5
SEED = 11
Tail = Literal["silence", "again", "noise", "random codes"]
TAILS: tuple[Tail, ...] = ("silence", "again", "noise", "random codes")
ENDED: Literal["ended"] = "ended"
N_WORLDS = 4  # a half
# Of sixteen clips how many say the first option and how many the second: all, and a clear majority.
MADE_OF = ((16, 0), (13, 3))
# Clips of known text, whose codes a small CSM is made to have generated.
CLIPS: Mapping[Half, str] = {"tuned": ASKING, "scored": next(iter(LONGER))}


def never_ending(sound: "Tensor", tail: Tail) -> "Tensor":
    """A sentence `[N]` and its tail, ten seconds in all."""
    import torch

    n, pause = round(LIMIT_S * RATE_HZ), torch.zeros(round(PAUSE_S * RATE_HZ))
    generator = torch.Generator().manual_seed(SEED)
    match tail:
        case "silence":
            more = torch.zeros(n)
        case "again":
            more = torch.cat([sound, pause]).repeat(n // len(sound) + 1)
        case "noise":
            level = float(sound.square().mean().sqrt()) / 10
            more = level * torch.randn(n, generator=generator)
        case "random codes":
            more = models.codec().decode(torch.randint(2048, (1, 8, n // 1920), generator=generator))[0]
    return torch.cat([sound, pause, more])[:n]


def endings(name: str, rate: float) -> tuple[str, ...]:
    """How sixteen clips end, drawn; of those that do not every tail in turn."""
    random = Random(f"{SEED} {name} {rate}")
    failing = [random.random() < rate for _ in range(N)]
    start = random.randrange(len(TAILS))
    return tuple(
        TAILS[(start + sum(failing[:i])) % len(TAILS)] if fails else ENDED for i, fails in enumerate(failing)
    )


def voice_puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """Question 11: worlds of two voices, every rate, all clips alike or a clear majority."""
    others = [world_of(pair) for pair in pairs()]
    worlds: Mapping[Half, Sequence[World]] = {
        "tuned": [standin(), *others[::2]][:N_WORLDS],
        "scored": others[1::2][:N_WORLDS],
    }

    def of(half: Half) -> list[Puzzle]:
        return [
            _voice_puzzle(question, half, world, rate, made_of)
            for world in worlds[half]
            for rate in RATES
            for made_of in MADE_OF
        ]

    return in_turn(*map(of, HALVES))


def _voice_puzzle(
    question: AnyQuestion, half: Half, world: World, rate: float, made_of: tuple[int, int]
) -> Puzzle:
    one, other = world.letters[:2]
    said = {one: made_of[0], other: made_of[1]}
    ends = endings(f"{world.name} {made_of}", rate)
    n_failing = N - ends.count(ENDED)
    content = " and ".join(f"{n} {letter}" for letter, n in said.items() if n)
    name = f"{world.name}: {content}, {rate:.0%} never end ({n_failing} of {N})"
    truth = {letter: truth_of(said, letter) for letter in "ABCD"}
    letters = (one,) * made_of[0] + (other,) * made_of[1]
    return Puzzle(name, half, truth, partial(_solve_voice, question, world, letters, ends))


def _solve_voice(
    question: AnyQuestion, world: World, letters: tuple[str, ...], ends: tuple[str, ...]
) -> Solved:
    heard, scale = _heard(world)
    # The second option's clips come last: spread over the set, so that they too end in every way.
    spread = sorted(range(N), key=lambda i: (i * 5) % N)
    clips = tuple(
        Clip(n_frames=1, capped=end != ENDED, hearing=heard[letters[spread[i]], end])
        for i, end in enumerate(ends)
    )
    asked = with_claims(
        question, {letter: (Speaks(voice=voice, text=text),) for letter, voice, text in world.claims}
    )
    found = Measurements(texts=world.texts, dtype="float32", clips=clips, scale=scale)
    return judged(q11_csm_voice.SOLVER, asked, found)


@cache
def _heard(world: World) -> tuple[Mapping[tuple[str, str], Hearing], VoiceScale]:
    """Each of a world's clips with each ending, as the solver hears what came out of CSM."""
    names, sounds = [], []
    for letter, file in world.files[:2]:
        clip = load(file)
        for end in (ENDED, *TAILS):
            names.append((letter, end))
            sounds.append(clip if end == ENDED else never_ending(clip, end))
    at_hearing_rate = {i: resample(sound, RATE_HZ, HEARING_RATE_HZ) for i, sound in enumerate(sounds)}
    capped = [i for i, (_, end) in enumerate(names) if end != ENDED]
    parts = spoken_parts(at_hearing_rate, capped, models.asr(), "en")
    references = (reference_of(world.references[0]), reference_of(world.references[1]))
    hearings, scale = hear(list(parts.values()), world.texts, references, models.asr(), models.voices())
    return dict(zip(names, hearings, strict=True)), scale


def token_puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """Question 12: a standalone codec that is CSM's own, or one whose codes mean something else."""

    def of(half: Half) -> list[Puzzle]:
        found = []
        for rate in RATES:
            for name, truth in (("the same codec", DECODABLE), ("codes renumbered", NOISE)):
                ends = endings(f"{half} {name}", rate)
                solve = partial(_solve_tokens, question, half, name, ends)
                n_failing = N - ends.count(ENDED)
                found.append(
                    Puzzle(f"{half}: {name}, {rate:.0%} never end ({n_failing})", half, truth, solve)
                )
        return found

    return in_turn(*map(of, HALVES))


def _solve_tokens(question: AnyQuestion, half: Half, name: str, ends: tuple[str, ...]) -> Solved:
    decoded = _decoded(half, name)
    clips = tuple(decoded[end] for end in ends)
    found = TokenMeasurements(stored=q12_stored.untouched(), dtype="float32", clips=clips)
    return judged(q12_csm_tokens.SOLVER, question, found)


@cache
def _decoded(half: Half, name: str) -> Mapping[str, Decoded]:
    """A clip's codes with every ending, by CSM's codec and the standalone one."""
    file = CLIPS[half]
    text = next((clip.text for clip in models.clips() if clip.name == file), ASKED)
    sound = load(file)
    standalone = Otherwise(renumbered if name == "codes renumbered" else as_it_is, as_it_is)
    given = []
    for end in (ENDED, *TAILS):
        whole = sound if end == ENDED else never_ending(sound, end)
        codes = models.codec().encode(whole[None, None])[0]
        given.append((text, Generated(codes, capped=end != ENDED, codebook_size=2048)))
    numbers = decode_both(given, carrying_csm(), standalone, models.asr()).numbers
    return dict(zip((ENDED, *TAILS), numbers, strict=True))
