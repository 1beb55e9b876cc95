"""Trains the small CSM: `python -m benchmarks.standin_making.train_csm FOLDER`.

FOLDER holds `csm/VOICE_SENTENCE.ogg`. Emily and Jason are never heard with the sentences that Q11 judges.
A run that was broken off goes on from its checkpoint, to the same weights as one that was not.
"""

import hashlib
import math
import pickle
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from transformers.utils.logging import disable_progress_bar

from benchmarks.standin_making.csm_data import TEXTS, Batch, Clips, Drawer, Recipe, encode_clips, find_clips
from benchmarks.standin_making.csm_model import Sizes, build_model, build_processor, save
from questions.common.errors import SourceError
from questions.common.files import replacing
from solvers.hw10.standin import STANDIN_CODEC
from solvers.hw10.standin.codec import StandinCodecModel

CHECKPOINT_SUFFIX = ".checkpoint.pt"
# What torch.load makes of files that it did not write.
UNREADABLE = (
    AttributeError, EOFError, LookupError, OSError, RuntimeError, TypeError, ValueError,
    pickle.UnpicklingError,
)  # fmt: skip
DEFAULT_OUT = Path("standin_csm")


@dataclass(frozen=True)
class TrainOptions:
    """All that decides the weights but the clips."""

    seed: int = 0
    steps: int = 3570
    peak_rate: float = 1.5e-3  # of AdamW, after the warm-up; from there it falls linearly to zero
    warmup_steps: int = 40
    fall_end: int = 3000
    # Near there it rises once more and falls to zero at the last step (Loshchilov and Hutter, "SGDR:
    # Stochastic Gradient Descent with Warm Restarts", 2017).
    restart_step: int = 2970
    restart_rate: float = 6e-4
    weight_decay: float = 0.01
    max_gradient_norm: float = 1.0
    # Each is a voice more: with the 24 alone, one that never said a sentence came out as a mixture of those
    # that had.
    speeds_percent: tuple[int, ...] = (92, 100, 109)
    sizes: Sizes = field(default_factory=Sizes)
    recipe: Recipe = field(default_factory=Recipe)


OnStep = Callable[[int, float], None]


def train(
    clips: Clips,
    codec: StandinCodecModel,
    options: TrainOptions,
    checkpoint: Path,
    on_step: OnStep = lambda _step, _loss: None,
    checkpoint_s: float = 60.0,
) -> tuple[Any, Any]:
    """The trained model and its processor.

    `on_step` is told the number of steps done and the loss. `checkpoint` is written every `checkpoint_s`
    seconds and gone on from if it is there. SourceError: it is another run's.
    """
    processor = build_processor(TEXTS, codec.config.sampling_rate)
    model = build_model(codec, processor, options.sizes, options.seed)
    drawer = Drawer(clips, processor.tokenizer, options.recipe, codec.config.codebook_size, options.seed)
    learned = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(
        learned, lr=options.peak_rate, betas=(0.9, 0.95), weight_decay=options.weight_decay, fused=True
    )
    run = run_digest(clips, options)
    done = _resume(checkpoint, run, model, optimizer)
    model.train()
    saved_at = time.monotonic()
    for step in range(done, options.steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, options)
        loss = batch_loss(model, drawer.batch(step))
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(learned, options.max_gradient_norm)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if time.monotonic() - saved_at >= checkpoint_s:
            _write(checkpoint, run, step + 1, model, optimizer)
            saved_at = time.monotonic()
        on_step(step + 1, float(loss.detach()))
    return model.eval(), processor


def learning_rate(step: int, options: TrainOptions) -> float:
    """Of a step counted from 0: up over the warm-up, then linearly down, and both again from the restart."""
    if step < options.restart_step:
        begin, end, peak_rate = 0, min(options.steps, options.fall_end), options.peak_rate
    else:
        begin, end, peak_rate = options.restart_step, options.steps, options.restart_rate
    up = (step - begin + 1) / options.warmup_steps
    down = (end - step) / max(end - begin - options.warmup_steps, 1)
    return peak_rate * min(up, down, 1.0)


