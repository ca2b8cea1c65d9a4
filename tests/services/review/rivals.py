"""A process that takes and grades pairs of the first queue until nothing is left; prints what it was given.

python -m tests.services.review.rivals USER
"""

import os
import sys

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalhub.settings")
if not apps.ready:
    django.setup()

from django.contrib.auth.models import User
from django.utils import timezone

from evalhub.models import ReviewQueue
from evalhub.selectors.review.chosen import Chosen
from evalhub.services.review.grades import Said, grade_give
from evalhub.services.review.turns import turns_take


def main() -> None:
    """Be one reviewer."""
    queue, reviewer = ReviewQueue.objects.get(), User.objects.get(username=sys.argv[1])
    _meet("ready")
    is_first = True
    while taken := turns_take(queue, reviewer, Chosen(), 2, now=timezone.now()):
        for item in taken:
            grade_give(item, reviewer, Said(item.pk % 4), now=timezone.now())
            sys.stdout.write(f"{item.pk}\n")
        if is_first:
            _meet("and more")  # nobody is done before all had a turn, however the database shares its lock
        is_first = False


def _meet(word: str) -> None:
    """Say a word to the one who started us, and wait until all have said it."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    main()
