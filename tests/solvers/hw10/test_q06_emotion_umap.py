"""Q6 judged on numbers written by hand, on clouds whose truth is known, and from end to end."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from questions.claims import Claim
from questions.common.errors import SourceError
from questions.quiz import QuizSpec
from reports.hw10.q06_emotion_umap import CARD
from solvers.evidence.verdicts import Finding, Outcome, Standing, assemble
from solvers.hw10.models.codec import Codec
from solvers.hw10.q06_emotion_umap import SOLVER
from solvers.hw10.q06_emotion_umap import measure as q06
from solvers.hw10.q06_emotion_umap.claims import Emotion, Groups, MoreSeparated, UmapIs
from solvers.hw10.q06_emotion_umap.measurements import (
    COLOURS,
    Circles,
    Difference,
    Estimate,
    Grouping,
    Layout,
    Measurements,
    OtherFigure,
    OtherGrouping,
    OtherSeparation,
    Point,
    RawLayer,
    clip_name,
)
from solvers.hw10.q06_emotion_umap.scores import Plan, explore
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.emovdb import RESOURCE as EMOVDB
from solvers.hw10.resources.emovdb import EmotionClip, standin_set
from solvers.resources.resource import Setup
from solvers.run.catalog import Pack
from solvers.run.judge import findings_of
from solvers.run.pool import ResourcePool
from solvers.run.session import Session
from tests.conftest import small_mimi, with_claims

judge = partial(findings_of, SOLVER)
H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
EMOTIONS: tuple[Emotion, ...] = ("Amused", "Angry", "Disgusted", "Neutral", "Sleepy")
AAS: tuple[Emotion, ...] = ("Amused", "Angry", "Sleepy")
SEEDS = tuple(range(20))


def flat(value: float) -> Estimate:
    return Estimate(value=value, low=value, high=value)


def seeds(n: int, low: float, high: float) -> tuple[Estimate, ...]:
    """20 seeds, n of them with this interval, the others between the bounds."""
    inside = Estimate(value=0.5, low=0.45, high=0.55)
    return (Estimate(value=(low + high) / 2, low=low, high=high),) * n + (inside,) * (20 - n)


def between(low: float, high: float) -> Estimate:
    return Estimate(value=(low + high) / 2, low=low, high=high)


def layout(layer: int, above: Estimate = flat(0.5), p_value: float = 0.002) -> Layout:  # noqa: B008
    """A layer that separates the emotions, if nothing else is said."""
    return Layout(
        layer=layer,
        silhouettes=(above.value - 0.1,),
        permuted=-0.1,
        above=above,
        p_value=p_value,
        trustworthiness=1.0,
        first=(),
    )


def measured(
    circles: Circles = Circles(in_layouts=(0.99, 1.0), best_linear=0.64),  # noqa: B008  frozen
    points: tuple[Point, ...] = (),
    umap: Estimate = flat(0.1),  # noqa: B008
    raw: float = 0.1,
    groupings: Sequence[Grouping] = (),
    layouts: tuple[Layout, ...] = (layout(0), layout(31)),
    others: tuple[OtherFigure, ...] | None = None,
) -> Measurements:
    """Measurements with one difference, S(0) - S(31). Other figures say the same if nothing else is said."""
    if others is None:
        others = (other(layouts[0].above.value, umap.value, groupings),)
    return Measurements(
        seeds=SEEDS,
        circles=circles,
        points=points,
        raw=(RawLayer(layer=0, silhouette=0.0, permuted=0.0),),
        layouts=layouts,
        differences=(Difference(low=0, high=31, umap=umap, raw=raw),),
        groupings=tuple(groupings),
        others=others,
    )


def other(at_0: float, ahead: float, groupings: Sequence[Grouping] = ()) -> OtherFigure:
    """One speaker's figure, in which S(0) is ahead of S(31) by so much."""
    return OtherFigure(
        speaker="bea",
        n_neighbours=15,
        n_clips=30,
        separations=(
            OtherSeparation(layer=0, above=at_0),
            OtherSeparation(layer=31, above=at_0 - ahead),
        ),
        groupings=tuple(
            OtherGrouping(
                layer=one.layer,
                emotions=one.emotions,
                n_nearest=5,
                value=sum(seed.value for seed in one.umap) / len(one.umap),
            )
            for one in groupings
        ),
    )


