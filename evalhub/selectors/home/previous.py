"""The done campaign of the same name before a campaign: same corpus name, same queries name."""

from collections.abc import Sequence

from django.db.models import OuterRef, QuerySet, Subquery

from evalhub.models import Campaign


def family_of(campaign: Campaign) -> QuerySet[Campaign]:
    """The campaigns of a campaign's name over its corpus and its queries, itself among them."""
    return Campaign.objects.filter(
        workspace=campaign.workspace_id,
        name=campaign.name,
        snapshot__corpus=campaign.snapshot.corpus_id,
        collection=campaign.collection_id,
    )


def previous_campaigns(campaigns: Sequence[Campaign]) -> dict[int, Campaign]:
    """By campaign key, in one read; without those that have none before them."""
    done = [campaign for campaign in campaigns if campaign.state == Campaign.State.DONE]
    earlier = outer_family().filter(created_at__lt=OuterRef("created_at"))
    last = earlier.order_by("-created_at", "-pk").values("pk")[:1]
    asked = Campaign.objects.filter(pk__in=[campaign.pk for campaign in done])
    keys = asked.annotate(previous=Subquery(last)).values("previous")
    found = list(Campaign.objects.filter(pk__in=keys).select_related("snapshot"))
    return {
        campaign.pk: max(earlier_ones, key=lambda one: (one.created_at, one.pk))
        for campaign in done
        if (earlier_ones := [one for one in found if _is_before(one, campaign)])
    }


def outer_family() -> QuerySet[Campaign]:
    """The done campaigns of the family of a campaign of the outer query."""
    return Campaign.objects.filter(
        workspace=OuterRef("workspace"),
        name=OuterRef("name"),
        snapshot__corpus=OuterRef("snapshot__corpus"),
        collection=OuterRef("collection"),
        state=Campaign.State.DONE,
    )


def _is_before(one: Campaign, other: Campaign) -> bool:
    names = one.name, one.snapshot.corpus_id, one.collection_id, one.workspace_id
    return one.created_at < other.created_at and names == (
        other.name,
        other.snapshot.corpus_id,
        other.collection_id,
        other.workspace_id,
    )
