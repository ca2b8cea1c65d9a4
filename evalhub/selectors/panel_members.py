"""Who sits on the panels of a campaign."""

from dataclasses import dataclass, replace

from evalhub.models import RaterVersion
from evalhub.selectors.campaign_rows import CampaignRows


@dataclass(frozen=True, slots=True)
class Membership:
    """What the first of the panels calls a member, and the panels' names."""

    name: str
    panels: tuple[str, ...] = ()


def campaign_members(rows: CampaignRows) -> dict[int, Membership]:
    """The members of a campaign's panels by version key, whether or not they are raters of it as well."""
    found: dict[str, Membership] = {}
    for row in rows.raters:
        if row.rater_version.kind == "panel":
            for name, digest in sorted(row.rater_version.spec["members"].items()):
                before = found.get(digest, Membership(name))
                found[digest] = replace(before, panels=(*before.panels, row.name))
    if not found:
        return {}
    versions = RaterVersion.objects.filter(workspace=rows.campaign.workspace_id, digest__in=found)
    return {version.pk: found[version.digest] for version in versions.order_by("pk")}
