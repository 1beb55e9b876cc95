"""The README's pictures of the report, taken in chromium: python -m benchmarks.screenshots [PROOF]"""

import argparse
import tempfile
from pathlib import Path

from tests.reports.chromium import BINARY, chromium

WIDTH, TOP_HEIGHT = 1000, 1130
HERE = Path(__file__).parent.parent / "reports"


def main() -> None:
    """The summary, then what question 10 shows to see and hear."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screenshots", description=__doc__)
    parser.add_argument("proof", nargs="?", type=Path, default="proof", help="the folder with report.html")
    page = parser.parse_args().proof / "report.html"
    if BINARY is None or not page.is_file():
        raise SystemExit(f"This needs chromium and {page}; run 'make verify' first.")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, chromium(Path(profile)) as tab:
        tab.resize(WIDTH)
        tab.open(page)
        tab.screenshot(HERE / "screenshot.png", height=TOP_HEIGHT)
        # Only what is seen and heard: the options above it are as in any other question.
        tab.run(
            "for (const part of ['.prompt', '.why', '.options', '.pair', 'details.more'])"
            " document.querySelectorAll(`#q10 ${part}`).forEach(e => { e.hidden = true; });"
            " const shown = document.querySelector('#q10 details.more');"
            " shown.hidden = false; shown.open = true;"
        )
        tab.screenshot(HERE / "screenshot_q10.png", selector="#q10")


if __name__ == "__main__":
    main()
