"""The ledger of spend, and the prices that it is reckoned by."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api.base import ApiView, ListView
from evalhub.api.serializers.spend import (
    CampaignSpendSerializer,
    PriceSerializer,
    PriceSetSerializer,
    SpendSerializer,
)
from evalhub.models import Campaign, ModelPrice
from evalhub.selectors.inputs.spend import campaigns_spend, spend
from evalhub.services.prices import price_set


class SpendView(ApiView):
    """What was spent and saved."""

    @extend_schema(responses=SpendSerializer)
    def get(self, request: Request) -> Response:
        """Show what was spent and saved: in all, by rater version, and by month."""
        found = spend(self.workspace, None)
        shown: dict[str, Any] = {
            "total": found.total,
            "saved_usd": found.saved_usd,
            "n_reused": found.n_reused,
            "raters": [
                {"rater": f"{version.rater.name}@{version.number}", **asdict(sums)}
                for version, sums in found.versions
            ],
            "results": [{"month": month, **asdict(sums)} for month, sums in found.months],
        }
        return Response(SpendSerializer(shown).data)


class CampaignsSpendView(ListView):
    """Spend by campaign."""

    @extend_schema(operation_id="spend_campaigns_list", responses=CampaignSpendSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List what each campaign paid for itself, and what it found paid already, newest first."""
        self.asked()
        rows = Campaign.objects.filter(workspace=self.workspace)
        return self.page(rows, CampaignSpendSerializer, campaigns_spend)


class PricesView(ListView):
    """Prices of hosted models."""

    ordering = ("model",)

    @extend_schema(responses=PriceSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the prices that are used where a rater states none of its own, by model."""
        self.asked()
        return self.page(ModelPrice.objects.filter(workspace=self.workspace), PriceSerializer)

    @extend_schema(
        operation_id="prices_set",
        request=PriceSetSerializer,
        responses={201: PriceSerializer, 200: PriceSerializer},
    )
    def post(self, request: Request) -> Response:
        """Set the price of a model: 201, or 200 where it had one. Judgments keep what they cost."""
        given = self.given(PriceSetSerializer)
        model = given["model"]
        is_new = not ModelPrice.objects.filter(workspace=self.workspace, model=model).exists()
        price = price_set(
            self.workspace,
            model,
            input_usd=given["input_usd_per_mtok"],
            output_usd=given["output_usd_per_mtok"],
        )
        address = reverse("api:prices", request=request)
        return self.made(PriceSerializer(price), address, is_new=is_new)
