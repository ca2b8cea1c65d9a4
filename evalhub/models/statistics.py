"""What a corpus is like, as raters of single pairs need to know it."""

from django.db import models

from evalhub.models.corpora import Snapshot


class CorpusStatistics(models.Model):
    """How rare words are, how long documents, a sample of them; the values are in a file named by digest."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="statistics")
    encoder_revision = models.CharField(max_length=71, blank=True, help_text="empty without vectors")
    digest = models.CharField(max_length=71, help_text="of what decides the values")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "encoder_revision"], name="corpus_statistics_unique")
        ]

    def __str__(self) -> str:
        return f"statistics of {self.snapshot}"
