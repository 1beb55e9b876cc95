"""Question 10's figures: the slide's bar of layers, and a mark a split in every curve."""

import pytest

from questions.quiz import QuizSpec
from reports.hw10.q10_interleaving.figures import layer_bar
from tests.reports.drawn import tree
from tests.reports.hw10.full import drawn


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
