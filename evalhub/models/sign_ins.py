"""Failed sign-ins, counted."""

from django.db import models


class FailedSignIns(models.Model):
    """Failures in a row of one who tries: a user name from an address, or an address with any name."""

    key = models.CharField(max_length=64, unique=True, help_text="a digest; no name that was typed is kept")
    n = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.n} failures"
