"""A small CSM of transformers' own classes: its sizes, its tokenizer and processor, and how it is saved.

It carries the stand-in codec as sesame/csm-1b carries Mimi, and models the first of its codebooks only.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    CsmConfig,
    CsmForConditionalGeneration,
    CsmProcessor,
    EncodecFeatureExtractor,
    PreTrainedTokenizerFast,
)
from transformers.models.csm.configuration_csm import CsmDepthDecoderConfig

from solvers.hw10.models.csm import TEMPERATURE, TOP_K
from solvers.hw10.models.stored_codec import PREFIX
from solvers.hw10.standin.codec import StandinCodecModel

PAD, BOS, EOS, AUDIO, AUDIO_EOS = (
    "<pad>",
    "<|begin_of_text|>",
    "<|end_of_text|>",
    "<|AUDIO|>",
    "<|audio_eos|>",
)
SPECIAL = (PAD, BOS, EOS, AUDIO, AUDIO_EOS)
N_TOKENS = 600  # 256 bytes, so that any text has tokens, and merges up to whole words of the sentences
CODEBOOK_EOS = 0  # as sesame/csm-1b has it
N_EXTRA_CODES = 3  # what its vocabulary has beyond a codebook; the last one pads
# A turn is `bos [role]text eos` as sesame/csm-1b has it, its sound behind it; content in the order that it is
# given. The role stands once more behind the text, where the first frame is predicted from: so near, a small
# model takes notice of it.
TEMPLATE = (
    "{% for message in messages %}{% for content in message['content'] %}"
    "{% if content['type'] == 'text' %}"
    f"{BOS}[{{{{ message['role'] }}}}]{{{{ content['text'] }}}}{EOS}{{{{ message['role'] }}}}"
    "{% else %}"
    f"{AUDIO}{AUDIO_EOS}"
    "{% endif %}{% endfor %}{% endfor %}"
)


@dataclass(frozen=True)
class Sizes:
    """Of the two transformers. The defaults make 8.2 million parameters, 16 MB in float16."""

    n_codebooks: int = 8
    hidden: int = 192
    layers: int = 5
    heads: int = 4
    intermediate: int = 576
    depth_hidden: int = 128
    depth_layers: int = 2
    depth_heads: int = 4
    depth_intermediate: int = 384


def build_processor(texts: Sequence[str], rate_hz: int) -> CsmProcessor:
    """A byte-level BPE tokenizer fitted on the texts, sesame/csm-1b's template, sounds at `rate_hz`."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=N_TOKENS,
        min_frequency=1,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=BOS,
        eos_token=EOS,
        pad_token=PAD,
        additional_special_tokens=[AUDIO, AUDIO_EOS],
    )
    extractor = EncodecFeatureExtractor(feature_size=1, sampling_rate=rate_hz)
    return CsmProcessor(extractor, fast, chat_template=TEMPLATE)


def build_model(
    codec: StandinCodecModel, processor: CsmProcessor, sizes: Sizes, seed: int
) -> CsmForConditionalGeneration:
    """A CSM with random weights and a copy of the codec. One seed gives one model."""
    vocabulary = {
        "num_codebooks": sizes.n_codebooks,
        "vocab_size": codec.config.codebook_size + N_EXTRA_CODES,
    }
    depth = CsmDepthDecoderConfig(
        **vocabulary,
        backbone_hidden_size=sizes.hidden,
        hidden_size=sizes.depth_hidden,
        intermediate_size=sizes.depth_intermediate,
        num_hidden_layers=sizes.depth_layers,
        num_attention_heads=sizes.depth_heads,
        num_key_value_heads=sizes.depth_heads,
        max_position_embeddings=sizes.n_codebooks + 1,
    )
    tokenizer = processor.tokenizer
    pad, bos, audio, audio_eos = tokenizer.convert_tokens_to_ids([PAD, BOS, AUDIO, AUDIO_EOS])
    config = CsmConfig(
        **vocabulary,
        hidden_size=sizes.hidden,
        intermediate_size=sizes.intermediate,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        num_key_value_heads=sizes.heads,
        text_vocab_size=len(tokenizer),
        pad_token_id=pad,
        bos_token_id=bos,
        codebook_pad_token_id=codec.config.codebook_size + N_EXTRA_CODES - 1,
        codebook_eos_token_id=CODEBOOK_EOS,
        audio_token_id=audio,
        audio_eos_token_id=audio_eos,
        depth_decoder_config=depth.to_dict(),
        # Without the path that the codec was loaded from, which is this machine's own.
        codec_config=codec.config.to_dict() | {"_name_or_path": "", "default_quantizers": sizes.n_codebooks},
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = CsmForConditionalGeneration(config)
    model.codec_model.load_state_dict(codec.state_dict())
    model.generation_config._from_model_config = False  # else it is made of the config again
    for part in (model, model.depth_decoder):
        part.generation_config.update(do_sample=True, top_k=TOP_K, temperature=TEMPERATURE)
    return model


def save(model: Any, processor: CsmProcessor, out: Path, *, with_codec: bool = True) -> None:
    """Write the model, rounded to float16, beside `out` and put it in place with a rename.

    Without its codec it is what `csm_folder.complete_csm` completes.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    state = model.state_dict()
    once = {tensor.data_ptr(): tensor.half() for tensor in state.values()}  # tied ones stay one tensor
    halves = {
        name: once[tensor.data_ptr()]
        for name, tensor in state.items()
        if with_codec or not name.startswith(PREFIX)
    }
    with tempfile.TemporaryDirectory(dir=out.parent) as scratch:
        new = Path(scratch) / "new"
        model.save_pretrained(new, state_dict=halves)
        processor.save_pretrained(new)
        if out.exists():
            out.rename(Path(scratch) / "old")
        # safetensors lets only the owner read what it writes; the model is there for all.
        (new / "model.safetensors").chmod(0o644)
        new.rename(out)
