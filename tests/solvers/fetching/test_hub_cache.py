"""The hub's cache is read as its own client reads it."""

import subprocess
import sys
from pathlib import Path

import pytest
from huggingface_hub import constants, snapshot_download

from solvers.fetching.hub_cache import cached_snapshot

REPO = "some/thing"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in a cache, as the documentation lays it out."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    folder = tmp_path / "models--some--thing"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text(COMMIT)
    (folder / "snapshots" / COMMIT).mkdir(parents=True)
    (folder / "snapshots" / COMMIT / "config.json").write_text("{}")
    return folder


@pytest.mark.parametrize("revision", [None, "main", COMMIT])
def test_a_snapshot_is_where_the_client_finds_it(kept: Path, revision: str | None) -> None:
    found = cached_snapshot(REPO, ["*.json"], revision)
    assert found == kept / "snapshots" / COMMIT
    assert found == Path(snapshot_download(REPO, revision=revision, local_files_only=True))


def test_what_is_not_there_is_not_found(kept: Path) -> None:
    assert cached_snapshot("some/other", ["*"], None) is None
    assert cached_snapshot(REPO, ["*"], "v2") is None
    assert cached_snapshot(REPO, ["*"], "f" * 40) is None
    (kept / "refs" / "main").write_text("../../elsewhere")
    assert cached_snapshot(REPO, ["*"], None) is None


def test_the_clients_own_list_says_what_is_missing(kept: Path) -> None:
    (kept / "trees").mkdir()
    listed = '{{"path": "{0}", "size": 2, "blob_id": "x"}}'
    files = ", ".join(f'"{name}": {listed.format(name)}' for name in ("config.json", "model.safetensors"))
    (kept / "trees" / f"{COMMIT}.json").write_text(f'{{"format_version": 1, "files": {{{files}}}}}')
    assert cached_snapshot(REPO, ["*.json"], None) == kept / "snapshots" / COMMIT
    assert cached_snapshot(REPO, ["*"], None) is None


@pytest.mark.parametrize(
    "environment",
    [
        {"HF_HUB_CACHE": "/a/hub"},
        {"HUGGINGFACE_HUB_CACHE": "/b", "HF_HOME": "/c"},
        {"HF_HOME": "~/d"},
        {"XDG_CACHE_HOME": "/e", "HF_HUB_OFFLINE": "yes"},
        {"HF_HUB_CACHE": "$HOME/f", "TRANSFORMERS_OFFLINE": "1"},
        {"HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "1"},
        {},
    ],
    ids=lambda given: " ".join(given) or "nothing",
)
def test_the_environment_is_read_as_the_client_reads_it(environment: dict[str, str]) -> None:
    code = (
        "from solvers.fetching.hub_cache import cache_folder, is_offline\n"
        "import sys; ours = str(cache_folder()), is_offline(); assert 'huggingface_hub' not in sys.modules\n"
        "from huggingface_hub import constants\n"
        "assert ours == (constants.HF_HUB_CACHE, constants.HF_HUB_OFFLINE), (ours, constants.HF_HUB_CACHE)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"HOME": "/home/somebody", "PYTHONPATH": str(Path.cwd())} | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
