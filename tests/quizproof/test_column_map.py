"""Tables that the rules do not know, on the command line: a map, an encoding, and what is ruled."""

import json
from pathlib import Path

from tests.quizproof.commands import TINY, TRUE, Run, copy_of, edit, message, write

HEADER = "Student number,mail,q01,q02,q06,q10\n"


def grade(run: Run, *arguments: object) -> tuple[int, str]:
    key = write(Path("key.yaml"), {"key": TRUE})
    result = run("grade", "class.csv", "--quiz", TINY, "--key", key, *arguments)
    return result.exit_code, result.stdout if "--json" in arguments else result.output


def test_a_map_is_written_edited_and_graded_with(run: Run) -> None:
    Path("class.csv").write_text(HEADER + "B1,a@b.c,B,C,ABD,ABDE\n", encoding="utf-8")
    assert grade(run)[0] == 2
    assert grade(run, "--write-map", "map.yaml") == (
        0,
        'map.yaml: 2 to decide, where it says "?"; then grade with --map map.yaml.\n',
    )
    code, said = grade(run, "--map", "map.yaml")
    assert code == 2
    assert "map.yaml:7: columns.Student number: is not decided yet; allowed:" in said
    edit(Path("map.yaml"), '"Student number": "?"', '"Student number": student')
    edit(Path("map.yaml"), '"mail": "?"', '"mail": ignore')
    code, said = grade(run, "--map", "map.yaml", "--json")
    assert code == 0
    assert json.loads(said)["grades"][0]["score"] == "3.6"
    gradebook = run(
        "export", "gradescope", "class.csv", "--quiz", TINY, "--key", "key.yaml", "--map", "map.yaml"
    )
    assert gradebook.exit_code == 0
    code, said = grade(run, "--write-map", "map.yaml")
    assert (code, said) == (
        2,
        "map.yaml: is there already; give another name, or go on from it by --map.\n",
    )
    assert grade(run, "--map", "map.yaml", "--write-map", "map.yaml")[0] == 0
    assert '"mail": ignore' in Path("map.yaml").read_text(encoding="utf-8")


def test_an_encoding_that_is_named_in_the_refusal(run: Run) -> None:
    Path("class.csv").write_bytes("student,name,q01,q02,q06,q10\nB1,王小明,B,C,ABD,ABDE\n".encode("cp950"))
    code, said = grade(run)
    assert (code, "give --encoding cp950 or" in said) == (2, True)
    code, said = grade(run, "--encoding", "cp950", "--json")
    assert (code, json.loads(said)["grades"][0]["name"]) == (0, "王小明")


def test_only_tables_have_columns(run: Run) -> None:
    write(Path("paper.yaml"), {"student": "B1", "answers": {}})
    write(Path("key.yaml"), {"key": TRUE})
    result = run("grade", "paper.yaml", "--quiz", TINY, "--key", "key.yaml", "--write-map", "m.yaml")
    assert message(result) == "--write-map: give the CSV or workbook of the class."


def test_a_ruling_despite_the_evidence_lets_grades_leave(run: Run, tmp_path: Path) -> None:
    copy_of(TINY, tmp_path / "quiz")
    write(Path("key.yaml"), {"key": TRUE | {"q01": "A"}})
    write(Path("paper.yaml"), {"student": "B1", "answers": {"q01": "A"}})
    assert run("verify", "--quiz", "quiz").exit_code == 0
    command = ("grade", "paper.yaml", "--quiz", "quiz", "--key", "key.yaml", "--evidence", "proof")
    assert run(*command).exit_code == 1
    for option, ruling in (("A", "--correct"), ("B", "--incorrect")):
        words = ("--reason", "asked otherwise in class", "--by", "Ann", "--despite-evidence")
        assert run("rule", "--quiz", "quiz", "q01", "--option", option, ruling, *words).exit_code == 0
    assert run(*command).exit_code == 0
    assert run("export", "qti", "--quiz", "quiz", "--key", "key.yaml", "--evidence", "proof").exit_code == 0
