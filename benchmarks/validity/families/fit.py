"""Fits the families' codecs: `python -m benchmarks.validity.families.fit FOLDER [--only split-0.3]`.

FOLDER holds speech as for the stand-in codec (`benchmarks.standin_making.fit`); the puzzles' clips are none
of it. One seed on one machine gives the same tables to the last byte. What is shipped
was fitted on 90,000 frames a codec, in four minutes in all.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benchmarks.standin_making.fit import FitOptions, find_clips, nearest_in_chunks, read_clip
from benchmarks.validity.families.codecs import FITTED, LATENTS, on_steps, save
from benchmarks.validity.families.latents import Envelope
from benchmarks.validity.families.layered import Group, Latent, fit_group
from benchmarks.validity.models import RATE_HZ
from questions.common.errors import SourceError

if TYPE_CHECKING:
    from torch import Tensor

N_LAYERS, N_CODEWORDS = 8, 1024
OPTIONS = FitOptions(iterations=5, sample=40_000)
MAX_FRAMES = 90_000  # of all clips' together, drawn at random


def fit(
    name: str,
    latent: Latent,
    clips: "Sequence[Tensor]",
    n_codewords: int = N_CODEWORDS,
    options: FitOptions = OPTIONS,
) -> tuple[Group, ...]:
    """A family's groups on clips float32 `[N]`."""
    import torch

    generator = torch.Generator().manual_seed(options.seed)
    latents = torch.cat([latent.analyse(clip) for clip in clips])
    latents = latents[torch.randperm(len(latents), generator=generator)[:MAX_FRAMES]]

    def group(view: "Tensor", weight: float, n_layers: int) -> Group:
        return fit_group(latents, view, weight, n_layers, n_codewords, options, generator, on_steps)

    whole = torch.eye(latents.shape[1])
    if name.startswith("split-"):
        weight = float(name.removeprefix("split-"))
        first = group(whole, weight, 1)
        return first, group(left_by(first, latents), 1.0, N_LAYERS - 1)
    if isinstance(latent, Envelope):
        words = (torch.arange(latents.shape[1]) < latent.n_words).float()
        return group(words.diag(), 1.0, 1), group((1 - words).diag(), 1.0, N_LAYERS - 1)
    return (group(whole, 1.0, N_LAYERS),)


def left_by(first: Group, latents: "Tensor") -> "Tensor":
    """The view I − W·P `[D, D]`: P guesses the first layer's codeword from a latent, by least squares."""
    import torch

    (codewords,) = first.codebooks
    guess = torch.linalg.lstsq(latents, codewords[nearest_in_chunks(latents, codewords)]).solution
    view: Tensor = (torch.eye(len(guess)) - first.weight * guess).half().float()
    return view


def main(
    folder: Annotated[Path, typer.Argument(help="Holds corpus/*.ogg and csm/VOICE_SENTENCE.ogg.")],
    only: Annotated[str, typer.Option(help="One family.")] = "",
    out: Annotated[Path, typer.Option(help="Folder for the tables.")] = FITTED,
) -> None:
    """Fit the families on synthetic speech and write them to --out."""
    try:
        clips = [read_clip(path, RATE_HZ) for path in find_clips(folder)]
    except SourceError as error:
        typer.echo(f"fit: {error}", err=True)
        raise typer.Exit(2) from error
    for name in [only] if only else LATENTS:
        latent = LATENTS[name]()
        save(fit(name, latent, clips), out / f"{name}.safetensors")
        typer.echo(name)


if __name__ == "__main__":
    typer.run(main)
