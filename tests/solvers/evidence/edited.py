"""A stored record with other content, signed anew: what reading makes of the content itself."""

import json
from pathlib import Path

from solvers.evidence.store import Record


def edit_record(path: Path, before: str, after: str) -> None:
    """Replace a text in a record's file and give it the digest of what it says then."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    document = json.loads(text.replace(before, after))
    del document["record_sha256"]
    digest = Record.model_validate_json(json.dumps(document)).digest
    path.write_text(json.dumps({**document, "record_sha256": digest}), encoding="utf-8")
