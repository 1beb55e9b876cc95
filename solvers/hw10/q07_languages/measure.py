"""Q7: how well the codec reconstructs an English and a Chinese clip.

Both go through all codebooks at 16 start offsets. The words kept are by Whisper's own transcript of the
original (`hearing`).
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from questions.quiz import AnyQuestion
from solvers.audio.quality import pesq_wb, score, stoi
from solvers.audio.sound_files import HEARING_RATE_HZ
from solvers.hw10.q07_languages.claims import Language
from solvers.hw10.q07_languages.hearing import cut_at_pause, hear, least_error_rates
from solvers.hw10.q07_languages.judge import NAMES
from solvers.hw10.q07_languages.measurements import AtOffset, Clip, Measurements
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
    ear = f"Whisper {Path(asr.source.name).name}"  # a name, or a file
    return Measured(Measurements(n_codebooks=codec.n_codebooks, ear=ear, clips=found), tuple(sounds))


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

    sounds = resample(torch.cat([clip[None], decoded]), rate_hz, HEARING_RATE_HZ)
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
