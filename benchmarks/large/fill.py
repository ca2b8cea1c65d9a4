"""Fill a migrated, empty database."""

import random
import time

from django.db import connection
from django.utils import timezone

from benchmarks.large.asked import make_asked
from benchmarks.large.campaigns import make_campaigns
from benchmarks.large.hooks import make_hooks
from benchmarks.large.inputs import make_inputs
from benchmarks.large.judged import make_judgments, make_runs
from benchmarks.large.reviewed import make_reviewed
from benchmarks.large.sizes import Sizes
from evalhub.models import Campaign, Corpus, Document, Hit, Judgment, QueryScore

COUNTED = (Campaign, Document, Hit, Judgment, QueryScore)


def fill(sizes: Sizes) -> None:
    """Make everything and print how much.

    Raises:
        SystemExit: the installation has a corpus; nothing was changed.
    """
    if Corpus.objects.exists():
        raise SystemExit("the installation is not empty; name another EVALHUB_HOME or DATABASE_URL")
    started, rng, now = time.monotonic(), random.Random(42), timezone.now()
    inputs = make_inputs(sizes, rng)
    runs = make_runs(inputs, sizes, rng)
    make_judgments(inputs, sizes, rng, now)
    make_campaigns(inputs, runs, sizes, now)
    make_asked(inputs, rng, now)
    make_reviewed(rng, now)
    make_hooks(now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    counts = ", ".join(f"{model.objects.count():,} {model._meta.verbose_name_plural}" for model in COUNTED)
    print(f"{counts} in {connection.vendor}, {time.monotonic() - started:.0f} s")
