"""The README's pictures of the three reports, taken in chromium: python -m benchmarks.screenshots [PROOF]

The class and the student are those of `examples/class`.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.example_class import FOLDER, GRADED
from tests.reports.chromium import BINARY, chromium

WIDTH, HEIGHT = 1000, 1130
PICTURES = Path(__file__).parents[1] / "docs" / "pictures"


def main() -> None:
    """The top of each report, as wide as a window."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screenshots", description=__doc__)
    parser.add_argument("proof", nargs="?", type=Path, default="proof", help="the folder with report.html")
    pages = {
        "evidence": parser.parse_args().proof / "report.html",
        "class": FOLDER / GRADED / "class.html",
        "student": FOLDER / GRADED / "student.html",
    }
    if BINARY is None or not pages["evidence"].is_file():
        raise SystemExit(f"This needs chromium and {pages['evidence']}; run 'make verify' first.")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, chromium(Path(profile)) as tab:
        tab.resize(WIDTH)
        for name, page in pages.items():
            tab.open(page)
            tab.screenshot(PICTURES / f"{name}.png", height=HEIGHT)


if __name__ == "__main__":
    main()
