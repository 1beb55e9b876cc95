"""Every mistake in what an option claims, and the exact sentence it earns."""

from pathlib import Path

import pytest

from tests.questions.copied import edit, problems_of

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
            "q02.yaml:16: options[0].claim: unknown field 'frame'; allowed: frames. Did you mean 'frames'?",
        ],
    ),
    "only claim of its question, and none of its fields": (
        "q02.yaml",
        "{frames: 8}",
        "{hz: 8, Frames: 8}",
        [
            "q02.yaml:16: options[0].claim: unknown fields 'hz', 'Frames'; allowed: one of frames. "
            "Did you mean 'frames'?",
        ],
    ),
    "only claim of its question left empty": (
        "q02.yaml",
        "{frames: 8}",
        "{}",
        ["q02.yaml:16: options[0].claim: found a mapping; allowed: a mapping with one of frames"],
    ),
    "only claim of its question, and a field too many": (
        "q02.yaml",
        "{frames: 8}",
        "{frames: 8, hz: 12}",
        ["q02.yaml:16: options[0].claim: unknown field 'hz'; allowed: frames"],
    ),
    "a claim of two unknown fields": (
        "q07.yaml",
        "{both: good}",
        "{bth: good, quality: 1}",
        [
            "q07.yaml:32: options[2].claim: unknown fields 'bth', 'quality'; allowed: one of better, both, "
            "only. Did you mean 'both'?"
        ],
    ),
    "literal": (
        "q07.yaml",
        "{better: zh}",
        "{better: ZH}",
        ["q07.yaml:20: options[0].claim.better: found 'ZH'; allowed: en, zh. Did you mean 'zh'?"],
    ),
    "claims that the solver does not understand": (
        "q02.yaml",
        "solver: q02_frame_count",
        "solver: q03_code_axes",
        [
            "q02.yaml:16: options[0].claim: unknown field 'frames'; allowed: axis_1_follows",
            "q02.yaml:17: options[1].claim: unknown field 'frames'; allowed: axis_1_follows",
            "q02.yaml:18: options[2].claim: unknown field 'frames'; allowed: axis_1_follows",
            "q02.yaml:19: options[3].claim: unknown field 'frames'; allowed: axis_1_follows",
        ],
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
    "the same claim": (
        "q02.yaml",
        "{frames: 150}",
        "{frames: 8}",
        ["q02.yaml:17: options[1]: option B claims the same as option A; change one of them"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_and_its_sentence(folder: Path, name: str) -> None:
    file, old, new, sentences = MISTAKES[name]
    edit(folder, file, old, new)
    assert problems_of(folder) == [f"questions/{sentence}" for sentence in sentences]
