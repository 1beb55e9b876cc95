"""Speaker embeddings: WavLM's x-vectors where they are at hand, else Resemblyzer's encoder rebuilt.

Axes: `B` clips, `N` samples at 16 kHz, `H` mel frames (10 ms), `W` windows, `D` embedding.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Protocol

import torch
import torch.nn.functional as F  # noqa: N812  torch's own habit
import torchaudio
from torch import Tensor, nn

from questions.common.errors import SourceError
from solvers.audio.clip_lengths import checked_lengths
from solvers.audio.sound_files import HEARING_RATE_HZ
from solvers.models.hub_format import in_short
from solvers.models.speaker.package import read_verified
from solvers.models.speaker.scale import N_PIECES, VoiceScale
from solvers.models.trial_read import check_survived

MIN_SAMPLES = 6_400  # 0.4 s, the least that WavLM's statistics need; of a voice even that says little

# Resemblyzer's own constants (hparams.py, and the defaults of embed_utterance).
HOP = 160  # samples, 10 ms
N_FFT = 400  # samples, 25 ms
N_MELS = 40
WINDOW_FRAMES = 160  # 1.6 s
WINDOW_STEP = 77  # frames: 1.3 windows a second
MIN_COVERAGE = 0.75  # of the last window by sound
LEVEL_DBFS = -30.0  # quieter clips are raised to it: the mel spectrum is not logarithmic
STATE_SIZE = 256
N_LSTM_LAYERS = 3

XVECTOR_PARTS = ("projector.", "tdnn.", "feature_extractor.")  # of WavLMForXVector, beyond WavLM itself


class Encoder(Protocol):
    """A speaker network."""

    def embed(self, waveforms: Tensor, lengths: Sequence[int]) -> Tensor:
        """Embeddings `[B, D]`, of any norm, of float32 `[B, N]`."""


@dataclass(frozen=True)
class Margins:
    """A clip's cosine to reference a less its cosine to b, and the scale to read it on."""

    margins: tuple[float, ...]
    scale: VoiceScale


