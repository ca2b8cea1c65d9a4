"""A spec whose names may be ids, from somebody who may not name our files: REST and the dashboard."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db.models import Model

from evalhub import conf
from evalhub.core.suggest import did_you_mean
from evalhub.models import Corpus, EmbeddingModel, QueryCollection, Rater, System, Workspace
from evalhub.spec.campaign import CampaignSpec
from evalhub.spec.errors import SPEC, SpecError, SpecProblem
from evalhub.spec.load import parse_spec
from evalhub.spec.raters import RaterSpec as RaterEntry
from evalhub.spec.raters_file import parse_raters
from evalhub.spec.systems import EmbeddingModelSpec
from indexing.catalogue import REGISTERED
from raters.weights import LOCAL_MODELS

KEY_SUFFIX = "_API_KEY"
HUB_NAME = re.compile(r"\w[\w.-]{0,99}(/\w[\w.-]{0,99})?")
NOT_REMOTE = (
    "not a registered model, nor one of a hub; a file cannot be named here",
    "Write a registered name, an id, or a hub's name such as intfloat/e5-small-v2.",
)
HOLDERS: dict[str, type[Model]] = {
    "corpus": Corpus,
    "queries": QueryCollection,
    "systems": System,
    "raters": Rater,
}
NOUNS: dict[type[Model], str] = {
    Corpus: "corpus",
    QueryCollection: "query collection",
    System: "system",
    Rater: "rater",
    EmbeddingModel: "embedding model",
}


def spec_from_afar(workspace: Workspace, body: object) -> CampaignSpec:
    """Read a spec that came over the network.

    Raises:
        SpecError: every problem, or an id that stands for nothing, or something of this server's disk or
            environment that a client may not name.
        RecursionError: the body is nested too deeply.
    """
    spec = parse_spec(_with_names(workspace, body), file=SPEC)
    if problems := list(_out_of_reach(spec)):
        raise SpecError(problems)
    return spec


def spec_of_kept(workspace: Workspace, body: object) -> CampaignSpec:
    """Read a spec that was kept when it was good: its ids, and the newest upload of each run it names.

    Raises:
        SpecError: something it names is gone.
    """
    return parse_spec(_with_names(workspace, body), file=SPEC)


def _with_names(workspace: Workspace, body: object) -> object:
    """Put names in the place of ids; a system keeps its id, since its name may have several."""
    if not isinstance(body, dict):
        return body
    named = dict(body)
    for key, model in HOLDERS.items():
        part = named.get(key)
        if isinstance(part, list):
            named[key] = [
                _named(workspace, model, item, f"{key}[{position}]") for position, item in enumerate(part)
            ]
        else:
            named[key] = _named(workspace, model, part, key)
    return named


def _named(workspace: Workspace, model: type[Any], part: object, field: str) -> object:
    if not isinstance(part, dict):
        return part
    named = dict(part)
    if isinstance(reference := named.get("embedding_model"), int):
        named["embedding_model"] = str(
            _row(workspace, EmbeddingModel, reference, f"{field}.embedding_model").pk
        )
    if model is System and set(named) == {"name"}:
        return named | {"id": _uploaded(workspace, named["name"], field)}
    if "id" not in named:
        return named
    row = _row(workspace, model, named["id"], f"{field}.id")
    if named.setdefault("name", row.name) != row.name:
        problem = f'{NOUNS[model]} {row.pk} is named "{row.name}"'
        raise _error(f"{field}.name", problem, "Leave the name out, or give this one.")
    if model is not System:
        del named["id"]
    return named


def _uploaded(workspace: Workspace, name: object, field: str) -> int:
    """The newest uploaded run of a name."""
    runs = System.objects.filter(workspace=workspace, kind=System.Kind.RUN).order_by("-pk")
    run = runs.filter(name=name).first() if isinstance(name, str) else None
    if run is None:
        remedy = did_you_mean(str(name), runs.values_list("name", flat=True)).strip()
        problem = f"no run was uploaded as {name!r:.100}, and there is no embedding_model"
        raise _error(field, problem, remedy or "Upload it to systems, or give the system an embedding_model.")
    return run.pk


def _row(workspace: Workspace, model: type[Any], key: object, field: str) -> Any:
    is_key = isinstance(key, int) and not isinstance(key, bool)
    row = model.objects.filter(workspace=workspace, pk=key).first() if is_key else None
    if row is None:
        raise _error(field, f"no {NOUNS[model]} has the id {key!r:.40}", "List them by GET to see their ids.")
    return row


def _out_of_reach(spec: CampaignSpec) -> Iterator[SpecProblem]:
    """Find what names a file or a variable of this server that is not meant for everybody."""
    for position, system in enumerate(spec.systems):
        for key, model in _models(system.embedding_model):
            if model not in REGISTERED and not is_remote(model):
                yield _fault(f"systems[{position}].{key}", *NOT_REMOTE)
    yield from _raters_out_of_reach(spec.raters)


def rater_from_afar(body: object) -> RaterEntry:
    """Read a rater entry that came over the network.

    Raises:
        SpecError: every problem, or something of this server that a client may not name.
        RecursionError: the body is nested too deeply.
    """
    try:
        raters = parse_raters({"raters": [body]})
        if problems := list(_raters_out_of_reach(raters)):
            raise SpecError(problems)
    except SpecError as error:
        raise _of_the_entry(error) from error
    return raters[0]


def _of_the_entry(error: SpecError) -> SpecError:
    """Name fields as the body does, which is no list."""
    fields = [
        (problem, (problem.field or "").removeprefix("raters[0]").removeprefix("."))
        for problem in error.errors
    ]
    return SpecError([replace(problem, field=field or None) for problem, field in fields])


def _raters_out_of_reach(raters: Sequence[RaterEntry]) -> Iterator[SpecProblem]:
    for position, rater in enumerate(raters):
        if rater.kind != "hosted" and rater.model not in LOCAL_MODELS and not is_remote(rater.model or ""):
            yield _fault(f"raters[{position}].model", *NOT_REMOTE)
        if rater.base_url and rater.base_url.rstrip("/") not in conf.hosted_urls():
            # A key of this server must not be sent wherever a client says.
            remedy = "Have the server's owner list it in EVALHUB_HOSTED_URLS, or leave it out."
            yield _fault(f"raters[{position}].base_url", "not an address this server sends keys to", remedy)
        if rater.api_key_env and not rater.api_key_env.endswith(KEY_SUFFIX):
            problem = f"a variable whose name does not end in {KEY_SUFFIX} cannot be used from here"
            yield _fault(f"raters[{position}].api_key_env", problem, "Have the server's owner name it so.")


def is_remote(model: str) -> bool:
    """Whether a name can only mean a model of a hub, or one that was registered by an id."""
    return not model or (bool(HUB_NAME.fullmatch(model)) and not Path(model).exists())


def _models(reference: str | EmbeddingModelSpec | None) -> Iterator[tuple[str, str]]:
    if isinstance(reference, str):
        yield "embedding_model", reference
    elif reference:
        yield "embedding_model.model", reference.model
        if reference.query_model:
            yield "embedding_model.query_model", reference.query_model


def _fault(field: str, problem: str, remedy: str) -> SpecProblem:
    return SpecProblem(SPEC, None, field, problem, remedy)


def _error(field: str, problem: str, remedy: str) -> SpecError:
    return SpecError([_fault(field, problem, remedy)])
