"""Archives from outside, unpacked so that nothing can land elsewhere than in their own folder."""

import gzip
import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath

from questions.common.errors import SourceError
from questions.common.temporary import temporary_folder

MAX_MEMBERS = 5_000  # ten times what the largest archive we know of holds
MAX_UNPACKED_BYTES = 4 * 2**30


def unpack_tar(
    path: Path,
    folder: Path,
    suffix: str,
    max_members: int = MAX_MEMBERS,
    max_bytes: int = MAX_UNPACKED_BYTES,
) -> None:
    """Unpack a `.tar.gz` into `folder`, which appears whole or not at all.

    Raises SourceError: not a whole gzipped tar, a member that is neither file nor folder or lies
    outside, too many or too large, none that ends in `suffix`.
    """
    with temporary_folder(folder.parent) as temporary:
        unpacked = temporary / folder.name
        unpacked.mkdir()
        try:
            n_wanted = _unpack(path, unpacked, suffix, max_members, max_bytes)
        except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise SourceError(
                f"{path.name}: not a whole gzipped tar archive ({error}); fetch it again."
            ) from error
        if n_wanted == 0:
            raise SourceError(f"{path.name}: holds no {suffix} file, so not the archive that is meant.")
        if folder.is_dir():
            shutil.rmtree(folder)
        unpacked.replace(folder)


def _unpack(path: Path, folder: Path, suffix: str, max_members: int, max_bytes: int) -> int:
    """Every member in turn, checked before it is written; how many end in `suffix`."""
    n_members = n_bytes = n_wanted = 0
    with gzip.open(path) as unzipped:
        with tarfile.open(fileobj=unzipped, mode="r|") as tar:
            for member in tar:
                _check_member(path, member)
                n_members += 1
                n_bytes += member.size
                if n_members > max_members or n_bytes > max_bytes:
                    raise SourceError(
                        f"{path.name}: more than {max_members:,} members or {max_bytes:,} bytes; "
                        "nothing of it is kept."
                    )
                tar.extract(member, folder, filter="data")
                n_wanted += member.isreg() and member.name.endswith(suffix)
        # tar stops at its own end mark; gzip's checksum lies behind it.
        while unzipped.read(2**20):
            pass
    return n_wanted


def _check_member(path: Path, member: tarfile.TarInfo) -> None:
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts or "\\" in member.name:
        why = "would lie outside its folder"
    elif not (member.isreg() or member.isdir()) or member.issparse():
        why = "is neither a plain file nor a folder"
    elif member.size < 0:
        why = "has a negative size"
    else:
        return
    raise SourceError(f"{path.name}: its member {member.name[:100]!r} {why}; nothing of it is kept.")
