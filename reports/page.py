"""What every page shares: templates, our own style and script within the file, and a strict policy.

The policy allows this very style and this very script, by digest, and nothing else: no request leaves the
page but for sounds that lie beside it.
"""

import base64
import hashlib
from fractions import Fraction
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.exports.media import data_address
from grader.scores.credit import points_in_words
from questions.common import marks
from questions.quiz import Bilingual
from reports.draw.numbers import shown_number, typeset

OUTCOME_MARKS = {"holds": marks.RIGHT, "fails": marks.WRONG, "undetermined": marks.OPEN}
STATUS_MARKS = {
    "confirmed": marks.RIGHT,
    "decided": marks.RIGHT,
    "contradicted": marks.WRONG,
    "ruled": marks.RIGHT,
    "open": marks.OPEN,
    "error": marks.ERROR,
}


def environment() -> Environment:
    """Jinja with autoescape always on and undefined names refused."""
    env = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.globals.update(marks=marks, outcome_marks=OUTCOME_MARKS, status_marks=STATUS_MARKS)
    env.filters.update(number=shown_number, typeset=typeset, in_points=in_points)
    return env


def in_points(value: Fraction | str) -> Bilingual:
    """Points with their unit, which is one point or several."""
    en, zh = points_in_words(Fraction(value))
    return Bilingual(en=en, zh=zh)


def page_parts(
    styles: tuple[str, ...], scripts: tuple[str, ...], *, plays: bool = False
) -> dict[str, Markup]:
    """`style`, `script` and `policy` of a page, for its template. `plays`: it has sounds and images."""
    style, script = (Markup().join(asset(name) for name in names) for names in (styles, scripts))
    sources = ["default-src 'none'", f"style-src '{_digest(style)}'", f"script-src '{_digest(script)}'"]
    if plays:
        sources += ["media-src 'self' file: data:", "img-src data:"]
    policy = "; ".join([*sources, "base-uri 'none'", "form-action 'none'"])
    # Digests of ours: base64 has nothing that an attribute in double quotes would need escaped.
    return {"style": style, "script": script, "policy": Markup(policy)}  # noqa: S704


def sound_within(content: bytes) -> str:
    """An MP3 as an address that needs no file."""
    return data_address("audio/mpeg", content)


def sound_from(address: str) -> bytes:
    """The MP3 that `sound_within` has made an address of."""
    return base64.b64decode(address.partition(",")[2], validate=True)


@cache
def asset(name: str) -> Markup:
    """A file of ours that goes into the page as it is. It holds nothing from outside."""
    return Markup((Path(__file__).parent / "templates" / name).read_text(encoding="utf-8"))  # noqa: S704


def _digest(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode('ascii')}"
