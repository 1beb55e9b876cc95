"""Q6's conditions as comparisons: what an outcome needs, number by number, for the report to draw."""

from questions.quiz import Bilingual
from solvers.evidence.verdicts import Comparison, Outcome, at_least, at_most
from solvers.hw10.q06_emotion_umap.measurements import Estimate, Grouping, Layout

ACCURACY = Bilingual(zh="正確率", en="accuracy")
SILHOUETTE = Bilingual(zh="輪廓係數", en="silhouette")
P_VALUE = Bilingual(zh="p 值", en="p-value")
OF_SEEDS = Bilingual(zh="（占種子）", en="of seeds")
ABOVE_CHANCE = Bilingual(zh="（扣除機率）", en="above chance")


def of_separation(
    outcome: Outcome,
    layers: tuple[Layout, Layout],
    found: Estimate,
    raw: float,
    others: tuple[float, float] | None,
    bounds: tuple[float, float],
) -> tuple[Comparison, ...]:
    """Of a layer that is said to separate better than another: the conditions of `outcome`.

    `found` and `raw` are the difference in UMAP's layout and in raw space, `others` the least and the most of
    the other figures, where there are any, `bounds` the least difference and the highest p-value.
    """
    (own, its), (delta, _) = layers, bounds
    name = f"S({own.layer}) − S({its.layer})"
    in_raw = Bilingual(zh=f"原始空間的 {name}", en=f"{name} in raw space")
    smaller = Bilingual(zh=f"S({own.layer}) 與 {name} 的較小者", en=f"smaller of S({own.layer}) and {name}")
    span = (found.low, found.high)
    if outcome is not Outcome.FAILS:
        return (
            *_separates(own, bounds),
            at_least(name, found.value, delta, SILHOUETTE, span, wholly=True),
            at_least(in_raw, raw, 0.0, SILHOUETTE),
            *(() if others is None else (at_least(least_of(smaller), others[0], delta, SILHOUETTE),)),
        )
    if found.high <= -delta and raw < 0:
        why = (
            *_separates(its, bounds),
            at_most(name, found.value, -delta, SILHOUETTE, span, wholly=True),
            at_most(in_raw, raw, 0.0, SILHOUETTE),
        )
    elif -delta < found.low and found.high < delta:
        why = (
            at_most(name, found.value, delta, SILHOUETTE, span, wholly=True),
            at_least(name, found.value, -delta, SILHOUETTE, span, wholly=True),
            at_most(in_raw, raw, delta, SILHOUETTE),
        )
    else:
        above, ends = own.above, (own.above.low, own.above.high)
        why = (
            at_most(f"S({own.layer})", above.value, delta, SILHOUETTE, ends, wholly=True),
            at_most(in_raw, raw, delta, SILHOUETTE),
        )
    beside = () if others is None else (at_most(most_of(smaller), others[1], delta, SILHOUETTE),)
    return tuple(one.against() for one in (*why, *beside))


def _separates(layer: Layout, bounds: tuple[float, float]) -> tuple[Comparison, ...]:
    """A layer separates the emotions at all."""
    delta, max_p_value = bounds
    above, ends = layer.above, (layer.above.low, layer.above.high)
    permuted = Bilingual(zh=f"S({layer.layer}) 對打亂的標記", en=f"S({layer.layer}) against permuted labels")
    return (
        at_most(permuted, layer.p_value, max_p_value, P_VALUE),
        at_least(f"S({layer.layer})", above.value, delta, SILHOUETTE, ends, wholly=True),
    )


def of_groups(
    outcome: Outcome,
    found: Grouping,
    others: tuple[float, float] | None,
    bounds: tuple[float, float, float],
) -> tuple[Comparison, ...]:
    """Of emotions that are said to form groups: the conditions of `outcome`.

    `others` are the least and the most of the other figures, if there are any, `bounds` the accuracies of
    grouped and of not, and the share of seeds that is asked for.
    """
    grouped, not_grouped, min_share = bounds
    n_seeds = len(found.umap)
    raw = (found.raw_knn, found.raw_logistic)
    if outcome is Outcome.FAILS:
        share = sum(one.high <= not_grouped for one in found.umap) / n_seeds
        quantity = Bilingual(
            zh=f"區間 ≤ {not_grouped} 的種子", en=f"seeds with an interval wholly ≤ {not_grouped}"
        )
        lower = Bilingual(zh="原始空間，兩個下界的較低者", en="raw space, the lower of two lower bounds")
        fails = (
            at_least(quantity, share, min_share, OF_SEEDS),
            at_most(lower, min(one.low for one in raw), grouped, ABOVE_CHANCE),
            *(() if others is None else (at_most(most_of(ACCURACY), others[1], not_grouped, ABOVE_CHANCE),)),
        )
        return tuple(one.against() for one in fails)
    share = sum(one.low >= grouped for one in found.umap) / n_seeds
    quantity = Bilingual(zh=f"區間 ≥ {grouped} 的種子", en=f"seeds with an interval wholly ≥ {grouped}")
    upper = Bilingual(zh="原始空間，兩個上界的較高者", en="raw space, the higher of two upper bounds")
    return (
        at_least(quantity, share, min_share, OF_SEEDS),
        at_least(upper, max(one.high for one in raw), not_grouped, ABOVE_CHANCE),
        *(() if others is None else (at_least(least_of(ACCURACY), others[0], grouped, ABOVE_CHANCE),)),
    )


def least_of(what: Bilingual) -> Bilingual:
    """A number's least over the other figures, by name."""
    return Bilingual(zh=f"其他畫法中最低的{what.zh}", en=f"{what.en}, least of the other figures")


def most_of(what: Bilingual) -> Bilingual:
    """A number's most over the other figures, by name."""
    return Bilingual(zh=f"其他畫法中最高的{what.zh}", en=f"{what.en}, most of the other figures")
