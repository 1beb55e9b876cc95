"""A plain CSV of a class: `student,q01,q02,…`, a row a paper, with the letters of the options picked."""

from collections import Counter

from grader.papers.columns import Layout
from grader.papers.csv_blocks import Header
from questions.answers import MAX_ANSWER_CHARS, letters_in
from questions.common.errors import SubmissionError
from questions.common.messages import did_you_mean, listed, show
from questions.quiz import AnyQuestion, QuizSpec
from questions.reading.document import first_problems

STUDENT = "student"
OPTIONAL = ("name", "id", "login", "section", "submitted", "attempt")


def is_plain(header: Header, quiz: QuizSpec) -> bool:
    """Whether a header has the student's column and that of a question; a gradebook has only the first."""
    titles = _titles(header)
    return STUDENT in titles and any(question.id in titles for question in quiz.questions)


def plain_layout(header: Header, quiz: QuizSpec) -> Layout:
    """What the columns are. Raises SubmissionError naming every column that is not known."""
    titles = _titles(header)
    questions = [question.id for question in quiz.questions]
    allowed = (STUDENT, *OPTIONAL, *questions)
    unknown = (
        f"{header.name}, column {place}: unknown column {show(title)}; "
        f"allowed: {listed(allowed)}{did_you_mean(title, allowed)}"
        for place, title in enumerate(titles, 1)
        if title not in allowed
    )
    problems = first_problems(unknown, header.name)
    twice = [title for title, n in Counter(titles).items() if n > 1 and title in allowed]
    problems += [f"{header.name} row 1: the column {show(title)} stands twice; keep one" for title in twice]
    if problems:
        raise SubmissionError(problems)
    places = {title: place for place, title in enumerate(titles)}
    identity = {name: places[name] for name in OPTIONAL if name in places}
    return Layout(
        identity=identity | {"sis_id": places[STUDENT]},
        questions={id_: places[id_] for id_ in questions if id_ in places},
        needs_student=True,
        typed=True,
    )


def _titles(header: Header) -> list[str]:
    return [title.strip().lower() for title in header.titles]


class LetterReader:
    """Reads cells such as `B`, `ABD` and `A, B, D`; a cell without a letter is a blank."""

    def __init__(self, question: AnyQuestion) -> None:
        self._question = question
        self._bits = {id_: 1 << bit for bit, id_ in enumerate(question.option_ids)}

    def mask(self, cell: str) -> int | None:
        """The bit mask of the options picked; None for other than the question's options, each once."""
        if len(cell) > MAX_ANSWER_CHARS:
            return None
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

    @staticmethod
    def _letters(cell: str) -> str:
        return letters_in(cell).upper()
