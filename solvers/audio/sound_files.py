"""Sound files in, float32 tensors at a model's rate out; and listening copies of what was decoded."""

import hashlib
import io
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from questions.common.errors import SourceError
from questions.common.files import open_regular
from solvers.audio import decoding_child
from solvers.audio.bounded import BoundedChild, ChildError
from solvers.audio.containers import held_against_bytes
from solvers.audio.decoding_child import Header
from solvers.audio.level_faults import level_faults
from solvers.audio.wrong_content import text_instead
from solvers.evidence.sources import Artifact

if TYPE_CHECKING:
    import numpy as np
    import torch

# What Whisper and the speaker encoder hear; wide-band PESQ has no other, and most of EmoV-DB is at it.
HEARING_RATE_HZ = 16_000
# Numbers in torchaudio's kernel. Usual rates need under 100,000; 44,101 Hz would need 18 GB and two minutes.
MAX_KERNEL = 2**24
# Listening copies: EBU R 128's level, so that an original and its decode differ in sound and not in loudness.
LISTENING_LUFS = -23.0
PEAK = 0.9  # leaves room for what MP3 adds to a peak
LOUDNESS_BLOCK_S = 0.4
# libsndfile's compression levels: 32 kbit/s for mono at 24 kHz, and 24 where there are hundreds of clips.
COPY, SMALL_COPY = 0.85, 0.9
# libsndfile's names of what can be held against its bytes; it reads more, and what is cut without a word.
FORMATS = {"WAV", "WAVEX", "RF64", "FLAC", "OGG", "MP3"}
MAX_DURATION_S = 600.0  # no clip of the quiz is near this; a longer file is a mistake
MAX_CHANNELS = 8
RATES_HZ = range(4_000, 192_001)  # telephones hear 8,000 of them, studios 192,000
MAX_SAMPLES = 2 * 48_000 * 600  # of all channels: the longest stereo file, 230 MB as float32
# Ten minutes of FLAC decode in two seconds of an idle core.
DECODER = BoundedChild(decoding_child.__name__, max_wait_s=60.0, max_memory_bytes=2**30)


def load_sound(path: Path, rate_hz: int) -> "torch.Tensor":
    """A sound file as float32 `[N]` at `rate_hz`: channels averaged, resampled.

    Raises SourceError as `read_samples`.
    """
    import torch

    samples, found_rate_hz = read_samples(path)
    return resample(torch.from_numpy(samples).mean(dim=1), found_rate_hz, rate_hz)


def load_checked(path: Path, rate_hz: int) -> "torch.Tensor":
    """As `load_sound`, of a sound whose quality or voice is to be measured.

    Raises SourceError, too, where the level alone would decide what is measured (`level_faults`).
    """
    import torch

    samples, found_rate_hz = read_samples(path)
    if fatal := next((fault for fault in level_faults(samples) if fault.stops), None):
        raise SourceError(f"{path}: {fatal.words}")
    return resample(torch.from_numpy(samples).mean(dim=1), found_rate_hz, rate_hz)


def read_samples(path: Path) -> "tuple[np.ndarray[tuple[int, int], np.dtype[np.float32]], int]":
    """A sound file's samples float32 `[N, C]` and their rate, without torch.

    Raises SourceError for a file that is no sound, empty, not whole, too long, too large, or holds NaN.
    """
    import numpy as np

    try:
        with open_regular(path) as file:
            empty = not file.read(1)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror}).") from error
    if empty:
        raise SourceError(f"{path}: the file is empty; copy it again.")
    filling = held_against_bytes(path)
    if text := text_instead(path):
        raise SourceError(f"{path}: {text}.")
    header, _ = _decoded(path)
    _check_extent(path, header)
    if header.format not in FORMATS:
        raise SourceError(
            f"{path}: holds {header.format_info}; readable are wav, flac, ogg and mp3: convert it to wav."
        )
    promised = max(header.n_frames, filling.least_samples)
    _, found = _decoded(path, header)
    samples = np.frombuffer(bytearray(found), np.float32).reshape(-1, header.n_channels)
    if len(samples) < promised:
        raise SourceError(
            f"{path}: {len(samples):,} of {promised:,} samples can be read: copy it again, or give a wav."
        )
    samples = samples[: filling.n_samples]
    if samples.size == 0:
        raise SourceError(f"{path}: the file holds no samples.")
    if not np.isfinite(samples).all():
        raise SourceError(f"{path}: the file holds samples that are not finite numbers.")
    return samples, header.rate_hz


def _decoded(path: Path, expected: Header | None = None) -> tuple[Header, bytes]:
    """The header of a file and, where that is `expected`, its samples. Raises SourceError."""
    asked: dict[str, Any] = {"path": str(path)}
    if expected is not None:
        asked["expected"] = asdict(expected)
    try:
        told, found = DECODER.ask(asked)
    except ChildError as error:
        raise SourceError(f"{path}: reading it {error}: copy it again, or give a wav.") from error
    if decoding_child.UNREADABLE in told:
        raise SourceError(
            f"{path}: not a sound file that can be read ({told[decoding_child.UNREADABLE]}): copy it again, "
            "or give a wav."
        )
    return Header(**told[decoding_child.HEADER]), found


