"""Question 6 drawn: UMAP's layouts with a mark a clip, and how far every layer separates the emotions."""

import re
from collections.abc import Mapping
from statistics import fmean
from typing import Any

from markupsafe import Markup

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.figures import Figure, LegendEntry, Panel, legend_mark, point
from reports.draw.spread import moved_apart
from reports.draw.svg import Plot, Scale, element, fitted, line, marker, picture, polyline, rect
from solvers.hw10.q06_emotion_umap.judge import SILHOUETTE_DELTA
from solvers.hw10.q06_emotion_umap.measurements import COLOURS, Layout, Measurements, Point, clip_name

# A shape beside each colour, so that neither print nor any eye depends on the colour.
SHAPES: Mapping[str, str] = dict(
    zip(COLOURS, ("circle", "square", "triangle", "diamond", "plus"), strict=True)
)
NAMES_ZH: Mapping[str, str] = {
    "Amused": "開心", "Angry": "生氣", "Disgusted": "厭惡", "Neutral": "中性", "Sleepy": "想睡",
}  # fmt: skip
WIDTH, HEIGHT = 360, 320
BY_LAYER = "by-layer"  # the panel of the curve
MARK = 9.5  # between the middles of two marks: they touch and do not cover each other
COLOUR = re.compile("#[0-9a-f]{6}")


def figures(_question: AnyQuestion, raw: Mapping[str, Any], media: Mapping[str, str]) -> tuple[Figure, ...]:
    """The four panels, then the curve over all layers. `media`: the addresses of sounds by name."""
    found = Measurements.model_validate(raw)
    present = {point.emotion for point in found.points}
    scatter = Figure(
        caption=Bilingual(
            zh=f"第 {found.seeds[0]} 號隨機種子的 UMAP 平面：一點是一個音檔。"
            "會互相遮住的點移到旁邊。點選即可聆聽；鍵盤以方向鍵移動、Enter 播放。"
            "標題是選項所依據的數字：S，與由其他句子認出情緒的正確率（扣除機率）。",
            en=f"UMAP's layouts with seed {found.seeds[0]}: a mark is a clip, moved aside where it would "
            "cover another. Click one to hear it; with the keyboard, arrow keys move and Enter plays. The "
            "titles have the numbers that the options are judged by: S, and the accuracy above chance of "
            "telling emotions from other sentences.",
        ),
        panels=tuple(_scatter(layout, found, media) for layout in found.layouts),
        legend=tuple(
            LegendEntry(
                Bilingual(zh=f"{NAMES_ZH[emotion]} {emotion}", en=emotion),
                legend_mark(SHAPES[emotion], "dot", fill=colour),
                toggle=_series(emotion),
            )
            for emotion, colour in COLOURS.items()
            if emotion in present
        ),
        plays=bool(media),
    )
    return scatter, _by_layer(found)


def layer_panel(layer: int) -> str:
    """The name of a layer's panel."""
    return f"layer-{layer}"


def _series(emotion: str) -> int:
    return list(COLOURS).index(emotion) + 1


def _scatter(layout: Layout, found: Measurements, media: Mapping[str, str]) -> Panel:
    points = found.points
    x = fitted([at[0] for at in layout.first], 10, WIDTH - 10)
    y = fitted([at[1] for at in layout.first], HEIGHT - 10, 10)
    places = moved_apart([(x.at(at[0]), y.at(at[1])) for at in layout.first], MARK, (WIDTH, HEIGHT))
    drawn = rect(0.5, 0.5, WIDTH - 1, HEIGHT - 1, "frame")
    for index, (one, at) in enumerate(zip(points, places, strict=True)):
        mark, address = _mark(one, *at), media.get(clip_name(index))
        drawn += point(mark, index, first=index == 0, address=address, series=_series(one.emotion))
    title = _title(layout, found)
    label = Bilingual(
        zh=f"UMAP，{len(points)} 個音檔。{title.zh}；數值見下表",
        en=f"UMAP, {len(points)} clips. {title.en}; the table below has the numbers",
    )
    drawn_whole = picture(WIDTH, HEIGHT, drawn, label=label, role="group")
    short = Bilingual(zh=f"第 {layout.layer} 層", en=f"Layer {layout.layer}")
    return Panel(title, drawn_whole, zooms=True, name=layer_panel(layout.layer), label=short)


