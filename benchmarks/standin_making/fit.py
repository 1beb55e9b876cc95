"""Fits the stand-in codec: `python -m benchmarks.standin_making.fit FOLDER`.

FOLDER holds `corpus/*.ogg` and `csm/VOICE_SENTENCE.ogg`; of the latter sentences 4 to 7 are used.
The quiz's own sentences (0 to 3, and `audio/`) stay out, so that the codec is heard on speech that
it was not fitted on. One seed on one machine gives the same file to the last byte.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import soundfile
import torch
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from torch import Tensor

from questions.common.errors import SourceError
from solvers.hw10.standin import STANDIN_CODEC
from solvers.hw10.standin.codec import StandinCodecConfig, StandinCodecModel, nearest

FITTED_SENTENCES = range(4, 8)
CHUNK_FRAMES = 2048  # rows compared with all codewords at once: 16 MB of distances


@dataclass(frozen=True)
class FitOptions:
    """How long to search. The defaults took three minutes on two cores, for 56 minutes of speech."""

    seed: int = 0
    iterations: int = 4  # of k-means, in every layer
    sample: int = 50_000  # frames that k-means looks at in a layer, 24 a codeword
    # The corpus is cut into token frames from every second mel frame on, not only from the first:
    # four times the data, so that the deep layers learn speech rather than these very frames.
    offset_step: int = 2


def find_clips(folder: Path) -> list[Path]:
    """The clips to fit on, in a fixed order. SourceError: a folder without them."""
    corpus = sorted((folder / "corpus").glob("*.ogg"))
    if not corpus:
        raise SourceError(f"{folder}: no corpus/*.ogg to fit on; name a folder that has some.")
    voices = [
        path for sentence in FITTED_SENTENCES for path in sorted((folder / "csm").glob(f"*_{sentence}.ogg"))
    ]
    if not voices:
        raise SourceError(f"{folder}: no csm/VOICE_4.ogg to VOICE_7.ogg; name a folder that has some.")
    return corpus + voices


def read_clip(path: Path, rate_hz: int) -> Tensor:
    """A mono clip float32 `[N]`. SourceError: not sound, another rate, or more channels."""
    try:
        samples, found_hz = soundfile.read(str(path), dtype="float32")
    except soundfile.SoundFileError as error:
        raise SourceError(f"{path}: not a sound file that can be read ({error}).") from error
    if found_hz != rate_hz or samples.ndim != 1 or not len(samples):
        raise SourceError(f"{path}: {found_hz} Hz, shape {samples.shape}; expected mono at {rate_hz} Hz.")
    return torch.from_numpy(samples)


def fit(
    clips: Sequence[Tensor],
    config: StandinCodecConfig,
    options: FitOptions,
    advance: Callable[[], None] = lambda: None,
) -> StandinCodecModel:
    """The codec fitted on clips float32 `[N]`; `advance` is called after each layer.

    Its tables are already rounded as on disk, so that it codes as the saved one will.
    ValueError: fewer token frames than codewords, or more components than a token frame has numbers.
    """
    n_features = config.mel_frames * config.n_mels
    if config.codebook_dim > n_features:
        raise ValueError(
            f"{config.codebook_dim} components of {n_features} numbers a token frame; ask for fewer."
        )
    model: StandinCodecModel = StandinCodecModel(config).eval()
    generator = torch.Generator().manual_seed(options.seed)
    mels = [model.features(clip[None])[0] for clip in clips]
    patches = torch.cat([_patches(frames, config, 0) for frames in mels])
    if len(patches) < config.codebook_size:
        raise ValueError(
            f"The clips give {len(patches)} token frames; "
            f"{config.codebook_size} codewords need at least as many."
        )
    model.log_mel_mean.copy_(_rounded(patches.mean(dim=0)))
    weighted = (patches - model.log_mel_mean) * model.band_weights
    model.latent_basis.copy_(_rounded(principal_components(weighted, config.codebook_dim)))
    offsets = range(0, config.mel_frames, options.offset_step)
    residual = torch.cat([model.project(_patches(frames, config, o)) for o in offsets for frames in mels])
    for layer in range(config.num_quantizers):
        codewords = _rounded(k_means(residual, config.codebook_size, options, generator))
        model.codebooks[layer] = codewords
        residual = residual - codewords[nearest_in_chunks(residual, codewords)]
        advance()
    return model


def principal_components(rows: Tensor, n_components: int) -> Tensor:
    """The directions `[M, D]` of most variance of centred rows `[T, M]`, orthonormal, widest first."""
    _values, vectors = torch.linalg.eigh((rows.T @ rows).double())
    widest: Tensor = vectors.flip(-1)[:, :n_components].float()
    return widest


def k_means(rows: Tensor, n_codewords: int, options: FitOptions, generator: torch.Generator) -> Tensor:
    """Codewords `[S, D]`: Lloyd's iterations on a random sample of rows `[T, D]`, then one on all."""
    sample = rows[torch.randperm(len(rows), generator=generator)[: options.sample]]
    codewords = sample[:n_codewords]  # the sample is in random order already
    for _ in range(options.iterations):
        codewords = _centres(sample, codewords)
    return _centres(rows, codewords)


