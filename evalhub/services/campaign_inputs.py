"""Turn a spec into the rows it names, importing the files it names, before anything runs."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from evalhub.formats.source import Source
from evalhub.models import Corpus, QueryCollection, RaterVersion, Snapshot, System, Workspace
from evalhub.services.campaigns import CampaignInputs
from evalhub.services.embedding_models import embedding_model_check, embedding_model_register
from evalhub.services.gold import gold_import
from evalhub.services.queries import queries_import
from evalhub.services.raters import rater_check, rater_version_register
from evalhub.services.runs import run_check
from evalhub.services.snapshots import Tell, snapshot_import, snapshot_latest
from evalhub.services.systems import run_source, system_of_index, system_of_run
from evalhub.spec.campaign import CampaignSpec
from evalhub.spec.errors import SpecError, SpecProblem
from evalhub.spec.systems import SystemSpec
from indexing.catalogue import UnknownEmbeddingModel
from indexing.revision import UnsafeModel
from indexing.spec import EncoderSpec, InvalidSpec
from raters.fields import UnableToResolveRater

Clock = Callable[[], datetime]


def inputs_import(
    workspace: Workspace, spec: CampaignSpec, *, clock: Clock, tell: Tell = lambda step, n_done, n_total: None
) -> CampaignInputs:
    """Import what the spec names by path and find what it names by name.

    Raises:
        SpecError: something the spec names is not there, or does not fit.
        InputError: a file it names is not acceptable.
        UnableToImport: another import into the corpus is running.
    """
    # All checks come before all writes but those of files, so that a spec that does not fit leaves nothing.
    _check_raters(workspace, spec)
    encoders = [_encoder(workspace, position, system) for position, system in enumerate(spec.systems)]
    snapshot = _snapshot(workspace, spec, clock, tell)
    collection = _collection(workspace, spec, snapshot)
    _check_sizes(spec, snapshot)
    runs = [_run(workspace, position, system) for position, system in enumerate(spec.systems)]
    for source in filter(None, runs):
        run_check(source, snapshot, collection)
    with transaction.atomic():
        raters = _raters(workspace, spec, collection)
        systems = [
            _system(workspace, position, system, encoder, run)
            for position, (system, encoder, run) in enumerate(zip(spec.systems, encoders, runs, strict=True))
        ]
    return CampaignInputs(snapshot, collection, systems, raters)


def _snapshot(workspace: Workspace, spec: CampaignSpec, clock: Clock, tell: Tell) -> Snapshot:
    if spec.corpus.path:
        source = Source.at(Path(spec.corpus.path))
        return snapshot_import(workspace, spec.corpus.name, source, clock=clock, tell=tell)
    corpora = Corpus.objects.filter(workspace=workspace)
    corpus = corpora.filter(name=spec.corpus.name).first()
    if corpus is None:
        raise _unknown("corpus.name", "corpus", spec.corpus.name, [c.name for c in corpora[:10]])
    snapshot = snapshot_latest(corpus)
    if snapshot is None:
        raise _problem("corpus.name", f'"{corpus.name}" has no documents yet; import some first')
    return snapshot


def _collection(workspace: Workspace, spec: CampaignSpec, snapshot: Snapshot) -> QueryCollection:
    named = spec.queries
    if named.path:
        collection = queries_import(workspace, named.name, Source.at(Path(named.path)))
    else:
        collections = QueryCollection.objects.filter(workspace=workspace)
        found = collections.filter(name=named.name).first()
        if found is None:
            raise _unknown("queries.name", "query collection", named.name, [c.name for c in collections[:10]])
        collection = found
    if not collection.n_queries:
        raise _problem("queries.name", f'"{collection.name}" has no queries yet; import some first')
    if named.qrels:
        collection = gold_import(collection, Source.at(Path(named.qrels)), snapshot=snapshot)
    return collection


def _check_raters(workspace: Workspace, spec: CampaignSpec) -> None:
    for position, rater in enumerate(spec.raters):
        try:
            rater_check(workspace, rater.model_dump(exclude_none=True))
        except UnableToResolveRater as error:
            raise _told_by_library(f"raters[{position}]", error) from error


def _raters(
    workspace: Workspace, spec: CampaignSpec, collection: QueryCollection
) -> list[tuple[str, RaterVersion]]:
    versions: list[tuple[str, RaterVersion]] = []
    for position, rater in enumerate(spec.raters):
        try:
            version = rater_version_register(workspace, rater.model_dump(exclude_none=True), collection)
        except UnableToResolveRater as error:
            raise _told_by_library(f"raters[{position}]", error) from error
        if twin := next((name for name, other in versions if other.pk == version.pk), None):
            raise _problem(
                f"raters[{position}]", f'"{rater.name}" is the same as "{twin}"; remove one of them'
            )
        versions.append((rater.name, version))
    return versions


def _check_sizes(spec: CampaignSpec, snapshot: Snapshot) -> None:
    for field, value in (("cutoff", spec.cutoff), ("depth", spec.depth)):
        if value > snapshot.n_documents:
            has = f'the corpus "{snapshot.corpus.name}" has {snapshot.n_documents:,} documents'
            raise _problem(field, f"{value:,}, but {has}; set it to {snapshot.n_documents} or less")


def _encoder(workspace: Workspace, position: int, system: SystemSpec) -> EncoderSpec | None:
    """What a system's model is resolved to."""
    reference = _reference(system)
    if reference is None:
        return None
    try:
        return embedding_model_check(workspace, reference)
    except (InvalidSpec, UnknownEmbeddingModel, UnsafeModel) as error:
        raise _told_by_library(f"systems[{position}]", error) from error


