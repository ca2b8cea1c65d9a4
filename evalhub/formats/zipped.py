"""The one wanted member of a .zip archive."""

import io
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

from evalhub.formats.archive import broken_archive, capped
from evalhub.formats.errors import Place
from evalhub.formats.layout import Role, is_data_file, pick
from evalhub.formats.limits import Limits

# zipfile raises these for archives that are cut short, encrypted or packed in a way it does not know.
_UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, RuntimeError)
_ENCRYPTED = 0x1


def open_member(
    stored: BinaryIO, packed_bytes: int, file: str, role: Role, limits: Limits
) -> tuple[str, io.BufferedReader]:
    """Open the only data file of an archive, or the one that plays `role` in a BEIR layout.

    Returns:
        The member's name and its unpacked bytes.

    Raises:
        InputError: the archive is broken or encrypted, or which member is meant cannot be told.
    """
    try:
        archive = zipfile.ZipFile(stored)
        member = _choose(archive, file, role)
        if member.flag_bits & _ENCRYPTED:
            raise Place(file).error(None, "the archive is encrypted", "Pack it again without a password.")
        stream = archive.open(member)
    except _UNREADABLE as error:
        raise broken_archive(file, "zip", error) from error
    # The directory of the archive could claim any packed size; the file cannot.
    packed_bytes = min(member.compress_size, packed_bytes)
    return member.filename, capped(stream, "zip", packed_bytes, file, limits)


def _choose(archive: zipfile.ZipFile, file: str, role: Role) -> zipfile.ZipInfo:
    members = {m.filename: m for m in archive.infolist() if not m.is_dir() and is_data_file(m.filename)}
    if len(members) == 1:
        return next(iter(members.values()))
    tops = {PurePosixPath(name).parts[0] for name in members}
    # BEIR's own archives hold everything in one folder named after the collection.
    strip = len(tops.pop()) + 1 if len(tops) == 1 else 0
    by_name = {name[strip:]: member for name, member in members.items()}
    return by_name[pick(sorted(by_name), role, file)]
