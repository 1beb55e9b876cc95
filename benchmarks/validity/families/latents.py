"""What the families' layers code: log-mel patches, their envelope apart from the rest, and an MDCT.

Axes: `N` samples, `T` frames, `H` mel frames, `M` mel bands, `D` latent.
"""

import math
from typing import TYPE_CHECKING

from benchmarks.validity import models

if TYPE_CHECKING:
    from torch import Tensor

N_ENVELOPE = 20  # cosines over 100 mel bands: formants pass, the harmonics of a voice do not


class LogMel:
    """As the fine stand-in codec: patches of two mel frames on their 64 principal components, Griffin-Lim."""

    frame_samples = 480

    def __init__(self) -> None:
        self.model = models.fine_codec().model

    def analyse(self, sound: "Tensor") -> "Tensor":
        """Latents `[T, 64]` of a sound `[N]`."""
        found: Tensor = self.model.project(self.patches(sound))
        return found

    def synthesise(self, latents: "Tensor") -> "Tensor":
        """Sound `[480 T]`."""
        sound: Tensor = self.model.waveforms(latents[None])[0]
        return sound

    def patches(self, sound: "Tensor") -> "Tensor":
        """Log-mel magnitudes `[T, 2 M]`."""
        features: Tensor = self.model.features(sound[None])[0]
        return features.reshape(-1, len(self.model.log_mel_mean))


class Envelope:
    """The spectrum's envelope, less its mean over the clip, apart from everything else.

    The first 20 components are the envelope of a mel frame as it moves, which is what is said; the other 100
    are what it leaves of the frame: that mean and the harmonics, which are whose voice it is.
    """

    frame_samples = 240
    n_words = N_ENVELOPE

    def __init__(self) -> None:
        import torch

        self.model = models.fine_codec().model
        n_mels = self.model.config.n_mels
        band = (torch.arange(n_mels) + 0.5) / n_mels
        cosines = torch.cos(math.pi * band[:, None] * torch.arange(N_ENVELOPE)) * math.sqrt(2 / n_mels)
        cosines[:, 0] /= math.sqrt(2)
        self.envelope = cosines  # [M, 20], orthonormal
        self.mean = self.model.log_mel_mean[:n_mels]

    def analyse(self, sound: "Tensor") -> "Tensor":
        """Latents `[T, 120]` of a sound `[N]`."""
        import torch

        # The model fills up to its own frames, of two of these.
        frames = self.model.features(sound[None])[0][: -(-len(sound) // self.frame_samples)] - self.mean
        words = frames @ self.envelope
        words = words - words.mean(dim=0)
        return torch.cat([words, frames - words @ self.envelope.T], dim=1)

    def synthesise(self, latents: "Tensor") -> "Tensor":
        """Sound `[240 T]`."""
        words, rest = latents[:, : self.n_words], latents[:, self.n_words :]
        sound: Tensor = self.model.heard((rest + words @ self.envelope.T + self.mean)[None])[0]
        return sound


class Mdct:
    """Waveforms: a modified discrete cosine transform, linear in the sound, with no phase left to guess.

    Princen, Johnson and Bradley (1987), sine window. Each coefficient is weighted by its frequency, or the
    codewords would all go to the vowels.
    """

    def __init__(self, frame_samples: int = 120, cutoff_hz: float = 6_000, emphasis_hz: float = 300) -> None:
        import torch

        self.frame_samples = size = frame_samples
        n_bins = round(2 * size * cutoff_hz / models.RATE_HZ)
        time = torch.arange(2 * size, dtype=torch.float64)
        bins = torch.arange(n_bins, dtype=torch.float64) + 0.5
        window = torch.sin(math.pi / (2 * size) * (time + 0.5))
        cosines = torch.cos(math.pi / size * (time[:, None] + 0.5 + size / 2) * bins)
        self.basis = (window[:, None] * cosines * math.sqrt(2 / size)).float()  # [2 size, D]
        hz = bins * models.RATE_HZ / (2 * size)
        self.weights = (1 + hz / emphasis_hz).sqrt().float()

    def analyse(self, sound: "Tensor") -> "Tensor":
        """Latents `[T, D]` of a sound `[N]`; half a frame is lost at either end."""
        import torch

        half = self.frame_samples // 2
        missing = -len(sound) % self.frame_samples
        padded = torch.nn.functional.pad(sound, (half, missing + half))
        return padded.unfold(0, 2 * self.frame_samples, self.frame_samples) @ self.basis * self.weights

    def synthesise(self, latents: "Tensor") -> "Tensor":
        """Sound `[T · frame_samples]`: the frames' halves overlap and add."""
        import torch

        size, half = self.frame_samples, self.frame_samples // 2
        frames = latents / self.weights @ self.basis.T
        summed = torch.zeros((len(frames) + 1) * size)
        summed[:-size] += frames[:, :size].reshape(-1)
        summed[size:] += frames[:, size:].reshape(-1)
        return summed[half : half + len(frames) * size]
