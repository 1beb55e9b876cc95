"""From the hub to a conclusive verdict through the command line, and what a lock makes of all else."""

# ruff: noqa: F811  # the fixtures are imported

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from questions.common.errors import SourceError
from solvers.evidence.digest import sha256_of
from solvers.hw10.resources.codec_weights import REPO as MIMI_REPO
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.csm_weights import REPO as CSM_REPO
from solvers.hw10.resources.csm_weights import RESOURCE as CSM_WEIGHTS
from solvers.hw10.standin import STANDIN_AUDIO, STANDIN_CODEC
from solvers.resources.lock import Lock, Locked, find_lock
from solvers.resources.resource import Setup
from solvers.resources.speaker_weights import REPO as SPEAKER_REPO
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from solvers.run.catalog import Pack
from solvers.run.pool import ResourcePool
from tests.hub.official import (  # noqa: F401
    csm_folder,
    default_hub,
    hub,
    mimi_folder,
    save_mimi,
    wavlm_folder,
)
from tests.hub.small_hub import TOKEN, SmallHub
from tests.quizproof.commands import Run, message

A, B = "a" * 64, "b" * 64


def standings(out: str, question: str = "q05") -> set[tuple[str, str]]:
    """(standing, what is lacking) of a question's parts, in a JSON document."""
    verdicts = json.loads(out)["evidence"][question]["verdicts"]
    return {(part["standing"], ",".join(part["lacks"])) for one in verdicts for part in one["parts"]}


CONCLUSIVE, REHEARSAL = {("conclusive", "")}, {("rehearsal", "codec-weights")}
VERIFY = ("verify", "q05", "--device", "cpu", "--json", "--allow-open")


def test_from_the_hub_to_a_conclusive_verdict(run: Run, default_hub: SmallHub, mimi_folder: Path) -> None:
    commit = default_hub.add(MIMI_REPO, mimi_folder)
    result = run(*VERIFY)
    assert result.exit_code == 0, result.output
    assert standings(result.stdout) == CONCLUSIVE
    provenance = json.loads(result.stdout)["evidence"]["q05"]["provenance"]
    (source, *_) = provenance["sources"]
    assert (source["origin"], source["name"], source["revision"]) == ("hub", MIMI_REPO, commit)
    assert {file["name"] for file in source["files"]} == {
        "config.json",
        "model.safetensors",
        "preprocessor_config.json",
    }
    assert (provenance["device"], provenance["dtype"], provenance["seed"]) == ("cpu", "codec float32", 0)
    assert set(provenance["libraries"]) >= {
        "python",
        "torch",
        "transformers",
        "huggingface_hub",
        "safetensors",
    }
    html = Path("proof/report.html").read_text(encoding="utf-8")
    assert f"<code>kyutai/mimi</code> @ {commit}" in html
    assert all(file["sha256"] in html for file in source["files"])


