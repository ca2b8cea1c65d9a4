"""Uploads that wait for a person's word."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from evalhub import conf
from evalhub.services.drafts import KEPT, draft_drop, draft_find, draft_keep, draft_lent

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def ada(db: None, settings: Any, tmp_path: Path) -> User:
    settings.EVALHUB_HOME = tmp_path
    return User.objects.create(username="ada")


def test_a_draft_is_found_by_its_token_and_by_its_owner_alone(ada: User) -> None:
    draft = draft_keep(ada, SimpleUploadedFile("c:\\mine\\a.csv", b"id,text\n"), now=NOW)
    assert (draft.source.name, draft.n_bytes) == ("a.csv", 8)
    assert draft_find(ada, draft.token) == draft
    assert draft_find(User.objects.create(username="eve"), draft.token) is None
    assert draft_find(ada, draft.token[:-1]) is None
    assert draft_find(ada, "") is None
    draft_drop(draft)
    assert draft_find(ada, draft.token) is None
    draft_drop(draft)  # twice does no harm


def test_a_large_upload_is_moved_and_not_copied(ada: User) -> None:
    file = TemporaryUploadedFile("big.csv", "text/csv", 4, None)
    file.write(b"abcd")
    file.flush()
    draft = draft_keep(ada, file, now=NOW)
    assert draft.source.path.read_bytes() == b"abcd"
    assert not Path(file.temporary_file_path()).exists()
    file.close()  # as at the end of a request: Django forgives that it is gone


@pytest.mark.parametrize("has_links", [True, False])
def test_what_is_lent_may_be_taken(ada: User, monkeypatch: pytest.MonkeyPatch, has_links: bool) -> None:
    if not has_links:
        monkeypatch.setattr(os, "link", _no_links)
    draft = draft_keep(ada, SimpleUploadedFile("a.csv", b"abcd"), now=NOW)
    with draft_lent(draft) as source:
        assert (source.name, source.path.read_bytes()) == ("a.csv", b"abcd")
        source.path.unlink()
    with draft_lent(draft):
        pass
    assert [path.name for path in conf.uploads_folder().iterdir()] == [draft.source.path.name]


def _no_links(*arguments: object) -> None:
    raise OSError("no links here")


def test_what_nobody_came_back_for_is_forgotten(ada: User) -> None:
    old, fresh = (draft_keep(ada, SimpleUploadedFile(f"{n}.csv", b"x"), now=NOW) for n in range(2))
    changed = (NOW - KEPT - timedelta(minutes=1)).timestamp()
    os.utime(old.source.path, (changed, changed))
    os.utime(fresh.source.path, (NOW.timestamp(), NOW.timestamp()))
    draft_keep(ada, SimpleUploadedFile("new.csv", b"x"), now=NOW)
    assert draft_find(ada, old.token) is None
    assert draft_find(ada, fresh.token) == fresh
