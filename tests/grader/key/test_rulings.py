"""What a person ruled closes what is open: over evidence only where it says so, and never over new one."""

import datetime
from pathlib import Path

import pytest

from grader.key.key_check import Accord, Status, check_question
from grader.key.rulings import (
    Ruling,
    Rulings,
    counted,
    evidence_digest,
    read_rulings,
    ruled_truth,
    write_rulings,
)
from questions.common.errors import SpecError
from questions.quiz import Bilingual
from solvers.evidence.sources import Provenance, Source
from solvers.evidence.verdicts import (
    Evidence,
    Finding,
    OptionVerdict,
    Outcome,
    PartVerdict,
    Standing,
    combine,
)
from tests.grader.tiny import QUIZ

H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
C, R = Standing.CONCLUSIVE, Standing.REHEARSAL
SINGLE = QUIZ.question("q01")


def part(outcome: Outcome, standing: Standing = C) -> PartVerdict:
    words = Bilingual(zh="因為", en="because")
    return PartVerdict(
        claim="x: 1", basis="measured", standing=standing, lacks=() if standing is C else ("asr-weights",),
        finding=Finding(outcome=outcome, measured="1", threshold="1", reason=words),
    )  # fmt: skip


def evidence(measured: int = 5, **options: tuple[PartVerdict, ...]) -> Evidence:
    verdicts = []
    for option, parts in options.items():
        outcome, standing = combine(parts)
        verdicts.append(OptionVerdict(option=option, outcome=outcome, standing=standing, parts=parts))
    return Evidence(question="q01", verdicts=tuple(verdicts), measurements={"total": measured})


OPEN_C = evidence(A=(part(F),), B=(part(H),), C=(part(U),), D=(part(F),))


def ruling(
    option: str, is_right: str, on: Evidence, *, n: int | None = None, despite: bool = False
) -> Ruling:
    return Ruling(
        question="q01", option=option, part=n, ruling="correct" if is_right == "correct" else "incorrect",
        reason="heard it", by="Ann", date=datetime.date(2026, 3, 2), evidence=evidence_digest(on),
        despite_evidence=despite,
    )  # fmt: skip


def test_a_ruling_closes_what_is_open() -> None:
    check = check_question(SINGLE, OPEN_C, frozenset("B"), rulings=[ruling("C", "incorrect", OPEN_C)])
    assert check.status is Status.RULED
    assert check.reason.en == "Ruled: C: Ann ruled incorrect on 2026-03-02: heard it"
    assert check.derived is None  # never taken for evidence
    assert [one.accord for one in check.options] == [Accord.AGREES] * 4
    assert check_question(SINGLE, OPEN_C, frozenset("B")).status is Status.OPEN


def test_a_key_against_a_ruling_is_contradicted_by_name() -> None:
    check = check_question(SINGLE, OPEN_C, frozenset("B"), rulings=[ruling("C", "correct", OPEN_C)])
    assert check.status is Status.CONTRADICTED
    assert check.reason.en == "The key marks C incorrect; Ann ruled it correct."
    assert check.reason.zh == "答案標 C 為錯誤；Ann 裁定為正確。"


def test_without_a_key_the_rulings_must_leave_an_answer_that_the_kind_allows() -> None:
    assert (
        check_question(SINGLE, OPEN_C, None, rulings=[ruling("C", "incorrect", OPEN_C)]).status
        is Status.RULED
    )
    assert (
        check_question(SINGLE, OPEN_C, None, rulings=[ruling("C", "correct", OPEN_C)]).status is Status.OPEN
    )


@pytest.mark.parametrize(
    "changed",
    [
        evidence(6, A=(part(F),), B=(part(H),), C=(part(U),), D=(part(F),)),
        evidence(A=(part(F),), B=(part(H),), C=(part(H),), D=(part(F),)),
        evidence(A=(part(F),), B=(part(H),), C=(part(U, R),), D=(part(F),)),
        OPEN_C.model_copy(
            update={
                "provenance": Provenance(
                    sources=(Source(resource="x", origin="hub", name="y", genuine=True),),
                    libraries={}, device="cpu", dtype="", seed=0, wall_time_s=1.0,
                )
            }
        ),
    ],
)  # fmt: skip
def test_a_ruling_is_stale_once_the_evidence_has_changed(changed: Evidence) -> None:
    check = check_question(SINGLE, changed, frozenset("B"), rulings=[ruling("C", "correct", OPEN_C)])
    assert all(one.ruled is None for one in check.options)
    assert [words.en for words in check.passed_over] == [
        "q01, option C: the ruling by Ann of 2026-03-02 is stale and does not count: the evidence has "
        "changed since; look at it and rule again."
    ]


