"""Uploaded files on their way to the folder of uploads."""

import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile

from evalhub import conf
from evalhub.formats.source import spool

UNNAMED = "upload"


def upload_spool(file: UploadedFile) -> Path:
    """Put the file of a form into the folder of uploads; the caller removes it."""
    if isinstance(file, TemporaryUploadedFile):
        # It is on disk already; Django forgives that it is gone when the request ends.
        return Path(shutil.move(file.temporary_file_path(), _new_path()))
    return spool(cast(BinaryIO, file), conf.uploads_folder())


def upload_name(name: str) -> str:
    """The last part of a name, whatever the sender's system puts between the parts."""
    return PurePosixPath(name.replace("\\", "/")).name[:200] or UNNAMED


def _new_path() -> Path:
    with tempfile.NamedTemporaryFile(dir=conf.uploads_folder(), prefix="spool-", delete=False) as file:
        return Path(file.name)
