"""Uploaded files that wait for a person's word: shown in a preview, not yet imported.

What the page keeps of one is a signed token; nobody can name a file of the server with it, nor another
person's upload.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth.models import User
from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from evalhub import conf
from evalhub.formats.source import Source
from evalhub.services.spooled import upload_name, upload_spool

KEPT = timedelta(days=1)
_PREFIX = "draft-"
_SALT = "evalhub.services.drafts"


@dataclass(frozen=True, slots=True)
class Draft:
    """A file in the folder of uploads, and the token it is known by."""

    token: str
    source: Source

    @property
    def n_bytes(self) -> int:
        """Its size."""
        return self.source.path.stat().st_size


def draft_keep(user: User, file: UploadedFile, *, now: datetime) -> Draft:
    """Keep the file of a form for a day."""
    _forget_older(now - KEPT)
    kept = conf.uploads_folder() / f"{_PREFIX}{secrets.token_hex(16)}"
    upload_spool(file).replace(kept)
    source = Source(upload_name(str(file.name)), kept)
    token = signing.dumps({"file": kept.name, "name": source.name, "user": user.pk}, salt=_SALT)
    return Draft(token, source)


def draft_find(user: User, token: str) -> Draft | None:
    """The draft of a token; None where it is nobody's, somebody else's, or gone."""
    try:
        said = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    path = conf.uploads_folder() / said["file"]
    if said["user"] != user.pk or not path.is_file():
        return None
    return Draft(token, Source(said["name"], path))


@contextmanager
def draft_lent(draft: Draft) -> Iterator[Source]:
    """The file under another name, for imports that take theirs: the draft stays, should it be refused."""
    lent = draft.source.path.with_name(f"lent-{secrets.token_hex(16)}")
    try:
        os.link(draft.source.path, lent)
    except OSError:  # a filesystem without links
        shutil.copyfile(draft.source.path, lent)
    try:
        yield Source(draft.source.name, lent)
    finally:
        lent.unlink(missing_ok=True)


def draft_drop(draft: Draft) -> None:
    """Forget a draft."""
    draft.source.path.unlink(missing_ok=True)


def _forget_older(than: datetime) -> None:
    for path in conf.uploads_folder().glob(f"{_PREFIX}*"):
        if _changed_at_s(path) < than.timestamp():
            path.unlink(missing_ok=True)


def _changed_at_s(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another request forgot it just now
        return float("inf")
