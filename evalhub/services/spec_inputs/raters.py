"""The raters a spec names: resolved and checked first, registered when all else was found good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evalhub.models import QueryCollection, RaterVersion, Snapshot, Workspace
from evalhub.services.prices import has_price
from evalhub.services.raters import NO_GOLD, panel_members, rater_check, rater_version_register
from evalhub.services.spec_inputs.problems import problem, told_by_library
from evalhub.spec.raters import RaterSpec as RaterEntry
from raters.fields import UnableToResolveRater
from raters.spec import RaterSpec

NO_PRICE = (
    "missing, and a budget can only be kept where prices are known; give input_usd_per_mtok and "
    'output_usd_per_mtok, or set them for all campaigns with: evalhub price set "{}" --input USD --output USD'
)


@dataclass(frozen=True, slots=True)
class GraderAsked:
    """A rater of a spec, or a member of its panels, which it names."""

    name: str
    spec: RaterSpec
    member_of: tuple[str, ...] = ()


def check_raters(workspace: Workspace, entries: Sequence[RaterEntry], *, is_capped: bool) -> list[RaterSpec]:
    """Resolve all raters of a spec, without writing anything; `is_capped` asks for known prices.

    Raises:
        SpecError: a field is wrong, or two raters are the same.
    """
    seen: dict[str, str] = {}
    specs = []
    beside = _described(entries)
    for position, (entry, described) in enumerate(zip(entries, beside.values(), strict=True)):
        try:
            spec = rater_check(workspace, described, beside)
            if is_capped:
                _check_prices(workspace, position, spec, described, beside)
        except UnableToResolveRater as error:
            raise told_by_library(f"raters[{position}]", error) from error
        twin = seen.setdefault("gold" if spec.kind == "gold" else spec.digest, entry.name)
        if twin != entry.name:
            raise problem(
                f"raters[{position}]", f'"{entry.name}" is the same as "{twin}"; remove one of them'
            )
        specs.append(spec)
    return specs


def _check_prices(
    workspace: Workspace,
    position: int,
    spec: RaterSpec,
    described: Mapping[str, Any],
    beside: Mapping[str, Mapping[str, Any]],
) -> None:
    """Refuse a rater whose price, or whose member's price, is not known."""
    if not has_price(workspace, spec, described):
        raise problem(f"raters[{position}].input_usd_per_mtok", NO_PRICE.format(spec.model))
    members = panel_members(workspace, described, spec, beside) if spec.kind == "panel" else {}
    for name, member in members.items():
        if not has_price(workspace, member, beside.get(name, {})):
            text = f'the price of "{name}" is {NO_PRICE.format(member.model)}'
            raise problem(f"raters[{position}].members", text)


def _described(entries: Sequence[RaterEntry]) -> dict[str, dict[str, Any]]:
    """The entries by name, as they were written."""
    return {entry.name: entry.model_dump(exclude_none=True) for entry in entries}


def graders_asked(
    workspace: Workspace, entries: Sequence[RaterEntry], specs: Sequence[RaterSpec]
) -> list[GraderAsked]:
    """Checked raters in their order, then the members of their panels that are none of them."""
    beside = _described(entries)
    found = {spec.digest: GraderAsked(name, spec) for name, spec in zip(beside, specs, strict=True)}
    for name, panel in zip(beside, specs, strict=True):
        members = panel_members(workspace, beside[name], panel, beside) if panel.kind == "panel" else {}
        for called, member in members.items():
            before = found.get(member.digest, GraderAsked(called, member))
            found[member.digest] = replace(before, member_of=(*before.member_of, name))
    return list(found.values())


def check_labels(specs: Sequence[RaterSpec], collection_name: str, highest_grade: int) -> None:
    """Refuse a rater that grades by gold labels where there are none.

    Raises:
        SpecError: of the first such rater.
    """
    for position, spec in enumerate(specs):
        if spec.kind == "gold" and highest_grade < 1:
            raise problem(f"raters[{position}].kind", NO_GOLD.format(collection_name))


def register_raters(
    workspace: Workspace, entries: Sequence[RaterEntry], collection: QueryCollection, snapshot: Snapshot
) -> list[tuple[str, RaterVersion]]:
    """The versions of checked entries, made now if none is equal, by the names they have in the spec.

    Raises:
        SpecError: the gold labels that came with the spec no longer make the examples asked for.
    """
    beside = _described(entries)
    versions = []
    for position, (name, described) in enumerate(beside.items()):
        try:
            version = rater_version_register(workspace, described, collection, snapshot, beside)
        except UnableToResolveRater as error:
            raise told_by_library(f"raters[{position}]", error) from error
        versions.append((name, version))
    return versions
