"""Questions 7 and 8 both ways: round trips through the codec one at a time, and all in batches."""

from functools import partial

import torch
from torch import Tensor

from benchmarks.notebook import hearing
from benchmarks.notebook.comparison import Check, Comparison, ToVerdict, timed
from benchmarks.notebook.tokens import encode
from benchmarks.validity.models import quiet
from questions.common.absent import Absent
from solvers.audio.error_rate import error_rate
from solvers.audio.quality import pesq_wb, stft_distance, stoi
from solvers.audio.sound_files import HEARING_RATE_HZ, resample
from solvers.hw10.models.codec import Codec
from solvers.hw10.q07_languages import measure as q07
from solvers.hw10.q07_languages.claims import Language
from solvers.hw10.q07_languages.judge import settled as q07_settled
from solvers.hw10.q07_languages.measurements import Measurements as SpeechMeasurements
from solvers.hw10.q08_laughter_music import measure as q08
from solvers.hw10.q08_laughter_music.distances import loudness_distance
from solvers.hw10.q08_laughter_music.judge import NAMES
from solvers.hw10.q08_laughter_music.judge import settled as q08_settled
from solvers.hw10.q08_laughter_music.measurements import Measurements as SoundMeasurements
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.round_trip import FRAME_SAMPLES, load_clip
from solvers.hw10.round_trip import OFFSETS as ALL_OFFSETS
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.run.catalog import load
from solvers.run.pool import ResourcePool

OFFSETS = (0, 960)
N_OFFSETS = len(ALL_OFFSETS)
MAX_SOUND_S = 2.2  # of laughter and music: too short for Q8's cuts in length, which are left out
WER_STEP = 0.1  # two words of twenty: 30 s of context and less of it are known to differ by so much
NEAR = 0.01  # of a metric


@torch.inference_mode()
def decode(codec: Codec, codes: Tensor) -> Tensor:
    """Sound `[N]` of codes `[1, K, T]`, by the model's own decode."""
    sound: Tensor = codec.model.decode(codes).audio_values[0, 0]
    return sound


