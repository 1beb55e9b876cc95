"""Weights from the hub: found, downloaded, resumed, believed or not, and what is said when it fails."""

# ruff: noqa: F811  # the fixtures are imported

import hashlib
import logging
import shutil
from pathlib import Path

import pytest

from questions.common.errors import SourceError
from solvers.evidence.digest import sha256_of
from solvers.fetching.hub import endpoint, shown
from solvers.hw10.resources.codec_weights import REPO as MIMI_REPO
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.csm_weights import REPO as CSM_REPO
from solvers.hw10.resources.csm_weights import RESOURCE as CSM_WEIGHTS
from solvers.hw10.standin import STANDIN_CODEC
from solvers.models.hub_format import weight_files
from solvers.resources.speaker_weights import REPO as SPEAKER_REPO
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from tests.hub.official import (  # noqa: F401
    csm_folder,
    default_hub,
    find,
    hub,
    mimi_folder,
    wavlm_folder,
)
from tests.hub.small_hub import TOKEN, SmallHub

pytestmark = pytest.mark.filterwarnings("ignore:Not enough free disk space")


def refusal() -> str:
    with pytest.raises(SourceError) as found:
        find(CODEC_WEIGHTS, "official")
    return str(found.value)


def test_a_model_comes_from_the_hub_once_with_every_digest(default_hub: SmallHub, mimi_folder: Path) -> None:
    commit = default_hub.add(MIMI_REPO, mimi_folder)
    found = find(CODEC_WEIGHTS, "official")
    source = found.source
    assert (source.origin, source.name, source.revision) == ("hub", MIMI_REPO, commit)
    assert (source.genuine, source.note) == (True, "")
    assert source.sha256 == hashlib.sha256((mimi_folder / "model.safetensors").read_bytes()).hexdigest()
    assert {file.name: file.sha256 for file in source.files} == {
        name: sha256_of(mimi_folder / name)
        for name in ("config.json", "model.safetensors", "preprocessor_config.json")
    }
    assert default_hub.bytes_served == default_hub.large(MIMI_REPO)
    find(CODEC_WEIGHTS, "official")
    assert default_hub.bytes_served == default_hub.large(MIMI_REPO)  # from the cache


def test_every_shard_is_digested_and_the_originals_file_is_not_fetched(
    default_hub: SmallHub,
    csm_folder: Path,
) -> None:
    default_hub.add(CSM_REPO, csm_folder, gated=True)
    default_hub.licence_accepted = True
    source = find(CSM_WEIGHTS, "official").source
    shards = weight_files(csm_folder)
    assert len(shards) > 1
    digests = {file.name: file.sha256 for file in source.files}
    assert all(digests[shard.name] == sha256_of(shard) for shard in shards)
    assert set(digests) > {"config.json", "tokenizer.json", "transformers.safetensors.index.json"}
    assert source.genuine
    assert not any(path.endswith("/model.safetensors") for _, path, _ in default_hub.asked)


def test_the_speaker_encoder_comes_from_the_hub(default_hub: SmallHub, wavlm_folder: Path) -> None:
    default_hub.add(SPEAKER_REPO, wavlm_folder)
    source = find(SPEAKER_WEIGHTS, "auto").source
    assert (source.origin, source.name, source.genuine) == ("hub", SPEAKER_REPO, True)


def test_a_mirror_is_not_believed(hub: SmallHub, mimi_folder: Path) -> None:
    hub.add(MIMI_REPO, mimi_folder)
    source = find(CODEC_WEIGHTS, "auto").source
    assert (source.origin, source.genuine, source.note) == ("hub", False, f"from the mirror {hub.url}")


