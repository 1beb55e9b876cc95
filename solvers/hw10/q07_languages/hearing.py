"""What Whisper hears in Q7's clips, so that only what the codec did counts as an error.

A greedy transcript is unsteady in itself: of an intact clip that starts some milliseconds later, or with a
noise that nobody hears, Whisper may read "walk" for "work". Such differences are the original's own, so a
decode is held against the nearest of the original's readings. Of a clip that is cut within speech Whisper
makes up the end, a phrase at a time; such a clip is heard a second time without its cut edge, and an error
that is not there then does not count. `B` sounds, `N` samples.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solvers.audio.error_rate import error_rate, normalise
from solvers.audio.quality import METRIC_RATE_HZ
from solvers.hw10.q07_languages.claims import Language
from solvers.hw10.round_trip import OFFSETS

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.models.whisper.asr import Asr, Transcript

# 0, 25, 50 and 75 ms at 16 kHz: every phase of Whisper's mel frames (10 ms) and positions (20 ms).
READING_STARTS = tuple(offset * METRIC_RATE_HZ // 24_000 for offset in OFFSETS[::5])
DITHER_DB = -50.0  # of the clip's own power: under the noise of a quiet room
SEED = 7

MAX_SPEECH_S = 30.0  # what Whisper hears at once; of a longer clip the beginning is compared
PAUSE_SEARCH_S, PAUSE_SEARCH_SHARE = 2.0, 0.25  # about a phrase, and never most of the clip
PAUSE_WINDOW_S = 0.1  # longer than the closure within a word such as "forgotten"
# An edge at which speech has died away lies far under the clip's loud places: 34 dB and more in all 76 clips
# of speech at hand, less than 30 dB in two thirds of those cut at random.
EDGE_WINDOW_S, EDGE_DB = 0.02, -30.0


@dataclass(frozen=True)
class Hearing:
    """The original as it is, its distinct readings that look like speech, and its decodes `[B]`."""

    original: "Transcript"
    readings: tuple[str, ...]
    decodes: "tuple[Transcript, ...]"


def cut_at_pause(clip: "Tensor", rate_hz: int) -> "Tensor":
    """A clip `[N]`; of one over `MAX_SPEECH_S` the beginning, up to the quietest place near there."""
    limit = int(MAX_SPEECH_S * rate_hz)
    if len(clip) <= limit:
        return clip
    return clip[: limit - _to_quietest(clip[:limit].flip(0), rate_hz)]


def inner_span(clip: "Tensor", rate_hz: int) -> tuple[int, int]:
    """What is left of a clip `[N]` without edges that cut into speech: first sample, one behind the last."""
    size = int(EDGE_WINDOW_S * rate_hz)
    power = clip.double().square().unfold(0, size, size // 2).mean(dim=1)
    in_speech = power > power.quantile(0.9) * 10 ** (EDGE_DB / 10)
    start = _to_quietest(clip, rate_hz) if in_speech[0] else 0
    end = len(clip) - (_to_quietest(clip.flip(0), rate_hz) if in_speech[-1] else 0)
    return start, end


def _to_quietest(clip: "Tensor", rate_hz: int) -> int:
    """Samples from the beginning of a clip `[N]` to the middle of the quietest window near."""
    size = int(PAUSE_WINDOW_S * rate_hz)
    step = size // 10
    near = int(min(PAUSE_SEARCH_S * rate_hz, PAUSE_SEARCH_SHARE * len(clip)))
    power = clip[:near].double().square().unfold(0, size, step).mean(dim=1)
    return int(power.argmin()) * step + size // 2


def hear(clean: "Tensor", coded: "Tensor", language: Language, asr: "Asr") -> tuple[Hearing, ...]:
    """The original `[N]` and its decodes `[B, N]` at `METRIC_RATE_HZ`; a cut clip is heard twice.

    Readings are of the original from `READING_STARTS`, as it is and with dither.
    """
    import torch

    noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(SEED)).to(clean)
    dithered = clean + noise * clean.square().mean().sqrt() * 10 ** (DITHER_DB / 20)
    spans = dict.fromkeys([(0, len(clean)), inner_span(clean, METRIC_RATE_HZ)])
    return tuple(
        _hear(torch.stack([clean, dithered])[:, start:end], coded[:, start:end], language, asr)
        for start, end in spans
    )


def _hear(originals: "Tensor", coded: "Tensor", language: Language, asr: "Asr") -> Hearing:
    import torch
    from torch.nn.functional import pad

    last = max(READING_STARTS)
    # Silence before it shifts the clip against Whisper's frames; all rows are of one length.
    rows = torch.cat([pad(originals, (start, last - start)) for start in READING_STARTS])
    texts = asr.transcribe(torch.cat([rows, pad(coded, (0, last))]), language)
    read = [one.text for one in texts[: len(rows)] if one.looks_like_speech and normalise(one.text, language)]
    return Hearing(texts[0], tuple(dict.fromkeys(read)), texts[len(rows) :])


def least_error_rates(hearings: tuple[Hearing, ...], language: Language) -> tuple[float, ...]:
    """Each decode's error rate to the reading it is nearest to, in the hearing with fewer errors."""
    every = [
        [min(error_rate(reading, one.text, language) for reading in heard.readings) for one in heard.decodes]
        for heard in hearings
        if heard.readings
    ]
    return tuple(min(rates) for rates in zip(*every, strict=True))
