"""What to do next where a key is contradicted or not verified: one step for each thing that it takes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.key.key_check import Status
from questions.quiz import Bilingual
from solvers.evidence.verdicts import Evidence, Outcome, Standing
from solvers.resources.resource import HowTo
from solvers.run.catalog import Pack

if TYPE_CHECKING:
    from grader.key.verification import Verification


@dataclass(frozen=True)
class Step:
    """What to do, the command for it if there is one, and the questions that wait for it."""

    words: Bilingual
    command: str
    questions: tuple[str, ...]


MEND = HowTo(
    Bilingual(
        zh="答案與證據矛盾：看過該選項的測量，改正答案檔，再重新評分",
        en="The evidence contradicts the key: look at the option's measurement, mend the key, then regrade",
    ),
    "quizproof grade PAPERS --key NEW.yaml --old-key OLD.yaml --regrade both",
)
LOCK = HowTo(
    Bilingual(
        zh="檔案已在手邊，但摘要值未經確認：看過來源之後鎖定",
        en="The files are at hand but not known by digest: look at where they come from, then lock them",
    ),
    "quizproof lock",
)
DECIDE = HowTo(
    Bilingual(
        zh="有選項是證據無法決定的：請助教看該選項的說明自行判斷",
        en="The evidence leaves options open: read their reasons and decide as the TA",
    ),
    "quizproof rule",
)
FAILED = HowTo(
    Bilingual(zh="沒有可用的測量：原因在各題的說明", en="There are no measurements: each card says why"),
    "quizproof verify",
)


def next_steps(verification: "Verification") -> tuple[Step, ...]:
    """Contradictions, what to decide or mend, then the resources to provide; with the questions that wait."""
    pack = verification.pack
    waiting: dict[HowTo, list[str]] = {}
    for check in verification.check.questions:
        if check.status is Status.CONTRADICTED:
            waiting.setdefault(MEND, []).append(check.question)
        elif check.status in {Status.OPEN, Status.ERROR}:
            for how_to in _how_tos(verification.evidence[check.question], pack):
                waiting.setdefault(how_to, []).append(check.question)
    provided = [pack.resource(name).how_to for name in pack.resource_names]
    return tuple(
        Step(how_to.words, how_to.command, tuple(waiting[how_to]))
        for how_to in dict.fromkeys([MEND, DECIDE, FAILED, *provided, LOCK])
        if how_to in waiting
    )


def _how_tos(evidence: Evidence, pack: Pack) -> set[HowTo]:
    if evidence.failure is not None or evidence.provenance is None:
        return {FAILED}
    unlocked = {source.resource for source in evidence.provenance.sources if source.unlocked}
    lacking = {
        resource
        for verdict in evidence.verdicts
        if verdict.standing is Standing.REHEARSAL
        for part in verdict.parts
        for resource in part.lacks
    }
    # What measuring never came to, since something before it was missing, may well be at hand.
    lacking -= {source.resource for source in evidence.provenance.unused if source.genuine}
    steps = {how_to for name in lacking - unlocked if (how_to := pack.resource(name).how_to)}
    if lacking & unlocked:
        steps.add(LOCK)
    open_for_good = any(
        verdict.outcome is Outcome.UNDETERMINED and verdict.standing is Standing.CONCLUSIVE
        for verdict in evidence.verdicts
    )
    return steps | {DECIDE} if open_for_good else steps
