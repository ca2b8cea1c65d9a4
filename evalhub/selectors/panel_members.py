"""Who grades in a campaign: its raters, and those who sit on its panels."""

from collections.abc import Sequence
from dataclasses import dataclass

from evalhub.models import Campaign, CampaignRater, RaterVersion
from evalhub.selectors.campaign_parts import campaign_raters


@dataclass(frozen=True, slots=True)
class Grader:
    """A rater version under its name in a campaign, and the campaign's panels that it is a member of."""

    name: str
    version: RaterVersion
    member_of: tuple[str, ...] = ()


def learners(graders: Sequence[Grader]) -> list[Grader]:
    """Those that people's labels could teach something; who repeats what is given has no next version."""
    return [grader for grader in graders if grader.version.kind not in ("gold", "imported")]


def campaign_graders(campaign: Campaign) -> list[Grader]:
    """The raters of a campaign in their order, then the members of its panels that are no raters of it."""
    return raters_graders(campaign_raters(campaign))


def raters_graders(raters: Sequence[CampaignRater]) -> list[Grader]:
    """The same, of a campaign's raters that were read already."""
    panels: dict[str, list[str]] = {}
    called: dict[str, str] = {}
    for row in raters:
        for name, digest in row.rater_version.spec.get("members", {}).items():
            panels.setdefault(digest, []).append(row.name)
            called.setdefault(digest, name)
    graders = [
        Grader(row.name, row.rater_version, tuple(panels.get(row.rater_version.digest, ()))) for row in raters
    ]
    missing = panels.keys() - {grader.version.digest for grader in graders}
    taken = {grader.name for grader in graders}
    for member in _versions(raters, missing):
        name = called[member.digest]
        # A panel that was named without its members may know another rater by a name of this campaign.
        name = f"{member.rater.name}@{member.number}" if name in taken else name
        taken.add(name)
        graders.append(Grader(name, member, tuple(panels[member.digest])))
    return graders


def independent_versions(versions: Sequence[RaterVersion]) -> list[RaterVersion]:
    """Those who grade by themselves: raters that are no panels, and the members of panels; each once."""
    digests = independent_digests(versions)
    mine = [version for version in versions if version.digest in digests]
    missing = digests - {version.digest for version in mine}
    if not missing:
        return mine
    members = RaterVersion.objects.filter(workspace=versions[0].workspace_id, digest__in=missing)
    return [*mine, *members.order_by("pk")]


def independent_digests(versions: Sequence[RaterVersion]) -> set[str]:
    """The digests of those who grade by themselves."""
    single = {version.digest for version in versions if version.kind != "panel"}
    return single.union(*(version.spec.get("members", {}).values() for version in versions))


def _versions(raters: Sequence[CampaignRater], digests: set[str]) -> list[RaterVersion]:
    if not digests:
        return []
    versions = RaterVersion.objects.filter(workspace=raters[0].rater_version.workspace_id, digest__in=digests)
    return list(versions.select_related("rater").order_by("pk"))
