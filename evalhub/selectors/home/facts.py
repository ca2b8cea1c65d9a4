"""Yes or no about a campaign, read along with it."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from evalhub.models import Campaign, Query
from evalhub.selectors.home.previous import outer_family


def with_facts(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """The same campaigns, so that the questions below need not read."""
    version = OuterRef("collection_version")
    alive = Q(added_in__lte=version) & (Q(removed_in=None) | Q(removed_in__gt=version))
    queries = Query.objects.filter(alive, collection=OuterRef("collection"))
    return campaigns.annotate(
        has_repeats=Exists(outer_family().exclude(pk=OuterRef("pk"))),
        has_query_tags=Exists(queries.exclude(tags=[])),
    )


def is_repeated(campaign: Campaign) -> bool:
    """Whether another campaign of its name, corpus and queries is done."""
    return bool(getattr(campaign, "has_repeats"))  # noqa: B009 - mypy knows no annotations


def has_query_tags(campaign: Campaign) -> bool:
    """Whether any of its queries is tagged."""
    return bool(getattr(campaign, "has_query_tags"))  # noqa: B009 - mypy knows no annotations
