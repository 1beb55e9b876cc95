"""CSM is loaded without a second copy of itself in the host's memory, whatever dtype it is stored in."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import CsmForConditionalGeneration

from solvers.hw10.models.codec import mimi_config, random_mimi
from solvers.hw10.models.csm import Csm
from tests.conftest import SMALL
from tests.solvers.hw10.models.small_csm import processor, save, small_csm
from tests.solvers.hw10.models.test_csm import small_codec

# Of the weights as they lie in memory; loading itself takes some megabytes, whatever the size.
MAX_PEAK = 1.3
CHILD = """
import json, re, sys
from pathlib import Path

import torch
import transformers.models.csm.modeling_csm
from transformers import AutoProcessor

import solvers.hw10.standin.codec
from solvers.hw10.models.csm import Csm

def peak():  # not ru_maxrss, which a process takes over from the one that started it
    status = Path("/proc/self/status").read_text()
    return 1024 * int(re.search(r"VmHWM:\\s*(\\d+) kB", status)[1])

before = peak()
csm = Csm.load(Path(sys.argv[1]), "cpu")
# A page of the file is only there once it is read.
total = sum(float(parameter.sum()) for parameter in csm.model.parameters())
n_bytes = sum(parameter.numel() * parameter.element_size() for parameter in csm.model.parameters())
print(json.dumps({"peak": peak() - before, "n_bytes": n_bytes, "finite": total == total, "dtype": csm.dtype}))
"""


def larger_csm() -> Any:
    """80 million parameters, 306 MiB in float32: beside them what loading itself takes is small."""
    csm = small_csm(small_codec())
    config = csm.config
    config.hidden_size, config.intermediate_size, config.num_hidden_layers = 1024, 4096, 4
    config.num_attention_heads, config.head_dim = 8, 128
    config.depth_decoder_config.backbone_hidden_size = 1024
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        larger = CsmForConditionalGeneration(config).eval()
    larger.generation_config._from_model_config = False
    return larger


@pytest.fixture(scope="module")
def larger() -> Any:
    return larger_csm()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=["float32", "bfloat16"])
def test_the_peak_is_the_weights_themselves(larger: Any, dtype: torch.dtype, tmp_path: Path) -> None:
    larger.to(dtype).save_pretrained(tmp_path, max_shard_size="50MB")  # as the official one, in several files
    processor().save_pretrained(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert (found["dtype"], found["finite"]) == ("float32", True)
    assert found["n_bytes"] > 300 * 2**20
    assert 0.9 < found["peak"] / found["n_bytes"] <= MAX_PEAK


def test_stored_in_bfloat16_every_tensor_is_the_one_that_float32_loading_gives(tmp_path: Path) -> None:
    folder = save(small_csm(random_mimi(0, mimi_config(**SMALL))).to(torch.bfloat16), tmp_path)
    widened = CsmForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
    found = Csm.load(folder, "cpu").model
    named = [dict((*one.named_parameters(), *one.named_buffers())) for one in (widened, found)]
    assert named[0].keys() == named[1].keys()
    for name, expected in named[0].items():
        assert named[1][name].dtype == expected.dtype, name
        assert torch.equal(named[1][name], expected), name


def test_of_a_file_with_a_float32_codec_the_codec_keeps_its_digits(tmp_path: Path) -> None:
    csm = small_csm(random_mimi(0, mimi_config(**SMALL)))
    before = {name: one.clone() for name, one in csm.codec_model.state_dict().items()}
    for part in (csm.backbone_model, csm.depth_decoder, csm.lm_head, csm.embed_text_tokens):
        part.to(torch.bfloat16)
    after = Csm.load(save(csm, tmp_path), "cpu").model.codec_model.state_dict()
    assert all(torch.equal(after[name], one) for name, one in before.items())
