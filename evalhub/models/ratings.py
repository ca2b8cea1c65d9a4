"""What raters did for a campaign, counted once when it is done: its pairs never change afterwards."""

from django.db import models

from evalhub.models.campaigns import Campaign
from evalhub.models.raters import RaterVersion


class CampaignRating(models.Model):
    """A line of a campaign's ledger; "bought" is what was settled after the campaign was made."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="ratings")
    rater_version = models.ForeignKey(RaterVersion, on_delete=models.CASCADE)
    pairs = models.PositiveIntegerField()
    reused = models.PositiveIntegerField(help_text="settled before the campaign was made")
    rated = models.PositiveIntegerField()
    unrated = models.PositiveIntegerField()
    truncated = models.PositiveIntegerField()
    input_tokens = models.PositiveBigIntegerField(help_text="bought")
    output_tokens = models.PositiveBigIntegerField(help_text="bought")
    cost_usd = models.DecimalField(max_digits=14, decimal_places=8, help_text="bought")
    saved_usd = models.DecimalField(max_digits=14, decimal_places=8, help_text="of reused pairs")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "rater_version"], name="campaign_rating_unique")
        ]

    def __str__(self) -> str:
        return f"{self.rated} of {self.pairs} by {self.rater_version}"


class UnratedCount(models.Model):
    """How many pairs of a ledger's line have no grade, for one reason."""

    rating = models.ForeignKey(CampaignRating, on_delete=models.CASCADE, related_name="unrated_counts")
    reason = models.CharField(max_length=30)
    n_pairs = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rating", "reason"], name="unrated_count_unique")]

    def __str__(self) -> str:
        return f"{self.n_pairs} {self.reason}"
