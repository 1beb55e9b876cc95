"""What quick commands do without, in a process of their own; seconds would tell of the machine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.startup import COMMANDS
from questions.forms import key_form, paper_form
from quizproof.cli.commands import COMMANDS as TABLE
from quizproof.cli.commands import LoadedOnUse
from quizproof.cli.help import MAX_LINE_CHARS
from solvers.run import catalog

HEAVY = {
    "torch", "polars", "transformers", "huggingface_hub", "numpy", "jinja2", "rich", "safetensors",
    "soundfile", "whisper", "umap", "fastexcel",
}  # fmt: skip
WITHOUT = {name: HEAVY | ({"pydantic", "yaml"} if name.startswith("--") else set()) for name in COMMANDS}
CHILD = """
import json, sys
from quizproof.cli.main import main
sys.argv = ["quizproof", *json.loads(sys.argv[1])]
try:
    main()
finally:
    sys.stderr.write(json.dumps(sorted(name for name in sys.modules if "." not in name or "judge" in name)))
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_a_quick_command_imports_nothing_slow(tmp_path: Path, name: str) -> None:
    quiz = catalog.load()
    (tmp_path / "key.yaml").write_text(key_form(quiz, "en"), encoding="utf-8")
    paper = paper_form(quiz, "en").replace("student:", "student: B1")
    (tmp_path / "paper.yaml").write_text(paper, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps(COMMANDS[name])],
        cwd=tmp_path, env={"PYTHONPATH": str(Path.cwd()), "HOME": str(tmp_path), "PATH": ""},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    imported = set(json.loads(done.stderr.splitlines()[-1]))
    assert "quizproof" in imported
    assert not imported & WITHOUT[name]
    assert not [one for one in imported if one.endswith(".judge") and ".q" in one]


def test_help_lists_what_the_commands_say_of_themselves() -> None:
    made = LoadedOnUse(TABLE)
    assert {name: made[name].get_short_help_str(limit=MAX_LINE_CHARS) for name in made} == {
        name: entry.help for name, entry in TABLE.items()
    }


def test_what_is_no_command_is_refused_with_the_nearest() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "quizproof", "verfy"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Did you mean 'verify'?" in done.stderr
