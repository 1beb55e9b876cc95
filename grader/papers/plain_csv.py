"""A plain CSV of a class: `student,q01,q02,…`, a row a paper, with the letters of the options picked."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from grader.papers.column_map import BY_RULE, IGNORE, UNDECIDED, ColumnMap, Guess
from grader.papers.columns import Layout
from grader.papers.csv_blocks import Header
from grader.papers.responses import NOT_SHOWN
from questions.answers import BETWEEN_LETTERS, MAX_ANSWER_CHARS
from questions.common.errors import SubmissionError
from questions.common.messages import did_you_mean, listed, nearest_word, show
from questions.common.text import normalized
from questions.quiz import AnyQuestion, QuizSpec
from questions.reading.document import first_problems

STUDENT = "student"
NOT_SHOWN_CELL = "not shown"
OPTIONAL = ("name", "id", "login", "section", "submitted", "attempt")


def is_plain(header: Header, quiz: QuizSpec, column_map: ColumnMap = BY_RULE) -> bool:
    """Whether a header has the student's column and that of a question; a gradebook has only the first."""
    titles = _titles(header, column_map)
    return STUDENT in titles and any(question.id in titles for question in quiz.questions)


def plain_layout(header: Header, quiz: QuizSpec, column_map: ColumnMap = BY_RULE) -> Layout:
    """What the columns are. Raises SubmissionError naming every column that is not known."""
    titles = _titles(header, column_map)
    questions = [question.id for question in quiz.questions]
    allowed = (STUDENT, *OPTIONAL, *questions)
    unknown = (
        f"{header.name}, column {place}: unknown column {show(title)}; say what it is in a map "
        f"(--write-map), or allowed: {listed(allowed)}{did_you_mean(title, allowed)}"
        for place, title in enumerate(titles, 1)
        if title not in (*allowed, IGNORE)
    )
    problems = first_problems(unknown, header.name)
    mapped = set(column_map.columns.values())
    twice = [
        title
        for title, n in Counter(titles).items()
        if n > 1 and title in allowed and not (title in questions and title in mapped)
    ]
    problems += [f"{header.name} row 1: the column {show(title)} stands twice; keep one" for title in twice]
    if problems:
        raise SubmissionError(problems)
    places = {title: place for place, title in enumerate(titles)}
    identity = {name: places[name] for name in OPTIONAL if name in places}
    return Layout(
        identity=identity | {"sis_id": places[STUDENT]},
        questions={
            id_: tuple(place for place, title in enumerate(titles) if title == id_)
            for id_ in questions
            if id_ in places
        },
        needs_student=True,
        typed=True,
    )


def guesses(header: Header, quiz: QuizSpec, column_map: ColumnMap) -> list[Guess]:
    """What each column is taken for."""
    allowed = (STUDENT, *OPTIONAL, *(question.id for question in quiz.questions), IGNORE)
    return [
        Guess(title, meant)
        if meant in allowed
        else Guess(title, UNDECIDED, nearest_word(title, allowed) or "")
        for title, meant in zip(header.titles, _titles(header, column_map), strict=True)
    ]


def _titles(header: Header, column_map: ColumnMap) -> list[str]:
    """The columns' titles, or what they are by the map."""
    return [column_map.columns.get(title, title.strip().lower()) for title in header.titles]


class LetterReader:
    """Reads cells such as `B`, `ABD` and `A, B, D`; a cell without a letter is a blank.

    A cell that says `not shown` is of a question that the student was not given. `known` are other words
    for options.
    """

    def __init__(self, question: AnyQuestion, known: Mapping[str, str] = MappingProxyType({})) -> None:
        self._question = question
        self._known = {_folded(text): letter for text, letter in known.items()}
        self._bits = {id_: 1 << bit for bit, id_ in enumerate(question.option_ids)}

    def mask(self, cell: str) -> int | None:
        """The bit mask of the options picked; None for other than the question's options, each once."""
        if len(cell) > MAX_ANSWER_CHARS:
            return None
        if _folded(cell) == NOT_SHOWN_CELL:
            return NOT_SHOWN
        letters = self._letters(cell)
        wrong = not set(letters) <= self._bits.keys() or len(set(letters)) < len(letters)
        if wrong or (self._question.kind == "single" and len(letters) > 1):
            return None
        return sum(self._bits[letter] for letter in letters)

    def why_not(self, cell: str) -> str:
        """Why `mask` gives None."""
        if len(cell) > MAX_ANSWER_CHARS:
            return f"found {len(cell):,} characters, {show(cell)}; at most {MAX_ANSWER_CHARS} are allowed"
        letters = self._letters(cell)
        if not set(letters) <= self._bits.keys():
            return f"found {show(cell)}; allowed: {listed(self._bits)}, or nothing for a blank"
        if len(set(letters)) < len(letters):
            return f"found {show(cell)}, where an option stands twice; keep one"
        return f"found {show(cell)}; a single choice allows one option"

    def unknown(self, cell: str) -> list[str]:
        """The words in a cell that are no option's letters."""
        return [word for word in self._words(cell) if not set(word.upper()) <= self._bits.keys()]

    def nearest(self, text: str) -> str:  # noqa: ARG002 a letter is near no other
        """Nothing: letters tell nothing of one another."""
        return ""

    def _letters(self, cell: str) -> str:
        return "".join(self._words(cell)).upper()

    def _words(self, cell: str) -> list[str]:
        """The words of a cell, or it as one word if that is known; each by what it stands for."""
        form = _folded(cell)
        if form in self._known:
            return [self._known[form]]
        return [self._known.get(word, word) for word in BETWEEN_LETTERS.split(form) if word]


def _folded(cell: str) -> str:
    return normalized("NFKC", cell).strip().casefold()
