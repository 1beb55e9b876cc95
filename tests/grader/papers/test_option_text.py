"""A cell's text stands for exactly one set of options, or it is an error that names the nearest."""

from itertools import chain, combinations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from benchmarks.grading import canvas_cell
from grader.papers.option_text import OptionReader, folded
from grader.papers.responses import mask_of, picked_of
from questions.quiz import AnyQuestion
from tests.grader.papers.canvas_files import QUIZ, with_texts

SINGLE, MULTIPLE = QUIZ.question("q01"), QUIZ.question("q06")

# What breaks parsers of CSV, of Canvas's commas, of spreadsheets, and of who reads text by columns.
PIECES = [
    *list(",\\\"'\n\r\t =+-@;<>&，、「」aAbe1é"),
    "😀",
    "👨\u200d👩\u200d👧",
    "א",
    "ع",
    "\u200f",
    "\u0301",
    "ｗ",
]
TEXT = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join).filter(folded)
TEXTS = st.lists(TEXT, min_size=2, max_size=6, unique_by=folded)


A, A_EN = canvas_cell(MULTIPLE, "A"), canvas_cell(MULTIPLE, "A", "en")
C = canvas_cell(MULTIPLE, "C")


def subsets(question: AnyQuestion) -> list[tuple[str, ...]]:
    ids = question.option_ids
    return list(chain.from_iterable(combinations(ids, size) for size in range(1, len(ids) + 1)))


def read(question: AnyQuestion, cell: str) -> str:
    mask = OptionReader(question).mask(cell)
    assert mask is not None, OptionReader(question).why_not(cell)
    return "".join(picked_of(question, mask))


@given(TEXTS)
@example(["a,b", "a", "b"])
@example(["a\\,b", "a,b"])
def test_a_single_choice_is_read_as_it_was_written(texts: list[str]) -> None:
    question = with_texts(SINGLE, texts)
    reader = OptionReader(question)
    for id_ in question.option_ids:
        assert reader.mask(canvas_cell(question, id_)) == mask_of(question, frozenset(id_))


@given(TEXTS)
@example(["a,b", "a", "b"])
@example([",", "\\x", ",,"])
@example(["=1+1", "+1", "@x", "-"])
def test_several_options_are_read_as_they_were_written(texts: list[str]) -> None:
    assume(not any(text.endswith("\\") for text in texts))
    question = with_texts(MULTIPLE, texts)
    reader = OptionReader(question)
    for picked in subsets(question):
        cell = canvas_cell(question, picked)
        assert reader.mask(cell) == mask_of(question, frozenset(picked))


@given(TEXTS.filter(lambda texts: any(text.endswith("\\") for text in texts)))
@example(["a\\", "b", "a,b"])
@example(["a\\", "b", "c"])
@example(["a\\\\", "a\\", "b"])
def test_a_backslash_at_the_end_is_read_exactly_or_refused(texts: list[str]) -> None:
    """Canvas writes `a\\` and `b` as `a\\,b`, which is also how it writes the one text `a,b`."""
    question = with_texts(MULTIPLE, texts)
    reader = OptionReader(question)
    for picked in subsets(question):
        cell = canvas_cell(question, picked)
        mask = reader.mask(cell)
        if mask is None:
            assert "can be read as" in reader.why_not(cell)
        else:
            assert mask == mask_of(question, frozenset(picked))


def test_which_cells_are_ambiguous() -> None:
    question = with_texts(MULTIPLE, ["a\\", "b", "a,b"])
    reader = OptionReader(question)
    assert reader.mask("a\\,b") is None
    assert reader.why_not("a\\,b") == "'a\\\\,b' can be read as [A, B] or [C], and nothing tells which"
    assert read(question, "a\\") == "A"
    assert read(question, "b,a\\,b") == "BC"
    assert read(with_texts(MULTIPLE, ["a\\", "b", "c"]), "a\\,b,c") == "ABC"


@pytest.mark.parametrize("question", QUIZ.questions, ids=lambda question: question.id)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_answer_to_the_quiz_is_read(question: AnyQuestion, language: str) -> None:
    answers = subsets(question) if question.kind == "multiple" else [(id_,) for id_ in question.option_ids]
    reader = OptionReader(question)
    for picked in answers:
        assert reader.mask(canvas_cell(question, picked, language)) == mask_of(question, frozenset(picked))


@pytest.mark.parametrize(
    ("question_id", "cell", "picked"),
    [
        ("q01", "2sAudio.WAV = [1，32，25], 4saudio.wav = [1, 32, 50]", "B"),  # width and case
        ("q01", "2sAudio.wav=[1,32,25],4sAudio.wav=[1,32,50]", "B"),  # no spaces
        ("q01", " 2sAudio.wav = [1, 32, 25],\n4sAudio.wav = [1, 32, 50] ", "B"),
        ("q02", "１００", "C"),
        ("q03", "<p>num_codebooks(token layers), 代表取出的 tokens 共有 32 層</p>", "B"),  # HTML left in
        ("q03", "num_codebooks（token layers），&nbsp;代表取出的 tokens 共有 32 層", "B"),
        ("q06", "umap 是一種非線性的降維視覺化工具｡", "A"),
        ("q06", A + ", " + C.replace("(Layer)", "（Layer）").replace(", ", ","), "AC"),
        ("q06", A + "," + C.replace("\\, ", "，"), "AC"),  # full-width commas need no escape
        ("q06", A_EN + "," + C, "AC"),
        ("q11", "", ""),
        ("q06", " \n ", ""),
    ],
)  # fmt: skip
def test_what_the_platform_does_to_a_text_does_not_matter(question_id: str, cell: str, picked: str) -> None:
    assert read(QUIZ.question(question_id), cell) == picked


def test_a_stricter_reading_comes_before_a_more_tolerant_one() -> None:
    question = with_texts(SINGLE, ["Alice", "alice", "1 2", "12"])
    assert [read(question, cell) for cell in ("alice", "Alice", "12", "1 2", "1  2")] == [
        "B",
        "A",
        "D",
        "C",
        "C",
    ]
    reader = OptionReader(question)
    assert reader.mask("ALICE") is None
    assert reader.why_not("ALICE") == "'ALICE' can be read as [A] or [B], and nothing tells which"


@pytest.mark.parametrize(
    ("question_id", "cell", "told"),
    [
        ("q02", "100 frames", "'100 frames' is no option's text; nearest: C '100'"),
        ("q02", "B", "'B' is no option's text; nearest: A '8'"),
        (
            "q01",
            "2sAudio.wav = [1, 32, 25], 4sAudio.wav = [1, 32, 51]",
            "'2sAudio.wav = [1, 32, 25], 4sAudio.wav = [1, 32, 51]' is no option's text; "
            "nearest: B '2sAudio.wav = [1, 32, 25], 4sAudio.wav = [1, 32, 50]'",
        ),
        (
            "q06",
            f"{A},{A.replace('非', '')}",
            f"'{A.replace('非', '')}' is no option's text; nearest: A '{A}'",
        ),
        ("q06", f"{A},{A}", f"'{A},{A}' is not a list of options, each standing once"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_names_the_nearest_option(question_id: str, cell: str, told: str) -> None:
    reader = OptionReader(QUIZ.question(question_id))
    assert reader.mask(cell) is None
    assert reader.why_not(cell) == told


def test_long_texts_are_shown_from_where_they_part() -> None:
    question = with_texts(SINGLE, ["x" * 100 + " first", "y"])
    told = OptionReader(question).why_not("x" * 100 + " third")
    assert told == f"'…{'x' * 19} third' is no option's text; nearest: A '…{'x' * 19} first'"
