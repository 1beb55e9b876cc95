"""A key was mended after the quiz: the scores before and after, by the options that Canvas has for it.

Canvas's own words and code: instructure/canvas-lms, `app/models/quizzes/quiz_regrader/answer.rb`.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from grader.analysis.score_changes import Shift
from grader.papers.responses import ClassGrades, Responses
from grader.scores.class_grades import Answers, grade_class, score_class
from grader.scores.rules import Rule, rule_credit
from questions.quiz import AnyQuestion, Bilingual


class Policy(StrEnum):
    """What becomes of the papers that were graded by the old key."""

    BOTH = "both"
    NEW = "new"
    FULL = "full"
    NONE = "none"


# Canvas's names for them in `quiz_regrader/answer.rb`.
CANVAS_NAMES: dict[Policy, str] = {
    Policy.BOTH: "current_and_previous_correct",
    Policy.NEW: "current_correct_only",
    Policy.FULL: "full_credit",
    Policy.NONE: "no_regrade",
}
POLICY_WORDS: dict[Policy, Bilingual] = {
    Policy.BOTH: Bilingual(
        en="Award points for both corrected and previously correct answers (no scores will be reduced)",
        zh="新舊正確答案都給分（不會有人被扣分）",
    ),
    Policy.NEW: Bilingual(
        en="Only award points for the correct answer (some students' scores may be reduced)",
        zh="只有新的正確答案給分（有些學生的分數可能降低）",
    ),
    Policy.FULL: Bilingual(en="Give everyone full credit for this question", zh="這一題所有人都給滿分"),
    Policy.NONE: Bilingual(en="Update question without regrading", zh="更新題目但不重新評分"),
}


@dataclass(frozen=True)
class Regrade:
    """The papers by the old key and regraded.

    `changed` are the questions that were asked and that both keys know and answer differently: a policy acts
    on them alone. `added` are known to the new key alone, `dropped` to the old one alone. `shift.after` can
    be written to files as any class's grades.
    """

    policy: Policy
    changed: tuple[str, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    shift: Shift

    def to_json(self) -> dict[str, Any]:
        """All but the single papers."""
        return {
            "policy": self.policy.value,
            "canvas": CANVAS_NAMES[self.policy],
            "changed": list(self.changed),
            "added": list(self.added),
            "dropped": list(self.dropped),
            **self.shift.to_json(),
        }


def regrade(responses: Responses, old: Answers, new: Answers, policy: Policy) -> Regrade:
    """Grade by the old key, and again by the policy. Raises ValueError for a key that cannot be.

    `both` gives each question the higher of its two scores, so that nobody loses. Canvas offers it for
    single choices alone, where it is the same.
    """
    questions = responses.quiz.questions
    asked = [question for question in questions if question.id not in responses.absent]
    known = [question for question in asked if old.get(question.id) and new.get(question.id)]
    changed = tuple(question.id for question in known if old[question.id] != new[question.id])
    before = grade_class(responses, old)

    def score(question: AnyQuestion, picked: frozenset[str]) -> Fraction:
        by_new = rule_credit(question, picked, new[question.id] or frozenset(), Rule.NET_CORRECT)
        if question.id not in changed or policy is Policy.NEW:
            return by_new
        if policy is Policy.FULL:
            return Fraction(question.points_exact)
        by_old = rule_credit(question, picked, old[question.id] or frozenset(), Rule.NET_CORRECT)
        return max(by_old, by_new)

    after = before if policy is Policy.NONE else score_class(responses, new, score)
    return Regrade(
        policy=policy,
        changed=changed,
        added=_only(new, old, responses),
        dropped=_only(old, new, responses),
        shift=Shift(before, after),
    )


def what_if(grades: ClassGrades, rule: Rule) -> Shift:
    """The same papers and key under another credit rule; it acts on multiple-answer questions alone."""

    def score(question: AnyQuestion, picked: frozenset[str]) -> Fraction:
        return rule_credit(question, picked, grades.key[question.id] or frozenset(), rule)

    return Shift(grades, score_class(grades.responses, grades.key, score))


def _only(one: Answers, other: Answers, responses: Responses) -> tuple[str, ...]:
    """The questions that one key knows and the other does not."""
    return tuple(
        question.id
        for question in responses.quiz.questions
        if one.get(question.id) is not None and other.get(question.id) is None
    )
