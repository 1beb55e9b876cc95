"""Writes a working skeleton: a quiz of one question, or one more question with its solver and test."""

import re
from pathlib import Path

import yaml

from questions.common.errors import QuizproofError
from questions.common.files import write_atomic
from questions.common.messages import plain_path, show
from questions.load import QUIZ_FILE
from solvers.run import catalog

TEMPLATES = Path(__file__).with_name("templates")
FIRST_ID, FIRST_SOLVER, FIRST_SECTION = "q01", "q01_item_count", "main"
QUESTION_ID = re.compile(r"q[0-9]{2}", re.ASCII)
SOLVER_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}", re.ASCII)


def write_quiz(folder: Path) -> list[Path]:
    """Write a quiz into a folder that is new or empty; return its files. Raises QuizproofError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise QuizproofError(f"{plain_path(folder)}: is there already and not empty; name a new folder.")
    files = {QUIZ_FILE: (TEMPLATES / "quiz.yaml").read_text(encoding="utf-8")}
    return _write(folder, files | _question_files(FIRST_ID, FIRST_SOLVER, FIRST_SECTION, new_solver=True))


def write_question(folder: Path, question_id: str, solver: str | None) -> list[Path]:
    """Add a question to a quiz's folder, and list it in quiz.yaml; return the files written.

    Its solver is one that the quiz has, else a new one of that name. Raises QuizproofError where the id is
    taken or no id, and SpecError for a quiz that does not hold together.
    """
    if not QUESTION_ID.fullmatch(question_id):
        raise QuizproofError(f"--id {show(question_id)}: allowed: q and two digits, such as q07.")
    if (folder / f"{question_id}.yaml").exists():
        raise QuizproofError(f"{plain_path(folder)}: has a question {question_id}; give another --id.")
    quiz = catalog.load(folder)
    name = solver or f"{question_id}_item_count"
    if not SOLVER_NAME.fullmatch(name):
        raise QuizproofError(f"--solver {show(name)}: allowed: small letters, digits and underscores.")
    known = name in catalog.pack_of(quiz).solver_names
    section = next(iter(quiz.quiz.sections))
    files = _question_files(question_id, name, section, new_solver=not known)
    files[QUIZ_FILE] = _listed(folder / QUIZ_FILE, question_id)
    return _write(folder, files)


def _question_files(question_id: str, solver: str, section: str, *, new_solver: bool) -> dict[str, str]:
    files = {f"{question_id}.yaml": _filled("question.yaml", id=question_id, solver=solver, section=section)}
    if new_solver:
        files[f"{solver}.py"] = (TEMPLATES / "solver.py.txt").read_text(encoding="utf-8")
        files[f"test_{solver}.py"] = _filled("test.py.txt", id=question_id)
    return files


def _filled(template: str, **fields: str) -> str:
    return (TEMPLATES / template).read_text(encoding="utf-8").format(**fields)


def _listed(path: Path, question_id: str) -> str:
    """quiz.yaml with one more question and its point; all else as its author wrote it."""
    text = path.read_text(encoding="utf-8")
    total = yaml.safe_load(text)["total"]
    listed, n_lists = re.subn(r"(?m)^(questions: \[.*)\]", rf"\g<1>, {question_id}]", text)
    raised, n_totals = re.subn(r"(?m)^total: .*$", f'total: "{_one_more(total)}"', listed)
    if n_lists != 1 or n_totals != 1:
        raise QuizproofError(
            f"{plain_path(path)}: write 'questions: [q01, …]' and 'total: …' on a line each, so that "
            f"{question_id} can be added."
        )
    return raised


def _one_more(total: str) -> str:
    whole, _, places = total.partition(".")
    return f"{int(whole) + 1}{f'.{places}' if places else ''}"


def _write(folder: Path, files: dict[str, str]) -> list[Path]:
    for name, text in files.items():
        write_atomic(folder / name, text.encode())
    return [folder / name for name in files]
