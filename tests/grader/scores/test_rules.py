"""Other credit rules: hand-worked vectors, PrairieLearn's floats beside our fractions, and every subset."""

import shutil
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest

from grader.scores.credit import credit
from grader.scores.marking import Marking, Status
from grader.scores.rules import RULE_WORDS, chance_score, rule_credit
from questions.quiz import AnyQuestion, CreditRule
from solvers.run import catalog
from tests.grader.tiny import QUIZ, TINY

SINGLE, MULTIPLE = QUIZ.question("q01"), QUIZ.question("q06")  # four options at 0.8, eight at 1

Picks = frozenset[str]


def cut(n_options: int) -> AnyQuestion:
    return MULTIPLE.model_copy(update={"options": MULTIPLE.options[:n_options]})


def subsets(question: AnyQuestion) -> list[Picks]:
    sizes = range(len(question.options) + 1)
    return [frozenset(chosen) for size in sizes for chosen in combinations(question.option_ids, size)]


# One point, eight options, correct A B C.
@pytest.mark.parametrize(
    ("picked", "net", "all_or_nothing", "each_answer", "coverage"),
    [
        ("", 0, 0, 0, 0),  # each-answer would give 5/8 for the wrong options left out
        ("ABC", 1, 1, 1, 1),
        ("AB", Fraction(2, 3), 0, Fraction(7, 8), Fraction(2, 3) * Fraction(2, 2)),
        ("ABD", Fraction(1, 3), 0, Fraction(6, 8), Fraction(2, 3) * Fraction(2, 3)),
        ("ABCD", Fraction(2, 3), 0, Fraction(7, 8), Fraction(3, 3) * Fraction(3, 4)),
        ("DE", 0, 0, Fraction(3, 8), 0),
        ("ABCDEFGH", 0, 0, Fraction(3, 8), Fraction(3, 3) * Fraction(3, 8)),
        ("DEFGH", 0, 0, 0, 0),
    ],
)
def test_vectors(
    picked: str, net: Fraction, all_or_nothing: Fraction, each_answer: Fraction, coverage: Fraction
) -> None:
    scores = [rule_credit(MULTIPLE, frozenset(picked), frozenset("ABC"), rule) for rule in CreditRule]
    assert scores == [net, all_or_nothing, each_answer, coverage]


@pytest.mark.parametrize("rule", CreditRule)
@pytest.mark.parametrize(("picked", "expected"), [("B", Fraction(4, 5)), ("A", 0), ("", 0)])
def test_a_single_choice_is_all_or_nothing_by_every_rule(
    rule: CreditRule, picked: str, expected: Fraction
) -> None:
    assert rule_credit(SINGLE, frozenset(picked), frozenset("B"), rule) == expected


def prairielearn_score(submitted: Picks, correct: Picks, number_answers: int, mode: str) -> float:
    """How pl-checkbox describes its modes, in floats; it takes no empty submission."""
    chosen_right = len([key for key in submitted if key in correct])
    if mode == "off":
        return 1.0 if submitted == correct else 0.0
    if mode == "net-correct":
        return max(0.0, (chosen_right - (len(submitted) - chosen_right)) / len(correct))
    if mode == "each-answer":
        agree = [
            key for key in MULTIPLE.option_ids[:number_answers] if (key in submitted) == (key in correct)
        ]
        return sum(1.0 / number_answers for _ in agree)
    return (chosen_right / len(correct)) * (chosen_right / len(submitted))


@pytest.mark.parametrize("n_options", range(2, 8))
def test_agrees_with_prairielearn_in_floats(n_options: int) -> None:
    question = cut(n_options)
    named = {CreditRule.NET: "net-correct", CreditRule.ALL_OR_NOTHING: "off"}
    modes = {rule: named.get(rule, rule.value) for rule in CreditRule}
    for correct in subsets(question)[1:]:
        for picked in subsets(question)[1:]:
            for rule, mode in modes.items():
                theirs = prairielearn_score(picked, correct, n_options, mode)
                assert float(rule_credit(question, picked, correct, rule)) == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("n_options", range(2, 7))
@pytest.mark.parametrize("rule", CreditRule)
def test_bounds_full_marks_for_the_exact_key_alone_and_nothing_for_a_blank(
    rule: CreditRule, n_options: int
) -> None:
    question = cut(n_options)
    for correct in subsets(question)[1:]:
        scores = {picked: rule_credit(question, picked, correct, rule) for picked in subsets(question)}
        assert all(0 <= score <= 1 for score in scores.values())
        assert [picked for picked, score in scores.items() if score == 1] == [correct]
        assert scores[frozenset()] == 0


