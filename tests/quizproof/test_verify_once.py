"""What one `verify` does once: judge every question, read the key, and hold it against the evidence."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.key import verification
from questions import key
from quizproof.cli import main as cli
from solvers.run import judge
from tests.quizproof.commands import Run

TENSORS = Path(cli.__file__).parents[2] / "examples" / "tensors"
QUESTIONS = ("q01", "q02", "q03", "q04")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each was called, by its name and of which question."""
    counted: Counter[str] = Counter()

    def spy(place: Any, name: str, of: Callable[..., str]) -> None:
        called = getattr(place, name)

        def counting(*arguments: Any, **named: Any) -> Any:
            counted[f"{name}{of(*arguments)}"] += 1
            return called(*arguments, **named)

        monkeypatch.setattr(place, name, counting)

    spy(judge, "findings_of", lambda _solver, question, _found: f" {question.id}")
    spy(key, "read_document", lambda path, **_: f" {path.name}")
    spy(verification, "check_key", lambda *_: "")
    return counted


def test_verify_judges_reads_the_key_and_checks_it_once(run: Run, calls: Counter[str]) -> None:
    once = {f"findings_of {id_}": 1 for id_ in QUESTIONS} | {"read_document key.yaml": 1, "check_key": 1}
    for _ in ("measured", "kept"):
        assert run("verify", "--quiz", TENSORS, "--key", TENSORS / "key.yaml").exit_code == 0
        assert calls == once
        calls.clear()
    assert run("report", "--quiz", TENSORS, "--key", TENSORS / "key.yaml").exit_code == 0
    assert calls == once
