"""Q8: whether laughter or music comes back worse from the codec, and whether length is why.

Two distances are weighed at up to 16 start offsets, until the rule has decided. For the length, the same
music goes through the codec whole, in halves and in quarters.
"""

from collections.abc import Callable, Mapping, Sequence
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
from solvers.evidence.rounds import in_rounds, never
from solvers.hw10.q08_laughter_music.distances import loudness_distance
from solvers.hw10.q08_laughter_music.judge import NAMES, settled
from solvers.hw10.q08_laughter_music.length import Window, cut
from solvers.hw10.q08_laughter_music.measurements import AtOffset, Measurements, Name
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.round_trip import OFFSETS, load_clip, round_trip
from solvers.models.threads import one_thread
from solvers.run.solver import Measured

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.evidence.progress import OnStep
    from solvers.hw10.models.codec import Codec
    from solvers.run.session import Session


def measure(question: AnyQuestion, session: "Session") -> Measured:
    """Read both files, decode each from as many offsets as it takes, and the music in cuts."""
    codec = session.use(CODEC_WEIGHTS)
    clips = {name: load_clip(session.file(name), codec.sample_rate_hz) for name in NAMES}
    return compare(clips, codec, session.step, enough=partial(settled, question))


def compare(
    clips: "Mapping[Name, Tensor]",
    codec: "Codec",
    on_step: "OnStep",
    offsets: tuple[int, ...] = OFFSETS,
    enough: Callable[[Mapping[Name, Sequence[AtOffset]]], bool] = never,
) -> Measured:
    """Original clips float32 `[N]` at the codec's rate against their decodes.

    Offsets come in rounds until there are `enough`.
    """
    from solvers.audio.sound_files import Sound

    rate_hz = codec.sample_rate_hz
    first: dict[Name, Tensor] = {}

    def take(some: Sequence[int]) -> dict[Name, tuple[AtOffset, ...]]:
        found: dict[Name, tuple[AtOffset, ...]] = {}
        for i, (name, clip) in enumerate(clips.items()):
            done = offsets.index(some[0]) + i * len(some) / len(clips)
            on_step(f"decoding the {name} from {len(some)} offsets", 2 / 3 * done / len(offsets))
            decoded = round_trip(clip, codec, tuple(some))
            found[name] = _score(clip, decoded, rate_hz, tuple(some))
            first.setdefault(name, decoded[0])
        return found

    rounds = in_rounds(offsets, take, lambda found: enough(_joined(found)))
    found = _joined(rounds)
    sounds = [
        sound
        for name, clip in clips.items()
        for sound in (
            Sound(f"{name}_original", clip.numpy(), rate_hz, seen=True),
            Sound(f"{name}_decoded", first[name].numpy(), rate_hz, seen=True),
        )
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
        rounds=tuple(len(next(iter(one.values()))) for one in rounds),
    )
    return Measured(numbers, tuple(sounds))


def _joined(rounds: "Sequence[Mapping[Name, tuple[AtOffset, ...]]]") -> dict[Name, tuple[AtOffset, ...]]:
    return {name: tuple(one for some in rounds for one in some[name]) for name in rounds[0]}


@one_thread()
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
