"""Turn a spec into the rows it names, importing the files it names, before anything runs."""

from django.db import transaction

from evalhub.models import Workspace
from evalhub.services.campaigns import CampaignInputs
from evalhub.services.snapshots import Clock, Tell, untold
from evalhub.services.spec_inputs.corpus import checked_corpus
from evalhub.services.spec_inputs.queries import checked_queries
from evalhub.services.spec_inputs.raters import check_labels, check_raters, register_raters
from evalhub.services.spec_inputs.systems import check_run, checked_system
from evalhub.spec.campaign import CampaignSpec


def inputs_import(
    workspace: Workspace, spec: CampaignSpec, *, clock: Clock, tell: Tell = untold
) -> CampaignInputs:
    """Import what the spec names by path and find what it names by name.

    Raises:
        SpecError: something the spec names is not there, or does not fit; the database is unchanged.
        InputError: a file it names is not acceptable; the database is unchanged.
        UnableToImport: another import into the corpus is running.
    """
    rater_specs = check_raters(workspace, spec.raters, is_capped=spec.budget is not None)
    systems = [checked_system(workspace, position, system) for position, system in enumerate(spec.systems)]
    with checked_corpus(workspace, spec, clock, tell) as corpus:
        queries = checked_queries(workspace, spec.queries, corpus.doc_ids)
        check_labels(rater_specs, queries.name, queries.highest_grade)
        for system in systems:
            check_run(system, queries.query_ids, corpus.doc_ids)
        snapshot = corpus.store()
    with transaction.atomic():
        collection = queries.store()
        raters = register_raters(workspace, spec.raters, collection, snapshot)
        rows = [system.store(workspace) for system in systems]
    return CampaignInputs(snapshot, collection, rows, raters)