def test_how_long_measuring_took_changes_no_evidence() -> None:
    def measured(wall_time_s: float) -> Evidence:
        provenance = Provenance(
            sources=(), libraries={}, device="cpu", dtype="", seed=0, wall_time_s=wall_time_s
        )
        return OPEN_C.model_copy(update={"provenance": provenance})

    assert evidence_digest(measured(1.0)) == evidence_digest(measured(2.0))


def test_over_conclusive_evidence_it_counts_only_when_it_says_so() -> None:
    check = check_question(SINGLE, OPEN_C, frozenset("A"), rulings=[ruling("A", "correct", OPEN_C)])
    assert check.status is Status.CONTRADICTED
    assert check.passed_over[0].en == (
        "q01, option A: the ruling by Ann of 2026-03-02 does not count: the evidence decides it; rule with "
        "--despite-evidence to go against that."
    )
    rulings = [
        ruling("A", "correct", OPEN_C, despite=True), ruling("B", "incorrect", OPEN_C, despite=True),
        ruling("C", "incorrect", OPEN_C),
    ]  # fmt: skip
    check = check_question(SINGLE, OPEN_C, frozenset("A"), rulings=rulings)
    assert check.status is Status.RULED
    assert "A: Ann ruled correct on 2026-03-02, despite conclusive evidence: heard it" in check.reason.en


def test_a_ruling_on_a_part_decides_only_that_part() -> None:
    verdict = evidence(C=(part(U), part(H), part(U))).verdicts[0]
    first, third = ruling("C", "correct", OPEN_C, n=1), ruling("C", "correct", OPEN_C, n=3)
    assert ruled_truth(verdict, [first]) is None
    assert ruled_truth(verdict, [first, third]) is True
    assert ruled_truth(verdict, [ruling("C", "incorrect", OPEN_C, n=3)]) is False
    assert ruled_truth(verdict, []) is None


def test_a_failure_is_an_error_and_nothing_to_rule_on() -> None:
    failed = Evidence(question="q01", failure=Bilingual(zh="失敗", en="Failed: x"))
    check = check_question(SINGLE, failed, frozenset("B"), rulings=[ruling("C", "correct", OPEN_C)])
    assert (check.status, check.reason.en) == (Status.ERROR, "Failed: x")
    assert len(counted([ruling("C", "correct", failed)], failed).passed_over) == 1


def test_rulings_are_written_and_read_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "rulings.yaml"
    first = ruling("C", "correct", OPEN_C, n=1, despite=True).model_copy(
        update={"reason": "是「對」: #1\n=x"}
    )
    rulings = Rulings(rulings=(first,)).with_one(ruling("A", "incorrect", OPEN_C))
    write_rulings(path, rulings)
    assert read_rulings(path, QUIZ) == rulings
    later = ruling("A", "correct", OPEN_C)
    assert rulings.with_one(later).rulings == (first, later)


def test_what_is_wrong_in_a_file_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    good = f"ruling: correct, reason: x, by: Ann, date: 2026-03-02, evidence: {'a' * 64}"
    lines = [f"{{question: {q}, option: {o}, {good}}}" for q, o in (("q99", "A"), ("q01", "Z"), ("q01", "A"))]
    lines += [lines[-1], lines[-1].replace("option: A", "option: A, part: 2")]
    Path("r.yaml").write_text("rulings:\n" + "".join(f"  - {line}\n" for line in lines))
    with pytest.raises(SpecError) as caught:
        read_rulings(Path("r.yaml"), QUIZ)
    assert caught.value.problems == [
        "r.yaml:2: rulings[0]: no question 'q99'; allowed: q01, q02, q06, q10",
        "r.yaml:3: rulings[1]: q01 has no option 'Z'; allowed: A, B, C, D",
        "r.yaml:5: rulings[3]: q01, option A is ruled twice; keep one",
        "r.yaml:6: rulings[4]: q01, option A has no part 2; it has 1",
    ]
    Path("r.yaml").write_text("rulings:\n  - {question: q01, option: A, ruling: wrong}\n")
    with pytest.raises(SpecError) as caught:
        read_rulings(Path("r.yaml"), QUIZ)
    assert caught.value.problems[0] == (
        "r.yaml:2: rulings[0].ruling: found 'wrong'; allowed: correct, incorrect"
    )
