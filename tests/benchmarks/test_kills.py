"""A few kills, full disks and two runs at once of every command that writes."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# In a process of its own, since each command is a fork of it.
RUN = """
from pathlib import Path
from benchmarks.kills import COMMANDS, prepare, torment
prepare(Path("start"))
for name in COMMANDS:
    found = torment(name, Path("start"), n_kills=1, disk_bytes=(0, 40), n_at_once=1)
    print(name, found.n_kills, found.n_full, found.n_at_once, found.n_faults, sep=",")
"""


def test_nothing_is_half_written_and_every_rerun_succeeds(tmp_path: Path) -> None:
    """On a full disk a command ends with 2 and says so; once there is room, it does all of its work."""
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"{name},1,2,1,0"
        for name in (
            "verify", "report", "grade", "student", "gradescope", "gradebook", "qti", "junit", "schema",
            "lock", "new quiz", "new question",
        )
    ]  # fmt: skip
