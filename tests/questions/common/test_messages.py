"""How messages show what was found and what was likely meant."""

from pathlib import Path

import pytest

from questions.common.messages import did_you_mean, plain_path, show

SHOWN = [
    (None, "nothing (null)"),
    (True, "true"),
    (3, "3"),
    (0.5, "0.5"),
    ({"a": 1}, "a mapping"),
    ([1], "a list"),
    ("情緒", "'情緒'"),
    ("a\nb\x1b[31m", "'a\\nb\\x1b[31m'"),
    ("x" * 60, "'" + "x" * 60 + "'"),
    ("x" * 61, "'" + "x" * 60 + "…'"),
    (10**80, "1" + "0" * 59 + "…"),
]


@pytest.mark.parametrize(("value", "shown"), SHOWN)
def test_show(value: object, shown: str) -> None:
    assert show(value) == shown


MEANT = [
    ("b", ["A", "B"], ". Did you mean 'B'?"),
    (" B ", ["A", "B"], ". Did you mean 'B'?"),
    ("AB", ["A", "B"], ""),  # a letter is not near another
    ("q1", ["q01", "q10", "q11"], ". Did you mean 'q01'?"),
    ("Q7", ["q06", "q07"], ". Did you mean 'q07'?"),
    ("q012", ["q01", "q02", "q12"], ". Did you mean 'q12'?"),
    ("anwsers", ["student", "answers"], ". Did you mean 'answers'?"),
    ("grade", ["student", "answers"], ""),
    (7, ["q07"], ""),
]


@pytest.mark.parametrize(("found", "allowed", "hint"), MEANT)
def test_did_you_mean(found: object, allowed: list[str], hint: str) -> None:
    assert did_you_mean(found, allowed) == hint


def test_a_path_is_named_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert plain_path(tmp_path / "questions" / "q07.yaml") == "questions/q07.yaml"
    assert plain_path(Path("q07.yaml")) == "q07.yaml"
    assert plain_path(tmp_path.parent / "q07.yaml") == str(tmp_path.parent / "q07.yaml")
    assert plain_path(Path("a\x1b.yaml")) == "a\\x1b.yaml"
