"""`quizproof export schema`: JSON Schemas for editors."""

from pathlib import Path

from quizproof.cli.options import Json, OutFolder, QuizOption
from quizproof.cli.output import done


def export_schema(
    out: OutFolder = Path("schema"),
    quiz: QuizOption = None,
    json: Json = False,
) -> None:
    """Write JSON Schemas for editors.

    They are of the question, key and paper files.
    """
    from questions.schema import write_schemas
    from solvers.run import catalog

    spec = catalog.load(quiz)
    write_schemas(spec, catalog.pack_of(spec), out)
    done(str(out), {"folder": str(out)}, json=json)
