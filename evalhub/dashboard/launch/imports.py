"""Have an upload imported: the same services as REST and the command line, with what the page says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from pydantic import TypeAdapter, ValidationError

from evalhub.core.errors import UserError
from evalhub.dashboard.launch.form import LaunchForm
from evalhub.dashboard.launch.previews import Preview
from evalhub.models import QueryCollection, Snapshot, Workspace
from evalhub.selectors.launch.inputs import inputs_seen
from evalhub.services.drafts import draft_lent
from evalhub.services.gold import gold_import
from evalhub.services.known_ids import doc_ids_stored, query_ids_stored
from evalhub.services.queries import queries_import
from evalhub.services.runs import run_check
from evalhub.services.systems import system_of_run
from evalhub.services.uploads import corpus_upload
from evalhub.spec.parts import Name

_NAME = TypeAdapter[str](Name)


class UnableToUse(UserError):
    """An upload can not be used as it was asked for; the message says what is missing."""


class Import(Protocol):
    """Imports an upload and puts what it became into the form; returns what to say."""

    def __call__(self, workspace: Workspace, form: LaunchForm, found: Preview, *, now: datetime) -> str:
        """Import.

        Raises:
            UserError: the file is not acceptable, at its line, or something is missing.
        """


def _corpus(workspace: Workspace, form: LaunchForm, found: Preview, *, now: datetime) -> str:
    name = _checked(found.name)
    with draft_lent(found.draft) as source:
        job = corpus_upload(workspace, name, source, columns=found.mapping, now=now)
    form.corpus_job = str(job.pk)
    return ""  # the job's progress says it


def _queries(workspace: Workspace, form: LaunchForm, found: Preview, *, now: datetime) -> str:
    collection = queries_import(workspace, _checked(found.name), found.draft.source, columns=found.mapping)
    form.queries = collection.name
    return f"{collection.n_queries:,} queries imported as {collection.name}."


def _gold(workspace: Workspace, form: LaunchForm, found: Preview, *, now: datetime) -> str:
    collection = _collection(workspace, form)
    snapshot = inputs_seen(workspace, form.corpus, "").snapshot
    made = gold_import(collection, found.draft.source, snapshot=snapshot, columns=found.mapping)
    return f"{made.n_gold:,} gold labels imported for {made.name}."


def _run(workspace: Workspace, form: LaunchForm, found: Preview, *, now: datetime) -> str:
    name, collection = _checked(found.name), _collection(workspace, form)
    snapshot = _snapshot(workspace, form)
    run_check(found.draft.source, query_ids_stored(collection), doc_ids_stored(snapshot))
    system = system_of_run(workspace, name, found.draft.source)
    if str(system.pk) not in form.systems:
        form.systems.append(str(system.pk))
    return f"{system.name} is ticked below."


IMPORTS: Mapping[str, Import] = {"corpus": _corpus, "queries": _queries, "gold": _gold, "run": _run}


def _checked(name: str) -> str:
    try:
        return _NAME.validate_python(name)
    except ValidationError as error:
        raise UnableToUse(
            f"the name {name[:40]!r}: {error.errors()[0]['msg']}; write 1 to 100 printable characters"
        ) from error


def _collection(workspace: Workspace, form: LaunchForm) -> QueryCollection:
    found = QueryCollection.objects.filter(workspace=workspace, name=form.queries).first()
    if found is None:
        raise UnableToUse("Choose or upload the queries first: this file names them by their ids.")
    return found


def _snapshot(workspace: Workspace, form: LaunchForm) -> Snapshot:
    found = inputs_seen(workspace, form.corpus, "").snapshot
    if found is None:
        raise UnableToUse("Choose or upload the corpus first: this file names its documents by their ids.")
    return found
