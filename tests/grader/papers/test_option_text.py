"""A cell's text stands for exactly one set of options, or it is an error that names the nearest."""

from itertools import chain, combinations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from grader.papers.option_text import OptionReader, folded
from grader.papers.responses import mask_of, picked_of
from questions.quiz import AnyQuestion
from tests.grader.papers.canvas_files import canvas_cell
from tests.grader.tiny import QUIZ, with_texts

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


SENTENCES = with_texts(
    MULTIPLE,
    ["一 是最小的正整數。", "二 (Two) 是偶數。", "三 (Three) 是奇數, 也是質數, 只能被 1 和自己整除。"],
    ["One is the least of the positive.", "Two is even.", "Three is odd, and prime, as few numbers are."],
)
A, A_EN = canvas_cell(SENTENCES, "A"), canvas_cell(SENTENCES, "A", "en")
C = canvas_cell(SENTENCES, "C")
ASKED = {question.id: question for question in QUIZ.questions} | {"sentences": SENTENCES}


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
        ("q02", "EXACTLY 5，no more, No less", "C"),  # width and case
        ("q02", "正好5,不多不少", "C"),  # no spaces
        ("q02", " 正好 5,\n不多不少 ", "C"),
        ("q01", "和是 ２３", "D"),
        ("q01", "<p>The sum is 5</p>", "B"),  # HTML left in
        ("q02", "正好 5，&nbsp;不多不少", "C"),
        ("sentences", "一是最小的正整數｡", "A"),
        ("sentences", A + ", " + C.replace("(Three)", "（three）").replace(", ", ","), "AC"),
        ("sentences", A + "," + C.replace("\\, ", "，"), "AC"),  # full-width commas need no escape
        ("sentences", A_EN + "," + C, "AC"),
        ("q01", "", ""),
        ("q06", " \n ", ""),
    ],
)  # fmt: skip
def test_what_the_platform_does_to_a_text_does_not_matter(question_id: str, cell: str, picked: str) -> None:
    assert read(ASKED[question_id], cell) == picked


def test_a_stricter_reading_comes_before_a_more_tolerant_one() -> None:
    question = with_texts(SINGLE, ["Anna", "anna", "1 2", "12"])
    assert [read(question, cell) for cell in ("anna", "Anna", "12", "1 2", "1  2")] == [
        "B",
        "A",
        "D",
        "C",
        "C",
    ]
    reader = OptionReader(question)
    assert reader.mask("ANNA") is None
    assert reader.why_not("ANNA") == "'ANNA' can be read as [A] or [B], and nothing tells which"


@pytest.mark.parametrize(
    ("question_id", "cell", "told"),
    [
        ("q01", "和是 5 元", "'和是 5 元' is no option's text; nearest: B '和是 5'"),
        ("q01", "B", "'B' is no option's text; nearest: A '和是 4'"),
        (
            "q02",
            "Exactly 5, no more, no fewer",
            "'Exactly 5, no more, no fewer' is no option's text; nearest: C 'Exactly 5, no more, no less'",
        ),
        (
            "sentences",
            f"{A},{A.replace('最', '')}",
            f"'{A.replace('最', '')}' is no option's text; nearest: A '{A}'",
        ),
        ("sentences", f"{A},{A}", f"'{A},{A}' is not a list of options, each standing once"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_names_the_nearest_option(question_id: str, cell: str, told: str) -> None:
    reader = OptionReader(ASKED[question_id])
    assert reader.mask(cell) is None
    assert reader.why_not(cell) == told


def test_long_texts_are_shown_from_where_they_part() -> None:
    question = with_texts(SINGLE, ["x" * 100 + " first", "y"])
    told = OptionReader(question).why_not("x" * 100 + " third")
    assert told == f"'…{'x' * 19} third' is no option's text; nearest: A '…{'x' * 19} first'"
