"""The one boundary of the command line: whatever goes wrong ends in a sentence and an exit code of its own.

1 is for evidence that contradicts the key, and nothing else may end with it.
"""

import codecs
import errno
import io
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, TextIO

import typer

from questions.common.errors import QuizproofError
from questions.common.messages import plain_path, printable
from questions.common.temporary import is_ours
from quizproof.cli.exit_codes import EXIT_FAULT, EXIT_INTERRUPTED, EXIT_USAGE

MAX_SAID_CHARS = 300

# What to do where a file or folder cannot be used.
WAYS_OUT = {
    errno.ENOSPC: "make room on that disk",
    errno.EDQUOT: "make room on that disk",
    errno.EFBIG: "give a disk without such a limit",
    errno.EACCES: "give one that you may use",
    errno.EPERM: "give one that you may use",
    errno.EROFS: "give a folder that can be written",
    errno.EEXIST: "give a folder",
    errno.ENOTDIR: "give a folder",
    errno.EISDIR: "give a file",
    errno.ENOENT: "check the name",
    errno.ENAMETOOLONG: "give a shorter name",
    errno.ELOOP: "its links lead round in a circle; give another",
}
_ESCAPING = "quizproof-escapes"


def guarded(run: Callable[[], object]) -> NoReturn:
    """Run the command line and end the process. Streams carry any text."""
    _prepare_streams()
    _end(*_outcome(run))


def _outcome(run: Callable[[], object]) -> tuple[str, int]:
    """What to say at the end, if anything, and the exit code."""
    try:
        _check_surroundings()
        try:
            run()
        finally:
            sys.stdout.flush()  # what does not fit on a full disk shows here
    except SystemExit as ended:
        # Typer ends with 1 where standard output was closed, and where something broke off with EOFError.
        if isinstance(ended.__context__, BrokenPipeError):
            return _of_os_error(ended.__context__), EXIT_USAGE
        if isinstance(ended.__context__, typer.Abort):
            return _of_fault(ended.__context__.__cause__ or ended.__context__), EXIT_FAULT
        return "", ended.code if isinstance(ended.code, int) else 0
    except QuizproofError as error:
        return str(error), EXIT_USAGE
    except OSError as error:
        return _of_os_error(error), EXIT_USAGE
    except MemoryError:
        return "Out of memory; end other programs that use it, or give less to do.", EXIT_USAGE
    except KeyboardInterrupt:
        return "", EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001  this is the boundary
        if isinstance(error, RuntimeError) and str(error).startswith("Symlink loop"):
            return f"{error}: its links lead round in a circle; give another.", EXIT_USAGE
        return _of_fault(error), EXIT_FAULT
    return "", 0


def _check_surroundings() -> None:
    """Raises QuizproofError where nothing can be read or written as it is named."""
    try:
        Path.cwd()
    except FileNotFoundError:
        raise QuizproofError("The working folder is gone; change to another one.") from None
    for argument in sys.argv[1:]:
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise QuizproofError(f"{argument}: the name is not UTF-8; rename it.") from None


def _of_os_error(error: OSError) -> str:
    said = error.strerror or str(error) or type(error).__name__
    if isinstance(error, BrokenPipeError) and error.filename is None:
        return "Standard output was closed before all was written."
    way_out = WAYS_OUT.get(error.errno or 0)
    ending = f"{said}; {way_out}." if way_out else f"{said}."
    if error.filename is None:
        return f"A file or a stream cannot be read or written: {ending}"
    path = Path(os.fsdecode(error.filename))
    return f"{plain_path(path.parent if is_ours(path.name) else path)}: {ending}"


def _of_fault(error: BaseException) -> str:
    """One line on a fault of our own, with the place; all of it where QUIZPROOF_TRACEBACK is set."""
    if os.environ.get("QUIZPROOF_TRACEBACK"):
        return "".join(traceback.format_exception(error)).rstrip()
    *_, last = traceback.extract_tb(error.__traceback__)
    what = " ".join(f"{type(error).__name__}: {error}".split())[:MAX_SAID_CHARS]
    return (
        f"quizproof has a fault of its own: {what} ({Path(last.filename).name}:{last.lineno}). Please report "
        "it with the command; QUIZPROOF_TRACEBACK=1 shows more."
    )


def _end(said: str, code: int) -> NoReturn:
    if said:
        with suppress(OSError):  # there is nobody to tell
            sys.stderr.write("\n".join(map(printable, said.split("\n"))) + "\n")
            sys.stderr.flush()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # Python would say so once more at its end, and change the exit code
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(code)


def _prepare_streams() -> None:
    """Make both streams carry any text, in UTF-8 whatever the surroundings say.

    Where standard output is closed, end: files would take its place.
    """
    codecs.register_error(_ESCAPING, _escaped)
    if sys.stderr is None:
        sys.stderr = _nowhere()
    if sys.stdout is None:
        sys.stdout = _nowhere()
        _end("Standard output is closed; give it a file, or /dev/null.", EXIT_USAGE)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=_ESCAPING)


def _nowhere() -> TextIO:
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _escaped(error: UnicodeError) -> tuple[str, int]:
    r"""Halves of characters, which UTF-8 lacks, as `\uXXXX`; a JSON text has that for what it is too."""
    assert isinstance(error, UnicodeEncodeError)
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    pairs = (units[place : place + 2].hex() for place in range(0, len(units), 2))
    return "".join(f"\\u{pair}" for pair in pairs), error.end
