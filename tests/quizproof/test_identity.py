"""Same inputs, same bytes: whatever the hash seed, locale, time zone, umask and number of threads."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.examples.test_tensors import HEADER, ROWS, TENSORS

ROOT = Path(__file__).parents[2]
KEY = str(TENSORS / "key.yaml")
QUIZ = ("--quiz", str(TENSORS))
LATE = ("--due", "2026-03-02T16:12:00+08:00", "--late", "10%")
ASSIGNMENT = ("--gradebook", "book.csv", "--assignment", "Quiz 1")
GRADEBOOK = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (4321)\n"
    "    Points Possible,,,,,5\nAnn Lee,17,B11901001,b1,A,\n王小明,18,B11901002,b2,A,\n"
)
COMMANDS = (
    ("report", *QUIZ, "--key", KEY, "--json"),
    ("grade", "class.csv", *QUIZ, "--key", KEY, *LATE, "--compare", "--out", "grades", "--json"),
    ("grade", "class.csv", *QUIZ, "--key", KEY, "--student", "B11901001", "--out", "student"),
    ("export", "gradescope", "class.csv", *QUIZ, "--key", KEY),
    ("export", "gradebook", "class.csv", *QUIZ, "--key", KEY, *ASSIGNMENT),
    ("export", "qti", *QUIZ, "--key", KEY),
    ("export", "junit", *QUIZ, "--key", KEY),
    ("export", "schema", *QUIZ),
    ("list", *QUIZ),
    ("validate", *QUIZ),
    ("report", "--out", "hw10", "--key", "hw10.yaml", "--json"),
    ("export", "junit", "--evidence", "hw10", "--key", "hw10.yaml", "--out", "hw10.xml"),
)  # fmt: skip
# Measures the small quiz, writes the records of HW10 that the tests keep, then runs every command in turn.
# Only when and how long was measured may differ: both are set before anything is made of them.
DRIVER = """
import contextlib, json, os, sys
from datetime import UTC, datetime
from pathlib import Path
os.umask(int(os.environ["UMASK"], 8))
import torch
from quizproof.cli.main import main
from solvers.evidence.store import Record, Store

def run(name, arguments):
    with open(f"{name}.out", "w", encoding="utf-8") as out, open(f"{name}.err", "w", encoding="utf-8") as err:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            sys.argv = ["quizproof", *arguments]
            try:
                main()
            except SystemExit as ended:
                print("exit", ended.code)

def timed(record):
    known = {"wall_time_s": 1.0, "measured_at": datetime(2026, 1, 9, 23, 59, 59, tzinfo=UTC)}
    return record.model_copy(update={"provenance": record.provenance.model_copy(update=known)})

run("verify", json.loads(os.environ["VERIFY"]))
for path in Path("proof/evidence").glob("*.json"):
    Store(Path("proof")).amend(timed(Store(Path("proof")).read(path.stem)))
for path in sorted(Path(os.environ["RECORDS"]).glob("*.json")):
    Store(Path("hw10")).write(Record.model_validate_json(path.read_text(encoding="utf-8")), {})
for n, arguments in enumerate(json.loads(os.environ["COMMANDS"])):
    run(f"{n:02d}", arguments)
assert torch.get_num_threads() == int(os.environ["OMP_NUM_THREADS"])
"""
PLAIN = {
    "PYTHONHASHSEED": "0", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TZ": "UTC",
    "UMASK": "022", "OMP_NUM_THREADS": "1", "COLUMNS": "80",
}  # fmt: skip
OTHER = {
    "PYTHONHASHSEED": "4242", "LC_ALL": "C.UTF-8", "LANG": "zh_TW.UTF-8", "TZ": "Asia/Taipei",
    "UMASK": "077", "OMP_NUM_THREADS": "2", "COLUMNS": "80",
}  # fmt: skip


def written(folder: Path, environment: dict[str, str]) -> dict[str, bytes]:
    """Every file that the commands leave in a folder, and what they said."""
    import json

    folder.mkdir()
    with (folder / "class.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *ROWS])
    (folder / "book.csv").write_text(GRADEBOOK, encoding="utf-8")
    answers = ", ".join(f"q{n:02d}: A" for n in (1, 2, 3, 4, 5, 9))
    (folder / "hw10.yaml").write_text(f"key: {{{answers}}}\n", encoding="utf-8")
    set_here = re.compile(r"LC_.*|LANG.*|.*_NUM_THREADS")
    kept = {name: value for name, value in os.environ.items() if not set_here.fullmatch(name)}
    given = {
        "PYTHONPATH": str(ROOT),
        "RECORDS": str(ROOT / "tests" / "solvers" / "hw10" / "records"),
        "VERIFY": json.dumps(["verify", *QUIZ, "--key", KEY, "--jobs", environment["OMP_NUM_THREADS"]]),
        "COMMANDS": json.dumps(COMMANDS),
    }
    done = subprocess.run(
        [sys.executable, "-c", DRIVER],
        cwd=folder,
        env=kept | given | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_all_that_is_written_and_said_is_the_same_to_the_byte(tmp_path: Path) -> None:
    one, other = (written(tmp_path / name, env) for name, env in (("a", PLAIN), ("b", OTHER)))
    said = {name: content.decode() for name, content in one.items() if name.endswith((".out", ".err"))}
    assert {name: text for name, text in said.items() if "fault of its own" in text} == {}
    ended = [int(text.rpartition("exit ")[2]) for name, text in said.items() if name.endswith(".out")]
    assert len(ended) == len(COMMANDS) + 1
    assert not {2, 70} & set(ended), [said[name] for name in said if name.endswith(".err")]
    assert len(one) > 40
    assert one.keys() == other.keys()
    assert [name for name, content in one.items() if other[name] != content] == []
