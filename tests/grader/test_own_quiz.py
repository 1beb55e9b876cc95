"""Any quiz can be graded: these tests are on one of their own, and know nothing of the one that ships."""

import re
from pathlib import Path

HERE = Path(__file__).parent
# The last two are the quiz that ships without naming it: the fixture of all tests, and the default.
FOREIGN = re.compile(r"hw10|\bbenchmarks\b|\b(mimi|alice|emily)\b|\bspec: |\bload\(\)", re.IGNORECASE)


def test_no_test_here_knows_the_quiz_that_ships() -> None:
    paths = [path for path in sorted(HERE.rglob("*.py")) if path != Path(__file__)]
    assert len(paths) > 20
    told = [
        f"{path.relative_to(HERE)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if FOREIGN.search(line)
    ]
    assert told == []
