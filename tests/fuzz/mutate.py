"""Mutants of what is well formed: bytes of any file, and leaves of a JSON document."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from benchmarks.hostile import MORSELS


@st.composite
def mutants(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """One of the files with some of its bytes replaced, removed, doubled, or a morsel put in."""
    content = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 40)))
        middle = draw(
            st.one_of(
                st.sampled_from(MORSELS), st.binary(max_size=4), st.just(content[start:end] * 3), st.just(b"")
            )
        )
        content = content[:start] + middle + content[end:]
    return content


LEAVES: tuple[Any, ...] = (
    None, True, "", "x", "\x1b[31m", -1, 0, 1, 2, 10**30, 1e308, -1e308, 5e-324, [], {}, [None], [[]], [0],
    [0, 0, 0], {"zh": "x"}, "a" * 64,
)  # fmt: skip


def places(document: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in a JSON document, but not the document itself."""
    if place:
        yield place
    if isinstance(document, dict):
        for name, value in document.items():
            yield from places(value, (*place, name))
    elif isinstance(document, list):
        for index, value in enumerate(document[:3]):
            yield from places(value, (*place, index))


def with_value(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The document with another value at a place."""
    if not place:
        return value
    step, *rest = place
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[step] = with_value(copy[step], tuple(rest), value)
    return copy


def without(document: Any, place: tuple[Any, ...]) -> Any:
    """The document without what stands at a place."""
    step, *rest = place
    copy = dict(document) if isinstance(document, dict) else list(document)
    if rest:
        copy[step] = without(copy[step], tuple(rest))
    else:
        del copy[step]
    return copy
