"""Canvas's Student Analysis: a row an attempt, two columns a question (`id: text` and its points).

As instructure/canvas-lms writes it (app/models/quizzes/quiz_statistics/student_analysis.rb). Column titles
before and after the questions are translated and some of them optional, and the points' titles repeat, so
columns are known by their position.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader.papers.column_map import BY_RULE, IGNORE, UNDECIDED, ColumnMap, Guess
from grader.papers.columns import Layout
from grader.papers.csv_blocks import Header
from grader.papers.option_text import TextIndex, both_languages, shown_apart, without_number
from questions.common.errors import SubmissionError
from questions.common.messages import listed, show
from questions.quiz import QuizSpec
from questions.reading.document import MAX_PROBLEMS, first_problems

# In the order that Canvas writes them. An anonymous report has none of the first three.
TITLES = (
    "name", "id", "sis_id", "root_account", "section", "section_id", "section_sis_id", "submitted", "attempt",
)  # fmt: skip
N_AFTER_QUESTIONS = 3  # n correct, n incorrect, score
MAX_NUMBER_CHARS = 20

_QUESTION = re.compile(r"\s*([0-9]+): (.*)", re.DOTALL)
_NUMBER = re.compile(rf"[0-9]{{1,{MAX_NUMBER_CHARS}}}([.,][0-9]{{1,{MAX_NUMBER_CHARS}}})?")
_SUBMITTED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}.*|")
_ID = re.compile(r"[0-9]*")

# Where the titles are translated: the columns before `submitted`, by how many there are. What the third of
# five is cannot be told (a SIS id or a root account), so that it is not used.
_NAMED = {
    4: ("name", "id", "section", "section_id"),
    5: ("name", "id", "", "section", "section_id"),
    6: ("name", "id", "sis_id", "section", "section_id", "section_sis_id"),
    7: ("name", "id", "sis_id", "root_account", "section", "section_id", "section_sis_id"),
}
_ANONYMOUS = {2: ("section", "section_id"), 3: ("section", "section_id", "section_sis_id")}


def question_places(header: Header) -> dict[int, str]:
    """Where a question's cells stand, and its text: the columns with points after them."""
    return {
        place: match.group(2)
        for place, (title, after) in enumerate(zip(header.titles, header.titles[1:], strict=False))
        if (match := _QUESTION.fullmatch(title)) and _NUMBER.fullmatch(after.strip())
    }


def canvas_layout(
    header: Header, sample: Sequence[Sequence[str]], quiz: QuizSpec, column_map: ColumnMap = BY_RULE
) -> Layout:
    """What the columns of a Student Analysis are. `sample` are some of its rows, for translated titles.

    Raises SubmissionError naming every question column that is not one of the quiz's.
    """
    questions = _matched(header, question_places(header), quiz, column_map)
    # Texts without points are read by the students and not asked; they take two columns all the same.
    asked = [place for place, title in enumerate(header.titles) if _QUESTION.fullmatch(title)]
    total = asked[-1] + 1 + N_AFTER_QUESTIONS
    return Layout(
        identity=_identity(header, asked[0], sample, column_map),
        questions=questions,
        reported={id_: tuple(place + 1 for place in places) for id_, places in questions.items()},
        total=total if total == len(header.titles) - 1 else None,
        platform_ids={
            id_: tuple(_platform_id(header.titles[place]) for place in places)
            for id_, places in questions.items()
        },
    )


def guesses(
    header: Header, sample: Sequence[Sequence[str]], quiz: QuizSpec, column_map: ColumnMap
) -> list[Guess]:
    """What the columns of questions are taken for, and those before them where that cannot be told."""
    index, found, places = _index(quiz), [], question_places(header)
    try:
        _identity(header, min(places), sample, column_map)
    except SubmissionError:
        for title in header.titles[: min(places)]:
            meant = column_map.columns.get(title, title.strip().lower())
            found.append(Guess(title, meant if meant in (*TITLES, IGNORE) else UNDECIDED))
    for place, text in places.items():
        title = header.titles[place]
        meant_by = _meant(title, text, index, column_map)
        if len(meant_by) == 1:
            found.append(Guess(title, next(iter(meant_by))))
        else:
            near, id_ = index.nearest(text)
            found.append(Guess(title, UNDECIDED, f"{id_} {near}"))
    return found


