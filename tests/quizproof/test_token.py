"""A planted token goes through every command and every error of the hub: it is never printed or stored."""

# ruff: noqa: F811  # the fixtures are imported

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from questions.common.errors import SourceError
from solvers.fetching.download import download
from solvers.fetching.network import shown
from solvers.hw10.resources.codec_weights import REPO as MIMI_REPO
from solvers.hw10.resources.csm_weights import REPO as CSM_REPO
from tests.examples.test_tensors import HEADER, ROWS, TENSORS
from tests.hub.official import csm_folder, default_hub, hub, mimi_folder  # noqa: F401
from tests.hub.small_hub import TOKEN, SmallHub
from tests.quizproof.test_identity import ASSIGNMENT, GRADEBOOK

ROOT = Path(__file__).parents[2]
KEY = str(TENSORS / "key.yaml")
QUIZ = ("--quiz", str(TENSORS))
GRADED = ("class.csv", *QUIZ, "--key", KEY)
EVERY = (
    ("verify", *QUIZ, "--key", KEY),
    ("report", *QUIZ, "--key", KEY, "--json"),
    ("grade", *GRADED, "--out", "grades"),
    ("grade", *GRADED, "--student", "B11901001", "--out", "student"),
    ("check", "paper.yaml", *QUIZ, "--key", KEY),
    ("validate", *QUIZ),
    ("list", *QUIZ),
    ("list",),
    ("list", "--audio", "."),
    ("export", "gradescope", *GRADED),
    ("export", "gradebook", *GRADED, *ASSIGNMENT),
    ("export", "qti", *QUIZ, "--key", KEY),
    ("export", "junit", *QUIZ, "--key", KEY),
    ("export", "schema", *QUIZ),
    ("new", "quiz", "primes"),
    ("new", "question", "primes", "--id", "q02"),
    ("fetch", "emovdb", "--mirror", f"http://me:{TOKEN}@127.0.0.1:1/"),
    ("fetch", "emovdb", "--mirror", f"https://me:{TOKEN}@[::1"),
    ("fetch", "emovdb", "--mirror", f"me:{TOKEN}@127.0.0.1"),
    ("verify", "--lock", "no.lock", "--whisper", "nobody"),
    ("lock", "--whisper", "package:base"),
    ("grade", "nowhere.csv", "--key", "nowhere.yaml"),
)  # fmt: skip
DRIVER = """
import json, os, sys
from quizproof.cli.main import main
for arguments in json.loads(os.environ.pop("COMMANDS")):
    sys.argv = ["quizproof", *arguments]
    try:
        main()
    except SystemExit as ended:
        print("ended", ended.code)
"""


def run(folder: Path, endpoint: str, *commands: tuple[str, ...]) -> tuple[str, list[int]]:
    """All that the commands say, in one process with the token in its surroundings, and their exit codes."""
    home = folder.parent / "home"
    (home / "hub").mkdir(parents=True, exist_ok=True)
    given = {
        "HF_HOME": str(home),
        "HF_TOKEN": TOKEN,
        "HF_ENDPOINT": endpoint,
        "HF_HUB_VERBOSITY": "debug",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "QUIZPROOF_TRACEBACK": "1",
        "PYTHONPATH": str(ROOT),
        "COMMANDS": json.dumps(commands),
    }
    done = subprocess.run(
        [sys.executable, "-c", DRIVER],
        cwd=folder,
        env=os.environ | given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    codes = [
        int(line.removeprefix("ended ")) for line in done.stdout.splitlines() if line.startswith("ended ")
    ]
    assert len(codes) == len(commands)
    return done.stdout + done.stderr, codes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    work = tmp_path / "work"
    work.mkdir()
    with (work / "class.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *ROWS])
    (work / "book.csv").write_text(GRADEBOOK, encoding="utf-8")
    (work / "paper.yaml").write_text("student: B1\nanswers: {q01: A}\n", encoding="utf-8")
    return work


def has_token(folder: Path) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path for path in files if TOKEN.encode() in path.read_bytes() or TOKEN in path.name]


def test_no_command_says_it_or_stores_it(default_hub: SmallHub, mimi_folder: Path, folder: Path) -> None:
    default_hub.add(MIMI_REPO, mimi_folder)
    said, codes = run(folder, default_hub.url, *EVERY)
    assert TOKEN in default_hub.tokens  # it was there to be said
    assert set(codes) <= {0, 1, 2, 3}, said
    assert TOKEN not in said
    assert has_token(folder.parent) == []


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_no_error_of_the_hub_says_it(
    status: int, default_hub: SmallHub, csm_folder: Path, folder: Path
) -> None:
    default_hub.add(CSM_REPO, csm_folder, gated=True)
    default_hub.status = status
    said, _ = run(
        folder,
        default_hub.url,
        ("lock", "--whisper", "package:base"),
        ("verify", "q11", "--models", "official"),
    )
    assert TOKEN in default_hub.tokens
    assert TOKEN not in said
    assert has_token(folder.parent) == []


@pytest.mark.parametrize(
    "endpoint", [f"http://me:{TOKEN}@127.0.0.1:1", f"https://me:{TOKEN}@[::1", f"me:{TOKEN}@h"]
)
def test_no_address_with_it_is_repeated(endpoint: str, folder: Path) -> None:
    said, codes = run(
        folder, endpoint, ("lock", "--whisper", "package:base"), ("verify", "q11", "--models", "official")
    )
    assert set(codes) <= {0, 2, 3}
    assert TOKEN not in said
    assert has_token(folder.parent) == []


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://me:PW@mirror.example:8443/a?b=c@d", "https://mirror.example:8443/a?b=c@d"),
        ("https://mirror.example/a@b", "https://mirror.example/a@b"),
        ("me:PW@mirror.example/a", "mirror.example/a"),
        ("http://me:PW@[::1/a", "http://[::1/a"),
        ("//me@mirror.example", "//mirror.example"),
        ("mirror.example", "mirror.example"),
    ],
)
def test_an_address_is_shown_without_name_and_password(address: str, told: str, tmp_path: Path) -> None:
    assert shown(address) == told
    if "PW" in address:
        with pytest.raises(SourceError) as caught:
            download(address, tmp_path / "a", 1_000)
        assert str(caught.value).startswith(f"{told}: ")
        assert "PW" not in str(caught.value)
