"""Flip previews: what past campaigns would say under another rater version, from a sample of their pairs."""

from django.conf import settings
from django.db import models

from evalhub.models.campaigns import Campaign
from evalhub.models.corpora import Document
from evalhub.models.jobs import Job
from evalhub.models.queries import Query
from evalhub.models.raters import RaterVersion
from evalhub.models.systems import System
from evalhub.models.workspaces import Workspace


class Outlook(models.TextChoices):
    """What becomes of a verdict: the same, not to be told from this sample, another, or there is none."""

    STAYS = "stays"
    MAY_FLIP = "may flip"
    WOULD_FLIP = "would flip"
    UNDEFINED = "undefined"


class FlipPreview(models.Model):
    """A question: which verdicts of these campaigns would flip if `new` had rated instead of `old`."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    digest = models.CharField(max_length=71, help_text="of everything that changes the answer")
    old = models.ForeignKey(RaterVersion, on_delete=models.CASCADE, related_name="previewed_instead")
    new = models.ForeignKey(RaterVersion, on_delete=models.CASCADE, related_name="previews")
    n_pairs = models.PositiveIntegerField(help_text="to sample, over all campaigns")
    seed = models.PositiveIntegerField(help_text="of the sample")
    budget_usd = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    job = models.OneToOneField(Job, null=True, on_delete=models.CASCADE, related_name="flip_preview")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "digest"], name="flip_preview_digest_unique")
        ]

    def __str__(self) -> str:
        return f"{self.new} instead of {self.old}"


class PreviewCampaign(models.Model):
    """A campaign of a preview, and what becomes of its gate."""

    preview = models.ForeignKey(FlipPreview, on_delete=models.CASCADE, related_name="campaigns")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="previews")
    gate_now = models.CharField(max_length=10, blank=True)
    gate_then = models.CharField(max_length=10, blank=True)
    gate_outlook = models.CharField(max_length=10, choices=Outlook, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["preview", "campaign"], name="preview_campaign_unique")
        ]

    def __str__(self) -> str:
        return f"{self.preview}: {self.campaign}"


class PreviewStratum(models.Model):
    """The pairs of a campaign that had one grade by the old version, and how many were looked at."""

    part = models.ForeignKey(PreviewCampaign, on_delete=models.CASCADE, related_name="strata")
    grade = models.SmallIntegerField(null=True, help_text="by the old version; null: unrated")
    n_pairs = models.PositiveIntegerField()
    n_sampled = models.PositiveIntegerField()
    n_changed = models.PositiveIntegerField(null=True, help_text="of the sampled: another grade")
    n_unrated = models.PositiveIntegerField(null=True, help_text="of the sampled: none by the new version")
    mean_change = models.FloatField(null=True, help_text="of the gain, over sampled pairs rated by both")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "grade"], name="preview_stratum_unique")]
        ordering = [models.F("grade").asc(nulls_last=True)]

    def __str__(self) -> str:
        return f"{self.part} grade {self.grade}"


class PreviewPair(models.Model):
    """A sampled pair."""

    stratum = models.ForeignKey(PreviewStratum, on_delete=models.CASCADE, related_name="pairs")
    query = models.ForeignKey(Query, on_delete=models.CASCADE)
    document = models.ForeignKey(Document, on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stratum", "query", "document"], name="preview_pair_unique")
        ]

    def __str__(self) -> str:
        return f"{self.query} / {self.document}"


class PreviewFigure(models.Model):
    """A score or a difference of a campaign: as it is, and as estimated under the new version."""

    part = models.ForeignKey(PreviewCampaign, on_delete=models.CASCADE, related_name="figures")
    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="+")
    baseline = models.ForeignKey(
        System, null=True, on_delete=models.CASCADE, related_name="+", help_text="null: the system's score"
    )
    old = models.FloatField(null=True)
    old_low = models.FloatField(null=True)
    old_high = models.FloatField(null=True)
    new = models.FloatField(null=True)
    new_low = models.FloatField(null=True, help_text="over queries and over the pairs not looked at")
    new_high = models.FloatField(null=True)
    sampling_error = models.FloatField(null=True, help_text="standard error of not seeing all pairs")
    verdict_now = models.CharField(max_length=10, blank=True)
    verdict_then = models.CharField(max_length=10, blank=True)
    outlook = models.CharField(max_length=10, choices=Outlook, blank=True, help_text="of a difference")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["part", "system", "baseline"], name="preview_difference_unique"),
            models.UniqueConstraint(
                fields=["part", "system"], condition=models.Q(baseline=None), name="preview_score_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part}: {self.system} - {self.baseline}"
