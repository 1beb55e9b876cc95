"""Parts that no measurement decides: what is published does."""

from questions.quiz import Bilingual
from solvers.evidence.verdicts import Finding, Outcome, publisher_zh

PUBLISHED = Bilingual(zh="公開的文獻", en="a published source")


def documented(source: str | None, unseen: Bilingual, *, holds: bool = True) -> Finding:
    """As the source says; without one, open, since what was measured does not show it: `unseen` says why."""
    if source is None:
        return Finding(
            outcome=Outcome.UNDETERMINED,
            measured=Bilingual(zh="無法由測量決定", en="no measurement decides it"),
            threshold=PUBLISHED,
            reason=unseen,
        )
    return Finding(
        outcome=Outcome.HOLDS if holds else Outcome.FAILS,
        measured=Bilingual(zh="依據文獻，未經測量", en="documented, not measured"),
        threshold=PUBLISHED,
        reason=Bilingual(
            zh=f"公開文獻（{publisher_zh(source)}）{'如此記載' if holds else '的記載與此相反'}，見出處。",
            en=f"{'It is published' if holds else 'What is published says the contrary'}: {source}",
        ),
    )
