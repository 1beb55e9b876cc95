"""Q6 judged: numbers to verdicts, with the thresholds and their reasons. No model, no array."""

from statistics import fmean

from questions.claims import Claim
from questions.quiz import Bilingual, Part
from solvers.evidence.verdicts import Comparison, Finding, Outcome, at_least, at_most, joined
from solvers.hw10.q06_emotion_umap import agreement
from solvers.hw10.q06_emotion_umap.claims import ColourIs, Groups, MoreSeparated, UmapIs
from solvers.hw10.q06_emotion_umap.conditions import ACCURACY, of_groups, of_separation
from solvers.hw10.q06_emotion_umap.measurements import COLOURS, Estimate, Layout, Measurements

# Two circles that a line tells apart once they are laid out, though no line does before (64 %): no linear
# map can do that.
MIN_IN_LAYOUT = 0.95
MAX_BEST_LINEAR = 0.65
# S is a layer's silhouette less what it is with labels permuted within speaker and sentence. Where neither
# layer separates anything, silhouettes differ all the same, by how the layers scatter speakers and sentences.
# Silhouettes run from -1 to 1 and differ by about 0.01 between UMAP's seeds: below this layers are alike.
SILHOUETTE_DELTA = 0.02
# A layer separates emotions at all where no more permutations than this do as well as the true labels, and S
# is wholly above the delta. Labels that say nothing get a p-value so low in one set of a hundred.
MAX_P_VALUE = 0.01
# Accuracy above chance: "roughly in groups" is nearer to never wrong than to guessing, with room between.
GROUPED = 0.6
NOT_GROUPED = 0.4
MIN_SEED_SHARE = 0.8  # one unlucky layout decides nothing
DISAGREE = ("UMAP 與原始空間的方向不一致", "UMAP and raw space disagree")


def judge(part: Part[Claim], measurements: Measurements) -> Finding:
    """By the claim's own rule."""
    claim = part.claim
    match claim:
        case UmapIs():
            return _umap_is(claim, measurements)
        case ColourIs():
            return _colour_is(measurements)
        case MoreSeparated():
            return _more_separated(claim, measurements)
        case Groups():
            return _groups(claim, measurements)
    raise TypeError(f"Q6 has no judge for {type(claim).__name__}")


def _umap_is(claim: UmapIs, measurements: Measurements) -> Finding:
    circles = measurements.circles
    compared: tuple[Comparison, ...] = (
        at_least(
            Bilingual(zh="UMAP 平面上的線性分類器", en="linear classifier on UMAP's layout"),
            min(circles.in_layouts), MIN_IN_LAYOUT, ACCURACY,
        ),
        at_most(
            Bilingual(zh="最好的線性投影", en="best linear projection"),
            circles.best_linear, MAX_BEST_LINEAR, ACCURACY,
        ),
    )  # fmt: skip
    shown = all(one.met for one in compared)
    if claim.umap_is == "nonlinear":
        outcome = Outcome.HOLDS if shown else Outcome.FAILS
    else:  # circles that stay nested show no linear map
        outcome = Outcome.FAILS if shown else Outcome.UNDETERMINED
        compared = tuple(one.against() for one in compared)
    before, after = f"{circles.best_linear:.1%}", f"{min(circles.in_layouts):.1%}"
    seeds = len(circles.in_layouts)
    return Finding(
        outcome=outcome,
        measured=Bilingual(
            zh=f"兩個同心圓：{seeds} 個平面中最差的 {after}，之前以最好的直線 {before}",
            en=f"two concentric circles: {after} in the worst of {seeds} layouts, "
            f"{before} by the best line before",
        ),
        threshold=Bilingual(
            zh=f"UMAP 平面上 ≥ {MIN_IN_LAYOUT:.0%}，任何線性平面上 ≤ {MAX_BEST_LINEAR:.0%}",
            en=f"≥ {MIN_IN_LAYOUT:.0%} in UMAP's layout, ≤ {MAX_BEST_LINEAR:.0%} in any linear one",
        ),
        comparisons=compared,
        reason=Bilingual(
            zh=f"兩個同心圓：任何線性投影最多分對 {before}，UMAP 攤開之後一條直線就分對 {after}"
            + ("，這不是線性映射做得到的。" if shown else "，因此沒有顯示出非線性。"),
            en=f"Two concentric circles: no linear projection tells more than {before} of the points apart, "
            f"in UMAP's layout a straight line tells {after}"
            + (", which no linear map can bring about." if shown else ", so no non-linearity was shown."),
        ),
    )


