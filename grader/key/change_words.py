"""What another run changed, in sentences for the terminal and the report."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from grader.key.key_check import Status
from grader.key.outcome_words import OUTCOME_WORDS
from grader.key.run_changes import (
    NEAR_SHARE,
    MarginChange,
    Replaced,
    RunChanges,
    SoundChange,
    StatusChange,
    VerdictChange,
)
from grader.key.run_summary import ComparisonSummary
from questions.quiz import Bilingual
from solvers.evidence.verdicts import Outcome, Standing

ChangeT = TypeVar("ChangeT")
Verdict = tuple[Outcome, Standing] | None
SOUNDS_NAMED = 3
NOTHING = Bilingual(zh="兩次執行沒有不同。", en="The two runs are the same.")
STANDINGS = {
    Standing.CONCLUSIVE: Bilingual(zh="定論", en="conclusive"),
    Standing.REHEARSAL: Bilingual(zh="演練", en="rehearsal"),
}
STATUSES = {
    Status.CONFIRMED: Bilingual(zh="證實", en="confirmed"),
    Status.CONTRADICTED: Bilingual(zh="矛盾", en="contradicted"),
    Status.RULED: Bilingual(zh="已裁定", en="ruled"),
    Status.OPEN: Bilingual(zh="未定", en="open"),
    Status.ERROR: Bilingual(zh="錯誤", en="error"),
    Status.DECIDED: Bilingual(zh="由證據決定", en="decided"),
}
NO_VERDICT = Bilingual(zh="沒有判定", en="no verdict")
NO_QUESTION = Bilingual(zh="沒有這一題", en="no such question")
NOTHING_THERE = Bilingual(zh="無", en="none")
MOVED = {
    "across": Bilingual(zh="越過門檻", en="moved across its threshold"),
    "near": Bilingual(
        zh=f"接近門檻（餘裕小於門檻的 {NEAR_SHARE:.0%}）",
        en=f"moved near its threshold (a margin below {NEAR_SHARE:.0%} of it)",
    ),
}


class Section(NamedTuple):
    """Changes of one kind."""

    title: Bilingual
    lines: tuple[Bilingual, ...]


def in_words(changes: RunChanges) -> tuple[Section, ...]:
    """The kinds of which there are any, what flips a verdict first."""
    sections = (
        Section(Bilingual(zh="判定翻轉", en="Verdicts that flipped"), _verdicts(changes.verdicts)),
        Section(Bilingual(zh="答案檢查改變", en="Key check that changed"), _each(changes.statuses, _status)),
        Section(Bilingual(zh="餘裕移動", en="Margins that moved"), _each(changes.margins, _margin)),
        Section(Bilingual(zh="答案改變", en="Key that changed"), _each(changes.key, _replaced)),
        Section(Bilingual(zh="主張改變", en="Claims that changed"), _each(changes.claims, _replaced)),
        Section(Bilingual(zh="權重與檔案", en="Weights and files"), _each(changes.sources, _replaced)),
        Section(Bilingual(zh="聲音", en="Sounds"), _each(changes.sounds, _sounds)),
        Section(
            Bilingual(zh="程式庫", en="Libraries"),
            _each((*changes.quizproof, *changes.libraries), _replaced),
        ),
    )
    return tuple(section for section in sections if section.lines)


def _each(changes: Iterable[ChangeT], words: Callable[[ChangeT], Bilingual]) -> tuple[Bilingual, ...]:
    return tuple(map(words, changes))


def _verdicts(changes: Iterable[VerdictChange]) -> tuple[Bilingual, ...]:
    """A line for all options of a question that changed alike."""
    options: dict[tuple[str, Verdict, Verdict], list[str]] = {}
    for change in changes:
        options.setdefault((change.question, change.before, change.after), []).append(change.option)
    lines = []
    for (question, before, after), letters in options.items():
        names, was, is_ = ", ".join(letters), _told(before), _told(after)
        lines.append(
            Bilingual(
                zh=f"{question} {names}：{was.zh} → {is_.zh}", en=f"{question} {names}: {was.en} → {is_.en}"
            )
        )
    return tuple(lines)


def _told(verdict: Verdict) -> Bilingual:
    if verdict is None:
        return NO_VERDICT
    outcome, standing = OUTCOME_WORDS[verdict[0]], STANDINGS[verdict[1]]
    return Bilingual(zh=f"{outcome.zh}（{standing.zh}）", en=f"{outcome.en} ({standing.en})")


def _status(change: StatusChange) -> Bilingual:
    before, after = (NO_QUESTION if one is None else STATUSES[one] for one in (change.before, change.after))
    why = change.failure
    return Bilingual(
        zh=f"{change.question}：{before.zh} → {after.zh}" + (f"：{why.zh}" if why else ""),
        en=f"{change.question}: {before.en} → {after.en}" + (f": {why.en}" if why else ""),
    )


def _margin(change: MarginChange) -> Bilingual:
    numbers = f"{_number(change.before)} → {_number(change.after)}"
    moved, after = MOVED[change.moved], change.after
    unit_zh, unit_en = (f" {after.unit.zh}", f" {after.unit.en}") if after.unit else ("", "")
    place = f"{change.question} {change.option}"
    return Bilingual(
        zh=f"{place} 第 {change.part} 部分，{after.quantity.zh}：{numbers}{unit_zh}，{moved.zh}",
        en=f"{place} part {change.part}, {after.quantity.en}: {numbers}{unit_en}, {moved.en}",
    )


def _number(one: ComparisonSummary) -> str:
    return f"{one.value:.6g} ({one.relation} {one.threshold:.6g})"


def _replaced(change: Replaced) -> Bilingual:
    before, after = (
        NOTHING_THERE if one is None else Bilingual(zh=one, en=one) for one in (change.before, change.after)
    )
    where = [one for one in change.questions if not change.name.startswith(one)]
    ids = ", ".join(where)
    return Bilingual(
        zh=f"{change.name}：{before.zh} → {after.zh}" + (f"（{ids}）" if ids else ""),
        en=f"{change.name}: {before.en} → {after.en}" + (f" ({ids})" if ids else ""),
    )


def _sounds(change: SoundChange) -> Bilingual:
    n, more = len(change.names), "" if len(change.names) <= SOUNDS_NAMED else ", …"
    names = ", ".join(change.names[:SOUNDS_NAMED]) + more
    return Bilingual(
        zh=f"{change.question}：{n} 個聲音不同：{names}",
        en=f"{change.question}: {n} {'sound differs' if n == 1 else 'sounds differ'}: {names}",
    )
