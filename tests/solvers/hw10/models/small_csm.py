"""A CSM of the real classes at toy size: random weights, characters as tokens, sesame/csm-1b's template.

Folders are written by save_pretrained, so that loading them goes the way the published one goes.
"""

from pathlib import Path
from typing import Any

import torch
from tokenizers import Regex, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split
from transformers import (
    CsmConfig,
    CsmForConditionalGeneration,
    CsmProcessor,
    EncodecFeatureExtractor,
    PreTrainedTokenizerFast,
)
from transformers.models.csm.configuration_csm import CsmDepthDecoderConfig

SPECIAL = ("<pad>", "<|begin_of_text|>", "<|end_of_text|>", "<|AUDIO|>", "<|audio_eos|>", "<unk>")
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,?!'$[]"
# A turn is `bos [role]text eos`, its sound behind it; content in the order that it is given.
TEMPLATE = (
    "{% for message in messages %}{% for content in message['content'] %}"
    "{% if content['type'] == 'text' %}"
    "<|begin_of_text|>[{{ message['role'] }}]{{ content['text'] }}<|end_of_text|>"
    "{% else %}<|AUDIO|><|audio_eos|>{% endif %}"
    "{% endfor %}{% endfor %}"
)


def processor() -> Any:
    vocabulary = {token: index for index, token in enumerate((*SPECIAL, *ALPHABET))}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Split(Regex("."), "isolated")
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<|begin_of_text|>",
        eos_token="<|end_of_text|>",
        pad_token="<pad>",
        unk_token="<unk>",
        additional_special_tokens=["<|AUDIO|>", "<|audio_eos|>"],
    )
    extractor = EncodecFeatureExtractor(feature_size=1, sampling_rate=24_000)
    return CsmProcessor(extractor, fast, chat_template=TEMPLATE)


def small_csm(codec: Any, seed: int = 0, *, only_codes: bool = True) -> Any:
    """A random CSM with a copy of `codec`.

    Its vocabulary is three larger than a codebook, as the published one's; `only_codes` keeps those three
    from being sampled. With two small codebooks an end frame comes by chance, with many it never does.
    """
    n_codebooks, size = codec.config.num_quantizers, codec.config.codebook_size
    sizes = {
        "num_codebooks": n_codebooks,
        "vocab_size": size + 3,
        "hidden_size": 32,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
    }
    depth = CsmDepthDecoderConfig(**sizes, backbone_hidden_size=32, max_position_embeddings=n_codebooks + 1)
    config = CsmConfig(
        **sizes,
        text_vocab_size=len(SPECIAL) + len(ALPHABET),
        pad_token_id=0,
        bos_token_id=1,
        codebook_pad_token_id=size + 2,
        audio_token_id=3,
        audio_eos_token_id=4,
        depth_decoder_config=depth.to_dict(),
        codec_config=codec.config,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        csm = CsmForConditionalGeneration(config).eval()
    csm.codec_model.load_state_dict(codec.state_dict())
    csm.generation_config._from_model_config = False
    if only_codes:
        for transformer in (csm, csm.depth_decoder):
            transformer.generation_config.suppress_tokens = [size, size + 1, size + 2]
    return csm


def save(csm: Any, folder: Path) -> Path:
    csm.save_pretrained(folder)
    processor().save_pretrained(folder)
    return folder
