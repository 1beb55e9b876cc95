"""The files of a model in the hub's format: which hold its weights, and their digest.

Some repositories keep the original's weights under transformers' usual name and transformers' own beside
them, under the name that the config gives. No torch here.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from questions.common.errors import SourceError
from questions.common.files import read_regular
from questions.common.messages import printable, show
from solvers.evidence.sources import Sha256

WEIGHTS_FILE = "model.safetensors"
CONFIG_FILE = "config.json"
MAX_CONFIG_BYTES = 16 * 2**20  # an index of a thousand tensors has 0.1
MAX_NAME_CHARS, MAX_NAMES_SAID = 100, 20
MAX_SAID = 300  # characters of a library's own error
WEIGHTS_NAME_FIELD = "transformers_weights"  # of the config, where transformers looks first
INDEX_SUFFIX = ".index.json"
USUAL_NAMES = (WEIGHTS_FILE, "model.safetensors.index.json")  # in transformers' order
# What transformers reads beside the weights: a changed one can change codes, tokens or sampling.
CONFIGURING = (
    CONFIG_FILE,
    "chat_template.jinja",
    "generation_config.json",
    "preprocessor_config.json",
    "processor_config.json",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
)


def weight_files(folder: Path) -> tuple[Path, ...]:
    """The safetensors files that transformers would load, in the order of their names.

    Raises SourceError: no config, no weights, an index that cannot be read, or a shard that is missing.
    """
    named = config_of(folder).get(WEIGHTS_NAME_FIELD)
    # A bare name: neither a config nor an index reaches outside its own folder.
    names = (Path(str(named)).name,) if named else USUAL_NAMES
    found = next((folder / name for name in names if _is_file(folder / name)), None)
    if found is None:
        listed = " nor ".join(printable(name[:MAX_NAME_CHARS]) for name in names)
        raise SourceError(f"{folder}: no {listed} there; give a folder saved by save_pretrained.")
    if not found.name.endswith(INDEX_SUFFIX):
        return (found,)
    shards = _json(found).get("weight_map")
    if not isinstance(shards, dict) or not shards:
        raise SourceError(f"{found}: names no file of weights; download the folder again.")
    files = tuple(folder / Path(str(name)).name for name in sorted(set(shards.values()), key=str))
    if missing := [printable(file.name[:MAX_NAME_CHARS]) for file in files if not _is_file(file)]:
        listed = ", ".join(missing[:MAX_NAMES_SAID]) + ("…" if len(missing) > MAX_NAMES_SAID else "")
        raise SourceError(f"{folder}: {listed} of {found.name} missing; download the folder again.")
    return files


def lacking_beside(folder: Path) -> tuple[str, ...]:
    """What its folder lacks of what speaking to a model needs: tokenizer, sound settings, template."""
    kept = {
        "tokenizer.json": ("tokenizer.json",),
        "preprocessor_config.json": ("preprocessor_config.json", "processor_config.json"),
        "chat_template.jinja": ("chat_template.jinja", "chat_template.json"),
    }
    lacking = [name for name, names in kept.items() if not any((folder / one).is_file() for one in names)]
    return tuple(name for name in lacking if name != "chat_template.jinja" or not _has_template(folder))


def _has_template(folder: Path) -> bool:
    """Whether a template is written into another file, as older versions of transformers do."""
    beside = (folder / name for name in ("tokenizer_config.json", "processor_config.json"))
    return any("chat_template" in _json(file) for file in beside if file.is_file())


def require_type(folder: Path, allowed: Sequence[str], what: str) -> None:
    """Raise SourceError where a folder's config names another kind of model: its weights would not fit."""
    found = config_of(folder).get("model_type")
    if found not in allowed:
        raise SourceError(
            f"{folder}: holds a model of type {show(found)}, and {what} is of type {' or '.join(allowed)}; "
            "give the folder of the model that is meant."
        )


def in_short(error: Exception) -> str:
    """The beginning of what a library says, on one line: it lists every tensor where one would do."""
    words = " ".join(str(error).split())
    return words if len(words) <= MAX_SAID else f"{words[:MAX_SAID]}…"


def read_files(folder: Path, weights: Sequence[Path]) -> tuple[Path, ...]:
    """All that loading a model reads: its weights, and what configures it as far as it is there."""
    beside = (folder / name for name in CONFIGURING if (folder / name).is_file())
    indices = sorted(folder.glob(f"*{INDEX_SUFFIX}")) if len(weights) > 1 else ()
    return tuple(sorted({*weights, *beside, *indices}, key=lambda file: file.name))


def joint_digest(digests: Sequence[Sha256]) -> Sha256:
    """One SHA-256 for a model: its file's own, or that of its files' digests, a line each."""
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()


def config_of(folder: Path) -> dict[str, object]:
    """A model's config. Raises SourceError where there is none that can be read."""
    return _json(folder / CONFIG_FILE)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no disk takes
        return False


def _json(path: Path) -> dict[str, object]:
    try:
        read = read_regular(path, MAX_CONFIG_BYTES)
        if read is None:
            raise SourceError(f"{path}: over {MAX_CONFIG_BYTES:,} bytes, so no config; download it again.")
        content = json.loads(read)
    except OSError as error:
        raise SourceError(
            f"{path.parent}: no {path.name} there; give a folder saved by save_pretrained."
        ) from error
    except (ValueError, RecursionError) as error:  # RecursionError: nested as no config is
        raise SourceError(f"{path}: no JSON that can be read ({error}); download it again.") from error
    return content if isinstance(content, dict) else {}
