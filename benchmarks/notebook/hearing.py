"""Whisper as a notebook uses it: 30 seconds for every clip, one clip and one text at a time."""

import warnings
from typing import Any

import torch
from torch import Tensor
from whisper.audio import log_mel_spectrogram, pad_or_trim
from whisper.tokenizer import get_tokenizer


def transcribe(model: Any, sound: Tensor, language: str) -> str:
    """What `model.transcribe` writes down of a sound float32 `[N]` at 16 kHz."""
    with warnings.catch_warnings():  # whisper leaves its table of tokens open
        warnings.simplefilter("ignore", ResourceWarning)
        text: str = model.transcribe(sound.numpy(), language=language, fp16=False)["text"]
    return text


@torch.inference_mode()
def encoded(model: Any, sound: Tensor) -> Tensor:
    """Features `[1, 1500, state]` of a sound padded to 30 s."""
    mel = log_mel_spectrogram(pad_or_trim(sound), model.dims.n_mels)
    features: Tensor = model.embed_audio(mel[None])
    return features


@torch.inference_mode()
def score(model: Any, features: Tensor, text: str, language: str) -> float:
    """Mean log-probability of a text, nat a token with the end token, by one forward of its own."""
    with warnings.catch_warnings():  # as above
        warnings.simplefilter("ignore", ResourceWarning)
        tokenizer = get_tokenizer(
            model.is_multilingual, num_languages=model.num_languages, language=language, task="transcribe"
        )
    start = list(tokenizer.sot_sequence_including_notimestamps)
    tokens = torch.tensor([[*start, *tokenizer.encode(f" {text}"), tokenizer.eot]])
    log_probs = model.logits(tokens, features)[0].log_softmax(dim=-1)
    each = log_probs[len(start) - 1 : -1].gather(1, tokens[0, len(start) :, None])
    return float(each.mean())
