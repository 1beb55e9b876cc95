"""What to do next for what stays unverified: one step for each thing that is missing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.key.key_check import Status
from questions.quiz import Bilingual, Rest
from solvers.evidence.verdicts import Evidence, Outcome, Standing

if TYPE_CHECKING:
    from grader.key.verification import Proof


@dataclass(frozen=True)
class Step:
    """What to do, the command for it if there is one, and the questions that wait for it."""

    words: Bilingual
    command: str
    questions: tuple[str, ...]


PROVIDE: dict[Rest, tuple[Bilingual, str]] = {
    Rest.CODEC_WEIGHTS: (
        Bilingual(
            zh="取得真正的 kyutai/mimi：在連得上 hub 的機器上執行，或給出資料夾",
            en="Get the real kyutai/mimi: run where the hub can be reached, or give its folder",
        ),
        "quizproof verify --models official [--codec DIR]",
    ),
    Rest.CSM_WEIGHTS: (
        Bilingual(
            zh="取得真正的 sesame/csm-1b（需在 hub 上同意授權），或給出資料夾",
            en="Get the real sesame/csm-1b (its licence is accepted on the hub), or give its folder",
        ),
        "quizproof verify q11 q12 --models official [--csm DIR]",
    ),
    Rest.ASR_WEIGHTS: (
        Bilingual(zh="安裝 Whisper 的權重，或給出檔案", en="Get Whisper's weights, or give the file"),
        "quizproof verify --whisper base",
    ),
    Rest.SPEAKER_WEIGHTS: (
        Bilingual(zh="取得語者編碼器，或給出資料夾", en="Get the speaker encoder, or give its folder"),
        "quizproof verify --voices DIR",
    ),
    Rest.COURSE_AUDIO: (
        Bilingual(zh="把課程的音檔放進一個資料夾", en="Put the course's own files into a folder"),
        "quizproof verify --audio DIR",
    ),
    Rest.EMOVDB: (
        Bilingual(zh="下載 EmoV-DB，再測一次第 6 題", en="Download EmoV-DB and measure question 6 again"),
        "quizproof fetch emovdb --out DIR && quizproof verify q06 --audio DIR",
    ),
}
LOCK = (
    Bilingual(
        zh="檔案已在手邊，但摘要值未經確認：看過來源之後鎖定",
        en="The files are at hand but not known by digest: look at where they come from, then lock them",
    ),
    "quizproof lock",
)
DECIDE = (
    Bilingual(
        zh="有選項是證據無法決定的：請助教看該選項的說明自行判斷",
        en="The evidence leaves options open: read their reasons and decide as the TA",
    ),
    "",
)
FAILED = (
    Bilingual(zh="沒有可用的測量：原因在各題的說明", en="There are no measurements: each card says why"),
    "quizproof verify",
)


def next_steps(proof: "Proof") -> tuple[Step, ...]:
    """The steps in the order of the table above, each with the unverified questions that need it."""
    waiting: dict[tuple[Bilingual, str], list[str]] = {}
    for check in proof.check.questions:
        if check.status is Status.UNVERIFIED:
            for step in _steps(proof.evidence[check.question]):
                waiting.setdefault(step, []).append(check.question)
    order = [*PROVIDE.values(), LOCK, DECIDE, FAILED]
    return tuple(
        Step(words, command, tuple(waiting[words, command]))
        for words, command in order
        if (words, command) in waiting
    )


def _steps(evidence: Evidence) -> list[tuple[Bilingual, str]]:
    if evidence.failure is not None or evidence.provenance is None:
        return [FAILED]
    unlocked = {source.role for source in evidence.provenance.sources if source.unlocked}
    lacking = {
        rest
        for verdict in evidence.verdicts
        if verdict.standing is Standing.REHEARSAL
        for part in verdict.parts
        for rest in part.lacks
    }
    # What measuring never came to, since something before it was missing, may well be at hand.
    lacking -= {source.role for source in evidence.provenance.unused if source.genuine}
    steps = [PROVIDE[rest] for rest in PROVIDE if rest in lacking - unlocked]
    if lacking & unlocked:
        steps.append(LOCK)
    open_for_good = any(
        verdict.outcome is Outcome.UNDETERMINED and verdict.standing is Standing.CONCLUSIVE
        for verdict in evidence.verdicts
    )
    return [*steps, DECIDE] if open_for_good else steps
