"""Quizzes, solvers and resources are found where they are said to lie; what is amiss is one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from questions.common.errors import SpecError
from questions.quiz import QuizSpec
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Outcome, Standing
from solvers.hw10 import q02_frame_count
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.resources.resource import Setup
from solvers.run import catalog, measure
from solvers.run.judge import judge_record
from solvers.run.pool import ResourcePool, resources_of

QUIZ = """
title: {zh: 測驗, en: Quiz}
course: {zh: 課程, en: Course}
rule: {name: net, text: {zh: 規則, en: The rule}}
total: "1"
sections: {only: {zh: 第一節, en: Section 1}}
questions: [q01]
"""
QUESTION = """
id: q01
solver: sum_of_beads
section: only
kind: single
points: "1"
title: {zh: 珠算, en: Beads}
prompt: {zh: 共有幾顆, en: How many beads are there?}
rests_on: [bead-frame]
options:
  - {id: A, text: {zh: 六, en: Six}, claim: {beads: 6}}
  - {id: B, text: {zh: 七, en: Seven}, claim: {beads: 7}}
"""
SOLVER = """
from questions.claims import Claim, Count
from questions.common.frozen import Frozen
from questions.quiz import Bilingual
from solvers.evidence.verdicts import Finding, Outcome
from solvers.run.solver import Measured, Solver
{imports}

class Beads(Claim):
    beads: Count


class Measurements(Frozen):
    n_beads: int


def measure(question, session):
    return Measured(Measurements(n_beads=sum(session.use(BEAD_FRAME))))


def judge(part, found):
    holds = part.claim.beads == found.n_beads
    return Finding(
        outcome=Outcome.HOLDS if holds else Outcome.FAILS,
        measured=str(found.n_beads),
        threshold=str(part.claim.beads),
        reason=Bilingual(zh="數過了。", en="Counted."),
    )


SOLVER = Solver(
    version=1, claims=(Beads,), uses=(BEAD_FRAME,), measurements=Measurements, measure=measure, judge=judge
)
"""
RESOURCE = """
from questions.quiz import Bilingual
from solvers.evidence.sources import Source
from solvers.resources.resource import Resource


class BeadFrame(Resource):
    name = "bead-frame"
    title = Bilingual(zh="算盤", en="the bead frame")
    library = "frame"

    def sources(self, pool, question):
        return (Source(resource=self.name, origin="library", name="frame", genuine=True),)

    def load(self, pool):
        return {rows}


RESOURCE = BeadFrame()
"""
IMPORT_BESIDE = "from .resources.bead_frame import RESOURCE as BEAD_FRAME"


def write_quiz(folder: Path, rows: tuple[int, ...] = (1, 2, 3), extra: str = "") -> Path:
    """A quiz of one question with a solver and a resource of its own; `extra` ends its quiz.yaml."""
    (folder / "resources").mkdir(parents=True)
    (folder / "quiz.yaml").write_text(QUIZ + extra, encoding="utf-8")
    (folder / "q01.yaml").write_text(QUESTION, encoding="utf-8")
    (folder / "sum_of_beads.py").write_text(SOLVER.format(imports=IMPORT_BESIDE), encoding="utf-8")
    (folder / "resources" / "bead_frame.py").write_text(RESOURCE.format(rows=rows), encoding="utf-8")
    return folder


def outcomes_of(quiz: QuizSpec, folder: Path) -> list[Outcome]:
    """Measured, stored and judged as the command line does."""
    pack = catalog.pack_of(quiz)
    pool = ResourcePool(Setup(models="standin", device="cpu"), pack)
    (record,) = measure.run(quiz.questions, pool, Store(folder), lambda *_: None)
    evidence = judge_record(quiz.questions[0], record, pack)
    assert evidence.failure is None
    assert {verdict.standing for verdict in evidence.verdicts} == {Standing.CONCLUSIVE}
    return [verdict.outcome for verdict in evidence.verdicts]


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(SpecError) as found:
        catalog.load(folder)
    return found.value.problems


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages name files from the working directory."""
    monkeypatch.chdir(tmp_path)


