"""The ledger of spend: sums that grow with every judgment, so that nobody has to count judgments."""

from django.db import models

from evalhub.models.raters import RaterVersion


class LedgerMonth(models.Model):
    """What a rater version settled, read, wrote and cost in a month (UTC)."""

    rater_version = models.ForeignKey(RaterVersion, on_delete=models.CASCADE, related_name="ledger")
    month = models.DateField(help_text="its first day")
    n_graded = models.PositiveIntegerField(default=0)
    n_unrated = models.PositiveIntegerField(default=0)
    input_tokens = models.PositiveBigIntegerField(default=0)
    output_tokens = models.PositiveBigIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=14, decimal_places=8, default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rater_version", "month"], name="ledger_month_unique")]

    def __str__(self) -> str:
        return f"{self.rater_version} in {self.month:%Y-%m}"
