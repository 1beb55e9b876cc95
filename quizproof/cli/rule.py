"""`quizproof rule`: what waits for a person, and a person's decision, written down with its reason."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from questions.common.errors import QuizproofError
from quizproof.cli.options import DEFAULT_OUT, EvidenceDir, Json, LockFile, QuizOption, RulingsFile
from quizproof.cli.output import print_json

if TYPE_CHECKING:
    from grader.key.verification import Verification

QuestionArgument = Annotated[
    str | None, typer.Argument(metavar="[QUESTION]", help="The question; without it, what waits is listed.")
]


def rule(
    question: QuestionArgument = None,
    option: Annotated[str | None, typer.Option("--option", metavar="LETTER", help="The option.")] = None,
    part: Annotated[
        int | None, typer.Option("--part", min=1, metavar="N", help="One of its parts, from 1.")
    ] = None,
    correct: Annotated[
        bool | None, typer.Option("--correct/--incorrect", help="What it is.", show_default=False)
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="WORDS", help="Why; students may read it.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who rules.")] = None,
    despite_evidence: Annotated[
        bool, typer.Option("--despite-evidence", help="Rule although the evidence is conclusive.")
    ] = False,
    evidence: EvidenceDir = DEFAULT_OUT,
    rulings: RulingsFile = None,
    quiz: QuizOption = None,
    lock: LockFile = None,
    json: Json = False,
) -> None:
    """Rule on an option that measurement leaves open, or list what waits for a person.

    A ruling holds as long as the evidence under it is the same. It is never shown as evidence.
    """
    from grader.key.rulings import RULINGS_FILE, find_rulings
    from grader.key.verification import load_verification
    from solvers.evidence.store import Store
    from solvers.resources.lock import find_lock
    from solvers.run import catalog

    spec = catalog.load(quiz)
    known = find_rulings(rulings, spec, must_be=False)
    store, locked = Store(evidence), find_lock(lock)
    verification = load_verification(spec, store, None, locked, keep_stale=True, rulings=known)
    if question is None:
        _require_none(option=option, reason=reason, by=by, correct=correct, part=part)
        _list(verification, json=json)
        return
    if option is None or correct is None or not (reason or "").strip() or not (by or "").strip():
        raise QuizproofError(
            f"A ruling needs all of it: quizproof rule {question} --option LETTER --correct|--incorrect "
            '--reason "…" --by NAME.'
        )
    ruling = _ruling(
        verification,
        {
            "question": question,
            "option": option.strip().upper(),
            "part": part,
            "ruling": "correct" if correct else "incorrect",
            "reason": str(reason).strip(),
            "by": str(by).strip(),
            "date": datetime.now(UTC).astimezone().date(),
            "despite_evidence": despite_evidence,
        },
    )
    _write(rulings or Path(RULINGS_FILE), known.with_one(ruling), ruling, json=json)


def _require_none(**given: Any) -> None:
    if names := [name for name, value in given.items() if value is not None]:
        raise QuizproofError(f"--{names[0]}: say which question, such as quizproof rule q08 --{names[0]} …")


def _ruling(verification: "Verification", fields: dict[str, Any]) -> Any:
    """The ruling. Raises QuizproofError for one that would not count."""
    from pydantic import ValidationError

    from grader.key.rulings import Ruling, evidence_digest, is_conclusive, unknown_target

    question, option, part = fields["question"], fields["option"], fields["part"]
    if problem := unknown_target(question, option, part, verification.spec):
        raise QuizproofError(problem)
    evidence = verification.evidence[question]
    verdict = evidence.verdict(option)
    if verdict is None:
        assert evidence.failure is not None
        raise QuizproofError(
            f"{question}: there is no evidence to rule on ({evidence.failure.en.rstrip('.')}); run "
            f"'quizproof verify {question}' first."
        )
    if is_conclusive(verdict, part) and not fields["despite_evidence"]:
        raise QuizproofError(
            f"{question}, option {option}: the evidence decides it ({verdict.outcome}); give "
            "--despite-evidence to rule all the same, which stays visible."
        )
    if not is_conclusive(verdict, part):
        fields["despite_evidence"] = False
    try:
        return Ruling(**fields, evidence=evidence_digest(evidence))
    except ValidationError as error:
        first = error.errors()[0]
        raise QuizproofError(f"--{first['loc'][0]}: {first['msg'].lower()}.") from None


def _write(path: Path, rulings: Any, ruling: Any, *, json: bool) -> None:
    from grader.key.rulings import write_rulings
    from quizproof.cli.terminal import out

    write_rulings(path, rulings)
    if json:
        print_json({"file": str(path), "ruling": ruling.model_dump(mode="json")})
    else:
        out.print(f"{path}: {ruling.place}: {ruling.words.en}", soft_wrap=True)


def _list(verification: "Verification", *, json: bool) -> None:
    """What waits for a person, most points first."""
    from grader.key.waiting import waiting
    from quizproof.cli.terminal import out

    found = waiting(verification)
    if json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        out.print(f"{one.question} {one.option}  {one.points} points  {one.text.en}", soft_wrap=True)
        out.print(f"     {one.why.en}", soft_wrap=True)
    for check in verification.check.questions:
        for words in check.passed_over:
            out.print(words.en, soft_wrap=True)
    out.print(
        f"{len(found)} options wait for a person: quizproof rule {found[0].question} --option "
        f'{found[0].option} --correct|--incorrect --reason "…" --by NAME'
        if found
        else "No option waits for a person.",
        soft_wrap=True,
    )
