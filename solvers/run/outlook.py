"""What a run will download, hold in memory and take in time, said before it starts.

How long is what it took where it was timed: `durations.yaml` beside the solvers, by the kind of device.
"""

from dataclasses import dataclass

import yaml

from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion
from solvers.resources.resource import Outlook
from solvers.run.pool import ResourcePool

DURATIONS_FILE = "durations.yaml"


class Duration(Frozen):
    """How long all of a quiz's questions took on a kind of device, and where that was timed."""

    seconds: float
    where: str


@dataclass(frozen=True)
class RunOutlook:
    """Of each model that the questions need, and of the whole."""

    device: str
    models: tuple[Outlook, ...]
    duration: Duration | None

    @property
    def download_bytes(self) -> int:
        """To be downloaded, of all models."""
        return sum(one.download_bytes for one in self.models)

    @property
    def memory_bytes(self) -> int:
        """Of all models' weights, which stay loaded to the end."""
        return sum(one.memory_bytes for one in self.models)

    @property
    def host_bytes(self) -> int:
        """Of the host's memory at most: models are loaded and moved one after the other."""
        return max((one.host_bytes for one in self.models), default=0)


def outlook_of(questions: tuple[AnyQuestion, ...], pool: ResourcePool) -> RunOutlook:
    """What measuring these questions will take. Raises SourceError: no such device, or as finding weights."""
    uses = dict.fromkeys(resource for question in questions for resource in pool.solver_of(question).uses)
    found = (resource.outlook(pool) for resource in uses)
    durations = {
        kind: Duration.model_validate(about)
        for path in pool.pack.data_files(DURATIONS_FILE)
        for kind, about in yaml.safe_load(path.read_text(encoding="utf-8")).items()
    }
    return RunOutlook(
        device=pool.device_name,
        models=tuple(one for one in found if one is not None),
        duration=durations.get(pool.device.type),
    )
