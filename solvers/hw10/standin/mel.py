"""Sound to mel magnitudes and back: plain functions on tensors, batched, the same result every time.

Axes: `B` batch, `N` samples, `F` frequency bins, `H` STFT frames (one a hop), `M` mel bands.
"""

import torch
import torch.nn.functional as F  # noqa: N812  torch's own habit
import torchaudio
from torch import Tensor

TINY = 1e-12  # keeps a quotient of two zeros at zero, far below any magnitude that is heard


def mel_filters(n_fft: int, n_mels: int, sampling_rate: int) -> Tensor:
    """Triangular filters `[F, M]` with peaks of 1 from 0 Hz to half the rate, on the HTK scale.

    At 100 bands the HTK scale puts 30 of them under 1 kHz, and a low voice keeps its harmonics.
    """
    filters: Tensor = torchaudio.functional.melscale_fbanks(
        n_fft // 2 + 1, 0.0, sampling_rate / 2, n_mels, sampling_rate, norm=None, mel_scale="htk"
    )
    return filters


def mel_magnitudes(waveforms: Tensor, window: Tensor, filters: Tensor, hop: int) -> Tensor:
    """Mel magnitudes `[B, N / hop, M]` of float32 `[B, N]`; `N` is a multiple of `hop`.

    Frame `h` is centred on sample `h · hop`. The frame centred on the end is left out.
    """
    spectra = _stft(waveforms, window, hop)[..., :-1].abs()
    return spectra.transpose(1, 2) @ filters


def spectrum_of(mel: Tensor, filters: Tensor, inverse: Tensor, n_iterations: int) -> Tensor:
    """Non-negative magnitudes `[B, F, H]` whose mel comes nearest to `[B, H, M]` in least squares.

    Starts from the pseudo-inverse `[M, F]` cut at zero and refines it by multiplicative updates
    (Lee and Seung, "Algorithms for Non-negative Matrix Factorization", 2000, with one factor
    fixed). With 80 bands and nothing coded, 30 updates raised PESQ-WB from 2.8 to 3.3, the mean of
    seven clips.
    """
    spectrum = (mel @ inverse).clamp_min(TINY)
    wanted = mel @ filters.T
    for _ in range(n_iterations):
        spectrum = spectrum * wanted / (spectrum @ filters @ filters.T).clamp_min(TINY)
    return spectrum.transpose(1, 2)


def griffin_lim(spectrum: Tensor, window: Tensor, hop: int, n_iterations: int, momentum: float) -> Tensor:
    """Waveforms `[B, H · hop]` whose magnitudes come near `[B, F, H]`, starting from phase zero.

    Fast Griffin-Lim (Perraudin, Balazs and Søndergaard, 2013), with the momentum scaled by
    1 / (1 + momentum) as in torchaudio.
    """
    n_samples = spectrum.shape[-1] * hop
    # The STFT of this many samples has one frame more, centred on the end: repeat the last. Frequencies are
    # innermost from here on, as the transforms want them.
    spectrum = F.pad(spectrum, (0, 1), mode="replicate").transpose(1, 2).contiguous()
    overlap = _overlap_add((window * window).expand(1, spectrum.shape[1], -1), hop, n_samples)
    step = momentum / (1 + momentum)
    phase = torch.ones_like(spectrum, dtype=torch.complex64)
    previous = torch.zeros_like(phase)
    for _ in range(n_iterations):
        waveforms = _istft(spectrum * phase, window, overlap, hop)
        rebuilt = _stft(waveforms, window, hop).transpose(1, 2)
        phase = torch.sgn(torch.sub(rebuilt, previous, alpha=step))
        previous = rebuilt
    return _istft(spectrum * phase, window, overlap, hop)


def _stft(waveforms: Tensor, window: Tensor, hop: int) -> Tensor:
    """Complex spectra `[B, F, N / hop + 1]` of `[B, N]`."""
    return torch.stft(waveforms, len(window), hop, window=window, return_complex=True)


def _istft(spectra: Tensor, window: Tensor, overlap: Tensor, hop: int) -> Tensor:
    """Waveforms `[B, N]` of complex spectra `[B, N / hop + 1, F]`.

    As torch.istft, which sums the windows' `overlap` `[1, N]` again every time: half of its work.
    """
    frames = torch.fft.irfft(spectra, n=len(window)) * window
    return _overlap_add(frames, hop, overlap.shape[1]) / overlap


def _overlap_add(frames: Tensor, hop: int, n_samples: int) -> Tensor:
    """Sum `[B, n_samples]` of frames `[B, H, W]`, a hop apart, the first centred on sample 0."""
    n_batch, n_frames, width = frames.shape
    n_hops = -(-width // hop)
    parts = F.pad(frames, (0, n_hops * hop - width)).view(n_batch, n_frames, n_hops, hop)
    summed = frames.new_zeros(n_batch, n_frames + n_hops - 1, hop)
    for number in range(n_hops):
        summed[:, number : number + n_frames] += parts[:, :, number]
    return summed.view(n_batch, -1)[:, width // 2 : width // 2 + n_samples]
