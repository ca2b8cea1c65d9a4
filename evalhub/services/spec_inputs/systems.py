"""The systems a spec names: resolved and checked first, registered when all else was found good."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalhub.formats.source import Source
from evalhub.models import System, Workspace
from evalhub.services.embedding_models import embedding_model_check, embedding_model_register
from evalhub.services.known_ids import KnownIds
from evalhub.services.runs import run_check
from evalhub.services.spec_inputs.problems import problem, told_by_library
from evalhub.services.systems import run_source, system_of_index, system_of_run
from evalhub.spec.systems import SystemSpec
from indexing.catalogue import UnknownEmbeddingModel
from indexing.revision import UnsafeModel
from indexing.spec import EncoderSpec, IndexSpec, InvalidSpec


@dataclass(frozen=True, slots=True)
class CheckedSystem:
    """Exactly one of `known`, `run` and `encoder` is there, but for a known run, which has its file too."""

    spec: SystemSpec
    known: System | None = None
    run: Source | None = None
    encoder: EncoderSpec | None = None

    def store(self, workspace: Workspace) -> System:
        """Register it, or find the one that is equal."""
        reference = _reference(self.spec)
        if self.encoder and reference:
            model = embedding_model_register(workspace, reference, self.encoder)
            return system_of_index(workspace, self.spec.name, model, _index(self.spec))
        if self.known is None and self.run:
            return system_of_run(workspace, self.spec.name, self.run)
        assert self.known is not None  # noqa: S101  # the spec's schema asks for one of the three
        return self.known


def checked_system(workspace: Workspace, position: int, spec: SystemSpec) -> CheckedSystem:
    """A system of a spec, without writing anything; its run's ids are left to `check_run`.

    Raises:
        SpecError: its model, index or id is wrong or can not be found here.
    """
    if spec.id is not None:
        known = System.objects.filter(workspace=workspace, id=spec.id, name=spec.name).first()
        if known is None:
            raise problem(f"systems[{position}].id", f'{spec.id} is no system named "{spec.name}"')
        return CheckedSystem(spec, known, run_source(known) if known.kind == System.Kind.RUN else None)
    reference = _reference(spec)
    if reference is None:
        return CheckedSystem(spec, run=Source.at(Path(spec.run or "")))
    try:
        IndexSpec.from_dict(_index(spec))
        return CheckedSystem(spec, encoder=embedding_model_check(workspace, reference))
    except (InvalidSpec, UnknownEmbeddingModel, UnsafeModel) as error:
        raise told_by_library(f"systems[{position}]", error) from error


def check_run(system: CheckedSystem, query_ids: KnownIds, doc_ids: KnownIds) -> None:
    """Read a system's run, if it has one, against the queries and the corpus.

    Raises:
        InputError: a line is not acceptable or names an unknown id.
    """
    if system.run:
        run_check(system.run, query_ids, doc_ids)


def _index(spec: SystemSpec) -> dict[str, Any]:
    return spec.index.model_dump(exclude_none=True) if spec.index else {}


def _reference(spec: SystemSpec) -> str | dict[str, Any] | None:
    model = spec.embedding_model
    return model if model is None or isinstance(model, str) else model.model_dump(exclude_none=True)
