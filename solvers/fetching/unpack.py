"""Archives from outside, unpacked so that nothing can land elsewhere than in their own folder."""

import gzip
import shutil
import zlib
from pathlib import Path, PurePosixPath

from questions.common.errors import SourceError
from questions.common.messages import show
from questions.common.temporary import temporary_folder
from solvers.fetching.tar import Member, TarError, TarStream

MAX_MEMBERS = 5_000  # ten times what the largest archive we know of holds
MAX_UNPACKED_BYTES = 4 * 2**30
MAX_PART_BYTES = 255  # of a name between slashes, on every usual disk


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
        except (TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
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
    # The stream is read to its end, where gzip's checksum stands.
    with gzip.open(path) as unzipped:
        tar = TarStream(unzipped)
        for member in tar.members():
            _check_member(path, member)
            n_members += 1
            n_bytes += member.size
            if n_members > max_members or n_bytes > max_bytes:
                raise SourceError(
                    f"{path.name}: more than {max_members:,} members or {max_bytes:,} bytes; "
                    "nothing of it is kept."
                )
            place = folder / PurePosixPath(member.name)
            (place if member.is_folder else place.parent).mkdir(parents=True, exist_ok=True)
            if member.is_file:
                with place.open("wb") as file:
                    file.writelines(tar.content())
                n_wanted += member.name.endswith(suffix)
    return n_wanted


def _check_member(path: Path, member: Member) -> None:
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts or "\\" in member.name:
        why = "would lie outside its folder"
    elif "\0" in member.name or not member.name:
        why = "has no name that a file can have"
    elif max(len(part.encode(errors="surrogateescape")) for part in (*name.parts, "")) > MAX_PART_BYTES:
        why = f"has a name of more than {MAX_PART_BYTES} bytes"
    elif not (member.is_file or member.is_folder):
        why = "is neither a plain file nor a folder"
    elif member.is_folder and member.size:
        why = "is a folder with a content of its own"
    else:
        return
    raise SourceError(f"{path.name}: its member {show(member.name[:100])} {why}; nothing of it is kept.")
