"""Agreement of graders: where imported grades came from, and reports that a worker computed once."""

from django.db import models

from evalhub.models.corpora import Snapshot
from evalhub.models.jobs import Job
from evalhub.models.queries import QueryCollection
from evalhub.models.raters import RaterVersion
from evalhub.models.workspaces import Workspace


class GradeImport(models.Model):
    """A file whose grades are a rater version's judgments."""

    rater_version = models.ForeignKey(RaterVersion, on_delete=models.CASCADE, related_name="imports")
    collection = models.ForeignKey(QueryCollection, on_delete=models.CASCADE)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE)
    source_name = models.CharField(max_length=500)
    n_rows = models.PositiveIntegerField(help_text="grades in the file")
    n_pairs = models.PositiveIntegerField(help_text="judgments: pairs of texts")
    n_clipped = models.PositiveIntegerField(help_text="grades above the scale, counted as its best")
    n_merged = models.PositiveIntegerField(help_text="grades of ids whose text another graded id has too")
    n_conflicts = models.PositiveIntegerField(help_text="of these, with different grades: the highest counts")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rater_version", "collection"], name="grade_import_unique")
        ]

    def __str__(self) -> str:
        return f"{self.rater_version} from {self.source_name}"


class AgreementReport(models.Model):
    """How two graders agree on a collection, or all of its graders; equal inputs are one row.

    `first` and `second` are graders as `evalhub.selectors.agreement.graders` writes them; both are empty for
    the overview of all graders.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    collection = models.ForeignKey(QueryCollection, on_delete=models.CASCADE)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE)
    first = models.CharField(max_length=300, blank=True)
    second = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=71, help_text="of everything that changes its figures")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="agreement_reports")
    figures = models.JSONField(null=True, help_text="null: not computed yet")
    cells = models.JSONField(null=True, help_text="some pairs of each cell of the confusion matrix")
    created_at = models.DateTimeField(auto_now_add=True)
    computed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "digest"], name="agreement_report_unique")
        ]
        indexes = [models.Index(fields=["collection", "first", "second"], name="agreement_by_graders")]

    def __str__(self) -> str:
        return f"{self.first or 'all'} against {self.second or 'all'} on {self.collection}"
