"""In CI a skipped test is a failed one, unless tests/skips.txt lists it with the reason."""

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

LIST = Path(__file__).with_name("skips.txt")


def allowed(nodeid: str) -> bool:
    """Whether the list has a test, or all of its file."""
    lines = (line.strip() for line in LIST.read_text(encoding="utf-8").splitlines())
    named = [line.partition(" ")[0] for line in lines if line and not line.startswith("#")]
    return any(nodeid == name or nodeid.startswith((f"{name}[", f"{name}::")) for name in named)


def _failed_if_skipped(report: Any) -> Any:
    if (
        os.environ.get("CI")
        and report.skipped
        and not hasattr(report, "wasxfail")
        and not allowed(report.nodeid)
    ):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = (
            f"{report.nodeid}: {why}; in CI nothing is skipped that tests/skips.txt does not list"
        )
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Of one test."""
    return _failed_if_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """Of a file that skips itself while it is imported."""
    return _failed_if_skipped((yield))
