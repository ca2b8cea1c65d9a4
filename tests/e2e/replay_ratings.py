"""Replay people's individual ratings of a file as grades of a review; run as a process of an installation.

The first person grades every pair of the queue; the second one some of them too, and where the two differ a
third settles it with a reason, as an adjudicator would.
"""

import csv
import json
import os
import sys
from collections import Counter
from pathlib import Path

from evalhub.cli.local import prepare

N_TWICE = 60

Ratings = dict[tuple[str, str], tuple[int, ...]]


def ratings_of(path: Path) -> Ratings:
    """Three grades of each pair."""
    with path.open(newline="") as file:
        rows = csv.DictReader(file)
        return {
            (row["query-id"], row["corpus-id"]): (
                int(row["agent_1"]),
                int(row["agent_2"]),
                int(row["agent_3"]),
            )
            for row in rows
        }


def replay(campaign_id: int, ratings: Ratings) -> Counter[str]:
    """Grade the queue of a campaign; returns the number of pairs by their state."""
    from django.contrib.auth.models import User
    from django.utils import timezone

    from evalhub.models import ReviewItem, ReviewQueue
    from evalhub.selectors.review.chosen import Chosen
    from evalhub.services.review.adjudication import adjudicate
    from evalhub.services.review.grades import Said, grade_give
    from evalhub.services.review.turns import turns_take

    queue = ReviewQueue.objects.get(campaign=campaign_id)
    first, second, third = (User.objects.create_user(f"agent_{n}") for n in (1, 2, 3))
    n_given = 0
    while taken := turns_take(queue, first, Chosen(), 50, now=timezone.now()):
        for item in taken:
            said = ratings[item.query.query_id, item.document.doc_id]
            grade_give(item, first, Said(said[0]), now=timezone.now())
            if n_given < N_TWICE:
                grade_give(item, second, Said(said[1]), now=timezone.now())
            if n_given < N_TWICE and said[0] != said[1]:
                adjudicate(item, third, Said(said[2], reason="they differ"), now=timezone.now())
            n_given += 1
    return Counter(ReviewItem.objects.filter(queue=queue).values_list("state", flat=True))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalhub.settings")
    prepare()
    sys.stdout.write(json.dumps(replay(int(sys.argv[1]), ratings_of(Path(sys.argv[2])))))
