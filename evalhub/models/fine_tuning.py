"""Fine-tunings: what a rater is trained from, how it went, and the version that came of it."""

from django.db import models

from evalhub.models.jobs import Job
from evalhub.models.raters import RaterVersion
from evalhub.models.workspaces import Workspace


class FineTuning(models.Model):
    """A request to train a rater; equal ones are one row, whatever name they give the rater."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    digest = models.CharField(max_length=71, help_text="of everything that changes the weights")
    name = models.CharField(max_length=200, help_text="of the rater to be")
    spec = models.JSONField(help_text="the rater before training: raters.spec.RaterSpec as a mapping")
    settings = models.JSONField(help_text="raters.tuning.settings.TuneSettings as a mapping")
    sources = models.JSONField(help_text="whose gold labels: ids and versions of collections and snapshots")
    counts = models.JSONField(help_text="queries, pairs and grades of each part of the split")
    job = models.OneToOneField(Job, on_delete=models.CASCADE, null=True, related_name="fine_tuning")
    version = models.ForeignKey(RaterVersion, on_delete=models.CASCADE, null=True, related_name="trainings")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "digest"], name="fine_tuning_digest_unique")
        ]

    def __str__(self) -> str:
        return f"fine-tuning of {self.name}"


class TrainingEpoch(models.Model):
    """A point of the loss curve."""

    fine_tuning = models.ForeignKey(FineTuning, on_delete=models.CASCADE, related_name="epochs")
    number = models.PositiveIntegerField(help_text="from 1")
    train_loss = models.FloatField(help_text="weighted cross-entropy, the mean of its steps")
    validation_loss = models.FloatField(help_text="cross-entropy of the probabilities as a rater gives them")
    validation_kappa = models.FloatField(help_text="quadratic, at the thresholds that suit best")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["fine_tuning", "number"], name="training_epoch_number_unique")
        ]

    def __str__(self) -> str:
        return f"epoch {self.number} of {self.fine_tuning}"
