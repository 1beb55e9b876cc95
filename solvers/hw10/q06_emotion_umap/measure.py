"""Q6: what UMAP shows of five emotions in the embeddings of single layers of codes.

A clip is one point a layer: the mean over its frames of the code embeddings of that layer. All layers come
from one encode. UMAP lays a layer's points out with 20 seeds; raw space is scored beside it, and so are other
figures that the exercise may have drawn. All of it runs on one thread, each layout on one of its own: one
code that flips with their number would change how many seeds agree.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from questions.quiz import AnyQuestion
from solvers.hw10.emotion_figure import NamedFigure, figure_of
from solvers.hw10.q06_emotion_umap.claims import Groups, MoreSeparated
from solvers.hw10.q06_emotion_umap.measurements import clip_name, in_order
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.emovdb import MIN_SENTENCES
from solvers.hw10.resources.emovdb import RESOURCE as EMOVDB
from solvers.hw10.resources.umap import RESOURCE as UMAP
from solvers.models.threads import one_thread
from solvers.run.solver import Measured

if TYPE_CHECKING:
    from solvers.evidence.progress import OnStep
    from solvers.hw10.models.codec import Codec
    from solvers.hw10.q06_emotion_umap.separation import Points
    from solvers.hw10.resources.emovdb import ClipFile, EmotionClip
    from solvers.run.session import Session

SHOWN_LAYERS = (0, 6, 16, 31)  # those the question plots
N_SEEDS = 20
FRAMES_A_BATCH = 1_024  # of 12.5 a second: bounds what an encode holds in memory


def reads(question: AnyQuestion) -> Mapping[str, tuple[str, ...]]:
    """Measuring lays out the layers that options name and scores the emotions they name there.

    A figure that the spec names is drawn as it says.
    """
    layers, groups = _asked(question)
    figure = figure_of(question)
    named = {"figure": figure.words} if figure else {}
    return {
        **named,
        "layers": tuple(map(str, layers)),
        "groups": tuple(f"{layer}: {', '.join(emotions)}" for layer, emotions in groups),
    }


def measure(question: AnyQuestion, session: "Session") -> Measured:
    """Read the clips, encode them once, lay out and score."""
    from solvers.audio.sound_files import Sound
    from solvers.hw10.q06_emotion_umap.figure import Plan
    from solvers.hw10.q06_emotion_umap.scores import explore

    session.use(UMAP)
    codec = session.use(CODEC_WEIGHTS)
    with one_thread():
        emotions = session.use(EMOVDB)
        clips = emotions.load(codec.sample_rate_hz, session.step)
    layers, groups = _asked(question)
    if emotions.figure is not None:
        check_named(emotions.files, {emotion for _, named in groups for emotion in named})
    if max(layers) >= codec.n_codebooks:
        raise SourceError(
            f"the codec has {codec.n_codebooks} codebooks, and an option speaks of layer {max(layers)}; "
            "give a codec with all 32."
        )
    points = embed(clips, codec, session.step)
    plan = Plan(layers, groups, _seeds(emotions.figure, session.seed), emotions.figure)
    sounds = tuple(
        Sound(clip_name(index), clip.samples.cpu().numpy(), codec.sample_rate_hz, one_of_many=True)
        for index, clip in enumerate(clips)
    )
    return Measured(explore(points, clips, plan, session.step, session.workers), sounds)


def check_named(files: "Sequence[ClipFile]", asked: AbstractSet[str]) -> None:
    """Raise SourceError for a named figure that cannot tell the options' emotions from other things."""
    emotions = {file.emotion for file in files}
    of_speaker = {
        one.speaker: {file.emotion for file in files if file.speaker == one.speaker} for one in files
    }
    if lacking := sorted(asked - emotions):
        raise SourceError(
            f"inputs.figure.files names no clip of {', '.join(lacking)}, and the options speak of them."
        )
    if emotions not in of_speaker.values():
        raise SourceError(
            "inputs.figure.files names no speaker's clips in all of its emotions "
            f"({', '.join(sorted(emotions))}), and who speaks would give the emotion away."
        )
    n_sentences = len({file.sentence for file in files})
    if n_sentences < MIN_SENTENCES:
        raise SourceError(
            f"inputs.figure.files names {n_sentences} sentences; at least {MIN_SENTENCES} are needed."
        )


def _seeds(figure: NamedFigure | None, seed: int) -> tuple[int, ...]:
    """UMAP's seeds: the named figure's own where it has one, else the run's."""
    if figure is not None and figure.umap.random_state is not None:
        return (figure.umap.random_state,)
    return tuple(seed * N_SEEDS + index for index in range(N_SEEDS))


def embed(clips: "Sequence[EmotionClip]", codec: "Codec", on_step: "OnStep") -> "Points":
    """Mean code embeddings float64 `[K, n, D]` of clips, one encode for all layers.

    A clip is cropped to whole frames, and only clips of one length share a batch: a clip's codes
    then do not depend on its neighbours.
    """
    import numpy as np
    import torch

    # 1920 samples a frame at 24 kHz and 12.5 frames a second.
    frame = round(codec.sample_rate_hz / codec.model.config.frame_rate)
    by_length: dict[int, list[int]] = {}
    for index, clip in enumerate(clips):
        by_length.setdefault(len(clip.samples) // frame, []).append(index)
    if 0 in by_length:
        raise SourceError(f"{clips[by_length[0][0]].name}: shorter than one frame of the codec.")
    means: dict[int, Points] = {}
    for n_frames, indices in by_length.items():
        size = max(1, FRAMES_A_BATCH // n_frames)
        for start in range(0, len(indices), size):
            batch = indices[start : start + size]
            on_step("encoding the clips", 0.1 + 0.2 * len(means) / len(clips))
            codes = codec.encode(torch.stack([clips[i].samples[: n_frames * frame] for i in batch])[:, None])
            with one_thread():
                embedded = torch.stack(
                    [codec.codebook(layer)[codes[:, layer]].mean(dim=1) for layer in range(codes.shape[1])]
                )
            copied = embedded.cpu().double().numpy()  # mps has no float64
            for place, index in enumerate(batch):
                means[index] = copied[:, place]
    return np.stack([means[index] for index in range(len(clips))], axis=1)


def _asked(question: AnyQuestion) -> tuple[tuple[int, ...], tuple[tuple[int, tuple[str, ...]], ...]]:
    """Layers to lay out, and the emotions to tell apart in which of them."""
    claims = [part.claim for option in question.options for part in option.parts]
    groups = {(claim.layer, in_order(set(claim.groups))) for claim in claims if isinstance(claim, Groups)}
    layers = {layer for layer, _ in groups}
    for claim in claims:
        if isinstance(claim, MoreSeparated):
            layers |= {claim.more_separated, claim.than}
    return tuple(sorted(layers | set(SHOWN_LAYERS))), tuple(sorted(groups))
