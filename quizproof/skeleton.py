"""Writes a working skeleton: a quiz of one question, or one more question with its solver and test."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from questions.common.errors import QuizproofError
from questions.common.files import write_atomic
from questions.common.messages import plain_path, show
from questions.common.temporary import holding, temporary_folder
from questions.load import QUIZ_FILE
from questions.quiz import QuizSpec
from solvers.run import catalog

TEMPLATES = Path(__file__).with_name("templates")
FIRST_ID, FIRST_SOLVER, FIRST_SECTION = "q01", "q01_item_count", "main"
QUESTION_ID = re.compile(r"q[0-9]{2}", re.ASCII)
SOLVER_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}", re.ASCII)


def write_quiz(folder: Path, solver: str | None) -> list[Path]:
    """Write a quiz into a folder that is new or empty; return its files. Raises QuizproofError."""
    name = _solver_name(solver or FIRST_SOLVER)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise QuizproofError(f"{plain_path(folder)}: is there already and not empty; name a new folder.")
    files = {QUIZ_FILE: (TEMPLATES / "quiz.yaml").read_text(encoding="utf-8")}
    files |= _question_files(FIRST_ID, name, FIRST_SECTION)
    with temporary_folder(folder.absolute().parent) as temporary:
        made = temporary / "quiz"
        _write(made, files)
        made.rename(folder)  # all files at once, over an empty folder too
    return [folder / file for file in files]


def write_question(folder: Path, question_id: str, solver: str | None) -> list[Path]:
    """Add a question to a quiz's folder, and list it in quiz.yaml; return the files written.

    Its solver is a new one, with a test; or one that the quiz has, and then the question starts as a copy of
    one that names it. Raises QuizproofError where the id is taken or no id, and SpecError for a quiz that
    does not hold together.
    """
    if not QUESTION_ID.fullmatch(question_id):
        raise QuizproofError(f"--id {show(question_id)}: allowed: q and two digits, such as q07.")
    if not (folder / QUIZ_FILE).is_file():
        raise QuizproofError(
            f"{plain_path(folder)}: no quiz's folder, since it has no {QUIZ_FILE}; start one with "
            "'quizproof new quiz DIR'."
        )
    with holding(folder):  # two at once would both list theirs in the quiz.yaml of before
        return _write_question(folder, question_id, _solver_name(solver or f"{question_id}_item_count"))


def _write_question(folder: Path, question_id: str, name: str) -> list[Path]:
    if (folder / f"{question_id}.yaml").exists():
        _remove_unlisted(folder, question_id, name)
    quiz = catalog.load(folder.absolute())
    files, points = _question_files(question_id, name, next(iter(quiz.quiz.sections))), Decimal(1)
    solver_file = f"{name}.py"
    known = name in catalog.pack_of(quiz).solver_names
    unfinished = _is(folder / solver_file, files[solver_file]) and not _answered(quiz, name)
    if known and not unfinished:
        files, points = _copied(quiz, question_id, name)
    files[QUIZ_FILE] = _listed(folder / QUIZ_FILE, question_id, points)
    return _write(folder, files)


def _remove_unlisted(folder: Path, question_id: str, solver: str) -> None:
    """Remove a question whose run was killed before it was listed. Raises QuizproofError where it is none.

    It is that if quiz.yaml does not list it and nobody has changed it since.
    """
    path, content = folder / f"{question_id}.yaml", yaml.safe_load((folder / QUIZ_FILE).read_bytes())
    try:
        section, listed = next(iter(content["sections"])), [str(one) for one in content["questions"]]
    except (TypeError, KeyError, StopIteration):  # loading the quiz says what is wrong
        return
    models = [model for one in listed if (model := folder / f"{one}.yaml").is_file()]
    ours = [_question_files(question_id, solver, section)[path.name]]
    ours += [_renamed(model, question_id)[0] for model in models]
    if question_id in listed or not any(_is(path, text) for text in ours):
        raise QuizproofError(f"{plain_path(folder)}: has a question {question_id}; give another --id.")
    path.unlink()


def _is(path: Path, text: str) -> bool:
    """Whether a file has this text."""
    return path.is_file() and path.read_bytes() == text.encode()


def _answered(quiz: QuizSpec, solver: str) -> bool:
    return any(question.solver == solver for question in quiz.questions)


def _renamed(model: Path, question_id: str) -> tuple[str, int]:
    """A question's text under another id, and in how many places the id stood."""
    text = model.read_text(encoding="utf-8")
    return re.subn(rf"(?m)^id: {model.stem}\b", f"id: {question_id}", text)


def _copied(quiz: QuizSpec, question_id: str, solver: str) -> tuple[dict[str, str], Decimal]:
    """A question as one that its solver answers already, since it claims what that solver understands."""
    model = next((question for question in quiz.questions if question.solver == solver), None)
    if model is None:
        raise QuizproofError(
            f"--solver {show(solver)}: no question of this quiz names it, so there is none to start from; "
            f"write {question_id}.yaml by hand, or give a new name."
        )
    path = quiz.folder / f"{model.id}.yaml"
    renamed, n_ids = _renamed(path, question_id)
    if n_ids != 1:
        raise QuizproofError(
            f"{plain_path(path)}: write 'id: {model.id}' on a line of its own, so that it can be copied."
        )
    return {f"{question_id}.yaml": renamed}, model.points_exact


def _solver_name(name: str) -> str:
    if not SOLVER_NAME.fullmatch(name):
        raise QuizproofError(
            f"--solver {show(name)}: allowed: small letters, digits and underscores, such as q07_item_count."
        )
    return name


def _question_files(question_id: str, solver: str, section: str) -> dict[str, str]:
    return {
        f"{question_id}.yaml": _filled("question.yaml", id=question_id, solver=solver, section=section),
        f"{solver}.py": (TEMPLATES / "solver.py.txt").read_text(encoding="utf-8"),
        f"test_{solver}.py": _filled("test.py.txt", id=question_id),
    }


def _filled(template: str, **fields: str) -> str:
    return (TEMPLATES / template).read_text(encoding="utf-8").format(**fields)


def _listed(path: Path, question_id: str, points: Decimal) -> str:
    """quiz.yaml with one more question and its points; all else as its author wrote it."""
    text = path.read_text(encoding="utf-8")
    before = yaml.safe_load(text)
    after = before | {
        "questions": [*before["questions"], question_id],
        "total": str(Decimal(before["total"]) + points),
    }
    text = re.sub(r"(?m)^(questions: \[[^\]]*?),?\s*\]", rf"\g<1>, {question_id}]", text)
    text = re.sub(r"(?m)^total: .*$", f'total: "{after["total"]}"', text)
    if _parsed(text) != after:
        raise QuizproofError(
            f"{plain_path(path)}: write 'questions: [q01, …]' and 'total: …' on a line each, with no comment "
            f"among them, so that {question_id} can be added."
        )
    return text


def _parsed(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def _write(folder: Path, files: dict[str, str]) -> list[Path]:
    """Write what is new and the list of questions, which comes last; nothing else is written over."""
    for name, text in files.items():
        if name != QUIZ_FILE and (folder / name).exists() and not _is(folder / name, text):
            raise QuizproofError(f"{plain_path(folder / name)}: is there already; give another --solver.")
    for name, text in files.items():
        write_atomic(folder / name, text.encode())
    return [folder / name for name in files]