def grouping(
    umap: tuple[Estimate, ...],
    knn: Estimate = flat(0.5),  # noqa: B008
    logistic: Estimate = flat(0.5),  # noqa: B008
) -> Grouping:
    return Grouping(
        layer=0, emotions=AAS, speakers=("bea",), n_points=9, umap=umap, raw_knn=knn, raw_logistic=logistic
    )


def judged(spec: QuizSpec, claim: Claim, found: Measurements) -> Finding:
    """The claim alone, as option A of a question with as many options as it takes."""
    question = spec.question("q06")
    one = question.model_copy(update={"options": question.options[:1]})
    return judge(with_claims(one, {"A": [claim]}), found)["A"][0]


def outcomes(spec: QuizSpec, found: Measurements) -> dict[str, Outcome]:
    return {option: parts[0].outcome for option, parts in judge(spec.question("q06"), found).items()}


@pytest.mark.parametrize(
    ("in_layouts", "best_linear", "nonlinear", "linear"),
    [
        ((1.0, 0.95), 0.65, H, F),
        ((1.0, 0.949), 0.65, F, U),  # the worst layout counts
        ((1.0, 1.0), 0.651, F, U),
        ((0.6, 0.6), 0.64, F, U),
    ],
)
def test_a_circles(
    spec: QuizSpec, in_layouts: tuple[float, ...], best_linear: float, nonlinear: Outcome, linear: Outcome
) -> None:
    found = measured(circles=Circles(in_layouts=in_layouts, best_linear=best_linear))
    assert judged(spec, UmapIs(umap_is="nonlinear"), found).outcome is nonlinear
    assert judged(spec, UmapIs(umap_is="linear"), found).outcome is linear


def point(emotion: Emotion, colour: str) -> Point:
    return Point(speaker="bea", emotion=emotion, sentence=1, file="bea_Angry/x.wav", colour=colour)


def test_b_every_colour_is_its_labels(spec: QuizSpec) -> None:
    assert len(set(COLOURS.values())) == len(COLOURS) == 5
    claim = spec.question("q06").option("B").parts[0].claim
    own = tuple(point(emotion, COLOURS[emotion]) for emotion in EMOTIONS)
    assert judged(spec, claim, measured(points=own)).outcome is H
    swapped = (*own[:-1], point("Sleepy", COLOURS["Angry"]))
    one_wrong = judged(spec, claim, measured(points=swapped))
    assert (one_wrong.outcome, one_wrong.measured) == (F, "4 of 5 points in their label's colour")
    assert judged(spec, claim, measured(points=())).outcome is U


@pytest.mark.parametrize(
    ("low", "high", "raw", "d", "c"),  # of S(0) - S(31): D claims it is positive, C negative
    [
        (0.02, 0.30, 0.01, H, F),
        (0.019, 0.30, 0.01, U, U),
        (0.02, 0.30, -0.01, U, U),  # UMAP and raw space do not agree
        (0.02, 0.30, 0.0, U, U),
        (-0.30, -0.02, -0.01, F, H),
        (-0.30, -0.019, -0.01, U, U),
        (-0.30, -0.02, 0.01, U, U),
        (-0.019, 0.019, 0.019, F, F),  # alike
        (-0.019, 0.019, -0.019, F, F),
        (-0.019, 0.019, 0.02, U, F),  # raw space shows what the layout may have lost
        (-0.019, 0.019, -0.02, F, U),
        (-0.02, 0.019, 0.01, U, U),
        (-0.30, 0.30, 0.01, U, U),
    ],
)
def test_cd_intervals(spec: QuizSpec, low: float, high: float, raw: float, d: Outcome, c: Outcome) -> None:
    assert of_d_and_c(spec, measured(umap=between(low, high), raw=raw)) == (d, c)


def of_d_and_c(spec: QuizSpec, found: Measurements) -> tuple[Outcome, Outcome]:
    d, c = MoreSeparated(more_separated=0, than=31), MoreSeparated(more_separated=31, than=0)
    return judged(spec, d, found).outcome, judged(spec, c, found).outcome


WEAK = between(-0.01, 0.019)  # wholly below the delta


