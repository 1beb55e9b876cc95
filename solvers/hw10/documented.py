"""Parts that no measurement decides: what is published does."""

from questions.quiz import Bilingual
from solvers.evidence.verdicts import Finding, Outcome


def documented(source: str | None, unseen: Bilingual, *, holds: bool = True) -> Finding:
    """As the source says; without one, open, since what was measured does not show it: `unseen` says why."""
    if source is None:
        return Finding(
            outcome=Outcome.UNDETERMINED,
            measured="no measurement decides it",
            threshold="a published source",
            reason=unseen,
        )
    return Finding(
        outcome=Outcome.HOLDS if holds else Outcome.FAILS,
        measured="documented, not measured",
        threshold="a published source",
        reason=Bilingual(
            zh=f"{'公開文獻如此記載' if holds else '公開文獻的記載與此相反'}：{source}",
            en=f"{'It is published' if holds else 'What is published says the contrary'}: {source}",
        ),
    )
