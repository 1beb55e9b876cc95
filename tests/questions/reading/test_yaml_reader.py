"""Reading a file safely. Every refusal is one sentence, whatever the bytes."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questions.common.errors import SpecError
from questions.reading.document import MAX_PROBLEMS
from questions.reading.yaml_reader import read_document

LIMIT = 1024 * 1024


def problems_of(folder: Path, content: str | bytes, name: str = "x.yaml") -> list[str]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SpecError) as caught:
        read_document(path, max_bytes=LIMIT)
    return caught.value.problems


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages name files from the working directory."""
    monkeypatch.chdir(tmp_path)


REFUSED = {
    "empty": ("", "x.yaml: the file is empty; it needs a mapping of fields"),
    "only a comment": ("# nothing\n", "x.yaml: the file is empty; it needs a mapping of fields"),
    "not UTF-8": (b"a: b\nc: \xff\n", "x.yaml: is not UTF-8: byte 0xff at offset 8; save it as UTF-8"),
    "UTF-16": ("a: b".encode("utf-16"), "x.yaml: is not UTF-8: byte 0xff at offset 0; save it as UTF-8"),
    "duplicate": ("a: 1\nb: 2\na: 3\n", "x.yaml:3:1: the key 'a' stands twice, first on line 1; keep one"),
    "duplicate, quoted": (
        "a: 1\n'a': 3\n",
        "x.yaml:2:1: the key 'a' stands twice, first on line 1; keep one",
    ),
    "anchor": ("a: &x [1]\n", "x.yaml:1:4: the anchor '&x' is not allowed; remove it"),
    "alias": ("a: *x\n", "x.yaml:1:4: the alias '*x' is not allowed; write it out"),
    "alias as key": ("*x : 1\n", "x.yaml:1:1: the alias '*x' is not allowed; write it out"),
    "tag": (
        "a: !!python/object/apply:os.system [ls]\n",
        "x.yaml:1:4: the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not allowed; remove it",
    ),
    "own tag": ("a: !include x\n", "x.yaml:1:4: the tag '!include' is not allowed; remove it"),
    "several documents": (
        "a: 1\n---\nb: 2\n",
        "x.yaml:2:1: a second document starts here ('---'); only one is allowed",
    ),
    "key is a list": ("? [a]\n: 1\n", "x.yaml:1:3: a key is a list or a mapping; allowed: a text"),
    "terminal escape": (
        'a: "\\x1b[2J"\n',
        "x.yaml:1:4: the character U+001B is not allowed in the text '\\x1b[2J'",
    ),
    "raw control character": (
        b"a: 1\nb: \x01\n",
        "x.yaml:2:4: is not YAML: the character U+0001 is not allowed",
    ),
    "too deep": ("[" * 21, "x.yaml:1:21: nested more than 20 levels deep; at most 20 are allowed"),
}


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED)
def test_refusals(tmp_path: Path, content: str | bytes, message: str) -> None:
    assert problems_of(tmp_path, content) == [message]


JSON_REFUSED = {
    "empty": ("  \n", "x.json: the file is empty; it needs a mapping of fields"),
    "duplicate": (
        '{"a": 1,\n "a": 2}',
        "x.json:2:2: the key 'a' stands twice, first on line 1; keep one",
    ),
    "duplicate by escape": (
        '{"a": 1, "\\u0061": 2}',
        "x.json:1:10: the key 'a' stands twice, first on line 1; keep one",
    ),
    "syntax": ('{"a": }', "x.json:1:7: is not JSON: Expecting value"),
    "YAML": ("a: 1", "x.json:1:1: is not JSON: Expecting value"),
    "NaN": ('{"a": NaN}', "x.json:1:7: is not JSON: NaN is not allowed"),
    "long number": (
        '{"a": ' + "1" * 5000 + "}",
        "x.json:1:7: the number " + repr("1" * 60)[:-1] + "…' is too long",
    ),
    "half a pair": (
        '{"a": "\\ud800"}',
        "x.json:1:7: the character U+D800 is not allowed in the text '\\ud800'",
    ),
    "too deep": ("[" * 100_000, "x.json:1:21: nested more than 20 levels deep; at most 20 are allowed"),
}


@pytest.mark.parametrize(("content", "message"), JSON_REFUSED.values(), ids=JSON_REFUSED)
def test_json_refusals(tmp_path: Path, content: str, message: str) -> None:
    assert problems_of(tmp_path, content, "x.json") == [message]


def test_syntax_errors_name_line_and_column(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, "a: 1\nb: [1, 2\nc: 3\n")
    assert problem.startswith("x.yaml:3:2: is not YAML: while parsing a flow sequence")


def test_all_problems_of_a_file_come_at_once(tmp_path: Path) -> None:
    found = problems_of(tmp_path, "a: 1\na: &x 2\nb:\n  c: *x\n  c: !t 3\n")
    assert found == [
        "x.yaml:2:1: the key 'a' stands twice, first on line 1; keep one",
        "x.yaml:2:4: the anchor '&x' is not allowed; remove it",
        "x.yaml:4:6: the alias '*x' is not allowed; write it out",
        "x.yaml:5:3: the key 'c' stands twice, first on line 4; keep one",
        "x.yaml:5:6: the tag '!t' is not allowed; remove it",
    ]


