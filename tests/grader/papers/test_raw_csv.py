"""Fields as they are spelled: nothing changes, and Python's csv module reads the same values."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.papers.raw_csv import read_records, write_records

CELLS = st.text(st.sampled_from("a1=@ \t\"'\\,;\r\n語😀\u202e") | st.characters(codec="utf-8"), max_size=8)


@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5),
    st.sampled_from([",", ";"]),
    # The csv module leaves a line end that is not its own without quotes.
    st.sampled_from(
        [("\r\n", csv.QUOTE_MINIMAL), ("\r\n", csv.QUOTE_ALL), ("\n", csv.QUOTE_ALL), ("\r", csv.QUOTE_ALL)]
    ),
)
def test_what_csv_writes_is_read_and_kept(
    rows: list[list[str]], delimiter: str, style: tuple[str, int]
) -> None:
    written = io.StringIO()
    line_end, quoting = style
    csv.writer(written, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(rows)
    records = read_records(written.getvalue(), delimiter)
    assert [list(record.values) for record in records] == rows
    assert write_records(records, delimiter) == written.getvalue()


@given(st.text(st.sampled_from('a",\r\n'), max_size=12))
def test_any_text_is_kept_or_refused(text: str) -> None:
    try:
        records = read_records(text, ",")
    except ValueError:
        assert '"' in text
    else:
        assert write_records(records, ",") == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a", [("a",)]),
        ("a,", [("a", "")]),
        ("a\n", [("a",)]),
        ("a\n\nb", [("a",), ("",), ("b",)]),
        ('"",x\r\n', [("", "x")]),
        ('"a ""b"",\nc",007', [('a "b",\nc', "007")]),
    ],
)
def test_values(text: str, expected: list[tuple[str, ...]]) -> None:
    assert [record.values for record in read_records(text, ",")] == expected


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('a,b\n"c,d\n', "row 2"),
        ('a"b,c', "row 1"),
        ('"a"b,c', "row 1"),
        ('a,"b""', "row 1"),
        ("a\n" + '"' * 50_001, "row 2"),
    ],
)
def test_quotes_that_do_not_fit_are_met_with_the_row(text: str, where: str) -> None:
    with pytest.raises(ValueError, match=f"^{where}: the quotes of a cell do not fit, at "):
        read_records(text, ",")
