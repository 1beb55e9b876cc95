"""The options that several commands share, each spelled once."""

from pathlib import Path
from typing import Annotated, Literal

import typer

DEFAULT_OUT = Path("proof")

QuizOption = Annotated[
    str | None,
    typer.Option(
        "--quiz", metavar="NAME|DIR", help="The quiz: one that ships, or a folder. It may hold code."
    ),
]
KeyFile = Annotated[Path | None, typer.Option("--key", metavar="FILE", help="The declared answer key.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where evidence, media and report lie.")]
OutFile = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the file goes.")]
OutFolder = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the files go.")]
LanguageOption = Annotated[Literal["zh", "en"], typer.Option("--language", help="Language of the texts.")]
EvidenceDir = Annotated[Path, typer.Option("--evidence", metavar="DIR", help="Where stored evidence lies.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else there.")]
AllowOpen = Annotated[bool, typer.Option("--allow-open", help="Exit with 0 although questions stay open.")]
ModelsOption = Annotated[
    Literal["auto", "official", "standin"], typer.Option("--models", help="Which weights may be used.")
]
AudioDir = Annotated[
    Path | None, typer.Option("--audio", metavar="DIR", help="The folder of the course's files.")
]
LockFile = Annotated[
    Path | None, typer.Option("--lock", metavar="FILE", help="The lock, if not ./quizproof.lock.")
]
MapFile = Annotated[
    Path | None,
    typer.Option("--map", metavar="FILE", help="What columns and texts are; grade --write-map makes one."),
]
EncodingOption = Annotated[
    Literal["utf-8", "utf-16", "cp950", "big5", "big5hkscs", "gb18030", "cp1252"] | None,
    typer.Option("--encoding", help="Of CSV files that are not UTF-8; Excel's Big5 is cp950."),
]
RulingsFile = Annotated[
    Path | None, typer.Option("--rulings", metavar="FILE", help="The rulings, if not ./rulings.yaml.")
]
FromEvidence = Annotated[
    bool, typer.Option("--key-from-evidence", help="Use the key that conclusive evidence and rulings give.")
]
Language = Annotated[Literal["en", "zh"], typer.Option("--language", "--lang", help="Language of the texts.")]
OldKey = Annotated[
    Path | None, typer.Option("--old-key", metavar="FILE", help="Regrade: the key that was used before.")
]
RegradeOption = Annotated[
    Literal["both", "new", "full", "none"] | None,
    typer.Option(
        "--regrade", help="Where the keys differ: award both, only the new, full credit to all, no regrade."
    ),
]
AllowLower = Annotated[
    bool, typer.Option("--allow-lower", help="Write scores that are less than before; they are listed.")
]
WhatIf = Annotated[
    list[str] | None,
    typer.Option(
        "--what-if",
        metavar="RULE",
        help="Compare all-or-nothing, each-answer or coverage; may be given several times.",
    ),
]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show the correct options on a student's page.")]
RevealWhy = Annotated[
    bool, typer.Option("--reveal", help="Tell why of options not picked too, with all that was measured.")
]
StudentOption = Annotated[
    str | None, typer.Option("--student", metavar="ID", help="Write one student's page to --out.")
]
AttemptsOption = Annotated[
    Literal["latest", "highest", "first", "average"] | None,
    typer.Option("--attempts", help="Which attempt of a student counts, if not as the quiz says."),
]
Due = Annotated[str | None, typer.Option("--due", metavar="TIME", help="Such as 2026-01-09T23:59:59+08:00.")]
Extensions = Annotated[
    Path | None, typer.Option("--extensions", metavar="FILE", help="A CSV of students with a later time due.")
]
LateOption = Annotated[
    str | None,
    typer.Option("--late", metavar="POLICY", help="none, refuse, or what a late paper loses a day: 10%."),
]
LateFloor = Annotated[
    str | None,
    typer.Option("--late-floor", metavar="SHARE", help="What is left of the points at least: 50%."),
]
DespiteEvidence = Annotated[
    str | None,
    typer.Option(
        "--despite-evidence", metavar="REASON", help="Go on although stored evidence contradicts the key."
    ),
]
SkipInvalid = Annotated[
    bool, typer.Option("--skip-invalid", help="Leave out papers that cannot be graded, and list them.")
]
