"""Marks that would cover each other, moved apart: the same places for the same points."""

import math
from collections.abc import Iterator, Sequence

GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
MAX_STEPS = 2_000  # of a spiral; by then a mark has moved by 20 gaps

Place = tuple[float, float]


def moved_apart(places: Sequence[Place], gap: float, corner: Place) -> list[Place]:
    """Each place, or the nearest one on a spiral around it that is `gap` from all before it.

    Nothing leaves the picture, from (0, 0) to `corner`, by more than it did. The spiral is Vogel's ("A better
    way to construct the sunflower head", 1979), of even density.
    """
    taken: dict[tuple[int, int], list[Place]] = {}
    found = []
    for place in places:
        put = next((one for one in _spiral(place, gap) if _free(one, taken, gap, corner)), place)
        taken.setdefault(_cell(put, gap), []).append(put)
        found.append(put)
    return found


def _spiral(place: Place, gap: float) -> Iterator[Place]:
    for step in range(MAX_STEPS):
        radius, angle = gap * 0.5 * math.sqrt(step), step * GOLDEN_ANGLE
        yield place[0] + radius * math.cos(angle), place[1] + radius * math.sin(angle)


def _free(place: Place, taken: dict[tuple[int, int], list[Place]], gap: float, corner: Place) -> bool:
    if not (gap / 2 <= place[0] <= corner[0] - gap / 2 and gap / 2 <= place[1] <= corner[1] - gap / 2):
        return False
    column, row = _cell(place, gap)
    near = (one for dx in (-1, 0, 1) for dy in (-1, 0, 1) for one in taken.get((column + dx, row + dy), ()))
    return all(math.dist(place, one) >= gap for one in near)


def _cell(place: Place, gap: float) -> tuple[int, int]:
    return math.floor(place[0] / gap), math.floor(place[1] / gap)
