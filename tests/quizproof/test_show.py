"""`quizproof show`: questions as they are asked."""

import json
import subprocess
import sys
from pathlib import Path

from tests.quizproof.commands import TINY, Run, copy_of, edit, message


def test_a_question_is_printed_as_it_is_asked(run: Run) -> None:
    shown = run("show", "Q01", "--quiz", TINY)
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.splitlines() == [
        "q01 · Two and three · 0.8 points · single choice",
        "How much is 2 + 3?",
        "  A  The sum is 4",
        "  B  The sum is 5",
        "  C  The sum is 6",
        "  D  The sum is 23",
    ]
    chinese = run("show", "q06", "--quiz", TINY, "--lang", "zh").stdout.splitlines()
    assert chinese[:3] == ["q06 · 小於四 · 1 分 · 多選題", "下列哪些數小於 4? (多選)", "  A  數 1 小於 4"]


def test_one_point_is_no_points(run: Run) -> None:
    assert "· 1 point · multiple answers\n" in run("show", "q06", "--quiz", TINY).stdout


def test_several_questions_are_printed_and_all_of_them_unless_named(run: Run) -> None:
    heads = [block.split(" ", 1)[0] for block in run("show", "--quiz", TINY).stdout.split("\n\n")]
    assert heads == ["q01", "q02", "q06", "q10"]
    heads = [block.split(" ", 1)[0] for block in run("show", "q10,q02", "--quiz", TINY).stdout.split("\n\n")]
    assert heads == ["q02", "q10"]


def test_a_question_that_is_not_there(run: Run) -> None:
    assert message(run("show", "q1", "--quiz", TINY)) == (
        "no question 'q1'; allowed: q01, q02, q06, q10. Did you mean 'q01'?"
    )


def test_one_document_says_the_same(run: Run) -> None:
    (question,) = json.loads(run("show", "q01", "--quiz", TINY, "--json").stdout)["questions"]
    assert question["prompt"] == {"zh": "2 + 3 等於多少?", "en": "How much is 2 + 3?"}
    assert question["options"][3] == {"id": "D", "text": {"zh": "和是 23", "en": "The sum is 23"}}
    assert set(question) == {"id", "title", "section", "kind", "points", "prompt", "options"}


def test_what_a_terminal_would_obey_is_spelled_out(run: Run, tmp_path: Path) -> None:
    folder = copy_of(TINY, tmp_path / "quiz")
    edit(folder / "q01.yaml", "How much is 2 + 3?", "How much\u3000is \u202e2 + 3?")
    assert run("show", "q01", "--quiz", folder).stdout.splitlines()[1] == "How much  is \\u202e2 + 3?"


def test_no_model_is_loaded_for_it() -> None:
    script = (
        "import sys; sys.argv = ['quizproof', 'show', 'q06']\n"
        "from quizproof.cli.main import main\n"
        "try: main()\n"
        "finally: assert not {'torch', 'numpy', 'polars', 'transformers'} & set(sys.modules), sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("q06 · Emotions in UMAP, layer by layer · 1 point · multiple answers\n")
