"""CSM by path through the command line: Q11 and Q12 with a small CSM whose codec is the Mimi that is given.

Beside it what a GPU would be given: both transformers in bfloat16, the codec in float32.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from typer.testing import CliRunner

from benchmarks.validity.q01_q05 import SMALL
from quizproof.cli import main as cli
from quizproof.cli.exit_codes import EXIT_OPEN
from solvers.evidence.digest import sha256_of
from solvers.hw10.models.codec import mimi_config, random_mimi
from solvers.hw10.models.csm import Csm, Turn, place
from solvers.run.pool import ResourcePool
from tests.solvers.hw10.models.small_csm import save, small_csm

# Of two small codebooks' four first codes one ends a clip, so that clips come to an end.
CODEC = SMALL | {"num_quantizers": 2, "codebook_size": 4}
CHANGED = "codec_model.decoder.layers.0.conv.weight"
FRAME = 1920  # samples


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small CSM, and the Mimi that it carries."""
    csm, mimi = tmp_path_factory.mktemp("csm"), tmp_path_factory.mktemp("mimi")
    model = random_mimi(0, mimi_config(**CODEC))
    model.save_pretrained(mimi)
    return save(small_csm(model), csm), mimi


def verify(out: Path, csm: Path, mimi: Path, *questions: str) -> dict[str, Any]:
    """The evidence that `quizproof verify` gives; random weights leave every question open."""
    result = CliRunner().invoke(
        cli.app,
        [
            "verify", *questions, "--codec", str(mimi), "--csm", str(csm), "--models", "standin",
            "--device", "cpu", "--out", str(out), "--json",
        ],
    )  # fmt: skip
    assert result.exit_code == EXIT_OPEN, result.output
    evidence: dict[str, Any] = json.loads(result.stdout)["evidence"]
    return evidence


def parts(evidence: dict[str, Any], option: str) -> list[str]:
    (verdict,) = (one for one in evidence["verdicts"] if one["option"] == option)
    return [part["finding"]["outcome"] for part in verdict["parts"]]


def test_q11_and_q12_come_to_verdicts_and_option_a_has_its_tensors(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    csm, mimi = folders
    evidence = verify(tmp_path, csm, mimi, "q11", "q12")
    for id_ in ("q11", "q12"):
        assert evidence[id_]["failure"] is None
        assert {one["standing"] for one in evidence[id_]["verdicts"]} == {"rehearsal"}
        provenance = evidence[id_]["provenance"]
        (weights,) = (source for source in provenance["sources"] if source["resource"] == "csm-weights")
        assert (weights["origin"], weights["name"], weights["genuine"]) == ("path", str(csm), False)
        assert weights["sha256"] == sha256_of(csm / "model.safetensors")
        assert {"config.json", "model.safetensors", "tokenizer.json"} <= {
            one["name"] for one in weights["files"]
        }
        assert provenance["dtype"].startswith("CSM float32, CSM's codec float32")
    assert all(one["outcome"] != "holds" for one in evidence["q11"]["verdicts"])
    found = evidence["q12"]
    stored = found["measurements"]["stored"]
    assert stored["n_equal"] == stored["n_csm"] == stored["n_codec"] > 50
    assert parts(found, "A") == ["holds", "undetermined"]  # random weights say nothing that is understood
    assert parts(found, "B")[0] == "fails"
    decodes = [clip["decode"] for clip in found["measurements"]["clips"] if clip["decode"]]
    assert len(decodes) >= 8
    assert max(decode["difference"] for decode in decodes) <= 1e-5  # what a processor rounds


def test_one_tensor_changed_by_a_thousandth_fails_option_a(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    csm, mimi = folders
    changed = tmp_path / "changed"
    changed.mkdir()
    for file in csm.iterdir():
        (changed / file.name).write_bytes(file.read_bytes())
    tensors = load_file(changed / "model.safetensors")
    tensors[CHANGED] += 1e-3
    save_file(tensors, changed / "model.safetensors", metadata={"format": "pt"})
    found = verify(tmp_path / "proof", changed, mimi, "q12")["q12"]
    stored = found["measurements"]["stored"]
    assert (stored["n_differing"], stored["n_equal"]) == (1, stored["n_csm"] - 1)
    assert stored["first_differing"] == CHANGED.removeprefix("codec_model.")
    assert stored["max_difference"] == pytest.approx(1e-3, abs=1e-7)
    assert parts(found, "A")[0] == "fails"
    assert parts(found, "B")[0] == "holds"
    (verdict,) = (one for one in found["verdicts"] if one["option"] == "A")
    assert (verdict["outcome"], verdict["standing"]) == ("fails", "rehearsal")


def test_for_a_gpu_both_transformers_are_bfloat16_and_the_codec_is_float32(
    folders: tuple[Path, Path],
) -> None:
    """Every tensor of the layout that CUDA is given, and a generation in it, on the CPU."""
    csm = Csm.load(folders[0], "cpu")
    before = {name: tensor.clone() for name, tensor in csm.model.codec_model.state_dict().items()}
    place(csm.model, torch.device("cpu"), torch.bfloat16)
    after = csm.model.codec_model.state_dict()
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())
    floating = {name: one.dtype for name, one in after.items() if one.is_floating_point()}
    assert set(floating.values()) == {torch.float32}
    outside = {
        name: parameter.dtype
        for name, parameter in csm.model.named_parameters()
        if not name.startswith("codec_model.")
    }
    assert set(outside.values()) == {torch.bfloat16}
    parts_of = {name.split(".")[0] for name in outside}
    assert parts_of == {"backbone_model", "depth_decoder", "embed_text_tokens", "lm_head"}
    seen: list[torch.dtype] = []
    hooks = [
        module.register_forward_hook(lambda _module, _inputs, output: seen.append(output.dtype))
        for module in (csm.model.codec_model.encoder.encoder_seanet, csm.model.lm_head)
    ]
    voice = 0.1 * torch.randn(3 * FRAME, generator=torch.Generator().manual_seed(0))
    clips = csm.generate((Turn("0", "No.", voice), Turn("0", "What?")), 4, seed=0, max_frames=6)
    for hook in hooks:
        hook.remove()
    assert set(seen) == {torch.float32, torch.bfloat16}
    assert seen[0] is torch.float32  # the prompt's sound, before anything is generated
    sounds = [csm.decode(clip.codes) for clip in clips if clip.decodable]
    assert sounds
    assert all(sound.dtype is torch.float32 and torch.isfinite(sound).all() for sound in sounds)


def test_float32_stays_float32_on_every_device(pool: ResourcePool) -> None:
    """TF32 keeps ten bits of a product's mantissa, and codes flip with them."""
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    assert pool.device == torch.device("cpu")
    assert (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32) == (False, False)
