"""Puzzles of Q1 to Q5: Mimi's architecture at a small width, altered, and claims that move the truth.

The truth is arithmetic (frames are samples over the stride, rounded up) or what was planted; it never comes
from the encode that is judged.
"""

import math
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from benchmarks.validity.puzzle import Puzzle, Solved, Truth, only, solved, with_claims
from questions.claims import AxisFollows, Claim, DtypeKind, FirstFive, Frames, Shapes
from questions.quiz import AnyQuestion
from solvers.evidence.verdicts import Findings
from solvers.hw10 import q01_token_shapes as q01
from solvers.hw10 import q02_frame_count as q02
from solvers.hw10 import q03_code_axes as q03
from solvers.hw10 import q04_code_dtype as q04
from solvers.hw10 import q05_codebook_vector as q05

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.hw10.models.codec import Codec

SMALL = {
    "hidden_size": 32,
    "num_filters": 4,
    "codebook_dim": 16,
    "vector_quantization_hidden_dimension": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "intermediate_size": 32,
    "upsample_groups": 32,
}
RATE_HZ = 24_000
# Strides of the encoder's four stages; its last stage halves the rate again.
STRIDES = ([8, 6, 5, 4], [8, 6, 5, 2], [8, 5, 4, 2], [10, 8, 6, 5], [8, 7, 5, 4])  # the first are Mimi's
CODEBOOKS = (32, 16, 8)
LETTERS = "ABCD"
NOBODY = "none of them"


def puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """Those of one of the five questions."""
    return {"q01": _q01, "q02": _q02, "q03": _q03, "q04": _q04, "q05": _q05}[question.id](question)


@cache
def small_mimi(seed: int = 0, strides: tuple[int, ...] = (), **changes: Any) -> "Codec":
    """A MimiModel of small width with seeded random weights."""
    from solvers.hw10.models.codec import Codec, mimi_config, random_mimi

    given = {"upsampling_ratios": list(strides)} if strides else {}
    return Codec(random_mimi(seed, mimi_config(**SMALL | given | changes)), ())


def altered(codec: "Codec", change: "Callable[[Tensor, Tensor], Tensor]") -> "Codec":
    """The codec with its codes changed on the way out: `change(codes, audio)`."""
    from solvers.hw10.models.codec import Codec

    class Altered(Codec):
        def encode(self, audio: "Tensor", n_codebooks: int | None = None) -> "Tensor":
            return change(super().encode(audio, n_codebooks), audio)

    return Altered(codec.model, ())


def n_frames(duration_s: float, strides: list[int]) -> int:
    """Frames of a clip, by arithmetic."""
    return math.ceil(round(duration_s * RATE_HZ) / (2 * math.prod(strides)))


def _noise(channels: int, frames: int) -> "Tensor":
    """Seeded noise `[1, C, N]` of whole frames at Mimi's own strides."""
    import torch

    n_samples = frames * 2 * math.prod(STRIDES[0])
    return torch.randn(1, channels, n_samples, generator=torch.Generator().manual_seed(0)) * 0.1


def _placed(true: Claim, false: list[Claim], letter: str) -> dict[str, tuple[Claim, ...]]:
    """The true claim in one option and false ones in the others; in none if `letter` is `NOBODY`."""
    others = iter(false)
    return {one: (true if one == letter else next(others),) for one in LETTERS}


def _puzzle(
    name: str, kind: str, truth: dict[str, Truth], ask: AnyQuestion, judged: Callable[[AnyQuestion], Findings]
) -> Puzzle:
    def solve() -> Solved:
        return solved(judged(ask))

    return Puzzle(name, kind, truth, solve)


def _letter(number: int) -> str:
    """A, B, C, D, none, and again."""
    return NOBODY if number % 5 == len(LETTERS) else LETTERS[number % 5]