def test_the_quiz_that_ships_is_found_by_name_by_path_and_unasked(spec: QuizSpec) -> None:
    assert list(catalog.shipped()) == ["hw10"]
    assert catalog.load("hw10") == catalog.load(spec.folder) == spec
    pack = catalog.pack_of(spec)
    assert pack.solvers == ("solvers.hw10",)
    assert pack.resources == ("solvers.hw10.resources", "solvers.resources")
    assert pack.cards == ("reports.hw10",)


def test_a_quiz_that_is_nowhere_is_said() -> None:
    with pytest.raises(SpecError) as found:
        catalog.load("hw1O")
    assert str(found.value) == ("--quiz 'hw1O': no such quiz; allowed: a folder, hw10. Did you mean 'hw10'?")


def test_a_folder_with_its_own_solver_and_resource(tmp_path: Path) -> None:
    quiz = catalog.load(write_quiz(tmp_path / "beads"))
    pack = catalog.pack_of(quiz)
    assert pack.solver_names == ("sum_of_beads",)
    assert pack.resource_names == (
        "asr-weights", "bead-frame", "course-audio", "speaker-weights", "torch-library",
    )  # fmt: skip
    assert [resource.name for resource in resources_of(quiz, pack)] == ["bead-frame"]
    assert pack.card("sum_of_beads") is None
    assert outcomes_of(quiz, tmp_path / "proof") == [Outcome.HOLDS, Outcome.FAILS]


def test_a_card_lies_in_the_folders_own_cards(tmp_path: Path) -> None:
    folder = write_quiz(tmp_path / "beads")
    (folder / "cards").mkdir()
    (folder / "cards" / "sum_of_beads.py").write_text("WORDS = 'beads'\nCARD = object()\n")
    card = catalog.pack_of(catalog.load(folder)).card("sum_of_beads")
    assert card is not None
    assert card.WORDS == "beads"


def test_a_pack_that_is_named_is_looked_up_after_the_folders_own(tmp_path: Path, spec: QuizSpec) -> None:
    folder = write_quiz(tmp_path / "beads", extra="pack: hw10\n")
    shipped = (spec.folder / "q02.yaml").read_text(encoding="utf-8")
    (folder / "q02.yaml").write_text(shipped.replace("section: tokenizer", "section: only"), encoding="utf-8")
    text = (folder / "quiz.yaml").read_text(encoding="utf-8")
    text = text.replace("[q01]", "[q01, q02]").replace('total: "1"', 'total: "1.8"')
    (folder / "quiz.yaml").write_text(text, encoding="utf-8")
    pack = catalog.pack_of(catalog.load(folder))
    assert pack.solver("q02_frame_count") is q02_frame_count.SOLVER
    assert pack.resource("codec-weights") is CODEC_WEIGHTS
    assert pack.resource("bead-frame").title.en == "the bead frame"


def test_the_folders_own_module_comes_before_the_packs(tmp_path: Path) -> None:
    folder = write_quiz(tmp_path / "beads", extra="pack: hw10\n")
    (folder / "sum_of_beads.py").rename(folder / "q02_frame_count.py")
    text = (folder / "q01.yaml").read_text(encoding="utf-8")
    (folder / "q01.yaml").write_text(text.replace("sum_of_beads", "q02_frame_count"), encoding="utf-8")
    assert outcomes_of(catalog.load(folder), tmp_path / "proof") == [Outcome.HOLDS, Outcome.FAILS]


def test_two_folders_with_modules_of_one_name_never_meet(tmp_path: Path) -> None:
    six = catalog.load(write_quiz(tmp_path / "one" / "beads"))
    seven = catalog.load(write_quiz(tmp_path / "two" / "beads", rows=(3, 4)))
    assert outcomes_of(six, tmp_path / "proof-one") == [Outcome.HOLDS, Outcome.FAILS]
    assert outcomes_of(seven, tmp_path / "proof-two") == [Outcome.FAILS, Outcome.HOLDS]
    solvers = [catalog.pack_of(quiz).solver("sum_of_beads") for quiz in (six, seven)]
    assert solvers[0].claims != solvers[1].claims
    assert not {"sum_of_beads", "resources"} & set(sys.modules)


