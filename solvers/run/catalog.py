"""Finds a quiz and what its questions name: solvers, resources and cards, each a module of the quiz's pack.

A quiz that ships is a pack: `questions/NAME`, `solvers/NAME`, `reports/NAME`. Any other is a folder with its
`quiz.yaml`, its solver modules beside it, its own resources in `resources/` and cards in `cards/`; it may
also name a pack that ships, whose modules are then looked up after its own. Such a folder is code.
"""

import importlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from questions.claims import Claim
from questions.common.errors import QuizproofError, SpecError
from questions.common.messages import did_you_mean, listed, plain_path, show
from questions.load import PACKS_DIR, QUIZ_FILE, load_quiz
from questions.quiz import Inputs, QuizSpec
from solvers.resources.resource import Resource
from solvers.run.solver import Solver

DEFAULT_QUIZ = "hw10"
SHARED_RESOURCES = "solvers.resources"
SOLVER, RESOURCE, CARD = "SOLVER", "RESOURCE", "CARD"
OUTSIDE = "quizproof_quiz_"  # how packages of quizzes outside the package begin


@dataclass(frozen=True)
class Pack:
    """The packages in which a quiz's modules are looked up, the first found wins."""

    solvers: tuple[str, ...]
    resources: tuple[str, ...]
    cards: tuple[str, ...]

    @cached_property
    def solver_names(self) -> tuple[str, ...]:
        """The solvers that a question can name."""
        return tuple(sorted({name for package in self.solvers for name in _holding(package, SOLVER)}))

    @cached_property
    def resource_names(self) -> tuple[str, ...]:
        """What a verdict can rest on."""
        found = {name for package in self.resources for name in _holding(package, RESOURCE)}
        return tuple(sorted(name.replace("_", "-") for name in found))

    def solver(self, name: str) -> Solver[Any]:
        """The solver of that name. Raises SpecError: there is none, or its module cannot be imported."""
        return _member(_module(self.solvers, name, SOLVER), SOLVER, Solver)

    def digest_of(self, solver: str) -> str | None:
        """SHA-256 of an outside quiz's solver as it is written; None for one that ships, which has a version.

        Whoever writes a quiz of their own changes `measure` and forgets the version.
        """
        package = next((one for one in self.solvers if _holds(one, solver, SOLVER)), "")
        if not package.startswith(OUTSIDE):
            return None
        files = [path for folder in _folders(package) for path in _written(folder, solver)]
        return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()

    def claims_of(self, solver: str) -> tuple[type[Claim], ...]:
        """The claims that a solver understands. Raises SpecError as `solver`."""
        return self.solver(solver).claims

    def inputs_of(self, solver: str) -> type[Inputs]:
        """What a solver takes from a question's inputs. Raises SpecError as `solver`."""
        return self.solver(solver).inputs

    def resource(self, name: str) -> Resource[Any]:
        """The resource of that name. Raises SpecError as `solver`."""
        kind: type[Resource[Any]] = Resource  # type: ignore[type-abstract]  # asked for by isinstance alone
        return _member(_module(self.resources, name.replace("-", "_"), RESOURCE), RESOURCE, kind)

    def known_resource(self, name: str) -> Resource[Any] | None:
        """The resource of that name, or None where the quiz knows none. Raises SpecError as `solver`."""
        return self.resource(name) if name in self.resource_names else None

    def card(self, solver: str) -> ModuleType | None:
        """The module of a solver's card; None where it has none."""
        return _module(self.cards, solver, CARD)

    def data_files(self, name: str) -> Iterator[Path]:
        """The files of that name beside the solvers."""
        for package in self.solvers:
            for folder in _folders(package):
                if (path := folder / name).exists():
                    yield path


def shipped() -> dict[str, Path]:
    """The quizzes that ship, by name."""
    return {path.parent.name: path.parent for path in sorted(PACKS_DIR.glob(f"*/{QUIZ_FILE}"))}


def find_quiz(name_or_folder: str | Path | None) -> Path:
    """The folder of a quiz, by the name of one that ships or by its path. Raises SpecError."""
    named = str(name_or_folder or DEFAULT_QUIZ)
    known = shipped()
    if named in known:
        return known[named]
    folder = Path(named)
    if folder.is_dir():
        return folder
    hint = did_you_mean(named, known)
    allowed = f"a folder, {listed(known)}"
    raise SpecError([f"--quiz {show(named)}: no such quiz; allowed: {allowed}{hint}"])


