"""Downloads from the hub: the room for them, what breaks off, goes on or comes torn."""

# ruff: noqa: F811  # the fixtures are imported

import hashlib
from pathlib import Path

import httpx2
import pytest

from solvers.hw10.resources.codec_weights import REPO as MIMI_REPO
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from tests.hub.official import (  # noqa: F401
    csm_folder,
    default_hub,
    find,
    hub,
    mimi_folder,
    wavlm_folder,
)
from tests.hub.small_hub import SmallHub
from tests.solvers.fetching.test_hub import refusal


def test_too_little_room_is_said_before_anything_is_fetched(hub: SmallHub, mimi_folder: Path) -> None:
    hub.add(MIMI_REPO, mimi_folder)
    hub.said_size = 10**18
    said = refusal()
    assert said.startswith("kyutai/mimi: 1000000000.0 GB to download and ")
    assert said.endswith("make room there, or set HF_HOME to a folder on a larger disk.")
    assert hub.bytes_served == 0


def test_a_disk_that_fills_up(
    hub: SmallHub,
    mimi_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Written to /dev/full, which the kernel answers as a full disk does."""
    hub.add(MIMI_REPO, mimi_folder)
    opened = Path.open

    def open_full(path: Path, mode: str = "r", *arguments: object, **named: object) -> object:
        full = path.suffix == ".incomplete"
        return opened(Path("/dev/full") if full else path, mode, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", open_full)
    assert refusal() == (
        f"kyutai/mimi: the disk of {tmp_path / 'hub-cache'} is full; make room there, or set HF_HOME to a "
        "folder on a larger disk, and run the same command again."
    )


def test_a_cache_that_cannot_be_written(
    hub: SmallHub,
    mimi_folder: Path,
    tmp_path: Path,
) -> None:
    hub.add(MIMI_REPO, mimi_folder)
    (tmp_path / "hub-cache").write_text("a file where the folder should be")
    assert refusal() == (
        f"kyutai/mimi: {tmp_path / 'hub-cache'} cannot be written (Not a directory); set HF_HOME to a folder "
        "that can."
    )


def test_a_cut_download_goes_on_where_it_stopped(
    default_hub: SmallHub,
    mimi_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    default_hub.add(MIMI_REPO, mimi_folder)
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 1 << 14)  # what it writes at once
    default_hub.cuts = 1
    assert find(CODEC_WEIGHTS, "official").source.genuine
    assert default_hub.bytes_served == default_hub.large(MIMI_REPO)  # not one byte twice
    assert [asked[2] for asked in default_hub.asked if asked[0] == "GET" and asked[1].startswith("/cdn")] == [
        "",
        f"bytes={default_hub.cut_after}-",
    ]


def test_a_download_that_keeps_breaking(
    hub: SmallHub,
    mimi_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the client gives up on is tried again, and then said."""
    hub.add(MIMI_REPO, mimi_folder)
    tries = []

    def broken(*_: object, **__: object) -> None:
        tries.append(None)
        raise httpx2.ReadError("Connection reset by peer")

    monkeypatch.setattr("huggingface_hub.file_download.http_get", broken)
    assert refusal() == (
        "kyutai/mimi: the download broke off (ReadError); files that came whole are kept, run the same "
        "command again to go on."
    )
    assert len(tries) >= 3


def test_a_torn_file_is_removed_and_fetched_anew(default_hub: SmallHub, mimi_folder: Path) -> None:
    """Of the right length, which is all that the client looks at."""
    default_hub.add(MIMI_REPO, mimi_folder)
    default_hub.torn = {"model.safetensors"}
    content = (mimi_folder / "model.safetensors").read_bytes()
    torn = hashlib.sha256(content[:-1] + bytes([content[-1] ^ 1])).hexdigest()
    assert refusal() == (
        f"kyutai/mimi: model.safetensors came torn or altered (digest {torn[:12]}…, the hub says "
        f"{hashlib.sha256(content).hexdigest()[:12]}…) and has been removed; run the same command again to "
        "fetch it anew."
    )
    default_hub.torn = set()
    assert find(CODEC_WEIGHTS, "official").source.genuine
