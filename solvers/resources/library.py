"""A library that a verdict rests on, as it is installed: what it computes is its own definition."""

from importlib.metadata import PackageNotFoundError, version

from questions.common.errors import SourceError
from questions.quiz import AnyQuestion, Bilingual
from solvers.evidence.sources import Source
from solvers.resources.resource import Pool, Resource


class Library(Resource[str]):
    """A distribution by its name on the package index; loading it gives its version."""

    def __init__(self, name: str, distribution: str, title: Bilingual, module: str | None = None) -> None:
        """`module` is what is imported, if not of the distribution's own name."""
        self.name = name  # type: ignore[misc]  # one class serves every library
        self.title = title  # type: ignore[misc]
        self.packages = (module or distribution,)  # type: ignore[misc]
        self.distribution = distribution
        self.library = distribution  # type: ignore[misc]

    def sources(self, pool: Pool, question: AnyQuestion) -> tuple[Source, ...]:  # noqa: ARG002
        """The library with its version. Raises SourceError where it is not installed."""
        source = Source(
            resource=self.name,
            origin="library",
            name=self.distribution,
            revision=self._version(),
            genuine=True,
        )
        return (source,)

    def load(self, pool: Pool) -> str:  # noqa: ARG002
        """The installed version. Raises SourceError where there is none."""
        return self._version()

    def _version(self) -> str:
        try:
            return version(self.distribution)
        except PackageNotFoundError as error:
            raise SourceError(
                f"{self.distribution} is not installed; run pip install 'quizproof[solve]'."
            ) from error
