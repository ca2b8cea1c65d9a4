"""Turn a spec into the rows it names, importing the files it names, before anything runs."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from django.db import transaction

from evalhub.models import Workspace
from evalhub.services.campaigns import CampaignInputs
from evalhub.services.snapshots import Clock, Tell, untold
from evalhub.services.spec_inputs.corpus import CheckedCorpus, checked_corpus
from evalhub.services.spec_inputs.queries import CheckedQueries, checked_queries
from evalhub.services.spec_inputs.raters import check_labels, check_raters, register_raters
from evalhub.services.spec_inputs.systems import CheckedSystem, check_run, checked_system
from evalhub.spec.campaign import CampaignSpec
from raters.spec import RaterSpec

Checked = tuple[CheckedCorpus, CheckedQueries, list[CheckedSystem], list[RaterSpec]]


def inputs_import(
    workspace: Workspace, spec: CampaignSpec, *, clock: Clock, tell: Tell = untold
) -> CampaignInputs:
    """Import what the spec names by path and find what it names by name.

    Raises:
        SpecError: something the spec names is not there, or does not fit; the database is unchanged.
        InputError: a file it names is not acceptable; the database is unchanged.
        UnableToImport: another import into the corpus is running.
    """
    with checked_inputs(workspace, spec, clock, tell) as (corpus, queries, systems, _):
        snapshot = corpus.store()
    # Rows that are there need no transaction, and on SQLite one is a turn at the only lock.
    with transaction.atomic() if queries.is_new else nullcontext():
        collection = queries.store()
        raters = register_raters(workspace, spec.raters, collection, snapshot)
        rows = [system.store(workspace) for system in systems]
    return CampaignInputs(snapshot, collection, rows, raters)


@contextmanager
def checked_inputs(
    workspace: Workspace, spec: CampaignSpec, clock: Clock, tell: Tell = untold
) -> Iterator[Checked]:
    """All that a spec names, read and checked against each other; nothing is written.

    Raises:
        SpecError: something the spec names is not there, or does not fit.
        InputError: a file it names is not acceptable.
    """
    raters = check_raters(workspace, spec.raters, is_capped=spec.is_capped)
    systems = [checked_system(workspace, position, system) for position, system in enumerate(spec.systems)]
    with checked_corpus(workspace, spec, clock, tell) as corpus:
        queries = checked_queries(workspace, spec.queries, corpus.doc_ids)
        if any(rater.kind == "gold" for rater in raters):
            check_labels(raters, queries.name, queries.highest_grade)
        for system in systems:
            check_run(system, queries.query_ids, corpus.doc_ids)
        yield corpus, queries, systems, raters
