"""Q9's puzzles: clips in random layer orders, and files in which none of the options is said.

`said`: the option that is said holds, the others fail. `twin`: likewise, and one of the others differs from
it in a single word. In all other kinds nothing is there to find, and any option that holds is a confident
wrong verdict. `unsaid`: the said sentence is replaced by another clip's, so that three near misses remain.
`shared`: each option shares half of its words with what is said. `one word`: an option differs from what is
said in a single word. `noise`: random codes. `mixed`: every layer is another clip's; the options are those
clips' own sentences, or all of the first layer's clip.

These are coded by a codec whose four layers are understood. `blurred` ones are coded by the stand-in codec,
whose four layers leave words of strange voices beyond telling: open is right there, and only an option that
holds without being said is wrong.

A clip has one order only: the solver tries all 24, so another order would be the same 24 sounds.
"""

from collections import deque
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from functools import cache, partial
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks.validity import models
from benchmarks.validity.models import Clip
from benchmarks.validity.puzzle import Puzzle, Solved, Truth, in_turn, judged, only, with_claims
from benchmarks.validity.q09_near import ALIKE, nearest_others, one_word_off
from questions.quiz import AnyQuestion
from solvers.hw10.q09_layer_order import SOLVER
from solvers.hw10.q09_layer_order.claims import Said, sentences_of
from solvers.hw10.q09_layer_order.measure import N_LAYERS, recover

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.hw10.models.codec import Codec
    from solvers.models.whisper.asr import Asr

    CodecOf = Callable[[], Codec]

N_NEAR = 20  # clips that have a puzzle of every kind
N_NOISE, N_MIXED = 6, 6
NOISE_FRAMES = 150  # three seconds
N_ENCODED = 26  # sounds of a file that Whisper encodes, one at a time: 24 orders, and two with 30 s
SEED = 9


def puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """All of Q9, `said` first among the kinds in turn; what shares a clip comes together."""
    every = models.clips()
    near = every[:: len(every) // N_NEAR]
    clips = (*near, *(clip for clip in every if clip not in near))
    kinds: list[Callable[[AnyQuestion, Clip, CodecOf], Puzzle]] = [_unsaid, _shared, _one_word]
    return in_turn(
        [_said(question, clip) for clip in clips],
        [_twin(question, clip) for clip in near],
        *([kind(question, clip, _fine) for clip in near] for kind in kinds),
        [_noise(question, number) for number in range(N_NOISE)],
        [_mixed(question, number) for number in range(N_MIXED)],
        [_blurred(question, clip) for clip in near],
        *([kind(question, clip, _coarse) for clip in near] for kind in kinds),
    )


def _said(question: AnyQuestion, clip: Clip) -> Puzzle:
    return _of_clip(question, "said", clip, clip.options, _fine)


def _twin(question: AnyQuestion, clip: Clip) -> Puzzle:
    random = Random(f"{SEED} twin {clip.name}")
    away = random.choice([one for one in clip.options if one != clip.text])
    twin = one_word_off(clip.text, random)
    options = tuple(twin if one == away else one for one in clip.options)
    return _of_clip(question, "twin", clip, options, _fine)


def _unsaid(question: AnyQuestion, clip: Clip, codec: "CodecOf") -> Puzzle:
    random = Random(f"{SEED} unsaid {clip.name}")
    instead = random.choice([one.text for one in models.clips() if one.text not in clip.options])
    return _of_clip(question, "unsaid", clip, _without_said(clip, instead), codec)


def _shared(question: AnyQuestion, clip: Clip, codec: "CodecOf") -> Puzzle:
    return _of_clip(question, "shared", clip, nearest_others(clip), codec)


def _one_word(question: AnyQuestion, clip: Clip, codec: "CodecOf") -> Puzzle:
    instead = one_word_off(clip.text, Random(f"{SEED} one word {clip.name}"))
    return _of_clip(question, "one word", clip, _without_said(clip, instead), codec)


def _blurred(question: AnyQuestion, clip: Clip) -> Puzzle:
    truth = {option: Truth.NOT_FAILS if option == clip.said else Truth.NOT_HOLDS for option in "ABCD"}
    return replace(_of_clip(question, "said", clip, clip.options, _coarse), truth=truth)


def _without_said(clip: Clip, instead: str) -> tuple[str, ...]:
    return tuple(instead if one == clip.text else one for one in clip.options)


def _of_clip(
    question: AnyQuestion, kind: str, clip: Clip, options: tuple[str, ...], codec: "CodecOf"
) -> Puzzle:
    """Its layers in a random order of the clip's own. Where the said sentence is an option, it is found."""
    kind = kind if codec is _fine else f"blurred {kind}"
    order = Random(f"{SEED} {clip.name}").sample(range(N_LAYERS), N_LAYERS)
    found = clip.text in options
    truth = only("ABCD", clip.said) if found else dict.fromkeys("ABCD", Truth.NOTHING)
    name = f"{kind} {clip.name} {''.join(map(str, order))}"
    alike = {clip.text.replace(*pair) for pair in ALIKE} - {clip.text}
    return Puzzle(
        name,
        kind,
        truth,
        partial(solve_clip, question, clip, options, order, codec),
        distinct=alike.isdisjoint(options),
    )


def _noise(question: AnyQuestion, number: int) -> Puzzle:
    clip = Random(f"{SEED} noise {number}").choice(models.clips())

    def solve() -> Solved:
        import torch

        random = torch.Generator().manual_seed(SEED * 100 + number)
        codes = torch.randint(_fine().codebook_size, (1, N_LAYERS, NOISE_FRAMES), generator=random)
        return _solve(question, clip.options, codes, _fine())

    return Puzzle(f"noise {number} {clip.name}", "noise", dict.fromkeys("ABCD", Truth.NOTHING), solve)


def _mixed(question: AnyQuestion, number: int) -> Puzzle:
    random = Random(f"{SEED} mixed {number}")
    chosen: list[Clip] = []
    for clip in random.sample(models.clips(), len(models.clips())):
        if len(chosen) < N_LAYERS and clip.text not in {one.text for one in chosen}:
            chosen.append(clip)
    options = chosen[0].options if number % 2 else tuple(clip.text for clip in chosen)

    def solve() -> Solved:
        import torch

        every = [_codes(clip, _fine()) for clip in chosen]
        n_frames = min(codes.shape[2] for codes in every)
        layers = [codes[:, layer : layer + 1, :n_frames] for layer, codes in enumerate(every)]
        return _solve(question, options, torch.cat(layers, dim=1), _fine())

    return Puzzle(f"mixed {number}", "mixed", dict.fromkeys("ABCD", Truth.NOTHING), solve)


def _codes(clip: Clip, codec: "Codec") -> "Tensor":
    return codec.encode(clip.load()[None, None], N_LAYERS)


def solve_clip(
    question: AnyQuestion, clip: Clip, options: tuple[str, ...], order: list[int], codec: "CodecOf"
) -> Solved:
    return _solve(question, options, _codes(clip, codec())[:, order], codec())


def _solve(question: AnyQuestion, options: tuple[str, ...], codes: "Tensor", codec: "Codec") -> Solved:
    asked = with_claims(
        question, {option: (Said(said=text),) for option, text in zip("ABCD", options, strict=True)}
    )
    measured = recover(codes, sentences_of(asked), codec, _asr(), models.quiet)
    return judged(SOLVER, asked, measured.numbers)


@cache
def _fine() -> "Codec":
    """The codec whose four layers are understood; it decodes a file once for all puzzles that share it."""
    return decoding_once(models.fine_codec())


@cache
def _coarse() -> "Codec":
    """The stand-in codec, likewise."""
    return decoding_once(models.codec())


def decoding_once(codec: "Codec") -> "Codec":
    codec = copy(codec)
    vars(codec)["decode"] = _recalling(codec.decode, 1)
    return codec


@cache
def _asr() -> "Asr":
    """Whisper, which hears a file once for all puzzles that share it; texts are scored for each."""
    asr = copy(models.asr())
    vars(asr)["_encode"] = _recalling(asr._encode, N_ENCODED)
    return asr


def _recalling(call: Callable[..., Any], n_kept: int) -> Callable[..., Any]:
    """The call, so many of its last answers given again to the same tensors."""
    last: deque[tuple[Tensor, Any]] = deque(maxlen=n_kept)

    def recalled(given: "Tensor", *args: Any, **kwargs: Any) -> Any:
        import torch

        for seen, answer in tuple(last):  # other threads add to it
            if torch.equal(seen, given):
                return answer
        answer = call(given, *args, **kwargs)
        last.append((given, answer))
        return answer

    return recalled
