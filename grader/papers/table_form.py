"""Which of the forms a table has, by its header; and a map of it, for what the rules do not know."""

from collections.abc import Sequence
from pathlib import Path

from grader.papers import canvas, new_quizzes, plain_csv
from grader.papers.cells import CellReader
from grader.papers.column_map import IGNORE, MAX_TEXTS, UNDECIDED, ColumnMap, Guess, written_map
from grader.papers.columns import Layout, TableReader
from grader.papers.csv_blocks import Header, read_header, sample_rows
from grader.papers.option_text import OptionReader
from grader.papers.other_tables import as_csv
from grader.papers.plain_csv import LetterReader
from questions.common.errors import SubmissionError
from questions.common.messages import listed, plain_path, show
from questions.quiz import QuizSpec

FORMS = (
    "allowed: Canvas's Student Analysis (from the quiz's statistics), with a column such as '101: Which "
    "loss?' and one with its points for each question, or a plain CSV with the columns student, q01, q02, …"
)
# What a map can say of a column that is no question.
FIELDS = tuple(dict.fromkeys((plain_csv.STUDENT, *plain_csv.OPTIONAL, *canvas.TITLES)))


def understood(header: Header, quiz: QuizSpec, column_map: ColumnMap) -> tuple[Layout, dict[str, CellReader]]:
    """What stands where in a table, and what reads its cells. Raises SubmissionError."""
    questions = quiz.questions
    if new_quizzes.are_titles(header.titles):
        raise SubmissionError([f"{header.name}: {new_quizzes.SENTENCE}"])
    if canvas.question_places(header):
        layout = canvas.canvas_layout(header, sample_rows(header), quiz, column_map)
        return layout, {one.id: OptionReader(one, column_map.texts(one.id)) for one in questions}
    if plain_csv.is_plain(header, quiz, column_map):
        layout = plain_csv.plain_layout(header, quiz, column_map)
        return layout, {one.id: LetterReader(one, column_map.texts(one.id)) for one in questions}
    found = listed(map(show, header.titles[:5]))
    raise SubmissionError([f"{header.name} row 1: found {found}; {FORMS}"])


def map_of(paths: Sequence[Path], quiz: QuizSpec, encoding: str | None, given: ColumnMap) -> tuple[str, int]:
    """A map of some tables to be edited, and in how many places somebody has to decide.

    It says all that `given` says. Raises SubmissionError for files that are no tables of papers.
    """
    columns: dict[str, Guess] = {}
    texts: dict[str, dict[str, Guess]] = {
        id_: {text: Guess(text, meant) for text, meant in known.items()}
        for id_, known in given.options.items()
    }
    for path in paths:
        with as_csv(path, encoding) as copy:
            header = read_header(copy, plain_path(path))
            if canvas.question_places(header):
                found = canvas.guesses(header, sample_rows(header), quiz, given)
            else:
                found = plain_csv.guesses(header, quiz, given)
            columns |= {guess.text: guess for guess in found}
            passed_over = {guess.text: IGNORE for guess in found if guess.meant == UNDECIDED}
            decided = ColumnMap({**given.columns, **passed_over}, given.options)
            for id_, unread in _unreadable(header, quiz, decided).items():
                texts.setdefault(id_, {}).update({guess.text: guess for guess in unread})
    guesses = [*columns.values(), *(guess for known in texts.values() for guess in known.values())]
    written = written_map(columns.values(), {id_: known.values() for id_, known in texts.items()}, FIELDS)
    return written, sum(guess.meant == UNDECIDED for guess in guesses)


def _unreadable(header: Header, quiz: QuizSpec, column_map: ColumnMap) -> dict[str, list[Guess]]:
    """By question, the texts in its cells that are no option's; none while columns are undecided."""
    try:
        layout, readers = understood(header, quiz, column_map)
    except SubmissionError:
        return {}
    table = TableReader(header, layout, quiz, readers)
    table.read()
    found: dict[str, list[Guess]] = {}
    for id_, cells in table.unreadable().items():
        reader = readers[id_]
        pieces = dict.fromkeys(piece for cell in cells for piece in reader.unknown(cell))
        if pieces:
            found[id_] = [Guess(one, UNDECIDED, reader.nearest(one)) for one in list(pieces)[:MAX_TEXTS]]
    return found
