"""What a user would type, by command; help ends with it."""

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "quizproof": (
        "quizproof verify                              what the evidence says of every option",
        "quizproof grade class.csv --key key.yaml      what a class has earned",
        "quizproof verify -h                           more on one command",
    ),
    "quizproof verify": (
        "quizproof verify",
        "quizproof verify q01,q02 q06 --key key.yaml",
        "quizproof verify --models official --audio course/ --device cuda",
    ),
    "quizproof report": (
        "quizproof report --open",
        "quizproof report --out proof --key key.yaml --allow-open",
        "quizproof report --against proof-before",
    ),
    "quizproof diff": (
        "quizproof diff proof-before proof",
        "quizproof diff proof-before proof --key key.yaml --json",
    ),
    "quizproof grade": (
        "quizproof grade class.csv --key key.yaml --out graded --open",
        "quizproof grade papers/ --key-from-evidence",
        "quizproof grade class.xlsx --key key.yaml --write-map map.yaml",
        "quizproof grade class.csv --key new.yaml --old-key key.yaml --regrade both --out regraded",
    ),
    "quizproof check": (
        "quizproof check paper.yaml --evidence proof",
        "quizproof check paper.yaml --key key.yaml --reveal --lang zh",
    ),
    "quizproof validate": (
        "quizproof validate --key key.yaml",
        "quizproof validate --quiz my-quiz/ --json",
    ),
    "quizproof rule": (
        "quizproof rule",
        'quizproof rule q08 --option A --incorrect --reason "music lost more" --by Ann',
    ),
    "quizproof list": (
        "quizproof list",
        "quizproof list --audio course/ --models official",
    ),
    "quizproof show": (
        "quizproof show q06",
        "quizproof show q01,q02 --lang zh",
    ),
    "quizproof lock": (
        "quizproof lock --audio course/",
        "quizproof lock --audio course/ --update",
    ),
    "quizproof fetch": ("quizproof fetch emovdb --out course/",),
    "quizproof init": (
        "quizproof init key",
        "quizproof init paper --lang zh",
    ),
    "quizproof init key": (
        "quizproof init key",
        "quizproof init key --lang zh --out keys/autumn.yaml",
    ),
    "quizproof init paper": (
        "quizproof init paper",
        "quizproof init paper --lang zh --out b11901001.yaml",
    ),
    "quizproof new": (
        "quizproof new quiz primes",
        "quizproof new question primes --id q02",
    ),
    "quizproof new quiz": ("quizproof new quiz primes --solver q01_primes",),
    "quizproof new question": ("quizproof new question primes --id q02 --solver q01_primes",),
    "quizproof export": (
        "quizproof export qti --key key.yaml",
        "quizproof export gradebook class.csv --gradebook gradebook.csv --key key.yaml",
    ),
    "quizproof export qti": (
        "quizproof export qti --key key.yaml --language en --out quiz.zip",
        "quizproof export qti --key-from-evidence",
    ),
    "quizproof export gradebook": (
        "quizproof export gradebook class.csv --gradebook gradebook.csv --key key.yaml",
        "quizproof export gradebook class.csv --gradebook gradebook.csv --assignment HW10 --key key.yaml",
    ),
    "quizproof export gradescope": (
        "quizproof export gradescope class.csv --key key.yaml --out gradescope",
        "quizproof export gradescope paper.yaml --key key.yaml --results results.json",
    ),
    "quizproof export pages": ("quizproof export pages class.csv --key key.yaml --out pages",),
    "quizproof export practice": (
        "quizproof export practice --key key.yaml",
        "quizproof export practice --key-from-evidence --evidence proof --out practice.html",
    ),
    "quizproof export canvas-api": (
        "quizproof export canvas-api class.csv --key key.yaml",
        "quizproof export canvas-api class.csv --key key.yaml --send --canvas URL --course 1 --quiz-id 2",
    ),
    "quizproof export junit": ("quizproof export junit --key key.yaml --out key-check.xml",),
    "quizproof export schema": ("quizproof export schema --out schema",),
}
