"""Embedding models with their cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from evalhub.models import Campaign, CampaignRater, CampaignSystem, EmbeddingModel, Score, System, Workspace
from evalhub.selectors.inputs.profile_warnings import model_warnings
from evalhub.selectors.inputs.profiles import ProfileState
from indexing.cards import ModelCard, model_card, registered_facts
from indexing.catalogue import REGISTERED
from indexing.spec import EncoderSpec

Json = dict[str, Any]

MODELS_SHOWN = 200
CAMPAIGNS_SHOWN = 25


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model in the list; `model` is None for one that no campaign has used."""

    name: str
    model: EmbeddingModel | None
    card: ModelCard
    n_systems: int
    part: Json | None
    warnings: Sequence[str]

    @property
    def facts(self) -> Json:
        """The values of the card by name, for templates."""
        return {name: fact.value for name, fact in self.card.facts.items()}

    @property
    def share_truncated(self) -> float | None:
        """Of the documents of the corpus that was picked."""
        if not self.part or not self.part.get("n_of"):
            return None
        return float(self.part["n_truncated"] / self.part["n_of"])


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A system of a campaign with its score by the campaign's first rater."""

    campaign: Campaign
    system: System
    score: Score | None


@dataclass(frozen=True, slots=True)
class ModelDetail:
    """One model: where each fact comes from, what searches with it, and how it scored."""

    name: str
    model: EmbeddingModel | None
    card: ModelCard
    systems: Sequence[System]
    uses: Sequence[ModelUse]


def model_lines(workspace: Workspace, profile: ProfileState | None) -> list[ModelLine]:
    """The models that campaigns used, newest first, then the others that EvalHub knows by name."""
    rows = EmbeddingModel.objects.filter(workspace=workspace).annotate(n_systems=Count("system"))
    parts = _parts(profile)
    texts = profile.texts if profile else None
    lines, known = [], set()
    for row in rows.order_by("-pk")[:MODELS_SHOWN]:
        known.add(row.model)
        part = parts.get(row.digest) or parts.get(row.name)
        card = model_card(EncoderSpec.from_dict(row.spec)) if row.spec else ModelCard()
        lines.append(ModelLine(row.name, row, card, row.n_systems, part, _warnings(part, texts)))
    for name in (one for one in REGISTERED if one not in known):
        part = parts.get(name)
        lines.append(ModelLine(name, None, catalogue_card(name), 0, part, _warnings(part, texts)))
    return lines


def model_detail(model: EmbeddingModel) -> ModelDetail:
    """One model that a campaign used."""
    systems = list(System.objects.filter(embedding_model=model).order_by("-pk")[:CAMPAIGNS_SHOWN])
    card = model_card(EncoderSpec.from_dict(model.spec)) if model.spec else ModelCard()
    return ModelDetail(model.name, model, card, systems, _uses(model))


def catalogue_card(name: str) -> ModelCard:
    """The card of a model that is known by name."""
    known = REGISTERED[name]
    card = model_card(EncoderSpec(provider=known.provider, model=name, revision=""))
    return card if not card.unavailable else ModelCard(registered_facts(known), card.unavailable)


def _uses(model: EmbeddingModel) -> list[ModelUse]:
    rows = CampaignSystem.objects.filter(system__embedding_model=model)
    found = list(
        rows.select_related("campaign__snapshot__corpus", "system").order_by(
            "-campaign__created_at", "position"
        )[:CAMPAIGNS_SHOWN]
    )
    campaigns = {row.campaign_id for row in found}
    raters = CampaignRater.objects.filter(campaign__in=campaigns, position=0)
    first: Mapping[int, int] = dict(raters.values_list("campaign_id", "rater_version_id"))
    scores = Score.objects.filter(
        job__in={row.campaign.score_job_id for row in found},
        system__in={row.system_id for row in found},
        measure__startswith="PWAS@",
    )
    by_key = {(score.job_id, score.system_id, score.rater_version_id): score for score in scores}
    return [
        ModelUse(
            row.campaign,
            row.system,
            by_key.get((row.campaign.score_job_id or 0, row.system_id, first.get(row.campaign_id))),
        )
        for row in found
    ]


def _parts(profile: ProfileState | None) -> dict[str, Json]:
    """Token figures by the model's digest, and by its name for those that only the profile knows."""
    if profile is None or profile.profile.job is None:
        return {}
    by_name = {part["name"]: part for part in profile.tokens}
    models = profile.profile.job.params["models"]
    return by_name | {one["digest"]: by_name[one["name"]] for one in models if one["name"] in by_name}


def _warnings(part: Json | None, texts: Json | None) -> list[str]:
    return model_warnings(part, texts) if part else []
