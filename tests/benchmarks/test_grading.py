"""A small class through every stage: the file is Canvas's, and its scores are ours."""

import json
from pathlib import Path

import pytest

from benchmarks import grading as benchmark
from grader.papers.attempts import Attempts
from grader.papers.class_files import read_class
from grader.scores.class_grades import grade_class
from grader.scores.compare import compare
from solvers.run.catalog import load

QUIZ = load()


def test_the_class_that_is_measured_is_graded_as_canvas_did(tmp_path: Path) -> None:
    path = tmp_path / "class.csv"
    benchmark.write_class(path, QUIZ, 1000)
    files = read_class([path], QUIZ)
    assert (len(files.responses.frame), files.notes, files.skipped.n_rows) == (1000, (), 0)
    grades = grade_class(files.responses, benchmark.key_of(QUIZ), Attempts.LATEST)
    assert len(grades.frame) == 334
    assert grades.responses.frame["attempt"].value_counts(sort=True).rows() == [(3, 334)]
    assert {one.n_differing for one in compare(grades)} == {0}
    assert grades.frame["total"].n_unique() > 20


def test_the_same_seed_writes_the_same_class(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        benchmark.write_class(tmp_path / name, QUIZ, 50, seed)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != (tmp_path / "c").read_bytes()


def test_every_stage_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--papers", "200", "--repeats", "1", "--folder", str(tmp_path), "--json"]
    assert benchmark.main(arguments) in {0, 1}  # so small a class is all start-up
    figures = json.loads(capsys.readouterr().out)
    assert [(one["cache"], one["stage"]) for one in figures] == [
        (cache, stage) for cache in ("warm", "cold") for stage in ("bare", "grade", "regrade", "command")
    ]
    assert figures[0]["ratio"] == figures[4]["ratio"] == 1
    assert all(one["seconds"] > 0 and one["peak_mib"] > 10 for one in figures)
    assert list(tmp_path.iterdir()) == []