def test_a_solver_that_cannot_be_imported_is_said_with_its_path(tmp_path: Path) -> None:
    folder = write_quiz(tmp_path / "beads")
    (folder / "sum_of_beads.py").write_text("import numpyy\nSOLVER = numpyy.solver()\n")
    assert problems_of(folder) == [
        "beads/q01.yaml:3: solver: beads/sum_of_beads.py: cannot be imported "
        "(ModuleNotFoundError: No module named 'numpyy')"
    ]


def test_a_resource_that_cannot_be_imported_is_said_with_its_path(tmp_path: Path) -> None:
    folder = write_quiz(tmp_path / "beads")
    (folder / "resources" / "bead_frame.py").write_text("x = 1 / 0\nRESOURCE = x\n")
    assert problems_of(folder) == [
        "beads/q01.yaml:3: solver: beads/sum_of_beads.py: cannot be imported "
        "(ZeroDivisionError: division by zero)"
    ]
    pack = catalog.pack_at(folder, None)
    with pytest.raises(SpecError) as found:
        pack.resource("bead-frame")
    assert str(found.value) == (
        "beads/resources/bead_frame.py: cannot be imported (ZeroDivisionError: division by zero)"
    )


def test_a_solver_that_is_no_solver_is_said(tmp_path: Path) -> None:
    folder = write_quiz(tmp_path / "beads")
    (folder / "sum_of_beads.py").write_text("X = 7\nSOLVER = X\n")
    assert problems_of(folder) == [
        "beads/q01.yaml:3: solver: beads/sum_of_beads.py: SOLVER is no Solver; give one, "
        "as docs/new_question.md shows"
    ]


def test_a_solver_without_a_judge_is_said(tmp_path: Path) -> None:
    folder = write_quiz(tmp_path / "beads")
    path = folder / "sum_of_beads.py"
    path.write_text(path.read_text().replace("judge=judge", "judge=None"))
    assert problems_of(folder) == [
        "beads/q01.yaml:3: solver: beads/sum_of_beads.py: cannot be imported "
        "(TypeError: a solver has either judge or judge_together, and only one of them)"
    ]


def test_a_module_beside_the_questions_that_is_no_solver_is_none(tmp_path: Path) -> None:
    """What is named is read first: helpers, and files that are no modules, are never run."""
    folder = write_quiz(tmp_path / "beads")
    (folder / "helpers.py").write_text("raise SystemExit('was run')\n")
    (folder / "not-a-module.py").write_text("SOLVER = 1\nSOLVER = 2\n")
    (folder / "notes.txt").write_text("\nSOLVER = 1\n")
    assert catalog.pack_of(catalog.load(folder)).solver_names == ("sum_of_beads",)


def test_loading_a_folder_imports_nothing_heavy(tmp_path: Path) -> None:
    folder = write_quiz(tmp_path / "beads")
    code = (
        "import sys; from pathlib import Path; from solvers.run import catalog; "
        f"catalog.load(Path({str(folder)!r})); print([m for m in ('torch', 'numpy') if m in sys.modules])"
    )
    here = Path(catalog.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=here)
    assert done.stdout == "[]\n"


def test_an_outside_solver_that_was_rewritten_is_measured_again(tmp_path: Path) -> None:
    """Its author raised no version; the numbers of the old one are not the new one's."""
    quiz = write_quiz(tmp_path / "quiz")
    (module,) = (path for path in (tmp_path / "quiz").glob("*.py"))
    pack = catalog.pack_of(catalog.load(quiz))
    before = pack.digest_of(module.stem)
    module.write_text(module.read_text(encoding="utf-8") + "\n# another hand\n", encoding="utf-8")
    assert before is not None
    assert pack.digest_of(module.stem) not in {None, before}
    assert catalog.pack_of(catalog.load()).digest_of("q02_frame_count") is None  # it has a version