class Voices:
    """A loaded speaker encoder, in float32 on its device. A clip's embedding is the same in any batch."""

    def __init__(self, encoder: Encoder, device: torch.device | str = "cpu") -> None:
        self.encoder = encoder
        self.device = torch.device(device)

    @classmethod
    def load(cls, path: Path, device: torch.device | str = "cpu", *, packaged: bool) -> "Voices":
        """A folder in the hub's format, or the wheel's own file. SourceError: it does not hold an encoder."""
        encoder: Encoder
        if packaged:
            encoder = GeneralizedEncoder.read(read_verified(path), str(path)).to(device)
        else:
            encoder = XVectors.load(path, device)
        return cls(encoder, device)

    @torch.inference_mode()
    def embed(self, waveforms: Tensor, lengths: Sequence[int] | None = None) -> Tensor:
        """Embeddings float32 `[B, D]` of unit norm, on the CPU, of float32 `[B, N]` at 16 kHz.

        `lengths` are the clips' samples where they differ; what lies behind is not heard.
        ValueError: no clip, shape, dtype, values, lengths, or a clip under 0.4 s.
        """
        lengths = checked_lengths(waveforms, lengths, MIN_SAMPLES)
        if not lengths:
            raise ValueError("There is no clip to hear a voice in: give at least one.")
        embedded = self.encoder.embed(waveforms.to(self.device), lengths)
        return F.normalize(embedded.float(), dim=1).cpu()

    def margin(self, clips: Tensor, a: Tensor, b: Tensor, lengths: Sequence[int] | None = None) -> Margins:
        """Speaker margins of `clips` `[B, N]` between references `a` and `b`, float32 `[N]` each.

        The scale comes from the references' halves: each half against the other halves of both.
        """
        near_a, near_b = self.embed(torch.stack(_padded(a, b)), (len(a), len(b)))
        margins = self.embed(clips, lengths) @ (near_a - near_b)
        return Margins(tuple(margins.tolist()), self.scale(a, b))

    def scale(self, a: Tensor, b: Tensor) -> VoiceScale:
        """The margins of the references' own halves, each held out in turn, and how far they are apart.

        ValueError: as `embed`, thirds of `a` and `b` being clips.
        """
        pieces = [part for whole in (a, b) for n in (2, N_PIECES) for part in whole.tensor_split(n)]
        embedded = self.embed(torch.stack(_padded(*pieces)), tuple(len(part) for part in pieces))
        of_a, of_b = embedded[: len(pieces) // 2], embedded[len(pieces) // 2 :]
        (first_a, last_a), (first_b, last_b) = of_a[:2], of_b[:2]
        to_first, to_last = first_a - first_b, last_a - last_b
        thirds_a, thirds_b = of_a[2:], of_b[2:]
        own = (_cosine_of_places(thirds_a, thirds_a) + _cosine_of_places(thirds_b, thirds_b)) / 2
        return VoiceScale(
            halves_a=(float(first_a @ to_last), float(last_a @ to_first)),
            halves_b=(float(first_b @ to_last), float(last_b @ to_first)),
            own=own,
            across=_cosine_of_places(thirds_a, thirds_b),
        )


class GeneralizedEncoder(nn.Module):
    """Resemblyzer's GE2E encoder: mel power in windows of 1.6 s, three LSTM layers, the windows' mean.

    Written after its voice_encoder.py and audio.py, less the voice activity detection, which would
    cut long silences out first.
    """

    window: Tensor
    filters: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(N_MELS, STATE_SIZE, N_LSTM_LAYERS, batch_first=True)
        self.linear = nn.Linear(STATE_SIZE, STATE_SIZE)
        filters = torchaudio.functional.melscale_fbanks(
            N_FFT // 2 + 1,
            0.0,
            HEARING_RATE_HZ / 2,
            N_MELS,
            HEARING_RATE_HZ,
            norm="slaney",
            mel_scale="slaney",
        )
        self.register_buffer("filters", filters, persistent=False)
        self.register_buffer("window", torch.hann_window(N_FFT), persistent=False)

    @classmethod
    def read(cls, content: bytes, where: str) -> "GeneralizedEncoder":
        """The encoder in a checkpoint's bytes, which hold tensors alone. SourceError: they do not fit."""
        state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)["model_state"]
        encoder = cls()
        own = {name: state[name] for name in encoder.state_dict() if name in state}
        try:
            encoder.load_state_dict(own)
        except RuntimeError as error:
            raise SourceError(f"{where}: the tensors are not the encoder's ({error}).") from error
        return encoder.eval()

    def forward(self, mels: Tensor) -> Tensor:
        """Embeddings `[W, D]` of windows `[W, 160, 40]`: non-negative and of unit norm."""
        _, (hidden, _) = self.lstm(mels)
        return F.normalize(F.relu(self.linear(hidden[-1])), dim=1)

    def embed(self, waveforms: Tensor, lengths: Sequence[int]) -> Tensor:
        """The mean of each clip's windows `[B, D]`; all windows of all clips go through in one batch."""
        starts = [window_starts(length) for length in lengths]
        n_frames = max(clip[-1] for clip in starts) + WINDOW_FRAMES
        mels = self.mels(waveforms, lengths, n_frames * HOP)
        windows = torch.cat(
            [mel.unfold(0, WINDOW_FRAMES, 1)[clip] for mel, clip in zip(mels, starts, strict=True)]
        )
        embedded = self(windows.transpose(1, 2)).split([len(clip) for clip in starts])
        return torch.stack([clip.mean(dim=0) for clip in embedded])

    def mels(self, waveforms: Tensor, lengths: Sequence[int], n_samples: int) -> Tensor:
        """Mel power `[B, H, 40]`, levelled, with silence behind each clip up to `n_samples` at least."""
        inside = torch.arange(waveforms.shape[1], device=waveforms.device) < torch.tensor(
            lengths, device=waveforms.device
        ).unsqueeze(1)
        heard = waveforms.masked_fill(~inside, 0.0)
        power = heard.square().sum(dim=1, keepdim=True) / inside.sum(dim=1, keepdim=True)
        # Silence stays silence: there is nothing in it to raise.
        gain = (10 ** (LEVEL_DBFS / 20) / power.sqrt().clamp_min(1e-12)).clamp_min(1.0)
        heard = F.pad(heard * gain * (power > 0), (0, max(0, n_samples - heard.shape[1])))
        spectra = torch.stft(heard, N_FFT, HOP, window=self.window, pad_mode="constant", return_complex=True)
        return spectra.abs().square().transpose(1, 2) @ self.filters


