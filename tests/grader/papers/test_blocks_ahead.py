"""The next block is read while one is understood: the same rows, the same texts, the same mistakes."""

import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from grader.papers import columns
from grader.papers.class_files import read_class
from grader.papers.csv_blocks import Block, ahead, read_blocks
from questions.common.errors import SubmissionError
from tests.grader.tiny import QUIZ

N_PAPERS = 1_000


def numbered(n_blocks: int, error: Exception | None = None) -> Iterator[Block]:
    for number in range(n_blocks):
        yield Block(pl.DataFrame({"row": [number]}))
    if error is not None:
        raise error


@pytest.mark.parametrize("n_blocks", [0, 1, 2, 50])
def test_blocks_come_in_order_each_once(n_blocks: int) -> None:
    assert [block.frame["row"].item() for block in ahead(numbered(n_blocks))] == list(range(n_blocks))


def test_a_mistake_comes_after_the_blocks_before_it() -> None:
    found = []
    with pytest.raises(SubmissionError, match="row 9: broken"):
        found.extend(ahead(numbered(3, SubmissionError(["row 9: broken"]))))
    assert len(found) == 3


def test_who_stops_early_leaves_no_thread_at_work() -> None:
    blocks = numbered(1_000)
    coming = ahead(blocks)
    next(coming)
    coming.close()
    assert next(blocks).frame["row"].item() <= 3


@pytest.mark.parametrize("block_bytes", [600, 4_096, 2**23])
def test_texts_that_are_new_in_every_block_are_each_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block_bytes: int
) -> None:
    """Each paper spells its answers with as many spaces as its number: no text stands in two papers."""
    monkeypatch.setattr(columns, "read_blocks", partial(read_blocks, block_bytes=block_bytes))
    options = {question.id: question.options for question in QUIZ.questions}
    answers = []
    with (tmp_path / "class.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["student", *options])
        for number in range(N_PAPERS):
            picked = {id_: number * 7 % len(those) for id_, those in options.items()}
            answers.append([1 << place for place in picked.values()])
            spaces = " " * (number % 40) + "\t" * (number // 40)
            texts = [options[id_][place].id for id_, place in picked.items()]
            rows.writerow([number, *(f"{spaces}{text}" for text in texts)])
    frame = read_class([tmp_path / "class.csv"], QUIZ).responses.frame
    assert frame.select(*options).rows() == [tuple(one) for one in answers]
