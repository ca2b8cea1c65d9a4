"""Who made a rater's name mean which version, and who retired one: the history, newest last."""

from django.conf import settings
from django.db import models

from evalhub.models.raters import Rater, RaterVersion


class RaterDecision(models.Model):
    """One decision; rows are only ever added, and `before` is what the name meant until then."""

    class Kind(models.TextChoices):
        """Pinned is a promotion that changes nothing: it is made before a candidate is trained."""

        PINNED = "pinned"
        PROMOTED = "promoted"
        RETIRED = "retired"
        BROUGHT_BACK = "brought back"

    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="decisions")
    version = models.ForeignKey(RaterVersion, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=12, choices=Kind)
    before = models.ForeignKey(
        RaterVersion, null=True, on_delete=models.SET_NULL, related_name="+", help_text="what the name meant"
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    decided_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["rater", "-decided_at"], name="rater_decision_newest")]

    def __str__(self) -> str:
        return f"{self.version} {self.kind}"
