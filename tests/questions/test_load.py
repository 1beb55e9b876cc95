"""Every mistake in a spec, and the exact sentence it earns."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from questions.common.errors import SpecError
from solvers.run import catalog

QUIZ_DIR = catalog.find_quiz("hw10")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the quiz with the solvers that ship, named from the working directory in messages."""
    copy = tmp_path / "questions"
    copy.mkdir()
    for path in QUIZ_DIR.glob("*.yaml"):
        shutil.copy(path, copy)
    with (copy / "quiz.yaml").open("a", encoding="utf-8") as file:
        file.write("pack: hw10\n")
    monkeypatch.chdir(tmp_path)
    return copy


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(SpecError) as caught:
        catalog.load(folder)
    return caught.value.problems


SOLVERS = (
    "q01_token_shapes, q02_frame_count, q03_code_axes, q04_code_dtype, q05_codebook_vector, "
    "q06_emotion_umap, q07_languages, q08_laughter_music, q09_layer_order, q10_interleaving, "
    "q11_csm_voice, q12_csm_tokens"
)
RESOURCES = (
    "architecture, asr-weights, codec-weights, course-audio, csm-weights, emovdb, reference-whisper, "
    "speaker-weights, torch-library, umap"
)

# file, what is replaced, by what, the sentences
MISTAKES: dict[str, tuple[str, str, str, list[str]]] = {
    "unknown claim": (
        "q07.yaml",
        "{better: zh}",
        "{qualty: zh}",
        ["q07.yaml:20: options[0].claim: unknown field 'qualty'; allowed: better, both, only"],
    ),
    "misspelt claim": (
        "q07.yaml",
        "{better: zh}",
        "{beter: zh}",
        [
            "q07.yaml:20: options[0].claim: unknown field 'beter'; allowed: better, both, only. "
            "Did you mean 'better'?"
        ],
    ),
    "another question's claim": (
        "q08.yaml",
        "- claim: {worst: laughter}",
        "- claim: {better: zh}",
        ["q08.yaml:23: options[0].all[0].claim: unknown field 'better'; allowed: worst, because, implies"],
    ),
    "two claims in one": (
        "q07.yaml",
        "{both: good}",
        "{both: good, only: en}",
        ["q07.yaml:32: options[2].claim: unknown field 'only'; allowed: both"],
    ),
    "no claim": (
        "q07.yaml",
        "{both: good}",
        "{}",
        ["q07.yaml:32: options[2].claim: found a mapping; allowed: a mapping with one of better, both, only"],
    ),
    "claim of a wrong type": (
        "q07.yaml",
        "{both: good}",
        "good",
        ["q07.yaml:32: options[2].claim: found 'good'; allowed: a mapping with one of better, both, only"],
    ),
    "only claim of its question misspelt": (
        "q02.yaml",
        "{frames: 8}",
        "{frame: 8}",
        [
            "q02.yaml:16: options[0].claim: the field 'frames' is missing",
            "q02.yaml:16: options[0].claim: unknown field 'frame'; allowed: frames. Did you mean 'frames'?",
        ],
    ),
    "literal": (
        "q07.yaml",
        "{better: zh}",
        "{better: ZH}",
        ["q07.yaml:20: options[0].claim.better: found 'ZH'; allowed: en, zh. Did you mean 'zh'?"],
    ),
    "resource spelt with an underscore": (
        "q07.yaml",
        "[codec-weights, course",
        "[codec_weights, course",
        [
            f"q07.yaml:11: rests_on[0]: found 'codec_weights'; allowed: {RESOURCES}. "
            "Did you mean 'codec-weights'?",
        ],
    ),
    "unknown resource": (
        "q07.yaml",
        "[codec-weights, course",
        "[codec-weigths, course",
        [
            f"q07.yaml:11: rests_on[0]: found 'codec-weigths'; allowed: {RESOURCES}. "
            "Did you mean 'codec-weights'?"
        ],
    ),
    "unknown resource of an option": (
        "q06.yaml",
        "    rests_on: [umap]",
        "    rests_on: [t-sne]",
        [f"q06.yaml:21: options[0].rests_on[0]: found 't-sne'; allowed: {RESOURCES}"],
    ),
    "unknown resource of a part": (
        "q08.yaml",
        "basis: judgement\n        rests_on: []",
        "basis: judgement\n        rests_on: [umap, mimi]",
        [f"q08.yaml:26: options[0].all[1].rests_on[1]: found 'mimi'; allowed: {RESOURCES}"],
    ),
    "solver missing": (
        "q07.yaml",
        "solver: q07_languages\n",
        "",
        ["q07.yaml:2: the field 'solver' is missing"],
    ),
    "solver misspelt": (
        "q07.yaml",
        "solver: q07_languages",
        "solver: q07_langauges",
        [
            f"q07.yaml:3: solver: unknown solver 'q07_langauges'; allowed: {SOLVERS}. "
            "Did you mean 'q07_languages'?"
        ],
    ),
    "solver of another pack": (
        "q07.yaml",
        "solver: q07_languages",
        "solver: broadcasting",
        [f"q07.yaml:3: solver: unknown solver 'broadcasting'; allowed: {SOLVERS}"],
    ),
    "claims that the solver does not understand": (
        "q02.yaml",
        "solver: q02_frame_count",
        "solver: q03_code_axes",
        [
            "q02.yaml:16: options[0].claim: the field 'axis_1_follows' is missing",
            "q02.yaml:16: options[0].claim: unknown field 'frames'; allowed: axis_1_follows",
            "q02.yaml:17: options[1].claim: the field 'axis_1_follows' is missing",
            "q02.yaml:17: options[1].claim: unknown field 'frames'; allowed: axis_1_follows",
            "q02.yaml:18: options[2].claim: the field 'axis_1_follows' is missing",
            "q02.yaml:18: options[2].claim: unknown field 'frames'; allowed: axis_1_follows",
            "q02.yaml:19: options[3].claim: the field 'axis_1_follows' is missing",
            "q02.yaml:19: options[3].claim: unknown field 'frames'; allowed: axis_1_follows",
        ],
    ),
    "unknown pack": (
        "quiz.yaml",
        "pack: hw10",
        "pack: hw01",
        ["quiz.yaml:22: pack: no pack 'hw01' ships; allowed: hw10. Did you mean 'hw10'?"],
    ),
    "unknown credit rule of a question": (
        "q07.yaml",
        "kind: single",
        "kind: single\ncredit: each-answr",
        [
            "q07.yaml:6: credit: found 'each-answr'; allowed: net, all-or-nothing, each-answer, "
            "coverage. Did you mean 'each-answer'?"
        ],
    ),
    "unknown field of the question": (
        "q07.yaml",
        "kind: single",
        "kind: single\nweight: 1",
        [
            "q07.yaml:6: unknown field 'weight'; allowed: id, solver, section, kind, points, "
            "credit, title, prompt, rests_on, inputs, options"
        ],
    ),
    "unknown kind": (
        "q07.yaml",
        "kind: single",
        "kind: singel",
        ["q07.yaml:5: kind: found 'singel'; allowed: single, multiple. Did you mean 'single'?"],
    ),
    "missing": ("q07.yaml", "kind: single\n", "", ["q07.yaml:2: the field 'kind' is missing"]),
    "null is not a text": (
        "q02.yaml",
        'en: "8"',
        "en: null",
        ["q02.yaml:16: options[0].text.en: found nothing (null); allowed: a text"],
    ),
    "points without quotes": (
        "q07.yaml",
        'points: "0.8"',
        "points: 0.8",
        ["q07.yaml:6: points: found 0.8; allowed: a text; put it in quotes"],
    ),
    "points that are no decimal": (
        "q07.yaml",
        'points: "0.8"',
        'points: "4/5"',
        ["q07.yaml:6: points: found '4/5'; allowed: an exact decimal in quotes, such as \"0.8\""],
    ),
    "option id": (
        "q02.yaml",
        "{id: B",
        "{id: b",
        ["q02.yaml:17: options[1].id: found 'b'; allowed: one capital letter, A to Z"],
    ),
    "number in quotes": (
        "q02.yaml",
        "{frames: 8}",
        '{frames: "8"}',
        ["q02.yaml:16: options[0].claim.frames: found '8'; allowed: a whole number"],
    ),
    "bool for a number": (
        "q02.yaml",
        "{frames: 8}",
        "{frames: true}",
        ["q02.yaml:16: options[0].claim.frames: found true; allowed: a whole number"],
    ),
    "number below": (
        "q02.yaml",
        "{frames: 8}",
        "{frames: -8}",
        ["q02.yaml:16: options[0].claim.frames: found -8; allowed: at least 0"],
    ),
    "number above": (
        "q10.yaml",
        "{blurred_at: 2}",
        "{blurred_at: 9}",
        ["q10.yaml:48: options[3].claim.blurred_at: found 9; allowed: at most 8"],
    ),
    "infinite": (
        "q05.yaml",
        "{first_five: [0.3452",
        "{first_five: [1e999",
        ["q05.yaml:22: options[0].claim.first_five[0]: found inf; allowed: a finite number"],
    ),
    "too few": (
        "q05.yaml",
        "{first_five: [0.3452, ",
        "{first_five: [",
        ["q05.yaml:22: options[0].claim.first_five: found 4 items; allowed: at least 5"],
    ),
    "too few only because an item is wrong": (
        "q05.yaml",
        "{first_five: [0.3452",
        "{first_five: [abc",
        ["q05.yaml:22: options[0].claim.first_five[0]: found 'abc'; allowed: a number"],
    ),
    "empty list of inputs": (
        "q08.yaml",
        "[music.wav]",
        "[]",
        ["q08.yaml:14: inputs.music: found 0 items; allowed: at least 1"],
    ),
    "a path as input": (
        "q08.yaml",
        "[music.wav]",
        "[../music.wav]",
        ["q08.yaml:14: inputs.music[0]: found '../music.wav'; allowed: a file name without a folder"],
    ),
    "a transcript of no input": (
        "q07.yaml",
        "  chinese: [",
        "  transcripts: {englsh: Hello}\n  chinese: [",
        [
            "q07.yaml:12: inputs: found a transcript of 'englsh'; allowed: english, chinese. "
            "Did you mean 'english'?"
        ],
    ),
    "an empty transcript": (
        "q07.yaml",
        "  chinese: [",
        "  transcripts: {english: ' '}\n  chinese: [",
        ["q07.yaml:14: inputs.transcripts.english: found ' '; allowed: a text with something to read in it"],
    ),
    "text for a list": (
        "q08.yaml",
        "[music.wav]",
        "music.wav",
        ["q08.yaml:14: inputs.music: found 'music.wav'; allowed: a list"],
    ),
    "text for a mapping": (
        "q03.yaml",
        "title: {",
        "title: x\nprompt_: {",
        [
            "q03.yaml:7: title: found 'x'; allowed: a mapping of fields",
            "q03.yaml:8: unknown field 'prompt_'; allowed: id, solver, section, kind, points, "
            "credit, title, prompt, rests_on, inputs, options. Did you mean 'prompt'?",
        ],
    ),
    "a long and hostile value": (
        "q07.yaml",
        "{better: zh}",
        "{better: " + "\u202e" + "x" * 100 + "}",
        ["q07.yaml:20: options[0].claim.better: found '\\u202e" + "x" * 59 + "…'; allowed: en, zh"],
    ),
    "documented without a source": (
        "q07.yaml",
        "{better: zh}",
        "{better: zh}\n    basis: documented",
        [
            "q07.yaml:16: options[0]: found basis 'documented' without a source; "
            "allowed: 'documented' with one, any other without"
        ],
    ),
    "a source for a measurement": (
        "q12.yaml",
        "basis: documented",
        "basis: measured",
        [
            "q12.yaml:39: options[2].all[0]: found basis 'measured' with a source; "
            "allowed: 'documented' with one, any other without"
        ],
    ),
    "claim and parts": (
        "q08.yaml",
        "    all:",
        "    claim: {worst: music}\n    all:",
        ["q08.yaml:16: options[0]: an option has either 'claim' or 'all', and only one of them"],
    ),
    "neither claim nor parts": (
        "q07.yaml",
        "    claim: {better: zh}\n",
        "",
        ["q07.yaml:16: options[0]: an option has either 'claim' or 'all', and only one of them"],
    ),
    "basis beside parts": (
        "q08.yaml",
        "    all:",
        "    basis: entailed\n    all:",
        ["q08.yaml:16: options[0]: basis, rests_on and source stand in the parts where there are parts"],
    ),
    "id is not the file's": (
        "q07.yaml",
        "id: q07",
        "id: q08",
        ["q07.yaml:2: id: found 'q08'; allowed: 'q07', as the file is named"],
    ),
    "unknown section": (
        "q07.yaml",
        "section: detokenizer",
        "section: detokeniser",
        [
            "q07.yaml:4: section: unknown section 'detokeniser'; allowed: tokenizer, detokenizer, backbone. "
            "Did you mean 'detokenizer'?"
        ],
    ),
    "the same option id": (
        "q02.yaml",
        "{id: B",
        "{id: A",
        ["q02.yaml:17: options[1].id: the option id 'A' stands twice, first on line 16"],
    ),
    "the same text but for case, space and width": (
        "q11.yaml",
        "en: 'The voice of Jason says \"What? Seriously?\"'",
        "en: 'the voice of  EMILY says \"What？ Seriously?\"'",
        [
            "q11.yaml:62: options[3].text.en: the en text 'the voice of  EMILY says \"What？ Seriously?\"' "
            "stands twice, first on line 52"
        ],
    ),
    "the same claim": (
        "q02.yaml",
        "{frames: 150}",
        "{frames: 8}",
        ["q02.yaml:17: options[1]: option B claims the same as option A; change one of them"],
    ),
    "points that do not add up": (
        "q07.yaml",
        'points: "0.8"',
        'points: "0.9"',
        ["quiz.yaml:16: total: the total is 10, the questions' points add up to 10.1"],
    ),
    "a wrong total": (
        "quiz.yaml",
        'total: "10"',
        'total: "12"',
        ["quiz.yaml:16: total: the total is 12, the questions' points add up to 10.0"],
    ),
    "a question that is not listed": (
        "quiz.yaml",
        ", q12]",
        "]",
        [
            "q12.yaml: is not listed under 'questions' in questions/quiz.yaml",
            "quiz.yaml:16: total: the total is 10, the questions' points add up to 9.2",
        ],
    ),
    "a question listed twice": (
        "quiz.yaml",
        "q02,",
        "q02, q02,",
        ["quiz.yaml:21: questions[2]: q02 is listed twice; keep one"],
    ),
    "a question nobody knows": (
        "quiz.yaml",
        "q12]",
        "q12, q1 2]",
        [
            "quiz.yaml:21: questions[12]: found 'q1 2'; allowed: q and two digits, such as q07",
            "quiz.yaml:21: questions[12]: 'q1 2.yaml' does not exist in this folder",
        ],
    ),
    "a question without a file": (
        "quiz.yaml",
        "q12]",
        "q12, q13]",
        ["quiz.yaml:21: questions[12]: 'q13.yaml' does not exist in this folder"],
    ),
    "a question misspelt": (
        "quiz.yaml",
        "q11, q12]",
        "q11, Q12]",
        [
            "quiz.yaml:21: questions[11]: found 'Q12'; allowed: q and two digits, such as q07",
            "quiz.yaml:21: questions[11]: 'Q12.yaml' does not exist in this folder. Did you mean 'q12'?",
            "q12.yaml: is not listed under 'questions' in questions/quiz.yaml",
            "quiz.yaml:16: total: the total is 10, the questions' points add up to 9.2",
        ],
    ),
    "another rule": (
        "quiz.yaml",
        "name: net",
        "name: gross",
        ["quiz.yaml:9: rule.name: found 'gross'; allowed: net, all-or-nothing, each-answer, coverage"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_and_its_sentence(folder: Path, name: str) -> None:
    file, old, new, sentences = MISTAKES[name]
    edit(folder, file, old, new)
    assert problems_of(folder) == [f"questions/{sentence}" for sentence in sentences]


def test_several_broken_files_are_reported_in_one_go(folder: Path) -> None:
    edit(folder, "quiz.yaml", "name: net", "name: gross")
    edit(folder, "q01.yaml", "kind: single", "kind: one")
    (folder / "q03.yaml").write_bytes(b"\xff")
    edit(folder, "q04.yaml", "section: tokenizer", "section: tokenizer\nsection: backbone")
    edit(folder, "q05.yaml", "rests_on: [codec-weights]", "rests_on: [codec-weights")
    edit(folder, "q06.yaml", 'points: "1"', "points: 1")
    edit(folder, "q06.yaml", "umap_is: nonlinear", "umap_is: non-linear")
    (folder / "q09.yaml").unlink()
    (folder / "q10.yaml").write_text("")
    (folder / "q11.yaml").write_text("[]")
    (folder / "q13.yaml").write_text("id: q13")
    found = problems_of(folder)
    told = [problem.removeprefix("questions/") for problem in found]
    # The parser's own words follow, which differ between libyaml and its Python twin.
    assert [problem.split(": while parsing")[0] for problem in told] == [
        "quiz.yaml:9: rule.name: found 'gross'; allowed: net, all-or-nothing, each-answer, coverage",
        "quiz.yaml:21: questions[8]: 'q09.yaml' does not exist in this folder",
        "q13.yaml: is not listed under 'questions' in questions/quiz.yaml",
        "q01.yaml:5: kind: found 'one'; allowed: single, multiple",
        "q03.yaml: is not UTF-8: byte 0xff at offset 0; save it as UTF-8",
        "q04.yaml:5:1: the key 'section' stands twice, first on line 4; keep one",
        "q05.yaml:16:7: is not YAML",
        "q06.yaml:6: points: found 1; allowed: a text; put it in quotes",
        "q06.yaml:20: options[0].claim.umap_is: found 'non-linear'; allowed: nonlinear, linear. "
        "Did you mean 'nonlinear'?",
        "q10.yaml: the file is empty; it needs a mapping of fields",
        "q11.yaml:1: found a list; allowed: a mapping of fields",
    ]


def test_without_quiz_yaml_the_questions_are_checked_all_the_same(folder: Path) -> None:
    (folder / "quiz.yaml").unlink()
    edit(folder, "q01.yaml", "kind: single", "kind: one")
    assert problems_of(folder) == [
        "questions/quiz.yaml: cannot be read: No such file or directory",
        "questions/q01.yaml:5: kind: found 'one'; allowed: single, multiple",
    ]


def test_options_may_be_reordered_added_and_changed_without_code(folder: Path) -> None:
    edit(folder, "q02.yaml", "{id: A, text", "{id: Z, text")
    edit(
        folder, "q02.yaml", '{zh: "8", en: "8"}, claim: {frames: 8}', '{zh: "9", en: "9"}, claim: {frames: 9}'
    )
    with (folder / "q02.yaml").open("a", encoding="utf-8") as file:
        file.write('  - {id: E, text: {zh: "1", en: "1"}, claim: {frames: 1}}\n')
    question = catalog.load(folder).question("q02")
    assert question.option_ids == ("Z", "B", "C", "D", "E")
    assert question.option("Z").parts[0].claim.frames == 9


LOOKUPS: dict[str, Callable[[], object]] = {
    "question": lambda: catalog.load().question("q13"),
    "option": lambda: catalog.load().question("q01").option("E"),
}


@pytest.mark.parametrize("lookup", LOOKUPS.values(), ids=LOOKUPS)
def test_looking_up_what_is_not_there(lookup: Callable[[], object]) -> None:
    with pytest.raises(KeyError):
        lookup()


def test_loading_imports_nothing_heavy() -> None:
    code = (
        "import sys; from solvers.run import catalog; import questions.key; catalog.load(); "
        "print([m for m in ('torch', 'numpy', 'jsonschema', 'rich', 'typer') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=QUIZ_DIR.parents[1]
    )
    assert done.stdout == "[]\n"
