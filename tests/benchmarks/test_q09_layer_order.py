"""One clip under one permutation: found with a margin, and nothing without the said sentence."""

import json

import pytest

from benchmarks import q09_layer_order as benchmark


def test_one_trial_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmark.main(["--clips", "C", "--permutations", "1", "--json"]) == 0
    (trial,) = json.loads(capsys.readouterr().out)
    assert (trial["clip"], trial["found"], trial["without_said"]) == ("C", "C", "undetermined")
    assert trial["order_found"]
    assert trial["margin"] > 1
