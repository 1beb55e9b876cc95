"""Credit rules of multiple-answer questions: the course's, and others to see what they would have given.

The names are those of PrairieLearn's `pl-checkbox` (`partial-credit`; before: `partial-credit-method`),
https://prairielearn.readthedocs.io/en/latest/pl-checkbox/, which calls all-or-nothing "off". A single
choice is right or wrong under each of them.
"""

from enum import StrEnum
from fractions import Fraction
from math import comb

from grader.scores.credit import credit, require_key
from questions.quiz import AnyQuestion, Bilingual


class Rule(StrEnum):
    """How picks become a share of the points."""

    NET_CORRECT = "net-correct"
    ALL_OR_NOTHING = "all-or-nothing"
    EACH_ANSWER = "each-answer"
    COVERAGE = "coverage"


RULE_WORDS: dict[Rule, Bilingual] = {
    Rule.NET_CORRECT: Bilingual(
        en="net correct, the course's rule (PrairieLearn: net-correct, once PC): right picks minus wrong "
        "picks, of the correct ones, never below zero",
        zh="淨答對，本課程的規則（PrairieLearn：net-correct，舊稱 PC）：答對數減答錯數，"
        "除以正確選項數，扣到零為止",
    ),
    Rule.ALL_OR_NOTHING: Bilingual(
        en="all or nothing (PrairieLearn: off): exactly the correct options, else zero",
        zh="全對才給分（PrairieLearn：off）：與正確選項完全一致，否則零分",
    ),
    Rule.EACH_ANSWER: Bilingual(
        en="every decision counts (PrairieLearn: each-answer, once EDC): the share of options that were "
        "rightly picked or rightly left; a blank scores 0, as without PrairieLearn's allow-blank",
        zh="逐項計分（PrairieLearn：each-answer，舊稱 EDC）：選對或正確地不選的選項所占的比例；"
        "空白得零分，如同 PrairieLearn 未設 allow-blank",
    ),
    Rule.COVERAGE: Bilingual(
        en="coverage (PrairieLearn: coverage, once COV): the share of correct options that were picked, "
        "times the share of picks that are correct; a blank scores 0, as without PrairieLearn's allow-blank",
        zh="涵蓋率（PrairieLearn：coverage，舊稱 COV）：選到的正確選項比例，乘以所選之中正確的比例；"
        "空白得零分，如同 PrairieLearn 未設 allow-blank",
    ),
}


def rule_credit(
    question: AnyQuestion,
    picked: frozenset[str],
    correct: frozenset[str],
    rule: Rule,
    points: Fraction | None = None,
) -> Fraction:
    """The score of `picked` by a rule, of the question's points or of others. ValueError: an impossible key.

    A blank scores 0 by every rule: PrairieLearn does not take it without its `allow-blank`, where each-answer
    would pay for the wrong options left out and coverage would divide by zero.
    """
    require_key(question, correct)
    points = Fraction(question.points_exact) if points is None else points
    if question.kind == "single" or rule is Rule.NET_CORRECT or not picked:
        return credit(picked, correct, points)
    right, wrong = len(picked & correct), len(picked - correct)
    if rule is Rule.ALL_OR_NOTHING:
        return points * (picked == correct)
    if rule is Rule.EACH_ANSWER:
        return points * (1 - Fraction(len(correct) - right + wrong, len(question.options)))
    return points * Fraction(right, len(correct)) * Fraction(right, right + wrong)


def chance_score(question: AnyQuestion, correct: frozenset[str]) -> Fraction:
    """The mean score of answers at random: any one option, or any set of options but the empty one."""
    points = Fraction(question.points_exact)
    n_options, n_correct = len(question.options), len(correct)
    if question.kind == "single":
        return points / n_options
    net = sum(
        comb(n_correct, right) * comb(n_options - n_correct, wrong) * max(0, right - wrong)
        for right in range(n_correct + 1)
        for wrong in range(n_options - n_correct + 1)
    )
    return points * Fraction(net, n_correct * (2**n_options - 1))
