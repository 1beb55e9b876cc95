"""What a person ruled where measurement cannot decide: `rulings.yaml`, held to the evidence.

A ruling is never evidence. It names the evidence that it was made on, by digest: where that has changed
since, the ruling is stale and counts no more.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, ValidationError

from questions.common.errors import SpecError
from questions.common.files import write_atomic
from questions.common.frozen import Frozen
from questions.common.messages import did_you_mean, listed, show
from questions.quiz import Bilingual, QuizSpec
from questions.reading.validation_errors import explain
from questions.reading.yaml_reader import read_document
from solvers.evidence.sources import Sha256
from solvers.evidence.verdicts import Evidence, OptionVerdict, Outcome, Standing

RULINGS_FILE = "rulings.yaml"
MAX_RULINGS_BYTES = 2**20
HEAD = "# Written by 'quizproof rule'. What a person decided; never shown as evidence.\n"


class Ruling(Frozen):
    """One decision: on an option, or on one of its parts, which count from 1."""

    question: str
    option: str
    part: Annotated[int, Field(ge=1)] | None = None
    ruling: Literal["correct", "incorrect"]
    reason: Annotated[str, Field(min_length=1, max_length=1000)]
    by: Annotated[str, Field(min_length=1, max_length=100)]
    date: date
    evidence: Sha256
    despite_evidence: bool = False

    @property
    def target(self) -> tuple[str, str, int | None]:
        """What it is on: of two on the same, the later replaces the earlier."""
        return self.question, self.option, self.part

    @property
    def place(self) -> str:
        """What it is on, in words."""
        part = f", part {self.part}" if self.part else ""
        return f"{self.question}, option {self.option}{part}"

    @property
    def correct(self) -> bool:
        """Whether the option, or the part, was ruled to be right."""
        return self.ruling == "correct"

    @property
    def words(self) -> Bilingual:
        """Who ruled what, when and why."""
        part_en, part_zh = (f"part {self.part} ", f"第 {self.part} 部分") if self.part else ("", "")
        despite_en = ", despite conclusive evidence" if self.despite_evidence else ""
        despite_zh = "（與確定的證據相反）" if self.despite_evidence else ""
        return Bilingual(
            en=f"{self.by} ruled {part_en}{self.ruling} on {self.date}{despite_en}: {self.reason}",
            zh=f"{self.by} 於 {self.date} 裁定{part_zh}為{'正確' if self.correct else '錯誤'}{despite_zh}："
            f"{self.reason}",
        )


class Rulings(Frozen):
    """The rulings of a quiz."""

    rulings: tuple[Ruling, ...] = ()

    def on(self, question: str) -> tuple[Ruling, ...]:
        """Those on a question's options."""
        return tuple(ruling for ruling in self.rulings if ruling.question == question)

    def with_one(self, ruling: Ruling) -> "Rulings":
        """With another, in place of one on the same."""
        kept = [one for one in self.rulings if one.target != ruling.target]
        return Rulings(rulings=(*kept, ruling))


NO_RULINGS = Rulings()


