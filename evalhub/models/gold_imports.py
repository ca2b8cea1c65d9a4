"""Which file brought which gold labels."""

from django.conf import settings
from django.db import models

from evalhub.models.queries import QueryCollection


class GoldImport(models.Model):
    """A file of grades that changed something, and what was made of it."""

    collection = models.ForeignKey(QueryCollection, on_delete=models.CASCADE, related_name="gold_imports")
    gold_version = models.PositiveIntegerField(help_text="of the collection since")
    source_name = models.CharField(max_length=500)
    consensus = models.CharField(
        max_length=10, help_text="the rule by which several people's grades became one"
    )
    n_labels = models.PositiveIntegerField()
    n_people = models.PositiveIntegerField(default=0)
    n_undecided = models.PositiveIntegerField(
        default=0, help_text="pairs left without gold, since people differ"
    )
    n_overruled = models.PositiveIntegerField(
        default=0, help_text="pairs whose reviewed grades it was told to replace"
    )
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["collection", "gold_version"], name="gold_import_by_version")]

    def __str__(self) -> str:
        return f"{self.source_name}: gold version {self.gold_version} of {self.collection}"
