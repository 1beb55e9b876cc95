"""Reads one YAML or JSON file safely: plain data, the line of every place, all problems in one go.

Files come from students too, so nothing in one may run code, fill the memory or end in a traceback.
YAML is taken event by event and never composed: an alias is refused before it could multiply, and
depth is checked before anything recurses. Plain scalars are null, booleans, decimal numbers or texts,
as in YAML 1.2: `no` and `2026-01-09` are texts.
"""

import os
import re
from pathlib import Path
from typing import Any

import yaml

from questions.common.errors import SpecError
from questions.common.files import open_regular
from questions.common.messages import plain_path, show
from questions.reading.document import Document, DocumentBuilder
from questions.reading.json_reader import read_json

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,400}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,400}|[0-9]{1,400}(\.[0-9]{0,400})?)([eE][-+]?[0-9]{1,400})?", re.ASCII)


def read_document(path: Path, *, max_bytes: int) -> Document:
    """Return the data of a YAML file, or of a JSON file where the name ends in `.json`.

    Raises SpecError with every problem of the file.
    """
    name = plain_path(path)
    text = _read_text(path, name, max_bytes)
    builder = DocumentBuilder(name)
    if path.suffix.lower() == ".json":
        read_json(text, builder)
    else:
        _read_yaml(text, builder)
    return builder.document(text)


def _read_text(path: Path, name: str, max_bytes: int) -> str:
    try:
        with open_regular(path) as file:
            n_bytes = os.fstat(file.fileno()).st_size
            content = file.read(max_bytes + 1)  # the file may have grown since
    except OSError as error:
        raise SpecError([f"{name}: cannot be read: {error.strerror}"]) from None
    if (n_bytes := max(n_bytes, len(content))) > max_bytes:
        raise SpecError([f"{name}: is too large: {n_bytes:,} bytes; at most {max_bytes:,} are allowed"])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02x} at offset {error.start}"
        raise SpecError([f"{name}: is not UTF-8: {found}; save it as UTF-8"]) from None


def _read_yaml(text: str, builder: DocumentBuilder) -> None:
    n_documents = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.DocumentStartEvent):
                n_documents += 1
                if n_documents > 1:
                    builder.stop(*_place(event), "a second document starts here ('---'); only one is allowed")
            elif isinstance(event, yaml.NodeEvent):
                _take_node(event, builder)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                builder.end()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        builder.stop(*place, f"is not YAML: {_reason(error)}")
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        builder.stop(line, column, f"is not YAML: the character {_code_point(error)} is not allowed")


def _reason(error: yaml.MarkedYAMLError) -> str:
    return " ".join(part for part in (error.context, error.problem) if part)


def _code_point(error: yaml.reader.ReaderError) -> str:
    code = error.character if isinstance(error.character, int) else ord(error.character)
    return f"U+{code:04X}"


def _place(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _take_node(event: Any, builder: DocumentBuilder) -> None:
    line, column = _place(event)
    alias = isinstance(event, yaml.AliasEvent)
    _refuse_extras(event, builder)
    if isinstance(event, yaml.CollectionStartEvent):
        if builder.wants_key:
            builder.stop(line, column, "a key is a list or a mapping; allowed: a text")
        builder.start({} if isinstance(event, yaml.MappingStartEvent) else [], line, column)
    elif builder.wants_key:
        builder.key(f"*{event.anchor}" if alias else event.value, line, column)
    else:
        builder.scalar(None if alias else _value(event), line, column)


def _refuse_extras(event: Any, builder: DocumentBuilder) -> None:
    """Note what YAML has beyond plain data; reading goes on, as if it were not there."""
    place = _place(event)
    if isinstance(event, yaml.AliasEvent):
        builder.problem(*place, f"the alias {show(f'*{event.anchor}')} is not allowed; write it out")
        return
    if event.anchor is not None:
        builder.problem(*place, f"the anchor {show(f'&{event.anchor}')} is not allowed; remove it")
    if event.tag is not None:
        builder.problem(*place, f"the tag {show(event.tag)} is not allowed; remove it")


def _value(event: yaml.ScalarEvent) -> Any:
    text = event.value
    if not event.implicit[0]:  # quoted, or a block
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
