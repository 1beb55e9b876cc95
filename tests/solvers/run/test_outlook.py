"""What a run with the real models says before it starts: sizes as the hub lists them, else as published."""

# ruff: noqa: F811  # the fixtures are imported

from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from questions.quiz import QuizSpec
from quizproof.cli import announcements
from quizproof.cli.main import app
from solvers.hw10.resources.codec_weights import REPO as MIMI_REPO
from solvers.hw10.resources.csm_weights import REPO as CSM_REPO
from solvers.models.whisper.published import PUBLISHED_SHA256, parameters_of
from solvers.resources.resource import Outlook, Setup
from solvers.run.catalog import Pack
from solvers.run.outlook import Duration, RunOutlook, outlook_of
from solvers.run.pool import ResourcePool
from tests.hub.official import csm_folder, default_hub, find, hub, mimi_folder  # noqa: F401
from tests.hub.small_hub import SmallHub

pytestmark = pytest.mark.filterwarnings("ignore:Not enough free disk space")


def outlook(spec: QuizSpec, pack: Pack, *ids: str) -> RunOutlook:
    questions = tuple(spec.question(id_) for id_ in ids)
    return outlook_of(questions, ResourcePool(Setup(models="official", device="cpu"), pack))


def test_sizes_are_those_that_the_hub_lists(
    spec: QuizSpec, pack: Pack, default_hub: SmallHub, mimi_folder: Path, csm_folder: Path
) -> None:
    default_hub.add(MIMI_REPO, mimi_folder)
    default_hub.add(CSM_REPO, csm_folder, gated=True)  # whose licence nobody has accepted
    before = default_hub.bytes_served
    found = outlook(spec, pack, "q05", "q12")
    names = ("config.json", "preprocessor_config.json", "model.safetensors")
    listed = sum((mimi_folder / name).stat().st_size for name in names)
    codec, csm, whisper = found.models
    assert codec == Outlook(
        MIMI_REPO, listed, listed=True, memory_bytes=384_800_000, host_bytes=384_800_000, dtype="float32"
    )
    # 1.632 G parameters of four bytes, as published.
    assert csm == Outlook(
        CSM_REPO,
        6_530_000_000,
        listed=False,
        memory_bytes=6_528_000_000,
        host_bytes=6_528_000_000,
        dtype="float32",
    )
    assert whisper == Outlook(
        "Whisper base", 0, listed=True, memory_bytes=296_000_000, host_bytes=296_000_000, dtype="float32"
    )
    assert default_hub.bytes_served == before  # nothing was downloaded for it
    assert found.download_bytes == listed + 6_530_000_000
    assert found.memory_bytes == 384_800_000 + 6_528_000_000 + 296_000_000
    assert found.host_bytes == 6_528_000_000 < 8 * 10**9


def test_what_is_in_the_cache_is_not_downloaded_again(
    spec: QuizSpec, pack: Pack, default_hub: SmallHub, mimi_folder: Path
) -> None:
    from solvers.hw10.resources.codec_weights import RESOURCE

    default_hub.add(MIMI_REPO, mimi_folder)
    find(RESOURCE, "official")
    (codec,) = outlook(spec, pack, "q05").models
    assert (codec.download_bytes, codec.listed) == (0, True)


