"""What stands at the head of a class report: the key by its digest, how new the papers are, and what counts.

The date is that of the newest paper, as its file has it: the same papers give the same page whenever it is
rendered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from grader.papers.attempts import Attempts
from grader.papers.responses import Deduction, Responses
from grader.scores.late import Late, LatePolicy, submission_times
from questions.key import Key
from questions.quiz import Bilingual

ATTEMPT_WORDS = {
    Attempts.LATEST: Bilingual(zh="計最後一次作答", en="the latest attempt counts"),
    Attempts.HIGHEST: Bilingual(zh="計最高分的作答", en="the highest attempt counts"),
    Attempts.FIRST: Bilingual(zh="計第一次作答", en="the first attempt counts"),
    Attempts.AVERAGE: Bilingual(zh="計各次作答的平均", en="the average of all attempts counts"),
}
NO_DUE_DATE = Bilingual(zh="沒有繳交期限", en="no due date")


@dataclass(frozen=True)
class ClassHead:
    """What a class was graded by."""

    key: Key
    attempts: Attempts
    late: LatePolicy

    @property
    def policies(self) -> Iterator[Bilingual]:
        """Which attempt counts, when papers were due, and what being late cost."""
        yield ATTEMPT_WORDS[self.attempts]
        if self.late.due is None:
            yield NO_DUE_DATE
            return
        due, n_extensions = self.late.due.isoformat(), len(self.late.extensions)
        more_zh = f"（{n_extensions} 人延期）" if n_extensions else ""
        more_en = f" ({n_extensions} extensions)" if n_extensions else ""
        yield Bilingual(zh=f"期限 {due}{more_zh}", en=f"due {due}{more_en}")
        yield _late_words(self.late)


def _late_words(policy: LatePolicy) -> Bilingual:
    if policy.late is Late.REFUSE:
        return Bilingual(zh="遲交不計", en="late papers do not count")
    if policy.deduction is None:
        return Bilingual(zh="遲交不扣分", en="late papers count in full")
    return Bilingual(zh=_deduction_zh(policy.deduction), en=str(policy.deduction))


def _deduction_zh(deduction: Deduction) -> str:
    floor = f"，最多扣到剩 {float(100 * deduction.floor):g} %" if deduction.floor else ""
    return f"每遲一天扣可得分數的 {float(100 * deduction.per_day):g} %{floor}"


def newest_paper(responses: Responses) -> str | None:
    """When the newest paper was submitted, in UTC; None where no file tells."""
    newest = submission_times(responses.frame["submitted"]).max()
    return f"{newest:%Y-%m-%d %H:%M} UTC" if isinstance(newest, datetime) else None
