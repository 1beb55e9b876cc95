"""Sesame's CSM: a conversation in, codes of its last turn out, sound by the codec that it carries.

Axes: `B` clips, `T` frames (80 ms), `K` codebooks, `N` samples at the codec's rate (24 kHz).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from questions.common.absent import Absent
from questions.common.errors import SourceError
from questions.quiz import Bilingual
from solvers.evidence.verdicts import Finding, Outcome
from solvers.hw10.models.codec import Codec
from solvers.models.hub_format import in_short, weight_files
from solvers.models.memory import in_batches

if TYPE_CHECKING:
    import torch

# As sesame/csm-1b ships them (its generation_config.json): for the backbone and the depth decoder alike.
TOP_K = 50
TEMPERATURE = 0.9
MAX_FRAMES = 125  # 10 s


@dataclass(frozen=True)
class Turn:
    """What one role says: a text, and how it sounds, float32 `[N]` at the codec's rate."""

    role: str
    text: str
    audio: "torch.Tensor | None" = None

    def message(self) -> dict[str, Any]:
        """As chat templates take it. Text before audio: CSM's template keeps the order it is given."""
        content: list[dict[str, Any]] = [{"type": "text", "text": self.text}]
        if self.audio is not None:
            # An array and not a tensor, which is refused; it is taken to be at 24 kHz.
            content.append({"type": "audio", "path": self.audio.cpu().numpy()})
        return {"role": self.role, "content": content}


@dataclass(frozen=True)
class Generated:
    """One clip: codes int64 `[K, T]` up to the end frame. `capped`: there was none within the limit."""

    codes: "torch.Tensor"
    capped: bool
    codebook_size: int

    @property
    def decodable(self) -> bool:
        """Whether there is a frame, and every code an entry of its codebook.

        CSM's vocabulary is three larger than a codebook, and the three can be sampled.
        """
        return self.codes.numel() > 0 and int(self.codes.max()) < self.codebook_size


class Csm:
    """A loaded CSM on its device, in the dtype that `dtype_on` names but for its codec, which is float32."""

    def __init__(self, model: Any, processor: Any, folder: Path) -> None:
        self.model = model.eval()
        # As the standalone one is run: sounds of both are held against each other to the last bit.
        self.codec = Codec(model.codec_model, ())
        self.processor = processor
        self.folder = folder

    @classmethod
    def load(cls, folder: Path, device: "torch.device | str") -> "Csm":
        """From a folder in the hub's format. SourceError: it holds no whole CSM with its processor."""
        import torch
        from safetensors import SafetensorError
        from transformers import AutoProcessor, CsmForConditionalGeneration
        from transformers.utils.logging import disable_progress_bar

        import solvers.hw10.standin.codec  # noqa: F401  # so that the codec's slot takes the stand-in

        disable_progress_bar()  # ours is on the terminal already
        try:
            processor = AutoProcessor.from_pretrained(folder, local_files_only=True)
            # In the dtype that is stored, tensors are the file's own pages, read where they are needed.
            model, loaded = CsmForConditionalGeneration.from_pretrained(
                folder, dtype=_stored_dtype(folder), local_files_only=True, output_loading_info=True
            )
        except (OSError, ValueError, RuntimeError, TypeError, SafetensorError) as error:
            raise SourceError(f"{folder}: no CSM that transformers can load ({in_short(error)}).") from error
        if loaded["missing_keys"]:  # transformers would fill them with random numbers
            first = min(loaded["missing_keys"])
            raise SourceError(
                f"{folder}: {len(loaded['missing_keys'])} tensors missing, such as {first}; download the "
                "folder again, or give the one that belongs to its config."
            )
        device = torch.device(device)
        place(model, device, dtype_on(device))
        if device.type == "cuda":
            # cuDNN's attention is reported to corrupt or crash with as few key-value heads as here.
            torch.backends.cuda.enable_cudnn_sdp(False)
        return cls(model, processor, folder)

    @property
    def sample_rate_hz(self) -> int:
        """Of the sounds that go in and come out."""
        return self.codec.sample_rate_hz

    @property
    def codec_type(self) -> str:
        """What kind of codec it carries: transformers' name of it, such as mimi."""
        return str(self.codec.model.config.model_type)

    @property
    def dtype(self) -> str:
        """Of the backbone; the codec is float32 always."""
        return str(next(self.model.backbone_model.parameters()).dtype).removeprefix("torch.")

    def generate(
        self, conversation: Sequence[Turn], n_clips: int, seed: int, max_frames: int = MAX_FRAMES
    ) -> tuple[Generated, ...]:
        """So many independent samples of the conversation's last turn, as many at once as fit.

        The same seed gives the same clips where the same number fits, and the caller's random state is left
        as it was. SourceError: one clip alone does not fit into the device's memory.
        """
        messages = [turn.message() for turn in conversation]

        def sampled(clips: range) -> list[Generated]:
            return self._sample([messages] * len(clips), seed + clips.start, max_frames)

        batches = in_batches(sampled, range(n_clips), n_clips, "generating a clip")
        return tuple(clip for batch in batches for clip in batch)

    def _sample(self, messages: list[list[dict[str, Any]]], seed: int, max_frames: int) -> list[Generated]:
        """One batch."""
        import torch

        inputs = self.processor.apply_chat_template(
            messages, tokenize=True, return_dict=True, return_tensors="pt"
        ).to(self.model.device)
        device = self.model.device
        with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
            torch.manual_seed(seed)
            # Codes and not `output_audio`, which hands the codec the padding of clips that ended early.
            codes = self.model.generate(
                **inputs,
                max_new_tokens=max_frames,
                do_sample=True,
                top_k=TOP_K,
                temperature=TEMPERATURE,
                depth_decoder_do_sample=True,
                depth_decoder_top_k=TOP_K,
                depth_decoder_temperature=TEMPERATURE,
            )
        config = self.model.config
        return [trim(row, config.codebook_eos_token_id, self.codec.codebook_size) for row in codes]

    def decode(self, codes: "torch.Tensor") -> "torch.Tensor":
        """Sound float32 `[N]` of codes `[K, T]`, by the codec that CSM carries."""
        return self.codec.decode(codes[None])[0]

    def through_codec(self, audio: "torch.Tensor") -> "torch.Tensor":
        """Sound `[N]` as CSM's codec gives it back: what a prompt sounds like in the model's own terms."""
        return self.decode(self.codec.encode(audio[None, None])[0])[: len(audio)]


