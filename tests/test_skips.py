"""The guard against tests that skip themselves, run by a pytest of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import skips

SKIPPING = """
import pytest

@pytest.mark.skipif(True, reason="no browser here")
def test_marked(): ...

def test_runs(): ...

@pytest.mark.parametrize("n", [1])
def test_listed(n): pytest.skip("not on this system")

@pytest.mark.xfail(reason="a known fault")
def test_known(): assert False
"""
ABSENT = "import pytest\npytest.importorskip('no_such_module')\n"
# The plugin with another list in the place of ours.
RUN = """
import pathlib, sys, pytest
from tests import skips
skips.LIST = pathlib.Path("skips.txt")
options = ["-q", "-p", "no:cacheprovider", "--rootdir=.", "-c", "/dev/null"]
sys.exit(pytest.main([*options, "."], plugins=[skips]))
"""


def run(folder: Path, ci: str) -> tuple[int, str]:
    (folder / "test_skipping.py").write_text(SKIPPING, encoding="utf-8")
    (folder / "skips.txt").write_text("test_skipping.py::test_listed  another system\n", encoding="utf-8")
    environment = os.environ | {"CI": ci, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", RUN], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_in_ci_a_skipped_test_fails_unless_it_is_listed(tmp_path: Path) -> None:
    code, said = run(tmp_path, ci="true")
    assert code == 1
    assert "1 passed, 1 skipped, 1 xfailed, 1 error in" in said  # skipped before it began
    assert "test_skipping.py::test_marked: Skipped: no browser here; in CI nothing is skipped that" in said


def test_in_ci_a_file_that_skips_itself_fails(tmp_path: Path) -> None:
    (tmp_path / "test_absent.py").write_text(ABSENT, encoding="utf-8")
    code, said = run(tmp_path, ci="true")
    assert code == 2
    assert "test_absent.py: Skipped: could not import 'no_such_module'" in said


def test_elsewhere_a_test_may_skip_itself(tmp_path: Path) -> None:
    (tmp_path / "test_absent.py").write_text(ABSENT, encoding="utf-8")
    code, said = run(tmp_path, ci="")
    assert code == 0
    assert "1 passed, 3 skipped, 1 xfailed" in said


def test_the_list_gives_every_reason(request: pytest.FixtureRequest) -> None:
    for line in skips.LIST.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, reason = line.partition(" ")
            assert reason.strip(), line
            assert (Path(request.config.rootpath) / name.partition("::")[0]).is_file(), line