def _platform_id(title: str) -> int:
    match = _QUESTION.fullmatch(title)
    assert match is not None, "it is the title of a question"
    return int(match.group(1))


def points_that_differ(header: Header, layout: Layout, quiz: QuizSpec) -> list[str]:
    """A sentence for each question that Canvas gives other points than the quiz."""
    differing = []
    for question in quiz.questions:
        for place in layout.reported.get(question.id, ()):
            theirs = header.titles[place].strip().replace(",", ".")
            if Fraction(theirs) != Fraction(question.points_exact):
                differing.append(
                    f"{header.name}: {question.id} has {theirs} points there, {question.points} here"
                )
    return differing


def _index(quiz: QuizSpec) -> TextIndex:
    """The questions by their texts: the prompt or the title, in either language."""
    return TextIndex(
        (text, question.id)
        for question in quiz.questions
        for both in (question.prompt, question.title)
        for text in both_languages(both)
    )


def _meant(title: str, text: str, index: TextIndex, column_map: ColumnMap) -> set[str]:
    """The questions that a column can be, or IGNORE: by the map, by its text, by that without its number."""
    if title in column_map.columns:
        return {column_map.columns[title]}
    return index.find(text) or index.find(without_number(text) or "")


def _matched(
    header: Header, places: Mapping[int, str], quiz: QuizSpec, column_map: ColumnMap
) -> dict[str, tuple[int, ...]]:
    """The columns of each question: one, unless the map says that several are."""
    index = _index(quiz)
    problems: list[str] = []
    matched: dict[str, list[int]] = {}
    for place, text in places.items():
        at = f"{header.name}, column {place + 1}"
        found = _meant(header.titles[place], text, index, column_map)
        if not found:
            near, id_ = index.nearest(text)
            here, there = shown_apart(text, near)
            problems.append(
                f"{at}: {here} is no question of the quiz; nearest: {id_} {there}; say what it is in a map "
                "(--write-map)"
            )
            if len(problems) > MAX_PROBLEMS:
                raise SubmissionError(first_problems(problems, header.name))
        elif len(found) > 1:
            problems.append(f"{at}: {show(text)} is the text of each of {listed(sorted(found))}")
        elif found != {IGNORE}:
            matched.setdefault(next(iter(found)), []).append(place)
    for id_, several in matched.items():
        if len(several) > 1 and not all(header.titles[place] in column_map.columns for place in several):
            columns = listed(str(place + 1) for place in several)
            problems.append(
                f"{header.name}: columns {columns} are all of {id_}; keep the one that was asked, or name "
                "them in a map (--write-map)"
            )
    if problems:
        raise SubmissionError(problems)
    return {id_: tuple(several) for id_, several in matched.items()}


def _identity(
    header: Header, first: int, sample: Sequence[Sequence[str]], column_map: ColumnMap
) -> dict[str, int]:
    named = [column_map.columns.get(title, title.strip().lower()) for title in header.titles[:first]]
    titles = [title for title in named if title != IGNORE]
    if set(titles) <= set(TITLES):
        repeated = [title for title, n in Counter(titles).items() if n > 1]
        if repeated:
            raise SubmissionError([f"{header.name} row 1: the column {repeated[0]!r} stands twice"])
        return {title: place for place, title in enumerate(named) if title != IGNORE}
    submitted = next((place for place in range(first - 1, -1, -1) if _all(sample, place, _SUBMITTED)), None)
    if submitted is not None and first - submitted <= 2:
        with_names = submitted >= min(_NAMED) and _all(sample, 1, _ID)
        if before := (_NAMED if with_names else _ANONYMOUS).get(submitted):
            names = (*before, "submitted", *(["attempt"] if first - submitted == 2 else []))
            return {name: place for place, name in enumerate(names) if name}
    raise SubmissionError(
        [
            f"{header.name} row 1: cannot tell what the columns before the first question are: "
            f"{listed(map(show, header.titles[:first]))}; allowed, in this order: {listed(TITLES)}; or say "
            "what they are in a map (--write-map)"
        ]
    )


def _all(sample: Sequence[Sequence[str]], place: int, form: re.Pattern[str]) -> bool:
    """Whether this column has the form in all rows, and something in one."""
    cells = [row[place].strip() for row in sample]
    return any(cells) and all(form.fullmatch(cell) for cell in cells)
