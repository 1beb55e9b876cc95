"""Whisper in batches: greedy transcripts, and how well given texts fit a clip.

openai-whisper always encodes 30 seconds. Our clips last 2 to 12, so the encoder's context is cut
to each clip's own length; `full_context=True` keeps the 30 seconds, for comparison
(`benchmarks/asr_context.py`). A clip's result does not depend on what else is in its batch.

Axes: `B` clips, `N` samples at 16 kHz, `S` texts, `L` tokens, `P` encoder positions (50 a second).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812  torch's own habit
from torch import Tensor
from whisper.audio import (
    HOP_LENGTH,
    N_FFT,
    N_SAMPLES,
    N_SAMPLES_PER_TOKEN,
    SAMPLE_RATE,
    TOKENS_PER_SECOND,
    log_mel_spectrogram,
)
from whisper.decoding import DecodingOptions
from whisper.tokenizer import LANGUAGES, Tokenizer, get_tokenizer

from solvers.audio.clip_lengths import checked_lengths
from solvers.models.threads import on_threads
from solvers.models.whisper import weights as whisper_weights
from solvers.models.whisper.decoding import FeatureDecoding
from solvers.models.whisper.weights import WhisperSource

# openai-whisper's own guards against hallucinated text (whisper.transcribe's defaults, from the
# paper's section 4.5): a text that gzip shrinks this much repeats itself, a mean log-probability
# this low is a guess, and above this the model itself says that nobody speaks.
MAX_COMPRESSION_RATIO = 2.4
MIN_MEAN_LOG_PROB = -1.0
MAX_NO_SPEECH_PROB = 0.6

# Silence kept after the clip. The model was trained on 30 s and ends its text where the speech ends and
# stays away; with 0.5 to 2 s of silence it said some short clips twice, with 3 s as with 30.
CONTEXT_MARGIN: int = 3 * TOKENS_PER_SECOND  # positions
# Contexts are rounded up to half seconds, so that clips of about one length share a batch.
CONTEXT_STEP: int = TOKENS_PER_SECOND // 2  # positions

# No text is longer than its clip: fast speech has 6 tokens a second in English, 10 in Chinese. In noise
# Whisper falls into repeating itself, and a whole batch would wait for its 224 tokens.
MAX_TOKENS_PER_S = 12
MIN_MAX_TOKENS = 12  # for the shortest of clips

MAX_BATCH = 32  # clips encoded at once: about 0.4 GB of activations at 30 s, base
CLIPS_A_THREAD = 2  # scored at once on a CPU: more of them leave the caches, and cores idle at the end
LOGIT_BYTES = 512 * 2**20  # float32 [pairs, L, vocabulary] at once while scoring

# Languages written without spaces between words (whisper.timing): no space before the first word.
UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "yue"})


@dataclass(frozen=True)
class Transcript:
    """What was heard in one clip, with the three numbers that tell speech from hallucination."""

    text: str
    language: str
    mean_log_prob: float  # nat a token, the end token included
    compression_ratio: float  # UTF-8 bytes of the text / zlib-compressed bytes
    no_speech_prob: float  # 0 … 1

    @property
    def looks_like_speech(self) -> bool:
        """Text that passes all three guards.

        Stricter than whisper.transcribe, which lets a confident text overrule `no_speech_prob`:
        noise is often transcribed with confidence.
        """
        return (
            bool(self.text)
            and self.compression_ratio <= MAX_COMPRESSION_RATIO
            and self.mean_log_prob >= MIN_MEAN_LOG_PROB
            and self.no_speech_prob <= MAX_NO_SPEECH_PROB
        )


class Asr:
    """One loaded Whisper. Deterministic, in float32, on the model's own device."""

    def __init__(self, model: Any, source: WhisperSource, device: str | torch.device = "cpu") -> None:
        self.model = model.to(device).float().eval()
        self.source = source
        self.device = torch.device(device)

    @classmethod
    def load(cls, spec: str = whisper_weights.AUTO, device: str | torch.device = "cpu") -> Asr:
        """Load what `spec` stands for (`solvers.models.whisper.weights`). SourceError: as there."""
        loaded = whisper_weights.load(spec, device)
        return cls(loaded.model, loaded.source, device)

    def listen(
        self,
        waveforms: Tensor,
        language: str = "en",
        lengths: Sequence[int] | None = None,
        *,
        full_context: bool = False,
    ) -> Listening:
        """Float32 `[B, N]` at 16 kHz, to be transcribed and scored while being encoded only once.

        `lengths` are the clips' samples where they differ; what lies behind is not heard.
        ValueError: shape, dtype, values, lengths, a clip over 30 s, or a language not spoken.
        """
        lengths = checked_lengths(waveforms, lengths)
        for clip, length in enumerate(lengths):
            if length > N_SAMPLES:
                raise ValueError(
                    f"Clip {clip} lasts {length / SAMPLE_RATE:.1f} s and Whisper hears "
                    f"{N_SAMPLES // SAMPLE_RATE} s at most: cut it."
                )
        return Listening(self, waveforms, lengths, language, self._tokenizer(language), full_context)

    def transcribe(
        self,
        waveforms: Tensor,
        language: str = "en",
        lengths: Sequence[int] | None = None,
        *,
        full_context: bool = False,
    ) -> tuple[Transcript, ...]:
        """`Listening.transcripts` of what `listen` takes. ValueError: as there."""
        return self.listen(waveforms, language, lengths, full_context=full_context).transcripts()

    def score(
        self,
        waveforms: Tensor,
        texts: Sequence[str],
        language: str = "en",
        lengths: Sequence[int] | None = None,
        *,
        full_context: bool = False,
    ) -> Tensor:
        """`Listening.scores` of what `listen` takes: float32 `[B, S]`. ValueError: as both."""
        return self.listen(waveforms, language, lengths, full_context=full_context).scores(texts)

    def _max_tokens(self, n_samples: int) -> int:
        """Tokens that a text of so many samples has at most, the same for clips of one cut context."""
        duration_s = (context_positions(n_samples) - CONTEXT_MARGIN) / TOKENS_PER_SECOND
        tokens: int = MIN_MAX_TOKENS + math.ceil(MAX_TOKENS_PER_S * duration_s)
        return min(tokens, int(self.model.dims.n_text_ctx) // 2)

    def _tokenizer(self, language: str) -> Tokenizer:
        if language not in LANGUAGES:
            raise ValueError(f"Language {language!r} is not one of Whisper's codes, such as 'en' or 'zh'.")
        if language != "en" and not self.model.is_multilingual:
            raise ValueError(
                f"Whisper {self.source.name} knows English alone and cannot hear {language!r}: "
                "use a multilingual model such as base."
            )
        with warnings.catch_warnings():  # whisper leaves its table of tokens open
            warnings.simplefilter("ignore", ResourceWarning)
            return get_tokenizer(
                self.model.is_multilingual,
                num_languages=self.model.num_languages,
                language=language,
                task="transcribe",
            )

    def _mel(self, waveform: Tensor, positions: int) -> Tensor:
        """Log-mel `[n_mels, 2P]` of one clip followed by silence.

        One clip at a time, because whisper's log_mel_spectrogram sets its floor by the loudest
        point of all it is given: in a batch a loud neighbour would raise a quiet clip's floor.
        """
        # Silence past the last frame's window, so that no frame sees the STFT's mirrored edge.
        padding = positions * N_SAMPLES_PER_TOKEN + N_FFT + HOP_LENGTH - waveform.shape[0]
        mel: Tensor = log_mel_spectrogram(
            waveform, self.model.dims.n_mels, padding=padding, device=self.device
        )
        return mel[:, : 2 * positions]

    def _encode(self, mel: Tensor) -> Tensor:
        """The encoder on `[B, n_mels, 2P]`: whisper's own forward, less its demand for 30 s."""
        encoder = self.model.encoder
        x = F.gelu(encoder.conv2(F.gelu(encoder.conv1(mel)))).permute(0, 2, 1)
        x = x + encoder.positional_embedding[: x.shape[1]]
        for block in encoder.blocks:
            x = block(x)
        features: Tensor = encoder.ln_post(x)
        return features

    def _log_probs(self, features: Tensor, tokens: Tensor, start: int) -> Tensor:
        """Log-probabilities `[B, S, L]` of `tokens` `[S, …]` from `start` on, given features `[B, P, state]`.

        The decoder's own forward, but a clip's texts share one cross-attention: its keys and
        values, most of the work, are then projected once a clip rather than once a pair.
        """
        decoder = self.model.decoder
        n_clip, (n_text, n_token) = features.shape[0], tokens.shape
        x = decoder.token_embedding(tokens) + decoder.positional_embedding[:n_token]
        x = x.repeat(n_clip, 1, 1)  # [B*S, L, state], the texts of one clip side by side
        for block in decoder.blocks:
            x = x + block.attn(block.attn_ln(x), mask=decoder.mask)[0]
            queries = block.cross_attn_ln(x).view(n_clip, n_text * n_token, -1)
            x = x + block.cross_attn(queries, features)[0].view(x.shape)
            x = x + block.mlp(block.mlp_ln(x))
        x = decoder.ln(x)[:, start - 1 : -1]  # what predicts the text and the end
        logits = x @ decoder.token_embedding.weight.T
        targets = tokens[:, start:].repeat(n_clip, 1)
        log_probs = -F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
        return log_probs.view(n_clip, n_text, -1)


@dataclass(frozen=True)
class Listening:
    """Clips as `Asr.listen` takes them. They are encoded at the first question, and not again."""

    asr: Asr
    waveforms: Tensor
    lengths: tuple[int, ...]
    language: str
    tokenizer: Tokenizer
    full_context: bool

    @torch.inference_mode()
    def encode(self) -> None:
        """Encode now, as the first question does otherwise: on all cores, though decoding be kept to one."""
        _ = self._encoded

    @torch.inference_mode()
    def transcripts(self) -> tuple[Transcript, ...]:
        """Greedy transcripts at temperature 0, without timestamps.

        A clip whose text repeats itself, the one thing a cut context is known to cause, is heard again
        with 30 s.
        """
        heard: dict[int, Transcript] = {}
        for clips, features in self._encoded:
            options = DecodingOptions(
                language=self.language,
                temperature=0.0,
                sample_len=self.asr._max_tokens(max(self.lengths[clip] for clip in clips)),
                without_timestamps=True,
                fp16=False,
            )
            results = FeatureDecoding(self.asr.model, options).run(features)
            for clip, result in zip(clips, results, strict=True):
                heard[clip] = Transcript(
                    text=result.text,
                    language=self.language,
                    mean_log_prob=result.avg_logprob,
                    compression_ratio=result.compression_ratio,
                    no_speech_prob=result.no_speech_prob,
                )
        if not self.full_context:
            for clip, transcript in heard.items():
                if transcript.compression_ratio > MAX_COMPRESSION_RATIO:
                    # Alone, since the longest of a batch sets how far a text may run.
                    again = self.waveforms[clip : clip + 1, : self.lengths[clip]]
                    (heard[clip],) = self.asr.transcribe(again, self.language, full_context=True)
        return tuple(heard[clip] for clip in range(len(self.waveforms)))

    @torch.inference_mode()
    def scores(self, texts: Sequence[str], clips: Sequence[int] | None = None) -> Tensor:
        """Mean log-probability a token of each text in each clip: float32 `[B, S]` on the CPU, nat.

        The mean is over the text's tokens and the end token. `clips` are the ones to be scored, all
        unless given. ValueError: a text that is empty or over 224 tokens.
        """
        log_probs, tokens = self.log_probs(texts, clips)
        return log_probs.sum(dim=-1) / torch.tensor([len(row) for row in tokens])

    @torch.inference_mode()
    def log_probs(
        self, texts: Sequence[str], clips: Sequence[int] | None = None
    ) -> tuple[Tensor, tuple[tuple[int, ...], ...]]:
        """What `scores` is the mean of: float32 `[B, S, L]` on the CPU, nat, and each text's tokens.

        A text's last token is the end token; behind it stand zeros. `clips`, ValueError: as `scores`.
        """
        dims = self.asr.model.dims
        tokens, counts, start = _tokenised(self.tokenizer, texts, self.language, dims.n_text_ctx)
        given, targets = tokens.to(self.asr.device), tokens[:, start:]
        rows = {clip: row for row, clip in enumerate(range(len(self.waveforms)) if clips is None else clips)}
        found = torch.empty(len(rows), *targets.shape, device=self.asr.device)
        clip_bytes = 4 * tokens.shape[1] * dims.n_vocab * len(texts)
        most = max(1, LOGIT_BYTES // clip_bytes)
        on_cpu = self.asr.device.type == "cpu"
        step = min(most, CLIPS_A_THREAD) if on_cpu else most
        chunks = []
        for members, features in self._encoded:
            asked = [index for index, clip in enumerate(members) if clip in rows]
            chunks += [
                ([rows[members[index]] for index in some], features[some])
                for some in (asked[i : i + step] for i in range(0, len(asked), step))
            ]
        scored = torch.inference_mode()(lambda chunk: self.asr._log_probs(chunk[1], given, start))
        parts = on_threads(scored, chunks, self.asr.device, most=max(1, most // step))
        for (places, _), part in zip(chunks, parts, strict=True):
            found[places] = part
        inside = torch.arange(targets.shape[1]) < counts[:, None]
        own = (tuple(row[:n]) for row, n in zip(targets.tolist(), counts.tolist(), strict=True))
        return found.cpu() * inside, tuple(own)

    @cached_property
    def _encoded(self) -> tuple[tuple[tuple[int, ...], Tensor], ...]:
        """Clips of one context length at a time: their indices, and features `[B, P, state]`."""
        most: int = self.asr.model.dims.n_audio_ctx
        positions = [most if self.full_context else min(most, context_positions(n)) for n in self.lengths]
        groups: dict[int, list[int]] = {}
        for clip, n_positions in enumerate(positions):
            groups.setdefault(n_positions, []).append(clip)
        batches = [
            tuple(members[i : i + MAX_BATCH])
            for members in groups.values()
            for i in range(0, len(members), MAX_BATCH)
        ]

        @torch.inference_mode()
        def features_of(clips: tuple[int, ...]) -> Tensor:
            mel = [
                self.asr._mel(self.waveforms[clip, : self.lengths[clip]], positions[clip]) for clip in clips
            ]
            return self.asr._encode(torch.stack(mel))

        if self.asr.device.type != "cpu" or len(self.lengths) == 1:  # a clip that is alone has all threads
            return tuple((clips, features_of(clips)) for clips in batches)
        every = chain.from_iterable(batches)
        found = iter(on_threads(features_of, [(clip,) for clip in every], self.asr.device))
        return tuple((clips, torch.cat([next(found) for _ in clips])) for clips in batches)


def context_positions(n_samples: int) -> int:
    """Encoder positions for a clip of so many samples: its length, a margin, rounded up."""
    positions: int = math.ceil(n_samples / N_SAMPLES_PER_TOKEN) + CONTEXT_MARGIN
    return CONTEXT_STEP * math.ceil(positions / CONTEXT_STEP)


def _tokenised(
    tokenizer: Tokenizer, texts: Sequence[str], language: str, n_text_ctx: int
) -> tuple[Tensor, Tensor, int]:
    """Tokens int64 `[S, L]` padded with the end token, scored tokens a text `[S]`, their start."""
    start = list(tokenizer.sot_sequence_including_notimestamps)
    lead = "" if language in UNSPACED else " "
    rows = []
    for text in texts:
        if not text.strip():
            raise ValueError("A text to score is empty: give words.")
        row = [*start, *tokenizer.encode(lead + text.strip()), tokenizer.eot]
        if len(row) > n_text_ctx // 2:  # what whisper itself lets a segment have
            raise ValueError(
                f"A text to score has {len(row)} tokens and Whisper takes {n_text_ctx // 2}: "
                f"shorten {text.strip()[:40]!r}…"
            )
        rows.append(torch.tensor(row))
    if not rows:
        raise ValueError("There is no text to score: give at least one.")
    counts = torch.tensor([len(row) - len(start) for row in rows])
    tokens = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=tokenizer.eot)
    return tokens, counts, len(start)
