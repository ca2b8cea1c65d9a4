"""Register systems; equal ones are one row."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evalhub import conf
from evalhub.core.digest import content_digest
from evalhub.formats.source import Source, spool
from evalhub.models import EmbeddingModel, System, Workspace
from indexing.spec import IndexSpec

# Endings of a kept file's name; the name it was uploaded under may be no name on this disk.
_ENDINGS = re.compile(r"(\.[A-Za-z0-9]{1,10}){1,2}\Z")


def system_of_index(
    workspace: Workspace, name: str, model: EmbeddingModel, index: Mapping[str, Any]
) -> System:
    """A system that searches an index over an embedding model.

    Raises:
        InvalidSpec: the index parameters do not fit each other.
    """
    spec = IndexSpec.from_dict(dict(index))
    digest = content_digest(["index", name, model.digest, spec.digest])
    system, _ = System.objects.get_or_create(
        workspace=workspace,
        digest=digest,
        defaults={
            "name": name,
            "kind": System.Kind.INDEX,
            "embedding_model": model,
            "index_spec": spec.to_dict(),
        },
    )
    return system


def system_of_run(workspace: Workspace, name: str, source: Source) -> System:
    """A system whose ranked lists were retrieved elsewhere; the file is kept under its digest."""
    with source.path.open("rb") as file:
        file_digest = hashlib.file_digest(file, "sha256").hexdigest()
    run_name = Path(source.name).name
    endings = _ENDINGS.search(run_name)
    kept = conf.runs_folder() / f"{file_digest}{endings[0] if endings else ''}"
    if not kept.exists():
        with source.path.open("rb") as file:
            # A file of its own: the same run may be uploaded twice at once.
            spool(file, conf.runs_folder()).replace(kept)
    system, _ = System.objects.get_or_create(
        workspace=workspace,
        digest=content_digest(["run", name, file_digest]),
        defaults={
            "name": name,
            "kind": System.Kind.RUN,
            "run_path": str(kept.relative_to(conf.home_folder())),
            "run_name": run_name,
        },
    )
    return system


def run_source(system: System) -> Source:
    """The kept file of a system whose ranked lists were retrieved elsewhere."""
    return Source(system.run_name, conf.home_folder() / system.run_path)
