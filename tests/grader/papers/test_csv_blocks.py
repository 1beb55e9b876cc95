"""CSV in blocks: what Python's csv module reads, block by block, and the row of everything that is broken."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from grader.papers import csv_blocks
from grader.papers.csv_blocks import read_blocks, read_header, sample_rows
from questions.common.errors import SubmissionError

PIECES = [*list(',;"\n\t \\=aé'), "\r\n", "😀", "\u2028"]
CELL = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def rows_of(content: bytes, block_bytes: int = csv_blocks.BLOCK_BYTES) -> list[tuple[object, ...]]:
    path = Path("class.csv")
    path.write_bytes(content)
    header = read_header(path)
    blocks = list(read_blocks(header, {}, block_bytes))
    assert not any(block.broken for block in blocks)
    return [row for block in blocks for row in block.frame.rows()]


def problem(content: bytes) -> str:
    with pytest.raises(SubmissionError) as caught:
        rows_of(content)
    (told,) = caught.value.problems
    return told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.integers(1, 60),
)
@example([("", "", "")], ",", "\n", True, 5)
@example([("a", "b\r", "c\r\n"), ("", '"', "x")], ";", "\r\n", False, 1)
def test_any_cells_come_back_whatever_the_blocks(
    rows: list[tuple[str, str, str]], delimiter: str, line_end: str, bom: bool, block_bytes: int
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerows([("a title\nof two lines", "b", "c"), *rows])
    content = (b"\xef\xbb\xbf" if bom else b"") + text.getvalue().encode()
    assert rows_of(content, block_bytes) == [(row, *cells) for row, cells in enumerate(rows, 2) if any(cells)]


def test_the_header_may_span_lines_and_repeat_titles() -> None:
    Path("x.csv").write_bytes(b'\xef\xbb\xbfname;"1: a\nb; ""c""";0.8;"2: d";0.8\r\nAnn;x;1;y;2\r\n')
    header = read_header(Path("x.csv"))
    assert (header.delimiter, header.titles) == (";", ("name", '1: a\nb; "c"', "0.8", "2: d", "0.8"))
    assert sample_rows(header) == [["Ann", "x", "1", "y", "2"]]


def test_categorical_columns_keep_their_texts() -> None:
    Path("x.csv").write_bytes(b"a,b\n1,x\n2,\n3,y\n4,x")
    categories = {1: pl.Categories.random()}
    (block,) = read_blocks(read_header(Path("x.csv")), categories)
    assert block.frame["c1"].cast(pl.String).fill_null("").to_list() == ["x", "", "y", "x"]
    assert categories[1].to_series().drop_nulls().to_list()[:2] != []


def test_rows_count_as_a_spreadsheet_counts_and_empty_lines_are_nobody() -> None:
    assert rows_of(b'a,b\n"x\ny",1\n\nz,2\n,\n\n') == [(2, "x\ny", "1"), (4, "z", "2")]
    assert rows_of(b"a,b\r\nx,1\r\n\r\nz,2\r\n,\r\n\r\n") == [(2, "x", "1"), (4, "z", "2")]


def test_too_few_and_too_many_cells_are_told_and_left_out() -> None:
    Path("x.csv").write_bytes(b"a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n")
    (block,) = read_blocks(read_header(Path("x.csv")), {2: pl.Categories.random()})
    assert block.frame["row"].to_list() == [2, 5]
    assert block.broken == {
        3: "2 cells, where the header has 3",
        4: "4 cells, where the header has 3",
    }


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "class.csv: the file is empty; it needs a header and a row for each paper"),
        (b"\xff\xfea\x00,\x00", "class.csv: is UTF-16; give --encoding utf-16, or save it as CSV in UTF-8"),
        (b"a,b\rc,d\r", "class.csv: its lines end in CR alone; save it as CSV with LF or CRLF"),
        (
            b"a,b\rc,d\n",
            "class.csv row 1: the header has a CR alone, or nothing, where its line should end; "
            "export the file again",
        ),
        (b"a\xff,b\n1,2\n", "class.csv row 1: the byte 0xff is not UTF-8; save the file as CSV in UTF-8"),
        (b"a,b\n1,2\n3,\xb5\n", "class.csv row 3: the byte 0xb5 is not UTF-8; save the file as CSV in UTF-8"),
        (b'a,b\n"1\n",2\n3,\0\n', "class.csv row 3: a NUL character; save the file as CSV in UTF-8"),
    ],
)
def test_what_is_no_csv_in_utf_8_names_the_row(content: bytes, told: str) -> None:
    assert problem(content) == told


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b'a,b\n1,2\n3,"4\n5,6\n', 3),  # never closed
        (b'a,b\n1,2\n3,"4"x\n5,6\n', 3),  # text after the closing quote
        (b'"a,b\n1,2\n', 1),
        (b'a,b\n1,2\n"3"4,5\n6,7\n', 3),
    ],
)
def test_quotes_that_do_not_fit_name_the_row(content: bytes, row: int) -> None:
    told = problem(content)
    assert told.startswith(f"class.csv row {row}: the quotes of a cell do not fit (")


def test_a_quote_that_is_never_closed_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_blocks, "MAX_ROW_BYTES", 4096)
    content = b'a,b\n1,2\n3,"4\n' + b"x,y\n" * 100_000
    assert problem(content).startswith("class.csv row 3: the quotes of a cell do not fit")


def test_what_is_no_file_says_so() -> None:
    with pytest.raises(SubmissionError, match=r"none\.csv: cannot be read: No such file or directory"):
        read_header(Path("none.csv"))
    Path("folder.csv").mkdir()
    with pytest.raises(SubmissionError, match=r"folder\.csv: cannot be read: it is not a regular file"):
        read_header(Path("folder.csv"))
