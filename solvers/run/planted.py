"""What was planted in a pack's stand-ins, so that a rehearsal can be held against something.

`planted.yaml` beside the solvers gives, by the solver's name, the planted claim in the terms of its spec and
the resources whose stand-ins carry it; it is compared with verdicts only where all of these were stand-ins.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion
from solvers.evidence.sources import Provenance
from solvers.run.catalog import Pack

PLANTED_FILE = "planted.yaml"


class Planted(Frozen):
    """A planted claim, as data, and the resources it was planted in."""

    planted_in: tuple[str, ...]
    claim: dict[str, Any]


def planted_options(
    question: AnyQuestion, provenance: Provenance | None, pack: Pack
) -> frozenset[str] | None:
    """The options whose every claim was planted; None where nothing was, or other files were read."""
    planted = next(
        (found[question.solver] for path in pack.data_files(PLANTED_FILE)
         if question.solver in (found := _planted(path))),
        None,
    )  # fmt: skip
    if planted is None or provenance is None:
        return None
    carriers = [source for source in provenance.sources if source.resource in planted.planted_in]
    if not carriers or any(source.origin != "stand-in" for source in carriers):
        return None
    return frozenset(
        option.id
        for option in question.options
        if all(part.claim.model_dump(mode="json") == planted.claim for part in option.parts)
    )


@cache
def _planted(path: Path) -> dict[str, Planted]:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {solver: Planted.model_validate(found) for solver, found in document.items()}
