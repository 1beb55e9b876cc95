"""Questions 1 to 6 both ways: shapes, frames, axes, dtype, a codeword, and UMAP of emotions."""

import numpy as np
import torch
from sklearn.metrics import silhouette_score
from torch import Tensor

from benchmarks.notebook.comparison import Check, Comparison, timed
from benchmarks.validity.models import quiet
from solvers.audio.noise import seeded_noise
from solvers.hw10 import q01_token_shapes as q01
from solvers.hw10 import q02_frame_count as q02
from solvers.hw10 import q03_code_axes as q03
from solvers.hw10 import q04_code_dtype as q04
from solvers.hw10 import q05_codebook_vector as q05
from solvers.hw10.models.codec import Codec
from solvers.hw10.q06_emotion_umap import layout as umap_layout
from solvers.hw10.q06_emotion_umap import measure as q06
from solvers.hw10.q06_emotion_umap import separation
from solvers.hw10.q06_emotion_umap.layout import Cloud
from solvers.hw10.q06_emotion_umap.separation import Points
from solvers.hw10.resources.architecture import RESOURCE as ARCHITECTURE
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.emovdb import RESOURCE as EMOVDB
from solvers.run.pool import ResourcePool

RUNS = 3  # of what takes under a second
SEED = 0
UMAP_SEEDS = tuple(range(q06.N_SEEDS))
MIN_EQUAL = 0.97  # of 180 clips 5 may have a frame that lies between two codewords


def noise(duration_s: float, rate_hz: int) -> Tensor:
    """The solvers' own seeded noise `[1, 1, N]`."""
    n_samples = round(duration_s * rate_hz)
    return seeded_noise((1, 1, n_samples), SEED, level=0.1)


@torch.inference_mode()
def encode(codec: Codec, sound: Tensor, n_codebooks: int | None = None) -> Tensor:
    """Codes `[1, K, T]`, by the model's own encode."""
    codes: Tensor = codec.model.encode(sound, num_quantizers=n_codebooks).audio_codes
    return codes


def shapes(pool: ResourcePool) -> Comparison:
    """Q1: codes of two clips."""
    codec = pool.get(ARCHITECTURE)
    rate_hz = codec.sample_rate_hz
    theirs, notebook_s = timed(
        lambda: [tuple(encode(codec, noise(s, rate_hz)).shape) for s in q01.CLIPS.values()], RUNS
    )
    ours, ours_s = timed(
        lambda: [q01.encode_noise(codec, clip, s, SEED).shape for clip, s in q01.CLIPS.items()], RUNS
    )
    check = Check("shapes", theirs == ours, exact=True)
    return Comparison("q01", "encode 2 s and 4 s", "all", notebook_s, ours_s, (check,))


def frames(pool: ResourcePool) -> Comparison:
    """Q2: codes of eight seconds."""
    codec = pool.get(ARCHITECTURE)
    theirs, notebook_s = timed(lambda: encode(codec, noise(q02.CLIP_S, codec.sample_rate_hz)).shape[-1], RUNS)
    ours, ours_s = timed(lambda: q01.encode_noise(codec, "clip_8s", q02.CLIP_S, SEED).shape[-1], RUNS)
    return Comparison(
        "q02", "encode 8 s", "all", notebook_s, ours_s, (Check("frames", theirs == ours, exact=True),)
    )


def axes(pool: ResourcePool) -> Comparison:
    """Q3: one quantity changed after the other, less the channels, which need a model of their own."""
    codec = pool.get(ARCHITECTURE)

    def theirs_at_once() -> list[tuple[int, ...]]:
        frame_s = 1 / codec.model.config.frame_rate
        base, longer = (
            noise(n * frame_s, codec.sample_rate_hz) for n in (q03.BASE_FRAMES, q03.LONGER_FRAMES)
        )
        found = [
            encode(codec, base),
            encode(codec, longer),
            encode(codec, base, q03.FEWER_CODEBOOKS),
            encode(codec, base.repeat(2, 1, 1)),
        ]
        return [tuple(codes.shape) for codes in found]

    theirs, notebook_s = timed(theirs_at_once, RUNS)
    changes, ours_s = timed(lambda: q03.intervene(codec, SEED), RUNS)
    same = theirs == [changes[0].shape_before, *(change.shape_after for change in changes)]
    check = Check("shapes", same, exact=True)
    return Comparison("q03", "4 encodes, one change each", "less channels", notebook_s, ours_s, (check,))


