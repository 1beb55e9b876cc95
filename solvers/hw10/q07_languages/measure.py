"""Q7: how well the codec reconstructs an English and a Chinese clip.

Both go through all codebooks at 16 start offsets; a verdict needs the same decision at every one of them.
Error rates are against the nearest of the original's own readings (`q07_hearing`).
"""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from questions.quiz import AnyQuestion
from solvers.audio.quality import METRIC_RATE_HZ, pesq_wb, score, stoi
from solvers.hw10.q07_languages.claims import Language
from solvers.hw10.q07_languages.hearing import cut_at_pause, hear, least_error_rates
from solvers.hw10.q07_languages.measurements import (
    AtOffset,
    Clip,
    Measurements,
)  # fmt: skip
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
from solvers.hw10.q07_languages.judge import NAMES

INPUTS: Mapping[Language, str] = {"en": "english", "zh": "chinese"}


def measure(_question: AnyQuestion, session: "Session") -> Measured:
    """Read both files, decode each from 16 offsets, score and transcribe them."""
    codec = session.use(CODEC_WEIGHTS)
    clips = {
        language: load_clip(session.file(name), codec.sample_rate_hz) for language, name in INPUTS.items()
    }
    return compare(clips, codec, session.use(ASR_WEIGHTS), session.step)


def compare(
    clips: "Mapping[Language, Tensor]",
    codec: "Codec",
    asr: "Asr",
    on_step: "OnStep",
    offsets: tuple[int, ...] = OFFSETS,
) -> Measured:
    """Original clips float32 `[N]` at the codec's rate against their decodes.

    Raises SourceError for a clip in which Whisper hears no speech.
    """
    found: dict[Language, Clip] = {}
    sounds: list[Sound] = []
    for i, (language, original) in enumerate(clips.items()):
        done = i / len(clips)
        clip = cut_at_pause(original, codec.sample_rate_hz)
        on_step(f"decoding the {NAMES[language].en} clip from {len(offsets)} offsets", done)
        decoded = round_trip(clip, codec, offsets)
        on_step(f"scoring and transcribing the {NAMES[language].en} clip", done + 0.5 / len(clips))
        found[language] = _score(clip, decoded, language, codec.sample_rate_hz, asr, offsets)
        sounds += _sounds(found[language], language, clip, decoded[0], codec.sample_rate_hz)
    return Measured(Measurements(n_codebooks=codec.n_codebooks, clips=found), tuple(sounds))


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
    hearings = hear(clean, coded, language, asr)
    original = hearings[0].original
    if original.text not in hearings[0].readings:
        raise SourceError(
            f"Whisper hears no {NAMES[language].en} speech in the {INPUTS[language]} clip "
            f"({original.text.strip()[:60]!r}), so its decode has nothing to be compared with: "
            "is it the right file?"
        )
    return Clip(
        duration_s=len(clip) / rate_hz,
        transcript=original.text,
        readings=tuple(dict.fromkeys(text for heard in hearings for text in heard.readings)),
        decodes=tuple(
            AtOffset(
                offset_samples=offset,
                pesq_wb=score(partial(pesq_wb, clean, sound)),
                stoi=score(partial(stoi, clean, sound)),
                error_rate=error,
                transcript=text.text,
            )
            for offset, sound, text, error in zip(
                offsets, coded, hearings[0].decodes, least_error_rates(hearings, language), strict=True
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