@pytest.mark.parametrize(
    ("at_0", "at_31", "umap", "raw", "d", "c"),
    [
        (layout(0, between(0.02, 0.1), 0.01), layout(31), between(0.02, 0.1), 0.1, H, F),
        # Layer 0 is ahead, but chance may separate labels as well as it does.
        (layout(0, between(0.02, 0.1), 0.012), layout(31), between(0.02, 0.1), 0.1, U, U),
        (layout(0, between(0.019, 0.1), 0.002), layout(31), between(0.02, 0.1), 0.1, U, U),
        (layout(0, p_value=0.012), layout(31, WEAK, 0.4), between(0.02, 0.1), 0.1, U, F),
        (layout(0, WEAK, 0.4), layout(31, p_value=0.012), between(-0.1, -0.02), -0.1, F, U),
        # Neither separates anything: both claims fail, however the two layers differ.
        (layout(0, WEAK, 0.4), layout(31, WEAK, 0.4), between(0.0, 0.03), 0.019, F, F),
        (layout(0, WEAK, 0.4), layout(31, between(-0.2, -0.1), 1.0), between(0.1, 0.2), 0.019, F, F),
        (layout(0, WEAK, 0.002), layout(31, between(-0.2, -0.1), 1.0), between(0.1, 0.2), 0.019, F, F),
        # The layout lost what raw space shows.
        (layout(0, WEAK, 0.4), layout(31, WEAK, 0.4), between(0.0, 0.03), 0.02, U, F),
        # Whether either separates anything is open.
        (layout(0, between(-0.1, 0.1), 0.4), layout(31, between(-0.1, 0.1), 0.4), flat(0.05), 0.1, U, U),
    ],
)
def test_cd_a_layer_that_is_better_separates_something(
    spec: QuizSpec, at_0: Layout, at_31: Layout, umap: Estimate, raw: float, d: Outcome, c: Outcome
) -> None:
    assert of_d_and_c(spec, measured(layouts=(at_0, at_31), umap=umap, raw=raw)) == (d, c)


def test_cd_a_layer_is_not_better_separated_than_itself(spec: QuizSpec) -> None:
    assert judged(spec, MoreSeparated(more_separated=31, than=31), measured()).outcome is F


GROUPED, MIXED = Estimate(value=0.7, low=0.6, high=0.8), Estimate(value=0.3, low=0.2, high=0.4)


@pytest.mark.parametrize(
    ("umap", "knn", "logistic", "outcome"),
    [
        (seeds(16, 0.6, 0.9), flat(0.5), flat(0.5), H),
        (seeds(15, 0.6, 0.9), flat(0.5), flat(0.5), U),
        (seeds(16, 0.599, 0.9), flat(0.5), flat(0.5), U),
        (seeds(20, 0.6, 0.9), GROUPED, GROUPED, H),
        (seeds(20, 0.6, 0.9), MIXED, MIXED, U),  # raw space says the contrary
        (seeds(20, 0.6, 0.9), MIXED, flat(0.41), H),  # it does not, where its classifiers differ
        (seeds(20, 0.6, 0.9), flat(0.41), MIXED, H),
        (seeds(16, 0.1, 0.4), flat(0.5), flat(0.5), F),
        (seeds(15, 0.1, 0.4), flat(0.5), flat(0.5), U),
        (seeds(16, 0.1, 0.401), flat(0.5), flat(0.5), U),
        (seeds(20, -0.5, -0.1), MIXED, MIXED, F),
        (seeds(20, 0.1, 0.4), GROUPED, GROUPED, U),
        (seeds(20, 0.1, 0.4), GROUPED, flat(0.59), F),
        (seeds(0, 0, 0), GROUPED, GROUPED, U),
    ],
)
def test_eh_seeds(
    spec: QuizSpec, umap: tuple[Estimate, ...], knn: Estimate, logistic: Estimate, outcome: Outcome
) -> None:
    found = measured(groupings=[grouping(umap, knn, logistic)])
    # The order in which an option names the emotions does not matter.
    for groups in (AAS, AAS[::-1]):
        assert judged(spec, Groups(groups=groups, layer=0), found).outcome is outcome


