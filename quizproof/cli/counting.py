"""Which papers count, and what being late costs: as the command line says, else the quiz's own settings."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from grader.papers.attempts import Attempts
from grader.papers.responses import Deduction
from grader.scores.late import Late, LatePolicy, read_extensions, read_time
from questions.common.errors import QuizproofError
from questions.common.messages import show
from questions.quiz import Settings

LATE_FORM = "none, refuse, or what a late paper loses a day, such as 10%"


@dataclass(frozen=True)
class CountingAsked:
    """What the command line says of it; None where it says nothing."""

    attempts: str | None = None
    due: str | None = None
    extensions: Path | None = None
    late: str | None = None
    late_floor: str | None = None


@dataclass(frozen=True)
class Counting:
    """What counts, and a sentence that says so and where it comes from."""

    attempts: Attempts
    late: LatePolicy
    words: str


def counting_of(settings: Settings, asked: CountingAsked) -> Counting:
    """What counts. Raises QuizproofError for what cannot be read or would do nothing."""
    attempts = Attempts(asked.attempts or settings.attempts)
    due = asked.due if asked.due is not None else settings.due
    late = asked.late if asked.late is not None else settings.late
    if due is None:
        for option, given in (
            ("--extensions", asked.extensions), ("--late", asked.late), ("--late-floor", asked.late_floor)
        ):  # fmt: skip
            if given is not None:
                raise QuizproofError(f"{option} needs to know when papers are due: give --due TIME.")
    policy = LatePolicy(
        due=None if due is None else read_time(due, "--due" if asked.due is not None else "quiz.yaml: due"),
        late=Late(late) if late in (Late.NONE, Late.REFUSE) else Late.DEDUCT,
        deduction=_deduction(late, asked.late_floor or settings.late_floor),
        extensions={} if asked.extensions is None else read_extensions(asked.extensions),
    )
    said = [name for name in ("attempts", "due", "late") if getattr(asked, name) is not None]
    whose = f"as asked: {', '.join(said)}; else" if said else "as"
    words = f"Counts: {attempts} attempt, {policy.words} ({whose} the quiz's own settings)"
    return Counting(attempts, policy, words)


def _deduction(late: str, floor: str | None) -> Deduction | None:
    """What a late paper loses; None where that is nothing, or all."""
    least = Fraction(0) if floor is None else _share(floor, "--late-floor", "a share, such as 50%")
    if late in (Late.NONE, Late.REFUSE):
        if least:
            raise QuizproofError(f"--late-floor needs what a late paper loses a day; --late is {late}.")
        return None
    return Deduction(_share(late, "--late", LATE_FORM), least)


def _share(text: str, option: str, allowed: str) -> Fraction:
    number = text.strip().removesuffix("%")
    try:
        share = Fraction(number) / 100 if text.strip().endswith("%") and "/" not in number else None
    except ValueError:
        share = None
    if share is None or not 0 <= share <= 1:
        raise QuizproofError(f"{option}: found {show(text)}; allowed: {allowed}")
    return share
