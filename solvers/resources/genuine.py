"""Whether a stored source is the real thing: it follows from origin, digest and lock, not from its word.

Only two things cannot be seen again from here, what the hub said of its own files and what a loaded model
said of its architecture; both count as far as the rest of the record bears them out.
"""

import re
from collections.abc import Mapping
from typing import assert_never

from questions.quiz import Rest
from solvers.evidence.verdicts import Provenance, Source
from solvers.models.whisper.published import PUBLISHED_SHA256
from solvers.resources.lock import BY_LOCK, Lock, files_of, is_standin
from solvers.resources.weights import CSM_REPO, MIMI_REPO, SPEAKER_REPO, shipped_digests

REPOS: Mapping[Rest, str] = {
    Rest.CODEC_WEIGHTS: MIMI_REPO,
    Rest.CSM_WEIGHTS: CSM_REPO,
    Rest.SPEAKER_WEIGHTS: SPEAKER_REPO,
}
PACKAGED_ROLES = frozenset({Rest.ASR_WEIGHTS, Rest.SPEAKER_WEIGHTS})
LIBRARIES: Mapping[Rest, str] = {Rest.UMAP: "umap-learn"}
CONTRADICTED = "its record calls it genuine, which neither its origin nor its digest bears out"

_COMMIT = re.compile(r"[0-9a-f]{40}")


def derived(provenance: Provenance, lock: Lock) -> Provenance:
    """The provenance with every source genuine exactly where that follows."""
    return provenance.model_copy(
        update={
            "sources": tuple(_derived(source, lock) for source in provenance.sources),
            "unused": tuple(_derived(source, lock) for source in provenance.unused),
        }
    )


def _derived(source: Source, lock: Lock) -> Source:
    if lock.knows(source):
        return source if source.genuine else source.model_copy(update={"genuine": True, "note": BY_LOCK})
    genuine = is_genuine(source)
    if genuine is source.genuine:
        return source
    return source.model_copy(update={"genuine": genuine, "note": "" if genuine else CONTRADICTED})


def is_genuine(source: Source) -> bool:
    """Whether a source is the real thing without a lock that knows it."""
    match source.origin:
        case "stand-in" | "random" | "path":
            return False
        case "package":
            return source.role in PACKAGED_ROLES and source.sha256 in (shipped_digests(source) or ())
        case "named":
            published = PUBLISHED_SHA256.get(source.name.removeprefix("Whisper "))
            return source.role is Rest.ASR_WEIGHTS and source.sha256 == published is not None
        case "hub":
            return source.genuine and not source.note and _fits_the_hub(source)
        case "library":
            known = source.role is Rest.ARCHITECTURE or LIBRARIES.get(source.role) == source.name
            return source.genuine and not source.note and known
        case other:
            assert_never(other)


def _fits_the_hub(source: Source) -> bool:
    """Whether a source is described as one that the hub has confirmed always is."""
    return (
        source.name == REPOS.get(source.role)
        and _COMMIT.fullmatch(source.revision or "") is not None
        and bool(source.files)
        and not is_standin([source.sha256 or "", *files_of(source).values()])
    )