def trim(frames: "torch.Tensor", eos: int, codebook_size: int) -> Generated:
    """One row `[T, K]` of what CSM generates, up to its first end frame.

    As generation itself stops, a frame ends the clip by all codebooks but the last one: trimming by all
    of them, as `output_audio` does, can leave that frame in and the padding behind it too.
    """
    ended = (frames[:, :-1] == eos).all(dim=1).nonzero()
    n_frames = int(ended[0]) if len(ended) else len(frames)
    return Generated(frames[:n_frames].T.contiguous(), capped=not len(ended), codebook_size=codebook_size)


def dtype_on(device: "torch.device") -> "torch.dtype":
    """Of both transformers: bfloat16 where the GPU computes in it, else float32.

    A T4 emulates it, more slowly than it computes in float32: 1.6 G parameters are 6.5 GB then.
    """
    import torch

    native = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.bfloat16 if native else torch.float32


def place(model: Any, device: "torch.device", dtype: "torch.dtype") -> None:
    """Bring a model onto its device, both transformers in `dtype`, the codec and all buffers in float32.

    A layer at a time, and there first: neither the host's memory nor the device's ever holds a second copy of
    more than that. Buffers stay wide since rotary frequencies in bfloat16 would blur the positions.
    """
    import torch

    codec = set(model.codec_model.modules())
    for module in model.modules():
        if next(module.children(), None) is None:
            module.to(device)
            for parameter in module.parameters(recurse=False):
                parameter.data = parameter.data.to(torch.float32 if module in codec else dtype)
    model.to(device)  # what belongs to no layer
    for buffer in model.buffers():
        if buffer.is_floating_point():
            buffer.data = buffer.data.float()


def _stored_dtype(folder: Path) -> "torch.dtype":
    """What a folder's weights are loaded in: bfloat16 where all of them are stored so, else float32.

    A file of both is widened by transformers: narrowed to one dtype the codec would lose digits.
    """
    import torch
    from safetensors import safe_open

    found = set()
    for file in weight_files(folder):
        with safe_open(file, framework="pt") as opened:
            found |= {opened.get_slice(name).get_dtype() for name in opened.keys()}  # noqa: SIM118  no mapping
    floating = {name for name in found if name.startswith(("F", "BF"))}
    return torch.bfloat16 if floating == {"BF16"} else torch.float32


def unmeasured(csm: Absent) -> Finding:
    """A part that needs a CSM where there is none."""
    return Finding(
        outcome=Outcome.UNDETERMINED,
        measured=Bilingual(zh="沒有測量", en="nothing was measured"),
        threshold="–",
        reason=Bilingual(
            zh=f"無法測量，程式訊息：「{csm.because}」", en=f"Nothing could be measured: {csm.because}"
        ),
    )
