"""The price table: what hosted models cost where a rater's own description does not say."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from evalhub.models import ModelPrice, Workspace
from raters.spec import RaterSpec

MAX_USD = 1_000_000.0
PRICE_FIELDS = ("input_usd_per_mtok", "output_usd_per_mtok")


def price_set(workspace: Workspace, model: str, *, input_usd: float, output_usd: float) -> ModelPrice:
    """Set the price of a model for 1,000,000 tokens; judgments keep what they cost when they were made."""
    price, _ = ModelPrice.objects.update_or_create(
        workspace=workspace,
        model=model,
        defaults={"input_usd_per_mtok": input_usd, "output_usd_per_mtok": output_usd},
    )
    return price


def priced(workspace: Workspace, spec: RaterSpec, described: Mapping[str, Any]) -> RaterSpec:
    """A hosted rater with the table's price, if it states none itself."""
    price = _price(workspace, spec, described)
    if price is None:
        return spec
    return replace(
        spec, input_usd_per_mtok=price.input_usd_per_mtok, output_usd_per_mtok=price.output_usd_per_mtok
    )


def has_price(workspace: Workspace, spec: RaterSpec, described: Mapping[str, Any]) -> bool:
    """Whether it is known what a rater costs; a stated 0 is known, and models on this machine are free."""
    if spec.kind != "hosted" or any(described.get(field) is not None for field in PRICE_FIELDS):
        return True
    is_stored = spec.input_usd_per_mtok > 0 or spec.output_usd_per_mtok > 0
    return is_stored or _price(workspace, spec, described) is not None


def _price(workspace: Workspace, spec: RaterSpec, described: Mapping[str, Any]) -> ModelPrice | None:
    if spec.kind != "hosted" or any(described.get(field) is not None for field in PRICE_FIELDS):
        return None
    return ModelPrice.objects.filter(workspace=workspace, model=spec.model).first()
