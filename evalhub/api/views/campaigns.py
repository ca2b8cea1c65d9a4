"""Campaigns: start, list, look at, steer."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api.base import ApiView, ListView
from evalhub.api.campaign_schema import EXAMPLES, campaign_request
from evalhub.api.faults import request_error
from evalhub.api.references import spec_of_request
from evalhub.api.serializers.campaign_read import TagsSerializer
from evalhub.api.serializers.campaigns import CampaignSerializer, CampaignStatusSerializer
from evalhub.api.serializers.estimates import CampaignEstimateSerializer
from evalhub.api.serializers.jobs import JobSerializer
from evalhub.api.serializers.pages import CampaignFilterSerializer
from evalhub.api.serializers.release import ReleaseSerializer
from evalhub.api.waiting import WaitSerializer, awaited
from evalhub.api.writers import writer
from evalhub.core.tags import UnusableTags
from evalhub.models import Campaign
from evalhub.selectors.campaign_parts import read_parts, with_parts
from evalhub.selectors.progress import campaign_progress, share_done
from evalhub.services.campaign_tags import campaign_tag
from evalhub.services.campaigns import CampaignInputs, campaign_hold, campaign_release, campaign_start
from evalhub.services.spec_inputs.estimate import campaign_estimate
from evalhub.services.spec_inputs.load import inputs_import
from evalhub.spec.campaign import CampaignSpec

VIEWS = ("results", "gate", "queries", "hits")
FIELDS = {
    "state": "state",
    "name": "name",
    "tag": "tags__name",
    "branch": "branch",
    "commit": "git_sha__startswith",
}


class CampaignsView(ListView):
    """Campaigns: evaluations of systems by raters."""

    query_serializer = CampaignFilterSerializer
    makes_anew = True

    @extend_schema(parameters=[CampaignFilterSerializer], responses=CampaignSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List campaigns, newest first."""
        asked = self.asked()
        filters = {field: asked[key] for key, field in FIELDS.items() if key in asked}
        return self.page(campaigns_shown().filter(workspace=self.workspace, **filters), CampaignSerializer)

    @extend_schema(request=campaign_request(), examples=EXAMPLES, responses={201: CampaignStatusSerializer})
    def post(self, request: Request) -> Response:
        """Start a campaign: the fields of SPEC.yaml, with names or ids for what was uploaded before."""
        spec, inputs = self.prepared
        campaign = campaign_start(self.workspace, spec, inputs, user=self.user, now=timezone.now())
        body = campaign_status(campaign, request)
        return Response(body, 201, headers={"Location": body["links"]["self"]})

    def prepare(self, request: Request) -> tuple[CampaignSpec, CampaignInputs]:
        """The spec, and the rows that it names."""
        spec = spec_of_request(self.workspace, request.data)
        return spec, inputs_import(self.workspace, spec, clock=timezone.now)


class EstimateView(ApiView):
    """What a campaign would take."""

    @extend_schema(request=campaign_request(), examples=EXAMPLES, responses=CampaignEstimateSerializer)
    def post(self, request: Request) -> Response:
        """Say how many pairs each rater would rate, and what that costs and takes; nothing is started."""
        spec = spec_of_request(self.workspace, request.data)
        estimates = campaign_estimate(self.workspace, spec, clock=timezone.now)
        return Response({"raters": [row.to_dict() for row in estimates]})


class CampaignView(ApiView):
    """One campaign."""

    @extend_schema(parameters=[WaitSerializer], responses=CampaignStatusSerializer)
    def get(self, request: Request, campaign_id: int) -> Response:
        """Show a campaign and how far its jobs are, now or as soon as it is not as seen."""
        asked = self.parameters(WaitSerializer)
        return awaited(lambda: campaign_status(self.own(campaigns_shown(), campaign_id), request), asked)

    @extend_schema(request=TagsSerializer, responses=CampaignStatusSerializer)
    def patch(self, request: Request, campaign_id: int) -> Response:
        """Tag a campaign: give it these tags and no others. Nothing else of a campaign can change."""
        campaign = self.own(campaigns_shown(), campaign_id)
        try:
            campaign_tag(campaign, self.given(TagsSerializer)["tags"])
        except UnusableTags as error:
            raise request_error("tags", str(error).rstrip("."), "") from error
        return Response(campaign_status(self.own(campaigns_shown(), campaign_id), request))


class HoldView(ApiView):
    """Pause or cancel; the address says which."""

    state: ClassVar[Campaign.State] = Campaign.State.PAUSED

    @extend_schema(request=None, responses=CampaignStatusSerializer)
    def post(self, request: Request, campaign_id: int) -> Response:
        """Stop a campaign's jobs, but for those that another running campaign needs; what is done stays."""
        campaign_hold(self.own(Campaign.objects.all(), campaign_id), self.state, now=timezone.now())
        return Response(campaign_status(self.own(campaigns_shown(), campaign_id), request))


class ReleaseView(ApiView):
    """Resume or retry."""

    @extend_schema(request=ReleaseSerializer, responses=CampaignStatusSerializer)
    def post(self, request: Request, campaign_id: int) -> Response:
        """Go on with a paused campaign, or try again what failed or was cancelled; what is done stays."""
        campaign = self.own(Campaign.objects.all(), campaign_id)
        budget_usd = self.given(ReleaseSerializer).get("budget_usd")
        campaign_release(campaign, now=timezone.now(), budget_usd=budget_usd)
        return Response(campaign_status(self.own(campaigns_shown(), campaign_id), request))


def campaigns_shown() -> QuerySet[Campaign]:
    """Campaigns with all that their serializer reads."""
    rows = Campaign.objects.select_related("snapshot__corpus", "collection", "created_by")
    return with_parts(rows).prefetch_related("tags")


def campaign_status(campaign: Campaign, request: Request) -> dict[str, Any]:
    """A campaign as `CampaignStatusSerializer` describes it."""
    jobs = campaign_progress(campaign, now=timezone.now())
    links = {name: reverse(f"api:campaign-{name}", [campaign.pk], request=request) for name in VIEWS}
    links["self"] = reverse("api:campaign", [campaign.pk], request=request)
    links["page"] = reverse("campaign", [campaign.pk], request=request)
    return {
        **writer(CampaignSerializer).to_representation(read_parts(campaign)),
        "share_done": share_done(jobs),
        "jobs": writer(JobSerializer, many=True).to_representation(jobs),
        "links": links,
    }
