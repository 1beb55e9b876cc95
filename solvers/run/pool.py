"""What a command works with: resources found and loaded once, on one device."""

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from questions.common.errors import SourceError
from questions.quiz import AnyQuestion, QuizSpec
from solvers.evidence.sources import Source
from solvers.fetching.network import begin_probe
from solvers.models.workers import Workers
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.resources.course_audio import STANDIN_FILES
from solvers.resources.resource import Found, Resource, Setup, Weights
from solvers.run.catalog import Pack
from solvers.run.solver import Solver

if TYPE_CHECKING:
    import torch

DEVICES = re.compile(r"cpu|mps|cuda(:[0-9]{1,3})?")

LoadedT = TypeVar("LoadedT")


class ResourcePool:
    """The resources of one command. Everything is found and loaded on first use, once."""

    def __init__(self, setup: Setup, pack: Pack) -> None:
        self.setup = setup
        self.pack = pack
        self._found: dict[str, Found | SourceError] = {}
        self._loaded: dict[str, Any] = {}
        self._probed = False

    @cached_property
    def workers(self) -> Workers:
        """Processes of this machine, or of the cluster. Raises SourceError for an address that is none."""
        return Workers(self.setup.jobs, self.setup.cluster)

    @cached_property
    def device(self) -> "torch.device":
        """The device asked for, else the best there is; float32 stays float32 on all of them."""
        import torch

        if self.setup.jobs is not None:
            torch.set_num_threads(self.setup.jobs)
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
        """The device, and the name of the chip where it has one; the processor where none was asked for."""
        if "device" not in self.__dict__:
            return "cpu"
        import torch

        if self.device.type != "cuda":
            return str(self.device)
        return f"{self.device} ({torch.cuda.get_device_name(self.device)})"

    @property
    def standin_files(self) -> tuple[Path, ...]:
        """The folders with the stand-ins of the quiz's files."""
        return tuple(self.pack.data_files(STANDIN_FILES))

    def found(self, weights: Weights[Any]) -> Found:
        """Where weights lie; what the hub refuses is not asked for again by every question."""
        if weights.name not in self._found:
            self._begin_probes()
            try:
                self._found[weights.name] = weights.find(self.setup)
            except SourceError as error:
                self._found[weights.name] = error
        sought = self._found[weights.name]
        if isinstance(sought, SourceError):
            raise type(sought)(str(sought)) from sought
        return sought

    def get(self, resource: Resource[LoadedT]) -> LoadedT:
        """A resource, loaded. Raises SourceError."""
        if resource.name not in self._loaded:
            self._loaded[resource.name] = resource.load(self)
        return cast("LoadedT", self._loaded[resource.name])

    def put(self, resource: Resource[LoadedT], loaded: LoadedT) -> None:
        """Take what somebody has loaded already."""
        self._loaded[resource.name] = loaded

    @property
    def loaded(self) -> frozenset[str]:
        """The names of the resources that have been loaded."""
        return frozenset(self._loaded)

    def sources_of(self, question: AnyQuestion, uses: Iterable[Resource[Any]]) -> tuple[Source, ...]:
        """What measuring a question would read now, found without loading a model."""
        found = [source for resource in uses for source in resource.sources(self, question)]
        if COURSE_AUDIO not in uses:
            own = (COURSE_AUDIO.own(self, question, name) for name in question.inputs.files)
            found += [file.source for file in own if file]
        return tuple(dict.fromkeys(found))

    def solver_of(self, question: AnyQuestion) -> Solver[Any]:
        """The solver that a question names."""
        return self.pack.solver(question.solver)

    def _begin_probes(self) -> None:
        """Ask all hosts at once: no network then costs one wait and not one a host."""
        if self._probed or self.setup.models == "standin":
            return
        self._probed = True
        for name in self.pack.resource_names:
            for host in self.pack.resource(name).hosts(self.setup):
                begin_probe(host)


def resources_of(quiz: QuizSpec, pack: Pack) -> tuple[Resource[Any], ...]:
    """All that a quiz's verdicts rest on and its solvers read, each once, as the questions come."""
    found: dict[str, Resource[Any]] = {}
    for question in quiz.questions:
        for resource in pack.solver(question.solver).uses:
            found.setdefault(resource.name, resource)
        for option in question.options:
            for part in option.parts:
                for name in question.resources_of(part):
                    found.setdefault(name, pack.resource(name))
    return tuple(found.values())
