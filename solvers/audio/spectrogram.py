"""A sound as a picture's worth of numbers: log-mel levels, coarse enough to lie in a JSON record."""

import base64
from typing import TYPE_CHECKING

from solvers.evidence.sources import Spectrogram

if TYPE_CHECKING:
    import numpy as np

N_BANDS = 64
MAX_FRAMES = 320  # a column a pixel or two of a card's half
FFT_S = 0.04
MIN_HOP_S = 0.01
RANGE_DB = 80.0  # what the eye tells apart; below is black
STEP_DB = 4.0  # a shade; finer steps only make the file larger
TOP_DB = 40.0  # of a mel band of a sound at the listening copies' loudness


def spectrogram(samples: "np.ndarray[tuple[int], np.dtype[np.float32]]", rate_hz: int) -> Spectrogram:
    """Log-mel levels of samples float32 `[N]`, in shades of `STEP_DB` below `TOP_DB`."""
    import numpy as np
    import torch
    import torchaudio

    hop = max(round(MIN_HOP_S * rate_hz), -(-len(samples) // MAX_FRAMES))
    size = max(round(FFT_S * rate_hz), hop)
    mel = torchaudio.transforms.MelSpectrogram(
        rate_hz, n_fft=size, win_length=size, hop_length=hop, n_mels=N_BANDS, f_max=rate_hz / 2
    )(torch.from_numpy(np.ascontiguousarray(samples, dtype=np.float32)))
    levels_db = 10 * np.log10(mel.numpy() + 1e-10)
    shades = np.clip((levels_db - TOP_DB + RANGE_DB) / STEP_DB, 0, RANGE_DB / STEP_DB).astype(np.uint8)
    return Spectrogram(
        n_bands=shades.shape[0],
        n_frames=shades.shape[1],
        n_shades=int(RANGE_DB / STEP_DB) + 1,
        top_hz=rate_hz / 2,
        shades=base64.b64encode(shades.tobytes()).decode("ascii"),
    )
