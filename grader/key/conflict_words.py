"""How a key and conclusive evidence differ on an option, in a sentence with what was measured."""

from questions.quiz import Bilingual
from solvers.evidence.verdicts import Finding, OptionVerdict, Outcome, joined


def conflict_words(option: str, verdict: OptionVerdict) -> Bilingual:
    """What the key says of an option, and the measurement of the parts that say otherwise.

    Without a full stop: `the key marks A correct; measured [1, 32, 25], not [1, 32, 120]`.
    """
    decisive = [part.finding for part in verdict.parts if part.finding.outcome is verdict.outcome]
    measured = joined(map(_measured, decisive))
    holds = verdict.outcome is Outcome.HOLDS
    return Bilingual(
        zh=f"答案標 {option} 為{'錯誤' if holds else '正確'}；{measured.zh}",
        en=f"the key marks {option} {'incorrect' if holds else 'correct'}; {measured.en}",
    )


def _measured(finding: Finding) -> Bilingual:
    """What was measured, beside what was claimed where both are of one kind, else beside what it took."""
    measured, claimed, threshold = finding.measured, finding.claimed, finding.threshold
    if claimed is None:
        return Bilingual(
            zh=f"測得 {measured.zh}（門檻：{threshold.zh}）",
            en=f"measured {measured.en} (threshold: {threshold.en})",
        )
    if finding.outcome is Outcome.HOLDS:
        return Bilingual(zh=f"測得 {measured.zh}，正如其所說", en=f"measured {measured.en}, as it says")
    return Bilingual(
        zh=f"測得 {measured.zh}，不是 {claimed.zh}", en=f"measured {measured.en}, not {claimed.en}"
    )
