"""Whisper's greedy decoding of features that are encoded already, where ended texts leave the batch.

Axes: `B` clips, `L` tokens, `P` encoder positions.
"""

import math

import torch
from torch import Tensor
from whisper.decoding import DecodingTask


class FeatureDecoding(DecodingTask):  # type: ignore[misc]  # whisper ships no types
    """`run` takes features `[B, P, state]` of any length. A task serves one batch: it keeps its keys.

    Whisper goes on until the last text of a batch has ended, and in noise one may run on to the limit.
    """

    def _get_audio_features(self, mel: Tensor) -> Tensor:
        return mel

    def _main_loop(self, audio_features: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor, list[float]]:
        """Whisper's own loop: tokens `[B, L]`, sums of log-probabilities `[B]`, no-speech probabilities.

        Ended texts are taken out whenever they are half of what is left, since taking out copies the rest.
        """
        eot: int = self.tokenizer.eot
        n_clips, device = len(tokens), audio_features.device
        left = torch.arange(n_clips, device=device)
        sums, left_sums = torch.zeros(n_clips, device=device), torch.zeros(n_clips, device=device)
        no_speech_probs = [math.nan] * n_clips
        ended: list[tuple[Tensor, Tensor]] = []
        try:
            for step in range(self.sample_len):
                logits = self.inference.logits(tokens, audio_features)
                if step == 0 and self.tokenizer.no_speech is not None:
                    at_start = logits[:, self.sot_index].float().softmax(dim=-1)
                    no_speech_probs = at_start[:, self.tokenizer.no_speech].tolist()
                logits = logits[:, -1]
                for logit_filter in self.logit_filters:
                    logit_filter.apply(logits, tokens)
                tokens, completed = self.decoder.update(tokens, logits, left_sums)
                if completed or tokens.shape[1] > self.n_ctx:
                    break
                running = tokens[:, -1] != eot
                if 2 * int(running.sum()) <= len(running):
                    ended.append((left[~running], tokens[~running]))
                    sums[left] = left_sums
                    left, left_sums, tokens = left[running], left_sums[running], tokens[running]
                    audio_features = audio_features[running]
                    cache = self.inference.kv_cache
                    for module in cache:
                        cache[module] = cache[module][running]
        finally:
            self.inference.cleanup_caching()
        sums[left] = left_sums
        every = tokens.new_full((n_clips, tokens.shape[1]), eot)
        for clips, texts in (*ended, (left, tokens)):
            every[clips, : texts.shape[1]] = texts
        return every, sums, no_speech_probs
