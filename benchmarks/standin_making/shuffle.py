"""Makes a shuffled file of codes the way the course did: `python -m benchmarks.standin_making.shuffle`.

The clip's first four layers are encoded, put in a random order drawn from a seed, and saved with torch.save.
"""

import argparse
import io
import sys
from pathlib import Path
from typing import Any

import torch

from questions.common.errors import QuizproofError
from questions.common.files import write_atomic
from solvers.audio.sound_files import load_sound
from solvers.hw10.models.codec import Codec

N_LAYERS = 4


def shuffle_layers(codes: torch.Tensor, seed: int) -> tuple[torch.Tensor, tuple[int, ...]]:
    """Codes `[1, K, T]` with their layers in a seeded random order, and that order.

    As in the course's notebook, `shuffled[:, i] = codes[:, permutation[i]]`.
    """
    permutation = torch.randperm(codes.shape[1], generator=torch.Generator().manual_seed(seed))
    return codes.index_select(1, permutation), tuple(permutation.tolist())


def restoring(permutation: tuple[int, ...]) -> tuple[int, ...]:
    """The order that undoes a permutation: entry i is where layer i went."""
    return tuple(permutation.index(layer) for layer in range(len(permutation)))


def shuffle_clip(clip: Path, codec: Codec, seed: int) -> tuple[torch.Tensor, tuple[int, ...]]:
    """Shuffled codes int64 `[1, 4, T]` of a sound file, and the permutation."""
    waveform = load_sound(clip, codec.sample_rate_hz)
    return shuffle_layers(codec.encode(waveform[None, None], N_LAYERS), seed)


def main(arguments: list[str] | None = None) -> int:
    """Write the file and print the permutation."""
    from solvers.hw10.standin import STANDIN_CODEC
    from solvers.hw10.standin.codec import StandinCodecModel

    parser = argparse.ArgumentParser(prog="python -m benchmarks.standin_making.shuffle", description=__doc__)
    parser.add_argument("clip", type=Path, help="a sound file")
    parser.add_argument("--seed", type=int, default=0, help="of the permutation")
    parser.add_argument("--out", type=Path, default=Path("audio_codes_shuffled.pt"), help="the file to write")
    chosen = parser.parse_args(arguments)
    model: Any = StandinCodecModel.from_pretrained(STANDIN_CODEC, dtype=torch.float32)
    try:
        codes, permutation = shuffle_clip(chosen.clip, Codec(model, ()), chosen.seed)
    except QuizproofError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    buffer = io.BytesIO()
    torch.save(codes.clone(), buffer)
    write_atomic(chosen.out, buffer.getvalue())
    sys.stdout.write(
        f"{chosen.out}: permutation {list(permutation)}, undone by {list(restoring(permutation))}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
