"""A cache that a notebook filled: the weights lie there, and what loading needs beside them does not."""

# ruff: noqa: F811  # the fixtures are imported

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from huggingface_hub import hf_hub_download
from transformers import AutoProcessor

from questions.common.errors import SourceError
from solvers.hw10.resources.codec_weights import REPO as MIMI_REPO
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.csm_weights import REPO as CSM_REPO
from solvers.hw10.resources.csm_weights import RESOURCE as CSM_WEIGHTS
from solvers.models.hub_format import lacking_beside, weight_files
from solvers.resources.lock import Lock, Locked
from solvers.resources.resource import Setup
from solvers.resources.speaker_weights import REPO as SPEAKER_REPO
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from tests.hub.official import csm_folder, default_hub, hub, mimi_folder, wavlm_folder  # noqa: F401
from tests.hub.small_hub import SmallHub


def fill_cache(repo: str, names: Sequence[str], url: str) -> Path:
    """As from_pretrained in a notebook does: file by file, and those alone that it reads."""
    paths = [Path(hf_hub_download(repo, name, endpoint=url)) for name in names]
    return paths[0].parent


def with_weights_alone(hub: SmallHub, folder: Path) -> Path:
    weights = [file.name for file in weight_files(folder)]
    names = ["config.json", "transformers.safetensors.index.json", "generation_config.json", *weights]
    return fill_cache(CSM_REPO, names, hub.url)


@pytest.fixture
def open_csm(default_hub: SmallHub, csm_folder: Path) -> SmallHub:
    default_hub.add(CSM_REPO, csm_folder, gated=True)
    default_hub.licence_accepted = True
    return default_hub


def test_a_csm_is_completed_and_its_weights_not_fetched_twice(open_csm: SmallHub, csm_folder: Path) -> None:
    cached = with_weights_alone(open_csm, csm_folder)
    assert lacking_beside(cached) == ("tokenizer.json", "preprocessor_config.json", "chat_template.jinja")
    before = open_csm.bytes_served
    found = CSM_WEIGHTS.find(Setup(models="official"))
    assert found.path == cached
    assert open_csm.bytes_served == before
    assert lacking_beside(cached) == ()
    assert found.source.genuine
    assert {file.name for file in found.source.files} >= {"tokenizer.json", "chat_template.jinja"}
    assert AutoProcessor.from_pretrained(found.path, local_files_only=True).tokenizer is not None
    before = len(open_csm.asked)
    CSM_WEIGHTS.find(Setup(models="official"))
    assert not any(path.endswith(".json") for _, path, _ in open_csm.asked[before:])  # nothing again


