"""The workspace: everything belongs to one."""

from django.db import models


class Workspace(models.Model):
    """A team's own room; nothing is shared between two."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name
