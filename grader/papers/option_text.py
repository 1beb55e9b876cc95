"""From the text in a cell to the options it stands for: exactly one reading, or an error that says why not.

A learning platform changes texts a little on their way: HTML becomes text, spaces and full-width punctuation
come and go. So a cell is tried against the options' texts, in both languages, at ever more tolerant levels,
each an equality of normalised texts and never a likeness. The first level with a reading decides; two
readings there are an error.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from types import MappingProxyType

from questions.common.messages import MAX_SHOWN_CHARS, show
from questions.common.text import normalized
from questions.quiz import AnyQuestion, Bilingual

MAX_COMPARED_CHARS = 400  # how much of two texts is compared to name the nearest one
MARKUP_FACTOR = 10  # how much longer than all options' texts a cell may be for the HTML in it
SHARED_CHARS_SHOWN = 20  # and of what they share before they part, this much is shown

# Canvas joins the texts of a multiple-answer cell by "," and writes the commas inside them as "\,", which is
# here one character that no cell can hold.
INNER_COMMA = "\0"
SEPARATOR = ","

_UNESCAPED_COMMA = re.compile(r"(?<!\\),")
_COMMAS = str.maketrans(dict.fromkeys("，、､﹐﹑︐︑", ","))
_PUNCTUATION = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»「」『』〝〞〟＂", '"'),
        **dict.fromkeys("‘’‚‛`´＇", "'"),
        **dict.fromkeys("‐‑‒–—―−－﹣", "-"),
        **dict.fromkeys("。．｡", "."),
        **dict.fromkeys("〜～∼", "~"),
        "【": "[", "】": "]", "〔": "[", "〕": "]", "・": "·",
    }
)  # fmt: skip
# As Canvas takes HTML off a text: tags go, and named entities with them (lib/html_text_helper.rb).
_TAG = re.compile(r"</?[^<>\n]*>")
_ENTITY = re.compile(r"&#?\w+;")
_MARKUP = str.maketrans("", "", "<>&\"'")


def plain(text: str) -> str:
    """Spaces made one, composed characters made one."""
    return " ".join(normalized("NFC", text).split())


def folded(text: str) -> str:
    """What is left when width, case, spaces and the variants of punctuation do not matter."""
    text = normalized("NFKC", text.translate(_COMMAS).translate(_PUNCTUATION)).casefold()
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")


def without_markup(text: str) -> str:
    """What is left when, beside that, HTML was taken off, and with its entities what they spell."""
    return folded(_ENTITY.sub("", _TAG.sub("", text)).translate(_MARKUP))


LEVELS: tuple[Callable[[str], str], ...] = (str, plain, folded, without_markup)

# How an option's letter, or a question's number, is typed before its text.
_LABELS = ("({}){}", "{}){}", "{}.{}", "{},{}", "{}:{}", "[{}]{}")
_NUMBER = re.compile(r"[(\[]?(?:第|q(?:uestion)?)?[0-9]{1,3}(?:題|题)?[.):,\]-]+")


class TextIndex:
    """Texts that each stand for something, looked up at the levels of tolerance."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """`texts` are pairs of a text and the name of what it stands for."""
        self._texts = tuple(texts)
        self._levels: list[dict[str, set[str]]] = []
        for level in LEVELS:
            index: dict[str, set[str]] = defaultdict(set)
            for text, name in self._texts:
                if form := level(text):
                    index[form].add(name)
            self._levels.append(index)

    def find(self, text: str) -> set[str]:
        """What the text stands for: empty for nothing, more than one if that cannot be told."""
        for level, index in zip(LEVELS, self._levels, strict=True):
            if names := index.get(level(text)):
                return names
        return set()

    def nearest(self, text: str) -> tuple[str, str]:
        """The text most like this one, and what it stands for: for a message, never for a match."""
        looked_for = folded(text)[:MAX_COMPARED_CHARS]
        return max(
            self._texts,
            key=lambda one: SequenceMatcher(None, looked_for, folded(one[0])[:MAX_COMPARED_CHARS]).ratio(),
        )


def _labelled(text: str, letter: str) -> Iterator[str]:
    """The folded forms of a text with the option's letter typed before it: `(A) 100`, `A. 100`, `A、100`."""
    for label in _LABELS:
        yield label.format(letter.casefold(), folded(text))


def without_number(text: str) -> str | None:
    """A question's text without the number typed before it, `7. Which …`; None where there is none.

    The number is the platform's or a person's, and tells nothing: the text says which question it is.
    """
    form = folded(text)
    match = _NUMBER.match(form)
    return form[match.end() :] if match else None