def test_a_tokenizer_that_the_hub_keeps_among_the_large_files(
    default_hub: SmallHub, csm_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the real one's of 17 MB."""
    monkeypatch.setattr("tests.hub.small_hub.LARGE", (".safetensors", "tokenizer.json"))
    default_hub.add(CSM_REPO, csm_folder)
    cached = with_weights_alone(default_hub, csm_folder)
    before = default_hub.bytes_served
    assert CSM_WEIGHTS.find(Setup(models="official")).path == cached
    assert default_hub.bytes_served == before + (csm_folder / "tokenizer.json").stat().st_size


def test_it_is_completed_from_its_own_revision(open_csm: SmallHub, csm_folder: Path, tmp_path: Path) -> None:
    """Not from the newest, whose weights would be another 6 GB."""
    cached = with_weights_alone(open_csm, csm_folder)
    newer = tmp_path / "newer"
    shutil.copytree(csm_folder, newer)
    (newer / "tokenizer_config.json").write_text("{}")
    open_csm.add(CSM_REPO, newer)
    before = open_csm.bytes_served
    held = Locked(name=CSM_REPO, origin="hub", revision=cached.name, files={})
    setup = Setup(models="official", lock=Lock(resources={"csm-weights": held}))
    source = CSM_WEIGHTS.find(setup).source
    assert (source.revision, source.genuine) == (cached.name, True)
    assert open_csm.bytes_served == before
    assert (cached / "tokenizer_config.json").read_text() == (
        csm_folder / "tokenizer_config.json"
    ).read_text()


def test_without_the_hub_it_is_one_sentence(
    open_csm: SmallHub, csm_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_weights_alone(open_csm, csm_folder)
    monkeypatch.setattr("solvers.fetching.hub.hub_reachable", lambda _url: False)
    for models in ("auto", "official"):
        with pytest.raises(SourceError) as found:
            CSM_WEIGHTS.find(Setup(models=models))  # type: ignore[arg-type]
        assert str(found.value) == (
            "no CSM at hand: sesame/csm-1b: the weights are in the hub's cache without tokenizer.json, "
            f"preprocessor_config.json, chat_template.jinja, and {open_csm.url} cannot be reached; connect "
            "to the network and run the same command again, or give the folder by path."
        )


def test_a_refusal_says_what_to_do(open_csm: SmallHub, csm_folder: Path) -> None:
    with_weights_alone(open_csm, csm_folder)
    open_csm.licence_accepted = False
    with pytest.raises(SourceError, match="its licence is not accepted yet"):
        CSM_WEIGHTS.find(Setup(models="official"))


def test_a_repository_that_has_no_tokenizer(default_hub: SmallHub, csm_folder: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(csm_folder, bare)
    (bare / "tokenizer.json").unlink()
    default_hub.add(CSM_REPO, bare)
    with pytest.raises(
        SourceError, match=r"without tokenizer\.json, and http://\S+ has none at this revision;"
    ):
        CSM_WEIGHTS.find(Setup(models="official"))


def test_what_is_not_needed_is_fetched_where_it_can_be(
    default_hub: SmallHub, mimi_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a lock made elsewhere fits; loading Mimi does without, and so do we."""
    default_hub.add(MIMI_REPO, mimi_folder)
    cached = fill_cache(MIMI_REPO, ["config.json", "model.safetensors"], default_hub.url)
    with monkeypatch.context() as broken:
        broken.setattr("solvers.fetching.hub.download", refuse)
        assert {file.name for file in CODEC_WEIGHTS.find(Setup(models="official")).source.files} == {
            "config.json",
            "model.safetensors",
        }
    found = CODEC_WEIGHTS.find(Setup(models="official"))
    assert (found.path, found.source.genuine) == (cached, True)
    assert {file.name for file in found.source.files} == {
        "config.json",
        "model.safetensors",
        "preprocessor_config.json",
    }


def refuse(*_: object) -> Path:
    raise SourceError("no")


def test_a_second_format_of_the_weights_is_not_fetched(
    default_hub: SmallHub, wavlm_folder: Path, tmp_path: Path
) -> None:
    both = tmp_path / "both"
    shutil.copytree(wavlm_folder, both)
    (both / "pytorch_model.bin").write_bytes(b"the same in the other format")
    default_hub.add(SPEAKER_REPO, both)
    cached = fill_cache(SPEAKER_REPO, ["config.json", "model.safetensors"], default_hub.url)
    assert SPEAKER_WEIGHTS.find(Setup(models="official")).source.genuine
    assert sorted(path.name for path in cached.iterdir()) == [
        "config.json",
        "model.safetensors",
        "preprocessor_config.json",
    ]


@pytest.mark.parametrize("name", ["tokenizer_config.json", "processor_config.json"])
def test_a_template_within_another_file_is_one(tmp_path: Path, name: str) -> None:
    for there in ("tokenizer.json", "preprocessor_config.json"):
        (tmp_path / there).write_text("{}")
    assert lacking_beside(tmp_path) == ("chat_template.jinja",)
    (tmp_path / name).write_text('{"chat_template": "{{ messages }}"}')
    assert lacking_beside(tmp_path) == ()
