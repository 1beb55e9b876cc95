"""In Chinese, the report is Chinese: no English sentence but in names, code, citations and what was said."""

import re
from html.parser import HTMLParser

from grader.key.verification import Verification
from questions.key import Key
from questions.quiz import QuizSpec
from reports.evidence_report import render_report
from solvers.run.catalog import Pack
from solvers.run.judge import judge_record
from tests.solvers.hw10.test_outcomes import record_of

# Three words in a row are a sentence and no name.
ENGLISH = re.compile(r"[A-Za-z’']{2,}(?: [A-Za-z’'.,]{2,}){2,}")
# Of what is English by its nature: code, titles of papers, what was heard, and the course's own words.
OWN = {"style", "script", "title", "code", "cite", "q"}


class Chinese(HTMLParser):
    """The texts that are shown in Chinese."""

    VOID = frozenset({"meta", "input", "br", "link", "img"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hidden: list[bool] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if tag not in self.VOID:
            self.hidden.append(tag in OWN or bool({"en", "course", "prompt"} & set(classes)))

    def handle_endtag(self, tag: str) -> None:
        self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.hidden):
            self.texts.append(data)


def transcripts(measurements: object) -> set[str]:
    """All that was heard, and what the clips are known to say."""
    if isinstance(measurements, dict):
        said = {"transcript", "readings", "reference", "said", "said_alice", "said_james", "text", "texts"}
        return {
            text
            for name, value in measurements.items()
            for text in (_texts(value) if name in said else transcripts(value))
        }
    if isinstance(measurements, list | tuple):
        return {text for value in measurements for text in transcripts(value)}
    return set()


def _texts(value: object) -> set[str]:
    return {value.strip()} if isinstance(value, str) else {one.strip() for one in value}  # type: ignore[attr-defined]


def test_no_english_sentence_in_chinese(spec: QuizSpec, pack: Pack) -> None:
    evidence = {q.id: judge_record(q, record_of(q.id), pack) for q in spec.questions}
    heard = {text for one in evidence.values() for text in transcripts(one.measurements)}
    key = Key({q.id: frozenset("A") for q in spec.questions}, name="key.yaml")
    shown = Chinese(render_report(Verification(spec, evidence, key), {})).texts
    english = []
    for text in shown:
        plain = re.sub(r"「[^」]*」|“[^”]*”", "", text)
        if ENGLISH.search(plain) and text.strip() not in heard:
            english.append(text.strip())
    assert english == []
    assert len(shown) > 1000
