"""A quiz is loaded as a whole: all its broken files at once, and nothing heavy for it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from solvers.run import catalog
from tests.questions.copied import QUIZ_DIR, edit, problems_of


def test_several_broken_files_are_reported_in_one_go(folder: Path) -> None:
    edit(folder, "quiz.yaml", "name: net", "name: gross")
    edit(folder, "q01.yaml", "kind: single", "kind: one")
    (folder / "q03.yaml").write_bytes(b"\xff")
    edit(folder, "q04.yaml", "section: tokenizer", "section: tokenizer\nsection: backbone")
    edit(folder, "q05.yaml", "rests_on: [codec-weights]", "rests_on: [codec-weights")
    edit(folder, "q06.yaml", 'points: "1"', "points: 1")
    edit(folder, "q06.yaml", "umap_is: nonlinear", "umap_is: non-linear")
    (folder / "q09.yaml").unlink()
    (folder / "q10.yaml").write_text("")
    (folder / "q11.yaml").write_text("[]")
    (folder / "q13.yaml").write_text("id: q13")
    found = problems_of(folder)
    told = [problem.removeprefix("questions/") for problem in found]
    # The parser's own words follow, which differ between libyaml and its Python twin.
    assert [problem.split(": while parsing")[0] for problem in told] == [
        "quiz.yaml:9: rule.name: found 'gross'; allowed: net, all-or-nothing, each-answer, coverage",
        "quiz.yaml:21: questions[8]: 'q09.yaml' does not exist in this folder",
        "q13.yaml: is not listed under 'questions' in questions/quiz.yaml",
        "q01.yaml:5: kind: found 'one'; allowed: single, multiple",
        "q03.yaml: is not UTF-8: byte 0xff at offset 0; save it as UTF-8",
        "q04.yaml:5:1: the key 'section' stands twice, first on line 4; keep one",
        "q05.yaml:16:7: is not YAML",
        "q06.yaml:6: points: found 1; allowed: a text; put it in quotes",
        "q06.yaml:20: options[0].claim.umap_is: found 'non-linear'; allowed: nonlinear, linear. "
        "Did you mean 'nonlinear'?",
        "q10.yaml: the file is empty; it needs a mapping of fields",
        "q11.yaml:1: found a list; allowed: a mapping of fields",
    ]


def test_without_quiz_yaml_the_questions_are_checked_all_the_same(folder: Path) -> None:
    (folder / "quiz.yaml").unlink()
    edit(folder, "q01.yaml", "kind: single", "kind: one")
    assert problems_of(folder) == [
        "questions/quiz.yaml: cannot be read: No such file or directory",
        "questions/q01.yaml:5: kind: found 'one'; allowed: single, multiple",
    ]


def test_options_may_be_reordered_added_and_changed_without_code(folder: Path) -> None:
    edit(folder, "q02.yaml", "{id: A, text", "{id: Z, text")
    edit(
        folder, "q02.yaml", '{zh: "8", en: "8"}, claim: {frames: 8}', '{zh: "9", en: "9"}, claim: {frames: 9}'
    )
    with (folder / "q02.yaml").open("a", encoding="utf-8") as file:
        file.write('  - {id: E, text: {zh: "1", en: "1"}, claim: {frames: 1}}\n')
    question = catalog.load(folder).question("q02")
    assert question.option_ids == ("Z", "B", "C", "D", "E")
    assert question.option("Z").parts[0].claim.frames == 9


LOOKUPS: dict[str, Callable[[], object]] = {
    "question": lambda: catalog.load().question("q13"),
    "option": lambda: catalog.load().question("q01").option("E"),
}


@pytest.mark.parametrize("lookup", LOOKUPS.values(), ids=LOOKUPS)
def test_looking_up_what_is_not_there(lookup: Callable[[], object]) -> None:
    with pytest.raises(KeyError):
        lookup()


def test_loading_imports_nothing_heavy() -> None:
    code = (
        "import sys; from solvers.run import catalog; import questions.key; catalog.load(); "
        "print([m for m in ('torch', 'numpy', 'jsonschema', 'rich', 'typer') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=QUIZ_DIR.parents[1]
    )
    assert done.stdout == "[]\n"
