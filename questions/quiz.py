"""The quiz as frozen models: questions, options, claims in parts, what each part rests on."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, Self, TypeVar

from pydantic import ConfigDict, Field, StringConstraints, create_model, model_validator

from questions.claims import Claim, one_of
from questions.common.frozen import Frozen
from questions.common.messages import did_you_mean, listed, show

ClaimT = TypeVar("ClaimT", bound=Claim)

# A text of spaces alone would read as a blank in every paper.
PlainText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, pattern=r"\S"),
    Field(description="a text with something to read in it"),
]
FileName = Annotated[
    str,
    StringConstraints(pattern=r"^[^/\\\x00-\x1f]{1,120}$"),
    Field(description="a file name without a folder"),
]
OptionId = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]$"), Field(description="one capital letter, A to Z")
]
QuestionId = Annotated[
    str,
    StringConstraints(pattern=r"^q[0-9]{2}$"),
    Field(description="q and two digits, such as q07"),
]
ModuleName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,60}$"),
    Field(description="small letters, digits and underscores, such as q09_layer_order"),
]
# A kind of thing that a verdict rests on, by the name of its file in the pack's or the shared resources.
ResourceName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=60),
    Field(description="a resource that the quiz knows, such as course-audio"),
]
Points = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$"),
    Field(description='an exact decimal in quotes, such as "0.8"'),
]


class CreditRule(StrEnum):
    """How the picks of a multiple-answer question become a share of its points."""

    NET = "net"
    ALL_OR_NOTHING = "all-or-nothing"
    EACH_ANSWER = "each-answer"
    COVERAGE = "coverage"


class Basis(StrEnum):
    """On what ground a part is decided."""

    MEASURED = "measured"
    ENTAILED = "entailed"
    DOCUMENTED = "documented"
    BY_CONSTRUCTION = "by construction"
    JUDGEMENT = "judgement"


class Bilingual(Frozen):
    """A text in the course's own Chinese and in English."""

    zh: PlainText
    en: PlainText

    @classmethod
    def same(cls, text: str) -> Self:
        """Numbers, names and code, which both languages write alike."""
        return cls(zh=text, en=text)


def _check_source(basis: Basis, source: str | None) -> None:
    if (basis is Basis.DOCUMENTED) != (source is not None):
        given = "with" if source is not None else "without"
        raise ValueError(
            f"found basis '{basis}' {given} a source; allowed: 'documented' with one, any other without"
        )


class Part(Frozen, Generic[ClaimT]):
    """One claim of an option, judged apart from the others."""

    claim: ClaimT
    basis: Basis = Basis.MEASURED
    rests_on: tuple[ResourceName, ...] | None = Field(
        None, description="What a conclusive verdict needs; left out: what the question rests on."
    )
    source: PlainText | None = Field(None, description="The published source of a documented part.")

    @model_validator(mode="after")
    def _documented_has_a_source(self) -> Self:
        _check_source(self.basis, self.source)
        return self


class Option(Frozen, Generic[ClaimT]):
    """An option with either one claim or a list of parts under `all`."""

    id: OptionId
    text: Bilingual
    claim: ClaimT | None = None
    all: tuple[Part[ClaimT], ...] | None = Field(None, min_length=1)
    basis: Basis = Basis.MEASURED
    rests_on: tuple[ResourceName, ...] | None = None
    source: PlainText | None = None

    @model_validator(mode="after")
    def _one_claim_or_parts(self) -> Self:
        if (self.claim is None) == (self.all is None):
            raise ValueError("an option has either 'claim' or 'all', and only one of them")
        if self.all is not None and self.model_fields_set & {"basis", "rests_on", "source"}:
            raise ValueError("basis, rests_on and source stand in the parts where there are parts")
        if self.claim is not None:
            _check_source(self.basis, self.source)
        return self

    @property
    def parts(self) -> tuple[Part[ClaimT], ...]:
        """The option's parts; one where it has a single claim."""
        if self.all is not None:
            return self.all
        assert self.claim is not None
        part: Part[ClaimT] = Part.model_construct(
            claim=self.claim, basis=self.basis, rests_on=self.rests_on, source=self.source
        )
        return (part,)


INPUTS = "The course's files this question reads; of several spellings the first found."
FileNames = Annotated[tuple[FileName, ...], Field(min_length=1)]