def round_trip(codec: Codec, clip: Tensor, offset: int) -> Tensor:
    """A clip `[N]` with so much silence before it, through the codec by itself."""
    n = len(clip)
    length = -(-(n + max(OFFSETS)) // FRAME_SAMPLES) * FRAME_SAMPLES
    row = torch.nn.functional.pad(clip, (offset, length - n - offset))
    return decode(codec, encode(codec, row[None, None]))[offset : offset + n]


def at_hearing_rate(codec: Codec, sound: Tensor) -> Tensor:
    """For Whisper, PESQ and voices."""
    return resample(sound, codec.sample_rate_hz, HEARING_RATE_HZ)


def number(value: float | Absent) -> float:
    """A score that these clips have."""
    assert not isinstance(value, Absent), value.because
    return value


def languages(pool: ResourcePool) -> Comparison:
    """Q7: round trips, PESQ, STOI and transcripts of both clips."""
    codec, whisper = pool.get(CODEC_WEIGHTS), pool.get(ASR_WEIGHTS).model
    question = load().question("q07")
    clips: dict[Language, Tensor] = {
        language: load_clip(COURSE_AUDIO.find(pool, question, name).path, codec.sample_rate_hz)
        for language, name in q07.INPUTS.items()
    }

    def one_by_one() -> list[tuple[float, float, float]]:
        found = []
        for language, clip in clips.items():
            clean = at_hearing_rate(codec, clip)
            said = hearing.transcribe(whisper, clean, language)
            for offset in OFFSETS:
                heard = at_hearing_rate(codec, round_trip(codec, clip, offset))
                error = error_rate(said, hearing.transcribe(whisper, heard, language), language)
                found.append((pesq_wb(clean, heard), stoi(clean, heard), error))
        return found

    theirs, notebook_s = timed(one_by_one)
    measured, ours_s = timed(lambda: q07.compare(clips, codec, pool.get(ASR_WEIGHTS), quiet, offsets=OFFSETS))
    numbers = measured.numbers
    assert isinstance(numbers, SpeechMeasurements)
    ours = [
        (number(one.pesq_wb), number(one.stoi), one.error_rate)
        for clip in numbers.clips.values()
        for one in clip.decodes
    ]
    pairs = list(zip(theirs, ours, strict=True))
    off = max(abs(a - b) for one, other in pairs for a, b in zip(one[:2], other[:2], strict=True))
    checks = (
        Check("PESQ-WB, STOI", off <= NEAR, exact=True, text=f"at most {off:.4f} apart"),
        wers(
            [one[2] for one in theirs],
            [other[2] for other in ours],
            why="words at the edge of hearing turn with the context, 30 s or less",
        ),
    )
    work = "round trips of 2 clips, PESQ, STOI, transcripts"
    enough = partial(q07_settled, load().question("q07"))
    decided, verdict_s = timed(
        lambda: q07.compare(clips, codec, pool.get(ASR_WEIGHTS), quiet, enough=enough).numbers
    )
    assert isinstance(decided, SpeechMeasurements)
    verdict = ToVerdict(sum(decided.rounds), notebook_s * N_OFFSETS / len(OFFSETS), verdict_s)
    share = f"{len(OFFSETS)} of 16 offsets"
    return Comparison("q07", work, share, notebook_s, ours_s, checks, to_verdict=verdict)


def laughter_and_music(pool: ResourcePool) -> Comparison:
    """Q8: round trips and three metrics."""
    codec = pool.get(CODEC_WEIGHTS)
    rate_hz = codec.sample_rate_hz
    question = load().question("q08")
    clips = {
        name: load_clip(COURSE_AUDIO.find(pool, question, name).path, rate_hz)[: int(MAX_SOUND_S * rate_hz)]
        for name in NAMES
    }

    def one_by_one() -> list[tuple[float, float, float]]:
        found = []
        for clip in clips.values():
            for offset in OFFSETS:
                back = round_trip(codec, clip, offset)
                found.append(
                    (
                        loudness_distance(clip, rate_hz)(back),
                        stft_distance(clip, rate_hz)(back),
                        pesq_wb(at_hearing_rate(codec, clip), at_hearing_rate(codec, back)),
                    )
                )
        return found

    theirs, notebook_s = timed(one_by_one)
    measured, ours_s = timed(lambda: q08.compare(clips, codec, quiet, offsets=OFFSETS))
    numbers = measured.numbers
    assert isinstance(numbers, SoundMeasurements)
    ours = [(one.loudness, one.stft, number(one.pesq_wb)) for clip in numbers.clips.values() for one in clip]
    off = max(
        abs(a - b) for one, other in zip(theirs, ours, strict=True) for a, b in zip(one, other, strict=True)
    )
    check = Check("three metrics", off <= NEAR, exact=True, text=f"at most {off:.4f} apart")
    share = f"{len(OFFSETS)} of 16 offsets, {MAX_SOUND_S:g} s, no cuts in length"
    decided, verdict_s = timed(
        lambda: q08.compare(clips, codec, quiet, enough=partial(q08_settled, question)).numbers
    )
    assert isinstance(decided, SoundMeasurements)
    verdict = ToVerdict(sum(decided.rounds), notebook_s * N_OFFSETS / len(OFFSETS), verdict_s)
    work = "round trips of 2 clips, 3 metrics"
    return Comparison("q08", work, share, notebook_s, ours_s, (check,), to_verdict=verdict)


def wers(theirs: list[float], ours: list[float], what: str = "error rates", why: str = "") -> Check:
    """Alike to a word or two; `why` they may be further apart, where they may."""
    off = max(abs(a - b) for a, b in zip(theirs, ours, strict=True))
    text = "; ".join(filter(None, (f"at most {off:.2f} apart", why)))
    return Check(what, off <= WER_STEP, exact=not why, text=text)
