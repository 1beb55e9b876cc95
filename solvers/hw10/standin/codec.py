"""The stand-in codec: Mimi's contract on log-mel patches and residual k-means, with no network.

A token frame is eight mel frames. Its 800 log-magnitudes are weighted by band and projected on
principal components; the latent is coded by additive codebooks, each the k-means centres of what
the ones before left over. Decoding adds the codewords up, undoes the projection and finds a sound
with that mel spectrum. Importing this module registers it with AutoConfig and AutoModel.

Axes: `B` batch, `N` samples, `K` codebooks, `T` token frames, `D` latent, `M` mel bands.
"""

from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812  torch's own habit
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedConfig, PreTrainedModel
from transformers import initialization as init
from transformers.models.mimi.modeling_mimi import MimiDecoderOutput, MimiEncoderOutput, MimiOutput

from solvers.hw10.standin import mel


class StandinCodecConfig(PreTrainedConfig):  # type: ignore[misc]  # transformers is not followed
    """Sizes and constants; the first five are named as in MimiConfig."""

    model_type = "quizproof_standin_codec"

    sampling_rate: int = 24_000  # Hz
    audio_channels: int = 1
    num_quantizers: int = 32
    codebook_size: int = 2048
    codebook_dim: int = 128  # of 800; 32 codebooks in float16 are then 16.8 MB

    # How many of them encode gives unless asked for a number; 0 for all. A CSM that models only the first
    # few carries the whole codec all the same, as Mimi's tensors are the same in every model.
    default_quantizers: int = 0

    n_fft: int = 1024  # 43 ms: resolves the harmonics of a low voice
    hop_length: int = 240  # 10 ms
    n_mels: int = 100
    mel_frames: int = 8  # STFT frames a token frame
    # Magnitudes under this are heard as silence, and are not worth codewords.
    magnitude_floor: float = 1e-2
    # Weight of the highest band's log-magnitude; the lowest has 1, between them linear. The high
    # bands are mostly noise, on whose exact shape codewords would be wasted.
    top_band_weight: float = 0.5

    inversion_iterations: int = 30
    griffin_lim_iterations: int = 32
    griffin_lim_momentum: float = 0.99

    @property
    def frame_size(self) -> int:
        """Samples a token frame: 1920 = 80 ms."""
        return int(self.hop_length * self.mel_frames)

    @property
    def frame_rate(self) -> float:
        """Token frames a second: 12.5."""
        return float(self.sampling_rate / self.frame_size)


