"""What a key file amends of a question: as it is read, and every way it can be wrong."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from questions.amendments import Amendment, Drop, Full, Regrading
from questions.common.errors import SpecError
from questions.key import Key, load_key
from questions.quiz import QuizSpec
from questions.schema import json_schemas
from solvers.run.catalog import Pack

WHY = "reason: as announced"
fs = frozenset


def key_of(tmp_path: Path, spec: QuizSpec, content: str) -> Key:
    path = tmp_path / "key.yaml"
    path.write_text(f"key:\n  {content}\n", encoding="utf-8")
    return load_key(path, spec)


@pytest.mark.parametrize(
    ("content", "correct", "amendment"),
    [
        (f"q01: {{correct: B, {WHY}}}", "B", Amendment(reason="as announced")),
        (
            f"q01: {{accept: [A, C], {WHY}}}",
            None,
            Amendment(reason="as announced", accept=(fs("A"), fs("C"))),
        ),
        (
            f"q06: {{accept: [[A, B], [A, B, D], C], {WHY}}}",
            None,
            Amendment(reason="as announced", accept=(fs("AB"), fs("ABD"), fs("C"))),
        ),
        (f"q01: {{drop: keep, {WHY}}}", None, Amendment(reason="as announced", drop=Drop.KEEP)),
        (
            f"q01: {{drop: rescale, correct: A, {WHY}}}",
            "A",
            Amendment(reason="as announced", drop=Drop.RESCALE),
        ),
        (f"q01: {{full: answered, {WHY}}}", None, Amendment(reason="as announced", full=Full.ANSWERED)),
        (f"q06: {{correct: [A, B], bonus: true, {WHY}}}", "AB", Amendment(reason="as announced", bonus=True)),
        (
            f"q01: {{correct: A, regrade: both, {WHY}}}",
            "A",
            Amendment(reason="as announced", regrade=Regrading.BOTH),
        ),
    ],
)
def test_what_a_key_amends(
    spec: QuizSpec, pack: Pack, tmp_path: Path, content: str, correct: str | None, amendment: Amendment
) -> None:
    question = content[:3]
    key = key_of(tmp_path, spec, content)
    assert key.amendments == {question: amendment}
    assert key.answers[question] == (None if correct is None else frozenset(correct))
    assert key.answers["q12"] is None
    data = yaml.safe_load((tmp_path / "key.yaml").read_text())
    jsonschema.validate(data, json_schemas(spec, pack)["key"])


ALLOWED = "allowed: correct, accept, drop, full, bonus, regrade, reason"


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        ("q01: {correct: B}", ["q01: found nothing (null) as the reason; allowed: a text that students and"]),
        ("q01: {correct: B, reason: ' '}", ["q01: found ' ' as the reason; allowed: a text"]),
        (f"q01: {{{WHY}}}", ["q01: says nothing of what is right; allowed: one of correct, accept, drop"]),
        (f"q01: {{bonus: true, {WHY}}}", ["q01: says nothing of what is right"]),
        (f"q01: {{corect: B, full: all, {WHY}}}", [f"q01.corect: unknown field; {ALLOWED}. Did you mean"]),
        (f"q01: {{drop: out, {WHY}}}", ["q01.drop: found 'out'; allowed: keep, rescale"]),
        (f"q01: {{full: al, {WHY}}}", ["q01.full: found 'al'; allowed: all, answered, seen. Did you mean"]),
        (
            f"q01: {{correct: A, regrade: x, {WHY}}}",
            ["q01.regrade: found 'x'; allowed: both, new, full, none"],
        ),
        (f"q01: {{correct: A, bonus: 1, {WHY}}}", ["q01.bonus: found 1; allowed: true"]),
        (
            f"q01: {{accept: A, {WHY}}}",
            ["q01.accept: found 'A'; allowed: two answers or more, such as [A, C]"],
        ),
        (f"q06: {{accept: [[A]], {WHY}}}", ["q06.accept: found a list of 1; allowed: two answers or more"]),
        (f"q01: {{accept: [A, Z], {WHY}}}", ["q01.accept[1]: found 'Z'; allowed: A, B, C, D"]),
        (f"q01: {{accept: [A, [B, C]], {WHY}}}", ["q01.accept[1]: found 2 options; allowed: one, since q01"]),
        (f"q06: {{accept: [A, A], {WHY}}}", ["q06.accept[1]: stands twice; keep one"]),
        (f"q06: {{accept: [A, []], {WHY}}}", ["q06.accept[1]: found no option; allowed: A, B"]),
        (f"q01: {{correct: A, accept: [A, B], {WHY}}}", ["q01: found both 'correct' and 'accept'; keep one"]),
        (f"q01: {{drop: keep, full: all, {WHY}}}", ["q01: found both 'drop' and 'full'; keep one"]),
        (f"q01: {{correct: [A, B], {WHY}}}", ["q01.correct: found 2 options; allowed: one"]),
    ],
)
def test_what_is_wrong_is_told_with_what_is_allowed(
    spec: QuizSpec, pack: Pack, tmp_path: Path, content: str, problems: list[str]
) -> None:
    with pytest.raises(SpecError) as error:
        key_of(tmp_path, spec, content)
    assert len(error.value.problems) == len(problems)
    for told, expected in zip(error.value.problems, problems, strict=True):
        assert f": key.{expected}" in told
    data = yaml.safe_load((tmp_path / "key.yaml").read_text())
    assert list(jsonschema.Draft202012Validator(json_schemas(spec, pack)["key"]).iter_errors(data))
