"""Every card of the quiz: a method, whole pictures that are named, labels for all that is heard in pairs."""

import re
import subprocess
import sys

import pytest

from questions.quiz import QuizSpec
from reports.card import card_of
from solvers.run.catalog import Pack
from tests.reports.drawn import tree
from tests.reports.hw10 import full
from tests.reports.hw10.full import HOSTILE, drawn

DRAWN = ("q06", "q07", "q08", "q09", "q10", "q11")


def test_every_question_has_its_card_and_method(spec: QuizSpec, pack: Pack) -> None:
    methods = [card_of(question, pack).method for question in spec.questions]
    assert None not in methods
    assert len(set(methods)) == len(spec.questions) == 12


def test_pairs_and_splits_have_labels(spec: QuizSpec, pack: Pack) -> None:
    for question in spec.questions:
        card = card_of(question, pack)
        named = {name for pair in card.pairs for name in pair} | set(
            card.slider.sounds if card.slider else ()
        )
        assert named <= set(card.sound_labels)


def test_what_an_option_is_about_is_on_its_card(spec: QuizSpec, pack: Pack) -> None:
    """Every option that is judged by what can be seen or heard leads there, and nowhere else."""
    found = {}
    for question in spec.questions:
        card, numbers = card_of(question, pack), full.numbers(spec, HOSTILE).get(question.id, {})
        panels = {
            panel.name: panel for figure in card.figures(question, numbers, {}) for panel in figure.panels
        } if numbers else {}  # fmt: skip
        own = card.own_of(question, numbers or {"q12": "was measured"})
        assert {name for names in own.values() for name in names} <= set(card.sound_labels) | set(panels)
        found[question.id] = {option: " ".join(names) for option, names in own.items() if names}
    languages = "english_original english_decoded chinese_original chinese_decoded"
    clips = "laughter_original laughter_decoded music_original music_decoded"
    assert found == {
        "q01": {}, "q02": {}, "q03": {}, "q04": {}, "q05": {},
        "q06": {
            "C": "layer-31 layer-0 by-layer", "D": "layer-0 layer-31 by-layer", "E": "layer-0",
            "F": "layer-0", "G": "layer-6", "H": "layer-6",
        },
        "q07": dict.fromkeys("ABCD", languages),
        "q08": dict.fromkeys("ABCD", clips),
        "q09": dict.fromkeys("ABCD", "recovered scores"),
        "q10": {
            "B": "split_1 words", "C": "split_1 words", "D": "split_2 words",
            "E": "split_3 split_4 split_5 split_6 split_7 split_8 words voice",
            "F": "split_3 split_4 split_5 split_6 words voice",
            "G": "split_2 split_3 split_4 split_5 words voice",
        },
        "q11": {"A": "text-1", "B": "text-2", "C": "text-1", "D": "text-2"},
        "q12": dict.fromkeys("ABCD", "csm_own csm_standalone"),
    }  # fmt: skip


def test_figures_are_where_numbers_are(spec: QuizSpec, pack: Pack) -> None:
    assert tuple(full.numbers(spec, HOSTILE)) == DRAWN
    assert all(drawn(spec, id_) for id_ in DRAWN)


@pytest.mark.parametrize("id_", DRAWN)
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


def test_cards_need_no_arrays() -> None:
    code = (
        "import sys; from reports.card import card_of; from solvers.run import catalog; "
        "quiz = catalog.load(); [card_of(one, catalog.pack_of(quiz)) for one in quiz.questions]; "
        "sys.exit(len({'numpy', 'torch', 'umap', 'sklearn', 'numba'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
