"""`quizproof fetch`: downloads what a resource can download."""

from pathlib import Path
from typing import Annotated

import typer

from questions.common.errors import QuizproofError
from questions.common.messages import did_you_mean, listed, show
from quizproof.cli.options import Json, QuizOption
from quizproof.cli.output import print_json


def fetch(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The resource, such as emovdb.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The course's folder; the data go into it.")
    ] = Path("audio"),
    mirror: Annotated[
        str | None,
        typer.Option("--mirror", metavar="URL", help="Where the archives lie, if not at their own host."),
    ] = None,
    quiz: QuizOption = None,
    json: Json = False,
) -> None:
    """Download the data of a resource (emovdb: some GB); run again to go on where it broke off."""
    from quizproof.cli import terminal
    from quizproof.cli.progress import download_bar
    from solvers.run import catalog

    loaded = catalog.load(quiz)
    pack = catalog.pack_of(loaded)
    downloads = {
        name: download
        for name in pack.resource_names
        if (download := pack.resource(name).download) is not None
    }
    if name not in downloads:
        allowed = listed(downloads) or "none, since this quiz has nothing to download"
        hint = did_you_mean(name, downloads)
        raise QuizproofError(f"fetch {show(name)}: allowed: {allowed}{hint}")
    download = downloads[name]
    if not json:
        terminal.err.print(download.licence)
    with download_bar(download.n_files) as on_progress:
        fetched = download.run(out, mirror, on_progress)
    if json:
        print_json({"folder": str(fetched.folder), "sha256": dict(fetched.sha256)})
    else:
        waiting = [question.id for question in loaded.questions if name in question.rests_on]
        terminal.out.print(
            f"{len(fetched.sha256)} archives in {fetched.folder}, their SHA-256 in {fetched.digests_file}. "
            f"Next: quizproof verify {' '.join(waiting)} --audio {out}",
            soft_wrap=True,
        )
