"""The transformers that this was tested with, and a word on others before a model is loaded."""

import tomllib
from pathlib import Path

import pytest

from questions.common.errors import SourceError
from solvers.hw10.models.versions import INSTALL, OLDEST_TRANSFORMERS, check_transformers
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.run.pool import ResourcePool


@pytest.mark.parametrize("found", ["5.23.0", "5.23.4", "5.23.0.dev0", "5.23rc1", "5.23+local"])
def test_a_tested_transformers_needs_no_word(found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solvers.hw10.models.versions.version", lambda _name: found)
    assert check_transformers() == ""


def test_the_range_is_the_packages_own() -> None:
    """What pip installs is what loading a model takes."""
    with (Path(__file__).parents[4] / "pyproject.toml").open("rb") as file:
        solve = tomllib.load(file)["project"]["optional-dependencies"]["solve"]
    assert f"pip install '{next(one for one in solve if one.startswith('transformers'))}'" == INSTALL
    assert INSTALL.startswith("pip install 'transformers>=" + ".".join(map(str, OLDEST_TRANSFORMERS)))


def test_a_transformers_too_old_or_too_new_is_said(
    pool: ResourcePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("solvers.hw10.models.versions.version", lambda _name: "5.22.9")
    with pytest.raises(SourceError) as found:
        pool.get(CODEC_WEIGHTS)
    assert str(found.value) == (
        "transformers 5.22.9 is too old: its Mimi and CSM give other results than 5.23's; run pip install "
        "'transformers>=5.23,<6'."
    )
    monkeypatch.setattr("solvers.hw10.models.versions.version", lambda _name: "6.1.0")
    assert check_transformers() == "transformers 6.1.0 is newer than 5.23, the newest tested"