def _colour_is(measurements: Measurements) -> Finding:
    points = measurements.points
    wrong = sum(point.colour != COLOURS[point.emotion] for point in points)
    if not points:
        outcome = Outcome.UNDETERMINED
        reason = Bilingual(zh="圖中沒有任何點。", en="The figure has no points.")
    elif wrong:
        outcome = Outcome.FAILS
        reason = Bilingual(
            zh=f"{len(points)} 個點中有 {wrong} 個的顏色不是其情緒標記的顏色。",
            en=f"{wrong} of {len(points)} points do not have the colour of their emotion's label.",
        )
    else:
        outcome = Outcome.HOLDS
        reason = Bilingual(
            zh=f"圖的資料中，{len(points)} 個點的顏色都由其音檔的情緒標記決定，一種情緒一種顏色。",
            en=f"In the figure's data the colour of all {len(points)} points is set by the emotion label "
            "of their audio file, one colour an emotion.",
        )
    return Finding(
        outcome=outcome,
        measured=Bilingual(
            zh=f"{len(points)} 個點中有 {len(points) - wrong} 個是其標記的顏色",
            en=f"{len(points) - wrong} of {len(points)} points in their label's colour",
        ),
        threshold=Bilingual(zh="所有的點", en="all points"),
        comparisons=(
            at_most(
                Bilingual(zh="顏色不對的點", en="points in another colour"),
                wrong, 0, Bilingual(zh="點", en="points"),
            ),
        ) if points else (),
        reason=reason,
    )  # fmt: skip


def _more_separated(claim: MoreSeparated, measurements: Measurements) -> Finding:
    layer, other = claim.more_separated, claim.than
    found, raw = measurements.difference(layer, other)
    own, its = measurements.layout(layer), measurements.layout(other)
    outcome, (why_zh, why_en) = _compared(own, its, found, raw)
    name = f"S({layer}) − S({other})"
    smaller = Bilingual(zh=f"S({layer}) 與 {name} 的較小者", en=f"smaller of S({layer}) and {name}")
    within = agreement.permuted_within(measurements)
    beside = agreement.beside(
        outcome,
        measurements,
        lambda others: agreement.separations(others, layer, other, SILHOUETTE_DELTA),
    )
    values = "; ".join(f"S({one.layer}) = {_value(one.above)}, p = {one.p_value:.3f}" for one in (own, its))
    measured = Bilingual(
        zh=f"{name} = {_value(found)}；原始空間 {raw:+.3f}；{values}",
        en=f"{name} = {_value(found)}; raw space {raw:+.3f}; {values}",
    )
    threshold = Bilingual(
        zh=f"S({layer}) 與 {name} 的區間都 ≥ {SILHOUETTE_DELTA}，S({layer}) 的 p ≤ {MAX_P_VALUE}，"
        f"原始空間 > 0；若這一切反過來，或原始空間 < {SILHOUETTE_DELTA} 且 {name} 的區間在 "
        f"±{SILHOUETTE_DELTA} 之內、或 S({layer}) 的區間在其下，則不成立",
        en=f"S({layer}) and {name} wholly ≥ {SILHOUETTE_DELTA}, S({layer}) with p ≤ {MAX_P_VALUE}, "
        f"raw space > 0; fails where all that is so the other way round, or with raw space < "
        f"{SILHOUETTE_DELTA} and {name} wholly within ±{SILHOUETTE_DELTA} or S({layer}) wholly below",
    )
    if beside.ends:
        least, most = beside.ends
        also = Bilingual(
            zh=f"其他畫法中 {smaller.zh}為 {least:+.3f} 至 {most:+.3f}",
            en=f"{smaller.en} in the other figures {least:+.3f} to {most:+.3f}",
        )
        asked = Bilingual(
            zh=f"其他每種畫法中 {smaller.zh}須 ≥ {SILHOUETTE_DELTA}，不成立則須 < {SILHOUETTE_DELTA}",
            en=f"the {smaller.en} ≥ {SILHOUETTE_DELTA} in every other figure, for fails < {SILHOUETTE_DELTA}",
        )
        measured, threshold = joined((measured, also)), joined((threshold, asked))
    return Finding(
        outcome=beside.outcome,
        measured=measured,
        threshold=threshold,
        comparisons=of_separation(
            beside.outcome, (own, its), found, raw, beside.ends, (SILHOUETTE_DELTA, MAX_P_VALUE)
        ),
        reason=Bilingual(
            zh=f"{why_zh}：{name} = {_value(found)}（95% 區間），原始空間為 {raw:+.3f}；{values}。"
            f"S 是輪廓係數減去在{within.zh}之內打亂情緒標記後的平均。{beside.also_zh}",
            en=f"{_capital(why_en)}: {name} = {_value(found)} (95 % interval), in raw space {raw:+.3f}; "
            f"{values}. S is the silhouette less its mean with labels permuted within "
            f"{within.en}.{beside.also_en}",
        ),
    )


