"""Which pairs two people are asked about, to see how far people agree."""

import numpy as np

from evalhub.models import ReviewItem, ReviewQueue
from evalhub.services.known_ids import batches


def overlap_mark(queue: ReviewQueue) -> None:
    """Ask two people for the queue's share of pairs, chosen by its seed; what anybody looked at stays.

    A larger share holds the pairs of a smaller one.
    """
    rows = ReviewItem.objects.filter(queue=queue)
    everything = list(rows.order_by("query", "document").values_list("pk", flat=True))
    order = np.random.default_rng(queue.seed).permutation(len(everything)).tolist()
    chosen = {everything[at] for at in order[: round(queue.overlap_share * len(everything))]}
    untouched = rows.filter(state=ReviewItem.State.OPEN, turns=None, human_grades=None)
    for n_wanted, pks in ((2, chosen), (1, set(everything) - chosen)):
        others = set(untouched.exclude(n_wanted=n_wanted).values_list("pk", flat=True))
        for batch in batches(sorted(others & pks)):
            ReviewItem.objects.filter(pk__in=batch).update(n_wanted=n_wanted)
