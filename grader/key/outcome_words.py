"""Outcomes in words, for every page and table."""

from questions.quiz import Bilingual
from solvers.evidence.verdicts import Outcome

OUTCOME_WORDS = {
    Outcome.HOLDS: Bilingual(zh="成立", en="holds"),
    Outcome.FAILS: Bilingual(zh="不成立", en="fails"),
    Outcome.UNDETERMINED: Bilingual(zh="無法判定", en="undetermined"),
}
