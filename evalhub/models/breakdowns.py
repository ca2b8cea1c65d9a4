"""What a score job found within its scores: by rank, by query tag, by how far queries are apart."""

from django.db import models

from evalhub.models.jobs import Job
from evalhub.models.raters import RaterVersion
from evalhub.models.scores import Comparison
from evalhub.models.systems import System


class RankGain(models.Model):
    """The mean gain of what a system puts at a rank."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="rank_gains")
    system = models.ForeignKey(System, on_delete=models.CASCADE)
    rater_version = models.ForeignKey(RaterVersion, on_delete=models.CASCADE)
    rank = models.PositiveIntegerField()
    gain = models.FloatField(help_text="in [0, 1], over the rated pairs")
    n_rated = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job", "system", "rater_version", "rank"], name="rank_gain_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rank}: {self.gain}"


class SegmentScore(models.Model):
    """A measure of a system over the queries of one tag; `rater_version` is null for gold labels."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="segment_scores")
    system = models.ForeignKey(System, on_delete=models.CASCADE)
    rater_version = models.ForeignKey(RaterVersion, null=True, on_delete=models.CASCADE)
    measure = models.CharField(max_length=50)
    tag = models.TextField()
    value = models.FloatField()
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n_queries = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.tag}: {self.value}"


class DifferenceBin(models.Model):
    """How many queries two systems differ on by so much."""

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="bins")
    start = models.FloatField()
    end = models.FloatField()
    n_queries = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comparison", "start"], name="difference_bin_unique")]

    def __str__(self) -> str:
        return f"{self.start} to {self.end}: {self.n_queries}"