def test_without_the_hub_sizes_are_as_published(
    spec: QuizSpec, pack: Pack, hub: SmallHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    (codec,) = outlook(spec, pack, "q05").models
    assert (codec.download_bytes, codec.listed) == (385_000_000, False)


def test_a_folder_is_not_downloaded(spec: QuizSpec, pack: Pack, tmp_path: Path) -> None:
    setup = Setup(models="official", device="cpu", given={"codec-weights": str(tmp_path)})
    (codec,) = outlook_of((spec.question("q05"),), ResourcePool(setup, pack)).models
    assert (codec.name, codec.download_bytes, codec.listed) == (str(tmp_path), 0, True)


@pytest.mark.parametrize(("native", "n_bytes"), [(True, 3_264_000_000), (False, 6_528_000_000)])
def test_csm_takes_half_where_the_gpu_computes_in_bfloat16(
    spec: QuizSpec, pack: Pack, hub: SmallHub, monkeypatch: pytest.MonkeyPatch, native: bool, n_bytes: int
) -> None:
    def supported(including_emulation: bool = True) -> bool:
        return native or including_emulation

    monkeypatch.setattr("torch.cuda.is_bf16_supported", supported)
    pool = ResourcePool(Setup(models="official", given={"csm-weights": "DIR"}), pack)
    pool.__dict__["device"] = torch.device("cuda:0")
    found = pack.resource("csm-weights").outlook(pool)
    assert found is not None
    assert (found.memory_bytes, found.host_bytes) == (n_bytes, 6_528_000_000)


def test_every_whisper_has_a_size() -> None:
    assert {name: parameters_of(name) // 10**6 for name in PUBLISHED_SHA256} == {
        "tiny.en": 39, "tiny": 39, "base.en": 74, "base": 74, "small.en": 244, "small": 244, "medium.en": 769,
        "medium": 769, "large-v1": 1550, "large-v2": 1550, "large-v3": 1550, "large": 1550,
        "large-v3-turbo": 809, "turbo": 809,
    }  # fmt: skip


def test_how_long_is_what_was_timed_on_such_a_device(spec: QuizSpec, pack: Pack) -> None:
    questions = (spec.question("q02"),)
    on_cpu = outlook_of(questions, ResourcePool(Setup(models="standin", device="cpu"), pack))
    assert on_cpu.models == ()
    assert on_cpu.duration is not None
    assert on_cpu.duration.where.startswith("two cores: ")


def said(found: RunOutlook, capsys: pytest.CaptureFixture[str]) -> list[str]:
    announcements.announce_outlook(found)
    return capsys.readouterr().err.splitlines()


def test_what_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    models = (
        Outlook(
            "kyutai/mimi", 0, listed=True, memory_bytes=384_800_000, host_bytes=384_800_000, dtype="float32"
        ),
        Outlook(
            "sesame/csm-1b",
            6_530_000_000,
            listed=False,
            memory_bytes=6_528_000_000,
            host_bytes=6_528_000_000,
            dtype="float32",
        ),
        Outlook(
            "Whisper tiny",
            78_000_000,
            listed=True,
            memory_bytes=156_000_000,
            host_bytes=156_000_000,
            dtype="float32",
        ),
    )
    assert said(RunOutlook("cuda:0 (Tesla T4)", models, Duration(seconds=150, where="one H100")), capsys) == [
        "To download: 6.6 GB, sesame/csm-1b 6.5 GB (as published), Whisper tiny 78.0 MB (as its host lists "
        "it).",
        "Memory on cuda:0 (Tesla T4): 7.1 GB of weights, kyutai/mimi 0.4 GB (float32), sesame/csm-1b 6.5 GB "
        "(float32), Whisper tiny 0.2 GB (float32); sounds in work come on top, and on the host at most 6.5 "
        "GB while a model is loaded.",
        "Time: about 3 minutes for all questions, by one H100.",
    ]
    assert said(RunOutlook("mps", (), None), capsys) == [
        "To download: nothing, all is at hand.",
        "Memory on mps: next to none.",
        "Time: not known, since it was never timed on mps.",
    ]


def test_it_is_said_before_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hub: SmallHub) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ["verify", "q02", "--device", "cpu", "--allow-open"]
    official = CliRunner().invoke(app, [*arguments, "--models", "official"])
    assert official.exit_code == 0, official.output
    assert official.stderr.startswith(
        "To download: nothing, all is at hand.\nMemory on cpu: next to none.\nTime: "
    )
    standin = CliRunner().invoke(app, [*arguments, "--models", "standin"])
    assert "To download" not in standin.output
