"""What was planted in the stand-in, so that a rehearsal can be held against something.

`truth.yaml` gives the planted claim of a question in the terms of its spec; it is compared with verdicts
only where every course file that was read is the stand-in's, and so is the CSM.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from questions.quiz import AnyQuestion, Rest
from solvers.evidence.verdicts import Provenance

PLANTED_IN = frozenset({Rest.COURSE_AUDIO, Rest.CSM_WEIGHTS})
TRUTH = Path(__file__).with_name("truth.yaml")


@cache
def _planted_claims() -> dict[str, dict[str, Any]]:
    claims: dict[str, dict[str, Any]] = yaml.safe_load(TRUTH.read_text(encoding="utf-8"))
    return claims


def planted_options(question: AnyQuestion, provenance: Provenance | None) -> frozenset[str] | None:
    """The options whose every claim was planted; None where nothing was, or other files were read."""
    claim = _planted_claims().get(question.id)
    if claim is None or provenance is None:
        return None
    planted_in = [source for source in provenance.sources if source.role in PLANTED_IN]
    if not planted_in or any(source.origin != "stand-in" for source in planted_in):
        return None
    return frozenset(
        option.id
        for option in question.options
        if all(part.claim.model_dump(mode="json") == claim for part in option.parts)
    )