def test_offline_the_same_bytes_are_not_measured_again_and_stay_what_they_were(
    run: Run,
    default_hub: SmallHub,
    mimi_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    default_hub.add(MIMI_REPO, mimi_folder)
    run(*VERIFY)
    measured = Path("proof/evidence/q05.json").read_bytes()
    monkeypatch.setattr("solvers.fetching.hub.hub_reachable", lambda _url: False)
    assert standings(run(*VERIFY).stdout) == CONCLUSIVE
    assert Path("proof/evidence/q05.json").read_bytes() == measured


def test_what_the_hub_confirms_later_is_believed_without_measuring_again(
    run: Run,
    default_hub: SmallHub,
    mimi_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    default_hub.add(MIMI_REPO, mimi_folder)
    run("list")  # fetches it
    with monkeypatch.context() as offline:
        offline.setattr("solvers.fetching.hub.hub_reachable", lambda _url: False)
        assert standings(run(*VERIFY).stdout) == REHEARSAL
    before = json.loads(Path("proof/evidence/q05.json").read_text())["provenance"]["wall_time_s"]
    assert standings(run(*VERIFY).stdout) == CONCLUSIVE
    assert json.loads(Path("proof/evidence/q05.json").read_text())["provenance"]["wall_time_s"] == before
    assert standings(run("report", "--json", "--allow-open").stdout) == CONCLUSIVE


def test_a_mirror_stays_a_rehearsal_until_locked(run: Run, hub: SmallHub, mimi_folder: Path) -> None:
    commit = hub.add(MIMI_REPO, mimi_folder)
    measured = run(*VERIFY)
    assert standings(measured.stdout) == REHEARSAL
    said = f"kyutai/mimi (from the mirror {hub.url})"
    assert f"until 'quizproof lock' has locked it: {said}" in measured.stderr
    html = Path("proof/report.html").read_text(encoding="utf-8")
    assert f"<code>kyutai/mimi</code> (<code>from the mirror {hub.url}</code>)" in html
    locked = run("lock")
    assert locked.exit_code == 0, locked.output
    assert "Locked on your word alone that they are the real ones: kyutai/mimi" in locked.stderr
    assert json.loads(Path("quizproof.lock").read_text())["resources"]["codec-weights"] == {
        "name": MIMI_REPO,
        "origin": "hub",
        "revision": commit,
        "by_file": False,
        "companions": {},
        "files": {
            name: sha256_of(mimi_folder / name)
            for name in ("config.json", "model.safetensors", "preprocessor_config.json")
        },
    }
    assert standings(run("report", "--json", "--allow-open").stdout) == CONCLUSIVE
    assert "known by quizproof.lock" in Path("proof/report.html").read_text(encoding="utf-8")
    assert standings(run(*VERIFY).stdout) == CONCLUSIVE


def test_a_path_stays_a_rehearsal_until_locked_and_an_edited_config_is_noticed(
    run: Run,
    tmp_path: Path,
    mimi_folder: Path,
) -> None:
    shutil.copytree(mimi_folder, tmp_path / "mimi")
    given = ("--models", "standin", "--codec", "mimi")
    assert standings(run(*VERIFY, *given).stdout) == REHEARSAL
    assert run("lock", *given, "--lock", "locks/mine.lock").exit_code == 0
    assert standings(run("report", "--json", "--allow-open").stdout) == REHEARSAL  # no ./quizproof.lock
    locked = ("--lock", "locks/mine.lock")
    assert standings(run("report", "--json", "--allow-open", *locked).stdout) == CONCLUSIVE
    before = sha256_of(Path("mimi/config.json"))
    config = Path("mimi/config.json")
    config.write_text(config.read_text().replace('"sliding_window": 250', '"sliding_window": 25'))
    after = sha256_of(config)
    assert before != after
    said = (
        f"codec-weights (mimi): config.json has SHA-256 {after}, the lock has {before}; give what is "
        "locked, or run 'quizproof lock --update' if this is what is meant."
    )
    assert message(run(*VERIFY, *given, *locked)) == said
    assert message(run("lock", *given, *locked)) == said
    assert run("lock", *given, *locked, "--update").exit_code == 0
    # What was measured before belongs to the other config.
    report = message(run("report", *locked))
    assert report == (
        f"q05: measured on codec-weights (mimi): config.json has SHA-256 {before}, the lock has {after}; "
        "give what is locked, or run 'quizproof lock --update' if this is what is meant."
    )


def test_other_weights_than_the_locked_ones_are_refused_before_any_work(
    run: Run,
    tmp_path: Path,
    mimi_folder: Path,
) -> None:
    assert run("lock", "--models", "standin", "--codec", mimi_folder).exit_code == 0
    other = save_mimi(tmp_path / "other", seed=1)
    found, locked = (sha256_of(folder / "model.safetensors") for folder in (other, mimi_folder))
    assert message(run(*VERIFY, "--models", "standin", "--codec", other)) == (
        f"codec-weights ({other}): model.safetensors has SHA-256 {found}, the lock has {locked}; give what "
        "is locked, or run 'quizproof lock --update' if this is what is meant."
    )
    assert not Path("proof").exists()
    # A rehearsal on the stand-in is no mismatch: it says itself what it is.
    assert standings(run(*VERIFY, "--models", "standin").stdout) == REHEARSAL


@pytest.mark.parametrize("name", ["2sAudio.flac", "2sAudio.wav", "2sAudio.ogg", "audio_codes_shuffled.pt"])
def test_a_standin_sound_can_never_be_locked(run: Run, tmp_path: Path, name: str) -> None:
    """Not by its bytes, and a lossless copy in another container holds the same samples."""
    audio = tmp_path / "audio"
    audio.mkdir()
    samples, rate_hz = soundfile.read(STANDIN_AUDIO / "2sAudio.flac", dtype="int16")
    if name.endswith(".wav"):
        soundfile.write(audio / name, np.stack([samples, samples], axis=1), rate_hz, subtype="PCM_24")
    elif name.endswith(".ogg"):  # FLAC in Ogg
        soundfile.write(audio / name, samples, rate_hz, format="FLAC")
    else:
        shutil.copy(STANDIN_AUDIO / name, audio / name)
    said = message(run("lock", "--models", "standin", "--audio", audio))
    assert "stand-in, which can never be locked; use the real file." in said
    assert not Path("quizproof.lock").exists()


def test_a_standin_codec_can_never_be_locked(run: Run, tmp_path: Path) -> None:
    assert message(run("lock", "--models", "standin", "--codec", STANDIN_CODEC)) == (
        f"{STANDIN_CODEC}: holds a model of type 'quizproof_standin_codec', and the codec is of type mimi; "
        "give the folder of the model that is meant."
    )
    # Nor under Mimi's name.
    shutil.copytree(STANDIN_CODEC, tmp_path / "mimi")
    config = tmp_path / "mimi" / "config.json"
    config.write_text(config.read_text().replace("quizproof_standin_codec", "mimi"))
    digest = sha256_of(STANDIN_CODEC / "model.safetensors")
    assert message(run("lock", "--models", "standin", "--codec", "mimi")) == (
        f"mimi: SHA-256 {digest} is that of a stand-in, which can never be locked; use the real file."
    )
    # Nor by hand.
    model = Locked(name="mimi", origin="path", files={"model.safetensors": digest})
    Lock(resources={"codec-weights": model}).write(tmp_path / "quizproof.lock")
    with pytest.raises(SourceError, match=r"quizproof\.lock: SHA-256 [0-9a-f]{64} is that of a stand-in"):
        find_lock(None)


def test_a_csm_with_a_standin_inside_can_never_be_locked(
    run: Run,
    tmp_path: Path,
    csm_folder: Path,
) -> None:
    shutil.copytree(csm_folder, tmp_path / "csm")
    config = json.loads((tmp_path / "csm" / "config.json").read_text())
    config["codec_config"]["model_type"] = "quizproof_standin_codec"
    (tmp_path / "csm" / "config.json").write_text(json.dumps(config))
    assert message(run("lock", "--models", "standin", "--csm", "csm")) == (
        "csm: this CSM carries a codec of type 'quizproof_standin_codec' and not Mimi; give the real one."
    )


def test_what_is_not_at_hand_stays_locked(run: Run, tmp_path: Path, mimi_folder: Path) -> None:
    audio = tmp_path / "audio"
    audio.mkdir()
    soundfile.write(audio / "English_speech.ogg", np.full((44_100, 2), 0.1), 44_100)
    result = run("lock", "--models", "standin", "--audio", audio, "--json")
    document = json.loads(result.stdout)
    digest = sha256_of(audio / "English_speech.ogg")
    assert [one["files"] for one in document["locked"] if one["resource"] == "course-audio"] == [
        {"English_speech.ogg": digest}
    ]
    assert document["left_out"]["codec-weights"] == "only a stand-in is at hand, which can never be locked"
    assert run("lock", "--models", "standin", "--codec", mimi_folder).exit_code == 0
    lock = find_lock(None)
    assert lock.resources["course-audio"].files == {"English_speech.ogg": digest}
    assert set(lock.resources) == {"course-audio", "codec-weights", "asr-weights", "speaker-weights"}
    text = Path("quizproof.lock").read_text()
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"


def test_all_official_models_are_found_locked_and_loaded(
    run: Run,
    default_hub: SmallHub,
    mimi_folder: Path,
    csm_folder: Path,
    wavlm_folder: Path,
    pack: Pack,
) -> None:
    commits = {
        "codec-weights": default_hub.add(MIMI_REPO, mimi_folder),
        "csm-weights": default_hub.add(CSM_REPO, csm_folder, gated=True),
        "speaker-weights": default_hub.add(SPEAKER_REPO, wavlm_folder),
    }
    default_hub.licence_accepted = True
    result = run("lock", "--models", "official", "--json")
    assert result.exit_code == 0, result.output
    locked = {one["resource"]: one for one in json.loads(result.stdout)["locked"]}
    assert {name: locked[name]["revision"] for name in commits} == commits
    assert sum(name.endswith(".safetensors") for name in locked["csm-weights"]["files"]) > 1
    pool = ResourcePool(Setup(models="official", device="cpu", lock=find_lock(None)), pack)
    codec, csm = pool.get(CODEC_WEIGHTS), pool.get(CSM_WEIGHTS)
    assert codec.model.config.model_type == "mimi"
    for name, tensor in codec.model.state_dict().items():
        assert torch.equal(csm.model.codec_model.state_dict()[name], tensor), name
    assert pool.get(SPEAKER_WEIGHTS).embed(torch.randn(1, 16_000)).shape == (1, 8)


def test_the_token_is_nowhere_in_what_a_run_leaves(
    default_hub: SmallHub,
    mimi_folder: Path,
    csm_folder: Path,
    tmp_path: Path,
) -> None:
    """A process of its own, with the token in its environment and a licence that is not accepted."""
    default_hub.add(MIMI_REPO, mimi_folder)
    default_hub.add(CSM_REPO, csm_folder, gated=True)
    environment = os.environ | {
        "HF_HOME": str(tmp_path / "home"),
        "HF_ENDPOINT": default_hub.url,
        "HF_TOKEN": TOKEN,
        "HF_HUB_VERBOSITY": "debug",
        "HF_DEBUG": "",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    said = ""
    for arguments in (
        ["verify", "q05", "q11", "--device", "cpu", "--whisper", "package:base", "--allow-open"],
        ["lock", "--whisper", "package:base"],
    ):
        ended = subprocess.run(
            [sys.executable, "-m", "quizproof", *arguments],
            env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        said += ended.stdout + ended.stderr
    assert "its licence is not accepted yet (403)" in said
    assert TOKEN in default_hub.tokens
    assert TOKEN not in said
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"q05.json", "q11.json", "report.html", "quizproof.lock"} <= {path.name for path in left}
    assert not [path for path in left if TOKEN.encode() in path.read_bytes()]


def test_a_newer_transformers_is_noted_in_the_terminal_and_the_report(
    run: Run,
    mimi_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("solvers.hw10.models.versions.version", lambda _name: "5.31.0")
    result = run(*VERIFY, "--models", "standin", "--codec", mimi_folder)
    note = "transformers 5.31.0 is newer than 5.23, the newest tested"
    assert f"Note: {note}" in result.stderr
    assert note in Path("proof/report.html").read_text(encoding="utf-8")
