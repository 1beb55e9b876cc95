"""Figures: every number where it belongs, shape beside colour, and text that stays text."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from questions.load import load_quiz
from questions.quiz import QuizSpec
from reports.details import FIGURES
from reports.draw.figures import Figure, comparison_bar
from reports.draw.spectrograms import spectrogram_image
from reports.draw.svg import MARKERS, Scale, coordinate, element, fitted
from reports.hw10.figures_q06 import SHAPES
from reports.hw10.figures_q10 import layer_bar
from solvers.evidence.sources import Spectrogram
from solvers.evidence.verdicts import at_least, at_most
from solvers.hw10.q06_emotion_umap.measurements import COLOURS, clip_name
from tests.reports.hw10 import full
from tests.reports.hw10.full import HOSTILE

NUMBERS = {
    "q06": full.q06(),
    "q07": full.q07(HOSTILE),
    "q08": full.q08(),
    "q09": full.q09(load_quiz().question("q09"), HOSTILE),
    "q10": full.q10(HOSTILE),
    "q11": full.q11(load_quiz().question("q11"), HOSTILE),
}


def drawn(spec: QuizSpec, id_: str, media: dict[str, str] | None = None) -> tuple[Figure, ...]:
    return FIGURES[id_](spec.question(id_), NUMBERS[id_].model_dump(mode="json"), media or {})


def tree(picture: Markup) -> ElementTree.Element:
    """Parsed as XML, so an unescaped text or an open element is an error."""
    return ElementTree.fromstring(str(picture))


@pytest.mark.parametrize("id_", NUMBERS)
def test_every_picture_is_whole_named_and_the_same_again(spec: QuizSpec, id_: str) -> None:
    figures = drawn(spec, id_)
    assert figures == drawn(spec, id_)
    for figure in figures:
        for panel in figure.panels:
            root = tree(panel.picture)
            assert root.get("role") in {"img", "group"}
            assert root.get("aria-label")
            width, height = map(float, root.attrib["viewBox"].split()[2:])
            assert width <= 640
            assert height <= 520
            assert not re.search(r"nan|inf", panel.picture.replace("information", ""))


def test_q6_has_a_mark_a_clip_in_its_colour_and_shape(spec: QuizSpec) -> None:
    media = {clip_name(index): f"media/q06/{clip_name(index)}.mp3" for index in range(20)}
    scatter, by_layer = drawn(spec, "q06", media)
    assert len(scatter.panels) == 4
    assert len(set(SHAPES.values())) == len(COLOURS) == len(scatter.legend) == 5
    for panel in scatter.panels:
        points = tree(panel.picture).findall("a")
        assert [point.get("href") for point in points] == list(media.values())
        assert [point.get("tabindex") for point in points] == ["0"] + ["-1"] * 19
        for point, measured in zip(points, NUMBERS["q06"].points, strict=True):
            (mark,) = point
            assert (mark.get("fill"), mark.get("d")) == (
                COLOURS[measured.emotion],
                MARKERS[SHAPES[measured.emotion]],
            )
            assert mark[0].text == point.get("aria-label")
            assert f"{measured.emotion}, sentence {measured.sentence}, {measured.file}" in mark[0].text
    marks = tree(by_layer.panels[0].picture).findall("path")
    assert len(marks) == 32 + 4


def test_q6_without_sounds_has_no_links(spec: QuizSpec) -> None:
    scatter, _ = drawn(spec, "q06")
    assert not scatter.plays
    assert not tree(scatter.panels[0].picture).findall("a")
    assert len(tree(scatter.panels[0].picture).findall("g")) == 20


def test_a_colour_that_is_none_is_not_written(spec: QuizSpec) -> None:
    found = full.q06()
    points = (found.points[0].model_copy(update={"colour": "url(http://x/)"}), *found.points[1:])
    raw = found.model_copy(update={"points": points}).model_dump(mode="json")
    assert "url(" not in FIGURES["q06"](spec.question("q06"), raw, {})[0].panels[0].picture


def test_q9_has_24_rows_of_4_cells_the_best_one_framed(spec: QuizSpec) -> None:
    (figure,) = drawn(spec, "q09")
    root = tree(figure.panels[0].picture)
    cells = [text.findall("title")[0].tail for text in root.findall("text[@class='cell']")]
    assert len(cells) == 24 * 4
    assert cells[:4] == ["-3.00", "-0.50", "-3.50", "-4.00"]
    assert len(root.findall("rect[@class='chosen']")) == 1
    assert root.get("aria-label", "").endswith("is order 0 1 2 3 with option B")
    shades = [float(rect.attrib["fill-opacity"]) for rect in root.findall("rect[@class='heat']")]
    assert max(shades) == 0.75
    assert min(shades) == 0.0


@pytest.mark.parametrize("split", range(9))
def test_the_bar_of_layers_is_the_slides(split: int) -> None:
    letters = [text.text for text in tree(layer_bar(split)).findall("text")]
    assert letters == ["A"] * split + ["J"] * (8 - split)


def test_q10_marks_every_split_in_three_curves(spec: QuizSpec) -> None:
    (figure,) = drawn(spec, "q10")
    words, voice = (tree(panel.picture) for panel in figure.panels)
    assert len(words.findall("path")) == 2 * 9
    assert len(voice.findall("path")) == 9
    assert [line.get("data-split") for line in words.findall("line[@class='cursor']")] == [
        str(split) for split in range(9)
    ]
    titles = [path[0].text for path in words.findall("path")]
    assert titles[2] == "k = 2, WER to Alice: 0.75, over all offsets 0.75 to 0.75"


def test_q11_draws_what_was_heard_and_nothing_without_a_csm(spec: QuizSpec) -> None:
    (figure,) = drawn(spec, "q11", {"clip_01": "media/q11/clip_01.mp3"})
    for panel in figure.panels:
        root = tree(panel.picture)
        assert len(root.findall("a")) + len(root.findall("g")) == 15  # one of 16 was capped
        assert [a.get("href") for a in root.findall("a")] == ["#q11-clip_01"]
    assert HOSTILE not in "".join(panel.picture for panel in figure.panels)
    nothing = {"texts": ["a", "b"], "lacking": "no CSM at hand"}
    assert FIGURES["q11"](spec.question("q11"), nothing, {}) == ()


def test_a_missing_score_is_a_dash_not_a_bar(spec: QuizSpec) -> None:
    (figure,) = drawn(spec, "q08")
    pesq = tree(figure.panels[2].picture)
    assert len(pesq.findall("path")) == 1
    assert "music no value" in str(pesq.get("aria-label"))


def test_a_bar_shades_the_side_that_meets_its_bound() -> None:
    # 0.5 with 0.4 to 0.6 against at least 0.3: the scale runs from 0.255 to 0.645 over 6 … 234.
    bar = comparison_bar(at_least("q", 0.5, 0.3, "", (0.4, 0.6)))
    met = tree(bar)[0]
    side = met.findall("rect[@class='side']")[0]
    bound = 6 + (0.3 - 0.255) / 0.39 * 228
    assert float(side.attrib["x"]) == pytest.approx(bound, abs=0.05)
    assert float(side.attrib["width"]) == pytest.approx(240 - bound, abs=0.1)
    assert len(met.findall("line[@class='whisker met']")) == 3
    assert met.findall("path")[0].get("d") == MARKERS["circle"]
    missed = comparison_bar(at_most("q", 0.5, 0.3, ""))
    assert MARKERS["diamond"] in missed
    assert "0.5, asked: ≤ 0.3" in missed


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9))
def test_a_fitted_scale_holds_its_values_in_order(values: list[float]) -> None:
    scale = fitted(values, 10, 110)
    places = [scale.at(value) for value in sorted(values)]
    assert places == sorted(places)
    assert all(10 <= place <= 110 for place in places)
    assert all(scale.low - 1e-6 <= tick <= scale.high + 1e-6 for tick in scale.ticks)
    assert 2 <= len(scale.ticks) <= 12


def test_ticks_by_hand() -> None:
    assert Scale(0.0, 1.0, 0, 100).ticks == (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    assert Scale(-1.07, 0.93, 0, 100).ticks == (-1.0, -0.5, 0.0, 0.5)


def test_elements_escape_texts_and_attributes() -> None:
    assert element("text", "<b>", aria_label='"&') == '<text aria-label="&#34;&amp;">&lt;b&gt;</text>'
    assert [coordinate(value) for value in (1.04, -0.04, 2.0, 7, "a")] == ["1", "0", "2", "7", "a"]


def test_a_spectrogram_is_an_image_only_if_its_shades_fill_it() -> None:
    found = Spectrogram(n_bands=2, n_frames=3, n_shades=4, top_hz=12_000.0, shades="AAECAwAB")
    image = spectrogram_image(found, HOSTILE)
    assert image is not None
    assert image == spectrogram_image(found, HOSTILE)
    assert "<script" not in image
    for shades in ("AAEC", "AAECAwAE", "not base64!"):
        assert spectrogram_image(found.model_copy(update={"shades": shades}), "x") is None


def test_a_spectrogram_shows_a_tone_in_its_band() -> None:
    import base64

    from solvers.audio.spectrogram import N_BANDS, spectrogram

    low, high = (
        base64.b64decode(spectrogram(full.tone(hz, 1.0), full.RATE_HZ).shades) for hz in (300.0, 6000.0)
    )
    n_frames = len(low) // N_BANDS
    brightest = [
        max(range(N_BANDS), key=lambda band: sum(shades[band * n_frames : (band + 1) * n_frames]))
        for shades in (low, high)
    ]
    assert brightest[0] < 15
    assert brightest[1] > 40
