"""A review of 4,423 pairs by 33 raters and gold labels: how long it takes to collect and to show.

    python -m benchmarks.bench_review [--pairs-per-query N] [--home FOLDER] [--asked N]

Rows are drawn at random into an installation of its own, in as many queries as LLMJudge has; pages are asked
for in process and signed in, as a web process answers.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

FOLLOWED = ("pair/", "pair/?order=random&tag=head", "differ/", "people/")


def main() -> None:
    """Fill, collect, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pairs-per-query", type=int, default=177)
    parser.add_argument("--home", type=Path, help="one that was filled by this is used as it is")
    parser.add_argument("--asked", type=int, default=40)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="evalhub-bench-") as scratch:
        home = arguments.home or Path(scratch)
        os.environ |= {"EVALHUB_HOME": str(home), "DJANGO_SETTINGS_MODULE": "evalhub.settings"}
        import django

        django.setup()
        if not (home / "evalhub.sqlite3").exists():
            from django.core.management import call_command

            from benchmarks.review.rows import fill

            call_command("migrate", verbosity=0)
            collect(fill(arguments.pairs_per_query))
        ask(arguments.asked)


def collect(campaign_id: int) -> None:
    """Do the work of the review job and print how long it takes."""
    from django.db import connection
    from django.utils import timezone

    from evalhub.models import Campaign, ItemGrade, ItemPlace, Job
    from evalhub.pipeline import review_items
    from evalhub.services.review.queues import review_queue_open

    queue = review_queue_open(Campaign.objects.get(pk=campaign_id), now=timezone.now())
    assert queue.job is not None
    started = time.monotonic()
    for number, planned in enumerate(review_items.plan(queue.job), 1):
        unit = queue.job.units.create(number=number, payload=planned.payload, available_at=timezone.now())
        review_items.run(queue.job, unit, lambda n_items_done: None)
    review_items.complete(queue.job)
    elapsed = time.monotonic() - started
    Job.objects.filter(pk=queue.job.pk).update(state=Job.State.DONE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(
        f"{queue.items.count():,} pairs, {ItemGrade.objects.count():,} grades, "
        f"{ItemPlace.objects.count():,} places collected in {elapsed:.1f} s"
    )


def ask(n_asked: int) -> None:
    """Ask for pages and lists, and print the server time of each."""
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    from evalhub.models import Campaign
    from evalhub.services.members import member_ensure
    from evalhub.services.workspaces import workspace_default

    settings.ALLOWED_HOSTS = ["testserver"]
    client, user = Client(), User.objects.get_or_create(username="bench")[0]
    member_ensure(workspace_default(), user, "admin")
    client.force_login(user)
    review = f"/campaigns/{Campaign.objects.get().pk}/review/"
    for question in questions():
        time_page(client, f"{review}?{question}", n_asked)
    for screen in FOLLOWED:
        time_page(client, review + screen, n_asked)


def questions() -> tuple[str, ...]:
    """Orders and filters of the list."""
    from evalhub.models import RaterVersion, System

    (first, second), (a, b) = (
        list(model.objects.order_by("pk").values_list("pk", flat=True)[:2])
        for model in (RaterVersion, System)
    )
    return (
        "",
        "order=random",
        "order=query",
        "order=gap&page=30",
        f"raters={first},{second}",
        f"raters={first},0",
        f"raters={first},{second}&grades=0,1",
        f"tag=head&system={a}&against={b}&state=open",
        f"order=gap&raters={first},{second}&tag=head&system={a}&against={b}&state=open",
    )


def time_page(client: "Client", address: str, n_asked: int) -> None:
    """Print median and 95th percentile of the server time of an address, its queries and size."""
    import numpy as np
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    ms = []
    for _ in range(n_asked + 2):
        reset_queries()
        with CaptureQueriesContext(connection) as queries:
            started = time.perf_counter()
            answer = client.get(address)
            ms.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}: {answer.content[:300]!r}")
    p50, p95 = np.percentile(ms[2:], [50, 95])
    print(
        f"p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  {len(queries):2} queries  "
        f"{len(answer.content) / 1000:6.1f} kB  {address}"
    )


if __name__ == "__main__":
    main()