def _title(layout: Layout, found: Measurements) -> Bilingual:
    """The layer with the numbers that claims on it are judged by."""
    separation = f"S = {layout.above.value:+.3f}"
    groups = [
        (one.emotions, fmean(seed.value for seed in one.umap))
        for one in found.groupings
        if one.layer == layout.layer
    ]
    return Bilingual(
        zh=f"第 {layout.layer} 層：{separation}"
        + "".join(f"；{'、'.join(NAMES_ZH[one] for one in named)} {value:.2f}" for named, value in groups),
        en=f"Layer {layout.layer}: {separation}"
        + "".join(f"; {', '.join(named)} {value:.2f}" for named, value in groups),
    )


def _mark(one: Point, x: float, y: float) -> tuple[Bilingual, Markup]:
    """What a clip is called, and its mark in the colour of the figure's data."""
    name = Bilingual(
        zh=f"{one.speaker}，{NAMES_ZH[one.emotion]}，第 {one.sentence} 句，{one.file}",
        en=f"{one.speaker}, {one.emotion}, sentence {one.sentence}, {one.file}",
    )
    colour = one.colour if COLOUR.fullmatch(one.colour) else None
    return name, marker(SHAPES[one.emotion], x, y, "dot", element("title", name.en), fill=colour)


def _by_layer(found: Measurements) -> Figure:
    width, height = 360, 240
    ends = [end for layout in found.layouts for end in (layout.above.low, layout.above.high)]
    values = [one.above for one in found.raw]
    plot = Plot(
        width,
        height,
        Scale(-0.5, max(one.layer for one in found.raw) + 0.5, 42, width - 8),
        fitted([*values, *ends, 0.0, SILHOUETTE_DELTA, -SILHOUETTE_DELTA], height - 42, 26),
    )
    upper, lower = plot.y.at(SILHOUETTE_DELTA), plot.y.at(-SILHOUETTE_DELTA)
    drawn = rect(plot.x.start, upper, plot.x.end - plot.x.start, lower - upper, "band")
    drawn += plot.axes(
        Bilingual(zh="層", en="layer"),
        Bilingual(zh="S（高出打亂標記的輪廓係數）", en="S (silhouette above permuted labels)"),
        x_ticks=[(layer, str(layer)) for layer in range(0, len(found.raw), 4)],
    )
    drawn += polyline([(plot.x.at(one.layer), plot.y.at(one.above)) for one in found.raw], "curve s-one")
    for one in found.raw:
        title = element("title", f"layer {one.layer}, raw space: S = {one.above:+.3f}")
        drawn += marker("circle", plot.x.at(one.layer), plot.y.at(one.above), "dot s-one", title)
    for layout in found.layouts:
        x, above = plot.x.at(layout.layer), layout.above
        title = element(
            "title",
            f"layer {layout.layer}, UMAP: S = {above.value:+.3f} [{above.low:+.3f}, {above.high:+.3f}]",
        )
        drawn += line(x, plot.y.at(above.low), x, plot.y.at(above.high), "whisker s-two")
        drawn += marker("diamond", x, plot.y.at(above.value), "dot s-two", title)
    best = max(found.raw, key=lambda one: one.above)
    umap = [(one.layer, f"{one.above.value:+.3f}") for one in found.layouts]
    label = Bilingual(
        zh=f"各層的 S：原始空間最高在第 {best.layer} 層（{best.above:+.3f}）；UMAP："
        + "、".join(f"第 {layer} 層 {value}" for layer, value in umap),
        en=f"S by layer: in raw space highest at layer {best.layer} ({best.above:+.3f}); UMAP: "
        + ", ".join(f"layer {layer} {value}" for layer, value in umap),
    )
    return Figure(
        caption=Bilingual(
            zh=f"所有 {len(found.raw)} 層的情緒分離度。灰帶為 ±{SILHOUETTE_DELTA}，差距在其中視為相同；"
            "UMAP 附 95% 區間。",
            en=f"How far each of the {len(found.raw)} layers separates the emotions. Within the grey band "
            f"(±{SILHOUETTE_DELTA}) is taken for no difference; UMAP with its 95 % intervals.",
        ),
        panels=(
            Panel(
                title=Bilingual(zh="各層的分離度", en="Separation by layer"),
                picture=picture(width, height, drawn, label=label),
                name=BY_LAYER,
            ),
        ),
        legend=(
            LegendEntry(Bilingual(zh="原始空間", en="raw space"), legend_mark("circle", "dot s-one")),
            LegendEntry(Bilingual(zh="UMAP 平面", en="UMAP's layout"), legend_mark("diamond", "dot s-two")),
        ),
    )
