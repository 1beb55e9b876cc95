"""The key held against the evidence, option by option; exhaustively for every key of a question."""

from itertools import chain, combinations

import pytest

from grader.key.key_check import Accord, Rehearsal, Status, check_question, derive_key
from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from solvers.evidence.sources import Provenance, Source
from solvers.evidence.verdicts import Evidence, Finding, OptionVerdict, Outcome, PartVerdict, Standing

H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
C, R = Standing.CONCLUSIVE, Standing.REHEARSAL
OUTCOMES = {"H": H, "F": F, "U": U}
WORDS = Bilingual(zh="因為", en="because")


def evidence(question: AnyQuestion, verdicts: dict[str, tuple[Outcome, Standing]]) -> Evidence:
    def verdict(option: str, outcome: Outcome, standing: Standing) -> OptionVerdict:
        part = PartVerdict(
            claim="x: 1",
            basis="measured",
            standing=standing,
            lacks=() if standing is C else ("asr-weights",),
            finding=Finding(outcome=outcome, measured="1", threshold="1", reason=WORDS),
        )
        return OptionVerdict(option=option, outcome=outcome, standing=standing, parts=(part,))

    return Evidence(
        question=question.id, verdicts=tuple(verdict(option, *one) for option, one in verdicts.items())
    )


def conclusive(question: AnyQuestion, correct: frozenset[str]) -> Evidence:
    return evidence(question, {o: (H if o in correct else F, C) for o in question.option_ids})


def subsets(options: tuple[str, ...]) -> list[frozenset[str]]:
    sizes = (combinations(options, n) for n in range(1, len(options) + 1))
    return [frozenset(one) for one in chain.from_iterable(sizes)]


@pytest.mark.parametrize("question_id", ["q06", "q10"])
def test_every_wrong_key_of_a_multiple_choice_is_contradicted(quiz: QuizSpec, question_id: str) -> None:
    question = quiz.question(question_id)
    keys = subsets(question.option_ids)
    assert len(keys) == 2 ** len(question.option_ids) - 1
    correct = frozenset("ABD")
    found = conclusive(question, correct)
    for key in keys:
        check = check_question(question, found, key)
        assert check.status is (Status.CONFIRMED if key == correct else Status.CONTRADICTED)
        conflicts = {o.option for o in check.options if o.accord is Accord.CONFLICTS}
        assert conflicts == key ^ correct


def test_every_key_of_every_single_choice(quiz: QuizSpec) -> None:
    for question in quiz.questions:
        if question.kind == "single":
            for correct in question.option_ids:
                found = conclusive(question, frozenset(correct))
                for key in question.option_ids:
                    status = check_question(question, found, frozenset(key)).status
                    assert status is (Status.CONFIRMED if key == correct else Status.CONTRADICTED)


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        # One conclusive conflict contradicts, whatever else is open.
        ({"A": (F, C), "B": (U, R), "C": (U, C), "D": (U, C)}, Status.CONTRADICTED),
        # The key says B is wrong and the evidence says it holds.
        ({"A": (U, C), "B": (H, C), "C": (F, C), "D": (F, C)}, Status.CONTRADICTED),
        # A rehearsal is never held against the key …
        ({"A": (F, R), "B": (H, R), "C": (F, R), "D": (F, R)}, Status.OPEN),
        # … nor for it.
        ({"A": (H, R), "B": (F, R), "C": (F, R), "D": (F, R)}, Status.OPEN),
        # All but one in accord is not confirmed.
        ({"A": (H, C), "B": (F, C), "C": (F, C), "D": (U, C)}, Status.OPEN),
        ({"A": (H, C), "B": (F, C), "C": (F, C), "D": (F, R)}, Status.OPEN),
        ({"A": (H, C), "B": (F, C), "C": (F, C), "D": (F, C)}, Status.CONFIRMED),
    ],
)
def test_the_key_says_a(quiz: QuizSpec, verdicts: dict, status: Status) -> None:
    question = quiz.question("q01")
    assert check_question(question, evidence(question, verdicts), frozenset("A")).status is status


def test_the_reason_of_a_contradiction_names_both_sides(quiz: QuizSpec) -> None:
    question = quiz.question("q01")
    check = check_question(question, conclusive(question, frozenset("B")), frozenset("A"))
    assert check.reason.en == (
        "The key marks A correct; measured 1 (threshold: 1). "
        "The key marks B incorrect; measured 1 (threshold: 1)."
    )
    assert check.reason.zh == ("答案標 A 為正確；測得 1（門檻：1）。答案標 B 為錯誤；測得 1（門檻：1）。")


