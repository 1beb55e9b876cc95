"""The files of a CSM, or of any model in the hub's format: which hold its weights, and their digest.

sesame/csm-1b keeps the original's weights under transformers' usual name and transformers' own beside
them, under the name that its config gives. No torch here.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from questions.errors import SourceError
from solvers.evidence import Sha256

CONFIG_FILE = "config.json"
WEIGHTS_NAME_FIELD = "transformers_weights"  # of the config, where transformers looks first
INDEX_SUFFIX = ".index.json"
USUAL_NAMES = ("model.safetensors", "model.safetensors.index.json")  # in transformers' order
# What to ask of sesame/csm-1b: everything but the original's own 6 GB twice over.
HUB_PATTERNS = ("*.json", "*.jinja", "transformers*.safetensors", "model-*.safetensors")


def weight_files(folder: Path) -> tuple[Path, ...]:
    """The safetensors files that transformers would load, in the order of their names.

    Raises SourceError: no config, no weights, an index that cannot be read, or a shard that is missing.
    """
    named = _json(folder / CONFIG_FILE).get(WEIGHTS_NAME_FIELD)
    names = (str(named),) if named else USUAL_NAMES
    found = next((folder / name for name in names if (folder / name).is_file()), None)
    if found is None:
        raise SourceError(
            f"{folder}: no {' nor '.join(names)} there; give a folder saved by save_pretrained."
        )
    if not found.name.endswith(INDEX_SUFFIX):
        return (found,)
    shards = _json(found).get("weight_map")
    if not isinstance(shards, dict) or not shards:
        raise SourceError(f"{found}: names no file of weights; download the folder again.")
    # A bare name: an index never reaches outside its own folder.
    files = tuple(folder / Path(str(name)).name for name in sorted(set(shards.values()), key=str))
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise SourceError(
            f"{folder}: {', '.join(missing)} of {found.name} missing; download the folder again."
        )
    return files


def joint_digest(digests: Sequence[Sha256]) -> Sha256:
    """One SHA-256 for a model: its file's own, or that of its files' digests, a line each."""
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()


def _json(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(
            f"{path.parent}: no {path.name} there; give a folder saved by save_pretrained."
        ) from error
    except ValueError as error:
        raise SourceError(f"{path}: no JSON that can be read ({error}); download it again.") from error
    return content if isinstance(content, dict) else {}