def test_reasons_are_in_both_languages_and_bounds_stand_beside_numbers(spec: QuizSpec) -> None:
    contrary = judged(
        spec, Groups(groups=AAS, layer=0), measured(groupings=[grouping(seeds(20, 0.6, 0.9), MIXED, MIXED)])
    )
    assert contrary.reason.en.endswith("which says the contrary: not decided.")
    assert contrary.reason.zh.endswith("結論相反，因此不作判定。")
    assert contrary.comparisons[0].met
    assert contrary.comparisons[2].interval == (0.2, 0.4)
    assert "in 20, ≤ 0.4 in 0" in contrary.measured
    more = judged(spec, MoreSeparated(more_separated=0, than=31), measured(umap=flat(0.05)))
    assert [one.met for one in more.comparisons] == [True] * 5 + [False]  # the last speaks of failing
    assert [one.margin for one in more.comparisons] == pytest.approx([0.008, 0.48, 0.03, 0.1, 0.03, -0.03])
    assert more.measured.endswith("; smaller of S(0) and S(0) − S(31) in the other figures +0.050 to +0.050")
    assert more.reason.en.endswith(
        " The statement holds in the other figures too (UMAP's n_neighbors 15; bea each alone)."
    )
    assert more.comparisons[2].interval == (0.05, 0.05)
    assert "S(31) = +0.500 [+0.500, +0.500], p = 0.002" in more.measured
    assert more.reason.en.startswith("Layer 0 separates the emotions better: S(0) − S(31) = +0.050")
    chance = measured(umap=flat(0.05), layouts=(layout(0, p_value=0.5), layout(31)))
    unsure = judged(spec, MoreSeparated(more_separated=0, than=31), chance)
    assert unsure.reason.en.startswith("Layer 0 may separate the emotions no better than permuted labels:")
    assert unsure.reason.zh.startswith("第 0 層的情緒未必比打亂標記後分得更開：")
    with pytest.raises(KeyError):
        judged(spec, Groups(groups=("Amused", "Sleepy"), layer=0), measured())


@pytest.mark.parametrize(
    ("n_clips", "at_0", "ahead", "d", "c"),  # of the one other figure; the pooled one has D hold and C fail
    [
        (30, 0.02, 0.02, H, F),
        (30, 0.019, 0.05, U, F),  # layer 0 does not separate them there
        (30, 0.5, 0.019, U, F),  # the layers are alike there: C fails all the same
        (30, 0.5, -0.02, U, U),  # layer 31 is ahead there
        (29, 0.5, 0.3, U, U),  # too few clips
    ],
)
def test_cd_another_figure_that_differs_leaves_it_open(
    spec: QuizSpec, n_clips: int, at_0: float, ahead: float, d: Outcome, c: Outcome
) -> None:
    figure = other(at_0, ahead).model_copy(update={"n_clips": n_clips})
    assert of_d_and_c(spec, measured(umap=flat(0.05), others=(figure,))) == (d, c)


@pytest.mark.parametrize(
    ("low", "high", "elsewhere", "outcome"),
    [
        (0.6, 0.8, 0.6, H),
        (0.6, 0.8, 0.59, U),
        (0.6, 0.8, 0.1, U),
        (0.2, 0.4, 0.4, F),
        (0.2, 0.4, 0.41, U),
        (0.2, 0.4, 0.9, U),
        (0.3, 0.7, 0.9, U),  # open in the pooled figure, whatever others say
    ],
)
def test_eh_another_figure_that_differs_leaves_it_open(
    spec: QuizSpec, low: float, high: float, elsewhere: float, outcome: Outcome
) -> None:
    figure = other(0.5, 0.1, [grouping((flat(elsewhere),))])
    found = measured(groupings=[grouping(seeds(20, low, high))], others=(figure,))
    judged_so = judged(spec, Groups(groups=AAS, layer=0), found)
    assert judged_so.outcome is outcome
    assert [one.value for one in judged_so.comparisons[4:]] == [elsewhere, elsewhere]


def test_measuring_reads_layers_and_groups_and_no_order(spec: QuizSpec) -> None:
    question = spec.question("q06")
    read = q06.reads(question)
    assert read == {
        "layers": ("0", "6", "16", "31"),
        "groups": (
            "0: Amused, Angry, Sleepy",
            "0: Disgusted, Neutral, Sleepy",
            "6: Amused, Angry",
            "6: Angry, Sleepy",
        ),
    }
    swapped = {
        "C": [MoreSeparated(more_separated=0, than=31)],
        "D": [MoreSeparated(more_separated=31, than=0)],
        "E": [Groups(groups=AAS[::-1], layer=0)],
    }
    assert q06.reads(with_claims(question, swapped)) == read
    other = q06.reads(with_claims(question, {"C": [MoreSeparated(more_separated=9, than=0)]}))
    assert other["layers"] == ("0", "6", "9", "16", "31")


