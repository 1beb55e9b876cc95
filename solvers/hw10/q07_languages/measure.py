"""Q7: how well the codec reconstructs an English and a Chinese clip.

Both go through all codebooks at up to 16 start offsets, until every claim is decided. The words kept are
those of a reference text (`hearing`).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from questions.quiz import AnyQuestion
from solvers.audio.quality import pesq_wb, score, stoi
from solvers.audio.sound_files import HEARING_RATE_HZ
from solvers.evidence.rounds import in_rounds, never
from solvers.hw10.q07_languages.claims import Language
from solvers.hw10.q07_languages.hearing import (
    MAX_GIVEN_S,
    Reference,
    cut_at_pause,
    ear_of,
    hear,
    least_error_rates,
)
from solvers.hw10.q07_languages.judge import NAMES, settled
from solvers.hw10.q07_languages.measurements import IN_SPEC, AtOffset, Clip, Measurements, Pair, pairs_of
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.reference_whisper import RESOURCE as REFERENCE_WHISPER
from solvers.hw10.round_trip import OFFSETS, load_clip, round_trip
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.run.solver import Measured

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.audio.sound_files import Sound
    from solvers.evidence.progress import OnStep
    from solvers.hw10.models.codec import Codec
    from solvers.hw10.resources.reference_whisper import ReferenceWriter
    from solvers.models.whisper.asr import Asr
    from solvers.run.session import Session

INPUTS: Mapping[Language, str] = {"en": "english", "zh": "chinese"}


def measure(question: AnyQuestion, session: "Session") -> Measured:
    """Read both files, decode each from as many offsets as it takes, score and transcribe them."""
    codec = session.use(CODEC_WEIGHTS)
    rate_hz = codec.sample_rate_hz
    said = {language: session.said(name) for language, name in INPUTS.items()}
    clips = {}
    for language, name in INPUTS.items():
        clip = load_clip(session.file(name), rate_hz)
        clips[language] = (
            _whole(clip, rate_hz, name) if said[language].in_spec else cut_at_pause(clip, rate_hz)
        )
    references = {language: Reference(one.text, IN_SPEC) for language, one in said.items() if one.in_spec}
    if len(references) < len(clips) and (writer := session.use(REFERENCE_WHISPER)) is not None:
        session.step(f"transcribing the originals with Whisper {writer.name}", 0.0)
        references |= written(clips, rate_hz, writer, references)
    texts = {language: one.text for language, one in said.items()}
    return compare(
        clips,
        codec,
        session.use(ASR_WEIGHTS),
        session.step,
        references=references,
        said=texts,
        enough=partial(settled, question),
    )


def written(
    clips: "Mapping[Language, Tensor]",
    rate_hz: int,
    writer: "ReferenceWriter",
    known: Mapping[Language, Reference],
) -> dict[Language, Reference]:
    """References by another Whisper, for the clips without one. Raises SourceError: it hears no speech."""
    from solvers.audio.sound_files import resample

    asked = [(resample(clip, rate_hz, HEARING_RATE_HZ), language) for language, clip in clips.items()
             if language not in known]  # fmt: skip
    found: dict[Language, Reference] = {}
    for (_, language), heard in zip(asked, writer.transcripts(asked), strict=True):
        if not heard.looks_like_speech:
            raise SourceError(
                f"Whisper {writer.name} hears no speech in the {INPUTS[language]} clip "
                f"({heard.text.strip()[:60]!r}): is it the right file?"
            )
        found[language] = Reference(heard.text, f"Whisper {writer.name}")
    return found


def _whole(clip: "Tensor", rate_hz: int, name: str) -> "Tensor":
    if len(clip) > MAX_GIVEN_S * rate_hz:
        raise SourceError(
            f"the {name} clip lasts {len(clip) / rate_hz:.1f} s, and with a text in the spec at most "
            f"{MAX_GIVEN_S} s are heard: cut the clip and its text, or take the text out of the spec, so "
            "that the beginning is compared."
        )
    return clip


def compare(
    clips: "Mapping[Language, Tensor]",
    codec: "Codec",
    asr: "Asr",
    on_step: "OnStep",
    offsets: tuple[int, ...] = OFFSETS,
    references: Mapping[Language, Reference] = MappingProxyType({}),
    said: Mapping[Language, str] = MappingProxyType({}),
    enough: Callable[[Sequence[Pair]], bool] = never,
) -> Measured:
    """Original clips float32 `[N]` at the codec's rate against their decodes.

    Offsets come in rounds until there are `enough`. A clip without a reference is held against the ear's own
    transcript of it; `said` is shown. Raises SourceError for a clip in which Whisper hears no speech, or
    another text than its reference.
    """
    first: dict[Language, Tensor] = {}

    def take(some: Sequence[int]) -> dict[Language, Clip]:
        found: dict[Language, Clip] = {}
        for i, (language, clip) in enumerate(clips.items()):
            done = offsets.index(some[0]) + i * len(some) / len(clips)
            on_step(
                f"decoding and hearing the {NAMES[language].en} clip, {len(some)} offsets",
                done / len(offsets),
            )
            decoded = round_trip(clip, codec, tuple(some))
            found[language] = _score(
                clip, decoded, language, codec.sample_rate_hz, asr, tuple(some), references.get(language)
            ).model_copy(update={"said": said.get(language, "")})
            first.setdefault(language, decoded[0])
        return found

    rounds = in_rounds(offsets, take, lambda found: enough(pairs_of(_decodes(found))))
    found = {
        language: clip.model_copy(update={"decodes": _decodes(rounds)[language]})
        for language, clip in rounds[0].items()
    }
    numbers = Measurements(
        n_codebooks=codec.n_codebooks,
        ear=ear_of(asr.source),
        clips=found,
        rounds=tuple(len(next(iter(one.values())).decodes) for one in rounds),
    )
    sounds = [
        sound
        for language, clip in found.items()
        for sound in _sounds(clip, language, clips[language], first[language], codec.sample_rate_hz)
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
    reference: Reference | None,
) -> Clip:
    import torch

    from solvers.audio.sound_files import resample

    sounds = resample(torch.cat([clip[None], decoded]), rate_hz, HEARING_RATE_HZ)
    clean, coded = sounds[0], sounds[1:]
    heard = hear(clean, coded, language, asr, INPUTS[language], reference)
    return Clip(
        duration_s=len(clip) / rate_hz,
        reference=heard.reference.text,
        reference_by=heard.reference.by,
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
        Sound(f"{name}_original", original.cpu().numpy(), rate_hz, clip.transcript, clip.said, seen=True),
        Sound(f"{name}_decoded", decoded.numpy(), rate_hz, clip.decodes[0].transcript, clip.said, seen=True),
    ]
