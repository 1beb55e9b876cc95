"""Q4's puzzles: codes of other dtypes, shifted, or of two values only, in the options' pairs of claims."""

from typing import Any

from benchmarks.validity.puzzle import Puzzle, Truth, with_claims
from benchmarks.validity.q01_q05 import LETTERS, asking, noise, small_mimi
from questions.quiz import AnyQuestion
from solvers.hw10 import q04_code_dtype as q04


def puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """8 of them."""
    holds, fails, nothing = Truth.HOLDS, Truth.FAILS, Truth.NOTHING
    kinds = {part[0].claim.dtype: part for part in (option.parts for option in question.options)}
    assert isinstance(kinds["integer"][0].claim, q04.DtypeKind)
    # Explanations: embedding value, index, symbol, bit. One that cannot be refuted is not proved either.
    usual = {"float": fails, "integer": holds, "string": fails, "boolean": fails}
    no_index = usual | {"integer": fails}
    alterations: dict[str, tuple[str, dict[str, Truth], Any]] = {
        "as it is": ("integer", usual, lambda codes: codes),
        "int32": ("integer", usual, lambda codes: codes.int()),
        "float": ("float", no_index, lambda codes: codes.float()),
        "shifted up": ("integer", no_index, lambda codes: codes + 2048),
        "negative": ("integer", no_index, lambda codes: codes - 2048),
        "two values": ("integer", no_index | {"boolean": nothing}, lambda codes: codes % 2),
        "all zero": ("integer", no_index | {"boolean": nothing}, lambda codes: codes * 0),
        "boolean": ("boolean", no_index | {"boolean": nothing}, lambda codes: codes > 1000),
    }
    found = []
    for turn, (name, (dtype, explained, change)) in enumerate(alterations.items()):
        # The options' pairs of claims, moved on by one from puzzle to puzzle.
        order = [list(kinds)[(i + turn) % 4] for i in range(4)]
        asked = {
            letter: [part.claim for part in kinds[kind]] for letter, kind in zip(LETTERS, order, strict=True)
        }
        truth = {}
        for letter, kind in zip(LETTERS, order, strict=True):
            truth[f"{letter}.1"] = holds if kind == dtype else fails
            truth[f"{letter}.2"] = explained[kind]

        def measured(change: Any = change) -> q04.Measurements:
            codec = small_mimi()
            clip = noise(1, q04.CLIP_FRAMES)
            return q04.look_at(change(codec.encode(clip)), codec)

        found.append(asking(name, "values", truth, with_claims(question, asked), q04.SOLVER, measured))
    return tuple(found)
