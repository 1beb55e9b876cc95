"""`--codec DIR` and its like, and `--resource NAME=PATH` for any."""

import json
from pathlib import Path

import pytest

from solvers.hw10.models.codec import mimi_config, random_mimi
from tests.conftest import SMALL
from tests.quizproof.commands import TINY, Run, message

RESOURCES = (
    "architecture, asr-weights, codec-weights, course-audio, csm-weights, emovdb, reference-whisper, "
    "speaker-weights, torch-library, umap"
)


def test_any_resource_can_be_given_by_its_name(run: Run, tmp_path: Path) -> None:
    codec = tmp_path / "mimi"
    random_mimi(0, mimi_config(**SMALL)).save_pretrained(codec)
    listing = ("list", "--models", "standin", "--json")
    by_option = run(*listing, "--codec", codec)
    assert run(*listing, "--resource", f"codec-weights={codec}") == by_option
    rows = {row["question"]: row["rests_on"] for row in json.loads(by_option.stdout)["questions"]}
    assert rows["q05"] == {"codec-weights": f"{codec} (given by path, not locked)"}


@pytest.mark.parametrize("command", ["verify", "list", "lock"])
def test_an_unknown_one_is_named_with_the_nearest(run: Run, tmp_path: Path, command: str) -> None:
    assert message(run(command, "--resource", "codec-wieghts=x")) == (
        f"--resource 'codec-wieghts': this quiz has none of that name; allowed: {RESOURCES}. "
        "Did you mean 'codec-weights'?"
    )
    assert not list(tmp_path.iterdir())


def test_a_resource_of_another_quiz_is_refused(run: Run) -> None:
    said = message(run("list", "--quiz", TINY, "--codec", "mimi"))
    assert said == (
        "--resource 'codec-weights': this quiz has none of that name; allowed: asr-weights, course-audio, "
        "speaker-weights, torch-library. Did you mean 'asr-weights'?"
    )


@pytest.mark.parametrize("given", ["codec-weights", "=x", "codec-weights="])
def test_one_without_name_or_path_is_refused(run: Run, given: str) -> None:
    assert message(run("list", "--resource", given)) == (
        f"--resource '{given}': allowed: NAME=PATH, such as codec-weights=DIR."
    )


def test_help_shows_what_the_resources_bring(run: Run) -> None:
    said = run("verify", "--help").stdout
    assert all(flag in said for flag in ("--codec", "--csm", "--whisper", "--voices", "--resource"))