def values(pool: ResourcePool) -> Comparison:
    """Q4: the notebook prints dtype and range; the solver looks the codes up as well."""
    codec = pool.get(ARCHITECTURE)
    sound = noise(2, codec.sample_rate_hz)

    def theirs_at_once() -> tuple[str, float, float, int]:
        codes = encode(codec, sound)
        return str(codes.dtype), float(codes.min()), float(codes.max()), len(torch.unique(codes))

    theirs, notebook_s = timed(theirs_at_once, RUNS)
    ours, ours_s = timed(lambda: q04.look_at(codec.encode(sound), codec), RUNS)
    same = theirs == (ours.dtype, ours.lowest, ours.highest, ours.n_distinct)
    check = Check("dtype, range, distinct", same, exact=True)
    more = "decodes and looks every code up"
    return Comparison("q04", "encode 2 s, look at the codes", "all", notebook_s, ours_s, (check,), more)


def codeword(pool: ResourcePool) -> Comparison:
    """Q5: the codeword asked for; the solver takes its look-alikes too."""
    codec = pool.get(CODEC_WEIGHTS)

    def first_values() -> list[float]:
        values: list[float] = codec.codebook(q05.LAYER)[q05.CODE][: q05.N_VALUES].tolist()
        return values

    theirs, notebook_s = timed(first_values, RUNS)
    ours, ours_s = timed(lambda: q05.vectors_of(codec), RUNS)
    check = Check("five values", theirs == list(ours[0].values), exact=True)
    more = f"reads {len(ours) - 1} look-alikes"
    return Comparison("q05", "read a codeword", "all", notebook_s, ours_s, (check,), more)


def emotions(pool: ResourcePool) -> Comparison:
    """Q6: every clip encoded by itself, UMAP and silhouette layer by layer and seed by seed."""
    codec = pool.get(CODEC_WEIGHTS)
    clips = pool.get(EMOVDB).load(codec.sample_rate_hz, quiet)
    frame = round(codec.sample_rate_hz / codec.model.config.frame_rate)
    labels = np.array([clip.emotion for clip in clips])
    umap_layout.layouts([Cloud(np.random.default_rng(SEED).random((40, 8)), (SEED,))])  # compiles

    def embed_one(samples: Tensor) -> Tensor:
        codes = encode(codec, samples[: len(samples) // frame * frame][None, None])[0]
        return torch.stack([codec.codebook(layer)[row].mean(dim=0) for layer, row in enumerate(codes)])

    def one_by_one(points: Points) -> dict[int, list[float]]:
        return {
            layer: [float(silhouette_score(_laid_out(points[layer], seed), labels)) for seed in UMAP_SEEDS]
            for layer in q06.SHOWN_LAYERS
        }

    theirs, encoding_s = timed(
        lambda: torch.stack([embed_one(clip.samples) for clip in clips], dim=1).double().numpy()
    )
    ours, our_encoding_s = timed(lambda: q06.embed(clips, codec, quiet))
    # From the same points, so that layouts are the same too.
    their_scores, umap_s = timed(lambda: one_by_one(ours))

    def at_once() -> dict[int, list[float]]:
        clouds = [Cloud(ours[layer], UMAP_SEEDS) for layer in q06.SHOWN_LAYERS]
        placed = umap_layout.layouts(clouds, pool.workers)
        return {
            layer: [float(separation.silhouettes(one, labels[None]).mean()) for one in of_seeds]
            for layer, of_seeds in zip(q06.SHOWN_LAYERS, placed, strict=True)
        }

    our_scores, our_umap_s = timed(at_once)
    equal = np.isclose(theirs, ours, atol=1e-5).all(axis=(0, 2)).mean()
    same = all(np.allclose(scores, our_scores[layer], atol=1e-6) for layer, scores in their_scores.items())
    text = f"{equal:.1%}; a frame between two codewords goes to either by rounding"
    checks = (
        Check("clips with equal points", bool(equal >= MIN_EQUAL), exact=True, text=text),
        Check("silhouettes", same, exact=True),
    )
    return Comparison(
        "q06",
        f"encode {len(clips)} clips; UMAP and silhouette of {len(q06.SHOWN_LAYERS)} layers",
        f"the figure of all speakers, {len(UMAP_SEEDS)} seeds",
        encoding_s + umap_s,
        our_encoding_s + our_umap_s,
        checks,
    )


def _laid_out(points: Points, seed: int) -> Points:
    """UMAP as a notebook calls it."""
    from umap import UMAP

    placed: Points = UMAP(random_state=seed, n_jobs=1).fit_transform(points)
    return placed.astype(np.float64)
