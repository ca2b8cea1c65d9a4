"""What the pairs of a queue can be filtered by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evalhub.models import Campaign, ReviewQueue
from evalhub.selectors.panel_members import Grader, learners
from evalhub.selectors.query_view.tags import campaign_tags
from evalhub.selectors.review.chosen import GOLD
from evalhub.selectors.review.graders import has_gold, review_graders

GOLD_NAME = "gold labels"


@dataclass(frozen=True, slots=True)
class Options:
    """Names by the keys that addresses use, in the order of the campaign.

    Attributes:
        graders: rater versions, and the gold labels under GOLD where the campaign has them.
        scales: G of each grader's 0..G.
        tags: of most queries first.
        learners: graders that people's labels could teach.
    """

    graders: Mapping[int, str]
    scales: Mapping[int, int]
    systems: Mapping[int, str]
    tags: Sequence[str]
    learners: Sequence[Grader] = ()

    @classmethod
    def of(cls, queue: ReviewQueue, *, is_labelled: bool | None = None) -> "Options":
        """Read them; whether the campaign has gold labels is looked up where it is None."""
        campaign: Campaign = queue.campaign
        is_labelled = has_gold(campaign) if is_labelled is None else is_labelled
        found = review_graders(campaign, is_labelled=is_labelled)
        graders = {grader.version.pk: grader.name for grader in found}
        scales = {grader.version.pk: grader.version.max_grade for grader in found}
        if is_labelled:
            graders[GOLD], scales[GOLD] = GOLD_NAME, queue.max_grade
        systems = dict(campaign.campaign_systems.values_list("system_id", "system__name"))
        return cls(graders, scales, systems, campaign_tags(campaign), learners(found))

    @property
    def usual_raters(self) -> tuple[int, int] | None:
        """The first grader against gold, else against the second; None where there is one alone."""
        keys = list(self.graders)
        if len(keys) < 2:
            return None
        return (keys[0], GOLD) if GOLD in self.graders else (keys[0], keys[1])