def _compared(own: Layout, its: Layout, found: Estimate, raw: float) -> tuple[Outcome, tuple[str, str]]:
    """Whether a layer separates the emotions better than another, by S(own) - S(its), and why."""
    alike = found.low > -SILHOUETTE_DELTA and found.high < SILHOUETTE_DELTA
    if _better(own, found.low, raw):
        return Outcome.HOLDS, (
            f"第 {own.layer} 層的情緒分得比較開",
            f"layer {own.layer} separates the emotions better",
        )
    if _better(its, -found.high, -raw):
        return Outcome.FAILS, (
            f"分得比較開的是第 {its.layer} 層",
            f"it is layer {its.layer} that separates them better",
        )
    if alike or own.above.high < SILHOUETTE_DELTA:
        # A layout may lose what raw space shows: that the layer is no better is not said against it.
        if raw >= SILHOUETTE_DELTA:
            return Outcome.UNDETERMINED, DISAGREE
        if alike:
            return Outcome.FAILS, (
                f"兩層的差距在 ±{SILHOUETTE_DELTA} 之內，沒有哪一層分得比較開",
                f"the layers differ by less than {SILHOUETTE_DELTA}, so neither separates them better",
            )
        return Outcome.FAILS, (
            f"第 {own.layer} 層的情緒並不比打亂標記後分得更開",
            f"layer {own.layer} separates the emotions no better than permuted labels",
        )
    if found.low < SILHOUETTE_DELTA and found.high > -SILHOUETTE_DELTA:
        return Outcome.UNDETERMINED, (
            f"區間跨過 ±{SILHOUETTE_DELTA} 的界線",
            f"the interval crosses ±{SILHOUETTE_DELTA}",
        )
    ahead = own if found.value > 0 else its
    if _separates(ahead):
        return Outcome.UNDETERMINED, DISAGREE
    return Outcome.UNDETERMINED, (
        f"第 {ahead.layer} 層的情緒未必比打亂標記後分得更開",
        f"layer {ahead.layer} may separate the emotions no better than permuted labels",
    )


def _better(layer: Layout, low: float, raw: float) -> bool:
    """Whether a layer separates emotions, by `low` or more better than another, raw space agreeing."""
    return _separates(layer) and low >= SILHOUETTE_DELTA and raw > 0


def _separates(layer: Layout) -> bool:
    """Whether a layer separates emotions at all: beside one that does worse than chance it is no merit."""
    return layer.p_value <= MAX_P_VALUE and layer.above.low >= SILHOUETTE_DELTA


