"""Cards: found through the solver that a question names, empty where it has none, wrong ones refused."""

import shutil
from pathlib import Path

import pytest

from grader.key.verification import Verification
from questions.common.errors import SpecError
from questions.quiz import AnyQuestion, Bilingual
from reports.card import EMPTY_CARD, Card, card_of
from reports.details import details_of
from reports.evidence_report import render_report
from solvers.evidence.sources import Artifact, Provenance
from solvers.evidence.verdicts import Evidence, assemble
from solvers.run import catalog
from solvers.run.catalog import Pack
from solvers.run.judge import NOT_MEASURED, findings_of

TINY_QUIZ = Path(__file__).parents[1] / "tiny_quiz"
CARD_OF_A_SUM = """
from markupsafe import Markup
from questions.quiz import AnyQuestion, Bilingual
from reports.card import Card, Method, Slider
from reports.draw.figures import Figure
from reports.draw.tables import Table

SAME = Bilingual(zh="和", en="sum")


def figures(question, raw, media):
    return (Figure(Bilingual(zh=question.id, en=media.get("loose", "silent")), ()),)


def tables(question, raw):
    return (Table(SAME, (SAME,), ((str(raw["total"]),),)),)


CARD = Card(
    method=Method(SAME, "Peano 1889"),
    figures=figures,
    tables=tables,
    sound_labels={name: Bilingual(zh=name, en=name) for name in ("a", "b", "loud", "quiet", "alone")},
    pairs=(("a", "b"), ("a", "missing")),
    slider=Slider("gain", ("quiet", "loud"), lambda split: Markup(f"<svg>{split}</svg>")),
)
"""


def quiz(folder: Path, card: str | None) -> Path:
    """The tiny quiz in a folder of its own, with a card for its sums."""
    shutil.copytree(TINY_QUIZ, folder, ignore=shutil.ignore_patterns("__pycache__"))
    if card is not None:
        (folder / "cards").mkdir()
        (folder / "cards" / "q01_sum.py").write_text(card, encoding="utf-8")
    return folder


def artifact(name: str) -> Artifact:
    return Artifact(
        name=name, file=f"q01/{name}.mp3", shape=(24_000,), dtype="float32", sample_rate_hz=24_000,
        sha256="0" * 64, file_sha256="0" * 64,
    )  # fmt: skip


def test_a_question_without_a_card_has_an_empty_one(tmp_path: Path) -> None:
    spec = catalog.load(quiz(tmp_path / "bare", None))
    assert [card_of(question, catalog.pack_of(spec)) for question in spec.questions] == [EMPTY_CARD] * 4
    assert (EMPTY_CARD.method, EMPTY_CARD.slider, EMPTY_CARD.pairs) == (None, None, ())
    assert (EMPTY_CARD.figures(spec.questions[0], {}, {}), EMPTY_CARD.tables(spec.questions[0], {})) == (
        (),
        (),
    )


def test_questions_of_one_solver_share_its_card(tmp_path: Path) -> None:
    spec = catalog.load(quiz(tmp_path / "carded", CARD_OF_A_SUM))
    cards = {question.id: card_of(question, catalog.pack_of(spec)) for question in spec.questions}
    assert isinstance(cards["q01"], Card)
    assert cards["q01"] is cards["q02"]
    assert cards["q01"].method is not None
    assert cards["q01"].method.source == "Peano 1889"
    assert cards["q06"] is cards["q10"] is EMPTY_CARD


def evidence_of(question: AnyQuestion, pack: Pack, total: int, *sounds: str) -> Evidence:
    """A sum, measured and judged, with short sounds beside it."""
    solver = pack.solver(question.solver)
    numbers = solver.measurements.model_validate({"total": total})
    provenance = Provenance(sources=(), libraries={}, device="cpu", dtype="", seed=0, wall_time_s=0.0)
    findings = findings_of(solver, question, numbers)
    raw = numbers.model_dump(mode="json")
    return assemble(question, findings, provenance, raw, tuple(map(artifact, sounds)))