def test_what_a_mirror_left_in_the_cache_is_not_believed_either(
    hub: SmallHub,
    mimi_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The cache does not tell where its files came from: the hub is asked about each of them."""
    forged = hub.add(MIMI_REPO, mimi_folder)
    find(CODEC_WEIGHTS, "auto")
    monkeypatch.delenv("HF_ENDPOINT")
    monkeypatch.setattr("solvers.fetching.hub.DEFAULT_ENDPOINT", hub.url)
    hub.repos.clear()
    other = tmp_path / "other"
    shutil.copytree(mimi_folder, other)
    (other / "README.md").write_text("the real one")
    hub.add(MIMI_REPO, other)
    source = find(CODEC_WEIGHTS, "auto").source
    assert (source.genuine, source.note) == (
        False,
        f"revision {forged[:12]} in the cache is none of the hub's",
    )


def test_a_file_laid_into_the_cache_is_not_believed(default_hub: SmallHub, mimi_folder: Path) -> None:
    default_hub.add(MIMI_REPO, mimi_folder)
    folder = find(CODEC_WEIGHTS, "auto").path
    config = (folder / "config.json").read_text()
    (folder / "config.json").unlink()
    (folder / "config.json").write_text(config + "\n")
    source = find(CODEC_WEIGHTS, "auto").source
    assert (source.genuine, source.note) == (False, "config.json in the cache: not what the hub has")


def test_in_the_cache_with_no_network_it_is_found_and_not_believed(
    default_hub: SmallHub,
    mimi_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    default_hub.add(MIMI_REPO, mimi_folder)
    find(CODEC_WEIGHTS, "official")
    monkeypatch.setattr("solvers.fetching.hub.hub_reachable", lambda _url: False)
    source = find(CODEC_WEIGHTS, "official").source
    assert not source.genuine
    assert source.note == "from the hub's cache, and the hub could not be asked about it"


def test_the_locked_revision_is_fetched_and_not_the_newest(
    default_hub: SmallHub,
    mimi_folder: Path,
    tmp_path: Path,
) -> None:
    first = default_hub.add(MIMI_REPO, mimi_folder)
    other = tmp_path / "other"
    shutil.copytree(mimi_folder, other)
    (other / "config.json").write_text((other / "config.json").read_text() + "\n")
    second = default_hub.add(MIMI_REPO, other)
    assert find(CODEC_WEIGHTS, "auto", revision=first).source.revision == first
    assert find(CODEC_WEIGHTS, "auto").source.revision == second
    with pytest.raises(SourceError) as found:
        find(CODEC_WEIGHTS, "auto", revision="0" * 40)
    assert str(found.value) == (
        f"kyutai/mimi: the hub has no revision {'0' * 40} (404); run 'quizproof lock --update' to lock the "
        "one that it has."
    )


def test_no_network(hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert refusal() == (
        "kyutai/mimi is neither in the hub's cache nor can http://127.0.0.1:9 be reached; connect to the "
        "network, give --codec FOLDER, or allow the stand-in with --models auto."
    )
    assert find(CODEC_WEIGHTS, "auto").path == STANDIN_CODEC
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert refusal().startswith(
        "kyutai/mimi is not in the hub's cache, and HF_HUB_OFFLINE forbids to ask the hub; connect"
    )
    monkeypatch.setattr("solvers.fetching.hub.find_spec", lambda _name: None)
    assert refusal().startswith(
        "kyutai/mimi cannot be looked for without huggingface_hub (pip install 'quizproof[solve]'); connect"
    )


def test_no_token(hub: SmallHub, csm_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.add(CSM_REPO, csm_folder, gated=True)
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(SourceError) as found:
        find(CSM_WEIGHTS, "official")
    assert str(found.value) == (
        "no CSM at hand: sesame/csm-1b: the hub asks for a token (401); make one at "
        "https://huggingface.co/settings/tokens, and log in with 'hf auth login' or set HF_TOKEN."
    )


def test_a_token_that_is_not_accepted(
    hub: SmallHub,
    mimi_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub.add(MIMI_REPO, mimi_folder)
    monkeypatch.setenv("HF_TOKEN", "hf_expired")
    assert refusal() == (
        "kyutai/mimi: the hub does not accept the token (401); make a new one at "
        "https://huggingface.co/settings/tokens, and log in with 'hf auth login' or set HF_TOKEN."
    )


def test_a_licence_that_is_not_accepted(hub: SmallHub, csm_folder: Path) -> None:
    hub.add(CSM_REPO, csm_folder, gated=True)
    with pytest.raises(SourceError) as found:
        find(CSM_WEIGHTS, "auto")
    assert str(found.value) == (
        "no CSM at hand: sesame/csm-1b: its licence is not accepted yet (403); accept it at "
        f"{hub.url}/sesame/csm-1b with the account that the token belongs to, let the token read gated "
        "repositories, and run the same command again."
    )


def test_not_found(hub: SmallHub) -> None:
    assert refusal() == (
        f"kyutai/mimi: not found at {hub.url} (404); check the name there, unset HF_ENDPOINT if that is a "
        "mirror without it, or give the folder by path."
    )


def test_a_repository_without_weights(hub: SmallHub, mimi_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    shutil.copy(mimi_folder / "config.json", tmp_path / "bare")
    commit = hub.add(MIMI_REPO, tmp_path / "bare")
    assert refusal() == (
        f"kyutai/mimi: revision {commit[:12]} at {hub.url} has no weights that transformers can load; unset "
        "HF_ENDPOINT if that is an incomplete mirror, or give the folder by path."
    )


def test_a_hub_out_of_order(hub: SmallHub, mimi_folder: Path) -> None:
    hub.add(MIMI_REPO, mimi_folder)
    hub.status = 418
    assert refusal() == (
        f"kyutai/mimi: {hub.url} answered 418; wait a little and run the same command again."
    )


@pytest.mark.parametrize("token", ["hf_s3cret\0bell", "hf_s3crét"])
def test_a_token_that_no_request_can_carry_is_not_repeated(
    hub: SmallHub,
    mimi_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    token: str,
) -> None:
    """The client's own error quotes the header, and so the token."""
    hub.add(MIMI_REPO, mimi_folder)
    monkeypatch.delenv("HF_TOKEN")
    (tmp_path / "no-token").write_text(token)
    assert refusal() == (
        "kyutai/mimi: the token holds characters that no request can carry; copy it again from "
        "https://huggingface.co/settings/tokens, and log in with 'hf auth login' or set HF_TOKEN."
    )


def test_the_token_goes_to_the_hub_and_nowhere_else(
    hub: SmallHub,
    csm_folder: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    hub.add(CSM_REPO, csm_folder, gated=True)
    said = []
    for status, accepted in ((None, False), (500, False), (None, True)):
        hub.status, hub.licence_accepted = status, accepted
        try:
            said.append(str(find(CSM_WEIGHTS, "auto").source))
        except SourceError as error:
            said.append(repr(error) + repr(error.__cause__))
    assert TOKEN in hub.tokens
    assert hub.tokens_abroad == {""}
    out, err = capfd.readouterr()
    assert TOKEN not in out + err + "".join(said)
    assert not any(TOKEN in record.getMessage() for record in caplog.records if record.name != "small_hub")
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) > 3
    assert not any(TOKEN.encode() in path.read_bytes() for path in kept)


@pytest.mark.parametrize("given", ["hf-mirror.example", "ftp://mirror.example", "http://[::1", "https://"])
def test_an_endpoint_that_is_no_address(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", given)
    with pytest.raises(SourceError) as found:
        endpoint()
    assert str(found.value) == (
        f"HF_ENDPOINT: {given!r} is not an http or https address; unset it for https://huggingface.co, or "
        "write a mirror's in full, such as https://mirror.example."
    )


def test_an_address_is_shown_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", " https://me:secret@mirror.example:8443/hub/ ")
    assert endpoint() == "https://me:secret@mirror.example:8443/hub"
    assert shown(endpoint()) == "https://mirror.example:8443/hub"
    monkeypatch.setenv("HF_ENDPOINT", "")
    assert endpoint() == "https://huggingface.co"
