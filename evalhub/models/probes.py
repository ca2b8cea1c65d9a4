"""Try-outs: one pair, graded by one rater version."""

from django.db import models

from evalhub.models.jobs import Job
from evalhub.models.raters import RaterVersion


class RaterProbe(models.Model):
    """A pair that a person typed; its grade is a judgment like any other, so it is paid once."""

    rater_version = models.ForeignKey(RaterVersion, on_delete=models.CASCADE, related_name="probes")
    query = models.TextField()
    need = models.TextField(blank=True)
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)
    query_digest = models.CharField(max_length=64)
    document_digest = models.CharField(max_length=64)
    job = models.OneToOneField(Job, on_delete=models.CASCADE, null=True, related_name="probe")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rater_version", "query_digest", "document_digest"], name="rater_probe_unique"
            )
        ]

    def __str__(self) -> str:
        return f"try-out of {self.rater_version}"