SPEAKERS = ("bea", "jenie", "sam")
QUIET = Plan(layers=(0, 6, 31), groups=((0, AAS), (6, ("Amused", "Angry"))), seeds=(0, 1, 2))


def quiet(_step: str, _fraction: float) -> None:
    pass


def spoken(n_sentences: int = 8, josh: bool = False) -> tuple[EmotionClip, ...]:
    rows = [(speaker, emotion) for speaker in SPEAKERS for emotion in EMOTIONS]
    rows += [("josh", emotion) for emotion in ("Amused", "Neutral", "Sleepy")] if josh else []
    return tuple(
        EmotionClip(speaker, emotion, sentence, f"{speaker}_{emotion}/{sentence:04}.wav", torch.zeros(1))
        for speaker, emotion in rows
        for sentence in range(1, n_sentences + 1)
    )


def planted(clips: Sequence[EmotionClip], separated: Sequence[int], seed: int = 0) -> Any:
    """Points `[32, n, 8]`: noise, a speaker's and a sentence's share, in some layers the emotion's."""
    random = np.random.default_rng(seed)
    points = random.normal(0, 1, (32, len(clips), 8))
    speaker = {name: random.normal(0, 1, 8) for name in (*SPEAKERS, "josh")}
    sentence = {number: random.normal(0, 1, 8) for number in range(1, 40)}
    for index, clip in enumerate(clips):
        points[:, index] += speaker[clip.speaker] + sentence[clip.sentence]
        for layer in separated:
            points[layer, index, EMOTIONS.index(clip.emotion)] += 14.0
    return points


@pytest.fixture(scope="module")
def at_layer_0() -> Measurements:
    clips = spoken()
    return explore(planted(clips, separated=(0, 6)), clips, QUIET, quiet)


def asked(spec: QuizSpec, found: Measurements) -> dict[str, Outcome]:
    claims: dict[str, Claim] = {
        "C": MoreSeparated(more_separated=31, than=0),
        "D": MoreSeparated(more_separated=0, than=31),
        "E": Groups(groups=AAS, layer=0),
        "G": Groups(groups=("Amused", "Angry"), layer=6),
    }
    return {option: judged(spec, claim, found).outcome for option, claim in claims.items()}


def test_clouds_that_are_apart_hold(spec: QuizSpec, at_layer_0: Measurements) -> None:
    assert asked(spec, at_layer_0) == {"C": F, "D": H, "E": H, "G": H}
    assert len(at_layer_0.raw) == 32
    assert [layout.layer for layout in at_layer_0.layouts] == [0, 6, 31]
    assert {len(layout.first) for layout in at_layer_0.layouts} == {len(at_layer_0.points)} == {120}
    assert at_layer_0.points[0].file == "bea_Amused/0001.wav"
    assert Measurements.model_validate_json(at_layer_0.model_dump_json()) == at_layer_0


def test_clouds_that_are_one_fail(spec: QuizSpec) -> None:
    clips = spoken()
    found = explore(planted(clips, separated=()), clips, QUIET, quiet)
    assert asked(spec, found)["E"] is F
    assert asked(spec, found)["G"] is not H
    assert asked(spec, found)["D"] is not H
    assert asked(spec, found)["C"] is not H


def test_layers_that_separate_nothing_are_alike_however_they_scatter_sentences(spec: QuizSpec) -> None:
    clips = spoken()
    points = planted(clips, separated=())
    # Layer 0 keeps the readings of a sentence together, which sets its silhouette off from layer 31's.
    sentences = np.random.default_rng(2).normal(0, 40, (40, 8))
    points[0] += sentences[[clip.sentence for clip in clips]]
    points[31] = np.random.default_rng(3).normal(0, 1, points[31].shape)
    found = explore(points, clips, QUIET, quiet)
    assert found.layout(0).silhouette - found.layout(31).silhouette > 0.04
    assert abs(found.difference(31, 0)[0].value) < 0.02
    assert min(found.layout(layer).p_value for layer in (0, 31)) > 0.01
    verdicts = asked(spec, found)
    assert H not in {verdicts["C"], verdicts["D"]}


def test_mutant_layers_swapped_flip_c_and_d(spec: QuizSpec) -> None:
    clips = spoken()
    points = planted(clips, separated=(0, 6))
    found = explore(points[::-1], clips, QUIET, quiet)
    assert asked(spec, found)["C"] is H
    assert asked(spec, found)["D"] is F


