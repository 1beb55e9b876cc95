"""What a small CSM is trained with."""

from typing import Any

import pytest
import torch

from benchmarks.standin_making import csm_data, csm_model
from benchmarks.standin_making.csm_data import SENTENCES
from solvers.hw10.standin.codec import StandinCodecConfig, StandinCodecModel
from tests.benchmarks.standin_making.small import N_CODES, SMALL, VOICES


@pytest.fixture(scope="module")
def codec() -> StandinCodecModel:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        config = StandinCodecConfig(
            num_quantizers=5, codebook_size=N_CODES, codebook_dim=8, griffin_lim_iterations=2
        )
        return StandinCodecModel(config).eval()


@pytest.fixture(scope="module")
def clips() -> csm_data.Clips:
    """Random codes, 5 to 12 frames a sentence, none of what is held out."""
    dice = torch.Generator().manual_seed(1)
    return {
        (voice, sentence): torch.randint(1, N_CODES, (5 + sentence, SMALL.n_codebooks), generator=dice)
        for voice in VOICES
        for sentence in range(len(SENTENCES))
        if not csm_data.is_held_out(voice, sentence)
    }


@pytest.fixture(scope="module")
def processor() -> Any:
    return csm_model.build_processor(csm_data.TEXTS, 24_000)
