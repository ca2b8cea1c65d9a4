"""Cards of embedding models, the chooser, and passports of rater versions."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.asked import AskedView
from evalhub.api.base import ApiView
from evalhub.api.serializers.cards import (
    ModelCardSerializer,
    ModelChoiceSerializer,
    ModelUseSerializer,
    PassportSerializer,
    WishSerializer,
)
from evalhub.api.serializers.inputs import EmbeddingModelSerializer
from evalhub.models import Corpus, EmbeddingModel, RaterVersion
from evalhub.selectors.inputs.model_choice import Wish, model_choice
from evalhub.selectors.inputs.models import ModelLine, model_detail
from evalhub.selectors.inputs.passport import passport_of
from indexing.cards import ModelCard


class ModelChoiceView(AskedView):
    """The chooser of embedding models."""

    @extend_schema(
        operation_id="corpora_model_choice", parameters=[WishSerializer], responses=ModelChoiceSerializer
    )
    def get(self, request: Request, corpus_id: int) -> Response:
        """Show which embedding models fit, used or known by name, and what the corpus's profile says."""
        corpus = self.own(Corpus.objects.all(), corpus_id)
        wish = Wish(**self.parameters(WishSerializer))
        found = model_choice(self.workspace, wish, corpus.pk, now=timezone.now())
        shown: dict[str, Any] = {
            "n_in_all": found.n_in_all,
            "has_profile": found.profile is not None,
            "results": [_line(line) for line in found.lines],
        }
        return Response(ModelChoiceSerializer(shown).data)


class ModelCardView(ApiView):
    """One embedding model."""

    @extend_schema(responses=ModelCardSerializer)
    def get(self, request: Request, model_id: int) -> Response:
        """Show what is known of an embedding model and which file says so, and how it scored here."""
        model = self.own(EmbeddingModel.objects.all(), model_id)
        detail = model_detail(model)
        shown: dict[str, Any] = {
            **EmbeddingModelSerializer(model).data,
            "facts": _facts(detail.card),
            "unavailable": detail.card.unavailable,
            "uses": ModelUseSerializer(detail.uses, many=True).data,
        }
        return Response(shown)


class PassportView(ApiView):
    """The passport of a rater version."""

    @extend_schema(responses=PassportSerializer)
    def get(self, request: Request, rater_id: int, number: int) -> Response:
        """Show all there is to know before relying on a version: quality, cost, speed, use, decisions."""
        versions = RaterVersion.objects.filter(workspace=self.workspace).select_related("rater", "workspace")
        passport = passport_of(get_object_or_404(versions, rater=rater_id, number=number))
        return Response(PassportSerializer(passport).data)


def _line(line: ModelLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "model": line.model,
        "n_systems": line.n_systems,
        "share_truncated": line.share_truncated,
        "warnings": line.warnings,
        "facts": _facts(line.card),
        "unavailable": line.card.unavailable,
    }


def _facts(card: ModelCard) -> list[dict[str, Any]]:
    return [{"fact": name, "value": fact.value, "source": fact.source} for name, fact in card.facts.items()]
