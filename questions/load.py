"""Loads a quiz: every file read, every problem of every file reported in one go."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from questions.checks import (
    check_claims,
    check_points,
    check_question,
    list_items,
    mapping_in,
    resource_names,
)
from questions.claims import Claim
from questions.common.errors import SpecError
from questions.common.messages import did_you_mean, listed, plain_path, show
from questions.quiz import AnyQuestion, Inputs, Question, Quiz, QuizSpec, question_model
from questions.reading.document import Document
from questions.reading.validation_errors import explain
from questions.reading.yaml_reader import read_document

PACKS_DIR = Path(__file__).parent  # a folder each of the quizzes that ship
QUIZ_FILE = "quiz.yaml"
MAX_SPEC_BYTES = 1024 * 1024  # the longest of ours has 5 KiB

ModelT = TypeVar("ModelT", bound=BaseModel)


class Vocabulary(Protocol):
    """What a quiz's questions can name: solvers with the claims they understand, and resources."""

    @property
    def solver_names(self) -> tuple[str, ...]:
        """The solvers that a question can name."""

    @property
    def resource_names(self) -> tuple[str, ...]:
        """What a verdict can rest on."""

    def claims_of(self, solver: str) -> tuple[type[Claim], ...]:
        """The claims that a solver understands. Raises SpecError for one that cannot be loaded."""

    def inputs_of(self, solver: str) -> type[Inputs]:
        """What a solver takes from a question's inputs. Raises SpecError as `claims_of`."""


VocabularyOf = Callable[[Path, str | None], Vocabulary]


def load_quiz(folder: Path, vocabulary_of: VocabularyOf) -> QuizSpec:
    """Return the quiz of a folder, its names looked up in `vocabulary_of(folder, pack)`.

    Raises SpecError with the problems of all its files.
    """
    return _Loader(folder, vocabulary_of).load()


class _Loader:
    """Collects problems on the way, so that one mistake does not hide another."""

    def __init__(self, folder: Path, vocabulary_of: VocabularyOf) -> None:
        self.folder = folder
        self.vocabulary_of = vocabulary_of
        self.problems: list[str] = []

    def load(self) -> QuizSpec:
        document = self._read(QUIZ_FILE)
        quiz = self._model(Quiz, document)
        sections = list(mapping_in(document, "sections"))
        vocabulary = self._vocabulary(document)
        documents: list[Document | None] = []
        questions: list[AnyQuestion] = []
        for question_id in self._listed(document):
            found = self._read(f"{question_id}.yaml")
            documents.append(found)
            if found is None:
                continue
            n_before = len(self.problems)
            self.problems += check_question(found, question_id, sections)
            model = self._question_model(found, vocabulary)
            question = self._model(model or Question[Any], found)
            if question is not None and model is not None:
                self.problems += check_claims(found, question)
                questions.append(question)
            if vocabulary is not None:
                self.problems += _unknown_resources(found, vocabulary.resource_names)
            self.problems[n_before:] = sorted(self.problems[n_before:], key=partial(_line, found))
        if document is not None:
            self.problems += check_points(document, documents)
        if self.problems or quiz is None:
            raise SpecError(self.problems)
        by_rule = tuple(
            one if "credit" in one.model_fields_set else one.model_copy(update={"credit": quiz.rule.name})
            for one in questions
        )
        return QuizSpec(quiz=quiz, questions=by_rule, folder=self.folder)

    def _vocabulary(self, document: Document | None) -> Vocabulary | None:
        """What the questions can name; None where nobody can tell the pack, or its name is wrong."""
        if document is None:
            return None
        pack = document.data.get("pack") if isinstance(document.data, dict) else None
        if pack is not None and not isinstance(pack, str):
            return None  # the model has said so
        try:
            return self.vocabulary_of(self.folder, pack)
        except SpecError as error:
            self.problems += [f"{document.at(('pack',))}: {problem}" for problem in error.problems]
            return None

    def _question_model(self, document: Document, vocabulary: Vocabulary | None) -> type[AnyQuestion] | None:
        """The model by the solver that a question names; None where there is no such solver."""
        name = document.data.get("solver") if isinstance(document.data, dict) else None
        if vocabulary is None or not isinstance(name, str):
            return None
        at = document.at(("solver",))
        if name not in vocabulary.solver_names:
            allowed = listed(vocabulary.solver_names) or "none, since this quiz has no solver"
            hint = did_you_mean(name, vocabulary.solver_names)
            self.problems.append(f"{at}: unknown solver {show(name)}; allowed: {allowed}{hint}")
            return None
        try:
            return question_model(vocabulary.claims_of(name), vocabulary.inputs_of(name))
        except SpecError as error:
            self.problems += [f"{at}: {problem}" for problem in error.problems]
            return None

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
        """Return the ids to load: those listed, each once and with a file."""
        present = sorted(path.stem for path in self.folder.glob("q[0-9][0-9].yaml"))
        if document is None:
            return present
        seen: list[str] = []
        named = list(list_items(document, "questions"))
        unlisted = [found for found in present if found not in {question_id for _, question_id in named}]
        for place, question_id in named:
            at = document.at(place)
            if question_id in seen:
                self.problems.append(f"{at}: {question_id} is listed twice; keep one")
            elif question_id not in present:
                hint = did_you_mean(question_id, unlisted)
                file = show(f"{question_id}.yaml")
                self.problems.append(f"{at}: {file} does not exist in this folder{hint}")
            seen.append(question_id)
        for question_id in present:
            if question_id not in seen:
                path = plain_path(self.folder / f"{question_id}.yaml")
                self.problems.append(f"{path}: is not listed under 'questions' in {document.name}")
        return [found for found in dict.fromkeys(seen) if found in present]


def _unknown_resources(document: Document, known: tuple[str, ...]) -> Iterator[str]:
    for place, name in resource_names(document):
        if name not in known:
            hint = did_you_mean(name, known)
            yield f"{document.at(place)}: found {show(name)}; allowed: {listed(known)}{hint}"


def _line(document: Document, problem: str) -> int:
    return int(problem.removeprefix(f"{document.name}:").split(":", 1)[0])
