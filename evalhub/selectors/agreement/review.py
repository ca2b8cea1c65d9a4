"""The review queue in which a cell of a confusion matrix can be looked through."""

from evalhub.models import QueryCollection, ReviewQueue
from evalhub.selectors.agreement.graders import Grader


def queue_of_both(collection: QueryCollection, first: Grader, second: Grader) -> ReviewQueue | None:
    """The newest review queue of the collection whose campaign has both graders; people have none."""
    queues = ReviewQueue.objects.filter(campaign__collection=collection)
    for grader in (first, second):
        if grader.person:
            return None
        if grader.version is not None:
            queues = queues.filter(campaign__campaign_raters__rater_version=grader.version)
    return queues.select_related("campaign").order_by("-pk").first()


def review_question(first: Grader, second: Grader) -> str:
    """Both as the address of a disagreement list names them: keys of versions, 0 for gold labels."""
    keys = (grader.version.pk if grader.version else 0 for grader in (first, second))
    return f"raters={','.join(map(str, keys))}"
