"""Question 6 as tables: separation layer by layer, and how well the named emotions keep apart."""

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.tables import Table
from solvers.hw10.q06_emotion_umap.agreement import permuted_within
from solvers.hw10.q06_emotion_umap.measurements import Estimate, Measurements, Named


def tables(_question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    """Layers laid out, accuracies, other figures, then all layers in raw space."""
    found = Measurements.model_validate(raw)
    beside = _others(found) if found.named is None else _named(found.named)
    return (_layouts(found), _groupings(found), beside, _raw(found))


def _layouts(found: Measurements) -> Table:
    raw = {one.layer: one.above for one in found.raw}
    n_seeds = len(found.seeds)
    within = permuted_within(found)
    return Table(
        caption=Bilingual(
            zh=f"各層的情緒分離度（輪廓係數，UMAP 為 {n_seeds} 個隨機種子的平均與範圍；"
            f"打亂：{within.zh}之內打亂情緒標記後的平均；S：高出打亂的部分，附 95% 區間）",
            en=f"Separation of the emotions by layer (silhouette; UMAP: mean and range of {n_seeds} seeds; "
            f"permuted: mean with labels permuted within {within.en}; S: what is above that, "
            "with 95 % intervals)",
        ),
        columns=(
            Bilingual(zh="層", en="layer"),
            Bilingual(zh="UMAP 平面", en="UMAP layout"),
            Bilingual(zh="範圍", en="range"),
            Bilingual(zh="打亂", en="permuted"),
            Bilingual(zh="S", en="S"),
            Bilingual(zh="p 值", en="p-value"),
            Bilingual(zh="S，原始空間", en="S, raw space"),
            Bilingual(zh="鄰居的可信度", en="trustworthiness"),
        ),
        rows=tuple(
            (
                str(one.layer),
                f"{one.silhouette:+.3f}",
                f"{min(one.silhouettes):+.3f} … {max(one.silhouettes):+.3f}",
                f"{one.permuted:+.3f}",
                f"{one.above.value:+.3f} [{one.above.low:+.3f}, {one.above.high:+.3f}]",
                f"{one.p_value:.3f}",
                f"{raw[one.layer]:+.3f}",
                f"{one.trustworthiness:.3f}",
            )
            for one in found.layouts
        ),
        marked=max(range(len(found.layouts)), key=lambda index: found.layouts[index].above.value),
    )


def _groupings(found: Measurements) -> Table:
    return Table(
        caption=Bilingual(
            zh="由其他句子認出情緒的正確率，扣除機率（0 為亂猜，1 為全對）；後兩欄附 95% 區間",
            en="Emotions told from other sentences, accuracy above chance "
            "(0 guessing, 1 never wrong); the last two with 95 % intervals",
        ),
        columns=(
            Bilingual(zh="層", en="layer"),
            Bilingual(zh="情緒", en="emotions"),
            Bilingual(zh="點數", en="points"),
            Bilingual(zh="UMAP 平面，5 個鄰居", en="UMAP layout, 5 neighbours"),
            Bilingual(zh="原始空間，5 個鄰居", en="raw space, 5 neighbours"),
            Bilingual(zh="原始空間，邏輯迴歸", en="raw space, logistic regression"),
        ),
        rows=tuple(
            (
                str(one.layer),
                ", ".join(one.emotions),
                str(one.n_points),
                f"{fmean(seed.value for seed in one.umap):.2f}",
                _shown(one.raw_knn),
                _shown(one.raw_logistic),
            )
            for one in found.groupings
        ),
    )


def _named(named: Named) -> Table:
    return Table(
        caption=Bilingual(
            zh="題目規格指定的圖：由它決定，不與其他畫法相比",
            en="The figure that the spec names: it decides, with no other beside it",
        ),
        columns=(Bilingual(zh="項目", en="what"), Bilingual(zh="值", en="value")),
        rows=(
            ("clips", str(named.n_clips)),
            *(
                (name, "–" if value is None else str(value))
                for name, value in named.umap.model_dump().items()
            ),
        ),
    )


def _others(found: Measurements) -> Table:
    layers = sorted({one.layer for figure in found.others for one in figure.separations})
    groups = list(dict.fromkeys((o.layer, o.emotions) for figure in found.others for o in figure.groupings))
    return Table(
        caption=Bilingual(
            zh="其他畫法：單獨畫一位說話者，或換 UMAP 的 n_neighbors；各層的 S，"
            "以及由其他句子的最近幾點認出情緒的正確率（扣除機率，括號內為點數）",
            en="Other figures: one speaker alone, or another n_neighbors of UMAP; S by layer, and emotions "
            "told from other sentences (accuracy above chance, in brackets by how many nearest points)",
        ),
        columns=(
            Bilingual(zh="說話者", en="speaker"),
            Bilingual(zh="n_neighbors", en="n_neighbors"),
            Bilingual(zh="點數", en="points"),
            *(Bilingual(zh=f"S({layer})", en=f"S({layer})") for layer in layers),
            *(
                Bilingual(
                    zh=f"第 {layer} 層 {'、'.join(emotions)}", en=f"layer {layer}: {', '.join(emotions)}"
                )
                for layer, emotions in groups
            ),
        ),
        rows=tuple(
            (
                figure.speaker or "–",
                str(figure.n_neighbours),
                str(figure.n_clips),
                *("–" if (above := figure.above(layer)) is None else f"{above:+.3f}" for layer in layers),
                *(
                    " / ".join(f"{one.value:.2f} ({one.n_nearest})" for one in figure.of(emotions, layer))
                    or "–"
                    for layer, emotions in groups
                ),
            )
            for figure in found.others
        ),
    )


def _raw(found: Measurements) -> Table:
    return Table(
        caption=Bilingual(
            zh="所有層在原始空間的情緒分離度（輪廓係數、打亂標記後的平均，以及高出的部分 S）",
            en="Separation of the emotions in raw space, all layers (silhouette, its mean with labels "
            "permuted, and S, what is above that)",
        ),
        columns=(
            Bilingual(zh="層", en="layer"),
            Bilingual(zh="輪廓係數", en="silhouette"),
            Bilingual(zh="打亂", en="permuted"),
            Bilingual(zh="S", en="S"),
        ),
        rows=tuple(
            (str(one.layer), f"{one.silhouette:+.3f}", f"{one.permuted:+.3f}", f"{one.above:+.3f}")
            for one in found.raw
        ),
        marked=max(range(len(found.raw)), key=lambda index: found.raw[index].above),
    )


def _shown(found: Estimate) -> str:
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]"
