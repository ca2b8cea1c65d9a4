"""Corpus profiles: what a snapshot is like, so that a model is chosen knowing the data."""

from django.db import models

from evalhub.models.corpora import Snapshot
from evalhub.models.jobs import Job
from evalhub.models.queries import QueryCollection


class CorpusProfile(models.Model):
    """A request to profile a snapshot, with the queries it is held against; equal ones are one row."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="profiles")
    collection = models.ForeignKey(QueryCollection, on_delete=models.CASCADE, null=True)
    collection_version = models.PositiveIntegerField(default=0)
    gold_version = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=71, help_text="of everything that changes its figures")
    job = models.OneToOneField(Job, on_delete=models.CASCADE, null=True, related_name="profile")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "digest"], name="corpus_profile_digest_unique")
        ]

    def __str__(self) -> str:
        return f"profile of {self.snapshot}"


class ProfilePart(models.Model):
    """The figures of one part of a profile, such as the token lengths by one model: a few kB of JSON."""

    profile = models.ForeignKey(CorpusProfile, on_delete=models.CASCADE, related_name="parts")
    name = models.CharField(max_length=20, help_text="texts, tokens, similar or overlap")
    subject = models.CharField(max_length=71, blank=True, help_text="the digest of the model it is about")
    figures = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "name", "subject"], name="profile_part_unique")
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.profile}"
