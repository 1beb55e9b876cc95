"""The example class and its reports: python -m benchmarks.example_class [FOLDER]

Writes `student_analysis.csv`, in Canvas's form, and what `quizproof grade` makes of it by the key there.
Names, numbers and answers are invented, from a seed: 40 students of unequal skill, some of whom try twice.
"""

import argparse
import csv
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from random import Random

from benchmarks.grading import canvas_cell, canvas_header
from grader.scores.credit import credit
from questions.common.files import write_atomic
from questions.key import load_key
from questions.quiz import AnyQuestion
from solvers.run.catalog import load

FOLDER = Path(__file__).parents[1] / "examples" / "class"
CLASS, KEY, GRADED = "student_analysis.csv", "key.yaml", "graded"
SHOWN = ("class.html", "student.html", "items.csv", "results.csv")
STUDENT = "B11900007"
SEED = 10
N_STUDENTS = 40
FAMILY = "陳林黃張李王吳劉蔡楊許鄭謝郭洪曾"
GIVEN = (
    "怡君", "家豪", "雅婷", "志明", "淑芬", "冠宇", "佩珊", "宗翰",
    "詩涵", "承恩", "欣怡", "柏翰", "宜蓁", "品睿", "子晴", "彥廷",
)  # fmt: skip
LATIN = ("Ann Lee", "Minh Trần", "José García", "Aiko Satō", "Priya O'Neil", "Noah Weiß")
P_BLANK = 0.03
P_AGAIN = 0.2  # of a second attempt


def main() -> None:
    """Write the class, then grade it as a teacher would."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.example_class", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="where key.yaml lies")
    folder = parser.parse_args().folder.resolve()
    write_class(folder)
    grade_class(folder)


def write_class(folder: Path) -> None:
    """`student_analysis.csv`: a row an attempt, scored as Canvas would."""
    quiz = load()
    correct = {id_: answer or frozenset() for id_, answer in load_key(folder / KEY, quiz).answers.items()}
    rows = [canvas_header(quiz)]
    random = Random(SEED)
    for number, name in enumerate(_names(random), 1):
        skill = random.uniform(0.35, 0.95)
        for attempt in range(1, 2 + (random.random() < P_AGAIN)):
            day, hour, minute = random.randint(2, 8), random.randint(0, 15), random.randint(0, 59)
            section = number % 2 + 1
            row = [name, str(100 + number), f"B119{number:05}", f"Section {section}", str(section)]
            row += [f"S{section}", f"2026-03-{day:02} {hour:02}:{minute:02}:00 UTC", str(attempt)]
            scores = []
            for question in quiz.questions:
                picked = _picked(random, question, correct, min(skill + 0.1 * (attempt - 1), 1))
                scores.append(credit(picked, correct[question.id], question.points_exact))
                row += [canvas_cell(question, sorted(picked)), str(float(scores[-1]))]
            n_correct = sum(score > 0 for score in scores)
            total = float(sum(scores, Fraction(0)))
            rows.append([*row, str(n_correct), str(len(scores) - n_correct), str(total)])
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_atomic(folder / CLASS, text.getvalue().encode())


def _names(random: Random) -> list[str]:
    chinese = [family + given for family in FAMILY for given in GIVEN]
    names = [*LATIN, *random.sample(chinese, N_STUDENTS - len(LATIN))]
    random.shuffle(names)
    return names


def _picked(
    random: Random, question: AnyQuestion, correct: Mapping[str, frozenset[str]], skill: float
) -> frozenset[str]:
    if random.random() < P_BLANK:
        return frozenset()
    right = correct[question.id]
    if question.kind == "single":
        return right if random.random() < skill else frozenset(random.choice(question.option_ids))
    return frozenset(id_ for id_ in question.option_ids if (random.random() < skill) == (id_ in right))


def grade_class(folder: Path) -> None:
    """What `quizproof grade` writes of it, in a folder of its own so that no stored evidence has a say."""
    with tempfile.TemporaryDirectory() as elsewhere:
        out = Path(elsewhere) / GRADED
        command = ("grade", folder / CLASS, "--key", folder / KEY, "--student", STUDENT, "--out", out)
        subprocess.run(
            [sys.executable, "-m", "quizproof", *map(str, command)],
            cwd=elsewhere,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        (folder / GRADED).mkdir(exist_ok=True)
        for name in SHOWN:
            shutil.copyfile(out / name, folder / GRADED / name)


if __name__ == "__main__":
    main()
