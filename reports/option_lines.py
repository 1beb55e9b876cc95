"""Every option of a card as one line: its mark, its word, and the sentence that says why."""

import re
from dataclasses import dataclass

from grader.key.key_check import Accord, QuestionCheck
from grader.key.outcome_words import OUTCOME_WORDS
from questions.common import marks
from questions.quiz import AnyQuestion, Bilingual
from reports.page import OUTCOME_MARKS
from solvers.evidence.verdicts import Evidence, OptionVerdict, Outcome, Standing

# What was heard is quoted, and a full stop in it ends no sentence of ours.
FIRST_EN = re.compile(r"((?:“[^”]*”|[^“])*?)(?:[.;] )")
FIRST_ZH = re.compile(r"((?:「[^」]*」|“[^”]*”|[^「“])*?)(?:；|。(?=.))")
NOT_MEASURED = Bilingual(zh="沒有證據", en="no evidence")


@dataclass(frozen=True)
class OptionLine:
    """What a card shows of an option before it is opened, and whether it is open at once.

    `look` is its class in the style sheet; `declared` is None where the key is silent.
    """

    option: str
    text: Bilingual
    verdict: OptionVerdict | None
    declared: bool | None
    conflicts: bool
    mark: str
    look: str
    word: Bilingual
    sentence: Bilingual | None

    @property
    def opened(self) -> bool:
        """Whether a person has to look at it: the key says otherwise, or nothing is decided."""
        return self.conflicts or (self.verdict is not None and self.verdict.outcome is Outcome.UNDETERMINED)


def option_lines(question: AnyQuestion, check: QuestionCheck, evidence: Evidence) -> tuple[OptionLine, ...]:
    """The options in the question's order."""
    lines = []
    for option, checked in zip(question.options, check.options, strict=True):
        verdict = evidence.verdict(option.id)
        mark, look, word = marks.NOTHING, "nothing", NOT_MEASURED
        if verdict is not None:
            mark, look, word = (
                OUTCOME_MARKS[verdict.outcome],
                str(verdict.outcome),
                OUTCOME_WORDS[verdict.outcome],
            )
            if verdict.standing is Standing.REHEARSAL:
                mark, look = marks.hollow(mark), "rehearsal"
                word = Bilingual(zh=f"演練：{word.zh}", en=f"rehearsal: {word.en}")
        lines.append(
            OptionLine(
                option=option.id,
                text=option.text,
                verdict=verdict,
                declared=checked.declared,
                conflicts=checked.accord is Accord.CONFLICTS,
                mark=mark,
                look=look,
                word=word,
                sentence=_why(verdict),
            )
        )
    return tuple(lines)


def _why(verdict: OptionVerdict | None) -> Bilingual | None:
    """The reason of the first part that the option's outcome comes from, up to its first full stop.

    A reason with many numbers goes on behind a semicolon; that is read when the line is opened.
    """
    if verdict is None:
        return None
    decisive = (part for part in verdict.parts if part.finding.outcome is verdict.outcome)
    reason = next(decisive, verdict.parts[0]).finding.reason
    return Bilingual(zh=_first(reason.zh, FIRST_ZH, "。"), en=_first(reason.en, FIRST_EN, "."))


def _first(text: str, sentence: re.Pattern[str], stop: str) -> str:
    found = sentence.match(text)
    return text if found is None else f"{found[1]}{stop}"
