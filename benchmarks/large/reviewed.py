"""The review of one campaign of a large installation, collected by the job's own code, and people in it."""

import random
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from evalhub.models import Campaign, Job, ReviewQueue
from evalhub.pipeline import review_items
from evalhub.selectors.review.chosen import Chosen
from evalhub.services.review.grades import Said, grade_give
from evalhub.services.review.queues import review_queue_open
from evalhub.services.review.turns import turns_take

N_GRADED = 12


def make_reviewed(rng: random.Random, now: datetime) -> ReviewQueue:
    """Collect the pairs of the first campaign that is done, and have two people grade some, not alike."""
    campaign = Campaign.objects.filter(state=Campaign.State.DONE).order_by("pk")[0]
    queue = review_queue_open(campaign, now=now)
    assert queue.job is not None
    for number, planned in enumerate(review_items.plan(queue.job), 1):
        unit = queue.job.units.create(number=number, payload=planned.payload, available_at=now)
        review_items.run(queue.job, unit, lambda n_items_done: None)
    review_items.complete(queue.job)
    Job.objects.filter(pk=queue.job.pk).update(state=Job.State.DONE)
    people = [User.objects.get_or_create(username=name)[0] for name in ("bench", "bench-second")]
    for item in turns_take(queue, people[0], Chosen(), N_GRADED, now=now - timedelta(hours=1)):
        for user in people:
            said = Said(rng.randrange(queue.max_grade + 1))
            grade_give(item, user, said, now=now - timedelta(minutes=rng.randrange(60)))
    return queue
