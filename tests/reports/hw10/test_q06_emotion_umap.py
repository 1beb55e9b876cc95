"""Question 6's figures: a mark a clip in its colour and shape, every layer on the curve."""

from questions.quiz import QuizSpec
from reports.draw.svg import MARKERS
from reports.hw10.q06_emotion_umap import CARD
from reports.hw10.q06_emotion_umap.figures import SHAPES
from solvers.hw10.q06_emotion_umap.measurements import COLOURS, clip_name
from tests.reports.drawn import tree
from tests.reports.hw10 import full
from tests.reports.hw10.full import drawn


def test_q6_has_a_mark_a_clip_in_its_colour_and_shape(spec: QuizSpec) -> None:
    media = {clip_name(index): f"media/q06/{clip_name(index)}.mp3" for index in range(20)}
    scatter, by_layer = drawn(spec, "q06", media)
    assert len(scatter.panels) == 4
    assert len(set(SHAPES.values())) == len(COLOURS) == len(scatter.legend) == 5
    for panel in scatter.panels:
        points = tree(panel.picture).findall("a")
        assert [point.get("href") for point in points] == list(media.values())
        assert [point.get("tabindex") for point in points] == ["0"] + ["-1"] * 19
        for point, measured in zip(points, full.q06().points, strict=True):
            mark, target = point
            assert float(target.attrib["r"]) >= 6
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
    assert "url(" not in CARD.figures(spec.question("q06"), raw, {})[0].panels[0].picture