def batch_loss(model: Any, batch: Batch) -> torch.Tensor:
    """The model's own loss: first codebooks by the backbone, the others by the depth decoder.

    The embeddings are merged here as the model merges them, from codes that were not encoded again.
    """
    embedded = torch.where(
        batch.audio[..., None],
        model.backbone_model.embed_tokens(batch.codes),
        model.embed_text_tokens(batch.ids),
    )
    loss: torch.Tensor = model(
        inputs_embeds=embedded, attention_mask=batch.mask, labels=batch.labels, use_cache=False
    ).loss
    return loss


def run_digest(clips: Clips, options: TrainOptions) -> str:
    """What tells one run from another: the options and the clips' codes."""
    digest = hashlib.sha256(repr(asdict(options)).encode())
    for key, codes in sorted(clips.items()):
        digest.update(repr((key, tuple(codes.shape))).encode())
        digest.update(codes.contiguous().numpy().tobytes())
    return digest.hexdigest()


def _write(path: Path, run: str, done: int, model: Any, optimizer: torch.optim.Optimizer) -> None:
    """Whole or not at all. The codec is not learned, so it is not kept."""
    learned = {name: parameter.detach() for name, parameter in model.named_parameters()}
    state = {"run": run, "done": done, "learned": learned, "optimizer": optimizer.state_dict()}
    with replacing(path) as file:
        torch.save(state, file)


def _resume(path: Path, run: str, model: Any, optimizer: torch.optim.Optimizer) -> int:
    """How many steps the checkpoint has behind it, its state put into model and optimizer; 0 without one."""
    if not path.is_file():
        return 0
    try:
        state = torch.load(path, weights_only=True)
        found = state["run"]
    except UNREADABLE as error:
        raise SourceError(f"{path}: no checkpoint that can be read ({error}); delete it.") from error
    if found != run:
        raise SourceError(
            f"{path}: the checkpoint of a run with other options or clips; delete it to begin anew, "
            "or give another --out."
        )
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(state["learned"][name])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["done"])


def main(
    folder: Annotated[Path, typer.Argument(help="Holds csm/VOICE_SENTENCE.ogg.")],
    out: Annotated[Path, typer.Option(help="Folder for the model in the hub's format.")] = DEFAULT_OUT,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same model.")] = 0,
    steps: Annotated[int, typer.Option(min=1, help="How long to train.")] = TrainOptions.steps,
    codec_inside: Annotated[
        bool, typer.Option("--with-codec/--without-codec", help="The shipped folder is without it.")
    ] = True,
) -> None:
    """Train the small CSM on synthetic speech and write it to --out."""
    options = TrainOptions(seed=seed, steps=steps)
    checkpoint = out.with_name(out.name + CHECKPOINT_SUFFIX)
    disable_progress_bar()  # transformers' own, for loading
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    try:
        paths = find_clips(folder)
        codec = StandinCodecModel.from_pretrained(STANDIN_CODEC, dtype=torch.float32)
        # An estimate from the last steps, since others may use the processor for a while.
        with Progress(*columns, console=Console(stderr=True), speed_estimate_period=120) as progress:
            reading = progress.add_task("Encoding clips", total=len(paths))
            clips = encode_clips(
                paths,
                codec,
                options.sizes.n_codebooks,
                lambda: progress.advance(reading),
                options.speeds_percent,
            )
            training = progress.add_task("Training", total=steps)
            smooth = math.nan

            def on_step(done: int, loss: float) -> None:
                nonlocal smooth
                smooth = loss if math.isnan(smooth) else 0.95 * smooth + 0.05 * loss
                progress.update(training, completed=done, description=f"Training, loss {smooth:.2f}")

            model, processor = train(clips, codec, options, checkpoint, on_step)
        save(model, processor, out, with_codec=codec_inside)
        checkpoint.unlink(missing_ok=True)
    except (SourceError, ValueError) as error:
        typer.echo(f"train_csm: {error}", err=True)
        raise typer.Exit(2) from error


if __name__ == "__main__":
    typer.run(main)