class Inputs(Frozen):
    """The files that a question reads, each under a name of its own, and what is known of them."""

    # A solver that takes more from the spec declares a model of its own that adds fields to these.
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, FileNames] = Field(init=False)

    transcripts: Mapping[str, PlainText] = Field(
        default_factory=dict, description="What is said in the course's own clips, by the name of the input."
    )

    @property
    def files(self) -> Mapping[str, tuple[str, ...]]:
        """The names that each file may have."""
        return self.__pydantic_extra__

    @model_validator(mode="after")
    def _transcripts_are_of_inputs(self) -> Self:
        for name in self.transcripts:
            if name not in self.files:
                allowed = listed(self.files) or "none, since it reads no file"
                hint = did_you_mean(name, self.files)
                raise ValueError(f"found a transcript of {show(name)}; allowed: {allowed}{hint}")
        return self


class Question(Frozen, Generic[ClaimT]):
    """One question of the quiz."""

    id: QuestionId
    solver: ModuleName = Field(description="The solver, by the name of its module in the quiz's pack.")
    section: str
    kind: Literal["single", "multiple"]
    points: Points
    credit: CreditRule = Field(CreditRule.NET, description="The credit rule; left out: the quiz's own.")
    title: Bilingual
    prompt: Bilingual
    rests_on: tuple[ResourceName, ...] = Field(description="What a conclusive verdict needs.")
    inputs: Inputs = Field(default_factory=Inputs, description=INPUTS)
    options: Annotated[tuple[Option[ClaimT], ...], Field(min_length=2, max_length=26)]

    @property
    def points_exact(self) -> Decimal:
        """The question's points as an exact decimal."""
        return Decimal(self.points)

    def resources_of(self, part: Part[ClaimT]) -> tuple[ResourceName, ...]:
        """What this part rests on: its own list, else the question's."""
        return self.rests_on if part.rests_on is None else part.rests_on

    def option(self, option_id: str) -> Option[ClaimT]:
        """The option with this id. Raises KeyError."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise KeyError(option_id)

    @property
    def option_ids(self) -> tuple[str, ...]:
        """Ids in the order of the file."""
        return tuple(option.id for option in self.options)


AnyQuestion = Question[Any]


@cache
def question_model(claims: tuple[type[Claim], ...], inputs: type[Inputs] = Inputs) -> type[AnyQuestion]:
    """The model of a question's file, its claims and inputs narrowed to what its solver understands."""
    # A union built at run time, which static types cannot spell.
    model: type[AnyQuestion] = Question[one_of(*claims)]  # type: ignore[assignment, misc]
    if inputs is Inputs:
        return model
    field = (inputs, Field(default_factory=inputs, description=INPUTS))
    return create_model(model.__name__, __base__=model, inputs=field)


class Rule(Frozen):
    """The credit rule of multiple-answer questions, by name and in the course's words."""

    name: CreditRule = Field(description="net: right picks minus wrong picks, never below zero.")
    text: Bilingual


class Settings(Frozen):
    """Which of a student's attempts counts, and when papers are due, as the quiz is set on the platform."""

    attempts: Literal["latest", "highest", "first", "average"] = "latest"
    due: Annotated[str | None, Field(description="Such as 2026-01-09T23:59:59+08:00.")] = None
    late: Annotated[str, Field(description="none, refuse, or the loss a day, such as 10%.")] = "none"
    late_floor: Annotated[str | None, Field(description="What is left at least, such as 50%.")] = None


class Quiz(Frozen):
    """What holds for the quiz as a whole (quiz.yaml)."""

    title: Bilingual
    course: Bilingual
    rule: Rule
    total: Points
    settings: Settings = Settings()
    sections: Mapping[str, Bilingual]
    questions: Annotated[tuple[QuestionId, ...], Field(min_length=1)]
    pack: ModuleName | None = Field(
        None, description="The pack that ships and whose solvers answer; left out: those beside this file."
    )


class QuizSpec(Frozen):
    """The quiz with all its questions, checked as a whole."""

    quiz: Quiz
    questions: tuple[AnyQuestion, ...]
    folder: Path

    def question(self, question_id: str) -> AnyQuestion:
        """The question with this id. Raises KeyError."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(question_id)
