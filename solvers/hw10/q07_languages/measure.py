"""Q7: how well the codec reconstructs an English and a Chinese clip.

Both go through all codebooks at up to 16 start offsets, until every claim is decided. The words kept are by
Whisper's own transcript of the original (`hearing`).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from questions.quiz import AnyQuestion
from solvers.audio.quality import METRIC_RATE_HZ, pesq_wb, score, stoi
from solvers.evidence.rounds import in_rounds, never
from solvers.hw10.q07_languages.claims import Language
from solvers.hw10.q07_languages.hearing import cut_at_pause, hear, least_error_rates
from solvers.hw10.q07_languages.judge import NAMES, settled
from solvers.hw10.q07_languages.measurements import AtOffset, Clip, Measurements, Pair, pairs_of
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.round_trip import OFFSETS, load_clip, round_trip
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.run.solver import Measured

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.audio.sound_files import Sound
    from solvers.evidence.progress import OnStep
    from solvers.hw10.models.codec import Codec
    from solvers.models.whisper.asr import Asr
    from solvers.run.session import Session

INPUTS: Mapping[Language, str] = {"en": "english", "zh": "chinese"}


def measure(question: AnyQuestion, session: "Session") -> Measured:
    """Read both files, decode each from as many offsets as it takes, score and transcribe them."""
    codec = session.use(CODEC_WEIGHTS)
    clips = {
        language: load_clip(session.file(name), codec.sample_rate_hz) for language, name in INPUTS.items()
    }
    return compare(clips, codec, session.use(ASR_WEIGHTS), session.step, enough=partial(settled, question))


def compare(
    clips: "Mapping[Language, Tensor]",
    codec: "Codec",
    asr: "Asr",
    on_step: "OnStep",
    offsets: tuple[int, ...] = OFFSETS,
    enough: Callable[[Sequence[Pair]], bool] = never,
) -> Measured:
    """Original clips float32 `[N]` at the codec's rate against their decodes.

    Offsets come in rounds until there are `enough`. Raises SourceError for a clip in which Whisper hears no
    speech.
    """
    heard = {language: cut_at_pause(clip, codec.sample_rate_hz) for language, clip in clips.items()}
    first: dict[Language, Tensor] = {}

    def take(some: Sequence[int]) -> dict[Language, Clip]:
        found: dict[Language, Clip] = {}
        for i, (language, clip) in enumerate(heard.items()):
            done = offsets.index(some[0]) + i * len(some) / len(heard)
            on_step(
                f"decoding and hearing the {NAMES[language].en} clip, {len(some)} offsets",
                done / len(offsets),
            )
            decoded = round_trip(clip, codec, tuple(some))
            found[language] = _score(clip, decoded, language, codec.sample_rate_hz, asr, tuple(some))
            first.setdefault(language, decoded[0])
        return found

    rounds = in_rounds(offsets, take, lambda found: enough(pairs_of(_decodes(found))))
    found = {
        language: clip.model_copy(update={"decodes": _decodes(rounds)[language]})
        for language, clip in rounds[0].items()
    }
    ear = f"Whisper {Path(asr.source.name).name}"  # a name, or a file
    numbers = Measurements(
        n_codebooks=codec.n_codebooks,
        ear=ear,
        clips=found,
        rounds=tuple(len(next(iter(one.values())).decodes) for one in rounds),
    )
    sounds = [
        sound
        for language, clip in found.items()
        for sound in _sounds(clip, language, heard[language], first[language], codec.sample_rate_hz)
    ]
    return Measured(numbers, tuple(sounds))


def _decodes(rounds: Sequence[Mapping[Language, Clip]]) -> dict[Language, tuple[AtOffset, ...]]:
    return {
        language: tuple(decode for one in rounds for decode in one[language].decodes)
        for language in rounds[0]
    }


def _score(
    clip: "Tensor",
    decoded: "Tensor",
    language: Language,
    rate_hz: int,
    asr: "Asr",
    offsets: tuple[int, ...],
) -> Clip:
    import torch

    from solvers.audio.sound_files import resample

    sounds = resample(torch.cat([clip[None], decoded]), rate_hz, METRIC_RATE_HZ)
    clean, coded = sounds[0], sounds[1:]
    heard = hear(clean, coded, language, asr, INPUTS[language])
    return Clip(
        duration_s=len(clip) / rate_hz,
        transcript=heard.original.text,
        readings=heard.readings,
        own_losses=heard.own_losses,
        decodes=tuple(
            AtOffset(
                offset_samples=offset,
                pesq_wb=score(partial(pesq_wb, clean, sound)),
                stoi=score(partial(stoi, clean, sound)),
                loss=loss,
                error_rate=error,
                transcript=text.text,
            )
            for offset, sound, text, loss, error in zip(
                offsets, coded, heard.decodes, heard.losses, least_error_rates(heard, language), strict=True
            )
        ),
    )


def _sounds(
    clip: Clip, language: Language, original: "Tensor", decoded: "Tensor", rate_hz: int
) -> "list[Sound]":
    from solvers.audio.sound_files import Sound

    name = INPUTS[language]
    return [
        Sound(f"{name}_original", original.cpu().numpy(), rate_hz, clip.transcript, seen=True),
        Sound(f"{name}_decoded", decoded.numpy(), rate_hz, clip.decodes[0].transcript, seen=True),
    ]
