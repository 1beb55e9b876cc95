"""The figures that the exercise may have drawn as well, and what becomes of a verdict where they differ."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from questions.quiz import Bilingual
from solvers.evidence.verdicts import Outcome
from solvers.hw10.q06_emotion_umap import agreement, layout, other_figures
from solvers.hw10.q06_emotion_umap.agreement import Reading, agreed
from solvers.hw10.q06_emotion_umap.claims import Emotion
from solvers.hw10.q06_emotion_umap.drawing import lay_out
from solvers.hw10.q06_emotion_umap.figure import Figure, Plan
from solvers.hw10.q06_emotion_umap.measurements import OtherFigure, OtherGrouping, OtherSeparation
from solvers.hw10.resources.emovdb import EmotionClip

H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
PAIR: tuple[Emotion, ...] = ("Amused", "Angry")


def figure(
    speaker: str | None,
    n_neighbours: int,
    values: dict[int, float],
    above: dict[int, float] | None = None,
    n_clips: int = 120,
) -> OtherFigure:
    """Accuracies of Amused and Angry in layer 0 by number of nearest points, S by layer."""
    return OtherFigure(
        speaker=speaker,
        n_neighbours=n_neighbours,
        n_clips=n_clips,
        separations=tuple(OtherSeparation(layer=k, above=s) for k, s in (above or {}).items()),
        groupings=tuple(
            OtherGrouping(layer=0, emotions=PAIR, n_nearest=n, value=value) for n, value in values.items()
        ),
    )


GROUPED = (
    figure(None, 15, {3: 0.9, 9: 0.8}),
    figure(None, 5, {3: 0.9, 5: 0.9, 9: 0.8}),
    figure(None, 30, {3: 0.9, 5: 0.9, 9: 0.8}),
    figure("bea", 15, {3: 0.9, 5: 0.7, 9: 0.6}),
    figure("sam", 15, {3: 0.9, 5: 0.9, 9: 0.9}),
)
ONE_SPEAKER = (*GROUPED[:4], figure("sam", 15, {3: 0.9, 5: 0.3, 9: 0.9}))
ONE_N_NEIGHBOURS = (*GROUPED[:2], figure(None, 30, {3: 0.2, 5: 0.3, 9: 0.4}), *GROUPED[3:])
ONE_NEAREST = (figure(None, 15, {3: 0.9, 9: 0.599}), *GROUPED[1:])
TOO_FEW = (*GROUPED[:4], figure("sam", 15, {3: 1.0}, n_clips=29))
MIXED = tuple(
    one.model_copy(
        update={"groupings": tuple(each.model_copy(update={"value": 0.4}) for each in one.groupings)}
    )
    for one in GROUPED
)


def of_groups(figures: tuple[OtherFigure, ...], outcome: Outcome) -> tuple[Outcome, tuple[str, str]]:
    return agreed(outcome, agreement.groupings(figures, PAIR[::-1], 0, grouped=0.6, mixed=0.4))


def test_all_agree() -> None:
    outcome, (zh, en) = of_groups(GROUPED, H)
    assert outcome is H
    assert en == (
        " The statement holds in the other figures too (UMAP's n_neighbors 5, 15, 30; bea, sam each alone; "
        "3, 5, 9 nearest points)."
    )
    assert zh == (
        "其他畫法（UMAP n_neighbors 5, 15, 30；單獨畫 bea、sam；看最近 3, 5, 9 點）也都顯示此敘述成立。"
    )
    outcome, (zh, en) = of_groups(MIXED, F)
    assert outcome is F
    assert en.startswith(" The statement fails in the other figures too (")
    assert zh.endswith("也都顯示此敘述不成立。")


@pytest.mark.parametrize(
    ("figures", "en", "zh"),
    [
        (
            ONE_SPEAKER,
            "sam alone (n_neighbors 15, 0.900 by 3 nearest, 0.300 by 5 nearest, 0.900 by 9 nearest)",
            "單獨畫 sam（n_neighbors 15，看最近 3 點 0.900、看最近 5 點 0.300、看最近 9 點 0.900）",
        ),
        (
            ONE_N_NEIGHBOURS,
            "all speakers (n_neighbors 30, 0.200 by 3 nearest, 0.300 by 5 nearest, 0.400 by 9 nearest)",
            "全部說話者（n_neighbors 30，看最近 3 點 0.200、看最近 5 點 0.300、看最近 9 點 0.400）",
        ),
        (
            ONE_NEAREST,
            "all speakers (n_neighbors 15, 0.900 by 3 nearest, 0.599 by 9 nearest)",
            "全部說話者（n_neighbors 15，看最近 3 點 0.900、看最近 9 點 0.599）",
        ),
        (
            TOO_FEW,
            "sam alone (29 clips, fewer than the 30 asked for)",
            "單獨畫 sam（只有 29 個音檔，至少要 30 個）",
        ),
    ],
)
def test_one_that_differs_leaves_it_open_and_is_named(
    figures: tuple[OtherFigure, ...], en: str, zh: str
) -> None:
    assert of_groups(figures, H) == (
        U,
        (
            f"但並非每種畫法都顯示此敘述成立，因此不作判定：{zh}。",
            f" But the statement does not clearly hold in every figure, so it is not decided: {en}.",
        ),
    )


def test_all_that_differ_are_named() -> None:
    outcome, (zh, en) = of_groups(ONE_N_NEIGHBOURS, F)
    assert outcome is U
    assert en.startswith(
        " But the statement does not clearly fail in every figure, so it is not decided: all speakers"
    )
    assert (en.count(";"), zh.count("；")) == (3, 3)  # all but the one that has them mixed


def test_what_is_open_stays_open_and_says_nothing_of_other_figures() -> None:
    assert of_groups(GROUPED, U) == (U, ("", ""))


@pytest.mark.parametrize(
    ("at_0", "at_31", "d", "c"),
    [
        (0.30, 0.10, H, F),
        (0.02, 0.00, H, F),
        (0.0199, -0.30, F, F),  # it separates nothing, however badly the other does
        (0.30, 0.281, F, F),
        (0.10, 0.30, F, H),
    ],
)
def test_of_two_layers_one_is_better_only_where_it_separates_something(
    at_0: float, at_31: float, d: Outcome, c: Outcome
) -> None:
    figures = (figure("bea", 15, {}, {0: at_0, 31: at_31}), figure("josh", 15, {3: 0.1}))
    for (own, its), outcome in {(0, 31): d, (31, 0): c}.items():
        (reading,) = agreement.separations(figures, own, its, delta=0.02)  # josh has not all emotions
        assert reading.outcomes == (outcome,)
        assert agreed(outcome, (reading,))[0] is outcome
        assert agreed(F if outcome is H else H, (reading,))[0] is U


def test_a_figure_of_layers_says_both() -> None:
    (reading,) = agreement.separations((figure("bea", 5, {}, {0: 0.3, 31: 0.281}),), 0, 31, delta=0.02)
    assert reading == Reading(
        figure("bea", 5, {}, {0: 0.3, 31: 0.281}),
        (pytest.approx(0.019),),
        (F,),
        Bilingual(zh="S(0) = +0.300, S(31) = +0.281", en="S(0) = +0.300, S(31) = +0.281"),
    )
    assert replace(reading, outcomes=(F, H)).says(F) is False


def test_the_least_and_the_most_of_all_figures() -> None:
    assert agreement.values_of(agreement.groupings(GROUPED, PAIR, 0, 0.6, 0.4)) == (0.6, 0.9)
    figures = (figure("bea", 15, {}, {0: 0.3, 31: 0.1}), figure("sam", 15, {}, {0: 0.05, 31: -0.2}))
    # bea's difference and sam's own are the smaller ones.
    assert agreement.values_of(agreement.separations(figures, 0, 31, 0.02)) == pytest.approx((0.05, 0.2))


def test_what_no_figure_has_is_no_agreement() -> None:
    with pytest.raises(KeyError):
        agreement.groupings(GROUPED, ("Amused", "Sleepy"), 0, grouped=0.6, mixed=0.4)
    with pytest.raises(KeyError):
        agreement.separations(GROUPED, 0, 31, delta=0.02)


def test_no_more_nearest_points_than_there_are_to_fit_on() -> None:
    def for_sentences(n: int) -> tuple[int, ...]:
        return other_figures.enough_for((3, 5, 9), np.tile(np.arange(n), 2))

    # Of 5 folds the largest takes 2 of 6 sentences and leaves 4, 2 of 8, 3 of 11, 3 of 12.
    assert {n: for_sentences(n) for n in (5, 6, 7, 8, 11, 12, 24)} == {
        5: (3,), 6: (3,), 7: (3, 5), 8: (3, 5), 11: (3, 5), 12: (3, 5, 9), 24: (3, 5, 9),
    }  # fmt: skip


def test_every_speaker_alone_and_all_with_other_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(who, emotion) for who in ("bea", "sam") for emotion in ("Amused", "Angry", "Sleepy")]
    rows += [("josh", emotion) for emotion in ("Amused", "Sleepy")]
    clips = tuple(
        EmotionClip(who, emotion, sentence, f"{who}_{emotion}/{sentence}.wav", torch.zeros(1))
        for who, emotion in rows
        for sentence in range(8)
    )
    # bea's emotions lie apart, sam's are one cloud.
    points = np.random.default_rng(0).normal(0, 1, (1, len(clips), 8))
    for index, clip in enumerate(clips):
        if clip.speaker == "bea":
            points[0, index, ("Amused", "Angry", "Sleepy").index(clip.emotion)] += 20
    plan = Plan(layers=(0,), groups=((0, PAIR), (0, ("Amused", "Sleepy"))), seeds=(0, 1, 2))
    monkeypatch.setattr(other_figures, "N_SEEDS", 2)
    drawn = lay_out(points, clips, plan, lambda *_: None).others
    assert [(one.speaker, one.n_neighbours, one.placed[0].shape) for one in drawn] == [
        (None, 5, (2, 64, 2)),
        (None, 30, (2, 64, 2)),
        ("bea", 15, (2, 24, 2)),
        ("josh", 15, (2, 16, 2)),
        ("sam", 15, (2, 24, 2)),
    ]
    own = points[0][[clip.speaker == "bea" for clip in clips]]
    (placed,) = layout.layouts([layout.Cloud(own, (0, 1))])
    assert np.array_equal(drawn[2].placed[0], placed)
    labelled = Figure(clips, seed=0)
    five, _, bea, josh, sam = (other_figures.score_other(one, labelled, plan) for one in drawn)
    assert [len(one.of(PAIR, 0)) for one in (five, bea, josh, sam)] == [2, 2, 0, 2]
    assert len(josh.of(("Sleepy", "Amused"), 0)) == 2
    assert [one.value for one in bea.of(PAIR, 0)] == [1.0, 1.0]
    assert max(one.value for one in sam.of(PAIR, 0)) < 0.6
    assert josh.above(0) is None  # he lacks one: who speaks would give it away
    assert [one.above > 0.5 for one in (*bea.separations, *sam.separations)] == [True, False]
    pooled = other_figures.score_pooled({0: np.stack([points[0, :, :2]] * 3)}, labelled, plan)
    assert (pooled.n_clips, pooled.above(0)) == (64, None)
    assert [one.n_nearest for one in pooled.of(PAIR, 0)] == [3]
