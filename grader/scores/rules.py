"""Credit rules of multiple-answer questions: a quiz names its own, a question may name another.

They are those of PrairieLearn's `pl-checkbox` (`partial-credit`; before: `partial-credit-method`),
https://prairielearn.readthedocs.io/en/latest/pl-checkbox/, which calls net "net-correct" and all-or-nothing
"off". A single choice is right or wrong under each of them.
"""

from fractions import Fraction
from math import comb

from grader.scores.credit import credit, explain_credit, points_in_words, require_key
from questions.quiz import AnyQuestion, Bilingual, CreditRule

RULE_WORDS: dict[CreditRule, Bilingual] = {
    CreditRule.NET: Bilingual(
        en="net (PrairieLearn: net-correct, once PC): right picks minus wrong "
        "picks, of the correct ones, never below zero",
        zh="淨答對（PrairieLearn：net-correct，舊稱 PC）：答對數減答錯數，除以正確選項數，扣到零為止",
    ),
    CreditRule.ALL_OR_NOTHING: Bilingual(
        en="all or nothing (PrairieLearn: off): exactly the correct options, else zero",
        zh="全對才給分（PrairieLearn：off）：與正確選項完全一致，否則零分",
    ),
    CreditRule.EACH_ANSWER: Bilingual(
        en="every decision counts (PrairieLearn: each-answer, once EDC): the share of options that were "
        "rightly picked or rightly left; a blank scores 0, as without PrairieLearn's allow-blank",
        zh="逐項計分（PrairieLearn：each-answer，舊稱 EDC）：選對或正確地不選的選項所占的比例；"
        "空白得零分，如同 PrairieLearn 未設 allow-blank",
    ),
    CreditRule.COVERAGE: Bilingual(
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
    rule: CreditRule,
    points: Fraction | None = None,
) -> Fraction:
    """The score of `picked` by a rule, of the question's points or of others. ValueError: an impossible key.

    A blank scores 0 by every rule: PrairieLearn does not take it without its `allow-blank`, where each-answer
    would pay for the wrong options left out and coverage would divide by zero.
    """
    require_key(question, correct)
    points = Fraction(question.points_exact) if points is None else points
    if question.kind == "single":
        return credit(picked, correct, points)
    right, wrong = len(picked & correct), len(picked - correct)
    return points * _share(rule, right, wrong, len(correct), len(question.options))


def explain_rule(
    question: AnyQuestion, picked: frozenset[str], correct: frozenset[str], rule: CreditRule, points: Fraction
) -> Bilingual:
    """The score in words. They tell how many options are correct: not for a student who may not know."""
    if question.kind == "single" or rule is CreditRule.NET or not picked:
        return explain_credit(picked, correct, points)
    en, zh = points_in_words(rule_credit(question, picked, correct, rule, points))
    right, wrong, n_correct = len(picked & correct), len(picked - correct), len(correct)
    match rule:
        case CreditRule.ALL_OR_NOTHING if picked == correct:
            return Bilingual(en=f"exactly the correct options: {en}", zh=f"與正確選項完全一致：{zh}")
        case CreditRule.ALL_OR_NOTHING:
            return Bilingual(
                en=f"{right} right and {wrong} wrong, of {n_correct} correct, all or nothing: {en}",
                zh=f"答對 {right} 個，答錯 {wrong} 個，正確選項共 {n_correct} 個，全對才給分：{zh}",
            )
        case CreditRule.EACH_ANSWER:
            n_options = len(question.options)
            decided = n_options - (n_correct - right) - wrong
            return Bilingual(
                en=f"{decided} of {n_options} options rightly picked or left: {en}",
                zh=f"{n_options} 個選項中正確地選或不選了 {decided} 個：{zh}",
            )
        case CreditRule.COVERAGE:
            n_picked = right + wrong
            return Bilingual(
                en=f"{right} of {n_correct} correct picked, {right} of {n_picked} picks correct: {en}",
                zh=f"{n_correct} 個正確選項中選到 {right} 個，所選 {n_picked} 個中 {right} 個正確：{zh}",
            )


def chance_score(question: AnyQuestion, correct: frozenset[str]) -> Fraction:
    """The mean score of answers at random: any one option, or any set of options but the empty one."""
    points = Fraction(question.points_exact)
    n_options, n_correct = len(question.options), len(correct)
    if question.kind == "single":
        return points / n_options
    shares = (
        comb(n_correct, right)
        * comb(n_options - n_correct, wrong)
        * _share(question.credit, right, wrong, n_correct, n_options)
        for right in range(n_correct + 1)
        for wrong in range(n_options - n_correct + 1)
    )
    mean: Fraction = points * sum(shares, Fraction(0)) / (2**n_options - 1)
    return mean


def _share(rule: CreditRule, right: int, wrong: int, n_correct: int, n_options: int) -> Fraction:
    """The share of the points for so many right and wrong picks."""
    if right + wrong == 0:
        return Fraction(0)
    match rule:
        case CreditRule.NET:
            return Fraction(max(0, right - wrong), n_correct)
        case CreditRule.ALL_OR_NOTHING:
            return Fraction(right == n_correct and wrong == 0)
        case CreditRule.EACH_ANSWER:
            return 1 - Fraction(n_correct - right + wrong, n_options)
        case CreditRule.COVERAGE:
            return Fraction(right, n_correct) * Fraction(right, right + wrong)