def _centres(rows: Tensor, codewords: Tensor) -> Tensor:
    """Each codeword moved to the mean of the rows nearest to it; one without rows stays."""
    index = nearest_in_chunks(rows, codewords)
    sums = torch.zeros_like(codewords).index_add_(0, index, rows)
    counts = torch.bincount(index, minlength=len(codewords))[:, None]
    return torch.where(counts > 0, sums / counts.clamp_min(1), codewords)


def nearest_in_chunks(rows: Tensor, codewords: Tensor) -> Tensor:
    return torch.cat([nearest(chunk, codewords) for chunk in torch.split(rows, CHUNK_FRAMES)])


def _patches(frames: Tensor, config: StandinCodecConfig, offset: int) -> Tensor:
    """Whole patches `[T, 8 M]` of mel frames `[H, M]` from frame `offset` on."""
    n_frames = (len(frames) - offset) // config.mel_frames * config.mel_frames
    return frames[offset : offset + n_frames].reshape(-1, config.mel_frames * config.n_mels)


def _rounded(table: Tensor) -> Tensor:
    return table.half().float()


def save(model: StandinCodecModel, out: Path) -> None:
    """Write the codec beside `out` and put it in place with a rename, so `out` is never half written."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as scratch:
        model.save_pretrained(Path(scratch) / "new")
        if out.exists():
            out.rename(Path(scratch) / "old")
        # safetensors lets only the owner read what it writes; the codec is there for all.
        (Path(scratch) / "new" / "model.safetensors").chmod(0o644)
        (Path(scratch) / "new").rename(out)


def main(
    folder: Annotated[Path, typer.Argument(help="Holds corpus/*.ogg and csm/VOICE_SENTENCE.ogg.")],
    out: Annotated[Path, typer.Option(help="Folder for config.json and model.safetensors.")] = STANDIN_CODEC,
    seed: Annotated[int, typer.Option(help="The same seed gives the same codec.")] = 0,
    layers: Annotated[int, typer.Option(min=1, help="Codebooks.")] = StandinCodecConfig.num_quantizers,
    mel_frames: Annotated[
        int, typer.Option(min=1, help="Of 10 ms, to a token frame.")
    ] = StandinCodecConfig.mel_frames,
    components: Annotated[int, typer.Option(min=1, help="Of a codeword.")] = StandinCodecConfig.codebook_dim,
) -> None:
    """Fit the stand-in codec on synthetic speech and write it to --out."""
    config = StandinCodecConfig(num_quantizers=layers, mel_frames=mel_frames, codebook_dim=components)
    options = FitOptions(seed=seed)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    try:
        paths = find_clips(folder)
        with Progress(*columns, console=Console(stderr=True)) as progress:
            clips = [
                read_clip(path, config.sampling_rate)
                for path in progress.track(paths, description="Reading clips")
            ]
            fitting = progress.add_task("Fitting layers", total=config.num_quantizers)
            save(fit(clips, config, options, lambda: progress.advance(fitting)), out)
    except (SourceError, ValueError) as error:
        typer.echo(f"fit: {error}", err=True)
        raise typer.Exit(2) from error


if __name__ == "__main__":
    typer.run(main)
