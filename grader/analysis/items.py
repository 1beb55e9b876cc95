"""What item analysis tells of each question, with the words for it and what it looks like in JSON."""

from collections.abc import Collection
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    SkipValidation,
    computed_field,
    model_serializer,
)

from grader.analysis.item_statistics import SMALL_N, Statistic
from grader.scores.marking import Status
from grader.scores.points import Points
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Bilingual

Thirds = Annotated[  # of the lower, the middle and the upper third
    tuple[int, int, int],
    PlainSerializer(lambda n: dict(zip(("lower", "middle", "upper"), n, strict=True)), when_used="json"),
]

NO_POINTS = Bilingual(en="the question is worth no points", zh="這一題不計分")
NOT_ALL_SHOWN = Bilingual(
    en="not every student was shown the same questions", zh="並非每位學生看到的題目都相同"
)
NOT_BY_CANVAS = Bilingual(en="Canvas reports it for single choices alone", zh="Canvas 只對單選題提供此數值")
SMALL_N_WORDS = Bilingual(
    en=f"With fewer than {SMALL_N} papers a discrimination of 0.3, that of a good question, cannot be told "
    "from none (95 % interval): take these figures as hints.",
    zh=f"考卷少於 {SMALL_N} 份時，良好題目的鑑別度 0.3 與零無法區分（95% 信賴區間）：以下數字僅供參考。",
)


class Flag(StrEnum):
    """What asks for a look at the question or its key; told only where 95 % intervals leave no doubt."""

    CONTRADICTED = "contradicted by evidence"
    CONSTANT = "constant"
    NEGATIVE = "negative discrimination"
    LOW = "low discrimination"
    BELOW_CHANCE = "below chance"
    WRONG_DRAWS = "a wrong option draws the strong"
    RIGHT_REPELS = "a correct option repels the strong"


FLAG_NAMES: dict[Flag, Bilingual] = {
    Flag.CONTRADICTED: Bilingual(en=Flag.CONTRADICTED, zh="證據與答案牴觸"),
    Flag.CONSTANT: Bilingual(en=Flag.CONSTANT, zh="得分全同"),
    Flag.NEGATIVE: Bilingual(en=Flag.NEGATIVE, zh="鑑別度為負"),
    Flag.LOW: Bilingual(en=Flag.LOW, zh="鑑別度低"),
    Flag.BELOW_CHANCE: Bilingual(en=Flag.BELOW_CHANCE, zh="低於隨機"),
    Flag.WRONG_DRAWS: Bilingual(en=Flag.WRONG_DRAWS, zh="錯誤選項吸引高分組"),
    Flag.RIGHT_REPELS: Bilingual(en=Flag.RIGHT_REPELS, zh="正確選項流失高分組"),
}
FLAG_WORDS: dict[Flag, Bilingual] = {
    Flag.CONTRADICTED: Bilingual(
        en="conclusive evidence says otherwise than the key, so these figures say nothing of the question",
        zh="定論的證據與答案不符，因此以下數字無法說明題目好壞",
    ),
    Flag.CONSTANT: Bilingual(en="every paper has the same score", zh="所有考卷得分相同"),
    Flag.NEGATIVE: Bilingual(
        en="who does well elsewhere does badly here; check the key",
        zh="其他題答得好的人這題反而差，請檢查答案",
    ),
    Flag.LOW: Bilingual(en="it hardly tells strong from weak", zh="幾乎無法區分程度高低"),
    Flag.BELOW_CHANCE: Bilingual(
        en="those who answered score less than answers at random would; check the key",
        zh="作答者的得分低於隨機作答，請檢查答案",
    ),
    Flag.WRONG_DRAWS: Bilingual(
        en="the upper third picks it more often than the lower; check the key",
        zh="高分組比低分組更常選，請檢查答案",
    ),
    Flag.RIGHT_REPELS: Bilingual(
        en="the upper third picks it less often than the lower; check the key",
        zh="高分組比低分組更少選，請檢查答案",
    ),
}


class OptionCount(Frozen):
    """How many papers of each third picked an option; `flag` if strong and weak are the wrong way round."""

    option: str
    correct: bool
    picked: Thirds
    flag: Flag | None

    @property
    def total(self) -> int:
        """How many papers picked it."""
        return sum(self.picked)

    @model_serializer(mode="wrap")
    def _document(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The thirds stand among the other fields."""
        fields = dump(self)
        return {**fields.pop("picked"), **fields}


class Item(Frozen):
    """A question worth `worth` points, over all papers that were shown it; `thirds` are their numbers.

    `difficulty` is the mean share of its points, blanks counted as 0 (1: everyone has full marks);
    `discrimination` the correlation of its score with the total of the other questions;
    `canvas_point_biserial` Canvas's own figure: the correlation with a total that holds the question
    itself, over the papers that answered it. `blank` counts blanks by thirds.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    question: Annotated[AnyQuestion, SkipValidation, PlainSerializer(lambda one: one.id, when_used="json")]
    worth: Points = Field(serialization_alias="points")
    outcomes: dict[Status, int]
    difficulty: Statistic
    discrimination: Statistic = Field(serialization_alias="discrimination_corrected_item_rest")
    canvas_point_biserial: Statistic = Field(serialization_alias="canvas_point_biserial_uncorrected")
    alpha_if_deleted: Statistic
    options: tuple[OptionCount, ...]
    blank: Thirds
    thirds: Thirds = Field(exclude=True)
    flags: tuple[Flag, ...]

    @computed_field
    @property
    def kind(self) -> str:
        """The question's kind."""
        return self.question.kind

    @computed_field
    @property
    def n(self) -> int:
        """How many papers were shown it."""
        return sum(self.thirds)


class ItemAnalysis(Frozen):
    """The graded questions of a class of `n` papers; `thirds` are the numbers of papers in them.

    `left_out` are questions without a known key, `not_asked` those that the class's file does not have,
    `settled` those with full credit whatever was picked, `dropped` those that were taken out.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    n: int
    thirds: Thirds
    alpha: Statistic = Field(serialization_alias="cronbach_alpha")
    items: tuple[Item, ...]
    left_out: tuple[str, ...]
    not_asked: tuple[str, ...]
    settled: tuple[str, ...] = Field(default=(), serialization_alias="full_credit")
    dropped: tuple[str, ...] = ()

    def contradicted(self, questions: Collection[str]) -> "ItemAnalysis":
        """The same, with the questions named whose key conclusive evidence contradicts.

        Of such a question a low discrimination says that the key is wrong, not that the question is weak.
        """
        items = []
        for item in self.items:
            flags = (Flag.CONTRADICTED, *(flag for flag in item.flags if flag is not Flag.LOW))
            named = item.question.id in questions
            items.append(item.model_copy(update={"flags": flags}) if named else item)
        return self.model_copy(update={"items": tuple(items)})

    @property
    def small(self) -> bool:
        """Whether there are too few papers to tell a good question from one that says nothing."""
        return self.n < SMALL_N

    @computed_field
    @property
    def small_n(self) -> Bilingual | None:
        """What to say where papers are too few."""
        return SMALL_N_WORDS if self.small else None
