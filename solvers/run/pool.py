"""What a command works with: models found and loaded once, on one device, and the course's files."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from questions.quiz import AnyQuestion, Rest
from solvers.evidence.verdicts import Source
from solvers.fetching import hub
from solvers.fetching.network import begin_probe
from solvers.hw10.models.versions import check_transformers
from solvers.models.hub_format import in_short, require_type
from solvers.models.whisper import weights as whisper_weights
from solvers.resources import weights as sources
from solvers.resources.course_audio import find_input
from solvers.resources.lock import Lock
from solvers.resources.weights import Found, Models

if TYPE_CHECKING:
    import torch

    from solvers.hw10.models.codec import Codec
    from solvers.hw10.models.csm import Csm
    from solvers.hw10.resources.emovdb import EmotionSet
    from solvers.models.speaker.encoder import Voices
    from solvers.models.whisper.asr import Asr

DEVICES = re.compile(r"cpu|mps|cuda(:[0-9]{1,3})?")


@dataclass(frozen=True)
class Setup:
    """What the user asked for."""

    models: Models = "auto"
    codec: Path | None = None
    whisper: str = whisper_weights.AUTO
    audio_dir: Path | None = None
    device: str = "auto"
    seed: int = 0
    threads: int | None = None
    voices: Path | None = None
    csm: Path | None = None
    lock: Lock = field(default_factory=Lock)


class Workshop:
    """Models and files of one command. Everything is found and loaded on first use, once."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._sought: dict[Rest, Found | SourceError] = {}

    @cached_property
    def device(self) -> "torch.device":
        """The device asked for, else the best there is; float32 stays float32 on all of them."""
        import torch

        if self.setup.threads is not None:
            torch.set_num_threads(self.setup.threads)
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        name = self.setup.device
        if name == "auto":
            accelerators = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
            name = next((kind for kind, there in accelerators.items() if there), "cpu")
        if not DEVICES.fullmatch(name):
            raise SourceError(f"--device {name}: no such device; allowed: auto, cpu, cuda, cuda:N, mps.")
        try:
            return torch.empty(0, device=name).device
        except (RuntimeError, AssertionError) as error:
            raise SourceError(f"--device {name}: torch cannot use it here ({error}).") from error

    @property
    def device_name(self) -> str:
        """The device, and the name of the chip where it has one."""
        import torch

        if self.device.type != "cuda":
            return str(self.device)
        return f"{self.device} ({torch.cuda.get_device_name(self.device)})"

    @cached_property
    def found_codec(self) -> Found:
        """The codec's folder, without loading it."""
        return self._find(Rest.CODEC_WEIGHTS, sources.find_codec, self.setup.codec)

    def _find(
        self, role: Rest, find: Callable[[Models, Path | None, str | None], Found], folder: Path | None
    ) -> Found:
        """Look for weights, once: what the hub refuses is not asked for again by every question."""
        if role not in self._sought:
            self._begin_probes()
            try:
                self._sought[role] = find(self.setup.models, folder, self.setup.lock.revision_of(role))
            except SourceError as error:
                self._sought[role] = error
        sought = self._sought[role]
        if isinstance(sought, SourceError):
            raise SourceError(str(sought)) from sought
        return sought

    @cached_property
    def asr_source(self) -> Source:
        """Whisper's weights, without loading them."""
        self._begin_probes()
        found = whisper_weights.identify(self._whisper)
        return Source(
            role=Rest.ASR_WEIGHTS,
            origin=found.origin,
            name=found.name if found.origin == "path" else f"Whisper {found.name}",
            sha256=found.sha256,
            genuine=found.known_digest,
            note="" if found.known_digest else "not known by digest",
        )

    @cached_property
    def codec(self) -> "Codec":
        """The codec on its device, in float32. Raises SourceError: its files hold no whole codec."""
        check_transformers()
        import torch
        from safetensors import SafetensorError
        from transformers import AutoModel
        from transformers.utils.logging import disable_progress_bar

        from solvers.hw10.models.codec import Codec, architecture_source
        from solvers.hw10.standin.codec import StandinCodecConfig  # so that AutoModel knows the stand-in

        found = self.found_codec
        require_type(found.path, ("mimi", StandinCodecConfig.model_type), "the codec")
        disable_progress_bar()  # ours is on the terminal already
        try:
            model, loaded = AutoModel.from_pretrained(
                found.path, dtype=torch.float32, local_files_only=True, output_loading_info=True
            )
        except (OSError, ValueError, RuntimeError, TypeError, SafetensorError) as error:
            raise SourceError(
                f"{found.path}: no codec that transformers can load ({in_short(error)})."
            ) from error
        if loaded["missing_keys"]:  # transformers would fill them with random numbers
            first = min(loaded["missing_keys"])
            raise SourceError(
                f"{found.path}: {len(loaded['missing_keys'])} tensors missing, such as {first}; "
                "download the folder again, or give the one that belongs to its config."
            )
        architecture = architecture_source(model, f"{type(model).__name__} of {found.source.name}")
        return Codec(model.to(self.device), (found.source, architecture))

    @cached_property
    def architecture(self) -> "Codec":
        """A Mimi to read shapes and dtypes from: the weights at hand, else seeded random ones."""
        check_transformers()
        from solvers.hw10.models.codec import Codec, architecture_source, random_mimi

        if self.found_codec.source.origin != "stand-in" and self.codec.model.config.model_type == "mimi":
            return self.codec
        model = random_mimi(self.setup.seed)
        source = architecture_source(
            model, f"MimiModel(MimiConfig()), random weights, seed {self.setup.seed}"
        )
        return Codec(model.to(self.device), (source,))

    @cached_property
    def asr(self) -> "Asr":
        """Whisper on its device."""
        from solvers.models.whisper.asr import Asr

        return Asr.load(self._whisper, self.device)

    @property
    def _whisper(self) -> str:
        """Asked for stand-ins, nothing asks the network: the packaged weights are real ones too."""
        automatic = self.setup.whisper == whisper_weights.AUTO
        return "package:base" if automatic and self.setup.models == "standin" else self.setup.whisper

    def _begin_probes(self) -> None:
        """Ask all hosts at once: no network then costs one wait and not one a host."""
        if self.setup.models != "standin":
            begin_probe(hub.endpoint())
            if find_spec("whisper") is not None:
                begin_probe(whisper_weights.named_urls()[whisper_weights.PREFERRED_NAME])

    @cached_property
    def found_voices(self) -> Found:
        """The speaker encoder's files, without loading them."""
        return self._find(Rest.SPEAKER_WEIGHTS, sources.find_voices, self.setup.voices)

    @cached_property
    def voices(self) -> "Voices":
        """The speaker encoder on its device."""
        if self.found_voices.path.is_dir():
            require_type(self.found_voices.path, ("wavlm",), "the speaker encoder")
        from solvers.models.speaker.encoder import Voices

        return Voices.load(self.found_voices, self.device)

    @cached_property
    def found_csm(self) -> Found:
        """CSM's folder, without loading it. Raises SourceError where there is none."""
        return self._find(Rest.CSM_WEIGHTS, sources.find_csm, self.setup.csm)

    @cached_property
    def csm(self) -> "Csm":
        """CSM on its device. Raises SourceError: there is none, or its files hold no whole one."""
        found = self.found_csm
        require_type(found.path, ("csm",), "CSM")
        check_transformers()
        from solvers.hw10.models.csm import Csm
        from solvers.hw10.standin.csm_folder import complete_csm

        is_standin = found.source.origin == "stand-in"
        return Csm.load(complete_csm(found.path) if is_standin else found.path, self.device)

    def input(self, question: AnyQuestion, name: str) -> Found:
        """A file the question reads, by the name it has in the spec."""
        return find_input(question.inputs[name], self.setup.audio_dir, self.setup.models)

    def course_input(self, question: AnyQuestion, name: str) -> Found | None:
        """The course's own file where the user has it, never a stand-in."""
        if self.setup.audio_dir is None:
            return None
        try:
            return find_input(question.inputs[name], self.setup.audio_dir, "official")
        except SourceError:
            return None

    @cached_property
    def emotions(self) -> "EmotionSet":
        """Emotional speech and its digest, without reading the sounds."""
        from solvers.hw10.resources.emovdb import find_emotions

        return find_emotions(self.setup.models, self.setup.audio_dir)

    def sources_of(self, question: AnyQuestion, uses: tuple[Rest, ...]) -> tuple[Source, ...]:
        """What measuring a question would read now, found without loading a model."""
        found: list[Source] = []
        if Rest.CODEC_WEIGHTS in uses or Rest.ARCHITECTURE in uses:
            found.append(self.found_codec.source)
        if Rest.CSM_WEIGHTS in uses:
            # A question that needs it says itself what it lacks, and judges what it can without.
            with suppress(SourceError):
                found.append(self.found_csm.source)
        if Rest.ASR_WEIGHTS in uses:
            found.append(self.asr_source)
        if Rest.SPEAKER_WEIGHTS in uses:
            found.append(self.found_voices.source)
        if Rest.EMOVDB in uses:
            found.append(self.emotions.source)
        if Rest.UMAP in uses:
            found.append(sources.library_source(Rest.UMAP, "umap-learn"))
        if Rest.COURSE_AUDIO in uses:
            found.extend(self.input(question, name).source for name in question.inputs)
        else:
            own = (self.course_input(question, name) for name in question.inputs)
            found.extend(file.source for file in own if file)
        return tuple(found)
