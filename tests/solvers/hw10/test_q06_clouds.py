"""Q6 scored and judged on clouds of points whose truth is known."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch

from questions.claims import Claim
from questions.quiz import QuizSpec
from solvers.evidence.verdicts import Outcome
from solvers.hw10.q06_emotion_umap.claims import Emotion, Groups, MoreSeparated
from solvers.hw10.q06_emotion_umap.figure import Plan
from solvers.hw10.q06_emotion_umap.measurements import Measurements
from solvers.hw10.q06_emotion_umap.scores import explore
from solvers.hw10.resources.emovdb import EmotionClip
from tests.solvers.hw10.q06 import AAS, EMOTIONS, F, H, U, judged, quiet

SPEAKERS = ("bea", "jenie", "sam")
QUIET = Plan(layers=(0, 6, 31), groups=((0, AAS), (6, ("Amused", "Angry"))), seeds=(0, 1, 2))


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
