"""A small CSM, the clips it learns from, and the command that trains it."""

from pathlib import Path
from typing import Any

import soundfile
import torch
from typer import Typer
from typer.testing import CliRunner

from benchmarks.standin_making import csm_data, train_csm
from benchmarks.standin_making.csm_data import SENTENCES, Drawer, Recipe
from benchmarks.standin_making.csm_model import Sizes
from benchmarks.standin_making.train_csm import TrainOptions

SMALL = Sizes(
    n_codebooks=3,
    hidden=32,
    layers=1,
    heads=2,
    intermediate=32,
    depth_hidden=16,
    depth_layers=1,
    depth_heads=2,
    depth_intermediate=16,
)
RECIPE = Recipe(batch=4, context_frames=(2, 4))
OPTIONS = TrainOptions(steps=6, warmup_steps=2, sizes=SMALL, recipe=RECIPE)
N_CODES = 40
VOICES = ("emily", "jason", "v00", "v01")


def drawer(clips: csm_data.Clips, processor: Any, seed: int = 0, **changes: Any) -> Drawer:
    recipe = Recipe(**{"batch": 4, "context_frames": (2, 4), "started_turns": 0} | changes)
    return Drawer(clips, processor.tokenizer, recipe, N_CODES, seed)


def write_folder(folder: Path, voices: tuple[str, ...] = VOICES) -> Path:
    (folder / "csm").mkdir(parents=True)
    noise = 0.1 * torch.randn(7_000, generator=torch.Generator().manual_seed(0))
    for voice in voices:
        for sentence in range(len(SENTENCES)):
            soundfile.write(folder / "csm" / f"{voice}_{sentence}.ogg", noise.numpy(), 24_000)
    return folder


def invoke(*arguments: object) -> Any:
    app = Typer()
    app.command()(train_csm.main)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def weights(model: Any) -> dict[str, torch.Tensor]:
    return {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