@pytest.mark.parametrize("n_options", range(2, 7))
@pytest.mark.parametrize("rule", CreditRule)
def test_one_more_right_pick_never_costs_and_one_more_wrong_pick_never_earns(
    rule: CreditRule, n_options: int
) -> None:
    question = cut(n_options)
    for correct in subsets(question)[1:]:
        for picked in subsets(question)[1:]:
            score = rule_credit(question, picked, correct, rule)
            for option in frozenset(question.option_ids) - picked:
                more = rule_credit(question, picked | {option}, correct, rule)
                assert more >= score if option in correct else more <= score


@pytest.mark.parametrize("n_options", range(2, 7))
def test_the_course_rule_lies_between_all_or_nothing_and_the_milder_ones(n_options: int) -> None:
    question = cut(n_options)
    for correct in subsets(question)[1:]:
        for picked in subsets(question)[1:]:
            by = {rule: rule_credit(question, picked, correct, rule) for rule in CreditRule}
            assert by[CreditRule.ALL_OR_NOTHING] <= by[CreditRule.NET] <= by[CreditRule.EACH_ANSWER]
            assert by[CreditRule.NET] <= by[CreditRule.COVERAGE]
            assert by[CreditRule.NET] == credit(picked, correct, Fraction(1))


@pytest.mark.parametrize("rule", CreditRule)
def test_a_key_that_cannot_be_is_refused(rule: CreditRule) -> None:
    with pytest.raises(ValueError, match="q06: a key without a correct option"):
        rule_credit(MULTIPLE, frozenset("A"), frozenset(), rule)
    with pytest.raises(ValueError, match=r"q01: key .* is more than a single choice has"):
        rule_credit(SINGLE, frozenset("A"), frozenset("AB"), rule)


def test_every_rule_has_words() -> None:
    assert set(RULE_WORDS) == set(CreditRule)


@pytest.mark.parametrize("n_options", range(2, 7))
@pytest.mark.parametrize("rule", CreditRule)
def test_chance_is_the_mean_over_all_answers_but_the_blank(rule: CreditRule, n_options: int) -> None:
    question = cut(n_options).model_copy(update={"credit": rule})
    answers = subsets(question)[1:]
    for correct in answers:
        scores = [rule_credit(question, picked, correct, rule) for picked in answers]
        assert chance_score(question, correct) == sum(scores) / len(scores)


def test_chance_of_a_single_choice_is_one_option_in_four() -> None:
    assert chance_score(SINGLE, frozenset("B")) == Fraction(4, 5) / 4


# One point, eight options, correct A B C.
@pytest.mark.parametrize(
    ("rule", "picked", "score", "status", "words"),
    [
        (CreditRule.NET, "AB", "2/3",
         Status.PARTLY_RIGHT, "2 right − 0 wrong, of 3 correct: (2 − 0) × 1/3 = 2/3 point"),
        (CreditRule.ALL_OR_NOTHING, "ABC", "1", Status.RIGHT, "exactly the correct options: 1 point"),
        (
            CreditRule.ALL_OR_NOTHING, "AB", "0", Status.WRONG,
            "2 right and 0 wrong, of 3 correct, all or nothing: 0 points",
        ),
        (CreditRule.EACH_ANSWER, "D", "1/2",
         Status.PARTLY_RIGHT, "4 of 8 options rightly picked or left: 0.5 points"),
        (
            CreditRule.COVERAGE, "ABD", "4/9", Status.PARTLY_RIGHT,
            "2 of 3 correct picked, 2 of 3 picks correct: 4/9 point",
        ),
        (CreditRule.COVERAGE, "", "0", Status.BLANK, "nothing picked: 0 points"),
    ],
)  # fmt: skip
def test_a_questions_own_rule_decides_score_status_and_words(
    rule: CreditRule, picked: str, score: str, status: Status, words: str
) -> None:
    question = MULTIPLE.model_copy(update={"credit": rule})
    marking, answer = Marking({"q06": frozenset("ABC")}), frozenset(picked)
    assert marking.points(question, answer) == Fraction(score)
    assert marking.status(question, answer) is status
    assert marking.words(question, answer).en == words


def test_a_question_takes_the_quizs_rule_unless_it_has_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(TINY, folder)
    quiz = (folder / "quiz.yaml").read_text(encoding="utf-8")
    (folder / "quiz.yaml").write_text(quiz.replace("name: net", "name: coverage"), encoding="utf-8")
    own = (folder / "q10.yaml").read_text(encoding="utf-8")
    (folder / "q10.yaml").write_text(f"{own}\ncredit: all-or-nothing\n", encoding="utf-8")
    rules = {question.id: question.credit for question in catalog.load(folder).questions}
    assert rules == dict.fromkeys(("q01", "q02", "q06"), CreditRule.COVERAGE) | {
        "q10": CreditRule.ALL_OR_NOTHING
    }