def test_mutant_labels_permuted_flip_the_groups(spec: QuizSpec) -> None:
    clips = spoken()
    points = planted(clips, separated=(0, 6))
    random = np.random.default_rng(1)
    labels: dict[tuple[str, int], list[Emotion]] = {}
    for clip in clips:  # as many of each emotion a sentence, at other points
        labels.setdefault((clip.speaker, clip.sentence), [*random.permutation(EMOTIONS)])
    wrong = [
        EmotionClip(
            clip.speaker,
            str(labels[clip.speaker, clip.sentence].pop()),
            clip.sentence,
            clip.name,
            clip.samples,
        )
        for clip in clips
    ]
    found = explore(points, wrong, QUIET, quiet)
    assert asked(spec, found)["E"] is F
    assert asked(spec, found)["G"] is not H
    assert asked(spec, found)["D"] is not H


def test_mutant_one_speaker_who_mixes_emotions_leaves_groups_open(spec: QuizSpec) -> None:
    clips = spoken()
    points = planted(clips, separated=(0,))
    mixed = [i for i, clip in enumerate(clips) if clip.speaker == "sam" and clip.sentence % 2]
    points[:, mixed] = points[:, np.random.default_rng(1).permutation(mixed)]
    found = explore(points, clips, Plan(layers=(0,), groups=((0, AAS),), seeds=(0, 1, 2)), quiet)
    assert min(one.low for one in found.grouping(AAS, 0).umap) >= 0.6  # the pooled figure alone says groups
    finding = judged(spec, Groups(groups=AAS, layer=0), found)
    assert finding.outcome is U
    assert "so it is not decided: sam alone (n_neighbors 15, " in finding.reason.en
    assert "因此不作判定：單獨畫 sam（n_neighbors 15，" in finding.reason.zh
    assert "bea alone" not in finding.reason.en


def test_josh_is_left_out_where_he_lacks_an_emotion(spec: QuizSpec) -> None:
    clips = spoken(n_sentences=6, josh=True)
    plan = Plan(layers=(0,), groups=((0, AAS), (0, ("Amused", "Sleepy"))), seeds=(0,))
    found = explore(planted(clips, separated=(0,)), clips, plan, quiet)
    assert len(found.layouts[0].first) == len(clips)  # he is in the plot
    assert found.grouping(AAS, 0).speakers == SPEAKERS
    assert found.grouping(AAS, 0).n_points == 3 * 3 * 6
    assert found.grouping(("Sleepy", "Amused"), 0).speakers == ("bea", "jenie", "josh", "sam")
    assert found.grouping(EMOTIONS, 0).n_points == 3 * 5 * 6


def sounding(n_samples: Sequence[int]) -> tuple[EmotionClip, ...]:
    generator = torch.Generator().manual_seed(0)
    return tuple(
        EmotionClip(
            "bea", "Angry", index, f"bea_Angry/{index}.wav", torch.randn(n, generator=generator) * 0.1
        )
        for index, n in enumerate(n_samples)
    )


def test_a_clip_is_the_mean_of_its_frames_embeddings(mimi: Codec) -> None:
    clips = sounding([1920 * 3, 1920 * 2, 1920 * 3 + 700])
    points = q06.embed(clips, mimi, quiet)
    assert points.shape == (32, 3, 16)
    for index, n_frames in enumerate((3, 2, 3)):  # the last is cropped to whole frames
        codes = mimi.encode(clips[index].samples[None, None, : n_frames * 1920])
        assert codes.shape[2] == n_frames
        for layer in (0, 1, 31):
            rows = mimi.codebook(layer)[codes[0, layer]]
            assert points[layer, index] == pytest.approx(rows.mean(dim=0).double().numpy(), abs=1e-5)


def test_a_clip_shorter_than_a_frame_is_named(mimi: Codec) -> None:
    with pytest.raises(SourceError, match=r"bea_Angry/1.wav: shorter than one frame"):
        q06.embed(sounding([1920, 1919]), mimi, quiet)


def small_pool(pack: Pack, strength: float, n_sentences: int) -> ResourcePool:
    pool = ResourcePool(Setup(models="standin"), pack)
    pool.put(EMOVDB, standin_set(strength, n_sentences))
    return pool