def _q01(question: AnyQuestion) -> tuple[Puzzle, ...]:
    found = []
    for number, (strides, k) in enumerate((s, k) for s in STRIDES for k in CODEBOOKS):
        short, long = n_frames(2, strides), n_frames(4, strides)
        false: list[Claim] = [
            Shapes(shape_2s=(1, k, short), shape_4s=(1, k, long + 1)),
            Shapes(shape_2s=(1, short, k), shape_4s=(1, long, k)),
            Shapes(shape_2s=(1, k // 2, short), shape_4s=(1, k // 2, long)),
            Shapes(shape_2s=(1, k, long), shape_4s=(1, k, short)),
        ]
        true = Shapes(shape_2s=(1, k, short), shape_4s=(1, k, long))
        letter = _letter(number)

        def judged(
            ask: AnyQuestion, strides: list[int] = strides, k: int = k, seed: int = number
        ) -> Findings:
            codec = small_mimi(strides=tuple(strides), num_quantizers=k)
            clips = tuple(q01.encode_noise(codec, clip, s, seed) for clip, s in q01.CLIPS.items())
            return q01.judge(ask, q01.Measurements(exact=clips))

        ask = with_claims(question, _placed(true, false, letter))
        name = f"strides {strides} codebooks {k} true {letter}"
        found.append(_puzzle(name, "architecture", only(LETTERS, letter), ask, judged))
    return tuple(found)


def _q02(question: AnyQuestion) -> tuple[Puzzle, ...]:
    found = []
    for number, strides in enumerate(STRIDES * 2):
        frames, letter = n_frames(8, strides), _letter(number + number // 5)
        false: list[Claim] = [Frames(frames=n) for n in (frames - 1, frames + 1, 2 * frames, 8)]
        ask = with_claims(question, _placed(Frames(frames=frames), false, letter))

        def judged(ask: AnyQuestion, strides: list[int] = strides, lie: int = 0) -> Findings:
            import torch

            codec = small_mimi(strides=tuple(strides))
            clip = q01.encode_noise(codec, "clip_8s", q02.CLIP_S, 0)
            announced = int(codec.model.get_encoded_length(torch.tensor([clip.n_samples]))[0]) + lie
            numbers = q02.Measurements(n_samples=clip.n_samples, shape=clip.shape, announced_frames=announced)
            return q02.judge(ask, numbers)

        name = f"{number} strides {strides} true {letter}"
        found.append(_puzzle(name, "architecture", only(LETTERS, letter), ask, judged))
        if number < 2:  # a model that contradicts itself decides nothing
            nothing = dict.fromkeys(LETTERS, Truth.NOTHING)
            found.append(_puzzle(f"{name} miscounted", "contradiction", nothing, ask, partial(judged, lie=1)))
    return tuple(found)


def _q03(question: AnyQuestion) -> tuple[Puzzle, ...]:
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
        ask = with_claims(question, {x: (AxisFollows(axis_1_follows=q),) for x, q in claimed.items()})
        for name, (followed, change) in alterations.items():
            several = Truth.HOLDS if len(followed) == 1 else Truth.NOTHING
            truth = {x: several if q in followed else Truth.FAILS for x, q in claimed.items()}

            def judged(ask: AnyQuestion, change: Any = change) -> Findings:
                codec = altered(small_mimi(), change)
                stereo = altered(small_mimi(audio_channels=2), change)
                changes = q03.intervene(codec, 0)
                noise = _noise(2, q03.BASE_FRAMES)
                channels = q03.Intervention(
                    quantity="channels", before=1, after=2,
                    shape_before=changes[0].shape_before, shape_after=tuple(stereo.encode(noise).shape),
                )  # fmt: skip
                return q03.judge(ask, q03.Measurements(interventions=(*changes, channels)))

            found.append(_puzzle(f"{name}, claims turned by {turn}", "axes", truth, ask, judged))
    return tuple(found)


def _q04(question: AnyQuestion) -> tuple[Puzzle, ...]:
    holds, fails, nothing = Truth.HOLDS, Truth.FAILS, Truth.NOTHING
    kinds = {part[0].claim.dtype: part for part in (option.parts for option in question.options)}
    assert isinstance(kinds["integer"][0].claim, DtypeKind)
    # Explanations: embedding value, index, symbol, bit. One that cannot be refuted is not proved either.
    usual = {"float": fails, "integer": holds, "string": fails, "boolean": fails}
    no_index = usual | {"integer": fails}
    alterations: dict[str, tuple[str, dict[str, Truth], Any]] = {
        "as it is": ("integer", usual, lambda codes: codes),
        "int32": ("integer", usual, lambda codes: codes.int()),
        "float": ("float", no_index, lambda codes: codes.float()),
        "shifted up": ("integer", no_index, lambda codes: codes + 2048),
        "negative": ("integer", no_index, lambda codes: codes - 2048),
        "two values": ("integer", no_index | {"boolean": nothing}, lambda codes: codes % 2),
        "all zero": ("integer", no_index | {"boolean": nothing}, lambda codes: codes * 0),
        "boolean": ("boolean", no_index | {"boolean": nothing}, lambda codes: codes > 1000),
    }
    found = []
    for turn, (name, (dtype, explained, change)) in enumerate(alterations.items()):
        # The options' pairs of claims, moved on by one from puzzle to puzzle.
        order = [list(kinds)[(i + turn) % 4] for i in range(4)]
        asked = {
            letter: [part.claim for part in kinds[kind]] for letter, kind in zip(LETTERS, order, strict=True)
        }
        truth = {}
        for letter, kind in zip(LETTERS, order, strict=True):
            truth[f"{letter}.1"] = holds if kind == dtype else fails
            truth[f"{letter}.2"] = explained[kind]

        def judged(ask: AnyQuestion, change: Any = change) -> Findings:
            codec = small_mimi()
            clip = _noise(1, q04.CLIP_FRAMES)
            return q04.judge(ask, q04.look_at(change(codec.encode(clip)), codec))

        found.append(_puzzle(name, "values", truth, with_claims(question, asked), judged))
    return tuple(found)


def _q05(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """Codebooks of several seeds; the false claims are another id, another layer, or one value off."""

    def first_five(codec: "Codec", code: int, layer: int = 0, off: float = 0.0) -> FirstFive:
        values = [round(value, 4) for value in codec.codebook(layer)[code, :5].tolist()]
        return FirstFive(first_five=(*values[:4], round(values[4] + off, 4)))

    def judged(seed: int, changed: float, letter: str) -> Solved:
        codec = small_mimi(seed)
        false: list[Claim] = [
            first_five(codec, 2046),
            first_five(codec, 2047, layer=1),
            first_five(codec, 2047, off=2e-4),
            first_five(codec, 0),
        ]
        ask = with_claims(question, _placed(first_five(codec, 2047), false, letter))
        vectors = q05.vectors_of(codec)
        if changed:  # other weights than those the options were written from
            asked = q05.Vector(name=q05.ASKED, values=tuple(v + changed for v in vectors[0].values))
            vectors = (asked, *vectors[1:])
        return solved(q05.judge(ask, q05.Measurements(vectors=vectors)))

    found = []
    for number in range(12):
        changed, letter = (0.001 if number % 4 == 3 else 0.0), LETTERS[number // 4 + number % 2]
        # Where no option matches nothing is decided: the weights may be others.
        truth = dict.fromkeys(LETTERS, Truth.NOTHING) if changed else only(LETTERS, letter)
        solve = partial(judged, number // 2, changed, letter)
        kind = "changed codebook" if changed else "codebook"
        found.append(Puzzle(f"{number} seed {number // 2} true {letter}", kind, truth, solve))
    return tuple(found)
