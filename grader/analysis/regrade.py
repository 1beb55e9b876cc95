"""A key was mended after the quiz: the scores before and after, by the options that Canvas has for it.

Canvas's own words and code: instructure/canvas-lms, `app/models/quizzes/quiz_regrader/answer.rb`.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from grader.analysis.score_changes import Shift
from grader.papers.responses import ClassGrades, Responses
from grader.scores.attempts import Attempts
from grader.scores.class_grades import grade_class, score_class
from grader.scores.credit import points_in_words
from grader.scores.marking import Answers, ByKey, known
from grader.scores.rules import RULE_WORDS, Rule, rule_credit
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


@dataclass(frozen=True)
class Regraded:
    """The new key, and in `changed` questions what a policy makes of it and the old one."""

    old: Answers
    key: Answers
    changed: tuple[str, ...]
    policy: Policy

    def points(self, question: AnyQuestion, picked: frozenset[str]) -> Fraction:
        """By the policy where the key changed, else by the key."""
        by_old, by_new = ByKey(self.old), ByKey(self.key)
        if question.id not in self.changed or self.policy is Policy.NEW:
            return by_new.points(question, picked)
        if self.policy is Policy.FULL:
            return Fraction(question.points_exact)
        if self.policy is Policy.NONE:
            return by_old.points(question, picked)
        return max(by_old.points(question, picked), by_new.points(question, picked))

    def words(self, question: AnyQuestion, picked: frozenset[str]) -> Bilingual:
        """The rule with the numbers of the key that counted, and the policy where that is not the new one."""
        by_old, by_new = ByKey(self.old), ByKey(self.key)
        score = self.points(question, picked)
        if question.id not in self.changed or score == by_new.points(question, picked):
            return by_new.words(question, picked)
        told = POLICY_WORDS[self.policy]
        if self.policy is Policy.FULL:
            en, zh = points_in_words(score)
        else:
            en, zh = (words := by_old.words(question, picked)).en, words.zh
        return Bilingual(en=f"{en} ({told.en})", zh=f"{zh}（{told.zh}）")


def regrade(
    responses: Responses, old: Answers, new: Answers, policy: Policy, attempts: Attempts | None = None
) -> Regrade:
    """Grade by the old key, and again by the policy. Raises ValueError for a key that cannot be.

    `both` gives each question the higher of its two scores, so that nobody loses. Canvas offers it for
    single choices alone, where it is the same. Every paper is graded both times before `attempts` picks.
    """
    questions = responses.quiz.questions
    asked = [question for question in questions if question.id not in responses.absent]
    known = [question for question in asked if old.get(question.id) and new.get(question.id)]
    changed = tuple(question.id for question in known if old[question.id] != new[question.id])
    before = grade_class(responses, old, attempts)
    after = before
    if policy is not Policy.NONE:
        after = score_class(responses, Regraded(old, new, changed, policy), attempts)
    return Regrade(
        policy=policy,
        changed=changed,
        added=_only(new, old, responses),
        dropped=_only(old, new, responses),
        shift=Shift(before, after),
    )


@dataclass(frozen=True)
class ByRule:
    """The key under another credit rule."""

    key: Answers
    rule: Rule

    def points(self, question: AnyQuestion, picked: frozenset[str]) -> Fraction:
        """By the rule where a question has multiple answers."""
        return rule_credit(question, picked, known(self, question), self.rule)

    def words(self, question: AnyQuestion, picked: frozenset[str]) -> Bilingual:
        """The points and the rule."""
        en, zh = points_in_words(self.points(question, picked))
        return Bilingual(en=f"{en} by {RULE_WORDS[self.rule].en}", zh=f"{zh}，{RULE_WORDS[self.rule].zh}")


def what_if(grades: ClassGrades, rule: Rule) -> Shift:
    """The same papers and key under another credit rule; it acts on multiple-answer questions alone.

    Which attempt counts follows from the scores by that rule.
    """
    return Shift(grades, score_class(grades.every, ByRule(grades.key, rule), grades.attempts))


def _only(one: Answers, other: Answers, responses: Responses) -> tuple[str, ...]:
    """The questions that one key knows and the other does not."""
    return tuple(
        question.id
        for question in responses.quiz.questions
        if one.get(question.id) is not None and other.get(question.id) is None
    )
