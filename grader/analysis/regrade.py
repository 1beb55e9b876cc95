"""A key was mended after the quiz: the scores before and after, by the options that Canvas has for it.

Canvas's own words and code: instructure/canvas-lms, `app/models/quizzes/quiz_regrader/answer.rb`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.analysis.score_changes import ChangesSummary, ScoreChanges
from grader.papers.attempts import Attempts
from grader.papers.responses import Responses
from grader.scores.amendment_words import POLICY_WORDS
from grader.scores.class_grades import score_class
from grader.scores.credit import points_in_words
from grader.scores.graded import ClassGrades
from grader.scores.marking import Marking, Status
from questions.amendments import Regrading
from questions.key import Amendments, Answers, Key
from questions.quiz import AnyQuestion, Bilingual, CreditRule

# Canvas's names for them in `quiz_regrader/answer.rb`.
CANVAS_NAMES: dict[Regrading, str] = {
    Regrading.BOTH: "current_and_previous_correct",
    Regrading.NEW: "current_correct_only",
    Regrading.FULL: "full_credit",
    Regrading.NONE: "no_regrade",
}


class RegradeSummary(ChangesSummary):
    """A regrade, all but the single papers; `canvas` is Canvas's name of the policy."""

    policy: Regrading
    canvas: str
    policies: dict[str, Regrading]
    changed: tuple[str, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True)
class Regrade:
    """The papers by the old key and regraded.

    `changed` are the questions that were asked and that both keys know and answer differently: a policy acts
    on them alone, `policy` where `policies` do not tell another. `added` are scored by the new key alone,
    `dropped` by the old one alone. `changes.after` can be written to files as any class's grades.
    """

    policy: Regrading
    policies: Mapping[str, Regrading]
    changed: tuple[str, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    changes: ScoreChanges

    @property
    def lowered_otherwise(self) -> Bilingual | None:
        """What to say where a policy promises that no score is reduced, and totals are lower all the same."""
        lose = self.changes.total.lose
        promised = set(self.policies.values()) | {self.policy} <= {Regrading.BOTH, Regrading.FULL}
        if not promised or not lose:
            return None
        gone = ", ".join(self.dropped)
        return Bilingual(
            en=f"Totals that are lower all the same, by what the new key does not count ({gone}): {lose}",
            zh=f"仍有 {lose} 份總分降低，因為新答案不計 {gone}",
        )

    @property
    def summary(self) -> RegradeSummary:
        """What a document says of it."""
        return RegradeSummary(
            policy=self.policy,
            canvas=CANVAS_NAMES[self.policy],
            policies=dict(self.policies),
            changed=self.changed,
            added=self.added,
            dropped=self.dropped,
            **dict(self.changes.summary),
        )


@dataclass(frozen=True, kw_only=True)
class Regraded(Marking):
    """The new key, and in changed questions what a policy makes of it and the old one."""

    old: Marking
    policies: Mapping[str, Regrading]

    def points(self, question: AnyQuestion, picked: frozenset[str]) -> Fraction:
        """By the policy where the key changed, else by the key."""
        by_new = super().points(question, picked)
        match self.policies.get(question.id):
            case None | Regrading.NEW:
                return by_new
            case Regrading.FULL:
                return self.worth(question)
            case Regrading.NONE:
                return self._by_old.points(question, picked)
            case Regrading.BOTH:
                return max(by_new, self._by_old.points(question, picked))

    def status(self, question: AnyQuestion, picked: frozenset[str]) -> Status:
        """By the key that counted."""
        by_new = super().status(question, picked)
        if not picked or self.points(question, picked) == super().points(question, picked):
            return by_new
        if self.points(question, picked) == self.worth(question):
            return Status.RIGHT
        return self._by_old.status(question, picked)

    def words(self, question: AnyQuestion, picked: frozenset[str]) -> Bilingual:
        """The rule with the numbers of the key that counted, and the policy where that is not the new one."""
        score = self.points(question, picked)
        policy = self.policies.get(question.id)
        if policy is None or score == super().points(question, picked):
            return super().words(question, picked)
        by = POLICY_WORDS[policy]
        if policy is Regrading.FULL:
            en, zh = points_in_words(score)
        else:
            en, zh = (words := self._by_old.words(question, picked)).en, words.zh
        return Bilingual(en=f"{en} ({by.en})", zh=f"{zh}（{by.zh}）")

    @property
    def _by_old(self) -> Marking:
        """The old key, with the points that the questions have by the new one."""
        return replace(self.old, scale=self.scale)


def regrade(
    responses: Responses,
    old: Answers,
    new: Answers,
    policy: Regrading,
    attempts: Attempts | None = None,
    *,
    amended: tuple[Amendments, Amendments] = ({}, {}),
) -> Regrade:
    """Grade by the old key, and again by the policy. Raises ValueError for a key that cannot be.

    `both` gives each question the higher of its two scores, so that nobody loses. Canvas offers it for
    single choices alone, where it is the same. Every paper is graded both times before `attempts` picks.
    `amended` are what the old and the new key amend; there a question can have a policy of its own.
    """
    by_old, by_new = (
        Marking.of(responses.quiz, key, amendments)
        for key, amendments in zip((old, new), amended, strict=True)
    )
    asked = [question for question in responses.quiz.questions if question.id not in responses.absent]
    changed = [question for question in asked if _changed(question, by_old, by_new)]
    policies = {
        question.id: (amendment.regrade if amendment else None) or policy
        for question in changed
        for amendment in [by_new.amendment(question)]
    }
    before = score_class(responses, by_old, attempts)
    marking = Regraded(new, amended[1], by_new.scale, old=by_old, policies=policies)
    return Regrade(
        policy=policy,
        policies=policies,
        changed=tuple(policies),
        added=_only(by_new, by_old, responses),
        dropped=_only(by_old, by_new, responses),
        changes=ScoreChanges(before, score_class(responses, marking, attempts)),
    )


def regrade_class(grades: ClassGrades, old: Key, policy: Regrading) -> Regrade:
    """Regrade a class that was graded by its new key. ValueError: an old key that cannot be."""
    new = grades.marking
    return regrade(
        grades.every, old.answers, new.key, policy, grades.attempts, amended=(old.amendments, new.amendments)
    )


def _changed(question: AnyQuestion, old: Marking, new: Marking) -> bool:
    """Whether a policy acts on a question: by both keys answers decide the score, and other ones do."""
    both = (old, new)
    if not all(marking.scored(question) and marking.full(question) is None for marking in both):
        return False
    return set(old.rights(question)) != set(new.rights(question))


def what_if(grades: ClassGrades, rule: CreditRule) -> ScoreChanges:
    """The same papers and key under another credit rule; it acts on multiple-answer questions alone.

    Which attempt counts follows from the scores by that rule.
    """
    key = grades.marking
    marking = Marking(key.key, key.amendments, key.scale, rule)
    return ScoreChanges(grades, score_class(grades.every, marking, grades.attempts))


def _only(one: Marking, other: Marking, responses: Responses) -> tuple[str, ...]:
    """The questions that one key scores and the other does not."""
    questions = responses.quiz.questions
    return tuple(question.id for question in questions if one.scored(question) and not other.scored(question))
