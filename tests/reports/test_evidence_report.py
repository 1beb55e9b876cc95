"""The page: complete, deterministic, and blind to markup in what comes from outside."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from grader.key.verification import Verification
from questions.key import Key
from questions.quiz import Bilingual, QuizSpec
from reports.draw.numbers import shown_number
from reports.evidence_report import render_report, write_report
from reports.page import environment
from solvers.evidence.sources import Artifact
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Evidence, assemble
from solvers.run import catalog
from solvers.run.judge import NOT_MEASURED, findings_of
from tests.reports.hw10 import full
from tests.reports.hw10.full import HOSTILE, judged, provenance


class Page(HTMLParser):
    """Collects tags and ids; a void or unclosed element shows as an imbalance."""

    VOID = frozenset({"meta", "input", "br", "link", "img"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.sources: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"]] if given.get("id") else []
        self.sources += [value for name in ("src", "href") if (value := given.get(name))]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def verification(
    spec: QuizSpec, found: dict[str, Evidence], key: dict[str, str] | None = None
) -> Verification:
    evidence = {
        q.id: found.get(q.id) or Evidence(question=q.id, failure=NOT_MEASURED) for q in spec.questions
    }
    answers = {q.id: frozenset(key[q.id]) if q.id in key else None for q in spec.questions} if key else {}
    return Verification(spec, evidence, Key(answers, "a note", name="key.yaml") if key else None)


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_every_question_and_option_stands_in_the_page(spec: QuizSpec) -> None:
    html = render_report(verification(spec, {}), {})
    page = Page(html)
    assert page.open == []
    assert [id_ for id_ in page.ids if len(id_) == 3 and id_[0] == "q"] == [q.id for q in spec.questions]
    assert page.tags.count("script") == 1
    assert all(source.startswith(("#q", "#top")) for source in page.sources)  # nothing of a network
    for question in spec.questions:
        for option in question.options:
            assert environment().from_string("{{ x }}").render(x=option.text.zh) in html
    assert text_of(html).count(NOT_MEASURED.en) == len(spec.questions) == 12


def test_verdicts_are_told_in_words_and_shape_with_their_numbers(spec: QuizSpec) -> None:
    found = {"q02": judged(spec.question("q02"), "C")}
    text = text_of(render_report(verification(spec, found, {"q02": "C"}), {}))
    assert "✔ 成立 holds" in text
    assert "✘ 不成立 fails" in text
    assert "◆ 幀數由架構決定，與權重、音檔內容無關：每秒 12.5 幀。 The frames follow" in text
    assert "margin: 須 needed ≥ 0.3 ，得 , got 1.23 [1, 1.5] nat/token ✔" in text
    assert "measured because" in text
    assert "at least 0.3" in text
    assert "✔ 證實 confirmed" in text
    assert "Key key.yaml SHA-256" in text
    assert "— a note · 量測於 measured 2026-01-09 15:59 UTC · quizproof" in text


def test_a_contradicted_key_is_said_at_the_top(spec: QuizSpec) -> None:
    found = {"q02": judged(spec.question("q02"), "C"), "q01": judged(spec.question("q01"), "B")}
    text = text_of(render_report(verification(spec, found, {"q02": "A", "q01": "B"}), {}))
    assert "The evidence contradicts the key on q02" in text
    assert "⚠ 與答案矛盾 the key says otherwise" in text
    assert "grade PAPERS --key NEW.yaml --old-key OLD.yaml --regrade both" in text


def test_a_rehearsal_is_never_shown_as_conclusive(spec: QuizSpec) -> None:
    found = {"q02": judged(spec.question("q02"), "C", genuine=False, name="stand-in codec")}
    html = render_report(verification(spec, found, {"q02": "A"}), {})
    card = html.split('id="q02"')[1].split('id="q03"')[0]
    assert "◆" not in card
    assert text_of(card).count("演練：不成立 rehearsal: fails") == 3
    assert "✔" not in card.split('class="more"')[0]  # hollow marks alone
    assert "✘" not in card.split('class="more"')[0]
    assert "contradicted" not in card
    assert "the real" in card
    assert "Stand-ins were used" in html


def test_the_whole_key_confirmed(spec: QuizSpec) -> None:
    found = {q.id: judged(q, "A") for q in spec.questions}
    html = render_report(verification(spec, found, {q.id: "A" for q in spec.questions}), {})
    assert "The whole key is confirmed." in html
    assert "Stand-ins" not in html


def test_what_comes_from_outside_stays_text(spec: QuizSpec) -> None:
    found = {
        "q02": judged(spec.question("q02"), "C", reason=HOSTILE, name=HOSTILE),
        "q05": Evidence(question="q05", failure=Bilingual(zh=HOSTILE, en=HOSTILE)),
    }
    hostile = verification(spec, found, {"q02": "C"})
    hostile = Verification(spec, hostile.evidence, Key(hostile.key.answers, HOSTILE, name=HOSTILE))
    html = render_report(hostile, {})
    assert Page(html).tags.count("script") == html.count("<script") == 1
    assert "49" not in text_of(html.split('id="q02"')[1].split('id="q03"')[0]).split("margin")[0]
    assert html.count("&lt;script&gt;") >= 10


def q09_evidence(spec: QuizSpec, transcript: str) -> Evidence:
    question = spec.question("q09")
    found = full.q09(question, transcript)
    artifacts = tuple(
        Artifact(
            name=name, file=f"q09/{name}.mp3", shape=(168_960,), dtype="float32", sample_rate_hz=24_000,
            sha256="0" * 64, file_sha256="0" * 64, transcript=transcript,
        )
        for name in ("shuffled", "recovered")
    )  # fmt: skip
    findings = findings_of(catalog.pack_of(spec).solver(question.solver), question, found)
    return assemble(question, findings, provenance(genuine=False), found.model_dump(mode="json"), artifacts)


def test_q9_shows_24_orders_and_two_players(spec: QuizSpec) -> None:
    found = {"q09": q09_evidence(spec, HOSTILE)}
    html = render_report(
        verification(spec, found), {f"q09/{n}.mp3": f"media/q09/{n}.mp3" for n in ("shuffled", "recovered")}
    )
    page = Page(html)
    assert [source for source in page.sources if source.startswith("media")] == [
        "media/q09/shuffled.mp3",
        "media/q09/recovered.mp3",
    ]
    card = html.split('id="q09"')[1].split('id="q10"')[0]
    assert card.count("<tr><td>[") + card.count('<tr class="marked"><td>[') == 24
    assert card.index('<tr class="marked"><td>[0, 1, 2, 3]</td>') < card.index("<td>[0, 1, 3, 2]</td>")
    assert "(7.0 s)" in card
    assert html.count("<script") == 1


def test_a_sound_that_is_not_there_is_said(spec: QuizSpec, tmp_path: Path) -> None:
    html = write_report(verification(spec, {"q09": q09_evidence(spec, "noise")}), Store(tmp_path)).read_text()
    assert html.count("The sound does not lie beside the report.") == 2
    assert "audio" not in Page(html).tags


def test_the_same_evidence_gives_the_same_bytes(spec: QuizSpec, tmp_path: Path) -> None:
    found = {"q02": judged(spec.question("q02"), "C"), "q09": q09_evidence(spec, "noise")}
    paths = [write_report(verification(spec, found), Store(tmp_path / name)) for name in ("a", "b")]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_an_undefined_name_is_an_error_not_a_blank() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing }}").render()


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0"), (1.23456, "1.23"), (-0.6735, "−0.673"), (2047, "2047"), (6e-5, "6 × 10⁻⁵"), (-3.0, "−3")],
)
def test_numbers_are_shown_to_three_digits(value: float, shown: str) -> None:
    assert shown_number(value) == shown