def check_frames(path: Path, n_samples: int, rate_hz: int, frame_samples: int) -> None:
    """Raise SourceError where the codec of the file leaves open how many frames its sound fills.

    `n_samples` were read from it at `rate_hz`, and a frame has `frame_samples` of them.
    """
    filling = held_against_bytes(path)
    if not filling.uncertain_samples:
        return
    header, _ = _decoded(path)
    uncertain = math.ceil(filling.uncertain_samples * rate_hz / header.rate_hz)
    least, most = (math.ceil(max(1, n) / frame_samples) for n in (n_samples - uncertain, n_samples))
    if least != most:
        raise SourceError(
            f"{path}: {filling.codec} fills its blocks up and does not say with how much, so the sound has "
            f"{least} to {most} frames: give it as a wav of PCM or as flac."
        )


def _check_extent(path: Path, sound: Header) -> None:
    """Raise SourceError for what would not fit the memory, before any of it is decoded."""
    if not 1 <= sound.n_channels <= MAX_CHANNELS:
        raise SourceError(f"{path}: {sound.n_channels} channels; at most {MAX_CHANNELS} are read.")
    duration_s = sound.n_frames / max(sound.rate_hz, 1)
    if duration_s > MAX_DURATION_S:
        raise SourceError(f"{path}: {duration_s:.0f} s long; at most {MAX_DURATION_S:.0f} s are read.")
    if sound.rate_hz not in RATES_HZ:
        raise SourceError(f"{path}: {sound.rate_hz:,} Hz; {RATES_HZ[0]:,} to {RATES_HZ[-1]:,} Hz are read.")
    n_samples = sound.n_frames * sound.n_channels
    if n_samples > MAX_SAMPLES:
        raise SourceError(f"{path}: {n_samples:,} samples; at most {MAX_SAMPLES:,} are read.")


def resample(audio: "torch.Tensor", from_hz: int, to_hz: int) -> "torch.Tensor":
    """Audio float32 `[..., N]` at another rate: torchaudio's windowed sinc, scipy's for odd rates."""
    import torch
    import torchaudio

    shared_hz = math.gcd(from_hz, to_hz)
    up, down = to_hz // shared_hz, from_hz // shared_hz
    if up * down > MAX_KERNEL:
        from scipy.signal import resample_poly  # type: ignore[import-untyped]

        odd = resample_poly(audio.cpu().numpy(), up, down, axis=-1)
        return torch.from_numpy(odd).to(audio.device, torch.float32)
    resampled: torch.Tensor = torchaudio.functional.resample(audio, from_hz, to_hz)
    return resampled


@dataclass(frozen=True)
class Sound:
    """A sound to keep beside the numbers: float32 `[N]` and its rate.

    `transcript` is what was heard in it, `said` what is known to be said. `one_of_many` is kept smaller;
    `seen` is kept with its spectrogram.
    """

    name: str
    samples: "np.ndarray[tuple[int], np.dtype[np.float32]]"
    rate_hz: int
    transcript: str = ""
    said: str = ""
    one_of_many: bool = False
    seen: bool = False


def keep(sound: Sound, question_id: str) -> tuple[Artifact, bytes]:
    """A listening copy (MP3, which every browser plays) and the artifact that describes it.

    The copy is brought to one loudness and clipped rather than wrapped; the digest is of the samples as
    they were.
    """
    import numpy as np
    import soundfile

    from solvers.audio.spectrogram import spectrogram

    samples = np.ascontiguousarray(sound.samples, dtype=np.float32)
    copy = np.clip(samples * np.float32(listening_gain(samples, sound.rate_hz)), -1.0, 1.0)
    buffer = io.BytesIO()
    soundfile.write(
        buffer,
        copy,
        sound.rate_hz,
        format="MP3",
        subtype="MPEG_LAYER_III",
        bitrate_mode="CONSTANT",
        compression_level=SMALL_COPY if sound.one_of_many else COPY,
    )
    encoded = buffer.getvalue()
    file_sha256 = hashlib.sha256(encoded).hexdigest()
    artifact = Artifact(
        name=sound.name,
        # Another sound gets another name, so that a new record's sounds never stand in an old one's place.
        file=f"{question_id}/{sound.name}.{file_sha256[:8]}.mp3",
        shape=samples.shape,
        dtype=str(samples.dtype),
        sample_rate_hz=sound.rate_hz,
        sha256=hashlib.sha256(samples.tobytes()).hexdigest(),
        file_sha256=file_sha256,
        transcript=sound.transcript,
        said=sound.said,
        spectrogram=spectrogram(copy, sound.rate_hz) if sound.seen else None,
    )
    return artifact, encoded


def listening_gain(samples: "np.ndarray[tuple[int], np.dtype[np.float32]]", rate_hz: int) -> float:
    """The factor that brings samples float32 `[N]` to `LISTENING_LUFS`, their peak staying under full scale.

    Loudness is ITU-R BS.1770-4's. Silence stays as it is.
    """
    import numpy as np
    import torch
    import torchaudio

    peak = float(np.abs(samples).max(initial=0.0))
    if peak == 0.0:
        return 1.0
    # BS.1770 measures blocks of 0.4 s; what is shorter is repeated to fill one.
    filled = np.resize(samples, max(len(samples), math.ceil(LOUDNESS_BLOCK_S * rate_hz)))
    lufs = float(torchaudio.functional.loudness(torch.from_numpy(filled)[None], rate_hz))
    if not math.isfinite(lufs):  # too faint for the measure's gate
        return 1.0
    return min(10 ** ((LISTENING_LUFS - lufs) / 20), PEAK / peak)
