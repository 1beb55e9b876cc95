"""Q2's puzzles: five sets of strides twice over, and a model that contradicts itself."""

from functools import partial

from benchmarks.validity.puzzle import Puzzle, Truth, only, with_claims
from benchmarks.validity.q01_q05 import LETTERS, STRIDES, asking, letter_of, n_frames, placed, small_mimi
from questions.claims import Claim
from questions.quiz import AnyQuestion
from solvers.hw10 import q02_frame_count as q02
from solvers.hw10.q01_token_shapes import encode_noise


def puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """12 of them."""
    found = []
    for number, strides in enumerate(STRIDES * 2):
        frames, letter = n_frames(8, strides), letter_of(number + number // 5)
        false: list[Claim] = [q02.Frames(frames=n) for n in (frames - 1, frames + 1, 2 * frames, 8)]
        ask = with_claims(question, placed(q02.Frames(frames=frames), false, letter))

        def measured(strides: list[int] = strides, lie: int = 0) -> q02.Measurements:
            import torch

            codec = small_mimi(strides=tuple(strides))
            clip = encode_noise(codec, "clip_8s", q02.CLIP_S, 0)
            announced = int(codec.model.get_encoded_length(torch.tensor([clip.n_samples]))[0]) + lie
            return q02.Measurements(n_samples=clip.n_samples, shape=clip.shape, announced_frames=announced)

        name = f"{number} strides {strides} true {letter}"
        found.append(asking(name, "architecture", only(LETTERS, letter), ask, q02.SOLVER, measured))
        if number < 2:  # a model that contradicts itself decides nothing
            nothing = dict.fromkeys(LETTERS, Truth.NOTHING)
            found.append(
                asking(
                    f"{name} miscounted", "contradiction", nothing, ask, q02.SOLVER, partial(measured, lie=1)
                )
            )
    return tuple(found)
