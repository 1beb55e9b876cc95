"""`quizproof export`: files for other programs. What a command writes appears whole or not at all."""

import typer

from quizproof.cli.exports.canvas_api import export_canvas_api
from quizproof.cli.exports.gradebook import export_gradebook
from quizproof.cli.exports.gradescope import export_gradescope
from quizproof.cli.exports.junit import export_junit
from quizproof.cli.exports.pages import export_pages
from quizproof.cli.exports.practice import export_practice
from quizproof.cli.exports.qti import export_qti
from quizproof.cli.exports.schema import export_schema

export = typer.Typer(no_args_is_help=True, help="Write files for other programs.", rich_markup_mode=None)
export.command("qti")(export_qti)
export.command("gradebook")(export_gradebook)
export.command("canvas-api")(export_canvas_api)
export.command("gradescope")(export_gradescope)
export.command("pages")(export_pages)
export.command("practice")(export_practice)
export.command("junit")(export_junit)
export.command("schema")(export_schema)