def test_what_a_card_makes_of_evidence(tmp_path: Path) -> None:
    spec = catalog.load(quiz(tmp_path / "shown", CARD_OF_A_SUM))
    pack, question = catalog.pack_of(spec), spec.question("q01")
    evidence = evidence_of(question, pack, 5, "quiet", "a", "loose", "loud", "alone", "b")
    media = {"q01/a.mp3": "media/q01/a.mp3", "q01/loose.mp3": "media/q01/loose.mp3"}
    found = details_of(card_of(question, pack), question, evidence, media)
    assert found.tables[0].rows == (("5",),)
    assert found.figures[0].caption == Bilingual(zh="q01", en="media/q01/loose.mp3")
    players = found.players
    assert [(one.id, two.id) for one, two in players.pairs] == [("q01-a", "q01-b")]
    assert (players.pairs[0][0].address, players.pairs[0][1].address) == ("media/q01/a.mp3", None)
    assert [(one.id, one.split, one.split_picture) for one in players.splits] == [
        ("q01-quiet", 0, "<svg>0</svg>"),
        ("q01-loud", 1, "<svg>1</svg>"),
    ]
    assert players.slider == "gain"
    assert [one.id for one in players.others] == ["q01-alone"]  # "loose" has no label, so no player


def test_a_part_of_it_has_the_named_sounds_and_panels_alone(tmp_path: Path) -> None:
    """A pair stays one, what is left of a slider stands by itself, and tables are of all options."""
    spec = catalog.load(quiz(tmp_path / "part", CARD_OF_A_SUM))
    pack, question = catalog.pack_of(spec), spec.question("q01")
    evidence = evidence_of(question, pack, 5, "quiet", "a", "loud", "alone", "b")
    found = details_of(card_of(question, pack), question, evidence, {})
    part = found.only({"a", "b", "loud"})
    assert [one.id for one in part.players.every] == ["q01-a", "q01-b", "q01-loud"]
    assert len(part.players.pairs) == 1
    assert (part.players.splits, part.players.slider, part.tables, part.figures) == ((), "", (), ())
    assert [one.id for one in found.only({"a"}).players.others] == ["q01-a"]
    assert not found.only(set()).any
    labels = [found.players.short_label(player).en for player in found.players.every]
    assert labels == ["gain = 0", "gain = 1", "a", "b", "alone"]
    assert found.any


def test_a_report_of_any_quiz_has_what_its_cards_give(tmp_path: Path) -> None:
    spec = catalog.load(quiz(tmp_path / "report", CARD_OF_A_SUM))
    failed = {q.id: Evidence(question=q.id, failure=NOT_MEASURED) for q in spec.questions}
    evidence = evidence_of(spec.question("q01"), catalog.pack_of(spec), 5, "quiet", "loud")
    html = render_report(Verification(spec, failed | {"q01": evidence}, None), {})
    card = html.split(' id="q01" aria-labelledby')[1].split("</article>")[0]
    assert "Peano 1889" in card
    assert '<label>gain = <output>1</output> <input type="range" min="0" max="1" step="1" value="1">' in card
    assert '<div class="layers"><svg>1</svg></div>' in card
    assert "<td>5</td>" in card
    assert "Peano 1889" in html.split('id="q02"')[1].split("</article>")[0]  # its solver's too
    assert "Method:" not in html.split(' id="q06" aria-labelledby')[1].split("</article>")[0]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("\nCARD = 5\n", "q01_sum.py: CARD is no Card; give one, as docs/new_question.md shows"),
        ("\nCARD = 1 / 0\n", "q01_sum.py: cannot be imported (ZeroDivisionError: division by zero)"),
    ],
)
def test_what_is_no_card_is_said(tmp_path: Path, code: str, said: str) -> None:
    spec = catalog.load(quiz(tmp_path / "wrong", code))
    with pytest.raises(SpecError) as caught:
        card_of(spec.question("q01"), catalog.pack_of(spec))
    assert str(caught.value).endswith(said)