class StandinCodecModel(PreTrainedModel):  # type: ignore[misc]  # transformers is not followed
    """Encodes and decodes as MimiModel does. It holds no trained network, only tables."""

    config: StandinCodecConfig
    config_class = StandinCodecConfig
    base_model_prefix = "standin_codec"
    main_input_name = "input_values"
    input_modalities = ("audio",)
    # Inside a CSM loaded in half precision the tables stay exact: rounded, they would change codes.
    _keep_in_fp32_modules_strict = ("codebooks", "latent_basis", "log_mel_mean")

    codebooks: Tensor
    latent_basis: Tensor
    log_mel_mean: Tensor
    window: Tensor
    filters: Tensor
    inverse_filters: Tensor
    band_weights: Tensor

    def __init__(self, config: StandinCodecConfig) -> None:
        super().__init__(config)
        n_bins, n_features = config.n_fft // 2 + 1, config.mel_frames * config.n_mels
        fitted = {
            "codebooks": (config.num_quantizers, config.codebook_size, config.codebook_dim),
            "latent_basis": (n_features, config.codebook_dim),
            "log_mel_mean": (n_features,),
        }
        derived = {
            "window": (config.n_fft,),
            "filters": (n_bins, config.n_mels),
            "inverse_filters": (config.n_mels, n_bins),
            "band_weights": (n_features,),
        }
        for name, shape in fitted.items():
            self.register_buffer(name, torch.empty(shape, dtype=torch.float32))
        for name, shape in derived.items():
            self.register_buffer(name, torch.empty(shape, dtype=torch.float32), persistent=False)
        self.post_init()

    @property
    def dtype(self) -> torch.dtype:
        """Of the tables; transformers looks for a parameter, and there is none."""
        return self.codebooks.dtype

    @property
    def device(self) -> torch.device:
        """Where the tables are."""
        return self.codebooks.device

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        """Random tables where none are loaded, and what follows from the config alone."""
        if not isinstance(module, StandinCodecModel):
            return
        config = self.config
        # A latent of unit variance in every component, spread evenly over the log-magnitudes.
        init.normal_(module.codebooks, std=config.num_quantizers**-0.5)
        init.normal_(module.latent_basis, std=module.latent_basis.shape[0] ** -0.5)
        init.zeros_(module.log_mel_mean)
        filters = mel.mel_filters(config.n_fft, config.n_mels, config.sampling_rate)
        weights = torch.linspace(1.0, config.top_band_weight, config.n_mels).repeat(config.mel_frames)
        init.copy_(module.window, torch.hann_window(config.n_fft))
        init.copy_(module.filters, filters)
        # What a process did before sets the last digits that LAPACK gives, and sounds magnify them: they lie
        # far below a millionth, to which the inverse is kept. + 0 ends -0.
        inverse = (torch.linalg.pinv(filters.double()) * 2**20).round() / 2**20
        init.copy_(module.inverse_filters, inverse.float() + 0)
        init.copy_(module.band_weights, weights)

    def encode(
        self,
        input_values: Tensor,
        padding_mask: Tensor | None = None,  # noqa: ARG002  Mimi's signature; Mimi ignores it too
        num_quantizers: int | None = None,
        return_dict: bool | None = None,
        **_mimi: Any,
    ) -> Any:
        """`.audio_codes` int64 `[B, K, ceil(N / 1920)]` of float32 `[B, 1, N]`, K = `num_quantizers`.

        Where it is not given, K is `config.default_quantizers`, or all. The end is filled up with silence.
        K codebooks are the first K of a full encode.
        ValueError: not `[B, 1, N]` in float32, empty, not finite, or K outside 1 … 32.
        """
        self._check_audio(input_values)
        default = self.config.default_quantizers or self.config.num_quantizers
        n_quantizers = default if num_quantizers is None else num_quantizers
        if not 1 <= n_quantizers <= self.config.num_quantizers:
            raise ValueError(
                f"num_quantizers is {n_quantizers}; this codec has 1 to {self.config.num_quantizers}."
            )
        # Clip by clip: a matrix product rounds differently with the batch's size, and a code that
        # is nearly a tie would then depend on the clip's neighbours.
        codes = torch.stack([self._codes(clip, n_quantizers) for clip in input_values])
        output = MimiEncoderOutput(audio_codes=codes)
        return output.to_tuple() if return_dict is False else output

    def decode(
        self,
        audio_codes: Tensor,
        padding_mask: Tensor | None = None,
        return_dict: bool | None = None,
        **_mimi: Any,
    ) -> Any:
        """`.audio_values` float32 `[B, 1, T · 1920]` of integer codes `[B, K, T]`, K from 1 to 32.

        As in Mimi, sound past the length of `padding_mask` is cut off.
        ValueError: not `[B, K, T]` in an integer dtype, empty, K over 32, or a code out of range.
        """
        latents = self.latents(audio_codes)
        # One clip's spectra fit a processor's cache and a batch's do not; a GPU wants the batch.
        n_clips = 1 if latents.device.type == "cpu" else len(latents)
        waveforms = torch.cat([self.waveforms(part) for part in torch.split(latents, n_clips)])
        if padding_mask is not None:
            waveforms = waveforms[:, : padding_mask.shape[-1]]
        output = MimiDecoderOutput(audio_values=waveforms[:, None])
        return output.to_tuple() if return_dict is False else output

    def forward(
        self,
        input_values: Tensor,
        padding_mask: Tensor | None = None,
        num_quantizers: int | None = None,
        audio_codes: Tensor | None = None,
        return_dict: bool | None = None,
        **_mimi: Any,
    ) -> Any:
        """Codes and what they decode to, as long as the input: `.audio_codes`, `.audio_values`."""
        if audio_codes is None:
            audio_codes = self.encode(input_values, padding_mask, num_quantizers).audio_codes
        mask = input_values if padding_mask is None else padding_mask
        audio_values = self.decode(audio_codes, mask).audio_values
        output = MimiOutput(audio_codes=audio_codes, audio_values=audio_values)
        return output.to_tuple() if return_dict is False else output

    def codebook(self, layer: int) -> Tensor:
        """Codewords float32 `[2048, D]` of a layer, counted from 0, in the latent's own space."""
        if not 0 <= layer < self.config.num_quantizers:
            raise ValueError(f"Codebook {layer} asked for; there are 0 to {self.config.num_quantizers - 1}.")
        return self.codebooks[layer]

    def latents(self, audio_codes: Tensor) -> Tensor:
        """Latents float32 `[B, T, D]` of codes `[B, K, T]`: the sum of their K codewords."""
        self._check_codes(audio_codes)
        layers = torch.arange(audio_codes.shape[1], device=audio_codes.device)[:, None]
        return self.codebooks[layers, audio_codes.long()].sum(dim=1)

    def log_mel(self, latents: Tensor) -> Tensor:
        """Log-mel magnitudes `[B, 8 T, M]` that latents `[B, T, D]` stand for."""
        features = latents @ self.latent_basis.T / self.band_weights + self.log_mel_mean
        return features.reshape(latents.shape[0], -1, self.config.n_mels)

    def features(self, waveforms: Tensor) -> Tensor:
        """Log-mel magnitudes `[B, 8 T, M]` of float32 `[B, N]`, filled up to T whole token frames."""
        missing = -waveforms.shape[-1] % self.config.frame_size
        magnitudes = mel.mel_magnitudes(
            F.pad(waveforms, (0, missing)), self.window, self.filters, self.config.hop_length
        )
        return magnitudes.clamp_min(self.config.magnitude_floor).log()

    def project(self, features: Tensor) -> Tensor:
        """Latents `[T, D]` of patches `[T, 8 M]`, eight mel frames each."""
        return (features - self.log_mel_mean) * self.band_weights @ self.latent_basis

    def get_encoded_length(self, input_length: Tensor) -> Tensor:
        """Token frames of so many samples, the last one filled up."""
        return -(-input_length // self.config.frame_size)

    def get_audio_codes_mask(self, padding_mask: Tensor, padding_side: str = "right") -> Tensor:
        """Which frames `[B, T]` hold sound, from which samples `[B, N]` do."""
        lengths = self.get_encoded_length(padding_mask.sum(dim=-1))
        frames = torch.arange(int(lengths.max()), device=padding_mask.device)
        mask = frames < lengths[:, None]
        return mask if padding_side == "right" else mask.flip(-1)

    def save_pretrained(self, save_directory: str | Path, **options: Any) -> None:
        """As transformers, the tables rounded to float16 on disk."""
        tables = {name: table.half() for name, table in self.state_dict().items()}
        super().save_pretrained(save_directory, state_dict=tables, **options)

    def _codes(self, clip: Tensor, n_quantizers: int) -> Tensor:
        """Codes int64 `[K, T]` of `[1, N]`: in every layer the codeword nearest to what is left."""
        patches = self.features(clip).reshape(-1, self.log_mel_mean.shape[0])
        residual = self.project(patches)
        codes = []
        for codewords in self.codebooks[:n_quantizers]:
            codes.append(nearest(residual, codewords))
            residual = residual - codewords[codes[-1]]
        return torch.stack(codes)

    def waveforms(self, latents: Tensor) -> Tensor:
        """Sound `[B, T · 1920]` of latents `[B, T, D]`."""
        return self.heard(self.log_mel(latents))

    def heard(self, log_mel: Tensor) -> Tensor:
        """Sound `[B, H · 240]` with these log-mel magnitudes `[B, H, M]`."""
        config = self.config
        spectrum = mel.spectrum_of(
            log_mel.exp(), self.filters, self.inverse_filters, config.inversion_iterations
        )
        # On a processor one clip's arrays stay in its cache, and a clip sounds alone as it does among others.
        parts = torch.split(spectrum, 1) if spectrum.device.type == "cpu" else (spectrum,)
        return torch.cat(
            [
                mel.griffin_lim(
                    part,
                    self.window,
                    config.hop_length,
                    config.griffin_lim_iterations,
                    config.griffin_lim_momentum,
                )
                for part in parts
            ]
        )

    def _check_audio(self, audio: Tensor) -> None:
        if audio.ndim != 3 or audio.shape[1] != 1 or audio.numel() == 0:
            raise ValueError(f"input_values is {list(audio.shape)}; expected [B, 1, N], mono and not empty.")
        if audio.dtype != torch.float32:
            raise ValueError(f"input_values is {audio.dtype}; expected torch.float32.")
        if not bool(torch.isfinite(audio).all()):
            raise ValueError("input_values holds NaN or infinity; expected finite samples.")

    def _check_codes(self, codes: Tensor) -> None:
        if codes.ndim != 3 or codes.numel() == 0:
            raise ValueError(f"audio_codes is {list(codes.shape)}; expected [B, K, T], not empty.")
        if codes.is_floating_point() or codes.is_complex() or codes.dtype == torch.bool:
            raise ValueError(f"audio_codes is {codes.dtype}; expected integers, such as torch.int64.")
        if codes.shape[1] > self.config.num_quantizers:
            raise ValueError(
                f"audio_codes has {codes.shape[1]} codebooks; this codec has {self.config.num_quantizers}."
            )
        lowest, highest = (int(code) for code in codes.aminmax())
        if lowest < 0 or highest >= self.config.codebook_size:
            raise ValueError(
                f"audio_codes runs from {lowest} to {highest}; "
                f"codes are 0 to {self.config.codebook_size - 1}."
            )


def nearest(vectors: Tensor, codewords: Tensor) -> Tensor:
    """Index int64 `[T]` of the codeword in `[S, D]` nearest to each of `[T, D]`, the first of equals."""
    # |v - c|² = |v|² - 2 v·c + |c|², of which |v|² is the same for all.
    half_norms = codewords.square().sum(dim=1) / 2
    return torch.addmm(half_norms, vectors, codewords.T, alpha=-1).argmin(dim=1)


AutoConfig.register(StandinCodecConfig.model_type, StandinCodecConfig)
AutoModel.register(StandinCodecConfig, StandinCodecModel)
