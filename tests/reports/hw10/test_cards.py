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
