"""Q8: whether laughter or music comes back worse from the codec, and whether length is why.

Two distances are weighed at each of 16 start offsets. For the length, the same music goes through the codec
whole, in halves and in quarters.
"""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from questions.common.absent import Absent
from questions.quiz import AnyQuestion
from solvers.audio.quality import (
    UndefinedMetricError,
    pesq_wb,
    score,
    stft_distance,
)
from solvers.audio.sound_files import HEARING_RATE_HZ
from solvers.hw10.q08_laughter_music.distances import loudness_distance
from solvers.hw10.q08_laughter_music.judge import NAMES
from solvers.hw10.q08_laughter_music.length import Window, cut
from solvers.hw10.q08_laughter_music.measurements import AtOffset, Measurements, Name
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.round_trip import OFFSETS, load_clip, round_trip
from solvers.run.solver import Measured

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.evidence.progress import OnStep
    from solvers.hw10.models.codec import Codec
    from solvers.run.session import Session


def measure(_question: AnyQuestion, session: "Session") -> Measured:
    """Read both files, decode each from 16 offsets and the music in cuts."""
    codec = session.use(CODEC_WEIGHTS)
    clips = {name: load_clip(session.file(name), codec.sample_rate_hz) for name in NAMES}
    return compare(clips, codec, session.step)


def compare(
    clips: "Mapping[Name, Tensor]", codec: "Codec", on_step: "OnStep", offsets: tuple[int, ...] = OFFSETS
) -> Measured:
    """Original clips float32 `[N]` at the codec's rate against their decodes."""
    from solvers.audio.sound_files import Sound

    rate_hz = codec.sample_rate_hz
    found: dict[Name, tuple[AtOffset, ...]] = {}
    sounds: list[Sound] = []
    for i, (name, clip) in enumerate(clips.items()):
        on_step(f"decoding the {name} from {len(offsets)} offsets", i / 3)
        decoded = round_trip(clip, codec, offsets)
        found[name] = _score(clip, decoded, rate_hz, offsets)
        sounds += [
            Sound(f"{name}_original", clip.numpy(), rate_hz, seen=True),
            Sound(f"{name}_decoded", decoded[0].numpy(), rate_hz, seen=True),
        ]
    on_step("decoding the music in cuts of three lengths", 2 / 3)
    windows: tuple[Window, ...] | Absent
    try:
        windows = cut(clips["music"], codec)
    except UndefinedMetricError as error:
        windows = Absent(because=str(error))
    numbers = Measurements(
        n_codebooks=codec.n_codebooks,
        duration_s={name: len(clip) / rate_hz for name, clip in clips.items()},
        clips=found,
        windows=windows,
    )
    return Measured(numbers, tuple(sounds))


def _score(clip: "Tensor", decoded: "Tensor", rate_hz: int, offsets: tuple[int, ...]) -> tuple[AtOffset, ...]:
    import torch

    from solvers.audio.sound_files import resample

    clean, *coded = resample(torch.cat([clip[None], decoded]), rate_hz, HEARING_RATE_HZ)
    loudness, stft = loudness_distance(clip, rate_hz), stft_distance(clip, rate_hz)
    return tuple(
        AtOffset(
            offset_samples=offset,
            loudness=loudness(row),
            stft=stft(row),
            pesq_wb=score(partial(pesq_wb, clean, heard)),
        )
        for offset, row, heard in zip(offsets, decoded, coded, strict=True)
    )
