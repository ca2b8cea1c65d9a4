"""The rules of a campaign's gate, and what they said when it was done."""

from django.db import models
from django.db.models import Q

from evalhub.models.campaigns import Campaign


class GateRule(models.Model):
    """One line of a gate: a minimum, no worse than a baseline by more than a margin, or a price.

    What it said is stored when the campaign is done, and does not change when labels, prices or other
    campaigns come later.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="gate_rules")
    position = models.PositiveIntegerField()
    system = models.CharField(max_length=200, blank=True)
    measure = models.CharField(max_length=50, blank=True)
    minimum = models.FloatField(null=True)
    baseline = models.CharField(max_length=200, blank=True, help_text="a system of this or that campaign")
    margin = models.FloatField(default=0.0)
    max_cost_usd = models.FloatField(null=True)
    segment = models.CharField(max_length=50, blank=True, help_text="only queries with this tag")
    coverage = models.FloatField(null=True, help_text="the floor; null for the campaign's")

    baseline_asked = models.CharField(
        max_length=300, blank=True, help_text="which other campaign was asked for, in words; empty for none"
    )
    baseline_campaign = models.ForeignKey(
        Campaign, null=True, on_delete=models.SET_NULL, related_name="+", help_text="taken at the start"
    )
    missing_reason = models.TextField(blank=True, help_text="why none was taken")
    passes_if_missing = models.BooleanField(default=False)

    outcome = models.CharField(max_length=10, blank=True, help_text="empty until the campaign is done")
    reason = models.TextField(blank=True)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n_queries = models.PositiveIntegerField(null=True)
    needs_queries = models.PositiveIntegerField(null=True)
    needs_labels = models.PositiveIntegerField(null=True)
    needs_grades = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "position"], name="gate_rule_position_unique"),
            models.CheckConstraint(
                condition=Q(minimum__isnull=False, baseline="", max_cost_usd=None)
                | (Q(minimum=None, max_cost_usd=None) & ~Q(baseline=""))
                | Q(minimum=None, baseline="", max_cost_usd__isnull=False),
                name="gate_rule_one_question",
            ),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.system} {self.measure}".strip() or "cost"
