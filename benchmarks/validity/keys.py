"""Keys that are right and keys that are not, held against evidence that decides every option conclusively.

Exhaustive: of a single choice every option as the truth under every key; of a multiple choice every
subset as the key, under some truths. A key that differs must be contradicted, the same one confirmed.
"""

from functools import partial
from itertools import chain, combinations

from benchmarks.validity.puzzle import Puzzle, Solved, Truth
from grader.key.key_check import Status, check_question
from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from solvers.evidence.verdicts import Evidence, Finding, OptionVerdict, Outcome, PartVerdict, Standing

VERSION = 1
# Option A alone, a few of them, all of them: the truths under which every subset is tried as a key.
TRUTHS_OF_MULTIPLE = ("A", "ABD", None)

# "The key is as the evidence has it": confirmed, contradicted, or left open.
OUTCOMES = {Status.CONFIRMED: Outcome.HOLDS, Status.CONTRADICTED: Outcome.FAILS}


def puzzles(quiz: QuizSpec) -> tuple[Puzzle, ...]:
    """Every question's."""
    found = []
    for question in quiz.questions:
        options = question.option_ids
        if question.kind == "single":
            truths = declared = [frozenset({option}) for option in options]
        else:
            truths = [frozenset(one or options) for one in TRUTHS_OF_MULTIPLE]
            declared = subsets(options)
        found += [
            Puzzle(
                f"{question.id} truth {_letters(truth)} key {_letters(key)}",
                "right key" if key == truth else "wrong key",
                {"key": Truth.HOLDS if key == truth else Truth.FAILS},
                partial(_solve, question, truth, key),
            )
            for truth in truths
            for key in declared
        ]
    return tuple(found)


def subsets(options: tuple[str, ...]) -> list[frozenset[str]]:
    """All that are not empty: 2ⁿ − 1."""
    sizes = (combinations(options, n) for n in range(1, len(options) + 1))
    return [frozenset(one) for one in chain.from_iterable(sizes)]


def _solve(question: AnyQuestion, truth: frozenset[str], key: frozenset[str]) -> Solved:
    check = check_question(question, _conclusive(question, truth), key)
    return Solved({"key": OUTCOMES.get(check.status, Outcome.UNDETERMINED)}, {"key": check.reason.en})


def _conclusive(question: AnyQuestion, truth: frozenset[str]) -> Evidence:
    def verdict(option: str) -> OptionVerdict:
        outcome = Outcome.HOLDS if option in truth else Outcome.FAILS
        reason = Bilingual(zh="給定", en="given")
        part = PartVerdict(
            claim="given",
            basis="measured",
            standing=Standing.CONCLUSIVE,
            lacks=(),
            finding=Finding(outcome=outcome, measured="given", threshold="given", reason=reason),
        )
        return OptionVerdict(option=option, outcome=outcome, standing=Standing.CONCLUSIVE, parts=(part,))

    return Evidence(question=question.id, verdicts=tuple(map(verdict, question.option_ids)))


def _letters(options: frozenset[str]) -> str:
    return "".join(sorted(options))
