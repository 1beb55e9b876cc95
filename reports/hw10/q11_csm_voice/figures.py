"""Question 11 drawn: every generated clip by what it says (WER to the texts) and in whose voice."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.figures import Figure, LegendEntry, Panel, legend_mark, point
from reports.draw.spread import moved_apart
from reports.draw.svg import Plot, Scale, both, element, marker, picture, rect, text
from solvers.hw10.q11_csm_voice.measurements import Clip, Measurements
from solvers.models.speaker.scale import NEUTRAL_POSITION

WIDTH, HEIGHT = 360, 300
MARK = 9.5  # between the middles of two marks
MAX_WER = 2.0
VOICES = {
    "Emily": ("circle", "dot s-one"),
    "Jason": ("diamond", "dot s-two"),
    None: ("plus", "dot s-ink"),
}


def figures(question: AnyQuestion, raw: Mapping[str, Any], media: Mapping[str, str]) -> tuple[Figure, ...]:
    """A panel a text; nothing where no clip was heard."""
    found = Measurements.model_validate(raw)
    heard = [(number, clip) for number, clip in enumerate(found.clips, 1) if _place(clip, found) is not None]
    if not heard:
        return ()
    players = {
        number: f"#{question.id}-{name}" for number, _ in heard if (name := f"clip_{number:02d}") in media
    }
    left_out = len(found.clips) - len(heard)
    return (
        Figure(
            caption=Bilingual(
                zh=f"CSM 生成的 {len(found.clips)} 段，各一點；{left_out} 段沒有聲音可判斷，不在圖中。"
                "灰帶（中間三分之一）的聲音不算任何人的。會互相遮住的點移到旁邊；點選一點，播放下面那一段。",
                en=f"A mark for each of the {len(found.clips)} clips that CSM generated; {left_out} without "
                "a voice to tell are not drawn. Within the grey band (the middle third) a voice is nobody's. "
                "Marks that would cover each other are moved aside; a mark plays its clip below.",
            ),
            panels=tuple(_panel(index, heard, found, players) for index in range(len(found.texts))),
            legend=tuple(
                LegendEntry(name, legend_mark(*VOICES[voice]))
                for voice, name in (
                    ("Emily", Bilingual(zh="Emily 的聲音", en="Emily's voice")),
                    ("Jason", Bilingual(zh="Jason 的聲音", en="Jason's voice")),
                    (None, Bilingual(zh="無法判斷", en="cannot be told")),
                )
            ),
            plays=bool(media),
        ),
    )


def text_panel(index: int) -> str:
    """The name of a text's panel."""
    return f"text-{index + 1}"


def _place(clip: Clip, found: Measurements) -> float | None:
    if clip.hearing is None or clip.hearing.margin is None or found.scale is None:
        return None
    return found.scale.position(clip.hearing.margin)


def _panel(
    index: int, heard: list[tuple[int, Clip]], found: Measurements, players: Mapping[int, str]
) -> Panel:
    wers = [clip.hearing.wers[index] for _, clip in heard if clip.hearing]
    places = [place for _, clip in heard if (place := _place(clip, found)) is not None]
    # Beyond 2 a transcript has nothing of the text; such a clip stands at the edge.
    most_x, most_y = min(max(1.0, *wers), MAX_WER) * 1.08, max(1.0, *map(abs, places)) * 1.12
    plot = Plot(WIDTH, HEIGHT, Scale(-0.06, most_x, 44, WIDTH - 10), Scale(-most_y, most_y, HEIGHT - 42, 26))
    top, bottom = plot.y.at(NEUTRAL_POSITION), plot.y.at(-NEUTRAL_POSITION)
    drawn = rect(plot.x.start, top, plot.x.end - plot.x.start, bottom - top, "band")
    drawn += plot.axes(
        Bilingual(zh="對這句話的 WER", en="WER to this text"),
        Bilingual(zh="聲音位置（+1 Emily，−1 Jason）", en="voice (+1 Emily, −1 Jason)"),
    )
    drawn += text(both(Bilingual(zh="Emily", en="Emily")), plot.x.end - 4, plot.y.end + 12, "end")
    drawn += text(both(Bilingual(zh="Jason", en="Jason")), plot.x.end - 4, plot.y.start - 6, "end")
    at = [(plot.x.at(wer), plot.y.at(place)) for wer, place in zip(wers, places, strict=True)]
    for order, ((number, clip), put) in enumerate(
        zip(heard, moved_apart(at, MARK, (WIDTH, HEIGHT)), strict=True)
    ):
        mark = _mark(number, clip, found, *put)
        drawn += point(mark, number, first=order == 0, address=players.get(number))
    label = Bilingual(
        zh=f"{len(heard)} 段，依對「{found.texts[index]}」的 WER 與聲音；數值見下表",
        en=f"{len(heard)} clips by WER to “{found.texts[index]}” and by voice; "
        "the table below has the numbers",
    )
    return Panel(
        title=Bilingual(zh=f"「{found.texts[index]}」", en=f"“{found.texts[index]}”"),
        picture=picture(WIDTH, HEIGHT, drawn, label=label, role="group"),
        name=text_panel(index),
    )


def _mark(number: int, clip: Clip, found: Measurements, x: float, y: float) -> tuple[Bilingual, Markup]:
    """What a clip is called, and its mark."""
    assert clip.hearing is not None
    shape, look = VOICES[found.voice_of(clip)]
    heard = clip.hearing.transcript.strip() or "–"
    name = Bilingual(zh=f"第 {number} 段：{heard}", en=f"clip {number}: {heard}")
    return name, marker(shape, x, y, look, element("title", name.en))
