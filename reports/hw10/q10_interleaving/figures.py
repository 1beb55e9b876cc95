"""Question 10 drawn: words and voice over the split, and the slide's bar of layers for every split."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.figures import Figure, LegendEntry, Panel, legend_mark
from reports.draw.svg import Plot, Scale, element, marker, picture, polygon, polyline, rect, text
from solvers.hw10.q10_interleaving.measurements import N_CODEBOOKS, SPLITS, Measurements, Mix, Offset
from solvers.models.speaker.scale import NEUTRAL_POSITION

WIDTH, HEIGHT = 360, 270
ALICE, JAMES = ("circle", "s-one"), ("diamond", "s-two")
SPLIT = Bilingual(zh="split_index k（前 k 層 Alice）", en="split_index k (the first k layers Alice's)")
WORDS, VOICE = "words", "voice"  # the panels

Number = Callable[[Offset, Mix], float]


def figures(_question: AnyQuestion, raw: Mapping[str, Any], _media: Mapping[str, str]) -> tuple[Figure, ...]:
    """Error rates to both speakers, and the place on the scale of voices."""
    found = Measurements.model_validate(raw)
    return (
        Figure(
            caption=Bilingual(
                zh=f"隨 k 的變化：線為不位移的音檔，色帶為 {len(found.offsets)} 個起點位移的範圍。"
                "聲音的灰帶（中間三分之一）不算任何人的。",
                en="Over k: the lines are the clips as they are, the bands the range of "
                f"{len(found.offsets)} start offsets. Within the grey band (the middle third) a voice is "
                "nobody's.",
            ),
            panels=(_words(found), _voice(found)),
            legend=(
                LegendEntry(Bilingual(zh="Alice（A）", en="Alice (A)"), legend_mark("circle", "dot s-one")),
                LegendEntry(Bilingual(zh="James（J）", en="James (J)"), legend_mark("diamond", "dot s-two")),
            ),
        ),
    )


def layer_bar(split: int) -> Markup:
    """The slide's bar: eight layers, the first `split` Alice's and the rest James's, told by letter too."""
    width, height = 240, 24
    size = width / N_CODEBOOKS
    drawn = Markup()
    for layer in range(N_CODEBOOKS):
        look, letter = ("s-one", "A") if layer < split else ("s-two", "J")
        drawn += rect(layer * size + 1, 1, size - 2, height - 2, f"layer {look}")
        drawn += text(letter, (layer + 0.5) * size, height / 2 + 4, "middle", "cell")
    label = Bilingual(
        zh=f"k = {split}：前 {split} 層 Alice，後 {N_CODEBOOKS - split} 層 James",
        en=f"k = {split}: {split} layers of Alice, then {N_CODEBOOKS - split} of James",
    )
    return picture(width, height, drawn, label=label)


def _plot(low: float, high: float) -> Plot:
    return Plot(
        WIDTH, HEIGHT, Scale(-0.3, N_CODEBOOKS + 0.3, 44, WIDTH - 10), Scale(low, high, HEIGHT - 42, 26)
    )


def _curve(plot: Plot, found: Measurements, number: Number, series: tuple[str, str], name: str) -> Markup:
    """A speaker's line with a mark a split, over the band of all offsets."""
    shape, look = series
    per_split = [[number(offset, offset.mixes[split]) for offset in found.offsets] for split in SPLITS]
    upper = [(plot.x.at(split), plot.y.at(max(values))) for split, values in enumerate(per_split)]
    lower = [(plot.x.at(split), plot.y.at(min(values))) for split, values in enumerate(per_split)]
    first = [(plot.x.at(split), plot.y.at(values[0])) for split, values in enumerate(per_split)]
    drawn = polygon([*upper, *reversed(lower)], f"range {look}") + polyline(first, f"curve {look}")
    for split, values in enumerate(per_split):
        title = element(
            "title",
            f"k = {split}, {name}: {values[0]:.2f}, over all offsets {min(values):.2f} to {max(values):.2f}",
        )
        drawn += marker(shape, *first[split], f"dot {look}", title)
    return drawn


def _cursors(plot: Plot) -> Markup:
    """A line a split, of which the slider shows the chosen one."""
    drawn = Markup()
    for split in SPLITS:
        x = plot.x.at(split)
        drawn += element(
            "line", x1=x, y1=plot.y.end, x2=x, y2=plot.y.start, class_="cursor", data_split=split
        )
    return drawn


def _words(found: Measurements) -> Panel:
    most = max(1.0, *(max(mix.wer.alice, mix.wer.james) for offset in found.offsets for mix in offset.mixes))
    plot = _plot(0.0, most * 1.05)
    drawn = plot.axes(SPLIT, Bilingual(zh="WER（0 為逐字相同）", en="WER (0 is word for word)"), _ticks())
    drawn += _cursors(plot)
    drawn += _curve(plot, found, lambda _, mix: mix.wer.alice, ALICE, "WER to Alice")
    drawn += _curve(plot, found, lambda _, mix: mix.wer.james, JAMES, "WER to James")
    mixes = found.offsets[0].mixes
    numbers = ", ".join(f"k = {mix.split} {mix.wer.alice:.2f} / {mix.wer.james:.2f}" for mix in mixes)
    label = Bilingual(
        zh=f"各 k 的 WER，對 Alice／對 James：{numbers}",
        en=f"Word error rate by split, to Alice / to James: {numbers}",
    )
    return Panel(
        Bilingual(zh="內容：對兩人逐字稿的錯誤率", en="Words: error rate to either's transcript"),
        picture(WIDTH, HEIGHT, drawn, label=label),
        name=WORDS,
    )


def _voice(found: Measurements) -> Panel:
    positions = [offset.voices.position(mix.voice_margin) for offset in found.offsets for mix in offset.mixes]
    most = max(1.0, *(abs(position) for position in positions)) * 1.05
    plot = _plot(-most, most)
    top, bottom = plot.y.at(NEUTRAL_POSITION), plot.y.at(-NEUTRAL_POSITION)
    drawn = rect(plot.x.start, top, plot.x.end - plot.x.start, bottom - top, "band")
    drawn += plot.axes(
        SPLIT, Bilingual(zh="聲音位置（+1 Alice，−1 James）", en="voice (+1 Alice, −1 James)"), _ticks()
    )
    drawn += _cursors(plot)
    drawn += _curve(
        plot,
        found,
        lambda offset, mix: offset.voices.position(mix.voice_margin),
        ("square", "s-ink"),
        "voice",
    )
    first = found.offsets[0]
    numbers = ", ".join(
        f"k = {mix.split} {first.voices.position(mix.voice_margin):+.2f}" for mix in first.mixes
    )
    label = Bilingual(
        zh=f"各 k 的聲音位置，+1 為 Alice、−1 為 James：{numbers}",
        en=f"Voice by split, +1 being Alice and −1 James: {numbers}",
    )
    return Panel(
        Bilingual(zh="聲音：在兩人之間的位置", en="Voice: where between the two"),
        picture(WIDTH, HEIGHT, drawn, label=label),
        name=VOICE,
    )


def _ticks() -> list[tuple[float, str]]:
    return [(split, str(split)) for split in SPLITS]