def test_a_flood_of_problems_is_cut(tmp_path: Path) -> None:
    found = problems_of(tmp_path, "a: 1\n" * 1000)
    assert len(found) == MAX_PROBLEMS + 1
    assert found[-1] == "x.yaml: more than 50 problems; mend these first"


def test_unreadable_files(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")  # reading it would wait for ever
    wanted = {
        "no.yaml": "no.yaml: cannot be read: No such file or directory",
        "folder.yaml": "folder.yaml: cannot be read: it is not a regular file",
        "pipe.yaml": "pipe.yaml: cannot be read: it is not a regular file",
        "nul\0.yaml": "nul\\x00.yaml: cannot be read: no name of a file has a NUL in it",
    }
    for name, message in wanted.items():
        with pytest.raises(SpecError) as caught:
            read_document(tmp_path / name, max_bytes=LIMIT)
        assert caught.value.problems == [message]


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    with pytest.raises(SpecError) as caught:
        read_document(path, max_bytes=LIMIT)
    expected = "x.yaml: is too large: 52,428,800 bytes; at most 1,048,576 are allowed"
    assert caught.value.problems == [expected]


def test_a_file_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: b")
    assert read_document(path, max_bytes=4).data == {"a": "b"}
    with pytest.raises(SpecError, match=r"is too large: 4 bytes; at most 3 are allowed"):
        read_document(path, max_bytes=3)


def test_billion_laughs_end_at_once(tmp_path: Path) -> None:
    lines = ["a0: &a0 [lol]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert (
        problems_of(tmp_path, "\n".join(lines))[0] == "x.yaml:1:5: the anchor '&a0' is not allowed; remove it"
    )


@pytest.mark.parametrize("nested", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000])
def test_deep_nesting_is_refused(tmp_path: Path, nested: str) -> None:
    assert len(problems_of(tmp_path, nested)) == 1


SCALARS = {
    "null": None,
    "~": None,
    "true": True,
    "False": False,
    "12": 12,
    "-7": -7,
    "007": 7,
    "0.8": 0.8,
    "1e3": 1000.0,
    "'0.8'": "0.8",
    '"true"': "true",
    # What YAML 1.1 reads as something else, and no writer of a paper means so:
    "no": "no",
    "on": "on",
    "2026-01-09": "2026-01-09",
    "12:30": "12:30",
    "1_000": "1_000",
    "0x1F": "0x1F",
    "<<": "<<",
    "=": "=",
    ".inf": ".inf",
    "1" * 401: "1" * 401,
}


@pytest.mark.parametrize(("text", "value"), SCALARS.items())
def test_plain_scalars(tmp_path: Path, text: str, value: object) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"a: {text}\n")
    found = read_document(path, max_bytes=LIMIT).data["a"]
    assert (type(found), found) == (type(value), value)


CONTENT = "a: 1\noptions:\n  - id: A\n    claim: {x: [1,\n      2]}\n"
AS_JSON = '{"a": 1,\n"options": [\n {"id": "A",\n "claim": {"x": [1,\n 2]}}\n]}'


@pytest.mark.parametrize(("name", "content"), [("x.yaml", CONTENT), ("x.json", AS_JSON)])
def test_lines_of_places(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text("\ufeff" + content, encoding="utf-8")  # a byte order mark is no part of the text
    document = read_document(path, max_bytes=LIMIT)
    assert document.data == {"a": 1, "options": [{"id": "A", "claim": {"x": [1, 2]}}]}
    assert document.line(("options",)) == 2
    assert document.line(("options", 0, "claim", "x", 0)) == 4
    assert document.line(("options", 0, "claim", "x", 1)) == 5
    assert document.line(("options", 0, "text", "zh")) == 3  # not there: the nearest place above
    assert document.at(("options", 0, "claim")) == f"{name}:4: options[0].claim"


def test_keys_are_texts(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("1: a\nnull: b\n")
    assert read_document(path, max_bytes=LIMIT).data == {"1": "a", "null": "b"}


BYTES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(alphabet="ab:-?!&*[]{},\"'|>#%@\\ \n\t\r~<01.", max_size=80).map(str.encode),
)


@pytest.mark.parametrize("name", ["x.yaml", "x.json"])
@given(content=BYTES)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_give_data_or_a_spec_error(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    problems: list[str] = []
    try:
        document = read_document(path, max_bytes=LIMIT)
        json.dumps(document.data)
    except SpecError as error:
        problems = error.problems
        assert problems != []  # the other half is that nothing else is raised
    assert all(problem.startswith("x.") and problem.isprintable() for problem in problems)


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30),
    lambda below: (
        st.lists(below, max_size=4) | st.dictionaries(st.text("abcé語:# -", max_size=8), below, max_size=4)
    ),
    max_leaves=12,
)


@given(data=PLAIN)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_json_that_is_written_is_read(tmp_path: Path, data: object) -> None:
    (tmp_path / "x.json").write_text(json.dumps(data))
    assert read_document(tmp_path / "x.json", max_bytes=LIMIT).data == data
