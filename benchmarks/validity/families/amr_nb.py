"""AMR-NB as a known degradation: what it made of four of the stand-ins' clips, kept beside this file.

No package of the project has this codec, so its decodes are kept: `amr_nb_decodes/NAME_RATE.flac`, 8 kHz, by
FFmpeg 9.0.2 with OpenCORE AMR-NB (`ffmpeg -i NAME.flac -ar 8000 -b:a RATEk x.amr`, and back).
"""

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.validity.degrading import Change
from benchmarks.validity.models import RATE_HZ
from benchmarks.validity.real_codecs import MAX_DELAY, aligned
from solvers.audio.sound_files import load_sound
from solvers.hw10.standin import STANDIN_AUDIO

if TYPE_CHECKING:
    from torch import Tensor

FOLDER = Path(__file__).parent / "amr_nb_decodes"
CLIPS = ("TTS_English_speech", "TTS_Chinese_speech", "laughter", "music")
RATES = ("12.2", "4.75")  # kb/s, the most and the least


def amr_nb(clip: str, kbps: str) -> Change:
    """For rows that hold this clip or a part of it, wherever in the row it begins."""

    def change(rows: "Tensor") -> "Tensor":
        import torch
        from torch.nn.functional import pad

        original, decoded = both(clip, kbps)
        changed = []
        for row in rows:
            start = place(row, original)  # of the row in the clip; below 0 where silence was put before
            taken = pad(decoded, (max(0, -start), len(row)))[max(0, start) :][: len(row)]
            changed.append(taken)
        return torch.stack(changed)

    return change


def both(clip: str, kbps: str) -> tuple["Tensor", "Tensor"]:
    """The clip and its decode, both `[N]` and in step."""
    from torch.nn.functional import pad

    original = load_sound(STANDIN_AUDIO / f"{clip}.flac", RATE_HZ)
    decoded = load_sound(FOLDER / f"{clip}_{kbps}.flac", RATE_HZ)
    return original, aligned(pad(decoded, (0, max(0, len(original) + MAX_DELAY - len(decoded)))), original)


def place(row: "Tensor", original: "Tensor") -> int:
    """Where in an original a row begins: there they differ least. Below 0: it has silence before it."""
    distances = squared_distances(row, original)
    return int(distances.argmin()) - len(row)


def likeness(row: "Tensor", original: "Tensor") -> float:
    """1 where a row is an original or a part of it, else less."""
    return 1 - float(squared_distances(row, original).min() / row.square().sum().clamp_min(1e-12))


def squared_distances(row: "Tensor", original: "Tensor") -> "Tensor":
    """Of a row `[N]` to an original in silence, from each start on; the first start is N before it."""
    import torch
    from torch.nn.functional import pad

    n = len(row)
    silence = pad(original.double(), (n, n))
    size = 1 << len(silence).bit_length()
    spectrum = torch.fft.rfft(silence, size) * torch.fft.rfft(row.double(), size).conj()
    alike = torch.fft.irfft(spectrum, size)[: len(silence) - n]
    energy = pad(silence.square().cumsum(dim=0), (1, 0))
    distances: Tensor = energy[n:-1] - energy[: -n - 1] - 2 * alike + row.double().square().sum()
    return distances
