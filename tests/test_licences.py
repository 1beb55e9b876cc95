"""docs/licences.md against what is installed: no dependency without a row, no licence that changed unseen."""

import re
import sys
import tomllib
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "licences.md"
LOCKS = ("requirements.lock", "build.lock")
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \| (\w+) \|$", re.MULTILINE)
NOT_STATED = "none stated"
# The page says what Python 3.11 needs; what a later one needs besides is needed elsewhere.
ELSEWHERE = () if sys.version_info[:2] == (3, 11) else ("elsewhere",)


def rows() -> dict[str, tuple[str, str]]:
    """Licence and first extra of every package on the page."""
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    names = [name for name, _, _ in found]
    assert names == sorted(set(names))
    return {name: (licence, extra) for name, licence, extra in found}


@cache
def installed() -> dict[str, tuple[str, str]]:
    """The same of what is installed and ours: each package by the first extra that needs it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: dict[str, tuple[str, str]] = {}
    for extra, asked in {"core": project["dependencies"], **project["optional-dependencies"]}.items():
        for name, package in needed(asked).items():
            found.setdefault(name, (licence_of(package), extra))
    return found


def needed(asked: list[str]) -> dict[str, Distribution]:
    """What the requirements bring with them, directly and through others."""
    found: dict[str, Distribution] = {}
    seen: set[str] = set()
    todo = [Requirement(text) for text in asked]
    while todo:
        requirement = todo.pop()
        key = f"{canonicalize_name(requirement.name)}{sorted(requirement.extras)}"
        if key in seen:
            continue
        seen.add(key)
        package = distribution(requirement.name)
        found[canonicalize_name(requirement.name)] = package
        for other in map(Requirement, package.requires or ()):
            extras = ("", *requirement.extras)
            if other.marker is None or any(other.marker.evaluate({"extra": extra}) for extra in extras):
                todo.append(other)
    return found


def licence_of(package: Distribution) -> str:
    """As its metadata states it: the expression, else the classifiers, else the first line of the text."""
    stated = package.metadata
    if expression := stated.get("License-Expression"):
        return expression
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in stated.get_all("Classifier") or ()
        if line.startswith("License :: ") and line != "License :: OSI Approved"
    ]
    text = (stated.get("License") or "").strip()
    return "; ".join(sorted(classifiers)) or text.partition("\n")[0] or NOT_STATED


def locked() -> set[str]:
    """The packages that the locks name."""
    lines = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in LOCKS)
    return {canonicalize_name(name) for name in re.findall(r"^([\w.-]+)==", lines, re.MULTILINE)}


def test_every_installed_dependency_has_its_row() -> None:
    stated = rows()
    wrong = [
        f"| `{name}` | {licence} | {extra} |"
        for name, (licence, extra) in sorted(installed().items())
        if stated.get(name) not in ((licence, extra), *((licence, also) for also in ELSEWHERE))
    ]
    assert not wrong, "docs/licences.md must have the rows\n" + "\n".join(wrong)


def test_every_row_is_a_locked_package_and_every_locked_package_has_a_row() -> None:
    assert rows().keys() == locked()


def of_older_pythons() -> set[str]:
    """What the lock has for older Pythons only."""
    lock = (ROOT / LOCKS[0]).read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)==\S+ ; python_full_version < '3\.(\d+)'", lock, re.MULTILINE)
    return {name for name, minor in found if sys.version_info[1] >= int(minor)}


def test_rows_of_what_is_not_installed_are_of_other_systems() -> None:
    """A package that nothing needs any more leaves the page."""

    def is_here(name: str) -> bool:
        try:
            distribution(name)
        except PackageNotFoundError:
            return False
        return True

    for name, (_, extra) in rows().items():
        if name not in installed() and name not in of_older_pythons():
            assert extra in {"build", "elsewhere"}, name
            assert extra == "build" or not is_here(name), name


def test_a_lock_holds_the_hashes_of_all_files() -> None:
    for name in LOCKS:
        text = (ROOT / name).read_text(encoding="utf-8")
        pins = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
        assert pins
        assert all(re.search(r"--hash=sha256:[0-9a-f]{64}\b", pin) for pin in pins)
        assert "://" not in text


def test_what_builds_is_pinned_alike_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (setuptools,) = project["build-system"]["requires"]
    assert setuptools in project["dependency-groups"]["build"]
    for name in LOCKS:
        assert f"{setuptools} " in (ROOT / name).read_text(encoding="utf-8")


def test_the_installed_versions_are_the_locked_ones() -> None:
    pins = versions("requirements.lock")
    for name in installed():
        assert distribution(name).version == pins[name], name


def test_the_constraints_are_the_lock_without_hashes() -> None:
    assert versions("constraints.txt") == versions("requirements.lock")


def versions(name: str) -> dict[str, str]:
    """The versions that a lock pins."""
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)
    return {canonicalize_name(package): version for package, version in pins}