class XVectors:
    """A `WavLMForXVector` in the hub's format."""

    def __init__(self, model: Any, extractor: Any) -> None:
        self.model = model
        self.extractor = extractor

    @classmethod
    def load(cls, folder: Path, device: torch.device | str) -> "XVectors":
        """From a folder with weights, config and preprocessor config. SourceError: it does not hold them."""
        from safetensors import SafetensorError
        from transformers import Wav2Vec2FeatureExtractor, WavLMForXVector

        for pickled in sorted(folder.glob("*.bin")):
            check_survived(pickled)
        try:
            model, loaded = WavLMForXVector.from_pretrained(
                folder, dtype=torch.float32, local_files_only=True, output_loading_info=True
            )
            extractor = Wav2Vec2FeatureExtractor.from_pretrained(folder, local_files_only=True)
        except UnpicklingError as error:  # torch advises to run what is in the file, which nobody should
            raise SourceError(
                f"{folder}: its weights hold more than tensors, and none of it was run; give a folder with "
                "model.safetensors."
            ) from error
        except (OSError, ValueError, RuntimeError, TypeError, SafetensorError) as error:
            raise SourceError(
                f"{folder}: no WavLM speaker encoder that can be loaded ({_in_short(error)})."
            ) from error
        # transformers would fill them with random numbers: a plain WavLM has none of them.
        missing = [name for name in loaded["missing_keys"] if name.startswith(XVECTOR_PARTS)]
        if missing:
            raise SourceError(
                f"{folder}: a WavLM without a speaker encoder's layers ({missing[0]} is missing)."
            )
        return cls(model.to(device).eval(), extractor)

    def embed(self, waveforms: Tensor, lengths: Sequence[int]) -> Tensor:
        """X-vectors `[B, D]`. Clips of one length share a batch: padding would enter WavLM's group norm."""
        embedded: dict[int, Tensor] = {}
        for length in sorted(set(lengths)):
            members = [clip for clip, own in enumerate(lengths) if own == length]
            heard = waveforms[members, :length]
            if self.extractor.do_normalize:
                heard = F.layer_norm(heard, (length,), eps=1e-7)  # the feature extractor's own formula
            embedded |= zip(members, self.model(heard).embeddings, strict=True)
        return torch.stack([embedded[clip] for clip in range(len(lengths))])


def _in_short(error: Exception) -> str:
    """What a library says, less its advice to load weights without looking."""
    said = in_short(error)
    return type(error).__name__ if "weights_only" in said else said


def window_starts(n_samples: int) -> list[int]:
    """First frames of a clip's windows: Resemblyzer's compute_partial_slices.

    A last window that sound fills less than three quarters of is left out, unless it is the only one.
    """
    n_frames = -(-(n_samples + 1) // HOP)
    starts = list(range(0, max(1, n_frames - WINDOW_FRAMES + WINDOW_STEP + 1), WINDOW_STEP))
    covered = (n_samples - starts[-1] * HOP) / (WINDOW_FRAMES * HOP)
    return starts[:-1] if covered < MIN_COVERAGE and len(starts) > 1 else starts


def _cosine_of_places(x: Tensor, y: Tensor) -> float:
    """Mean cosine of pieces `[n, D]` of two clips, less those from one place, which equal clips have at 1."""
    elsewhere = ~torch.eye(len(x), dtype=torch.bool)
    return float((x @ y.T)[elsewhere].mean())


def _padded(*waveforms: Tensor) -> list[Tensor]:
    longest = max(map(len, waveforms))
    return [F.pad(waveform, (0, longest - len(waveform))) for waveform in waveforms]