class OptionReader:
    """Reads the cells of one question as Canvas writes them.

    `known` are texts that stood for an option before, such as those of an older wording.
    """

    def __init__(self, question: AnyQuestion, known: Mapping[str, str] = MappingProxyType({})) -> None:
        self._question = question
        texts = [(text, one.id) for one in question.options for text in both_languages(one.text)]
        texts += known.items()
        self._index = TextIndex(texts)
        self._labelled = TextIndex((form, id_) for text, id_ in texts for form in _labelled(text, id_))
        self._bits = {id_: 1 << bit for bit, id_ in enumerate(question.option_ids)}
        longest = sum(max(map(len, both_languages(one.text))) for one in question.options)
        self._most_chars = MARKUP_FACTOR * longest + MAX_COMPARED_CHARS
        # A text may be split by the cell's commas in several ways, so that it is parsed rather than split.
        forms = [{(form, id_) for text, id_ in texts if (form := _inner(text, level))} for level in LEVELS]
        typed = {
            (form.replace(",", INNER_COMMA), id_) for text, id_ in texts for form in _labelled(text, id_)
        }
        forms.append(typed | forms[LEVELS.index(folded)])
        self._forms = list(zip((*LEVELS, folded), map(sorted, forms), strict=True))

    def mask(self, cell: str) -> int | None:
        """The bit mask of the options picked; 0 for a blank, None where the cell has no one reading."""
        if len(cell) > self._most_chars:
            return None
        readings = self._readings(cell)
        if not readings and not cell.strip():
            return 0
        return readings.pop() if len(readings) == 1 else None

    def why_not(self, cell: str) -> str:
        """Why `mask` gives None: what was found, and the nearest option or all the readings."""
        if len(cell) > self._most_chars:
            return f"found {len(cell):,} characters, {show(cell)}; at most {self._most_chars:,} are allowed"
        if readings := self._readings(cell):
            ways = " or ".join(self._spelled(mask) for mask in sorted(readings))
            return f"{show(cell)} can be read as {ways}, and nothing tells which"
        for piece in self.unknown(cell):
            text, id_ = self._index.nearest(piece)
            found, near = shown_apart(piece, text)
            return f"{found} is no option's text; nearest: {id_} {near}"
        return f"{show(cell)} is not a list of options, each standing once"

    def unknown(self, cell: str) -> list[str]:
        """The texts in a cell that are no option's."""
        pieces = [cell]
        if self._question.kind == "multiple":
            pieces = [piece.replace("\\,", ",") for piece in _UNESCAPED_COMMA.split(cell)]
        return [piece for piece in pieces if not (self._index.find(piece) or self._labelled.find(piece))]

    def nearest(self, text: str) -> str:
        """The option whose text is most like this one, and that text."""
        near, id_ = self._index.nearest(text)
        return f"{id_} {near}"

    def _readings(self, cell: str) -> set[int]:
        return self._single(cell) if self._question.kind == "single" else self._multiple(cell)

    def _single(self, cell: str) -> set[int]:
        found = self._index.find(cell) or self._labelled.find(cell)
        return {self._bits[id_] for id_ in found}

    def _multiple(self, cell: str) -> set[int]:
        for level, forms in self._forms:
            if readings := self._parse(_cell(cell, level), forms):
                return readings
        return set()

    def _parse(self, cell: str, forms: Sequence[tuple[str, str]]) -> set[int]:
        """All sets of options whose forms, in some order and each once, make up the cell."""
        reached: dict[int, set[int]] = {0: {0}}  # by place in the cell: the options that lead there
        complete: set[int] = set()
        while reached:
            place = min(reached)
            masks = reached.pop(place)
            for form, id_ in forms:
                bit = self._bits[id_]
                after = {mask | bit for mask in masks if not mask & bit}
                if not after:
                    continue
                if cell.startswith(form, place):
                    end = place + len(form)
                    if end == len(cell):
                        complete |= after
                    elif cell[end] == SEPARATOR:
                        reached.setdefault(end + 1, set()).update(after)
                # A backslash at a text's end stands before the separator as if it escaped it.
                if form.endswith("\\") and cell.startswith(form[:-1] + INNER_COMMA, place):
                    reached.setdefault(place + len(form), set()).update(after)
        return complete

    def _spelled(self, mask: int) -> str:
        return f"[{', '.join(id_ for id_, bit in self._bits.items() if mask & bit)}]"


def both_languages(text: Bilingual) -> tuple[str, ...]:
    """The wordings that a text may have on the platform."""
    return text.zh, text.en


def shown_apart(found: str, near: str) -> tuple[str, str]:
    """Two texts as a message shows them, without a long beginning that they share."""
    parted = (index for index, (a, b) in enumerate(zip(found, near, strict=False)) if a != b)
    n_shared = next(parted, min(len(found), len(near)))
    start = n_shared - SHARED_CHARS_SHOWN if max(len(found), len(near)) > MAX_SHOWN_CHARS else 0
    if start <= 0:
        return show(found), show(near)
    return show("…" + found[start:]), show("…" + near[start:])


def _inner(text: str, level: Callable[[str], str]) -> str:
    """An option's text as it stands in a multiple-answer cell, its commas marked."""
    if level is str:
        return text.replace(",", INNER_COMMA)
    return level(text.translate(_COMMAS)).replace(",", INNER_COMMA)


def _cell(cell: str, level: Callable[[str], str]) -> str:
    """A multiple-answer cell with the commas inside its texts marked; full-width ones separate nothing."""
    marked = cell.replace("\\,", INNER_COMMA)
    if level is str:
        return marked
    return level(marked.translate(dict.fromkeys(_COMMAS, INNER_COMMA)))
