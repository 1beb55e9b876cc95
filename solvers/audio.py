"""Sound files in, float32 tensors at a model's rate out; and listening copies of what was decoded."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from questions.errors import SourceError
from solvers.evidence import Artifact

if TYPE_CHECKING:
    import numpy as np
    import torch

HEARING_RATE_HZ = 16_000  # what Whisper and the speaker encoder hear
MAX_DURATION_S = 600.0  # no clip of the quiz is near this; a longer file is a mistake


def load_sound(path: Path, rate_hz: int) -> "torch.Tensor":
    """A sound file as float32 `[N]` at `rate_hz`: channels averaged, resampled.

    Raises SourceError for a file that is no sound, empty, too long, or holds NaN.
    """
    import soundfile
    import torch

    try:
        info = soundfile.info(str(path))
        if info.frames > MAX_DURATION_S * info.samplerate:
            raise SourceError(f"{path}: {info.duration:.0f} s long; at most {MAX_DURATION_S:.0f} s are read.")
        samples, found_rate_hz = soundfile.read(str(path), dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        raise SourceError(f"{path}: not a sound file that can be read ({error}).") from error
    waveform = torch.from_numpy(samples).mean(dim=1)
    if waveform.numel() == 0:
        raise SourceError(f"{path}: the file holds no samples.")
    if not torch.isfinite(waveform).all():
        raise SourceError(f"{path}: the file holds samples that are not finite numbers.")
    return resample(waveform, found_rate_hz, rate_hz)


def resample(audio: "torch.Tensor", from_hz: int, to_hz: int) -> "torch.Tensor":
    """Audio float32 `[..., N]` at another rate (torchaudio's windowed sinc)."""
    import torchaudio

    resampled: torch.Tensor = torchaudio.functional.resample(audio, from_hz, to_hz)
    return resampled


@dataclass(frozen=True)
class Sound:
    """A sound to keep beside the numbers: float32 `[N]` and its rate."""

    name: str
    samples: "np.ndarray[tuple[int], np.dtype[np.float32]]"
    rate_hz: int
    transcript: str = ""


def keep(sound: Sound, question_id: str) -> tuple[Artifact, bytes]:
    """A listening copy (MP3, which every browser plays) and the artifact that describes it."""
    import numpy as np
    import soundfile

    samples = np.ascontiguousarray(sound.samples, dtype=np.float32)
    # A copy for listening: clipped rather than wrapped. The digest is of the samples themselves.
    buffer = io.BytesIO()
    soundfile.write(
        buffer, np.clip(samples, -1.0, 1.0), sound.rate_hz, format="MP3", subtype="MPEG_LAYER_III"
    )
    encoded = buffer.getvalue()
    artifact = Artifact(
        name=sound.name,
        file=f"{question_id}/{sound.name}.mp3",
        shape=samples.shape,
        dtype=str(samples.dtype),
        sample_rate_hz=sound.rate_hz,
        sha256=hashlib.sha256(samples.tobytes()).hexdigest(),
        file_sha256=hashlib.sha256(encoded).hexdigest(),
        transcript=sound.transcript,
    )
    return artifact, encoded
