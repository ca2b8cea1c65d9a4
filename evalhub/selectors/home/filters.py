"""Which campaigns a person looks for."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from evalhub.core.gate import Outcome
from evalhub.models import Campaign, CampaignTag, Workspace

NO_GATE = "none"
# A word of a search is compared with every name; a pasted page is not.
MAX_SEARCH = 200


@dataclass(frozen=True, slots=True)
class CampaignFilter:
    """What was asked; everything empty asks for all."""

    search: str = ""
    state: str = ""
    gate: str = ""
    tag: str = ""
    branch: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "CampaignFilter":
        """Read the parameters of an address; what no campaign can be asks for nothing."""
        state, gate = asked.get("state", ""), asked.get("gate", "")
        return cls(
            search=" ".join(asked.get("search", "").replace("\x00", "").split())[:MAX_SEARCH],
            state=state if state in Campaign.State.values else "",
            gate=gate if gate in {*Outcome, NO_GATE} else "",
            tag=asked.get("tag", "").replace("\x00", ""),
            branch=asked.get("branch", "").replace("\x00", ""),
        )

    @property
    def is_set(self) -> bool:
        """Whether anything was asked."""
        return bool(self.search or self.state or self.gate or self.tag or self.branch)

    def apply(self, campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
        """The campaigns that were asked for: every word in the name, the corpus's or the queries'."""
        for word in self.search.split():
            in_corpus = Q(snapshot__corpus__name__icontains=word)
            campaigns = campaigns.filter(
                Q(name__icontains=word) | in_corpus | Q(collection__name__icontains=word)
            )
        if self.state:
            campaigns = campaigns.filter(state=self.state)
        if self.gate:
            campaigns = campaigns.filter(gate_outcome="" if self.gate == NO_GATE else self.gate)
        if self.tag:
            campaigns = campaigns.filter(tags__name=self.tag)
        if self.branch:
            campaigns = campaigns.filter(branch=self.branch)
        return campaigns


def workspace_tags(workspace: Workspace) -> list[str]:
    """The tags that campaigns have, in order of the alphabet."""
    rows = CampaignTag.objects.filter(campaign__workspace=workspace).order_by("name")
    return list(rows.values_list("name", flat=True).distinct())