def evidence_digest(evidence: Evidence) -> str:
    """SHA-256, as hex, of what a question's verdicts are and what they were measured on.

    The same measurements judged the same have the same digest, whenever and however fast they were taken.
    """
    sources = evidence.provenance.sources if evidence.provenance else ()
    said = {
        "measurements": dict(evidence.measurements),
        "sources": sorted([one.resource, one.origin, one.name, one.sha256 or ""] for one in sources),
        "verdicts": [
            [verdict.option, [[part.claim, part.finding.outcome, part.standing] for part in verdict.parts]]
            for verdict in evidence.verdicts
        ],
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def find_rulings(path: Path | None, spec: QuizSpec, *, must_be: bool = True) -> Rulings:
    """The rulings of a file, or of the working folder's; none where there is none.

    A file that is named `must_be` there, unless it is about to be written. Raises SpecError.
    """
    found = Path(RULINGS_FILE) if path is None else path
    if not found.exists() and (path is None or not must_be):
        return NO_RULINGS
    return read_rulings(found, spec)


def read_rulings(path: Path, spec: QuizSpec) -> Rulings:
    """Read a file of rulings. Raises SpecError with every problem of it."""
    document = read_document(path, max_bytes=MAX_RULINGS_BYTES)
    try:
        rulings = Rulings.model_validate(document.data)
    except ValidationError as error:
        raise SpecError(explain(error, Rulings, document)) from None
    problems = []
    targets = set()
    for place, ruling in enumerate(rulings.rulings):
        at = document.at(("rulings", place))
        if problem := unknown_target(ruling.question, ruling.option, ruling.part, spec):
            problems.append(f"{at}: {problem}")
        elif ruling.target in targets:
            problems.append(f"{at}: {ruling.place} is ruled twice; keep one")
        targets.add(ruling.target)
    if problems:
        raise SpecError(problems)
    return rulings


def write_rulings(path: Path, rulings: Rulings) -> None:
    """Write a file of rulings, whole or not at all."""
    fields = [
        {name: value for name, value in one.model_dump(mode="json").items() if value not in (None, False)}
        for one in rulings.rulings
    ]
    text = yaml.safe_dump({"rulings": fields}, allow_unicode=True, sort_keys=False, width=100)
    write_atomic(path, (HEAD + text).encode())


def unknown_target(question: str, option: str, part: int | None, spec: QuizSpec) -> str:
    """What is wrong with what a ruling is on; empty if nothing is."""
    ids = [one.id for one in spec.questions]
    if question not in ids:
        return f"no question {show(question)}; allowed: {listed(ids)}{did_you_mean(question, ids)}"
    options = spec.question(question).option_ids
    if option not in options:
        return f"{question} has no option {show(option)}; allowed: {listed(options)}"
    n_parts = len(spec.question(question).option(option).parts)
    if part is not None and part > n_parts:
        return f"{question}, option {option} has no part {part}; it has {n_parts}"
    return ""


def is_conclusive(verdict: OptionVerdict, part: int | None) -> bool:
    """Whether the evidence decides an option, or one of its parts."""
    if part is None:
        outcome, standing = verdict.outcome, verdict.standing
    else:
        outcome, standing = verdict.parts[part - 1].finding.outcome, verdict.parts[part - 1].standing
    return standing is Standing.CONCLUSIVE and outcome is not Outcome.UNDETERMINED


class Counted(Frozen):
    """The rulings on one question that count, by option, and a sentence on each that does not."""

    by_option: Mapping[str, tuple[Ruling, ...]] = {}
    passed_over: tuple[Bilingual, ...] = ()


def counted(rulings: Sequence[Ruling], evidence: Evidence) -> Counted:
    """Which rulings on a question count under this evidence."""
    digest = evidence_digest(evidence)
    by_option: dict[str, tuple[Ruling, ...]] = {}
    passed_over = []
    for ruling in rulings:
        verdict = evidence.verdict(ruling.option)
        if ruling.evidence != digest or verdict is None:
            passed_over.append(_stale(ruling))
        elif is_conclusive(verdict, ruling.part) and not ruling.despite_evidence:
            passed_over.append(_over_evidence(ruling))
        else:
            by_option[ruling.option] = (*by_option.get(ruling.option, ()), ruling)
    return Counted(by_option=by_option, passed_over=tuple(passed_over))


def ruled_truth(verdict: OptionVerdict, rulings: Iterable[Ruling]) -> bool | None:
    """Whether an option is right by the rulings that count; None where they do not decide it."""
    by_part = {ruling.part: ruling.correct for ruling in rulings}
    if None in by_part:
        return by_part[None]
    truths = [
        by_part[number]
        if number in by_part
        else (part.finding.outcome is Outcome.HOLDS if is_conclusive(verdict, number) else None)
        for number, part in enumerate(verdict.parts, 1)
    ]
    if not by_part:
        return None
    return False if False in truths else None if None in truths else True


def _stale(ruling: Ruling) -> Bilingual:
    return Bilingual(
        en=f"{ruling.place}: the ruling by {ruling.by} of {ruling.date} is stale and does not count: the "
        "evidence has changed since; look at it and rule again.",
        zh=f"{ruling.question} 選項 {ruling.option}：{ruling.by} 於 {ruling.date} 的裁定已過期、不計入："
        "證據已經改變，請重新查看並裁定。",
    )


def _over_evidence(ruling: Ruling) -> Bilingual:
    return Bilingual(
        en=f"{ruling.place}: the ruling by {ruling.by} of {ruling.date} does not count: the evidence decides "
        "it; rule with --despite-evidence to go against that.",
        zh=f"{ruling.question} 選項 {ruling.option}：{ruling.by} 於 {ruling.date} 的裁定不計入："
        "證據已有定論，若要與之相反，請加上 --despite-evidence。",
    )
