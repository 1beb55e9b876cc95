"""How an answer earns points: what every grading of a class or a paper is made of."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Self

from grader.scores.amendment_words import amendment_words
from grader.scores.credit import points_in_words, require_key
from grader.scores.rules import explain_rule, rule_credit
from questions.amendments import Amendment, Drop, Full
from questions.key import Amendments, Answers
from questions.quiz import AnyQuestion, Bilingual, CreditRule, QuizSpec


class Status(StrEnum):
    """How a question went. `WRONG` earned nothing although something was picked."""

    BLANK = "blank"
    RIGHT = "right"
    PARTLY_RIGHT = "partly right"
    WRONG = "wrong"
    KEY_UNKNOWN = "key unknown"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Marking:
    """A key by the credit rule of each question, with what was amended in it.

    `key` has the right options by question; None, or no entry, where there is no one set of them. `scale` is
    what the points of questions that are no bonus are multiplied by, where dropped ones left them theirs;
    `other_rule` is one in place of each question's own.
    """

    key: Answers
    amendments: Amendments = field(default_factory=dict)
    scale: Fraction = Fraction(1)
    other_rule: CreditRule | None = None

    @classmethod
    def of(cls, quiz: QuizSpec, key: Answers, amendments: Amendments | None = None) -> Self:
        """The marking of a quiz. ValueError: a key that cannot be that of its question."""
        amended = amendments or {}
        marking = cls(key, amended, _scale(quiz, amended))
        for question in quiz.questions:
            for right in marking.rights(question):
                require_key(question, right)
        return marking

    def amendment(self, question: AnyQuestion) -> Amendment | None:
        """What was amended in a question."""
        return self.amendments.get(question.id)

    def dropped(self, question: AnyQuestion) -> bool:
        """Whether a question was taken out."""
        amendment = self.amendment(question)
        return amendment is not None and amendment.drop is not None

    def scored(self, question: AnyQuestion) -> bool:
        """Whether answers to a question earn points: its key is known, or a person settled it."""
        return not self.dropped(question) and (self.full(question) is not None or bool(self.rights(question)))

    def full(self, question: AnyQuestion) -> Full | None:
        """Who has full credit, whatever was picked."""
        amendment = self.amendment(question)
        return None if amendment is None else amendment.full

    def bonus(self, question: AnyQuestion) -> bool:
        """Whether the points of a question come on top."""
        amendment = self.amendment(question)
        return amendment is not None and amendment.bonus

    def rights(self, question: AnyQuestion) -> tuple[frozenset[str], ...]:
        """The answers that each earn full credit; none where that is not known."""
        amendment = self.amendment(question)
        if amendment is not None and amendment.accept:
            return amendment.accept
        correct = self.key.get(question.id)
        return () if correct is None else (correct,)

    def worth(self, question: AnyQuestion) -> Fraction:
        """What the full answer earns."""
        return Fraction(question.points_exact) * (1 if self.bonus(question) else self.scale)

    def possible(self, question: AnyQuestion) -> Fraction:
        """What a question adds to the points that can be had: nothing, where it is a bonus."""
        return Fraction(0) if self.bonus(question) else self.worth(question)

    def points(self, question: AnyQuestion, picked: frozenset[str]) -> Fraction:
        """What an answer earns, by the answer that is best for the student."""
        match self.full(question):
            case None:
                return max(self.by_rule(question, picked, right) for right in self.rights(question))
            case Full.ANSWERED:
                return self.worth(question) if picked else Fraction(0)
            case Full.ALL | Full.SEEN:
                return self.worth(question)

    def not_shown(self, question: AnyQuestion) -> Fraction | None:
        """What a student earns who never saw a question; None where it does not count for them."""
        return self.worth(question) if self.full(question) is Full.ALL else None

    def by_rule(self, question: AnyQuestion, picked: frozenset[str], right: frozenset[str]) -> Fraction:
        """What an answer earns where one answer is right."""
        return rule_credit(question, picked, right, self.rule(question), self.worth(question))

    def rule(self, question: AnyQuestion) -> CreditRule:
        """The credit rule that counts in a question."""
        return self.other_rule or question.credit

    def best(self, question: AnyQuestion, picked: frozenset[str]) -> frozenset[str] | None:
        """The right answer that counts for the student, the first of equals; None where none is known."""
        rights = self.rights(question)
        return max(rights, key=lambda right: self.by_rule(question, picked, right)) if rights else None

    def status(self, question: AnyQuestion, picked: frozenset[str]) -> Status:
        """How it went, by the sets and not by the score: a question worth no points can be right too."""
        if self.dropped(question):
            return Status.DROPPED
        if not self.scored(question):
            return Status.KEY_UNKNOWN
        if not picked:
            return Status.BLANK
        if self.full(question) is not None or picked in self.rights(question):
            return Status.RIGHT
        rule, one = self.rule(question), Fraction(1)  # the share, since a question may be worth no points
        earns = any(rule_credit(question, picked, right, rule, one) for right in self.rights(question))
        return Status.PARTLY_RIGHT if earns else Status.WRONG

    def words(self, question: AnyQuestion, picked: frozenset[str]) -> Bilingual:
        """How the points came about; it tells how many options are correct."""
        best = self.best(question, picked)
        if self.full(question) is None and best is not None:
            words = explain_rule(question, picked, best, self.rule(question), self.worth(question))
        else:
            en, zh = points_in_words(self.points(question, picked))
            words = Bilingual(en=en, zh=zh)
        amendment = self.amendment(question)
        if amendment is None:
            return words
        reason = amendment_words(amendment)
        return Bilingual(en=f"{words.en}; {reason.en}", zh=f"{words.zh}；{reason.zh}")


def _scale(quiz: QuizSpec, amendments: Amendments) -> Fraction:
    """The points of all questions by those of all that keep or share them; a bonus counts for neither."""
    none = Amendment(reason="")
    counted = [q for q in quiz.questions if not amendments.get(q.id, none).bonus]
    whole = sum((Fraction(q.points_exact) for q in counted), Fraction(0))
    shared = (q for q in counted if amendments.get(q.id, none).drop is Drop.RESCALE)
    rest = whole - sum((Fraction(q.points_exact) for q in shared), Fraction(0))
    return whole / rest if rest else Fraction(1)
