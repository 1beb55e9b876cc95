"""The second quiz, `examples/tensors`: nothing of it ships in the package, and every command takes it."""

import csv
import json
import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from solvers.evidence.verdicts import Outcome
from solvers.run import catalog
from solvers.run.trial import outcomes
from tests.quizproof.commands import Run, write

TENSORS = Path(__file__).parents[2] / "examples" / "tensors"
KEY = {"q01": "A", "q02": "B", "q03": "C", "q04": ["A", "C"]}
QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"

# As Canvas writes its Student Analysis: a column a question, titled by its number and text, and its points.
HEADER = [
    "name", "id", "sis_id", "section", "section_id", "section_sis_id", "submitted", "attempt",
    "101: torch.zeros(3, 4).T 的最後一軸大小?", "1.0",
    "102: torch.tensor([1, 2]) / 2 的 dtype?", "1.0",
    "103: torch.zeros(3, 1) + torch.zeros(1, 4) 的形狀?", "1.0",
    "104: x = torch.zeros(4, 4)。下列哪些與 x 共用記憶體?", "2.0",
    "n correct", "n incorrect", "score",
]  # fmt: skip
ROWS = [
    ["Ann Lee", "17", "B11901001", "A", "1", "", "2026-03-02 08:15:30 UTC", "1",
     "3", "1.0", "torch.float32", "1.0", "[3, 4]", "1.0", "x.T,x[::2]", "2.0", "4", "0", "5.0"],
    ["王小明", "18", "B11901002", "A", "1", "", "2026-03-02 08:10:00 UTC", "1",
     "100", "0.0", "torch.float32", "1.0", "", "0.0", "x.clone()", "0.0", "1", "3", "1.0"],
]  # fmt: skip


@pytest.mark.parametrize(("question", "correct"), KEY.items())
def test_every_option_is_decided(question: str, correct: str | list[str]) -> None:
    found = outcomes(TENSORS, question)
    assert {letter for letter, outcome in found.items() if outcome is Outcome.HOLDS} == set(correct)
    assert Outcome.UNDETERMINED not in found.values()


def test_its_key_is_confirmed_conclusively(run: Run) -> None:
    result = run("verify", "--quiz", TENSORS, "--key", TENSORS / "key.yaml", "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert {one["question"]: one["status"] for one in document["questions"]} == dict.fromkeys(
        KEY, "confirmed"
    )
    verdicts = [verdict for one in document["evidence"].values() for verdict in one["verdicts"]]
    assert len(verdicts) == 13
    assert {verdict["standing"] for verdict in verdicts} == {"conclusive"}
    sources = {
        (s["name"], s["origin"])
        for one in document["evidence"].values()
        for s in one["provenance"]["sources"]
    }
    assert sources == {("torch", "library")}


def test_its_report_is_the_same_to_the_byte(run: Run) -> None:
    run("verify", "--quiz", TENSORS, "--key", TENSORS / "key.yaml")
    first = Path("proof/report.html").read_bytes()
    assert run("report", "--quiz", TENSORS, "--key", TENSORS / "key.yaml").exit_code == 0
    assert Path("proof/report.html").read_bytes() == first
    html = first.decode()
    assert "First steps in PyTorch" in html
    assert all(f'id="{question}"' in html for question in KEY)
    assert "Mimi" not in html


@pytest.mark.parametrize(("question", "wrong"), [("q01", "B"), ("q03", "A"), ("q04", ["A", "B", "C"])])
def test_one_wrong_letter_is_contradicted(run: Run, question: str, wrong: str | list[str]) -> None:
    key = write(Path("wrong.yaml"), {"key": KEY | {question: wrong}})
    result = run("verify", "--quiz", TENSORS, "--key", key, "--json")
    assert result.exit_code == 1
    statuses = {one["question"]: one["status"] for one in json.loads(result.stdout)["questions"]}
    assert statuses == dict.fromkeys(KEY, "confirmed") | {question: "contradicted"}


def test_its_qti_asks_what_the_quiz_asks(run: Run) -> None:
    made = run("export", "qti", "--quiz", TENSORS, "--key", TENSORS / "key.yaml", "--language", "en")
    assert made.stdout == "quiz-qti.zip: 4 questions, 5 points.\n"
    with zipfile.ZipFile("quiz-qti.zip") as package:
        documents = [ET.fromstring(package.read(name)) for name in package.namelist()]
    items = [item for document in documents for item in document.iter(f"{QTI}item")]
    asked = [item.find(f"{QTI}presentation/{QTI}material/{QTI}mattext") for item in items]
    spec = catalog.load(TENSORS)
    assert len(items) == 4
    for item, prompt, question in zip(items, asked, spec.questions, strict=True):
        assert prompt is not None
        assert question.prompt.en in (prompt.text or "")
        texts = [text.text or "" for text in item.findall(f".//{QTI}response_label//{QTI}mattext")]
        assert len(texts) == len(question.options)
        assert all(option.text.en in text for option, text in zip(question.options, texts, strict=True))


def test_a_class_from_canvas_is_read_back(run: Run) -> None:
    with Path("class.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *ROWS])
    grade = ("grade", "class.csv", "--quiz", TENSORS, "--key", TENSORS / "key.yaml", "--compare")
    result = run(*grade, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert [(one["student"], one["score"]) for one in document["grades"]] == [
        ("B11901001", "5"),
        ("B11901002", "1"),
    ]
    assert {one["question"]: one["n_differing"] for one in document["comparison"]} == dict.fromkeys(
        (*KEY, "total"), 0
    )


def test_a_question_of_its_own_credit_rule(run: Run) -> None:
    """q04 is A and C: of all or nothing, the quiz's rule, A alone earns nothing; net, it earns half."""
    shutil.copytree(TENSORS, "tensors")
    text = Path("tensors/q04.yaml").read_text(encoding="utf-8")
    Path("tensors/q04.yaml").write_text(f"{text}credit: net\n", encoding="utf-8")
    paper = write(Path("paper.yaml"), {"student": "B1", "answers": {"q01": "A", "q04": ["A"]}})
    for quiz, score in ((TENSORS, "1"), (Path("tensors"), "2")):
        graded = run("grade", paper, "--quiz", quiz, "--key", TENSORS / "key.yaml", "--json")
        assert [one["score"] for one in json.loads(graded.stdout)["grades"]] == [score]
        made = run("export", "qti", "--quiz", quiz, "--key", TENSORS / "key.yaml")
        assert made.exit_code == 0
        assert ("q04: Canvas scores it net, the quiz all-or-nothing" in made.stderr) is (quiz == TENSORS)
