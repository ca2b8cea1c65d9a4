"""What hosted models cost."""

from django.db import models
from django.db.models import Q

from evalhub.models.workspaces import Workspace


class ModelPrice(models.Model):
    """US dollars for 1,000,000 tokens of a hosted model, used where a rater states no price of its own."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    model = models.CharField(max_length=500, help_text="as the provider names it")
    input_usd_per_mtok = models.FloatField()
    output_usd_per_mtok = models.FloatField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "model"], name="model_price_unique"),
            models.CheckConstraint(
                condition=Q(input_usd_per_mtok__gte=0, output_usd_per_mtok__gte=0),
                name="model_price_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.model
