"""Loads the quiz: every file read, every problem of every file reported in one go."""

from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from questions.checks import check_claims, check_points, check_question, list_items, mapping_in
from questions.claims import CLAIMS
from questions.common.errors import SpecError
from questions.common.messages import did_you_mean, listed, plain_path, show
from questions.quiz import AnyQuestion, Quiz, QuizSpec, question_model
from questions.reading.document import Document
from questions.reading.validation_errors import explain
from questions.reading.yaml_reader import read_document

QUESTIONS_DIR = Path(__file__).parent / "hw10"
MAX_SPEC_BYTES = 1024 * 1024  # the longest of ours has 5 KiB

ModelT = TypeVar("ModelT", bound=BaseModel)


def load_quiz(folder: Path = QUESTIONS_DIR) -> QuizSpec:
    """Return the quiz of a folder. Raises SpecError with the problems of all its files."""
    return _Loader(folder).load()


class _Loader:
    """Collects problems on the way, so that one mistake does not hide another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []

    def load(self) -> QuizSpec:
        document = self._read("quiz.yaml")
        quiz = self._model(Quiz, document)
        sections = list(mapping_in(document, "sections"))
        listed_ids = self._listed(document)
        documents: list[Document | None] = []
        questions: list[AnyQuestion] = []
        for question_id in listed_ids:
            found = self._read(f"{question_id}.yaml")
            documents.append(found)
            if found is None:
                continue
            n_before = len(self.problems)
            self.problems += check_question(found, question_id, sections)
            question = self._model(question_model(question_id), found)
            if question is not None:
                self.problems += check_claims(found, question)
                questions.append(question)
            self.problems[n_before:] = sorted(self.problems[n_before:], key=partial(_line, found))
        if document is not None:
            self.problems += check_points(document, documents)
        if self.problems or quiz is None:
            raise SpecError(self.problems)
        return QuizSpec(quiz=quiz, questions=tuple(questions))

    def _read(self, file_name: str) -> Document | None:
        try:
            return read_document(self.folder / file_name, max_bytes=MAX_SPEC_BYTES)
        except SpecError as error:
            self.problems += error.problems
            return None

    def _model(self, model: type[ModelT], document: Document | None) -> ModelT | None:
        if document is None:
            return None
        try:
            return model.model_validate(document.data)
        except ValidationError as error:
            self.problems += explain(error, model, document)
            return None

    def _listed(self, document: Document | None) -> list[str]:
        """Return the ids to load: those listed, each once, known and with a file."""
        present = sorted(path.stem for path in self.folder.glob("q[0-9]*.yaml"))
        if document is None:
            return [question_id for question_id in present if question_id in CLAIMS]
        seen: list[str] = []
        for place, question_id in list_items(document, "questions"):
            at = document.at(place)
            if question_id in seen:
                self.problems.append(f"{at}: {question_id} is listed twice; keep one")
            elif question_id not in CLAIMS:
                hint = did_you_mean(question_id, CLAIMS)
                allowed = listed(CLAIMS)
                self.problems.append(f"{at}: unknown question {show(question_id)}; allowed: {allowed}{hint}")
            elif question_id not in present:
                self.problems.append(f"{at}: {question_id}.yaml does not exist in this folder")
            seen.append(question_id)
        for question_id in present:
            if question_id not in seen:
                path = plain_path(self.folder / f"{question_id}.yaml")
                self.problems.append(f"{path}: is not listed under 'questions' in {document.name}")
        return [found for found in dict.fromkeys(seen) if found in CLAIMS and found in present]


def _line(document: Document, problem: str) -> int:
    return int(problem.removeprefix(f"{document.name}:").split(":", 1)[0])
