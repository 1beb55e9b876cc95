"""`quizproof export pages` as a user types it."""

import csv
import json
from pathlib import Path

import pytest

from tests.quizproof.commands import TINY, Run, message
from tests.quizproof.test_export import FULL, write_class, write_key


@pytest.fixture
def pages(run: Run) -> Run:
    write_class(Path(), ["B1", *FULL], ["../B2", "B", *FULL[1:]])
    write_key(Path(), {})
    return lambda *arguments: run(
        "export", "pages", "class.csv", "--quiz", TINY, "--key", "key.yaml", *arguments
    )


def test_a_page_a_student_and_a_table(pages: Run) -> None:
    result = pages("--language", "en")
    assert (result.exit_code, result.stdout) == (0, "pages: 2 pages and mail.csv.\n")
    one, two = sorted(path for path in Path("pages").iterdir() if path.is_dir())
    assert (one.name[:3], two.name[:3]) == ("B1-", "B2-")
    assert [path.name for path in one.iterdir()] == ["index.html"]
    rows = list(csv.DictReader(Path("pages/mail.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["total"] for row in rows] == ["3.60", "2.80"]
    assert all((Path("pages") / row["page"]).is_file() for row in rows)
    document = json.loads(pages("--json").stdout)
    assert (document["folder"], len(document["files"])) == ("pages", 3)


def test_two_classes_do_not_mix_and_nothing_is_half_written(pages: Run) -> None:
    assert pages().exit_code == 0
    before = {path: path.read_bytes() for path in Path("pages").rglob("*") if path.is_file()}
    write_class(Path(), ["B3", *FULL])
    assert message(pages()).startswith("pages: has other files, such as 'B1-")
    assert {path: path.read_bytes() for path in Path("pages").rglob("*") if path.is_file()} == before


def test_a_regrade_is_not_explained_by_one_key(pages: Run) -> None:
    told = message(pages("--old-key", "key.yaml", "--regrade", "both"))
    assert told == "A page explains each score by one key: give no --old-key and no --regrade."
    assert not Path("pages").exists()
