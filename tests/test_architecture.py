"""The one way through the house: which folder may import which, no circles, what only HW10's rooms know."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("quizproof", "reports", "grader", "solvers", "questions")  # each imports those behind it
SOLVERS = ("hw10", "run", "resources", "models", "fetching", "audio", "evidence")  # likewise
HW10 = ("models", "resources", "standin")  # a question's own folders may import these, never the other way
ONLY_HW10 = re.compile(
    r"Mimi|\bmimi\b|Alice|Emily|\bJames\b|\bJason\b|\bCSM\b|(twelve|12) questions|\b55 options|range\(1, 13\)"
)
ROOMS_OF_HW10 = re.compile(r"^(questions|solvers|reports)/hw10/")


def modules() -> dict[str, Path]:
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    return found


MODULES = modules()


def imports(path: Path) -> Iterator[str]:
    """Every module of ours that a file imports, wherever in it, for types too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            # A module of a package may be imported by name: `from solvers.run import catalog`.
            names = [f"{node.module}.{alias.name}" for alias in node.names] + [str(node.module)]
        else:
            continue
        yield from (name for name in names if name in MODULES)


ARROWS = {
    name: {target for target in imports(path) if target != name and not name.startswith(f"{target}.")}
    for name, path in MODULES.items()
}


def test_arrows_run_one_way() -> None:
    back = [
        f"{name} → {target}"
        for name, targets in ARROWS.items()
        for target in targets
        if PACKAGES.index(target.split(".")[0]) < PACKAGES.index(name.split(".")[0])
    ]
    assert back == []


def test_inside_solvers_they_do_too() -> None:
    back = [
        f"{name} → {target}"
        for name, targets in ARROWS.items()
        for target in targets
        if name.startswith("solvers.") and target.startswith("solvers.")
        if SOLVERS.index(target.split(".")[1]) < SOLVERS.index(name.split(".")[1])
    ]
    assert back == []


def test_what_questions_share_knows_no_question() -> None:
    shared = tuple(f"solvers.hw10.{name}." for name in (*HW10, "round_trip"))
    back = [
        f"{name} → {target}"
        for name, targets in ARROWS.items()
        for target in targets
        if f"{name}.".startswith(shared) and re.match(r"solvers\.hw10\.q\d\d", target)
    ]
    assert back == []


def test_there_is_no_circle() -> None:
    """Tarjan's components: every one of them is a single module."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    circles: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for target in sorted(ARROWS[name]):
            if target not in index:
                visit(target)
                low[name] = min(low[name], low[target])
            elif target in stack:
                low[name] = min(low[name], index[target])
        if low[name] == index[name]:
            component = []
            while True:
                component.append(stack.pop())
                if component[-1] == name:
                    break
            if len(component) > 1:
                circles.append(sorted(component))

    for name in ARROWS:
        if name not in index:
            visit(name)
    assert circles == []


@pytest.mark.parametrize("package", PACKAGES)
def test_only_the_rooms_of_hw10_know_its_questions(package: str) -> None:
    breaches = []
    for path in sorted((ROOT / package).rglob("*")):
        relative = path.relative_to(ROOT).as_posix()
        if path.suffix not in {".py", ".j2", ".js", ".css", ".yaml", ".txt"} or ROOMS_OF_HW10.match(relative):
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        breaches += [
            f"{relative}:{n}: {line.strip()}" for n, line in enumerate(lines, 1) if ONLY_HW10.search(line)
        ]
    assert breaches == []


def test_no_distribution_module_imports_what_is_not_shipped() -> None:
    for name, path in MODULES.items():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(from|import) (benchmarks|tests)\b", text, re.MULTILINE), name
