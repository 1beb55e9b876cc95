"""Whether a stored source is the real thing: it follows from origin, digest and lock, not from its word.

Only two things cannot be seen again from here, what the hub said of its own files and what a loaded model
said of its architecture; both count as far as the rest of the record bears them out.
"""

import re
from collections.abc import Callable
from typing import Any, assert_never

from solvers.evidence.sources import Provenance, Source
from solvers.resources.lock import BY_LOCK, Lock, files_of, is_standin
from solvers.resources.resource import ANY_LIBRARY, Resource

CONTRADICTED = "its record calls it genuine, which neither its origin nor its digest bears out"

_COMMIT = re.compile(r"[0-9a-f]{40}")

ResourceOf = Callable[[str], Resource[Any] | None]


def derived(provenance: Provenance, lock: Lock, resource_of: ResourceOf) -> Provenance:
    """The provenance with every source genuine exactly where that follows."""

    def seen(source: Source) -> Source:
        return _derived(source, lock, resource_of(source.resource))

    return provenance.model_copy(
        update={
            "sources": tuple(map(seen, provenance.sources)),
            "unused": tuple(map(seen, provenance.unused)),
        }
    )


def _derived(source: Source, lock: Lock, resource: Resource[Any] | None) -> Source:
    if lock.knows(source):
        return source if source.genuine else source.model_copy(update={"genuine": True, "note": BY_LOCK})
    genuine = resource is not None and is_genuine(source, resource)
    if genuine is source.genuine:
        return source
    return source.model_copy(update={"genuine": genuine, "note": "" if genuine else CONTRADICTED})


def is_genuine(source: Source, resource: Resource[Any]) -> bool:
    """Whether a source of a resource is the real thing without a lock that knows it."""
    match source.origin:
        case "stand-in" | "random" | "path":
            return False
        case "package":
            return source.sha256 in (resource.shipped_digests(source) or ())
        case "named":
            published = resource.published_digest(source.name)
            return source.sha256 == published is not None
        case "hub":
            return source.genuine and not source.note and _fits_the_hub(source, resource)
        case "library":
            return source.genuine and not source.note and resource.library in {source.name, ANY_LIBRARY}
        case other:
            assert_never(other)


def _fits_the_hub(source: Source, resource: Resource[Any]) -> bool:
    """Whether a source is described as one that the hub has confirmed always is."""
    return (
        source.name == resource.repo
        and _COMMIT.fullmatch(source.revision or "") is not None
        and bool(source.files)
        and not is_standin([source.sha256 or "", *files_of(source).values()])
    )