def test_a_codec_without_the_layer_is_refused(spec: QuizSpec, pack: Pack) -> None:
    pool = small_pool(pack, 1.0, 5)
    pool.put(CODEC_WEIGHTS, small_mimi(num_quantizers=8))
    with pytest.raises(SourceError, match="8 codebooks, and an option speaks of layer 31"):
        q06.measure(spec.question("q06"), Session(pool, spec.question("q06"), quiet))


def test_end_to_end_on_the_stand_ins(spec: QuizSpec, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(q06, "N_SEEDS", 2)
    question = spec.question("q06")
    session = Session(small_pool(pack, 1.0, 5), question, quiet)
    measured = q06.measure(question, session)
    found = measured.numbers
    assert isinstance(found, Measurements)
    assert len(found.points) == 3 * 5 * 5
    # A click on a point plays the clip of that number.
    assert [sound.name for sound in measured.sounds] == [clip_name(index) for index in range(75)]
    assert all(sound.one_of_many for sound in measured.sounds)
    assert [layout.layer for layout in found.layouts] == [0, 6, 16, 31]
    assert found.raw[0].silhouette > found.raw[31].silhouette
    findings = judge(question, found)
    assert findings["A"][0].outcome is findings["B"][0].outcome is H
    raw = found.model_dump(mode="json")
    evidence = assemble(question, findings, session.provenance(1.0), raw)
    by_option = {verdict.option: verdict for verdict in evidence.verdicts}
    assert by_option["A"].standing is by_option["B"].standing is Standing.CONCLUSIVE
    assert by_option["C"].standing is Standing.REHEARSAL
    assert by_option["C"].parts[0].lacks == ("codec-weights", "emovdb")
    layouts, groupings, figures, layers = CARD.tables(question, evidence.measurements)
    assert [row[0] for row in layouts.rows] == ["0", "6", "16", "31"]
    assert (layouts.marked, len(groupings.rows), len(layers.rows)) == (0, 8, 32)
    assert [row[:3] for row in figures.rows] == [
        ("–", "15", "75"),
        ("–", "5", "75"),
        ("–", "30", "75"),
        *((speaker, "15", "25") for speaker in sorted({point.speaker for point in found.points})),
    ]
    first = found.layout(0)
    assert layouts.rows[0][3:6] == (
        f"{first.permuted:+.3f}",
        f"{first.above.value:+.3f} [{first.above.low:+.3f}, {first.above.high:+.3f}]",
        f"{first.p_value:.3f}",
    )
    assert first.above.value == pytest.approx(first.silhouette - first.permuted)
    assert first.p_value == pytest.approx(1 / 500)  # none of the permutations does as well


def test_the_number_of_threads_changes_nothing(
    spec: QuizSpec, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(q06, "N_SEEDS", 1)
    question = spec.question("q06")
    pool = small_pool(pack, 1.0, 5)
    whole = pool.get(EMOVDB)
    pool.put(EMOVDB, replace(whole, files=whole.files[:25]))  # one speaker's
    before, found = torch.get_num_threads(), []
    try:
        for n_threads in (1, 2):
            torch.set_num_threads(n_threads)
            found.append(q06.measure(question, Session(pool, question, quiet)).numbers)
            assert torch.get_num_threads() == n_threads
    finally:
        torch.set_num_threads(before)
    assert found[0] == found[1]


def test_strength_0_never_separates(spec: QuizSpec, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(q06, "N_SEEDS", 4)
    question = spec.question("q06")
    found = q06.measure(question, Session(small_pool(pack, 0.0, 8), question, quiet)).numbers
    assert isinstance(found, Measurements)
    verdicts = outcomes(spec, found)
    assert H not in {verdicts[option] for option in "CDEFGH"}
    assert F in {verdicts[option] for option in "EFGH"}
    for one in found.groupings:
        assert max(seed.value for seed in one.umap) < 0.4
        assert max(one.raw_knn.value, one.raw_logistic.value) < 0.4


def test_judging_and_tables_need_no_arrays() -> None:
    code = (
        "import sys, reports.hw10.q06_emotion_umap, solvers.hw10.q06_emotion_umap; "
        "sys.exit(len({'numpy', 'torch', 'umap', 'sklearn', 'numba'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_q6_has_its_solver(spec: QuizSpec, pack: Pack) -> None:
    assert pack.solver(spec.question("q06").solver) is SOLVER
