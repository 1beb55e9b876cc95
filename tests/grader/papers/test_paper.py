"""Papers: what is accepted, and the whole sentence of every mistake."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.papers.paper import MAX_PAPER_BYTES, Paper, read_paper
from questions.common.errors import QuizproofError, SubmissionError
from tests.grader.tiny import QUIZ

QUESTIONS = "q01, q02, q06, q10"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # messages name files from the working directory


def read(text: str | bytes, name: str = "paper.yaml") -> Paper:
    path = Path(name)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_paper(path, QUIZ)


def problems(text: str | bytes, name: str = "paper.yaml") -> list[str]:
    with pytest.raises(SubmissionError) as caught:
        read(text, name)
    assert isinstance(caught.value, QuizproofError)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


def test_a_paper_in_yaml() -> None:
    paper = read("student: B11901001\nanswers: {q01: B, q06: [A, B, D], q10: C, q02: [D]}\n")
    assert paper.student == "B11901001"
    assert paper.answers == {
        "q01": frozenset("B"),
        "q02": frozenset("D"),
        "q06": frozenset("ABD"),
        "q10": frozenset("C"),
    }


def test_a_paper_in_json() -> None:
    paper = read('{"student": "B11901001", "answers": {"q01": "B", "q06": ["A", "B"]}}', "paper.json")
    assert paper == Paper("B11901001", {"q01": frozenset("B"), "q06": frozenset("AB")})


def test_left_out_null_and_an_empty_list_are_all_blank() -> None:
    paper, left_out = (
        read(f"student: s\nanswers:\n{blanks}  q06: [A]\n")
        for blanks in ("  q01:\n  q02: null\n  q10: []\n", "")
    )
    assert paper == left_out
    assert [paper.picked(name) for name in ("q01", "q02", "q10")] == [frozenset()] * 3
    assert [left_out.picked(name) for name in ("q01", "q02", "q10")] == [frozenset()] * 3
    assert read("student: s\nanswers: {}\n") == Paper("s", {})


@pytest.mark.parametrize("written", ["AB", "BA", '"A, B"', "A, B", "Ａ、Ｂ", '"[A, B]"', "A&B"])
def test_several_letters_in_one_text_are_the_list_of_them(written: str) -> None:
    assert read(f"student: s\nanswers:\n  Q06: {written}\n") == Paper("s", {"q06": frozenset("AB")})


def test_a_question_is_answered_once_in_whatever_letters() -> None:
    assert problems("student: s\nanswers:\n  q06: AB\n  Q06: A\n") == [
        "paper.yaml:4: answers.Q06: student 's': is the same question as 'q06'; keep one"
    ]


def test_the_order_of_picks_does_not_matter() -> None:
    assert read("student: s\nanswers: {q06: [D, A]}\n") == read("student: s\nanswers: {q06: [A, D]}\n")


def test_a_paper_cannot_be_changed() -> None:
    given_answers = {"q01": frozenset("B")}
    paper = Paper("s", given_answers)
    given_answers["q01"] = frozenset("C")
    assert paper.picked("q01") == frozenset("B")
    with pytest.raises(TypeError):
        paper.answers["q01"] = frozenset("C")  # type: ignore[index]
    with pytest.raises(AttributeError):
        paper.student = "t"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("written", "student"),
    [
        ("B11901001", "B11901001"),
        ("11901001", "11901001"),
        ("7 # of the class", "7"),
        ('"007"', "007"),
        ("'11901E01'", "11901E01"),
        ("2026-03-02", "2026-03-02"),
        ("no", "no"),
        ("王小明", "王小明"),
        ('" Ann Lee "', "Ann Lee"),
        ("'=HYPERLINK(\"http://x\")'", '=HYPERLINK("http://x")'),
        ("'<script>alert(1)</script>'", "<script>alert(1)</script>"),
        ("'[bold red]Ann[/]'", "[bold red]Ann[/]"),
        ("../../etc/passwd", "../../etc/passwd"),
        ("'{{ 7 * 7 }}'", "{{ 7 * 7 }}"),
        ("O'Neil; DROP TABLE students", "O'Neil; DROP TABLE students"),
    ],
)
def test_students_are_kept_as_text(written: str, student: str) -> None:
    assert read(f"student: {written}\nanswers: {{}}\n").student == student


def test_a_number_is_kept_as_its_digits_in_every_spelling_of_the_file() -> None:
    assert read("{student: 11901001, answers: {q01: B}}").student == "11901001"
    assert read("answers: {q01: B}\nstudent:\n  11901001\n").student == "11901001"
    assert read('{"student":11901001,"answers":{}}', "paper.json").student == "11901001"
    assert read("# student: 007 is an example\nstudent: 11901001\nanswers: {}\n").student == "11901001"


@pytest.mark.parametrize(
    "written", ["007", "+7", "-007", "1.0", "0.10", "11901E01", "1e5", "true", "False", "00", "-0"]
)
def test_a_number_that_would_not_be_kept_as_written_needs_quotes(written: str) -> None:
    assert problems(f"student: {written}\nanswers: {{}}\n") == [
        f'paper.yaml:1: student: {written} would not be kept as it is written; put it in quotes: student: "…"'
    ]


def test_a_number_whose_spelling_is_not_found_needs_quotes() -> None:
    assert problems("student: # mine\n  007\nanswers: {}\n# student: 7\n") == [
        'paper.yaml:1: student: 7 would not be kept as it is written; put it in quotes: student: "…"'
    ]


NEEDED = "write your student number, such as student: B11901001"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("answers: {}\n", f"paper.yaml:1: student: the student is missing; {NEEDED}"),
        ("answers: {}\nstudent:\n", f"paper.yaml:2: student: the student is missing; {NEEDED}"),
        ("answers: {}\nstudent: '  '\n", f"paper.yaml:2: student: the student is empty; {NEEDED}"),
        ("answers: {}\nstudent: [B1]\n", f"paper.yaml:2: student: found a list; {NEEDED}"),
        ("answers: {}\nstudent: {id: B1}\n", f"paper.yaml:2: student: found a mapping; {NEEDED}"),
        (
            f"answers: {{}}\nstudent: {'9' * 201}\n",
            "paper.yaml:2: student: found 201 characters; at most 200 are allowed",
        ),
        (
            'answers: {}\nstudent: "Ann\\u001b[31m"\n',
            "paper.yaml:2:10: the character U+001B is not allowed in the text 'Ann\\x1b[31m'",
        ),
        (
            'answers: {}\nstudent: "Ann\\nLee"\n',
            "paper.yaml:2: student: control characters in 'Ann\\nLee'; one line of plain text is allowed",
        ),
        (
            'answers: {}\nstudent: "Ann\\u202eeeL"\n',
            "paper.yaml:2: student: control characters in 'Ann\\u202eeeL'; one line of plain text is allowed",
        ),
    ],
)
def test_a_student_that_cannot_be_taken(written: str, sentence: str) -> None:
    assert problems(written) == [sentence]


ONE_LINE = "student: B11901001\nanswers:\n"
AT = "paper.yaml:3: answers"
WHO = "student 'B11901001'"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("q13: A", f"{AT}.q13: {WHO}: unknown question; allowed: {QUESTIONS}. Did you mean 'q10'?"),
        ("q06: ABA", f"{AT}.q06: {WHO}: unknown option 'ABA'; allowed: A, B, C, D, E, F, G, H"),
        ("Q1: A", f"{AT}.Q1: {WHO}: unknown question; allowed: {QUESTIONS}. Did you mean 'q01'?"),
        ("10: A", f"{AT}.10: {WHO}: unknown question; allowed: {QUESTIONS}. Did you mean 'q10'?"),
        (
            "question 06: A",
            f"{AT}.question 06: {WHO}: unknown question; allowed: {QUESTIONS}. Did you mean 'q06'?",
        ),
        ("total: A", f"{AT}.total: {WHO}: unknown question; allowed: {QUESTIONS}"),
        ("q01: E", f"{AT}.q01: {WHO}: unknown option 'E'; allowed: A, B, C, D"),
        ("q01: b", f"{AT}.q01: {WHO}: unknown option 'b'; allowed: A, B, C, D. Did you mean B?"),
        ("q01: (Ｂ)", f"{AT}.q01: {WHO}: unknown option '(Ｂ)'; allowed: A, B, C, D. Did you mean B?"),
        ("q01: AB", f"{AT}.q01: {WHO}: unknown option 'AB'; allowed: A, B, C, D"),
        (
            "q06: a, B",
            f"{AT}.q06: {WHO}: unknown option 'a, B'; allowed: A, B, C, D, E, F, G, H. Did you mean [A, B]?",
        ),
        (
            "q06: [A, 'd']",
            f"{AT}.q06[1]: {WHO}: unknown option 'd'; allowed: A, B, C, D, E, F, G, H. Did you mean D?",
        ),
        ("q06: dead", f"{AT}.q06: {WHO}: unknown option 'dead'; allowed: A, B, C, D, E, F, G, H"),
        ("q06: ''", f"{AT}.q06: {WHO}: unknown option ''; allowed: A, B, C, D, E, F, G, H"),
        ("q01: 2", f"{AT}.q01: {WHO}: found 2, not an option; allowed: A, B, C, D"),
        ("q01: true", f"{AT}.q01: {WHO}: found true, not an option; allowed: A, B, C, D"),
        ("q01: {B: x}", f"{AT}.q01: {WHO}: found a mapping, not an option; allowed: A, B, C, D"),
        ("q01: [null]", f"{AT}.q01[0]: {WHO}: found nothing (null), not an option; allowed: A, B, C, D"),
        ("q01: [[B]]", f"{AT}.q01[0]: {WHO}: found a list, not an option; allowed: A, B, C, D"),
        ("q06: [A, B, A]", f"{AT}.q06[2]: {WHO}: option A stands twice; keep one"),
        ("q01: [C, A]", f"{AT}.q01: {WHO}: found A, C; a single choice allows one option"),
        (
            '"q\\n01": A',
            f"{AT}.'q\\n01': {WHO}: unknown question; allowed: {QUESTIONS}. Did you mean 'q01'?",
        ),
        ('q01: "\\e[2J"', "paper.yaml:3:8: the character U+001B is not allowed in the text '\\x1b[2J'"),
    ],
)
def test_an_answer_that_cannot_be_taken(answer: str, sentence: str) -> None:
    assert problems(f"{ONE_LINE}  {answer}\n") == [sentence]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "- B11901001\n",
            "paper.yaml:1: found a list; "
            "a paper is a mapping such as {student: B11901001, answers: {q01: B}}",
        ),
        (
            "student: B1\n",
            "paper.yaml:1: answers: student 'B1': the answers are missing; "
            "write a mapping such as answers: {q01: B, q06: [A, B]}",
        ),
        (
            "student: B1\nanswers: [B, C]\n",
            "paper.yaml:2: answers: student 'B1': found a list; "
            "write a mapping such as answers: {q01: B, q06: [A, B]}",
        ),
        ("", "paper.yaml: the file is empty; it needs a mapping of fields"),
        (b"student: \xff\n", "paper.yaml: is not UTF-8: byte 0xff at offset 9; save it as UTF-8"),
    ],
)
def test_a_file_that_is_no_paper(text: str | bytes, sentence: str) -> None:
    assert problems(text) == [sentence]


def test_all_problems_are_told_at_once() -> None:
    found = problems("student: 007\nanswer: {}\nanswers:\n  q01: [A, B]\n  q02: e\n  q66: A\n  q06: [A, A]\n")
    assert found == [
        "paper.yaml:2: answer: unknown field; allowed: student, answers. Did you mean 'answers'?",
        'paper.yaml:1: student: 007 would not be kept as it is written; put it in quotes: student: "…"',
        "paper.yaml:4: answers.q01: found A, B; a single choice allows one option",
        "paper.yaml:5: answers.q02: unknown option 'e'; allowed: A, B, C, D",
        f"paper.yaml:6: answers.q66: unknown question; allowed: {QUESTIONS}. Did you mean 'q06'?",
        "paper.yaml:7: answers.q06[1]: option A stands twice; keep one",
    ]


def test_a_question_answered_twice_is_refused() -> None:
    (sentence,) = problems("student: s\nanswers:\n  q01: A\n  q01: B\n")
    assert sentence == "paper.yaml:4:3: the key 'q01' stands twice, first on line 3; keep one"


def test_endless_problems_are_cut_off() -> None:
    answers = "".join(f"  x{number}: A\n" for number in range(60_000))
    found = problems(f"student: s\nanswers:\n{answers}")
    assert len(found) == 51
    assert found[-1] == "paper.yaml: more than 50 problems; mend these first"


def test_a_large_file_is_refused_by_its_size() -> None:
    path = Path("paper.yaml")
    with path.open("wb") as file:
        file.truncate(50 * 2**20)
    path.chmod(0)  # its size is known without opening it
    with pytest.raises(SubmissionError) as caught:
        read_paper(path, QUIZ)
    assert caught.value.problems == [
        "paper.yaml: is too large: 52,428,800 bytes; at most 1,048,576 are allowed"
    ]


def test_a_paper_of_just_the_largest_size_is_read() -> None:
    text = "student: s\nanswers: {}\n#"
    assert read(text.ljust(MAX_PAPER_BYTES, "x")).student == "s"
    assert problems(text.ljust(MAX_PAPER_BYTES + 1, "x")) == [
        "paper.yaml: is too large: 1,048,577 bytes; at most 1,048,576 are allowed"
    ]


def test_what_is_no_file_is_refused() -> None:
    os.mkfifo("pipe.yaml")  # opening it would wait for ever
    for name in ("absent.yaml", "pipe.yaml", "."):
        with pytest.raises(SubmissionError) as caught:
            read_paper(Path(name), QUIZ)
        assert len(caught.value.problems) == 1


def picks_of_a_paper() -> st.SearchStrategy[dict[str, frozenset[str]]]:
    return st.fixed_dictionaries(
        {
            question.id: st.frozensets(
                st.sampled_from(question.option_ids), max_size=1 if question.kind == "single" else None
            )
            for question in QUIZ.questions
        }
    )


def as_data(paper: Paper) -> dict[str, Any]:
    return {
        "student": paper.student,
        "answers": {name: sorted(picks) for name, picks in paper.answers.items()},
    }


STUDENTS = st.text(
    st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" '\"#:{}[]&*!|>%@`=+-~"), min_size=1
)


@settings(max_examples=150, deadline=None)
@given(student=STUDENTS.map(str.strip).filter(bool), picks=picks_of_a_paper())
def test_a_paper_that_is_written_and_read_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, student: str, picks: dict[str, frozenset[str]]
) -> None:
    paper = Paper(student[:200].strip(), picks)
    folder = tmp_path_factory.getbasetemp()
    in_yaml, in_json = folder / "p.yaml", folder / "p.json"
    in_yaml.write_text(yaml.safe_dump(as_data(paper), allow_unicode=True), encoding="utf-8")
    in_json.write_text(json.dumps(as_data(paper)), encoding="utf-8")
    assert read_paper(in_yaml, QUIZ) == paper
    assert read_paper(in_json, QUIZ) == paper


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_make_a_paper_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(b"student: s\nanswers: " + content)
    found = []
    try:
        read_paper(path, QUIZ)
    except SubmissionError as error:
        found = error.problems
    assert all(problem.isprintable() for problem in found)