def _run(workspace: Workspace, position: int, system: SystemSpec) -> Source | None:
    """Where a system's ranked lists are, if they were retrieved elsewhere."""
    if system.id is None:
        return Source.at(Path(system.run)) if system.run else None
    known = _known(workspace, position, system)
    return run_source(known) if known.kind == System.Kind.RUN else None


def _system(
    workspace: Workspace, position: int, system: SystemSpec, encoder: EncoderSpec | None, run: Source | None
) -> System:
    reference = _reference(system)
    if encoder and reference:
        model = embedding_model_register(workspace, reference, encoder)
        index = system.index.model_dump(exclude_none=True) if system.index else {}
        try:
            return system_of_index(workspace, system.name, model, index)
        except InvalidSpec as error:
            raise _told_by_library(f"systems[{position}]", error) from error
    if run and system.run:
        return system_of_run(workspace, system.name, run)
    return _known(workspace, position, system)


def _known(workspace: Workspace, position: int, system: SystemSpec) -> System:
    found = System.objects.filter(workspace=workspace, id=system.id or 0, name=system.name).first()
    if found is None:
        raise _problem(f"systems[{position}].id", f'{system.id} is no system named "{system.name}"')
    return found


def _reference(system: SystemSpec) -> str | dict[str, Any] | None:
    model = system.embedding_model
    return model if model is None or isinstance(model, str) else model.model_dump(exclude_none=True)


def _unknown(field: str, noun: str, name: str, names: list[str]) -> SpecError:
    there = f"there are: {', '.join(names)}" if names else "there is none yet"
    return _problem(field, f'no {noun} "{name}"; {there}. Give a path to import it, or a name from these')


def _told_by_library(place: str, error: Exception) -> SpecError:
    """The libraries' messages are "field: problem; remedy" or "field: problem. Remedy"."""
    field, _, text = str(error).partition(": ")
    return _problem(f"{place}.{field}", text)


def _problem(field: str, text: str) -> SpecError:
    problem, _, remedy = text.rstrip(".").replace(". ", "; ", 1).partition("; ")
    remedy = remedy[:1].upper() + remedy[1:].rstrip(".") + "." if remedy else ""
    return SpecError([SpecProblem("SPEC", None, field, problem, remedy)])
