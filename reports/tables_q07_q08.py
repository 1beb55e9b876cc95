"""Q7's and Q8's measurements as tables: a summary, every start offset, what was heard, the cuts."""

from collections.abc import Mapping, Sequence
from typing import Any

from questions.spec import AnyQuestion, Bilingual
from reports.tables import Table
from solvers import q07_languages, q08_laughter_music
from solvers.q07_grades import Measurements as Q7Measurements
from solvers.q08_length import CUT_LENGTHS_S
from solvers.quality import Score
from solvers.roundtrip import FRAME_SAMPLES, OFFSET_SAMPLES

RATE_KHZ = 24
OFFSET = Bilingual(zh="起點偏移（ms）", en="start offset (ms)")
CLIP = Bilingual(zh="音檔", en="clip")


def tables(question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    """The tables of Q7 or Q8."""
    return _languages(raw) if question.id == "q07" else _sounds(raw)
