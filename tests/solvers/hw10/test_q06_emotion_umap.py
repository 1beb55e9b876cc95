"""Q6 judged on numbers written by hand."""

import subprocess
import sys
from collections.abc import Sequence
from statistics import fmean

import pytest

from questions.quiz import QuizSpec
from solvers.evidence.verdicts import Outcome
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
)
from solvers.run.catalog import Pack
from tests.conftest import with_claims
from tests.solvers.hw10.q06 import AAS, EMOTIONS, F, H, U, judged

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
                value=fmean(seed.value for seed in one.umap),
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
    assert (one_wrong.outcome, one_wrong.measured.en) == (F, "4 of 5 points in their label's colour")
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
    share, in_raw, elsewhere = contrary.comparisons
    assert (share.met, in_raw.value, in_raw.threshold) == (True, 0.4, 0.4)
    assert elsewhere.quantity.en == "accuracy, least of the other figures"
    assert "in 20, ≤ 0.4 in 0" in contrary.measured.en
    more = judged(spec, MoreSeparated(more_separated=0, than=31), measured(umap=flat(0.05)))
    assert [one.margin for one in more.comparisons] == pytest.approx([0.008, 0.48, 0.03, 0.1, 0.03])
    assert more.measured.en.endswith(
        "; smaller of S(0) and S(0) − S(31) in the other figures +0.050 to +0.050"
    )
    assert more.reason.en.endswith(
        " The statement holds in the other figures too (UMAP's n_neighbors 15; bea each alone)."
    )
    assert more.comparisons[2].interval == (0.05, 0.05)
    assert "S(31) = +0.500 [+0.500, +0.500], p = 0.002" in more.measured.en
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
    last = judged_so.comparisons[-1]
    assert (last.value, last.speaks_for) == (elsewhere, F if outcome is F else H)


def test_a_mean_over_seeds_is_the_same_on_every_python() -> None:
    tenths = layout(0).model_copy(update={"silhouettes": (0.1,) * 10})
    assert tenths.silhouette == 0.1  # added up one by one: 0.0999…


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


def test_judging_and_tables_need_no_arrays() -> None:
    code = (
        "import sys, reports.hw10.q06_emotion_umap, solvers.hw10.q06_emotion_umap; "
        "sys.exit(len({'numpy', 'torch', 'umap', 'sklearn', 'numba'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_q6_has_its_solver(spec: QuizSpec, pack: Pack) -> None:
    assert pack.solver(spec.question("q06").solver) is SOLVER
