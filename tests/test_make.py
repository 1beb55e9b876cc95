"""What `make` and `.ci/browser` do, with recorders in place of the programs that change a machine."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BROWSER = ROOT / ".ci" / "browser"


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH that has what scripts are made of, and neither browser, font nor way to install them."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("bash", "sh", "cat", "echo", "env", "xargs", "touch", "make"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    return folder


def put(tools: Path, name: str, script: str) -> None:
    path = tools / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def put_apt(tools: Path, log: Path, code: int = 0) -> None:
    put(tools, "apt-get", f'echo "$DEBIAN_FRONTEND $@" >> {log}\nexit {code}')


def browser(tools: Path, what: str) -> tuple[int, str]:
    done = subprocess.run(
        ["bash", BROWSER, what],
        env={"PATH": str(tools)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_with_a_browser_and_a_font_nothing_is_done(tools: Path, tmp_path: Path) -> None:
    put(tools, "google-chrome", "")
    put(tools, "fc-list", "echo WenQuanYi")
    put_apt(tools, tmp_path / "log")
    assert browser(tools, "install") == (0, "")
    assert browser(tools, "missing") == (0, "")
    assert not (tmp_path / "log").exists()


def test_root_installs_what_is_missing(tools: Path, tmp_path: Path) -> None:
    put(tools, "id", "echo 0")
    put_apt(tools, tmp_path / "log")
    wanted = "chromium fonts-wqy-zenhei"
    assert browser(tools, "install") == (0, f"Installing {wanted} by apt-get, for the browser tests.\n")
    assert (tmp_path / "log").read_text().splitlines() == [
        "noninteractive -qq update",
        f"noninteractive -qq install --no-install-recommends --yes {wanted}",
    ]


def test_sudo_without_a_password_is_used(tools: Path, tmp_path: Path) -> None:
    put(tools, "id", "echo 1000")
    put(tools, "chromium", "")
    put(tools, "sudo", f'echo "sudo $@" >> {tmp_path / "log"}\nshift\nexec "$@"')
    put(tools, "true", "")
    put_apt(tools, tmp_path / "log")
    assert browser(tools, "install")[0] == 0
    as_root = "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -qq"
    install = "install --no-install-recommends --yes fonts-wqy-zenhei"
    assert (tmp_path / "log").read_text().splitlines() == [
        "sudo -n true",
        f"{as_root} update",
        "noninteractive -qq update",
        f"{as_root} {install}",
        f"noninteractive -qq {install}",
    ]


def test_who_may_not_install_is_told_what_was_not_run(tools: Path, tmp_path: Path) -> None:
    put(tools, "id", "echo 1000")
    put(tools, "sudo", "exit 1")
    put_apt(tools, tmp_path / "log")
    assert browser(tools, "install") == (0, "")
    assert not (tmp_path / "log").exists()
    assert browser(tools, "missing") == (
        0,
        "Not run: the tests in a browser. Missing here: chromium fonts-wqy-zenhei "
        "(as root: apt-get install chromium fonts-wqy-zenhei).\n",
    )


def test_an_installation_that_fails_is_said_and_the_tests_go_on(tools: Path, tmp_path: Path) -> None:
    put(tools, "id", "echo 0")
    put(tools, "fc-list", "echo WenQuanYi")
    put_apt(tools, tmp_path / "log", code=100)
    code, said = browser(tools, "install")
    assert (code, said.splitlines()[1]) == (0, "apt-get could not install chromium.")


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """A virtual environment that is ready, whose programs write down how they were called."""
    folder = tmp_path / "venv"
    (folder / "bin").mkdir(parents=True)
    for name in ("quizproof", "ruff", "mypy", "python"):
        put(folder / "bin", name, f'printf "{name}"; printf " [%s]" "$@"; echo; exit ${{ENDS:-0}}')
    (folder / ".ready").touch()
    return folder


def make(*arguments: str, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_make_verify_passes_the_key_on(venv: Path) -> None:
    plain, keyed = (make("verify", f"VENV={venv}", *key) for key in ((), ("KEY=my key.yaml", "OUT=my proof")))
    assert plain == (0, "quizproof [verify] [--allow-open] [--out] [proof]\n", "")
    assert keyed == (
        0,
        "quizproof [verify] [--allow-open] [--out] [my proof] [--key] [my key.yaml]\n",
        "",
    )


def test_make_test_ends_with_what_was_not_run_and_with_the_tests_own_code(venv: Path, tools: Path) -> None:
    put(tools, "id", "echo 1000")
    put(venv / "bin", "python", "echo 3 failed, 4 skipped; exit 1")
    code, said, missing = make("test", f"VENV={venv}", PATH=str(tools))
    assert code == 2  # make's own code for a recipe that failed
    assert said.splitlines()[-1] == "3 failed, 4 skipped"
    assert missing.splitlines()[0].startswith("Not run: the tests in a browser. Missing here: chromium")
