"""Review: the pairs of a campaign that people may settle, and who holds which of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from evalhub.models.campaigns import Campaign
from evalhub.models.corpora import Document
from evalhub.models.jobs import Job
from evalhub.models.queries import GoldLabel, Query
from evalhub.models.raters import RaterVersion
from evalhub.models.systems import System


class ReviewQueue(models.Model):
    """The pool of one campaign as work for people; a job fills it, settings may change at any time."""

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="review_queue")
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="review_queues")
    max_grade = models.PositiveSmallIntegerField(help_text="G of the scale 0..G that reviewers are offered")
    guidelines = models.TextField(blank=True, help_text="what reviewers read beside the pair")
    is_blind = models.BooleanField(default=True, help_text="machine grades are hidden until one has graded")
    overlap_share = models.FloatField(default=0.0, help_text="share of pairs that two people grade")
    hold_s = models.PositiveIntegerField(default=900, help_text="seconds a shown pair stays one person's")
    seed = models.PositiveIntegerField(default=0, help_text="of ties, overlap and samples")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(overlap_share__gte=0, overlap_share__lte=1), name="review_overlap_is_a_share"
            )
        ]

    def __str__(self) -> str:
        return f"review of {self.campaign}"


class ReviewItem(models.Model):
    """A pair of the pool: what a label of it would change, and what people have said."""

    class State(models.TextChoices):
        """Settled has a grade; differ waits for adjudication; unclear is one nobody can judge."""

        OPEN = "open"
        SETTLED = "settled"
        DIFFER = "differ"
        UNCLEAR = "unclear"

    queue = models.ForeignKey(ReviewQueue, on_delete=models.CASCADE, related_name="items")
    query = models.ForeignKey(Query, on_delete=models.PROTECT)
    document = models.ForeignKey(Document, on_delete=models.PROTECT)
    swing = models.FloatField(
        help_text="the most that one gain's step from 0 to 1 moves a difference of two systems; of a single "
        "system its score"
    )
    gap = models.FloatField(null=True, help_text="largest difference of two graders' gains, gold being one")
    uncertainty = models.FloatField(null=True, help_text="largest entropy of a rater, as a share of the most")
    influence = models.FloatField(help_text="swing times the gap, or times the uncertainty of a lone rater")
    tie_break = models.PositiveIntegerField(help_text="drawn from the queue's seed")
    n_wanted = models.PositiveSmallIntegerField(default=1, help_text="people; 2 for the overlap")
    inclusion_probability = models.FloatField(
        null=True, help_text="where it was drawn for a probability sample"
    )
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    grade = models.SmallIntegerField(null=True, help_text="what people settled on")
    gold_before = models.ForeignKey(
        GoldLabel,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="in force when people first changed it: what undo goes back to",
    )
    gold_placed = models.ForeignKey(
        GoldLabel,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="made of the grade here",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["queue", "query", "document"], name="review_item_unique"),
            models.CheckConstraint(
                condition=Q(state="settled", grade__isnull=False) | (~Q(state="settled") & Q(grade=None)),
                name="review_item_grade_only_when_settled",
            ),
        ]
        indexes = [
            models.Index(fields=["queue", "-influence", "tie_break"], name="review_by_influence"),
            models.Index(fields=["queue", "-gap", "tie_break"], name="review_by_gap"),
            models.Index(fields=["queue", "tie_break"], name="review_at_random"),
            models.Index(fields=["queue", "state"], name="review_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.query} / {self.document}"


class ItemGrade(models.Model):
    """What one grader of the campaign said of a pair when the queue was built."""

    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="machine_grades")
    rater_version = models.ForeignKey(
        RaterVersion, null=True, on_delete=models.CASCADE, help_text="null: the gold label of then"
    )
    grade = models.SmallIntegerField()
    gain = models.FloatField(help_text="in [0, 1]")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "rater_version"], name="item_grade_unique"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(rater_version=None), name="item_grade_one_gold"
            ),
        ]
        indexes = [models.Index(fields=["rater_version", "grade", "item"], name="item_grade_by_rater")]

    def __str__(self) -> str:
        return f"{self.rater_version or 'gold'}: {self.grade}"


class ItemPlace(models.Model):
    """Where one system has a pair within the cutoff."""

    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="places")
    system = models.ForeignKey(System, on_delete=models.CASCADE)
    rank = models.PositiveIntegerField()
    weight = models.FloatField(help_text="w_rank / sum of weights / number of queries: its part of the score")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "system"], name="item_place_unique")]

    def __str__(self) -> str:
        return f"{self.system} at {self.rank}"


class ReviewTurn(models.Model):
    """A person and a pair: held until a time, or what the person did with it."""

    class State(models.TextChoices):
        """Later comes back at the end; skipped does not."""

        HELD = "held"
        GRADED = "graded"
        CANNOT_JUDGE = "cannot-judge"
        SKIPPED = "skipped"
        LATER = "later"

    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="turns")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    state = models.CharField(max_length=12, choices=State, default=State.HELD)
    held_until = models.DateTimeField(null=True)
    is_assigned = models.BooleanField(default=False, help_text="for this person by name: no time-out")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "reviewer"], name="review_turn_unique")]
        indexes = [models.Index(fields=["reviewer", "-changed_at"], name="review_turn_latest")]

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.item} {self.state}"
