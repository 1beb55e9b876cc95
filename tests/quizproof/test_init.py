"""`quizproof init`: keys and papers to fill in, which are read as they come and as they are filled in."""

import json
from pathlib import Path

import pytest

from grader.papers.paper import read_paper
from questions.key import load_key
from solvers.run import catalog
from tests.quizproof.commands import TINY, Run, edit, message

HEAD = """\
# The key of “A tiny quiz”.
# After each question stands what is correct: one letter, such as B, or several, such as [A, C] or AC.
# null is not known: the question is left out of the grade, and the report says so.
key:

  # q01 · Two and three · 0.8 points · single choice
  # How much is 2 + 3?
  #   A  The sum is 4
  #   B  The sum is 5
  #   C  The sum is 6
  #   D  The sum is 23
  q01: null

"""


def test_a_key_has_every_question_in_words_and_no_answer(run: Run, tmp_path: Path) -> None:
    done = run("init", "key", "--quiz", TINY)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "key.yaml: fill it in. Next: quizproof validate --key key.yaml\n"
    written = tmp_path / "key.yaml"
    assert written.read_text(encoding="utf-8").startswith(HEAD)
    key = load_key(written, catalog.load(TINY))
    assert key.unknown == ("q01", "q02", "q06", "q10")
    edit(written, "q06: null", "q06: ABD")
    assert load_key(written, catalog.load(TINY)).answers["q06"] == frozenset("ABD")


def test_a_paper_asks_for_its_student_and_is_blank(run: Run, tmp_path: Path) -> None:
    assert run("init", "paper", "--quiz", TINY).exit_code == 0
    written = tmp_path / "paper.yaml"
    assert message(run("check", written, "--quiz", TINY)) == (
        "paper.yaml:4: student: the student is missing; write your student number, such as student: B11901001"
    )
    edit(written, "student: #", "student:")
    edit(written, "q10: null", "q10: [A, E]")
    paper = read_paper(written, catalog.load(TINY))
    assert (paper.student, paper.answers) == ("B11901001", {"q10": frozenset("AE")})


@pytest.mark.parametrize("what", ["key", "paper"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_question_of_the_course_can_be_filled_in(
    run: Run, tmp_path: Path, what: str, language: str
) -> None:
    quiz = catalog.load()
    said = json.loads(run("init", what, "--lang", language, "--out", "mine.yaml", "--json").stdout)
    assert said == {"file": "mine.yaml"}
    text = (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    for question in quiz.questions:
        assert f"  # {question.id} · {getattr(question.title, language)} · " in text
        assert f"  {question.id}: null\n" in text
    assert max(map(len, text.splitlines())) <= 110
    edit(tmp_path / "mine.yaml", "  q06: null", "  q06: AB")
    if what == "key":
        assert load_key(tmp_path / "mine.yaml", quiz).answers["q06"] == frozenset("AB")
    else:
        edit(tmp_path / "mine.yaml", "student: #", "student:")
        assert read_paper(tmp_path / "mine.yaml", quiz).answers == {"q06": frozenset("AB")}


@pytest.mark.parametrize("what", ["key", "paper"])
def test_nothing_is_written_over(run: Run, tmp_path: Path, what: str) -> None:
    path = tmp_path / f"{what}.yaml"
    path.write_text("mine", encoding="utf-8")
    assert message(run("init", what)) == (
        f"{what}.yaml: is there already and stays as it is; give another --out."
    )
    (tmp_path / "link.yaml").symlink_to(tmp_path / "nowhere.yaml")
    assert message(run("init", what, "--out", "link.yaml")).startswith("link.yaml: is there already")
    assert path.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "nowhere.yaml").exists()
