"""A page for after the release: a student picks answers, sees what they earn, and for every option why.

It holds the key. What an answer earns depends, by every credit rule, on how many picks are right and how many
wrong, so that the page's script counts and looks up: no rule is written a second time.
"""

import json
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from grader.key.why import NO_REASONS, Reasons
from grader.scores.amendment_words import amendment_words
from grader.scores.credit import display, exact, points_in_words
from grader.scores.grades import NO_KEY, in_order
from grader.scores.marking import Marking
from grader.scores.rules import explain_rule
from questions.amendments import Full
from questions.key import Key
from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from reports.class_report import CLASS_STYLES
from reports.details import Details
from reports.page import environment, page_parts

PRACTICE_STYLES = (*CLASS_STYLES, "drawing.css", "figures.css", "practice.css")
PRACTICE_SCRIPTS = ("page.js", "report.js", "practice.js")
NO_DETAILS: Mapping[str, Details] = {}


def render_practice(
    quiz: QuizSpec, key: Key, reasons: Reasons = NO_REASONS, details: Mapping[str, Details] = NO_DETAILS
) -> str:
    """The page. ValueError: a key that cannot be that of its question."""
    marking = Marking.of(quiz, key.answers, key.amendments)
    unit = _unit(quiz, marking)
    env = environment()
    env.filters.update(exact=exact)
    return env.get_template("practice.html.j2").render(
        quiz=quiz.quiz,
        **page_parts(PRACTICE_STYLES, PRACTICE_SCRIPTS, plays=True),
        cards=[
            {
                "question": question,
                "worth": marking.worth(question),
                "rights": [in_order(question, right) for right in marking.rights(question)],
                "note": _note(question, marking),
                "scoring": json.dumps(_scoring(question, marking, unit), ensure_ascii=False),
                "options": [_option(question, option, marking, reasons) for option in question.option_ids],
                "details": details.get(question.id, Details()),
            }
            for question in quiz.questions
        ],
        per_point=unit.denominator,
        possible=_units(sum(map(marking.possible, _counted(quiz, marking)), Fraction(0)), unit),
        possible_shown=display(sum(map(marking.possible, _counted(quiz, marking)), Fraction(0))),
    )


def _counted(quiz: QuizSpec, marking: Marking) -> list[AnyQuestion]:
    return [question for question in quiz.questions if marking.scored(question)]


def _unit(quiz: QuizSpec, marking: Marking) -> Fraction:
    """The largest share of a point of which every score is a whole number."""
    scores = [
        score
        for question in _counted(quiz, marking)
        for right in (marking.rights(question) or (frozenset[str](),))
        for score in (marking.worth(question), *_scores(question, right, marking))
    ]
    return Fraction(1, math.lcm(*(score.denominator for score in scores)))


def _scores(question: AnyQuestion, right: frozenset[str], marking: Marking) -> Iterator[Fraction]:
    if right:
        for picked in _answers(question, right).values():
            yield marking.by_rule(question, picked, right)


def _answers(question: AnyQuestion, right: frozenset[str]) -> dict[tuple[int, int], frozenset[str]]:
    """An answer for each number of right and of wrong picks."""
    correct = in_order(question, right)
    wrong = [option for option in question.option_ids if option not in right]
    most = 1 if question.kind == "single" else len(question.options)
    return {
        (n_right, n_wrong): frozenset((*correct[:n_right], *wrong[:n_wrong]))
        for n_right in range(len(correct) + 1)
        for n_wrong in range(len(wrong) + 1)
        if n_right + n_wrong <= most
    }


def _scoring(question: AnyQuestion, marking: Marking, unit: Fraction) -> dict[str, Any]:
    """What the script looks up: of each right answer, what so many right and wrong picks earn, and in words.

    Where everyone has full credit, what those earn who answered and those who did not; nothing at all where
    the question does not count.
    """
    if not marking.scored(question):
        return {}
    if (full := marking.full(question)) is not None:
        worth, nothing = marking.worth(question), Fraction(0)
        blank = nothing if full is Full.ANSWERED else worth
        return {"answered": _points(worth, unit), "blank": _points(blank, unit)}
    return {
        "rights": [
            {
                "correct": in_order(question, right),
                "earns": {
                    f"{n_right} {n_wrong}": _earned(question, picked, right, marking, unit)
                    for (n_right, n_wrong), picked in _answers(question, right).items()
                },
            }
            for right in marking.rights(question)
        ]
    }


def _earned(
    question: AnyQuestion, picked: frozenset[str], right: frozenset[str], marking: Marking, unit: Fraction
) -> dict[str, Any]:
    words = explain_rule(question, picked, right, marking.rule(question), marking.worth(question))
    units = _units(marking.by_rule(question, picked, right), unit)
    return {"units": units, "zh": words.zh, "en": words.en}


def _points(points: Fraction, unit: Fraction) -> dict[str, Any]:
    en, zh = points_in_words(points)
    return {"units": _units(points, unit), "zh": zh, "en": en}


def _units(points: Fraction, unit: Fraction) -> int:
    return int(points / unit)


def _note(question: AnyQuestion, marking: Marking) -> Bilingual | None:
    """What was amended, or that the question does not count since its key is not known."""
    if (amendment := marking.amendment(question)) is not None:
        return amendment_words(amendment)
    return None if marking.scored(question) else NO_KEY


def _option(question: AnyQuestion, option: str, marking: Marking, reasons: Reasons) -> dict[str, Any]:
    """Whether an option is right, where every right answer agrees on it, and why."""
    rights = marking.rights(question)
    known = {option in right for right in rights}
    right = known.pop() if len(known) == 1 else None
    why = None if right is None else reasons.of(question, option, right=right)
    return {"id": option, "text": question.option(option).text, "right": right, "why": why and why.words}