def load(name_or_folder: str | Path | None = None) -> QuizSpec:
    """The quiz of that name or folder, checked as a whole; HW10 unless said. Raises SpecError."""
    return load_quiz(find_quiz(name_or_folder), pack_at)


def pack_of(quiz: QuizSpec) -> Pack:
    """The pack of a loaded quiz."""
    return pack_at(quiz.folder, quiz.quiz.pack)


def pack_at(folder: Path, pack: str | None) -> Pack:
    """The pack of a quiz folder that names `pack`. Raises SpecError where no such pack ships."""
    return _pack_at(folder.resolve(), pack)


@cache
def _pack_at(folder: Path, pack: str | None) -> Pack:
    own, packs = [], []
    if folder.parent == PACKS_DIR.resolve():
        packs.append(folder.name)
    else:
        own.append(_package_for(folder))
    if pack is not None:
        known = shipped()
        if pack not in known:
            hint = did_you_mean(pack, known)
            raise SpecError([f"no pack {show(pack)} ships; allowed: {listed(known)}{hint}"])
        packs.append(pack)
    return Pack(
        solvers=(*own, *(f"solvers.{name}" for name in packs)),
        resources=(
            *(f"{package}.resources" for package in own),
            *(f"solvers.{name}.resources" for name in packs),
            SHARED_RESOURCES,
        ),
        cards=(*(f"{package}.cards" for package in own), *(f"reports.{name}" for name in packs)),
    )


def _package_for(folder: Path) -> str:
    """Make a folder importable under a name of its own, so that two quizzes' modules never meet."""
    name = f"{OUTSIDE}{sha256(str(folder).encode()).hexdigest()[:16]}"
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    return name


def _folders(package: str) -> list[Path]:
    """Where a package's modules lie; nowhere where there is no such package."""
    try:
        found = sys.modules.get(package) or importlib.import_module(package)
    except ModuleNotFoundError:
        return []
    return [Path(folder) for folder in found.__path__]


def _written(folder: Path, solver: str) -> list[Path]:
    """The files of a solver: its module, or all modules of its folder."""
    return [path for path in (folder / f"{solver}.py",) if path.is_file()] + sorted(
        (folder / solver).rglob("*.py")
    )


def _holding(package: str, member: str) -> Iterator[str]:
    """The modules of a package that say `member = …`, read and not run."""
    for folder in _folders(package):
        for path in sorted(folder.iterdir()):
            if path.stem.isidentifier() and _says(path, member):
                yield path.stem


def _holds(package: str, name: str, member: str) -> bool:
    """Whether a package has such a module of that name."""
    return name.isidentifier() and any(
        _says(path, member) for folder in _folders(package) for path in (folder / name, folder / f"{name}.py")
    )


def _says(path: Path, member: str) -> bool:
    """Whether a module, or a package by its `__init__`, says `member = …`."""
    file = path / "__init__.py" if path.is_dir() else path
    return (
        file.suffix == ".py"
        and file.is_file()
        and f"\n{member} = " in file.read_text(encoding="utf-8", errors="replace")
    )


def _module(packages: Sequence[str], name: str, member: str) -> ModuleType | None:
    """The first module of that name that has such a member. Raises SpecError: it cannot be imported."""
    for package in packages:
        if not _holds(package, name, member):
            continue
        try:
            return importlib.import_module(f"{package}.{name}")
        except QuizproofError:
            raise
        except Exception as error:  # a quiz's own code, whatever it does
            path = find_spec(f"{package}.{name}")
            where = plain_path(Path(path.origin)) if path and path.origin else name
            raise SpecError([f"{where}: cannot be imported ({type(error).__name__}: {error})"]) from error
    return None


MemberT = TypeVar("MemberT")


def _member(module: ModuleType | None, member: str, kind: type[MemberT]) -> MemberT:
    """A module's member, of its kind. Raises SpecError."""
    found = getattr(module, member, None)
    if not isinstance(found, kind):
        where = plain_path(Path(str(module.__file__))) if module else "the quiz's pack"
        raise SpecError([f"{where}: {member} is no {kind.__name__}; give one, as docs/new_question.md shows"])
    return found
