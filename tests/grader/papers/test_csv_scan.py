"""Polars' own scan of a file gives what the blocks give, or leaves the file to them."""

import csv
import io
from functools import partial
from pathlib import Path
from random import Random

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from grader.papers import columns, csv_scan
from grader.papers.class_files import read_class
from grader.papers.csv_blocks import Block, read_blocks, read_header
from grader.papers.csv_scan import OutOfTheOrdinaryError, scanned
from questions.common.errors import SubmissionError
from tests.grader.tiny import QUIZ

PIECES = [*list(',;"\n\t \\=aé'), "\r\n", "😀", "\u2028"]
CELL = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
HERE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
HEADER = b'"a title\nof two lines",b,c\n'


def rows_of(blocks: list[Block]) -> list[tuple[object, ...]]:
    """The rows; of a categorical column an empty cell is null or "", which mean the same."""
    assert not any(block.broken for block in blocks)
    return [tuple(cell or "" for cell in row) for block in blocks for row in block.frame.rows()]


def scan(path: Path, places: tuple[int, ...] = ()) -> list[tuple[object, ...]] | None:
    try:
        return rows_of(list(scanned(read_header(path), {place: pl.Categories.random() for place in places})))
    except OutOfTheOrdinaryError:
        return None


@HERE
@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from([(), (0,), (1, 2)]),
)
@example([("1", "", "x"), ("2", "\n", '"')], ";", "\r\n", True, (1, 2))
def test_any_cells_come_back(
    tmp_path: Path,
    rows: list[tuple[str, str, str]],
    delimiter: str,
    line_end: str,
    bom: bool,
    places: tuple[int, ...],
) -> None:
    """What is well-formed is left to the blocks only where a row has nothing in its last cell."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerows([("a title\nof two lines", "b", "c"), *rows])
    path = tmp_path / "class.csv"
    path.write_bytes((b"\xef\xbb\xbf" if bom else b"") + text.getvalue().encode())
    found = scan(path, places)
    if all(row[2] for row in rows):
        assert found == [(row, *cells) for row, cells in enumerate(rows, 2)]
    else:
        assert found is None


@HERE
@given(st.lists(st.sampled_from([*PIECES, "\r", "\0", ",,", "\n\n", '""', "x,y,z\n", "1,2\n"]), max_size=12))
def test_whatever_it_takes_the_blocks_take_the_same_way(tmp_path: Path, pieces: list[str]) -> None:
    path = tmp_path / "class.csv"
    path.write_bytes(HEADER + "".join(pieces).encode())
    found = scan(path)
    if found is not None:
        assert found == rows_of(list(read_blocks(read_header(path), {})))


@pytest.mark.parametrize(
    "rows",
    [
        b"1,2,3\n4,5\n",
        b"1,2,3\n4,5,6,7\n",
        b"1,2,3\n\n4,5,6\n",
        b"1,2,3\n4,5,\n",
        b"1,2,\0\n",
        b"1,\0,2\n",
        b"1,\xff,2\n",
        b'1,2,"3\n4,5,6\n',
        b"1,2," + b"x" * 100_001 + b"\n",
    ],
)
def test_what_a_sentence_may_have_to_be_said_of_is_left_to_the_blocks(tmp_path: Path, rows: bytes) -> None:
    path = tmp_path / "class.csv"
    path.write_bytes(HEADER + rows)
    assert scan(path, (1,)) is None


def test_no_rows_are_no_blocks_or_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_bytes(HEADER)
    assert scan(tmp_path / "class.csv", (1,)) == []


def test_a_header_without_an_end_is_left_to_the_blocks(tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_bytes(b"a,b,c")
    assert scan(tmp_path / "class.csv") is None


def test_a_file_of_many_batches_with_lines_within_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some megabytes, so that polars' threads share them; read back by Python's csv module."""
    monkeypatch.setattr(csv_scan, "BATCH_ROWS", 1_000)
    random, path = Random(0), tmp_path / "class.csv"
    pieces = ["\n", "\r\n", '"', '","', ",", "長文", "a", '",\n"']
    rows = [
        (str(number), "".join(random.choices(pieces, k=random.randrange(120))), random.choice(["p\nq", '"']))
        for number in range(20_000)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("a title\nof two lines", "b", "c"), *rows])
    assert scan(path, (2,)) == [(row, *cells) for row, cells in enumerate(rows, 2)]


N_PAPERS = 1_000


@pytest.mark.parametrize("batch_rows", [10, 100, 50_000])
def test_texts_that_are_new_in_every_batch_are_each_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch_rows: int
) -> None:
    """While one batch is looked up the next is read. Each paper spells its answers with other spaces."""
    monkeypatch.setattr(csv_scan, "BATCH_ROWS", batch_rows)
    monkeypatch.setattr(columns, "read_blocks", None)  # it is not asked
    answers = write_spaced(tmp_path / "class.csv")
    frame = read_class([tmp_path / "class.csv"], QUIZ).responses.frame
    assert frame.select(question.id for question in QUIZ.questions).rows() == answers


def test_what_was_scanned_before_something_unusual_counts_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_scan, "BATCH_ROWS", 100)
    monkeypatch.setattr(columns, "read_blocks", partial(read_blocks, block_bytes=6_000))
    path = tmp_path / "class.csv"
    answers = write_spaced(path)
    with path.open("a", encoding="utf-8") as file:
        file.write("short,A\n")
    with pytest.raises(SubmissionError) as met:
        read_class([path], QUIZ)
    assert met.value.problems == [f"{path} row {N_PAPERS + 2}: 2 cells, where the header has 5"]
    files = read_class([path], QUIZ, skip_invalid=True)
    assert files.responses.frame.select(question.id for question in QUIZ.questions).rows() == answers
    assert files.skipped.n_rows == 1


def write_spaced(path: Path) -> list[tuple[int, ...]]:
    """A class in which no text stands in two papers; the masks of the answers."""
    options = {question.id: question.option_ids for question in QUIZ.questions}
    answers = []
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["student", *options])
        for number in range(N_PAPERS):
            places = [number * 7 % len(those) for those in options.values()]
            answers.append(tuple(1 << place for place in places))
            spaces = " " * (number % 40) + "\t" * (number // 40)
            letters = [those[place] for those, place in zip(options.values(), places, strict=True)]
            rows.writerow([number, *(f"{spaces}{letter}" for letter in letters)])
    return answers
