"""What charts of a campaign are made of."""

from dataclasses import dataclass
from typing import Any

from evalhub.models import Comparison
from evalhub.selectors.campaign_rows import CampaignRows


@dataclass(frozen=True, slots=True)
class ChartData:
    """A campaign's rows, as every chart reads them."""

    rows: CampaignRows

    @property
    def comparisons(self) -> list[Comparison]:
        """Those with a difference, raters first and gold labels last."""
        found = [row for row in self.rows.comparisons if row.difference is not None]
        return sorted(found, key=lambda row: row.rater_version_id is None)

    def pair(self, row: Comparison) -> dict[str, Any]:
        """Who is compared with whom, and who says so."""
        systems = self.rows.system_names
        return {
            "rater": self.rows.rater_name(row.rater_version_id),
            "system": systems[row.system_id],
            "baseline": systems[row.baseline_id],
        }
