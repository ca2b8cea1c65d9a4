"""What each person said of a pair, one by one; gold labels are what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from evalhub.models.queries import QueryCollection
from evalhub.models.review import ReviewItem


class HumanGrade(models.Model):
    """A statement of a person; only ever withdrawn or overruled, so these rows are the history."""

    class Screen(models.TextChoices):
        """Where it was given."""

        REVIEW = "review"
        ADJUDICATION = "adjudication"
        SEARCH = "search box"
        API = "api"
        IMPORT = "import"

    class Selection(models.TextChoices):
        """How the pair came to be graded: only a sample with known probabilities stands for others."""

        HAND_PICKED = "hand-picked"
        SAMPLE = "probability sample"
        UNKNOWN = "unknown"

    collection = models.ForeignKey(QueryCollection, on_delete=models.CASCADE, related_name="human_grades")
    query_id = models.CharField(max_length=500)
    doc_id = models.CharField(max_length=500)
    item = models.ForeignKey(ReviewItem, null=True, on_delete=models.SET_NULL, related_name="human_grades")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    reviewer_name = models.CharField(max_length=200, help_text="as it was then, or as a file says")
    grade = models.SmallIntegerField(null=True, help_text="null: cannot judge")
    max_grade = models.PositiveSmallIntegerField(help_text="G of the scale that was offered")
    reason = models.TextField(blank=True, help_text="why it can not be judged, or why others are overruled")
    comment = models.TextField(blank=True)
    screen = models.CharField(max_length=12, choices=Screen)
    selection = models.CharField(max_length=20, choices=Selection)
    inclusion_probability = models.FloatField(null=True)
    key = models.CharField(max_length=64, blank=True, help_text="of the sender: sent twice is one")
    graded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    overruled_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="overrules")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(grade=None) | Q(grade__gte=0, grade__lte=models.F("max_grade")),
                name="human_grade_on_scale",
            ),
            models.UniqueConstraint(
                fields=["reviewer", "key"], condition=~Q(key=""), name="human_grade_sent_once"
            ),
        ]
        indexes = [
            models.Index(fields=["collection", "query_id", "doc_id"], name="human_grade_of_pair"),
            models.Index(fields=["collection", "reviewer_name"], name="human_grade_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_name}: {self.query_id} {self.doc_id} {self.grade}"
