"""Campaigns with their tags, read along with them."""

from typing import Any

from django.db.models import Aggregate, CharField, OuterRef, QuerySet, Subquery

from evalhub.models import Campaign, CampaignTag

# No tag holds it: see evalhub.core.tags.
_COMMA = ","


class _Joined(Aggregate):
    """Texts with commas between them, in no order."""

    function = "GROUP_CONCAT"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """PostgreSQL has another name for it, and wants the comma said."""
        template = f"STRING_AGG(%(expressions)s, '{_COMMA}')"
        return self.as_sql(compiler, connection, template=template, **context)


def with_tags(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """The same campaigns, so that `tags_of` need not read."""
    mine = CampaignTag.objects.filter(campaign=OuterRef("pk")).order_by().values("campaign")
    return campaigns.annotate(joined_tags=Subquery(mine.annotate(joined=_Joined("name")).values("joined")))


def tags_of(campaign: Campaign) -> list[str]:
    """The tags of a campaign that `with_tags` read, in order of the alphabet."""
    joined: str | None = getattr(campaign, "joined_tags")  # noqa: B009 - mypy knows no annotations
    return sorted(joined.split(_COMMA)) if joined else []
