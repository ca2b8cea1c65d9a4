"""Whose grades a review holds against each other, and whether there is anything to review."""

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from evalhub.models import Campaign, GoldLabel, Judgment
from evalhub.selectors.documents import alive_in
from evalhub.selectors.panel_members import Grader, campaign_graders, independent_digests

LOOKED_AT = 100  # judgments: a rater offers probabilities always or never


def review_graders(campaign: Campaign, *, is_labelled: bool | None = None) -> list[Grader]:
    """Those who graded by themselves, no panels; a rater that looks labels up is no other than the labels.

    Args:
        is_labelled: whether the campaign has gold labels, looked up where it is None.
    """
    graders = campaign_graders(campaign)
    single = independent_digests([grader.version for grader in graders])
    mine = [grader for grader in graders if grader.version.digest in single]
    if not (has_gold(campaign) if is_labelled is None else is_labelled):
        return mine
    return [grader for grader in mine if grader.version.kind != "gold"]


def has_gold(campaign: Campaign) -> bool:
    """Whether the campaign began with gold labels."""
    return campaign_labels(campaign).exists()


def is_worth_reviewing(campaign: Campaign) -> bool:
    """Whether anything can be in doubt: two graders, gold being one, or one that tells how sure it is."""
    is_labelled = has_gold(campaign)
    graders = review_graders(campaign, is_labelled=is_labelled)
    if len(graders) + is_labelled > 1:
        return bool(graders)
    return any(_tells_probabilities(grader.version.pk) for grader in graders)


def offered_max_grade(campaign: Campaign) -> int:
    """G of the scale 0..G that people are offered: that of imported gold labels, which theirs will join.

    Without such labels it is that of the first grader, or of a label that is higher.
    """
    found = campaign_labels(campaign).aggregate(
        highest=Max("grade"), imported=Max("grade", filter=Q(selection=""))
    )
    highest, imported = found["highest"] or 0, found["imported"] or 0
    if imported > 0:
        return int(max(imported, highest))
    scales = [grader.version.max_grade for grader in review_graders(campaign)]
    return int(max(scales[0] if scales else 1, highest))


def campaign_labels(campaign: Campaign) -> QuerySet[GoldLabel]:
    """The gold labels that the campaign began with."""
    return GoldLabel.objects.filter(alive_in(campaign.gold_version), collection=campaign.collection_id)


def reviewed_campaigns() -> QuerySet[Campaign]:
    """Campaigns with their queue and its job, and whether they began with gold labels as `is_labelled`."""
    labels = GoldLabel.objects.filter(
        alive_in(OuterRef("gold_version")), collection=OuterRef("collection_id")
    )
    related = ("collection", "snapshot__corpus", "score_job", "review_queue__job")
    return Campaign.objects.select_related(*related).annotate(is_labelled=Exists(labels))


def _tells_probabilities(version_id: int) -> bool:
    rows = Judgment.objects.filter(rater_version=version_id, state=Judgment.State.GRADED)
    return any(rows.values_list("probabilities", flat=True)[:LOOKED_AT])