def _groups(claim: Groups, measurements: Measurements) -> Finding:
    found = measurements.grouping(claim.groups, claim.layer)
    n_seeds = len(found.umap)
    grouped = sum(one.low >= GROUPED for one in found.umap)
    apart = sum(one.high <= NOT_GROUPED for one in found.umap)
    raw = (found.raw_knn, found.raw_logistic)
    # Raw space says a thing where both its classifiers say it.
    raw_grouped = all(one.low >= GROUPED for one in raw)
    raw_not = all(one.high <= NOT_GROUPED for one in raw)
    names, mean = ", ".join(claim.groups), fmean(one.value for one in found.umap)
    names_zh = "、".join(claim.groups)
    raw_text = f"{found.raw_knn.value:.2f} / {found.raw_logistic.value:.2f}"
    if grouped >= MIN_SEED_SHARE * n_seeds:
        outcome = Outcome.UNDETERMINED if raw_not else Outcome.HOLDS
        why_zh = f"{names_zh} 在 {n_seeds} 個隨機種子中的 {grouped} 個各自成群"
        why_en = f"{names} form groups in {grouped} of {n_seeds} seeds"
    elif apart >= MIN_SEED_SHARE * n_seeds:
        outcome = Outcome.UNDETERMINED if raw_grouped else Outcome.FAILS
        why_zh = f"{names_zh} 在 {n_seeds} 個隨機種子中的 {apart} 個混在一起"
        why_en = f"{names} are mixed in {apart} of {n_seeds} seeds"
    else:
        outcome = Outcome.UNDETERMINED
        why_zh = f"{names_zh} 成群與否因隨機種子或句子而異（{grouped} 個成群，{apart} 個混在一起）"
        why_en = (
            f"Whether {names} form groups varies with seeds or sentences ({grouped} of {n_seeds} say "
            f"they do, {apart} that they do not)"
        )
    contrary = outcome is Outcome.UNDETERMINED and max(grouped, apart) >= MIN_SEED_SHARE * n_seeds
    beside = agreement.beside(
        outcome,
        measurements,
        lambda others: agreement.groupings(others, claim.groups, claim.layer, GROUPED, NOT_GROUPED),
    )
    measured = Bilingual(
        zh=f"扣除機率後的正確率 {mean:.2f}（{n_seeds} 個種子的平均）；≥ {GROUPED} 者 {grouped} 個，"
        f"≤ {NOT_GROUPED} 者 {apart} 個；原始空間、同一說話者之內 {raw_text}（5 個鄰居／邏輯迴歸）",
        en=f"accuracy above chance {mean:.2f}, mean of {n_seeds} seeds; ≥ {GROUPED} in {grouped}, "
        f"≤ {NOT_GROUPED} in {apart}; raw space within speakers {raw_text} (5 neighbours / logistic)",
    )
    threshold = Bilingual(
        zh=f"≥ {MIN_SEED_SHARE:.0%} 的種子區間 ≥ {GROUPED}；同樣多的種子區間 ≤ {NOT_GROUPED} 則不成立；"
        "原始空間不得相反",
        en=f"interval ≥ {GROUPED} in ≥ {MIN_SEED_SHARE:.0%} of seeds; "
        f"fails with interval ≤ {NOT_GROUPED} in as many; raw space not to the contrary",
    )
    if beside.ends:
        least, most = beside.ends
        also = Bilingual(
            zh=f"其他畫法 {least:.2f} 至 {most:.2f}", en=f"other figures {least:.2f} to {most:.2f}"
        )
        asked = Bilingual(
            zh=f"其他每種畫法 ≥ {GROUPED}，不成立則 ≤ {NOT_GROUPED}",
            en=f"in every other figure ≥ {GROUPED}, or for fails ≤ {NOT_GROUPED}",
        )
        measured, threshold = joined((measured, also)), joined((threshold, asked))
    return Finding(
        outcome=beside.outcome,
        measured=measured,
        threshold=threshold,
        comparisons=of_groups(beside.outcome, found, beside.ends, (GROUPED, NOT_GROUPED, MIN_SEED_SHARE)),
        reason=Bilingual(
            zh=f"{why_zh}，扣除機率後的平均正確率 {mean:.2f}；原始空間（同一說話者之內）{raw_text}"
            + ("，結論相反，因此不作判定。" if contrary else "。")
            + beside.also_zh,
            en=f"{_capital(why_en)}; accuracy above chance {mean:.2f} on average, in raw space within "
            f"speakers {raw_text}"
            + (", which says the contrary: not decided." if contrary else ".")
            + beside.also_en,
        ),
    )


def _value(found: Estimate) -> str:
    return f"{found.value:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