def test_no_evidence_and_no_key(quiz: QuizSpec) -> None:
    question = quiz.question("q01")
    failed = Evidence(question="q01", failure=WORDS)
    for key in (None, frozenset("A")):
        check = check_question(question, failed, key)
        assert check.status is Status.ERROR
        assert check.reason == WORDS
    assert check_question(question, conclusive(question, frozenset("B")), None).status is Status.DECIDED


@pytest.mark.parametrize(
    ("outcomes", "standings", "derived", "reason"),
    [
        ("FHFF", "CCCC", ("B",), "Every option is decided conclusively."),
        ("FHUF", "CCCC", None, "Undetermined: C."),
        ("HHFF", "CCCC", None, "A single choice, yet several options hold: A, B."),
        ("FFFF", "CCCC", None, "No option holds."),
        ("FHFF", "CRCR", None, "Options B, D are rehearsals, on something else than asr-weights."),
    ],
)
def test_the_derived_key(
    quiz: QuizSpec, outcomes: str, standings: str, derived: tuple[str, ...] | None, reason: str
) -> None:
    question = quiz.question("q01")
    spelled = zip(question.option_ids, outcomes, standings, strict=True)
    verdicts = {option: (OUTCOMES[x], {"C": C, "R": R}[y]) for option, x, y in spelled}
    found = derive_key(question, evidence(question, verdicts))
    assert (found[0], found[1].en) == (derived, reason)


@pytest.mark.parametrize(
    ("outcomes", "planted", "expected"),
    [
        ("FFFH", "D", Rehearsal.FOUND),
        ("FFHF", "D", Rehearsal.MISSED),
        ("FFHH", "D", Rehearsal.MISSED),
        ("UUUU", "D", Rehearsal.UNDETERMINED),
        ("FFFH", "", Rehearsal.MISSED),  # what was planted is not among the options, yet one holds
    ],
)
def test_a_rehearsal_is_held_against_what_was_planted(
    quiz: QuizSpec, outcomes: str, planted: str, expected: Rehearsal
) -> None:
    question = quiz.question("q02")
    found = evidence(
        question, {o: (OUTCOMES[x], R) for o, x in zip(question.option_ids, outcomes, strict=True)}
    )
    check = check_question(question, found, frozenset("A"), frozenset(planted))
    assert check.rehearsal is expected
    assert check.status is Status.OPEN


def test_what_is_real_and_was_not_come_to_is_not_said_to_lack(quiz: QuizSpec) -> None:
    """Without a voice nothing is heard: what would hear it lacks nothing, the voice and the audio do."""
    question = quiz.question("q01")
    lacking = ("voice-weights", "course-audio", "asr-weights", "speaker-weights")

    def source(resource: str, origin: str, *, genuine: bool) -> Source:
        return Source(resource=resource, origin=origin, name="x", genuine=genuine)

    unused = (
        source("asr-weights", "package", genuine=True),
        source("speaker-weights", "package", genuine=True),
        source("course-audio", "stand-in", genuine=False),
    )
    provenance = Provenance(
        sources=(), libraries={}, device="cpu", dtype="", seed=0, wall_time_s=0.1, unused=unused
    )
    found = evidence(question, dict.fromkeys(question.option_ids, (U, R)))
    verdicts = tuple(
        verdict.model_copy(
            update={"parts": tuple(part.model_copy(update={"lacks": lacking}) for part in verdict.parts)}
        )
        for verdict in found.verdicts
    )
    known = found.model_copy(update={"provenance": provenance, "verdicts": verdicts})
    assert derive_key(question, known)[1].en == (
        "Options A, B, C, D are rehearsals, on something else than course-audio, voice-weights."
    )
    # Of a provenance that says nothing of it, all that is lacking is named.
    assert derive_key(question, found.model_copy(update={"verdicts": verdicts}))[1].en == (
        "Options A, B, C, D are rehearsals, on something else than asr-weights, course-audio, "
        "speaker-weights, voice-weights."
    )


def test_what_a_rehearsal_was_not_on_is_said_in_words(quiz: QuizSpec) -> None:
    question = quiz.question("q01")
    found = evidence(question, dict.fromkeys(question.option_ids, (H, R)))
    titles = {"asr-weights": Bilingual(zh="Whisper 的權重", en="Whisper's weights")}
    reason = derive_key(question, found, titles)[1]
    assert reason.en == "Options A, B, C, D are rehearsals, on something else than Whisper's weights."
    assert reason.zh == "選項 A, B, C, D 只是演練：並非依據真正的Whisper 的權重。"
