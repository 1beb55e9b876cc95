"""What Q7's and Q8's measures give on known degradations, so that their thresholds can be set.

    python -m benchmarks.validity.round_trips q07|q08

Telephone and web codecs, noise, band limits, clipping and fewer layers of the stand-in codec, each in the
class of quality that its bit rate and band are known for, on sounds to tune on and on others to score on.
Both columns stand in docs/decisions/q07-words-kept.md and q08-which-is-worst.md.
"""

import argparse
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.validity import models, sounds
from benchmarks.validity.degrading import Change, Degrading, band_limited, noisy, untouched
from benchmarks.validity.models import RATE_HZ
from benchmarks.validity.real_codecs import adpcm, clipped, gsm, mp3, opus
from solvers.audio.quality import stft_distance
from solvers.audio.sound_files import HEARING_RATE_HZ, load_sound, resample
from solvers.hw10.q07_languages.claims import Language
from solvers.hw10.q07_languages.hearing import hear, least_error_rates
from solvers.hw10.q07_languages.measurements import GOOD_LOSS, POOR_LOSS
from solvers.hw10.q08_laughter_music.distances import Deciding, log_ratio, loudness_distance
from solvers.hw10.q08_laughter_music.judge import MIN_FACTOR
from solvers.hw10.round_trip import round_trip
from solvers.hw10.standin import STANDIN_AUDIO

if TYPE_CHECKING:
    from torch import Tensor

HALVES = ("tuned", "scored")
OFFSETS = (0, 640, 1280)  # of speech: three phases of a frame


def layers(count: int) -> Change:
    """The stand-in codec's first layers alone."""

    def change(rows: "Tensor") -> "Tensor":
        codec = models.codec()
        return codec.decode(codec.encode(rows[:, None])[:, :count])

    return change


# Good: transparent to wide-band speech. Fair: telephone quality, words kept. Poor: some lost. Bad: most lost.
SPEECH: Mapping[str, Sequence[Change]] = {
    "good": (untouched, noisy(40), opus(24), opus(16), mp3(0.9)),
    "fair": (opus(12), band_limited(3_400), layers(32), opus(8), gsm()),
    "poor": (adpcm(), layers(8), noisy(10), layers(4), band_limited(1_000)),
    "bad": (layers(2), noisy(0), noisy(-10), band_limited(300)),
}
# By class: 0 not to be told apart, 1 slight, 2 plain, 3 telephone-like, 4 bad.
SOUND: Mapping[float, Sequence[Change]] = {
    0: (untouched, opus(64), noisy(50)),
    1: (opus(32), noisy(40), mp3(0.2), clipped(3)),
    1.5: (mp3(0.5),),
    2: (band_limited(7_000), noisy(25), clipped(9), opus(16), mp3(0.9)),
    2.5: (layers(32),),
    3: (opus(8), band_limited(3_500), noisy(15), clipped(20), gsm(), layers(8)),
    3.5: (opus(6.01), adpcm()),
    4: (layers(2), layers(1), noisy(0), band_limited(1_000), clipped(32)),
}


def main(arguments: list[str] | None = None) -> None:
    """Print one question's table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.validity.round_trips")
    parser.add_argument("question", choices=("q07", "q08"))
    rows = {"q07": speech_rows, "q08": sound_rows}[parser.parse_args(arguments).question]
    for row in rows():
        print(row, flush=True)


def speech_rows() -> Iterator[str]:
    """Q7: what is lost in each class, nat a token, and the greedy error rate beside."""
    import torch

    for half in (0, 1):
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in SPEECH}
        for language, clip in speech(half):
            clean = resample(clip[None], RATE_HZ, HEARING_RATE_HZ)[0]
            for name, changes in SPEECH.items():
                # Heard in one batch with the original's takes, as the solver hears its sixteen.
                decoded = torch.cat([round_trip(clip, Degrading(change), OFFSETS) for change in changes])
                coded = resample(decoded, RATE_HZ, HEARING_RATE_HZ)
                heard = hear(clean, coded, language, models.asr(), "degraded")
                found[name] += zip(heard.losses, least_error_rates(heard, language), strict=True)
        for name, pairs in found.items():
            losses, errors = zip(*pairs, strict=True)
            yield (
                f"{HALVES[half]} {name}: {len(losses)} decodes, lost {min(losses):.2f} … "
                f"{median(losses):.2f} … {max(losses):.2f}, good {_share(losses, high=GOOD_LOSS)}, not good "
                f"{_share(losses, low=POOR_LOSS)}; errors up to {max(errors):.2f}, "
                f"0.05 or less {_share(errors, high=0.05)}"
            )


def speech(half: int) -> "Iterator[tuple[Language, Tensor]]":
    """Three clips a half. Of the Chinese one, its first sentence (once cut mid-word) and its second."""
    chinese = load_sound(STANDIN_AUDIO / "TTS_Chinese_speech.flac", RATE_HZ)
    if half == 0:
        yield "en", load_sound(STANDIN_AUDIO / "TTS_English_speech.flac", RATE_HZ)
        yield "zh", chinese[: int(6.6 * RATE_HZ)]
        yield "zh", chinese[int(0.3 * RATE_HZ) : int(7.3 * RATE_HZ)]
    else:
        yield "zh", chinese[int(6.3 * RATE_HZ) :]
        yield from (("en", models.clips()[number].load()) for number in (3, 17))


def _share(values: Sequence[float], low: float = -math.inf, high: float = math.inf) -> str:
    return f"{sum(low <= value <= high for value in values) / len(values):.0%}"


def sound_rows() -> Iterator[str]:
    """Q8: how often the more degraded of a laughter and a music is named, by how many classes lie between."""
    for half in (0, 1):
        one, other = (_measured(group) for group in (sounds.laughter(half), sounds.music(half)))
        for apart in (1.0, 2.0):
            ratios = [
                log_ratio(a, b) * (1 if worse > better else -1)
                for (worse, a), (better, b) in product(one, other)
                if abs(worse - better) >= apart
            ]
            bound = math.log(MIN_FACTOR)
            right, wrong = (sum(sign * ratio >= bound for ratio in ratios) for sign in (1, -1))
            n = len(ratios)
            yield (
                f"{HALVES[half]}, {apart:g} classes apart and more: {n} pairs, right {right / n:.1%}, "
                f"open {(n - right - wrong) / n:.1%}, wrong {wrong / n:.1%}"
            )


def _measured(group: "Mapping[str, Tensor]") -> list[tuple[float, Mapping[Deciding, float]]]:
    """Class and distances of every degradation of every sound."""
    found: list[tuple[float, Mapping[Deciding, float]]] = []
    for sound in group.values():
        loudness, stft = loudness_distance(sound, RATE_HZ), stft_distance(sound, RATE_HZ)
        for quality, changes in SOUND.items():
            for change in changes:
                (decoded,) = round_trip(sound, Degrading(change), (0,))
                found.append((quality, {"loudness": loudness(decoded), "stft": stft(decoded)}))
    return found


if __name__ == "__main__":
    main()
