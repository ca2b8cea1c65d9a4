"""Scores: what a score job computed; campaigns with the same inputs share them."""

from django.db import models
from django.db.models import Q

from evalhub.models.jobs import Job
from evalhub.models.queries import Query
from evalhub.models.raters import RaterVersion
from evalhub.models.systems import System


class Score(models.Model):
    """A measure of a system over all queries; `rater_version` is null for measures on gold labels."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="scores")
    system = models.ForeignKey(System, on_delete=models.CASCADE)
    rater_version = models.ForeignKey(RaterVersion, null=True, on_delete=models.CASCADE)
    measure = models.CharField(max_length=50)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n_queries = models.PositiveIntegerField()
    lower_bound = models.FloatField(null=True)
    upper_bound = models.FloatField(null=True)
    coverage = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job", "system", "rater_version", "measure"], name="score_unique_rated"
            ),
            models.UniqueConstraint(
                fields=["job", "system", "measure"], condition=Q(rater_version=None), name="score_unique_gold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value}"


class QueryScore(models.Model):
    """A measure of a system for one query."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="query_scores")
    system = models.ForeignKey(System, on_delete=models.CASCADE)
    rater_version = models.ForeignKey(RaterVersion, null=True, on_delete=models.CASCADE)
    query = models.ForeignKey(Query, on_delete=models.CASCADE)
    measure = models.CharField(max_length=50)
    value = models.FloatField(null=True)
    lower_bound = models.FloatField(null=True)
    upper_bound = models.FloatField(null=True)
    n_hits = models.PositiveIntegerField(null=True)
    n_rated = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job", "system", "rater_version", "measure", "query"], name="query_score_unique_rated"
            ),
            models.UniqueConstraint(
                fields=["job", "system", "measure", "query"],
                condition=Q(rater_version=None),
                name="query_score_unique_gold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.query} {self.measure} {self.value}"


class QueryDisagreement(models.Model):
    """How far the graders of a score job are apart on one query's pairs; no row where nothing tells."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="query_disagreements")
    query = models.ForeignKey(Query, on_delete=models.CASCADE)
    value = models.FloatField(
        help_text="mean absolute difference of gains; of a single rater the entropy of its probabilities"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "query"], name="query_disagreement_unique")]

    def __str__(self) -> str:
        return f"{self.query} {self.value}"


class Comparison(models.Model):
    """A paired difference of two systems; positive where `system` is better than `baseline`."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="comparisons")
    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="+")
    baseline = models.ForeignKey(System, on_delete=models.CASCADE, related_name="+")
    rater_version = models.ForeignKey(RaterVersion, null=True, on_delete=models.CASCADE)
    measure = models.CharField(max_length=50)
    difference = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    p_value = models.FloatField(null=True)
    p_holm = models.FloatField(null=True)
    n_queries = models.PositiveIntegerField()
    n_wins = models.PositiveIntegerField(default=0, help_text="queries on which `system` scores higher")
    n_ties = models.PositiveIntegerField(default=0)
    n_losses = models.PositiveIntegerField(default=0)
    verdict = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job", "system", "baseline", "rater_version", "measure"],
                name="comparison_unique_rated",
            ),
            models.UniqueConstraint(
                fields=["job", "system", "baseline", "measure"],
                condition=Q(rater_version=None),
                name="comparison_unique_gold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} - {self.baseline}: {self.difference}"
